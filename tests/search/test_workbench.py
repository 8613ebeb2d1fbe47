"""The catchments' workbench: an address with everything that led to its answer; and no catchment is written before the
editor has seen what it changes.
"""

import logging
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry, Revision

from search import catchment_check
from search.gazetteer import StreetRow
from search.models import Catchment, Street
from search.routing import Answer, CatchmentRow, Numbers
from spaces.changes import record, version
from spaces.models import Place
from tests import factories
from tests.search.small_district import (
    ALTWALD,
    CATCHMENTS,
    DAY,
    NEUWALD,
    START,
    TALHEIM,
    SmallDistrict,
    gazetteer,
)

SECRET = "Geheimweg 17, 99001 Buchhain"


@pytest.fixture
def admin(client: Client, district: SmallDistrict) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(Catchment.snippet_viewset.get_url_name(name), args=args)


def text_of(response: Any) -> str:
    """What a page says, without its tags."""
    html = re.sub(r"(?s)<(script|style).*?</\1>", "", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def catchment(district: SmallDistrict, space: str = "tal", place: str = "", **values: Any) -> Catchment:
    made = Catchment(
        space=district.spaces[space],
        municipality=district.municipalities[ALTWALD],
        place=Place.objects.get(name=place) if place else None,
        **{"valid_from": date(2026, 1, 1), **values},
    )
    record(made)
    return made


def form_of(
    district: SmallDistrict, space: str = "tal", place: str = "Buchhain", **values: Any
) -> dict[str, Any]:
    return {
        "space": district.spaces[space].pk,
        "office": "",
        "municipality": district.municipalities[ALTWALD].pk,
        "place": Place.objects.get(name=place).pk if place else "",
        "street": "",
        "first_number": "",
        "last_number": "",
        "parity": "all",
        "valid_from": "2999-01-01",
        "valid_until": "",
        "ground": "decision",
        **values,
    }


def button(response: Any) -> str:
    """What the button that writes sends back."""
    found = re.search(r'name="shown" value="([^"]+)"', response.content.decode())
    assert found, text_of(response)
    return unescape(found[1])


# What a change would do


def row(space: str, place: str = "", street: str = "", *, ags: str = ALTWALD, **values: Any) -> CatchmentRow:
    return CatchmentRow(space, ags, place, street, valid_from=START)._replace(**values)


STREETS = [
    StreetRow("Waldweg", ALTWALD, "Buchhain"),
    StreetRow("Langer Weg", ALTWALD, "Buchhain"),
    StreetRow("Langer Weg", ALTWALD, "Altwald"),
    StreetRow("Ohne Ort", ALTWALD, ""),
]


def compare(before: list[CatchmentRow], after: list[CatchmentRow]) -> catchment_check.Change:
    return catchment_check.compare(gazetteer(STREETS), before, after, DAY)


def moved(change: catchment_check.Change) -> list[tuple[date, tuple[str, ...], tuple[str, ...], str, str]]:
    return [
        (move.on, move.territory, move.streets, move.before.space, move.after.space) for move in change.moves
    ]


TOMORROW = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("new", "moves"),
    [
        (
            row("tal", "Buchhain", valid_from=TOMORROW),
            [(TOMORROW, ("Buchhain (Altwald)",), ("Langer Weg", "Waldweg"), "wald", "tal")],
        ),
        (
            row("tal", "Buchhain"),
            [(DAY, ("Buchhain (Altwald)",), ("Langer Weg", "Waldweg"), "wald", "tal")],
        ),
        (
            row("tal", "Buchhain", valid_until=DAY),
            [
                (DAY, ("Buchhain (Altwald)",), ("Langer Weg", "Waldweg"), "wald", "tal"),
                (TOMORROW, ("Buchhain (Altwald)",), ("Langer Weg", "Waldweg"), "tal", "wald"),
            ],
        ),
        (row("tal", "Buchhain", "Waldweg"), [(DAY, ("Buchhain (Altwald) · Waldweg",), (), "wald", "tal")]),
        (row("wald", "Buchhain"), []),
        (row("tal", "Buchhain", valid_until=DAY - timedelta(days=1)), []),
    ],
)
def test_a_new_catchment_moves_what_it_names(
    new: CatchmentRow, moves: list[tuple[date, tuple[str, ...], tuple[str, ...], str, str]]
) -> None:
    change = compare(CATCHMENTS, [*CATCHMENTS, new])
    assert moved(change) == moves
    assert change.is_empty is not bool(moves)
    assert (change.taken_back, change.gaps, change.overlaps) == ([], [], [])


