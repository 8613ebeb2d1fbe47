"""What readers, programs and editors are told about a page's translation, and how translations follow their original.

wagtail-localize keeps every sentence of an original with its translations. Here stands what it leaves open: in which
state a translation is, and that it stays as it is when the original changes, marked as older, until a person has
looked at it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from datetime import datetime
from difflib import SequenceMatcher
from functools import cache, cached_property
from html import unescape
from typing import Any, Literal, NamedTuple
from uuid import UUID

from bs4 import BeautifulSoup, Tag
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.signals import post_delete
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import (
    String,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationLog,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import INLINE_TAGS

from portal.languages import DEFAULT_CODE, direction

#: The mark of a translation whose original has changed since; it stands where wagtail-localize names the tool that
#: translated, and goes as soon as anybody translates the sentence again.
OLDER = "older than its original"

#: Whether what is being published changes only spelling; set for the time of one publication.
is_minor_edit: ContextVar[bool] = ContextVar("is_minor_edit", default=False)

#: What a rich text is made of: each is one sentence or more to a translator.
_ELEMENTS = ["h2", "h3", "h4", "p", "li"]

#: Two sentences less alike than this are not the same sentence changed.
_ALIKE = 0.5


TranslationCode = Literal["original", "current", "missing", "older", "partial", "machine"]


class TranslationState(NamedTuple):
    """The state of a page's words, as its reader has to know it.

    `language`: the words' own; it is not the reader's where there is no translation. `changed` and `translated`: when
    the original's words and when the translation was last published. `untranslated`: sentences, as plain text, that
    are still the original's. `unchecked`: the places (`lead`, `body.<block id>`) whose translation a machine made and
    nobody has checked.
    """

    language: str
    is_missing: bool
    is_older: bool
    changed: datetime | None
    translated: datetime | None
    untranslated: frozenset[str]
    unchecked: frozenset[str]

    @property
    def codes(self) -> tuple[TranslationCode, ...]:
        """All that has to be said, the gravest first: `missing`, `older`, `partial`, `machine`; else `original` or
        `current`.
        """
        flags: dict[TranslationCode, bool] = {
            "missing": self.is_missing,
            "older": self.is_older,
            "partial": bool(self.untranslated),
            "machine": bool(self.unchecked),
        }
        said = tuple(code for code, holds in flags.items() if holds)
        return said or ("original" if self.language == DEFAULT_CODE else "current",)

    def language_of(self, text: str) -> str:
        """The language of a text of this page."""
        return DEFAULT_CODE if self.untranslated and plain(text) in self.untranslated else self.language

    def marked(self, html: str) -> str:
        """A rich text of this page, in which everything that is not translated yet is marked as German."""
        if not self.untranslated:
            return html
        soup = BeautifulSoup(html, "html.parser")
        for element in soup.find_all(_ELEMENTS):
            if not isinstance(element, Tag):
                continue
            # A list inside a list has sentences of its own.
            own = [
                part
                for part in element.contents
                if not isinstance(part, Tag) or part.name not in ("ol", "ul")
            ]
            if plain("".join(map(str, own))) not in self.untranslated:
                continue
            marked = element
            if len(own) < len(element.contents):
                marked = soup.new_tag("span")
                element.insert(0, marked)
                marked.extend([part.extract() for part in own])
            marked["lang"], marked["dir"] = DEFAULT_CODE, direction(DEFAULT_CODE)
        return str(soup)

    def as_json(self) -> dict[str, Any]:
        """The same for programs: `states` are the codes, dates are ISO 8601, `unchecked` the places that a machine
        translated.
        """
        return {
            "language": self.language,
            "states": list(self.codes),
            "original_changed": _iso(self.changed),
            "translated": _iso(self.translated),
            "unchecked": sorted(self.unchecked),
        }


class _Sentence(NamedTuple):
    """A sentence of an original, where it stands, and what it is in one language (None: not translated)."""

    text: str
    path: str
    translated: str | None
    kind: str | None
    tool: str | None


def translation_state(page: Page, reader: str) -> TranslationState:
    """The state of a page for somebody who reads in this language: of what stands on it, not of what a translator has
    prepared since. No query for an original, two for a translation, up to four for one that was not published again
    after it or its original changed.
    """
    if page.locale.language_code == DEFAULT_CODE:
        return _as_it_is(DEFAULT_CODE, page, is_missing=reader != DEFAULT_CODE)
    return translation_states([page], reader)[page.pk]


def translation_states(pages: Iterable[Page], reader: str | None = None) -> dict[int, TranslationState]:
    """The same for many pages, in any languages, by their primary keys; without `reader` for somebody who reads each
    in its own language. As many queries as for one, if they are given as specific pages with their locale.
    """
    pages = list(pages)
    states = {
        page.pk: _as_it_is(DEFAULT_CODE, page, is_missing=reader not in (None, DEFAULT_CODE))
        for page in pages
        if page.locale.language_code == DEFAULT_CODE
    }
    translations = [page for page in pages if page.pk not in states]
    return states | Translations(translations).states if translations else states


def _iso(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


class Translations:
    """What is known of many translations at once, in two queries, and in two or three more where a page differs from
    what would be written now, however many they are.

    `pages`: each as the kind of page it is (`specific`), with its locale; originals may be among them.
    """

    def __init__(self, pages: Collection[Page]) -> None:
        self._pages = pages
        self._sources = _sources({page.translation_key for page in pages})
        self._made = _made(self._sources, {page.locale_id for page in pages}) if self._sources else {}
        self._standing: dict[int, bool] = {}

    @cached_property
    def states(self) -> dict[int, TranslationState]:
        """The state of each, by primary key, as those are told who read in its language."""
        states: dict[int, TranslationState] = {}
        differing: list[tuple[Page, _Source]] = []
        by_hand: list[Page] = []
        for page in self._pages:
            source = self._sources.get(page.translation_key)
            if page.locale.language_code == DEFAULT_CODE:
                states[page.pk] = _as_it_is(DEFAULT_CODE, page)
            elif source is None:
                by_hand.append(page)
            elif self._stands(page):
                states[page.pk] = _decide(page, source, self._meant(page))
            else:
                differing.append((page, source))
        if differing:
            made_at = _made_at(differing)
            shown = {page.pk: _shown(page) for page, _ in differing}
            german = _german(text for sentences in shown.values() for _, text in sentences)
            for page, source in differing:
                states[page.pk] = _decide(
                    page,
                    source,
                    self._meant(page),
                    shown=shown[page.pk],
                    made_at=made_at.get((source.pk, page.locale_id)),
                    ever=self._of(page).ever,
                    german=german,
                )
        if by_hand:
            # When the original last changed is known all the same.
            originals = Page.objects.filter(
                translation_key__in={page.translation_key for page in by_hand},
                locale__language_code=DEFAULT_CODE,
            )
            dates = dict(originals.values_list("translation_key", "last_published_at"))
            for page in by_hand:
                changed, own = dates.get(page.translation_key), page.last_published_at
                states[page.pk] = _as_it_is(page.locale.language_code, page)._replace(
                    is_older=bool(changed and own and own < changed), changed=changed
                )
        return states

    def state(self, page: Page) -> TranslationState:
        """As `translation_state` says it to those who read in the page's own language."""
        return self.states[page.pk]

    def is_ready(self, page: Page) -> bool:
        """Whether a translator has finished what does not stand on the page yet: every sentence is translated, and none
        is older than its original.
        """
        source = self._sources.get(page.translation_key)
        if source is None or (source.pk, page.locale_id) not in self._synced:
            return False
        is_whole = all(sentence.translated and sentence.tool != OLDER for sentence in self._meant(page))
        return is_whole and not (page.live and self._stands(page))

    def _stands(self, page: Page) -> bool:
        if page.pk not in self._standing:
            self._standing[page.pk] = _stands(page, self._meant(page))
        return self._standing[page.pk]

    @cached_property
    def _synced(self) -> set[tuple[int, int]]:
        """Which originals wagtail-localize keeps in step with which locales."""
        sources = [source.pk for source in self._sources.values()]
        synced = Translation.objects.filter(source__in=sources, enabled=True)
        return set(synced.values_list("source_id", "target_locale_id"))

    def _of(self, page: Page) -> "_Made":
        return self._made.get((page.translation_key, page.locale_id)) or _Made({}, {})

    def _meant(self, page: Page) -> list[_Sentence]:
        now = self._of(page).now
        return [
            _Sentence(text, path, *now.get((string, place), (None, None, None)))
            for string, place, text, path in self._sources[page.translation_key].sentences
        ]


