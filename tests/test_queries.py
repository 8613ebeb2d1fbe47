"""What a page and a lookup ask of the database, held to numbers, with the starter content and everything warm.

A number that has to grow is a decision; more spaces, offices or texts may not make it grow.
"""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings

from search import lookup
from tests.installation import starter_content

#: A whole page: the version of the journal, the page itself, who may see it (two), Wagtail's site; where it is and what
#: stands around it comes from memory. A translation takes two more, for its state.
PAGES = {
    "/de/": 6,
    "/de/sozialraeume/": 6,
    "/de/sozialraeume/bardowick/": 5,
    "/de/sozialraeume/bardowick/?by=place": 5,
    "/ar/sozialraeume/bardowick/": 5,
    "/de/impressum/": 4,
    "/de/find/": 1,
    "/de/find/complicated/": 4,
    "/de/find/none/": 3,
    # Whether a page was there once.
    "/de/gibt-es-nicht/": 2,
}

ANSWERS = {
    "Große Worth 4a, 21357 Bardowick": 3,
    "Hauptstr. 4, Neetze": 6,
    "Dorfstr. 4": 6,
    "Am Sande 1, 21335 Lüneburg": 6,
    "Blauer Weg 3, Nirgendwohausen": 6,
    "Grundschule Bardowick": 7,
}


@pytest.fixture(scope="module")
def starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _fresh_pages(starter: None, db: None, settings: Settings) -> None:
    settings.PAGE_CACHE = False
    lookup.index()


@pytest.mark.parametrize(("path", "queries"), PAGES.items())
def test_a_page_asks_for_no_more_than_it_needs(
    path: str, queries: int, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(path)
    with django_assert_max_num_queries(queries):
        client.get(path)


def test_a_page_of_a_space_asks_for_at_most_ten_facts(client: Client) -> None:
    path = "/de/sozialraeume/bardowick/?by=place"
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    facts = [query["sql"] for query in asked if "wagtailcore_" not in query["sql"].partition(" WHERE ")[0]]
    assert 0 < len(facts) <= 10


def test_a_kept_page_asks_for_the_version_only(
    client: Client, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PAGE_CACHE = True
    etag = client.get("/de/")["ETag"]
    with django_assert_max_num_queries(1):
        assert client.get("/de/").status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get("/de/", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.slow
@pytest.mark.parametrize(("address", "queries"), ANSWERS.items())
def test_an_answer_asks_for_no_more_than_it_needs(
    address: str, queries: int, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.post("/de/find/", {"address": address})
    with django_assert_max_num_queries(queries):
        client.post("/de/find/", {"address": address})


@pytest.mark.parametrize("address", ANSWERS)
def test_the_interface_asks_for_the_version_only(
    address: str, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.post("/api/v1/lookup/", {"address": address}, content_type="application/json")
    with django_assert_max_num_queries(1):
        client.post("/api/v1/lookup/", {"address": address}, content_type="application/json")
