"""Loads the facts that a new portal starts with from a district's folder.

Only what is missing is added, and nothing that is there is changed: where editors have begun, the files are out
of date.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import OutputWrapper
from django.utils import timezone

from search.models import Catchment, Synonyms
from spaces import tables
from spaces.changes import record
from spaces.models import (
    Closure,
    Event,
    Figure,
    Helpline,
    Mandate,
    Municipality,
    Offer,
    Office,
    OpeningRule,
    Partner,
    Place,
    Provider,
    School,
    SchoolHoliday,
    SchoolSite,
    Service,
    Space,
    Timetable,
)
from spaces.models.fact import Fact, Recorded
from spaces.models.rows import check_row
from spaces.tables import Complaints, Line
from spaces.vocabulary import Weekday

Row = TypeVar("Row", bound=Recorded)

_SOURCE = ["source", "as_of"]


class StarterFacts:
    """The facts of the folder `data` (with the folders `starter` and `gazetteer`); what was done goes to `out`.

    Where a file is wrong, a CommandError names the lines; the caller's transaction undoes what was written.
    """

    def __init__(self, data: Path, out: OutputWrapper) -> None:
        self.starter, self.gazetteer, self.out = data / "starter", data / "gazetteer", out
        self.complaints = Complaints()

    def load(self) -> None:
        self._load_spaces()
        self.spaces = {space.key: space for space in Space.objects.all()}
        self._load_providers()
        self.providers = {provider.key: provider for provider in Provider.objects.all()}
        self._load_mandates()
        self._load_offices()
        self.main_offices = {
            office.space.key: office for office in Office.objects.filter(is_main=True).select_related("space")
        }
        self.municipalities = {municipality.ags: municipality for municipality in Municipality.objects.all()}
        self._load_schools()
        self._load_catchments()
        self._load_services()
        self._load_offers()
        self._load_helplines()
        self._load_timetables()
        self._load_school_holidays()
        self._load_figures()
        self._load_events()
        self._load_partners()
        self._load_synonyms()

    # Who and where

    def _load_spaces(self) -> None:
        columns = ["key", "name", "town_hall_street", "town_hall_postcode", "town_hall_place", *_SOURCE]
        self._load(
            "spaces", self._new_keys(Space, "spaces", columns), lambda line: Space(**_cells(line, columns))
        )

    def _load_providers(self) -> None:
        columns = ["key", "name", "kind", *_SOURCE]
        lines = self._new_keys(Provider, "providers", columns)
        self._load("providers", lines, lambda line: Provider(**_cells(line, columns)))

    def _load_mandates(self) -> None:
        def make(line: Line) -> Mandate | None:
            provider = self._provider(line)
            if provider is None:
                return None
            return Mandate(
                space=self.spaces[line["space"]],
                provider=provider,
                valid_from=self._day(line, "valid_from"),
                valid_until=self._day(line, "valid_until"),
                **_cells(line, _SOURCE),
            )

        columns = ["space", "provider", "valid_from", "valid_until", *_SOURCE]
        lines = tables.read(self.starter / "mandates.csv", columns)
        self._load("mandates", self._of_spaces_without(Mandate, "mandates", lines), make)

    def _load_offices(self) -> None:
        texts = ["name", "street", "house_number", "postcode", "place", "telephone", "email", *_SOURCE]

        def make(line: Line) -> Office:
            return Office(
                **_cells(line, texts),
                space=self.spaces[line["space"]],
                is_main=self._yes(line, "is_main"),
                is_example=self._yes(line, "is_example"),
            )

        lines = tables.read(self.starter / "offices.csv", [*texts, "space", "is_main", "is_example"])
        self._load("offices", self._of_spaces_without(Office, "offices", lines), make)

    def _load_schools(self) -> None:
        known = set(School.objects.values_list("municipality__ags", "name"))
        texts = ["name", "street", "house_number", "postcode", "place", "as_of", "also"]
        sites: dict[tuple[str, str], list[Line]] = defaultdict(list)
        at_site = ["name", "street", "postcode", "place"]
        for line in tables.read(self.starter / "school_sites.csv", ["ags", "school", *at_site]):
            sites[line["ags"], line["school"]].append(line)

        def make(line: Line) -> School | None:
            municipality = self._municipality(line)
            if municipality is None:
                return None
            own = [
                self._checked(site, SchoolSite(**_cells(site, at_site)))
                for site in sites.get((line["ags"], line["name"]), [])
            ]
            rows: dict[str, Any] = {"sites": [site for site in own if site]}
            return School(**_cells(line, texts), municipality=municipality, **rows)

        lines = list(tables.read(self.gazetteer / "schools.csv", [*texts, "ags"]))
        for school in sites.keys() - {(line["ags"], line["name"]) for line in lines}:
            self.complaints.add(sites[school][0], f"school: none in {school[0]} is called “{school[1]}”.")
        self._load("schools", (line for line in lines if (line["ags"], line["name"]) not in known), make)

    def _load_catchments(self) -> None:
        places = {
            (place.municipality.ags, place.name): place
            for place in Place.objects.select_related("municipality")
        }
        offices = {
            (office.space.key, office.name): office for office in Office.objects.select_related("space")
        }

        def make(line: Line) -> Catchment | None:
            municipality, valid_from = self._municipality(line), self._day(line, "valid_from")
            if not line["valid_from"]:
                self.complaints.add(line, "valid_from: a day is needed.")
            if municipality is None or valid_from is None:
                return None
            if line["place"] and (line["ags"], line["place"]) not in places:
                self.complaints.add(line, f"place: {municipality} has none that is called “{line['place']}”.")
            if line["office"] and (line["space"], line["office"]) not in offices:
                self.complaints.add(line, f"office: this space has none that is called “{line['office']}”.")
            return Catchment(
                space=self.spaces[line["space"]],
                municipality=municipality,
                place=places.get((line["ags"], line["place"])),
                street=line["street"],
                first_number=self._number(line, "first_number"),
                last_number=self._number(line, "last_number"),
                parity=line["parity"],
                valid_from=valid_from,
                valid_until=self._day(line, "valid_until"),
                office=offices.get((line["space"], line["office"])),
                ground=line["ground"],
                source=line["source"],
            )

        columns = ["space", "ags", "place", "street", "first_number", "last_number", "parity", "valid_from"]
        columns += ["valid_until", "office", "ground", "source"]
        lines = tables.read(self.gazetteer / "catchments.csv", columns)
        self._load("catchments", self._of_spaces_without(Catchment, "catchments", lines), make)

    # What there is, and when

    def _load_services(self) -> None:
        columns = ["key", *_SOURCE]
        lines = self._new_keys(Service, "services", columns)
        self._load("services", lines, lambda line: Service(**_cells(line, columns)))

    def _load_offers(self) -> None:
        services = {service.key: service for service in Service.objects.all()}
        decided = set(Offer.objects.values_list("office_id", flat=True))

        def make(line: Line) -> Offer | None:
            if line["service"] not in services:
                self.complaints.add(line, f"service: none has the key “{line['service']}”.")
                return None
            office = self._main_office(line, line["space"])
            provider = self._provider(line) if line["provider"] else None
            if office is None or office.pk in decided:
                return None
            codes: dict[str, Any] = {column: line[column].split() for column in ("target_groups", "settings")}
            return Offer(
                service=services[line["service"]],
                office=office,
                provider=provider,
                **codes,
                **_cells(line, ["cost", *_SOURCE]),
            )

        columns = ["service", "space", "provider", "target_groups", "settings", "cost", *_SOURCE]
        self._load("offers", tables.read(self.starter / "offers.csv", columns), make)

    def _load_helplines(self) -> None:
        texts = ["key", "name", "telephone", "audience", *_SOURCE]

        def make(line: Line) -> Helpline:
            return Helpline(
                **_cells(line, texts),
                languages_count=self._number(line, "languages_count"),
                is_emergency=self._yes(line, "is_emergency"),
                position=self._number(line, "position"),
            )

        columns = [*texts, "languages_count", "is_emergency", "position"]
        self._load("helplines", self._new_keys(Helpline, "helplines", columns), make)

    def _load_timetables(self) -> None:
        """`of` says whose they are: a helpline's, or those of the main office of a space."""
        helplines = {helpline.key: helpline for helpline in Helpline.objects.all()}
        rules = self._by_owner(
            "opening_rules", ["weekdays", "start", "end", "way", "when", "on_public_holidays"]
        )
        closures = self._by_owner("closures", ["first_day", "last_day", "reason"])
        decided = set(Timetable.objects.values_list("office_id", "helpline_id"))

        def make(line: Line) -> Timetable | None:
            office = helpline = None
            is_example = self._yes(line, "is_example")
            if line["of"] == "office":
                office = self._main_office(line, line["key"])
                # Invented hours never stand beside an office that can be walked to.
                if office is None or (is_example and not office.is_example):
                    return None
            elif line["of"] == "helpline" and line["key"] in helplines:
                helpline = helplines[line["key"]]
            else:
                self.complaints.add(line, f"of, key: there is no {line['of']} “{line['key']}”.")
                return None
            if (office and office.pk, helpline and helpline.pk) in decided:
                return None
            owner = line["of"], line["key"]
            rows: dict[str, Any] = {
                "rules": [rule for of_rule in rules[owner] for rule in self._rules(of_rule)],
                "closures": [row for of_row in closures[owner] if (row := self._closure(of_row))],
            }
            return Timetable(
                office=office, helpline=helpline, is_example=is_example, **rows, **_cells(line, _SOURCE)
            )

        lines = list(tables.read(self.starter / "timetables.csv", ["of", "key", "is_example", *_SOURCE]))
        for children in (rules, closures):
            for owner in children.keys() - {(line["of"], line["key"]) for line in lines}:
                self.complaints.add(children[owner][0], "of, key: timetables.csv has no such line.")
        self._load("opening hours", lines, make)

    def _by_owner(self, name: str, columns: list[str]) -> dict[tuple[str, str], list[Line]]:
        found: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in tables.read(self.starter / f"{name}.csv", ["of", "key", *columns]):
            found[line["of"], line["key"]].append(line)
        return found

    def _rules(self, line: Line) -> Iterable[OpeningRule]:
        for weekday in self._weekdays(line):
            rule = OpeningRule(
                weekday=weekday,
                start=self._time(line, "start"),
                end=self._time(line, "end"),
                on_public_holidays=self._yes(line, "on_public_holidays"),
                **_cells(line, ["way", "when"]),
            )
            if checked := self._checked(line, rule):
                yield checked

    def _closure(self, line: Line) -> Closure | None:
        closure = Closure(
            first_day=self._day(line, "first_day"),
            last_day=self._day(line, "last_day"),
            reason=line["reason"],
        )
        return self._checked(line, closure)

    def _load_school_holidays(self) -> None:
        known = {(holiday.name, holiday.first_day.year) for holiday in SchoolHoliday.objects.all()}

        def make(line: Line) -> SchoolHoliday | None:
            first_day = self._day(line, "first_day")
            if first_day and (line["name"], first_day.year) in known:
                return None
            return SchoolHoliday(
                first_day=first_day, last_day=self._day(line, "last_day"), **_cells(line, ["name", *_SOURCE])
            )

        lines = tables.read(self.starter / "school_holidays.csv", ["name", "first_day", "last_day", *_SOURCE])
        self._load("school holidays", lines, make)

    # What surrounds it

    def _load_figures(self) -> None:
        known = set(Figure.objects.values_list("year", "kind", "space__key"))
        texts = ["kind", "precision", *_SOURCE]

        def make(line: Line) -> Figure | None:
            year = self._number(line, "year")
            if (year, line["kind"], line["space"] or None) in known:
                return None
            return Figure(
                **_cells(line, texts),
                year=year,
                space=self._space(line),
                value=self._decimal(line, "value"),
                value_to=self._decimal(line, "value_to"),
            )

        lines = tables.read(self.starter / "figures.csv", [*texts, "year", "space", "value", "value_to"])
        self._load("figures", lines, make)

    def _load_events(self) -> None:
        texts = ["key", "kind", "venue", *_SOURCE]

        def make(line: Line) -> Event:
            return Event(
                **_cells(line, texts),
                starts_at=self._moment(line, "starts_at"),
                ends_at=self._moment(line, "ends_at"),
                space=self._space(line),
                is_example=self._yes(line, "is_example"),
            )

        columns = [*texts, "starts_at", "ends_at", "space", "is_example"]
        self._load("events", self._new_keys(Event, "events", columns), make)

    def _load_partners(self) -> None:
        texts = ["name", "kind", "place", "telephone", "website", *_SOURCE]

        def make(line: Line) -> Partner:
            return Partner(
                **_cells(line, texts),
                space=self.spaces[line["space"]],
                is_example=self._yes(line, "is_example"),
            )

        lines = tables.read(self.starter / "partners.csv", [*texts, "space", "is_example"])
        self._load("partners", self._of_spaces_without(Partner, "partners", lines), make)

    def _load_synonyms(self) -> None:
        """One line of the file is one group; a language's groups are one fact."""
        decided = set(Synonyms.objects.values_list("language", flat=True))
        groups: dict[str, list[str]] = defaultdict(list)
        first: dict[str, Line] = {}
        for line in tables.read(self.starter / "synonyms.csv", ["language", "words"]):
            if line["language"] not in decided:
                groups[line["language"]].append(line["words"])
                first.setdefault(line["language"], line)

        def make(line: Line) -> Synonyms:
            return Synonyms(language=line["language"], words="\n".join(groups[line["language"]]))

        self._load("words that mean the same", first.values(), make)

    # Lines

    def _load(self, what: str, lines: Iterable[Line], make: Callable[[Line], Fact | None]) -> None:
        added = 0
        for line in lines:
            fact = make(line)
            if fact is None:
                continue
            try:
                record(fact)
            except ValidationError as error:
                self.complaints.add_error(line, error)
            added += 1
        # A fact that hangs on a wrong line would only be complained about a second time.
        self.complaints.raise_if_any()
        self.out.write(f"{what}: {added} added")

    def _new_keys(self, model: Any, name: str, columns: list[str]) -> Iterable[Line]:
        """The lines of a file whose key nobody has yet."""
        known = set(model._default_manager.values_list("key", flat=True))
        lines = tables.read(self.starter / f"{name}.csv", columns)
        return (line for line in lines if line["key"] not in known)

    def _of_spaces_without(
        self, model: type[Fact], related_name: str, lines: Iterable[Line]
    ) -> Iterable[Line]:
        """The lines of spaces without any such fact: where editors have begun, the file is out of date."""
        decided = set(
            Space.objects.filter(**{f"{related_name}__isnull": False}).values_list("key", flat=True)
        )
        for line in lines:
            if line["space"] not in self.spaces:
                self.complaints.add(line, f"space: none has the key “{line['space']}”.")
            elif line["space"] not in decided:
                yield line

    # Cells

    def _checked(self, line: Line, row: Row) -> Row | None:
        """A row that is saved with its parent; None, with a complaint at its own line, where it is wrong."""
        try:
            check_row(row)
        except ValidationError as error:
            self.complaints.add_error(line, error)
            return None
        return row

    def _provider(self, line: Line) -> Provider | None:
        if line["provider"] not in self.providers:
            self.complaints.add(line, f"provider: none has the key “{line['provider']}”.")
        return self.providers.get(line["provider"])

    def _space(self, line: Line) -> Space | None:
        if line["space"] and line["space"] not in self.spaces:
            self.complaints.add(line, f"space: none has the key “{line['space']}”.")
        return self.spaces.get(line["space"])

    def _main_office(self, line: Line, key: str) -> Office | None:
        """None, without complaint, where editors have taken the main office away."""
        if key not in self.spaces:
            self.complaints.add(line, f"space: none has the key “{key}”.")
        return self.main_offices.get(key)

    def _municipality(self, line: Line) -> Municipality | None:
        if line["ags"] not in self.municipalities:
            self.complaints.add(line, f"ags: no municipality has the key “{line['ags']}”.")
        return self.municipalities.get(line["ags"])

    def _day(self, line: Line, column: str) -> Any:
        return self._read(line, column, date.fromisoformat, "a day is written like 2026-01-31")

    def _time(self, line: Line, column: str) -> Any:
        return self._read(line, column, time.fromisoformat, "a time is written like 09:30")

    def _moment(self, line: Line, column: str) -> Any:
        moment = self._read(line, column, datetime.fromisoformat, "a moment is written like 2026-01-31 09:30")
        return moment and timezone.make_aware(moment)

    def _decimal(self, line: Line, column: str) -> Any:
        return self._read(line, column, Decimal, "a number is written like 1200 or 3.5")

    def _number(self, line: Line, column: str) -> Any:
        if line[column] and not line[column].isdecimal():
            self.complaints.add(line, f"{column}: a whole number, not “{line[column]}”.")
            return None
        return int(line[column]) if line[column] else None

    def _read(self, line: Line, column: str, read: Callable[[str], Any], form: str) -> Any:
        """None where the cell is empty, too: the model's own checks say whether it may be."""
        try:
            return read(line[column]) if line[column] else None
        except (ValueError, InvalidOperation):
            self.complaints.add(line, f"{column}: {form}, not “{line[column]}”.")
            return None

    def _weekdays(self, line: Line) -> range:
        first, _, last = line["weekdays"].upper().partition("-")
        days = Weekday.__members__
        if first in days and (last or first) in days and days[first] <= days[last or first]:
            return range(days[first], days[last or first] + 1)
        reason = f"they are written like monday or monday-friday, not “{line['weekdays']}”."
        self.complaints.add(line, f"weekdays: {reason}")
        return range(0)

    def _yes(self, line: Line, column: str) -> bool:
        if line[column] not in ("yes", "no"):
            self.complaints.add(line, f"{column}: yes or no, not “{line[column]}”.")
        return line[column] == "yes"


def _cells(line: Line, columns: Iterable[str]) -> dict[str, Any]:
    return {column: line[column] for column in columns}