def test_a_street_of_no_place_goes_along_with_its_whole_municipality_only() -> None:
    before = [c for c in CATCHMENTS if c.ags != ALTWALD]
    (move,) = compare(CATCHMENTS, [*before, row("tal")]).moves
    assert move.places == ("Altwald (Altwald)", "Buchhain (Altwald)", "Oberfurt (Altwald)")
    assert move.streets == ("Langer Weg", "Langer Weg", "Ohne Ort", "Waldweg")
    assert move.all_streets == move.streets


def test_a_street_that_is_decided_alone_does_not_go_along() -> None:
    stays = row("wald", "Buchhain", "Waldweg")
    (move,) = compare([*CATCHMENTS, stays], [*CATCHMENTS, stays, row("tal", "Buchhain")]).moves
    assert move.streets == ("Langer Weg",)


def test_a_change_that_is_put_off_is_taken_back_and_comes_later() -> None:
    first = row("tal", "Buchhain", valid_from=date(2027, 1, 1))
    change = compare([*CATCHMENTS, first], [*CATCHMENTS, first._replace(valid_from=date(2028, 1, 1))])
    assert [move.on for move in change.moves] == [date(2028, 1, 1)]
    assert [move.on for move in change.taken_back] == [date(2027, 1, 1)]


def test_a_deletion_opens_a_gap_and_says_so_once() -> None:
    rest = [c for c in CATCHMENTS if c.ags != NEUWALD]
    change = compare([*CATCHMENTS, row("tal", "Buchhain", valid_from=date(2027, 1, 1))], rest)
    assert change.gaps == [catchment_check.Gap(DAY, ("Linde (Neuwald)", "Neuwald (Neuwald)"))]
    assert [move.after for move in change.moves] == [Answer()]
    ended = [c._replace(valid_until=TOMORROW) if c.ags == NEUWALD else c for c in CATCHMENTS]
    assert [gap.since for gap in compare(CATCHMENTS, ended).gaps] == [TOMORROW + timedelta(days=1)]
    assert compare(rest, rest).gaps == []


def test_an_overlap_is_told_only_if_it_is_new() -> None:
    one, other = row("tal", "Buchhain"), row("wald", "Buchhain")
    assert compare([*CATCHMENTS, one], [*CATCHMENTS, one, other]).overlaps == [
        catchment_check.Overlap(one, other)
    ]
    assert compare([*CATCHMENTS, one, other], [*CATCHMENTS, one, other]).is_empty


# Trying an address


def ask(admin: Client, address: str, on: str = "2026-11-22") -> Any:
    return admin.post(reverse("responsibility"), {"address": address, "on": on})


def test_an_address_shows_its_answer_and_everything_that_led_to_it(
    admin: Client, district: SmallDistrict
) -> None:
    decided = catchment(
        district, "tal", "Buchhain", street="Waldweg", first_number=1, last_number=9, source="paper 1"
    )
    response = ask(admin, "Waldweg 5, 99001 Buchhain")
    said = text_of(response)
    assert "Sozialraumbüro Talheim" in said
    assert "Altwald · Buchhain · Waldweg 1 … 9" in said
    assert url("edit", decided.pk) in response.content.decode()
    explained = response.context["explained"]
    assert explained["rule"] == 3
    assert [step.rule for step in explained["steps"]] == [3]
    assert [decision.answer for step in explained["steps"] for decision in step.decisions] == ["Talheim"]
    assert ("Straße", "Waldweg") in explained["parts"] or ("Street", "Waldweg") in explained["parts"]


