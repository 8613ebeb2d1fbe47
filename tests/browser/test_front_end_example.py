"""The example for front-end developers: on another origin, it shows a page of a space from the interface alone."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, Request, expect

from portal.languages import BY_CODE
from tests.browser.reader import OFFICES, expect_no_sideways_scrolling, said
from tests.installation import Server, environment, served

pytestmark = pytest.mark.slow

MISSING = "This text has not been translated yet. You read it in German."
MACHINE = "A machine translated this text. No person has checked it yet."
SIMPLE = "This is simple German. Readers with learning difficulties have not checked it yet."


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def front_end() -> Iterator[str]:
    """The address of the example, on a host of its own."""
    serve = partial(Silent, directory=str(settings.BASE_DIR / "docs" / "examples" / "space-page"))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(page: Page, portal: Server, front_end: str) -> Iterator[None]:
    """As for the portal's own pages; but the example asks its own host and the portal, and names pages."""
    requests: list[Request] = []
    console: list[str] = []

    def on_request(request: Request) -> None:
        requests.append(request)

    page.context.on("request", on_request)
    page.context.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    yield
    assert [line for line in console if "404 (Not Found)" not in line] == []
    assert {urlsplit(request.url).hostname for request in requests} == {"127.0.0.1"}
    assert page.context.storage_state() == {"cookies": [], "origins": []}


def address(front_end: str, portal: Server, path: str) -> str:
    return f"{front_end}/?{urlencode({'api': portal.url, 'path': path})}"


def shown(page: Page) -> None:
    expect(page.locator("main:not([aria-busy])")).to_be_visible()


@pytest.mark.parametrize(
    ("code", "own", "notice"),
    [
        ("de", "de", ""),
        ("ar", "ar", MACHINE),
        ("ti", "ti", MACHINE),
        ("de-simple", "de-simple", SIMPLE),
        ("fr", "de", MISSING),
        ("fa", "de", MISSING),
    ],
)
def test_a_page_of_a_space_is_there_in_every_language(
    page: Page, portal: Server, front_end: str, code: str, own: str, notice: str
) -> None:
    path = f"/{code}/sozialraeume/adendorf/"
    page.goto(portal.url + path)
    title = page.get_by_role("heading", level=1).inner_text()
    prose = page.locator(".prose p").first.inner_text()
    page.goto(address(front_end, portal, path))
    shown(page)
    root = page.locator("html")
    expect(root).to_have_attribute("lang", code)
    expect(root).to_have_attribute("dir", BY_CODE[code].direction)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(title)
    expect(heading).to_have_css("direction", BY_CODE[own].direction)
    expect(page.get_by_role("heading", level=2, name=OFFICES["adendorf"])).to_be_visible()
    words = page.get_by_text(prose, exact=True)
    expect(words).to_be_visible()
    expect(words).to_have_css("direction", BY_CODE[own].direction)
    assert words.evaluate("it => it.closest('[lang]').lang") == own
    if notice:
        expect(page.locator(".note").first).to_contain_text(said(notice, code))
    else:
        expect(page.locator(".note")).to_have_count(0)


@pytest.mark.parametrize("code", ["de", "ar"])
def test_what_is_an_example_says_so_and_cannot_be_dialled(
    page: Page, portal: Server, front_end: str, code: str
) -> None:
    page.goto(address(front_end, portal, f"/{code}/sozialraeume/adendorf/"))
    shown(page)
    now = page.locator(".open-now")
    expect(now).to_contain_text(said("Example", code))
    texts = [
        said(text, code)
        for text in ("Open now", "Open now, by appointment only", "You can call now", "Closed now")
    ]
    assert any(text in now.inner_text() for text in texts)
    expect(page.locator("tbody tr")).to_have_count(7)
    expect(page.locator("caption")).to_contain_text(said("The next seven days", code))
    expect(page.locator("a[href^='tel:'], a[href^='mailto:']")).to_have_count(0)


def test_a_reader_changes_the_language(page: Page, portal: Server, front_end: str) -> None:
    page.goto(address(front_end, portal, "/de/sozialraeume/bardowick/"))
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("link", name="العربية")).to_have_attribute("aria-current", "page")
    assert "path=%2Far%2F" in page.url
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(len(BY_CODE))


def test_an_address_without_its_last_stroke_is_put_right(page: Page, portal: Server, front_end: str) -> None:
    page.goto(address(front_end, portal, "/ar/sozialraeume/bardowick"))
    shown(page)
    assert "bardowick%2F" in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bardowick")


@pytest.mark.parametrize("code", ["de", "ar"])
def test_a_page_that_is_not_there_is_told_in_the_readers_language(
    page: Page, portal: Server, front_end: str, code: str
) -> None:
    page.goto(address(front_end, portal, f"/{code}/nirgends/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said("This page does not exist", code))


@pytest.mark.parametrize("code", ["de", "ar"])
def test_nothing_is_wrong_with_it_and_it_fits_a_small_telephone(
    page: Page, portal: Server, front_end: str, code: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address(front_end, portal, f"/{code}/sozialraeume/adendorf/"))
    shown(page)
    expect_no_sideways_scrolling(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


#: An editor's preview, as Wagtail's admin makes it: nothing of it is saved.
PREVIEW = """
import django; django.setup()
from spaces.models import SpacePage
page = SpacePage.objects.get(slug="adendorf", locale__language_code="ar")
page.title = "عنوان جديد"
print(page.create_page_preview().token)
"""


def test_an_editor_sees_in_it_what_is_not_saved_yet(
    page: Page, portal: Server, front_end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLESS_CLIENT_URL", front_end)
    with served(portal.database, tmp_path) as previewing:
        made = subprocess.run(
            [sys.executable, "-c", PREVIEW],
            cwd=settings.BASE_DIR,
            env=environment(previewing.database),
            capture_output=True,
            text=True,
            check=True,
        )
        query = {"api": previewing.url, "content_type": "spaces.spacepage", "token": made.stdout.strip()}
        page.goto(f"{front_end}/?{urlencode(query)}")
        shown(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("عنوان جديد")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.get_by_role("heading", level=2, name=OFFICES["adendorf"])).to_be_visible()
