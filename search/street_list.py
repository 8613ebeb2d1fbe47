"""Street lists as they come from registers and open data: reading a file, and comparing it with what is there.

Knows no database: rows come in, differences come out.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import NamedTuple

from search.address import fold


class Layout(NamedTuple):
    """Which column of a file holds what. `ags` and `ars` are the official keys; one of them is enough."""

    name: str
    postcode: str = ""
    place: str = ""
    ags: str = ""
    ars: str = ""


PRESETS = {
    # The layout of this portal's own exports, and of evaluations.
    "plain": Layout(name="street", postcode="postcode", place="place", ags="ags"),
    # https://openplz.org: streets.raw.csv
    "openplz": Layout(name="Name", postcode="PostalCode", place="Locality", ars="RegionalKey"),
}
PRESETS["sample"] = PRESETS["plain"]


class ListedStreet(NamedTuple):
    """A line of a street list, tied to the gazetteer: `place` is empty where it is not known there."""

    ags: str
    place: str
    name: str
    postcode: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same street in the next list, however it is spelled there."""
        return self.ags, self.place, fold(self.name)


class BadLine(NamedTuple):
    number: int
    reason: str


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass
class StreetList:
    """What a file says about our municipalities, and what of it cannot be used."""

    streets: set[ListedStreet] = field(default_factory=set)
    bad: list[BadLine] = field(default_factory=list)
    #: Places that the gazetteer does not know, with the number of their streets. They count for the municipality.
    unplaceable: Counter[str] = field(default_factory=Counter)
    #: Lines of other districts, as in a list of the whole country.
    elsewhere: int = 0


class Geography(NamedTuple):
    """The municipalities by both official keys, and the place of a municipality by each folded name of it."""

    ags_of_ars: Mapping[str, str]
    places: Mapping[tuple[str, str], str]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self.ags_of_ars.values())


def decode(data: bytes) -> str:
    """UTF-8, with or without byte-order mark, or else Latin-1, in which every file can be read."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lines_of(text: str, layout: Layout) -> Iterator[tuple[int, dict[str, str | None]]]:
    """The lines of a file with their numbers. Comma or semicolon: whichever the header holds more of."""
    header = text.split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = reader.fieldnames or []
        missing = [column for column in layout if column and column not in columns]
        if missing:
            raise UnreadableFile(
                f"The file has no column {', '.join(map(repr, missing))}. "
                f"Its columns are: {', '.join(columns) or 'none'}."
            )
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        # Of the line that broke only the reader inside knows the number.
        raise UnreadableFile(f"Line {reader.reader.line_num}: {error}") from None


def read_list(
    lines: Iterable[tuple[int, dict[str, str | None]]], layout: Layout, geography: Geography
) -> StreetList:
    """Tie the lines of a file to the gazetteer. A line that cannot be used is reported with its number and reason."""
    result = StreetList()
    known = geography.known
    for number, row in lines:
        name, postcode, place, ags, ars = (
            (row.get(column) or "").strip() if column else "" for column in layout
        )
        if reason := _fault(row, name, postcode, ags, ars):
            result.bad.append(BadLine(number, reason))
            continue
        ags = ags or geography.ags_of_ars.get(ars, "")
        if ags not in known:
            result.elsewhere += 1
            continue
        known_place = geography.places.get((ags, fold(place)), "")
        if place and not known_place:
            result.unplaceable[place] += 1
        result.streets.add(ListedStreet(ags, known_place, name, postcode))
    return result


def _fault(row: dict[str, str | None], name: str, postcode: str, ags: str, ars: str) -> str:
    if None in row:
        return "more columns than the header"
    if None in row.values():
        return "fewer columns than the header"
    if not name or not fold(name):
        return "no street name"
    if len(name) > 150:
        return "a street name of more than 150 characters"
    if postcode and not re.fullmatch(r"\d{5}", postcode):
        return f"postcode {postcode!r} does not have five digits"
    if not ags and not ars:
        return "no official key of a municipality"
    if ags and not re.fullmatch(r"\d{8}", ags):
        return f"official key {ags!r} does not have eight digits"
    if not ags and not re.fullmatch(r"\d{12}", ars):
        return f"regional key {ars!r} does not have twelve digits"
    return ""


class Difference(NamedTuple):
    """What an import would do. `changed` pairs a street as it is with the same street as the file has it."""

    added: list[ListedStreet]
    changed: list[tuple[ListedStreet, ListedStreet]]
    removed: list[ListedStreet]


def compare(
    there: Iterable[ListedStreet], listed: Iterable[ListedStreet], complete: frozenset[str]
) -> Difference:
    """What must change so that the streets are those of the list.

    A street is removed only in municipalities (by AGS) for which the list is complete: absence from a list with gaps
    proves nothing. A street with two postcodes stands in two lines.
    """
    old: dict[tuple[str, str, str], list[ListedStreet]] = defaultdict(list)
    new: dict[tuple[str, str, str], list[ListedStreet]] = defaultdict(list)
    for street in sorted(there):
        old[street.identity].append(street)
    for street in sorted(listed):
        same_postcode = [s for s in new[street.identity] if s.postcode == street.postcode]
        if not same_postcode:
            new[street.identity].append(street)
    difference = Difference([], [], [])
    for identity in sorted(old.keys() | new.keys()):
        before, after = old.get(identity, []), new.get(identity, [])
        gone = [s for s in before if s not in after]
        come = [s for s in after if s not in before]
        pairs = min(len(gone), len(come))
        difference.changed.extend(zip(gone[:pairs], come[:pairs], strict=True))
        difference.added.extend(come[pairs:])
        if identity[0] in complete:
            difference.removed.extend(gone[pairs:])
    return difference
