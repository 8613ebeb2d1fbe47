"""What a device is told to help with the address, of the district's own data."""

import gzip
import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker

from search import lookup
from search.routing import Elsewhere, Found
from spaces.map import district as map_of
from tests.installation import starter_content
from tests.search.test_on_device import names

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def gazetteer(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker):
        yield


def test_every_suggestion_is_decided_by_the_lookup_alone(client: Client) -> None:
    """As portal.js writes it: the only postcode and the name, or the name."""
    document = names(client)
    index = lookup.index()
    spaces = {row.name: row.ags for row in index.router.gazetteer.places}
    assert len(document["places"]) >= len(spaces)
    for name, *more in document["places"]:
        codes = more[0].split() if more else []
        text = f"{codes[0]} {name}" if len(codes) == 1 else name
        outcome = index.find(text, date(2026, 11, 22))
        assert isinstance(outcome, Elsewhere) or (isinstance(outcome, Found) and outcome.exact), text
        assert outcome.understood.place == name


@pytest.mark.slow
def test_the_files_are_small(client: Client) -> None:
    """In bytes over the wire."""
    assert len(gzip.compress(client.get("/de/find/names.json").content)) < 2_500
    assert len(gzip.compress(client.get("/de/find/areas.json").content)) < 5_000


def test_the_outlines_lead_to_the_pages_of_the_readers_language(client: Client) -> None:
    document = json.loads(client.get("/en/find/areas.json").content)
    drawing = map_of(settings.PORTAL_DATA)
    assert drawing
    assert document["bounds"] == list(drawing.bounds or ())
    urls = {area["name"]: area["url"] for area in document["areas"]}
    assert urls["Bardowick"] == "/en/sozialraeume/bardowick/"
    assert urls["Lüneburg"] == ""
    assert len(urls) == 11
    assert "BKG" in document["credit"]["text"]
    assert document["credit"]["licence"] == "dl-de/by-2-0"
