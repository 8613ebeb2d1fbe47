"""Saving the portal on a telephone, when asked: what is kept, what is shown without a connection, and that it goes."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from portal.languages import BY_CODE
from tests.browser.reader import OFFICES, address_field, rows, said

pytestmark = pytest.mark.slow

#: Everything that a page can leave on a device.
STORED = """async () => ({
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  databases: (await indexedDB.databases()).length,
  local: localStorage.length,
  session: sessionStorage.length,
  cookies: document.cookie,
})"""

NOTHING = {"caches": [], "workers": 0, "databases": 0, "local": 0, "session": 0, "cookies": ""}

#: The addresses and words of everything that is kept.
KEPT = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      kept[new URL(request.url).pathname] = await (await cache.match(request)).text();
    }
  }
  return kept;
}"""

#: What is typed, what comes of it, and a word of the answer.
TYPED = [
    ("Bardowick", "found", OFFICES["bardowick"]),
    ("  bardowick  ", "found", OFFICES["bardowick"]),
    ("21357", "found", OFFICES["bardowick"]),
    ("21357 Bardowick", "found", OFFICES["bardowick"]),
    ("SUETTORF", "found", OFFICES["ostheide"]),
    ("Süttorf", "found", OFFICES["ostheide"]),
    ("Su\u0308ttorf", "found", OFFICES["ostheide"]),
    ("kaarssen", "found", OFFICES["amt-neuhaus"]),
    ("Wendisch–Evern", "found", OFFICES["ostheide"]),
    ("sankt dionys", "found", OFFICES["bardowick"]),
    ("Neuhaus/Elbe", "found", OFFICES["amt-neuhaus"]),
    # Twice in the county, and once beside it.
    ("Horndorf", "choice", "Tosterglope"),
    ("Horndorf", "choice", "Reinstorf"),
    ("Barum", "choice", "Bad Bevensen"),
    ("21400 Horndorf", "found", OFFICES["ostheide"]),
    ("19273", "choice", "Bleckede"),
    ("Ochtmissen", "elsewhere", "Hansestadt"),
    # Nothing here resembles anything, and no street is known.
    ("Bardowikc", "unknown", ""),
    ("Hauptstraße 5, 21357 Bardowick", "unknown", ""),
    ("Berlin-Dahlem", "unknown", ""),
    ("Bardowick Ж", "unknown", ""),
    ("Konau", "unknown", ""),
    ("toString", "unknown", ""),
    ("", "unknown", ""),
]


def stored(page: Page) -> Any:
    return page.evaluate(STORED)


def state(page: Page, name: str) -> Any:
    return page.locator(f"[data-status] [data-when~={name}]")


def save(page: Page, language: str = "de") -> None:
    page.goto(f"/{language}/offline/")
    page.locator("[data-save]").click()
    state(page, "saved").wait_for()


def disconnect(page: Page, path: str) -> None:
    page.context.set_offline(True)
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-document", re.compile("/offline/document/$"))


def look_up(page: Page, text: str) -> Any:
    page.locator("#place").fill(text)
    page.locator("#place").press("Enter")
    return page.locator("[data-outcome]:visible")


def expect_nothing_is_broken(page: Page) -> None:
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_reading_stores_nothing(page: Page) -> None:
    for path in ("/de/", "/de/find/", "/de/sozialraeume/bardowick/", "/ar/offline/"):
        page.goto(path)
        assert stored(page) == NOTHING, path
    assert page.context.cookies() == []


def test_what_is_kept_is_one_document_with_its_files(page: Page) -> None:
    save(page)
    for path in (
        "/de/",
        "/de/find/",
        "/de/unter-18/",
        "/de/find/complicated/",
        "/de/sozialraeume/gellersen/",
    ):
        page.goto(path)
    kept = page.evaluate(KEPT)
    assert set(kept) == {
        "/de/offline/document/",
        "/static/portal.css",
        "/static/offline.js",
        "/static/icon.svg",
    }
    assert "Unter 18" not in kept["/de/offline/document/"]
    assert stored(page) == {**NOTHING, "caches": ["offline"], "workers": 1}


