"""All sentences of the portal in one language as a PO file, which translators' tools can open, and the way back.

A sentence stands in the file once, however many pages say it. Where it is translated differently in one place, that
place has an entry of its own, whose context (`msgctxt`) is `<the page's translation key>:<the place>`. What is older
than its original is marked as `fuzzy`; entries with that mark are not taken back.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple
from uuid import UUID

import polib
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site
from wagtail.query import PageQuerySet
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import StringValue, extract_ids

from portal.languages import DEFAULT_CODE
from portal.translation import OLDER
from spaces.changes import announce

#: In bytes. The files that a portal starts with have 30,000.
LARGEST_FILE = 1_000_000

#: Sentences by their context (empty: wherever they stand) and their original.
Sentences = dict[tuple[str, str], str]


class UnreadableFile(Exception):
    """A file that cannot be taken; the message tells a person why."""


class Place(NamedTuple):
    """A sentence of an original where it stands, and what it is in one language (None: not translated).

    `longest`: how many characters there is room for, None for any number.
    """

    page: Page
    path: str
    text: str
    longest: int | None
    translated: str | None
    tool: str | None

    @property
    def context(self) -> str:
        return f"{self.page.translation_key}:{self.path}"

    @property
    def name(self) -> str:
        """For translators: the page and its part."""
        return f"{self.page.slug}: {self.path.partition('.')[0]}"


class Difference(NamedTuple):
    """What an entry of a file would write at one place. `is_checked`: the same words, vouched for."""

    place: Place
    after: str
    is_checked: bool


class Report(NamedTuple):
    """What a file would change: sentences that are new, changed or vouched for (`differences`); how many stay as they
    are, have no translation, are marked as unsure, or belong to pages that this editor may not change; originals that
    no page has (any more), and those whose translation would break a page, with the reason.
    """

    differences: list[Difference]
    same: int
    empty: int
    unsure: int
    forbidden: int
    unknown: list[str]
    broken: list[tuple[str, str]]

    @property
    def new(self) -> list[Difference]:
        return [each for each in self.differences if each.place.translated is None]

    @property
    def changed(self) -> list[Difference]:
        return [
            each for each in self.differences if each.place.translated is not None and not each.is_checked
        ]

    @property
    def checked(self) -> list[Difference]:
        return [each for each in self.differences if each.is_checked]


def originals() -> PageQuerySet:
    """The German pages that readers see, parents before their children."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Page.objects.none()
    below = Page.objects.descendant_of(site.root_page, inclusive=True)
    return below.filter(locale__language_code=DEFAULT_CODE, live=True, alias_of=None).order_by("path")


def places(language: str) -> list[Place]:
    """Every sentence of every original, in order, with its translation into a language."""
    rows = StringTranslation.objects.filter(locale__language_code=language, has_error=False)
    translated: dict[tuple[UUID, str, str], tuple[str, str]] = {
        (key, path, text): (data, tool)
        for key, path, text, data, tool in rows.values_list(
            "context__object_id", "context__path", "translation_of__data", "data", "tool_name"
        )
    }
    found = []
    for page in originals().specific():
        for segment in extract_segments(page):
            if isinstance(segment, StringSegmentValue):
                path, text = segment.path, segment.string.data
                longest = None if "." in path else page._meta.get_field(path).max_length
                there = translated.get((page.translation_key, path, text), (None, None))
                found.append(Place(page, path, text, longest, *there))
    return found


