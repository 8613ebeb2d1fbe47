"""Open Referral under `/api/hsds/`: the promised JSON as a whole, every parameter, and HSDS's own JSON Schema.

The schemas are no part of the project: HSDS_SCHEMAS names their folder, or they lie beside the project.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import jsonschema
import pytest
import referencing
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker
from wagtail.models import PageViewRestriction

from home.models import HomePage
from portal.languages import SERVED_CODES
from search.models import Catchment
from spaces.changes import record
from spaces.models import Closure, Offer, Office, OpeningRule, Provider, Service, Timetable
from spaces.models.pages import ProviderIndexPage, ProviderPage, ServicePage
from tests import factories
from tests.portal.test_tree import translated
from tests.spaces import around

ROOT = "/api/hsds/"
EXPECTED = Path(__file__).parent / "expected"
SCHEMAS = Path(os.environ.get("HSDS_SCHEMAS") or Path(settings.BASE_DIR).parent / "shared" / "hsds")

#: A Monday; the team's closure begins on the second day of it.
NOW = datetime(2026, 12, 14, 9, tzinfo=UTC)

NAMES = UUID(int=1)


def named(what: str) -> UUID:
    """The uuid of a fact of the small district: the same in every run."""
    return uuid5(NAMES, what)


def get(path: str, **query: Any) -> Any:
    response = Client().get(ROOT + path, query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def refused(path: str, **query: Any) -> str:
    response = Client().get(ROOT + path, query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    return response.content.decode()


def said(promised: Any) -> Any:
    """What is promised, with the portal's own words ("gettext: …") in the language that is active."""
    if isinstance(promised, dict):
        return {name: said(value) for name, value in promised.items()}
    if isinstance(promised, list):
        return [said(value) for value in promised]
    if isinstance(promised, str) and promised.startswith("gettext: "):
        return translation.gettext(promised.removeprefix("gettext: "))
    return promised


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["contents"]]


