"""Which office follows from what an address can mean: the rules of agreement.

Pure: the day is an argument. The rules and their numbers are those of `docs/decisions/0003-answer-by-agreement.md`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from search.address import Address, fold, house_number_span, key_of, read, understood
from search.gazetteer import Gazetteer, Level, Reading, SchoolRow

Parity = str
_STEP = {"all": 1, "odd": 2, "even": 2}


class Numbers(NamedTuple):
    """A run of house numbers, both ends included; None is open. `parity`: all, odd or even."""

    first: int | None = None
    last: int | None = None
    parity: Parity = "all"

    @property
    def is_all(self) -> bool:
        return self == Numbers()

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        within = (self.first or 0) <= number and (self.last is None or number <= self.last)
        return within and (self.parity == "all" or number % 2 == (self.parity == "odd"))

    def overlaps(self, other: "Numbers") -> bool:
        """Whether two decisions of the same rank meet: two whole streets, or two runs with a number in common."""
        if self.is_all or other.is_all:
            return self.is_all and other.is_all
        first = max(self.first or 0, other.first or 0)
        ends = [end for end in (self.last, other.last) if end is not None]
        return any(n in self and n in other for n in range(first, min([*ends, first + 3]) + 1))

    def example(self) -> int:
        """The smallest house number in it."""
        first = self.first or 1
        return next(n for n in (first, first + 1) if n in self or self.is_all)

    def label(self) -> str:
        """The numbers in no language: " 1, 3 … 19"; empty for all of them."""
        if self.is_all:
            return ""
        first = self.example()
        second = f"{first}, {first + 2}" if self.parity != "all" else f"{first}"
        return f" {second} … {self.last}" if self.last else f" {second} …"


class CatchmentRow(NamedTuple):
    """A decision: this space (and office) answers for this territory. `place` and `street` empty: for all of them.

    `uuid` names the decision where it is kept; the rules do not look at it.
    """

    space: str
    ags: str
    place: str = ""
    street: str = ""
    numbers: Numbers = Numbers()
    valid_from: date = date.min
    valid_until: date | None = None
    office: str = ""
    ground: str = "territory"
    uuid: str = ""

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class Answer(NamedTuple):
    """Who answers: a space (by key) and, where it is not the main one, an office (by uuid); or else an authority.

    All empty: nobody decided, a gap in the catchments. `outside` names a place of somebody else by its row.
    """

    space: str = ""
    office: str = ""
    authority: str = ""
    outside: int | None = None


class Decision(NamedTuple):
    """Who answers, and the catchment that says so; without one it is the municipality's own authority, or nobody."""

    answer: Answer
    ground: str = ""
    level: Level = "place"
    row: CatchmentRow | None = None


# What an address comes to -----------------------------------------------------------------------------------------


class Understood(NamedTuple):
    """What the portal made of the words; empty strings where there was nothing."""

    street: str = ""
    house_number: str = ""
    postcode: str = ""
    place: str = ""


class Option(NamedTuple):
    """One way on from a question. `address` put in again leads exactly there. `space` is empty for elsewhere.

    An option that stands for several `places` (grouped by where they lead) has no label of its own.
    """

    label: str
    space: str
    address: str
    places: tuple[str, ...] = ()


Question = Literal["place", "street", "house_number", "postcode", "mean", "school"]
UnknownReason = Literal[
    "empty", "unreadable", "no_such_place", "postcode_elsewhere", "no_catchment", "failed"
]
ElsewhereReason = Literal["city", "neighbour", "far"]


class Found(NamedTuple):
    answer: Answer
    level: Level
    ground: str
    understood: Understood
    #: False where it was found through a resembling name.
    exact: bool = True


class Choice(NamedTuple):
    question: Question
    options: tuple[Option, ...]
    understood: Understood


class Elsewhere(NamedTuple):
    """Somebody else answers: an authority by key, empty where only the place outside is known."""

    authority: str
    reason: ElsewhereReason
    understood: Understood
    place: str = ""


class Unknown(NamedTuple):
    reason: UnknownReason
    understood: Understood = Understood()


Outcome = Found | Choice | Elsewhere | Unknown


