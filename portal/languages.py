"""The languages of the portal: their codes, their names in themselves, and the way they are written.

``LANGUAGES`` holds all twelve that the portal is made for. ``SERVED`` holds those in which it answers today:
a language is served once its catalogue (``portal/locale/<locale>/LC_MESSAGES/django.po``) and its content
exist. To add one:

1. add it to ``LANGUAGES``;
2. translate the catalogue (its folder is ``locale_folder(code)``) and run ``manage.py compile_catalogues``;
3. load or write its home page (``manage.py load_translations``); until then it shows the German pages.

English has no catalogue: its texts are the keys of the others.

``kmr`` and ``ti`` are unknown to Django, and without a compiled catalogue of our own Django silently takes
them for no language at all: ``/ti/`` would be redirected to ``/de/ti/``. So the catalogue comes first.
``register()`` tells Django the names of the languages that it does not know.
"""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its BCP 47 code in lower case, its name in itself, and how it is written."""

    code: str
    name: str
    direction: Direction = "ltr"
    #: The name of its data in CLDR, where that is another one.
    data: str = ""
    #: Other codes by which a browser may ask for it.
    also: tuple[str, ...] = ()

    @property
    def is_rtl(self) -> bool:
        return self.direction == "rtl"

    @property
    def cldr(self) -> str:
        """The name of its data in CLDR."""
        return self.data or self.code


LANGUAGES: tuple[Language, ...] = (
    Language("de", "Deutsch"),
    # Until readers with learning difficulties have checked a text it may not be called Leichte Sprache.
    Language("de-simple", "Einfache Sprache", data="de"),
    Language("en", "English", data="en_GB"),
    Language("uk", "Українська"),
    Language("ru", "Русский"),
    Language("ar", "العربية", "rtl"),
    Language("fa", "فارسی", "rtl", also=("prs",)),
    Language("tr", "Türkçe"),
    Language("fr", "Français"),
    Language("pl", "Polski"),
    Language("kmr", "Kurmancî", data="ku", also=("ku",)),
    Language("ti", "ትግርኛ"),
)

BY_CODE: dict[str, Language] = {language.code: language for language in LANGUAGES}

#: Codes by which browsers ask for some of them, and ours.
ALSO: dict[str, str] = {code: language.code for language in LANGUAGES for code in language.also}

DEFAULT_CODE = "de"

# The codes whose catalogue and content exist; see the docstring of this module.
SERVED_CODES: tuple[str, ...] = tuple(language.code for language in LANGUAGES)

SERVED: tuple[Language, ...] = tuple(BY_CODE[code] for code in SERVED_CODES)

# In Django's shape, for LANGUAGES and WAGTAIL_CONTENT_LANGUAGES.
SERVED_CHOICES: list[tuple[str, str]] = [(language.code, language.name) for language in SERVED]


def direction(code: str) -> Direction:
    """The direction of a language's script; ``ltr`` for a code that is none of ours."""
    language = BY_CODE.get(code)
    return language.direction if language else "ltr"


def locale_folder(code: str) -> str:
    """The name of a language's catalogue folder: ``de`` for ``de``, ``de_Simple`` for ``de-simple``."""
    language, _, variant = code.partition("-")
    return f"{language}_{variant.title()}" if variant else language


def register() -> None:
    """Tell Django the names of those of our languages that it does not know. Safe to call again."""
    from django.conf.locale import LANG_INFO

    for language in LANGUAGES:
        if language.code not in LANG_INFO:
            LANG_INFO[language.code] = {
                "bidi": language.is_rtl,
                "code": language.code,
                "name": language.name,
                "name_local": language.name,
            }
