"""The area around a reader, found on the device: inside, at a border, outside, refused; nobody is told where."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, Request, expect

from spaces.map import district
from tests.browser.reader import address_field, said
from tests.browser.test_accessibility import expect_no_violations

pytestmark = pytest.mark.slow

#: Latitude and longitude.
IN_BLECKEDE = (53.290, 10.735)
FAR_AWAY = (52.52, 13.40)


def border(key: str, other: str) -> tuple[float, float]:
    """A place on the border between two areas."""
    drawing = district(settings.PORTAL_DATA)
    assert drawing
    assert drawing.bounds
    corners = {area.key: {corner for ring in area.rings for corner in ring} for area in drawing.areas}
    x, y = sorted(corners[key] & corners[other])[0]
    west, south, east, north = drawing.bounds
    return (
        north - y / drawing.height * (north - south),
        west + x / drawing.width * (east - west),
    )


def locate(
    page: Page, place: tuple[float, float], language: str = "de", accuracy: float = 30
) -> list[Request]:
    """Press the button where the device is at this place; the requests that follow."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": place[0], "longitude": place[1], "accuracy": accuracy})
    page.goto(f"/{language}/find/")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    button(page, language).click()
    return asked


def button(page: Page, language: str = "de") -> Locator:
    return page.get_by_role("button", name=said("Use my location", language))


def answer(page: Page) -> Locator:
    return page.locator(".location [role=status]")


def test_inside_an_area_its_page_is_offered_and_the_address_decides(page: Page) -> None:
    asked = locate(page, IN_BLECKEDE)
    expect(answer(page)).to_contain_text(said("You seem to be here:", "de"))
    expect(answer(page)).to_contain_text(said("Your address decides who is there for you.", "de"))
    links = answer(page).locator("li a")
    expect(links).to_have_text(["Bleckede"])
    expect(answer(page)).to_contain_text("BKG")
    expect_no_violations(page)
    # One file, the same for everybody, and nothing that says where somebody is.
    assert [request.url.partition("/de/")[2] for request in asked if "/de/" in request.url] == [
        "find/areas.json"
    ]
    assert not any(request.post_data for request in asked)
    links.click()
    expect(page).to_have_url(re.compile("/de/sozialraeume/bleckede/$"))


def test_it_says_so_in_the_readers_language(page: Page) -> None:
    locate(page, IN_BLECKEDE, "ar")
    expect(answer(page)).to_contain_text(said("You seem to be here:", "ar"))
    expect(answer(page).locator("li a")).to_have_attribute("href", re.compile("^/ar/"))
    expect(answer(page).locator("li a")).to_have_attribute("lang", "de")


def test_at_a_border_both_sides_are_offered(page: Page) -> None:
    locate(page, border("bardowick", "gellersen"))
    expect(answer(page)).to_contain_text(said("You seem to be near a border. Near you:", "de"))
    expect(answer(page).locator("li").filter(has_text="Bardowick")).to_have_count(1)
    expect(answer(page).locator("li").filter(has_text="Gellersen")).to_have_count(1)


def test_the_city_is_named_though_it_has_no_page(page: Page) -> None:
    locate(page, (53.2487, 10.4078))
    expect(answer(page).locator("li")).to_have_text(["Lüneburg"])
    expect(answer(page).locator("li a")).to_have_count(0)


def test_outside_the_address_field_is_named(page: Page) -> None:
    locate(page, FAR_AWAY)
    outside = "You seem to be outside the areas of this portal. Please type your address."
    expect(answer(page)).to_have_text(said(outside, "de"))


def test_a_place_that_is_too_vague_is_none(page: Page) -> None:
    locate(page, IN_BLECKEDE, accuracy=20_000)
    failed = "We could not find out where you are. Please type your address."
    expect(answer(page)).to_have_text(said(failed, "de"))


def test_whoever_refuses_is_told_what_to_do(page: Page) -> None:
    page.context.clear_permissions()
    page.goto("/de/find/")
    button(page).click()
    denied = "Your device does not tell us where you are. Please type your address."
    expect(answer(page)).to_have_text(said(denied, "de"))
    expect(address_field(page)).to_be_visible()


STUB = """
    const answers = %s;
    navigator.geolocation.getCurrentPosition = (found, failed) => { if (answers.code) failed(answers); };
"""


@pytest.mark.parametrize("code", [2, 3])
def test_a_device_that_does_not_know_is_no_refusal(page: Page, code: int) -> None:
    page.add_init_script(STUB % json.dumps({"code": code}))
    page.goto("/de/find/")
    button(page).click()
    failed = "We could not find out where you are. Please type your address."
    expect(answer(page)).to_have_text(said(failed, "de"))


def test_a_slow_device_says_what_else_can_be_done(page: Page) -> None:
    page.clock.install()
    page.add_init_script(STUB % "{}")
    page.goto("/de/find/")
    button(page).click()
    expect(answer(page)).to_have_text(said("Looking for your location …", "de"))
    page.clock.run_for(11_000)
    slow = "This takes longer than usual. You can type your address instead."
    expect(answer(page)).to_have_text(said(slow, "de"))


@pytest.mark.parametrize(
    "missing",
    [
        "Object.defineProperty(Navigator.prototype, 'geolocation', { get: () => undefined })",
        "Object.defineProperty(window, 'isSecureContext', { get: () => false })",
    ],
    ids=["no geolocation", "no secure context"],
)
def test_there_is_no_button_where_a_device_cannot_say(page: Page, missing: str) -> None:
    page.add_init_script(missing)
    page.goto("/de/find/")
    expect(page.locator(".location")).to_be_attached()
    expect(page.locator(".location")).to_be_hidden()


def test_there_is_no_button_without_a_script(browser: Browser, base_url: str) -> None:
    options: dict[str, Any] = {"java_script_enabled": False}
    page = browser.new_page(**options)
    page.goto(f"{base_url}/de/find/")
    expect(page.locator(".location")).to_be_hidden()
    page.close()
