"""Reading aloud by a voice of the device itself: what is read, in which voice, and when it stops."""

import json
import re
from typing import Any

import pytest
from django.utils.translation import override, pgettext
from playwright.sync_api import Locator, Page, expect

from tests.browser.reader import said
from tests.browser.test_accessibility import expect_no_violations

pytestmark = pytest.mark.slow

#: A device that speaks only when a test lets it: `spoken` is what it was given, `finish()` ends the piece.
STUB = """
    const voices = %s;
    window.spoken = [];
    window.cancelled = 0;
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    const device = {
        getVoices: () => voices,
        speak: piece => { window.now = piece; window.spoken.push([piece.voice.name, piece.text]); },
        cancel: () => {
            const was = window.now;
            window.cancelled += 1;
            window.now = null;
            if (was) was.onerror({ target: was });
        },
        addEventListener: (name, listener) => { window.tell = listener; },
    };
    window.finish = () => { const was = window.now; window.now = null; was.onend({ target: was }); };
    Object.defineProperty(window, "speechSynthesis", { get: () => device });
"""

GERMAN = {"name": "Anna", "lang": "de-DE", "localService": True}
ARABIC = {"name": "Laila", "lang": "ar_SA", "localService": True}
REMOTE = {"name": "Cloud", "lang": "de-DE", "localService": False}


def opened(page: Page, path: str, *voices: dict[str, Any]) -> None:
    page.add_init_script(STUB % json.dumps(voices))
    page.goto(path)


def start(page: Page, language: str = "de") -> Locator:
    return page.locator(".aloud").get_by_role("button", name=said("Read aloud", language))


def spoken(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("window.spoken")
    return found


def read_to_the_end(page: Page) -> list[list[str]]:
    page.evaluate("() => { let left = 500; while (window.now && left--) window.finish(); }")
    return spoken(page)


@pytest.mark.parametrize(
    ("path", "voices", "is_there"),
    [
        ("/de/so-geht-es/", [GERMAN], True),
        ("/de/sozialraeume/gellersen/", [GERMAN], True),
        ("/de/angebote/familienberatung/", [GERMAN], True),
        ("/de/termine/fachtag-2027/", [GERMAN], True),
        ("/de-simple/so-geht-es/", [GERMAN], True),
        ("/ar/so-geht-es/", [ARABIC], True),
        ("/ar/so-geht-es/", [GERMAN], False),
        ("/de/so-geht-es/", [REMOTE], False),
        ("/de/so-geht-es/", [ARABIC], False),
        ("/de/so-geht-es/", [], False),
        # German, for want of a translation.
        ("/pl/so-geht-es/", [GERMAN], True),
        ("/de/find/", [GERMAN], False),
    ],
)
def test_the_button_is_there_where_the_device_has_a_voice_of_its_own(
    page: Page, path: str, voices: list[dict[str, Any]], is_there: bool
) -> None:
    opened(page, path, *voices)
    expect(page.locator(".aloud:visible")).to_have_count(int(is_there))


def test_a_voice_that_comes_late_brings_the_button(page: Page) -> None:
    opened(page, "/de/so-geht-es/")
    expect(page.locator(".aloud")).to_be_hidden()
    page.evaluate("voice => { speechSynthesis.getVoices().push(voice); window.tell(); }", GERMAN)
    expect(page.locator(".aloud")).to_be_visible()


def test_headings_and_paragraphs_are_read_in_order_and_marked(page: Page) -> None:
    opened(page, "/de/so-geht-es/", GERMAN)
    start(page).click()
    title = page.get_by_role("heading", level=1)
    expect(page.locator(".is-read")).to_have_text(title.inner_text())
    expect_no_violations(page)
    page.evaluate("window.finish()")
    expect(page.locator(".is-read")).to_have_count(1)
    expect(title).not_to_have_class(re.compile("is-read"))
    texts = [text for _voice, text in read_to_the_end(page)]
    assert texts[0] == title.inner_text()
    whole = " ".join(texts)
    places = [whole.find(heading) for heading in page.locator(".prose h2").all_inner_texts()]
    assert places == sorted(places)
    assert -1 not in places
    for paragraph in page.locator(".prose p").all_inner_texts():
        assert whole.count(" ".join(paragraph.split())) == 1
    # Afterwards it begins anew, and what can be pressed is no text.
    expect(page.locator(".is-read")).to_have_count(0)
    expect(start(page)).to_be_visible()
    assert said("Read aloud", "de") not in whole


def test_each_part_is_read_by_the_voice_of_its_language(page: Page) -> None:
    opened(page, "/ar/sozialraeume/bardowick/", GERMAN, ARABIC)
    start(page, language="ar").click()
    voices = {voice for voice, _text in read_to_the_end(page)}
    assert voices == {"Anna", "Laila"}
    assert all(not re.search("[\u0600-\u06ff]", text) for voice, text in spoken(page) if voice == "Anna")
    expect(page.locator(".aloud [role=status]")).to_be_empty()


def test_what_has_no_voice_is_left_out_and_that_is_said(page: Page) -> None:
    # Polish has no translation: the words are German, and what the portal itself says is Polish.
    opened(page, "/pl/so-geht-es/", GERMAN)
    start(page, language="pl").click()
    skipped = "Your device has no voice for some parts of this page. They are left out."
    expect(page.locator(".aloud [role=status]")).to_have_text(said(skipped, "pl"))
    texts = [text for _voice, text in read_to_the_end(page)]
    assert page.get_by_role("heading", level=1).inner_text() in texts
    assert not any(
        said("This text has not been translated yet. You read it in German.", "pl") in text for text in texts
    )


def test_it_pauses_goes_on_and_stops(page: Page) -> None:
    with override("de"):
        going_on = pgettext("reading aloud", "Continue")
    opened(page, "/de/so-geht-es/", GERMAN)
    start(page).click()
    page.evaluate("window.finish()")
    page.locator(".aloud button").first.click()
    assert page.evaluate("window.now") is None
    expect(page.locator(".aloud button").first).to_have_text(going_on)
    page.locator(".aloud button").first.click()
    # The piece that was broken off begins again.
    assert spoken(page)[1] == spoken(page)[2]
    page.locator("[data-stop]").click()
    assert page.evaluate("window.now") is None
    expect(page.locator(".is-read")).to_have_count(0)
    expect(page.locator("[data-stop]")).to_be_hidden()
    expect(start(page)).to_be_focused()
    start(page).click()
    assert spoken(page)[-1] == spoken(page)[0]


def test_leaving_the_page_ends_it(page: Page) -> None:
    opened(page, "/de/so-geht-es/", GERMAN)
    start(page).click()
    before = page.evaluate("window.cancelled")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("window.cancelled") > before
    assert page.evaluate("window.now") is None


def test_reading_asks_nobody_for_anything(page: Page) -> None:
    opened(page, "/de/so-geht-es/", GERMAN)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    start(page).click()
    read_to_the_end(page)
    assert asked == []