# A small district -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def _written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The district, written once for the module; what its tests change is rolled back after each of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        with patch.object(timezone, "now", return_value=NOW):
            write()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def home(_written: None, db: None, monkeypatch: pytest.MonkeyPatch) -> HomePage:
    """The district in the database, at its hour."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return HomePage.objects.get(slug="start")


def write() -> None:
    """Two spaces. In Wald advice is confirmed with everything around it, and school support has hours of its own; in
    Tal nobody has said who gives advice, and the office is an example.
    """
    home = factories.make_home_page(title="Start", slug="start")
    confirmed = {"confirmed_on": date(2026, 5, 4), "confirmed_by": "Landkreis Auenland"}
    wald = factories.make_space(key="wald", name="Wald", uuid=named("wald"))
    tal = factories.make_space(key="tal", name="Tal", uuid=named("tal"))
    club = factories.make_provider(
        key="verein",
        name="Verein Morgenrot",
        website="https://www.example.org/",
        uuid=named("verein"),
        **confirmed,
    )
    factories.make_provider(key="gemeinde", name="Gemeinde Tal", kind="municipality", uuid=named("gemeinde"))
    factories.make_mandate(space=wald, provider=club, uuid=named("mandate"), **confirmed)
    place = factories.make_place(factories.make_municipality(), name="Altwald", postcodes="99001 99005")
    other = factories.make_place(factories.make_municipality(), name="Talheim", postcodes="99003 99005")
    for space, where in ((wald, place), (tal, other)):
        record(Catchment(space=space, municipality=where.municipality, valid_from=date(2020, 1, 1)))
    office = factories.make_office(
        wald,
        name="Büro Wald",
        uuid=named("büro"),
        street="Am Forst",
        house_number="3a",
        postcode="99001",
        place="Altwald",
        telephone="099 12345",
        email="wald@example.org",
        latitude=Decimal("53.2958"),
        longitude=Decimal("10.3876"),
        step_free="yes",
        lift="no",
        languages=["de", "ar"],
        **confirmed,
    )
    around.add_stop(office, name="Markt", lines="5005", minutes=3)
    add_hours(office, (0, "09:00", "12:00"), closure=("2026-12-15", "2026-12-24", "holiday"), **confirmed)
    example = factories.make_office(
        tal,
        name="Büro Tal",
        uuid=named("beispiel"),
        telephone="030 23125 001",
        email="tal@example.org",
        is_example=True,
    )
    add_hours(example, (1, "10:00", "11:00"), is_example=True)
    advice, school = (Service(key=key, uuid=named(key)) for key in ("advice", "school"))
    record([advice, school])
    around.make_offer(
        office,
        advice,
        uuid=named("advice in wald"),
        target_groups=["families"],
        settings=["office"],
        booking=["walk_in", "telephone"],
        cost="free",
        languages=["de", "prs"],
        interpreter="yes",
        **confirmed,
    )
    own = around.make_offer(
        office, school, uuid=named("school in wald"), cost="share", source="Ratsblatt", as_of="2018"
    )
    add_hours(own, (2, "08:00", "09:00"))
    around.make_offer(example, advice, uuid=named("advice in tal"))
    page = around.make_service_page(home, advice, title="Rat für Familien", slug="rat", lead="Wir hören zu.")
    around.make_service_page(home, school, title="Hilfe in der Schule", slug="schule")
    translated(page, "ar", title="نصيحة للعائلات", lead="نحن نستمع.")
    index = factories.make_page(ProviderIndexPage(title="Träger", slug="traeger"), home)
    factories.make_page(
        ProviderPage(title="Morgenrot", slug="morgenrot", provider=club, lead="Wir sind viele."), index
    )


def add_hours(
    of: Office | Offer,
    hours: tuple[int, str, str],
    closure: tuple[str, str, str] | None = None,
    **values: Any,
) -> None:
    timetable = Timetable(**{type(of).__name__.lower(): of}, uuid=named(f"hours of {of.uuid}"), **values)
    weekday, start, end = hours
    timetable.rules.add(
        OpeningRule(
            weekday=weekday,
            start=around.clock(start),
            end=around.clock(end),
            valid_until=date(2027, 1, 20),
        )
    )
    if closure:
        first, last, reason = closure
        timetable.closures.add(
            Closure(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last), reason=reason)
        )
    record(timetable)


ADVICE, SCHOOL, EXAMPLE = (
    str(named(f"{what}")) for what in ("advice in wald", "school in wald", "advice in tal")
)

ENDPOINTS = {
    "about": "",
    "services": "services",
    "services_full": "services?full=true",
    "services_minimal": "services?minimal=true",
    "service": f"services/{ADVICE}",
    "organizations": "organizations",
    "organizations_full": "organizations?full=true",
    "organization": f"organizations/{named('verein')}",
    "service_at_locations": "service_at_locations",
    "service_at_locations_full": "service_at_locations?full=true",
    "service_at_location": f"service_at_locations/{uuid5(UUID(SCHOOL), 'service_at_location')}",
    "taxonomies": "taxonomies",
    "taxonomy": None,
    "taxonomy_terms": "taxonomy_terms",
    "taxonomy_term": f"taxonomy_terms/{named('wald')}",
}


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("name", ENDPOINTS)
def test_what_an_endpoint_promises(home: HomePage, name: str, language: str) -> None:
    path = ENDPOINTS[name]
    if path is None:
        path = f"taxonomies/{get('taxonomies')['contents'][0]['id']}"
    response = Client().get(ROOT + path, headers={"accept-language": language})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Content-Language"] == language
    promised = json.loads((EXPECTED / f"hsds_{name}_{language}.json").read_text(encoding="utf-8"))
    with translation.override(language):
        assert json.loads(response.content) == said(promised)


def test_a_slash_at_the_end_makes_no_difference(home: HomePage) -> None:
    for path in ("services", f"services/{ADVICE}"):
        assert get(path) == get(f"{path}/")


# Parameters -----------------------------------------------------------------------------------------------------------


def test_a_list_comes_in_pages(home: HomePage) -> None:
    page = get("services", per_page=2)
    assert len(page.pop("contents")) == 2
    assert page == {
        "total_items": 3,
        "total_pages": 2,
        "page_number": 1,
        "size": 2,
        "first_page": True,
        "last_page": False,
        "empty": False,
    }
    page = get("services", per_page=2, page=2)
    assert (page["size"], page["first_page"], page["last_page"]) == (1, False, True)
    page = get("services", organization_id=str(named("nobody")))
    assert (page["total_items"], page["empty"], page["contents"], page["last_page"]) == (0, True, [], True)


def test_there_is_nothing_behind_the_last_page(home: HomePage) -> None:
    assert Client().get(f"{ROOT}services?page=2").status_code == 404


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("services", {"page": "0"}),
        ("services", {"page": "two"}),
        ("services", {"per_page": "-1"}),
        ("services", {"per_page": "501"}),
        ("services", {"full": "maybe"}),
        ("services", {"modified_after": "yesterday"}),
        ("services", {"modified_after": "2026-13-01"}),
        ("services", {"format": "xml"}),
        ("services", {"postcode": "99001"}),
        ("services/x", {"page": "1"}),
        ("service_at_locations", {"postcode": "9900"}),
        ("service_at_locations", {"postcode": "99001", "proximity": "500"}),
        ("organizations", {"full_service": "2"}),
        ("services", {"full": ""}),
        ("services", {"modified_after": ""}),
        ("taxonomy_terms", {"top_only": "never"}),
        ("", {"format": "json"}),
    ],
)
def test_what_cannot_be_answered_is_refused(home: HomePage, path: str, query: dict[str, str]) -> None:
    said = refused(path, **query)
    assert not any(
        value in said for value in query.values() if value and not value.isdecimal() and value != "json"
    )


def test_lines_hold_everything_without_pages(home: HomePage) -> None:
    response = Client().get(f"{ROOT}services?format=ndjson&full=true&per_page=1")
    assert response["Content-Type"] == "application/x-ndjson"
    rows = [json.loads(line) for line in response.content.decode().splitlines()]
    assert rows == get("services", full="true")["contents"]
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [EXAMPLE, ADVICE, SCHOOL]),
        ({"search": "Schulen"}, [SCHOOL]),
        ({"search": "Morgenrot"}, [ADVICE]),
        ({"search": "Astronauten"}, []),
        ({"taxonomy_term_id": str(named("advice"))}, [EXAMPLE, ADVICE]),
        ({"taxonomy_term_id": str(named("tal"))}, [EXAMPLE]),
        ({"taxonomy_term_id": str(named("tal")).upper()}, [EXAMPLE]),
        ({"organization_id": str(named("verein"))}, [ADVICE]),
        ({"organization_id": str(named("gemeinde"))}, []),
        ({"modified_after": "2026-12-14"}, [EXAMPLE, ADVICE, SCHOOL]),
        ({"modified_after": "2026-12-14T09:00:00.000Z"}, [EXAMPLE, ADVICE, SCHOOL]),
        ({"modified_after": "2026-12-14T10:00:00+01:00"}, [EXAMPLE, ADVICE, SCHOOL]),
        ({"modified_after": "2026-12-14T09:00:00.001Z"}, []),
        ({"modified_after": "0001-01-01T00:00:00+14:00"}, [EXAMPLE, ADVICE, SCHOOL]),
        ({"modified_after": "9999-12-31T23:59:59.999999-14:00"}, []),
    ],
)
def test_services_are_narrowed(home: HomePage, query: dict[str, str], found: list[str]) -> None:
    assert ids(get("services", **query)) == found
    at_locations = [str(uuid5(UUID(key), "service_at_location")) for key in found]
    assert ids(get("service_at_locations", **query)) == at_locations


def test_services_with_any_term_of_a_taxonomy(home: HomePage) -> None:
    by_name = {row["name"]: row["id"] for row in get("taxonomies", lang="en")["contents"]}
    assert ids(get("services", taxonomy_id=by_name["For whom"])) == [ADVICE]
    assert len(ids(get("services", taxonomy_id=by_name["Social spaces"]))) == 3


def test_only_what_changed_since_is_told(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    later = NOW + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    office = Office.objects.get(uuid=named("büro"))
    office.telephone = "099 54321"
    record(office)
    since = later.isoformat()
    assert ids(get("services", modified_after=since)) == [ADVICE, SCHOOL]
    assert get(f"services/{ADVICE}")["last_modified"] == "2026-12-14T10:00:00.000+00:00"
    assert get(f"services/{EXAMPLE}")["last_modified"] == "2026-12-14T09:00:00.000+00:00"
    record(Timetable.objects.get(office__uuid=named("beispiel")), delete=True)
    assert len(ids(get("services", modified_after=since))) == 3


def test_a_closure_that_begins_and_ends_is_a_change(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(day: int) -> tuple[str, str | None, str]:
        monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, day, 9, tzinfo=UTC))
        node = get(f"services/{ADVICE}")
        return node["status"], node.get("alert"), node["last_modified"][:16]

    assert told(14) == ("active", None, "2026-12-14T09:00")
    closed = "geschlossen: 2026-12-15 – 2026-12-24 (Urlaub des Teams)"
    assert told(15) == ("temporarily closed", closed, "2026-12-14T23:00")
    assert told(24) == ("temporarily closed", closed, "2026-12-14T23:00")
    assert told(25) == ("active", None, "2026-12-24T23:00")


@pytest.mark.parametrize(
    ("postcode", "found"),
    [("99001", [ADVICE, SCHOOL]), ("99003", [EXAMPLE]), ("99005", [EXAMPLE, ADVICE, SCHOOL]), ("80001", [])],
)
def test_a_postcode_finds_what_is_there_for_it(home: HomePage, postcode: str, found: list[str]) -> None:
    page = get("service_at_locations", postcode=postcode)
    assert [row["service_id"] for row in page["contents"]] == found


@pytest.mark.parametrize("query", ["services?search=Rat", "service_at_locations?postcode=99001"])
def test_what_is_searched_for_is_kept_nowhere(home: HomePage, query: str) -> None:
    assert Client().get(ROOT + query)["Cache-Control"] == "no-store"


def test_other_lists_are_searched_too(home: HomePage) -> None:
    assert ids(get("organizations", search="Morgenrot")) == [str(named("verein"))]
    assert [row["name"] for row in get("taxonomy_terms", search="Rat für Familien")["contents"]][:1] == [
        "Rat für Familien"
    ]
    assert [row["name"] for row in get("taxonomies", search="Sozialräume")["contents"]] == ["Sozialräume"]


def test_terms_are_narrowed(home: HomePage) -> None:
    every = get("taxonomy_terms")["contents"]
    (spaces,) = {row["taxonomy_id"] for row in every if row["code"] == "wald"}
    assert [row["name"] for row in get("taxonomy_terms", taxonomy_id=spaces)["contents"]] == ["Tal", "Wald"]
    # None stands below another.
    assert get("taxonomy_terms", top_only="true")["contents"] == every
    assert get("taxonomy_terms", parent_id=every[0]["id"])["contents"] == []


def test_an_organization_comes_with_its_services_where_they_are_asked_for(home: HomePage) -> None:
    key = str(named("verein"))
    told = get(f"organizations/{key}")
    assert [row["value"] for row in told["attributes"] if row["link_type"] == "service"] == [ADVICE]
    assert get(f"organizations/{key}", full_service="true") == {
        **told,
        "services": [get(f"services/{ADVICE}")],
    }
    listed = {row["id"]: row["services"] for row in get("organizations", full_service="true")["contents"]}
    assert {row["id"] for rows in listed.values() for row in rows} == {ADVICE, SCHOOL, EXAMPLE}


def test_what_is_not_there_is_not_found(home: HomePage) -> None:
    for path in ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms"):
        for key in (named("nobody"), "1", "%00", ADVICE if path != "services" else named("wald")):
            response = Client().get(f"{ROOT}{path}/{key}")
            assert response.status_code == 404, (path, key)
            assert response["Content-Type"] == "application/problem+json"


# Facts ----------------------------------------------------------------------------------------------------------------


def test_an_invented_contact_is_not_told_and_invented_hours_say_so(home: HomePage) -> None:
    node = get(f"services/{EXAMPLE}")
    assert "23125" not in json.dumps(node)
    assert "example.org" not in json.dumps(node).replace(settings.BASE_URL, "")
    assert node["schedules"]
    notes = {row["description"] for row in node["schedules"]}
    assert notes == {"Beispiel: erfunden, um zu zeigen, wie dieses Portal funktioniert."}
    (location,) = [row["location"] for row in node["service_at_locations"]]
    assert location["addresses"] == location["phones"] == []
    assert [
        row["taxonomy_term"]["code"] for row in location["attributes"] if row["link_type"] == "state"
    ] == ["example"]


def test_an_example_of_an_offer_is_not_active(home: HomePage) -> None:
    offer = Offer.objects.get(uuid=EXAMPLE)
    offer.is_example = True
    record(offer)
    node = get(f"services/{EXAMPLE}")
    assert (node["status"], node["alert"]) == (
        "inactive",
        "Beispiel: erfunden, um zu zeigen, wie dieses Portal funktioniert.",
    )


def test_nobody_is_named_where_it_is_not_known_who_gives_an_offer(home: HomePage) -> None:
    node = get(f"services/{EXAMPLE}")
    assert node["organization"]["name"] == "noch nicht bekannt"
    assert get(f"organizations/{node['organization_id']}")["id"] == node["organization_id"]
    for offer in Offer.objects.all():
        offer.provider = Provider.objects.get(key="gemeinde")
        record(offer)
    assert Client().get(f"{ROOT}organizations/{node['organization_id']}").status_code == 404


def test_only_confirmed_offers_are_assured(home: HomePage) -> None:
    assert get(f"services/{ADVICE}")["assured_date"] == "2026-05-04"
    assert "assured_date" not in get(f"services/{SCHOOL}")


def test_hours_of_its_own_are_told_of_an_offer(home: HomePage) -> None:
    node = get(f"services/{SCHOOL}")
    (at_location,) = node["service_at_locations"]
    days = [{row["byday"] for row in rows} for rows in (node["schedules"], at_location["schedules"])]
    assert days == [{"WE"}, {"WE"}]
    assert {row["byday"] for row in at_location["location"]["schedules"]} == {"MO"}
    (at_location,) = get(f"services/{ADVICE}")["service_at_locations"]
    assert at_location["schedules"] == []


def test_schedules_leave_out_what_is_past_and_what_is_closed(home: HomePage) -> None:
    schedules = get(f"services/{ADVICE}")["schedules"]
    assert [(row["valid_from"], row["valid_to"]) for row in schedules][0][1] == "2026-12-14"
    notes = "geschlossen: 2026-12-15 – 2026-12-24 (Urlaub des Teams)"
    assert schedules[0]["notes"].startswith(notes)
    assert "2026-12-21" not in {row["valid_from"] for row in schedules}


# What is not public ---------------------------------------------------------------------------------------------------


def every_reply(language: str) -> str:
    lists = (
        "services?full=true&",
        "organizations?full=true&",
        "service_at_locations?full=true&",
        "taxonomy_terms?",
    )
    return "".join(
        json.dumps(get(f"{path}lang={language}&per_page=500"), ensure_ascii=False) for path in lists
    )


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("how", ["withdrawn", "private", "below a private one", "draft"])
def test_what_is_not_public_is_told_nowhere(home: HomePage, how: str, language: str) -> None:
    page = ServicePage.objects.get(slug="rat", locale__language_code="de")
    name = {"de": "Rat für Familien", "ar": "نصيحة للعائلات"}[language]
    assert name in every_reply(language)
    if how == "withdrawn":
        page.unpublish()
    elif how == "draft":
        page.unpublish()
        page.save_revision()
    else:
        hidden = page if how == "private" else page.get_parent()
        PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    told = every_reply(language)
    assert name not in told
    assert ADVICE not in told
    assert Client().get(f"{ROOT}services/{ADVICE}").status_code == 404
    assert Client().get(f"{ROOT}taxonomy_terms/{named('advice')}").status_code == 404


def test_a_draft_of_a_title_is_not_told(home: HomePage) -> None:
    page = ServicePage.objects.get(slug="rat", locale__language_code="de")
    page.title = "Entwurf"
    page.save_revision()
    assert "Entwurf" not in every_reply("de")


# Stable and cheap -----------------------------------------------------------------------------------------------------


def all_ids(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((name, part) for name, part in value.items() if name == "id" or name.endswith("_id"))
        for part in value.values():
            yield from all_ids(part)
    elif isinstance(value, list):
        for part in value:
            yield from all_ids(part)


def test_ids_are_the_same_in_all_languages(home: HomePage) -> None:
    told = {
        tuple(all_ids([get(f"{path}", lang=code) for path in ENDPOINTS.values() if path and "?" not in path]))
        for code in SERVED_CODES
    }
    assert len(told) == 1
    assert len({key for name, key in told.pop() if name == "id"}) > 50


def test_ids_do_not_depend_on_the_process() -> None:
    script = (
        "from uuid import UUID; from spaces.hsds import NOBODY_KNOWN, identity; "
        "print(NOBODY_KNOWN, identity(UUID(int=1), 'service_area'))"
    )
    setup = "import django; django.setup(); "
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONHASHSEED": "7"}
    said = subprocess.run(
        [sys.executable, "-c", setup + script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    ).stdout.split()
    assert said == ["68334050-783c-59fc-9619-e0d6bee91c78", str(uuid5(UUID(int=1), "service_area"))]


@pytest.mark.parametrize(
    "path", ["services?full=true", "service_at_locations?full=true", "organizations", "taxonomy_terms"]
)
def test_a_list_costs_few_queries_whatever_its_length(
    home: HomePage, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.get(ROOT + path)
    with django_assert_max_num_queries(1):
        client.get(ROOT + path)
    for number in range(5):
        around.make_offer(
            Office.objects.get(uuid=named("beispiel")),
            Service.objects.get(key="school") if number == 0 else around.make_service(),
        )
    client.get(ROOT + path)
    with django_assert_max_num_queries(1):
        client.get(ROOT + path)


# HSDS's own schema ----------------------------------------------------------------------------------------------------


@cache
def registry() -> referencing.Registry[Any]:
    files = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in SCHEMAS.glob("*.json")}
    return referencing.Registry().with_resources(
        (name, referencing.jsonschema.DRAFT202012.create_resource(content)) for name, content in files.items()
    )


def schema(kind: str) -> Any:
    return registry().contents(f"{kind}.json")


#: Objects that were checked, by kind.
checked: dict[str, int] = {}


def conforms(kind: str, node: dict[str, Any]) -> None:
    """An object and all within it have the schema's types and no property that it does not name."""
    validator = jsonschema.Draft202012Validator(
        {"$ref": f"{kind}.json"},
        registry=registry(),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    assert [error.message for error in validator.iter_errors(node)] == []
    named_alone(kind, node)


def named_alone(kind: str, node: dict[str, Any]) -> None:
    checked[kind] = checked.get(kind, 0) + 1
    properties = schema(kind)["properties"]
    assert set(node) <= set(properties), (kind, set(node) - set(properties))
    for name, value in node.items():
        known = properties[name]
        assert value not in ("", None) or name in ("address_1", "postal_code"), (kind, name)
        if known.get("format") == "uri":
            assert urlsplit(value).scheme in ("http", "https", "urn"), value
        if known.get("format") == "date-time":
            assert datetime.fromisoformat(value).tzinfo, value
        if known.get("format") == "uuid" or name == "id":
            UUID(value)
        reference = known.get("$ref") or known.get("items", {}).get("$ref", "")
        for part in value if isinstance(value, list) else [value] if reference else []:
            named_alone(reference.removesuffix(".json"), part)


LISTS = {
    "services": ("service", ["", "full=true", "minimal=true"]),
    "organizations": ("organization", ["", "full=true"]),
    "service_at_locations": ("service_at_location", ["", "full=true"]),
    "taxonomies": ("taxonomy", [""]),
    "taxonomy_terms": ("taxonomy_term", [""]),
}


def everything_conforms(language: str) -> None:
    definition = json.loads((SCHEMAS / "openapi.json").read_text(encoding="utf-8"))
    wrapper = definition["components"]["schemas"]["Page"]
    for path, (kind, forms) in LISTS.items():
        for form in forms:
            page = get(f"{path}?{form}&per_page=500&lang={language}")
            assert set(page) == {*wrapper["properties"], "contents"}
            jsonschema.validate(page, wrapper)
            assert page["total_items"] == page["size"] == len(page["contents"])
            for node in page["contents"]:
                conforms(kind, node)
        assert page["contents"]
        for node in page["contents"]:
            conforms(kind, get(f"{path}/{node['id']}?lang={language}"))
    for node in get(f"organizations?full=true&full_service=true&lang={language}")["contents"]:
        # The one property that HSDS's text names and its schema does not.
        for service in node.pop("services"):
            conforms("service", service)
        conforms("organization", node)


needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="needs HSDS's schemas: HSDS_SCHEMAS=folder make test"
)


