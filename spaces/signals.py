"""Pages are written by Wagtail, not by `spaces.changes.record`: its signals tell the journal about them.

The receivers run inside the transaction of the change where there is one, so that the line in the journal and
the change itself appear together.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from spaces.changes import announce


def connect() -> None:
    """Called once, when the apps are ready."""
    for signal in (page_published, page_slug_changed, post_page_move):
        signal.connect(_page_changed)
    page_unpublished.connect(_page_withdrawn)
    # Sent once for each page of a deleted branch: Django deletes the base row of every page by itself.
    post_delete.connect(_page_withdrawn, sender=Page)
    for signal in (post_save, post_delete):
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


def _announce_page_of(page_id: int) -> None:
    # The page may be gone: then its own line has been written already.
    key = Page.objects.filter(pk=page_id).values_list("translation_key", flat=True).first()
    if key:
        announce("page", key)
