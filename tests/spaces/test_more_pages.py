"""The pages of services, providers, events and figures, as readers get them."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import count
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from icalendar import Calendar
from wagtail.models import Page as AnyPage
from wagtail.models import PageViewRestriction

from home.models import HomePage
from spaces.changes import record, version
from spaces.figures import shown
from spaces.models import Event, Figure, Offer, OpeningRule, Service, Timetable
from spaces.models.fact import Recorded
from spaces.models.pages import (
    EventIndexPage,
    EventPage,
    FiguresPage,
    ProviderIndexPage,
    ProviderPage,
    ServiceIndexPage,
    ServicePage,
)
from spaces.models.pages.event import STEERING_GROUP
from tests import factories
from tests.portal.test_templates import Page
from tests.spaces import around

pytestmark = pytest.mark.django_db

#: What a page may ask of the database, from its own row on.
MOST = 10

_numbers = count(1)
Row = TypeVar("Row", bound=Recorded)


def recorded(row: Row) -> Row:
    record(row)
    return row


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Home")


@pytest.fixture
def events(home: HomePage) -> EventIndexPage:
    return factories.make_page(EventIndexPage(title="Events", slug="events"), home)


def make_event_page(parent: EventIndexPage, days: int = 1, **values: Any) -> EventPage:
    """An event that begins in so many days and lasts for two hours."""
    number = next(_numbers)
    start = timezone.now() + timedelta(days=days)
    defaults = {"kind": "conference", "venue": f"Hall {number}", "confirmed_on": date(2026, 1, 1)}
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    event = recorded(Event(**{"key": f"event-{number}", **defaults, **times, **values}))
    return factories.make_page(EventPage(title=event.key, slug=event.key, event=event), parent)


def make_service_page(home: HomePage) -> ServicePage:
    number = next(_numbers)
    index = ServiceIndexPage.objects.first() or factories.make_page(
        ServiceIndexPage(title="Help", slug="help"), home
    )
    service = recorded(Service(key=f"service-{number}", confirmed_on=date(2026, 1, 1)))
    title = f"Service {number}"
    return factories.make_page(ServicePage(title=title, slug=service.key, service=service), index)


def make_offer(**values: Any) -> Offer:
    return recorded(Offer(**values))


def make_figure(kind: str = "cases", value: int = 10, **values: Any) -> Figure:
    return recorded(Figure(**{"kind": kind, "value": value, "year": 2017, **values}))


def opened(page: AnyPage) -> tuple[Page, str]:
    """A page as a visitor's browser gets it, and its markup."""
    response = Client().get(page.get_url())
    assert response.status_code == 200
    html = response.content.decode()
    return Page(html), html


def said(html: str) -> list[dict[str, Any]]:
    """What a page says to machines."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    graph: list[dict[str, Any]] = json.loads(block)["@graph"]
    return graph


# Services and providers ---------------------------------------------------------------------------------------------


def test_a_service_page_shows_every_space_and_who_gives_the_service_there(home: HomePage) -> None:
    page = make_service_page(home)
    space_page = factories.make_space_page(factories.make_space_index_page(home))
    unknown = factories.make_space(name="Zzz")
    runs, other = factories.make_provider(), factories.make_provider()
    factories.make_mandate(space=space_page.space, provider=runs)
    office = factories.make_office(space_page.space)
    second = factories.make_office(space_page.space, is_main=False)
    make_offer(
        service=page.service,
        office=office,
        target_groups=["families"],
        languages=["uk"],
        confirmed_on=date(2026, 1, 1),
    )
    make_offer(service=page.service, office=second, provider=other)
    areas = page.get_context(RequestFactory().get("/"))["areas"]
    assert [(area.space, area.page) for area in areas] == [(space_page.space, space_page), (unknown, None)]
    assert [(line.offer.office, line.provider) for line in areas[0].lines] == [
        (office, runs),
        (second, other),
    ]
    shown_page, html = opened(page)
    assert [" ".join(text.split()) for text in shown_page.texts["h3"]] == [space_page.space.name, "Zzz"]
    assert runs.name in html
    assert other.name in html


def test_nobody_is_named_for_an_offer_that_nobody_has_confirmed(home: HomePage) -> None:
    """Who runs a space need not give every service there: refugee support is often another provider's."""
    mandate = factories.make_mandate()
    page = make_service_page(home)
    index = factories.make_page(ProviderIndexPage(title="Providers", slug="providers"), home)
    runs = factories.make_page(ProviderPage(title="Club", slug="club", provider=mandate.provider), index)
    make_offer(service=page.service, office=factories.make_office(mandate.space))
    lines = [line for area in page.get_context(RequestFactory().get("/"))["areas"] for line in area.lines]
    assert [line.provider for line in lines] == [None]
    assert mandate.provider.name not in opened(page)[1]
    assert list(runs.get_context(RequestFactory().get("/"))["offers"]) == []


