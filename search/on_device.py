"""What a reader's own device needs to help with the address, so that nothing typed and no location is ever sent: the
names that the field suggests, and the outlines in which a location is looked up.

Both are the same for everybody, are fetched only when the field or the button is used, and decide nothing: what is
picked goes the way of every address, through the lookup.
"""

import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from search.lookup import Index, index
from search.models import Street
from search.routing import Router
from spaces.map import Map, district
from spaces.models import Space, SpacePage
from spaces.models.pages.base import pages_by_fact

#: As much as the names may weigh over the wire, in bytes; where the streets make it more, they stay out.
HEAVIEST = 60_000

#: The names, and the router of the index from which they were made.
_latest: tuple[Router, bytes] | None = None


@conditional_page
@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """The names that the address field suggests, as JSON: `places`, each [name, postcodes, municipality, other
    writings], and `streets`, each [what is written behind a street, names]. Empty texts at the end are left out. Made
    once for each change of the gazetteer.
    """
    global _latest
    latest = index(getattr(request, "facts_version", None))
    if _latest is None or _latest[0] is not latest.router:
        _latest = latest.router, _document(latest)
    return HttpResponse(_latest[1], content_type="application/json")


@conditional_page
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """The outlines of the district's areas, as JSON: `width`, `height` and `bounds` (degrees: west, south, east, north)
    of the drawing, its `areas` (`name`, `url` of the space's page in the reader's language or empty, `rings`), and the
    `credit` that has to be shown. 404 where the district has no map that says where it lies.
    """
    drawing = map_with_bounds()
    if drawing is None:
        raise Http404
    pages = {page.space_id: page for page in pages_by_fact(SpacePage, "space_id").values()}
    spaces = {space.key: space for space in Space.objects.all()}
    shown = []
    for area in drawing.areas:
        space = spaces.get(area.key)
        page = pages.get(space.pk) if space else None
        shown.append(
            {
                "name": space.name if space else area.name,
                "url": page.get_url(request) if page else "",
                "rings": area.rings,
            }
        )
    credit = {
        "text": _("Map data: %(credit)s, changed") % {"credit": drawing.credit},
        "licence": drawing.licence,
        "url": drawing.licence_url,
    }
    document = {"width": drawing.width, "height": drawing.height, "bounds": drawing.bounds}
    return HttpResponse(
        _compact({**document, "areas": shown, "credit": credit}), content_type="application/json"
    )


def map_with_bounds() -> Map | None:
    """The map of the district, if a place on earth can be found on it."""
    drawing = district(settings.PORTAL_DATA)
    return drawing if drawing and drawing.bounds else None


def _document(latest: Index) -> bytes:
    places = list(_places(latest))
    document = _compact({"places": places, "streets": list(_streets(latest))})
    if len(gzip.compress(document)) > HEAVIEST:
        document = _compact({"places": places, "streets": []})
    return document


def _places(latest: Index) -> Iterator[list[str]]:
    gazetteer = latest.router.gazetteer
    for place in sorted(gazetteer.places, key=lambda place: place.name):
        municipality = gazetteer.municipalities[place.ags].name
        yield _trimmed(
            place.name,
            " ".join(place.postcodes),
            municipality if municipality != place.name else "",
            "|".join(place.also),
        )


def _streets(latest: Index) -> Iterator[list[Any]]:
    """The streets of the municipalities whose lists are complete: a list with gaps would say that a street is not."""
    rows: Any = Street.objects.filter(municipality__streets_complete_on__isnull=False).values_list(
        "postcode", "municipality__name", "place__name", "name"
    )
    # Each database sorts letters in its own way.
    rows = sorted(rows, key=lambda row: tuple(part or "" for part in row))
    for behind, streets in groupby(rows, key=lambda row: f"{row[0]} {row[2] or row[1]}".strip()):
        yield [behind, list(dict.fromkeys(name for *_place, name in streets))]


def _trimmed(*texts: str) -> list[str]:
    kept = list(texts)
    while not kept[-1]:
        kept.pop()
    return kept


def _compact(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
