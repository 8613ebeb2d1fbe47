"""One editor signs in for the first time, sets up the second factor, and signs in with it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import make_password
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from home.management.commands.load_starter import EDITOR
from tests.browser.reader import expect_no_sideways_scrolling, said
from tests.home.test_sign_in import LOGIN, PASSWORD, SET_UP, code
from tests.installation import Server

pytestmark = pytest.mark.slow

DONE = "/admin/login/done/"


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(page: Page, portal: Server) -> Iterator[None]:
    """In place of what holds for readers: an editor has a session, and all else stays as strict."""
    hosts: set[str] = set()
    console: list[str] = []

    def on_request(request: Request) -> None:
        hosts.add(urlsplit(request.url).netloc)

    def on_message(message: ConsoleMessage) -> None:
        console.append(message.text)

    page.context.on("request", on_request)
    page.context.on("console", on_message)
    with closing(sqlite3.connect(portal.database)) as database, database:
        database.execute(
            "UPDATE auth_user SET password = ? WHERE username = ?", (make_password(PASSWORD), EDITOR)
        )
    yield
    assert console == []
    assert hosts == {urlsplit(portal.url).netloc}


def look_at(page: Page) -> None:
    """What has to hold for each of these pages, on a small telephone too."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 320, "height": 640})
    expect_no_sideways_scrolling(page)
    page.set_viewport_size({"width": 1280, "height": 720})


def sign_in(page: Page) -> None:
    page.goto(f"{LOGIN}?next={DONE}")
    look_at(page)
    page.locator("[name=login]").fill(EDITOR)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button").click()


def test_an_editor_sets_up_a_second_factor_and_signs_in_with_it(page: Page) -> None:
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(said("You are signed in", "de"))

    page.goto(SET_UP)
    look_at(page)
    secret = page.locator("code").inner_text()
    now = time.time()
    page.locator("[name=code]").fill("12")
    page.get_by_role("button").click()
    expect(page.locator(".error")).to_be_visible()
    look_at(page)
    secret = page.locator("code").inner_text()
    page.locator("[name=code]").fill(code(secret, now))
    page.get_by_role("button").click()
    expect(page.locator("li code")).to_have_count(10)
    look_at(page)
    for path in (
        "/admin/second-factor/",
        "/admin/second-factor/totp/deactivate/",
        "/admin/second-factor/recovery-codes/generate/",
    ):
        page.goto(path)
        look_at(page)

    page.context.clear_cookies()
    sign_in(page)
    look_at(page)
    # The app's next digits: those of now were used when it was set up.
    page.locator("[name=code]").fill(code(secret, now + 30))
    page.get_by_role("button").click()
    expect(page).to_have_url(f"{page.url.split('/admin/')[0]}{DONE}")
    (cookie,) = (cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    assert cookie["httpOnly"]
    assert cookie["expires"] == -1
