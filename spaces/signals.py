"""Pages and pictures are written by Wagtail, not by `spaces.changes.record`: its signals tell the journal about them.

The receivers run inside the transaction of the change where there is one, so that the line in the journal and
the change itself appear together.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import Page, PageViewRestriction, Site, UploadedFile
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from spaces.changes import announce
from spaces.models import Consent, Picture
from spaces.models.picture import cleaned


def connect() -> None:
    """Called once, when the apps are ready."""
    for signal in (page_published, page_slug_changed, post_page_move):
        signal.connect(_page_changed)
    page_unpublished.connect(_page_withdrawn)
    # Sent once for each page of a deleted branch: Django deletes the base row of every page by itself.
    post_delete.connect(_page_withdrawn, sender=Page)
    pre_save.connect(_clean_upload, sender=UploadedFile)
    for signal in (post_save, post_delete):
        signal.connect(_consent_changed, sender=Consent)
        signal.connect(_picture_changed, sender=Picture)
        signal.connect(_site_changed, sender=Site)
        signal.connect(_restriction_changed, sender=PageViewRestriction)


def _page_changed(instance: Page, **kwargs: Any) -> None:
    announce("page", instance.translation_key)


def _page_withdrawn(instance: Page, **kwargs: Any) -> None:
    announce("page", instance.translation_key, deleted=True)


def _site_changed(instance: Site, **kwargs: Any) -> None:
    _announce_page_of(instance.root_page_id)


def _restriction_changed(instance: PageViewRestriction, **kwargs: Any) -> None:
    _announce_page_of(instance.page_id)


def _consent_changed(instance: Consent, **kwargs: Any) -> None:
    # What rests on it may be shown from now on, or no more.
    announce("consent", instance.uuid)


def _picture_changed(instance: Picture, **kwargs: Any) -> None:
    announce("picture", instance.uuid)


def _clean_upload(instance: UploadedFile, **kwargs: Any) -> None:
    """A picture waits here while its form is filled in, in a folder that anybody can read."""
    kind = instance.for_content_type
    if kind and kind.model_class() is Picture and not instance.file._committed:
        name = f"{uuid4().hex}{Path(instance.file.name).suffix.lower()}"
        instance.file = ContentFile(cleaned(instance.file.file).read(), name=name)


def _announce_page_of(page_id: int) -> None:
    # The page may be gone: then its own line has been written already.
    key = Page.objects.filter(pk=page_id).values_list("translation_key", flat=True).first()
    if key:
        announce("page", key)
