from datetime import date
from typing import NamedTuple

from django import template
from django.template import Context
from django.utils import timezone

from search.address import fold
from search.lookup import Index, index
from search.on_device import map_with_bounds
from search.routing import Router
from spaces.models import School, Space

register = template.Library()


class _Schools(NamedTuple):
    """The schools by the key of the space whose team works there, as one index sees it on one day."""

    #: A new one comes with every change that could move a school.
    router: Router
    day: date
    of_space: dict[str, list[School]]


_latest: _Schools | None = None


@register.simple_tag
def has_outlines() -> bool:
    """Whether a device can find out in which area it is."""
    return map_with_bounds() is not None


@register.simple_tag(takes_context=True)
def territory(context: Context, space: Space) -> list[str]:
    """The names of the places for which a space answers today, without those it shares, in alphabetical order."""
    router = _index(context).router
    plan, places = router.plan(timezone.localdate()), router.gazetteer.places
    return sorted(
        place.name for i, place in enumerate(places) if {d.answer.space for d in plan.base(i)} == {space.key}
    )


@register.simple_tag(takes_context=True)
def schools_of(context: Context, space: Space) -> list[School]:
    """The schools in which the team of a space works today, with their branch sites, by name.

    Which they are follows from where a school stands, as the lookup sees it; a school on which it cannot agree
    is in none.
    """
    global _latest
    latest, today = _index(context), timezone.localdate()
    if _latest is None or _latest.router is not latest.router or _latest.day != today:
        _latest = _Schools(latest.router, today, _schools(latest, today))
    return _latest.of_space.get(space.key, [])


def _schools(latest: Index, today: date) -> dict[str, list[School]]:
    plan, gazetteer = latest.router.plan(today), latest.router.gazetteer
    rows = {(row.name, row.ags): i for i, row in enumerate(gazetteer.schools)}
    of_space: dict[str, list[School]] = {}
    for school in School.objects.select_related("municipality").prefetch_related("sites"):
        i = rows.get((school.name, school.municipality.ags))
        place = gazetteer.school_place(i) if i is not None else None
        if place is None:
            continue
        keys = {d.answer.space for d in plan.decisions(place, fold(school.street), school.house_number)}
        if len(keys) == 1:
            of_space.setdefault(keys.pop(), []).append(school)
    return of_space


def _index(context: Context) -> Index:
    return index(getattr(getattr(context, "request", None), "facts_version", None))
