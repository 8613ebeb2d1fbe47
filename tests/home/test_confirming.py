"""Somebody responsible says that everything is still right; and readers learn how old that is."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import ModelLogEntry

from spaces import confirming
from spaces.changes import record, version
from spaces.models import Change, Figure, Helpline, Office, Timetable
from spaces.models.fact import CONFIRMED_FOR, Fact
from tests import factories
from tests.spaces.around import make_event, make_helpline, make_offer, make_timetable

pytestmark = pytest.mark.django_db

EVERY_DAY = [(day, "09:00", "12:00") for day in range(7)]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


@pytest.fixture
def office() -> Office:
    space = factories.make_space(name="Ilmenau")
    factories.make_mandate(space=space, provider=factories.make_provider(name="Albatros"))
    office = factories.make_office(space, name="Office at the river", telephone="030 23125 001")
    make_timetable(office, *EVERY_DAY)
    make_offer(office)
    return office


def today() -> date:
    return timezone.localdate()


def long_ago() -> date:
    return today() - CONFIRMED_FOR - timedelta(days=1)


def screen(office: Office) -> str:
    return reverse("confirm_office", args=[office.uuid])


def confirm(admin: Client, office: Office, **values: Any) -> Any:
    data = {"confirmed_by": "Albatros", "seen": version(), **values}
    return admin.post(screen(office), data)


def all_of(office: Office) -> list[Fact]:
    office = Office.objects.get(pk=office.pk)
    return [office, *Timetable.objects.filter(office=office), *office.offers.all()]


# An office ------------------------------------------------------------------------------------------------------------


def test_the_screen_shows_what_families_see_and_fills_in_who_runs_the_space(
    admin: Client, office: Office
) -> None:
    shown = admin.get(screen(office))
    text = shown.content.decode()
    assert "030 23125 001" in text
    assert "09:00" in text
    assert shown.context["form"]["confirmed_by"].value() == "Albatros"


def test_one_click_confirms_the_office_its_hours_and_its_offers_at_once(
    admin: Client, office: Office
) -> None:
    own_hours = make_offer(office)
    make_timetable(own_hours, *EVERY_DAY)
    before = version()
    assert confirm(admin, office).status_code == 302
    facts = [*all_of(office), Timetable.objects.get(offer=own_hours)]
    assert len(facts) == 5
    assert {(fact.confirmed_on, fact.confirmed_by) for fact in facts} == {(today(), "Albatros")}
    # One line of the journal and one of the audit log for each of them, by this person.
    assert Change.objects.filter(id__gt=before).count() == 5
    assert ModelLogEntry.objects.filter(user__username="editor", action="wagtail.edit").count() == 5


def test_nothing_is_confirmed_where_one_thing_cannot_be(admin: Client) -> None:
    unreachable = factories.make_office()
    make_timetable(unreachable, *EVERY_DAY)
    make_offer(unreachable)
    before = version()
    answer = confirm(admin, unreachable)
    assert answer.status_code == 200
    ((part, reasons),) = answer.context["wrong"]
    assert part.fact == unreachable
    assert part.url in answer.content.decode()
    assert reasons
    assert version() == before
    assert {fact.confirmed_on for fact in all_of(unreachable)} == {None}


def test_examples_are_told_and_left(admin: Client, office: Office) -> None:
    example = make_offer(office, is_example=True)
    assert str(example) in admin.get(screen(office)).content.decode()
    confirm(admin, office)
    example.refresh_from_db()
    assert example.confirmed_on is None
    assert Office.objects.get(pk=office.pk).confirmed_on == today()


def test_an_office_that_is_an_example_has_no_button(admin: Client) -> None:
    example = factories.make_office(is_example=True, telephone="030 23125 002")
    shown = admin.get(screen(example)).content.decode()
    assert 'name="confirmed_by"' not in shown
    confirm(admin, example)
    assert Office.objects.get(pk=example.pk).confirmed_on is None


def test_what_changed_after_it_was_shown_is_shown_once_more(admin: Client, office: Office) -> None:
    seen = version()
    office.telephone = "030 23125 999"
    record(office)
    answer = confirm(admin, office, seen=seen)
    assert answer.status_code == 200
    assert "030 23125 999" in answer.content.decode()
    assert {fact.confirmed_on for fact in all_of(office)} == {None}
    # What changed elsewhere is no matter.
    seen = version()
    factories.make_office()
    assert confirm(admin, office, seen=seen).status_code == 302


@pytest.mark.parametrize("values", [{"confirmed_by": ""}, {"confirmed_by": "x" * 201}, {"seen": ""}])
def test_who_confirms_has_to_be_said(admin: Client, office: Office, values: dict[str, str]) -> None:
    assert confirm(admin, office, **values).status_code == 200
    assert {fact.confirmed_on for fact in all_of(office)} == {None}


def test_who_may_not_change_an_office_confirms_nothing(client: Client, office: Office) -> None:
    user = User.objects.create_user("visitor", password="visitor")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    helpline = make_helpline()
    single = reverse("confirm_fact", args=["helpline", helpline.uuid])
    for answer in (client.get(screen(office)), confirm(client, office), client.post(single)):
        assert answer.status_code in (302, 403)
        assert answer.status_code == 403 or answer["Location"] == reverse("wagtailadmin_home")
    assert {fact.confirmed_on for fact in [*all_of(office), Helpline.objects.get()]} == {None}


# One fact -------------------------------------------------------------------------------------------------------------


def test_one_fact_of_another_kind_is_confirmed_with_one_click(admin: Client) -> None:
    factories.make_authority(kind="county", name="Landkreis")
    helpline = make_helpline()
    answer = admin.post(reverse("confirm_fact", args=["helpline", helpline.uuid]))
    assert answer.status_code == 302
    helpline.refresh_from_db()
    assert (helpline.confirmed_on, helpline.confirmed_by) == (today(), "Landkreis")


@pytest.mark.parametrize("kind", ["user", "municipality", "nothing"])
def test_what_is_no_fact_of_the_editors_cannot_be_confirmed(admin: Client, kind: str) -> None:
    helpline = make_helpline()
    assert admin.post(reverse("confirm_fact", args=[kind, helpline.uuid])).status_code == 404


def test_an_example_and_an_address_typed_by_hand_confirm_nothing(admin: Client) -> None:
    helpline = make_helpline(is_example=True)
    url = reverse("confirm_fact", args=["helpline", helpline.uuid])
    assert admin.get(url).status_code == 405
    admin.post(url)
    helpline.refresh_from_db()
    assert helpline.confirmed_on is None


# What is due ----------------------------------------------------------------------------------------------------------


def test_which_facts_are_due() -> None:
    def is_due(fact: Fact) -> bool:
        return type(fact).objects.filter(confirming.is_due(type(fact)), pk=fact.pk).exists()

    confirmed: Any = {"confirmed_by": "Somebody", "telephone": "030 23125 003"}
    now = timezone.now()
    over = {"starts_at": now - timedelta(days=2), "ends_at": now - timedelta(days=1)}
    old_figure = Figure(year=2017, kind="cases", value=1000, confirmed_on=long_ago(), confirmed_by="Somebody")
    record(old_figure)
    expected = [
        (factories.make_office(), True),
        (factories.make_office(is_example=True), False),
        (factories.make_office(confirmed_on=today(), **confirmed), False),
        (factories.make_office(confirmed_on=today() - CONFIRMED_FOR, **confirmed), False),
        (factories.make_office(confirmed_on=long_ago(), **confirmed), True),
        (factories.make_mandate(), True),
        (factories.make_mandate(valid_until=today()), True),
        (factories.make_mandate(valid_until=today() - timedelta(days=1)), False),
        (make_event(), True),
        (make_event(**over), False),
        # What happened in a year does not grow old.
        (old_figure, False),
    ]
    assert [is_due(fact) for fact, _ in expected] == [due for _, due in expected]
    for fact, due in expected:
        assert fact.is_overdue == (due and fact.confirmed_on is not None)


def test_the_list_of_facts_can_be_narrowed_to_those_that_are_due(admin: Client, office: Office) -> None:
    done = factories.make_office(
        name="Done", telephone="030 23125 004", confirmed_on=today(), confirmed_by="Somebody"
    )
    listed = admin.get(reverse(Office.snippet_viewset.get_url_name("list")), {"state": "due"})
    text = listed.content.decode()
    assert office.name in text
    assert done.name not in text


def test_readers_are_told_that_a_fact_was_confirmed_long_ago(office: Office) -> None:
    office.confirmed_on, office.confirmed_by = today(), "Albatros"
    with override("en"):
        fresh = render_to_string("components/fact_state.html", {"fact": office, "contact": True})
        office.confirmed_on = long_ago()
        old = render_to_string("components/fact_state.html", {"fact": office, "contact": True})
    told = "That was more than half a year ago. Please ask before you go there."
    assert told not in " ".join(fresh.split())
    assert told in " ".join(old.replace("\n", " ").split())
    # Programs are told the day, and no new word for it.
    assert office.state == "confirmed"
