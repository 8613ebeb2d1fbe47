"""When something is open: at a moment, until when, day by day; and the same in the words of OSM, schema.org and HSDS.

Pure: no Django, no database, no clock. The moment, the school holidays and the public holidays are arguments.

**Precedence.** What a day holds is decided by the first of these that says something about it:

1. a special day: its spans and nothing else, or nothing at all (closed);
2. a closure: takes its hours (all of them, if it names none) away from what the rules say;
3. a public holiday: only rules that hold on public holidays;
4. the weekly rules that are valid on the day, in term time or in the school holidays as they say.

**Days.** A span belongs to the day on which it begins, also where it passes midnight: a rule for Friday, 22:00 to
02:00, follows Friday's closures, holidays and validity, not Saturday's. One exception: a special day or a closure of
the next day wins for its own hours, whatever the evening before says (a special day: for all of the day). A public
holiday has no hours of its own; New Year's Eve goes on until its end.

**Overlaps.** Spans of one way are united, spans of different ways hold beside each other. All spans are half-open: at
closing time it is closed. Times are whole minutes; an end that is not after its start lies on the next day, so
18:00 to 00:00 ends at midnight, and 00:00 to 00:00 is a whole day.

**Clock changes.** Spans are times of the clock on the wall in Europe/Berlin. A time means the first moment at which the
clock shows it or a later one. In spring, when 02:00 to 03:00 is missing, these times mean the moment of the change, and
a span within the missing hour does not take place. In autumn, when this hour comes twice, its times mean its first
pass: 02:00 to 02:30 is open once, 02:30 to 04:00 for two hours and a half. Each span is one stretch of time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Literal, NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

#: How to come.
Way = Literal["walk_in", "appointment", "phone"]
Ways = frozenset[Way]
WAYS: tuple[Way, ...] = ("walk_in", "appointment", "phone")
ANY_WAY: Ways = frozenset(WAYS)

When = Literal["always", "term", "school_holidays"]

#: The reason of a day that is closed by the calendar; the others are what closures and special days bring along.
PUBLIC_HOLIDAY = "public_holiday"

#: So many days ahead a next change is looked for: more than a year of closure is no opening hour.
FARTHEST = 400

_DAY = 24 * 60
#: In Berlin, the hour that is missing in spring and comes twice in autumn (since 1980), in minutes of the day.
_CHANGING_HOUR = range(2 * 60, 3 * 60)


# What is handed in ----------------------------------------------------------------------------------------------------


class Hours(NamedTuple):
    """From `start` to `end` (not included). An end that is not after the start lies on the next day."""

    start: time
    end: time
    way: Way = "walk_in"


class Rule(NamedTuple):
    """Every week on these weekdays (0 is Monday), on days from `valid_from` to `valid_until`, both included."""

    weekdays: frozenset[int]
    start: time
    end: time
    way: Way = "walk_in"
    valid_from: date | None = None
    valid_until: date | None = None
    when: When = "always"
    #: False: closed on public holidays. A helpline may be there on all days.
    on_public_holidays: bool = False


class Closure(NamedTuple):
    """Closed from the first to the last day, both included; with times: on each of these days between them.

    `reason` is a code of the caller's vocabulary. Without `start` from the beginning of the day; without `end` for the
    rest of what the day holds, past midnight too. Unlike a span, the times of a closure lie on one day (end 00:00 is
    its end).
    """

    first: date
    last: date
    reason: str
    start: time | None = None
    end: time | None = None


class SpecialDay(NamedTuple):
    """A day on which these hours are all that holds; without hours it is closed. Two for one day are united."""

    day: date
    hours: tuple[Hours, ...]
    reason: str


class Period(NamedTuple):
    """Days from the first to the last, both included: school holidays."""

    first: date
    last: date


# What is answered -----------------------------------------------------------------------------------------------------


class State(NamedTuple):
    """How it is at a moment. `until`: when the ways change next, in Berlin's time; None: not within FARTHEST days.

    `reason`: while closed, what the day's special day, closure or public holiday says; None where it is merely outside
    the hours.
    """

    open: bool
    ways: Ways
    until: datetime | None
    reason: str | None


class Change(NamedTuple):
    """From this moment on, these ways are open; none: closed."""

    at: datetime
    ways: Ways


class Span(NamedTuple):
    """Open from `start` to `end`, in minutes since the midnight with which its day begins; past 1440: the next day."""

    start: int
    end: int
    way: Way

    @property
    def opens(self) -> time:
        return _clock(self.start)

    @property
    def closes(self) -> time:
        """The end on the clock; 00:00 for the end of the day."""
        return _clock(self.end)


class Day(NamedTuple):
    """What begins on a day: its spans in order, united for each way. No spans: closed.

    `reason`: of the special day or closure that changes the day, or PUBLIC_HOLIDAY. `holiday`: the public holiday's
    name, empty on other days.
    """

    day: date
    spans: tuple[Span, ...]
    reason: str | None
    holiday: str


# The timetable --------------------------------------------------------------------------------------------------------

_Spans = tuple[Span, ...]
#: A calendar day as it passes: minutes of the day (the first is 0), and the ways that are open from each of them on.
_Course = tuple[tuple[int, ...], tuple[Ways, ...]]
_Week = tuple[_Course, ...]
_NO_WAYS: Ways = frozenset()
_CLOSED: _Course = ((0,), (_NO_WAYS,))


class _Gap(NamedTuple):
    """The hours of a closure, in minutes of the day. `takes_rest`: what begins before its end, past midnight too."""

    start: int
    end: int
    reason: str
    takes_rest: bool


class _Stretch:
    """Days in a row on which the same rules and closures hold, so that only the weekday tells them apart."""

    __slots__ = ("constant", "courses", "gaps", "held", "held_on_holidays", "rules")

    def __init__(self, rules: tuple[Rule, ...], gaps: tuple[_Gap, ...]) -> None:
        self.gaps = gaps
        #: By weekday: what the rules alone say.
        self.rules = _week(rules)
        self.held = tuple(_without_own(spans, gaps) for spans in self.rules)
        enduring = [rule for rule in rules if rule.on_public_holidays]
        self.held_on_holidays = tuple(_without_own(spans, gaps) for spans in _week(enduring))
        self.courses = tuple(_course(self.held[day], self.held[day - 1], gaps) for day in range(7))
        minutes, ways_from = self.courses[0]
        #: The ways that are open throughout, where nothing ever changes.
        self.constant = (
            ways_from[0] if len(minutes) == 1 and self.courses.count(self.courses[0]) == 7 else None
        )


class Timetable:
    """Weekly rules and what departs from them. Immutable; what it works out it keeps.

    `public_holidays` holds those of the years that are asked about, by date; what it does not hold is no holiday.
    ValueError: a time with seconds, a closure that ends before it starts, an unknown weekday or way.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        closures: Iterable[Closure] = (),
        special_days: Iterable[SpecialDay] = (),
        school_holidays: Iterable[Period] = (),
        public_holidays: Mapping[date, str] | None = None,
    ) -> None:
        self._rules = tuple(rules)
        for rule in self._rules:
            if not rule.weekdays <= _WEEKDAYS or rule.way not in ANY_WAY:
                raise ValueError(f"No such weekday or way: {rule}")
            _minutes(rule.start, rule.end)
        self._closures = tuple((c.first.toordinal(), c.last.toordinal(), _gap(c)) for c in closures)
        self._school_holidays = tuple((p.first.toordinal(), p.last.toordinal()) for p in school_holidays)
        self._holidays = {day.toordinal(): name for day, name in (public_holidays or {}).items()}
        self._special: dict[int, tuple[_Spans, str]] = {}
        for special in special_days:
            if not ANY_WAY.issuperset(h.way for h in special.hours):
                raise ValueError(f"No such way: {special}")
            spans = tuple(Span(*_minutes(h.start, h.end), h.way) for h in special.hours)
            earlier, reason = self._special.get(special.day.toordinal(), ((), special.reason))
            self._special[special.day.toordinal()] = _united((*earlier, *spans)), reason

        edges: set[int] = set()
        for first, last, _ in self._closures:
            edges |= {first, last + 1}
        for rule in self._rules:
            if rule.valid_from:
                edges.add(rule.valid_from.toordinal())
            if rule.valid_until:
                edges.add(rule.valid_until.toordinal() + 1)
        if any(rule.when != "always" for rule in self._rules):
            for first, last in self._school_holidays:
                edges |= {first, last + 1}
        self._edges = sorted(edges)
        self._stretches: list[_Stretch | None] = [None] * (len(edges) + 1)
        self._alike: dict[tuple[tuple[Rule, ...], tuple[_Gap, ...]], _Stretch] = {}
        #: Days that a stretch alone does not explain: something else on them, or on the day before.
        self._odd = edges.union(*((n, n + 1) for n in (*self._special, *self._holidays)))
        self._odd_in_order = sorted(self._odd)
        self._odd_courses: dict[int, _Course] = {}
        self._next_after: dict[int, datetime | None] = {}
        self._closed_on_holidays = not all(rule.on_public_holidays for rule in self._rules)

    def state(self, at: datetime) -> State:
        """How it is at a moment. ValueError if it has no time zone."""
        day, minute = _on_the_wall(at)
        ways = self._ways(day, minute)
        return State(bool(ways), ways, self._next(day, minute), None if ways else self._reason(day, minute))

    def next_change(self, at: datetime) -> datetime | None:
        """When the ways change next, later than this moment, at most FARTHEST days ahead; in Berlin's time.

        None if nothing changes until then. ValueError if the moment has no time zone.
        """
        return self._next(*_on_the_wall(at))

    def changes(self, start: datetime, end: datetime) -> Iterator[Change]:
        """Every change from `start` (included) to `end` (not included), in order, in Berlin's time.

        ValueError if one of them has no time zone.
        """
        before, last = _on_the_wall(start - timedelta.resolution), _on_the_wall(end - timedelta.resolution)
        return self._changes(*before, *last)

    def week(self, of: date) -> tuple[Day, ...]:
        """The seven days, Monday to Sunday, of the week in which a date lies."""
        return self.days(of - timedelta(of.weekday()), 7)

    def days(self, first: date, count: int) -> tuple[Day, ...]:
        """So many days from the first one on."""
        start = first.toordinal()
        return tuple(self._day(day) for day in range(start, start + count))

    def _day(self, day: int) -> Day:
        spans = self._held(day)
        if any(span.end > _DAY for span in spans):
            if day + 1 in self._special:
                spans = _without(spans, _DAY, 2 * _DAY)
            else:
                for gap in self._stretch(day + 1).gaps:
                    spans = _without(spans, _DAY + gap.start, _DAY + gap.end)
        reason: str | None = None
        if day in self._special:
            reason = self._special[day][1]
        elif gaps := self._stretch(day).gaps:
            reason = gaps[0].reason
        elif day in self._holidays and self._closed_on_holidays:
            reason = PUBLIC_HOLIDAY
        return Day(date.fromordinal(day), spans, reason, self._holidays.get(day, ""))

    def _reason(self, day: int, minute: int) -> str | None:
        if day in self._special:
            return self._special[day][1]
        for gap in self._stretch(day).gaps:
            if gap.start <= minute < gap.end:
                return gap.reason
        return PUBLIC_HOLIDAY if day in self._holidays and self._closed_on_holidays else None

    def _ways(self, day: int, minute: int) -> Ways:
        minutes, ways_from = self._course(day)
        return ways_from[bisect_right(minutes, minute) - 1]

    def _next(self, day: int, minute: int) -> datetime | None:
        minutes, _ = self._course(day)
        if minute < minutes[-1]:
            change = next(self._changes(day, minute, day + FARTHEST), None)
            return change.at if change else None
        # What comes after a day's last change may be far away: it is kept. Other threads may be reading.
        kept = self._next_after
        if day not in kept:
            change = next(self._changes(day, minute, day + FARTHEST), None)
            if len(kept) > FARTHEST:
                kept = self._next_after = {}
            kept[day] = change.at if change else None
        return kept[day]

    def _changes(self, day: int, minute: int, last_day: int, last_minute: int = _DAY) -> Iterator[Change]:
        """The changes after a minute of a day, to the last minute of the last day (included)."""
        last_day = min(last_day, _LAST_DAY)
        minutes, ways_from = self._course(day)
        index = bisect_right(minutes, minute)
        ways = ways_from[index - 1]
        while day <= last_day:
            end = len(minutes) if day < last_day else bisect_right(minutes, last_minute)
            while index < end:
                minute, new = minutes[index], ways_from[index]
                index += 1
                if minute in _CHANGING_HOUR and (shown := _shown(day, minute)) != minute:
                    minute = shown
                    index = bisect_right(minutes, minute)
                    new = ways_from[index - 1]
                if new != ways:
                    ways = new
                    yield Change(_moment(day, minute), ways)
            day += 1
            if day not in self._odd and self._stretch(day).constant == ways:
                # Nothing happens within weeks of closure but at their edges.
                following = bisect_left(self._odd_in_order, day)
                if following == len(self._odd_in_order):
                    return
                day = self._odd_in_order[following]
            minutes, ways_from = self._course(day)
            index = 0

    def _outline(self, first: int, count: int) -> "_Outline":
        """The weeks that the rules alone make, and the days that depart from them."""
        end = first + count
        starts = [first, *(edge for edge in self._edges if first < edge < end)]
        weeks: list[tuple[int, int, _Week]] = []
        for start, following in zip(starts, [*starts[1:], end], strict=True):
            spans = self._stretch(start).rules
            week = tuple(_course(spans[day], spans[day - 1], ()) for day in range(7))
            if weeks and weeks[-1][2] == week:
                weeks[-1] = (weeks[-1][0], following - 1, week)
            else:
                weeks.append((start, following - 1, week))
        days = {day: self._course(day) for day in range(first, end)}
        closed = {day for day in self._holidays if first <= day < end}
        if any(rule.on_public_holidays for rule in self._rules):
            closed = set()
        return _Outline(weeks, days, closed)

    def _course(self, day: int) -> _Course:
        if day not in self._odd:
            return self._stretch(day).courses[_weekday(day)]
        course = self._odd_courses.get(day)
        if course is None:
            if day in self._special:
                course = _course(self._special[day][0], (), ())
            else:
                course = _course(self._held(day), self._held(day - 1), self._stretch(day).gaps)
            self._odd_courses[day] = course
        return course

    def _held(self, day: int) -> _Spans:
        """What begins on a day, before the next day has had its say."""
        if day in self._special:
            return self._special[day][0]
        stretch = self._stretch(day)
        held = stretch.held_on_holidays if day in self._holidays else stretch.held
        return held[_weekday(day)]

    def _stretch(self, day: int) -> _Stretch:
        index = bisect_right(self._edges, day)
        stretch = self._stretches[index]
        if stretch is None:
            in_holidays = any(first <= day <= last for first, last in self._school_holidays)
            gaps = [gap for first, last, gap in self._closures if first <= day <= last]
            # The widest first: it is the reason of the day.
            gaps.sort(key=lambda gap: gap.start - gap.end)
            valid = tuple(rule for rule in self._rules if _is_valid(rule, day, in_holidays))
            # Term comes after term: most stretches are like another one.
            key = valid, tuple(gaps)
            stretch = self._alike.get(key) or self._alike.setdefault(key, _Stretch(*key))
            self._stretches[index] = stretch
        return stretch


