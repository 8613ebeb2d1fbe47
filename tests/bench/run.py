"""`python -m tests.bench.run`: how well and how fast an address finds its office, on a database of its own.

Prints tables; ends with status 1 if a wrong office was named, or a promise was not kept. The street list that
it measures with is read where it lies and never becomes part of the project.
"""

from __future__ import annotations

import argparse
import csv
import logging
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.bench import evaluation, speed, writings
from tests.bench.evaluation import BEFORE, HALF_IMPORTED, IMPORTED, Evaluation
from tests.bench.writings import Group, Row, Writing

if TYPE_CHECKING:
    from tests.bench.evaluation import Ask

ROOT = Path(__file__).resolve().parents[2]
STREETS = ROOT.parent / "shared" / "data" / "streets_sample.csv"
QUICK_STEP = 12


@contextmanager
def portal(folder: Path) -> Iterator[dict[str, str]]:
    """Django on an empty database in the folder, migrated. Yields what a server of it needs."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
    }
    os.environ.update(environment)

    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connections

    # Each fact that the loading records would be a line.
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    try:
        yield environment
    finally:
        connections.close_all()


# --- what there is to ask about ---------------------------------------------------------------------


class Territory:
    """What the writings need to know of the loaded gazetteer, taken from its facts, not from the lookup."""

    def __init__(self, on: date) -> None:
        from search.models import Catchment
        from spaces.models import Municipality, OutsidePlace, Place

        self.municipalities = {municipality.ags: municipality for municipality in Municipality.objects.all()}
        whole: dict[str, str] = {}
        of_place: dict[tuple[str, str], str] = {}
        for catchment in Catchment.objects.filter(street="").select_related("space", "municipality", "place"):
            if catchment.valid_from > on or (catchment.valid_until and catchment.valid_until < on):
                continue
            if catchment.place is None:
                whole[catchment.municipality.ags] = catchment.space.key
            else:
                of_place[catchment.municipality.ags, catchment.place.name] = catchment.space.key
        self.villages: list[Row] = []
        self.our_names = [municipality.name for municipality in self.municipalities.values()]
        self.our_names += [municipality.association for municipality in self.municipalities.values()]
        self.spaces_of: dict[str, frozenset[str | None]] = defaultdict(frozenset)
        spaces_of_postcode: dict[str, set[str | None]] = defaultdict(set)
        self._whole, self._of_place = whole, of_place
        for place in Place.objects.select_related("municipality"):
            ags = place.municipality.ags
            names = [place.name, *filter(None, place.also.split("|"))]
            space = self.space(ags, place.name)
            self.our_names.extend(names)
            for name in names:
                self.spaces_of[writings.fold(name)] |= {space}
            for postcode in place.postcodes.split():
                self.villages.append(self.row("Musterstraße", postcode, place.name, ags))
                spaces_of_postcode[postcode].add(space)
        self.our_postcodes = frozenset(spaces_of_postcode)
        self.outside: list[tuple[str, str]] = []
        for outside in OutsidePlace.objects.all():
            for name in (outside.name, *filter(None, outside.also.split("|"))):
                self.outside.extend((name, postcode) for postcode in outside.postcodes.split() or [""])
            for postcode in outside.postcodes.split():
                spaces_of_postcode[postcode].add(f"outside {outside.name}")
        self.place_names = [*self.our_names, *(name for name, _ in self.outside)]
        self.divided = frozenset(
            postcode for postcode in self.our_postcodes if len(spaces_of_postcode[postcode]) > 1
        )

    def space(self, ags: str, place: str) -> str | None:
        """The key of the space that answers for a place; None in the city."""
        return self._of_place.get((ags, place), self._whole.get(ags))

    def row(self, street: str, postcode: str, place: str, ags: str) -> Row:
        """A row for a street. Raises KeyError for an official key that the gazetteer does not have."""
        municipality = self.municipalities[ags]
        return Row(
            street,
            postcode,
            place,
            ags,
            municipality.name,
            municipality.association,
            self.space(ags, place),
        )

    @property
    def city(self) -> str:
        """The one municipality without a space, after which the district is called; empty without one."""
        names = [self.municipalities[ags].name for ags in self.municipalities if ags not in self._whole]
        return names[0] if len(names) == 1 else ""


def rows_of_streets(path: Path, gazetteer: Territory) -> list[Row]:
    """The rows of a street list with the columns street, postcode, place, ags and, if it has it, area.

    Raises ValueError where the list's areas and the gazetteer's catchments do not divide the district alike:
    then nobody knows what is right, and there is nothing to measure.
    """
    rows: list[Row] = []
    key_of_area: dict[str, str | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            row = gazetteer.row(line["street"], line["postcode"], line["place"], line["ags"])
            area = line.get("area", "")
            if area and key_of_area.setdefault(area, row.space) != row.space:
                raise ValueError(f"{row.street}, {row.postcode} {row.place}: {area!r}, but {row.space!r}")
            rows.append(row)
    if len(set(key_of_area.values())) != len(key_of_area):
        raise ValueError(f"two areas of the list are one space: {key_of_area}")
    return rows


def rows_of_schools(gazetteer: Territory) -> list[Row]:
    """The schools' addresses, as streets."""
    path = gazetteer_folder() / "schools.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line.get("street")]
    return [gazetteer.row(line["street"], line["postcode"], line["place"], line["ags"]) for line in lines]


