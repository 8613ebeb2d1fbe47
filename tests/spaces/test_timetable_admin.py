"""Opening hours and other facts with rows in the admin: saved, deleted and taken back as one."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from spaces.changes import record, version
from spaces.models import (
    Change,
    Closure,
    Event,
    Figure,
    Helpline,
    Offer,
    Office,
    OpeningRule,
    Partner,
    School,
    SchoolHoliday,
    SchoolSite,
    Service,
    Space,
    SpecialDay,
    Stop,
    Timetable,
)
from spaces.models.fact import Fact
from spaces.models.provider import Confidentiality
from tests import factories
from tests.spaces import around

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return User.objects.create_superuser("editor", password="editor")


@pytest.fixture
def admin(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def url(model: type[Fact], name: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def rows(name: str, initial: int = 0, *forms: dict[str, Any]) -> dict[str, Any]:
    posted: dict[str, Any] = {
        f"{name}-TOTAL_FORMS": len(forms),
        f"{name}-INITIAL_FORMS": initial,
        f"{name}-MIN_NUM_FORMS": 0,
        f"{name}-MAX_NUM_FORMS": 1000,
    }
    for number, form in enumerate(forms):
        posted |= {f"{name}-{number}-{field}": value for field, value in form.items()}
    return posted


MONDAY = {"weekday": 0, "start": "09:00", "end": "12:00", "way": "walk_in", "when": "always"}
TUESDAY = {**MONDAY, "weekday": 1}
HOLIDAY = {"first_day": "2026-07-01", "last_day": "2026-07-10", "reason": "holiday"}
SHORT_DAY = {"day": "2026-03-02", "start": "09:00", "end": "10:00", "way": "phone", "reason": ""}


def hours(office: Office | None, rules: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    assert office is not None
    return {
        "office": office.pk,
        **rules,
        **others.get("closures", rows("closures")),
        **others.get("special_days", rows("special_days")),
    }


@pytest.fixture
def timetable() -> Timetable:
    made = Timetable(office=factories.make_office(name="Office at the river"))
    made.rules.set([OpeningRule(weekday=0, start=time(9), end=time(12))])
    made.closures.set([Closure(first_day=date(2026, 7, 1), last_day=date(2026, 7, 10))])
    record(made)
    return made


def posted_rule(timetable: Timetable, **values: Any) -> dict[str, Any]:
    return {**MONDAY, "id": timetable.rules.get().pk, **values}


def posted_closures(timetable: Timetable) -> dict[str, Any]:
    return rows("closures", 1, {**HOLIDAY, "id": timetable.closures.get().pk})


def journal(fact: Fact) -> list[bool]:
    return list(Change.objects.filter(uuid=fact.uuid).order_by("id").values_list("deleted", flat=True))


def test_opening_hours_are_made_with_their_rows(admin: Client, editor: User) -> None:
    office = factories.make_office()
    response = admin.post(
        url(Timetable, "add"),
        hours(
            office,
            rows("rules", 0, TUESDAY, MONDAY),
            closures=rows("closures", 0, HOLIDAY),
            special_days=rows("special_days", 0, SHORT_DAY),
        ),
    )
    assert response.status_code == 302
    timetable = Timetable.objects.get(office=office)
    assert list(timetable.rules.values_list("weekday", flat=True)) == [0, 1]
    assert timetable.closures.get().last_day == date(2026, 7, 10)
    assert timetable.special_days.get().way == "phone"
    assert journal(timetable) == [False]
    assert [revision.user for revision in timetable.revisions] == [editor]
    assert len(timetable.latest_revision.content["rules"]) == 2


def test_a_row_is_changed_and_another_added(admin: Client, timetable: Timetable) -> None:
    old = timetable.rules.get()
    response = admin.post(
        url(Timetable, "edit", timetable.pk),
        hours(
            timetable.office,
            rows("rules", 1, posted_rule(timetable, start="10:00"), TUESDAY),
            closures=posted_closures(timetable),
        ),
    )
    assert response.status_code == 302
    assert [(row.weekday, row.start) for row in timetable.rules.all()] == [(0, time(10)), (1, time(9))]
    assert timetable.rules.get(weekday=0).uuid == old.uuid
    assert timetable.closures.count() == 1
    assert journal(timetable) == [False, False]


def test_a_row_is_deleted(admin: Client, timetable: Timetable) -> None:
    data = hours(
        timetable.office,
        rows("rules", 1, posted_rule(timetable, DELETE="on")),
        closures=posted_closures(timetable),
    )
    assert admin.post(url(Timetable, "edit", timetable.pk), data).status_code == 302
    assert not OpeningRule.objects.exists()
    assert timetable.closures.count() == 1


def test_going_back_brings_deleted_rows_back(admin: Client, timetable: Timetable) -> None:
    old_revision = timetable.latest_revision
    emptied = Timetable.objects.get()
    emptied.rules.set([OpeningRule(weekday=4, start=time(8), end=time(9))])
    record(emptied)

    revert = url(Timetable, "revisions_revert", timetable.pk, old_revision.pk)
    shown = admin.get(revert)
    (rule,) = shown.context["form"].formsets["rules"].initial_forms
    assert rule["start"].value() == time(9)
    response = admin.post(
        revert,
        hours(
            timetable.office,
            rows("rules", 1, {**MONDAY, "id": rule["id"].value() or ""}),
            closures=posted_closures(timetable),
        ),
    )
    assert response.status_code == 302
    assert [(row.weekday, row.start) for row in timetable.rules.all()] == [(0, time(9))]
    assert timetable.closures.count() == 1
    assert journal(timetable) == [False, False, False]


def test_an_old_revision_opens_when_what_it_points_at_is_gone(admin: Client, timetable: Timetable) -> None:
    old_revision, old_office = timetable.latest_revision, timetable.office
    moved = Timetable.objects.get()
    moved.office = factories.make_office()
    record(moved)
    assert old_office is not None
    record(old_office, delete=True)
    shown = admin.get(url(Timetable, "revisions_revert", timetable.pk, old_revision.pk))
    assert shown.status_code == 200
    assert shown.context["form"]["office"].value() is None


def test_the_versions_of_opening_hours_can_be_compared(admin: Client, timetable: Timetable) -> None:
    first = timetable.latest_revision
    changed = Timetable.objects.get()
    changed.rules.set([OpeningRule(weekday=4, start=time(8), end=time(9))])
    record(changed)
    compare = url(Timetable, "revisions_compare", timetable.pk, first.pk, changed.latest_revision.pk)
    assert admin.get(compare).status_code == 200


def test_opening_hours_are_deleted_with_their_rows(admin: Client, timetable: Timetable) -> None:
    assert admin.post(url(Timetable, "delete", timetable.pk)).status_code == 302
    assert not Timetable.objects.exists()
    assert not OpeningRule.objects.exists()
    assert not Closure.objects.exists()
    assert journal(timetable) == [False, True]


def test_an_office_with_opening_hours_is_not_deleted(admin: Client, timetable: Timetable) -> None:
    before = version()
    response = admin.post(url(Office, "delete", Office.objects.get().pk), follow=True)
    assert "Office at the river" in " ".join(str(message) for message in response.context["messages"])
    assert Office.objects.exists()
    assert version() == before


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({**MONDAY, "start": "11:00", "end": "13:00"}, "start"),
        ({**TUESDAY, "start": "12:00", "end": "09:00"}, "end"),
        ({**TUESDAY, "start": ""}, "start"),
    ],
)
def test_a_wrong_row_is_told_at_its_field_and_saves_nothing(
    admin: Client, timetable: Timetable, rule: dict[str, Any], field: str
) -> None:
    before = version()
    data = hours(
        timetable.office,
        rows("rules", 1, posted_rule(timetable, start="10:00"), rule),
        closures=rows(
            "closures", 1, {**HOLIDAY, "id": timetable.closures.get().pk, "last_day": "2026-08-01"}
        ),
    )
    response = admin.post(url(Timetable, "edit", timetable.pk), data)
    assert response.status_code == 200
    errors = response.context["form"].formsets["rules"].errors
    assert [set(found) for found in errors] == [set(), {field}]
    assert timetable.rules.get().start == time(9)
    assert timetable.closures.get().last_day == date(2026, 7, 10)
    assert version() == before


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("special_days", {**SHORT_DAY, "start": "12:00", "end": "09:00"}, "end"),
        ("special_days", {**SHORT_DAY, "end": ""}, "end"),
        ("closures", {**HOLIDAY, "last_day": "2026-06-30"}, "last_day"),
    ],
)
def test_a_wrong_day_is_told_at_its_field_and_saves_nothing(
    admin: Client, timetable: Timetable, name: str, row: dict[str, Any], field: str
) -> None:
    before = version()
    # What is right in the same form is not saved either.
    rule = posted_rule(timetable, start="10:00")
    data = {
        **hours(timetable.office, rows("rules", 1, rule), closures=posted_closures(timetable)),
        **rows(name, 0, row),
    }
    response = admin.post(url(Timetable, "edit", timetable.pk), data)
    assert response.status_code == 200
    assert [set(found) for found in response.context["form"].formsets[name].errors] == [{field}]
    assert timetable.rules.get().start == time(9)
    assert version() == before


def test_the_message_is_in_the_editors_language(admin: Client, editor: User, timetable: Timetable) -> None:
    profile = UserProfile.get_for_user(editor)
    profile.preferred_language = "en"
    profile.save()
    data = hours(timetable.office, rows("rules", 0, MONDAY, MONDAY))
    response = admin.post(url(Timetable, "edit", timetable.pk), data)
    assert "Overlaps with" in response.content.decode()


def test_a_contradiction_is_mended_in_one_go(admin: Client, timetable: Timetable) -> None:
    # What stands in the database must not count when the form replaces it.
    later = {**MONDAY, "start": "12:00", "end": "15:00"}
    data = hours(
        timetable.office,
        rows(
            "rules",
            1,
            posted_rule(timetable, DELETE="on"),
            {**MONDAY, "end": "12:30"},
            {**later, "start": "12:30"},
        ),
        closures=posted_closures(timetable),
    )
    assert admin.post(url(Timetable, "edit", timetable.pk), data).status_code == 302
    assert timetable.rules.count() == 2


def test_the_second_of_two_editors_is_told_and_saves_nothing(admin: Client, timetable: Timetable) -> None:
    edit = url(Timetable, "edit", timetable.pk)
    opened = admin.get(edit)
    revision = timetable.latest_revision
    stale = {
        "loaded_revision_id": revision.pk,
        "loaded_revision_created_at": opened.context["loaded_revision_created_at"],
        **hours(
            timetable.office,
            rows("rules", 1, posted_rule(timetable, start="10:00")),
            closures=posted_closures(timetable),
        ),
    }
    meanwhile = Timetable.objects.get()
    meanwhile.rules.set([OpeningRule(weekday=4, start=time(8), end=time(9))])
    record(meanwhile)

    before = version()
    for _again in range(2):
        response = admin.post(edit, stale)
        assert response.status_code == 200
        # What the form would send when it is sent once more: it is still out of date.
        assert response.context["loaded_revision_created_at"] == stale["loaded_revision_created_at"]
        stale["loaded_revision_id"] = meanwhile.latest_revision.pk
    assert version() == before
    assert timetable.rules.get().weekday == 4


def test_stops_are_saved_with_their_office(admin: Client) -> None:
    space = factories.make_space()
    data = {
        "space": space.pk,
        "name": "Office",
        "is_main": "on",
        **BUILDING,
        **rows(
            "stops", 0, {"name": "Market", "lines": "5005", "minutes": "3"}, {"name": "Far", "minutes": ""}
        ),
    }
    response = admin.post(url(Office, "add"), data)
    assert response.status_code == 302
    office = Office.objects.get()
    assert set(office.stops.values_list("name", flat=True)) == {"Market", "Far"}
    assert admin.post(url(Office, "delete", office.pk)).status_code == 302
    assert not Stop.objects.exists()


BUILDING = dict.fromkeys(("step_free", "lift", "accessible_toilet", "hearing_loop", "parking"), "unknown")


def posted_office(**values: Any) -> dict[str, Any]:
    return {"space": factories.make_space().pk, "name": "Office", **BUILDING, **rows("stops"), **values}


def second_main_office() -> dict[str, Any]:
    return posted_office(space=factories.make_office().space.pk, is_main="on")


def offer_of_two_minds() -> dict[str, Any]:
    unknown = dict.fromkeys(("cost", "interpreter", "sign_language_interpreter"), "unknown")
    return {
        "service": around.make_service().pk,
        "office": factories.make_office().pk,
        "provider": factories.make_provider().pk,
        "provider_is_unknown": "on",
        **unknown,
    }


def second_wording_of_a_day() -> dict[str, Any]:
    approved = around.approve()
    return {
        "kind": approved.kind,
        "wording": approved.wording,
        "approved_on": approved.approved_on,
        "approved_by": approved.approved_by.pk,
    }


@pytest.mark.parametrize(
    ("model", "posted", "field"),
    [
        (Office, lambda: posted_office(confirmed_on="2026-01-31"), "telephone"),
        (Office, lambda: posted_office(latitude="53.2958"), "longitude"),
        (Office, second_main_office, "is_main"),
        (Offer, offer_of_two_minds, "provider_is_unknown"),
        (Confidentiality, second_wording_of_a_day, "approved_on"),
    ],
)
def test_what_contradicts_itself_is_told_at_its_field_and_saves_nothing(
    admin: Client, model: type[Fact], posted: Callable[[], dict[str, Any]], field: str
) -> None:
    data = posted()
    before, count = version(), model._default_manager.count()
    response = admin.post(url(model, "add"), data)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}
    assert (version(), model._default_manager.count()) == (before, count)


@pytest.mark.parametrize(
    ("model", "posted"),
    [
        (Office, lambda: posted_office(telephone="030 23125 001")),
        (Offer, lambda: {**offer_of_two_minds(), "provider": ""}),
        (Offer, lambda: {**offer_of_two_minds(), "provider_is_unknown": ""}),
        (Confidentiality, lambda: {**second_wording_of_a_day(), "approved_on": "2026-01-02"}),
        (Confidentiality, lambda: {**second_wording_of_a_day(), "kind": "county"}),
    ],
)
def test_what_does_not_is_saved(
    admin: Client, model: type[Fact], posted: Callable[[], dict[str, Any]]
) -> None:
    data = posted()
    count = model._default_manager.count()
    assert admin.post(url(model, "add"), data).status_code == 302
    assert model._default_manager.count() == count + 1


@pytest.mark.parametrize(
    ("stop", "field"),
    [({"name": "", "lines": "5005"}, "name"), ({"name": "Market", "minutes": "-1"}, "minutes")],
)
def test_a_wrong_stop_is_told_at_its_field_and_saves_nothing_of_its_office(
    admin: Client, stop: dict[str, str], field: str
) -> None:
    office = factories.make_office(name="River")
    data = {**posted_office(space=office.space.pk, name="Hill"), **rows("stops", 0, {"name": "Far"}, stop)}
    before = version()
    response = admin.post(url(Office, "edit", office.pk), data)
    assert response.status_code == 200
    errors = response.context["form"].formsets["stops"].errors
    assert [set(found) for found in errors] == [set(), {field}]
    office.refresh_from_db()
    assert (office.name, office.stops.count()) == ("River", 0)
    assert version() == before


def test_sites_are_saved_with_their_school(admin: Client) -> None:
    municipality = factories.make_municipality()
    data = {
        "name": "School",
        "municipality": municipality.pk,
        **rows("sites", 0, {"name": "Across the river"}),
    }
    assert admin.post(url(School, "add"), data).status_code == 302
    school = School.objects.get()
    assert school.sites.get().name == "Across the river"
    assert admin.post(url(School, "delete", school.pk)).status_code == 302
    assert not SchoolSite.objects.exists()


def warnings_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"] if message.level_tag == "warning"]


def test_saving_a_space_without_a_main_office_warns(admin: Client) -> None:
    response = admin.post(url(Space, "add"), {"name": "Ilmenau", "key": "ilmenau"}, follow=True)
    (warning,) = warnings_of(response)
    assert "Ilmenau" in warning


def test_deleting_a_main_office_warns_of_its_space_alone(admin: Client) -> None:
    factories.make_space(name="Nobody yet")
    office = factories.make_office(factories.make_space(name="Ilmenau"))
    response = admin.post(url(Office, "delete", office.pk), follow=True)
    (warning,) = warnings_of(response)
    assert "Ilmenau" in warning


def make_offer(**values: Any) -> Offer:
    service = Service(key="counselling")
    record(service)
    offer = Offer(service=service, office=factories.make_office(), **values)
    record(offer)
    return offer


def make_event() -> Event:
    starts, ends = "2026-03-02T18:00+01:00", "2026-03-02T20:00+01:00"
    return Event(key="evening", kind="open_meeting", starts_at=starts, ends_at=ends)


def made(fact: Fact) -> Fact:
    record(fact)
    return type(fact)._default_manager.get(pk=fact.pk)


MAKE = {
    Timetable: lambda: made(Timetable(office=factories.make_office())),
    SchoolHoliday: lambda: made(
        SchoolHoliday(name="easter", first_day=date(2026, 3, 23), last_day=date(2026, 4, 7))
    ),
    Service: lambda: made(Service(key="counselling")),
    Offer: make_offer,
    Confidentiality: around.approve,
    Helpline: lambda: made(Helpline(key="line", name="Line", telephone="030 23125 001")),
    Partner: lambda: made(Partner(space=factories.make_space(), name="Nursery", kind="day_nursery")),
    Event: lambda: made(make_event()),
    Figure: lambda: made(Figure(year=2017, kind="cases", value=1000)),
}


@pytest.mark.parametrize("model", list(MAKE))
def test_every_view_of_a_fact_opens(admin: Client, model: type[Fact]) -> None:
    fact = MAKE[model]()
    for name in ("edit", "history", "usage", "delete"):
        assert admin.get(url(model, name, fact.pk)).status_code == 200, name
    assert admin.get(url(model, "add")).status_code == 200
    assert str(fact) in admin.get(url(model, "list")).content.decode()
    assert admin.get(url(model, "list"), {"q": "e"}).status_code == 200
    assert admin.post(url(model, "delete", fact.pk)).status_code == 302
    assert journal(fact) == [False, True]


def test_the_menu_leads_to_the_opening_hours_first(admin: Client) -> None:
    page = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert page.index(url(Timetable, "list")) < page.index(url(Office, "list"))
    assert url(Helpline, "list") in page


def test_the_list_of_opening_hours_costs_the_same_whatever_its_length(
    admin: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        record(Timetable(office=factories.make_office()))
    record(Timetable(offer=make_offer()))
    admin.get(url(Timetable, "list"))
    with django_assert_max_num_queries(20):
        admin.get(url(Timetable, "list"))


def test_unused_rows_of_special_days_do_not_count(admin: Client, timetable: Timetable) -> None:
    other = Timetable.objects.get()
    other.special_days.set([SpecialDay(day=date(2026, 3, 2), start=time(9), end=time(12))])
    record(other)
    row = {**SHORT_DAY, "id": other.special_days.get().pk}
    data = hours(
        timetable.office,
        rows("rules", 1, posted_rule(timetable)),
        closures=posted_closures(timetable),
        special_days=rows("special_days", 1, {**row, "DELETE": "on"}, {**SHORT_DAY, "start": "", "end": ""}),
    )
    assert admin.post(url(Timetable, "edit", timetable.pk), data).status_code == 302
    assert timetable.special_days.get().start is None
