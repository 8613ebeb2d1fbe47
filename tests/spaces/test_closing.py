"""An editor closes an office, or one offer of it; and the week as a table."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from spaces import open_now
from spaces.changes import record
from spaces.models import Closure, Office, Timetable
from tests import factories
from tests.spaces.around import make_offer, make_timetable
from tests.spaces.test_timetable_admin import HOLIDAY, MONDAY, rows, url

pytestmark = pytest.mark.django_db

EVERY_DAY = [(day, "09:00", "12:00") for day in range(7)]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


@pytest.fixture
def office() -> Office:
    office = factories.make_office(name="Office at the river")
    make_timetable(office, *EVERY_DAY, confirmed_on=date(2026, 1, 1), confirmed_by="Somebody")
    return office


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def is_open(owner: Any, day: date) -> bool:
    opening = open_now.facts().opening(owner)
    assert opening is not None
    return bool(opening.table.days(day, 1)[0].spans)


def close(admin: Client, kind: str, owner: Any, **values: Any) -> Any:
    data = {"first_day": tomorrow().isoformat(), "reason": "illness", **values}
    return admin.post(reverse("close", args=[kind, owner.uuid]), data)


def test_the_screen_leads_to_closing_with_tomorrow_filled_in(admin: Client, office: Office) -> None:
    listed = admin.get(reverse("hours_now")).content.decode()
    path = reverse("close", args=["office", office.uuid])
    assert path in listed
    form = admin.get(path).context["form"]
    assert form["first_day"].value() == tomorrow()
    assert form["reason"].value() == "illness"


def test_an_office_is_closed_tomorrow_and_the_closure_taken_back(admin: Client, office: Office) -> None:
    assert is_open(office, tomorrow())
    assert close(admin, "office", office).status_code == 302
    assert not is_open(office, tomorrow())
    assert is_open(office, tomorrow() + timedelta(days=1))
    closure = Closure.objects.get()
    assert str(closure.uuid) in admin.get(reverse("hours_now")).content.decode()
    admin.post(reverse("take_back", args=[closure.uuid]))
    assert is_open(office, tomorrow())


def test_one_offer_is_closed_and_keeps_the_hours_of_its_office(admin: Client, office: Office) -> None:
    offer, other = make_offer(office), make_offer(office)
    close(admin, "offer", offer)
    assert not is_open(offer, tomorrow())
    assert is_open(offer, tomorrow() + timedelta(days=1))
    assert is_open(other, tomorrow())
    assert is_open(office, tomorrow())
    # The office's hours stay the one place where they are written.
    timetable = Timetable.objects.get(office=office)
    closed = Timetable.objects.get(offer=offer)
    assert not closed.rules.exists()
    assert close(admin, "office", office, first_day=(tomorrow() + timedelta(days=1)).isoformat()).status_code
    assert not is_open(offer, tomorrow() + timedelta(days=1))
    assert timetable.rules.count() == 7


def test_offers_with_hours_of_their_own_are_closed_too_unless_the_box_is_emptied(
    admin: Client, office: Office
) -> None:
    closed, kept = make_offer(office), make_offer(office)
    own = make_timetable(closed, *EVERY_DAY)
    make_timetable(kept, *EVERY_DAY)
    form = admin.get(reverse("close", args=["office", office.uuid])).context["form"]
    assert len(form["also"].initial) == 2
    close(admin, "office", office, also=[own.pk])
    assert not is_open(closed, tomorrow())
    assert is_open(kept, tomorrow())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_day": ""}, "first_day"),
        ({"first_day": "tomorrow"}, "first_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"first_day": "2020-01-01", "last_day": "2020-01-02"}, "last_day"),
        ({"reason": "because"}, "reason"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_saved(
    admin: Client, office: Office, values: dict[str, str], field: str
) -> None:
    response = close(admin, "office", office, **values)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}
    assert not Closure.objects.exists()


def test_who_may_not_change_hours_closes_nothing(client: Client, office: Office) -> None:
    client.force_login(factories_user())
    for answer in (client.get(reverse("hours_now")), close(client, "office", office)):
        assert answer.status_code in (302, 403)
    assert not Closure.objects.exists()


def factories_user() -> User:
    return User.objects.create_user("visitor", password="visitor")


# The week as a table --------------------------------------------------------------------------------------------------


def blank(weekday: int) -> dict[str, Any]:
    return {"weekday": weekday, "start": "", "end": "", "way": "walk_in", "when": "always"}


def test_every_day_has_lines_to_fill_and_blank_ones_are_none(admin: Client, office: Office) -> None:
    timetable = Timetable.objects.get()
    shown = admin.get(url(Timetable, "edit", timetable.pk))
    formset = shown.context["form"].formsets["rules"]
    assert [form["weekday"].value() for form in formset.extra_forms] == list(range(7))
    rule = timetable.rules.first()
    assert rule is not None
    timetable.rules.set([rule])
    data = {
        "office": office.pk,
        **rows("rules", 1, {**MONDAY, "id": rule.pk, "start": "08:00"}, blank(0), blank(1)),
        **rows("closures"),
        **rows("special_days"),
    }
    record(timetable)
    assert admin.post(url(Timetable, "edit", timetable.pk), data).status_code == 302
    assert [(row.weekday, str(row.start)) for row in timetable.rules.all()] == [(0, "08:00:00")]


def test_the_week_of_another_office_is_copied_into_the_form_and_saved_when_it_is_saved(
    admin: Client, office: Office
) -> None:
    other = factories.make_office(name="Office on the hill")
    timetable = make_timetable(other, (2, "14:00", "16:00", "phone"))
    shown = admin.get(
        f"{url(Timetable, 'edit', timetable.pk)}?copy={Timetable.objects.get(office=office).pk}"
    )
    formset = shown.context["form"].formsets["rules"]
    assert [form["DELETE"].value() for form in formset.initial_forms] == [True]
    filled = [form for form in formset.extra_forms if form["start"].value()]
    assert len(filled) == 7
    assert timetable.rules.count() == 1


def test_families_see_is_shown_before_anything_is_saved(admin: Client, office: Office) -> None:
    timetable = Timetable.objects.get()
    timetable.rules.set([])
    record(timetable)
    data = {
        "office": office.pk,
        **rows("rules", 0, {**MONDAY, "start": "15:15", "end": "16:45"}),
        **rows("closures", 0, {**HOLIDAY, "first_day": "2030-07-02", "last_day": "2030-07-03"}),
        **rows("special_days"),
        "preview": "1",
        "preview_day": "2030-07-01",
    }
    response = admin.post(url(Timetable, "edit", timetable.pk), data)
    assert response.status_code == 200
    week = response.context["preview"].week
    assert [(row.day.day, len(row.spans), bool(row.reason)) for row in week[:3]] == [
        (1, 1, False),
        (2, 0, True),
        (3, 0, True),
    ]
    assert "15:15" in response.content.decode()
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("rules", "special", "is_warned"),
    [
        ([MONDAY], [], False),
        ([{**MONDAY, "valid_until": "2020-01-01"}], [], True),
        ([MONDAY], [{"day": "2030-12-25", "start": "09:00", "end": "10:00", "way": "phone"}], True),
        ([MONDAY], [{"day": "2030-12-23", "start": "09:00", "end": "10:00", "way": "phone"}], False),
        ([{**MONDAY, "on_public_holidays": "on"}], [], True),
    ],
)
def test_what_may_be_a_slip_is_asked_once(
    admin: Client, rules: list[dict[str, Any]], special: list[dict[str, Any]], is_warned: bool
) -> None:
    data = {
        "office": factories.make_office().pk,
        **rows("rules", 0, *rules),
        **rows("closures"),
        **rows("special_days", 0, *special),
    }
    response = admin.post(url(Timetable, "add"), data)
    assert (response.status_code == 200) == is_warned
    assert Timetable.objects.exists() != is_warned
    if is_warned:
        assert response.context["warnings"]
        assert 'name="warned"' in response.content.decode()
        assert admin.post(url(Timetable, "add"), {**data, "warned": "1"}).status_code == 302
        assert Timetable.objects.exists()
