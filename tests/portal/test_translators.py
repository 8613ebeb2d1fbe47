"""Machine translation for editors: off unless it is asked for, and proper terms come back as they went.

Nothing here leaves the machine: the two services are played by a function.
"""

import json
from collections.abc import Iterable
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail.models import Locale, Page
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.machine_translators.base import BaseMachineTranslator
from wagtail_localize.machine_translators.dummy import DummyTranslator
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.strings import StringValue

from portal.languages import LANGUAGES
from portal.translation import translation_state
from portal.translators import DeepL, KeepsTerms, LibreTranslate
from tests import factories
from tests.portal.test_settings import manage
from tests.portal.test_translation import paragraphs, publish

pytestmark = pytest.mark.django_db


class Offline(KeepsTerms, DummyTranslator):
    """A machine of our own, which turns the order of words around."""

    languages = frozenset({"en", "ar"})


class Parrot(BaseMachineTranslator):
    """Remembers what it was asked last, and says the same; a test may have it say something else."""

    def translate(
        self, source_locale: Locale, target_locale: Locale, strings: Iterable[StringValue]
    ) -> dict[StringValue, StringValue]:
        self.heard = [string.data for string in strings]
        return {StringValue(text): StringValue(self.say(text)) for text in self.heard}

    def say(self, text: str) -> str:
        return text


class Echo(KeepsTerms, Parrot):
    languages = frozenset({"en"})


def locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def translated(translator: Any, *texts: str, target: str = "en") -> dict[str, str]:
    made = translator.translate(locale("de"), locale(target), [StringValue(text) for text in texts])
    return {string.data: answer.data for string, answer in made.items()}


# Terms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Ihr Sozialraumbüro hilft.", 'Ihr <x id="1"/> hilft.'),
        ("Alle Sozialraumbüros helfen.", 'Alle <x id="1"/> helfen.'),
        ("Das Sozialraumbüro Bardowick", 'Das <x id="1"/> <x id="2"/>'),
        ("Amt Neuhaus, nicht Neuhaus", '<x id="1"/>, nicht <x id="2"/>'),
        ("Kinder &amp; Eltern in Kinder &amp; Co", '<x id="1"/> in Kinder &amp; Co'),
        ("Das <b>Jugendamt</b> zahlt.", 'Das <b><x id="1"/></b> zahlt.'),
        # Other words that begin or end like a term are words.
        ("Die Bardowicker Straße", "Die Bardowicker Straße"),
        ("Im Landesjugendamt", "Im Landesjugendamt"),
        ("Wir helfen.", "Wir helfen."),
    ],
)
def test_a_machine_never_sees_a_term(text: str, heard: str) -> None:
    for name in ("Bardowick", "Neuhaus", "Amt Neuhaus", "Kinder & Eltern"):
        factories.make_space(name=name)
    echo = Echo({})
    assert translated(echo, text) == {text: text}
    assert echo.heard == [heard]


def test_terms_stand_where_the_other_language_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_space(name="Bardowick")
    echo = Echo({})
    monkeypatch.setattr(echo, "say", lambda text: 'In <x id="2"/>, the <x id="1"/> helps.')
    text = "Das Sozialraumbüro in Bardowick hilft."
    assert translated(echo, text) == {text: "In Bardowick, the Sozialraumbüro helps."}


