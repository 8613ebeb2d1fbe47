import json
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from wagtail.models import Locale, Page, Site

from home.models import HomePage
from home.starter_facts import StarterFacts
from portal.languages import DEFAULT_CODE
from spaces.models import Event, Municipality, Provider, Service, Space
from spaces.models.fact import Fact

#: The first editor's name. Their password is made up by chance and shown once.
EDITOR = "redaktion"

#: The facts that a page may speak about, by the page's field. pages.json names them by their key.
FACTS_OF_PAGES: dict[str, type[Fact]] = {
    "space": Space,
    "service": Service,
    "provider": Provider,
    "event": Event,
}

#: What pages.json says about a page beside its fields.
NO_FIELDS = ("type", "parent", "body")


class Command(BaseCommand):
    help = (
        "Load what a new portal starts with: the facts of the district's folder, the pages in German, and one "
        "editor's account. Only what is missing is added; nothing that is there is changed."
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
        with transaction.atomic():
            StarterFacts(data, self.stdout).load()
            self._load_pages(data / "starter" / "pages.json")
            password = self._make_editor()
        if password:
            self.stdout.write(f"Log in as: {EDITOR}\nPassword:  {password}\nThe password is not shown again.")

    # Words

    def _load_pages(self, path: Path) -> None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from None
        self.locale, _ = Locale.objects.get_or_create(language_code=DEFAULT_CODE)
        facts: dict[str, dict[str, Fact]] = {
            field: {fact.key: fact for fact in model._default_manager.all()}
            for field, model in FACTS_OF_PAGES.items()
        }
        pages: dict[str, Page] = {}
        self.welcome: Page | None = None
        added = 0
        for entry in content["pages"]:
            values = {field: value for field, value in entry.items() if field not in NO_FIELDS}
            for field in values.keys() & facts.keys():
                if values[field] not in facts[field]:
                    raise CommandError(f"{path}: {entry['slug']}: no {field} has the key “{values[field]}”.")
                values[field] = facts[field][values[field]]
            page = self._find_page(entry, values, pages)
            if page is None:
                page = self._add_page(entry, values, pages.get(entry["parent"]))
                added += 1
            pages[entry["slug"]] = page
        self._show_home_page(content["site_name"])
        self.stdout.write(f"pages: {added} added")

    def _find_page(
        self, entry: dict[str, Any], values: dict[str, Any], pages: dict[str, Page]
    ) -> Page | None:
        """The page that stands for this entry: an editor may have given it another address."""
        model = apps.get_model(entry["type"])
        same_kind = model._default_manager.filter(locale=self.locale)
        if model is HomePage:
            return same_kind.first()
        if of_fact := {field: values[field] for field in FACTS_OF_PAGES if field in values}:
            return same_kind.filter(**of_fact).first()
        siblings = same_kind.child_of(pages[entry["parent"]])
        if model.max_count_per_parent == 1:
            return siblings.first()
        return siblings.filter(slug=entry["slug"]).first()

    def _add_page(self, entry: dict[str, Any], values: dict[str, Any], parent: Page | None) -> Page:
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