class Step(NamedTuple):
    """What one reading of an address came to: by which rule, and from which decisions at which places.

    `considered` holds places, by their position in the gazetteer, each with every decision that can hold there.
    """

    reading: Reading
    rule: int
    outcome: Outcome
    considered: tuple[tuple[int, tuple[Decision, ...]], ...]


class Explanation(NamedTuple):
    """How an outcome came about. `rule` is 0 where several readings of the same words had to agree."""

    address: Address | None
    steps: tuple[Step, ...]
    rule: int
    outcome: Outcome


#: The rule by which nothing comes of a text in which nothing was understood: what was understood is always shown.
NOTHING_UNDERSTOOD = 9
#: What stands for the streets of a divided place that nobody decided about. It is read as a street like any other.
OTHER_STREET = "andere Straße"
#: More options than this are grouped by where they lead.
MOST_OPTIONS = 7
#: Words alone that nothing explains, if they are no more than this, may be the name of a street.
_LONGEST_STREET = 4
#: More places than this are not weighed for one question, so that a whole country's list of streets does no harm.
MOST_CONSIDERED = 2000
#: So many guesses at a mistyped name are offered.
MOST_GUESSES = 5


class _Split(NamedTuple):
    """The decisions for a street of a place: for runs of house numbers, and for the rest of it.

    `local` ones were made for the place, `wide` ones for the whole municipality; local ones win.
    """

    name: str
    local: tuple[tuple[Numbers, Decision], ...] = ()
    wide: tuple[tuple[Numbers, Decision], ...] = ()
    whole_local: tuple[Decision, ...] = ()
    whole_wide: tuple[Decision, ...] = ()

    @property
    def runs(self) -> tuple[tuple[Numbers, Decision], ...]:
        return self.local + self.wide

    @property
    def whole(self) -> tuple[Decision, ...]:
        return self.whole_local or self.whole_wide

    def at(self, number: int) -> tuple[Decision, ...]:
        """What was decided for one house number; empty where only the rest of the street answers."""
        for runs in (self.local, self.wide):
            if found := tuple(decision for numbers, decision in runs if number in numbers):
                return found
        return ()


class Plan:
    """The catchments of one day, laid over the gazetteer."""

    def __init__(self, gazetteer: Gazetteer, catchments: Iterable[CatchmentRow], on: date) -> None:
        g = self._gazetteer = gazetteer
        municipal: dict[str, list[Decision]] = defaultdict(list)
        local: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        streets: list[CatchmentRow] = []
        for row in catchments:
            if not row.is_valid(on):
                continue
            decision = Decision(Answer(row.space, row.office), row.ground, row=row)
            if row.street:
                streets.append(row)
            elif row.place:
                local[row.ags, row.place].append(decision)
            else:
                municipal[row.ags].append(decision)
        self._of_place = [
            tuple(
                local.get((place.ags, place.name))
                or municipal.get(place.ags)
                or [Decision(Answer(authority=g.municipalities[place.ags].authority))]
            )
            for place in g.places
        ]
        self._splits = self._split_streets(streets)
        #: Sets of places that were asked about. They come from the gazetteer, never from what somebody typed.
        self._agreed: dict[frozenset[int], tuple[Decision, ...]] = {}

    def _split_streets(self, rows: Sequence[CatchmentRow]) -> dict[int, dict[str, _Split]]:
        splits: dict[int, dict[str, _Split]] = defaultdict(dict)
        for row in rows:
            key = fold(row.street)
            level: Level = "street" if row.numbers.is_all else "house_number"
            decision = Decision(Answer(row.space, row.office), row.ground, level, row)
            for i in self._gazetteer.in_municipality.get(row.ags, ()):
                if row.place and self._gazetteer.places[i].name != row.place:
                    continue
                split = splits[i].get(key, _Split(row.street))
                run = (row.numbers, decision)
                if row.numbers.is_all and row.place:
                    split = split._replace(whole_local=(*split.whole_local, decision))
                elif row.numbers.is_all:
                    split = split._replace(whole_wide=(*split.whole_wide, decision))
                elif row.place:
                    split = split._replace(local=(*split.local, run))
                else:
                    split = split._replace(wide=(*split.wide, run))
                splits[i][key] = split
        return dict(splits)

    def agreed(self, places: frozenset[int]) -> tuple[Decision, ...]:
        """The one decision that holds in all of these places, whatever the street; empty where there is none such."""
        agreed = self._agreed.get(places)
        if agreed is None:
            decisions = {d.answer: d for i in places for d in self._of_place[i]}
            plain = len(decisions) == 1 and not any(i in self._splits for i in places)
            agreed = self._agreed[places] = tuple(decisions.values()) if plain else ()
        return agreed

    def base(self, place: int) -> tuple[Decision, ...]:
        """What holds in a place where nothing else was decided for a street."""
        return self._of_place[place]

    def divided(self, place: int) -> dict[str, _Split]:
        """The streets of a place for which something else was decided, by key."""
        return self._splits.get(place, {})

    def decisions(self, place: int, street: str = "", number: str = "") -> tuple[Decision, ...]:
        """Everything that can hold at an address here. Without a street, in a divided place, that is all of it."""
        base = self._of_place[place]
        splits = self._splits.get(place)
        if splits is None:
            return base
        if street in splits:
            return self._in_street(splits[street], base, number)
        if street and self._gazetteer.has_street(street, place):
            return base
        # A street that nobody decided about is like every other; but it may be a decided one, written otherwise.
        meant = [split for key, split in splits.items() if not street or _may_be_the_same(street, key)]
        return base + tuple(d for split in meant for d in (*split.whole, *(run[1] for run in split.runs)))

    def _in_street(self, split: _Split, base: tuple[Decision, ...], number: str) -> tuple[Decision, ...]:
        rest = split.whole or base
        span = house_number_span(number)
        if span is None:
            return rest + tuple(decision for _, decision in split.runs)
        return tuple(decision for n in span for decision in split.at(n) or rest)


