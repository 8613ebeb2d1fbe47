"""Opening hours: what holds on a day and at a moment, and how it is said elsewhere.

Example timetables; nobody keeps these hours.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from spaces.hours import (
    BERLIN,
    FARTHEST,
    PUBLIC_HOLIDAY,
    Change,
    Closure,
    Hours,
    Period,
    Rule,
    Span,
    SpecialDay,
    State,
    Timetable,
    Way,
    Ways,
    hsds_schedules,
    osm,
    overlaps,
    schema_org,
)

MO, TU, WE, TH, FR, SA, SU = range(7)
WORKDAYS = frozenset({MO, TU, WE, TH, FR})
ALL_DAYS = frozenset(range(7))

#: A Monday without anything special about its week.
MONDAY = date(2027, 9, 6)


def day_of_week(weekday: int) -> date:
    return MONDAY + timedelta(weekday)


def clock(text: str) -> time:
    return time.fromisoformat(text)


def rule(hours: str, *weekdays: int, way: Way = "walk_in", **more: Any) -> Rule:
    start, end = hours.split("-")
    return Rule(frozenset(weekdays) or ALL_DAYS, clock(start), clock(end), way, **more)


def hours(text: str, way: Way = "walk_in") -> Hours:
    start, end = text.split("-")
    return Hours(clock(start), clock(end), way)


def closure(first: date, last: date | None = None, start: str = "", end: str = "") -> Closure:
    return Closure(
        first, last or first, "works", clock(start) if start else None, clock(end) if end else None
    )


def at(day: date, text: str, fold: int = 0) -> datetime:
    return datetime.combine(day, clock(text), tzinfo=BERLIN).replace(fold=fold)


def in_short(spans: tuple[Span, ...]) -> str:
    ways = {"walk_in": "", "appointment": " appointment", "phone": " phone"}
    return ", ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}{ways[span.way]}" for span in spans)


def said(timetable: Timetable, first: date, count: int = 1) -> list[str]:
    """What begins on each day."""
    return [in_short(day.spans) for day in timetable.days(first, count)]


def passing(timetable: Timetable, first: date, count: int = 1) -> str:
    """The changes of these days: how the clock, with its offset, shows them, and which ways are open from then on."""
    start = datetime.combine(first, time(0), tzinfo=BERLIN)
    end = datetime.combine(first + timedelta(count), time(0), tzinfo=BERLIN)
    found = timetable.changes(start, end)
    return ", ".join(
        f"{change.at:%H:%M%z} {'+'.join(sorted(change.ways)) or 'closed'}".replace("00 ", " ")
        for change in found
    )


# At a moment --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock_shows", "is_open", "until"),
    [
        ("00:00", False, "08:00"),
        ("07:59", False, "08:00"),
        ("08:00", True, "12:00"),
        ("11:59", True, "12:00"),
        ("12:00", False, "14:00"),
        ("14:00", True, "16:00"),
    ],
)
def test_opening_time_is_open_and_closing_time_is_closed(clock_shows: str, is_open: bool, until: str) -> None:
    timetable = Timetable([rule("08:00-12:00"), rule("14:00-16:00")])
    ways: Ways = frozenset({"walk_in"}) if is_open else frozenset()
    assert timetable.state(at(MONDAY, clock_shows)) == State(is_open, ways, at(MONDAY, until), None)


def test_a_second_before_closing_it_is_open() -> None:
    timetable = Timetable([rule("08:00-12:00")])
    assert timetable.state(at(MONDAY, "11:59:59.999999")).open


def test_the_moment_may_be_told_in_any_time_zone() -> None:
    timetable = Timetable([rule("08:00-12:00")])
    assert timetable.state(datetime(2027, 9, 6, 6, 0, tzinfo=UTC)).open
    assert not timetable.state(datetime(2027, 9, 6, 5, 59, tzinfo=UTC)).open


@pytest.mark.parametrize("ask", [Timetable.state, Timetable.next_change])
def test_a_moment_without_time_zone_is_an_error(ask: Any) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(Timetable([]), at(MONDAY, "08:00").replace(tzinfo=None))


def test_the_ways_change_while_it_stays_open() -> None:
    timetable = Timetable([rule("08:00-16:00", way="phone"), rule("10:00-12:00")])
    state = timetable.state(at(MONDAY, "09:00"))
    assert (state.open, state.ways, state.until) == (True, frozenset({"phone"}), at(MONDAY, "10:00"))
    assert timetable.state(at(MONDAY, "10:00")).ways == {"phone", "walk_in"}


def test_the_next_change_is_found_over_weekend_and_closure() -> None:
    timetable = Timetable([rule("08:00-12:00", *WORKDAYS)], [closure(date(2027, 12, 23), date(2028, 1, 2))])
    assert timetable.next_change(at(date(2027, 12, 22), "12:00")) == at(date(2028, 1, 3), "08:00")


def test_the_next_change_is_later_than_the_moment() -> None:
    timetable = Timetable([rule("08:00-12:00")])
    assert timetable.next_change(at(MONDAY, "08:00")) == at(MONDAY, "12:00")


@pytest.mark.parametrize(("days", "is_found"), [(FARTHEST, True), (FARTHEST + 1, False)])
def test_the_next_change_is_looked_for_so_many_days_ahead(days: int, is_found: bool) -> None:
    timetable = Timetable([], special_days=[SpecialDay(MONDAY, (hours("08:00-09:00"),), "event")])
    opens = at(MONDAY, "08:00")
    found = timetable.next_change(datetime.combine(MONDAY - timedelta(days), time(23), tzinfo=BERLIN))
    assert found == (opens if is_found else None)


@pytest.mark.parametrize("rules", [[], [rule("00:00-00:00")]], ids=["never", "always"])
def test_what_never_changes_has_no_next_change(rules: list[Rule]) -> None:
    state = Timetable(rules).state(at(MONDAY, "10:00"))
    assert (state.open, state.until) == (bool(rules), None)


def test_changes_take_in_the_start_and_leave_out_the_end() -> None:
    timetable = Timetable([rule("08:00-12:00")])
    changes = timetable.changes(at(MONDAY, "08:00"), at(MONDAY, "12:00"))
    assert list(changes) == [Change(at(MONDAY, "08:00"), frozenset({"walk_in"}))]


def test_at_the_end_of_the_calendar_nothing_changes_any_more() -> None:
    timetable = Timetable([rule("08:00-12:00")])
    assert timetable.next_change(at(date.max, "13:00")) is None


# Rules --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "spans"),
    [
        ([rule("08:00-12:00"), rule("10:00-14:00")], "08:00-14:00"),
        ([rule("08:00-12:00"), rule("12:00-14:00")], "08:00-14:00"),
        ([rule("08:00-12:00"), rule("09:00-10:00")], "08:00-12:00"),
        ([rule("08:00-12:00"), rule("12:01-14:00")], "08:00-12:00, 12:01-14:00"),
        ([rule("10:00-14:00"), rule("08:00-12:00", way="phone")], "08:00-12:00 phone, 10:00-14:00"),
        ([rule("22:00-02:00"), rule("23:00-01:00")], "22:00-02:00"),
        ([rule("18:00-00:00")], "18:00-00:00"),
    ],
)
def test_overlapping_rules_of_one_way_are_united(rules: list[Rule], spans: str) -> None:
    assert said(Timetable(rules), MONDAY) == [spans]


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    timetable = Timetable([rule("08:00-09:00", valid_from=day_of_week(TU), valid_until=day_of_week(TH))])
    assert [bool(day.spans) for day in timetable.week(MONDAY)] == [
        False,
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_rules_of_term_and_of_school_holidays_take_turns() -> None:
    timetable = Timetable(
        [rule("08:00-12:00", when="term"), rule("10:00-11:00", when="school_holidays")],
        school_holidays=[Period(day_of_week(TU), day_of_week(WE))],
    )
    assert said(timetable, MONDAY, 4) == ["08:00-12:00", "10:00-11:00", "10:00-11:00", "08:00-12:00"]


@pytest.mark.parametrize("of", [MONDAY, day_of_week(TH), day_of_week(SU)])
def test_a_week_is_monday_to_sunday(of: date) -> None:
    week = Timetable([]).week(of)
    assert [day.day for day in week] == [day_of_week(n) for n in range(7)]


# Precedence ---------------------------------------------------------------------------------------------------------

REFORMATION_DAY = date(2028, 10, 31)
HOLIDAYS = {REFORMATION_DAY: "Reformationstag"}
SPECIAL = SpecialDay(REFORMATION_DAY, (hours("10:00-11:00"),), "event")
CLOSED = SpecialDay(REFORMATION_DAY, (), "illness")


@pytest.mark.parametrize(
    ("special", "closures", "holidays", "spans", "reason"),
    [
        ([], [], {}, "08:00-12:00", None),
        ([], [], HOLIDAYS, "", PUBLIC_HOLIDAY),
        ([], [closure(REFORMATION_DAY)], {}, "", "works"),
        ([], [closure(REFORMATION_DAY)], HOLIDAYS, "", "works"),
        ([], [closure(REFORMATION_DAY, start="09:00", end="10:00")], {}, "08:00-09:00, 10:00-12:00", "works"),
        ([SPECIAL], [], {}, "10:00-11:00", "event"),
        ([SPECIAL], [], HOLIDAYS, "10:00-11:00", "event"),
        ([SPECIAL], [closure(REFORMATION_DAY)], HOLIDAYS, "10:00-11:00", "event"),
        ([SPECIAL], [closure(REFORMATION_DAY, start="10:30")], {}, "10:00-11:00", "event"),
        ([CLOSED], [], {}, "", "illness"),
        ([CLOSED], [closure(REFORMATION_DAY)], HOLIDAYS, "", "illness"),
    ],
)
def test_special_day_then_closure_then_public_holiday_then_rule(
    special: list[SpecialDay],
    closures: list[Closure],
    holidays: Mapping[date, str],
    spans: str,
    reason: str | None,
) -> None:
    timetable = Timetable([rule("08:00-12:00")], closures, special, public_holidays=holidays)
    (day,) = timetable.days(REFORMATION_DAY, 1)
    assert (in_short(day.spans), day.reason) == (spans, reason)
    assert day.holiday == holidays.get(REFORMATION_DAY, "")
    # Before the first opening, the reason is the day's; a closure with times is one between them only.
    before = timetable.state(at(REFORMATION_DAY, "07:00"))
    has_hours = any(one.start for one in closures) and not special
    assert (before.open, before.reason) == (False, None if has_hours else reason)


def test_a_closure_with_times_is_a_reason_between_them() -> None:
    timetable = Timetable([rule("08:00-12:00")], [closure(MONDAY, start="09:00", end="10:00")])
    reasons = [
        timetable.state(at(MONDAY, text)).reason for text in ("08:59", "09:00", "09:59", "10:00", "13:00")
    ]
    assert reasons == [None, "works", "works", None, None]


def test_a_closure_with_times_takes_them_on_each_of_its_days() -> None:
    timetable = Timetable([rule("08:00-12:00")], [closure(MONDAY, day_of_week(TU), start="11:00")])
    assert said(timetable, MONDAY, 3) == ["08:00-11:00", "08:00-11:00", "08:00-12:00"]


def test_a_rule_may_hold_on_public_holidays() -> None:
    timetable = Timetable(
        [rule("00:00-00:00", way="phone", on_public_holidays=True), rule("08:00-12:00")],
        public_holidays=HOLIDAYS,
    )
    assert said(timetable, REFORMATION_DAY) == ["00:00-00:00 phone"]


def test_where_all_rules_hold_on_public_holidays_none_is_a_reason() -> None:
    timetable = Timetable([rule("08:00-12:00", on_public_holidays=True)], public_holidays=HOLIDAYS)
    (day,) = timetable.days(REFORMATION_DAY, 1)
    assert (day.reason, day.holiday) == (None, "Reformationstag")
    assert timetable.state(at(REFORMATION_DAY, "13:00")).reason is None


def test_two_special_days_on_one_date_are_united() -> None:
    more = SpecialDay(REFORMATION_DAY, (hours("14:00-15:00", "phone"),), "other")
    (day,) = Timetable([], special_days=[SPECIAL, more]).days(REFORMATION_DAY, 1)
    assert (in_short(day.spans), day.reason) == ("10:00-11:00, 14:00-15:00 phone", "event")


# Over midnight ------------------------------------------------------------------------------------------------------

FRIDAY, SATURDAY = day_of_week(FR), day_of_week(SA)


@pytest.mark.parametrize(
    ("closures", "special", "holidays", "spans", "passes"),
    [
        ([], [], {}, "22:00-02:00", "22:00 open, 02:00 closed"),
        ([closure(FRIDAY)], [], {}, "", ""),
        ([closure(SATURDAY)], [], {}, "22:00-00:00", "22:00 open, 00:00 closed"),
        ([], [], {FRIDAY: "Feiertag"}, "", ""),
        ([], [], {SATURDAY: "Feiertag"}, "22:00-02:00", "22:00 open, 02:00 closed"),
        ([], [SpecialDay(SATURDAY, (), "event")], {}, "22:00-00:00", "22:00 open, 00:00 closed"),
        (
            [],
            [SpecialDay(SATURDAY, (hours("01:00-03:00"),), "event")],
            {},
            "22:00-00:00",
            "22:00 open, 00:00 closed, 01:00 open, 03:00 closed",
        ),
        # Without an end, a closure takes the evening with all that it still holds; with one, its hours only.
        ([closure(FRIDAY, start="23:00")], [], {}, "22:00-23:00", "22:00 open, 23:00 closed"),
        (
            [closure(FRIDAY, start="23:00", end="00:00")],
            [],
            {},
            "22:00-23:00, 00:00-02:00",
            "22:00 open, 23:00 closed, 00:00 open, 02:00 closed",
        ),
        (
            [closure(SATURDAY, start="00:30", end="01:00")],
            [],
            {},
            "22:00-00:30, 01:00-02:00",
            "22:00 open, 00:30 closed, 01:00 open, 02:00 closed",
        ),
        ([closure(SATURDAY, start="03:00")], [], {}, "22:00-02:00", "22:00 open, 02:00 closed"),
        # The evening's special day ends where a closure of the morning begins.
        (
            [closure(SATURDAY)],
            [SpecialDay(FRIDAY, (hours("20:00-04:00"),), "event")],
            {},
            "20:00-00:00",
            "20:00 open, 00:00 closed",
        ),
    ],
)
def test_what_passes_midnight_belongs_to_the_day_it_began_on(
    closures: list[Closure],
    special: list[SpecialDay],
    holidays: Mapping[date, str],
    spans: str,
    passes: str,
) -> None:
    timetable = Timetable([rule("22:00-02:00", FR)], closures, special, public_holidays=holidays)
    assert said(timetable, FRIDAY) == [spans]
    changes = passing(timetable, FRIDAY, 2).replace("walk_in", "open").replace("+02", "")
    assert changes == passes


def test_a_night_is_not_told_twice() -> None:
    assert said(Timetable([rule("22:00-02:00", FR)]), FRIDAY, 2) == ["22:00-02:00", ""]


# Clock changes ------------------------------------------------------------------------------------------------------

SPRING, AUTUMN = date(2028, 3, 26), date(2028, 10, 29)


@pytest.mark.parametrize(
    ("day", "hours_of_day", "passes"),
    [
        (SPRING, "02:00-03:00", ""),
        (SPRING, "02:15-02:45", ""),
        (SPRING, "01:00-02:30", "01:00+01 walk_in, 03:00+02 closed"),
        (SPRING, "02:30-04:00", "03:00+02 walk_in, 04:00+02 closed"),
        (SPRING, "01:30-03:30", "01:30+01 walk_in, 03:30+02 closed"),
        (SPRING, "08:00-12:00", "08:00+02 walk_in, 12:00+02 closed"),
        (AUTUMN, "02:00-02:30", "02:00+02 walk_in, 02:30+02 closed"),
        (AUTUMN, "02:00-03:00", "02:00+02 walk_in, 03:00+01 closed"),
        (AUTUMN, "01:00-02:30", "01:00+02 walk_in, 02:30+02 closed"),
        (AUTUMN, "02:30-04:00", "02:30+02 walk_in, 04:00+01 closed"),
        (AUTUMN, "08:00-12:00", "08:00+01 walk_in, 12:00+01 closed"),
    ],
)
def test_a_time_is_the_first_moment_at_which_the_clock_shows_it_or_a_later_one(
    day: date, hours_of_day: str, passes: str
) -> None:
    timetable = Timetable([rule(hours_of_day, SU, valid_from=day, valid_until=day)])
    assert passing(timetable, day) == passes


def test_the_night_before_a_clock_change_lasts_until_the_clock_says_so() -> None:
    timetable = Timetable([rule("22:00-02:30", SA)])
    assert passing(timetable, SPRING - timedelta(1), 2) == "22:00+01 walk_in, 03:00+02 closed"
    assert passing(timetable, AUTUMN - timedelta(1), 2) == "22:00+02 walk_in, 02:30+02 closed"


def test_hours_on_both_sides_of_the_missing_hour_are_one() -> None:
    timetable = Timetable([rule("01:00-02:00", SU), rule("03:00-04:00", SU)])
    assert passing(timetable, SPRING) == "01:00+01 walk_in, 04:00+02 closed"


def test_in_the_second_pass_of_the_hour_its_times_are_over() -> None:
    timetable = Timetable([rule("02:00-02:30", SU)])
    first = timetable.state(at(AUTUMN, "02:10"))
    second = timetable.state(at(AUTUMN, "02:10", fold=1))
    assert (first.open, first.until) == (True, at(AUTUMN, "02:30"))
    assert (second.open, second.until) == (False, at(AUTUMN + timedelta(7), "02:00"))


# Faults -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "closures"),
    [
        ([Rule(frozenset({7}), time(8), time(9))], []),
        ([Rule(ALL_DAYS, time(8, 0, 1), time(9))], []),
        ([Rule(ALL_DAYS, time(8), time(9, tzinfo=UTC))], []),
        ([Rule(ALL_DAYS, time(8), time(9), "swimming")], []),  # type: ignore[arg-type]
        ([], [closure(MONDAY, start="10:00", end="09:00")]),
        ([], [closure(MONDAY, start="10:00", end="10:00")]),
    ],
)
def test_what_has_no_meaning_is_an_error(rules: list[Rule], closures: list[Closure]) -> None:
    with pytest.raises(ValueError, match=r"weekday|whole minutes|ends before"):
        Timetable(rules, closures)


def test_a_special_day_of_an_unknown_way_is_an_error() -> None:
    unknown = Hours(time(8), time(9), "swimming")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="way"):
        Timetable([], special_days=[SpecialDay(MONDAY, (unknown,), "event")])


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (rule("08:00-12:00", MO), rule("11:00-13:00", MO), True),
        (rule("08:00-12:00", MO), rule("08:00-12:00", MO), True),
        (rule("08:00-12:00", MO), rule("12:00-13:00", MO), False),
        (rule("08:00-12:00", MO), rule("11:00-13:00", TU), False),
        (rule("08:00-12:00", MO), rule("11:00-13:00", MO, way="phone"), False),
        (rule("08:00-12:00", MO, when="term"), rule("11:00-13:00", MO, when="school_holidays"), False),
        (rule("08:00-12:00", MO, when="term"), rule("11:00-13:00", MO), True),
        (rule("22:00-02:00", SU), rule("01:00-03:00", MO), True),
        (rule("01:00-03:00", MO), rule("22:00-02:00", SU), True),
        (rule("22:00-02:00", SU), rule("02:00-03:00", MO), False),
        (rule("22:00-02:00", SU, when="term"), rule("01:00-03:00", MO, when="school_holidays"), True),
        (rule("08:00-09:00", MO, valid_until=MONDAY), rule("08:00-09:00", MO, valid_from=MONDAY), True),
        (
            rule("08:00-09:00", MO, valid_until=MONDAY),
            rule("08:00-09:00", MO, valid_from=MONDAY + timedelta(1)),
            False,
        ),
        # Both are valid for some days, but a Monday is not among them.
        (
            rule("08:00-09:00", MO, valid_until=MONDAY + timedelta(6)),
            rule("08:00-09:00", MO, valid_from=MONDAY + timedelta(1)),
            False,
        ),
        (
            rule("22:00-02:00", SU, valid_until=MONDAY - timedelta(1)),
            rule("01:00-02:00", MO, valid_from=MONDAY),
            True,
        ),
    ],
)
def test_rules_that_say_the_same_way_for_the_same_time_are_told(
    one: Rule, other: Rule, overlap: bool
) -> None:
    apart = rule("05:00-06:00", WE)
    assert overlaps([one, apart, other]) == ([(0, 2)] if overlap else [])


# In other words -----------------------------------------------------------------------------------------------------

NEW_YEAR = date(2028, 1, 1)
OFFICE = Timetable(
    [
        rule("08:00-12:00", MO, TU, WE, TH, FR),
        rule("14:00-18:00", TU, way="appointment"),
        rule("09:00-11:00", MO, way="phone"),
    ],
    [Closure(date(2028, 3, 10), date(2028, 3, 20), "vacation")],
    [SpecialDay(date(2028, 10, 31), (hours("10:00-11:00"),), "event")],
    public_holidays={date(2028, 5, 1): "Erster Mai", date(2028, 10, 31): "Reformationstag"},
)


@pytest.mark.parametrize(
    ("timetable", "expected"),
    [
        (Timetable([]), "off"),
        (Timetable([rule("00:00-00:00", way="phone")]), 'Mo-Su 00:00-24:00 open "by phone"'),
        (Timetable([rule("08:00-12:00", MO, TU, FR)]), "Mo,Tu,Fr 08:00-12:00"),
        (Timetable([rule("22:00-02:00", FR)]), "Fr 22:00-24:00; Sa 00:00-02:00"),
        (
            OFFICE,
            'Mo 08:00-09:00,11:00-12:00, Mo 09:00-11:00 open "walk-in, by phone"; '
            'Tu 08:00-12:00, Tu 14:00-18:00 open "by appointment"; We-Fr 08:00-12:00; '
            "PH off; 2028 Mar 10-2028 Mar 20 off; 2028 Oct 31 10:00-11:00",
        ),
        (
            Timetable(
                [
                    rule("08:00-12:00", MO, valid_until=date(2028, 3, 31)),
                    rule("09:00-12:00", MO, valid_from=date(2028, 4, 1)),
                ]
            ),
            "Mo 09:00-12:00; 2028 Jan 01-2028 Mar 31 Mo 08:00-12:00",
        ),
        (
            Timetable(
                [rule("08:00-12:00", MO, WE, when="term"), rule("10:00-12:00", MO, when="school_holidays")],
                school_holidays=[
                    Period(date(2028, 3, 27), date(2028, 4, 17)),
                    Period(date(2028, 7, 20), date(2028, 8, 30)),
                ],
            ),
            "Mo,We 08:00-12:00; "
            "2028 Mar 27-2028 Apr 17,2028 Jul 20-2028 Aug 30 Mo 10:00-12:00; "
            "2028 Mar 27-2028 Apr 17,2028 Jul 20-2028 Aug 30 We off",
        ),
        (
            Timetable(
                [rule("08:00-12:00", on_public_holidays=True)],
                public_holidays={date(2028, 5, 1): "Erster Mai"},
            ),
            "Mo-Su 08:00-12:00",
        ),
    ],
)
def test_the_hours_in_the_syntax_of_openstreetmap(timetable: Timetable, expected: str) -> None:
    assert osm(timetable, NEW_YEAR, 366) == expected


def test_openstreetmap_is_told_the_ways_that_are_asked_for_in_the_words_that_are_given() -> None:
    by_phone = osm(OFFICE, NEW_YEAR, 60, frozenset({"phone"}), {"phone": 'am "Telefon"'})
    assert by_phone == "Mo 09:00-11:00 open \"am 'Telefon'\""


def test_the_hours_for_schema_org() -> None:
    weekdays = [
        f"https://schema.org/{name}" for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    assert schema_org(OFFICE, NEW_YEAR, 366, frozenset({"walk_in", "appointment"})) == {
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "opens": "08:00",
                "closes": "12:00",
                "dayOfWeek": weekdays,
            },
            {
                "@type": "OpeningHoursSpecification",
                "opens": "14:00",
                "closes": "18:00",
                "dayOfWeek": ["https://schema.org/Tuesday"],
            },
        ],
        "specialOpeningHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "opens": "00:00",
                "closes": "00:00",
                "validFrom": "2028-03-10",
                "validThrough": "2028-03-20",
            },
            {
                "@type": "OpeningHoursSpecification",
                "opens": "00:00",
                "closes": "00:00",
                "validFrom": "2028-05-01",
                "validThrough": "2028-05-01",
            },
            {
                "@type": "OpeningHoursSpecification",
                "opens": "10:00",
                "closes": "11:00",
                "validFrom": "2028-10-31",
                "validThrough": "2028-10-31",
            },
        ],
    }


def test_schema_org_is_told_the_validity_of_rules_that_begin_or_end() -> None:
    timetable = Timetable(
        [
            rule("08:00-12:00", MO, valid_until=date(2028, 3, 31)),
            rule("00:00-00:00", MO, valid_from=date(2028, 4, 1)),
        ]
    )
    regular = schema_org(timetable, NEW_YEAR, 366)["openingHoursSpecification"]
    assert [(r["opens"], r["closes"], r.get("validFrom"), r.get("validThrough")) for r in regular] == [
        ("08:00", "12:00", None, "2028-03-31"),
        ("00:00", "23:59", "2028-04-01", None),
    ]


OFFICE_UUID = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def test_the_hours_as_schedules_of_hsds() -> None:
    timetable = Timetable(
        [rule("08:00-12:00", MO, WE), rule("14:00-16:00", TU, way="phone")],
        [Closure(date(2028, 3, 6), date(2028, 3, 8), "vacation")],
    )
    words = {
        "closed": "Geschlossen",
        "vacation": "Urlaub",
        "walk_in": "offene Sprechstunde",
        "phone": "telefonisch",
    }
    schedules = hsds_schedules(timetable, OFFICE_UUID, date(2028, 2, 28), 35, words)
    assert len({schedule.pop("id") for schedule in schedules}) == len(schedules)
    always = {"freq": "WEEKLY", "interval": 1, "wkst": "MO"}
    walk_in = {"attending_type": "offene Sprechstunde", **always}
    phone = {"attending_type": "telefonisch", **always}
    closed = {"notes": "Geschlossen: 2028-03-06 – 2028-03-08 (Urlaub)"}
    winter: dict[str, object] = {"timezone": 1, "opens_at": "08:00+01:00", "closes_at": "12:00+01:00"}
    summer: dict[str, object] = {"timezone": 2, "opens_at": "08:00+02:00", "closes_at": "12:00+02:00"}
    phone_winter: dict[str, object] = {"timezone": 1, "opens_at": "14:00+01:00", "closes_at": "16:00+01:00"}
    phone_summer: dict[str, object] = {"timezone": 2, "opens_at": "14:00+02:00", "closes_at": "16:00+02:00"}

    def valid(first: str, last: str, byday: str) -> dict[str, object]:
        return {"valid_from": first, "valid_to": last, "dtstart": first, "byday": byday}

    assert schedules == [
        {**valid("2028-02-28", "2028-03-01", "MO,WE"), **winter, **walk_in, **closed},
        {**valid("2028-02-29", "2028-02-29", "TU"), **phone_winter, **phone, **closed},
        {**valid("2028-03-13", "2028-03-22", "MO,WE"), **winter, **walk_in},
        {**valid("2028-03-14", "2028-03-21", "TU"), **phone_winter, **phone},
        {**valid("2028-03-27", "2028-03-29", "MO,WE"), **summer, **walk_in},
        {**valid("2028-03-28", "2028-03-28", "TU"), **phone_summer, **phone},
    ]


def test_the_ids_of_schedules_follow_from_what_they_belong_to() -> None:
    ids = [
        [schedule["id"] for schedule in hsds_schedules(OFFICE, of, NEW_YEAR, 366, words)]
        for of, words in ((OFFICE_UUID, None), (OFFICE_UUID, {"phone": "telefonisch"}), (UUID(int=1), None))
    ]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


#: What HSDS 3.0 gives a schedule, links aside.
HSDS_TERMS = set(
    "id valid_from valid_to dtstart timezone freq interval wkst byday opens_at closes_at attending_type notes".split()
)


def test_schedules_hold_only_terms_of_hsds_and_nothing_empty() -> None:
    for schedule in hsds_schedules(OFFICE, OFFICE_UUID, NEW_YEAR, 366):
        assert set(schedule) <= HSDS_TERMS
        assert all(value not in ("", None) for value in schedule.values())
