"""Every kind of page and every outcome: nothing that axe finds fault with, and nothing wider than a small telephone."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from portal import failure
from tests.browser.reader import expect_language, expect_no_sideways_scrolling, look_up, said, search_for
from tests.installation import Server, served, starter_database

pytestmark = pytest.mark.slow


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


def searched(words: str, heading: str, language: str = "de") -> Callable[[Page], None]:
    """Opens what the search says to these words; its heading is this text of the interface."""

    def ask(page: Page) -> None:
        page.goto(f"/{language}/search/")
        search_for(page, words)
        expect(page.get_by_role("heading", level=1)).to_have_text(said(heading, language))

    return ask


def broken(page: Page) -> None:
    page.set_content(failure.in_language("de"))


PAGES: dict[str, Callable[[Page], None]] = {
    "barrier": at("/de/feedback/barrier/"),
    "feedback": at("/de/feedback/"),
    "home page": at("/de/"),
    "list of spaces": at("/de/sozialraeume/"),
    "space": at("/de/sozialraeume/gellersen/"),
    "list of services": at("/de/angebote/"),
    "service": at("/de/angebote/familienberatung/"),
    "list of providers": at("/de/traeger/"),
    "provider": at("/de/traeger/albatros/"),
    "list of events": at("/de/termine/"),
    "event": at("/de/termine/fachtag-2027/"),
    "figures": at("/de/zahlen/"),
    "text": at("/de/so-geht-es/"),
    "text that is still to be written": at("/de/impressum/"),
    "accessibility statement": at("/de/barrierefreiheit/"),
    "poster": at("/de/poster/gellersen/"),
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
    "search": at("/de/search/"),
    "words that are found": searched("Schulangst", "Results"),
    "words that are not found": searched("xyzxyzxyz", "Nothing was found."),
    "an address in the search": searched("Am Sande 1, 21335 Lüneburg", "Results"),
    "no words": searched("", "Search this portal"),
    "a very long word": asked("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4, "Bitte wählen"),
}


#: What every run looks at in German: each type of page, and the outcomes that look like no other.
EVERY_RUN = {
    "home page",
    "list of spaces",
    "space",
    "list of services",
    "service",
    "list of providers",
    "provider",
    "list of events",
    "event",
    "figures",
    "text that is still to be written",
    "poster",
    "barrier",
    "complicated address",
    "broken",
    "school",
    "which place, many",
    "elsewhere, far",
    "unknown place",
    "words that are found",
}

GERMAN = [
    pytest.param(open_page, marks=[] if name in EVERY_RUN else pytest.mark.slow, id=name)
    for name, open_page in PAGES.items()
]


@pytest.mark.parametrize("open_page", GERMAN)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, open_page: Callable[[Page], None]
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page)
    expect_no_sideways_scrolling(page)
    expect_no_violations(page)
    # In the dark only the colours are others. The page of last resort brings none of its own: the browser's are
    # dark then, but axe takes them for white.
    if open_page is not broken:
        page.emulate_media(color_scheme="dark")
        expect_no_violations(page, options={"runOnly": ["color-contrast"]})


#: What is looked at in other languages too: a path, or what is typed; see `opened`.
IN_LANGUAGES = {
    "home page": "",
    "list of spaces": "sozialraeume/",
    "space": "sozialraeume/bardowick/",
    "list of services": "angebote/",
    "service": "angebote/grundschule/",
    "list of providers": "traeger/",
    "provider": "traeger/albatros/",
    "list of events": "termine/",
    "event": "termine/fachtag-2027/",
    "figures": "zahlen/",
    "text": "so-geht-es/",
    # German, but in English and simple German.
    "text that may not be translated": "barrierefreiheit/",
    "poster": "poster/gellersen/",
    "barrier": "feedback/barrier/",
    "feedback": "feedback/",
    "form": "find/",
    "complicated address": "find/complicated/",
    "none of these": "find/none/",
    "missing page": "gibt-es-nicht/",
    "question": "find: Dorfstr. 4",
    "did you mean": "find: Dorfstr. 4, Bardowikc",
    "exact address": "find: Süttorfer Weg 17, 21398 Neetze",
    "resembling address": "find: Weinbergsweg 13, 21365",
    "school": "find: Grundschule Bardowick",
    "elsewhere": "find: Am Sande 1, 21335 Lüneburg",
    "elsewhere, far": "find: Reeperbahn 1, 20359 Hamburg",
    "unknown place": "find: Blauer Weg 3, Nirgendwohausen",
    "unreadable": "find: ???",
    "search": "search/",
    "words that are found": "search: Bleckede",
    "words that are not found": "search: xyzxyzxyz",
}

#: What every run looks at in another language: all types of pages from right to left, and little in other letters.
EVERY_RUN_SPOKEN = {
    ("ar", name)
    for name in (
        "home page",
        "space",
        "service",
        "provider",
        "event",
        "figures",
        "text that may not be translated",
        "poster",
        "question",
        "elsewhere",
        "unknown place",
        "words that are found",
    )
} | {("ti", "space"), ("de-simple", "home page")}

SPOKEN = [
    pytest.param(
        code, what, marks=[] if (code, name) in EVERY_RUN_SPOKEN else pytest.mark.slow, id=f"{code}: {name}"
    )
    for code in ("de-simple", "en", "ar", "ti", "fr")
    for name, what in IN_LANGUAGES.items()
]


def opened(page: Page, code: str, what: str) -> None:
    """Open a path below a language, or what the lookup (`find: …`) or the search (`search: …`) answers there."""
    form, _, typed = what.partition(": ")
    page.goto(f"/{code}/{form if not typed else f'{form}/'}")
    if form == "find" and typed:
        look_up(page, typed)
        page.locator("#result").wait_for()
    elif typed:
        search_for(page, typed)
    expect_language(page, code)


@pytest.mark.parametrize(("code", "what"), SPOKEN)
def test_axe_finds_nothing_in_any_script(page: Page, code: str, what: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    opened(page, code, what)
    expect_no_sideways_scrolling(page)
    expect_no_violations(page)


def test_axe_finds_nothing_in_the_open_list_of_languages(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    opened(page, "ar", "find: Dorfstr. 4")
    page.locator(".languages summary").click()
    expect_no_violations(page)


@pytest.fixture(scope="module")
def with_a_video(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A portal of which one page has a video with captions."""
    folder = tmp_path_factory.mktemp("video")
    database = Path(shutil.copyfile(starter_database(tmp_path_factory), folder / "with-a-video.sqlite3"))
    with closing(sqlite3.connect(database)) as connection, connection:
        for number, name in ((901, "signs.mp4"), (902, "signs.vtt")):
            connection.execute(
                "INSERT INTO wagtaildocs_document (id, title, file, created_at, file_hash, collection_id)"
                " SELECT ?, ?, ?, '2026-01-01', '', min(id) FROM wagtailcore_collection",
                (number, name, f"documents/{name}"),
            )
        video = {
            "heading": "In Gebärdensprache",
            "video": 901,
            "length": "2:30",
            "captions": 902,
            "shows_people": "no",
        }
        body = [{"type": "video", "value": video, "id": "8d3a5a2e-1c0e-4c58-9d5e-6f2f7a3f1b11"}]
        changed = connection.execute(
            "UPDATE home_textpage SET body = ? WHERE page_ptr_id IN (SELECT id FROM wagtailcore_page"
            " WHERE slug = 'so-geht-es' AND path = (SELECT min(path) FROM"
            " wagtailcore_page WHERE slug = 'so-geht-es'))",
            (json.dumps(body),),
        )
        assert changed.rowcount == 1
    with served(database, folder) as server:
        yield server


@pytest.mark.slow
def test_axe_finds_nothing_where_a_video_stands(browser: Browser, with_a_video: Server) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{with_a_video.url}/de/so-geht-es/")
    video = page.locator("video")
    expect(video).to_be_visible()
    expect_no_sideways_scrolling(page)
    expect_no_violations(page)
    # Its room is there although nothing of it is loaded.
    box = video.bounding_box()
    assert box is not None
    assert round(box["width"] / box["height"], 1) == 1.8
    assert video.evaluate("video => video.networkState") != 2
    page.close()


def expect_no_violations(page: Page, **options: Any) -> None:
    found = Axe().run(page, **options)
    assert found.violations_count == 0, found.generate_report()
