"""The opening hours of the facts, and how a space's page tells them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from home.models import HomePage
from search.models import Catchment
from spaces import open_now
from spaces.changes import record
from spaces.models import Helpline, Municipality, Office, OpeningRule, Provider, SchoolHoliday, SpacePage
from spaces.models.fact import recording
from tests import factories
from tests.spaces import around

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")

#: A Monday; Thursday of this week is Ascension Day.
MONDAY = datetime(2026, 5, 11, 10, 0, tzinfo=BERLIN)


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page()


@pytest.fixture
def page(home: HomePage) -> SpacePage:
    return factories.make_space_page(factories.make_space_index_page(home))


@pytest.fixture
def office(page: SpacePage) -> Office:
    return factories.make_office(page.space, name="Office of all")


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    # The clock of the cache does not stand still.
    cache.clear()
    with patch.object(timezone, "now", return_value=moment.astimezone(UTC)):
        yield


def shown(client: Client, page: SpacePage | str, moment: datetime = MONDAY, language: str = "de") -> str:
    """The words of a page's main part, as they stand in the msgids or in German."""
    path = page if isinstance(page, str) else page.url
    with at(moment):
        html = client.get(path.replace("/de/", f"/{language}/", 1)).content.decode()
    return words(html[html.index("<main") : html.index("</main>")])


