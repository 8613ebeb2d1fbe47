"""What carries an office further: the QR code, the contact, the links, the poster."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import segno
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from icalendar import Calendar

from portal.languages import SERVED_CODES
from spaces import qr
from spaces.changes import record
from spaces.contacts import card
from spaces.models import Office, OpeningRule, Space, SpacePage, Timetable
from spaces.posters import usual_week
from spaces.templatetags.share import map_address, subscribed
from tests import factories
from tests.portal.test_templates import Page
from tests.spaces.around import close, make_timetable

KEY = UUID("11111111-2222-3333-4444-555555555555")
#: A Monday.
AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
ADDRESS = "https://portal.example.org/de/sozialraeume/bardowick/"
KNOWN: dict[str, Any] = {
    "street": "Große Straße",
    "house_number": "9",
    "postcode": "21357",
    "place": "Bardowick",
    "telephone": "030 23125 104",
    "email": "office@example.org",
    "confirmed_on": date(2026, 11, 2),
}


def made_office(**values: Any) -> Office:
    return Office(**{"uuid": KEY, "space": Space(), "name": "Büro; groß", **KNOWN, **values})


# The QR code


def modules(drawing: qr.Drawing) -> list[list[int]]:
    """What a path draws, one unit of its strokes a module."""
    dark = [[0] * drawing.size for _ in range(drawing.size)]
    x = y = 0
    for command, first, second in re.findall(r"([Mmh])(\d+)(?: ([\d.]+))?", drawing.path):
        if command == "h":
            for column in range(x, x + int(first)):
                dark[y][column] = 1
            x += int(first)
        elif command == "m":
            x += int(first)
        else:
            x, y = int(first), int(float(second))
    return dark


@pytest.mark.parametrize("address", [ADDRESS, "http://localhost/ti/", "https://a.example/" + "a/" * 200])
def test_the_drawing_is_the_code_of_the_address_with_a_light_margin(address: str) -> None:
    expected = [[*row] for row in segno.make_qr(address, error="m").matrix_iter(border=4)]
    assert modules(qr.drawing(address)) == expected


def test_the_code_can_be_read_without_seeing_it() -> None:
    with translation.override("en"):
        html = render_to_string("components/qr.html", {"address": ADDRESS, "drawing": qr.drawing(ADDRESS)})
    page = Page(html)
    (picture,) = page.all("svg")
    assert (picture["role"], picture["aria-label"]) == ("img", "QR code with the address of this page")
    assert page.text("figcaption") == ADDRESS
    # No inline style, which the content policy would refuse.
    assert "style" not in html


# Links


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({}, "geo:0,0?q=Gro%C3%9Fe%20Stra%C3%9Fe%209%2C%2021357%20Bardowick"),
        (
            {"latitude": Decimal("53.2958"), "longitude": Decimal("10.3876")},
            "geo:53.29580,10.38760?q=53.29580,10.38760(B%C3%BCro%3B%20gro%C3%9F)",
        ),
        ({"confirmed_on": None}, "geo:0,0?q=Gro%C3%9Fe%20Stra%C3%9Fe%209%2C%2021357%20Bardowick"),
        ({"street": ""}, ""),
        ({"place": ""}, ""),
        ({"is_example": True, "latitude": Decimal("53.2958"), "longitude": Decimal("10.3876")}, ""),
    ],
)
def test_a_map_opens_where_there_is_a_door(values: dict[str, Any], address: str) -> None:
    office = made_office(**values)
    assert map_address(office) == address
    with translation.override("en"):
        html = render_to_string("components/map_link.html", {"office": office})
    assert [link["href"] for link in Page(html).all("a")] == ([address] if address else [])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_calendar_is_subscribed_to_under_its_own_scheme(scheme: str) -> None:
    assert subscribed(f"{scheme}://a.example:8/de/a.ics") == "webcal://a.example:8/de/a.ics"


# The contact


def contact(**values: Any) -> list[str]:
    with translation.override("en"):
        text = card(made_office(**values), at=AT, url=ADDRESS).decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_a_contact_is_written_whole() -> None:
    position = {"latitude": Decimal("53.2958"), "longitude": Decimal("10.3876")}
    assert contact(**position) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"UID:urn:uuid:{KEY}",
        "REV:20261123T123000Z",
        "FN:Büro\\; groß",
        "ORG:Büro\\; groß",
        "ADR;TYPE=work:;;Große Straße 9;Bardowick;;21357;",
        "GEO:geo:53.29580,10.38760",
        'TEL;TYPE="work,voice":030 23125 104',
        "EMAIL;TYPE=work:office@example.org",
        f"URL:{ADDRESS}",
        "NOTE;LANGUAGE=en:As of 23 November 2026",
        "END:VCARD",
        "",
    ]


def test_an_example_has_nothing_to_dial_and_says_what_it_is() -> None:
    position = {"latitude": Decimal("53.2958"), "longitude": Decimal("10.3876")}
    assert contact(is_example=True, **position) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"UID:urn:uuid:{KEY}",
        "REV:20261123T123000Z",
        "FN:Example: Büro\\; groß",
        "ORG:Example: Büro\\; groß",
        f"URL:{ADDRESS}",
        "NOTE;LANGUAGE=en:These details are made up to show how this portal works. "
        "You reach nobody there. As of 23 November 2026",
        "END:VCARD",
        "",
    ]


@pytest.mark.parametrize(
    ("values", "note", "missing"),
    [
        (
            {"confirmed_on": None},
            "Nobody has confirmed this yet. Please ask before you go there. As of 23 November 2026",
            (),
        ),
        ({"telephone": ""}, "Telephone: not known yet. As of 23 November 2026", ("TEL",)),
        ({"email": ""}, "As of 23 November 2026", ("EMAIL",)),
        (
            {"street": "", "house_number": "", "postcode": "", "place": ""},
            "Address: not known yet. As of 23 November 2026",
            ("ADR",),
        ),
    ],
)
def test_a_contact_says_what_is_not_sure_and_leaves_out_what_is_not_known(
    values: dict[str, Any], note: str, missing: tuple[str, ...]
) -> None:
    lines = contact(**values)
    assert f"NOTE;LANGUAGE=en:{note}" in lines
    names = {re.split("[;:]", line)[0] for line in lines}
    assert {"ADR", "TEL", "EMAIL"} - names == set(missing)


# The usual week


def made_timetable(*rules: dict[str, Any]) -> Timetable:
    timetable = Timetable()
    for values in rules:
        timetable.rules.add(OpeningRule(**{"weekday": 0, "start": time(9), "end": time(12), **values}))
    return timetable


@pytest.mark.parametrize(
    ("rules", "starts"),
    [
        ([], None),
        ([{"valid_until": date(2026, 11, 22)}], None),
        ([{"valid_until": date(2026, 11, 23)}], [9]),
        ([{"valid_from": date(2027, 1, 1)}], [9]),
        ([{"start": time(14), "end": time(15)}, {}], [9, 14]),
        ([{"when": "term"}, {"start": time(10), "when": "school_holidays"}], [9, 10]),
    ],
)
def test_the_usual_week_holds_the_rules_of_today_and_later(
    rules: list[dict[str, Any]], starts: list[int] | None
) -> None:
    week = usual_week(made_timetable(*rules), AT.date())
    if starts is None:
        assert week == []
        return
    assert [day.day.weekday() for day in week] == list(range(7))
    assert [[rule.start.hour for rule in day.rules] for day in week] == [starts, [], [], [], [], [], []]


def test_nothing_is_known_of_a_week_without_a_timetable() -> None:
    assert usual_week(None, AT.date()) == []


# What the portal answers


@pytest.fixture
def page(db: None, monkeypatch: pytest.MonkeyPatch) -> SpacePage:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    index = factories.make_space_index_page(factories.make_home_page())
    return factories.make_space_page(index, factories.make_space(key="bardowick", name="Bardowick"))


@pytest.fixture
def office(page: SpacePage) -> Office:
    return factories.make_office(page.space, **{"name": "Büro Bardowick", **KNOWN})


PATHS = {
    "poster/bardowick/": "text/html; charset=utf-8",
    "spaces/bardowick.vcf": "text/vcard; charset=utf-8",
    "spaces/bardowick/hours.ics": "text/calendar; charset=utf-8",
}


@pytest.mark.parametrize(("path", "kind"), PATHS.items())
def test_it_is_there_without_a_cookie_in_every_language(
    path: str, kind: str, office: Office, client: Client
) -> None:
    for code in SERVED_CODES:
        response = client.get(f"/{code}/{path}")
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert not response.cookies
        assert "no-cache" in response["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("missing", ["space", "page", "private", "office"])
def test_without_a_public_page_or_an_office_there_is_nothing(
    path: str, missing: str, page: SpacePage, client: Client
) -> None:
    if missing != "office":
        factories.make_office(page.space)
    if missing == "page":
        page.unpublish()
    elif missing == "private":
        page.view_restrictions.create(restriction_type="login")
    elif missing == "space":
        path = path.replace("bardowick", "elsewhere")
    # An office beside the main one is not asked for.
    factories.make_office(page.space, is_main=False)
    assert client.get(f"/en/{path}").status_code == 404


def test_the_contact_and_the_calendar_lead_to_the_page_in_the_readers_language(
    office: Office, client: Client
) -> None:
    make_timetable(office, (0, "09:00", "12:00"), confirmed_on=date(2026, 1, 2))
    address = "http://testserver/en/spaces/bardowick/"
    assert f"URL:{address}\r\n" in client.get("/en/spaces/bardowick.vcf").content.decode()
    calendar = client.get("/en/spaces/bardowick/hours.ics").content
    entries = Calendar.from_ical(calendar).events
    assert {str(entry["URL"]) for entry in entries} == {address}
    assert len(entries) == 8


def test_a_closure_is_in_the_calendar_at_once(office: Office, client: Client) -> None:
    def entries() -> int:
        return len(Calendar.from_ical(client.get("/en/spaces/bardowick/hours.ics").content).events)

    timetable = make_timetable(office, (0, "09:00", "12:00"))
    assert entries() == 8
    close(timetable, date(2026, 11, 23), date(2026, 12, 1))
    assert entries() == 6


# The poster


def poster(client: Client, query: str = "", language: str = "en") -> str:
    response = client.get(f"/{language}/poster/bardowick/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def sides(html: str) -> dict[str, str]:
    """The text of each language's side."""
    found = re.findall(r'<section lang="([\w-]+)" dir="(\w+)">(.*?)</section>', html, re.DOTALL)
    return {
        f"{code} {direction}": " ".join(re.sub("<[^>]+>", " ", text).split())
        for code, direction, text in found
    }