def test_a_later_day_shows_what_will_hold_then(admin: Client, district: SmallDistrict) -> None:
    catchment(district, "tal", "Buchhain", valid_from=date(2027, 1, 1))
    for on, office in (("2026-12-31", "Waldland"), ("2027-01-01", "Talheim")):
        explained = ask(admin, "Dorfstr. 1, 99001 Buchhain", on).context["explained"]
        assert [step.outcome for step in explained["steps"]] == [office]


@pytest.mark.parametrize(
    "address", ["", "???", "Dorfstr. 4", "Linde", "Fernau", "Grundschule Talheim", "a" * 399]
)
def test_any_text_is_explained(admin: Client, address: str) -> None:
    response = ask(admin, address)
    assert response.status_code == 200
    assert response.context["explained"]["rule"] in range(10)


def test_a_question_shows_where_each_option_leads(admin: Client) -> None:
    assert ("Linde (Neuwald)", "Waldland") in ask(admin, "Linde").context["explained"]["options"]


def test_a_day_that_is_none_is_said_at_its_field(admin: Client) -> None:
    response = ask(admin, "Linde", "yesterday")
    assert "on" in response.context["form"].errors
    assert response.context["explained"] is None


def test_an_address_is_written_down_nowhere(admin: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = (version(), Revision.objects.count(), ModelLogEntry.objects.count())
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        response = ask(admin, SECRET)
    assert "Geheimweg" in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert "Geheimweg" not in caplog.text
    assert not [query for query in queries if "Geheimweg" in query["sql"]]
    assert "Geheimweg" not in str(response.headers) + str(response.cookies)
    assert before == (version(), Revision.objects.count(), ModelLogEntry.objects.count())
    assert not any("Geheimweg" in str(session.get_decoded()) for session in Session.objects.all())
    assert 'method="post"' in response.content.decode()


def test_it_does_not_read_an_address_from_a_url(admin: Client) -> None:
    response = admin.get(reverse("responsibility"), {"address": SECRET, "on": "2026-11-22"})
    assert "Geheimweg" not in text_of(response)


# The list, what is to come, and who changed what


def test_the_list_names_spaces_municipalities_and_exceptions(admin: Client, district: SmallDistrict) -> None:
    catchment(district, "tal", "Buchhain")
    catchment(district, "wald", "Oberfurt", office=district.offices["wald-east"])
    catchment(district, "tal", "Altwald", valid_until=date(2026, 2, 1))
    spaces = {space.key: space for space in admin.get(reverse("responsibility")).context["spaces"]}
    assert [shown.line.territory for shown in spaces["wald"].municipalities] == ["Altwald", "Neuwald"]
    exceptions = spaces["wald"].municipalities[0].exceptions
    assert [(line.territory, line.space, line.office) for line in exceptions] == [
        ("Altwald · Buchhain", "Talheim", ""),
        ("Altwald · Oberfurt", "Waldland", "Büro Neuwald"),
    ]
    assert [line.territory for line in spaces["tal"].elsewhere] == ["Altwald · Buchhain"]


def test_what_is_to_come_and_what_is_wrong_is_told(admin: Client, district: SmallDistrict) -> None:
    record(
        Street(
            name="Waldweg",
            municipality=district.municipalities[ALTWALD],
            place=Place.objects.get(name="Buchhain"),
        )
    )
    catchment(district, "tal", "Buchhain", valid_from=date(2999, 1, 1))
    factories.make_place(factories.make_municipality(name="Neuland"), name="Neuland")
    context = admin.get(reverse("responsibility")).context
    (move,) = context["moves"]
    assert (move.on, move.before, move.after) == (date(2999, 1, 1), "Waldland", "Talheim")
    assert move.streets == ("Waldweg",)
    assert [gap.places for gap in context["gaps"]] == [("Neuland (Neuland)",)]
    assert ("Stadtburg", "Jugendamt Stadtburg") in context["others"]


def test_names_that_are_easily_mixed_up_are_named_with_where_they_lead(admin: Client) -> None:
    twins = {twin.name: twin for twin in admin.get(reverse("responsibility")).context["twins"]}
    assert twins["Linde (Neuwald)"].others == [("Rinde (Talheim)", "Talheim")]
    assert twins["Moosbach (Talheim)"].others == [("Moosbach (in Randstadt)", "Jugendamt Nordkreis")]
    assert "Buchhain (Altwald)" not in twins


def test_who_changed_what_is_told_in_words(admin: Client, district: SmallDistrict) -> None:
    editor = User.objects.get(username="editor")
    made = catchment(district, "tal", "Buchhain")
    made.space, made.valid_until = district.spaces["wald"], date(2027, 6, 30)
    record(made, by=editor)
    # Whoever looks at a clock here fails once a minute.
    ModelLogEntry.objects.update(timestamp=datetime(2026, 11, 22, 12, tzinfo=UTC))
    (newest,), (older, *others) = admin.get(reverse("responsibility")).context["history"]
    # What was made in one minute stands together, as after an import.
    assert {entry.action for entry in others} == {older.action}
    assert len({entry.label for entry in others} & {str(c) for c in Catchment.objects.all()}) == len(
        CATCHMENTS
    )
    assert newest.who == "editor"
    assert older.who == ""
    assert [(before, after) for _, before, after in newest.differences] == [
        ("Talheim", "Waldland"),
        ("–", "30. Juni 2027"),
    ]
    assert admin.get(newest.compare_url).status_code == 200
    record(made, by=editor, delete=True)
    (deleted,) = admin.get(reverse("responsibility")).context["history"][0]
    assert (deleted.label, deleted.edit_url, deleted.compare_url) == ("Altwald · Buchhain → Waldland", "", "")


def test_it_costs_few_queries_however_much_there_is(admin: Client, district: SmallDistrict) -> None:
    for number in range(12):
        made = catchment(district, "tal", "Buchhain", street=f"Weg {number}")
        made.source = "paper"
        record(made)
    ask(admin, "Dorfstr. 4")
    with CaptureQueriesContext(connection) as queries:
        ask(admin, "Dorfstr. 4")
    assert len(queries) <= 30, [query["sql"][:120] for query in queries]


# Who may


def person(*permissions: str) -> User:
    user = User.objects.create_user("someone", password="someone")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *permissions]))
    return user


