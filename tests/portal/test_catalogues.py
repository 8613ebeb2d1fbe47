"""The words of the interface: every language has all that readers meet, and each sentence fits where it stands.

What the code says is read from the code itself, so that a text which nobody put into a catalogue is found too.
"""

import ast
import gettext
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import polib
import pytest
from babel import Locale
from django.apps import apps
from django.conf import settings
from django.core.checks.registry import registry
from django.test import Client
from django.utils import translation
from django.utils.translation import check_for_language, ngettext
from django.utils.translation.template import templatize
from pytest_django import Settings
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from portal.apps import check_catalogues
from portal.languages import BY_CODE, LANGUAGES, SERVED_CODES, Language, locale_folder
from portal.management.commands.compile_catalogues import compile_catalogue
from tests import factories

ROOT = Path(settings.BASE_DIR)

#: Context, text, plural.
Msgid = tuple[str, str, str]

#: English texts are the keys of the others; German is the editors' language and holds more.
READERS = [code for code in SERVED_CODES if code not in ("en", "de")]

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
TAG = re.compile(r"</?\w+")

#: The names of a call, and which of its arguments are context, text and plural.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}

PLURALS = (
    ("%(counter)s language", "%(counter)s languages"),
    (
        "%(counter)s minute on foot",
        "%(counter)s minutes on foot",
    ),
)

every_language = pytest.mark.parametrize("code", READERS)


@cache
def catalogue(code: str) -> polib.POFile:
    return polib.pofile(str(settings.LOCALE_PATHS[0] / locale_folder(code) / "LC_MESSAGES" / "django.po"))