def gazetteer_folder() -> Path:
    """Where the district's gazetteer lies."""
    from django.conf import settings

    return Path(settings.PORTAL_DATA) / "gazetteer"


def lines_of(name: str) -> list[str]:
    """The lines of a text file beside this one, without comments."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def names_in_other_scripts() -> list[tuple[str, str, str, str]]:
    """Every list of places as people write them in their own script: (written, place, language, set)."""
    names = []
    for path in sorted((ROOT / "tests" / "search").glob("written_names_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            names += [
                (line["written"], line["place"], line.get("language", ""), line.get("set", ""))
                for line in csv.DictReader(file)
            ]
    return names


def writings_of_addresses(rows: Sequence[Row], gazetteer: Territory) -> Iterator[Writing]:
    """All writings that name more than a street."""
    yield from writings.plain_writings(rows, gazetteer.divided)
    yield from writings.same_meaning_writings(rows, gazetteer.city)
    yield from writings.erroneous_writings(rows)
    yield from writings.contradictory_writings(rows)


def writings_of_streets(
    rows: Sequence[Row], gazetteer: Territory, whole_list: Sequence[Row]
) -> Iterator[Writing]:
    """All writings of real streets, which are a part of the whole list or all of it."""
    yield from writings_of_addresses(rows, gazetteer)
    yield from writings.street_alone_writings(rows, gazetteer.place_names, whole_list)


def writings_of_villages(rows: Sequence[Row], gazetteer: Territory) -> Iterator[Writing]:
    """All writings of villages with a street that is in no list; the street alone says nothing there."""
    yield from writings_of_addresses(rows, gazetteer)
    yield from writings.hamlet_writings(rows, gazetteer.divided, gazetteer.spaces_of)


def writings_of_names(gazetteer: Territory) -> Iterator[Writing]:
    """Names in other scripts, and places that are not ours."""
    yield from writings.script_writings(names_in_other_scripts(), gazetteer.spaces_of)
    yield from writings.outside_writings(lines_of("elsewhere.txt"))
    yield from writings.listed_outside_writings(
        gazetteer.outside, gazetteer.our_names, gazetteer.our_postcodes
    )


def writings_of_half_a_list(
    here: Sequence[Row], missing: Sequence[Row], gazetteer: Territory
) -> Iterator[Writing]:
    """Streets that the list lacks, by bare name; and whatever else a gap could mislead."""
    yield from writings.missing_street_writings(missing, gazetteer.place_names)
    risky = (Group.PLACE, Group.PLACE_ERROR, Group.STREET_ERROR_PLACE, Group.POSTCODE_SPLIT)
    for rows in (missing, here):
        for writing in chain(
            writings.plain_writings(rows, gazetteer.divided), writings.erroneous_writings(rows)
        ):
            if writing.group in risky:
                yield writing


# --- the run ----------------------------------------------------------------------------------------


class Bench:
    """Collects what was missed on the way."""

    def __init__(self, newest: Callable[[], Ask], misses: bool) -> None:
        """`newest` gives the lookup as of now; it is asked for again before each measurement."""
        self.newest = newest
        self.show_misses = misses
        self.missed: list[str] = []
        self.wrong = 0
        self.count = 0

    def measure(self, made: Iterable[Writing], condition: str, subject: str, of_streets: bool) -> Evaluation:
        """Evaluates, prints the table, and puts options back in."""
        start = time.perf_counter()
        ask = self.newest()
        result = evaluation.evaluate(ask, made, condition, subject)
        print(evaluation.table(result))
        tried, broken = evaluation.round_trip(ask, result)
        print(f"options put back in: {tried}, of which {len(broken)} lead elsewhere than they say")
        print(f"took {time.perf_counter() - start:.0f} s\n")
        for line in evaluation.faults(result, self.show_misses):
            print(line)
        for line in broken[: evaluation.SHOWN]:
            print(f"  {line}")
        self.missed += evaluation.missed(result, of_streets)
        if broken:
            self.missed.append(f"options put back in ({result.title}): {len(broken)} of {tried}")
        self.wrong += result.wrong
        self.count += result.asked_about
        sys.stdout.flush()
        return result


def import_streets(rows: Iterable[Row], folder: Path, complete: bool) -> None:
    """Imports rows through the command, from a file that lives as long as the run.

    `complete` declares that no street of the municipalities in it is missing.
    """
    from django.core.management import call_command

    listed = list(rows)
    path = folder / "streets.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["street", "postcode", "place", "ags", "municipality"])
        table.writerows((row.street, row.postcode, row.place, row.ags, row.municipality) for row in listed)
    declared = ["all"] if complete else []
    call_command(
        "import_streets", str(path), preset="plain", complete=declared, verbosity=0, stdout=StringIO()
    )


def measure_speed(bench: Bench, today: date, rows: Sequence[Row]) -> None:
    """The speed in process and the cost of the district's index, from the database on."""
    from search.lookup import catchment_rows, find_office, gazetteer, index
    from search.routing import Router

    router = index().router

    def lookup(text: str) -> object:
        return router.find(text, today)

    exact = [writing.text for writing in writings.plain_writings(rows, ()) if writing.variant == "one line"]
    errors = list(writings.erroneous_writings(rows))
    failed: list[speed.Limit] = []
    measured = speed.latency(lookup, exact)
    failed += speed.report("exact addresses", measured, speed.limits_of_latency("exact", measured, 50, 500))
    for name, groups in (
        ("mistyped", tuple(Group)),
        ("mistyped place, no postcode", (Group.PLACE_ERROR,)),
        ("mistyped place, postcode", (Group.PLACE_ERROR_FULL,)),
        ("mistyped street, place", (Group.STREET_ERROR_PLACE,)),
    ):
        measured = speed.latency(lookup, [writing.text for writing in errors if writing.group in groups])
        failed += speed.report(name, measured, speed.limits_of_latency(name, measured, 300, 3000))
    seam = speed.latency(lambda text: find_office(text, today), exact)
    print(f"exact addresses, with the look at the journal: {seam}")
    cost = speed.index_cost(lambda: Router(gazetteer(), catchment_rows()))
    failed += speed.report("index of the district", cost, speed.limits_of_index("index", cost, 0.5, 30))
    bench.missed += [str(limit) for limit in failed]


