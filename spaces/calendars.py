"""Events as iCalendar (RFC 5545), for the calendar on a reader's telephone.

Times are written in UTC, so that no reader's program needs to know when the clocks change here.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry
from icalendar.enums import STATUS

from spaces.models import Event

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
    # By hand, since Calendar.new() gives every copy of the same calendar another identity.
    result = Calendar()
    result.add("prodid", _PROGRAM)
    result.add("version", "2.0")
    if name:
        # The first is the standard (RFC 7986), the second is what older programs read.
        result.add("name", name)
        result.add("x-wr-calname", name)
        result.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for entry in entries:
        result.add_component(_entry(entry))
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
    entry.add("status", STATUS.CONFIRMED if event.state == "confirmed" else STATUS.TENTATIVE)
    if entered.url:
        entry.add("url", entered.url)
    return entry


def _location(event: Event) -> str:
    if event.office:
        parts = [event.office.name, event.office.street_line, event.office.place_line]
    else:
        parts = [event.venue, event.street, f"{event.postcode} {event.place}".strip()]
    return ", ".join(part for part in parts if part)


def _remark(event: Event) -> str:
    if event.state == "example":
        return _("This event is made up to show how this portal works. It does not take place.")
    if event.state == "unconfirmed":
        return _("Nobody has confirmed this date yet. Please ask before you go there.")
    return ""
