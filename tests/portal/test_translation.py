"""What a reader is told about a translation, and what happens to it when its original changes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from home.models import HomePage, TextPage
from portal.translation import OLDER, confirm, is_minor_edit, plain, translation_state
from spaces.models import SpacePage
from tests import factories

pytestmark = pytest.mark.django_db

Words = Mapping[str, str]

MANUAL = StringTranslation.TRANSLATION_TYPE_MANUAL
MACHINE = StringTranslation.TRANSLATION_TYPE_MACHINE

HOME = {"Portal": "Portal AR", "Wir sind da.": "We are here."}

TEXT = (
    "<h2>Hilfe</h2><p>Wir helfen Familien.</p><p>Das kostet nichts.</p>"
    "<ul><li>Rufen Sie an.</li><li>Kommen Sie vorbei.</li></ul>"
)
NOTE = {"heading": "Merken Sie sich", "text": "<p>Sie müssen nichts unterschreiben.</p>"}
SENSITIVE = {"heading": "Gewalt", "text": "<p>Wir sagen nichts weiter.</p>"}

#: Every sentence of the page below.
WORDS = {
    "So geht es": "How it works",
    "Hilfe": "Help",
    "Wir helfen Familien.": "We help families.",
    "Das kostet nichts.": "It is free.",
    "Rufen Sie an.": "Call us.",
    "Kommen Sie vorbei.": "Come by.",
    "Merken Sie sich": "Remember",
    "Sie müssen nichts unterschreiben.": "You need not sign anything.",
    "Gewalt": "Violence",
    "Wir sagen nichts weiter.": "We tell nobody.",
}


def block(kind: str, value: Any, number: int) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(UUID(int=number))}


def body(text: str = TEXT) -> list[dict[str, Any]]:
    return [block("text", text, 1), block("note", NOTE, 2), block("sensitive", SENSITIVE, 3)]


def paragraphs(*sentences: str) -> list[dict[str, Any]]:
    return [block("text", "".join(f"<p>{sentence}</p>" for sentence in sentences), 1)]


def fill(page: Page, code: str, words: Words, kind: str = MANUAL) -> Translation:
    """What a translator types in: nothing is published."""
    source, _ = TranslationSource.get_or_create_from_instance(page)
    locale, _ = Locale.objects.get_or_create(language_code=code)
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    for segment in StringSegment.objects.filter(source=source).select_related("string"):
        if segment.string.data in words:
            # As wagtail-localize's editor writes it.
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=locale,
                context=segment.context,
                defaults={"data": words[segment.string.data], "translation_type": kind, "tool_name": ""},
            )
    return translation


def publish(translation: Translation) -> Any:
    """What wagtail-localize's button does."""
    translation.save_target(publish=False)
    target = translation.get_target_instance()
    target.get_latest_revision().publish()
    return translation.get_target_instance()


def translate(page: Page, code: str, words: Words = WORDS, kind: str = MANUAL) -> Any:
    return publish(fill(page, code, words, kind))


def edit(page: Any, **values: Any) -> None:
    """An editor changes the German page and publishes it."""
    page = page.specific_class.objects.get(pk=page.pk)
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def state_of(page: Any) -> Any:
    page = page.specific_class.objects.get(pk=page.pk)
    return translation_state(page, page.locale.language_code)


def codes(page: Any) -> tuple[str, ...]:
    said: tuple[str, ...] = state_of(page).codes
    return said


def sentences(page: Any) -> list[str]:
    """The text of a page's first block as readers see it, paragraph by paragraph."""
    page = page.specific_class.objects.get(pk=page.pk)
    soup = BeautifulSoup(str(page.body[0].value), "html.parser")
    return [element.get_text() for element in soup.find_all(["p", "h2", "li"])]