@pytest.mark.parametrize(
    "answer",
    [
        "The office helps.",
        '<x id="1"/> and <x id="1"/> help.',
        'The <x id="2"/> helps.',
        "The &lt;x id=1&gt; helps.",
    ],
)
def test_a_sentence_that_lost_a_term_is_not_taken(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    echo = Echo({})
    monkeypatch.setattr(echo, "say", lambda text: answer if "<x" in text else text)
    assert translated(echo, "Das Jugendamt hilft.", "Wir helfen.") == {"Wir helfen.": "Wir helfen."}


@pytest.mark.parametrize("mark", ['<x id="1"/>', '<x id="1" />', '<x id="1"></x>', '<x id="1">'])
def test_a_mark_may_come_back_in_another_spelling(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    echo = Echo({})
    monkeypatch.setattr(echo, "say", lambda text: f"The {mark} helps.")
    assert translated(echo, "Das Jugendamt hilft.") == {"Das Jugendamt hilft.": "The Jugendamt helps."}


def test_two_sentences_that_differ_in_a_name_alone_are_asked_once() -> None:
    for name in ("Bardowick", "Bleckede"):
        factories.make_space(name=name)
    echo = Echo({})
    assert len(translated(echo, "Büro Bardowick", "Büro Bleckede")) == 2
    assert echo.heard == ['Büro <x id="1"/>']


# Languages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("translator", "known"),
    [
        (DeepL, {"en", "uk", "ru", "ar", "tr", "fr", "pl"}),
        (LibreTranslate, {"en", "uk", "ru", "ar", "fa", "tr", "fr", "pl"}),
        (KeepsTerms, set()),
    ],
)
def test_a_machine_is_offered_for_languages_that_it_knows(
    translator: type[KeepsTerms], known: set[str]
) -> None:
    machine = translator({"AUTH_KEY": "", "LIBRETRANSLATE_URL": "", "API_KEY": ""})
    codes = [language.code for language in LANGUAGES]
    assert {code for code in codes if machine.can_translate(locale("de"), locale(code))} == known
    # Only what was written in German is a source.
    assert not any(machine.can_translate(locale("en"), locale(code)) for code in codes)


# Services -------------------------------------------------------------------------------------------------------------


class Answer:
    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def json(self) -> dict[str, Any]:
        return self.data

    def raise_for_status(self) -> None:
        pass


@pytest.mark.parametrize(
    ("key", "endpoint"),
    [
        ("secret", "https://api.deepl.com/v2/translate"),
        ("secret:fx", "https://api-free.deepl.com/v2/translate"),
    ],
)
@pytest.mark.parametrize(("code", "language"), [("en", "EN-GB"), ("uk", "UK"), ("ar", "AR")])
def test_deepl_is_asked_as_it_wants(
    key: str, endpoint: str, code: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def post(url: str, data: Any, timeout: int, headers: dict[str, str]) -> Answer:
        asked.append((url, data, headers))
        return Answer({"translations": [{"text": f"{text} {language}"} for text in data["text"]]})

    monkeypatch.setattr(requests, "post", post)
    made = translated(DeepL({"AUTH_KEY": key}), "Das Jugendamt hilft.", "Hallo.", target=code)
    assert made == {
        "Das Jugendamt hilft.": f"Das Jugendamt hilft. {language}",
        "Hallo.": f"Hallo. {language}",
    }
    assert asked == [
        (
            endpoint,
            {
                "text": ['Das <x id="1"/> hilft.', "Hallo."],
                "tag_handling": "xml",
                "source_lang": "DE",
                "target_lang": language,
            },
            {"Authorization": f"DeepL-Auth-Key {key}"},
        )
    ]


def test_libretranslate_is_asked_as_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def post(url: str, data: str, headers: dict[str, str], timeout: int) -> Answer:
        asked.append((url, json.loads(data)))
        return Answer({"translatedText": [f"{text} FA" for text in json.loads(data)["q"]]})

    monkeypatch.setattr(requests, "post", post)
    options = {"LIBRETRANSLATE_URL": "https://translate.example.org", "API_KEY": "secret"}
    made = translated(LibreTranslate(options), "Das Jugendamt hilft.", target="fa")
    assert made == {"Das Jugendamt hilft.": "Das Jugendamt hilft. FA"}
    assert asked == [
        (
            "https://translate.example.org/translate",
            {
                "q": ['Das <x id="1"/> hilft.'],
                "source": "de",
                "target": "fa",
                "api_key": "secret",
                "format": "html",
            },
        )
    ]


# Settings -------------------------------------------------------------------------------------------------------------


def test_no_machine_unless_the_environment_names_one() -> None:
    assert get_machine_translator() is None


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TRANSLATOR": "google"}, "TRANSLATOR must be deepl or libretranslate"),
        ({"TRANSLATOR": "deepl"}, "DeepL needs a key: set TRANSLATOR_KEY."),
        ({"TRANSLATOR": "libretranslate"}, "LibreTranslate needs its address: set TRANSLATOR_URL."),
    ],
)
def test_a_wrong_machine_stops_the_start_and_says_why(environment: dict[str, str], said: str) -> None:
    result = manage("check", SECRET_KEY="x" * 60, **environment)
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "None"),
        ({"TRANSLATOR": "deepl", "TRANSLATOR_KEY": "secret"}, "DeepL secret"),
        (
            {"TRANSLATOR": "libretranslate", "TRANSLATOR_URL": "https://translate.example.org/"},
            "LibreTranslate https://translate.example.org",
        ),
    ],
)
def test_the_environment_names_the_machine(environment: dict[str, str], expected: str) -> None:
    program = (
        "from wagtail_localize.machine_translators import get_machine_translator as get; machine = get();"
        "print(machine and type(machine).__name__,"
        " machine and (machine.options['AUTH_KEY'] or machine.options['LIBRETRANSLATE_URL']) or '')"
    )
    result = manage("shell", "--no-imports", "-c", program, SECRET_KEY="x" * 60, **environment)
    assert result.stdout.strip() == expected, result.stderr