@pytest.mark.parametrize(
    ("language", "query", "expected"),
    [
        ("en", "", ["en ltr", "de ltr"]),
        ("de", "", ["de ltr", "en ltr"]),
        ("ar", "", ["ar rtl", "de ltr"]),
        ("de", "?with=ar", ["de ltr", "ar rtl"]),
        ("fa", "?with=ar", ["fa rtl", "ar rtl"]),
        ("en", "?with=de-simple", ["en ltr", "de-simple ltr"]),
        ("en", "?with=en", ["en ltr", "de ltr"]),
        ("en", "?with=xx", ["en ltr", "de ltr"]),
        ("en", "?with=%3Cb%3E", ["en ltr", "de ltr"]),
    ],
)
def test_a_poster_is_in_two_languages(
    language: str, query: str, expected: list[str], office: Office, client: Client
) -> None:
    html = poster(client, query, language)
    assert list(sides(html)) == expected
    (form,) = Page(html).forms()
    assert (form["method"], form["action"]) == ("get", f"/{language}/poster/bardowick/")
    chosen = re.findall(r'<option value="([\w-]+)"[^>]* selected>', html)
    assert chosen == [expected[1].split()[0]]
    offered = re.findall(r'<option value="([\w-]+)"', html)
    assert offered == [code for code in SERVED_CODES if code != language]


