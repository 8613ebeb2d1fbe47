"""What a translator does with the board, in a real browser."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.editor import BOARD
from tests.browser.reader import expect_no_sideways_scrolling
from tests.installation import ROOT, Server, environment, served, starter_database

pytestmark = pytest.mark.slow

NAME, PASSWORD = "uebersetzung", "ein-langes-Passwort-7"


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The portal with everything that the editors' pages need, and somebody who may sign in."""
    folder = tmp_path_factory.mktemp("desk")
    database = starter_database(tmp_path_factory)
    with served(database, folder, for_editors=True) as server:
        _manage(
            {**environment(server.database), "DJANGO_SUPERUSER_PASSWORD": PASSWORD},
            *("createsuperuser", "--noinput", "--username", NAME, "--email", "a@example.org"),
        )
        yield server


def _manage(variables: dict[str, str], *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=variables, check=True, capture_output=True
    )


@pytest.fixture
def page(browser: Browser, desk: Server) -> Iterator[Page]:
    """In a window of its own: those of other files know another portal's address."""
    with closing(browser.new_context(base_url=desk.url, locale="de-DE")) as context:
        yield context.new_page()


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> None:
    """Editors are known to the portal: their browser keeps who they are."""


def sign_in(page: Page, url: str = "/admin/") -> None:
    page.goto(url)
    page.locator("[name=login]").fill(NAME)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"**{url}")
    # Without the message that one has signed in, which fades in.
    page.goto(url)


@pytest.mark.parametrize("query", ["", "?language=ar"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_board_is_accessible_and_fits(page: Page, query: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    sign_in(page, BOARD)
    page.goto(BOARD + query)
    results = Axe().run(page, context="#main")
    assert results.violations_count == 0, results.generate_report()
    expect_no_sideways_scrolling(page)
    first = page.locator(".board tbody tr").last.locator("th")
    first.scroll_into_view_if_needed()
    box, head = first.bounding_box(), page.locator(".board thead th").first.bounding_box()
    around = page.locator(".board").bounding_box()
    assert box
    assert head
    assert around
    # The languages stay on top of the table, and the page's name at its side, wherever it is scrolled to.
    assert abs(head["y"] - around["y"]) < 3
    page.locator(".board").evaluate("board => board.scrollLeft = 500")
    assert abs((first.bounding_box() or box)["x"] - around["x"]) < 3


def test_a_page_that_is_missing_is_begun_with_one_click(page: Page) -> None:
    sign_in(page, BOARD)
    page.goto(f"{BOARD}?language=uk")
    page.locator(".board tbody tr").nth(1).locator("td button").click()
    page.wait_for_url("**/edit/")
    expect(page.locator("main")).to_contain_text("Alle Sozialräume")
    page.goto(f"{BOARD}?language=uk")
    assert page.locator(".board tbody td .board-draft").count() == 1


def test_a_language_comes_back_from_a_file(page: Page, tmp_path: Path) -> None:
    sign_in(page, BOARD)
    page.goto("/admin/translations/ar/file/")
    assert Axe().run(page, context="#main").violations_count == 0
    with page.expect_download() as download:
        page.locator("a[download]").click()
    file = tmp_path / "ar.po"
    download.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert "استشارة للعائلات بالقرب منكم" in text
    file.write_text(text.replace("استشارة للعائلات بالقرب منكم", "استشارة للعائلات"), encoding="utf-8")
    page.locator("#file").set_input_files(file)
    page.locator("section[aria-labelledby=import] button").click()
    expect(page.locator("section[aria-labelledby=preview]")).to_contain_text("استشارة للعائلات")
    assert Axe().run(page, context="#main").violations_count == 0
    page.locator("form:has(textarea) button").click()
    page.wait_for_url(f"**{BOARD}?language=ar")
    page.locator(".board-actions form button").click()
    page.locator("main form button[name=confirmed]").click()
    page.goto("/ar/")
    expect(page.get_by_role("heading", level=1)).to_have_text("استشارة للعائلات")
