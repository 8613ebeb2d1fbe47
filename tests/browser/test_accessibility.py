"""Every kind of page and every outcome: nothing that axe finds fault with, and nothing wider than a small telephone."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.browser.reader import look_up


def at(path: str) -> Callable[[Page], None]:
    def open_it(page: Page) -> None:
        page.goto(path)

    return open_it


def asked(address: str, words: str) -> Callable[[Page], None]:
    """Opens the answer about an address; its heading begins with these words."""

    def ask(page: Page) -> None:
        page.goto("/de/")
        look_up(page, address)
        page.locator("#result").wait_for()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^{words}"))

    return ask


def broken(page: Page) -> None:
    page.set_content(render_to_string("500.html"))


PAGES: dict[str, Callable[[Page], None]] = {
    "home page": at("/de/"),
    "list of spaces": at("/de/sozialraeume/"),
    "space": at("/de/sozialraeume/gellersen/"),
    "text": at("/de/so-geht-es/"),
    "text that is still to be written": at("/de/impressum/"),
    "form": at("/de/find/"),
    "complicated address": at("/de/find/complicated/"),
    "none of these": at("/de/find/none/"),
    "missing page": at("/de/gibt-es-nicht/"),
    "broken": broken,
    "found by place": asked("Süttorfer Weg 17, 21398 Neetze", "Ihre Anlaufstelle"),
    "found by postcode": asked("Weinbergsweg 13, 21365", "Ihre Anlaufstelle"),
    "school": asked("Grundschule Bardowick", "An Ihrer Schule"),
    "which place": asked("Hauptstr. 4, Neetze", "Bitte wählen"),
    "which place, many": asked("Dorfstr. 4", "Bitte wählen"),
    "did you mean": asked("Dorfstr. 4, Bardowikc", "Bitte wählen"),
    "which postcode": asked("Dorfstr. 4, 21357 Scharnebeck", "Bitte wählen"),
    "elsewhere, the city": asked("Am Sande 1, 21335 Lüneburg", "Ihre Anlaufstelle"),
    "elsewhere, far": asked("Reeperbahn 1, 20359 Hamburg", "Diese Adresse"),
    "unknown place": asked("Blauer Weg 3, Nirgendwohausen", "Wir haben"),
    "nothing typed": asked("", "Bitte"),
    "unreadable": asked("???", "Wir haben"),
    "a very long word": asked("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4, "Bitte wählen"),
}


@pytest.mark.parametrize("open_page", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, open_page: Callable[[Page], None]
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    # In the dark only the colours are others. The page of last resort brings none of its own: the browser's are
    # dark then, but axe takes them for white.
    if open_page is not broken:
        page.emulate_media(color_scheme="dark")
        found = Axe().run(page, options={"runOnly": ["color-contrast"]})
        assert found.violations_count == 0, found.generate_report()