def test_a_poster_tells_the_usual_week_without_its_exceptions(office: Office, client: Client) -> None:
    timetable = make_timetable(
        office,
        (0, "09:00", "12:00"),
        (3, "14:00", "17:00", "appointment"),
        closures=(("2026-11-23", "2026-11-29", "illness"),),
        special_days=(("2026-11-24", "10:00", "11:00"),),
        confirmed_on=date(2026, 11, 2),
    )
    timetable.rules.add(
        OpeningRule(
            weekday=4,
            start=time(8),
            end=time(9),
            way="phone",
            when="term",
            valid_from=date(2027, 1, 1),
            valid_until=date(2027, 3, 31),
        )
    )
    record(timetable)
    side = sides(poster(client))["en ltr"]
    assert side == (
        "Advice for families Opening hours "
        "Monday 09:00–12:00 open consultation, without an appointment "
        "Tuesday closed Wednesday closed "
        "Thursday 14:00–17:00 by appointment "
        "Friday 08:00–09:00 by telephone, in school term only, from 1 January 2027, until 31 March 2027 "
        "Saturday closed Sunday closed "
        "Closed days, other hours and more languages: on our page. Scan the code. "
        "Telephone: 030 23125 104 Confirmed on 2 November 2026 As of 23 November 2026"
    )