def _may_be_the_same(one: str, other: str) -> bool:
    """Whether two keys may be one street, mistyped or shortened: "V.-Stauffenberg-Str." for a longer name."""
    short, long = sorted((one.removesuffix("str"), other.removesuffix("str")), key=len)
    return OSA.distance(one, other, score_cutoff=2) <= 2 or (len(short) > 3 and short in long)


def _numbers(run: Numbers) -> Iterable[int]:
    """The house numbers of a run, as far as anybody lives."""
    return (n for n in range(run.first or 1, min(run.last or 2000, 2000) + 1) if n in run)


class Router:
    """Answers addresses from a gazetteer and its catchments. Holds a plan a day; the day is an argument."""

    def __init__(self, gazetteer: Gazetteer, catchments: Iterable[CatchmentRow]) -> None:
        self.gazetteer = gazetteer
        #: Those of past and future days too.
        self.catchments = rows = tuple(catchments)
        self._plan: Callable[[date], Plan] = lru_cache(maxsize=2)(lambda on: Plan(gazetteer, rows, on))

    def plan(self, on: date) -> Plan:
        return self._plan(on)

    def find(self, text: str, on: date) -> Outcome:
        """Found, Choice, Elsewhere or Unknown for what somebody typed. Never raises, whatever it is."""
        case = self._case(text, on)
        return case.decide() if isinstance(case, _Case) else case

    def explain(self, text: str, on: date) -> Explanation:
        """The same outcome, with what led to it."""
        case = self._case(text, on)
        if isinstance(case, _Case):
            return case.explain()
        return Explanation(read(text), (), NOTHING_UNDERSTOOD, case)

    def _case(self, text: str, on: date) -> "_Case | Unknown":
        if not text.strip():
            return Unknown("empty")
        address = read(text)
        if address is None:
            return Unknown("unreadable")
        if not (address.postcode or address.street or address.place):
            return Unknown("unreadable")
        return _Case(address, self.gazetteer, self._plan(on))