def test_nobody_is_named_for_an_offer_of_which_it_is_not_known_who_gives_it(home: HomePage) -> None:
    mandate = factories.make_mandate()
    page = make_service_page(home)
    index = factories.make_page(ProviderIndexPage(title="Providers", slug="providers"), home)
    runs = factories.make_page(ProviderPage(title="Club", slug="club", provider=mandate.provider), index)
    space_page = factories.make_space_page(factories.make_space_index_page(home), mandate.space)
    offer = make_offer(
        service=page.service,
        office=factories.make_office(mandate.space),
        confirmed_on=date(2026, 1, 1),
        provider_is_unknown=True,
    )
    for shown_page, label in ((page, "Wer das macht"), (space_page, "Träger")):
        assert pairs_of(opened(shown_page)[1])[label] == "noch nicht bekannt"
    assert mandate.provider.name not in opened(page)[1]
    assert list(runs.get_context(RequestFactory().get("/"))["offers"]) == []
    offer.provider_is_unknown = False
    record(offer)
    assert pairs_of(opened(page)[1])["Wer das macht"] == mandate.provider.name
    assert [line.offer for line in runs.get_context(RequestFactory().get("/"))["offers"]] == [offer]


def pairs_of(html: str) -> dict[str, str]:
    """The terms of a page's main part and what it says about each; of one that is there twice the last."""
    main = html[html.index("<main") : html.index("</main>")]
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", main, re.DOTALL)
    return {term: " ".join(re.sub(r"<[^>]+>", " ", said).split()) for term, said in found}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"confirmed_on": date(2026, 1, 1)}, True),
        # Of an offer that nobody has confirmed, who gives it may be wrong, and a promise with it.
        ({}, False),
        ({"confirmed_on": date(2026, 1, 1), "is_example": True}, False),
        ({"confirmed_on": date(2026, 1, 1), "provider": None}, False),
    ],
)
def test_a_service_page_says_what_was_approved_for_the_one_who_gives_the_offer(
    home: HomePage, values: dict[str, Any], told: bool
) -> None:
    page = make_service_page(home)
    provider = factories.make_provider(kind="municipality")
    given = {"provider": provider, **values}
    make_offer(service=page.service, office=factories.make_office(), **given)
    approved = around.approve("municipality")
    around.approve("free")
    with translation.override("en"):
        response: Any = page.serve(RequestFactory().get("/"))
        html = response.render().content.decode()
    words = pairs_of(html).get("Who learns what I say?", "")
    assert words.startswith("Ask first who will learn of this talk. ") == told
    assert words.endswith(f"by {approved.approved_by} , for: {provider}") == told
    # What holds everywhere else stands above all of them.
    assert '<p class="note">Ask first who will learn of this talk.</p>' in html