@pytest.mark.parametrize(
    ("of_office", "of_hours", "said", "is_dialled"),
    [
        ({}, {"confirmed_on": date(2026, 1, 2)}, [], True),
        ({}, {}, ["not confirmed yet Monday"], True),
        ({}, {"is_example": True}, ["Example Monday"], True),
        ({"confirmed_on": None}, {}, ["not confirmed yet Please ask before you go there."], True),
        ({"is_example": True}, {}, ["030 23125 104 Example", "You reach nobody there."], False),
        ({"telephone": ""}, {}, ["Telephone: not known yet"], False),
    ],
)
def test_a_poster_says_what_is_not_sure(
    of_office: dict[str, Any],
    of_hours: dict[str, Any],
    said: list[str],
    is_dialled: bool,
    page: SpacePage,
    client: Client,
) -> None:
    office = factories.make_office(page.space, **{**KNOWN, **of_office})
    make_timetable(office, (0, "09:00", "12:00"), **of_hours)
    html = poster(client)
    side = sides(html)["en ltr"]
    assert [words for words in said if words not in side] == []
    if not said:
        assert "not confirmed" not in side
        assert "Example" not in side
    assert ('href="tel:03023125104"' in html) == is_dialled


def test_a_poster_says_where_no_hours_are_known(office: Office, client: Client) -> None:
    assert "Opening hours The opening hours are not known." in sides(poster(client))["en ltr"]


@pytest.mark.parametrize(("wish", "language"), [("ar", "ar"), ("ti-ER, en", "ti"), ("xx", "de")])
def test_the_code_of_a_poster_leads_to_the_page_in_the_language_of_the_telephone(
    wish: str, language: str, office: Office, client: Client
) -> None:
    html = poster(client)
    address = "http://testserver/spaces/bardowick/"
    assert Page(html).text("figcaption") == address
    assert qr.drawing(address).path in html
    response = client.get(address, headers={"accept-language": wish})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/spaces/bardowick/")


def test_a_poster_is_kept_out_of_search_engines(office: Office, client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in poster(client)
