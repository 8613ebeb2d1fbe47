"""Machine translators for editors. They are off unless the environment names one, and what they write is marked as a
machine's until a person has checked it.

Proper terms are kept: each of `PROTECTED` and the name of every space goes through the machine as an empty mark, and a
sentence that comes back without one of its marks is not taken.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django.apps import apps
from wagtail.models import Locale
from wagtail_localize.machine_translators.base import BaseMachineTranslator
from wagtail_localize.machine_translators.deepl import DeepLTranslator
from wagtail_localize.machine_translators.libretranslate import LibreTranslator
from wagtail_localize.strings import StringValue

#: Words by which people find a door; every language keeps them.
PROTECTED = ("Sozialraumbüros", "Sozialraumbüro", "Jugendamt")


class KeepsTerms(BaseMachineTranslator):
    """Hides protected terms from the translator that follows it in the order of bases."""

    #: The languages into which the service translates, by our codes.
    languages: frozenset[str] = frozenset()

    def can_translate(self, source_locale: Locale, target_locale: Locale) -> bool:
        return source_locale.language_code == "de" and target_locale.language_code in self.languages

    def translate(
        self, source_locale: Locale, target_locale: Locale, strings: Iterable[StringValue]
    ) -> dict[StringValue, StringValue]:
        """A translation for each string that came back whole."""
        terms = list(self.terms())
        longest_first = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
        # Whole words only: Bardowicker Straße holds no name of a space.
        pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
        hidden = {string: _hidden(string.data, pattern) for string in strings}
        made = super().translate(
            source_locale,
            target_locale,
            list(dict.fromkeys(StringValue(text) for text, _ in hidden.values())),
        )
        translated = {}
        for string, (text, found) in hidden.items():
            answer = made.get(StringValue(text))
            if answer is not None and (whole := _put_back(answer.data, found)) is not None:
                translated[string] = StringValue(whole)
        return translated

    def terms(self) -> Iterable[str]:
        """What no translator may touch, as it stands in rich text."""
        yield from PROTECTED
        for name in apps.get_model("spaces", "Space").objects.values_list("name", flat=True):
            yield escape(name, quote=False)


class DeepL(KeepsTerms, DeepLTranslator):
    languages = frozenset({"en", "uk", "ru", "ar", "tr", "fr", "pl"})

    def get_parameters(self, source_locale: Locale, target_locale: Locale, strings: Any) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_parameters(source_locale, target_locale, strings)
        if parameters["target_lang"] == "EN":
            parameters["target_lang"] = "EN-GB"
        return parameters


class LibreTranslate(KeepsTerms, LibreTranslator):
    languages = frozenset({"en", "uk", "ru", "ar", "fa", "tr", "fr", "pl"})


def _hidden(text: str, pattern: "re.Pattern[str]") -> tuple[str, list[str]]:
    """A text with marks in the place of terms, and the terms."""
    pieces = pattern.split(text)
    marked = "".join(
        piece + (f'<x id="{number}"/>' if number < len(pieces) else "")
        for number, piece in enumerate(pieces, start=1)
    )
    return marked, pattern.findall(text)


def _put_back(text: str, found: list[str]) -> str | None:
    """The text with its terms; None where a mark is missing, or there twice."""
    for number, term in enumerate(found, start=1):
        pieces = re.split(rf'<x id="{number}"\s*/?>(?:\s*</x>)?', text)
        if len(pieces) != 2:
            return None
        text = term.join(pieces)
    return text
