"""Events and opening hours as iCalendar, read back by the library and compared as text."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from icalendar import Calendar

from spaces import hours
from spaces.calendars import Entered, calendar, hours_calendar
from spaces.models import Event, Office, Space, Timetable
from spaces.open_now import Opening

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


# Opening hours

#: A Monday.
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
URL = "https://portal.example.org/en/spaces/bardowick/"


def made_office(**values: Any) -> Office:
    known = {"street": "Große Straße", "house_number": "9", "postcode": "21357", "place": "Bardowick"}
    return Office(
        **{"uuid": KEY, "space": Space(), "name": "Office; big", "confirmed_on": DAY, **known, **values}
    )


def opening(
    *rules: hours.Rule,
    closures: tuple[hours.Closure, ...] = (),
    special_days: tuple[hours.SpecialDay, ...] = (),
    public_holidays: dict[date, str] | None = None,
    **values: Any,
) -> Opening:
    return Opening(
        Timetable(**{"confirmed_on": DAY, **values}),
        hours.Timetable(rules, closures, special_days, (), public_holidays),
        hours.Timetable(rules),
        bool(rules),
        closures,
        special_days,
    )


def rule(weekday: int, start: str, end: str, way: hours.Way = "walk_in", **values: Any) -> hours.Rule:
    return hours.Rule(frozenset({weekday}), time.fromisoformat(start), time.fromisoformat(end), way, **values)


def hours_written(of: Opening | None, office: Office | None = None, at: datetime = AT) -> str:
    with translation.override("en"):
        return hours_calendar(office or made_office(), of, at=at, url=URL).decode()


def entries(text: str) -> list[tuple[str, str, str]]:
    """The way, the start and the end of each entry, in Berlin."""
    zone = ZoneInfo("Europe/Berlin")
    return [
        (
            str(entry["UID"]).rpartition("-")[2],
            f"{entry.decoded('DTSTART').astimezone(zone):%Y-%m-%d %H:%M}",
            f"{entry.decoded('DTEND').astimezone(zone):%Y-%m-%d %H:%M}",
        )
        for entry in Calendar.from_ical(text).events
    ]


def test_opening_hours_are_written_whole() -> None:
    only_today = rule(0, "09:00", "12:00", valid_from=DAY, valid_until=DAY)
    text = hours_written(opening(only_today))
    assert text.replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sozialraumportal//Sozialraumportal//DE",
        "NAME:Opening hours: Office\\; big",
        "X-WR-CALNAME:Opening hours: Office\\; big",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "BEGIN:VEVENT",
        "SUMMARY;LANGUAGE=en:Office\\; big: open consultation\\, without an appointment",
        "DTSTART:20261123T080000Z",
        "DTEND:20261123T110000Z",
        "DTSTAMP:20261123T123000Z",
        f"UID:{KEY}-20261123T0800-walk_in",
        "DESCRIPTION:As of 23 November 2026",
        "LOCATION:Office\\; big\\, Große Straße 9\\, 21357 Bardowick",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        f"URL:{URL}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_coming_eight_weeks_are_written_and_each_way_by_itself() -> None:
    found = entries(hours_written(opening(rule(0, "09:00", "12:00"), rule(0, "11:00", "16:00", "phone"))))
    assert len(found) == 16
    assert sorted(found, key=lambda entry: entry[1])[:2] == [
        ("walk_in", "2026-11-23 09:00", "2026-11-23 12:00"),
        ("phone", "2026-11-23 11:00", "2026-11-23 16:00"),
    ]
    assert max(start for _, start, _ in found) == "2027-01-11 11:00"


def test_what_is_closed_is_not_written_and_other_hours_are() -> None:
    of = opening(
        rule(0, "09:00", "12:00"),
        closures=(hours.Closure(date(2026, 11, 30), date(2026, 12, 18), "holiday"),),
        special_days=(
            hours.SpecialDay(date(2026, 12, 22), (hours.Hours(time(14), time(15)),), "event"),
            hours.SpecialDay(date(2027, 1, 4), (), "event"),
        ),
        public_holidays={date(2026, 12, 28): "A holiday"},
    )
    assert [start for _, start, _ in entries(hours_written(of))] == [
        "2026-11-23 09:00",
        "2026-12-21 09:00",
        "2026-12-22 14:00",
        "2027-01-11 09:00",
    ]


@pytest.mark.parametrize(
    ("day", "start", "end", "expected"),
    [
        # In autumn the hour from two to three comes twice.
        (date(2026, 10, 25), "02:30", "04:00", ["20261025T003000Z", "20261025T030000Z"]),
        # In spring it is missing.
        (date(2026, 3, 29), "02:30", "04:00", ["20260329T010000Z", "20260329T020000Z"]),
        (date(2026, 3, 29), "02:00", "02:30", []),
        (date(2026, 10, 24), "22:00", "03:30", ["20261024T200000Z", "20261025T023000Z"]),
        (date(2026, 11, 23), "00:00", "00:00", ["20261122T230000Z", "20261123T230000Z"]),
    ],
)
def test_entries_are_right_when_the_clocks_change(
    day: date, start: str, end: str, expected: list[str]
) -> None:
    of = opening(rule(day.weekday(), start, end, valid_from=day, valid_until=day))
    at = datetime(day.year, day.month, day.day, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    lines = hours_written(of, at=at).split("\r\n")
    assert [line.partition(":")[2] for line in lines if line.startswith(("DTSTART", "DTEND"))] == expected


def test_an_entry_keeps_its_identity_from_one_day_to_the_next() -> None:
    of = opening(rule(2, "09:00", "12:00"))
    today, tomorrow = (
        [entry["UID"] for entry in Calendar.from_ical(hours_written(of, at=at)).events]
        for at in (AT, AT.replace(day=24))
    )
    assert today == tomorrow
    assert len(set(today)) == 8


OFFICE_NAME = "Office; big: open consultation, without an appointment"


@pytest.mark.parametrize(
    ("office", "timetable", "summary", "status", "remark", "has_place"),
    [
        ({}, {}, OFFICE_NAME, "CONFIRMED", "As of", True),
        ({}, {"confirmed_on": None}, f"{OFFICE_NAME} (not confirmed yet)", "TENTATIVE", "Nobody", True),
        ({"confirmed_on": None}, {}, f"{OFFICE_NAME} (not confirmed yet)", "TENTATIVE", "Nobody", True),
        ({}, {"is_example": True}, f"Example: {OFFICE_NAME}", "TENTATIVE", "made up", True),
        ({"is_example": True}, {}, f"Example: {OFFICE_NAME}", "TENTATIVE", "made up", False),
        ({"place": "", "postcode": ""}, {}, OFFICE_NAME, "CONFIRMED", "As of", False),
    ],
)
def test_an_entry_is_no_surer_than_the_hours_and_the_office(
    office: dict[str, Any],
    timetable: dict[str, Any],
    summary: str,
    status: str,
    remark: str,
    has_place: bool,
) -> None:
    text = hours_written(opening(rule(0, "09:00", "12:00"), **timetable), made_office(**office))
    entry = Calendar.from_ical(text).events[0]
    assert (entry["SUMMARY"], entry["STATUS"]) == (summary, status)
    assert remark in str(entry["DESCRIPTION"])
    assert ("LOCATION" in entry) == has_place


@pytest.mark.parametrize("of", [None, opening()])
def test_hours_that_nobody_knows_are_a_calendar_that_says_so(of: Opening | None) -> None:
    text = hours_written(of)
    assert Calendar.from_ical(text).events == []
    assert "DESCRIPTION:The opening hours are not known." in text
