"""Opening hours against a slow reference that is right at a glance: it walks through every minute.

The changes are compared at every minute of the years; the state around each change, and every so many minutes besides:
HOURS_EVERY (7). HOURS_EXAMPLES: so many timetables are generated (40).
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.hours import (
    ANY_WAY,
    BERLIN,
    PUBLIC_HOLIDAY,
    WAYS,
    Closure,
    Hours,
    Period,
    Rule,
    SpecialDay,
    Timetable,
    Way,
    Ways,
    hsds_schedules,
    schema_org,
)

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("HOURS_EXAMPLES", "40"))
EVERY = int(os.environ.get("HOURS_EVERY", "7"))

DAY = 24 * 60
EASTER = [date(2024, 3, 31), date(2027, 3, 28), date(2028, 4, 16), date(2029, 4, 1)]
#: The public holidays of Lower Saxony.
HOLIDAYS = {
    date(year, month, day): name
    for year in (2024, 2027, 2028, 2029)
    for month, day, name in (
        (1, 1, "Neujahr"),
        (5, 1, "Erster Mai"),
        (10, 3, "Tag der Deutschen Einheit"),
        (10, 31, "Reformationstag"),
        (12, 25, "Erster Weihnachtstag"),
        (12, 26, "Zweiter Weihnachtstag"),
    )
} | {
    easter + timedelta(days): name
    for easter in EASTER
    for days, name in (
        (-2, "Karfreitag"),
        (1, "Ostermontag"),
        (39, "Christi Himmelfahrt"),
        (50, "Pfingstmontag"),
    )
}


class Case(NamedTuple):
    rules: list[Rule]
    closures: list[Closure] = []
    special_days: list[SpecialDay] = []
    school_holidays: list[Period] = []
    public_holidays: dict[date, str] = HOLIDAYS

    def timetable(self) -> Timetable:
        return Timetable(*self)


# The reference ------------------------------------------------------------------------------------------------------


def minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def walk(start: time, end: time) -> range:
    return range(minute(start), minute(end) + (DAY if end <= start else 0))


@cache
def closed_minutes(closure: Closure) -> range:
    start = minute(closure.start) if closure.start else 0
    end = minute(closure.end) if closure.end else 0
    return range(start, end or DAY)


def covers(closure: Closure, at: int) -> bool:
    return at in closed_minutes(closure)


def closures_on(case: Case, day: date) -> list[Closure]:
    return [closure for closure in case.closures if closure.first <= day <= closure.last]


def special_on(case: Case, day: date) -> list[SpecialDay]:
    return [special for special in case.special_days if special.day == day]


def holds(case: Case, rule: Rule, day: date) -> bool:
    if day.weekday() not in rule.weekdays:
        return False
    if rule.valid_from and day < rule.valid_from or rule.valid_until and day > rule.valid_until:
        return False
    if day in case.public_holidays and not rule.on_public_holidays:
        return False
    in_holidays = any(period.first <= day <= period.last for period in case.school_holidays)
    return rule.when == "always" or (rule.when == "school_holidays") == in_holidays


def begins(case: Case, day: date) -> Iterator[tuple[int, Way]]:
    """Each minute, counted from the day's midnight, of what begins on a day, with its way; closures not yet heard."""
    if special := special_on(case, day):
        for hours in (hours for one in special for hours in one.hours):
            yield from ((at, hours.way) for at in walk(hours.start, hours.end))
        return
    for rule in case.rules:
        if holds(case, rule, day):
            yield from ((at, rule.way) for at in walk(rule.start, rule.end))


