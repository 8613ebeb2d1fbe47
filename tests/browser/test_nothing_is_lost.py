"""What editors typed outlives a lost connection, the end of their session, and somebody who was quicker."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.editor import BOARD, PASSWORD, Editor, Office, desk
from tests.browser.reader import said
from tests.installation import starter_database

pytestmark = pytest.mark.slow

#: Each test writes about an office of its own.
OFFICE = ".desk-offices > li:has(h3:has-text('%s'))"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    database = starter_database(tmp_path_factory)
    with desk(database, tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> None:
    """An editor has a session, unlike readers."""


@pytest.fixture
def editor(page: Page, office: Office) -> Editor:
    return Editor(page, office)


class Form(NamedTuple):
    """A form: how it is reached from the desk, the field into which something is typed, the button that sends it, and
    what it needs besides.
    """

    link: str
    field: str
    button: str
    besides: Callable[[Editor], Any] = lambda editor: None


def announce(editor: Editor) -> None:
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    editor.fill("input[name=starts_at]", f"{day}T15:00")
    editor.fill("input[name=ends_at]", f"{day}T17:00")
    editor.find("select[name=office]").select_option(index=1)


SEND = "form[method=post] button.button[type=submit]:not([formaction])"
SAVE = "footer button[type=submit] >> nth=0"

FORMS = {
    "a fact": Form(OFFICE + " a[href*='/office/edit/']", "input[name=source]", SAVE),
    "an event": Form("a[href$='/desk/announce/']", "input[name=title]", SEND, announce),
    "a confirmation": Form(OFFICE + " a[href*='/confirm/']", "input[name=confirmed_by]", SEND),
}


def write(editor: Editor, form: Form, office: str, text: str) -> None:
    address = editor.find(form.link.replace("%s", office)).first.get_attribute("href")
    editor.page.goto(f"{editor.url}{address}")
    form.besides(editor)
    editor.find(form.field).fill(text)


@pytest.mark.parametrize("name", FORMS)
def test_without_a_connection_a_form_stays_as_it_is_and_is_sent_later(editor: Editor, name: str) -> None:
    form, text = FORMS[name], f"Bardowick ({name})"
    write(editor, form, "Bardowick", text)
    editor.page.context.set_offline(True)
    editor.find(form.button).click()
    expect(editor.find("[data-connection]")).to_be_visible()
    expect(editor.find(form.field)).to_have_value(text)
    editor.page.context.set_offline(False)
    editor.find(form.button).click()
    expect(editor.find(".messages .success")).to_be_visible()
    expect(editor.find("[data-connection]")).to_have_count(0)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_sent_after_the_session_has_ended_waits_until_one_has_signed_in_again(
    editor: Editor, name: str
) -> None:
    form, text = FORMS[name], f"Bardowick am Markt ({name})"
    page = editor.page
    write(editor, form, "Scharnebeck", text)
    page.context.clear_cookies()
    editor.find(form.button).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("What you typed is still here", "de"))
    sign_in_again(page)
    page.get_by_role("button").click()
    # Signing in has made a new token: asked once more, it is sent.
    expect(page.locator("p.lead")).to_contain_text(
        said("You are signed in again. Please send the form once more.", "de")
    )
    page.get_by_role("button").click()
    expect(page.locator(".messages .success")).to_be_visible()


def sign_in_again(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.locator("a.button").click()
    tab = opened.value
    tab.locator("[name=login]").fill("administrator")
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("[name=password]").press("Enter")
    tab.wait_for_url("**/done/")
    tab.close()


GERMAN_PAGE = """
SELECT wagtailcore_page.id FROM wagtailcore_page JOIN wagtailcore_locale ON wagtailcore_locale.id = locale_id
WHERE slug = ? AND language_code = 'de'
"""


def page_form(editor: Editor, database: Path, slug: str, words: str) -> None:
    """The form of a German page, with a new title that was only typed."""
    page = editor.page
    with closing(sqlite3.connect(database)) as connection:
        (pk,) = connection.execute(GERMAN_PAGE, (slug,)).fetchone()
    page.goto(f"{editor.url}/admin/pages/{pk}/edit/")
    # Wagtail begins to look for changes, and to save them, some two seconds after a page was opened.
    page.wait_for_timeout(3000)
    page.locator("#id_title").fill(words)


SAVE_DRAFT = "footer button[type=submit] >> nth=0"


def test_a_page_stays_where_it_is_without_a_connection(editor: Editor, office: Office) -> None:
    page, words = editor.page, "So geht es auch ohne Netz"
    page_form(editor, office.server.database, "so-geht-es", words)
    page.context.set_offline(True)
    editor.find("#id_title").press_sequentially("!")
    editor.find(SAVE_DRAFT).click()
    expect(editor.find("[data-connection]")).to_be_visible()
    expect(editor.find("#id_title")).to_have_value(f"{words}!")


def test_a_page_that_is_saved_after_the_session_has_ended_waits_too(editor: Editor, office: Office) -> None:
    page, words = editor.page, "Unter 18? Frag uns"
    page_form(editor, office.server.database, "unter-18", words)
    page.context.clear_cookies()
    # Saving by itself fails, and takes nothing away.
    with page.expect_response(lambda answer: "/edit/" in answer.request.url and answer.status >= 300):
        editor.find("#id_title").press_sequentially("!")
    expect(editor.find("#id_title")).to_have_value(f"{words}!")
    editor.find(SAVE_DRAFT).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("What you typed is still here", "de"))
    sign_in_again(page)
    page.get_by_role("button").click()
    page.get_by_role("button").click()
    expect(editor.find("#id_title")).to_have_value(f"{words}!")


@pytest.mark.parametrize("lost", ["the connection", "the session"])
def test_a_translated_sentence_stays_where_it_was_typed(editor: Editor, lost: str) -> None:
    page = editor.page
    page.goto(f"{editor.url}{BOARD}?language=en")
    editor.find("a.board-state").nth(3).click()
    editor.find("main button:text-is('Bearbeiten') >> nth=0").click()
    editor.find("main textarea >> nth=0").fill("Words that are not lost")
    if lost == "the connection":
        page.context.set_offline(True)
    else:
        page.context.clear_cookies()
    editor.find("main button:text-is('Speichern') >> nth=0").click()
    # wagtail-localize says that it went wrong, and keeps the words to be edited.
    expect(page.get_by_text("Serverfehler")).to_be_visible()
    editor.find("main button:text-is('Bearbeiten') >> nth=0").click()
    expect(editor.find("main textarea >> nth=0")).to_have_value("Words that are not lost")


def test_hints_for_a_text_follow_what_is_typed(editor: Editor, office: Office) -> None:
    page_form(editor, office.server.database, "kontakt", "Wir sagen niemandem")
    editor.find("#id_title").press_sequentially(" etwas")
    expect(editor.find("[data-writing]")).to_contain_text("Wir sagen niemandem etwas", timeout=10_000)


def test_the_second_of_two_editors_is_told_who_changed_what(
    editor: Editor, office: Office, browser: Browser
) -> None:
    address = editor.find((OFFICE % "Ilmenau") + " a[href*='/office/edit/']").get_attribute("href")
    with browser.new_context() as context:
        county = Editor(context.new_page(), office, "county")
        for each in (editor, county):
            each.page.goto(f"{editor.url}{address}")
        county.find("input[name=telephone]").fill("030 23125 888")
        county.find(SAVE).click()
        expect(county.find(".messages .success")).to_be_visible()
    editor.find("input[name=email]").fill("ilmenau@example.org")
    editor.find(SAVE).click()
    # Wagtail's own warning comes first, if it has heard of it by now.
    told = editor.find(".messages .error")
    expect(told).to_contain_text("county")
    expect(told).to_contain_text("Telefon")
    expect(editor.find("input[name=email]")).to_have_value("ilmenau@example.org")
    again = told.get_by_role("link").first
    assert re.search(r"/office/edit/\d+/$", again.get_attribute("href") or "")
