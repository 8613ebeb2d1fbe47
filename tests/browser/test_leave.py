"""Leaving a sensitive page with one tap or one key, so that Back does not lead to it again."""

import re

import pytest
from django.template.loader import render_to_string
from django.templatetags.static import static
from playwright.sync_api import Page, expect
from pytest_django import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def sensitive(page: Page, base_url: str, settings: Settings) -> str:
    """The address of a page with the component, whose link leads to a page of our own."""
    settings.LEAVE_URL = f"{base_url}/de/find/"
    body = render_to_string("components/leave.html")
    address = f"{base_url}/de/sensitive/"
    head = f'<title>a</title><script src="{static("portal.js")}" defer></script>'
    markup = f'<!doctype html><html lang="de">{head}{body}<input id="field"></html>'
    page.route(address, lambda route: route.fulfill(body=markup, content_type="text/html; charset=utf-8"))
    page.goto("/de/impressum/")
    page.goto(address)
    return address


def expect_gone(page: Page, sensitive: str) -> None:
    expect(page).to_have_url(re.compile("/de/find/$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/de/impressum/$"))
    page.go_forward()
    expect(page).to_have_url(re.compile("/de/find/$"))


def test_a_tap_leaves_and_back_does_not_return(page: Page, sensitive: str) -> None:
    page.locator("[data-leave]").click()
    expect_gone(page, sensitive)


def test_a_key_pressed_three_times_leaves(page: Page, sensitive: str) -> None:
    expect(page.locator("[data-leave-key]")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Shift")
    expect_gone(page, sensitive)


@pytest.mark.parametrize("keys", [["Shift", "Shift"], ["Shift", "a", "Shift", "b", "Shift"], ["Shift+A"] * 4])
def test_typing_does_not_leave(keys: list[str], page: Page, sensitive: str) -> None:
    page.locator("#field").focus()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url == sensitive
