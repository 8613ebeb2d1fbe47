"""What a device is told to help with the address: names that the lookup decides, and outlines."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from search import on_device
from search.models import Street
from spaces.changes import record
from spaces.models import Municipality, Place
from tests.factories import make_home_page, make_municipality, make_place, make_space

pytestmark = pytest.mark.django_db


def names(client: Client) -> dict[str, Any]:
    response = client.get("/de/find/names.json")
    assert response.status_code == 200
    document: dict[str, Any] = json.loads(response.content)
    return document


@pytest.fixture
def dorf() -> Municipality:
    return make_municipality(
        ags="03355901", name="Dorf", postcodes="21300", streets_complete_on=date(2026, 1, 2)
    )


def street(
    name: str, municipality: Municipality, place: Place | None = None, postcode: str = "21300"
) -> None:
    record(Street(name=name, municipality=municipality, place=place, postcode=postcode))


def test_the_whole_document(client: Client, dorf: Municipality) -> None:
    make_place(dorf, name="Dorf", postcodes="21300")
    far = make_place(dorf, name="Öhof", postcodes="21300 21301", also="Gut Öhof|Oehof")
    make_place(dorf, name="Anderswo", postcodes="")
    street("Am Öhof", dorf, far)
    street("Weg", dorf)
    street("Gasse", dorf)
    assert names(client) == {
        "places": [
            ["Anderswo", "", "Dorf"],
            ["Dorf", "21300"],
            ["Öhof", "21300 21301", "Dorf", "Gut Öhof|Oehof"],
        ],
        "streets": [["21300 Dorf", ["Gasse", "Weg"]], ["21300 Öhof", ["Am Öhof"]]],
    }


def test_streets_of_a_list_with_gaps_stay_out(client: Client, dorf: Municipality) -> None:
    gaps = make_municipality(ags="03355002", name="Lücke")
    street("Weg", dorf)
    street("Steg", gaps, postcode="21302")
    assert names(client)["streets"] == [["21300 Dorf", ["Weg"]]]


def test_streets_that_weigh_too_much_stay_out(
    client: Client, dorf: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_place(dorf, name="Dorf", postcodes="21300")
    street("Weg", dorf)
    monkeypatch.setattr(on_device, "HEAVIEST", 40)
    assert names(client) == {"places": [["Dorf", "21300"]], "streets": []}


def test_a_change_is_told_at_once_and_nothing_is_read_again_without_one(
    client: Client, dorf: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_place(dorf, name="Dorf", postcodes="21300")
    before = client.get("/de/find/names.json")
    assert before["Cache-Control"] == "no-cache"
    with django_assert_num_queries(1):
        again = client.get("/de/find/names.json", headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 304
    make_place(dorf, name="Neudorf", postcodes="21300")
    after = client.get("/de/find/names.json", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert ["Neudorf", "21300", "Dorf"] in json.loads(after.content)["places"]


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post("/de/find/names.json").status_code == 405
    assert client.post("/de/find/areas.json").status_code == 405


# Outlines of another district


def drawn(folder: Path, **more: Any) -> None:
    square = {"name": "East", "place": [5, 5], "rings": [[[0, 0], [10, 0], [10, 10], [0, 10]]]}
    document = {
        "credit": "© A",
        "licence": "by",
        "licence_url": "https://by.example.org/",
        "width": 10,
        "height": 10,
    }
    (folder / "map.json").write_text(
        json.dumps({**document, **more, "areas": {"east": square}}), encoding="utf-8"
    )


def test_the_whole_document_of_outlines(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_DATA = tmp_path
    drawn(tmp_path, bounds=[10, 53, 11, 54])
    make_space(key="east", name="Eastern area")
    assert json.loads(client.get("/en/find/areas.json").content) == {
        "width": 10,
        "height": 10,
        "bounds": [10, 53, 11, 54],
        "areas": [{"name": "Eastern area", "url": "", "rings": [[[0, 0], [10, 0], [10, 10], [0, 10]]]}],
        "credit": {"text": "Map data: © A, changed", "licence": "by", "url": "https://by.example.org/"},
    }


@pytest.mark.parametrize("has_map", [True, False])
def test_without_a_map_that_says_where_it_lies_nobody_is_asked_for_a_location(
    client: Client, settings: Settings, tmp_path: Path, has_map: bool
) -> None:
    settings.PORTAL_DATA = tmp_path
    if has_map:
        drawn(tmp_path)
    make_home_page()
    assert client.get("/de/find/areas.json").status_code == 404
    page = client.get("/de/find/").content.decode()
    assert "data-names" in page
    assert "data-areas" not in page