# In the editor --------------------------------------------------------------------------------------------------------


@pytest.fixture
def translation() -> Translation:
    """An Arabic page of which a person has translated the title."""
    factories.make_space(name="Bardowick")
    home = factories.make_home_page(title="Portal")
    text = "Das <b>Sozialraumbüro</b> in Bardowick hilft."
    page = factories.make_text_page(
        home, title="Hilfe finden", slug="hilfe", body=paragraphs(text, "Bis bald.")
    )
    for each in (home, page):
        source, _ = TranslationSource.get_or_create_from_instance(each)
        made = Translation.objects.create(source=source, target_locale=locale("ar"))
        segment = source.stringsegment_set.get(context__path="title")
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=locale("ar"),
            context=segment.context,
            data="AR",
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        )
        publish(made)
    return made


def run(client: Client, translation: Translation) -> int:
    client.force_login(User.objects.create_superuser("editor"))
    return client.post(reverse("wagtail_localize:machine_translate", args=[translation.pk])).status_code


def test_an_editor_asks_a_machine_and_readers_are_told(
    translation: Translation, client: Client, settings: Settings
) -> None:
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {"CLASS": "tests.portal.test_translators.Offline"}
    assert run(client, translation) == 302
    rows = StringTranslation.objects.filter(context__object_id=translation.source.object_id)
    assert {(row.data, row.translation_type, row.has_error) for row in rows} == {
        ("AR", "manual", False),
        (" hilft.Bardowick in <b>Sozialraumbüro</b>Das ", "machine", False),
        ("bald. Bis", "machine", False),
    }
    page = Page.objects.get(pk=publish(translation).pk)
    assert translation_state(page, "ar").codes == ("machine",)
    html = client.get("/ar/hilfe/").content.decode()
    assert "Bardowick in <b>Sozialraumbüro</b>" in html


@pytest.mark.parametrize("machine", [None, "tests.portal.test_translators.Echo"])
def test_no_machine_is_asked_that_is_not_there_or_does_not_know_the_language(
    translation: Translation, machine: str | None, client: Client, settings: Settings
) -> None:
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {"CLASS": machine} if machine else None
    assert run(client, translation) == 404
    assert StringTranslation.objects.filter(context__object_id=translation.source.object_id).count() == 1


def test_no_machine_is_handed_an_address(translation: Translation) -> None:
    """Slugs are the same in all languages, so they are no text to a machine either."""
    words = translation.source.stringsegment_set.values_list("string__data", flat=True)
    assert set(words) == {"Hilfe finden", "Das <b>Sozialraumbüro</b> in Bardowick hilft.", "Bis bald."}
