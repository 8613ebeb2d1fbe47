"""Events as iCalendar, read back by the library and compared as text."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from icalendar import Calendar

from spaces.calendars import Entered, calendar
from spaces.models import Event, Office, Space

KEY = UUID("11111111-2222-3333-4444-555555555555")
CHANGED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def entered(name: str = "A day", description: str = "", **values: Any) -> Entered:
    event = Event(
        **{
            "uuid": KEY,
            "key": "day",
            "kind": "conference",
            "starts_at": datetime(2026, 10, 24, 7, 30, tzinfo=UTC),
            "ends_at": datetime(2026, 10, 24, 15, 0, tzinfo=UTC),
            "venue": "Hall; big, new",
            "street": "Am Diemel 2",
            "postcode": "21406",
            "place": "Melbeck",
            "confirmed_on": CHANGED.date(),
            **values,
        }
    )
    return Entered(event, name, description, "https://portal.example.org/de/day/", CHANGED)


def written(*entries: Entered, name: str = "") -> str:
    with translation.override("en"):
        return calendar(entries, name=name).decode()


def test_an_event_is_written_whole() -> None:
    assert written(entered(description="Come,\nplease")).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sozialraumportal//Sozialraumportal//DE",
        "BEGIN:VEVENT",
        "SUMMARY;LANGUAGE=en:A day",
        "DTSTART:20261024T073000Z",
        "DTEND:20261024T150000Z",
        "DTSTAMP:20260102T030405Z",
        f"UID:{KEY}",
        "DESCRIPTION:Come\\,\\nplease",
        "LOCATION:Hall\\; big\\, new\\, Am Diemel 2\\, 21406 Melbeck",
        "STATUS:CONFIRMED",
        "URL:https://portal.example.org/de/day/",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_same_events_give_the_same_calendar() -> None:
    assert written(entered(), name="Events") == written(entered(), name="Events")


@pytest.mark.parametrize(
    ("values", "summary", "status", "remark"),
    [
        ({}, "A day", "CONFIRMED", ""),
        ({"confirmed_on": None}, "A day", "TENTATIVE", "ask before you go"),
        ({"is_example": True}, "Example: A day", "TENTATIVE", "does not take place"),
    ],
)
def test_a_calendar_says_how_sure_an_event_is(
    values: dict[str, Any], summary: str, status: str, remark: str
) -> None:
    (entry,) = Calendar.from_ical(written(entered(**values))).events
    assert (entry["SUMMARY"], entry["STATUS"]) == (summary, status)
    assert remark in entry.get("DESCRIPTION", "")


def test_an_event_at_an_office_is_where_the_office_is() -> None:
    office = Office(space=Space(name="Melbeck"), name="Office", postcode="21406", place="Melbeck")
    (entry,) = Calendar.from_ical(written(entered(office=office))).events
    assert entry["LOCATION"] == "Office, 21406 Melbeck"


def test_where_nothing_is_known_of_the_place_none_is_given() -> None:
    (entry,) = Calendar.from_ical(written(entered(venue="", street="", postcode="", place=""))).events
    assert "LOCATION" not in entry


def test_all_events_stand_in_one_calendar_with_a_name() -> None:
    text = written(entered("First"), entered("Second"), name="Events")
    assert "X-WR-CALNAME:Events" in text
    assert [str(entry["SUMMARY"]) for entry in Calendar.from_ical(text).events] == ["First", "Second"]
    assert written() == "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + (
        "PRODID:-//Sozialraumportal//Sozialraumportal//DE\r\nEND:VCALENDAR\r\n"
    )
