"""What a template asks about opening hours and what stands around an office.

Everything comes from the memory of the process (`spaces.open_now`). A tag that says "open now" notes on the request
when that ends (`request.expires_at`), and the page is not kept any longer.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django import template
from django.db import DatabaseError
from django.template import Context
from django.utils import timezone
from django.utils.translation import get_language

from spaces import open_now
from spaces.codes import CodesField
from spaces.models import (
    Confidentiality,
    Event,
    Helpline,
    Offer,
    Office,
    Partner,
    Provider,
    Space,
    Stop,
    Timetable,
)
from spaces.vocabulary import Building, Known, Way

register = template.Library()

#: Numbers that stand on every page whatever the facts say, so that they are there without a database.
EMERGENCY_NUMBERS = {"112", "110"}


class Hours(NamedTuple):
    """The opening hours of something on a day, as a template shows them."""

    #: None: nobody knows them.
    opening: open_now.Opening | None
    today: date
    #: How it is at this moment; None: there is no hour that anybody knows.
    now: open_now.Now | None

    @property
    def is_known(self) -> bool:
        return self.now is not None

    @property
    def is_closed(self) -> bool:
        """Whether somebody who comes now finds nobody, as far as anyone knows."""
        return self.now is None or not self.now.open

    @property
    def fact(self) -> Timetable | None:
        return self.opening.fact if self.opening else None

    @property
    def week(self) -> list[open_now.Row]:
        """Today and the six days after it."""
        return self.opening.week(self.today) if self.opening else []

    @property
    def ahead(self) -> list[open_now.Announced]:
        """What is announced for the days after these."""
        return self.opening.ahead(self.today) if self.opening else []

    @property
    def ways(self) -> list[str]:
        return self.opening.ways(self.today) if self.opening else []


class Line(NamedTuple):
    """A helpline and its hours."""

    fact: Helpline
    hours: Hours


@register.simple_tag(takes_context=True)
def hours_of(context: Context, fact: Office | Offer | Helpline | None) -> Hours:
    """The opening hours of an office, an offer or a helpline; not known for None."""
    return _hours(context, fact)


@register.simple_tag(takes_context=True)
def help_now(context: Context) -> list[Line]:
    """The numbers that help at once, beside those for emergencies. Empty where the facts cannot be read.

    They stand on every page, on the one for a missing page too, which has to come up without a database.
    """
    try:
        lines = [line for line in _facts(context).helplines if line.telephone not in EMERGENCY_NUMBERS]
        return [Line(line, _hours(context, line)) for line in lines]
    except DatabaseError:
        return []


@register.simple_tag(takes_context=True)
def stops_of(context: Context, office: Office) -> list[Stop]:
    """The stops near an office."""
    return _facts(context).stops.get(office.pk, [])


@register.simple_tag(takes_context=True)
def offers_of(context: Context, office: Office) -> list[open_now.Listed]:
    """What an office offers, each with the page that names it."""
    return _facts(context).offers_of(office, get_language() or "")


@register.simple_tag(takes_context=True)
def has_own_hours(context: Context, offer: Offer) -> bool:
    """Whether an offer is not simply open whenever its office is."""
    return offer.pk in _facts(context).of_offer


@register.simple_tag(takes_context=True)
def confidentiality_of(context: Context, provider: Provider | None) -> Confidentiality | None:
    """What may be said about confidentiality at this kind of provider, with who approved it and when; None where
    nobody did: then readers ask first.
    """
    return _facts(context).confidentiality.get(provider.kind) if provider else None


@register.simple_tag(takes_context=True)
def partners_of(context: Context, space: Space) -> list[Partner]:
    """With whom the team of a space works."""
    return _facts(context).partners.get(space.pk, [])


@register.simple_tag(takes_context=True)
def events_of(context: Context, space: Space) -> list[open_now.Listed]:
    """What is still to come in a space, each with the page that names it."""
    listed = _facts(context).events_of(space.pk, _at(context), get_language() or "")
    for event, _ in listed:
        _ends(context, event.ends_at)
    return listed


@register.simple_tag
def building_of(office: Office) -> dict[str, list[Any]]:
    """What is known of the building: `known`, pairs of a feature and yes or no in words, and `unknown`, the others."""
    building: dict[str, list[Any]] = {"known": [], "unknown": []}
    for feature in Building:
        if getattr(office, feature.value) == Known.UNKNOWN:
            building["unknown"].append(feature.label)
        else:
            building["known"].append((feature.label, getattr(office, f"get_{feature.value}_display")()))
    return building


@register.filter
def labels(fact: Any, field: str) -> list[str]:
    """The words for the codes that a fact holds in one of its fields."""
    codes: CodesField = fact._meta.get_field(field)
    vocabulary: Callable[[str], Any] = codes.vocabulary or str
    return [str(getattr(vocabulary(code), "label", code)) for code in getattr(fact, field)]


@register.filter
def way_label(way: str) -> str:
    """The words for one way to come."""
    return str(Way(way).label)


@register.filter
def day_word(at: datetime) -> str:
    """ "today", "tomorrow", "weekday" (within the week) or "date": how to speak of the day of a moment to come."""
    days = (timezone.localdate(at) - timezone.localdate()).days
    return "today" if days < 1 else "tomorrow" if days == 1 else "weekday" if days < 7 else "date"


@register.filter
def is_same_day(event: Event) -> bool:
    """Whether an event ends on the day on which it begins."""
    return timezone.localdate(event.starts_at) == timezone.localdate(event.ends_at)


# One request ------------------------------------------------------------------------------------------------------


def _request(context: Context) -> Any:
    # `{% include ... only %}` takes the variables away, and leaves the request.
    return getattr(context, "request", None) or context.get("request")


def _facts(context: Context) -> open_now.Facts:
    request = _request(context)
    if request is None:
        return open_now.facts()
    found: open_now.Facts | None = getattr(request, "facts", None)
    if found is None:
        found = request.facts = open_now.facts(getattr(request, "facts_version", None))
    return found


def _at(context: Context) -> datetime:
    """One moment for the whole page, so that nothing on it contradicts the rest."""
    request = _request(context)
    if request is None:
        return timezone.now()
    if not hasattr(request, "made_at"):
        request.made_at = timezone.now()
    moment: datetime = request.made_at
    return moment


def _hours(context: Context, fact: Office | Offer | Helpline | None) -> Hours:
    at = _at(context)
    opening = _facts(context).opening(fact) if fact else None
    now = opening.now(at) if opening and opening.has_hours else None
    if now:
        _ends(context, now.until)
    return Hours(opening, timezone.localdate(at), now)


def _ends(context: Context, at: datetime | None) -> None:
    """Note that the page is true until this moment only."""
    request = _request(context)
    if at is None or request is None:
        return
    # Moments of one zone are compared by their clock, which goes back in autumn.
    at = at.astimezone(UTC)
    request.expires_at = min(at, getattr(request, "expires_at", None) or at + timedelta.resolution)
