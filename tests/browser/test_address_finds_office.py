"""A reader types an address and gets the right office, or a question, or the next way on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import (
    OFFICES,
    Home,
    address_field,
    expect_office,
    expect_outcome,
    look_up,
    result,
    schools,
)


def test_each_space_has_a_school() -> None:
    assert {home.space for home in schools()} == set(OFFICES)


@pytest.mark.parametrize("home", schools(), ids=lambda home: home.space)
def test_the_address_of_a_school_typed_on_the_home_page_finds_its_office(page: Page, home: Home) -> None:
    page.goto("/de/")
    look_up(page, home.address)
    expect_office(page, home.space)


def test_the_page_of_a_space_takes_another_address(page: Page) -> None:
    page.goto("/de/sozialraeume/bardowick/")
    look_up(page, "Süttorfer Weg 17, 21398 Neetze")
    expect_office(page, "ostheide")


@pytest.mark.parametrize(("option", "space"), [("Neetze", "ostheide"), ("Zeetze", "amt-neuhaus")])
def test_a_question_keeps_the_address_and_one_tap_answers_it(page: Page, option: str, space: str) -> None:
    page.goto("/de/")
    look_up(page, "Hauptstr. 4, Neetze")
    expect_outcome(page, "Bitte wählen")
    expect(address_field(page)).to_have_value("Hauptstr. 4, Neetze")
    page.get_by_role("button", name=re.compile(f"^Hauptstr.*{option}")).click()
    expect_office(page, space)


def test_none_of_these_leads_to_every_office(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Hauptstr. 4, Neetze")
    result(page).get_by_role("link", name="Nichts davon").click()
    expect(page).to_have_url(re.compile("/de/find/none/$"))
    links = page.get_by_role("main").get_by_role("link")
    expect(links.filter(has_text=re.compile(r"^(Bardowick|Amt Neuhaus|Ostheide)$"))).to_have_count(3)
    assert links.count() >= len(OFFICES)
    # The number of the county is made up, and nobody may dial it.
    expect(page.get_by_text("030 23125 000")).to_be_visible()
    expect(page.locator("a[href^='tel:030']")).to_have_count(0)


def test_a_complicated_address_needs_only_a_place(page: Page) -> None:
    page.goto("/de/")
    page.get_by_role("link", name="Meine Adresse ist").click()
    page.get_by_role("combobox").select_option(label="Thomasburg")
    page.locator("form:has(select) button").click()
    expect_office(page, "ostheide")


def test_an_address_of_the_city_is_sent_to_the_office_of_the_city(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Am Sande 1, 21335 Lüneburg")
    expect_outcome(page, "Hansestadt Lüneburg")
    expect(address_field(page)).to_have_value("Am Sande 1, 21335 Lüneburg")


def test_an_unknown_place_leads_on(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Blauer Weg 3, Nirgendwohausen")
    expect_outcome(page, "nicht gefunden")
    field = address_field(page)
    expect(field).to_have_value("Blauer Weg 3, Nirgendwohausen")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="Bardowick", exact=True).click()
    expect(page).to_have_url(re.compile("/sozialraeume/bardowick/$"))


def test_an_empty_field_is_asked_for(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "")
    expect_outcome(page, "Adresse")
    expect(address_field(page)).to_have_attribute("aria-invalid", "true")


def test_a_school_by_its_name_is_no_home(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Grundschule Bardowick")
    expect_outcome(page, OFFICES["bardowick"])
    expect(address_field(page)).to_have_value("")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/de/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(address_field(page)).to_be_focused()
    page.keyboard.type("Hauptstr. 4, Neetze")
    page.keyboard.press("Enter")
    expect_outcome(page, "Bitte wählen")
    page.keyboard.press("Tab")
    option = page.locator(":focus")
    expect(option).to_contain_text("Neetze")
    # Whoever sees where the focus is has an outline to see it by.
    assert option.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect_office(page, "ostheide")


def test_going_back_does_not_ask_to_send_the_form_again(page: Page) -> None:
    page.goto("/de/")
    look_up(page, "Süttorfer Weg 17, 21398 Neetze")
    expect_office(page, "ostheide")
    page.reload()
    expect_office(page, "ostheide")
    page.go_back()
    expect(page).to_have_url(re.compile("/de/$"))
