"""What the words of an address can mean: municipalities, places, streets, schools, and places outside.

Pure: an immutable index, built once a gazetteer version from plain rows. It says what the words can mean; which office
follows from it is decided in `search.routing`.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.address import (
    Address,
    Order,
    Words,
    fold,
    goes_on,
    is_bare_kind,
    key_of,
    looks_like_street,
    plain,
    spellings,
    understood,
)
from search.transcription import SoundIndex, foreign


class MunicipalityRow(NamedTuple):
    """`authority` is the key of the administration that answers where no space does; else empty."""

    ags: str
    name: str
    association: str = ""
    authority: str = ""
    streets_complete: bool = False


class PlaceRow(NamedTuple):
    name: str
    ags: str
    postcodes: tuple[str, ...]
    also: tuple[str, ...] = ()


class OutsideRow(NamedTuple):
    """A place of somebody else. `authority` is empty for places far away; `twin`: typing our name asks for this one."""

    name: str
    region: str
    authority: str
    postcodes: tuple[str, ...]
    twin: bool = False
    also: tuple[str, ...] = ()


class StreetRow(NamedTuple):
    """A street of a street list. `place` is empty where the list names the municipality only."""

    name: str
    ags: str
    place: str


class SchoolRow(NamedTuple):
    name: str
    ags: str
    place: str
    postcode: str
    street: str
    house_number: str
    also: tuple[str, ...] = ()


Level = Literal["postcode", "municipality", "place", "street", "house_number", "school"]


class Meaning(NamedTuple):
    """What a name can stand for. Places and places outside are named by their position in the gazetteer's rows.

    `places` is everything the name can cover (for a municipality all of its places), `shown` what a question shows.
    """

    places: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()
    shown: tuple[int, ...] = ()
    level: Level = "place"


NOTHING = Meaning()

#: How well the place slot is explained. `resembling`: one typing error away. `sounds`: written in another script.
#: `partly`: a name is in it, beside words that nothing explains. `loose`: a name stands at one end of the words, and
#: the rest may be a street or not. `hamlet`: a place's name and a number, a village without street names or a street.
Fit = Literal["absent", "exact", "resembling", "sounds", "partly", "loose", "hamlet", "unexplained"]


class Reading(NamedTuple):
    """What the slots of an address can mean. `twins` are the places that are easily taken for the exact `meaning`."""

    street: Words
    fit: Fit
    meaning: Meaning = NOTHING
    twins: Meaning = NOTHING
    #: Streets of this name are in these places, as far as the street lists go. None without a street.
    streets: tuple[int, ...] | None = None
    #: Names of ours in other parts of the address (a village above the postal town).
    aside: tuple[Meaning, ...] = ()
    schools: tuple[int, ...] = ()

    @property
    def street_key(self) -> str:
        return key_of(self.street)


#: Words that say what kind of thing follows. They name nothing themselves.
_QUALIFIERS = frozenset(
    "ot ortsteil samtgemeinde sg gemeinde stadt hansestadt flecken einheitsgemeinde".split()
)
#: Of these, the two that tell a village from the municipality of the same name.
_ONLY_THE_VILLAGE = frozenset(("ot", "ortsteil"))
#: Words after which stands what a place lies near or in.
_NEAR = frozenset("bei b nahe kreis landkreis lk kr krs lkr lkrs".split())
#: Words for a school, where the rest of what was typed says which.
_SCHOOL = frozenset("grundschule gs schule volksschule".split())
_SMALL = frozenset("in im der die das von".split())

_LONGEST_NAME = 5


class Nearby:
    """Finds the keys that are at most one edit (insert, delete, substitute, swap of neighbours) from a key.

    An edit leaves one half of a word as it was. So only words of nearly the same length that share a half are
    compared, all of it in C: half a million street names stay searchable without an index many times their size.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        by_length: dict[int, list[str]] = defaultdict(list)
        self._all = sorted(set(keys))
        for key in self._all:
            by_length[len(key)].append(key)
        self._forward = dict(by_length)
        self._backward = {length: sorted(key[::-1] for key in same) for length, same in by_length.items()}

    def within_one(self, key: str) -> list[str]:
        """Those one edit away and the key itself, nearest first, in alphabetical order."""
        half, reverse = len(key) // 2, key[::-1]
        found: dict[str, float] = {}
        for length in (len(key) - 1, len(key), len(key) + 1):
            begins = _beginning(self._forward.get(length, []), key[: max(half - 1, 1)])
            for match, distance, _ in extract(key, begins, scorer=OSA.distance, score_cutoff=1, limit=None):
                found[match] = distance
            ends = _beginning(self._backward.get(length, []), reverse[: max(len(key) - half - 1, 0)])
            for match, distance, _ in extract(reverse, ends, scorer=OSA.distance, score_cutoff=1, limit=None):
                found[match[::-1]] = distance
        return sorted(found, key=lambda match: (found[match], match))

    def within_two(self, key: str) -> list[str]:
        """Those at most two edits away, nearest first. Compares with every key: for small sets."""
        return [k for k, _, _ in extract(key, self._all, scorer=OSA.distance, score_cutoff=2, limit=8)]


