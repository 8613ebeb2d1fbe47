import json
import secrets
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from wagtail.models import Locale, Page, Site

from home.models import HomePage
from portal.languages import DEFAULT_CODE
from search.models import Catchment
from spaces import tables
from spaces.changes import record
from spaces.models import Mandate, Municipality, Office, Place, Provider, School, Space, SpacePage
from spaces.models.fact import Fact
from spaces.tables import Complaints, Line

#: The first editor's name. Their password is made up by chance and shown once.
EDITOR = "redaktion"


class Command(BaseCommand):
    help = (
        "Load what a new portal starts with: spaces, providers, offices, schools, catchments, the pages in "
        "German, and one editor's account. Only what is missing is added; nothing that is there is changed."
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
        if not Municipality.objects.exists():
            raise CommandError("There are no municipalities yet: run load_gazetteer first.")
        self.starter, self.gazetteer = data / "starter", data / "gazetteer"
        with transaction.atomic():
            self._load_facts()
            self._load_pages()
            password = self._make_editor()
        if password:
            self.stdout.write(f"Log in as: {EDITOR}\nPassword:  {password}\nThe password is not shown again.")

    # Facts

    def _load_facts(self) -> None:
        self.complaints = Complaints()
        self._load_spaces()
        self.spaces = {space.key: space for space in Space.objects.all()}
        self._load_providers()
        self._load_mandates()
        self._load_offices()
        self.municipalities = {municipality.ags: municipality for municipality in Municipality.objects.all()}
        self._load_schools()
        self._load_catchments()
        self.complaints.raise_if_any()

    def _load_spaces(self) -> None:
        known = set(Space.objects.values_list("key", flat=True))
        columns = [
            "key",
            "name",
            "town_hall_street",
            "town_hall_postcode",
            "town_hall_place",
            "source",
            "as_of",
        ]
        added = [
            self._add(line, Space(**{column: line[column] for column in columns}))
            for line in tables.read(self.starter / "spaces.csv", columns)
            if line["key"] not in known
        ]
        self._report("spaces", added)

    def _load_providers(self) -> None:
        known = set(Provider.objects.values_list("key", flat=True))
        columns = ["key", "name", "kind", "source", "as_of"]
        added = [
            self._add(line, Provider(**{column: line[column] for column in columns}))
            for line in tables.read(self.starter / "providers.csv", columns)
            if line["key"] not in known
        ]
        self._report("providers", added)

    def _load_mandates(self) -> None:
        providers = {provider.key: provider for provider in Provider.objects.all()}
        columns = ["space", "provider", "valid_from", "valid_until", "source", "as_of"]
        added = []
        for line in self._of_spaces_without(
            Mandate, "mandates", tables.read(self.starter / "mandates.csv", columns)
        ):
            if line["provider"] not in providers:
                self.complaints.add(line, f"provider: none has the key “{line['provider']}”.")
                continue
            mandate = Mandate(
                space=self.spaces[line["space"]],
                provider=providers[line["provider"]],
                valid_from=self._day(line, "valid_from"),
                valid_until=self._day(line, "valid_until"),
                source=line["source"],
                as_of=line["as_of"],
            )
            added.append(self._add(line, mandate))
        self._report("mandates", added)

    def _load_offices(self) -> None:
        texts = [
            "name",
            "street",
            "house_number",
            "postcode",
            "place",
            "telephone",
            "email",
            "source",
            "as_of",
        ]
        columns = [*texts, "space", "is_main", "is_example"]
        added = []
        for line in self._of_spaces_without(
            Office, "offices", tables.read(self.starter / "offices.csv", columns)
        ):
            office = Office(
                **{column: line[column] for column in texts},
                space=self.spaces[line["space"]],
                is_main=self._yes(line, "is_main"),
                is_example=self._yes(line, "is_example"),
            )
            added.append(self._add(line, office))
        self._report("offices", added)

    def _load_schools(self) -> None:
        known = set(School.objects.values_list("municipality__ags", "name"))
        texts = ["name", "street", "house_number", "postcode", "place", "as_of", "also"]
        added = []
        for line in tables.read(self.gazetteer / "schools.csv", [*texts, "ags"]):
            if (line["ags"], line["name"]) in known or not (municipality := self._municipality(line)):
                continue
            school = School(**{column: line[column] for column in texts}, municipality=municipality)
            added.append(self._add(line, school))
        self._report("schools", added)

    def _load_catchments(self) -> None:
        places = {
            (place.municipality.ags, place.name): place
            for place in Place.objects.select_related("municipality")
        }
        offices = {
            (office.space.key, office.name): office for office in Office.objects.select_related("space")
        }
        columns = ["space", "ags", "place", "street", "first_number", "last_number", "parity", "valid_from"]
        columns += ["valid_until", "office", "ground", "source"]
        lines = tables.read(self.gazetteer / "catchments.csv", columns)
        added = []
        for line in self._of_spaces_without(Catchment, "catchments", lines):
            municipality, valid_from = self._municipality(line), self._day(line, "valid_from")
            if not line["valid_from"]:
                self.complaints.add(line, "valid_from: a day is needed.")
            if municipality is None or valid_from is None:
                continue
            if line["place"] and (line["ags"], line["place"]) not in places:
                self.complaints.add(line, f"place: {municipality} has none that is called “{line['place']}”.")
            if line["office"] and (line["space"], line["office"]) not in offices:
                self.complaints.add(line, f"office: this space has none that is called “{line['office']}”.")
            catchment = Catchment(
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
            added.append(self._add(line, catchment))
        self._report("catchments", added)

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

    def _add(self, line: Line, fact: Fact) -> Fact:
        try:
            record(fact)
        except ValidationError as error:
            self.complaints.add_error(line, error)
        return fact

    def _report(self, name: str, added: list[Fact]) -> None:
        # A fact that hangs on a wrong line would only be complained about a second time.
        self.complaints.raise_if_any()
        self.stdout.write(f"{name}: {len(added)} added")

    def _municipality(self, line: Line) -> Municipality | None:
        if line["ags"] not in self.municipalities:
            self.complaints.add(line, f"ags: no municipality has the key “{line['ags']}”.")
        return self.municipalities.get(line["ags"])

    def _day(self, line: Line, column: str) -> date | None:
        try:
            return date.fromisoformat(line[column]) if line[column] else None
        except ValueError:
            self.complaints.add(line, f"{column}: a day is written like 2026-01-31, not “{line[column]}”.")
            return None

    def _number(self, line: Line, column: str) -> int | None:
        if line[column] and not line[column].isdecimal():
            self.complaints.add(line, f"{column}: a whole number, not “{line[column]}”.")
            return None
        return int(line[column]) if line[column] else None

    def _yes(self, line: Line, column: str) -> bool:
        if line[column] not in ("yes", "no"):
            self.complaints.add(line, f"{column}: yes or no, not “{line[column]}”.")
        return line[column] == "yes"

    # Words

    def _load_pages(self) -> None:
        path = self.starter / "pages.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from None
        self.locale, _ = Locale.objects.get_or_create(language_code=DEFAULT_CODE)
        pages: dict[str, Page] = {}
        self.welcome: Page | None = None
        added = 0
        for entry in content["pages"]:
            page = self._find_page(entry, pages)
            if page is None:
                page = self._add_page(entry, pages.get(entry["parent"]))
                added += 1
            pages[entry["slug"]] = page
        self._show_home_page(content["site_name"])
        self.stdout.write(f"pages: {added} added")

    def _find_page(self, entry: dict[str, Any], pages: dict[str, Page]) -> Page | None:
        model = apps.get_model(entry["type"])
        same_kind = model.objects.filter(locale=self.locale)
        if model is HomePage:
            return same_kind.first()
        if model is SpacePage:
            return same_kind.filter(space__key=entry["space"]).first()
        return same_kind.child_of(pages[entry["parent"]]).filter(slug=entry["slug"]).first()

    def _add_page(self, entry: dict[str, Any], parent: Page | None) -> Page:
        values = {field: value for field, value in entry.items() if field not in ("type", "parent", "body")}
        if "space" in values:
            values["space"] = self.spaces[values["space"]]
        if "body" in entry:
            # As it is stored, with its blocks' ids: translations are tied to them.
            values["body"] = json.dumps(entry["body"])
        page: Page = apps.get_model(entry["type"])(**values, locale=self.locale, live=False)
        if parent is None:
            parent = Page.get_first_root_node()
            self._make_way(page.slug, parent)
        parent.add_child(instance=page)
        page.save_revision().publish()
        # The parent's number of children was counted by another instance of it.
        page.refresh_from_db()
        return page

    def _make_way(self, slug: str, root: Page) -> None:
        """A fresh Wagtail has a welcome page where the front door belongs; it goes as soon as it can."""
        self.welcome = Page.objects.child_of(root).exact_type(Page).filter(slug=slug, numchild=0).first()
        if self.welcome:
            self.welcome.slug = f"{slug}-welcome"
            self.welcome.save()

    def _show_home_page(self, name: str) -> None:
        home = HomePage.objects.get(locale=self.locale)
        site = Site.objects.filter(is_default_site=True).first()
        if site and not Page.objects.exact_type(Page).filter(pk=site.root_page_id).exists():
            return
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        site = site or Site(is_default_site=True)
        site.hostname = address.hostname or "localhost"
        site.port = address.port or (443 if address.scheme == "https" else 80)
        site.site_name, site.root_page = name, home
        site.save()
        if self.welcome:
            self.welcome.delete()

    # The first editor

    def _make_editor(self) -> str:
        """The new editor's password; empty where there is somebody already."""
        users = get_user_model()
        if users._default_manager.exists():
            return ""
        password = secrets.token_urlsafe(12)
        users._default_manager.create_superuser(EDITOR, password=password)
        return password
