"""A reader changes the language, and reads facts, right-to-left pages and long words in it."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.languages import LANGUAGES, SERVED_CODES
from tests.browser.reader import (
    choose_language,
    expect_language,
    expect_no_sideways_scrolling,
    look_up,
    said,
    search_for,
)
from tests.installation import ROOT, Server, environment

pytestmark = pytest.mark.slow

#: The height of what can be touched without hitting its neighbour, in pixels.
FINGER = 44


#: One of each pair of languages that differ in nothing that a test asks about.
slow = pytest.mark.slow
RIGHT_TO_LEFT = ["ar", pytest.param("fa", marks=slow)]


@pytest.fixture(
    params=[
        pytest.param("scripts", marks=slow),
        pytest.param("no scripts", marks=pytest.mark.browser_context_args(java_script_enabled=False)),
    ]
)
def reader(page: Page) -> Page:
    """A browser that runs scripts, and one that runs none."""
    return page


@pytest.mark.parametrize(
    "path",
    [
        "",
        "sozialraeume/bardowick/",
        "so-geht-es/",
        "impressum/",
        "find/",
        "find/complicated/",
        "search/",
        "gibt-es-nicht/",
    ],
)
def test_the_switch_keeps_the_page(reader: Page, path: str) -> None:
    reader.goto(f"/de/{path}")
    # The legal page is not translated into Arabic, and is itself all the same.
    for code in ("ar", "de"):
        choose_language(reader, code)
        expect(reader).to_have_url(re.compile(f"/{code}/{path}$"))


def test_each_language_is_named_in_itself(page: Page) -> None:
    page.goto("/ti/search/")
    page.locator(".languages summary").click()
    shown = page.locator(".languages li a").evaluate_all(
        "links => links.map(a => [a.lang, a.innerText.trim()])"
    )
    assert shown == [[language.code, language.name] for language in LANGUAGES]
    expect(page.locator(".languages summary")).to_contain_text("ትግርኛ")
    expect(page.locator(".languages [aria-current]")).to_have_text("ትግርኛ")


def test_the_keyboard_reaches_every_language(reader: Page) -> None:
    reader.goto("/de/sozialraeume/")
    summary = reader.locator(".languages summary")
    # After the skip link and the name of the portal.
    for _ in range(3):
        reader.keyboard.press("Tab")
    expect(summary).to_be_focused()
    assert summary.evaluate("it => getComputedStyle(it).outlineStyle") != "none"
    reader.keyboard.press("Enter")
    for language in LANGUAGES:
        reader.keyboard.press("Tab")
        expect(reader.locator(":focus")).to_have_text(language.name)
    while reader.locator(":focus").get_attribute("lang") != "ar":
        reader.keyboard.press("Shift+Tab")
    reader.keyboard.press("Enter")
    expect_language(reader, "ar")
    expect(reader).to_have_url(re.compile("/ar/sozialraeume/$"))


@pytest.mark.parametrize("code", ["ar", "de-simple"])
def test_the_open_list_fits_the_window_and_the_finger(page: Page, code: str) -> None:
    page.goto(f"/{code}/")
    page.locator(".languages summary").click()
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        expect_no_sideways_scrolling(page)
        expect_reachable(page, ".languages li a", 12)


def expect_reachable(page: Page, selector: str, count: int) -> None:
    """So many of these there are, each within the window and high enough for a finger."""
    # One question to the browser instead of one for each of them.
    boxes = page.locator(selector).evaluate_all(
        "all => all.map(it => it.getBoundingClientRect()).map(box => [box.left, box.right, box.height])"
    )
    assert len(boxes) == count
    for start, end, height in boxes:
        assert start >= 0
        assert end <= page.evaluate("innerWidth")
        assert height >= FINGER


def ask(address: str) -> Callable[[Page], None]:
    def type_it(page: Page) -> None:
        page.goto("/de/find/")
        look_up(page, address)

    return type_it


def search(text: str) -> Callable[[Page], None]:
    def type_it(page: Page) -> None:
        page.goto("/de/search/")
        search_for(page, text)

    return type_it


@pytest.mark.parametrize(
    ("send", "field", "path", "heading"),
    [
        pytest.param(ask("Hauptstr. 4, Neetze"), "address", "find", "Please choose: which place is it?", id="question"),
        pytest.param(ask("Weg 3, Nirgendwohausen"), "address", "find", "We did not find this address", id="unknown"),
        pytest.param(search("Schulangst"), "words", "search", "Results", id="search"),
    ],
)  # fmt: skip
def test_an_answer_is_given_again_in_the_other_language_and_stands_in_no_address(
    reader: Page, portal: Server, send: Callable[[Page], None], field: str, path: str, heading: str
) -> None:
    send(reader)
    typed = reader.locator(f"#{field}").input_value()
    assert typed
    for code in ("en", "ar", "de"):
        choose_language(reader, code)
        expect(reader).to_have_url(re.compile(f"/{code}/{path}/$"))
        # In Arabic nothing is called Schulangst: then the answer is another, but it is one to the same words.
        if (code, field) != ("ar", "words"):
            expect(reader.get_by_role("heading", level=1)).to_have_text(said(heading, code))
        expect(reader.locator(f"#{field}")).to_have_value(typed)
    assert typed not in portal.written()


#: What an editor does who enters another closing time: told the space and the time, it says how many rules changed.
CLOSES_AT = """
import datetime, json, sys
import django
django.setup()
from spaces.changes import record
from spaces.models import Office, Timetable