class TestOpenOnAServicePage:
    #: A Monday, ten o'clock in Berlin.
    MOMENT = datetime(2026, 5, 11, 8, tzinfo=UTC)

    def words(self, page: ServicePage) -> str:
        html = self.response(page, RequestFactory().get("/")).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        return " ".join(re.sub(r"<[^>]+>", " ", main).split())

    def response(self, page: ServicePage, request: HttpRequest) -> Any:
        fresh = ServicePage.objects.get(pk=page.pk)
        with translation.override("en"), patch.object(timezone, "now", return_value=self.MOMENT):
            response: Any = fresh.serve(request)
            return response.render()

    def test_it_says_of_each_office_whether_it_is_open_now(self, home: HomePage) -> None:
        page = make_service_page(home)
        for name, hours in (("River", (0, "09:00", "12:00")), ("Hill", (0, "14:00", "16:00"))):
            office = factories.make_office(factories.make_space(name=name), name=f"{name} office")
            around.make_timetable(office, hours, confirmed_on=date(2026, 1, 1))
            make_offer(service=page.service, office=office)
        silent = factories.make_office(name="Silent office", telephone="04131 26")
        make_offer(service=page.service, office=silent)
        words = self.words(page)
        assert "River office Open now , until " in words
        assert "Hill office Closed now . Opens today at " in words
        assert "Silent office The opening hours are not known. Please call before you come." in words

    def test_an_offers_own_hours_count(self, home: HomePage) -> None:
        page = make_service_page(home)
        office = factories.make_office(name="River office")
        around.make_timetable(office, (0, "09:00", "12:00"), confirmed_on=date(2026, 1, 1))
        offer = make_offer(service=page.service, office=office)
        around.make_timetable(offer, (0, "14:00", "16:00"), confirmed_on=date(2026, 1, 1))
        assert "River office Closed now" in self.words(page)

    def test_the_page_is_kept_until_the_first_of_them_opens_or_closes(self, home: HomePage) -> None:
        page = make_service_page(home)
        for hours in ((0, "09:00", "12:00"), (0, "09:00", "11:00")):
            office = factories.make_office()
            around.make_timetable(office, hours)
            make_offer(service=page.service, office=office)
        request = RequestFactory().get("/")
        self.response(page, request)
        assert request.expires_at == datetime(2026, 5, 11, 9, tzinfo=UTC)  # type: ignore[attr-defined]

    def test_each_further_office_costs_no_query(self, home: HomePage) -> None:
        page = make_service_page(home)

        def grow() -> None:
            office = factories.make_office()
            around.make_timetable(office, (0, "09:00", "12:00"))
            provider = factories.make_provider()
            confirmed = {"confirmed_on": date(2026, 1, 1)}
            make_offer(service=page.service, office=office, provider=provider, **confirmed)

        def queries() -> int:
            # The first one reads the facts into memory.
            self.words(page)
            with CaptureQueriesContext(connection) as asked:
                assert self.words(page).count("Open now") == Offer.objects.count()
            return len(asked)

        around.approve()
        grow()
        few = queries()
        for _ in range(5):
            grow()
        assert queries() == few


def test_a_provider_page_shows_what_it_runs_and_offers_today(home: HomePage) -> None:
    index = factories.make_page(ProviderIndexPage(title="Providers", slug="providers"), home)
    mandate = factories.make_mandate()
    page = factories.make_page(ProviderPage(title="Club", slug="club", provider=mandate.provider), index)
    factories.make_mandate(provider=mandate.provider, valid_until=date(2020, 1, 1))
    service_page = make_service_page(home)
    office = factories.make_office(mandate.space)
    own = make_offer(service=service_page.service, office=office, confirmed_on=date(2026, 1, 1))
    given = make_offer(
        service=service_page.service,
        office=factories.make_office(),
        provider=mandate.provider,
    )
    make_offer(service=make_service_page(home).service, office=office, provider=factories.make_provider())
    context = page.get_context(RequestFactory().get("/"))
    assert [each for each, _ in context["mandates"]] == [mandate]
    assert {line.offer for line in context["offers"]} == {own, given}
    assert {line.page for line in context["offers"]} == {service_page}
    _, html = opened(page)
    assert service_page.title in html


# Events -------------------------------------------------------------------------------------------------------------


def test_the_list_of_events_begins_with_what_is_next(events: EventIndexPage) -> None:
    later, sooner = make_event_page(events, 9), make_event_page(events, 2)
    long_ago, lately = make_event_page(events, -90), make_event_page(events, -3)
    context = events.get_context(RequestFactory().get("/"))
    assert context["upcoming"] == [sooner, later]
    assert context["past"] == [lately, long_ago]
    assert context["expires_at"] == sooner.event.ends_at


def test_a_page_of_events_is_kept_until_the_next_one_is_over(events: EventIndexPage) -> None:
    page = make_event_page(events)
    for each in (events, page):
        response: Any = each.serve(RequestFactory().get("/"))
        assert response.expires_at == page.event.ends_at
    make_event_page(events, -3)
    over = EventPage.objects.get(event__ends_at__lt=timezone.now())
    assert not hasattr(over.serve(RequestFactory().get("/")), "expires_at")


