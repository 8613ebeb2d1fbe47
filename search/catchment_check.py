"""What is wrong with the catchments, and what will change: gaps, overlaps, and addresses that change hands.

Pure: the day is an argument.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from search.address import fold
from search.gazetteer import Gazetteer
from search.routing import Answer, CatchmentRow, Numbers, Plan


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
    named = _named_streets(gazetteer, current)
    before = _answers(gazetteer, current, named, today)
    _note_gap(gaps, today, before, {})
    for day in days:
        after = _answers(gazetteer, current, named, day)
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
#: For each place, by its position, the streets that a decision of any day names: key, name, and runs of house numbers
#: within which nothing changes.
_Named = dict[int, list[tuple[str, str, list[Numbers]]]]


def _named_streets(gazetteer: Gazetteer, catchments: Iterable[CatchmentRow]) -> _Named:
    names: dict[tuple[int, str], str] = {}
    runs: dict[tuple[int, str], list[Numbers]] = {}
    for row in catchments:
        for i in gazetteer.in_municipality.get(row.ags, ()) if row.street else ():
            if row.place in ("", gazetteer.places[i].name):
                territory = i, fold(row.street)
                names.setdefault(territory, row.street)
                runs.setdefault(territory, []).append(row.numbers)
    named: _Named = {}
    for (i, key), name in sorted(names.items()):
        named.setdefault(i, []).append((key, name, _pieces(runs[i, key])))
    return named


def _pieces(runs: Iterable[Numbers]) -> list[Numbers]:
    """All house numbers, cut where one of these runs begins or ends, and by sides where one holds for a side only."""
    runs = [run for run in runs if not run.is_all]
    if not runs:
        return [Numbers()]
    starts = sorted({1, *(run.first or 1 for run in runs), *(run.last + 1 for run in runs if run.last)})
    sides = ("all",) if all(run.parity == "all" for run in runs) else ("odd", "even")
    return [
        piece
        for start, end in zip(starts, [*starts[1:], None], strict=True)
        for side in sides
        if (piece := Numbers(start, end - 1 if end else None, side)).example() in piece
    ]


def _answers(gazetteer: Gazetteer, catchments: Sequence[CatchmentRow], named: _Named, on: date) -> _Answers:
    plan = Plan(gazetteer, catchments, on)
    answers: _Answers = {}
    for i, place in enumerate(gazetteer.places):
        where = f"{place.name} ({gazetteer.municipalities[place.ags].name})"
        answers[where, ""] = plan.base(i)[0].answer
        for key, name, pieces in named.get(i, ()):
            for piece in pieces:
                # A street that nothing is decided about any more is like every other in its place.
                number = str(piece.example())
                decisions = plan.decisions(i, key, number) if key in plan.divided(i) else plan.base(i)
                answers[where, name + piece.label()] = decisions[0].answer
    return answers


def _note_gap(gaps: list[Gap], day: date, answers: _Answers, before: _Answers) -> None:
    nobody = Answer()
    new = tuple(
        f"{place} · {street}" if street else place
        for (place, street), answer in answers.items()
        # A street is told only where its place is no gap itself.
        if answer == nobody and not (street and answers[place, ""] == nobody)
        if before.get((place, street)) != nobody
    )
    if new:
        gaps.append(Gap(day, new))


def _moves(day: date, before: _Answers, after: _Answers) -> Iterable[Move]:
    moved: dict[tuple[Answer, Answer], list[str]] = {}
    for (place, street), answer in after.items():
        previous = before[place, street]
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
