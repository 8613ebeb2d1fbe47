"""Everything works in a browser that runs no scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.reader import expect_office, expect_outcome, look_up


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": False}


def test_an_address_finds_its_office(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Große Worth 4a, 21357 Bardowick")
    expect_office(page, "bardowick")


def test_a_question_is_answered_with_one_tap(page: Page) -> None:
    page.goto("/de/find/")
    look_up(page, "Hauptstr. 4, Neetze")
    expect_outcome(page, "Bitte wählen")
    page.get_by_role("button", name=re.compile("^Hauptstr.*Neetze")).click()
    expect_office(page, "ostheide")


def test_a_wrong_address_is_corrected(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Blauer Weg 3, Nirgendwohausen")
    expect_outcome(page, "nicht gefunden")
    look_up(page, "Blauer Weg 3, 21368 Dahlenburg")
    expect_office(page, "dahlenburg")


def test_a_place_can_be_chosen(page: Page) -> None:
    page.goto("/de/find/complicated/")
    page.get_by_role("combobox").select_option(label="Amt Neuhaus")
    page.locator("form:has(select) button").click()
    expect_office(page, "amt-neuhaus")
