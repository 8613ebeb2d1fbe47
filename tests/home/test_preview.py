"""What editors see of a page before it is published: in every language, and on a telephone."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from home.models import HomePage, TextPage
from portal.languages import SERVED, direction
from tests import factories
from tests.portal.test_translation import german_parts, paragraphs, translate

pytestmark = pytest.mark.django_db

TEXT = "Wir helfen allen Familien."


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Portal", slug="portal")


@pytest.fixture
def german(home: HomePage) -> TextPage:
    return factories.make_text_page(home, title="So geht es", slug="so", body=paragraphs(TEXT))


def previewed(page: TextPage, mode: str) -> tuple[BeautifulSoup, Tag]:
    response = page.make_preview_request(preview_mode=mode)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.html
    return soup, soup.html


def test_a_german_page_is_looked_at_in_its_own_language_and_in_every_other(german: TextPage) -> None:
    assert german.preview_modes[0] == ("", "Deutsch")
    assert [name for _, name in german.preview_modes] == [language.name for language in SERVED]


@pytest.mark.parametrize("code", ["ar", "ti", "de-simple"])
def test_it_is_shown_as_that_languages_readers_see_it_untranslated(german: TextPage, code: str) -> None:
    soup, html = previewed(german, code)
    assert (html["lang"], html["dir"]) == (code, direction(code))
    assert TEXT in german_parts(soup)[-1]
    assert soup.select_one("main .note")


def test_its_own_look_has_no_notice(german: TextPage) -> None:
    soup, html = previewed(german, "")
    assert html["lang"] == "de"
    assert not soup.select("main .page > .note")


def test_a_translation_is_looked_at_in_its_own_language_alone(german: TextPage, home: HomePage) -> None:
    translate(home, "ar", {"Portal": "البوابة"})
    page = translate(german, "ar", {"So geht es": "هكذا", TEXT: "نساعد كل العائلات."})
    assert len(page.preview_modes) == 1
    soup, html = previewed(page, page.default_preview_mode)
    assert (html["lang"], html["dir"]) == ("ar", "rtl")
    assert "نساعد كل العائلات." in soup.get_text()


def test_the_editor_offers_languages_and_a_small_telephone(german: TextPage, client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    response = client.get(reverse("wagtailadmin_pages:edit", args=[german.pk]))
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one('[data-device-width="320"]')
    assert {option["value"] for option in soup.select("#id_preview_mode option")} >= {"ar", "ti"}
