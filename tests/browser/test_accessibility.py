"""Every kind of page and every outcome: nothing that axe finds fault with, and nothing wider than a small telephone."""

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import Page

from tests.browser.reader import look_up


def at(path: str) -> Callable[[Page], None]:
    def open_it(page: Page) -> None:
        page.goto(path)

    return open_it


def asked(address: str) -> Callable[[Page], None]:
    def ask(page: Page) -> None:
        page.goto("/de/")
        look_up(page, address)
        page.locator("#result").wait_for()

    return ask


def broken(page: Page) -> None:
    page.set_content(render_to_string("500.html"))


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

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
    "found by place": asked("Süttorfer Weg 17, 21398 Neetze"),
    "found by postcode": asked("Weinbergsweg 13, 21365"),
    "found through resemblance": asked("Süttorfer Weg 17, 21398 Netze"),
    "school": asked("Grundschule Bardowick"),
    "which place": asked("Hauptstr. 4, Neetze"),
    "which place, many": asked("Weg 4, 21379"),
    "did you mean": asked("Dorfstr. 4, Bardowikc"),
    "which postcode": asked("Dorfstr. 4, 21357 Scharnebeck"),
    "elsewhere, the city": asked("Am Sande 1, 21335 Lüneburg"),
    "elsewhere, far": asked("Reeperbahn 1, 20359 Hamburg"),
    "unknown place": asked("Blauer Weg 3, Nirgendwohausen"),
    "nothing typed": asked(""),
    "unreadable": asked("???"),
    "a very long word": asked(
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
    ),
}


@pytest.mark.parametrize("open_page", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, open_page: Callable[[Page], None]
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
