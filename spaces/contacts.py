"""An office as a vCard (RFC 6350), for the contacts on a reader's telephone.

A contact is kept for years and called without a look at its remarks. So an example has nothing to dial, and what is
not confirmed, what is not known and the day on which the card was written all stand in its note.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import vText
from icalendar.parser import Contentline

from portal.cldr import day
from portal.languages import DEFAULT_CODE
from spaces.models import Office


def card(office: Office, *, at: datetime, url: str) -> bytes:
    """The vCard of an office as of a moment, in the reader's language. `url`: the whole address of its page."""
    # vCards are folded and escaped as calendars are.
    return b"".join(Contentline(line).to_ical() + b"\r\n" for line in _lines(office, at, url))


def _lines(office: Office, at: datetime, url: str) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield "KIND:org"
    yield f"UID:urn:uuid:{office.uuid}"
    yield f"REV:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    name = _("Example: %(name)s") % {"name": office.name} if office.is_example else office.name
    yield f"FN:{_escaped(name)}"
    yield f"ORG:{_escaped(name)}"
    if not office.is_example:
        if office.place_line:
            # Post box, addition, street, place, region, postcode, country.
            parts = ("", "", office.street_line, office.place, "", office.postcode, "")
            yield "ADR;TYPE=work:" + ";".join(_escaped(part) for part in parts)
        if office.latitude is not None and office.longitude is not None:
            yield f"GEO:geo:{office.latitude:.5f},{office.longitude:.5f}"
        if office.telephone:
            yield f'TEL;TYPE="work,voice":{_escaped(office.telephone)}'
        if office.email:
            yield f"EMAIL;TYPE=work:{_escaped(office.email)}"
    yield f"URL:{url}"
    yield f"NOTE;LANGUAGE={get_language() or DEFAULT_CODE}:{_escaped(' '.join(_remarks(office, at)))}"
    yield "END:VCARD"


def _remarks(office: Office, at: datetime) -> Iterator[str]:
    if office.is_example:
        yield _("These details are made up to show how this portal works.")
        yield _("You reach nobody there.")
    else:
        if office.state == "unconfirmed":
            yield _("Nobody has confirmed this yet.")
            yield _("Please ask before you go there.")
        # The words of the page itself.
        for label, value in (
            (_("Address"), office.place_line),
            (_("Telephone"), office.telephone),
        ):
            if not value:
                yield f"{label}: {_('not known yet')}."
    yield _("As of %(day)s") % {"day": day(at)}


def _escaped(text: str) -> str:
    return vText(text).to_ical().decode()
