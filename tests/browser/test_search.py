"""A reader asks in their own words and gets the page; what they typed stands nowhere but in the field."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.languages import DEFAULT_CODE
from tests.browser.reader import OFFICES, expect_office, result, said, search_for
from tests.installation import Server

pytestmark = pytest.mark.slow


def expect_private(page: Page, portal: Server, typed: str) -> None:
    """Neither the address nor the title of the page, which a browser keeps, nor the server's log holds it."""
    expect(page).to_have_url(re.compile(r"/search/$"))
    assert typed not in page.title()
    assert page.evaluate("JSON.stringify([history.state, window.name, document.referrer])").count(typed) == 0
    assert typed not in portal.written()


@pytest.mark.parametrize(
    ("code", "question", "path"),
    [
        ("de", "Mein Sohn hat Angst vor der Schule", "/de/angebote/grundschule/"),
        ("de", "Streit mit meinem Mann", "/de/angebote/familienberatung/"),
        ("ar", "ابني خايف من المدرسة", "/ar/angebote/grundschule/"),
        ("ar", "عندي خناقات كثيرة مع زوجي في البيت", "/ar/angebote/familienberatung/"),
    ],
)
def test_a_question_leads_to_the_page(
    page: Page, portal: Server, code: str, question: str, path: str
) -> None:
    page.goto(f"/{code}/")
    page.get_by_role("link", name=said("Search", code), exact=True).click()
    search_for(page, question)
    expect(result(page)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Results", code))
    expect_private(page, portal, question)
    expect(page.locator("#words")).to_have_value(question)
    found = result(page).locator("article h2 a")
    assert path in found.evaluate_all("links => links.slice(0, 3).map(a => new URL(a.href).pathname)")
    found.and_(page.locator(f"[href='{path}']")).click()
    expect(page).to_have_url(re.compile(f"{path}$"))


def test_what_is_not_translated_is_found_in_german_and_says_so(page: Page) -> None:
    page.goto("/pl/search/")
    search_for(page, "Grundschule")
    expect(result(page)).to_contain_text(said("These results are in German:", "pl"))
    articles = result(page).locator("article")
    assert articles.count() > 0
    assert set(articles.evaluate_all("all => all.map(it => it.lang + it.dir)")) == {f"{DEFAULT_CODE}ltr"}


def test_an_address_leads_to_the_lookup_with_one_tap(page: Page, portal: Server) -> None:
    address = "Süttorfer Weg 17, 21398 Neetze"
    page.goto("/ar/search/")
    search_for(page, address)
    expect_private(page, portal, address)
    page.get_by_role("button", name=said("Find the office for this address", "ar")).click()
    expect(page).to_have_url(re.compile(r"/ar/sozialraeume/ostheide/\?by="))
    expect(page.get_by_role("heading", level=1)).to_contain_text(OFFICES["ostheide"])
    page.goto("/de/search/")
    search_for(page, address)
    page.get_by_role("button", name=said("Find the office for this address", "de")).click()
    expect_office(page, "ostheide")
    assert address not in portal.written()


def test_an_address_that_is_unclear_is_asked_about(page: Page) -> None:
    page.goto("/de/search/")
    search_for(page, "Hauptstr. 4, Neetze")
    page.get_by_role("button", name=said("Find the office for this address", "de")).click()
    expect(page).to_have_url(re.compile("/de/find/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Please choose: which place is it?", "de"))
    expect(page.locator("#address")).to_have_value("Hauptstr. 4, Neetze")


@pytest.mark.parametrize("code", ["de", "ar", "ti"])
def test_where_nothing_is_found_there_are_ways_on(page: Page, portal: Server, code: str) -> None:
    page.goto(f"/{code}/search/")
    search_for(page, "xyzxyzxyz")
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Nothing was found.", code))
    expect_private(page, portal, "xyzxyzxyz")
    links = page.get_by_role("main").locator(".spaces a")
    expect(links).to_have_count(len(OFFICES))
    links.filter(has_text="Bardowick").click()
    expect(page).to_have_url(re.compile(f"/{code}/sozialraeume/bardowick/$"))


def test_an_empty_field_is_asked_for(page: Page) -> None:
    page.goto("/de/search/")
    search_for(page, "  ")
    expect(page.locator("#words")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#words-error")).to_be_visible()
    expect(page.locator("#words")).to_have_attribute("aria-describedby", "words-hint words-error")


def test_the_field_remembers_nothing(page: Page) -> None:
    page.goto("/de/search/")
    search_for(page, "Schulangst")
    page.goto("/de/search/")
    expect(page.locator("#words")).to_have_value("")
    expect(page.locator("#words")).to_have_attribute("autocomplete", "off")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_it_works_without_scripts(page: Page) -> None:
    page.goto("/ar/search/")
    search_for(page, "المدرسة")
    expect(result(page).locator("article").first).to_be_visible()
    expect(page).to_have_url(re.compile("/ar/search/$"))
