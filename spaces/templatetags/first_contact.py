"""A few words with which somebody who speaks no German asks an office for an appointment."""

from typing import NamedTuple
from urllib.parse import quote

from django import template
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.languages import DEFAULT_CODE
from spaces.models import Office
from spaces.vocabulary import SpokenLanguage

register = template.Library()

#: How numbers begin that can receive a message; the others are on a desk.
_MOBILE = ("015", "016", "017", "+4915", "+4916", "+4917")


class Card(NamedTuple):
    """What is shown and sent: in German, and as the reader understands it (empty for those who read German).
    `sms` and `mailto`: addresses that write it, empty where there is nobody to write to.
    """

    german: str
    own: str
    sms: str
    mailto: str


@register.simple_tag
def first_contact(office: Office) -> Card:
    """The card for an office, in the reader's language."""
    code = get_language() or DEFAULT_CODE
    with override(DEFAULT_CODE):
        german, subject = _words(code), _("I would like an appointment.")
    number = "".join(sign for sign in office.telephone if sign.isdigit() or sign == "+")
    body = quote(german)
    is_real = not office.is_example
    return Card(
        german=german,
        own="" if code not in SpokenLanguage.values or code == DEFAULT_CODE else _words(code),
        # The sign after the question mark is for iOS, which knows its own way only.
        sms=f"sms:{number}?&body={body}" if is_real and number.startswith(_MOBILE) else "",
        mailto=f"mailto:{quote(office.email)}?subject={quote(subject)}&body={body}"
        if is_real and office.email
        else "",
    )


def _words(code: str) -> str:
    """The words for somebody who speaks this language, in the language that is active."""
    words = [_("Good day."), _("I would like an appointment.")]
    if code in SpokenLanguage.values and code != DEFAULT_CODE:
        # The name stands by itself: no language has to bend it.
        words += [
            _("My language: %(language)s.") % {"language": SpokenLanguage(code).label},
            _("Please arrange an interpreter."),
        ]
    return " ".join(words)