@pytest.mark.parametrize(
    ("permissions", "may"),
    [(("change_catchment",), True), (("view_catchment",), False), (("change_office",), False)],
)
def test_only_those_who_may_change_catchments_see_it(
    client: Client, district: SmallDistrict, permissions: tuple[str, ...], may: bool
) -> None:
    client.force_login(person(*permissions))
    assert (client.get(reverse("responsibility")).status_code == 200) is may
    assert (ask(client, SECRET).status_code == 200) is may
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert (reverse("responsibility") in menu) is may


def test_a_stranger_is_asked_to_sign_in(client: Client, district: SmallDistrict) -> None:
    assert client.get(reverse("responsibility")).status_code == 302


# Shown first, then written


def test_a_new_catchment_is_written_only_after_its_change_was_shown(
    admin: Client, district: SmallDistrict
) -> None:
    form = form_of(district)
    shown = admin.post(url("add"), form)
    assert shown.status_code == 200
    assert Catchment.objects.count() == len(CATCHMENTS)
    (move,) = shown.context["change"].moves
    assert (move.before, move.after, move.territory) == ("Waldland", "Talheim", ("Buchhain (Altwald)",))
    assert admin.post(url("add"), {**form, "shown": button(shown)}).status_code == 302
    assert Catchment.objects.filter(place__name="Buchhain").exists()


