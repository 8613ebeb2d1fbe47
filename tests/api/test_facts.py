"""What programs are told about facts: the promised JSON of every address, as a whole, in German and Arabic."""

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings
from wagtail.models import PageViewRestriction

from spaces.changes import record
from spaces.models import Change, Event, Office, Service, Timetable
from spaces.models.pages import ServicePage
from tests.api.contents import NOW, SECRET, written
from tests.spaces import around

pytestmark = pytest.mark.django_db

EXPECTED = Path(__file__).parent / "expected"

LISTS = (
    "spaces",
    "offices",
    "services",
    "offers",
    "providers",
    "schools",
    "events",
    "figures",
    "partners",
    "helplines",
    "places",
    "pages",
)

#: What is another one in every database.
UNSTEADY = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b(other|provider|service|event)-\d+\b"), r"\1-N"),
)

#: Where a promise changes: REWRITE=1 writes what is told now, to be read and judged by a person.
WRITE = bool(os.environ.get("REWRITE"))

#: The address of each promised reply, by the name of its file.
ADDRESSES = {
    "index": "",
    **{name: f"{name}/" for name in LISTS},
    "space": "spaces/wald/",
    "service": "services/advice/",
    "provider": "providers/verein/",
    "event": "events/meeting/",
    "helpline": "helplines/women/",
    "vocabularies": "vocabularies/",
    "map_of_spaces": "spaces.geojson",
    "map_of_offices": "offices.geojson",
    "schema_org": "schema-org.json",
    "changes": "changes/?page_size=5",
}


