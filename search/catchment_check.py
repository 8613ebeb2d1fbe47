"""What is wrong with the catchments, and what will change: gaps, overlaps, and addresses that change hands.

Pure: the day is an argument.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from search.address import fold
from search.gazetteer import Gazetteer
from search.routing import Answer, CatchmentRow, Plan


class Gap(NamedTuple):
    """From this day on nobody answers for these places."""

    since: date
    places: tuple[str, ...]


class Overlap(NamedTuple):
    """Two catchments decide about the same territory on the same day."""

    one: CatchmentRow
    other: CatchmentRow


class Move(NamedTuple):
    """On this day these places, or streets in a place, go from one answer to another."""

    on: date
    territory: tuple[str, ...]
    before: Answer
    after: Answer


class Report(NamedTuple):
    gaps: list[Gap]
    overlaps: list[Overlap]
    moves: list[Move]
    #: Streets that a catchment names and a complete street list does not.
    unknown_streets: list[CatchmentRow]

    @property
    def is_clean(self) -> bool:
        """Planned moves are no fault; everything else is."""
        return not (self.gaps or self.overlaps or self.unknown_streets)


def check(gazetteer: Gazetteer, catchments: Sequence[CatchmentRow], today: date) -> Report:
    """The catchments of today and of every later day on which one begins or ends."""
    current = [row for row in catchments if row.valid_until is None or row.valid_until >= today]
    days = sorted(
        {row.valid_from for row in current if row.valid_from > today}
        | {row.valid_until + timedelta(days=1) for row in current if row.valid_until}
    )
    gaps: list[Gap] = []
    moves: list[Move] = []
    before = _answers(gazetteer, current, today)
    _note_gap(gaps, today, before, {})
    for day in days:
        after = _answers(gazetteer, current, day)
        _note_gap(gaps, day, after, before)
        moves += _moves(day, before, after)
        before = after
    return Report(gaps, list(overlaps(current)), moves, list(_unknown_streets(gazetteer, current)))


def overlaps(catchments: Iterable[CatchmentRow]) -> Iterable[Overlap]:
    """Pairs of catchments of the same rank that hold for the same territory on the same day."""
    by_territory: dict[tuple[str, str, str], list[CatchmentRow]] = {}
    for row in catchments:
        by_territory.setdefault((row.ags, row.place, fold(row.street)), []).append(row)
    for rows in by_territory.values():
        for one, other in combinations(rows, 2):
            if one.numbers.overlaps(other.numbers) and _meet(one, other):
                yield Overlap(one, other)


def _meet(one: CatchmentRow, other: CatchmentRow) -> bool:
    last = min(one.valid_until or date.max, other.valid_until or date.max)
    return max(one.valid_from, other.valid_from) <= last


#: A place, or a street of a place with a run of house numbers, and who answers for it.
_Answers = dict[tuple[str, str], Answer]


def _answers(gazetteer: Gazetteer, catchments: Sequence[CatchmentRow], on: date) -> _Answers:
    plan = Plan(gazetteer, catchments, on)
    named = {(row.ags, fold(row.street)): row.street for row in catchments if row.street}
    answers: _Answers = {}
    for i, place in enumerate(gazetteer.places):
        where = f"{place.name} ({gazetteer.municipalities[place.ags].name})"
        answers[where, ""] = plan.base(i)[0].answer
        divided = plan.divided(i)
        for (ags, key), street in named.items():
            if ags != place.ags:
                continue
            if key not in divided:
                if any(
                    row.place in ("", place.name)
                    for row in catchments
                    if row.ags == ags and fold(row.street) == key
                ):
                    answers[where, street] = plan.base(i)[0].answer
                continue
            split = divided[key]
            answers[where, street] = (split.whole or plan.base(i))[0].answer
            for numbers, decision in split.runs:
                answers[where, street + numbers.label()] = decision.answer
    return answers


def _note_gap(gaps: list[Gap], day: date, answers: _Answers, before: _Answers) -> None:
    empty = [
        " · ".join(part for part in where if part) for where, answer in answers.items() if answer == Answer()
    ]
    already = {
        " · ".join(part for part in where if part) for where, answer in before.items() if answer == Answer()
    }
    if new := tuple(where for where in empty if where not in already):
        gaps.append(Gap(day, new))


def _moves(day: date, before: _Answers, after: _Answers) -> Iterable[Move]:
    moved: dict[tuple[Answer, Answer], list[str]] = {}
    for (place, street), answer in after.items():
        previous = before.get((place, street), before[place, ""])
        if previous != answer and not (
            street and before[place, ""] == previous and after[place, ""] == answer
        ):
            moved.setdefault((previous, answer), []).append(f"{place} · {street}" if street else place)
    return [Move(day, tuple(territory), old, new) for (old, new), territory in moved.items()]


def _unknown_streets(gazetteer: Gazetteer, catchments: Iterable[CatchmentRow]) -> Iterable[CatchmentRow]:
    for row in catchments:
        municipality = gazetteer.municipalities.get(row.ags)
        if row.street and municipality and municipality.streets_complete:
            within = gazetteer.in_municipality.get(row.ags, frozenset())
            if not within.intersection(gazetteer.places_of_street(fold(row.street))):
                yield row
