"""The catchments' workbench as an editor walks through it. Nothing is confirmed: other tests have the same server."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import make_password
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Request, Route, expect

from tests.installation import Server

pytestmark = pytest.mark.slow

PASSWORD = "a password of this test"
ADDRESS = "Süttorfer Weg 17, 21398 Neetze"


def from_the_libraries(route: Route) -> None:
    """The files of the editors' admin, which the tests' server does not have."""
    file = finders.find(urlsplit(route.request.url).path.removeprefix("/static/"))
    if file:
        route.fulfill(path=str(file))
    else:
        route.continue_()


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(page: Page, base_url: str) -> Iterator[None]:
    """As for readers, but an editor has a session: no other host is asked, and no URL says what was typed."""
    requests: list[Request] = []

    def on_request(request: Request) -> None:
        requests.append(request)

    page.context.on("request", on_request)
    yield
    assert {urlsplit(request.url).netloc for request in requests} <= {urlsplit(base_url).netloc}
    assert not [request.url for request in requests if "Weg" in request.url or "21398" in request.url]


@pytest.fixture
def editor(page: Page, portal: Server) -> Page:
    """The browser of somebody who is signed in."""
    with closing(sqlite3.connect(portal.database, timeout=30)) as connection:
        changed = connection.execute("UPDATE auth_user SET password = ?", [make_password(PASSWORD)])
        assert changed.rowcount
        connection.commit()
        (name,) = connection.execute("SELECT username FROM auth_user WHERE is_superuser").fetchone()
    page.route("**/static/**", from_the_libraries)
    page.goto("/admin/login/?next=/admin/responsibility/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url(re.compile("/admin/responsibility/$"))
    # Without the message that one has signed in, which fades in.
    page.goto("/admin/responsibility/")
    return page


def expect_no_violations(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_an_editor_tries_an_address_and_is_shown_a_change_before_it_is_written(editor: Page) -> None:
    page = editor
    expect_no_violations(page)

    page.locator("[name=address]").fill(ADDRESS)
    page.locator("[name=address]").press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Ostheide")
    expect(page).to_have_url(re.compile("/admin/responsibility/$"))
    expect_no_violations(page)

    page.locator(".workbench-answer table a").first.click()
    expect(page).to_have_url(re.compile(r"/search/catchment/edit/\d+/$"))
    before = page.url
    page.locator("[name=valid_until]").fill("2999-12-31")
    page.locator("[name=valid_until]").press("Escape")
    page.locator("footer button[type=submit]").first.click()
    report = page.locator("#change")
    expect(report).to_be_visible()
    expect(page.locator("section.workbench")).to_contain_text("3000")
    expect(page.locator("button[name=shown]")).to_be_visible()
    expect_no_violations(page)

    page.goto(before)
    expect(page.locator("[name=valid_until]")).to_have_value("")
    page.goto(before.replace("/edit/", "/delete/"))
    expect(report).to_be_visible()
    expect_no_violations(page)


def test_the_workbench_fits_a_small_telephone(editor: Page) -> None:
    editor.set_viewport_size({"width": 320, "height": 640})
    editor.locator("[name=address]").fill(ADDRESS)
    editor.locator("[name=address]").press("Enter")
    expect(editor.locator("#outcome")).to_be_visible()
    expect_no_violations(editor)
    assert editor.evaluate("document.documentElement.scrollWidth") <= 320
