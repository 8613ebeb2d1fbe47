"""Leichte Sprache keeps its rules: in the catalogue of `de-simple`, and in the starter content's pages.

What a program can see of the rules, no more. Whether a text is understood, only its readers can say.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings

from portal.languages import locale_folder
from portal.writing import broken_rules, sentences

STARTER = Path(settings.PORTAL_DATA) / "starter"


@cache
def names() -> tuple[str, ...]:
    """Names of places and organisations: what the pages about them are called."""
    pages = json.loads((STARTER / "pages.json").read_text(encoding="utf-8"))["pages"]
    kinds = ("spaces.SpacePage", "spaces.ProviderPage")
    found = [page["title"].removeprefix("Sozialraum ") for page in pages if page["type"] in kinds]
    return (*found, "Lüneburg", "Niedersachsen")


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("Das Team hilft Ihnen und Ihrer Familie gern bei allen Fragen rund um Ihre Kinder.", ["too long"]),
        ("Das Team in Bardowick hilft Ihnen und Ihrer Familie gern bei allen Fragen.", []),
        ("Das ist das Büro des Landkreises.", ["genitive"]),
        ("Die Tür eines alten Hauses.", ["genitive"]),
        ("Das ist das Büro vom Landkreis.", []),
        ("Der Brief wird im Büro gelesen.", ["passive"]),
        ("Sagen Sie, ob angerufen wird.", ["passive"]),
        ("Das wird gut.", []),
        ("Es gibt zehn Büros.", ["number in letters"]),
        ("Zwei Menschen arbeiten hier.", ["number in letters"]),
        ("Es gibt 10 Büros.", []),
        ("Am Tag Heilige Drei Könige ist zu.", []),
        ("Sie könnten anrufen.", ["conditional"]),
        ("Das wäre gut.", ["conditional"]),
        ("Sie können anrufen.", []),
        ("Alle Menschen sollen das lesen.", []),
        ("Sie brauchen z. B. einen Brief.", ["abbreviation"]),
        ("Kommen Sie mit Kindern usw. vorbei.", ["abbreviation"]),
        ("Zum Beispiel mit der Flüchtlingssozialarbeit.", ["long compound"]),
        ("Ämter schreiben: „Flüchtlingssozialarbeit“.", []),
        ("Das ist die Flüchtlings-Sozial-Arbeit.", []),
        ("Hier hilft der Caritasverband Lüneburg.", []),
    ],
)
def test_a_broken_rule_is_seen(sentence: str, rules: list[str]) -> None:
    assert broken_rules(sentence, names()) == rules


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Das ist gut. Das hilft.", ["Das ist gut.", "Das hilft."]),
        ("Passt das? „Ja“ heißt: Es passt.", ["Passt das?", "„Ja“ heißt: Es passt."]),
        ("Albatros e. V. Sie hilft.", ["Albatros e.V. Sie hilft."]),
        ("<b>%(office)s</b> ist da.", ["X ist da."]),
    ],
)
def test_a_text_is_taken_apart(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def written() -> Iterator[str]:
    catalogue = settings.LOCALE_PATHS[0] / locale_folder("de-simple") / "LC_MESSAGES" / "django.po"
    for path in (catalogue, STARTER / "translations" / "de-simple.po"):
        for entry in polib.pofile(str(path)):
            yield from entry.msgstr_plural.values() or [entry.msgstr]


def test_every_text_keeps_the_rules() -> None:
    texts = [sentence for text in written() for sentence in sentences(text)]
    assert len(texts) > 600
    assert {sentence: broken for sentence in texts if (broken := broken_rules(sentence, names()))} == {}
