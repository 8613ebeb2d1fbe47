"""The ways in which a home address is written: a generator for each line of the promise behind `make bench`.

Pure: no Django, no clock, no files. Chance comes from the row itself (house number, typing error), so
that two runs ask the same texts and a single wrong answer can be found again.
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

FOUND, CHOICE, ELSEWHERE, UNKNOWN = "found", "choice", "elsewhere", "unknown"
ANY = frozenset({FOUND, CHOICE, ELSEWHERE, UNKNOWN})
NEVER_FOUND = ANY - {FOUND}


class Group(StrEnum):
    """One line of the promise. Every group has its thresholds in `evaluation.REQUIRED`."""

    FULL = "street number, postcode place"
    AREA = "postcode place, no street"
    PLACE = "street number, place"
    PLACE_ONLY = "place, no street"
    POSTCODE = "street number, postcode"
    POSTCODE_SPLIT = "street number, divided postcode"
    OPEN = "open order, no comma"
    SAME_FULL = "same meaning, with postcode"
    SAME_PLACE = "same meaning, no postcode"
    PLACE_ERROR_FULL = "error in place, with postcode"
    PLACE_ERROR = "error in place, no postcode"
    DIGIT = "one digit wrong in postcode"
    STREET_ERROR_FULL = "error in street, postcode place"
    STREET_ERROR_PLACE = "error in street, place"
    STREET_ONE = "street alone, in one space"
    STREET_MANY = "street alone, in several spaces"
    HAMLET_FULL = "hamlet as street, postcode"
    HAMLET_SPLIT = "hamlet as street, divided postcode"
    HAMLET_PLACE = "hamlet as street, municipality"
    HAMLET = "hamlet alone"
    CYRILLIC = "place in Cyrillic script"
    ARABIC = "place in Arabic script"
    HALF = "street missing from half a list"
    CONTRADICTION = "postcode contradicts place"
    OUTSIDE = "addresses from elsewhere"
    OUTSIDE_LISTED = "places outside in the gazetteer"


@dataclass(frozen=True, slots=True)
class Row:
    """A street of the district. `space` is the key of its space, None where the city itself is responsible.

    `association` is the name of the Samtgemeinde, empty where the municipality belongs to none. The postcode
    is empty where the list has none; then only what needs none is written.
    """

    street: str
    postcode: str
    place: str
    ags: str
    municipality: str
    association: str
    space: str | None

    @property
    def number(self) -> int:
        """An invented house number from 1 to 60, always the same for the same row."""
        return 1 + self.seed("number") % 60

    def seed(self, purpose: str) -> int:
        """A number that depends on the row and the purpose alone."""
        return zlib.crc32(f"{purpose}|{self.street}|{self.postcode}|{self.place}|{self.ags}".encode())


@dataclass(frozen=True, slots=True)
class Writing:
    """A text that a person might type, and what must come of it.

    `expected` is the space that is truly responsible, None where it is none of ours. `allowed` holds the
    outcomes that are no guess. `also` holds further spaces that the same text may truly mean. `plain` is the
    plain writing of the same address where the promise is "as the plain writing".
    """

    group: Group
    variant: str
    text: str
    expected: str | None
    allowed: frozenset[str] = ANY
    also: frozenset[str | None] = frozenset()
    plain: str = ""

    @property
    def kind(self) -> str:
        """The line of the printed table."""
        return f"{self.group}: {self.variant}" if self.variant else str(self.group)


# --- folding, of this measurement alone: it must not borrow the rules that it measures ------------

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_STREET_END = re.compile(r"([Ss])tr\.?$")


def spelled_out(text: str) -> str:
    """ä, ö, ü, ß as ae, oe, ue, ss."""
    return "".join(_UMLAUTS.get(letter, letter) for letter in text)


def bare_letters(text: str) -> str:
    """ä, ö, ü as a, o, u, as typed on a keyboard without umlauts; ß as ss."""
    decomposed = unicodedata.normalize("NFD", text.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """The name's letters and digits without case, umlauts, spaces, dots and hyphens; Str. as Straße."""
    whole = _STREET_END.sub(r"\1traße", text.strip())
    return re.sub(r"[^0-9a-z]", "", spelled_out(whole).casefold())


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name to a person."""
    return fold(one) == fold(other) or bare_letters(one).casefold() == bare_letters(other).casefold()


# --- typing errors --------------------------------------------------------------------------------

ERRORS = ("letter added", "letter missing", "letter replaced", "letters swapped")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def mistyped(name: str, error: str, chance: random.Random) -> str:
    """The name with one typing error among its letters; never another spelling of the same name.

    Raises ValueError where the name has no two letters to err in.
    """
    letters = [at for at, letter in enumerate(name) if letter.isalpha()]
    for _ in range(100):
        at = chance.choice(letters) if letters else 0
        if error == "letter added":
            wrong = name[:at] + chance.choice(_ALPHABET) + name[at:]
        elif error == "letter missing":
            wrong = name[:at] + name[at + 1 :]
        elif error == "letter replaced":
            wrong = name[:at] + chance.choice(_ALPHABET) + name[at + 1 :]
        else:
            if at + 1 not in letters:
                continue
            wrong = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        wrong = _with_case_of(name, wrong)
        if wrong.strip() and not same_name(wrong, name):
            return wrong
    raise ValueError(f"no typing error of the kind {error!r} in {name!r}")


def _with_case_of(name: str, wrong: str) -> str:
    """A capital at the start of each word where the name has one: no capital moves inside."""
    if not any(letter.isupper() for letter in name):
        return wrong
    return re.sub(r"\w+", lambda word: word[0][0].upper() + word[0][1:].lower(), wrong)


def with_wrong_digit(postcode: str, chance: random.Random) -> str:
    """The postcode with one digit replaced by another."""
    at = chance.randrange(len(postcode))
    digit = chance.choice([digit for digit in "0123456789" if digit != postcode[at]])
    return postcode[:at] + digit + postcode[at + 1 :]


# --- the plain writings ---------------------------------------------------------------------------


def full(row: Row) -> str:
    """The plain writing with everything: "Musterweg 5, 12345 Dorf"."""
    return f"{row.street} {row.number}, {row.postcode} {row.place}"


def with_place(row: Row) -> str:
    """The plain writing without postcode: "Musterweg 5, Dorf"."""
    return f"{row.street} {row.number}, {row.place}"


def plain_writings(rows: Iterable[Row], divided: Collection[str]) -> Iterator[Writing]:
    """Every row with postcode and place, with place, with postcode, in the usual orders; places alone.

    `divided` holds the postcodes that lie in more than one space, or partly outside.
    """
    places_seen: set[tuple[str, str | None]] = set()
    for row in rows:
        house, area = f"{row.street} {row.number}", f"{row.postcode} {row.place}"
        for variant, text in (
            ("one line", f"{house}, {row.place}"),
            ("no comma", f"{house} {row.place}"),
            ("two lines", f"{house}\n{row.place}"),
            ("place first", f"{row.place}, {house}"),
            ("number first", f"{row.number} {row.street}, {row.place}"),
        ):
            yield Writing(Group.PLACE, variant, text, row.space)
        yield Writing(Group.OPEN, "place, street", f"{row.place} {house}", row.space)
        if not row.postcode:
            continue
        for variant, text in (
            ("one line", f"{house}, {area}"),
            ("no comma", f"{house} {area}"),
            ("two lines", f"{house}\n{area}"),
            ("place first", f"{area}, {house}"),
            ("place first, no comma", f"{area} {house}"),
            ("postcode last", f"{house}, {row.place} {row.postcode}"),
            ("number first", f"{row.number} {row.street}, {area}"),
        ):
            yield Writing(Group.FULL, variant, text, row.space)
        group = Group.POSTCODE_SPLIT if row.postcode in divided else Group.POSTCODE
        for variant, text in (
            ("one line", f"{house}, {row.postcode}"),
            ("no comma", f"{house} {row.postcode}"),
            ("two lines", f"{house}\n{row.postcode}"),
            ("number first", f"{row.number} {row.street}, {row.postcode}"),
        ):
            yield Writing(group, variant, text, row.space)
        yield Writing(Group.OPEN, "postcode, street", f"{row.postcode} {house}", row.space)
        if (area, row.space) not in places_seen:
            places_seen.add((area, row.space))
            yield Writing(Group.AREA, "", area, row.space)
            yield Writing(Group.PLACE_ONLY, "", row.place, row.space)


# --- writings that mean the same ------------------------------------------------------------------


def _abbreviations(name: str) -> Iterator[tuple[str, str]]:
    """Other lengths of the same street or place name, each with a word for it."""
    if _STREET_END.search(name):
        long = _STREET_END.sub(r"\1traße", name)
    elif name.endswith(("straße", "Straße")):
        long = name
    else:
        long = ""
    if long:
        stem, s = long[:-6], long[-6]
        for ending in ("tr.", "tr", "traße", "trasse"):
            yield f"Str. as {s}{ending}", f"{stem}{s}{ending}"
        if s == "S" and stem.endswith(" "):
            yield "Str. joined", f"{stem.rstrip()}str."
            yield "Str. hyphened", f"{stem.rstrip()}-Str."
        elif s == "s":
            yield "Str. apart", f"{stem} Str."
    for short, word in (("St. ", "Sankt "), ("Dr.", "Doktor-"), ("Gross ", "Groß "), ("Große ", "Gr. ")):
        if name.startswith(short):
            yield f"{short.strip()} as {word.strip()}", word + name[len(short) :].lstrip()
    if name.startswith("St. "):
        yield "St. without dot", "St " + name[4:]
        yield "St. with hyphen", "St.-" + name[4:]
    if "-" in name:
        yield "spaces for hyphens", name.replace("-", " ")


def _without_river(name: str) -> str:
    """The name without "(Elbe)", "/ Luhe" and the like."""
    return re.sub(r"\s*(\(.*\)|/.*)$", "", name)


def _same_meaning(row: Row) -> Iterator[tuple[str, str, str]]:
    """(variant, street and number, place) of every writing that means what the plain one means."""
    house = f"{row.street} {row.number}"
    yield "capitals", house.upper(), row.place.upper()
    yield "small letters", house.lower(), row.place.lower()
    for variant, change in (("ae oe ue ss", spelled_out), ("umlauts dropped", bare_letters)):
        if change(house) != house or change(row.place) != row.place:
            yield variant, change(house), change(row.place)
    seen = {row.street}
    for variant, street in _abbreviations(row.street):
        if street not in seen:
            seen.add(street)
            yield variant, f"{street} {row.number}", row.place
    for variant, place in _abbreviations(row.place):
        yield f"place: {variant}", house, place
    for variant, number in (
        ("5a", f"{row.number}a"),
        ("5 A", f"{row.number} A"),
        ("3-5", f"{row.number}-{row.number + 2}"),
        ("3 - 5", f"{row.number} - {row.number + 2}"),
        ("Nr. 5", f"Nr. {row.number}"),
        ("no number", ""),
    ):
        yield variant, f"{row.street} {number}".rstrip(), row.place
    river = _without_river(row.place)
    if river != row.place:
        yield "river with slash", house, re.sub(r"^(.*?)\s*[(/]\s*(.*?)\)?$", r"\1/\2", row.place)
        yield "river in brackets", house, re.sub(r"^(.*?)\s*[(/]\s*(.*?)\)?$", r"\1 (\2)", row.place)
    if not same_name(_without_river(row.municipality), river):
        yield "municipality OT place", house, f"{row.municipality} OT {row.place}"
        yield "municipality, OT place", house, f"{row.municipality}, OT {row.place}"
        yield "OT place", house, f"OT {row.place}"
        yield "municipality (place)", house, f"{row.municipality} ({row.place})"
        yield "municipality-place", house, f"{row.municipality}-{row.place}"
        if "(" not in row.place:
            yield "place (municipality)", house, f"{row.place} ({_without_river(row.municipality)})"
    if row.association:
        yield "Samtgemeinde", house, f"Samtgemeinde {row.association}"
        yield "SG", house, f"SG {row.association}"
        yield "place, Samtgemeinde", house, f"{row.place}, Samtgemeinde {row.association}"
        if "(" not in row.place:
            yield "place (SG)", house, f"{row.place} (SG {row.association})"


def same_meaning_writings(rows: Iterable[Row], district: str) -> Iterator[Writing]:
    """Every writing that must come out at least as well as the plain one, with and without postcode.

    `district` is the name that the district shares with its city; empty: no district is named.
    """
    for row in rows:
        for variant, house, place in _same_meaning(row):
            yield from _same(row, variant, house, place)
        if district and row.space is not None:
            for form in (" bei {}", " b. {}", " (Kreis {})", ", Landkreis {}"):
                house, place = f"{row.street} {row.number}", row.place + form.format(district)
                yield from _same(row, f"place{form.format('CITY')}", house, place)


def _same(row: Row, variant: str, house: str, place: str) -> Iterator[Writing]:
    if row.postcode:
        text = f"{house}, {row.postcode} {place}"
        yield Writing(Group.SAME_FULL, variant, text, row.space, plain=full(row))
    yield Writing(Group.SAME_PLACE, variant, f"{house}, {place}", row.space, plain=with_place(row))


# --- errors -----------------------------------------------------------------------------------------


def erroneous_writings(rows: Iterable[Row]) -> Iterator[Writing]:
    """One typing error in the place, in the postcode or in the street of every row."""
    for row in rows:
        house = f"{row.street} {row.number}"
        for error in ERRORS:
            for name in ("place", "street"):
                chance = random.Random(row.seed(f"{name} {error}"))
                try:
                    wrong = mistyped(row.place if name == "place" else row.street, error, chance)
                except ValueError:
                    continue
                if name == "place":
                    groups, text = (Group.PLACE_ERROR_FULL, Group.PLACE_ERROR), (house, wrong)
                else:
                    groups = (Group.STREET_ERROR_FULL, Group.STREET_ERROR_PLACE)
                    text = (f"{wrong} {row.number}", row.place)
                if row.postcode:
                    yield Writing(groups[0], error, f"{text[0]}, {row.postcode} {text[1]}", row.space)
                yield Writing(groups[1], error, f"{text[0]}, {text[1]}", row.space)
        if row.postcode:
            postcode = with_wrong_digit(row.postcode, random.Random(row.seed("digit")))
            yield Writing(Group.DIGIT, "with street", f"{house}, {postcode} {row.place}", row.space)
            yield Writing(Group.DIGIT, "place only", f"{postcode} {row.place}", row.space)


def contradictory_writings(rows: Iterable[Row]) -> Iterator[Writing]:
    """Every row with the postcode of another space, at least two digits away: no typing error explains it."""
    listed = [row for row in rows if row.postcode]
    of_space: dict[str, set[str | None]] = defaultdict(set)
    for row in listed:
        of_space[row.postcode].add(row.space)
    for row in listed:
        others = sorted(
            postcode
            for postcode, spaces in of_space.items()
            if row.space not in spaces
            and sum(one != other for one, other in zip(postcode, row.postcode, strict=False)) > 1
        )
        if others:
            postcode = others[row.seed("contradiction") % len(others)]
            text = f"{row.street} {row.number}, {postcode} {row.place}"
            yield Writing(Group.CONTRADICTION, "", text, row.space, NEVER_FOUND)


# --- names alone ----------------------------------------------------------------------------------


def street_alone_writings(
    rows: Iterable[Row], place_names: Iterable[str], whole_list: Iterable[Row]
) -> Iterator[Writing]:
    """The street with its number and nothing else. Names that places bear too are left to `hamlet_writings`.

    `whole_list` is taken for all streets that there are: a name is "in one space" if it says so.
    """
    taken = {fold(name) for name in place_names}
    spaces: dict[str, set[str | None]] = defaultdict(set)
    for row in whole_list:
        spaces[fold(bare_letters(row.street))].add(row.space)
    for row in rows:
        if fold(row.street) not in taken:
            # Without its umlauts, as many type it, a name must not be another one.
            alone = len(spaces[fold(bare_letters(row.street))]) == 1
            group = Group.STREET_ONE if alone else Group.STREET_MANY
            allowed = frozenset({FOUND, CHOICE, ELSEWHERE})
            yield Writing(group, "", f"{row.street} {row.number}", row.space, allowed)


def hamlet_writings(
    places: Iterable[Row], divided: Collection[str], spaces_of: Mapping[str, frozenset[str | None]]
) -> Iterator[Writing]:
    """Villages whose name is the street: the village and a number, then the municipality.

    Takes one row for each place (its `street` is not read); leaves out those named like their municipality.
    `spaces_of` tells by folded name in which spaces places of that name lie.
    """
    for row in places:
        if same_name(_without_river(row.place), _without_river(row.municipality)):
            continue
        hamlet = replace(row, street=row.place)
        house = f"{hamlet.street} {hamlet.number}"
        others = spaces_of.get(fold(row.place), frozenset()) - {row.space}
        yield Writing(
            Group.HAMLET_FULL, "municipality", f"{house}, {row.postcode} {row.municipality}", row.space
        )
        yield Writing(Group.HAMLET_FULL, "named twice", f"{house}, {row.postcode} {row.place}", row.space)
        group = Group.HAMLET_SPLIT if row.postcode in divided else Group.HAMLET_FULL
        yield Writing(group, "postcode only", f"{house}, {row.postcode}", row.space)
        yield Writing(Group.HAMLET_PLACE, "", f"{house}, {row.municipality}", row.space)
        yield Writing(Group.HAMLET, "", house, row.space, NEVER_FOUND if others else ANY, others)


def half_of(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """The rows in two seeded halves: those whose lists are imported, and those that are missing there."""
    halves: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        halves[row.seed("half") >> 7 & 1].append(row)
    return halves


def missing_street_writings(rows: Iterable[Row], place_names: Iterable[str]) -> Iterator[Writing]:
    """Streets that no list holds, by bare name. Even a space that happens to be right would be a guess."""
    taken = {fold(name) for name in place_names}
    for row in rows:
        if fold(row.street) not in taken:
            allowed = frozenset({CHOICE, UNKNOWN})
            yield Writing(Group.HALF, "with number", f"{row.street} {row.number}", row.space, allowed)
            yield Writing(Group.HALF, "name only", row.street, row.space, allowed)


# --- other scripts, other places ------------------------------------------------------------------


def script_writings(
    written: Iterable[tuple[str, str, str, str]], spaces_of: Mapping[str, frozenset[str | None]]
) -> Iterator[Writing]:
    """Places as people write them in their own script.

    `written` gives (as written, our place, language, set); places that nobody of ours bears are left out.
    `spaces_of` as for `hamlet_writings`: a name borne in two spaces may put either first.
    """
    for text, place, language, part in written:
        spaces = spaces_of.get(fold(place)) or spaces_of.get(fold(_without_river(place)))
        if not spaces:
            continue
        expected = min(spaces, key=lambda space: space or "")
        others = spaces - {expected}
        group = Group.CYRILLIC if re.search(r"[Ѐ-ӿ]", text) else Group.ARABIC
        variant = f"{part}, {language}".strip(", ")
        allowed = NEVER_FOUND if others else ANY
        yield Writing(group, variant, text, expected, allowed, others)
        yield Writing(group, f"{variant}, after a street", f"Musterweg 5, {text}", expected, allowed, others)


def outside_writings(texts: Iterable[str]) -> Iterator[Writing]:
    """Addresses from elsewhere, written by hand: none of our spaces may be named as the answer."""
    for text in texts:
        yield Writing(Group.OUTSIDE, "", text, None, NEVER_FOUND)


def listed_outside_writings(
    places: Iterable[tuple[str, str]], our_names: Iterable[str], our_postcodes: Collection[str]
) -> Iterator[Writing]:
    """The places outside that the gazetteer itself lists, as (name, postcode or empty).

    Without postcode only those that are not called like one of ours: an exact name of ours may be found.
    """
    ours = {fold(name) for name in our_names}
    for name, postcode in places:
        if postcode:
            variant = "postcode we share" if postcode in our_postcodes else "with postcode"
            yield Writing(Group.OUTSIDE_LISTED, variant, f"Musterweg 5, {postcode} {name}", None, NEVER_FOUND)
        if fold(name) not in ours:
            yield Writing(Group.OUTSIDE_LISTED, "no postcode", f"Musterweg 5, {name}", None, NEVER_FOUND)