@needs_schemas
@pytest.mark.shared_data
def test_every_endpoint_of_hsds_is_there_with_its_parameters(home: HomePage) -> None:
    definition = json.loads((SCHEMAS / "openapi.json").read_text(encoding="utf-8"))
    known = definition["components"]["parameters"]
    keys = {
        "services": ADVICE,
        "organizations": str(named("verein")),
        "service_at_locations": str(uuid5(UUID(ADVICE), "service_at_location")),
        "taxonomies": get("taxonomies")["contents"][0]["id"],
        "taxonomy_terms": str(named("wald")),
    }
    values = {"integer": "1", "boolean": "true"}
    texts = {"format": "json", "postcode": "99001", "modified_after": "2020-01-01T00:00:00Z"}
    tried = 0
    for path, methods in definition["paths"].items():
        route = path.strip("/").replace("{id}", keys.get(path.split("/")[1], ""))
        get(route)
        for parameter in methods["get"].get("parameters", ()):
            told = known[parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter
            name = told["name"]
            value = texts.get(name) or values.get(told["schema"]["type"], "x")
            status = Client().get(ROOT + route, {name: value}).status_code
            assert status == (400 if name == "proximity" else 200), (route, name)
            tried += 1
    assert tried == 39


@pytest.mark.slow
@needs_schemas
@pytest.mark.shared_data
@pytest.mark.parametrize("language", SERVED_CODES)
def test_every_reply_conforms_to_hsds(home: HomePage, language: str) -> None:
    everything_conforms(language)