def test_what_is_changed_after_it_was_shown_is_shown_again(admin: Client, district: SmallDistrict) -> None:
    shown = button(admin.post(url("add"), form_of(district)))
    again = admin.post(url("add"), {**form_of(district, place="Oberfurt"), "shown": shown})
    assert again.context["change"].is_otherwise
    assert Catchment.objects.count() == len(CATCHMENTS)


def test_what_somebody_else_changed_meanwhile_is_shown_again(admin: Client, district: SmallDistrict) -> None:
    form = form_of(district)
    shown = button(admin.post(url("add"), form))
    catchment(district, "tal", "Oberfurt")
    again = admin.post(url("add"), {**form, "shown": shown})
    assert again.context["change"].is_otherwise
    assert Catchment.objects.count() == len(CATCHMENTS) + 1
    # What decides about no address does not count.
    factories.make_provider()
    assert admin.post(url("add"), {**form, "shown": button(again)}).status_code == 302


@pytest.mark.parametrize("shown", ["", "1", "forged:abc:def"])
def test_only_what_the_portal_signed_counts_as_shown(
    admin: Client, district: SmallDistrict, shown: str
) -> None:
    assert admin.post(url("add"), {**form_of(district), "shown": shown}).status_code == 200
    assert Catchment.objects.count() == len(CATCHMENTS)


def test_what_another_editor_saw_does_not_count(admin: Client, district: SmallDistrict) -> None:
    shown = button(admin.post(url("add"), form_of(district)))
    admin.force_login(User.objects.create_superuser("another", password="another"))
    assert admin.post(url("add"), {**form_of(district), "shown": shown}).status_code == 200
    assert Catchment.objects.count() == len(CATCHMENTS)


def test_a_catchment_that_is_refused_shows_no_change(admin: Client, district: SmallDistrict) -> None:
    response = admin.post(url("add"), form_of(district, place="", valid_from="2026-01-01"))
    assert response.status_code == 200
    assert response.context["change"] is None


def edited(district: SmallDistrict, made: Catchment, **values: Any) -> dict[str, Any]:
    form = form_of(district, valid_from=made.valid_from.isoformat(), **values)
    made.refresh_from_db()
    return {
        **form,
        "loaded_revision_id": made.latest_revision_id,
        "loaded_revision_created_at": made.latest_revision.created_at.isoformat(),
    }


def test_an_edit_is_shown_first(admin: Client, district: SmallDistrict) -> None:
    made = catchment(district, "tal", "Buchhain")
    form = edited(district, made, valid_until="2998-12-31")
    shown = admin.post(url("edit", made.pk), form)
    (move,) = shown.context["change"].moves
    assert (move.on, move.before, move.after) == (date(2999, 1, 1), "Talheim", "Waldland")
    assert Catchment.objects.get(pk=made.pk).valid_until is None
    assert admin.post(url("edit", made.pk), {**form, "shown": button(shown)}).status_code == 302
    assert Catchment.objects.get(pk=made.pk).valid_until == date(2998, 12, 31)


def test_an_edit_that_moves_no_address_needs_no_second_button(admin: Client, district: SmallDistrict) -> None:
    made = catchment(district, "tal", "Buchhain")
    response = admin.post(url("edit", made.pk), edited(district, made, source="paper 2026/1"))
    assert response.status_code == 302
    assert Catchment.objects.get(pk=made.pk).source == "paper 2026/1"


