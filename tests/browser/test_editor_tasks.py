"""What editors do most, in a real browser, from the desk on: with few actions, and at once for every reader."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Page, expect

from spaces.vocabulary import ClosureReason
from tests.browser.editor import Editor, Office, desk
from tests.browser.reader import expect_no_sideways_scrolling
from tests.installation import starter_database

#: A page that somebody has changed and sent to those who approve; feedback, an old event and a broken link.
PREPARE = """
from datetime import timedelta
from django.contrib.auth.models import Group, User
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask
from home.models import BarrierReport, BrokenLink, Feedback, TextPage
from spaces.changes import record
from spaces.models import Event
from spaces.models.pages import EventIndexPage, EventPage
workflow, task = Workflow.objects.create(name="Approval"), GroupApprovalTask.objects.create(name="Approval")
task.groups.add(Group.objects.create(name="Those who approve"))
WorkflowTask.objects.create(workflow=workflow, task=task)
WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
page = TextPage.objects.get(slug="so-geht-es", locale__language_code="de")
page.title = "So geht es noch besser"
writer = User.objects.create_user("writer")
page.save_revision(user=writer)
page.get_workflow().start(page, writer)
now = timezone.now()
Feedback.objects.create(opinion="no", path="so-geht-es/", language="ar", text="لا أفهم")
BarrierReport.objects.create(text="Ich kann das nicht lesen.", language="de")
BrokenLink.objects.create(
    url="https://gone.example/", page=page, problem="gone", first_seen=now - timedelta(days=2), last_checked=now
)
over = Event(key="old", kind="open_meeting", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
record(over)
index = EventIndexPage.objects.get(locale__language_code="de")
index.add_child(instance=EventPage(title="Old", slug="old", event=over))
record(Event.objects.get(key="old"), by=editor)
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    database = starter_database(tmp_path_factory)
    with desk(database, tmp_path_factory.mktemp("desk"), PREPARE) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> None:
    """An editor has a session, unlike readers."""


@pytest.fixture
def editor(page: Page, office: Office) -> Editor:
    return Editor(page, office)


def card(name: str) -> str:
    """An office on the desk."""
    return f".desk-offices > li:has(h3:text-is('{name}'))"


def read(editor: Editor, path: str) -> str:
    """A page as somebody without a session gets it at this moment."""
    answer = requests.get(f"{editor.url}{path}", timeout=10)
    assert answer.status_code == 200
    return answer.text


def test_a_telephone_number_is_corrected_with_five_actions(editor: Editor) -> None:
    office = card("Sozialraumbüro Scharnebeck")
    editor.click(f"{office} a[href*='/office/edit/']")
    editor.fill("input[name=telephone]", "030 23125 777")
    editor.click("footer button[type=submit].action-save, footer button[type=submit] >> nth=0")
    expect(editor.find(".messages .success")).to_be_visible()
    assert editor.actions <= 5
    for code in ("de", "ar"):
        assert "030 23125 777" in read(editor, f"/{code}/sozialraeume/scharnebeck/")


def test_an_office_is_closed_tomorrow_with_five_actions_and_every_reader_knows_at_once(
    editor: Editor,
) -> None:
    labels = {}
    for code in ("de", "ar"):
        with override(code):
            labels[code] = str(ClosureReason.ILLNESS.label)
        assert labels[code] not in read(editor, f"/{code}/sozialraeume/gellersen/")
    editor.click(f"{card('Sozialraumbüro Gellersen')} a[href*='/hours/close/']")
    editor.click("form[method=post] button.button[type=submit]")
    clicked = time.monotonic()
    for code, label in labels.items():
        assert label in read(editor, f"/{code}/sozialraeume/gellersen/")
    assert time.monotonic() - clicked < 1
    assert editor.actions <= 5


def test_all_facts_of_an_office_are_confirmed_with_three_actions(editor: Editor) -> None:
    office = card("Sozialraumbüro Bardowick")
    editor.click(f"{office} a[href*='/confirm/']")
    expect(editor.find("input[name=confirmed_by]")).to_have_value("Samtgemeinde Bardowick")
    editor.click("form[method=post] button.button[type=submit]")
    expect(editor.find(".messages .success")).to_be_visible()
    assert editor.actions <= 3
    expect(editor.find(f"{office} a[href*='/close/']")).to_be_visible()
    expect(editor.find(f"{office} a[href*='/confirm/']")).to_have_count(0)
    shown = read(editor, "/de/sozialraeume/bardowick/")
    told = " ".join(re.sub(r"<[^>]+>", "", shown).split())
    assert re.search(r"Bestätigt am .{5,40} von: \W?Samtgemeinde Bardowick", told)


def test_an_event_is_published_with_twelve_actions(editor: Editor) -> None:
    day = timezone.localdate() + timedelta(days=30)
    editor.click("a[href$='/desk/announce/']")
    editor.fill("input[name=title]", "Elterncafé am Markt")
    editor.fill("input[name=starts_at]", f"{day.isoformat()}T15:00")
    editor.fill("input[name=ends_at]", f"{day.isoformat()}T17:00")
    label = editor.find(
        "select[name=office] option",
    ).filter(has_text="Bleckede")
    editor.choose("select[name=office]", label.get_attribute("value") or "")
    editor.fill("textarea[name=lead]", "Kommen Sie einfach vorbei.")
    editor.click("form[method=post] button.button[type=submit]")
    expect(editor.find(".messages .success")).to_be_visible()
    assert editor.actions <= 12
    assert "Elterncafé am Markt" in read(editor, "/de/termine/")
    assert "Elterncafé am Markt" in read(editor, "/de/sozialraeume/bleckede/")


def test_an_approval_is_answered_with_four_actions(editor: Editor) -> None:
    waiting = "[aria-labelledby=desk-approvals]"
    editor.fill(f"{waiting} textarea", "Danke, so ist es klar.")
    editor.click(f"{waiting} form button:not([formaction])")
    expect(editor.find(waiting)).to_have_count(0)
    assert editor.actions <= 4
    assert "So geht es noch besser" in read(editor, "/de/so-geht-es/")


#: Our own screens: where each is, or the link on the desk that leads there.
SCREENS = {
    "desk": "",
    "confirming": "a[href*='/confirm/']",
    "announcing": "a[href$='/desk/announce/']",
    "closing": ".desk-offices a[href*='/hours/close/']",
    "the week": ".desk-offices a[href*='/timetable/edit/']",
    "open and closed": "/admin/hours/",
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
    # Wagtail's own frame around a form has no heading of the first order; nothing else is forgiven.
    rules = {"page-has-heading-one": {"enabled": where != SCREENS["the week"]}}
    found = Axe().run(page, options={"rules": rules})
    assert found.violations_count == 0, found.generate_report()
