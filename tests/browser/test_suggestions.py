"""Names suggested while an address is typed: by keyboard, by touch, in any script; nothing typed leaves the browser."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.reader import (
    address_field,
    expect_no_sideways_scrolling,
    expect_office,
    look_up,
    said,
)
from tests.browser.test_accessibility import expect_no_violations

pytestmark = pytest.mark.slow

WRITTEN = Path(__file__).parent.parent / "search"


def opened(page: Page, language: str = "de", width: int = 1000) -> Locator:
    """The address field of the home page, with the focus, once the names are there."""
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"/{language}/")
    field = address_field(page)
    with page.expect_response(re.compile("/find/names.json$")):
        field.focus()
    return field


def typed(page: Page, field: Locator, text: str) -> None:
    """Type, letter by letter; the names may still be on their way into the list."""
    field.press_sequentially(text)
    expect(field).to_have_value(re.compile(re.escape(text) + "$"))


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def test_names_are_fetched_when_the_field_is_used_and_once(page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto("/de/")
    page.wait_for_load_state("networkidle")
    assert not [request for request in asked if request.url.endswith(".json")]
    assert len([request for request in asked if request.resource_type == "script"]) == 1
    field = address_field(page)
    typed(page, field, "Bardo")
    expect(options(page)).to_have_count(1)
    field.blur()
    field.focus()
    field.press("x")
    expect(options(page)).to_have_count(0)
    assert len([request for request in asked if request.url.endswith(".json")]) == 1


def test_no_request_says_what_is_typed_before_the_form_is_sent(page: Page) -> None:
    field = opened(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    typed(page, field, "Dorfstr. 4, Horndor")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Dorfstr. 4, 21400 Horndorf")
    assert asked == []


def test_the_keyboard_chooses_between_twins(page: Page) -> None:
    field = opened(page)
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    typed(page, field, "Horndorf")
    expect(options(page)).to_have_text(["Horndorf 21400 Reinstorf", "Horndorf 21371 Tosterglope"])
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox")).to_have_attribute("id", field.get_attribute("aria-controls") or "")
    # Nothing is chosen before the reader does it.
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    field.press("ArrowDown")
    second = options(page).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(field).to_have_value("21371 Horndorf")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.url.endswith("/de/")
    field.press("Enter")
    expect_office(page, "dahlenburg")


def test_the_arrows_go_round_and_back_into_the_text(page: Page) -> None:
    field = opened(page)
    typed(page, field, "Horndorf")
    for key, chosen in [("ArrowUp", 1), ("ArrowDown", 0), ("ArrowUp", 1)]:
        field.press(key)
        expect(options(page).nth(chosen)).to_have_attribute("aria-selected", "true")
    for key, place in [("Home", 0), ("End", 8), ("ArrowLeft", 7)]:
        field.press("ArrowDown")
        field.press(key)
        expect(page.locator("[aria-selected=true]")).to_have_count(0)
        assert field.evaluate("field => field.selectionStart") == place


def test_escape_closes_the_list_and_keeps_what_was_typed(page: Page) -> None:
    field = opened(page)
    typed(page, field, "Horndorf")
    expect(options(page).first).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("Horndorf")
    field.press("Escape")
    expect(field).to_have_value("Horndorf")


def test_enter_without_a_choice_sends_what_is_typed(page: Page) -> None:
    field = opened(page)
    typed(page, field, "Süttorfer Weg 17, Neetz")
    expect(options(page).first).to_be_visible()
    field.press("Backspace")
    typed(page, field, "ze, 21398")
    field.press("Enter")
    expect_office(page, "ostheide")


def test_tab_leaves_and_closes(page: Page) -> None:
    field = opened(page)
    typed(page, field, "Horndorf")
    field.press("Tab")
    expect(page.locator("[type=submit]").first).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_how_many_there_are_is_said_politely(page: Page) -> None:
    field = opened(page)
    typed(page, field, "Horndorf")
    expect(page.locator("[data-status]")).to_have_text(f"{said('Suggestions', 'de')}: 2")
    expect(page.locator("[data-status]")).to_have_attribute("role", "status")
    typed(page, field, "xx")
    expect(page.locator("[data-status]")).to_have_text("")


@pytest.mark.parametrize(
    ("text", "first", "value"),
    [
        ("Suettor", "Süttorf", "21398 Süttorf"),
        ("SÜTT", "Süttorf", "21398 Süttorf"),
        ("garge", "Alt Garge", "21354 Alt Garge"),
        ("St Dio", "St. Dionys", "21357 St. Dionys"),
        ("Sankt Dionys", "St. Dionys", "21357 St. Dionys"),
        ("Hauptstr. 4 a, Süttorf", "Süttorf", "Hauptstr. 4 a, 21398 Süttorf"),
        ("Hauptstr. 4 Süttorf", "Süttorf", "Hauptstr. 4, 21398 Süttorf"),
        ("Hauptstr. 4, 213", "Adendorf", "Hauptstr. 4, 21365 Adendorf"),
        ("21398 Sü", "Süttorf", "21398 Süttorf"),
        ("٢١٣٩٨ Sü", "Süttorf", "21398 Süttorf"),
        # Of three postcodes nobody knows which is meant.
        ("lueneb", "Lüneburg", "Lüneburg"),
        ("hansestadt", "Lüneburg", "Lüneburg"),
    ],
)
def test_what_is_typed_is_folded_as_the_lookup_does(page: Page, text: str, first: str, value: str) -> None:
    field = opened(page)
    typed(page, field, text)
    expect(options(page).first.locator("bdi").first).to_have_text(first)
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(value)


@pytest.mark.parametrize("text", ["S", "99999", "Berlin", "???", "4", " , ", "<b>"])
def test_nothing_is_suggested_for_what_names_nothing(page: Page, text: str) -> None:
    field = opened(page)
    typed(page, field, text)
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_what_stands_there_already_is_not_offered(page: Page) -> None:
    field = opened(page)
    typed(page, field, "21398 Süttorf")
    expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize("script", ["arabic", "cyrillic"])
def test_names_in_other_scripts_find_the_place(page: Page, script: str) -> None:
    """Of names as people wrote them, whole and in their first four letters."""
    with (WRITTEN / f"written_names_{script}.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["written"], row["place"].split(" (")[0]) for row in csv.DictReader(file)]
    opened(page)
    typed(page, address_field(page), "Bardo")
    expect(options(page)).to_have_count(1)

    def share(length: int) -> float:
        shown: list[list[str]] = page.evaluate(
            """texts => texts.map(text => {
                const field = document.querySelector("#address");
                field.value = text;
                field.dispatchEvent(new Event("input"));
                return [...document.querySelectorAll("[role=option] bdi:first-child")].map(name => name.textContent);
            })""",
            [written[:length] for written, _place in rows],
        )
        hits = [
            any(name.startswith(place) for name in names)
            for (_, place), names in zip(rows, shown, strict=True)
        ]
        return sum(hits) / len(hits)

    assert share(100) > 0.95
    assert share(4) > 0.8


@pytest.mark.browser_context_args(has_touch=True, is_mobile=True)
@pytest.mark.parametrize(("language", "text"), [("de", "Hornd"), ("ar", "هورندورف"), ("ti", "ሆርንዶርፍ")])
def test_a_finger_picks_on_a_small_telephone(page: Page, language: str, text: str) -> None:
    field = opened(page, language, 320)
    typed(page, field, text)
    second = options(page).filter(has_text="Tosterglope")
    second.tap()
    expect(field).to_have_value("21371 Horndorf")
    expect(field).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_role("search").locator("[type=submit]").tap()
    expect(page).to_have_url(re.compile(rf"/{language}/.*/dahlenburg/\?by=place$"))


@pytest.mark.browser_context_args(has_touch=True, is_mobile=True)
def test_the_list_covers_no_button_and_a_finger_sends_the_form_past_it(page: Page) -> None:
    field = opened(page, width=320)
    typed(page, field, "Süttorfer Weg 17, 21398 Neet")
    expect(options(page).first).to_be_visible()
    page.get_by_role("search").locator("[type=submit]").tap()
    expect(page).to_have_url(re.compile("/find/$|/ostheide/"))


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_open_list_is_whole_and_axe_finds_nothing(page: Page, language: str) -> None:
    field = opened(page, language, 320)
    typed(page, field, "Neet")
    field.press("ArrowDown")
    expect_no_sideways_scrolling(page)
    box: Any = options(page).last.bounding_box()
    card: Any = page.locator(".hero .card").bounding_box()
    assert card["x"] <= box["x"]
    assert box["x"] + box["width"] <= card["x"] + card["width"]
    # Nothing cuts it off: what is seen in its middle is itself.
    last = options(page).last
    last.scroll_into_view_if_needed()
    assert last.evaluate(
        """item => { const box = item.getBoundingClientRect();
            return item.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""
    )
    expect_no_violations(page)
    page.emulate_media(color_scheme="dark")
    expect_no_violations(page, options={"runOnly": ["color-contrast"]})


def test_without_the_names_the_field_works_as_ever(page: Page) -> None:
    page.route("**/find/names.json", lambda route: route.fulfill(status=404))
    page.goto("/de/")
    look_up(page, "Süttorfer Weg 17, 21398 Neetze")
    expect_office(page, "ostheide")


def test_streets_are_suggested_where_the_list_is_complete(page: Page) -> None:
    names = {
        "places": [["Tosterglope", "21371"]],
        "streets": [["21371 Tosterglope", ["Dorfstraße", "Am Dorf"]], ["21371 Ventschau", ["Dorfstraße"]]],
    }
    page.route("**/find/names.json", lambda route: route.fulfill(json=names))
    field = opened(page)
    typed(page, field, "Dorfstras")
    expect(options(page)).to_have_text(["Dorfstraße 21371 Tosterglope", "Dorfstraße 21371 Ventschau"])
    typed(page, field, "se 5b")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Dorfstraße 5b, 21371 Tosterglope")
