"""What machines read: whole nodes, compared as they stand, and nothing invented among them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from spaces import structured_data
from spaces.models import Event, Offer, Office, Provider, Service, Space

KEY = UUID("11111111-2222-3333-4444-555555555555")
ID = f"urn:uuid:{KEY}"
SURE = date(2026, 1, 31)
SPACE = Space(key="melbeck", name="Melbeck")
PROVIDER = Provider(key="club", name="Club e. V.", kind="free", website="https://club.example.org", uuid=KEY)
OPENING = {
    "openingHoursSpecification": [
        {"@type": "OpeningHoursSpecification", "opens": "09:00", "closes": "12:00"}
    ],
    "specialOpeningHoursSpecification": [],
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def office(**values: Any) -> Office:
    return Office(
        **{
            "uuid": KEY,
            "space": SPACE,
            "name": "Office Melbeck",
            "street": "Am Diemel",
            "house_number": "2",
            "postcode": "21406",
            "place": "Melbeck",
            "telephone": "030 23125 004",
            "email": "melbeck@example.org",
            "latitude": Decimal("53.19000"),
            "longitude": Decimal("10.40000"),
            "languages": ["de", "uk"],
            "confirmed_on": SURE,
            **values,
        }
    )


def test_an_office_says_who_and_where_and_when() -> None:
    url = "https://portal.example.org/de/melbeck/"
    assert structured_data.office(office(), url=url, provider=PROVIDER, opening=OPENING) == {
        "@type": "GovernmentOffice",
        "@id": ID,
        "name": "Office Melbeck",
        "url": url,
        "areaServed": {"@type": "AdministrativeArea", "name": "Melbeck"},
        "geo": {"@type": "GeoCoordinates", "latitude": 53.19, "longitude": 10.4},
        "parentOrganization": {"@type": "Organization", "name": "Club e. V."},
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "Am Diemel 2",
            "postalCode": "21406",
            "addressLocality": "Melbeck",
            "addressCountry": "DE",
        },
        "telephone": "030 23125 004",
        "email": "melbeck@example.org",
        "knowsLanguage": ["de", "uk"],
        "openingHoursSpecification": OPENING["openingHoursSpecification"],
    }


def test_an_example_of_an_office_can_be_neither_found_nor_called() -> None:
    node = structured_data.office(office(is_example=True), provider=PROVIDER, opening=OPENING)
    assert node == {
        "@type": "GovernmentOffice",
        "@id": ID,
        "name": "Office Melbeck",
        "disambiguatingDescription": "Example: made up to show how this portal works.",
        "areaServed": {"@type": "AdministrativeArea", "name": "Melbeck"},
    }


def test_what_nobody_has_confirmed_says_so_and_what_is_unknown_says_nothing() -> None:
    bare = Office(uuid=KEY, space=SPACE, name="Office Melbeck")
    assert structured_data.office(bare) == {
        "@type": "GovernmentOffice",
        "@id": ID,
        "name": "Office Melbeck",
        "disambiguatingDescription": "Nobody has confirmed this yet.",
        "areaServed": {"@type": "AdministrativeArea", "name": "Melbeck"},
    }


def test_a_service_names_where_and_by_whom_it_is_given() -> None:
    spoken: Any = {"languages": ["de"]}
    offer = Offer(office=office(), **spoken)
    example = Offer(office=office(name="Elsewhere"), is_example=True)
    node = structured_data.service(
        Service(uuid=KEY, key="advice", confirmed_on=SURE),
        name="Advice",
        description="Somebody listens.",
        url="https://portal.example.org/de/advice/",
        offers=[(offer, PROVIDER), (offer, None), (example, Provider(name="Nobody"))],
    )
    channel = {
        "@type": "ServiceChannel",
        "serviceLocation": {"@type": "GovernmentOffice", "@id": ID, "name": "Office Melbeck"},
        "availableLanguage": ["de"],
    }
    assert node == {
        "@type": "Service",
        "@id": ID,
        "name": "Advice",
        "url": "https://portal.example.org/de/advice/",
        "description": "Somebody listens.",
        "provider": [{"@type": "Organization", "name": "Club e. V."}],
        "areaServed": [{"@type": "AdministrativeArea", "name": "Melbeck"}],
        "availableChannel": [channel, channel],
    }


def event(**values: Any) -> Event:
    return Event(
        **{
            "uuid": KEY,
            "key": "day",
            "kind": "conference",
            "starts_at": datetime(2026, 10, 24, 7, tzinfo=UTC),
            "ends_at": datetime(2026, 10, 25, 7, tzinfo=UTC),
            "venue": "Hall",
            "postcode": "21406",
            "place": "Melbeck",
            "confirmed_on": SURE,
            **values,
        }
    )


def test_an_event_has_the_times_of_the_countys_clocks() -> None:
    assert structured_data.event(event(), name="A day", url="https://portal.example.org/de/day/") == {
        "@type": "Event",
        "@id": ID,
        "name": "A day",
        "url": "https://portal.example.org/de/day/",
        # The clocks go back in the night between.
        "startDate": "2026-10-24T09:00:00+02:00",
        "endDate": "2026-10-25T08:00:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {
            "@type": "Place",
            "name": "Hall",
            "address": {
                "@type": "PostalAddress",
                "postalCode": "21406",
                "addressLocality": "Melbeck",
                "addressCountry": "DE",
            },
        },
    }


def test_an_event_at_an_office_is_where_the_office_is() -> None:
    node = structured_data.event(event(office=office()), name="A day") or {}
    assert node["location"]["name"] == "Office Melbeck"
    assert node["location"]["address"]["streetAddress"] == "Am Diemel 2"
    node = structured_data.event(event(office=office(is_example=True)), name="A day") or {}
    assert node["location"] == {"@type": "Place", "name": "Office Melbeck"}


def test_no_example_looks_like_an_event_a_service_or_an_organisation() -> None:
    assert structured_data.event(event(is_example=True), name="A day") is None
    assert structured_data.service(Service(key="advice", is_example=True), name="Advice") is None
    assert structured_data.organisation(Provider(name="Club", is_example=True)) is None


def test_an_organisation_has_its_own_address_in_the_net() -> None:
    node = structured_data.organisation(PROVIDER) or {}
    assert (node["@type"], node["name"], node["url"]) == (
        "Organization",
        "Club e. V.",
        "https://club.example.org",
    )


def test_breadcrumbs_count_from_the_front_door() -> None:
    assert structured_data.breadcrumbs([("Home", "https://h/"), ("Help", "https://h/help/")]) == {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Home", "item": "https://h/"},
            {"@type": "ListItem", "position": 2, "name": "Help", "item": "https://h/help/"},
        ],
    }
    assert structured_data.breadcrumbs([("Home", "https://h/")]) is None


def test_no_name_can_end_the_data_block() -> None:
    name = "</script><!-- & \u2028 ü"
    markup = structured_data.script({"@type": "Event", "name": name}, None)
    assert markup.startswith('<script type="application/ld+json">')
    inner = markup.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&") & set(inner)
    assert json.loads(inner) == {
        "@context": "https://schema.org",
        "@graph": [{"@type": "Event", "name": name}],
    }


def test_nothing_to_say_leaves_no_block() -> None:
    assert structured_data.script(None, None) == ""
