"""What comes out of a printer: pages of A4 that a browser makes."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def sheets(page: Page) -> int:
    """On how many sheets the page is printed, with the paper that its styles name."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("language", ["de", "ar", "ti", "de-simple"])
def test_a_poster_is_one_sheet_with_nothing_but_the_poster(page: Page, language: str) -> None:
    page.goto(f"/{language}/poster/gellersen/")
    expect(page.locator("form:has(#with)")).to_be_visible()
    page.emulate_media(media="print")
    for hidden in (".site-header", ".site-footer", "form:has(#with)"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".poster .qr svg")).to_be_visible()
    assert sheets(page) == 1


@pytest.mark.parametrize("language", ["de", "ar", "ti", "de-simple"])
def test_a_space_is_one_sheet_with_its_address_as_a_code(page: Page, language: str) -> None:
    page.goto(f"/{language}/sozialraeume/gellersen/")
    expect(page.locator(".qr")).to_be_hidden()
    page.emulate_media(media="print")
    for shown in (".office-card .telephone", ".week", ".qr svg", ".site-footer .helplines"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".site-nav", ".take-along", "#check", ".office-card .open-now"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator(".qr figcaption").inner_text().strip() == page.url
    assert sheets(page) == 1
