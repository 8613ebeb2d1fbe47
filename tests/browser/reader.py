"""What a reader does with the portal, for tests that drive a browser; and whom the starter data say is right."""

import csv
import re
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from portal.languages import BY_CODE

#: The words of the page that says why it is shown, by the class of ground in its address.
REASONS = {"place": "Ort", "postcode": "Postleitzahl", "street": "Straße"}


class Home(NamedTuple):
    """An address, and the space that answers for it."""

    address: str
    space: str


def rows(path: str) -> list[dict[str, str]]:
    """The lines of a file of the district's data."""
    with (settings.PORTAL_DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: The name of each space's main office.
OFFICES = {row["space"]: row["name"] for row in rows("starter/offices.csv") if row["is_main"] == "yes"}


def schools() -> list[Home]:
    """For each space one address at which somebody could live, since a primary school stands there."""
    spaces = {row["ags"]: row["space"] for row in rows("gazetteer/catchments.csv") if not row["place"]}
    found: dict[str, Home] = {}
    for row in rows("gazetteer/schools.csv"):
        if space := spaces.get(row["ags"]):
            address = f"{row['street']} {row['house_number']}, {row['postcode']} {row['place']}"
            found.setdefault(space, Home(address, space))
    return sorted(found.values())


def look_up(page: Page, address: str) -> None:
    """Type an address into the form of the page that is open, and send it."""
    address_field(page).fill(address)
    page.get_by_role("search").locator("[type=submit]").click()


def address_field(page: Page) -> Locator:
    """The field of the address: a combobox where scripts run, and a plain field where none does."""
    return page.get_by_role("search").locator("input[name=address]")


def search_for(page: Page, words: str) -> None:
    """Type words into the search that is open, and send them; returns when the answer is there."""
    page.locator("#words").fill(words)
    page.locator("#words").press("Enter")
    result(page).wait_for()


def said(text: str, code: str) -> str:
    """A text of the interface in this language. What an English key means there is the catalogues' business."""
    with override(code):
        return gettext(text)


def choose_language(page: Page, code: str) -> None:
    """Open the list of languages and take one, a link or, where an answer is shown, a button; returns when the page in
    that language is there.
    """
    page.locator(".languages summary").click()
    page.locator(f".languages ul [lang='{code}']").click()
    expect_language(page, code)


def expect_language(page: Page, code: str) -> None:
    """The page that is open is in this language, and says so."""
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.locator("html")).to_have_attribute("dir", BY_CODE[code].direction)
    expect(page).to_have_url(re.compile(f"/{code}/"))


def expect_no_sideways_scrolling(page: Page) -> None:
    """Nothing on the page is wider than the window."""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.url


def result(page: Page) -> Locator:
    return page.locator("#result")


def expect_office(page: Page, space: str) -> None:
    """The page of this space is open and says that its office is the reader's, and why; title and focus say so too."""
    expect(page).to_have_url(re.compile(rf"/{space}/\?by=({'|'.join(REASONS)})$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(OFFICES[space])
    expect(page).to_have_title(re.compile(re.escape(OFFICES[space])))
    expect(result(page)).to_contain_text(REASONS[page.url.rpartition("=")[2]])
    expect(result(page)).to_be_focused()
    expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")


def expect_outcome(page: Page, words: str) -> None:
    """An answer that is no page of its own: its heading, which has the focus with it, and the title say these words."""
    expect(page).to_have_url(re.compile("/find/$"))
    expect(result(page)).to_be_focused()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(words)
    expect(page).to_have_title(re.compile(re.escape(heading.inner_text())))