_WEEKDAYS = frozenset(range(7))


def overlaps(rules: Sequence[Rule]) -> list[tuple[int, int]]:
    """Pairs of rules, by their places in the sequence, that say the same way for the same time on some day.

    They are united, so nothing breaks; but an editor who wrote both probably meant something else.
    """
    return [
        (one, other)
        for other in range(len(rules))
        for one in range(other)
        if rules[one].way == rules[other].way and _meet(rules[one], rules[other])
    ]


def _meet(one: Rule, other: Rule) -> bool:
    start, end = _minutes(one.start, one.end)
    other_start, other_end = _minutes(other.start, other.end)
    return any(
        # The other one begins on the day before, the same day, or the day after.
        start < other_end + later * _DAY
        and other_start + later * _DAY < end
        and (weekday + later) % 7 in other.weekdays
        and (later or {one.when, other.when} != {"term", "school_holidays"})
        and _share_a_day(one, other, weekday, later)
        for later in (-1, 0, 1)
        for weekday in one.weekdays
    )


def _share_a_day(one: Rule, other: Rule, weekday: int, later: int) -> bool:
    """Whether there is a day of this weekday on which one rule is valid, and the other `later` days after it."""
    begins = [one.valid_from.toordinal()] if one.valid_from else []
    begins += [other.valid_from.toordinal() - later] if other.valid_from else []
    ends = [one.valid_until.toordinal()] if one.valid_until else []
    ends += [other.valid_until.toordinal() - later] if other.valid_until else []
    if not begins or not ends:
        return True
    first = max(begins)
    return first + (weekday - _weekday(first)) % 7 <= min(ends)


