"""The usual week of an office, for paper that hangs on a door: what the rules say, without this week's exceptions."""

from datetime import date, timedelta
from typing import NamedTuple

from spaces.models import OpeningRule, Timetable

#: A Monday: the days of the usual week have a name, and no date.
_MONDAY = date(2024, 1, 1)


class UsualDay(NamedTuple):
    """A day of the usual week: some date with this weekday, and what is open on it, by time; nothing: closed."""

    day: date
    rules: list[OpeningRule]


def usual_week(timetable: Timetable | None, today: date) -> list[UsualDay]:
    """Monday to Sunday by the rules that hold today or later. Empty: nothing is known of the usual week.

    Rules are told as they are, each with its own limits (term time, first and last day): a poster outlives them.
    """
    rules = [
        rule
        for rule in (timetable.rules.all() if timetable else ())
        if rule.valid_until is None or rule.valid_until >= today
    ]
    if not rules:
        return []
    rules.sort(key=lambda rule: (rule.start, rule.end, rule.way))
    return [
        UsualDay(_MONDAY + timedelta(days=weekday), [rule for rule in rules if rule.weekday == weekday])
        for weekday in range(7)
    ]
