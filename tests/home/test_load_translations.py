"""The command that loads the translations with which a portal starts."""

from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation

from home.models import HomePage, TextPage
from portal.languages import DEFAULT_CODE, SERVED_CODES
from spaces.changes import version
from tests import factories
from tests.portal.test_translation import (
    codes,
    edit,
    german_parts,
    paragraphs,
    read,
    sentences,
    state_of,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORDS = {
    "Portal": "Gateway",
    "Wir sind da.": "We are here.",
    "So geht es": "How it works",
    "Wir helfen.": "We help.",
    "Es kostet nichts.": "It is free.",
    "Impressum": "Imprint",
}


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Portal", lead="Wir sind da.", slug="portal")


@pytest.fixture
def german(home: HomePage) -> TextPage:
    return factories.make_text_page(
        home, title="So geht es", slug="so", body=paragraphs("Wir helfen.", "Es kostet nichts.")
    )


@pytest.fixture
def legal(home: HomePage) -> TextPage:
    return factories.make_text_page(
        home, title="Impressum", slug="impressum", body=paragraphs("Wer schreibt, haftet.")
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A district's folder with a file for each language."""
    folder = tmp_path / "starter" / "translations"
    folder.mkdir(parents=True)
    for code in SERVED_CODES:
        if code != DEFAULT_CODE:
            write(tmp_path, code, {text: f"{translation} {code}" for text, translation in WORDS.items()})
    return tmp_path


def file_of(data: Path, code: str) -> Path:
    return data / "starter" / "translations" / f"{code}.po"


def write(data: Path, code: str, words: dict[str, str]) -> None:
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    file.extend(polib.POEntry(msgid=text, msgstr=translation) for text, translation in words.items())
    file.save(str(file_of(data, code)))


def load(data: Path, *languages: str) -> str:
    out = StringIO()
    call_command("load_translations", *languages, data=data, stdout=out)
    return out.getvalue()


def in_language(page: Page, code: str) -> Page | None:
    found = Page.objects.filter(translation_key=page.translation_key, locale__language_code=code).first()
    return found.specific if found else None


def test_every_language_is_loaded_published_and_called_a_machines(
    german: TextPage, data: Path, client: Client
) -> None:
    said = load(data)
    for code in SERVED_CODES:
        if code == DEFAULT_CODE:
            continue
        assert f"{code}: 2 pages translated" in said
        made = in_language(german, code)
        assert made is not None
        assert made.live
        assert made.slug == "so"
        assert sentences(made) == [f"We help. {code}", f"It is free. {code}"]
        assert codes(made) == ("machine",)
    assert "It is free. ar" in client.get("/ar/so/").content.decode()


def test_only_the_languages_that_are_named_are_loaded(german: TextPage, data: Path) -> None:
    load(data, "uk", "fa")
    made = Page.objects.filter(translation_key=german.translation_key)
    assert set(made.values_list("locale__language_code", flat=True)) == {"de", "uk", "fa"}


def test_what_the_file_lacks_stays_german_and_is_marked(german: TextPage, data: Path, client: Client) -> None:
    write(data, "ar", {text: WORDS[text] for text in WORDS if text != "Es kostet nichts."})
    load(data, "ar")
    assert german_parts(read(client, "/ar/so/")) == ["Es kostet nichts."]


def test_a_page_of_which_only_the_name_is_known_is_left_german(
    legal: TextPage, data: Path, client: Client
) -> None:
    load(data, "ar")
    assert in_language(legal, "ar") is None
    assert client.get("/ar/impressum/").context["translation"].codes == ("missing",)


def test_loading_again_changes_nothing(german: TextPage, data: Path) -> None:
    load(data, "en", "ar")
    before = version(), list(StringTranslation.objects.order_by("pk").values())
    assert "en: 0 pages translated" in load(data, "en", "ar")
    assert (version(), list(StringTranslation.objects.order_by("pk").values())) == before


def test_what_people_wrote_is_left_alone_and_what_is_missing_is_added(
    home: HomePage, german: TextPage, data: Path
) -> None:
    load(data, "en")
    made = translate(german, "en", {"Wir helfen.": "We do help."})
    edit(german, body=paragraphs("Wir helfen gern.", "Es kostet nichts."))
    before = state_of(made)
    new = factories.make_text_page(home, title="So geht es", slug="neu", body=paragraphs("Wir helfen."))
    assert "en: 1 pages translated" in load(data, "en")
    assert sentences(made) == ["We do help.", "It is free. en"]
    assert state_of(made) == before
    added = in_language(new, "en")
    assert added is not None
    assert sentences(added) == ["We help. en"]


def test_a_withdrawn_translation_stays_withdrawn(german: TextPage, data: Path) -> None:
    load(data, "en")
    made = in_language(german, "en")
    assert made is not None
    made.unpublish()
    load(data, "en")
    made = in_language(german, "en")
    assert made is not None
    assert not made.live


def test_a_draft_is_not_translated(home: HomePage, german: TextPage, data: Path) -> None:
    german.unpublish()
    assert "en: 1 pages translated" in load(data, "en")
    assert in_language(german, "en") is None


def test_an_alias_that_stood_in_for_a_page_becomes_its_translation(
    home: HomePage, german: TextPage, data: Path, client: Client
) -> None:
    write(data, "en", {text: WORDS[text] for text in WORDS if text not in ("Portal", "Wir sind da.")})
    load(data, "en")
    stand_in = in_language(home, "en")
    assert stand_in is not None
    assert stand_in.alias_of is not None
    write(data, "en", WORDS)
    assert "en: 1 pages translated" in load(data, "en")
    assert "We are here." in client.get("/en/").content.decode()
    assert "It is free." in client.get("/en/so/").content.decode()


@pytest.mark.parametrize("code", ["de", "xx", "prs", "de-leicht"])
def test_a_language_that_the_portal_is_not_translated_into_is_refused(
    german: TextPage, code: str, data: Path
) -> None:
    with pytest.raises(CommandError, match=f"not translated into: {code}"):
        load(data, "en", code)
    assert in_language(german, "en") is None
    assert not Locale.objects.filter(language_code="xx").exists()


@pytest.mark.parametrize(
    "content",
    [
        b'msgid "Portal"\nmsgstr "Gate"way"\n',
        b"nothing of the kind\n",
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "x"\nmsgstr "\xff\xfe"\n',
        None,
    ],
)
def test_a_broken_file_is_named_and_nothing_is_loaded(
    german: TextPage, content: bytes | None, data: Path
) -> None:
    path = file_of(data, "fa")
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError) as error:
        load(data, "en", "fa")
    assert str(path) in str(error.value)
    assert in_language(german, "en") is None


def test_there_have_to_be_pages_first(data: Path) -> None:
    with pytest.raises(CommandError, match="load_starter"):
        load(data)