class TestTheSteeringGroup:
    @pytest.fixture
    def page(self, events: EventIndexPage) -> EventPage:
        make_event_page(events, key="open-day")
        return make_event_page(events, key="steering", kind="steering", venue="Secret room")

    @pytest.fixture
    def member(self) -> Client:
        user = User.objects.create_user("member")
        user.groups.add(Group.objects.get_or_create(name=STEERING_GROUP)[0])
        client = Client()
        client.force_login(user)
        return client

    @pytest.fixture
    def outsider(self) -> Client:
        client = Client()
        client.force_login(User.objects.create_user("outsider"))
        return client

    def test_its_page_is_private_as_soon_as_it_is_there(self, page: EventPage) -> None:
        (restriction,) = PageViewRestriction.objects.filter(page=page)
        assert restriction.restriction_type == PageViewRestriction.GROUPS
        assert [group.name for group in restriction.groups.all()] == [STEERING_GROUP]
        page.save()
        page.save_revision().publish()
        assert PageViewRestriction.objects.filter(page=page).count() == 1

    def test_an_editors_own_restriction_stays_the_only_one(self, events: EventIndexPage) -> None:
        PageViewRestriction.objects.create(page=events, restriction_type=PageViewRestriction.LOGIN)
        page = make_event_page(events, kind="steering")
        assert not PageViewRestriction.objects.filter(page=page).exists()

    def test_a_visitor_sees_nothing_of_it_anywhere(self, page: EventPage, events: EventIndexPage) -> None:
        client = Client()
        assert client.get(page.get_url()).status_code == 302
        assert client.get("/de/events/steering.ics").status_code == 404
        for path in (events.get_url(), "/de/events.ics"):
            answer = client.get(path)
            assert b"open-day" in answer.content
            assert b"steering" not in answer.content
            assert b"Secret room" not in answer.content

    def test_nor_does_somebody_who_is_not_in_the_group(
        self, page: EventPage, events: EventIndexPage, outsider: Client
    ) -> None:
        assert outsider.get(page.get_url()).status_code == 302
        assert outsider.get("/de/events/steering.ics").status_code == 404
        for path in (events.get_url(), "/de/events.ics"):
            assert b"steering" not in outsider.get(path).content

    def test_its_members_see_it_and_no_cache_keeps_it(
        self, page: EventPage, events: EventIndexPage, member: Client
    ) -> None:
        for path in (page.get_url(), events.get_url(), "/de/events.ics", "/de/events/steering.ics"):
            answer = member.get(path)
            assert b"steering" in answer.content
            assert answer["Cache-Control"] == "private, no-store"
        assert b"steering" not in Client().get(events.get_url()).content

    def test_without_a_restriction_nobody_sees_it(
        self, page: EventPage, events: EventIndexPage, member: Client
    ) -> None:
        PageViewRestriction.objects.all().delete()
        for client in (Client(), member):
            assert client.get(page.get_url()).status_code == 404
            assert b"steering" not in client.get(events.get_url()).content
            assert client.get("/de/events/steering.ics").status_code == 404

    def test_an_event_that_becomes_theirs_leaves_the_lists_at_once(self, events: EventIndexPage) -> None:
        page = make_event_page(events, key="formerly-open")
        page.event.kind = "steering"
        record(page.event)
        assert b"formerly-open" not in Client().get(events.get_url()).content
        with pytest.raises(Http404):
            EventPage.objects.get(pk=page.pk).serve(RequestFactory().get("/"))

    def test_twenty_of_them_cost_no_more_than_one(
        self, events: EventIndexPage, member: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(20):
            make_event_page(events, kind="steering")
        user = User.objects.get(username="member")
        request = RequestFactory().get("/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "anything"
        request.user = user
        with django_assert_max_num_queries(MOST):
            assert len(EventPage.readable(EventPage.objects.all(), request)) == 20


def test_one_event_and_all_events_can_be_taken_along(events: EventIndexPage, client: Client) -> None:
    page = make_event_page(events, key="fachtag", place="Melbeck")
    make_event_page(events, -300, key="long-ago")
    make_event_page(events, key="not-published").unpublish()
    answer = client.get("/de/events/fachtag.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (entry,) = Calendar.from_ical(answer.content).events
    assert entry["UID"] == str(page.event.uuid)
    assert entry["URL"] == page.full_url
    everything = client.get("/de/events.ics")
    assert [str(each["SUMMARY"]) for each in Calendar.from_ical(everything.content).events] == [
        "long-ago",
        "fachtag",
    ]
    assert client.get("/de/events.ics").content == everything.content
    assert not everything.cookies
    assert client.get("/de/events/not-published.ics").status_code == 404
    assert client.get("/de/events/nothing.ics").status_code == 404


# Figures ------------------------------------------------------------------------------------------------------------


def words(*figures: Figure) -> list[str]:
    with translation.override("en"):
        return [row.text for row in shown(figures)]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"value": 490000, "kind": "budget"}, "490,000"),
        ({"value": 12.5, "kind": "positions"}, "12.50"),
        ({"value": 1700000, "kind": "budget", "precision": "about"}, "about 1,700,000"),
        ({"value": 10000, "kind": "appointments", "precision": "up_to"}, "up to 10,000"),
        ({"value": 1000, "value_to": 1200, "precision": "range"}, "1,000 to 1,200"),
        ({"value": 0}, "0"),
        ({"value": 1}, "fewer than 5"),
        ({"value": 4}, "fewer than 5"),
        ({"value": 5}, "5"),
        ({"value": 0, "value_to": 3, "precision": "range"}, "fewer than 5"),
        ({"value": 3, "kind": "positions"}, "3"),
    ],
)
def test_a_number_is_said_as_exactly_as_it_is_known(values: dict[str, Any], text: str) -> None:
    assert words(make_figure(**values)) == [text]