def open_minutes(case: Case, first: date, last: date) -> dict[int, set[Way]]:
    """The ways that are open, by minutes of the clock since the beginning of the calendar."""
    ways: dict[int, set[Way]] = {}
    for n in range(first.toordinal() - 1, last.toordinal() + 1):
        today, tomorrow = date.fromordinal(n), date.fromordinal(n + 1)
        is_special, tomorrow_is_special = bool(special_on(case, today)), bool(special_on(case, tomorrow))
        closed, closed_tomorrow = closures_on(case, today), closures_on(case, tomorrow)
        for at, way in begins(case, today):
            if at < DAY:
                if not is_special and any(covers(closure, at) for closure in closed):
                    continue
            else:
                if tomorrow_is_special or any(covers(closure, at - DAY) for closure in closed_tomorrow):
                    continue
                if not is_special and any(closure.end is None for closure in closed):
                    continue
            ways.setdefault(n * DAY + at, set()).add(way)
    return ways


def why_closed(case: Case, day: date, at: int) -> str | None:
    if special := special_on(case, day):
        return special[0].reason
    if closures := [closure for closure in closures_on(case, day) if covers(closure, at)]:
        return max(closures, key=lambda closure: len(closed_minutes(closure))).reason
    all_hold = all(rule.on_public_holidays for rule in case.rules)
    return PUBLIC_HOLIDAY if day in case.public_holidays and not all_hold else None


@cache
def clock(first: date, last: date) -> list[tuple[datetime, int]]:
    """Every minute from midnight to midnight in Berlin: the moment, and the latest time that the clock has shown."""
    moment = datetime(first.year, first.month, first.day, tzinfo=BERLIN).astimezone(UTC)
    minutes: list[tuple[datetime, int]] = []
    latest = 0
    while (local := moment.astimezone(BERLIN)).date() <= last:
        latest = max(latest, local.toordinal() * DAY + local.hour * 60 + local.minute)
        minutes.append((moment, latest))
        moment += timedelta(minutes=1)
    return minutes


