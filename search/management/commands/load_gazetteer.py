from argparse import ArgumentParser
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, no_translations
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector

from spaces import tables
from spaces.changes import record
from spaces.models import Authority, Municipality, OutsidePlace, Place
from spaces.models.fact import Recorded
from spaces.tables import Complaints, Line

#: The rows of a file by what identifies them (`_KEYS`).
Wanted = dict[Hashable, Recorded]


class Command(BaseCommand):
    help = (
        "Load municipalities, places, places outside and authorities from the district's data folder. What "
        "the files no longer name is removed, unless something still needs it; authorities are only added. "
        "Catchments stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            default=settings.PORTAL_DATA,
            help="the district's folder (default: %(default)s)",
        )

    @no_translations
    def handle(self, *args: Any, data: Path, **options: Any) -> None:
        self.folder = data / "gazetteer"
        self.complaints = Complaints()
        with transaction.atomic():
            authorities = self._load_authorities()
            self.complaints.raise_if_any()
            municipalities = self._read_municipalities(authorities)
            self.complaints.raise_if_any()
            self._write(
                municipalities,
                Municipality,
                ["ars", "name", "kind", "association", "postcodes", "authority_id"],
            )
            places = self._read_places()
            outside = self._read_outside(authorities)
            self.complaints.raise_if_any()
            self._write(places, Place, ["postcodes", "also"])
            self._write(outside, OutsidePlace, ["authority_id", "postcodes", "also", "twin"])
            # Last what others may hang on: a municipality after its places.
            for wanted, model in ((outside, OutsidePlace), (places, Place), (municipalities, Municipality)):
                self._remove_all_but(wanted, model)

    def _lines(self, name: str, columns: Iterable[str]) -> Iterable[Line]:
        return tables.read(self.folder / f"{name}.csv", columns)

    def _load_authorities(self) -> dict[str, Authority]:
        known = {authority.key: authority for authority in Authority.objects.all()}
        new = []
        for line in self._lines("authorities", ["key", "name", "kind", "telephone", "website"]):
            if line["key"] in known:
                continue
            authority = Authority(
                key=line["key"],
                name=line["name"],
                kind=line["kind"],
                telephone=line["telephone"],
                website=line["website"],
            )
            if self.complaints.check(line, authority):
                new.append(authority)
                known[authority.key] = authority
        self.complaints.raise_if_any()
        record(new)
        self.stdout.write(f"authorities: {len(new)} added")
        return known

    def _read_municipalities(self, authorities: dict[str, Authority]) -> Wanted:
        columns = ["ags", "ars", "name", "kind", "association", "postcodes", "authority"]
        wanted: Wanted = {}
        for line in self._lines("municipalities", columns):
            municipality = Municipality(
                ags=line["ags"],
                ars=line["ars"],
                name=line["name"],
                kind=line["kind"],
                association=line["association"],
                postcodes=line["postcodes"],
                authority=self._authority(line, authorities),
            )
            self._want(wanted, line, municipality)
        return wanted

    def _read_places(self) -> Wanted:
        municipalities = {municipality.ags: municipality for municipality in Municipality.objects.all()}
        wanted: Wanted = {}
        for line in self._lines("places", ["name", "ags", "postcodes", "also"]):
            municipality = municipalities.get(line["ags"])
            if municipality is None:
                self.complaints.add(line, f"ags: no municipality has the key “{line['ags']}”.")
                continue
            place = Place(
                name=line["name"], municipality=municipality, postcodes=line["postcodes"], also=line["also"]
            )
            self._want(wanted, line, place)
        return wanted

    def _read_outside(self, authorities: dict[str, Authority]) -> Wanted:
        columns = ["name", "region", "authority", "postcodes", "twin", "also"]
        wanted: Wanted = {}
        for line in self._lines("outside", columns):
            if line["twin"] not in ("yes", "no"):
                self.complaints.add(line, f"twin: yes or no, not “{line['twin']}”.")
                continue
            place = OutsidePlace(
                name=line["name"],
                region=line["region"],
                authority=self._authority(line, authorities),
                postcodes=line["postcodes"],
                also=line["also"],
                twin=line["twin"] == "yes",
            )
            self._want(wanted, line, place)
        return wanted

    def _authority(self, line: Line, authorities: dict[str, Authority]) -> Authority | None:
        if not line["authority"]:
            return None
        if line["authority"] not in authorities:
            self.complaints.add(line, f"authority: none has the key “{line['authority']}”.")
        return authorities.get(line["authority"])

    def _want(self, wanted: Wanted, line: Line, row: Recorded) -> None:
        if self.complaints.check(line, row) is None:
            return
        key = _KEYS[type(row)](row)
        if key in wanted:
            self.complaints.add(line, f"“{row}” stands in this file already.")
        wanted[key] = row

    def _write(self, wanted: Wanted, model: type[Recorded], fields: list[str]) -> None:
        """Record what is new or differs in one of the fields."""
        known = {_KEYS[model](row): row for row in model.objects.all()}
        new, changed = [], []
        for key, row in wanted.items():
            if key not in known:
                new.append(row)
                continue
            values = {field: getattr(row, field) for field in fields}
            if any(getattr(known[key], field) != value for field, value in values.items()):
                for field, value in values.items():
                    setattr(known[key], field, value)
                changed.append(known[key])
        record(changed)
        record(new)
        self.stdout.write(f"{model._meta.verbose_name_plural}: {len(new)} added, {len(changed)} changed")

    def _remove_all_but(self, wanted: Wanted, model: type[Recorded]) -> None:
        surplus = [row for row in model.objects.all() if _KEYS[model](row) not in wanted]
        free = [row for row in surplus if not self._is_needed(row)]
        record(free, delete=True)
        if free:
            self.stdout.write(f"{model._meta.verbose_name_plural}: {len(free)} removed")

    def _is_needed(self, row: Recorded) -> bool:
        try:
            Collector(using=row._state.db or "default").collect([row])
        except ProtectedError as error:
            needing = ", ".join(
                sorted(f"{other._meta.verbose_name} “{other}”" for other in error.protected_objects)[:3]
            )
            self.stderr.write(f"kept: “{row}” is in the files no longer, but still needed by {needing}")
            return True
        return False


_KEYS: dict[type[Recorded], Callable[[Any], Hashable]] = {
    Municipality: lambda municipality: municipality.ags,
    Place: lambda place: (place.municipality_id, place.name),
    OutsidePlace: lambda place: (place.name, place.region),
}