def hidden_of(counts: list[int], *, total: bool) -> list[str]:
    figures = [make_figure(value=number, space=factories.make_space()) for number in counts]
    if total:
        figures.append(make_figure(value=sum(counts)))
    return [row.hidden for row in shown(figures)]


@pytest.mark.parametrize(
    ("counts", "total", "hidden"),
    [
        ([3, 20, 30], False, ["small", "", ""]),
        # Beside the sum, the one that is missing could be worked out.
        ([3, 20, 30], True, ["small", "kept_back", "", ""]),
        ([3, 4, 20, 30], True, ["small", "small", "kept_back", "", ""]),
        ([4, 4, 4, 30], True, ["small", "small", "small", "", ""]),
        ([0, 20, 30], True, ["", "", "", ""]),
        ([3], True, ["small", "small"]),
    ],
)
def test_a_small_count_cannot_be_worked_out_from_the_others(
    counts: list[int], total: bool, hidden: list[str]
) -> None:
    assert hidden_of(counts, total=total) == hidden


def test_small_counts_are_in_no_picture_no_table_and_no_file(home: HomePage, client: Client) -> None:
    page = factories.make_page(FiguresPage(title="Figures", slug="figures"), home)
    make_figure(value=4, space=factories.make_space(name="Amelinghausen"))
    make_figure(value=77, space=factories.make_space(name="Bardowick"))
    shown_page, _ = opened(page)
    (table,) = shown_page.texts["table"]
    assert "77" in table
    # Without the other texts of the page, which may well hold a 4.
    numbers = [re.findall(r"\d+", text) for text in shown_page.texts["td"]]
    assert ["4"] not in numbers
    assert [bar["width"] for bar in shown_page.all("rect")] == ["100%"]
    answer = client.get("/de/figures.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["space"] and row["area"], row["number"]) for row in rows] == [
        ("Amelinghausen", ""),
        ("Bardowick", "77.00"),
    ]
    assert "4" not in {cell for row in rows for cell in row.values()}


def test_a_spreadsheet_takes_no_text_for_a_formula(client: Client) -> None:
    make_figure(source='=HYPERLINK("https://example.org")')
    (row,) = csv.DictReader(StringIO(client.get("/de/figures.csv").content.decode("utf-8-sig")))
    assert row["source"] == '\'=HYPERLINK("https://example.org")'


def test_a_page_without_figures_says_so(home: HomePage) -> None:
    page, _ = opened(factories.make_page(FiguresPage(title="Figures", slug="figures"), home))
    assert not page.all("table")


# All of them --------------------------------------------------------------------------------------------------------


def grow_services(home: HomePage, rows: int) -> list[AnyPage]:
    page = make_service_page(home)
    index = factories.make_space_index_page(home)
    for _ in range(rows):
        space = factories.make_space_page(index).space
        factories.make_mandate(space=space)
        make_offer(service=page.service, office=factories.make_office(space), languages=["de"])
    for _ in range(rows - 1):
        make_service_page(home)
    return [page, page.get_parent().specific]


def grow_providers(home: HomePage, rows: int) -> list[AnyPage]:
    index = factories.make_page(ProviderIndexPage(title="Providers", slug="providers"), home)
    spaces = factories.make_space_index_page(home)
    pages = []
    for _ in range(rows):
        provider = factories.make_provider()
        pages.append(
            factories.make_page(ProviderPage(title="P", slug=provider.key, provider=provider), index)
        )
    for _ in range(rows):
        space = factories.make_space_page(spaces).space
        factories.make_mandate(space=space, provider=pages[0].provider)
        make_offer(service=make_service_page(home).service, office=factories.make_office(space))
    return [pages[0], index]