def read(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def german_parts(html: BeautifulSoup) -> list[str]:
    """What is marked as German in the page's own part, but for notices."""
    return [
        element.get_text(" ", strip=True)
        for element in html.select('main [lang="de"]')
        if element["dir"] == "ltr"
    ]


def notice(html: BeautifulSoup) -> str:
    return " ".join(element.get_text(" ", strip=True) for element in html.select("main .page > .note"))


def last_section(html: BeautifulSoup) -> Tag:
    """The passage that matters."""
    return html.select("main section")[-1]


@pytest.fixture
def home() -> HomePage:
    page = factories.make_home_page(title="Portal", lead="Wir sind da.", slug="portal")
    translate(page, "en", HOME)
    return page


@pytest.fixture
def arabic(home: HomePage) -> None:
    """The front door in a language that is written from right to left."""
    translate(home, "ar", HOME)


@pytest.fixture
def german(home: HomePage) -> TextPage:
    return factories.make_text_page(home, title="So geht es", slug="so", body=body())


# States ---------------------------------------------------------------------------------------------------------------


def test_an_original_is_an_original_and_elsewhere_a_missing_translation(
    german: TextPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    german = TextPage.objects.select_related("locale").get(pk=german.pk)
    with django_assert_num_queries(0):
        assert translation_state(german, "de").codes == ("original",)
        assert translation_state(german, "ar").codes == ("missing",)


@pytest.mark.parametrize(("kind", "said"), [(MANUAL, "current"), (MACHINE, "machine")])
def test_a_whole_translation_is_a_persons_or_a_machines(
    german: TextPage, kind: str, said: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pk = translate(german, "en", kind=kind).pk
    translation = TextPage.objects.select_related("locale").get(pk=pk)
    with django_assert_num_queries(2):
        assert translation_state(translation, "en").codes == (said,)


def test_a_machine_is_named_place_by_place(german: TextPage) -> None:
    fill(german, "en", {"So geht es": "How it works", "Hilfe": "Help", "Gewalt": "Violence"}, MACHINE)
    manual = {text: WORDS[text] for text in WORDS if text not in ("So geht es", "Hilfe", "Gewalt")}
    assert state_of(translate(german, "en", manual)).unchecked == {
        "title",
        f"body.{UUID(int=1)}",
        f"body.{UUID(int=3)}",
    }


def test_a_reader_is_told_that_a_machine_wrote(german: TextPage, client: Client) -> None:
    translate(german, "en", kind=MACHINE)
    assert "A machine translated this text." in notice(read(client, "/en/so/"))


def test_simple_german_says_that_nobody_has_checked_it(
    home: HomePage, german: TextPage, client: Client
) -> None:
    translate(home, "de-simple", HOME)
    translate(german, "de-simple", kind=MACHINE)
    html = read(client, "/de-simple/so/")
    assert html.html is not None
    assert html.html["lang"] == "de-simple"
    with override("de-simple"):
        said = gettext("This is simple German. Readers with learning difficulties have not checked it yet.")
    assert said in notice(html)
    translate(german, "de-simple")
    assert not notice(read(client, "/de-simple/so/"))


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_whole_translation_needs_no_notice_and_no_mark(german: TextPage, code: str, client: Client) -> None:
    translate(german, code)
    html = read(client, f"/{code}/so/")
    assert not notice(html)
    assert not german_parts(html)


def test_a_changed_sentence_makes_a_translation_older_and_both_dates_are_told(
    german: TextPage, client: Client
) -> None:
    with patch.object(timezone, "now", return_value=datetime(2026, 1, 2, 12, tzinfo=UTC)):
        translation = translate(german, "en")
    with patch.object(timezone, "now", return_value=datetime(2026, 3, 4, 12, tzinfo=UTC)):
        edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an.")))
    assert codes(translation) == ("older",)
    html = read(client, "/en/so/")
    assert (
        "The German text was changed on 4 March 2026. This translation is from 2 January 2026."
        in " ".join(notice(html).split())
    )
    assert html.select_one('main .note a[hreflang="de"][href="/de/so/"]')
    assert not german_parts(html)


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize(
    "untranslated",
    [
        ["Hilfe"],
        ["Wir helfen Familien."],
        ["Kommen Sie vorbei."],
        ["So geht es"],
        ["Merken Sie sich"],
        ["Sie müssen nichts unterschreiben."],
        ["Gewalt", "Wir sagen nichts weiter."],
        ["Hilfe", "Das kostet nichts.", "Rufen Sie an."],
    ],
)
def test_what_is_not_translated_and_only_that_is_marked_as_german(
    german: TextPage, untranslated: list[str], client: Client
) -> None:
    translation = translate(german, "ar", {text: WORDS[text] for text in WORDS if text not in untranslated})
    assert codes(translation) == ("partial",)
    html = read(client, "/ar/so/")
    assert german_parts(html) == untranslated
    assert notice(html)


def test_a_lead_that_is_not_translated_is_marked(home: HomePage, client: Client) -> None:
    translate(home, "fr", {"Portal": "Portail"})
    lead = read(client, "/fr/").select_one(".lead")
    assert lead is not None
    assert (lead.get_text(), lead["lang"], lead["dir"]) == ("Wir sind da.", "de", "ltr")
    lead = read(client, "/en/").select_one(".lead")
    assert lead is not None
    assert (lead.get_text(), lead.get("lang")) == ("We are here.", None)


@pytest.mark.usefixtures("arabic")
def test_a_sentence_with_a_link_and_emphasis_is_marked_too(home: HomePage, client: Client) -> None:
    text = '<p>Lesen Sie <a href="https://example.org/">die <b>Regeln</b></a> &amp; mehr.</p><p>Hallo.</p>'
    page = factories.make_text_page(home, title="So", slug="so", body=[block("text", text, 1)])
    translate(page, "ar", {"So": "AR", "Hallo.": "AR 2"})
    assert german_parts(read(client, "/ar/so/")) == ["Lesen Sie die Regeln & mehr."]


def test_a_new_sentence_is_not_said_to_stand_there_before_it_does(german: TextPage, client: Client) -> None:
    translation = translate(german, "en")
    edit(german, body=body(TEXT.replace("<ul>", "<p>Neu ist dies.</p><ul>")))
    assert codes(translation) == ("older",)
    assert not german_parts(read(client, "/en/so/"))
    translation = translate(german, "en", {})
    assert codes(translation) == ("partial",)
    assert german_parts(read(client, "/en/so/")) == ["Neu ist dies."]


def test_a_gap_stays_marked_while_its_original_changes_and_its_translation_is_prepared(
    german: TextPage, client: Client
) -> None:
    gap = "Rufen Sie an."
    translation = translate(german, "en", {text: WORDS[text] for text in WORDS if text != gap})
    edit(german, body=body(TEXT.replace(gap, "Schreiben Sie uns.")))
    assert codes(translation) == ("older", "partial")
    assert german_parts(read(client, "/en/so/")) == [gap]
    fill(german, "en", {"Schreiben Sie uns.": "Write to us."})
    assert codes(translation) == ("older", "partial")
    assert german_parts(read(client, "/en/so/")) == [gap]
    assert codes(translate(german, "en", {})) == ("current",)
    assert not german_parts(read(client, "/en/so/"))


def test_a_translation_stays_older_until_what_the_translator_wrote_is_published(german: TextPage) -> None:
    translation = translate(german, "en")
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an.")))
    prepared = fill(german, "en", {"Rufen Sie uns an.": "Give us a call."})
    assert codes(translation) == ("older",)
    assert "Call us." in sentences(translation)
    publish(prepared)
    assert codes(translation) == ("current",)
    assert "Give us a call." in sentences(translation)


def test_a_better_wording_that_is_not_published_yet_makes_nothing_older(german: TextPage) -> None:
    translation = translate(german, "en")
    fill(german, "en", {"Rufen Sie an.": "Do call us."})
    assert codes(translation) == ("current",)


def test_a_machines_words_stay_a_machines_after_their_original_went(german: TextPage) -> None:
    translation = translate(german, "en", kind=MACHINE)
    page = body()
    page[2] = block("sensitive", {"heading": "", "text": "<p>Neu.</p><p>Ganz anders gesagt.</p>"}, 3)
    edit(german, body=page)
    assert f"body.{UUID(int=3)}" in state_of(translation).unchecked


@pytest.mark.parametrize("is_in_wagtail_localize", [False, True])
def test_a_page_translated_by_hand_is_current_until_its_original_changes(
    german: TextPage, is_in_wagtail_localize: bool
) -> None:
    if is_in_wagtail_localize:
        translate(german, "ar")
    locale = Locale.objects.get(language_code="en")
    page = german.copy_for_translation(locale, copy_parents=True)
    page.title, page.body = "By hand", paragraphs("Written by hand.")
    page.save_revision().publish()
    assert codes(page) == ("current",)
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an.")))
    assert codes(page) == ("older",)
    page = TextPage.objects.get(pk=page.pk)
    page.save_revision().publish()
    assert codes(page) == ("current",)


def test_a_translation_that_wagtail_localize_let_go_of_is_as_old_as_its_last_publication(
    german: TextPage,
) -> None:
    translation = translate(german, "en")
    Translation.objects.filter(target_locale=translation.locale).update(enabled=False)
    edit(german, body=[*body(), block("note", NOTE, 4)])
    assert codes(translation) == ("older",)
    edit(translation, body=paragraphs("Written by hand."))
    assert codes(translation) == ("current",)


def test_a_state_costs_at_most_four_queries(
    german: TextPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    translation = translate(german, "en", {"So geht es": "How it works", "Hilfe": "Help"})
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Schreiben Sie uns.")))
    translation = TextPage.objects.select_related("locale").get(pk=translation.pk)
    with django_assert_max_num_queries(4):
        translation_state(translation, "en")


@pytest.mark.parametrize(
    ("fragment", "seen"),
    [
        ("Plain", "Plain"),
        ("A <b>bold</b>  word", "A bold word"),
        ('<a id="a1">Link</a>&nbsp;here', "Link here"),
        ("Fish &amp; chips", "Fish & chips"),
    ],
)
def test_a_fragment_is_compared_as_it_is_seen(fragment: str, seen: str) -> None:
    assert plain(fragment) == seen


# How translations follow ----------------------------------------------------------------------------------------------

A, B, C = "Wir helfen allen Familien.", "Der Kaffee ist umsonst.", "Montags wird gemeinsam gekocht."
A_NEW, B_NEW, C_NEW = (
    "Wir helfen gern allen Familien.",
    "Der Kaffee ist ganz umsonst.",
    "Montags wird immer gemeinsam gekocht.",
)
N, X = "Zug um Zug: 17 Uhr!", "Bitte klopfen."
FOUR = {A: "a", B: "b", C: "c", X: "x"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([A, B, C], [A_NEW, B, C], ["a", "b", "c"]),
        ([A, B, C], [A, B_NEW, C_NEW], ["a", "b", "c"]),
        ([A, B], [A, N, B], ["a", N, "b"]),
        ([A, B, C], [A, C], ["a", "c"]),
        ([A, B, C], [C, A, B], ["c", "a", "b"]),
        ([A, B], [A, B, A], ["a", "b", "a"]),
        ([A, A, B], [A, B], ["a", "b"]),
        ([A, B, C], [C_NEW, A, B], ["c", "a", "b"]),
        ([A, B], [B_NEW, A_NEW], ["b", "a"]),
        ([A, B], [N, A_NEW, B], [N, "a", "b"]),
        ([A, B, C], [B_NEW, C], ["b", "c"]),
        # Said quite otherwise in the same place: the last good translation stays.
        ([A, X, B], [A, N, B], ["a", "x", "b"]),
        # One went, another came elsewhere: they have nothing to do with each other.
        ([X, A, B], [A, B, N], ["a", "b", N]),
    ],
)
def test_a_translation_follows_its_sentence(
    home: HomePage, before: list[str], after: list[str], expected: list[str]
) -> None:
    page = factories.make_text_page(home, title="So", body=paragraphs(*before))
    translation = translate(page, "en", {"So": "title", **FOUR})
    shown = sentences(translation)
    edit(page, body=paragraphs(*after))
    # Nothing that readers see changes, but that they are told.
    assert sentences(translation) == shown
    assert codes(translation) == ("older",)
    # The translator works on another sentence, and publishes.
    translate(page, "en", {"So": "new title"})
    assert sentences(translation) == expected
    assert translation_state(TextPage.objects.get(pk=translation.pk), "en").untranslated == {
        sentence for sentence in expected if len(sentence) > 1
    }


def test_a_changed_sentence_keeps_its_last_good_translation_through_many_changes(german: TextPage) -> None:
    translation = translate(german, "en")
    for text in ("Rufen Sie uns an.", "Rufen Sie uns gern an.", "Bitte rufen Sie uns gern an."):
        edit(german, body=body(TEXT.replace("Rufen Sie an.", text)))
        translate(german, "en", {"Hilfe": f"Help with {text}"})
        assert sentences(translation)[3] == "Call us."
        assert codes(translation) == ("older",)
    edit(german, body=body())
    translate(german, "en", {})
    assert codes(translation) == ("current",)


@pytest.mark.parametrize("field", ["title", "lead"])
def test_a_short_text_keeps_its_translation_too(home: HomePage, field: str) -> None:
    page = Page.objects.get(translation_key=home.translation_key, locale__language_code="en")
    shown = getattr(page.specific, field)
    edit(home, **{field: "Ganz und gar anders"})
    fill(home, "en", {})
    publish(Translation.objects.get(source__object_id=home.translation_key, target_locale=page.locale))
    assert getattr(HomePage.objects.get(pk=page.pk), field) == shown
    assert codes(page.specific) == ("older",)


def test_parts_of_a_page_that_move_take_their_translations_along(german: TextPage) -> None:
    translation = translate(german, "en")
    first, second, third = body()
    edit(german, body=[third, first, second])
    assert codes(translation) == ("older",)
    translate(german, "en", {})
    assert codes(translation) == ("current",)
    assert translation.specific_class.objects.get(pk=translation.pk).body[0].value["heading"] == "Violence"


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        # The link is gone: what the translator made of it cannot be put back, so that German is marked.
        ("<p>Lesen Sie bitte mehr dazu.</p>", "Lesen Sie bitte mehr dazu."),
        ('<p>Lesen Sie bitte <a href="https://example.org/">mehr</a> dazu.</p>', "Read more on this."),
        ('<p>Lesen Sie <a href="https://example.org/two/">mehr</a> dazu.</p>', "Read more on this."),
    ],
)
def test_a_link_stays_or_goes(home: HomePage, changed: str, shown: str, client: Client) -> None:
    text = '<p>Lesen Sie <a href="https://example.org/">mehr</a> dazu.</p>'
    page = factories.make_text_page(home, title="So", slug="so", body=[block("text", text, 1)])
    words = {'Lesen Sie <a id="a1">mehr</a> dazu.': 'Read <a id="a1">more</a> on this.', "So": "So EN"}
    translation = translate(page, "en", words)
    edit(page, body=[block("text", changed, 1)])
    assert sentences(translation) == ["Read more on this."]
    translate(page, "en", {"So": "Another"})
    assert sentences(translation) == [shown]
    is_german = shown.startswith("Lesen")
    assert german_parts(read(client, "/en/so/")) == ([shown] if is_german else [])
    link = read(client, "/en/so/").select_one(".prose a")
    assert (link["href"] if link else None) == (
        None if is_german else "https://example.org/two/" if "two" in changed else "https://example.org/"
    )


@pytest.mark.parametrize(
    "values", [{"show_in_menus": True}, {"slug": "anders"}, {"is_placeholder": True}, {}]
)
def test_what_is_no_text_outdates_nothing(german: TextPage, values: dict[str, Any]) -> None:
    translation = translate(german, "en")
    before = state_of(translation)
    edit(german, **values)
    assert state_of(translation) == before
    assert before.codes == ("current",)


def test_a_minor_edit_carries_translations_over_and_only_that_one(german: TextPage) -> None:
    translation = translate(german, "en", kind=MACHINE)
    before = state_of(translation)
    token = is_minor_edit.set(True)
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie an!")))
    is_minor_edit.reset(token)
    assert state_of(translation) == before
    translate(german, "en", {})
    assert sentences(translation)[3] == "Call us."
    # It is still what it was: a machine's.
    assert codes(translation) == ("machine",)
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie an!!")))
    assert codes(translation) == ("older", "machine")


def test_a_minor_edit_makes_nothing_current_that_was_older(german: TextPage) -> None:
    translation = translate(german, "en")
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an.")))
    token = is_minor_edit.set(True)
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an!")))
    is_minor_edit.reset(token)
    assert codes(translation) == ("older",)


def test_a_draft_of_the_original_outdates_nothing(german: TextPage) -> None:
    translation = translate(german, "en")
    page = TextPage.objects.get(pk=german.pk)
    page.body = body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an."))
    page.save_revision()
    assert codes(translation) == ("current",)


def test_slugs_are_no_words(german: TextPage) -> None:
    translation = translate(german, "en")
    places = StringSegment.objects.filter(source__object_id=german.translation_key)
    assert "slug" not in places.values_list("context__path", flat=True)
    assert translation.slug == german.slug


def test_facts_are_no_words(home: HomePage) -> None:
    """A page points at them, so there is no telephone number that a translation could keep for too long."""
    space = factories.make_space(name="Bardowick")
    factories.make_office(space, telephone="+493023125001", street="Große Straße 9")
    page = factories.make_space_page(factories.make_space_index_page(home), space, title="Bardowick")
    source, _ = TranslationSource.get_or_create_from_instance(page)
    words = set(StringSegment.objects.filter(source=source).values_list("string__data", flat=True))
    assert words == {"Bardowick"}
    translation = translate(page, "ar", {"Bardowick": "بردويك"})
    assert isinstance(translation, SpacePage)
    assert translation.space == space


# Withdrawing ----------------------------------------------------------------------------------------------------------


def live(page: Page) -> set[str]:
    pages = Page.objects.filter(translation_key=page.translation_key, live=True)
    return set(pages.values_list("locale__language_code", flat=True))


def test_withdrawing_the_original_withdraws_all(german: TextPage, client: Client) -> None:
    for code in ("en", "ar"):
        translate(german, code)
    TextPage.objects.get(pk=german.pk).unpublish()
    assert live(german) == set()
    assert {client.get(f"/{code}/so/").status_code for code in ("de", "en", "ar", "fr")} == {404}


def test_withdrawing_one_language_leaves_the_others(german: TextPage, client: Client) -> None:
    for code in ("en", "ar"):
        page = translate(german, code)
    page.unpublish()
    assert live(german) == {"de", "en"}
    assert "missing" in client.get("/ar/so/").context["translation"].codes


def test_deleting_the_original_withdraws_all(german: TextPage, client: Client) -> None:
    for code in ("en", "ar"):
        translate(german, code)
    TextPage.objects.get(pk=german.pk).delete()
    assert live(german) == set()
    assert client.get("/en/so/").status_code == 404


def test_withdrawing_a_branch_withdraws_its_translations(home: HomePage, german: TextPage) -> None:
    translate(german, "en")
    HomePage.objects.get(pk=home.pk).delete()
    assert live(home) == live(german) == set()


# Confirming -----------------------------------------------------------------------------------------------------------


def test_a_person_vouches_for_one_language(german: TextPage) -> None:
    english, arabic = (translate(german, code, kind=MACHINE) for code in ("en", "ar"))
    person = User.objects.create_user("person")
    assert confirm(english, person) == len(WORDS)
    assert codes(english) == ("current",)
    assert codes(arabic) == ("machine",)
    assert set(
        StringTranslation.objects.filter(
            locale=english.locale, context__object_id=german.translation_key
        ).values_list("last_translated_by__username", flat=True)
    ) == {"person"}
    assert confirm(english, person) == 0


def test_a_person_who_finds_an_older_translation_still_right_makes_it_current(german: TextPage) -> None:
    translation = translate(german, "en")
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an.")))
    assert confirm(translation, User.objects.create_user("person")) == 1
    assert codes(translation) == ("current",)
    assert not StringTranslation.objects.filter(tool_name=OLDER).exists()


def test_nobody_can_vouch_for_what_is_not_there(german: TextPage) -> None:
    translation = translate(german, "en")
    edit(german, body=body(TEXT.replace("<ul>", "<p>Neu ist dies.</p><ul>")))
    assert confirm(translation, User.objects.create_user("person")) == 0
    assert codes(translation) == ("older",)


# Sensitive passages ---------------------------------------------------------------------------------------------------

PASSAGE = "Wir sagen nichts weiter."


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize("code", ["ar", "en"])
def test_an_unchecked_passage_stands_beside_its_original(german: TextPage, code: str, client: Client) -> None:
    translation = translate(german, code, kind=MACHINE)
    section = last_section(read(client, f"/{code}/so/"))
    original = section.select_one(".original")
    assert original is not None
    assert (original["lang"], original["dir"]) == ("de", "ltr")
    explanation = original.p
    assert explanation is not None
    assert (explanation["lang"], explanation["dir"]) == (code, "rtl" if code == "ar" else "ltr")
    assert PASSAGE in original.get_text()
    assert "Gewalt" in original.get_text()
    assert WORDS[PASSAGE] in section.get_text()
    confirm(translation, User.objects.create_user("person"))
    section = last_section(read_again(client, f"/{code}/so/"))
    assert PASSAGE not in section.get_text()
    assert WORDS[PASSAGE] in section.get_text()


def read_again(client: Client, path: str) -> BeautifulSoup:
    """The same after a change that told the journal nothing."""
    cache.clear()
    return read(client, path)


@pytest.mark.parametrize("path", ["/de/so/", "/fr/so/"])
def test_the_original_stands_once_where_there_is_no_translation(
    german: TextPage, path: str, client: Client
) -> None:
    translate(german, "en", kind=MACHINE)
    html = read(client, path)
    assert html.get_text().count(PASSAGE) == 1
    assert not html.select(".original")


def test_the_original_beside_an_older_translation_is_todays(german: TextPage, client: Client) -> None:
    translate(german, "en", kind=MACHINE)
    page = body()
    page[2] = block("sensitive", {**SENSITIVE, "text": "<p>Wir sagen niemandem etwas weiter.</p>"}, 3)
    edit(german, body=page)
    section = last_section(read(client, "/en/so/"))
    assert "Wir sagen niemandem etwas weiter." in section.get_text()
    assert WORDS[PASSAGE] in section.get_text()


def test_a_passage_that_a_person_translated_stands_alone_among_a_machines(
    german: TextPage, client: Client
) -> None:
    fill(german, "en", WORDS, MACHINE)
    translate(german, "en", {text: WORDS[text] for text in ("Gewalt", PASSAGE)})
    html = read(client, "/en/so/")
    assert "A machine translated this text." in notice(html)
    assert not html.select(".original")


def test_a_page_kept_in_the_cache_forgets_what_is_no_longer_so(
    german: TextPage, client: Client, settings: Settings
) -> None:
    settings.PAGE_CACHE = True
    translate(german, "en")
    assert not notice(read(client, "/en/so/"))
    edit(german, body=body(TEXT.replace("Rufen Sie an.", "Rufen Sie uns an.")))
    assert "The German text was changed on" in notice(read(client, "/en/so/"))
