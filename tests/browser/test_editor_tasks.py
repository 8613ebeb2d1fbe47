"""What editors do most, in a real browser, from the desk on: with few actions, and at once for every reader."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import NamedTuple

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect

from spaces.vocabulary import ClosureReason
from tests.browser.editor import BOARD, Editor, Office, desk
from tests.browser.reader import expect_no_sideways_scrolling
from tests.installation import starter_database

pytestmark = pytest.mark.slow

#: Two pages that the team has changed and sent for approval; feedback, an old event and a broken link.
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from wagtail.models import Page
from home.models import BarrierReport, BrokenLink, Feedback, TextPage
from spaces.changes import record
from spaces.models import Event, Space
from spaces.models.pages import EventIndexPage, EventPage, SpacePage
now, bardowick = timezone.now(), Space.objects.get(key="bardowick")
index = EventIndexPage.objects.get(locale__language_code="de")
for key, day in (("old", -2), ("new", 30)):
    event = Event(
        key=key, kind="open_meeting", space=bardowick,
        starts_at=now + timedelta(days=day), ends_at=now + timedelta(days=day, hours=1),
    )
    record(event)
    index.add_child(instance=EventPage(title=f"Fest {key}", slug=f"fest-{key}", event=event))
space_page = SpacePage.objects.get(space=bardowick, locale__language_code="de")
for page in (space_page, EventPage.objects.get(slug="fest-new")):
    page.title += " mit Ihnen"
    page.save_revision(user=people["team"])
    page.get_workflow().start(page, people["team"])
Feedback.objects.create(opinion="no", path="so-geht-es/", language="ar", text="لا أفهم")
BarrierReport.objects.create(text="Ich kann das nicht lesen.", language="de")
BrokenLink.objects.create(
    url="https://gone.example/", page=TextPage.objects.get(slug="so-geht-es", locale__language_code="de"),
    problem="gone", first_seen=now - timedelta(days=2), last_checked=now,
)
record(Event.objects.get(key="old"), by=people["administrator"])
"""


class Own(NamedTuple):
    """What somebody of a role does the tasks with, so that no two of them meet."""

    office: str
    space: str
    responsible: str
    waits: str = ""
    approved_at: str = ""
    translated: str = ""


OWN = {
    "administrator": Own(
        *("Sozialraumbüro Scharnebeck", "scharnebeck", "PädIn e. V."),
        *("Fest new mit Ihnen", "termine/fest-new/", "Unter 18?"),
    ),
    "county": Own(
        *("Sozialraumbüro Ostheide (KICK Ostheide)", "ostheide", "VSE"),
        *("Sozialraum Bardowick mit Ihnen", "sozialraeume/bardowick/", "Kontakt"),
    ),
    "team": Own("Sozialraumbüro Bardowick", "bardowick", "Samtgemeinde Bardowick"),
    "translator": Own("", "", "", translated="Barrierefreiheit"),
}

KEEP_FACTS = ("administrator", "county", "team")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    database = starter_database(tmp_path_factory)
    with desk(database, tmp_path_factory.mktemp("desk"), PREPARE) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> None:
    """An editor has a session, unlike readers."""


@pytest.fixture
def editor(page: Page, office: Office, request: pytest.FixtureRequest) -> Editor:
    """An administrator, unless the test names roles."""
    return Editor(page, office, getattr(request, "param", "administrator"))


