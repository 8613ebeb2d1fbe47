from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from home import po
from home.models import HomePage
from portal.languages import DEFAULT_CODE, SERVED_CODES
from portal.pages import PortalPage


class Command(BaseCommand):
    help = (
        "Load the translations that a new portal starts with: a PO file for each language in the district's folder, "
        "in which each sentence of the German pages stands once. Pages that have a translation already are left "
        "alone. What is loaded counts as made by a machine until a person confirms it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            default=settings.PORTAL_DATA,
            help="the district's folder (default: %(default)s)",
        )
        parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="only these (default: all)")

    @no_translations
    def handle(self, *args: Any, data: Path, languages: list[str], **options: Any) -> None:
        wanted = languages or [code for code in SERVED_CODES if code != DEFAULT_CODE]
        if unknown := set(wanted) - set(SERVED_CODES) | {DEFAULT_CODE} & set(wanted):
            raise CommandError(f"The portal is not translated into: {', '.join(sorted(unknown))}.")
        home = HomePage.objects.filter(locale__language_code=DEFAULT_CODE).first()
        if home is None:
            raise CommandError("There are no pages yet: run load_starter first.")
        # Parents before their children.
        originals = [page.specific for page in home.get_descendants(inclusive=True).live().order_by("path")]
        # All of them first: where one file is broken, nothing is loaded.
        files = {code: _read(data / "starter" / "translations" / f"{code}.po") for code in wanted}
        for code, sentences in files.items():
            locale, _ = Locale.objects.get_or_create(language_code=code)
            added = sum(_translate(page, locale, sentences) for page in originals)
            self.stdout.write(f"{code}: {added} pages translated")


def _read(path: Path) -> po.Sentences:
    if not path.is_file():
        raise CommandError(f"{path}: there is no such file.")
    try:
        return po.sentences(po.read(path.read_bytes()))
    except (OSError, po.UnreadableFile) as error:
        raise CommandError(f"{path}: {error}") from None


@transaction.atomic
def _translate(page: PortalPage, locale: Locale, sentences: po.Sentences) -> bool:
    """Translate and publish a page with what there is for it; False where there is nothing, or a translation."""
    there = Page.objects.filter(translation_key=page.translation_key, locale=locale, alias_of__isnull=True)
    if there.exists():
        return False
    source, _ = TranslationSource.update_or_create_from_instance(page)
    places = StringSegment.objects.filter(source=source).order_by("order")
    rows = places.values_list("string__data", "context__path")
    entries = [
        polib.POEntry(msgid=text, msgctxt=place, msgstr=translated)
        for text, place in rows
        if (translated := po.said(sentences, f"{page.translation_key}:{place}", text))
    ]
    # A page of which only the name is known would be German all the same.
    if not any(entry.msgctxt != "title" for entry in entries) and len(rows) > 1:
        return False
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    catalogue = polib.POFile()
    catalogue.extend(entries)
    translation.import_po(
        catalogue,
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
        tool_name="starter translations",
    )
    # Published here and not by wagtail-localize, which waits for the end of a transaction.
    translation.save_target(publish=False)
    made = translation.get_target_instance()
    made.get_latest_revision().publish()
    return True