def grow_events(home: HomePage, rows: int) -> list[AnyPage]:
    index = factories.make_page(EventIndexPage(title="Events", slug="events"), home)
    space = factories.make_space()
    pages = [
        make_event_page(index, days, space=space, office=factories.make_office(space, is_main=False))
        for number in range(rows)
        for days in (number + 1, -number - 1)
    ]
    make_event_page(index, kind="steering")
    return [pages[0], index]


def grow_figures(home: HomePage, rows: int) -> list[AnyPage]:
    for number in range(rows):
        make_figure(value=number, space=factories.make_space())
        make_figure(value=1000, year=2000 + number)
    return [factories.make_page(FiguresPage(title="Figures", slug="figures"), home)]


GROWING = [grow_services, grow_providers, grow_events, grow_figures]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize("grow", GROWING)
def test_a_page_costs_at_most_ten_queries_whatever_it_holds(
    home: HomePage,
    grow: Callable[[HomePage, int], list[AnyPage]],
    rows: int,
    django_assert_max_num_queries: Any,
) -> None:
    pages = grow(home, rows)
    # What a process keeps in memory is read once for each version of the facts.
    opened(pages[0])
    for page in pages:
        fresh = type(page).objects.get(pk=page.pk)
        request = RequestFactory().get(page.get_url())
        request.facts_version = version()  # type: ignore[attr-defined]
        with django_assert_max_num_queries(MOST):
            response = fresh.serve(request)
            assert response.render().content


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/de/events.ics", "/de/figures.csv", "/de/events/event.ics"])
@pytest.mark.parametrize("rows", [1, 20])
def test_a_file_costs_at_most_ten_queries_whatever_it_holds(
    home: HomePage, path: str, rows: int, client: Client, django_assert_max_num_queries: Any
) -> None:
    index = grow_events(home, rows)[1]
    make_event_page(index, key="event")
    grow_figures(home, rows)
    with django_assert_max_num_queries(MOST):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("grow", GROWING)
def test_headings_stand_in_order_and_every_page_says_where_it_stands(
    home: HomePage, grow: Callable[[HomePage, int], list[AnyPage]]
) -> None:
    for page in grow(home, 2):
        shown_page, html = opened(page)
        levels = [int(tag[1]) for tag, _ in shown_page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert all(later - sooner <= 1 for sooner, later in zip([0, *levels], levels, strict=False))
        names = shown_page.values("id")
        assert len(names) == len(set(names))
        (way,) = [node for node in said(html) if node["@type"] == "BreadcrumbList"]
        assert way["itemListElement"][0]["name"] == "Home"
        assert way["itemListElement"][-1]["item"] == f"http://testserver{page.url}"


def test_each_page_tells_machines_what_it_is_about(home: HomePage) -> None:
    index = factories.make_page(ProviderIndexPage(title="Providers", slug="providers"), home)
    provider = factories.make_provider()
    pages = [
        make_service_page(home),
        factories.make_page(ProviderPage(title="P", slug="p", provider=provider), index),
        *grow_events(home, 1),
    ]
    kinds = {type(page): {node["@type"] for node in said(opened(page)[1])} for page in pages}
    assert kinds[ServicePage] == {"BreadcrumbList", "Service"}
    assert kinds[ProviderPage] == {"BreadcrumbList", "Organization"}
    assert kinds[EventPage] == {"BreadcrumbList", "Event"}
    assert kinds[EventIndexPage] == {"BreadcrumbList"}


def test_an_example_of_an_event_is_none_to_a_machine(events: EventIndexPage) -> None:
    page = make_event_page(events, is_example=True)
    assert [node["@type"] for node in said(opened(page)[1])] == ["BreadcrumbList"]


def test_a_space_page_tells_machines_hours_only_when_they_are_confirmed(home: HomePage) -> None:
    page = factories.make_space_page(factories.make_space_index_page(home))
    office = factories.make_office(page.space)
    rules: Any = {"rules": [OpeningRule(weekday=0, start=time(9), end=time(12))]}
    timetable = Timetable(office=office, **rules)
    record(timetable)

    def node() -> dict[str, Any]:
        request = RequestFactory().get("/")
        block = page.get_context(request)["structured_data"]()
        (found,) = [each for each in said(block) if each["@type"] == "GovernmentOffice"]
        return found

    assert "openingHoursSpecification" not in node()
    timetable.confirmed_on = date(2026, 1, 1)
    record(timetable)
    (hours,) = node()["openingHoursSpecification"]
    assert (hours["opens"], hours["closes"]) == ("09:00", "12:00")