def of(entry: polib.POEntry) -> Msgid:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def texts(entry: polib.POEntry) -> list[str]:
    """The translation, in all its plural forms."""
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def said_in(source: str) -> Iterator[Msgid]:
    """The texts that a Python module marks for translation."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in CALLS:
            continue
        places = [at if at is None else call.args[at] for at in CALLS[call.func.id]]
        if all(place is None or isinstance(place, ast.Constant) for place in places):
            context, text, plural = (str(getattr(place, "value", "")) for place in places)
            yield context, text, plural


def said_in_template(source: str) -> Iterator[Msgid]:
    """The texts that a template marks for translation."""
    # Django's own way to them: it leaves calls of gettext, and an X for each letter that is none of them.
    calls = re.finditer(
        r"\b(?:n?p?gettext|_)\((?:[^()'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*\)", templatize(source)
    )
    for call in calls:
        yield from said_in(call[0].replace("count)", "1)"))


@cache
def said_to_readers() -> frozenset[Msgid]:
    """What readers meet: everything but the files that the Makefile leaves to the editors' catalogue."""
    (line,) = re.findall(r"^FOR_EDITORS := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for_editors = line.replace("\\", " ").split()
    found: set[Msgid] = set()
    for folder in ("portal", "home", "search", "spaces", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            parts = path.relative_to(ROOT).parts
            if any(fnmatch(part, pattern) for part in parts for pattern in for_editors):
                continue
            if path.suffix == ".py":
                found.update(said_in(path.read_text(encoding="utf-8")))
            elif path.suffix in (".html", ".xml", ".txt"):
                found.update(said_in_template(path.read_text(encoding="utf-8")))
    return frozenset(found)


# Completeness --------------------------------------------------------------------------------------------------------


def test_texts_are_found_in_code_and_in_templates() -> None:
    module = 'x = [_("a"), ngettext("b", "bs", n), pgettext_lazy("c", "d"), _(name), other("e")]'
    assert set(said_in(module)) == {("", "a", ""), ("", "b", "bs"), ("c", "d", "")}
    template = (
        '{% load i18n %}{% translate "It\'s (1)" %}{% translate "d" context "c" %}'
        "{% blocktranslate trimmed with x=1 %}\n f {{ x }}\n g{% endblocktranslate %}"
        "{% blocktranslate trimmed count counter=n %}{{ counter }} h{% plural %}{{ counter }} hs{% endblocktranslate %}"
    )
    assert set(said_in_template(template)) == {
        ("", "It's (1)", ""),
        ("c", "d", ""),
        ("", "f %(x)s g", ""),
        ("", "%(counter)s h", "%(counter)s hs"),
    }


def test_what_readers_meet_is_found() -> None:
    said = {text for _, text, _ in said_to_readers()}
    assert len(said) > 250
    assert {"Find your office", "Open now", "%(counter)s language", "by appointment"} <= said
    # Editors' own.
    assert "home page" not in said


@every_language
def test_a_language_says_everything_that_readers_meet_and_nothing_else(code: str) -> None:
    entries = [entry for entry in catalogue(code) if not entry.obsolete]
    assert {of(entry) for entry in entries} == said_to_readers()
    assert len(entries) == len(said_to_readers())
    assert [
        entry.msgid for entry in entries if entry.fuzzy or not all(text.strip() for text in texts(entry))
    ] == []


@every_language
def test_a_language_is_not_english(code: str) -> None:
    """An entry that was filled with its key. Names and loanwords are the same in a few languages."""
    same = [entry.msgid for entry in catalogue(code) if entry.msgid in texts(entry)]
    words = [
        msgid for msgid in same if re.search(r"[^\W\d_]{3,}.* .*[^\W\d_]{3,}", PLACEHOLDER.sub("", msgid))
    ]
    assert words == []


# The starter content -------------------------------------------------------------------------------------------------

STARTER = Path(settings.PORTAL_DATA) / "starter"

#: What the authority has to write itself; its stand-ins are there for editors and for those who read German.
LEGAL = {"impressum", "datenschutz", "barrierefreiheit"}
IN_WHICH_LEGAL_IS = {"en", "de-simple"}

INLINE = re.compile(r"<[^>]+>")


def sentences(entries: list[dict[str, Any]]) -> set[str]:
    """What a translator gets of these pages, as wagtail-localize takes them apart."""
    found = set()
    for entry in entries:
        model = apps.get_model(entry["type"])
        fields: dict[str, Any] = {name: entry[name] for name in ("title", "lead") if name in entry}
        if "body" in entry:
            fields["body"] = json.dumps(entry["body"])
        # The facts that a page is about have no sentences.
        fields |= {name: model._meta.get_field(name).related_model() for name in model.about}
        segments = extract_segments(model(**fields))
        found |= {segment.string.data for segment in segments if isinstance(segment, StringSegmentValue)}
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code in SERVED_CODES if code != "de"])
def test_every_sentence_of_the_starter_pages_is_translated(code: str) -> None:
    pages = json.loads((STARTER / "pages.json").read_text(encoding="utf-8"))["pages"]
    wanted = sentences([page for page in pages if code in IN_WHICH_LEGAL_IS or page["slug"] not in LEGAL])
    known = polib.pofile(str(STARTER / "translations" / f"{code}.po"))
    assert len(wanted) > 100
    assert wanted - {entry.msgid for entry in known if entry.msgstr.strip()} == set()
    # Nothing is left of sentences that nobody says any more, and no sentence stands there twice.
    assert {entry.msgid for entry in known} - sentences(pages) == set()
    assert len(known) == len({entry.msgid for entry in known})


@pytest.mark.parametrize("code", [code for code in SERVED_CODES if code != "de"])
def test_a_starter_translation_has_the_tags_and_the_blanks_of_its_sentence(code: str) -> None:
    for entry in polib.pofile(str(STARTER / "translations" / f"{code}.po")):
        assert not entry.fuzzy, entry.msgid
        assert sorted(INLINE.findall(entry.msgstr)) == sorted(INLINE.findall(entry.msgid)), entry.msgid
        assert entry.msgstr == entry.msgstr.strip(), entry.msgid


