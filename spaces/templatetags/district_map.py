"""The map of the district for templates."""

from typing import Any, NamedTuple
from uuid import UUID

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import get_language

from portal.languages import DEFAULT_CODE
from portal.tree import Tree, tree
from spaces.map import Area, Map, district
from spaces.models import Space, SpacePage

register = template.Library()


class Drawn(NamedTuple):
    """An area as a reader sees it: its outline, its name, and where its page is, empty where it has none."""

    area: Area
    name: str
    url: str
    is_found: bool


class Shown(NamedTuple):
    """The map as a reader sees it."""

    map: Map
    areas: list[Drawn]


class Linked(NamedTuple):
    """The page of a space: the space's name, and the page's key in the tree."""

    name: str
    page: UUID


#: The pages of the spaces by the space's key, and the tree for which they were read.
_latest: tuple[Tree, dict[str, Linked]] | None = None


@register.simple_tag(takes_context=True)
def district_map(context: Context, found: Space | None = None) -> Shown | None:
    """The map, with this space found. None where the district has no map, or no space has a page yet. One query after
    each change of a fact or page, and none otherwise.
    """
    drawing = district(settings.PORTAL_DATA)
    # `{% include ... only %}` takes the variables away, and leaves the request.
    request: Any = getattr(context, "request", None) or context.get("request")
    if drawing is None or request is None:
        return None
    known, pages = tree(request), _pages(request)
    language = get_language() or DEFAULT_CODE
    areas = []
    for area in drawing.areas:
        linked = pages.get(area.key)
        url = (
            known.shown(next(iter(known.by_key[linked.page].values())), language).url(language)
            if linked
            else ""
        )
        is_found = bool(linked and found and found.key == area.key)
        areas.append(Drawn(area, linked.name if linked else area.name, url, is_found))
    if not any(drawn.url for drawn in areas):
        return None
    return Shown(drawing, areas)


def _pages(request: HttpRequest) -> dict[str, Linked]:
    global _latest
    known = tree(request)
    if _latest is None or _latest[0] is not known:
        rows = SpacePage.objects.filter(locale__language_code=DEFAULT_CODE).values_list(
            "space__key", "space__name", "translation_key"
        )
        public = {
            key for key, nodes in known.by_key.items() if not any(node.is_private for node in nodes.values())
        }
        _latest = known, {key: Linked(name, page) for key, name, page in rows if page in public}
    return _latest[1]