# Minutes and moments --------------------------------------------------------------------------------------------------


def _minutes(start: time, end: time) -> tuple[int, int]:
    first, last = _minute(start), _minute(end)
    return first, last if last > first else last + _DAY


def _minute(clock: time) -> int:
    if clock.second or clock.microsecond or clock.tzinfo:
        raise ValueError(f"Opening hours are whole minutes, without a time zone: {clock}")
    return clock.hour * 60 + clock.minute


def _clock(minute: int) -> time:
    return time.min.replace(hour=minute // 60 % 24, minute=minute % 60)


_CLOCKS = [_clock(minute).replace(tzinfo=BERLIN) for minute in range(_DAY)]
_LAST_DAY = date.max.toordinal()


def _gap(closure: Closure) -> _Gap:
    start = _minute(closure.start) if closure.start else 0
    end = (_minute(closure.end) if closure.end else 0) or _DAY
    if end <= start:
        raise ValueError(f"A closure ends before it starts: {closure}")
    return _Gap(start, end, closure.reason, takes_rest=closure.end is None)


def _weekday(day: int) -> int:
    return (day + 6) % 7


def _on_the_wall(at: datetime) -> tuple[int, int]:
    """The day (its proleptic ordinal) and the minute that the clock shows."""
    if at.utcoffset() is None:
        raise ValueError(f"A moment without a time zone: {at}")
    local = at.astimezone(BERLIN)
    # Every time of the hour that comes twice has been reached in its first pass.
    minute = _CHANGING_HOUR[-1] if local.fold else local.hour * 60 + local.minute
    return local.toordinal(), minute


def _moment(day: int, minute: int) -> datetime:
    """The first moment at which the clock shows a minute that is not missing; 1440 is the next midnight."""
    if minute == _DAY:
        day, minute = day + 1, 0
    return datetime.combine(date.fromordinal(day), _CLOCKS[minute])


def _shown(day: int, minute: int) -> int:
    """The first minute from this one on that the clock shows on this day."""
    if minute not in _CHANGING_HOUR:
        return minute
    moment = _moment(day, minute)
    before, after = moment.utcoffset(), moment.replace(fold=1).utcoffset()
    # The offset grows where the clock jumps (PEP 495).
    is_missing = before is not None and after is not None and before < after
    return _CHANGING_HOUR.stop if is_missing else minute


def _is_valid(rule: Rule, day: int, in_school_holidays: bool) -> bool:
    if rule.valid_from and day < rule.valid_from.toordinal():
        return False
    if rule.valid_until and day > rule.valid_until.toordinal():
        return False
    return rule.when == "always" or (rule.when == "school_holidays") == in_school_holidays


# Spans ----------------------------------------------------------------------------------------------------------------


def _week(rules: Sequence[Rule]) -> tuple[_Spans, ...]:
    by_weekday: list[list[Span]] = [[] for _ in range(7)]
    for rule in rules:
        span = Span(*_minutes(rule.start, rule.end), rule.way)
        for weekday in rule.weekdays:
            by_weekday[weekday].append(span)
    return tuple(_united(spans) for spans in by_weekday)


def _united(spans: Iterable[Span]) -> _Spans:
    """In order, and those of one way that overlap or touch as one."""
    united: list[Span] = []
    latest: dict[Way, int] = {}
    for span in sorted(spans):
        at = latest.get(span.way)
        if at is not None and span.start <= united[at].end:
            united[at] = Span(united[at].start, max(united[at].end, span.end), span.way)
        else:
            latest[span.way] = len(united)
            united.append(span)
    return tuple(united)


def _without(spans: _Spans, start: int, end: int) -> _Spans:
    """What is left of spans outside these minutes."""
    if not any(span.start < end and start < span.end for span in spans):
        return spans
    left: list[Span] = []
    for span in spans:
        if span.end <= start or end <= span.start:
            left.append(span)
            continue
        if span.start < start:
            left.append(Span(span.start, start, span.way))
        if end < span.end:
            left.append(Span(end, span.end, span.way))
    return tuple(sorted(left))


def _without_own(spans: _Spans, gaps: tuple[_Gap, ...]) -> _Spans:
    """What closures of the same day leave."""
    for gap in gaps:
        spans = _without(spans, gap.start, 2 * _DAY if gap.takes_rest else gap.end)
    return spans


def _course(today: _Spans, yesterday: _Spans, gaps: tuple[_Gap, ...]) -> _Course:
    """How a day passes that holds these spans, after a day that held those, with the day's closures."""
    late = tuple(Span(s.start - _DAY, s.end - _DAY, s.way) for s in yesterday if s.end > _DAY)
    for gap in gaps:
        late = _without(late, gap.start, gap.end)
    spans = (*late, *today)
    if not spans:
        return _CLOSED
    cuts = {0}.union(*((span.start, span.end) for span in spans))
    minutes: list[int] = []
    ways_from: list[Ways] = []
    for cut in sorted(cut for cut in cuts if 0 <= cut < _DAY):
        ways = frozenset(span.way for span in spans if span.start <= cut < span.end)
        if not ways_from or ways != ways_from[-1]:
            minutes.append(cut)
            ways_from.append(ways)
    return tuple(minutes), tuple(ways_from)


# The same in other words ----------------------------------------------------------------------------------------------
#
# All of them take a day as it passes, from midnight to midnight: Friday, 22:00 to 02:00, is said as Friday until
# midnight and Saturday until 02:00. Formats differ in whether an exception on Friday touches Saturday's part.


class _Outline(NamedTuple):
    """Some days in a row: their parts (first and last day, and the week that the rules alone make), and each day."""

    weeks: list[tuple[int, int, _Week]]
    days: dict[int, _Course]
    #: Public holidays, if they close everything.
    closed_holidays: set[int]


class _Piece(NamedTuple):
    start: int
    end: int
    ways: Ways


_Pieces = tuple[_Piece, ...]


def _pieces(course: _Course, asked: Ways) -> _Pieces:
    """A day's hours in these ways, one after the other."""
    minutes, ways_from = course
    pieces: list[_Piece] = []
    for start, end, ways in zip(minutes, (*minutes[1:], _DAY), ways_from, strict=True):
        ways &= asked
        if pieces and pieces[-1].end == start and pieces[-1].ways == ways:
            pieces[-1] = _Piece(pieces[-1].start, end, ways)
        elif ways:
            pieces.append(_Piece(start, end, ways))
    return tuple(pieces)


def _hours(course: _Course, asked: Ways) -> _Pieces:
    """A day's hours in any of these ways, whichever it is."""
    minutes, ways_from = course
    return _pieces((minutes, tuple(asked if ways & asked else _NO_WAYS for ways in ways_from)), asked)


def _told(days: Mapping[int, _Course], tell: Callable[[_Course], _Pieces]) -> dict[int, _Pieces]:
    """What each day holds. Most days share their course with others, and it is told once."""
    courses = {id(course): course for course in days.values()}
    told = {key: tell(course) for key, course in courses.items()}
    return {day: told[id(course)] for day, course in days.items()}


def _departures(
    days: Mapping[int, _Pieces], expected: Callable[[int], _Pieces]
) -> dict[_Pieces, list[tuple[int, int]]]:
    """What days hold that do not hold what is expected, as runs of days.

    A run goes on over days that hold the same anyway: a closure over its weekends.
    """
    found: dict[_Pieces, list[tuple[int, int]]] = {}
    latest: tuple[int, int] | None = None
    for day, pieces in days.items():
        if pieces == expected(day):
            continue
        runs = found.setdefault(pieces, [])
        if runs and runs[-1] == latest and all(days[n] == pieces for n in range(latest[1], day)):
            runs[-1] = latest = (latest[0], day)
        else:
            latest = (day, day)
            runs.append(latest)
    return found


_OSM_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OSM_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OSM_WORDS = {"walk_in": "walk-in", "appointment": "by appointment", "phone": "by phone"}


def osm(
    timetable: Timetable,
    first: date,
    days: int = FARTHEST,
    ways: Ways = ANY_WAY,
    words: Mapping[str, str] = _OSM_WORDS,
) -> str:
    """OpenStreetMap's `opening_hours` of these ways, right for so many days from the first one on.

    The commonest week of these days stands first and without dates, then weeks and days that differ, with theirs.
    Other ways than walking in are said as comments, in these words. What is closed throughout is "off".
    https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
    """
    outline = timetable._outline(first.toordinal(), days)
    spent: dict[tuple[_Pieces, ...], int] = {}
    weeks = [(a, b, tuple(_pieces(course, ways) for course in week)) for a, b, week in outline.weeks]
    for start, end, week in weeks:
        spent[week] = spent.get(week, 0) + end - start + 1
    usual = max(spent, key=lambda week: spent[week]) if spent else ((),) * 7
    dated: dict[tuple[_Pieces, ...], list[tuple[int, int]]] = {}
    held: dict[int, _Pieces] = {}
    for start, end, week in weeks:
        # Less than a week is said day by day.
        said = week if end - start >= 6 else usual
        held.update((day, said[_weekday(day)]) for day in range(start, end + 1))
        if said != usual:
            dated.setdefault(said, []).append((start, end))

    lines = _osm_week("", usual, ((),) * 7, words)
    for week, runs in dated.items():
        lines += _osm_week(_osm_dates(runs), week, usual, words)
    days_held = _told(outline.days, partial(_pieces, asked=ways))
    if lines and outline.closed_holidays:
        lines.append("PH off")
        held.update((day, ()) for day in outline.closed_holidays)
    for pieces, runs in _departures(days_held, held.__getitem__).items():
        lines.append(_osm_rule(_osm_dates(runs), pieces, words))
    return "; ".join(lines) or "off"


def _osm_week(
    dates: str, week: tuple[_Pieces, ...], usual: tuple[_Pieces, ...], words: Mapping[str, str]
) -> list[str]:
    """A rule for each kind of weekday that is not as usual."""
    alike: dict[_Pieces, list[int]] = {}
    for weekday, pieces in enumerate(week):
        if pieces != usual[weekday]:
            alike.setdefault(pieces, []).append(weekday)
    return [
        _osm_rule(f"{dates} {_osm_weekdays(weekdays)}".strip(), pieces, words)
        for pieces, weekdays in alike.items()
    ]


def _osm_rule(days: str, pieces: _Pieces, words: Mapping[str, str]) -> str:
    by_ways: dict[Ways, list[str]] = {}
    for piece in pieces:
        by_ways.setdefault(piece.ways, []).append(f"{_hh_mm(piece.start)}-{_hh_mm(piece.end)}")
    said = []
    for ways, hours in by_ways.items():
        comment = ", ".join(words.get(way, way) for way in WAYS if way in ways).replace('"', "'")
        said.append(f"{days} {','.join(hours)}" + ("" if ways == {"walk_in"} else f' open "{comment}"'))
    return ", ".join(said) or f"{days} off"


def _osm_weekdays(weekdays: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    names = [[_OSM_WEEKDAYS[weekday] for weekday in run] for run in runs]
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in names)


def _osm_dates(runs: Iterable[tuple[int, int]]) -> str:
    return ",".join(_osm_date(a) if a == b else f"{_osm_date(a)}-{_osm_date(b)}" for a, b in runs)


def _osm_date(day: int) -> str:
    on = date.fromordinal(day)
    return f"{on.year:04} {_OSM_MONTHS[on.month - 1]} {on.day:02}"


def _hh_mm(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


_SCHEMA_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def schema_org(
    timetable: Timetable, first: date, days: int = FARTHEST, ways: Ways = ANY_WAY
) -> dict[str, list[dict[str, object]]]:
    """`openingHoursSpecification` and `specialOpeningHoursSpecification`, right for so many days from the first one on.

    schema.org knows no way to come: ask for the ways that lead to the door, and for the telephone's apart (they belong
    to a ContactPoint, as `hoursAvailable`). Rules that hold on all of these days have no validity. By Google's
    reading, closed all day is 00:00 to 00:00, and the end of a day is 23:59.
    https://schema.org/OpeningHoursSpecification
    """
    outline = timetable._outline(first.toordinal(), days)
    regular: list[dict[str, object]] = []
    held: dict[int, _Pieces] = {}
    for start, end, courses in outline.weeks:
        week = [_hours(course, ways) for course in courses]
        held.update((day, week[_weekday(day)]) for day in range(start, end + 1))
        alike: dict[_Piece, list[str]] = {}
        for name, pieces in zip(_SCHEMA_WEEKDAYS, week, strict=True):
            for piece in pieces:
                alike.setdefault(piece, []).append(f"https://schema.org/{name}")
        validity: dict[str, object] = {}
        if start > first.toordinal():
            validity["validFrom"] = date.fromordinal(start).isoformat()
        if end < first.toordinal() + days - 1:
            validity["validThrough"] = date.fromordinal(end).isoformat()
        regular += [
            {**_schema_hours(piece), "dayOfWeek": names, **validity} for piece, names in sorted(alike.items())
        ]
    days_held = _told(outline.days, partial(_hours, asked=ways))
    special = [
        (start, end, piece)
        for pieces, runs in _departures(days_held, held.__getitem__).items()
        for start, end in runs
        for piece in pieces or (_Piece(0, 0, _NO_WAYS),)
    ]
    return {
        "openingHoursSpecification": regular,
        "specialOpeningHoursSpecification": [
            {
                **_schema_hours(piece),
                "validFrom": date.fromordinal(start).isoformat(),
                "validThrough": date.fromordinal(end).isoformat(),
            }
            for start, end, piece in sorted(special, key=lambda entry: entry[:2] + entry[2][:2])
        ],
    }


def _schema_hours(piece: _Piece) -> dict[str, object]:
    closes = "23:59" if piece.end == _DAY else _hh_mm(piece.end)
    return {"@type": "OpeningHoursSpecification", "opens": _hh_mm(piece.start), "closes": closes}


class _Times(NamedTuple):
    """Minutes of the day, and the hours from UTC at each of them."""

    start: int
    end: int
    start_offset: int
    end_offset: int
    way: Way


_RRULE_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def hsds_schedules(
    timetable: Timetable,
    of: UUID,
    first: date,
    days: int = FARTHEST,
    words: Mapping[str, str] | None = None,
) -> list[dict[str, object]]:
    """HSDS 3.0 `schedule` objects that say together what holds on so many days from the first one on.

    HSDS has weekly rules with a validity, but neither exceptions nor time zones: a schedule ends before a day that
    departs from it and before a clock change, and another one follows. Its `notes` name the closed days between.
    A `closes_at` of 00:00 is the end of the day. `words` are those for the ways and reasons, for the names of
    public holidays, and for "closed"; without them their codes and names stand. `of` is what the schedules
    belong to: their ids follow from it and stay the same as long as first and last day do (so ask for whole years).
    The caller adds `service_id` and its like.
    """
    words = words or {}
    outline = timetable._outline(first.toordinal(), days)
    offsets = [_offset(day, 0) for day in range(first.toordinal(), first.toordinal() + days + 1)]
    taking_place: dict[_Times, list[int]] = {}
    for way in WAYS:
        told = _told(outline.days, partial(_hours, asked=frozenset({way})))
        for (day, pieces), offset, following in zip(told.items(), offsets, offsets[1:], strict=False):
            for start, end, _ in pieces:
                times = _Times(start, end, offset, offset, way)
                if offset != following:
                    start, end = _shown(day, start), _shown(day, end)
                    times = _Times(start, end, _offset(day, start), _offset(day, end), way)
                if start < end:
                    taking_place.setdefault(times, []).append(day)
    closed = _closed_days(timetable.days(first, days), words)
    schedules = []
    for times, on in taking_place.items():
        opens_at = _with_offset(times.start, times.start_offset)
        closes_at = _with_offset(times.end, times.end_offset)
        blocks = list(_blocks(on))
        for number, (start, end, weekdays) in enumerate(blocks):
            following = blocks[number + 1][0] if number + 1 < len(blocks) else first.toordinal() + days
            byday = ",".join(_RRULE_WEEKDAYS[weekday] for weekday in weekdays)
            valid_from, valid_to = date.fromordinal(start).isoformat(), date.fromordinal(end).isoformat()
            schedule: dict[str, object] = {
                "id": str(uuid5(of, f"{valid_from} {valid_to} {byday} {opens_at} {closes_at} {times.way}")),
                "valid_from": valid_from,
                "valid_to": valid_to,
                "dtstart": valid_from,
                "timezone": times.start_offset,
                "freq": "WEEKLY",
                "interval": 1,
                "wkst": "MO",
                "byday": byday,
                "opens_at": opens_at,
                "closes_at": closes_at,
                "attending_type": words.get(times.way, times.way),
            }
            notes = [note for a, b, note in closed if end < b and a < following]
            if notes:
                schedule["notes"] = f"{words.get('closed', 'closed')}: {'; '.join(notes)}"
            schedules.append(schedule)
    return sorted(
        schedules, key=lambda s: (str(s["valid_from"]), str(s["opens_at"]), str(s["byday"]), str(s["id"]))
    )


def _blocks(on: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
    """Days as few weekly rules: first day, last day and weekdays of each, so that each day is said exactly once."""
    left = set(on)
    for first in on:
        if first not in left:
            continue
        weekdays = {_weekday(day) for day in range(first, first + 7) if day in left}
        block = []
        for day in range(first, on[-1] + 1):
            if _weekday(day) in weekdays:
                if day not in left:
                    break
                block.append(day)
        left.difference_update(block)
        yield first, block[-1], sorted({_weekday(day) for day in block})


def _closed_days(days: Iterable[Day], words: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """First day, last day and a note for days in a row that are closed for one reason."""
    runs: list[tuple[Day, Day, str]] = []
    for day in days:
        if day.spans or not day.reason:
            continue
        code = day.holiday if day.reason == PUBLIC_HOLIDAY else day.reason
        why = words.get(code, code)
        if runs and runs[-1][2] == why and runs[-1][1].day == day.day - timedelta(1):
            runs[-1] = (runs[-1][0], day, why)
        else:
            runs.append((day, day, why))
    return [
        (a.day.toordinal(), b.day.toordinal(), f"{a.day}{f' – {b.day}' if a is not b else ''} ({why})")
        for a, b, why in runs
    ]


def _offset(day: int, minute: int) -> int:
    """Hours from UTC at a minute that the clock shows; Berlin's are whole."""
    return (_moment(day, minute).utcoffset() or timedelta(0)) // timedelta(hours=1)


def _with_offset(minute: int, offset: int) -> str:
    return f"{_hh_mm(minute % _DAY)}{offset:+03}:00"