def sentences_of(page: Page) -> list[tuple[int, int, str]]:
    """The sentences of a page's original, in order: the id of the place, the id of the text, the text. One query."""
    rows = StringSegment.objects.filter(
        source__object_id=page.translation_key, source__locale__language_code=DEFAULT_CODE
    )
    return list(rows.order_by("order").values_list("context_id", "string_id", "string__data"))


def plain(text: str) -> str:
    """A fragment of rich text as a reader sees it."""
    if "<" in text or "&" in text:
        text = unescape(strip_tags(text))
    return " ".join(text.split())


def confirm(page: Page, by: Any) -> int:
    """A person has read a translation and vouches for it: nothing of it is machine-made or older any more. Returns how
    many sentences that were. The page has to be announced to the journal by whoever calls.
    """
    return int(
        StringTranslation.objects.filter(
            context__object_id=page.translation_key,
            locale=page.locale_id,
            translation_of__segments__source__object_id=page.translation_key,
        )
        .filter(Q(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE) | Q(tool_name=OLDER))
        .update(
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL, tool_name="", last_translated_by=by
        )
    )


# How translations follow ----------------------------------------------------------------------------------------------


@transaction.atomic
def follow(page: Page, *, is_minor: bool = False) -> None:
    """An original was published: a sentence that changed keeps its last good translation, marked as older. After a
    minor edit (spelling), translations count for the new sentences as they did for the old ones.

    Nothing that readers see in another language changes.
    """
    source = TranslationSource.objects.filter(object_id=page.translation_key, locale=page.locale_id).first()
    if source is None:
        return
    before, dated = _in_order(source), source.last_updated_at
    source.update_from_db()
    after = _in_order(source)
    places = _by_place(before)
    for place, sentences in _by_place(after).items():
        for old, new in _changed(places.get(place, {}), sentences):
            _carry_over(place, old, new, sentences[new], is_minor)
    if is_minor or before == after:
        TranslationSource.objects.filter(pk=source.pk).update(last_updated_at=dated)