class _Case:
    """One address on its way to an outcome. A method a rule; each leaves the number of its rule, and the places whose
    decisions it looked at.
    """

    rule = 0
    considered: Iterable[int] = ()

    def __init__(self, address: Address, gazetteer: Gazetteer, plan: Plan) -> None:
        self.address = address
        self.g = gazetteer
        self.plan = plan

    def decide(self) -> Outcome:
        readings = self.g.readings(self.address)
        return self._agreement(readings, [self._outcome(reading) for reading in readings])

    def explain(self) -> Explanation:
        readings = self.g.readings(self.address)
        steps = tuple(self._step(reading) for reading in readings)
        outcome = self._agreement(readings, [step.outcome for step in steps])
        return Explanation(self.address, steps, steps[0].rule if len(steps) == 1 else 0, outcome)

    def _step(self, r: Reading) -> Step:
        self.considered = ()
        outcome = self._outcome(r)
        places: list[int] = sorted(set(self.considered))[:MOST_CONSIDERED]
        considered = (
            [(place, decisions) for _, place, decisions in self._schools(r)]
            if r.schools
            else [(place, self._decisions(r, [place])) for place in places]
        )
        return Step(
            r, self.rule, outcome, tuple((place, tuple(dict.fromkeys(found))) for place, found in considered)
        )

    def _outcome(self, r: Reading) -> Outcome:
        if r.schools:
            return self._school(r)
        if not self.address.postcode:
            return self._without_postcode(r)
        if self.address.postcode in self.g.in_postcode:
            return self._with_postcode(r)
        return self._with_foreign_postcode(r)

    def _agreement(self, readings: list[Reading], outcomes: list[Outcome]) -> Outcome:
        """Several readings of the same words: only the same answer from each is an answer."""
        if len(outcomes) == 1:
            return outcomes[0]
        found = [outcome for outcome in outcomes if isinstance(outcome, Found)]
        if len(found) == len(outcomes) and len({f.answer for f in found}) == 1:
            return found[0]
        elsewhere = [outcome for outcome in outcomes if isinstance(outcome, Elsewhere)]
        if len(elsewhere) == len(outcomes):
            return elsewhere[0]
        places: list[int] = []
        outside: set[int] = set()
        for reading in readings:
            places += reading.meaning.shown or reading.streets or ()
            places += reading.twins.shown
            outside |= reading.twins.outside or (
                frozenset() if reading.meaning.places else reading.meaning.outside
            )
        if not places and not outside:
            return outcomes[0]
        return self._ask("place", readings[-1], places, outside)

    # Rules 2, 3, 7: with a postcode ----------------------------------------------------------------------------------

    def _with_postcode(self, r: Reading) -> Outcome:
        self.rule = 3
        postcode = self.address.postcode
        inside = self.g.in_postcode[postcode]
        beyond = self.g.outside_in_postcode.get(postcode, frozenset())
        if r.aside and (outcome := self._aside_contradicts(r, inside)):
            return outcome
        if r.fit in ("absent", "hamlet"):
            named = r.meaning.places & inside if r.fit == "hamlet" else frozenset()
            if named:
                return self._answer(r, named, level="place", question="place")
            return self._answer(r, inside, beyond, level="postcode", question="place")
        ours, theirs = r.meaning.places & inside, r.meaning.outside & beyond
        if r.fit == "partly" or r.fit == "unexplained":
            # Rule 1: a word of the place slot that nothing explains forbids an answer.
            self.rule = 1
            return self._ask("mean", r, [*r.meaning.shown, *self._shown(inside, ours)], r.meaning.outside)
        if ours or theirs:
            return self._answer(
                r, ours, theirs, level=r.meaning.level, question="place", exact=r.fit in ("exact", "loose")
            )
        if mistyped := r.twins.places & inside if r.fit == "exact" and not r.meaning.places else frozenset():
            # "21409 Emsen": the name is somebody else's, but one letter makes it the one in this postcode.
            return self._answer(r, mistyped, level="place", question="place", exact=False)
        self.rule = 7
        if r.fit == "loose":
            return self._ask("postcode", r, [*r.meaning.shown, *sorted(inside)])
        if r.fit == "exact" and r.meaning.places:
            # Rule 7: postcode and place name different places. Both are answers only if they are the same one.
            everything = r.meaning.places | inside
            return self._answer(
                r,
                everything,
                beyond,
                level="postcode",
                question="postcode",
                shown=[*r.meaning.shown, *sorted(inside)],
            )
        return self._ask("postcode", r, [*r.meaning.shown, *sorted(inside)], r.meaning.outside)

    def _aside_contradicts(self, r: Reading, inside: frozenset[int]) -> Outcome | None:
        """A village named beside the postal town must fit; if it does not, the portal asks."""
        named = r.meaning.places & inside if r.fit == "exact" else inside
        for meaning in r.aside:
            if meaning.places and not meaning.places & named:
                self.rule = 7
                shown = [*self._shown(named, r.meaning.places), *meaning.shown]
                return self._answer(
                    r, named | meaning.places, level="postcode", question="postcode", shown=shown
                )
        return None

    def _with_foreign_postcode(self, r: Reading) -> Outcome:
        """Rule 2: a postcode that is not ours vetoes an answer. One wrong digit beside a name of ours asks."""
        self.rule = 2
        theirs = self.g.outside_in_postcode.get(self.address.postcode, frozenset())
        if common := theirs & r.meaning.outside:
            return self._elsewhere(r, common)
        near = [i for i in self._named(r) if self._one_digit_off(self.g.places[i].postcodes)]
        if near:
            return self._ask("postcode", r, near)
        if theirs and r.fit in ("absent", "unexplained", "hamlet", "loose"):
            return self._elsewhere(r, theirs)
        elsewhere = frozenset(o for o in r.meaning.outside if not self.g.outside[o].postcodes)
        if r.fit == "exact" and r.meaning.outside and (elsewhere or not r.meaning.places):
            return self._elsewhere(r, elsewhere or r.meaning.outside)
        return Unknown("postcode_elsewhere", self._understood(r))

    def _named(self, r: Reading) -> list[int]:
        """The places that a question about a wrong postcode shows: those named, or all that the name covers."""
        named = [*r.meaning.shown, *r.twins.shown]
        return (
            named
            if any(self._one_digit_off(self.g.places[i].postcodes) for i in named)
            else sorted(r.meaning.places)
        )

    def _one_digit_off(self, postcodes: tuple[str, ...]) -> bool:
        typed = self.address.postcode
        for postcode in postcodes:
            wrong = [i for i in range(5) if typed[i] != postcode[i]]
            if len(wrong) == 1 or (
                len(wrong) == 2 and sorted(typed) == sorted(postcode) and wrong[1] == wrong[0] + 1
            ):
                return True
        return False

    # Rules 4, 5, 6: without a postcode -------------------------------------------------------------------------------

    def _without_postcode(self, r: Reading) -> Outcome:
        if r.aside and r.fit == "exact" and r.meaning.places:
            for meaning in r.aside:
                if meaning.places and not meaning.places & r.meaning.places:
                    self.rule = 7
                    shown = [*r.meaning.shown, *meaning.shown]
                    return self._answer(
                        r, r.meaning.places | meaning.places, level="place", question="place", shown=shown
                    )
        if r.fit == "absent":
            return self._street_alone(r)
        if r.fit == "exact":
            self.rule = 4
            return self._place_alone(r) if r.meaning.places else self._place_outside(r)
        if r.fit == "hamlet":
            return self._hamlet(r)
        if r.fit == "resembling":
            return self._resembling(r)
        # A name in another script is a resembling one; of others a word remains that nothing explains.
        self.rule = 5 if r.fit == "sounds" and r.meaning.places else 1
        if not r.meaning.places:
            # Words that nothing explains may be a street; behind a comma or a number they were a place.
            if self.address.order == "open" and len(self.address.street) <= _LONGEST_STREET:
                return self._ask_everywhere(r._replace(street=self.address.street))
            return self._elsewhere(r, r.meaning.outside)
        return self._ask("mean", r, r.meaning.shown, r.meaning.outside, guesses=True)

    def _place_alone(self, r: Reading) -> Outcome:
        """Rule 4: an exact place is an answer, unless a twin of it leads elsewhere."""
        shown = [*r.meaning.shown, *r.twins.shown]
        return self._answer(
            r,
            r.meaning.places | r.twins.places,
            r.twins.outside,
            level=r.meaning.level,
            question="place",
            shown=shown,
        )

    def _place_outside(self, r: Reading) -> Outcome:
        """A name of somebody else. One edit from a name of ours it may be a typing error, so the portal asks."""
        if r.twins.places:
            return self._ask("mean", r, r.twins.shown, r.meaning.outside, guesses=True)
        return self._elsewhere(r, r.meaning.outside)

    def _hamlet(self, r: Reading) -> Outcome:
        """ "Walmsburg 12": the village, or a street of that name. Only complete lists tell (rule 6)."""
        self.rule = 6
        streets = r.streets or ()
        if not r.meaning.places:
            return self._elsewhere(r, r.meaning.outside)
        everything = r.meaning.places.union(streets, r.twins.places)
        if self.g.all_streets_known and not r.twins.outside:
            shown = [*r.meaning.shown, *r.twins.shown, *streets]
            return self._answer(r, everything, level="place", question="place", shown=shown)
        return self._ask("place", r, [*r.meaning.shown, *r.twins.shown, *streets], r.twins.outside)

    def _resembling(self, r: Reading) -> Outcome:
        """Rule 5: a mistyped place is an answer only if the street's name lies in one space alone, the same one."""
        self.rule = 5
        if r.streets and self.g.all_streets_known and not self._neighbours(r.meaning.outside):
            fitting = r.meaning.places.intersection(r.streets)
            by_street = self._decisions(r, r.streets)
            if fitting and len({d.answer for d in by_street}) == 1:
                self.considered = r.streets
                return self._finish(r, by_street, "street", exact=False)
        return self._ask("mean", r, r.meaning.shown, r.meaning.outside, guesses=True)

    def _neighbours(self, outside: frozenset[int]) -> frozenset[int]:
        return frozenset(o for o in outside if self.g.outside[o].authority)

    def _street_alone(self, r: Reading) -> Outcome:
        """Rule 6: absence from an incomplete list proves nothing, so a street alone mostly asks."""
        self.rule = 6
        if not r.street:
            return Unknown("unreadable", self._understood(r))
        if r.streets:
            decisions = self._decisions(r, r.streets)
            if not self.g.all_streets_known:
                return self._ask_everywhere(r)
            if len({d.answer for d in decisions}) == 1:
                self.considered = r.streets
                return self._finish(r, decisions, "street", exact=True)
            return self._ask("place", r, r.streets)
        options: list[Option] = []
        for key in self.g.streets_like(key_of(r.street))[:MOST_GUESSES]:
            for place in self.g.places_of_street(key)[: MOST_CONSIDERED // MOST_GUESSES]:
                options += self._options_in(place, self.g.street_names[key], key)
        if options:
            return Choice("mean", self._grouped(options), self._understood(r))
        return self._ask_everywhere(r)

    def _ask_everywhere(self, r: Reading) -> Outcome:
        """In which place is this street? Those come first that are known to have one of this name."""
        self.rule = 6
        by_name = sorted(
            range(len(self.g.places)), key=lambda i: (self.plan.base(i)[0].answer, self.g.places[i].name)
        )
        return self._ask("place", r, [*(r.streets or ()), *by_name])

    # Rule 8: schools -----------------------------------------------------------------------------------------------

    def _school(self, r: Reading) -> Outcome:
        """A school's name says which office works there, never which one a family's home belongs to."""
        self.rule = 8
        options: list[Option] = []
        decisions: list[Decision] = []
        for row, _, here in self._schools(r):
            decisions += here
            options += [Option(row.name, decision.answer.space, row.name) for decision in here]
        if not decisions:
            return Unknown("no_catchment", self._understood(r))
        if len({d.answer for d in decisions}) > 1:
            return Choice("school", self._grouped(options), self._understood(r))
        return self._finish(r, decisions, "school", exact=True)

    def _schools(self, r: Reading) -> Iterator[tuple[SchoolRow, int, Sequence[Decision]]]:
        """The schools that are meant, each with its place and what was decided there."""
        for school in r.schools:
            row, place = self.g.schools[school], self.g.school_place(school)
            if place is not None:
                yield row, place, self.plan.decisions(place, fold(row.street), row.house_number)

    # From places to an outcome -------------------------------------------------------------------------------------

    def _decisions(self, r: Reading, places: Iterable[int]) -> list[Decision]:
        key, number = r.street_key, self.address.house_number
        return [decision for place in places for decision in self.plan.decisions(place, key, number)]

    def _answer(
        self,
        r: Reading,
        places: frozenset[int],
        outside: frozenset[int] = frozenset(),
        *,
        level: Level,
        question: Question,
        exact: bool = True,
        shown: Sequence[int] = (),
    ) -> Outcome:
        """The answer on which all these places agree; else the street decides, if it can; else the question."""
        self.considered = places
        if not outside:
            decisions: Sequence[Decision] = self.plan.agreed(places) or self._decisions(r, places)
            if len({d.answer for d in decisions}) == 1:
                return self._finish(r, decisions, level, exact)
        if not places:
            return self._elsewhere(r, outside)
        # A contradiction between postcode and place is never settled by a street list (rule 7).
        if not outside and r.streets and question != "postcode" and self.g.streets_known_in(places):
            here = places.intersection(r.streets)
            by_street = self._decisions(r, here)
            if here and len({d.answer for d in by_street}) == 1:
                self.considered = here
                return self._finish(r, by_street, "street", exact)
        candidates = [i for i in dict.fromkeys(shown) if i in places] or sorted(places)
        if self._same_but_for_streets(places) and not outside:
            return self._ask_within(r, candidates)
        return self._ask(question, r, candidates, outside)

    def _same_but_for_streets(self, places: frozenset[int]) -> bool:
        return len({d.answer for i in places for d in self.plan.base(i)}) == 1

    def _ask_within(self, r: Reading, places: Sequence[int]) -> Outcome:
        """The places agree, but streets of them were given to others: ask for the street, or for the house number."""
        self.considered = places
        key = r.street_key
        divided = [i for i in places if self.plan.divided(i)] or list(places)
        at_number = any(key in self.plan.divided(i) for i in divided)
        options = [option for i in divided for option in self._options_in(i, understood(r.street), key)]
        question: Question = "house_number" if at_number else "street"
        return Choice(question, self._grouped(options), self._understood(r))

    def _finish(self, r: Reading, decisions: Sequence[Decision], level: Level, exact: bool) -> Outcome:
        decision = decisions[0]
        answer = decision.answer
        seen = self._understood(r)
        if answer.space:
            if decision.level == "house_number" and level != "school":
                level = "house_number"
            elif decision.level == "street" and level != "school":
                level = "street"
            return Found(answer, level, "school" if level == "school" else decision.ground, seen, exact)
        if answer.authority:
            return Elsewhere(answer.authority, "city", seen)
        return Unknown("no_catchment", seen)

    def _elsewhere(self, r: Reading, outside: frozenset[int]) -> Outcome:
        rows = [self.g.outside[o] for o in sorted(outside)]
        if not rows:
            return Unknown("no_such_place", self._understood(r))
        authorities = {row.authority for row in rows}
        authority = authorities.pop() if len(authorities) == 1 else ""
        place = f"{rows[0].name} ({rows[0].region})" if len(rows) == 1 else rows[0].name
        return Elsewhere(authority, "neighbour" if authority else "far", self._understood(r), place)

    # Questions -----------------------------------------------------------------------------------------------------

    def _ask(
        self,
        question: Question,
        r: Reading,
        places: Iterable[int],
        outside: Iterable[int] = (),
        *,
        guesses: bool = False,
    ) -> Outcome:
        street = understood(r.street) if r.fit not in ("hamlet", "loose") else ""
        key = r.street_key if street else ""
        self.considered = considered = list(islice(dict.fromkeys(places), MOST_CONSIDERED))
        options = [o for place in considered for o in self._options_in(place, street, key)]
        options += self._outside_options(outside, street)
        if not options:
            return Unknown("no_such_place", self._understood(r))
        return Choice(
            question, self._grouped(options[:MOST_GUESSES] if guesses else options), self._understood(r)
        )

    def _options_in(self, place: int, street: str, key: str) -> Iterator[Option]:
        """A place as an option; where it is divided by streets, street by street and run by run."""
        number = self.address.house_number
        answers = {d.answer for d in self.plan.decisions(place, key, number)}
        if len(answers) == 1:
            yield self._option(place, f"{street} {number}".strip() if street else "", answers.pop())
            return
        splits = self.plan.divided(place)
        if key in splits:
            yield from self._number_options(place, splits[key])
            return
        for split in splits.values():
            if split.runs:
                yield from self._number_options(place, split)
            else:
                yield self._option(place, split.name, split.whole[0].answer)
        base = {d.answer for d in self.plan.base(place)}
        if len(base) == 1:
            yield self._option(place, OTHER_STREET, base.pop())

    def _number_options(self, place: int, split: _Split) -> Iterator[Option]:
        """An option for each run of house numbers of a street, and one for the numbers that are in none."""
        for numbers, decision in split.runs:
            n = next((n for n in _numbers(numbers) if [decision] == list(split.at(n))), None)
            if n is not None:
                yield self._option(place, f"{split.name} {n}", decision.answer, split.name + numbers.label())
        rest = {d.answer for d in split.whole or self.plan.base(place)}
        free = next((n for n in range(1, 2000) if not split.at(n)), None)
        if free is not None and len(rest) == 1:
            yield self._option(place, f"{split.name} {free}", rest.pop(), f"{split.name} {free} …")

    def _option(self, place: int, line: str, answer: Answer, label: str = "") -> Option:
        where = self._label(place)
        shown = label or line
        return Option(
            f"{shown}, {where}" if shown else where,
            answer.space,
            self._line(line, place),
            (self.g.places[place].name,),
        )

    def _outside_options(self, outside: Iterable[int], street: str) -> Iterator[Option]:
        line = f"{street} {self.address.house_number}".strip() if street else ""
        for o in sorted(outside):
            row = self.g.outside[o]
            foreign = [code for code in row.postcodes if code not in self.g.in_postcode] or list(
                row.postcodes
            )
            if foreign or self.g.is_only_outside(row.name):
                where = f"{foreign[0]} {row.name}" if foreign else row.name
                label = f"{row.name} ({row.region})"
                yield Option(label, "", f"{line}, {where}" if line else where, (label,))

    def _grouped(self, options: list[Option]) -> tuple[Option, ...]:
        options = list(dict.fromkeys(options))
        if len(options) <= MOST_OPTIONS:
            return tuple(options)
        groups: dict[str, list[Option]] = defaultdict(list)
        for option in options:
            groups[option.space].append(option)
        if "" in groups:
            # Those that lead elsewhere come last.
            groups[""] = groups.pop("")
        return tuple(
            Option(
                group[0].label if len(group) == 1 else "",
                space,
                group[0].address,
                tuple(dict.fromkeys(place for option in group for place in option.places)),
            )
            for space, group in groups.items()
        )

    def _label(self, place: int) -> str:
        row = self.g.places[place]
        municipality = self.g.municipalities[row.ags].name
        return row.name if municipality == row.name else f"{row.name} ({municipality})"

    def _line(self, line: str, place: int) -> str:
        row = self.g.places[place]
        typed = self.address.postcode
        postcode = typed if typed in row.postcodes else next(iter(row.postcodes), "")
        # Where the municipality is called like this village and is not all of one answer, only the village is meant.
        covered = self.g.covered_by_name(place)
        name = row.name if len(covered) == 1 or self.plan.agreed(covered) else f"OT {row.name}"
        return ", ".join(part for part in (line, f"{postcode} {name}".strip()) if part)

    def _shown(self, places: frozenset[int], first: frozenset[int]) -> list[int]:
        return [*sorted(places & first), *sorted(places - first)]

    def _understood(self, r: Reading) -> Understood:
        a = self.address
        place = ""
        if r.fit in ("exact", "resembling", "sounds") and len(r.meaning.shown) == 1:
            place = self.g.places[r.meaning.shown[0]].name
        elif r.fit == "exact":
            place = understood(a.place) or understood(a.street[len(r.street) :])
        street = "" if r.fit in ("hamlet", "loose") else understood(r.street)
        return Understood(street, a.house_number, a.postcode, place)
