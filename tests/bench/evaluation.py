"""Judges what the lookup answers to writings, and compares the shares with what was promised.

Pure: the lookup is handed in as `Ask`, a function from what was typed to the JSON shape of the API.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.bench.writings import ANY, CHOICE, ELSEWHERE, FOUND, UNKNOWN, Group, Writing

Answer = dict[str, Any]
Ask = Callable[[str], Answer]

# The reason that the lookup gives for knowing nothing when it broke.
FAILED = "failed"
FEW_OPTIONS = 5
KEPT_CHOICES = 25
SHOWN = 10


class Verdict(StrEnum):
    """What became of one writing. `WRONG` is a family sent to an office that is not theirs."""

    RIGHT = "right"
    ASKED_FIRST = "asked, the right one first"
    ASKED_WITH = "asked, the right one among the options"
    ASKED_WITHOUT = "asked without the right one"
    UNKNOWN = "unknown"
    AWAY = "sent elsewhere though one of ours is responsible"
    GUESS = "found, rightly, where nothing allowed it"
    WRONG = "wrong office"
    BROKEN = "raised, or answered in another shape"


_RANK = {
    Verdict.RIGHT: 3,
    Verdict.ASKED_FIRST: 2,
    Verdict.ASKED_WITH: 2,
    Verdict.ASKED_WITHOUT: 1,
    Verdict.UNKNOWN: 1,
}


def space_key(answer: Answer) -> str | None:
    """The key of the space in an answer or in an option; None where it names none."""
    space = answer["space"]
    return None if space is None else str(space["key"])


def judge(writing: Writing, answer: Answer) -> Verdict:
    """One answer against what is true. Raises KeyError or TypeError for an answer of another shape."""
    outcome = answer["outcome"]
    if outcome == FOUND:
        key = space_key(answer)
        if key is None:
            raise TypeError("found, but no space")
        if key != writing.expected and key not in writing.also:
            return Verdict.WRONG
        return Verdict.RIGHT if FOUND in writing.allowed and key == writing.expected else Verdict.GUESS
    true = {writing.expected, *writing.also}
    if outcome == ELSEWHERE:
        return Verdict.RIGHT if None in true else Verdict.AWAY
    if outcome == UNKNOWN:
        if answer.get("reason") == FAILED:
            return Verdict.BROKEN
        return Verdict.UNKNOWN
    if outcome != CHOICE:
        raise KeyError(outcome)
    keys = [space_key(option) for option in answer["options"]]
    if keys and keys[0] in true:
        return Verdict.ASKED_FIRST
    return Verdict.ASKED_WITH if true & set(keys) else Verdict.ASKED_WITHOUT


@dataclass
class Tally:
    """The verdicts on one kind of writing. Shares are per cent of all writings of the kind."""

    group: Group
    kind: str
    count: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    few_options: int = 0
    right_among_few: int = 0
    as_plain: int = 0
    faults: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def share(self, *verdicts: Verdict) -> float:
        """Per cent of the writings with one of these verdicts."""
        return 100 * sum(self.verdicts[verdict] for verdict in verdicts) / self.count if self.count else 0.0

    @property
    def asked(self) -> int:
        """How many were answered by a question."""
        kinds = (Verdict.ASKED_FIRST, Verdict.ASKED_WITH, Verdict.ASKED_WITHOUT)
        return sum(self.verdicts[verdict] for verdict in kinds)

    @property
    def harmful(self) -> int:
        """Wrong offices, guesses and breakdowns: none may be."""
        return sum(self.verdicts[verdict] for verdict in (Verdict.WRONG, Verdict.GUESS, Verdict.BROKEN))


@dataclass
class Evaluation:
    """All tallies of one run over the writings, by kind, and the choices that were offered on the way."""

    condition: str
    subject: str = ""
    tallies: dict[str, Tally] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, Answer]]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What was measured, in words."""
        return f"{self.condition}, {self.subject}" if self.subject else self.condition

    @property
    def wrong(self) -> int:
        """How many wrong offices were named, in any writing."""
        return sum(tally.verdicts[Verdict.WRONG] for tally in self.tallies.values())

    @property
    def harmful(self) -> int:
        """Wrong offices, guesses and breakdowns in any writing."""
        return sum(tally.harmful for tally in self.tallies.values())

    @property
    def asked_about(self) -> int:
        """How many writings were tried."""
        return sum(tally.count for tally in self.tallies.values())


