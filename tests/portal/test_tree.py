"""The pages in memory: which there are for whom, at which address, and what stands in for what is not translated."""

from typing import TypeVar

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from home.models import HomePage, TextPage
from portal.tree import Node, Tree, forget, tree
from spaces.changes import version
from tests import factories

pytestmark = pytest.mark.django_db

AnyPage = TypeVar("AnyPage", bound=Page)


def translated(page: AnyPage, code: str, **values: str) -> AnyPage:
    """A translation of a page, live, with these fields. Pages above it that have none get an alias."""
    locale, _ = Locale.objects.get_or_create(language_code=code)
    made: AnyPage = page.copy_for_translation(locale, copy_parents=True)
    for name, value in values.items():
        setattr(made, name, value)
    made.save_revision().publish()
    made.refresh_from_db()
    return made


def alias(page: Page, code: str) -> Page:
    locale, _ = Locale.objects.get_or_create(language_code=code)
    made: Page = page.copy_for_translation(locale, copy_parents=True, alias=True)
    return made


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def read() -> Tree:
    """The tree as it is now: a request without a version reads it anew."""
    return tree(RequestFactory().get("/"))


def titles(nodes: list[Node]) -> list[str]:
    return [node.title for node in nodes]


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Start")


# Which there are -----------------------------------------------------------------------------------------------------


def test_a_portal_without_a_site_has_no_pages() -> None:
    Site.objects.all().delete()
    assert read() == Tree(None, {}, {}, {})
    assert read().home("de") is None
    assert read().find("de", "") is None


def test_a_page_is_found_below_its_language(home: HomePage) -> None:
    index = factories.make_space_index_page(home)
    page = factories.make_space_page(index, factories.make_space(key="bleckede"), title="Bleckede")
    known = read()
    node = known.nodes[page.pk]
    assert (node.path, node.language, node.parent) == ("spaces/bleckede/", "de", index.pk)
    assert [node.url(code) for code in ("de", "ar")] == ["/de/spaces/bleckede/", "/ar/spaces/bleckede/"]
    assert known.find("de", "spaces/bleckede/") is node
    assert known.find("de", "bleckede/") is None


@pytest.mark.parametrize(
    ("language", "path", "title"),
    [
        ("de", "text/", "Text"),
        ("ar", "text/", "Text in ar"),
        ("fr", "text/", "Text"),
        ("fr", "texte/", "Text in tr"),
        ("de", "texte/", "Text in tr"),
        ("ar", "", "Start in ar"),
        ("fr", "", "Start"),
    ],
)
def test_a_path_leads_to_the_readers_language_then_to_german_then_to_any_that_knows_it(
    home: HomePage, language: str, path: str, title: str
) -> None:
    text = factories.make_text_page(home, title="Text", slug="text")
    translated(home, "ar", title="Start in ar")
    translated(text, "ar", title="Text in ar")
    translated(home, "tr", title="Start in tr")
    translated(text, "tr", title="Text in tr", slug="texte")
    found = read().find(language, path)
    assert found is not None
    assert found.title == title


@pytest.mark.parametrize("language", ["de", "ar", "fr"])
def test_the_original_stands_in_for_what_is_not_translated(home: HomePage, language: str) -> None:
    text = factories.make_text_page(home, title="Text")
    translated(text, "ar", title="Text in ar")
    assert Page.objects.filter(alias_of=home).exists()
    known = read()
    shown = known.shown(known.nodes[text.pk], language)
    assert shown.title == ("Text in ar" if language == "ar" else "Text")
    assert known.home("ar") == known.home("de")


def test_an_alias_is_no_translation(home: HomePage) -> None:
    text = factories.make_text_page(home, title="Text", slug="text")
    mirror = alias(text, "ar")
    known = read()
    assert mirror.pk not in known.nodes
    assert {node.language for node in known.nodes.values()} == {"de"}
    assert known.by_path["de", "text/"] == known.find("ar", "text/")


@pytest.mark.parametrize("above", ["alias", "draft"])
def test_a_translation_is_there_before_the_pages_above_it_are_translated(home: HomePage, above: str) -> None:
    """Whoever translates one page gets aliases, or leaves drafts, above it."""
    index = factories.make_space_index_page(home, title="Spaces")
    page = factories.make_space_page(index, factories.make_space(key="here"), title="Here")
    if above == "draft":
        for original in (home, index):
            translated(original, "ar").unpublish()
    other = translated(page, "ar", title="Here in ar")
    assert (other.get_parent().alias_of_id is not None) is (above == "alias")
    known = read()
    node = known.find("ar", "spaces/here/")
    assert node == known.nodes[other.pk]
    assert titles(known.way(node, "ar")) == ["Start", "Spaces", "Here in ar"]
    assert titles(known.below(known.nodes[index.pk], "ar")) == ["Here in ar"]
    assert other.get_url() == node.url("ar")


