"""Leichte Sprache keeps its rules: in the catalogue of `de-simple`, and in the starter content's pages.

What a program can see of the rules, no more. Whether a text is understood, only its readers can say.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings

from portal.languages import locale_folder

STARTER = Path(settings.PORTAL_DATA) / "starter"

#: So many words a sentence may have; with the name of a place or an organisation in it, a few more.
MOST_WORDS, MOST_WORDS_WITH_A_NAME = 12, 15
MOST_LETTERS = 14

#: Long words that are not put together out of others.
NO_COMPOUNDS = {"Veranstaltungen", "Schwierigkeiten"}

#: Not a number but the name of a holiday.
NAMES_WITH_A_NUMBER = "Heilige Drei Könige"

PARTICIPLE = r"\w*ge\w+(?:t|en)"
WORDS_OF_NUMBERS = "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"


@cache
def names() -> tuple[str, ...]:
    """Names of places and organisations: what the pages about them are called."""
    pages = json.loads((STARTER / "pages.json").read_text(encoding="utf-8"))["pages"]
    kinds = ("spaces.SpacePage", "spaces.ProviderPage")
    found = [page["title"].removeprefix("Sozialraum ") for page in pages if page["type"] in kinds]
    return (*found, "Lüneburg", "Niedersachsen")


def sentences(text: str) -> list[str]:
    """A text in its sentences, without what is not read: tags and placeholders (each stands for a word)."""
    text = re.sub(r"%\(\w+\)[sd]", "X", re.sub(r"<[^>]+>", "", text))
    # It ends no sentence.
    text = text.replace("e. V.", "e.V.")
    return re.split(r"(?<=[.!?])[“”]?\s+(?=[„(]?[A-ZÄÖÜ0-9])(?<!e\.V\.\s)", text)


def is_long(sentence: str) -> bool:
    has_name = any(name in sentence for name in names())
    return len(sentence.split()) > (MOST_WORDS_WITH_A_NAME if has_name else MOST_WORDS)


def has_genitive(sentence: str) -> bool:
    return bool(re.search(r"\b(?:des|eines|[dms]eines|ihres|Ihres)\s+(?:\w+en\s+)?[A-ZÄÖÜ]\w*s\b", sentence))


def has_passive(sentence: str) -> bool:
    be = r"\b(?:wird|werden|wurden?|worden)\b"
    return bool(re.search(rf"{be}.*\b{PARTICIPLE}\b|\b{PARTICIPLE}\s+{be}", sentence))


def has_number_in_letters(sentence: str) -> bool:
    spoken = "|".join(WORDS_OF_NUMBERS.split())
    return bool(re.search(rf"\b(?:{spoken})\b", sentence.replace(NAMES_WITH_A_NUMBER, ""), re.IGNORECASE))


def has_conditional(sentence: str) -> bool:
    return bool(re.search(r"\b(?:könnt|würd|hätt|wär|müsst|sollt)e[nt]?\b", sentence, re.IGNORECASE))


def has_abbreviation(sentence: str) -> bool:
    return bool(re.search(r"\b(?:z\.\s?B|d\.\s?h|u\.\s?a|usw|bzw|ggf|evtl|inkl)\.", sentence))


def has_long_compound(sentence: str) -> bool:
    # An official word may be quoted, beside the easy one.
    for name in (*names(), *re.findall("„[^“]*“", sentence)):
        sentence = sentence.replace(name, "")
    return bool(set(re.findall(rf"[^\W\d_]{{{MOST_LETTERS + 1},}}", sentence)) - NO_COMPOUNDS)


RULES: dict[str, Callable[[str], bool]] = {
    "too long": is_long,
    "genitive": has_genitive,
    "passive": has_passive,
    "number in letters": has_number_in_letters,
    "conditional": has_conditional,
    "abbreviation": has_abbreviation,
    "long compound": has_long_compound,
}


def broken_rules(sentence: str) -> list[str]:
    return [rule for rule, is_broken in RULES.items() if is_broken(sentence)]


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
    assert broken_rules(sentence) == rules


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
    assert {sentence: broken for sentence in texts if (broken := broken_rules(sentence))} == {}