@pytest.fixture(scope="module")
def _portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with written(django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _at_that_moment(_portal: None) -> Iterator[None]:
    with patch.object(timezone, "now", return_value=NOW):
        yield


def ask(client: Client, address: str) -> Any:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def results(client: Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(client, address)["results"]
    return found


def steady(value: Any) -> Any:
    """Without what is another one in every database."""
    if isinstance(value, dict):
        return {key: steady(part) for key, part in value.items()}
    if isinstance(value, list):
        return [steady(part) for part in value]
    if isinstance(value, str):
        for pattern, word in UNSTEADY:
            value = pattern.sub(word, value)
    return value


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_reply_is_the_promised_json(client: Client, name: str, language: str) -> None:
    address = ADDRESSES[name]
    told = ask(client, f"{address}{'&' if '?' in address else '?'}lang={language}")
    if name == "changes":
        told["cursor"] = told["newest"] = "CURSOR"
    file = EXPECTED / f"{name}_{language}.json"
    if WRITE:
        file.write_text(json.dumps(steady(told), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert steady(told) == json.loads(file.read_text(encoding="utf-8"))


# What lists can be asked


def names(client: Client, address: str) -> list[str]:
    return [result["name"] for result in results(client, address)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("offices/", ["Sozialraumbüro Talheim", "Sozialraumbüro Waldland", "Büro Neuwald"]),
        ("offices/?space=tal", ["Sozialraumbüro Talheim"]),
        ("offices/?service=refugees", ["Sozialraumbüro Waldland"]),
        ("offices/?language_spoken=ar", ["Sozialraumbüro Waldland"]),
        ("offices/?language_spoken=pl", []),
        ("offices/?space=wald&service=advice", ["Sozialraumbüro Waldland", "Büro Neuwald"]),
        ("offices/?open_at=2026-11-24T09:00:00%2B01:00", ["Sozialraumbüro Waldland"]),
        # The plus sign, as many write it.
        ("offices/?open_at=2026-11-24T09:00:00+01:00", ["Sozialraumbüro Waldland"]),
        ("offices/?open_at=2026-11-24T08:00:00Z", ["Sozialraumbüro Waldland"]),
        ("offices/?open_at=2026-11-24T09:00:00Z&space=tal", []),
        ("offices/?open_at=2026-11-24T12:00:00%2B01:00", []),
        # A special day, closed.
        ("offices/?open_at=2026-11-26T15:00:00%2B01:00", []),
        ("offices/?open_at=9999-12-31T23:59:59%2B01:00", []),
        ("spaces/?open_at=2026-11-24T09:00:00%2B01:00", ["Waldland"]),
        ("spaces/?service=advice", ["Waldland"]),
        ("spaces/?language_spoken=ar", ["Waldland"]),
        ("services/?space=tal", []),
        ("services/?space=wald", ["Rat", "Ankommen"]),
        ("providers/?space=wald", ["Waldverein e. V."]),
        ("events/?space=wald", ["Offenes Treffen"]),
        ("events/?space=tal", []),
        ("schools/?space=tal", ["Grundschule Talheim"]),
        ("partners/?space=tal", []),
        ("helplines/?open_at=2026-12-25T03:00:00%2B01:00", ["Hilfetelefon"]),
        ("places/?space=wald&page_size=2", ["Altwald", "Buchhain"]),
        ("places/?space=wald&page_size=2&page=3", ["Oberfurt"]),
    ],
)
def test_a_list_holds_what_was_asked_for(client: Client, address: str, expected: list[str]) -> None:
    assert names(client, address) == expected


def test_offers_are_found_by_service_and_space(client: Client) -> None:
    found = results(client, "offers/?service=advice&space=wald&fields=office,service")
    assert [(offer["service"]["key"], offer["office"]["name"]) for offer in found] == [
        ("advice", "Sozialraumbüro Waldland"),
        ("advice", "Büro Neuwald"),
    ]
    assert [*found[0]] == ["service", "office"]


def test_the_pages_of_a_list_lead_to_each_other(client: Client) -> None:
    first = ask(client, "places/?page_size=4&lang=ar")
    assert (first["count"], len(first["results"]), first["previous"]) == (11, 4, None)
    seen, following = first["results"], first["next"]
    while following:
        page = client.get(following).json()
        seen += page["results"]
        following = page["next"]
    assert len({place["uuid"] for place in seen}) == 11


@pytest.mark.parametrize("address", ["spaces/wald/?fields=name,key", "spaces/?fields=name,key"])
def test_only_the_fields_that_are_wanted_are_told(client: Client, address: str) -> None:
    told = ask(client, address)
    assert told.get("results", [told])[-1] == {"key": "wald", "name": "Waldland"}


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("spaces/?page=0", 400, "page"),
        ("spaces/?page=01", 400, "page"),
        ("spaces/?page=x", 400, "page"),
        ("spaces/?page=99999999999999999999", 400, "page"),
        ("spaces/?page_size=501", 400, "page_size"),
        ("spaces/?fields=secret", 400, "fields"),
        ("spaces/?fields=", 400, "fields"),
        ("offices/?language_spoken=xx", 400, "language_spoken"),
        ("offices/?open_at=secret", 400, "open_at"),
        ("offices/?open_at=2026-11-24T10:00:00", 400, "open_at"),
        ("offices/?changed_since=secret", 400, "changed_since"),
        ("offices/?changed_since=%D9%A1", 400, "changed_since"),
        ("changes/?since=-1", 400, "since"),
        ("spaces/?space=wald", 400, "query"),
        ("spaces/wald/?open_at=2026-11-24T10:00:00Z", 400, "query"),
        ("spaces/?page=2", 404, ""),
        ("offices/?space=nowhere", 404, ""),
        ("offices/?service=nothing", 404, ""),
        ("offices/?changed_since=999999999", 404, ""),
        ("changes/?since=999999999", 404, ""),
        ("spaces/nowhere/", 404, ""),
        ("offices/00000000-0000-0000-0000-000000000000/", 404, ""),
    ],
)
def test_what_cannot_be_is_refused(client: Client, address: str, status: int, parameter: str) -> None:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert list(body.get("errors", {})) == ([parameter] if parameter else [])
    assert bool(body.get("detail")) == (not parameter)
    assert "secret" not in response.content.decode()


# What has changed


def newest(client: Client) -> str:
    cursor: str = ask(client, "changes/")["newest"]
    return cursor


def test_a_list_can_be_asked_for_what_has_changed(client: Client) -> None:
    cursor = newest(client)
    assert names(client, f"offices/?changed_since={cursor}") == []
    record(Office.objects.get(name="Büro Neuwald"))
    assert names(client, f"offices/?changed_since={cursor}") == ["Büro Neuwald"]
    assert names(client, f"spaces/?changed_since={cursor}") == ["Waldland"]
    assert names(client, f"providers/?changed_since={cursor}") == []


def test_an_office_whose_hours_change_has_changed(client: Client) -> None:
    cursor = newest(client)
    around.close(Timetable.objects.get(office__name="Sozialraumbüro Waldland"), NOW.date(), NOW.date())
    assert names(client, f"offices/?changed_since={cursor}") == ["Sozialraumbüro Waldland"]
    assert not ask(client, "spaces/wald/")["offices"][0]["hours"]["now"]["open"]


def test_the_feed_tells_every_change_once_deletions_too(client: Client) -> None:
    cursor = newest(client)
    partner = around.make_partner(space=Office.objects.filter(is_main=False).get().space)
    record(partner, delete=True)
    seen: list[tuple[str, str, bool]] = []
    while True:
        told = ask(client, f"changes/?since={cursor}&page_size=1")
        seen += [(line["uuid"], line["kind"], line["deleted"]) for line in told["results"]]
        cursor = told["cursor"]
        if cursor == told["newest"]:
            break
    assert seen == [(str(partner.uuid), "partner", False), (str(partner.uuid), "partner", True)]


def test_the_feed_tells_every_public_kind_and_no_other(client: Client) -> None:
    Change.objects.create(kind="feedback", uuid=uuid4())
    told = ask(client, "changes/?page_size=500")
    assert "feedback" not in {line["kind"] for line in told["results"]}
    assert told["cursor"] == told["newest"]
    assert {"office", "timetable", "page", "offer"} <= {line["kind"] for line in told["results"]}


# What nobody may see


def test_what_nobody_may_see_is_nowhere(client: Client) -> None:
    for address in [*ADDRESSES.values(), "changes/?page_size=500"]:
        for language in ("de", "ar", "en"):
            text = client.get(
                f"/api/v1/{address}{'&' if '?' in address else '?'}lang={language}"
            ).content.decode()
            assert SECRET.lower() not in text.lower(), address
    packed = gzip.decompress(client.get("/api/v1/export.json.gz").content).decode()
    assert SECRET.lower() not in packed.lower()


@pytest.mark.parametrize("kind", ["services", "events"])
def test_what_has_no_public_page_has_no_address(client: Client, kind: str) -> None:
    model: Any = {"services": Service, "events": Event}[kind]
    shown = {result["key"] for result in results(client, f"{kind}/")}
    hidden = set(model.objects.values_list("key", flat=True)) - shown
    assert len(hidden) >= 3
    for key in hidden:
        assert client.get(f"/api/v1/{kind}/{key}/").status_code == 404


def test_a_page_that_was_withdrawn_is_told_as_deleted_and_is_gone(client: Client) -> None:
    cursor = newest(client)
    page = ServicePage.objects.get(slug="ankommen")
    page.unpublish()
    assert names(client, "services/?lang=en") == ["Rat"]
    lines = ask(client, f"changes/?since={cursor}")["results"]
    assert {(line["uuid"], line["deleted"]) for line in lines} == {(str(page.translation_key), True)}


def test_a_page_that_became_private_is_told_as_deleted_and_is_gone(client: Client) -> None:
    cursor = newest(client)
    page = ServicePage.objects.get(slug="ankommen")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert names(client, "services/") == ["Rat"]
    assert {line["deleted"] for line in ask(client, f"changes/?since={cursor}")["results"]} == {True}


# Everything at once, and what it costs


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_export_holds_what_the_lists_tell_but_for_the_moment(client: Client, language: str) -> None:
    response = client.get(f"/api/v1/export.json.gz?lang={language}")
    assert response["Content-Type"] == "application/gzip"
    told = json.loads(gzip.decompress(response.content))
    assert (told["language"], told["cursor"]) == (language, newest(client))
    for name in LISTS:
        expected = results(client, f"{name}/?lang={language}&page_size=500")
        assert [one["uuid"] for one in told[name]] == [one["uuid"] for one in expected]
    hours = told["offices"][1]["hours"]
    assert list(hours) == ["state", "confirmed_on", "source", "as_of", "week", "announced"]
    again = client.get(f"/api/v1/export.json.gz?lang={language}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_one_query_and_one_for_its_changes(
    client: Client, name: str, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PAGE_CACHE = False
    client.get(f"/api/v1/{name}/")
    with django_assert_num_queries(1):
        client.get(f"/api/v1/{name}/")
    with django_assert_num_queries(2):
        client.get(f"/api/v1/{name}/?changed_since=0")


def test_a_reply_with_hours_is_kept_until_the_state_changes(client: Client) -> None:
    with patch.object(cache, "set") as keep:
        client.get("/api/v1/offices/?space=wald")
        client.get("/api/v1/partners/")
    kept = [call.args[2] for call in keep.call_args_list if str(call.args[0]).startswith("reply:")]
    # Until noon, and until midnight.
    assert kept == [2 * 60 * 60, 14 * 60 * 60]
