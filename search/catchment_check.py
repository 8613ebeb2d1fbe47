"""What is wrong with the catchments, and what will change: gaps, overlaps, and addresses that change hands. And what
a change of the catchments would do, before it is made.

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


#: Between a place and its street, where a street goes without its place.
_APART = " · "


class Move(NamedTuple):
    """On this day these places, or streets in a place, go from one answer to another.

    `streets` are those of the street list that go along with their places.
    """

    on: date
    territory: tuple[str, ...]
    before: Answer
    after: Answer
    streets: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The places that go as a whole."""
        return tuple(name for name in self.territory if _APART not in name)

    @property
    def all_streets(self) -> tuple[str, ...]:
        """The streets, or parts of them, that go alone, and those that go along."""
        return tuple(name for name in self.territory if _APART in name) + self.streets


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


class Change(NamedTuple):
    """What is otherwise with other catchments: only what is new, and moves that were to come and come no more."""

    moves: list[Move]
    taken_back: list[Move]
    gaps: list[Gap]
    overlaps: list[Overlap]
    unknown_streets: list[CatchmentRow]

    @property
    def is_empty(self) -> bool:
        """Whether every address has the same answer on every day, and no fault is new."""
        return not any(self)


def check(gazetteer: Gazetteer, catchments: Sequence[CatchmentRow], today: date) -> Report:
    """The catchments of today and of every later day on which one begins or ends."""
    current = _current(catchments, today)
    gaps: list[Gap] = []
    moves: list[Move] = []
    named = _named_streets(gazetteer, current)
    before = _answers(gazetteer, current, named, today)
    _note_gap(gaps, gazetteer, today, before, {})
    for day in _days(current, today):
        after = _answers(gazetteer, current, named, day)
        _note_gap(gaps, gazetteer, day, after, before)
        moves += _moves(gazetteer, named, day, _differences(before, after))
        before = after
    return Report(gaps, list(overlaps(current)), moves, list(_unknown_streets(gazetteer, current)))


def compare(
    gazetteer: Gazetteer, before: Sequence[CatchmentRow], after: Sequence[CatchmentRow], today: date
) -> Change:
    """What other catchments would change, from today on: which addresses go where, and which faults are new."""
    old, new = _current(before, today), _current(after, today)
    named = _named_streets(gazetteer, [*old, *new])
    old_answers = _answers(gazetteer, old, named, today)
    new_answers = _answers(gazetteer, new, named, today)
    moves = _moves(gazetteer, named, today, _differences(old_answers, new_answers))
    taken_back: list[Move] = []
    gaps: list[Gap] = []
    _note_gap(gaps, gazetteer, today, new_answers, old_answers)
    for day in _days([*old, *new], today):
        old_then, new_then = (
            _answers(gazetteer, old, named, day),
            _answers(gazetteer, new, named, day),
        )
        old_moves, new_moves = _differences(old_answers, old_then), _differences(new_answers, new_then)
        moves += _moves(gazetteer, named, day, _without(new_moves, old_moves))
        taken_back += _moves(gazetteer, named, day, _without(old_moves, new_moves))
        # A gap is new on its first day: it is none without the change, and was none the day before.
        known = {
            at: Answer() if Answer() in (old_then[at], new_answers[at]) else old_then[at] for at in old_then
        }
        _note_gap(gaps, gazetteer, day, new_then, known)
        old_answers, new_answers = old_then, new_then
    there = set(overlaps(old))
    unknown = set(_unknown_streets(gazetteer, old))
    return Change(
        moves,
        taken_back,
        gaps,
        [overlap for overlap in overlaps(new) if overlap not in there],
        [row for row in _unknown_streets(gazetteer, new) if row not in unknown],
    )


def _current(catchments: Iterable[CatchmentRow], today: date) -> list[CatchmentRow]:
    return [row for row in catchments if row.valid_until is None or row.valid_until >= today]


def _days(catchments: Iterable[CatchmentRow], today: date) -> list[date]:
    """The days after this one on which anything begins or has ended."""
    begins = {row.valid_from for row in catchments if row.valid_from > today}
    return sorted(begins | {row.valid_until + timedelta(days=1) for row in catchments if row.valid_until})


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


#: A place, by its position, or a street of it with a run of house numbers; and who answers for it.
_Answers = dict[tuple[int, str], Answer]
#: The same, and from whom to whom it goes.
_Differences = dict[tuple[int, str], tuple[Answer, Answer]]
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
    for i in range(len(gazetteer.places)):
        answers[i, ""] = plan.base(i)[0].answer
        for key, name, pieces in named.get(i, ()):
            for piece in pieces:
                # A street that nothing is decided about any more is like every other in its place.
                number = str(piece.example())
                decisions = plan.decisions(i, key, number) if key in plan.divided(i) else plan.base(i)
                answers[i, name + piece.label()] = decisions[0].answer
    return answers


def _name(gazetteer: Gazetteer, at: tuple[int, str]) -> str:
    place, street = gazetteer.places[at[0]], at[1]
    where = f"{place.name} ({gazetteer.municipalities[place.ags].name})"
    return where + _APART + street if street else where


def _note_gap(gaps: list[Gap], gazetteer: Gazetteer, day: date, answers: _Answers, before: _Answers) -> None:
    nobody = Answer()
    new = tuple(
        _name(gazetteer, (place, street))
        for (place, street), answer in answers.items()
        # A street is told only where its place is no gap itself.
        if answer == nobody and not (street and answers[place, ""] == nobody)
        if before.get((place, street)) != nobody
    )
    if new:
        gaps.append(Gap(day, new))


def _differences(before: _Answers, after: _Answers) -> _Differences:
    return {at: (before[at], answer) for at, answer in after.items() if before[at] != answer}


def _without(differences: _Differences, others: _Differences) -> _Differences:
    return {at: change for at, change in differences.items() if others.get(at) != change}


def _moves(gazetteer: Gazetteer, named: _Named, day: date, differences: _Differences) -> list[Move]:
    moved: dict[tuple[Answer, Answer], list[tuple[int, str]]] = {}
    for (place, street), change in differences.items():
        # A street is told only where it does not go with its place.
        if not street or differences.get((place, "")) != change:
            moved.setdefault(change, []).append((place, street))
    moves = []
    for change, territory in moved.items():
        whole = [place for place, street in territory if not street]
        staying = {
            (place, key)
            for place in whole
            for key, name, pieces in named.get(place, ())
            if any(differences.get((place, name + piece.label())) != change for piece in pieces)
        }
        names = tuple(_name(gazetteer, at) for at in territory)
        moves.append(Move(day, names, *change, gazetteer.streets_within(whole, staying)))
    return moves


def _unknown_streets(gazetteer: Gazetteer, catchments: Iterable[CatchmentRow]) -> Iterable[CatchmentRow]:
    for row in catchments:
        municipality = gazetteer.municipalities.get(row.ags)
        if row.street and municipality and municipality.streets_complete:
            within = gazetteer.in_municipality.get(row.ags, frozenset())
            if not within.intersection(gazetteer.places_of_street(fold(row.street))):
                yield row
