"""The card with which somebody who speaks no German asks for an appointment."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.languages import LANGUAGES
from spaces.models import Office
from spaces.templatetags.first_contact import Card, first_contact
from spaces.vocabulary import SpokenLanguage

FOREIGN = [language.code for language in LANGUAGES if not language.code.startswith("de")]

#: How a German reader calls them.
NAMES = {"ar": "Arabisch", "uk": "Ukrainisch", "fa": "Persisch", "kmr": "Kurmandschi", "ti": "Tigrinya"}

REAL = {"telephone": "0151 23125-104", "email": "büro+rat@example.org"}


def card(code: str, **office: Any) -> Card:
    with override(code):
        return first_contact(Office(**office))


def test_the_vocabulary_names_every_language_of_the_portal() -> None:
    assert set(FOREIGN) <= set(SpokenLanguage.values)


@pytest.mark.parametrize(("code", "name"), NAMES.items())
def test_the_card_asks_in_german_and_names_the_readers_language(code: str, name: str) -> None:
    with override("de"):
        assert str(SpokenLanguage(code).label) == name
    with override(code):
        own_name = str(SpokenLanguage(code).label)
    shown = card(code)
    assert f"Meine Sprache: {name}." in shown.german
    assert own_name in shown.own
    assert "Sprache" not in shown.own


@pytest.mark.parametrize("code", ["de", "de-simple"])
def test_who_reads_german_needs_no_interpreter(code: str) -> None:
    shown = card(code)
    assert shown.own == ""
    assert shown.german.count(".") == 2


@pytest.mark.parametrize("code", FOREIGN)
def test_the_german_words_are_the_same_but_for_the_language(code: str) -> None:
    with override("de"):
        name = str(SpokenLanguage(code).label)
    assert card(code).german.replace(name, "X") == card("en").german.replace("Englisch", "X")


@pytest.mark.parametrize(
    ("office", "sms", "mailto"),
    [
        (REAL, "sms:015123125104?&body=", "mailto:b%C3%BCro%2Brat%40example.org?subject="),
        ({"telephone": "+49 151 23125104"}, "sms:+4915123125104?&body=", ""),
        # Nobody reads a message that is sent to a telephone on a desk.
        ({"telephone": "030 23125 104"}, "", ""),
        ({**REAL, "is_example": True}, "", ""),
        ({}, "", ""),
    ],
)
def test_a_message_is_prepared_only_where_somebody_gets_it(
    office: dict[str, Any], sms: str, mailto: str
) -> None:
    shown = card("ar", **office)
    for address, start in ((shown.sms, sms), (shown.mailto, mailto)):
        assert address.startswith(start)
        assert bool(address) is bool(start)
        assert not address or unquote(address).endswith(f"body={shown.german}")
        assert re.fullmatch(r"[\w:@.+?&=%~-]*", address, re.ASCII)


def test_the_card_marks_which_words_are_german() -> None:
    with override("ar"):
        text = render_to_string("components/first_contact.html", {"office": Office(**REAL)})
    german, own = re.findall(r"<blockquote(.*?)>", text)
    assert (german, own) == (' lang="de" dir="ltr"', "")
    assert text.count('href="sms:') == text.count('href="mailto:') == 1
    assert "<form" not in text