def evaluate(ask: Ask, writings: Iterable[Writing], condition: str, subject: str = "") -> Evaluation:
    """Asks everything, once. An exception of the lookup is a verdict, not the end of the run."""
    result = Evaluation(condition, subject)
    plain: dict[tuple[str, str | None], int] = {}
    for writing in writings:
        tally = result.tallies.setdefault(writing.kind, Tally(writing.group, writing.kind))
        answer, verdict = _verdict(ask, writing)
        tally.count += 1
        tally.verdicts[verdict] += 1
        if answer is not None and answer["outcome"] == CHOICE:
            few = len(answer["options"]) <= FEW_OPTIONS
            tally.few_options += few
            tally.right_among_few += few and verdict in (Verdict.ASKED_FIRST, Verdict.ASKED_WITH)
            _keep(result, writing, answer)
        if writing.plain:
            address = (writing.plain, writing.expected)
            if address not in plain:
                asked_plainly = Writing(writing.group, "", writing.plain, writing.expected, ANY, writing.also)
                plain[address] = _RANK.get(_verdict(ask, asked_plainly)[1], 0)
            good = _RANK.get(verdict, 0) >= plain[address]
            tally.as_plain += good
        else:
            good = _is_good(writing, answer, verdict)
        if verdict in (Verdict.WRONG, Verdict.GUESS, Verdict.BROKEN):
            _note(tally.faults, writing, answer, verdict)
        elif not good:
            _note(tally.misses, writing, answer, verdict)
    return result


def _is_good(writing: Writing, answer: Answer | None, verdict: Verdict) -> bool:
    """Whether there is nothing to look into: the best that the kind of writing was promised."""
    if answer is None or FOUND not in writing.allowed:
        return answer is not None and answer["outcome"] in writing.allowed
    if any(requirement.measure is right for requirement in REQUIRED[writing.group]):
        return verdict is Verdict.RIGHT
    return verdict in (Verdict.RIGHT, Verdict.ASKED_FIRST, Verdict.ASKED_WITH)


def _verdict(ask: Ask, writing: Writing) -> tuple[Answer | None, Verdict]:
    try:
        answer = ask(writing.text)
        return answer, judge(writing, answer)
    except Exception:  # whatever it raises: for what a person types, nothing may
        return None, Verdict.BROKEN


def _note(lines: list[str], writing: Writing, answer: Answer | None, verdict: Verdict) -> None:
    if len(lines) >= SHOWN:
        return
    said = "nothing" if answer is None else str(answer["outcome"])
    if answer is not None and answer["outcome"] == FOUND:
        said = f"{space_key(answer)} ({answer.get('level')})"
    elif answer is not None and answer["outcome"] == CHOICE:
        said = "asked: " + ", ".join(str(space_key(option)) for option in answer["options"])
    text = writing.text.replace("\n", " / ")
    lines.append(f"{text!r} is {writing.expected or 'none of ours'}; answered {said} [{verdict}]")


def _keep(result: Evaluation, writing: Writing, answer: Answer) -> None:
    """Keeps a few choices of each kind: those with the smallest checksums, the same ones in every run."""
    kept = result.choices.setdefault(writing.kind, [])
    kept.append((writing.text, answer))
    if len(kept) > 4 * KEPT_CHOICES:
        kept.sort(key=lambda pair: zlib.crc32(pair[0].encode()))
        del kept[KEPT_CHOICES:]


# --- the round trip -------------------------------------------------------------------------------


def round_trip(ask: Ask, evaluation: Evaluation) -> tuple[int, list[str]]:
    """Puts the address of every option of the kept choices back in.

    An option with a space must be found with exactly that space, one without must lead elsewhere. Returns how
    many options were tried, and a line for each that did not hold.
    """
    tried: dict[tuple[str, str | None], None] = {}
    for kept in evaluation.choices.values():
        kept.sort(key=lambda pair: zlib.crc32(pair[0].encode()))
        for _, answer in kept[:KEPT_CHOICES]:
            for option in answer["options"]:
                tried[(str(option["address"]), space_key(option))] = None
    broken = []
    for address, key in tried:
        try:
            answer = ask(address)
            got = space_key(answer) if answer["outcome"] == FOUND else str(answer["outcome"])
        except Exception as error:  # as above
            got = f"raised {error!r}"
        if got != (ELSEWHERE if key is None else key):
            broken.append(f"option {address!r} leads to {key or 'nowhere of ours'}, put back in: {got}")
    return len(tried), broken