# Each sentence -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["de", *READERS])
def test_a_translation_fits_where_it_stands(code: str) -> None:
    wrong = []
    for entry in catalogue(code):
        for text in texts(entry):
            for find in (PLACEHOLDER, TAG):
                if sorted(find.findall(text)) != sorted(find.findall(entry.msgid)):
                    wrong.append((find.pattern, entry.msgid, text))
            for blank in (r"^\s*", r"\s*$"):
                if re.findall(blank, text)[0] != re.findall(blank, entry.msgid)[0]:
                    wrong.append(("blanks", entry.msgid, text))
            # One marked as a format must be one, or Django shows a key instead of a value.
            if "python-format" in entry.flags:
                names = dict.fromkeys(re.findall(r"%\((\w+)\)", entry.msgid), 1)
                assert text % names
    assert wrong == []


@pytest.mark.parametrize("code", ["de", *READERS])
def test_what_is_turned_around_is_turned_back(code: str) -> None:
    """Marks that isolate a name in a right-to-left sentence come in pairs."""
    for entry in catalogue(code):
        for text in texts(entry):
            assert len(re.findall("[\u2066-\u2068]", text)) == text.count("\u2069"), text
            assert not re.search("[\u202a-\u202e]", text), text


@every_language
def test_no_language_uses_a_word_that_frightens(code: str) -> None:
    never = re.compile("سوسيال|опек|опік|opiek. społeczn|social space", re.IGNORECASE)
    assert [text for entry in catalogue(code) for text in texts(entry) if never.search(text)] == []


# Plural forms --------------------------------------------------------------------------------------------------------

FORMS = {"ar": 6, "pl": 4, "uk": 4, "ru": 4}


@pytest.mark.parametrize("code", ["de", *READERS])
def test_a_catalogue_has_as_many_plural_forms_as_its_language(code: str) -> None:
    (count,) = re.findall(r"nplurals=(\d)", catalogue(code).metadata["Plural-Forms"])
    assert int(count) == FORMS.get(code, 2)
    for entry in catalogue(code):
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(int(count))), entry.msgid


@pytest.mark.parametrize("code", ["de", *READERS])
def test_a_catalogue_takes_the_form_that_the_language_wants(code: str) -> None:
    """By the rules of CLDR: numbers of one kind get one form, and no two kinds get the same one."""
    header = catalogue(code).metadata["Plural-Forms"]
    (rule,) = re.findall(r"plural=(.*?);?$", header)
    form = gettext.c2py(rule)
    kind = Locale.parse(BY_CODE[code].cldr, sep="_").plural_form
    # Django writes 0 in Turkish as one; the noun is the same after every number there.
    numbers = range(1 if code == "tr" else 0, 1000)
    pairs = {(form(number), kind(number)) for number in numbers}
    assert len(pairs) == len({number for number, _ in pairs}) == len({name for _, name in pairs})