def withdraw(page: Page) -> None:
    """An original was withdrawn or deleted: so are its translations."""
    for translation in Page.objects.filter(translation_key=page.translation_key, live=True).exclude(
        pk=page.pk
    ):
        translation.specific.unpublish()


def connect() -> None:
    """Called once, when the apps are ready."""
    page_published.connect(_published)
    page_unpublished.connect(_withdrawn)
    post_delete.connect(_withdrawn, sender=Page)


def _published(instance: Page, **kwargs: Any) -> None:
    if instance.locale.language_code == DEFAULT_CODE:
        follow(instance, is_minor=is_minor_edit.get())


def _withdrawn(instance: Page, **kwargs: Any) -> None:
    if instance.locale.language_code == DEFAULT_CODE and instance.alias_of_id is None:
        withdraw(instance)


def _as_it_is(language: str, page: Page, *, is_missing: bool = False) -> TranslationState:
    at = page.last_published_at
    return TranslationState(language, is_missing, False, at, at, frozenset(), frozenset())


def _decide(
    page: Page,
    source: "_Source",
    meant: list[_Sentence],
    *,
    shown: list[tuple[str, str]] | None = None,
    made_at: datetime | None = None,
    ever: "_Kinds | None" = None,
    german: frozenset[str] = frozenset(),
) -> TranslationState:
    """The state of a translation, from what the database says about it. `meant`: what would stand there if it were
    written now.

    `shown`: what stands there, path and text, where that is something else. Only then are needed: `made_at`, when
    wagtail-localize last wrote the page (None: somebody writes it by hand); `ever`, how each text was translated that a
    place of this page ever had; `german`, those of its texts that are an original's.
    """
    is_older = any(sentence.tool == OLDER for sentence in meant)
    kinds = {
        (sentence.path, plain(sentence.translated)): sentence.kind
        for sentence in meant
        if sentence.translated
    }
    untranslated = frozenset(plain(sentence.text) for sentence in meant if not sentence.translated)
    if shown is None:
        shown = [(sentence.path, sentence.translated or sentence.text) for sentence in meant]
    else:
        # Published before its original changed, or before the translator went on, or written by hand.
        made_at = made_at or page.last_published_at
        is_older = is_older or bool(made_at and made_at < source.last_updated_at)
        kinds = (ever or {}) | kinds
        untranslated = german.intersection(
            plain(text) for path, text in shown if (path, plain(text)) not in kinds
        )
    return TranslationState(
        page.locale.language_code,
        is_missing=False,
        is_older=is_older,
        changed=source.last_updated_at,
        translated=page.last_published_at,
        untranslated=untranslated,
        unchecked=frozenset(
            ".".join(path.split(".")[:2])
            for path, text in shown
            if kinds.get((path, plain(text))) == StringTranslation.TRANSLATION_TYPE_MACHINE
        ),
    )


