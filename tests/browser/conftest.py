"""One server with the starter content and one browser for all tests of a worker; a fresh profile for each test."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.installation import Server, served, starter_database


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database = starter_database(tmp_path_factory)
    with served(database, tmp_path_factory.mktemp("portal")) as server:
        yield server


@pytest.fixture(scope="session")
def base_url(portal: Server) -> str:
    return portal.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "de-DE"}


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(page: Page, base_url: str) -> Iterator[None]:
    """Whatever a test does: no other host is asked, nothing is stored, no URL says more than the class of ground, and
    the console stays silent, but for the browser's own remark on a missing page.
    """
    own = urlsplit(base_url).netloc
    requests: list[Request] = []
    console: list[str] = []

    def on_request(request: Request) -> None:
        requests.append(request)

    def on_message(message: ConsoleMessage) -> None:
        if "404 (Not Found)" not in message.text:
            console.append(message.text)

    page.context.on("request", on_request)
    page.context.on("console", on_message)
    page.on("pageerror", lambda error: console.append(str(error)))
    yield
    assert console == []
    assert {urlsplit(request.url).netloc for request in requests} <= {own}
    assert {urlsplit(request.url).query for request in requests} <= {
        "",
        "by=place",
        "by=postcode",
        "by=street",
    }
    state = page.context.storage_state()
    assert state == {"cookies": [], "origins": []}
