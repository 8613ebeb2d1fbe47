"""The translation board with the content that a portal starts with, and with more of it."""

from collections.abc import Iterator
from time import process_time

import polib
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from home import po
from home.models import HomePage, TextPage
from home.translation_board import TARGETS
from portal.languages import DEFAULT_CODE
from portal.translation import Translations, translation_state
from tests import factories
from tests.home.test_translation_board import file_of
from tests.installation import starter_content
from tests.portal.test_translation import edit, fill, paragraphs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.slow]


@pytest.fixture(scope="module")
def starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker, "en", "ar"):
        yield


def test_all_at_once_say_what_each_says_alone() -> None:
    home = HomePage.objects.get(locale__language_code=DEFAULT_CODE)
    changed = TextPage.objects.filter(locale__language_code=DEFAULT_CODE).exclude(body=[]).first()
    assert changed is not None
    edit(changed, title="Ganz neu", body=list(reversed(changed.body.get_prep_value())))
    StringTranslation.objects.filter(
        context__object_id=home.translation_key, locale__language_code="ar"
    ).last().delete()
    fill(changed, "en", {"Ganz neu": "All new"})
    pages = list(Page.objects.filter(depth__gt=1).specific())
    known = Translations(pages)
    states = {page: known.state(page) for page in pages}
    assert states == {page: translation_state(page, page.locale.language_code) for page in pages}
    assert {state.codes for state in states.values()} >= {
        ("original",),
        ("machine",),
        ("older", "machine"),
    }


def test_the_files_that_a_portal_starts_with_could_come_from_the_export(client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    path = settings.PORTAL_DATA / "starter" / "translations" / "ar.po"
    given = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    response = client.get(reverse("export_po", args=["ar"]))
    assert response["Content-Disposition"] == 'attachment; filename="ar.po"'
    exported = po.read(response.content, "ar")
    assert {entry.msgid: entry.msgstr for entry in exported if entry.msgstr} == given
    assert not [entry for entry in exported if entry.msgctxt or entry.fuzzy]
    assert {entry.comment for entry in exported} >= {"home: title", "home: lead", "so-geht-es: title"}
    report = po.check(exported, "ar")
    assert (report.differences, report.unknown, report.broken) == ([], [], [])
    assert report.same >= len(given)


@pytest.mark.slow
def test_sixty_pages_in_twelve_languages_open_within_a_second(client: Client) -> None:
    home = HomePage.objects.get(locale__language_code=DEFAULT_CODE)
    for number in range(60 - len(po.originals())):
        text = [f"Satz {sentence} von Seite {number}." for sentence in range(12)]
        factories.make_text_page(home, title=f"Seite {number}", slug=f"s-{number}", body=paragraphs(*text))
    originals = list(po.originals())
    words = {place.text: f"{place.text} (übersetzt)" for place in po.places("en")}
    for language in TARGETS:
        po.write(
            po.check(file_of(words, language.code), language.code).new, language.code, None, is_machine=True
        )
        for translation in Translation.objects.filter(target_locale__language_code=language.code):
            if not (page := translation.get_target_instance()).live:
                page.get_latest_revision().publish()
    client.force_login(User.objects.create_superuser("admin"))
    client.get(reverse("wagtailadmin_home"))
    with CaptureQueriesContext(connection) as captured:
        began = process_time()
        response = client.get(reverse("translation_board"))
        took = process_time() - began
    assert (
        len(BeautifulSoup(response.content, "html.parser").select("td .board-machine"))
        >= 11 * len(originals) * 0.9
    )
    assert len(captured) <= 30
    assert took < 1, f"{took:.2f} s"