def measure_large(
    bench: Bench, build: Callable[[speed.MadeUpLand], Callable[[str], object]], streets: int
) -> None:
    """The speed with a large made-up index. `build` makes the lookup of a land."""
    # The names of the land are made within, so that those which the index keeps are counted.
    kept, _ = speed.memory_of(lambda: build(speed.made_up_land(streets)))
    land = speed.made_up_land(streets)
    start = time.perf_counter()
    lookup = build(land)
    print(
        f"index of {len(land.streets):,} streets in {len(land.places):,} places: "
        f"{time.perf_counter() - start:.1f} s, {kept:,.0f} MB"
    )
    count = 3000
    failed: list[speed.Limit] = []
    for name, texts, p99 in (
        ("exact", (f"{street}, {at.postcode} {at.name}" for street, at in land.addresses(count)), 1000),
        ("exact, place", (f"{street}, {at.name}" for street, at in land.addresses(count)), 1000),
        (
            "mistyped street, postcode",
            (f"{street}, {at.postcode}" for street, at in land.addresses(count, error=True)),
            5000,
        ),
        (
            "mistyped street, place",
            (f"{street}, {at.name}" for street, at in land.addresses(count, error=True)),
            5000,
        ),
        (
            "mistyped place, postcode",
            (f"Hauptstraße 5, {at.postcode} {name}" for name, at in land.mistyped_places(count)),
            5000,
        ),
        ("mistyped street alone", (street for street, _ in land.addresses(count, error=True)), 60_000),
        (
            "mistyped place alone",
            (f"Hauptstraße 5, {name}" for name, _ in land.mistyped_places(count)),
            60_000,
        ),
    ):
        measured = speed.latency(lookup, list(texts))
        name = f"{streets:,} streets, {name}"
        failed += speed.report(name, measured, speed.limits_of_latency(name, measured, None, p99))
    bench.missed += [str(limit) for limit in failed]