@pytest.mark.parametrize("language", ["de", "ar"])
def test_without_a_connection_every_page_is_the_document(language: str, page: Page) -> None:
    save(page, language)
    disconnect(page, f"/{language}/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", BY_CODE[language].direction)
    expect(page.locator("[data-no-connection]")).to_be_visible()
    expect(page.locator("[data-old]")).to_be_hidden()
    expect(page.locator("[data-not-saved]")).to_be_hidden()
    expect(page.locator("article.office-card")).to_have_count(10)
    # The stylesheet is there too.
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.hero')).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )

    page.goto(f"/{language}/sozialraeume/gellersen/")
    expect(page.locator("#gellersen h2")).to_be_focused()
    expect(page.locator("[data-not-saved]")).to_be_hidden()
    for path in ("unter-18/", "gibt-es-nicht/"):
        page.goto(f"/{language}/{path}")
        expect(page.locator("[data-not-saved]")).to_be_visible()


def test_another_language_is_left_alone(page: Page) -> None:
    save(page)
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto("/en/")


def test_a_form_that_cannot_be_sent_leads_to_the_document(page: Page) -> None:
    save(page)
    page.goto("/de/find/")
    address_field(page).fill("Dorfstraße 1, 21357 Bardowick")
    # The names that the field suggests.
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    address_field(page).press("Enter")
    expect(page.locator("[data-find]")).to_be_visible()
    assert "Dorfstraße" not in page.content()