space, time = sys.argv[1:]
timetable = Timetable.objects.get(office=Office.objects.get(space__key=space, is_main=True))
rules = list(timetable.rules.all())
mornings = [rule for rule in rules if rule.end == datetime.time(12)]
for rule in mornings:
    rule.end = datetime.time.fromisoformat(time)
timetable.rules = rules
record(timetable)
print(json.dumps(len(mornings)))
"""


def close_at(server: Server, space: str, time: str) -> None:
    """Write another closing time into the database of a running server, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CLOSES_AT, space, time],
        cwd=ROOT,
        env=environment(server.database),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) > 0


def test_a_changed_closing_time_is_on_the_page_of_every_language_at_once(page: Page, portal: Server) -> None:
    # No other test asks when this office closes.
    paths = [f"/{code}/sozialraeume/amelinghausen/" for code in SERVED_CODES]
    assert len(paths) == 12

    def weeks() -> list[str]:
        found = []
        for path in paths:
            page.goto(path)
            found.append(page.locator(".week").inner_text())
        return found

    # Each page is kept now.
    assert all("11:43" not in week for week in weeks())
    close_at(portal, "amelinghausen", "11:43")
    for path, week in zip(paths, weeks(), strict=True):
        assert "09:00–11:43" in week, path
        assert "12:00" not in week, path


#: Where the first and the last sign of what matches stand on the screen; what is wrapped or hidden is left out.
ENDS = """
(pattern) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (const match of node.data.matchAll(new RegExp(pattern, "g"))) {
      const [first, last] = [match.index, match.index + match[0].length - 1].map(at => {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return range.getBoundingClientRect();
      });
      if (first.width && first.top === last.top) found.push([match[0], first.left, last.left]);
    }
  }
  return found;
}
"""