def measure_server(bench: Bench, environment: dict[str, str], rows: Sequence[Row], count: int = 2000) -> None:
    """The server's CPU for a lookup over HTTP, exact and mistyped ones by turns."""
    exact = [writings.full(row) for row in rows]
    errors = [
        writing.text for writing in writings.erroneous_writings(rows) if writing.variant in writings.ERRORS
    ]
    texts = [text for pair in zip(exact * 4, errors, strict=False) for text in pair]
    texts = (texts * (1 + count // len(texts)))[:count]
    try:
        cost = speed.server_cost(environment, ROOT, texts)
    except (OSError, RuntimeError) as error:
        bench.missed.append(f"the server could not be measured: {error}")
        return
    limit = speed.Limit("HTTP, CPU of the server", cost.cpu_ms, 1.5, "ms")
    bench.missed += [str(limit) for limit in speed.report("lookup over HTTP", cost, [limit])]
    if set(cost.statuses) != {200}:
        bench.missed.append(f"HTTP: not every lookup was answered 200: {dict(cost.statuses)}")


def large_lookup(land: speed.MadeUpLand) -> Callable[[str], object]:
    """The lookup of a made-up land: every village a municipality, all street lists complete."""
    from search.gazetteer import Gazetteer, MunicipalityRow, PlaceRow, StreetRow
    from search.routing import CatchmentRow, Router

    gazetteer = Gazetteer(
        district="Musterland",
        municipalities=[MunicipalityRow(at.ags, at.name, streets_complete=True) for at in land.places],
        places=[PlaceRow(at.name, at.ags, (at.postcode,)) for at in land.places],
        streets=(StreetRow(name, land.places[at].ags, land.places[at].name) for name, at in land.streets),
    )
    router = Router(gazetteer, [CatchmentRow(f"space-{at.space}", at.ags) for at in land.places])
    day = date(2000, 1, 1)
    return lambda text: router.find(text, day)


def run(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> int:
    """The whole measurement. Returns the exit status."""
    from django.core.management import call_command

    from search.answers import as_json
    from search.lookup import index

    today = datetime.now(ZoneInfo("Europe/Berlin")).date()

    def newest() -> Ask:
        latest = index()
        return lambda text: as_json(latest.find(text, today), latest)

    call_command("load_gazetteer", stdout=StringIO())
    call_command("load_starter", stdout=StringIO(), stderr=StringIO())
    gazetteer = Territory(today)
    bench = Bench(newest, options.misses)
    step = QUICK_STEP if options.quick else 1
    villages = gazetteer.villages[::step]
    real = options.streets.is_file()
    if real:
        rows = rows_of_streets(options.streets, gazetteer)
        print(f"{len(rows)} streets, {len(villages)} villages of the gazetteer; a step of {step}\n")
    else:
        rows = rows_of_schools(gazetteer)
        print(
            f"{options.streets} is not there: measured on the shipped gazetteer alone, with an invented\n"
            f"street in {len(villages)} villages and the addresses of {len(rows)} schools. Shares of\n"
            "streets are not checked, and nothing is said about complete street lists.\n"
        )
    sample = rows[::step]
    subject = "streets" if real else "schools"
    bench.measure(writings_of_streets(sample, gazetteer, rows), BEFORE, subject, real)
    bench.measure(writings_of_villages(villages, gazetteer), BEFORE, "villages", False)
    bench.measure(writings_of_names(gazetteer), BEFORE, "names", False)

    here, missing = writings.half_of(rows)
    import_streets(here, folder, complete=False)
    made = writings_of_half_a_list(here[::step], missing[:: max(1, step // 3)], gazetteer)
    bench.measure(made, HALF_IMPORTED, subject, real)

    import_streets(rows, folder, complete=real)
    if real:
        bench.measure(writings_of_streets(sample, gazetteer, rows), IMPORTED, subject, real)
        bench.measure(writings_of_villages(villages, gazetteer), IMPORTED, "villages", False)
        bench.measure(writings_of_names(gazetteer), IMPORTED, "names", False)

    print("Speed")
    measure_speed(bench, today, rows if real else [*rows, *gazetteer.villages])
    if options.large and not options.quick:
        measure_large(bench, large_lookup, options.large)
    measure_server(bench, environment, rows if real else gazetteer.villages, 400 if options.quick else 2000)

    print(f"\nWrong offices in {bench.count:,} lookups: {bench.wrong}")
    if bench.missed:
        print(f"Not kept ({len(bench.missed)}):")
        print("\n".join(f"  {line}" for line in bench.missed))
    else:
        print("Every promise was kept.")
    return 1 if bench.missed or bench.wrong else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--streets", type=Path, default=STREETS, help="the street list to measure with")
    parser.add_argument("--quick", action="store_true", help="a part of the streets, and no large index")
    parser.add_argument(
        "--large", type=int, default=500_000, help="how many made-up streets the large index has"
    )
    parser.add_argument(
        "--misses", action="store_true", help="also list texts whose answer was not good enough"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, portal(Path(folder)) as environment:
        return run(options, Path(folder), environment)


if __name__ == "__main__":
    sys.exit(main())