def test_going_back_to_a_revision_is_shown_first(admin: Client, district: SmallDistrict) -> None:
    made = catchment(district, "tal", "Buchhain")
    first = made.latest_revision_id
    made.valid_until = date(2998, 12, 31)
    record(made)
    form = edited(district, made)
    address = url("revisions_revert", made.pk, first)
    shown = admin.post(address, form)
    assert [move.on for move in shown.context["change"].taken_back] == [date(2999, 1, 1)]
    assert admin.post(address, {**form, "shown": button(shown)}).status_code == 302
    assert Catchment.objects.get(pk=made.pk).valid_until is None


def delete_one(made: Catchment) -> str:
    return url("delete", made.pk)


def delete_several(made: Catchment) -> str:
    return reverse("wagtail_bulk_action", args=["search", "catchment", "delete"]) + f"?id={made.pk}"


@pytest.mark.parametrize("address_of", [delete_one, delete_several])
def test_a_deletion_shows_what_it_changes(
    admin: Client, district: SmallDistrict, address_of: Callable[[Catchment], str]
) -> None:
    made = Catchment.objects.get(municipality__ags=TALHEIM)
    address = address_of(made)
    asked = admin.get(address)
    assert [gap.places[0] for gap in asked.context["change"].gaps] == ["Kaltwasser (Talheim)"]
    assert admin.post(address).status_code == 200
    assert Catchment.objects.filter(pk=made.pk).exists()
    assert admin.post(address, {"shown": button(asked)}).status_code == 302
    assert not Catchment.objects.filter(pk=made.pk).exists()


def test_a_spreadsheet_shows_what_all_its_rows_change(admin: Client, district: SmallDistrict) -> None:
    lines = [
        "uuid,space,municipality,place,valid_from",
        *(
            f",tal,{ALTWALD},{Place.objects.get(name=name).uuid},2999-01-01"
            for name in ("Buchhain", "Oberfurt")
        ),
    ]
    file = SimpleUploadedFile("catchments.csv", "\n".join(lines).encode())
    response = admin.post(url("spreadsheet"), {"sheet": "catchment", "file": file})
    assert response.context["report"].wrong == []
    (move,) = response.context["change"].moves
    assert (move.after, move.territory) == ("Talheim", ("Buchhain (Altwald)", "Oberfurt (Altwald)"))
    assert Catchment.objects.count() == len(CATCHMENTS)


def new_one(admin: Client, district: SmallDistrict) -> Any:
    return admin.post(url("add"), form_of(district))


def edited_one(admin: Client, district: SmallDistrict) -> Any:
    made = Catchment.objects.get(street="Weg 3")
    return admin.post(url("edit", made.pk), edited(district, made, street="Weg 3", valid_until="2998-12-31"))


def deleted_one(admin: Client, district: SmallDistrict) -> Any:
    return admin.get(delete_one(Catchment.objects.get(street="Weg 3")))


def deleted_all(admin: Client, district: SmallDistrict) -> Any:
    ids = "&".join(f"id={pk}" for pk in Catchment.objects.values_list("pk", flat=True))
    return admin.get(delete_several(Catchment.objects.get(street="Weg 3")) + f"&{ids}")


@pytest.mark.parametrize("show", [new_one, edited_one, deleted_one, deleted_all])
def test_showing_a_change_costs_few_queries(
    admin: Client, district: SmallDistrict, show: Callable[[Client, SmallDistrict], Any]
) -> None:
    for number in range(12):
        catchment(district, "tal", "Buchhain", street=f"Weg {number}")
    show(admin, district)
    with CaptureQueriesContext(connection) as queries:
        response = show(admin, district)
    assert response.context["change"] is not None
    assert len(queries) <= 30, [query["sql"][:120] for query in queries]


def test_a_run_of_house_numbers_is_told_with_its_ends(admin: Client, district: SmallDistrict) -> None:
    form = form_of(district, street="Waldweg", first_number=1, last_number=9, parity="odd")
    (move,) = admin.post(url("add"), form).context["change"].moves
    assert move.territory == (f"Buchhain (Altwald) · Waldweg{Numbers(1, 9, 'odd').label()}",)