# --- what was promised ----------------------------------------------------------------------------

Measure = Callable[[Tally], float]


def right(tally: Tally) -> float:
    """The responsible space found, or elsewhere where none of ours is responsible."""
    return tally.share(Verdict.RIGHT)


def settled(tally: Tally) -> float:
    """Right, or asked with the right one among the options."""
    return tally.share(Verdict.RIGHT, Verdict.ASKED_FIRST, Verdict.ASKED_WITH)


def settled_first(tally: Tally) -> float:
    """Right, or asked with the right one first."""
    return tally.share(Verdict.RIGHT, Verdict.ASKED_FIRST)


def settled_few(tally: Tally) -> float:
    """Right, or asked with the right one among at most five options."""
    return tally.share(Verdict.RIGHT) + (100 * tally.right_among_few / tally.count if tally.count else 0)


def asked(tally: Tally) -> float:
    """Asked, whatever the options."""
    return 100 * tally.asked / tally.count if tally.count else 0.0


def asked_or_unknown(tally: Tally) -> float:
    """Neither found nor sent away."""
    return asked(tally) + tally.share(Verdict.UNKNOWN)


def as_plain(tally: Tally) -> float:
    """At least as good an answer as the plain writing of the same address got."""
    return 100 * tally.as_plain / tally.count if tally.count else 0.0


def never_found(tally: Tally) -> float:
    """Neither a wrong office nor a guess."""
    return 100 - tally.share(Verdict.WRONG, Verdict.GUESS, Verdict.BROKEN)


