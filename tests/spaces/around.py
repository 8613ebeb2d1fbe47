"""What stands around an office, for tests: each function makes one, written the way the portal writes it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from wagtail.models import Page

from home.models import HomePage
from spaces.changes import record
from spaces.models import (
    Closure,
    Event,
    Helpline,
    Offer,
    Office,
    OpeningRule,
    Partner,
    Service,
    SpecialDay,
    Stop,
    Timetable,
)
from spaces.models.pages import EventIndexPage, EventPage, ServiceIndexPage, ServicePage
from spaces.models.provider import Confidentiality
from tests.factories import make_authority, make_page

_numbers = count(1)

Hours = tuple[int, str, str] | tuple[int, str, str, str]


def make_timetable(
    of: Office | Offer | Helpline,
    *hours: Hours,
    closures: tuple[tuple[str, str, str], ...] = (),
    special_days: tuple[tuple[str, str, str], ...] = (),
    on_public_holidays: bool = False,
    **values: Any,
) -> Timetable:
    """Rules as (weekday, start, end, way), closures as (first, last, reason), special days as (day, start, end)."""
    timetable = Timetable(**{type(of).__name__.lower(): of}, **values)
    for weekday, start, end, *way in hours:
        timetable.rules.add(
            OpeningRule(
                weekday=weekday,
                start=clock(start),
                end=clock(end),
                way=(*way, "walk_in")[0],
                on_public_holidays=on_public_holidays,
            )
        )
    for first, last, reason in closures:
        timetable.closures.add(
            Closure(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last), reason=reason)
        )
    for day, start, end in special_days:
        special = SpecialDay(day=date.fromisoformat(day), reason="event")
        if start:
            special.start, special.end = clock(start), clock(end)
        timetable.special_days.add(special)
    record(timetable)
    return timetable


def close(timetable: Timetable, first: date, last: date, reason: str = "illness") -> None:
    timetable.closures.add(Closure(first_day=first, last_day=last, reason=reason))
    record(timetable)


def day_and_night() -> list[Hours]:
    return [(day, *half, "phone") for day in range(7) for half in (("00:00", "12:00"), ("12:00", "00:00"))]


def clock(text: str) -> time:
    return time.fromisoformat(text)


def make_helpline(**values: Any) -> Helpline:
    number = next(_numbers)
    helpline = Helpline(
        **{"key": f"line-{number}", "name": f"Line {number}", "telephone": f"030 23125 {number:03}", **values}
    )
    record(helpline)
    return helpline


def make_offer(office: Office, service: Service | None = None, **values: Any) -> Offer:
    offer = Offer(office=office, service=service or make_service(), **values)
    record(offer)
    return offer


def make_service() -> Service:
    service = Service(key=f"service-{next(_numbers)}")
    record(service)
    return service


def make_service_page(home: HomePage, service: Service, **values: Any) -> ServicePage:
    index = ServiceIndexPage.objects.first() or make_page(ServiceIndexPage(title="Help", slug="help"), home)
    return make_page(
        ServicePage(**{"title": f"Help {service.key}", "slug": service.key, "service": service, **values}),
        index,
    )


def make_event(**values: Any) -> Event:
    defaults = {
        "key": f"event-{next(_numbers)}",
        "kind": "open_meeting",
        "starts_at": datetime.now(UTC) + timedelta(days=3),
        "ends_at": datetime.now(UTC) + timedelta(days=3, hours=2),
    }
    event = Event(**{**defaults, **values})
    record(event)
    return event


def make_event_page(home: HomePage, event: Event, **values: Any) -> EventPage:
    index: Page = EventIndexPage.objects.first() or make_page(
        EventIndexPage(title="Events", slug="events"), home
    )
    return make_page(
        EventPage(**{"title": f"Meet {event.key}", "slug": event.key, "event": event, **values}), index
    )


def approve(kind: str = "free", **values: Any) -> Confidentiality:
    """What may be said about confidentiality at a kind of provider, approved by an authority and confirmed."""
    defaults = {
        "wording": "ask_first",
        "approved_on": date(2026, 1, 1),
        "approved_by": values.pop("approved_by", None) or make_authority(),
        "confirmed_on": date(2026, 1, 1),
    }
    approved = Confidentiality(kind=kind, **{**defaults, **values})
    record(approved)
    return approved


def make_partner(**values: Any) -> Partner:
    partner = Partner(**{"name": f"Partner {next(_numbers)}", "kind": "midwife", **values})
    record(partner)
    return partner


def add_stop(office: Office, **values: Any) -> None:
    office.stops.add(Stop(**{"name": f"Stop {next(_numbers)}", "lines": "5005", "minutes": 3, **values}))
    record(office)