#: What stands behind 0, 1, 2, 3, 5, 11, 21, 22 and 101.
COUNTED = (0, 1, 2, 3, 5, 11, 21, 22, 101)
MINUTES = {
    "ar": [
        "0 دقيقة مشياً",
        "دقيقة واحدة (1) مشياً",
        "دقيقتان (2) مشياً",
        "3 دقائق مشياً",
        "5 دقائق مشياً",
        "11 دقيقة مشياً",
        "21 دقيقة مشياً",
        "22 دقيقة مشياً",
        "101 دقيقة مشياً",
    ],
    "pl": [
        "0 minut pieszo",
        "1 minuta pieszo",
        "2 minuty pieszo",
        "3 minuty pieszo",
        "5 minut pieszo",
        "11 minut pieszo",
        "21 minut pieszo",
        "22 minuty pieszo",
        "101 minut pieszo",
    ],
    "uk": [
        "0 хвилин пішки",
        "1 хвилина пішки",
        "2 хвилини пішки",
        "3 хвилини пішки",
        "5 хвилин пішки",
        "11 хвилин пішки",
        "21 хвилина пішки",
        "22 хвилини пішки",
        "101 хвилина пішки",
    ],
    "ru": [
        "0 минут пешком",
        "1 минута пешком",
        "2 минуты пешком",
        "3 минуты пешком",
        "5 минут пешком",
        "11 минут пешком",
        "21 минута пешком",
        "22 минуты пешком",
        "101 минута пешком",
    ],
    "de": [f"{count} Minute{'' if count == 1 else 'n'} zu Fuß" for count in COUNTED],
    "fr": [f"{count} minute{'s' if count > 1 else ''} à pied" for count in COUNTED],
    "tr": [f"yürüyerek {count} dakika" for count in COUNTED],
}
LANGUAGES_COUNTED = {
    "ar": [
        "0 لغة",
        "لغة واحدة (1)",
        "لغتان (2)",
        "3 لغات",
        "5 لغات",
        "11 لغة",
        "21 لغة",
        "22 لغة",
        "101 لغة",
    ],
    "pl": [
        "0 języków",
        "1 język",
        "2 języki",
        "3 języki",
        "5 języków",
        "11 języków",
        "21 języków",
        "22 języki",
    ]
    + ["101 języków"],
    "uk": ["0 мов", "1 мова", "2 мови", "3 мови", "5 мов", "11 мов", "21 мова", "22 мови", "101 мова"],
    "ru": [
        "0 языков",
        "1 язык",
        "2 языка",
        "3 языка",
        "5 языков",
        "11 языков",
        "21 язык",
        "22 языка",
        "101 язык",
    ],
}


@pytest.mark.parametrize(
    ("code", "message", "written"),
    [(code, PLURALS[1], written) for code, written in MINUTES.items()]
    + [(code, PLURALS[0], written) for code, written in LANGUAGES_COUNTED.items()],
)
def test_numbers_are_followed_by_the_right_form(
    code: str, message: tuple[str, str], written: list[str]
) -> None:
    with translation.override(code):
        assert [ngettext(*message, count) % {"counter": count} for count in COUNTED] == written


# What Django makes of them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", SERVED_CODES)
def test_django_knows_each_language_and_its_texts(code: str) -> None:
    assert check_for_language(code)
    with translation.override(code):
        shown = translation.gettext("Find your office")
    expected = {entry.msgid: entry.msgstr for entry in catalogue(code)} if code != "en" else {}
    assert shown == expected.get("Find your office", "Find your office")


def test_simple_german_says_in_german_what_it_does_not_say_itself() -> None:
    msgid = "home page"
    assert msgid not in {entry.msgid for entry in catalogue("de-simple")}
    with translation.override("de-simple"):
        assert translation.gettext(msgid) == "Startseite"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_address_of_every_language_is_answered_in_it(client: Client, language: Language) -> None:
    factories.make_home_page()
    response = client.get(f"/{language.code}/")
    assert response.status_code == 200
    assert f'<html lang="{language.code}" dir="{language.direction}">' in response.content.decode()


@pytest.fixture
def compiled(tmp_path: Path, settings: Settings) -> Path:
    """A folder with the compiled catalogues of all languages, which a test may spoil."""
    for code in ["de", *READERS]:
        folder = tmp_path / locale_folder(code) / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
        compile_catalogue(folder / "django.po")
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


@pytest.mark.parametrize("missing", [[], ["kmr"], ["de-simple", "ti"], ["de"]])
def test_a_catalogue_that_is_not_compiled_is_told(compiled: Path, missing: list[str]) -> None:
    for code in missing:
        (compiled / locale_folder(code) / "LC_MESSAGES" / "django.mo").unlink()
    found = check_catalogues(None)
    assert [error.id for error in found] == ["portal.E001"] * len(missing)
    assert all(f"language {code} " in error.msg for code, error in zip(missing, found, strict=True))


def test_the_check_is_one_of_djangos() -> None:
    assert "check_catalogues" in {getattr(check, "__name__", "") for check in registry.get_checks()}


def test_every_placeholder_has_a_name_so_that_translators_may_move_it() -> None:
    assert [text for _, text, _ in said_to_readers() if re.search("%[sd]", text)] == []
