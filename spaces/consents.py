"""What rests on a consent, and how all of it goes when somebody withdraws it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, ReferenceIndex, Revision
from wagtail_headless_preview.models import PagePreview
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    SegmentOverride,
    String,
    StringSegment,
    StringTranslation,
    TemplateSegment,
    TranslationContext,
    TranslationSource,
)
from wagtail_localize.strings import StringValue

from portal.pages import PortalPage
from spaces.changes import announce, in_turn
from spaces.models import Consent, Picture, Rendition

#: The parts of a video that are files of its own.
_FILES = ("video", "captions")

#: Where Wagtail keeps, in an editor's session, what is being previewed.
_PREVIEWS = "wagtail-preview-"


class Resting(NamedTuple):
    """What rests on a consent, and goes with it. `pages`: titles and languages of those that show or show in a draft
    what goes; `keys` their translation keys; `blocks` the ids of the blocks, by these keys, and `texts` all that ever
    stood in them. `versions`: how many older versions hold it too. `by_hand`: titles of pages in whose texts the name
    stands besides, where nobody but an editor can take it out.
    """

    pictures: list[Picture]
    sizes: int
    files: list[Any]
    pages: list[Page]
    versions: int
    keys: set[UUID]
    blocks: dict[UUID, set[str]]
    texts: set[str]
    by_hand: list[Page]


def resting_on(consent: Consent) -> Resting:
    """What goes if this consent is withdrawn. Reads every page and every older version."""
    found = _Pass(consent)
    found.read()
    return found.resting()


@transaction.atomic
def withdraw(consent: Consent, *, by: Any = None) -> Resting:
    """Delete whatever rests on a consent: pictures and videos with their files, the blocks on pages, in drafts, older
    versions, translations and what translators were given; and the name. Returns what went.

    The journal tells of every page, so that nothing keeps it any longer. Files go when the transaction is committed.
    """
    with in_turn():
        found = _Pass(consent)
        found.write()
        gone = found.resting()
        _forget_translations(gone)
        _forget_previews()
        for owned in (*gone.pictures, *gone.files):
            _forget_titles(owned)
            ReferenceIndex.remove_for_object(owned)
            owned.delete()
        Consent.objects.filter(pk=consent.pk).update(name="", withdrawn_on=timezone.localdate())
        consent.refresh_from_db()
        log(consent, "spaces.withdraw_consent", user=by)
        announce("consent", consent.uuid)
        for key in sorted(gone.keys):
            announce("page", key)
    return gone


class _Pass:
    """One way through everything that may hold what rests on a consent; `write` takes it out, `read` only looks."""

    def __init__(self, consent: Consent) -> None:
        self.consent = consent
        self.pictures = list(Picture.objects.filter(consent=consent))
        self._pictures = {picture.pk for picture in self.pictures}
        self.blocks: dict[UUID, set[str]] = defaultdict(set)
        self.texts: set[str] = set()
        self.files: set[int] = set()
        self.pages: set[int] = set()
        self.by_hand: set[int] = set()
        self.versions = 0

    def read(self) -> None:
        self._go(is_writing=False)

    def write(self) -> None:
        self._go(is_writing=True)

    def resting(self) -> Resting:
        pages = list(Page.objects.filter(pk__in=self.pages | self.by_hand).select_related("locale"))
        shared = self._files_of_others()
        return Resting(
            self.pictures,
            Rendition.objects.filter(image__in=self.pictures).count(),
            list(get_document_model().objects.filter(pk__in=self.files - shared)),
            [page for page in pages if page.pk in self.pages],
            self.versions,
            set(self.blocks),
            dict(self.blocks),
            self.texts,
            [page for page in pages if page.pk in self.by_hand],
        )

    def _go(self, *, is_writing: bool) -> None:
        for model, fields in _texts_of_pages():
            for page in model.objects.only("pk", "translation_key", *fields).iterator():
                values = {}
                for field in fields:
                    before = [*getattr(page, field).raw_data]
                    after = self._without(before, page.translation_key)
                    if len(after) != len(before):
                        self.pages.add(page.pk)
                        values[field] = json.dumps(after)
                    self._look_for_name(after, page.pk)
                if values and is_writing:
                    model.objects.filter(pk=page.pk).update(**values)
        for revision in Revision.objects.filter(base_content_type=_of(Page)).iterator():
            content = self._without_content(revision.content)
            if content is not None:
                self.versions += 1
                if revision.pk in _drafts(revision):
                    self.pages.add(int(revision.object_id))
                if is_writing:
                    Revision.objects.filter(pk=revision.pk).update(content=content)
        for source in TranslationSource.objects.iterator():
            content = self._without_content(json.loads(source.content_json))
            if content is not None and is_writing:
                TranslationSource.objects.filter(pk=source.pk).update(content_json=json.dumps(content))

    def _without_content(self, content: dict[str, Any]) -> dict[str, Any] | None:
        """A page as a revision or a source of translations holds it; None where nothing goes."""
        changed = {}
        for name, value in content.items():
            if not (isinstance(value, str) and value.startswith("[{")):
                continue
            before = json.loads(value)
            after = self._without(before, UUID(content["translation_key"]))
            if len(after) != len(before):
                changed[name] = json.dumps(after)
        return {**content, **changed} if changed else None

    def _without(self, raw: list[Any], key: UUID) -> list[Any]:
        """The blocks of a text that do not rest on the consent; notes the others."""
        kept = []
        for block in raw:
            value = block.get("value")
            if not isinstance(value, dict) or not (
                value.get("consent") == self.consent.pk or value.get("picture") in self._pictures
            ):
                kept.append(block)
                continue
            self.blocks[key].add(block.get("id") or "")
            self.files |= {value[name] for name in _FILES if value.get(name)}
            self.texts |= {text for text in value.values() if text and isinstance(text, str)}
        return kept

    def _look_for_name(self, raw: list[Any], page: int) -> None:
        name = self.consent.name
        if name and name in json.dumps(raw, ensure_ascii=False):
            self.by_hand.add(page)

    def _files_of_others(self) -> set[int]:
        """Those of the files that stand in a block that stays."""
        if not self.files:
            return set()
        stays = set()
        for model, fields in _texts_of_pages():
            for page in model.objects.only("pk", *fields).iterator():
                for field in fields:
                    for block in getattr(page, field).raw_data:
                        value = block.get("value")
                        if isinstance(value, dict) and value.get("consent") != self.consent.pk:
                            stays |= {value[name] for name in _FILES if value.get(name)}
        return stays & self.files


def _texts_of_pages() -> Iterable[tuple[type[Any], list[str]]]:
    """Each kind of page with its fields made of blocks."""
    for model in apps.get_models():
        if issubclass(model, PortalPage):
            fields = [field.name for field in model._meta.get_fields() if isinstance(field, StreamField)]
            if fields:
                yield model, fields


def _of(model: type[models.Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)


def _drafts(revision: Revision) -> set[int]:
    """The revision with which an editor of its page would go on."""
    latest = Page.objects.filter(pk=revision.object_id).values_list("latest_revision", flat=True)
    return {pk for pk in latest if pk}


def _forget_translations(gone: Resting) -> None:
    """What translators were given of the blocks, and what they made of it."""
    strings: set[int] = set()
    for key, ids in gone.blocks.items():
        places = models.Q()
        for block in ids:
            places |= models.Q(path__contains=f".{block}.")
        contexts = TranslationContext.objects.filter(places, object_id=key)
        for segments in (StringSegment, StringTranslation):
            rows = segments.objects.filter(context__in=contexts)
            name = "string" if segments is StringSegment else "translation_of"
            strings |= set(rows.values_list(name, flat=True))
        for rows in (
            StringSegment, StringTranslation, TemplateSegment, RelatedObjectSegment, OverridableSegment,
            SegmentOverride,
        ):  # fmt: skip
            rows.objects.filter(context__in=contexts).delete()
        contexts.delete()
    written = [StringValue.from_plaintext(text).data for text in gone.texts]
    unused = String.objects.filter(models.Q(pk__in=strings) | models.Q(data__in=written))
    unused.filter(segments__isnull=True, translations__isnull=True).delete()


def _forget_previews() -> None:
    """What was previewed before it was saved: in another front-end, and in the sessions of editors."""
    PagePreview.objects.all().delete()
    for session in Session.objects.all():
        kept = session.get_decoded()
        names = [name for name in kept if name.startswith(_PREVIEWS)]
        if names:
            store = SessionStore(session.session_key)
            for name in names:
                del store[name]
            store.save()


def _forget_titles(owned: Any) -> None:
    """The audit log calls pictures and files by their titles, which may be names."""
    rows = ModelLogEntry.objects.filter(content_type=_of(type(owned)), object_id=str(owned.pk))
    rows.update(label=f"{owned._meta.verbose_name} {owned.pk}")