def _shown(page: Page) -> list[tuple[str, str]]:
    """What stands on a page, sentence by sentence: path and text."""
    return [
        (segment.path, segment.string.data)
        for segment in extract_segments(page.specific)
        if isinstance(segment, StringSegmentValue)
    ]


#: The tags that part one sentence from the next: all but those that wagtail-localize leaves inside one.
_PARTING = re.compile(rf"</?(?!(?:{'|'.join(INLINE_TAGS)})\b)[a-z][^>]*>")


def _stands(page: Page, meant: list[_Sentence]) -> bool:
    """Whether a page says what is meant to stand on it. Place by place: to take every sentence apart as
    wagtail-localize does costs some ten times as much, and a board shows hundreds of pages.
    """
    said: dict[str, list[str]] = {}
    for sentence in meant:
        said.setdefault(sentence.path, []).append(plain(sentence.translated or sentence.text))
    shown = dict(_places(page.specific))
    # PostgreSQL keeps the parts of a block in an order of its own; only the order of the blocks means something.
    return {place: " ".join(texts) for place, texts in said.items()} == shown and _blocks(said) == _blocks(
        shown
    )


def _blocks(places: Iterable[str]) -> list[str]:
    """The fields, and blocks of fields, in which these places lie, in order."""
    return list(dict.fromkeys(".".join(place.split(".")[:2]) for place in places))


def _places(page: Page) -> Iterator[tuple[str, str]]:
    """What a reader sees at each place of a page (`title`, `body.<block id>.heading`), as plain text."""
    # A class has a hash, whatever its metaclass says of its instances.
    for translatable, field in _translatable(type(page)):  # type: ignore[arg-type]
        if not translatable.is_translated(page):
            continue
        if isinstance(field, StreamField):
            for block in field.value_from_object(page).raw_data:
                yield from _texts(f"{field.name}.{block.get('id')}", block["value"])
        elif isinstance(field, models.CharField | models.TextField) and not field.choices:
            yield from _texts(field.name, field.value_from_object(page))


@cache
def _translatable(kind: type[Page]) -> list[tuple[Any, Any]]:
    return [(translatable, translatable.get_field(kind)) for translatable in get_translatable_fields(kind)]


#: The parts of blocks that are the same in every language.
_NO_WORDS = frozenset({"length", "name", "shows_people"})


def _texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in _NO_WORDS:
                yield from _texts(f"{place}.{name}", part)
    elif isinstance(value, str) and (text := plain(_PARTING.sub(" ", value))):
        yield place, text


#: How each text was translated, by the path of its place and the text as it is seen.
_Kinds = dict[tuple[str, str], str | None]


class _Source(NamedTuple):
    """An original as translators have it. `sentences`, in order: ids of the text and of its place, text and path."""

    pk: int
    last_updated_at: datetime
    sentences: list[tuple[int, int, str, str]]


class _Made(NamedTuple):
    """The translations of one original into one language: `now` the text, its kind and its tool, by the ids of the
    sentence and of its place; `ever` all that a place of the page ever had.
    """

    now: dict[tuple[int, int], tuple[str, str, str]]
    ever: _Kinds


def _sources(keys: set[UUID]) -> dict[UUID, _Source]:
    """The originals with these keys that have ever been sent to be translated. One query, none for no key."""
    rows = StringSegment.objects.filter(
        source__object_id__in=keys, source__locale__language_code=DEFAULT_CODE
    ).order_by("source_id", "order")
    sources: dict[UUID, _Source] = {}
    for key, pk, last_updated_at, *sentence in rows.values_list(
        "source__object_id", "source_id", "source__last_updated_at",
        "string_id", "context_id", "string__data", "context__path",
    ):  # fmt: skip
        source = sources.setdefault(key, _Source(pk, last_updated_at, []))
        source.sentences.append(tuple(sentence))
    return sources