def export(language: str) -> polib.POFile:
    """The file of a language."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "Project-Id-Version": "Sozialraumportal",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    by_text: dict[str, list[Place]] = {}
    for place in places(language):
        by_text.setdefault(place.text, []).append(place)
    for text, same in by_text.items():
        # As most places say it, then as one that is up to date does.
        counts = Counter((place.translated, place.tool == OLDER) for place in same if place.translated)
        (usual, is_older), _count = max(
            counts.items(), key=lambda item: (item[1], not item[0][1]), default=((None, False), 0)
        )
        names = ", ".join(dict.fromkeys(place.name for place in same))
        file.append(_entry(text, usual, is_older, names))
        for place in same:
            if place.translated and (place.translated, place.tool == OLDER) != (usual, is_older):
                entry = _entry(text, place.translated, place.tool == OLDER, place.name)
                entry.msgctxt = place.context
                file.append(entry)
    return file


def read(content: bytes, language: str | None = None) -> polib.POFile:
    """A file that somebody sent, for this language. UnreadableFile if it is none."""
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(_("The file is too large."))
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(
            _("The file is not written in UTF-8. Save it as UTF-8 and bring it again.")
        ) from None
    # From a file: polib takes a text that happens to be a path for that file's name.
    with NamedTemporaryFile(suffix=".po") as kept:
        kept.write(content.removeprefix(b"\xef\xbb\xbf"))
        kept.flush()
        try:
            file = polib.pofile(kept.name, encoding="utf-8")
        except (OSError, ValueError, IndexError):
            raise UnreadableFile(_("This is not a PO file, or it is damaged.")) from None
    if not len(file):
        raise UnreadableFile(_("There are no sentences in the file."))
    said = file.metadata.get("Language", "").strip()
    code = said.lower().replace("_", "-")
    if language and said and code != language and not code.startswith(f"{language}-"):
        raise UnreadableFile(
            _("The file is for another language: %(said)s instead of %(language)s.")
            % {"said": said, "language": language}
        )
    return file


def sentences(file: polib.POFile) -> Sentences:
    """What a file translates, without what it marks as unsure."""
    return {
        (entry.msgctxt or "", entry.msgid): entry.msgstr
        for entry in file
        if entry.msgstr and not entry.fuzzy and not entry.obsolete
    }


def said(known: Sentences, context: str, text: str) -> str | None:
    """What a file says at one place."""
    return known.get((context, text)) or known.get(("", text))


def check(file: polib.POFile, language: str, locked: Collection[UUID] = ()) -> Report:
    """What a file would change; nothing is written. `locked`: the keys of pages that have to stay as they are."""
    known = sentences(file)
    differences: list[Difference] = []
    broken: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    same = forbidden = 0
    for place in places(language):
        seen |= {("", place.text), (place.context, place.text)}
        after = said(known, place.context, place.text)
        if after is None:
            continue
        is_checked = after == place.translated and place.tool == OLDER
        if after == place.translated and not is_checked:
            same += 1
        elif reason := _broken(place, after):
            broken[place.text] = reason
        elif place.page.translation_key in locked:
            forbidden += 1
        else:
            differences.append(Difference(place, after, is_checked))
    entries = [entry for entry in file if not entry.obsolete]
    return Report(
        differences,
        same=same,
        empty=sum(not entry.msgstr for entry in entries),
        unsure=sum(bool(entry.msgstr and entry.fuzzy) for entry in entries),
        forbidden=forbidden,
        unknown=[entry.msgid for entry in entries if (entry.msgctxt or "", entry.msgid) not in seen],
        broken=list(broken.items()),
    )


def write(
    differences: Iterable[Difference], language: str, by: Any, *, is_machine: bool
) -> tuple[int, list[str]]:
    """Take over what a file says. Nothing is published: a page that had no translation gets a draft of one. Returns how
    many sentences were written, and the titles of pages that could not be made.
    """
    kind = (
        StringTranslation.TRANSLATION_TYPE_MACHINE
        if is_machine
        else StringTranslation.TRANSLATION_TYPE_MANUAL
    )
    locale, _created = Locale.objects.get_or_create(language_code=language)
    by_page: dict[UUID, list[Difference]] = {}
    for difference in differences:
        by_page.setdefault(difference.place.page.translation_key, []).append(difference)
    count, failed = 0, []
    for of_page in by_page.values():
        try:
            with transaction.atomic():
                _write_page(of_page, locale, by, kind)
                count += len(of_page)
        except ValidationError:
            failed.append(of_page[0].place.page.title)
    return count, failed


def _write_page(differences: list[Difference], locale: Locale, by: Any, kind: str) -> None:
    page = differences[0].place.page
    source, _created = TranslationSource.get_or_create_from_instance(page)
    translation, is_new = Translation.objects.get_or_create(source=source, target_locale=locale)
    catalogue = polib.POFile()
    catalogue.extend(
        polib.POEntry(msgid=place.text, msgctxt=place.path, msgstr=after) for place, after, _ in differences
    )
    translation.import_po(
        catalogue,
        user=by,
        translation_type=kind,
        tool_name="PO" if kind == StringTranslation.TRANSLATION_TYPE_MACHINE else "",
    )
    for place, _after, is_checked in differences:
        if is_checked:
            StringTranslation.objects.filter(
                translation_of__data=place.text,
                context__object_id=page.translation_key,
                context__path=place.path,
                locale=locale,
            ).update(tool_name="", translation_type=kind, last_translated_by=by)
    if is_new:
        translation.save_target(user=by, publish=False)
        keep_as_draft(translation.get_target_instance(), by)
    announce("page", page.translation_key)


def keep_as_draft(page: Page, by: Any) -> None:
    """A translation was just begun: where an alias stood in its place, that one was live, with German words."""
    if page.live:
        page.specific.unpublish(user=by)


def _entry(text: str, translated: str | None, is_older: bool, names: str) -> polib.POEntry:
    return polib.POEntry(
        msgid=text, msgstr=translated or "", comment=names, flags=["fuzzy"] if translated and is_older else []
    )


def _broken(place: Place, after: str) -> str:
    """Why this cannot stand there; empty if it can."""
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in after):
        return _("There are characters in it that cannot be shown.")
    if place.longest is not None and len(after) > place.longest:
        return _("It is too long: there is room for %(count)d characters.") % {"count": place.longest}
    try:
        StringValue.from_translated_html(after)
    except ValueError:
        return _("The marks of bold, links or line breaks are damaged.")
    if extract_ids(after) != extract_ids(place.text):
        return _("A link is missing, or there is one that the German sentence does not have.")
    return ""
