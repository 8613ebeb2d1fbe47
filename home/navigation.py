"""What stands around every public page: the links in its head and foot."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from portal.languages import DEFAULT_CODE
from portal.tree import Node, tree
from search.lookup import index


def links(request: HttpRequest) -> dict[str, Any]:
    """A context processor. `navigation`: the live pages below the front door that are marked for menus;
    `site_links`: the others. Each is a dict with `title`, `url` and `language`, that of the title. `example_address`:
    a real address of the district, to show how one is written; empty where none is known.

    Nothing is looked up before a template uses one of them.
    """
    pages = cache(partial(_pages, request))
    return {
        "navigation": SimpleLazyObject(lambda: [_link(page) for page in pages() if page.in_menus]),
        "site_links": SimpleLazyObject(lambda: [_link(page) for page in pages() if not page.in_menus]),
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


def _pages(request: HttpRequest) -> list[Node]:
    known, language = tree(request), _reader()
    home = known.home(language)
    return [page for page in known.below(home, language) if not page.is_private] if home else []


def _link(page: Node) -> dict[str, Any]:
    return {"title": page.title, "url": page.url(_reader()), "language": page.language}


def _reader() -> str:
    return get_language() or DEFAULT_CODE