def _made(keys: Iterable[UUID], locales: set[int]) -> dict[tuple[UUID, int], _Made]:
    """What there is of translations, by the original's key and the id of the locale. One query."""
    rows = StringTranslation.objects.filter(context__object_id__in=list(keys), locale__in=locales)
    made: dict[tuple[UUID, int], _Made] = {}
    for key, locale, string, place, path, text, kind, tool, has_error in rows.values_list(
        "context__object_id", "locale_id", "translation_of_id", "context_id", "context__path",
        "data", "translation_type", "tool_name", "has_error",
    ):  # fmt: skip
        done = made.setdefault((key, locale), _Made({}, {}))
        done.ever[path, plain(text)] = kind
        if not has_error:
            done.now[string, place] = text, kind, tool
    return made


def _made_at(translations: list[tuple[Page, _Source]]) -> dict[tuple[int, int], datetime | None]:
    """When wagtail-localize last made each translation that it keeps in step, by the ids of source and locale. One
    query.
    """
    logs = TranslationLog.objects.filter(source=OuterRef("source"), locale=OuterRef("target_locale"))
    synced = Translation.objects.filter(
        source__in=[source.pk for _, source in translations],
        target_locale__in={page.locale_id for page, _ in translations},
        enabled=True,
    ).annotate(made_at=Subquery(logs.order_by("-created_at").values("created_at")[:1]))
    return {
        (source, locale): at
        for source, locale, at in synced.values_list("source_id", "target_locale_id", "made_at")
    }


def _german(texts: Iterable[str]) -> frozenset[str]:
    """Those of these texts that are an original's, now or once. One query, none for no text."""
    found = String.objects.filter(locale__language_code=DEFAULT_CODE, data__in=set(texts))
    return frozenset(plain(text) for text in found.values_list("data", flat=True))


def _in_order(source: TranslationSource) -> list[tuple[int, int, str]]:
    """The sentences of an original, in order: the id of the place, the id of the text, the text."""
    rows = StringSegment.objects.filter(source=source).order_by("order")
    return list(rows.values_list("context_id", "string_id", "string__data"))


def _by_place(rows: list[tuple[int, int, str]]) -> dict[int, dict[int, str]]:
    """The same by their place: ids and texts."""
    places: dict[int, dict[int, str]] = {}
    for place, string, text in rows:
        places.setdefault(place, {})[string] = text
    return places


def _changed(before: dict[int, str], after: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Which sentence took the place of which: pairs of ids. The most alike first, wherever they stand; what is left
    pairs off where as many sentences came as went.
    """
    gone = [string for string in before if string not in after]
    came = [string for string in after if string not in before]
    alike = sorted(
        (
            (SequenceMatcher(None, before[old], after[new], autojunk=False).ratio(), old, new)
            for old in gone
            for new in came
        ),
        reverse=True,
    )
    for likeness, old, new in alike:
        if likeness >= _ALIKE and old in gone and new in came:
            gone.remove(old)
            came.remove(new)
            yield old, new
    steps = SequenceMatcher(None, list(before), list(after), autojunk=False).get_opcodes()
    for _, i, i_end, j, j_end in steps:
        left = [string for string in list(before)[i:i_end] if string in gone]
        right = [string for string in list(after)[j:j_end] if string in came]
        if len(left) == len(right):
            yield from zip(left, right, strict=True)


def _carry_over(place: int, old: int, new: int, text: str, is_minor: bool) -> None:
    for translation in StringTranslation.objects.filter(translation_of=old, context=place, has_error=False):
        # A link that the new sentence has no more cannot be put back.
        if not set(_ids(translation.data)) <= set(_ids(text)):
            continue
        StringTranslation.objects.get_or_create(
            translation_of_id=new,
            context_id=place,
            locale_id=translation.locale_id,
            defaults={
                "data": translation.data,
                "translation_type": translation.translation_type,
                "tool_name": translation.tool_name if is_minor else OLDER,
                "last_translated_by_id": translation.last_translated_by_id,
            },
        )


def _ids(fragment: str) -> list[str]:
    return re.findall(r'\bid="(\w+)"', fragment)