def check(case: Case, first: date, last: date, every: int) -> None:
    """Compare all changes from the first day to the last, and the state every so many minutes and around changes."""
    minutes, ways = clock(first, last), open_minutes(case, first, last)
    nothing: set[Way] = set()
    expected: list[Ways] = [frozenset(ways.get(shown, nothing)) for _, shown in minutes]
    changes = [n for n in range(1, len(minutes)) if expected[n] != expected[n - 1]]

    timetable = case.timetable()
    end = minutes[-1][0] + timedelta(minutes=1)
    found = timetable.changes(minutes[1][0], end)
    assert [(change.at.astimezone(UTC), change.ways) for change in found] == [
        (minutes[n][0], expected[n]) for n in changes
    ]

    begun: dict[int, set[Way]] = {}
    for day in timetable.days(first - timedelta(1), (last - first).days + 2):
        for span in day.spans:
            for at_minute in range(span.start, span.end):
                begun.setdefault(day.day.toordinal() * DAY + at_minute, set()).add(span.way)
    assert begun == ways

    asked = set(range(0, len(minutes), every)).union(*((n - 1, n) for n in changes))
    # The second pass of the hour that comes twice.
    asked |= {n for n in range(1, len(minutes)) if minutes[n][1] == minutes[n - 1][1]}
    reasons: dict[int, str | None] = {}
    following = len(changes)
    for n in range(len(minutes) - 1, -1, -1):
        while following and changes[following - 1] > n:
            following -= 1
        if n not in asked:
            continue
        at, shown = minutes[n]
        state = timetable.state(at)
        assert (state.open, state.ways) == (bool(expected[n]), expected[n]), at
        if following < len(changes):
            assert state.until is not None, at
            assert state.until.astimezone(UTC) == minutes[changes[following]][0], at
        else:
            assert state.until is None or state.until.astimezone(UTC) >= end, at
        reason = None
        if not expected[n]:
            if shown not in reasons:
                reasons[shown] = why_closed(case, date.fromordinal(shown // DAY), shown % DAY)
            reason = reasons[shown]
        assert state.reason == reason, at


# Whole years --------------------------------------------------------------------------------------------------------

ALL_DAYS = frozenset(range(7))
WORKDAYS = frozenset(range(5))

SCHOOL_HOLIDAYS = [
    Period(date(2027, 12, 23), date(2028, 1, 8)),
    Period(date(2028, 3, 27), date(2028, 4, 17)),
    Period(date(2028, 7, 20), date(2028, 8, 30)),
    Period(date(2028, 10, 23), date(2028, 11, 4)),
    Period(date(2028, 12, 27), date(2029, 1, 6)),
]

YEARS = {
    "an office": Case(
        [
            Rule(WORKDAYS, time(8), time(12)),
            Rule(frozenset({1, 3}), time(14), time(18), "appointment", when="term"),
            Rule(frozenset({1}), time(10), time(13), when="school_holidays"),
            Rule(WORKDAYS, time(9), time(16), "phone"),
            Rule(WORKDAYS, time(16), time(17), "phone", valid_from=date(2028, 2, 29)),
            Rule(frozenset({5}), time(9, 30), time(11), valid_until=date(2028, 6, 17)),
        ],
        [
            Closure(date(2027, 12, 23), date(2028, 1, 2), "vacation"),
            Closure(date(2028, 12, 23), date(2029, 1, 2), "vacation"),
            Closure(date(2028, 2, 29), date(2028, 2, 29), "training", time(11), time(15)),
            Closure(date(2028, 5, 22), date(2028, 5, 26), "illness", time(12)),
            Closure(date(2028, 5, 24), date(2028, 5, 24), "training"),
        ],
        [
            SpecialDay(date(2028, 10, 31), (Hours(time(10), time(12)),), "event"),
            SpecialDay(
                date(2028, 12, 28), (Hours(time(9), time(10)), Hours(time(9), time(11), "phone")), "event"
            ),
            SpecialDay(date(2028, 8, 1), (), "works"),
        ],
        SCHOOL_HOLIDAYS,
    ),
    "nights": Case(
        [
            Rule(frozenset({4, 5}), time(22), time(2, 30)),
            Rule(frozenset({6}), time(1), time(2, 30), "phone"),
            Rule(frozenset({5, 6}), time(2, 15), time(2, 45), "appointment"),
            Rule(frozenset({6}), time(2, 30), time(4)),
            Rule(frozenset({0, 3}), time(18), time(0)),
            Rule(frozenset({6}), time(23), time(22, 59), "phone", when="term"),
        ],
        [
            Closure(date(2027, 12, 31), date(2027, 12, 31), "party", time(23)),
            Closure(date(2028, 1, 8), date(2028, 1, 8), "works", time(1), time(2)),
            Closure(date(2028, 2, 25), date(2028, 2, 25), "illness"),
            Closure(date(2028, 3, 4), date(2028, 3, 4), "illness"),
            Closure(date(2028, 3, 10), date(2028, 3, 10), "works", time(23), time(0)),
            Closure(date(2028, 3, 26), date(2028, 3, 26), "works", time(2, 30), time(3, 15)),
            Closure(date(2028, 10, 28), date(2028, 10, 29), "works", time(23, 30), time(0)),
        ],
        [
            SpecialDay(date(2028, 9, 9), (), "works"),
            SpecialDay(
                date(2028, 12, 30), (Hours(time(20), time(19)), Hours(time(21), time(21), "phone")), "event"
            ),
            SpecialDay(date(2028, 12, 31), (Hours(time(4), time(0)),), "event"),
        ],
        SCHOOL_HOLIDAYS,
    ),
    "round the clock": Case(
        [
            Rule(ALL_DAYS, time(0), time(0), "phone", on_public_holidays=True),
            Rule(ALL_DAYS, time(23), time(1), "walk_in"),
        ],
        [Closure(date(2028, 2, 29), date(2028, 2, 29), "works", time(12))],
    ),
    "changing at the clock changes": Case(
        [
            Rule(ALL_DAYS, time(2), time(3), valid_from=date(2028, 3, 26), valid_until=date(2028, 10, 29)),
            Rule(ALL_DAYS, time(2, 59), time(2), "phone", valid_until=date(2028, 3, 26)),
            Rule(ALL_DAYS, time(3), time(2, 1), "appointment", valid_from=date(2028, 10, 28)),
            Rule(frozenset({6}), time(2, 30), time(2, 31), "phone", on_public_holidays=True),
        ],
        [Closure(date(2028, 10, 29), date(2028, 10, 29), "works", time(2, 10), time(2, 20))],
    ),
    "hardly ever": Case(
        [Rule(frozenset({1}), time(12), time(12, 1), valid_until=date(2028, 2, 29))],
        [Closure(date(2027, 1, 1), date(2028, 2, 28), "works")],
        [SpecialDay(date(2028, 12, 24), (Hours(time(23, 59), time(0)),), "event")],
    ),
}


@pytest.mark.parametrize("name", YEARS)
def test_every_minute_of_a_leap_year_and_its_edges_is_as_the_reference_says(name: str) -> None:
    check(YEARS[name], date(2027, 12, 20), date(2029, 1, 10), EVERY)


# Generated timetables -----------------------------------------------------------------------------------------------

#: Days around which calendars go wrong: clock changes (one of them at Easter), leap day, new year, Reformationstag.
ANCHORS = [
    date(2024, 3, 31),
    date(2027, 3, 28),
    date(2027, 10, 31),
    date(2028, 2, 29),
    date(2028, 3, 26),
    date(2028, 10, 29),
    date(2028, 12, 31),
]
TIMES = st.one_of(
    st.sampled_from(
        [time(0), time(1, 59), time(2), time(2, 30), time(3), time(3, 1), time(12), time(23, 59)]
    ),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30])),
)
NEAR = 4