def words(html: str) -> str:
    return re.sub(r" ([.,)])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The words under test are the msgids: the catalogues have tests of their own."""
    catalogue = "django.utils.translation.trans_real.DjangoTranslation"
    with (
        patch(f"{catalogue}.gettext", lambda self, text: text),
        patch(f"{catalogue}.ngettext", lambda self, one, more, n: one if n == 1 else more),
    ):
        yield


def opening(office: Office) -> open_now.Opening:
    found = open_now.facts().opening(office)
    assert found
    return found


class TestTheFacts:
    def test_rules_closures_and_special_days_reach_the_timetable(self, office: Office) -> None:
        around.make_timetable(
            office,
            (0, "09:00", "12:00"),
            (1, "14:00", "17:00", "appointment"),
            closures=(("2026-05-19", "2026-05-20", "illness"),),
            special_days=(("2026-05-13", "15:00", "16:00"),),
        )
        with at(MONDAY):
            week = opening(office).week(date(2026, 5, 11))
            later = opening(office).week(date(2026, 5, 18))
        assert week[0].spans == (open_now.Span(time(9), time(12), "walk_in"),)
        assert week[1].spans == (open_now.Span(time(14), time(17), "appointment"),)
        assert week[2].spans == (open_now.Span(time(15), time(16), "walk_in"),)
        assert (later[1].spans, later[1].usual) == ((), (open_now.Span(time(14), time(17), "appointment"),))

    def test_public_holidays_of_the_state_close_an_office(self, office: Office) -> None:
        around.make_timetable(office, (3, "09:00", "12:00"))
        with at(MONDAY):
            (thursday,) = [row for row in opening(office).week(date(2026, 5, 11)) if row.day.day == 14]
        assert (thursday.spans, thursday.reason) == ((), "Ascension Day")

    def test_another_state_has_other_holidays(self, office: Office, settings: Settings) -> None:
        settings.PUBLIC_HOLIDAYS = ("DE", "BY")
        around.make_timetable(office, (3, "09:00", "12:00"))
        with at(MONDAY):
            rows = opening(office).week(date(2026, 6, 1))
        assert [row.reason for row in rows if row.reason] == ["Corpus Christi"]

    def test_school_holidays_count(self, office: Office) -> None:
        timetable = around.make_timetable(office, (0, "09:00", "12:00"))
        (rule,) = timetable.rules.all()
        rule.when = "term"
        timetable.rules.add(rule)
        record(timetable)
        record(SchoolHoliday(name="summer", first_day=date(2026, 5, 11), last_day=date(2026, 5, 15)))
        with at(MONDAY):
            days = opening(office).table.days(date(2026, 5, 11), 8)
        assert [bool(day.spans) for day in days] == [False] * 7 + [True]

    @pytest.mark.parametrize("of", [factories.make_office, around.make_helpline])
    @pytest.mark.parametrize("holds", [True, False])
    def test_a_rule_holds_on_public_holidays_if_it_says_so(
        self, of: Callable[[], Office | Helpline], holds: bool
    ) -> None:
        fact = of()
        # On Sundays too: that alone says nothing about public holidays.
        around.make_timetable(
            fact, *[(day, "08:00", "20:00", "phone") for day in range(7)], on_public_holidays=holds
        )
        with at(MONDAY.replace(day=14)):
            found = open_now.facts().opening(fact)
            assert found
            assert found.now(timezone.now()).open is holds

    def test_of_two_rules_one_may_hold_on_public_holidays(self, office: Office) -> None:
        timetable = around.make_timetable(office, (3, "09:00", "12:00"), (3, "14:00", "17:00", "phone"))
        _morning, afternoon = timetable.rules.all()
        afternoon.on_public_holidays = True
        timetable.rules.add(afternoon)
        record(timetable)
        with at(MONDAY):
            (thursday,) = [row for row in opening(office).week(date(2026, 5, 11)) if row.day.day == 14]
        assert thursday.spans == (open_now.Span(time(14), time(17), "phone"),)

    def test_helplines_from_before_the_mark_stay_as_they_were(self, office: Office) -> None:
        migration = import_module("spaces.migrations.0004_unknown_givers_holidays_and_confidentiality")
        sundays, weekdays = around.make_helpline(), around.make_helpline()
        around.make_timetable(sundays, *around.day_and_night())
        around.make_timetable(weekdays, (0, "14:00", "20:00", "phone"))
        around.make_timetable(office, (6, "14:00", "20:00"))
        with recording():
            migration.helplines_stay_open(apps, None)
        rules = OpeningRule.objects.filter(on_public_holidays=True)
        assert set(rules.values_list("timetable__helpline", flat=True)) == {sundays.pk}
        assert rules.count() == len(around.day_and_night())

    def test_an_offer_is_open_when_its_office_is_unless_it_has_its_own_hours(self, office: Office) -> None:
        around.make_timetable(office, (0, "09:00", "12:00"))
        plain, own = around.make_offer(office), around.make_offer(office)
        around.make_timetable(own, (1, "09:00", "12:00"))
        with at(MONDAY):
            facts = open_now.facts()
            assert facts.opening(plain) == facts.opening(office)
            assert facts.opening(own) != facts.opening(office)

    def test_they_are_read_once_a_version_and_day(
        self, office: Office, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        timetable = around.make_timetable(office, (0, "09:00", "12:00"))
        with at(MONDAY):
            first = open_now.facts()
            with django_assert_num_queries(1):
                assert open_now.facts() is first
            around.close(timetable, date(2026, 5, 11), date(2026, 5, 11))
            assert open_now.facts() is not first
            assert not opening(office).now(timezone.now()).open
            yesterday = open_now.facts()
        with patch.object(timezone, "now", return_value=datetime(2026, 5, 12, tzinfo=BERLIN)):
            assert open_now.facts() is not yesterday


class TestASpacePage:
    @pytest.mark.parametrize(
        ("moment", "said"),
        [
            (MONDAY, "Open now, until 12:00"),
            (MONDAY.replace(hour=12), "Closed now. Opens tomorrow at 09:00 "),
            (MONDAY.replace(hour=8), "Closed now. Opens today at 09:00 "),
            (MONDAY.replace(day=13, hour=13), "Closed now. Opens on Freitag at 09:00 "),
            (MONDAY.replace(day=14), "Closed now (Ascension Day). Opens tomorrow at 09:00 "),
            (MONDAY.replace(day=15, hour=9, minute=30), "You can call now, until 10:00 by telephone"),
            (MONDAY.replace(day=12, hour=15), "Open now, by appointment only, until 17:00 by appointment"),
            # From Saturday on the team is on holiday for two weeks.
            (MONDAY.replace(day=16), "Closed now (holidays of the team). Opens on 1. Juni 2026 at 09:00 "),
        ],
    )
    def test_answers_first_whether_it_is_open_and_when_next(
        self, client: Client, page: SpacePage, office: Office, moment: datetime, said: str
    ) -> None:
        mornings = [(day, "09:00", "12:00") for day in range(4)]
        around.make_timetable(
            office,
            *mornings,
            (1, "14:00", "17:00", "appointment"),
            (4, "09:00", "10:00", "phone"),
            closures=(("2026-05-16", "2026-05-31", "holiday"),),
            confirmed_on=date(2026, 5, 1),
        )
        text = shown(client, page, moment)
        start = text.index("Office of all")
        assert text[start:].startswith(f"Office of all {said}")

    @pytest.mark.parametrize(
        ("values", "badge"),
        [
            ({}, "not confirmed yet"),
            ({"is_example": True, "confirmed_on": date(2026, 5, 1)}, "Example"),
        ],
    )
    def test_says_in_the_same_line_how_sure_that_is(
        self, client: Client, page: SpacePage, office: Office, values: dict, badge: str
    ) -> None:
        around.make_timetable(office, (0, "09:00", "12:00"), **values)
        assert f"until 12:00 {badge}" in shown(client, page)

    def test_shows_confirmed_hours_without_a_mark(
        self, client: Client, page: SpacePage, office: Office
    ) -> None:
        around.make_timetable(office, (0, "09:00", "12:00"), confirmed_on=date(2026, 5, 1))
        text = shown(client, page)
        assert "until 12:00 open consultation" in text
        assert "Confirmed on" in text

    @pytest.mark.parametrize(
        ("values", "advice"),
        [
            ({"telephone": "04131 26"}, "Please call before you come."),
            ({"email": "office@example.org"}, "Please write before you come."),
            ({"telephone": "030 23125 001", "is_example": True}, "Please ask the county first."),
            ({}, "Please ask the county first."),
        ],
    )
    def test_admits_that_hours_are_not_known_and_says_what_to_do(
        self, client: Client, page: SpacePage, values: dict, advice: str
    ) -> None:
        factories.make_office(page.space, **values)
        text = shown(client, page)
        assert f"The opening hours are not known. {advice}" in text
        assert "Open now" not in text
        assert "Help now" in text

    def test_announces_a_closure_of_which_no_hours_are_known(
        self, client: Client, page: SpacePage, office: Office
    ) -> None:
        around.make_timetable(office, closures=(("2026-06-01", "2026-06-05", "moving"),))
        text = shown(client, page)
        assert "The opening hours are not known." in text
        assert "From 1. Juni 2026 to 5. Juni 2026: closed (the office moves)" in text

    def test_announces_tomorrow_too_where_no_week_is_shown(
        self, client: Client, page: SpacePage, office: Office
    ) -> None:
        around.make_timetable(office, closures=(("2026-05-13", "2026-05-13", "illness"),))
        text = shown(client, page)
        assert "The opening hours are not known." in text
        assert "13. Mai 2026: closed (illness)" in text

    def test_shows_the_week_with_what_is_different_in_it(
        self, client: Client, page: SpacePage, office: Office
    ) -> None:
        around.make_timetable(
            office,
            *[(day, "09:00", "12:00") for day in range(5)],
            closures=(("2026-05-13", "2026-05-13", "training"),),
            special_days=(("2026-05-12", "10:00", "11:00"),),
        )
        text = shown(client, page)
        for row in (
            "Montag 11.5. 09:00–12:00 open consultation, without an appointment",
            "Dienstag 12.5. 10:00–11:00 open consultation, without an appointment an event otherwise: 09:00–12:00",
            "Mittwoch 13.5. closed training of the team otherwise: 09:00–12:00",
            "Donnerstag 14.5. closed Ascension Day otherwise: 09:00–12:00",
            "Samstag 16.5. closed",
        ):
            assert row in text
        # What comes after these seven days; the holidays within them are not said twice.
        assert "Montag, 25. Mai 2026: closed (Pentecost Monday)" in text
        assert text.count("Ascension Day") == 1

    def test_offers_help_at_once_where_the_office_is_closed(
        self, client: Client, page: SpacePage, office: Office
    ) -> None:
        around.make_timetable(office, (0, "09:00", "12:00"))
        line = around.make_helpline(telephone="116 016", audience="women", languages_count=18)
        around.make_timetable(line, *around.day_and_night(), on_public_holidays=True)
        assert "Help now" not in shown(client, page, MONDAY)
        text = shown(client, page, MONDAY.replace(hour=13))
        assert f"Help now {line.name} 116 016 Day and night · for women · 18 languages" in text

    def test_names_offers_as_their_pages_do_and_hides_those_without(
        self, client: Client, page: SpacePage, office: Office, home: HomePage
    ) -> None:
        offer = around.make_offer(
            office, languages=["de", "ar"], booking=["walk_in"], cost="free", interpreter="yes"
        )
        around.make_service_page(home, offer.service, title="Advice for families")
        around.make_offer(office)
        text = shown(client, page)
        assert "What you find here Advice for families How to come just come Cost free of charge" in text
        assert "Languages German und Arabic Interpreter yes Sign-language interpreter not known" in text
        assert text.count("Sign-language interpreter") == 1

    def test_says_what_is_around_the_office(
        self, client: Client, page: SpacePage, office: Office, home: HomePage
    ) -> None:
        around.add_stop(office, name="Market", lines="5005", minutes=4)
        office.step_free, office.lift = "yes", "no"
        office.languages = ["uk"]  # type: ignore[assignment]
        record(office)
        around.make_partner(space=page.space, name="Midwives together")
        around.make_partner(space=factories.make_space(), name="Somebody elsewhere")
        around.make_event_page(
            home,
            around.make_event(
                space=page.space,
                starts_at=datetime(2026, 5, 20, 16, tzinfo=BERLIN),
                ends_at=datetime(2026, 5, 20, 18, tzinfo=BERLIN),
            ),
            title="Breakfast",
        )
        text = shown(client, page)
        for said in (
            "Market (lines 5005), 4 minutes on foot",
            "Languages of the team Ukrainian",
            "Without steps: yes",
            "Lift: no",
            "Not known yet: accessible toilet, hearing loop und accessible parking",
            "Midwives together midwife",
            "Breakfast Mittwoch, 20. Mai 2026, 16:00–18:00",
            "Ask first who will learn of this talk.",
        ):
            assert said in text
        assert "Somebody elsewhere" not in text

    def test_never_names_a_meeting_of_the_steering_group_or_an_event_that_is_over(
        self, client: Client, page: SpacePage, home: HomePage
    ) -> None:
        around.make_event_page(home, around.make_event(kind="steering"), title="Behind doors")
        over = around.make_event(
            starts_at=datetime(2026, 5, 11, 7, tzinfo=BERLIN), ends_at=datetime(2026, 5, 11, 9, tzinfo=BERLIN)
        )
        around.make_event_page(home, over, title="Early bird")
        text = shown(client, page)
        assert "Behind doors" not in text
        assert "Early bird" not in text

    def test_lists_the_schools_in_its_territory(self, client: Client, page: SpacePage) -> None:
        municipality = factories.make_municipality(kind=Municipality.Kind.UNITARY)
        factories.make_place(municipality, name="Altdorf")
        record(
            Catchment(
                space=page.space, municipality=municipality, valid_from=date(2020, 1, 1), ground="territory"
            )
        )
        factories.make_school(municipality, name="School of Altdorf", place="Altdorf")
        factories.make_school(name="School elsewhere")
        text = shown(client, page)
        assert "Primary schools where the team works School of Altdorf Altdorf" in text
        assert "School elsewhere" not in text


class TestConfidentiality:
    ASK_FIRST = "Who learns what I say? Ask first who will learn of this talk."

    def approved(self, provider: Provider, **values: Any) -> "re.Pattern[str]":
        """How a page says what an authority, whose name nobody else has, approved for a provider of this kind."""
        by = around.approve(provider.kind, **values).approved_by
        sentence = re.escape(self.ASK_FIRST)
        return re.compile(rf"{sentence} Approved on [\w .,]+ 202\d by {by}, for: {provider}")

    def test_a_space_page_says_who_approved_the_wording_and_when(
        self, client: Client, page: SpacePage
    ) -> None:
        mandate = factories.make_mandate(space=page.space, confirmed_on=date(2026, 1, 1))
        before = shown(client, page)
        assert self.ASK_FIRST in before
        assert "Approved on" not in before
        assert self.approved(mandate.provider).search(shown(client, page))

    def test_the_newest_of_the_day_counts(self, client: Client, page: SpacePage) -> None:
        mandate = factories.make_mandate(space=page.space, confirmed_on=date(2026, 1, 1))
        self.approved(mandate.provider, approved_on=date(2026, 5, 12))
        newest = self.approved(mandate.provider, approved_on=date(2026, 5, 11))
        self.approved(mandate.provider, approved_on=date(2025, 5, 11))
        text = shown(client, page)
        assert newest.search(text)
        assert text.count("Approved on") == 1

    @pytest.mark.parametrize(
        ("values", "mandate"),
        [
            ({"kind": "county"}, {}),
            ({"confirmed_on": None}, {}),
            ({"is_example": True}, {}),
            ({"approved_on": date(2026, 5, 12)}, {}),
            # Nobody is sure that it is this kind of provider.
            ({}, {"confirmed_on": None}),
            ({}, {"is_example": True}),
            ({}, {"valid_until": date(2026, 5, 10)}),
        ],
    )
    def test_without_an_approval_that_is_sure_readers_ask_first(
        self, client: Client, page: SpacePage, values: dict[str, Any], mandate: dict[str, Any]
    ) -> None:
        factories.make_mandate(space=page.space, **{"confirmed_on": date(2026, 1, 1), **mandate})
        around.approve(**values)
        text = shown(client, page)
        assert self.ASK_FIRST in text
        assert "Approved on" not in text

    def test_a_page_asks_the_database_nothing_for_it(
        self, office: Office, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        approved = around.approve()
        with at(MONDAY):
            facts = open_now.facts()
            with django_assert_num_queries(0):
                assert facts.confidentiality["free"] == approved
                assert facts.confidentiality["free"].approved_by.name


class TestHelpOnEveryPage:
    @pytest.mark.parametrize("path", ["/de/", "/de/find/", "/de/find/complicated/", "/de/find/none/"])
    def test_each_line_says_whether_it_is_open(self, client: Client, home: HomePage, path: str) -> None:
        night, day = around.make_helpline(position=1), around.make_helpline(position=2, is_example=True)
        around.make_timetable(night, *around.day_and_night(), on_public_holidays=True)
        around.make_timetable(day, (0, "14:00", "20:00", "phone"))
        unknown = around.make_helpline(position=3)
        with at(MONDAY):
            html = client.get(path).content.decode()
        footer = words(html[html.index("<footer") :])
        assert f"{night.name} {night.telephone} Day and night" in footer
        assert f"{day.name} {day.telephone} Example Closed now. Opens today at 14:00" in footer
        assert f"{unknown.name} {unknown.telephone} Opening hours not known" in footer
        assert 'href="tel:112"' in html
        assert f'href="tel:{day.telephone.replace(" ", "")}"' not in html

    def test_it_stands_where_nothing_was_found(self, client: Client, home: HomePage) -> None:
        line = around.make_helpline()
        response = client.post("/de/find/", {"address": ""})
        html = response.content.decode()
        assert line.name in html[html.index("<main") : html.index("</main>")]

    def test_it_stands_on_the_page_that_is_missing(self, client: Client, home: HomePage) -> None:
        line = around.make_helpline()
        response = client.get("/de/nowhere/")
        html = response.content.decode()
        assert response.status_code == 404
        assert line.name in html[html.index("<main") : html.index("</main>")]

    def test_a_missing_page_comes_up_where_the_facts_cannot_be_read(
        self, client: Client, home: HomePage
    ) -> None:
        with patch.object(open_now, "_read", side_effect=DatabaseError):
            response = client.get("/de/nowhere/")
        html = response.content.decode()
        assert response.status_code == 404
        for number in ("112", "110", "116016"):
            assert f'href="tel:{number}"' in html
