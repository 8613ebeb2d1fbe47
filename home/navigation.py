"""What stands around every public page: the links in its head and foot."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from spaces.models import Space


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
        "example_address": SimpleLazyObject(_example_address),
    }


def _example_address() -> str:
    space = Space.objects.exclude(town_hall_street="").first()
    return f"{space.town_hall_street}, {space.town_hall_postcode} {space.town_hall_place}" if space else ""


def _pages(request: HttpRequest) -> list[dict[str, Any]]:
    site = Site.find_for_request(request)
    if site is None:
        return []
    below = Page.objects.child_of(site.root_page.localized).live().select_related("locale").order_by("path")
    return [
        {"title": page.title, "url": page.get_url(request, current_site=site), "in_menus": page.show_in_menus}
        for page in below
    ]