BEFORE, IMPORTED, HALF_IMPORTED = "without streets", "streets imported", "half imported"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A share that a measure must reach, in per cent, before and after the import of the streets; None: none.

    `of_streets` marks shares that count streets: they say nothing where each village counts once.
    """

    measure: Measure
    before: float | None
    imported: float | None
    half: float | None = None
    of_streets: bool = False

    def wanted(self, condition: str) -> float | None:
        """The share for a condition of the measurement."""
        wanted = {BEFORE: self.before, IMPORTED: self.imported, HALF_IMPORTED: self.half}
        return wanted.get(condition)


REQUIRED: dict[Group, tuple[Requirement, ...]] = {
    Group.FULL: (Requirement(right, 100, 100),),
    Group.AREA: (Requirement(right, 100, 100),),
    Group.PLACE: (Requirement(right, 95, 99, of_streets=True), Requirement(settled, 100, 100)),
    Group.PLACE_ONLY: (Requirement(settled, 100, 100),),
    Group.POSTCODE: (Requirement(right, 100, 100),),
    Group.POSTCODE_SPLIT: (Requirement(settled, 100, 100),),
    # Not promised by name: nothing parts place and street, so asking is fair.
    Group.OPEN: (Requirement(settled, 99, 99),),
    Group.SAME_FULL: (Requirement(as_plain, 100, 100),),
    Group.SAME_PLACE: (Requirement(as_plain, 100, 100),),
    Group.PLACE_ERROR_FULL: (Requirement(right, 99, 99),),
    Group.PLACE_ERROR: (Requirement(settled_few, 95, 95), Requirement(right, None, 60, of_streets=True)),
    Group.DIGIT: (Requirement(settled, 95, 95),),
    Group.STREET_ERROR_FULL: (Requirement(right, 100, 100),),
    Group.STREET_ERROR_PLACE: (Requirement(right, 95, 95, of_streets=True), Requirement(settled, 100, 100)),
    Group.STREET_ONE: (Requirement(asked, 100, None), Requirement(right, None, 100)),
    Group.STREET_MANY: (Requirement(asked, 100, None), Requirement(settled, None, 100)),
    Group.HAMLET_FULL: (Requirement(right, 100, 100),),
    Group.HAMLET_SPLIT: (Requirement(settled, 100, 100),),
    Group.HAMLET_PLACE: (Requirement(settled, 100, 100),),
    Group.HAMLET: (Requirement(settled, 100, 100),),
    Group.CYRILLIC: (Requirement(settled_first, 90, 90),),
    Group.ARABIC: (Requirement(settled_first, 90, 90),),
    Group.HALF: (Requirement(asked_or_unknown, None, None, 100),),
    Group.CONTRADICTION: (Requirement(asked, 100, 100),),
    Group.OUTSIDE: (Requirement(never_found, 100, 100),),
    Group.OUTSIDE_LISTED: (Requirement(never_found, 100, 100),),
}


def missed(evaluation: Evaluation, of_streets: bool = True) -> list[str]:
    """A line for each promise that was not kept. Wrong offices, guesses and breakdowns are always among them.

    `of_streets`: whether the writings were made from real streets, so that shares of streets mean something.
    """
    lines = []
    for tally in evaluation.tallies.values():
        name = f"{tally.kind} ({evaluation.title})"
        for verdict in (Verdict.WRONG, Verdict.GUESS, Verdict.BROKEN):
            if tally.verdicts[verdict]:
                lines.append(f"{name}: {tally.verdicts[verdict]} times {verdict}")
        for requirement in REQUIRED[tally.group]:
            wanted = requirement.wanted(evaluation.condition)
            if wanted is None or (requirement.of_streets and not of_streets):
                continue
            got = requirement.measure(tally)
            if got < wanted - 1e-9:
                measure = requirement.measure.__name__.replace("_", " ")
                lines.append(f"{name}: {measure} {_percent(got)}, promised {wanted:g} %")
    return lines


# --- the table ------------------------------------------------------------------------------------

_HEADINGS = ("writing", "n", "right", "asked", "with", "few", "unkn.", "away", "plain", "guess", "WRONG")


def _percent(share: float) -> str:
    """Rounded down, so that 100 means every single one."""
    return f"{int(share * 10 + 1e-6) / 10:g} %"


def table(evaluation: Evaluation) -> str:
    """The tallies as plain text: shares in per cent; "with" and "few" are shares of the questions asked.

    with: the right one among the options; few: at most five options; away: sent elsewhere though ours;
    plain: at least as good as the plain writing; guess and WRONG are numbers: spaces named without ground, or
    in another shape than promised, and wrong offices.
    """
    rows: list[Sequence[str]] = [_HEADINGS]
    rows.extend(_cells(tally) for tally in evaluation.tallies.values())
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS))]
    lines = [f"{evaluation.title}: {evaluation.asked_about} writings, {evaluation.wrong} wrong offices"]
    for row in rows:
        first, *others = (
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)


def _cells(tally: Tally) -> list[str]:
    def share(part: int, whole: int) -> str:
        return _percent(100 * part / whole).removesuffix(" %") if whole else "-"

    found_in_options = tally.verdicts[Verdict.ASKED_FIRST] + tally.verdicts[Verdict.ASKED_WITH]
    compared = tally.group in (Group.SAME_FULL, Group.SAME_PLACE)
    return [
        tally.kind,
        str(tally.count),
        share(tally.verdicts[Verdict.RIGHT], tally.count),
        share(tally.asked, tally.count),
        share(found_in_options, tally.asked),
        share(tally.few_options, tally.asked),
        share(tally.verdicts[Verdict.UNKNOWN], tally.count),
        share(tally.verdicts[Verdict.AWAY], tally.count),
        share(tally.as_plain, tally.count) if compared else "-",
        str(tally.verdicts[Verdict.GUESS] + tally.verdicts[Verdict.BROKEN]),
        str(tally.verdicts[Verdict.WRONG]),
    ]


def faults(evaluation: Evaluation, misses: bool = False) -> Iterator[str]:
    """The first ten faults of each kind, in words; with `misses` also answers not good enough."""
    for tally in evaluation.tallies.values():
        lines = [*tally.faults, *(tally.misses if misses else ())]
        if lines:
            yield f"{tally.kind} ({evaluation.title}):"
            yield from (f"  {line}" for line in lines)