def test_a_page_of_one_language_alone_may_stand_below_an_alias(home: HomePage) -> None:
    mirror = alias(home, "ar")
    only = factories.make_text_page(mirror, slug="only", locale=mirror.locale)
    known = read()
    assert known.find("ar", "only/") == known.nodes[only.pk]
    assert titles(known.way(known.nodes[only.pk], "ar")) == ["Start", only.title]


def test_a_page_in_another_languages_place_breaks_nothing(home: HomePage) -> None:
    """Only a program can put it there."""
    arabic = translated(home, "ar")
    misplaced = factories.make_text_page(arabic, slug="misplaced", locale=home.locale)
    text = factories.make_text_page(home, slug="text")
    known = read()
    assert known.find("de", "text/") == known.nodes[text.pk]
    assert misplaced.pk not in known.nodes


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_draft_is_not_there(home: HomePage, language: str) -> None:
    text = factories.make_text_page(home, title="Text", slug="text")
    translated(home, "ar")
    other = translated(text, "ar", title="Text in ar")
    {"de": text, "ar": other}[language].unpublish()
    found = read().find("ar", "text/")
    # Without its original nothing is there; without the translation, the original.
    assert (found and found.title) == {"de": None, "ar": "Text"}[language]


def test_a_translation_goes_with_its_original_whoever_publishes_it_again(home: HomePage) -> None:
    text = factories.make_text_page(home, slug="text")
    other = translated(text, "ar")
    text.unpublish()
    other.refresh_from_db()
    assert not other.live
    other.save_revision().publish()
    other.refresh_from_db()
    assert other.live
    assert read().find("ar", "text/") is None


def test_what_stands_below_a_withdrawn_page_is_out_of_reach_in_every_language(home: HomePage) -> None:
    index = factories.make_space_index_page(home)
    page = factories.make_space_page(index, factories.make_space(key="here"))
    for original in (home, index, page):
        translated(original, "ar")
    Page.objects.filter(pk=index.pk).update(live=False)
    known = read()
    assert [known.find(language, "spaces/here/") for language in ("de", "ar", "fr")] == [None] * 3


def test_a_deleted_original_takes_its_translations_with_it(home: HomePage) -> None:
    text = factories.make_text_page(home, slug="text")
    translated(home, "ar")
    translated(text, "ar")
    text.delete()
    assert read().find("ar", "text/") is None
    assert not Page.objects.filter(slug="text", live=True).exists()


def test_a_page_of_one_language_alone_is_there_in_it(home: HomePage) -> None:
    arabic = translated(home, "ar")
    only = factories.make_text_page(arabic, title="Only", slug="only", locale=arabic.locale)
    known = read()
    node = known.nodes[only.pk]
    assert node.language == "ar"
    assert known.find("ar", "only/") == known.shown(node, "ar") == known.shown(node, "fr") == node


def test_what_is_not_below_the_sites_root_is_not_there(home: HomePage) -> None:
    other = factories.make_page(HomePage(title="Other", slug="other"), Page.get_first_root_node())
    below = factories.make_text_page(other, slug="below")
    known = read()
    assert not {other.pk, below.pk} & known.nodes.keys()
    assert [known.find("de", path) for path in ("other/", "below/", "other/below/")] == [None] * 3


def test_a_moved_page_is_found_at_its_new_address_and_its_translation_where_it_was(home: HomePage) -> None:
    first = factories.make_space_index_page(home, slug="first")
    second = factories.make_space_index_page(home, slug="second")
    page = factories.make_space_page(first, factories.make_space(key="here"))
    for original in (home, first, page):
        translated(original, "ar")
    page.move(second, pos="last-child")
    known = read()
    node = known.nodes[page.pk]
    assert node.path == "second/here/"
    assert known.shown(node, "ar").path == "first/here/"
    # The old address leads on: the translation still knows it.
    old = known.find("de", "first/here/")
    assert old is not None
    assert known.shown(old, "de") == node
    # In lists it stands where its original does.
    for language in ("de", "ar"):
        assert known.below(known.nodes[first.pk], language) == []
        assert known.below(known.nodes[second.pk], language) == [known.shown(node, language)]


# Around a page -------------------------------------------------------------------------------------------------------


