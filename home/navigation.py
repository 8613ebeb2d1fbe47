"""What stands around every public page: the links in its head and foot."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from search.lookup import index


def links(request: HttpRequest) -> dict[str, Any]:
    """A context processor. `navigation`: the live pages below the front door that are marked for menus;
    `site_links`: the others. Each is a dict with `title` and `url`. `example_address`: a real address of the
    district, to show how one is written; empty where none is known.

    Nothing is asked of the database before a template uses one of them.
    """
    pages = cache(partial(_pages, request))
    return {
        "navigation": SimpleLazyObject(lambda: [link for link in pages() if link["in_menus"]]),
        "site_links": SimpleLazyObject(lambda: [link for link in pages() if not link["in_menus"]]),
        "example_address": SimpleLazyObject(lambda: _example_address(request)),
    }


def _example_address(request: HttpRequest) -> str:
    spaces = index(getattr(request, "facts_version", None)).spaces.values()
    halls = sorted((space for space in spaces if space.town_hall_street), key=lambda space: space.name)
    return (
        f"{halls[0].town_hall_street}, {halls[0].town_hall_postcode} {halls[0].town_hall_place}"
        if halls
        else ""
    )


def _pages(request: HttpRequest) -> list[dict[str, Any]]:
    site = Site.find_for_request(request)
    if site is None:
        return []
    below = Page.objects.child_of(site.root_page.localized).live().select_related("locale").order_by("path")
    return [
        {"title": page.title, "url": page.get_url(request, current_site=site), "in_menus": page.show_in_menus}
        for page in below
    ]
