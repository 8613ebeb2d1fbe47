"""What a reader does with the portal, for tests that drive a browser; and whom the starter data say is right."""

import csv
import re
from typing import NamedTuple

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

#: The words of the page that says why it is shown, by the class of ground in its address.
REASONS = {"place": "Ort", "postcode": "Postleitzahl", "street": "Straße"}


class Home(NamedTuple):
    """An address, and the space that answers for it."""

    address: str
    space: str


def _rows(path: str) -> list[dict[str, str]]:
    with (settings.PORTAL_DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: The name of each space's main office.
OFFICES = {row["space"]: row["name"] for row in _rows("starter/offices.csv") if row["is_main"] == "yes"}


def schools() -> list[Home]:
    """For each space one address at which somebody could live, since a primary school stands there."""
    spaces = {row["ags"]: row["space"] for row in _rows("gazetteer/catchments.csv") if not row["place"]}
    found: dict[str, Home] = {}
    for row in _rows("gazetteer/schools.csv"):
        if space := spaces.get(row["ags"]):
            address = f"{row['street']} {row['house_number']}, {row['postcode']} {row['place']}"
            found.setdefault(space, Home(address, space))
    return sorted(found.values())


def look_up(page: Page, address: str) -> None:
    """Type an address into the form of the page that is open, and send it."""
    page.get_by_role("textbox").fill(address)
    page.get_by_role("search").get_by_role("button").click()


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