def test_what_is_below_a_page_stands_in_the_order_of_the_originals(home: HomePage) -> None:
    pages = [factories.make_text_page(home, title=f"{number}") for number in range(3)]
    arabic = translated(home, "ar")
    # Translated last to first.
    for page in reversed(pages[1:]):
        translated(page, "ar", title=f"{page.title} in ar")
    factories.make_text_page(arabic, title="only in ar", locale=arabic.locale)
    known = read()
    node = known.nodes[home.pk]
    assert titles(known.below(node, "ar")) == ["0", "1 in ar", "2 in ar", "only in ar"]
    assert titles(known.below(known.nodes[arabic.pk], "ar")) == ["0", "1 in ar", "2 in ar", "only in ar"]
    assert titles(known.below(node, "de")) == titles(known.below(node, "fr")) == ["0", "1", "2"]


def test_the_way_to_a_page_is_in_the_readers_language_as_far_as_it_is_translated(home: HomePage) -> None:
    index = factories.make_space_index_page(home, title="Spaces")
    page = factories.make_space_page(index, title="Here")
    translated(home, "ar", title="Start in ar")
    known = read()
    assert titles(known.way(known.nodes[page.pk], "ar")) == ["Start in ar", "Spaces", "Here"]
    assert titles(known.way(known.nodes[page.pk], "de")) == ["Start", "Spaces", "Here"]
    assert titles(known.way(known.nodes[home.pk], "ar")) == ["Start"]


# For whom ------------------------------------------------------------------------------------------------------------


def test_a_translation_is_for_those_who_may_read_its_original(home: HomePage) -> None:
    text = factories.make_text_page(home)
    translated(text, "ar")
    restrict(text)
    private = {node.language: node.is_private for node in read().by_key[text.translation_key].values()}
    assert private == {"de": True, "ar": True}


def test_what_is_below_a_private_page_is_private_in_every_language(home: HomePage) -> None:
    index = factories.make_space_index_page(home)
    page = factories.make_space_page(index)
    for original in (home, index, page):
        translated(original, "ar")
    restrict(index)
    known = read()
    private = {(node.language, node.path.count("/")) for node in known.nodes.values() if node.is_private}
    assert private == {(code, depth) for code in ("de", "ar") for depth in (1, 2)}


def test_a_translation_may_be_private_by_itself(home: HomePage) -> None:
    text = factories.make_text_page(home)
    restrict(translated(text, "ar"))
    private = {node.language for node in read().by_key[text.translation_key].values() if node.is_private}
    assert private == {"ar"}


# In memory -----------------------------------------------------------------------------------------------------------


def asked() -> HttpRequest:
    """A request of this moment, as the middleware leaves it."""
    request = RequestFactory().get("/")
    request.facts_version = version()  # type: ignore[attr-defined]
    return request


def test_a_tree_is_read_once_for_each_version_of_the_journal(
    home: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    forget()
    first = asked()
    with django_assert_num_queries(4):
        known = tree(first)
    with django_assert_num_queries(0):
        assert tree(first) is known
    text = factories.make_text_page(home)
    assert text.pk not in tree(first).nodes
    assert text.pk in tree(asked()).nodes


def test_its_size_does_not_make_it_slower_to_ask(
    home: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    index = factories.make_space_index_page(home)
    for _ in range(3):
        factories.make_space_page(index)
    for code in ("ar", "tr"):
        translated(home, code)
    request = asked()
    forget()
    with django_assert_num_queries(4):
        tree(request)


@pytest.mark.parametrize("change", ["publish", "unpublish", "move", "delete"])
def test_what_happens_to_a_page_is_seen_by_the_next_request(home: HomePage, change: str) -> None:
    index = factories.make_space_index_page(home)
    text = factories.make_text_page(home, title="Text", slug="text")
    before = tree(asked())
    if change == "publish":
        text.title = "New"
        text.save_revision().publish()
    elif change == "move":
        text.move(index, pos="last-child")
    else:
        getattr(text, change)()
    after = tree(asked())
    assert before.find("de", "text/") != after.find("de", "text/")


@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_an_original_has_an_address_below_each_language(home: HomePage, language: str) -> None:
    text = TextPage.objects.get(pk=factories.make_text_page(home, slug="text").pk)
    other = translated(text, "tr", slug="text")
    with translation.override(language):
        assert text.get_url() == f"/{language}/text/"
        # A translation stays in its own.
        assert other.get_url() == "/tr/text/"


def test_a_front_door_that_another_process_made_is_known_at_the_next_request(home: HomePage) -> None:
    key, kept = SITE_ROOT_PATHS_CACHE_KEY, {"version": SITE_ROOT_PATHS_CACHE_VERSION}
    assert home.get_url(asked()) == "/de/"
    before = cache.get(key, **kept)
    arabic = translated(home, "ar")
    # What this process would still remember if another one had written that page.
    cache.set(key, before, **kept)
    assert arabic.get_url(asked()) == "/ar/"
