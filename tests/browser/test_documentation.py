"""The page that describes the interface for programs: readable without scripts, on a small screen too. That it is
silent and asks nobody else is looked at after every test here.
"""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def test_the_documentation_can_be_read_and_followed(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    response = page.goto("/api/docs/")
    assert response
    assert response.status == 200
    assert "unsafe" not in response.headers["content-security-policy"]
    expect(page.get_by_role("heading", name="GET /api/v1/spaces/", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="POST /api/v1/lookup/")).to_be_visible()
    page.locator("section", has=page.locator("#list_offices")).get_by_role(
        "link", name="ListOfOffices"
    ).click()
    expect(page.locator("#shape-ListOfOffices")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
