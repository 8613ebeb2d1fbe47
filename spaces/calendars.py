"""Events and opening hours as iCalendar (RFC 5545), for the calendar on a reader's telephone.

Times are written in UTC, so that no reader's program needs to know when the clocks change here.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, vText
from icalendar import Event as Entry
from icalendar.enums import STATUS, TRANSP

from portal.cldr import day
from spaces import hours
from spaces.models import Event, Office
from spaces.models.fact import Fact, FactState
from spaces.vocabulary import Way

if TYPE_CHECKING:
    from spaces.open_now import Opening

#: Opening hours are written for so many days: what is announced for later may still change.
AHEAD = timedelta(weeks=8)

#: Names the program that wrote a calendar, as RFC 5545 wants it.
_PROGRAM = "-//Sozialraumportal//Sozialraumportal//DE"


class Entered(NamedTuple):
    """An event with the words of its page: its name in the reader's language, the page's address, when it changed."""

    event: Event
    name: str
    description: str
    url: str
    changed_at: datetime


def calendar(entries: Iterable[Entered], *, name: str = "") -> bytes:
    """A calendar of these events, in the order given. An example says so in its name, where everybody sees it."""
    return _written((_entry(entry) for entry in entries), name)


def hours_calendar(office: Office, opening: "Opening | None", *, at: datetime, url: str) -> bytes:
    """The opening hours of an office from the day of this moment on, for eight weeks, as they really are: with
    closures, special days and public holidays. `url`: the whole address of its page.

    Each span is an entry of its own, which takes no time of the reader's and keeps its identity while the calendar is
    read again. Without known hours it is a calendar without entries, so that a subscription goes on.
    """
    name = _("Opening hours: %(office)s") % {"office": office.name}
    if opening is None or not opening.has_hours:
        return _written((), name, _("The opening hours are not known."))
    # Such an entry tells when and where: it is as sure as the less sure of both.
    state = _least_sure(office, opening.fact)
    spans = _spans(opening.table, timezone.localtime(at))
    return _written((_opened(office, span, state, at, url) for span in spans), name)


class _Span(NamedTuple):
    """Open in one way, from one moment to another."""

    start: datetime
    end: datetime
    way: hours.Way


def _spans(table: hours.Timetable, at: datetime) -> Iterator[_Span]:
    """What is open on the day of a moment and after it, by its end. The moments come from the timetable, which knows
    what the clock does; what goes on at either edge is cut there.
    """
    first = datetime.combine(at.date(), time.min, tzinfo=at.tzinfo)
    last = datetime.combine(at.date() + AHEAD, time.min, tzinfo=at.tzinfo)
    since = dict.fromkeys(table.state(first).ways, first)
    changes = [*table.changes(first + timedelta.resolution, last), hours.Change(last, frozenset())]
    for change in changes:
        for way in hours.WAYS:
            if way in change.ways:
                since.setdefault(way, change.at)
            elif way in since:
                yield _Span(since.pop(way), change.at, way)


def _opened(office: Office, span: _Span, state: FactState, at: datetime, url: str) -> Entry:
    entry = Entry()
    start = span.start.astimezone(UTC)
    entry.add("uid", f"{office.uuid}-{start:%Y%m%dT%H%M}-{span.way}")
    entry.add("dtstamp", at.astimezone(UTC))
    entry.add("dtstart", start)
    entry.add("dtend", span.end.astimezone(UTC))
    name = f"{office.name}: {Way(span.way).label}"
    remarks = []
    if state == "example":
        name = _("Example: %(name)s") % {"name": name}
        remarks = [
            _("These details are made up to show how this portal works."),
            _("You reach nobody there."),
        ]
    elif state == "unconfirmed":
        name = f"{name} ({_('not confirmed yet')})"
        remarks = [_("Nobody has confirmed this yet."), _("Please ask before you go there.")]
    entry.add("summary", name, parameters={"LANGUAGE": get_language() or "de"})
    if office.place_line and not office.is_example:
        entry.add("location", _address(office))
    # An entry that was copied instead of subscribed to does not hear of a closure.
    entry.add("description", " ".join([*remarks, _("As of %(day)s") % {"day": day(at)}]))
    entry.add("status", _status(state))
    entry.add("transp", TRANSP.TRANSPARENT)
    entry.add("url", url)
    return entry


def _least_sure(*facts: Fact) -> FactState:
    states = {fact.state for fact in facts}
    return "example" if "example" in states else "unconfirmed" if "unconfirmed" in states else "confirmed"


def _written(entries: Iterable[Entry], name: str = "", description: str = "") -> bytes:
    # By hand, since Calendar.new() gives every copy of the same calendar another identity.
    result = Calendar()
    result.add("prodid", _PROGRAM)
    result.add("version", "2.0")
    if name:
        # The first is the standard (RFC 7986), the second is what older programs read.
        result.add("name", vText(name))
        result.add("x-wr-calname", vText(name))
        result.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    if description:
        result.add("description", description)
    for entry in entries:
        result.add_component(entry)
    return bytes(result.to_ical())


def _entry(entered: Entered) -> Entry:
    event = entered.event
    entry = Entry()
    entry.add("uid", str(event.uuid))
    entry.add("dtstamp", entered.changed_at.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", event.ends_at.astimezone(UTC))
    name = _("Example: %(name)s") % {"name": entered.name} if event.is_example else entered.name
    entry.add("summary", name, parameters={"LANGUAGE": get_language() or "de"})
    if location := _location(event):
        entry.add("location", location)
    if words := "\n\n".join(text for text in (entered.description, _remark(event)) if text):
        entry.add("description", words)
    entry.add("status", _status(event.state))
    if entered.url:
        entry.add("url", entered.url)
    return entry


def _location(event: Event) -> str:
    if event.office:
        return _address(event.office)
    parts = [event.venue, event.street, f"{event.postcode} {event.place}".strip()]
    return ", ".join(part for part in parts if part)


def _address(office: Office) -> str:
    return ", ".join(part for part in (office.name, office.street_line, office.place_line) if part)


def _status(state: FactState) -> STATUS:
    return STATUS.CONFIRMED if state == "confirmed" else STATUS.TENTATIVE


def _remark(event: Event) -> str:
    if event.state == "example":
        return _("This event is made up to show how this portal works. It does not take place.")
    if event.state == "unconfirmed":
        return _("Nobody has confirmed this date yet. Please ask before you go there.")
    return ""