def _beginning(keys: list[str], start: str) -> list[str]:
    """The sorted keys that begin so."""
    return keys[bisect_left(keys, start) : bisect_left(keys, start + "\U0010ffff")]


class Gazetteer:
    """The index of everything an address can name. Build it once; it never changes."""

    def __init__(
        self,
        *,
        district: str,
        municipalities: Sequence[MunicipalityRow],
        places: Sequence[PlaceRow],
        outside: Sequence[OutsideRow] = (),
        streets: Iterable[StreetRow] = (),
        schools: Sequence[SchoolRow] = (),
    ) -> None:
        """`district` is the name after "Landkreis", as people add it to a place ("Neetze, Kreis Lüneburg")."""
        self.municipalities = {row.ags: row for row in municipalities}
        self.places = tuple(places)
        self.outside = tuple(outside)
        self.schools = tuple(schools)
        self._district = fold(district)

        self.in_municipality: dict[str, frozenset[int]] = _grouped(
            (p.ags, i) for i, p in enumerate(self.places)
        )
        self.in_postcode = _grouped((code, i) for i, p in enumerate(self.places) for code in p.postcodes)
        self.outside_in_postcode = _grouped(
            (code, i) for i, p in enumerate(self.outside) for code in p.postcodes
        )
        self._names = self._name_index()
        ours = [key for key, meaning in self._names.items() if meaning.places]
        neighbours = [k for k, m in self._names.items() if any(self.outside[o].authority for o in m.outside)]
        self._nearby = Nearby([*ours, *neighbours])
        self._spellings = self._spelling_index()
        self._lookalikes = self._lookalike_index()
        self._nearby_spellings = Nearby(self._spellings)
        self._twins = self._twin_index(ours)
        names = [
            *(p.name for p in self.places),
            *(name for m in municipalities for name in (m.name, m.association)),
        ]
        self._sounds = SoundIndex([*dict.fromkeys(name for name in names if name)])

        #: By the key of a street the municipalities (AGS) whose list does not say in which place it is.
        self._unplaced: dict[str, frozenset[str]] = {}
        self._streets, self.street_names = self._street_index(streets)
        self._nearby_streets = Nearby(self._streets)
        self._schools = _grouped(
            (fold(name), i) for i, s in enumerate(self.schools) for name in (s.name, *s.also)
        )
        self.all_streets_known = bool(municipalities) and all(row.streets_complete for row in municipalities)

    # What a postcode, a name, a street can mean -------------------------------------------------------------------

    def streets_known_in(self, places: Iterable[int]) -> bool:
        """Whether the street lists of these places' municipalities are complete, so that absence says something."""
        return all(self.municipalities[self.places[i].ags].streets_complete for i in places)

    def is_only_outside(self, name: str) -> bool:
        """Whether a name alone already says that somebody else is meant: no place of ours is called nearly so."""
        key = fold(name)
        return (
            not self._names.get(key, NOTHING).places and key not in self._twins and key not in self._streets
        )

    def has_street(self, key: str, place: int) -> bool:
        return place in self._streets.get(key, ())

    def streets_like(self, key: str) -> list[str]:
        """Keys of streets one typing error away."""
        return self._nearby_streets.within_one(key) if len(key) > 3 else []

    def places_of_street(self, key: str) -> tuple[int, ...]:
        return self._streets.get(key, ())

    def streets_within(
        self, places: Iterable[int], except_for: Collection[tuple[int, str]] = ()
    ) -> tuple[str, ...]:
        """The names of the listed streets of these places, each as often as there is one, but for those of a place and
        a key. One of which the list names the municipality only is there if all places of the municipality are.
        """
        within = frozenset(places)
        if not within:
            return ()
        keys: list[str] = []
        for key, there in self._streets.items():
            here = [i for i in there if i in within and (i, key) not in except_for]
            for ags in {self.places[i].ags for i in here} & self._unplaced.get(key, frozenset()):
                members = self.in_municipality[ags]
                here = [i for i in here if i not in members] + [-1] * (members <= set(here))
            keys += [key] * len(here)
        return tuple(sorted(self.street_names[key] for key in keys))

    def taken_for(self, place: int) -> Meaning:
        """What is easily taken for a place: others of its name or one edit away, and twins outside."""
        key = fold(self.places[place].name)
        near = self._twins.get(key, NOTHING)
        return Meaning(
            frozenset(i for i in (*self._names[key].shown, *near.shown) if i != place), near.outside
        )

    def school_place(self, school: int) -> int | None:
        """The place in which a school stands: by its name and postcode, within its municipality."""
        row = self.schools[school]
        within = self.in_municipality.get(row.ags, frozenset())
        named = self._names.get(fold(row.place), NOTHING).places & within
        exact = sorted(
            i for i in named & self.in_postcode.get(row.postcode, named) if self.places[i].name == row.place
        )
        return next(iter([*exact, *sorted(named), *sorted(within)]), None)

    def readings(self, address: Address) -> list[Reading]:
        """Every way to understand an address that the gazetteer allows; never empty."""
        if schools := self._schools_in(address):
            return [Reading(address.street, "absent", schools=schools)]
        if address.order == "fixed" and self._is_district(address):
            # "Adendorf, Kreis Lüneburg": the place stands before it, unless a street does.
            order: Order = "fixed" if address.house_number else "open"
            address = address._replace(place=(), order=order)
        if address.order == "fixed":
            return [self._fixed(address)]
        if address.order == "place_first":
            return [self._place_first(address)]
        return self._open(address)

    def _is_district(self, address: Address) -> bool:
        """Whether a place slot names the district and nothing in it: "Kreis Lüneburg", or "Lüneburg" after a place."""
        place = address.place
        if not place or key_of(place[-1:]) != self._district:
            return False
        if len(place) > 1:
            return all(word.key in _NEAR for word in place[:-1])
        city = self._names.get(self._district, NOTHING).places
        if address.house_number or city & self.in_postcode.get(address.postcode, frozenset()):
            return False
        before = self._explain(address.street)
        return before is not None and bool(before.places) and not before.places & city

    # The three orders ---------------------------------------------------------------------------------------------

    def _fixed(self, address: Address) -> Reading:
        street, place = address.street, address.place
        if not place:
            return self._reading(street, "absent", NOTHING, address)
        meaning = self._explain(place)
        if meaning is not None:
            return self._reading(street, "exact", meaning, address, place)
        if not address.postcode and street and not address.house_number and self._explain(street) is not None:
            # "Scharnebeck, Kringelsburg": the place stands before the comma, if what follows is a street.
            first = self._explain(street) or NOTHING
            if looks_like_street(place) or any(
                i in first.places for i in self.places_of_street(key_of(place))
            ):
                return self._reading(place, "exact", first, address, street)
            return self._reading(place, "partly", first, address)
        return self._inexact(street, place, address)

    def _place_first(self, address: Address) -> Reading:
        """ "21357 Bardowick Große Worth 4a": after a postcode the place, then the street."""
        words = address.street
        inside = self.in_postcode.get(address.postcode, frozenset())
        others: Reading | None = None
        for end in range(min(len(words), _LONGEST_NAME), 0, -1):
            meaning = self._explain(words[:end])
            if meaning is None:
                continue
            reading = self._reading(words[end:], "exact", meaning, address, words[:end])
            if meaning.places & inside or meaning.outside & self.outside_in_postcode.get(
                address.postcode, frozenset()
            ):
                return reading
            others = others or reading
        if others:
            return others
        if address.aside:
            # "Hamburg 21394 Musterstr. 1": what stands before the postcode is the place then.
            before = address.aside[-1]
            address = address._replace(aside=address.aside[:-1])
            meaning = self._explain(before)
            if meaning is None:
                return self._inexact(words, before, address)
            return self._reading(words, "exact", meaning, address, before)
        for end in range(1, min(len(words), _LONGEST_NAME)):
            reading = self._inexact(words[end:], words[:end], address)
            if reading.fit in ("resembling", "sounds") and reading.meaning.places & inside:
                return reading
        if looks_like_street(words) or any(i in inside for i in self.places_of_street(key_of(words))):
            return self._reading(words, "absent", NOTHING, address)
        return self._inexact((), words, address)

    def _open(self, address: Address) -> list[Reading]:
        """Street and place in one row of words. A place at either end counts if the rest is surely a street."""
        words = address.street
        if not words:
            return [self._reading((), "absent", NOTHING, address)]
        whole = self._explain(words)
        if whole is not None:
            if not address.house_number:
                as_place = self._reading((), "exact", whole, address, words)
                as_street = self._reading(words, "absent", NOTHING, address)
                return [as_place, as_street] if as_street.streets else [as_place]
            # "Walmsburg 12" may be a village without street names, or a street of that name somewhere.
            return [self._reading(words, "hamlet", whole, address, words)]
        exact: list[Reading] = []
        loose: list[Reading] = []
        for start in range(1, len(words)):
            if words[start].hyphened:
                # "Deutsch-Evern-Weg": a hyphen ties a street's name together.
                continue
            for place_first in (False, True):
                street, place = (
                    (words[start:], words[:start]) if place_first else (words[:start], words[start:])
                )
                if (
                    len(place) > _LONGEST_NAME
                    or is_bare_kind(street)
                    or (goes_on(street) and not place_first)
                ):
                    continue
                meaning = self._explain(place)
                if meaning is None:
                    continue
                # "Adendorf Am Kreuzkamp 8" has a street, "Neuhaus an der Pegnitz" has none.
                sure = looks_like_street(street, after_place=place_first and not address.house_number)
                if sure or any(i in meaning.places for i in self.places_of_street(key_of(street))):
                    exact.append(self._reading(street, "exact", meaning, address, place))
                elif meaning.places:
                    loose.append(self._reading(street, "loose", meaning, address))
        alone = self._reading(words, "absent", NOTHING, address)
        if exact:
            widest = max(len(words) - len(reading.street) for reading in exact)
            best = [reading for reading in exact if len(words) - len(reading.street) == widest]
            return [*best, alone] if alone.streets else best
        if alone.streets:
            return [alone]
        if loose:
            return [self._reading(words, "loose", _together([reading.meaning for reading in loose]), address)]
        if address.postcode:
            return [alone]
        mistyped = self._mistyped_at_the_end(words, address)
        if mistyped:
            return [mistyped]
        if looks_like_street(words) or address.house_number:
            return [alone]
        return [self._inexact((), words, address)]

    def _mistyped_at_the_end(self, words: Words, address: Address) -> Reading | None:
        """ "Hauptstr. Bardowik": a mistyped place behind a street can only be asked for."""
        for start in range(len(words) - 1, 0, -1):
            if looks_like_street(words[:start]):
                reading = self._inexact(words[:start], words[start:], address)
                if reading.fit in ("resembling", "sounds"):
                    return reading
        return None

    def _inexact(self, street: Words, place: Words, address: Address) -> Reading:
        """A place slot that no name explains: a typing error, another script, or nothing of ours."""
        resembling = self._resembling(place, 1)
        if resembling != NOTHING:
            return self._reading(street, "resembling", resembling, address)
        if any(foreign(word.raw) for word in place):
            return self._reading(street, "sounds", self._by_sound(place), address)
        for end in range(len(place) - 1, 0, -1):
            for part in (place[:end], place[end:]):
                meaning = self._explain(part)
                if meaning is not None:
                    return self._reading(street, "partly", meaning, address)
        return self._reading(street, "unexplained", self._resembling(place, 2), address)

    def _reading(
        self, street: Words, fit: Fit, meaning: Meaning, address: Address, place: Words = ()
    ) -> Reading:
        streets = self._streets.get(key_of(street), ()) if street else None
        aside: tuple[Meaning, ...] = ()
        if address.aside:
            aside = tuple(m for part in address.aside if (m := self._names.get(key_of(part))) is not None)
        twins = NOTHING
        if place and meaning is not NOTHING:
            core = self._core(place)
            twins = self._twins.get(key_of(place)) or self._twins.get(key_of(core), NOTHING)
            if place[-1].key == self._district and core[-1] is not place[-1]:
                # "Barum, Kreis Lüneburg" is not the one in the district of Uelzen.
                return Reading(street, fit, meaning, twins._replace(outside=frozenset()), streets, aside)
            if meaning.outside and meaning.places:
                typed = plain(understood(place))
                twins = twins._replace(outside=twins.outside | self._lookalikes.get(typed, frozenset()))
        return Reading(street, fit, meaning, twins, streets, aside)

    def _core(self, words: Words) -> Words:
        """A place's name without the words around it: "OT Neetze", "Neetze bei Lüneburg"."""
        core = tuple(word for word in words if word.key not in _QUALIFIERS)
        if len(core) > 1 and core[-1].key == self._district:
            core = core[:-1]
            while len(core) > 1 and core[-1].key in _NEAR:
                core = core[:-1]
        return core

    # Names --------------------------------------------------------------------------------------------------------

    def _explain(self, words: Words) -> Meaning | None:
        """What a whole place slot means, every word explained; None where a word remains that nothing explains."""
        meaning = self._names.get(key_of(words))
        if meaning is not None:
            return meaning
        if len(words) == 1:
            return None
        is_village = any(word.key in _ONLY_THE_VILLAGE for word in words)
        words = tuple(word for word in words if word.key not in _QUALIFIERS)
        for position, word in enumerate(words):
            if word.key in _NEAR:
                return self._near(words[:position], words[position + 1 :])
        meaning = self._named_in_row(words)
        if meaning is not None and is_village:
            return meaning._replace(places=frozenset(meaning.shown))
        return meaning

    def _near(self, words: Words, what: Words) -> Meaning | None:
        """ "Neetze, Kreis Lüneburg" is ours; "Adendorf bei Bonn" is not; "Adendorf bei Irgendwo" says nothing."""
        while what and what[0].key in _NEAR:
            what = what[1:]
        if not words or not what:
            return None
        place, beside = self._explain(words), self._names.get(key_of(what))
        if place is None or (beside is None and key_of(what) != self._district):
            return None
        if key_of(what) == self._district or (beside and beside.places):
            return place
        return Meaning(outside=place.outside or (beside.outside if beside else frozenset()))

    def _named_in_row(self, words: Words) -> Meaning | None:
        """Several names in a row: "Bleckede Barskamp", "Barskamp Lüneburg". None unless they explain every word."""
        if not words or len(words) > 2 * _LONGEST_NAME:
            return None
        meaning = self._names.get(key_of(words))
        if meaning is not None:
            return meaning
        for end in range(min(len(words) - 1, _LONGEST_NAME), 0, -1):
            first = self._names.get(key_of(words[:end]))
            if first is None:
                continue
            rest = self._named_in_row(words[end:])
            if rest is None:
                continue
            if first.places and not rest.places:
                # "Barum Uelzen", "Dahlem Berlin": a name of ours beside a place outside is not ours.
                return Meaning(outside=rest.outside)
            if not first.places:
                return Meaning(outside=first.outside)
            if common := first.places & rest.places:
                narrower = first if len(first.places) <= len(rest.places) else rest
                return Meaning(common, frozenset(), tuple(i for i in narrower.shown if i in common), "place")
            if key_of(words[end:]) == self._district:
                return first
            if key_of(words[:end]) == self._district:
                return rest
            return _together([first, rest])
        return None

    def _resembling(self, words: Words, edits: int) -> Meaning:
        words = self._core(words)
        key = key_of(words)
        if not 3 <= len(key) <= 40:
            return NOTHING
        if edits == 1:
            keys = dict.fromkeys(self._nearby.within_one(key))
            for typed in dict.fromkeys(spellings(understood(words))):
                for spelling in self._nearby_spellings.within_one(typed):
                    keys.update(dict.fromkeys(self._spellings[spelling]))
        else:
            keys = dict.fromkeys(self._nearby.within_two(key)[:5] if len(key) > 5 else ())
        found = _together([self._names[k] for k in keys])
        if found == NOTHING and len(words) > 1 and edits == 1:
            return self._resembling_beside_exact(words)
        return found

    def _resembling_beside_exact(self, words: Words) -> Meaning:
        """ "Bleckede Barskmp": one name exact, the other mistyped, and both fit together."""
        for end in range(1, len(words)):
            for one, other in ((words[:end], words[end:]), (words[end:], words[:end])):
                exact = self._names.get(key_of(one))
                if exact is None or not exact.places or len(key_of(other)) < 4:
                    continue
                mistyped = _together([self._names[k] for k in self._nearby.within_one(key_of(other))])
                if common := exact.places & mistyped.places:
                    return Meaning(
                        common, frozenset(), tuple(i for i in mistyped.shown if i in common), "place"
                    )
        return NOTHING

    def _by_sound(self, words: Words) -> Meaning:
        meanings = [self._names[fold(name)] for name, _ in self._sounds.closest(understood(words))]
        return _together([Meaning(m.places, frozenset(), m.shown) for m in meanings])

    # Schools ------------------------------------------------------------------------------------------------------

    def _schools_in(self, address: Address) -> tuple[int, ...]:
        """A school's own name, alone or as one part between commas; or "Grundschule" with a place and nothing else."""
        for part in (address.street, address.place, *address.aside):
            if part and (schools := self._schools.get(key_of(part))):
                return tuple(sorted(schools))
        words = address.street + address.place
        if address.house_number or not any(word.key in _SCHOOL for word in words):
            return ()
        rest = tuple(word for word in words if word.key not in _SCHOOL and word.key not in _SMALL)
        meaning = self._explain(rest) if rest else None
        if meaning is None:
            return ()
        places = meaning.places & self.in_postcode.get(address.postcode, meaning.places)
        exact = [
            i
            for i, s in enumerate(self.schools)
            if self.school_place(i) in places and fold(s.place) == key_of(rest)
        ]
        return tuple(exact or [i for i in range(len(self.schools)) if self.school_place(i) in places])

    # Building -----------------------------------------------------------------------------------------------------

    def _name_index(self) -> dict[str, Meaning]:
        places: dict[str, set[int]] = defaultdict(set)
        shown: dict[str, list[int]] = defaultdict(list)
        wider: dict[str, set[int]] = defaultdict(set)
        outside: dict[str, set[int]] = defaultdict(set)
        for i, place in enumerate(self.places):
            for key in {fold(name) for name in (place.name, *place.also)}:
                places[key].add(i)
                shown[key].append(i)
        for row in self.municipalities.values():
            members = self.in_municipality.get(row.ags, frozenset())
            # A municipality goes by every name of the place it is called after: "Oldendorf" for "Oldendorf (Luhe)".
            namesakes = (self.places[i] for i in members if self.places[i].name == row.name)
            for name in {row.name, *(name for place in namesakes for name in place.also)}:
                wider[fold(name)].update(members)
            if row.association:
                wider[fold(row.association)].update(members)
        for i, beyond in enumerate(self.outside):
            for key in {fold(name) for name in (beyond.name, *beyond.also)}:
                outside[key].add(i)
        return {
            key: Meaning(
                frozenset(places[key] | wider[key]),
                frozenset(outside[key]),
                tuple(shown[key] or sorted(wider[key])),
                "place" if places[key] or not wider[key] else "municipality",
            )
            for key in [*dict.fromkeys([*places, *wider, *outside])]
            if key
        }

    def _spelling_index(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        names = [name for place in self.places for name in (place.name, *place.also)]
        for name in [*names, *(row.name for row in self.municipalities.values())]:
            for spelling in dict.fromkeys(spellings(name)):
                index[spelling].append(fold(name))
        return dict(index)

    def _lookalike_index(self) -> dict[str, frozenset[int]]:
        """Names outside that only folding makes one with a name of ours: "Könau" or "Koenau", and "Bundorf"."""
        ours = {form for place in self.places for name in (place.name, *place.also) for form in _forms(name)}
        return _grouped(
            (form, i)
            for i, row in enumerate(self.outside)
            for name in (row.name, *row.also)
            if self._names[fold(name)].places
            for form in _forms(name)
            if form not in ours
        )

    def covered_by_name(self, place: int) -> frozenset[int]:
        """All places that the bare name of a place can mean: those of its municipality, if that is called so too."""
        return self._names[fold(self.places[place].name)].places

    def _twin_index(self, ours: Sequence[str]) -> dict[str, Meaning]:
        """For a name the places of ours one edit from it, and those outside that are near enough to be meant.

        A name of somebody else has twins too: one typing error makes it out of a name of ours.
        """
        everything = Nearby(self._names)
        alike: dict[str, list[str]] = defaultdict(list)
        for key in ours:
            for other in everything.within_one(key):
                alike[key].append(other)
                if not self._names[other].places:
                    alike[other].append(key)
        twins: dict[str, Meaning] = {}
        for key, others in alike.items():
            near = _together(
                [self._names[other] for other in others if other != key and self._names[other].places]
            )
            meant = frozenset(
                o for other in others for o in self._names[other].outside if self.outside[o].twin
            )
            if near.places or meant:
                twins[key] = Meaning(near.places, meant, near.shown, "place")
        return twins

    def _street_index(
        self, streets: Iterable[StreetRow]
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, str]]:
        by_place = {
            (place.ags, name): i for i, place in enumerate(self.places) for name in (place.name, *place.also)
        }
        index: dict[str, list[int]] = {}
        names: dict[str, str] = {}
        keys: dict[str, str] = {}
        for name, ags, place in streets:
            key = keys.get(name)
            if key is None:
                key = keys[name] = fold(name)
                names.setdefault(key, name)
            i = by_place.get((ags, place))
            found = index.setdefault(key, [])
            if i is None:
                found.extend(self.in_municipality.get(ags, ()))
                self._unplaced[key] = self._unplaced.get(key, frozenset()) | {ags}
            elif not found or found[-1] != i:
                found.append(i)
        return {key: tuple(dict.fromkeys(found)) for key, found in index.items() if key}, names


def _forms(name: str) -> tuple[str, str]:
    """A name as it is written, and with its umlauts written out."""
    return plain(name), spellings(name)[0]


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = defaultdict(set)
    for key, i in pairs:
        groups[key].add(i)
    return {key: frozenset(members) for key, members in groups.items()}


def _together(meanings: Sequence[Meaning]) -> Meaning:
    if len(meanings) == 1:
        return meanings[0]
    return Meaning(
        frozenset().union(*(m.places for m in meanings)),
        frozenset().union(*(m.outside for m in meanings)),
        tuple(dict.fromkeys(i for m in meanings for i in m.shown)),
        "place",
    )