TIME = r"\d\d:\d\d"


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        pytest.param("", r"11[06] \d{3}|11[02]\b", id="emergency numbers"),
        pytest.param("sozialraeume/gellersen/", r"030 23125 \d{3}", id="telephone"),
        pytest.param("sozialraeume/gellersen/", r"[\w-]+@example\.org", id="e-mail"),
        pytest.param(
            "sozialraeume/bardowick/", r"Große Straße 9|21357 Bardowick", id="address of the office"
        ),
        pytest.param(
            "sozialraeume/bardowick/", r"[^\W\d]+ \d+\w?, \d{5} [^\W\d]+", id="addresses of schools"
        ),
        pytest.param("sozialraeume/gellersen/", f"{TIME}–{TIME}", id="times on a space's page"),
        pytest.param("angebote/familienberatung/", TIME, id="times on a service's page"),
        pytest.param("", r"Straße \d+|\d{5} [^\W\d]+", id="example of an address"),
    ],
)
def test_numbers_addresses_and_times_run_from_left_to_right_within_right_to_left(
    page: Page, code: str, path: str, pattern: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/{code}/{path}")
    ends = page.evaluate(ENDS, pattern)
    assert ends
    assert [text for text, first, last in ends if first >= last] == []


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
def test_what_a_reader_types_runs_as_its_script_does(page: Page, code: str) -> None:
    page.goto(f"/{code}/search/")
    field = page.locator("#words")
    for typed, direction in (("Hauptstraße 5", "ltr"), ("مدرسة", "rtl")):
        field.fill(typed)
        assert field.evaluate("it => getComputedStyle(it).direction") == direction


#: Pairs of which the first stands before the second in reading order.
IN_ORDER = [
    (".brand", ".languages summary"),
    (".site-nav li:nth-child(1)", ".site-nav li:nth-child(2)"),
    (".way li:nth-child(1)", ".way li:nth-child(2)"),
    (".week tr:nth-child(2) th", ".week tr:nth-child(2) td"),
    (".columns-2 > :first-child", ".columns-2 > .beside"),
    (".address-form-row input", ".address-form-row button"),
]


@pytest.mark.parametrize(("code", "mirrored"), [("de", False), ("ar", True), ("fa", True)])
def test_right_to_left_pages_are_mirrored(page: Page, code: str, mirrored: bool) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/{code}/sozialraeume/gellersen/")
    for pair in IN_ORDER:
        first, second = (page.locator(selector).first.bounding_box() for selector in pair)
        assert first, pair
        assert second, pair
        assert (first["x"] > second["x"]) is mirrored, pair


@pytest.mark.parametrize("width", [360, 1280])
def test_the_marks_between_the_steps_of_the_way_point_onwards(page: Page, width: int) -> None:
    """Browsers mirror ‹ and › in right-to-left text themselves; whoever turns them too turns them back."""
    page.set_viewport_size({"width": width, "height": 800})
    marks: list[Any] = []
    for code, direction in (("de", "ltr"), ("ar", "rtl"), ("fa", "rtl")):
        page.goto(f"/{code}/sozialraeume/gellersen/")
        style = (
            page.locator(".way li")
            .nth(1)
            .evaluate(
                "it => [getComputedStyle(it, '::before').content, getComputedStyle(it, '::before').direction]"
            )
        )
        assert style[1] == direction
        marks.append(style[0].strip('"'))
    assert marks == [marks[0]] * 3
    assert unicodedata.mirrored(marks[0])


@pytest.mark.parametrize("code", ["ar", "de"])
def test_a_bar_that_marks_a_note_stands_where_reading_begins(page: Page, code: str) -> None:
    page.goto(f"/{code}/find/complicated/")
    bars = page.locator(".note").first.evaluate(
        "it => [getComputedStyle(it).borderLeftWidth, getComputedStyle(it).borderRightWidth]"
    )
    assert bars == (["4px", "0px"] if code == "de" else ["0px", "4px"])


def home(page: Page, code: str) -> None:
    page.goto(f"/{code}/")


def space(page: Page, code: str) -> None:
    page.goto(f"/{code}/sozialraeume/bardowick/")


def service(page: Page, code: str) -> None:
    page.goto(f"/{code}/angebote/grundschule/")


def question(page: Page, code: str) -> None:
    page.goto(f"/{code}/find/")
    look_up(page, "Dorfstr. 4")
    page.locator("#result").wait_for()


def results(page: Page, code: str) -> None:
    page.goto(f"/{code}/search/")
    search_for(page, "Bleckede")


@pytest.mark.parametrize("open_page", [home, space, service, question, results], ids=lambda it: it.__name__)
@pytest.mark.parametrize(
    "code", ["ar", "de-simple", *(pytest.param(code, marks=slow) for code in ("de", "fa", "ti", "fr"))]
)
def test_nothing_scrolls_sideways_and_the_head_leaves_room(
    page: Page, open_page: Callable[[Page, str], None], code: str
) -> None:
    open_page(page, code)
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        expect_no_sideways_scrolling(page)
        box = page.locator("main").bounding_box()
        assert box
        # A small telephone in hand: the page begins in its upper half.
        assert box["y"] < 640 / 2, width
        expect_reachable(page, ".site-nav a, .languages summary, .brand", 7)