def test_by_keys_alone_from_the_front_door_to_an_office(page: Page) -> None:
    save(page)
    disconnect(page, "/de/")
    # The way back online, and the field.
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "place":
            break
    page.keyboard.type("Bardowick")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_be_focused()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text(OFFICES["bardowick"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#office-"))
    expect(page.locator("article:target")).to_contain_text(OFFICES["bardowick"])
    expect(page.locator("article:target")).to_be_in_viewport()


def test_a_place_or_a_postcode_finds_what_the_lookup_had_decided(page: Page) -> None:
    page.goto("/de/offline/document/")
    for text, outcome, words in TYPED:
        shown = look_up(page, text)
        found = f"{text!r}: {shown.all_inner_texts()}"
        assert shown.count() == 1, found
        assert shown.get_attribute("data-outcome") == outcome, found
        assert words in shown.inner_text(), found
    assert stored(page) == NOTHING


def test_an_answer_follows_another(page: Page) -> None:
    page.goto("/de/offline/document/")
    expect(look_up(page, "Bardowick")).to_contain_text(OFFICES["bardowick"])
    expect(look_up(page, "Horndorf").get_by_role("listitem")).to_have_count(2)
    expect(look_up(page, "Reppenstedt")).to_contain_text(OFFICES["gellersen"])
    expect(page.locator("[data-outcome=found]")).not_to_contain_text(OFFICES["bardowick"])


def test_every_name_of_the_table_is_found_as_it_is_written_on_signs(page: Page) -> None:
    page.goto("/de/offline/document/")
    names = [row["name"] for row in rows("gazetteer/places.csv")]
    unknown = page.evaluate(
        """(names) => names.filter((name) => {
          document.querySelector("#place").value = name;
          document.querySelector("[data-find]").requestSubmit();
          return !document.querySelector("[data-outcome=unknown]").hidden;
        })""",
        names,
    )
    # Bundorf, Könau and Sasendorf are somebody else's, and a telephone could not tell them from these.
    assert set(unknown) == {"Buendorf", "Konau", "Sassendorf"}


def test_what_is_older_than_a_day_says_so(page: Page) -> None:
    save(page)
    made = datetime.now(UTC)
    page.clock.set_fixed_time(made + timedelta(hours=20))
    disconnect(page, "/de/")
    expect(page.locator("[data-old]")).to_be_hidden()
    page.clock.set_fixed_time(made + timedelta(days=2))
    page.goto("/de/sozialraeume/bardowick/")
    expect(page.locator("[data-old]")).to_be_visible()
    expect(look_up(page, "Bardowick")).to_have_attribute("data-outcome", "found")


def test_a_table_that_no_longer_holds_is_not_used(page: Page) -> None:
    page.goto("/de/offline/document/")
    end = "(hours) => { document.documentElement.dataset.tableEnds = String(Date.now() + hours * 3600000); }"
    page.evaluate(end, 1)
    expect(look_up(page, "Bardowick")).to_have_attribute("data-outcome", "found")
    page.evaluate(end, -1)
    expect(look_up(page, "Bardowick")).to_have_attribute("data-outcome", "ended")


def test_removing_leaves_nothing(page: Page) -> None:
    save(page)
    page.reload()
    expect(state(page, "saved")).to_be_visible()
    expect(page.locator("[data-save]")).to_be_hidden()
    page.locator("[data-remove]").click()
    expect(state(page, "removed")).to_be_visible()
    expect(page.locator("[data-status]")).to_be_focused()
    expect(page.locator("[data-remove]")).to_be_hidden()
    page.goto("/de/")
    page.goto("/de/offline/")
    expect(state(page, "ready")).to_be_visible()
    assert stored(page) == NOTHING


def test_removing_needs_no_connection(page: Page) -> None:
    save(page)
    disconnect(page, "/de/")
    page.locator("[data-remove]").click()
    expect(page.locator("[data-removed]")).to_be_visible()
    expect(page.locator("[data-remove]")).to_be_hidden()
    page.context.set_offline(False)
    page.goto("/de/")
    assert stored(page) == NOTHING


def test_what_cannot_be_fetched_is_not_saved(page: Page) -> None:
    page.context.route("**/de/offline/document/", lambda route: route.fulfill(status=503, body="later"))
    page.goto("/de/offline/")
    page.locator("[data-save]").click()
    expect(state(page, "failed")).to_be_visible()
    page.goto("/de/")
    assert stored(page) == NOTHING


def test_another_language_takes_the_place_of_the_first(page: Page) -> None:
    save(page)
    page.goto("/ar/offline/")
    expect(state(page, "other")).to_be_visible()
    page.locator("[data-save]").click()
    state(page, "saved").wait_for()
    assert {path for path in page.evaluate(KEPT) if "/document/" in path} == {"/ar/offline/document/"}
    disconnect(page, "/ar/")


def test_it_is_renewed_after_a_day_and_not_before(page: Page) -> None:
    save(page)
    fetched: list[str] = []
    page.context.on("request", lambda request: fetched.append(request.url))
    page.goto("/de/")
    age = """async (hours) => {
      const cache = await caches.open("offline");
      const kept = await cache.match("/de/offline/document/");
      const headers = new Headers(kept.headers);
      headers.set("X-Saved", String(Date.now() - hours * 3600000));
      await cache.put("/de/offline/document/", new Response(await kept.text() + "<!-- old -->", { headers }));
    }"""
    text = 'async () => (await caches.match("/de/offline/document/")).text()'
    page.evaluate(age, 23)
    page.goto("/de/find/")
    page.wait_for_timeout(300)
    assert "<!-- old -->" in page.evaluate(text)
    page.evaluate(age, 25)
    page.goto("/de/")
    page.wait_for_function(f"async () => !(await ({text})()).includes('<!-- old -->')")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_nobody_is_shut_out(language: str, page: Page) -> None:
    page.goto(f"/{language}/offline/")
    expect(state(page, "ready")).to_be_visible()
    expect_nothing_is_broken(page)
    save(page, language)
    expect_nothing_is_broken(page)
    disconnect(page, f"/{language}/")
    look_up(page, "Horndorf")
    expect_nothing_is_broken(page)
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1]


def test_without_a_script_the_page_says_what_is_missing(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}/de/offline/")
    expect(page.get_by_text(said("To save, your browser needs JavaScript.", "de"))).to_be_visible()
    expect(page.locator("[data-save]")).to_be_hidden()
    # Whoever opens the document itself is warned rather than not.
    page.goto(f"{base_url}/de/offline/document/")
    expect(page.locator("[data-old]")).to_be_visible()
    context.close()