@st.composite
def cases(draw: st.DrawFn) -> tuple[date, Case]:
    anchor = draw(st.sampled_from(ANCHORS))
    days = st.integers(-NEAR - 1, NEAR + 1).map(lambda n: anchor + timedelta(n))
    periods = st.tuples(days, st.integers(0, 5)).map(lambda p: (p[0], p[0] + timedelta(p[1])))
    rules = st.builds(
        Rule,
        st.frozensets(st.integers(0, 6), min_size=1),
        TIMES,
        TIMES,
        st.sampled_from(WAYS),
        st.none() | days,
        st.none() | days,
        st.sampled_from(["always", "always", "term", "school_holidays"]),
        st.booleans(),
    )
    reasons = st.sampled_from(["works", "illness", "event"])
    closures = st.builds(
        lambda period, reason, times: Closure(period[0], period[1], reason, times[0], times[1]),
        periods,
        reasons,
        st.just((None, None))
        | st.tuples(TIMES, st.none())
        | st.tuples(st.none(), TIMES)
        | st.tuples(TIMES, TIMES).filter(lambda t: t[0] < t[1] or t[1] == time(0)),
    )
    special_days = st.builds(
        SpecialDay,
        days,
        st.lists(st.builds(Hours, TIMES, TIMES, st.sampled_from(WAYS)), max_size=2).map(tuple),
        reasons,
    )
    case = Case(
        draw(st.lists(rules, max_size=5)),
        draw(st.lists(closures, max_size=3)),
        draw(st.lists(special_days, max_size=2)),
        [Period(*period) for period in draw(st.lists(periods, max_size=2))],
        draw(st.sampled_from([HOLIDAYS, {}])),
    )
    return anchor, case


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases())
def test_generated_timetables_are_as_the_reference_says(drawn: tuple[date, Case]) -> None:
    anchor, case = drawn
    check(case, anchor - timedelta(NEAR), anchor + timedelta(NEAR), 29)


# The same in other words, read back ---------------------------------------------------------------------------------

BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def hours_of(timetable: Timetable, first: date, days: int, ways: Ways) -> set[tuple[datetime, datetime]]:
    """When any of these ways is open, cut at each midnight."""
    found = set()
    for n in range(days):
        start = datetime.combine(first + timedelta(n), time(0), tzinfo=BERLIN)
        end = datetime.combine(first + timedelta(n + 1), time(0), tzinfo=BERLIN)
        moments = [start, *(change.at for change in timetable.changes(start, end)), end]
        since: datetime | None = None
        for moment in moments:
            is_open = moment < end and bool(timetable.state(moment).ways & ways)
            if is_open and since is None:
                since = moment
            elif not is_open and since is not None:
                found.add((since.astimezone(UTC), moment.astimezone(UTC)))
                since = None
    return found