def by(*roles: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("editor", roles, indirect=True)


def card(name: str) -> str:
    """An office on the desk."""
    return f".desk-offices > li:has(h3:text-is('{name}'))"


def read(editor: Editor, path: str) -> str:
    """A page as somebody without a session gets it at this moment."""
    answer = requests.get(f"{editor.url}{path}", timeout=10)
    assert answer.status_code == 200
    return answer.text


@by(*KEEP_FACTS)
def test_a_telephone_number_is_corrected_with_five_actions(editor: Editor) -> None:
    own, number = OWN[editor.role], f"030 23125 77{len(editor.role) % 10}"
    editor.click(f"{card(own.office)} a[href*='/office/edit/']")
    editor.fill("input[name=telephone]", number)
    editor.click("footer button[type=submit].action-save, footer button[type=submit] >> nth=0")
    expect(editor.find(".messages .success")).to_be_visible()
    assert editor.actions <= 5
    for code in ("de", "ar"):
        assert number in read(editor, f"/{code}/sozialraeume/{own.space}/")


@by(*KEEP_FACTS)
def test_an_office_is_closed_tomorrow_with_five_actions_and_every_reader_knows_at_once(
    editor: Editor,
) -> None:
    own, labels = OWN[editor.role], {}
    for code in ("de", "ar"):
        with override(code):
            labels[code] = str(ClosureReason.ILLNESS.label)
        assert labels[code] not in read(editor, f"/{code}/sozialraeume/{own.space}/")
    editor.click(f"{card(own.office)} a[href*='/hours/close/']")
    editor.click("form[method=post] button.button[type=submit]")
    expect(editor.find(".messages .success")).to_be_visible()
    clicked = time.monotonic()
    for code, label in labels.items():
        assert label in read(editor, f"/{code}/sozialraeume/{own.space}/")
    assert time.monotonic() - clicked < 1
    assert editor.actions <= 5


@by(*KEEP_FACTS)
def test_all_facts_of_an_office_are_confirmed_with_three_actions(editor: Editor) -> None:
    own = OWN[editor.role]
    office = card(own.office)
    editor.click(f"{office} a[href*='/confirm/']")
    expect(editor.find("input[name=confirmed_by]")).to_have_value(own.responsible)
    editor.click("form[method=post] button.button[type=submit]")
    expect(editor.find(".messages .success")).to_be_visible()
    assert editor.actions <= 3
    expect(editor.find(f"{office} a[href*='/close/']")).to_be_visible()
    expect(editor.find(f"{office} a[href*='/confirm/']")).to_have_count(0)
    shown = read(editor, f"/de/sozialraeume/{own.space}/")
    told = " ".join(re.sub(r"<[^>]+>", "", shown).split())
    assert re.search(rf"Bestätigt am .{{5,40}} von: \W?{re.escape(own.responsible)}", told)


@by(*KEEP_FACTS)
def test_an_event_is_published_with_twelve_actions(editor: Editor) -> None:
    own, title = OWN[editor.role], f"Elterncafé {editor.role}"
    day = timezone.localdate() + timedelta(days=30)
    editor.click("a[href$='/desk/announce/']")
    editor.fill("input[name=title]", title)
    editor.fill("input[name=starts_at]", f"{day.isoformat()}T15:00")
    editor.fill("input[name=ends_at]", f"{day.isoformat()}T17:00")
    label = editor.find("select[name=office] option").filter(has_text=own.office)
    editor.choose("select[name=office]", label.get_attribute("value") or "")
    editor.fill("textarea[name=lead]", "Kommen Sie einfach vorbei.")
    editor.click("form[method=post] button.button[type=submit]")
    expect(editor.find(".messages .success")).to_be_visible()
    assert editor.actions <= 12
    if editor.role == "team":
        # Words of a team go to the county first.
        expect(editor.find("[aria-labelledby=desk-waiting]")).to_contain_text(title)
        assert title not in read(editor, "/de/termine/")
    else:
        assert title in read(editor, "/de/termine/")
        assert title in read(editor, f"/de/sozialraeume/{own.space}/")


@by("administrator", "county")
def test_an_approval_is_answered_with_four_actions(editor: Editor) -> None:
    own = OWN[editor.role]
    waiting = f"[aria-labelledby=desk-approvals] li:has(h3:text-is('{own.waits}'))"
    editor.fill(f"{waiting} textarea", "Danke, so ist es klar.")
    editor.click(f"{waiting} form button:not([formaction])")
    expect(editor.find(waiting)).to_have_count(0)
    assert editor.actions <= 4
    assert own.waits in read(editor, f"/de/{own.approved_at}")


@by("administrator", "county", "translator")
def test_a_translated_sentence_is_corrected_with_six_actions(editor: Editor) -> None:
    german, words = OWN[editor.role].translated, f"Words for families, by the {editor.role}"
    editor.click(f"#wagtail-sidebar a[href='{BOARD}']")
    cell = f"a.board-state:has(.w-sr-only:text-is(': {german}, English'))"
    path = (editor.find(cell).get_attribute("href") or "").removeprefix(editor.url)
    editor.click(cell)
    editor.click("main button:text-is('Bearbeiten') >> nth=0")
    editor.fill("main textarea >> nth=0", words)
    editor.click("main button:text-is('Speichern') >> nth=0")
    expect(editor.find("main textarea")).to_have_count(0)
    with editor.page.expect_navigation():
        editor.click("button:has-text('Veröffentlichen in English')")
    assert editor.actions <= 6
    slug = {"Unter 18?": "unter-18", "Kontakt": "kontakt", "Barrierefreiheit": "barrierefreiheit"}[german]
    assert words in read(editor, f"/en/{slug}/"), path


#: What each role is offered nowhere: on the desk, or in the menu.
NOT_OFFERED = {
    "team": ("[aria-labelledby=desk-approvals]", card("Sozialraumbüro Scharnebeck")),
    "translator": (
        *("[aria-labelledby=desk-approvals]", ".desk-offices", "a[href$='/desk/announce/']"),
        "#wagtail-sidebar a[href*='/snippets/']",
    ),
}


@by(*NOT_OFFERED)
def test_who_may_not_do_a_task_is_not_offered_it_and_led_back_to_the_desk_with_a_reason(
    editor: Editor, office: Office, browser: Browser
) -> None:
    for selector in NOT_OFFERED[editor.role]:
        expect(editor.find(selector)).to_have_count(0)
    with closing(browser.new_context()) as context:
        administrator = Editor(context.new_page(), office)
        other = f"{card('Sozialraumbüro Scharnebeck')} a"
        links = [str(link.get_attribute("href")) for link in administrator.find(other).all()]
        # Whoever keeps an office may open an empty form; `record` refuses what belongs to another's.
        refused = [link for link in links if "/add/" not in link]
        approvals = administrator.find("[aria-labelledby=desk-approvals] form")
        refused += [str(form.get_attribute("action")) for form in approvals.all()]
        administrator.page.goto(f"{administrator.url}{BOARD}?language=ar")
        refused.append(str(administrator.find("a.board-state").first.get_attribute("href")))
    assert len(refused) >= 4
    if editor.role == "translator":
        refused.append("/admin/desk/announce/")
    for path in refused:
        editor.page.goto(f"{editor.url}{path}")
        assert editor.page.url == f"{editor.url}/admin/", path
        expect(editor.find(".messages .error")).to_be_visible()


#: Our own screens: where each is, or the link on the desk that leads there.
SCREENS = {
    "desk": "",
    "confirming": "a[href*='/confirm/']",
    "announcing": "a[href$='/desk/announce/']",
    "closing": ".desk-offices a[href*='/hours/close/']",
    "the week": ".desk-offices a[href*='/timetable/edit/']",
    "open and closed": "/admin/hours/",
    "handbook": "/admin/handbook/",
    "a page of the handbook": "/admin/handbook/schliessen/",
}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("where", SCREENS.values(), ids=SCREENS.keys())
def test_axe_finds_nothing_on_our_own_screens(editor: Editor, where: str, width: int) -> None:
    page = editor.page
    if where.startswith("/"):
        page.goto(f"{editor.url}{where}")
    elif where:
        page.goto(f"{editor.url}{editor.find(where).first.get_attribute('href')}")
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator("main")).to_be_visible()
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true })")
    expect_no_sideways_scrolling(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
