"""A space's page asks the database the same few questions, however much there is to show."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from home.models import HomePage
from portal import tree
from search import lookup
from search.models import Catchment
from spaces import open_now
from spaces.changes import record, version
from spaces.models import Helpline, SpacePage
from tests import factories
from tests.spaces import around

pytestmark = pytest.mark.django_db

MOST = 10


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page()


@pytest.fixture
def page(home: HomePage) -> SpacePage:
    return factories.make_space_page(factories.make_space_index_page(home))


def fill(page: SpacePage, home: HomePage, many: int) -> None:
    """So many offices, and at each of them offers, schools, events, partners and stops."""
    space = page.space
    factories.make_mandate(space=space)
    municipality = factories.make_municipality()
    record(Catchment(space=space, municipality=municipality, valid_from="2020-01-01", ground="territory"))
    services = [around.make_service() for _ in range(2)]
    for service in services:
        around.make_service_page(home, service)
    for number in range(many):
        office = factories.make_office(space, is_main=number == 0)
        around.make_timetable(
            office, (0, "09:00", "12:00"), closures=(("2026-01-01", "2026-01-02", "illness"),)
        )
        around.add_stop(office)
        offers = [
            around.make_offer(office, service, provider=factories.make_provider()) for service in services
        ]
        around.make_timetable(offers[0], (1, "09:00", "12:00"))
        factories.make_place(municipality)
        factories.make_school(municipality)
        around.make_event_page(home, around.make_event(space=space, office=office))
        around.make_partner(space=space)
        line = around.make_helpline()
        around.make_timetable(line, *around.day_and_night())


def queries_of_serving(page: SpacePage) -> list[str]:
    """What serving the page asks, with the version that the page cache asks for, once Wagtail has found the page."""
    request = RequestFactory().get(page.url)
    fresh = SpacePage.objects.select_related("locale").get(pk=page.pk)
    with CaptureQueriesContext(connection) as asked:
        request.facts_version = version()  # type: ignore[attr-defined]
        html = fresh.serve(request).render().content.decode()
    assert Helpline.objects.first().name in html  # type: ignore[union-attr]
    return [query["sql"] for query in asked]


@pytest.mark.parametrize("many", [1, 8])
def test_a_space_page_costs_at_most_ten_queries(page: SpacePage, home: HomePage, many: int) -> None:
    fill(page, home, many)
    # The first request of a process after a change reads the facts into memory.
    queries_of_serving(page)
    asked = queries_of_serving(page)
    assert len(asked) <= MOST, "\n".join(asked)


def test_much_to_show_costs_no_more_than_little(page: SpacePage, home: HomePage, client: Client) -> None:
    fill(page, home, 1)
    # Django keeps the types of content for good.
    queries_of_a_request(client, page)
    forget()
    little = queries_of_a_request(client, page), queries_of_a_request(client, page)
    fill_more(page, home, 8)
    forget()
    # The first request of a process reads everything anew; that, too, takes as many queries for much.
    assert (queries_of_a_request(client, page), queries_of_a_request(client, page)) == little


def forget() -> None:
    for kept in (lookup, open_now, tree):
        kept.forget()


def queries_of_a_request(client: Client, page: SpacePage) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page.url).status_code == 200
    return len(asked)


def fill_more(page: SpacePage, home: HomePage, many: int) -> None:
    for _ in range(many):
        office = factories.make_office(page.space, is_main=False)
        around.make_timetable(office, (0, "09:00", "12:00"))
        around.add_stop(office)
        service = around.make_service()
        around.make_service_page(home, service)
        around.make_offer(office, service, provider=factories.make_provider())
        around.make_event_page(home, around.make_event(space=page.space))
        around.make_partner(space=page.space)
        factories.make_school(Catchment.objects.get().municipality)