def read_hsds(schedules: list[dict[str, Any]]) -> set[tuple[datetime, datetime]]:
    found: set[tuple[datetime, datetime]] = set()
    for schedule in schedules:
        day, last = (date.fromisoformat(schedule[key]) for key in ("valid_from", "valid_to"))
        while day <= last:
            if BYDAY[day.weekday()] in schedule["byday"]:
                start = datetime.fromisoformat(f"{day}T{schedule['opens_at']}")
                end = datetime.fromisoformat(f"{day}T{schedule['closes_at']}")
                end += timedelta(schedule["closes_at"][:5] == "00:00")
                times = start.astimezone(UTC), end.astimezone(UTC)
                assert times not in found
                found.add(times)
            day += timedelta(1)
    # Until 02:00 and from 03:00 touch where the hour between is missing.
    starts = dict(found)
    for start, end in sorted(found, reverse=True):
        if end in starts and end.astimezone(BERLIN).hour:
            found -= {(start, end), (end, starts[end])}
            found.add((start, starts[end]))
    return found


def read_schema_org(said: dict[str, list[dict[str, Any]]], day: date) -> set[tuple[str, str]]:
    """Opening and closing times of a day: what is special, or else what is regular. Closed all day is none."""
    special = [
        hours
        for hours in said["specialOpeningHoursSpecification"]
        if hours["validFrom"] <= day.isoformat() <= hours["validThrough"]
    ]
    regular = [
        hours
        for hours in said["openingHoursSpecification"]
        if hours.get("validFrom", "") <= day.isoformat() <= hours.get("validThrough", "9")
        and f"https://schema.org/{day:%A}" in hours["dayOfWeek"]
    ]
    times = {(hours["opens"], hours["closes"]) for hours in special or regular}
    assert len(times) == len(special or regular)
    return times - {("00:00", "00:00")}


def read_back(case: Case, first: date, days: int) -> None:
    timetable = case.timetable()
    schedules = hsds_schedules(timetable, UUID(int=1), first, days)
    assert len({schedule["id"] for schedule in schedules}) == len(schedules)
    for way in WAYS:
        ways = frozenset({way})
        theirs = [schedule for schedule in schedules if schedule["attending_type"] == way]
        assert read_hsds(theirs) == hours_of(timetable, first, days, ways)
    for ways in (ANY_WAY, frozenset(WAYS[:2])):
        said = schema_org(timetable, first, days, ways)
        expected: dict[date, set[tuple[str, str]]] = {}
        for moments in hours_of(timetable, first, days, ways):
            start, end = (moment.astimezone(BERLIN) for moment in moments)
            closes = f"{end:%H:%M}" if end.date() == start.date() else "23:59"
            expected.setdefault(start.date(), set()).add((f"{start:%H:%M}", closes))
        for day in (first + timedelta(n) for n in range(days)):
            # A time that is missing, or comes twice, is said as it is written.
            if not is_clock_change(day):
                assert read_schema_org(said, day) == expected.get(day, set()), day


def is_clock_change(day: date) -> bool:
    midnight = datetime.combine(day, time(0), tzinfo=BERLIN)
    return midnight.utcoffset() != (midnight + timedelta(1)).utcoffset()


@pytest.mark.parametrize("name", YEARS)
def test_a_year_is_said_in_hsds_and_schema_org_as_it_is(name: str) -> None:
    read_back(YEARS[name], date(2027, 12, 20), 387)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases())
def test_generated_timetables_are_said_in_hsds_and_schema_org_as_they_are(drawn: tuple[date, Case]) -> None:
    anchor, case = drawn
    read_back(case, anchor - timedelta(NEAR), 2 * NEAR + 14)
