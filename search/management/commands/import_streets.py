from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from search.address import fold
from search.models import Street
from search.street_list import (
    PRESETS,
    Difference,
    Geography,
    Layout,
    ListedStreet,
    StreetList,
    UnreadableFile,
    compare,
    decode,
    lines_of,
    read_list,
)
from spaces.changes import record
from spaces.models import Municipality, Place

_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import a street list (CSV, UTF-8 or Latin-1, comma or semicolon). One transaction; run again it changes "
        "nothing. Catchments are never touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument(
            "--preset", choices=sorted(PRESETS), default="plain", help="the layout of the file"
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="WHAT=NAME",
            help="the column of name, postcode, place, ags or ars, where the preset is wrong. Example: name=Strasse",
        )
        parser.add_argument(
            "--complete",
            nargs="+",
            default=[],
            metavar="AGS",
            help="the municipalities of which the file holds every street ('all' for all). "
            "Their streets that are not in the file are removed, and the lookup may trust the list.",
        )
        parser.add_argument(
            "--skip-bad-lines", action="store_true", help="import the rest of a file with bad lines"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        layout = _layout(options["preset"], options["column"])
        municipalities = {row.ags: row for row in Municipality.objects.all()}
        complete = _complete(options["complete"], municipalities)
        listed = self._read(Path(options["file"]), layout, options["verbosity"])
        self._report_reading(listed)
        if listed.bad and not options["skip_bad_lines"]:
            raise CommandError(
                f"{len(listed.bad)} bad lines, so nothing was imported. Mend them, or add --skip-bad-lines."
            )
        if listed.bad and complete:
            raise CommandError(
                "A list without its bad lines is not the whole list. Mend them, or leave out --complete."
            )
        with transaction.atomic():
            there = {
                _listed(street): street for street in Street.objects.select_related("municipality", "place")
            }
            difference = compare(there, listed.streets, complete)
            if not options["dry_run"]:
                _write(difference, there, municipalities)
                _declare(complete, municipalities)
        self._report(difference, listed, complete, options["dry_run"])

    def _read(self, path: Path, layout: Layout, verbosity: int) -> StreetList:
        ars = dict(Municipality.objects.values_list("ars", "ags"))
        places: dict[tuple[str, str], str] = {}
        for place in Place.objects.select_related("municipality"):
            for name in filter(None, (*place.also.split("|"), place.name)):
                places[place.municipality.ags, fold(name)] = place.name
        try:
            lines = lines_of(decode(path.read_bytes()), layout)
            return read_list(
                tqdm(lines, unit=" lines", disable=verbosity == 0), layout, Geography(ars, places)
            )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from None
        except UnreadableFile as error:
            raise CommandError(str(error)) from None

    def _report_reading(self, listed: StreetList) -> None:
        for bad in listed.bad:
            self.stderr.write(f"Line {bad.number}: {bad.reason}")
        for place, count in listed.unplaceable.most_common(_SHOWN):
            self.stdout.write(f"Not in the gazetteer: {place} ({count} streets, kept for the municipality)")

    def _report(self, d: Difference, listed: StreetList, complete: frozenset[str], dry_run: bool) -> None:
        for old, new in d.changed[:_SHOWN]:
            self.stdout.write(
                f"Changed: {old.name}, {old.postcode} {old.place} → {new.name}, {new.postcode} {new.place}"
            )
        for gone in d.removed[:_SHOWN]:
            self.stdout.write(f"Removed: {gone.name}, {gone.postcode} {gone.place}")
        self.stdout.write(
            f"{'Would be' if dry_run else 'Were'}: "
            f"{len(d.added)} added, {len(d.changed)} changed, {len(d.removed)} removed; "
            f"{sum(listed.unplaceable.values())} unplaceable, {listed.elsewhere} elsewhere, "
            f"{len(listed.bad)} bad lines; "
            f"complete for {len(complete)} municipalities."
        )


def _layout(preset: str, columns: list[str]) -> Layout:
    layout = PRESETS[preset]
    for column in columns:
        what, separator, name = column.partition("=")
        if not separator or what not in Layout._fields:
            raise CommandError(
                f"--column {column}: say WHAT=NAME, where WHAT is one of {', '.join(Layout._fields)}."
            )
        layout = layout._replace(**{what: name})
    return layout


def _complete(named: list[str], municipalities: dict[str, Municipality]) -> frozenset[str]:
    if named == ["all"]:
        return frozenset(municipalities)
    if unknown := sorted(set(named) - municipalities.keys()):
        raise CommandError(f"--complete: there is no municipality {', '.join(unknown)}.")
    return frozenset(named)


def _listed(street: Street) -> ListedStreet:
    return ListedStreet(
        street.municipality.ags, street.place.name if street.place else "", street.name, street.postcode
    )


def _write(
    difference: Difference, there: dict[ListedStreet, Street], municipalities: dict[str, Municipality]
) -> None:
    places = {
        (place.municipality.ags, place.name): place for place in Place.objects.select_related("municipality")
    }
    rows = [
        Street(
            name=new.name,
            postcode=new.postcode,
            municipality=municipalities[new.ags],
            place=places.get((new.ags, new.place)),
        )
        for new in difference.added
    ]
    for old, new in difference.changed:
        street = there[old]
        street.name, street.postcode = new.name, new.postcode
        rows.append(street)
    record(rows)
    record([there[gone] for gone in difference.removed], delete=True)


def _declare(complete: frozenset[str], municipalities: dict[str, Municipality]) -> None:
    newly = [
        municipalities[ags] for ags in sorted(complete) if municipalities[ags].streets_complete_on is None
    ]
    for municipality in newly:
        municipality.streets_complete_on = timezone.localdate()
    record(newly)
