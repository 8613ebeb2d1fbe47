"""The facts that stand beside offices, in memory: spaces, providers, services, schools, events, figures, geography.

A process reads them in nine queries, once for each version of the journal. What is around offices, and what is open,
is in `spaces.open_now`.
"""

from typing import NamedTuple

from spaces.figures import Shown, shown
from spaces.models import Event, Figure, Municipality, Place, Provider, School, Service, Space
from spaces.vocabulary import EventKind


class Register(NamedTuple):
    """Each in the order of its model. The rows are shared: nobody may change them. Figures say what may be shown."""

    version: int
    spaces: list[Space]
    providers: list[Provider]
    services: list[Service]
    schools: list[School]
    #: Those of the past too, but not what is for the steering group only.
    events: list[Event]
    figures: list[Shown]
    municipalities: list[Municipality]
    places: list[Place]


_latest: Register | None = None


def register(version: int) -> Register:
    """The facts of this version of the journal."""
    global _latest
    if _latest is None or _latest.version != version:
        _latest = _read(version)
    return _latest


def forget() -> None:
    """Drop what is kept. For tests, which roll the journal back."""
    global _latest
    _latest = None


def _read(version: int) -> Register:
    return Register(
        version,
        list(Space.objects.all()),
        list(Provider.objects.all()),
        list(Service.objects.all()),
        list(School.objects.select_related("municipality").prefetch_related("sites")),
        list(Event.objects.exclude(kind=EventKind.STEERING).select_related("space", "office__space")),
        shown(Figure.objects.select_related("space")),
        list(Municipality.objects.select_related("authority")),
        list(Place.objects.select_related("municipality__authority")),
    )
