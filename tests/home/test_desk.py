"""The first page after signing in: what there is to do, for whom, and the one click that does it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from home import desk
from home.models import BarrierReport, BrokenLink, Feedback, HomePage, LinkProblem, TextPage
from portal.tree import tree
from spaces.changes import record
from spaces.models import Closure, Event, Office, Timetable
from spaces.models.pages import EventIndexPage, EventPage
from tests import factories
from tests.portal.test_translation import edit, paragraphs, translate
from tests.spaces.around import make_event, make_event_page, make_helpline, make_offer, make_timetable

pytestmark = pytest.mark.django_db

EVERY_DAY = [(day, "09:00", "12:00") for day in range(7)]
DESK = "/admin/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Portal", slug="portal")


def sections(client: Client) -> dict[str, str]:
    """The sections of the desk: the end of their heading's id, and their text."""
    soup = BeautifulSoup(client.get(DESK).content, "html.parser")
    found = soup.select("section.desk-section")
    return {str(part["aria-labelledby"]).removeprefix("desk-"): " ".join(part.text.split()) for part in found}


def somebody(*permissions: str) -> User:
    user = User.objects.create_user("somebody", password="somebody")
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *permissions)))
    return user


def approved_by(group: Group) -> None:
    """Every page goes through the hands of this group."""
    workflow = Workflow.objects.create(name="Approval")
    task = GroupApprovalTask.objects.create(name="Approval")
    task.groups.add(group)
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})


def may(group: Group, page: Page, *actions: str) -> None:
    for permission in Permission.objects.filter(codename__in=[f"{action}_page" for action in actions]):
        GroupPagePermission.objects.create(group=group, page=page, permission=permission)


def yesterday() -> datetime:
    return timezone.now() - timedelta(days=1)


# What stands on it ----------------------------------------------------------------------------------------------------


def test_nothing_to_do_is_an_empty_desk(admin: Client) -> None:
    assert sections(admin) == {}


def test_nothing_of_wagtails_own_stands_on_it(admin: Client) -> None:
    response = admin.get(DESK)
    assert [type(panel) for panel in response.context["panels"]] == [desk.Desk]
    assert response.context["site_summary"].summary_items == []


def test_an_office_stands_with_its_state_and_all_that_is_done_to_it(admin: Client) -> None:
    office = factories.make_office(name="Office at the river")
    timetable = make_timetable(
        office, *[(day, "00:00", "00:00") for day in range(7)], on_public_holidays=True
    )
    make_offer(office)
    make_offer(office, is_example=True)
    page = admin.get(DESK).content.decode()
    (row,) = desk.own_offices(User.objects.get())
    assert row.now is not None
    assert row.now.open
    assert row.due == 3
    for url in (
        reverse("close", args=["office", office.uuid]),
        reverse("confirm_office", args=[office.uuid]),
        reverse(Office.snippet_viewset.get_url_name("edit"), args=[office.pk]),
        reverse(Timetable.snippet_viewset.get_url_name("edit"), args=[timetable.pk]),
    ):
        assert f'href="{url}"' in page


def test_an_office_without_hours_leads_to_entering_them(admin: Client) -> None:
    office = factories.make_office()
    (row,) = desk.own_offices(User.objects.create_superuser("other"))
    assert row.hours.endswith(f"?office={office.pk}")
    assert admin.get(row.hours).status_code == 200


def test_facts_stand_with_what_they_say_and_are_confirmed_where_they_stand(admin: Client) -> None:
    helpline = make_helpline(name="Somebody listens", telephone="030 23125 123")
    assert "030 23125 123" in sections(admin)["facts"]
    admin.post(reverse("confirm_fact", args=["helpline", helpline.uuid]), follow=True)
    assert "facts" not in sections(admin)


def test_all_kinds_of_facts_are_counted_and_lead_to_their_list(admin: Client) -> None:
    for _ in range(3):
        factories.make_mandate()
        make_helpline()
    kinds = {kind.name: kind for kind in desk.facts_to_confirm(User.objects.get())}
    assert {name: kind.number for name, kind in kinds.items()} == {
        "space": 3, "provider": 3, "mandate": 3, "helpline": 3,
    }  # fmt: skip
    assert sum(bool(kind.rows) for kind in kinds.values()) == 1
    for kind in kinds.values():
        assert admin.get(kind.url).status_code == 200


def test_closures_of_the_next_weeks_are_taken_back_with_one_click(admin: Client) -> None:
    office = factories.make_office(name="Office at the river")
    timetable = make_timetable(office, *EVERY_DAY)
    today = timezone.localdate()
    for first, last in ((-3, -1), (-1, 0), (desk.AHEAD.days, 90), (desk.AHEAD.days + 1, 90)):
        timetable.closures.add(
            Closure(
                first_day=today + timedelta(days=first),
                last_day=today + timedelta(days=last),
                reason="illness",
            )
        )
    record(timetable)
    shown = desk.closures(User.objects.get()).rows
    assert [(row.first_day - today).days for row in shown] == [-1, desk.AHEAD.days]
    assert "Office at the river" in sections(admin)["closures"]
    admin.post(reverse("take_back", args=[shown[0].uuid]))
    assert len(desk.closures(User.objects.get()).rows) == 1


def test_feedback_is_done_with_one_click_and_praise_is_nothing_to_do(admin: Client) -> None:
    wrong = Feedback.objects.create(
        opinion="hours", path="hilfe/", language="de", text="Zu spät <b>geöffnet</b>"
    )
    Feedback.objects.create(opinion="yes", path="hilfe/", language="de")
    page = admin.get(DESK).content.decode()
    assert "Zu spät &lt;b&gt;geöffnet" in page
    assert [row.pk for row in desk.feedback(User.objects.get()).rows] == [wrong.pk]
    admin.post(reverse("done_with_feedback", args=[wrong.pk]))
    wrong.refresh_from_db()
    assert wrong.is_done
    assert "readers" not in sections(admin)


def test_a_report_of_a_barrier_stays_until_it_is_answered(admin: Client) -> None:
    report = BarrierReport.objects.create(text="Ich kann das nicht lesen.", language="de")
    ((_row, url),) = desk.barriers(User.objects.get()).rows
    assert "Ich kann das nicht lesen." in sections(admin)["readers"]
    assert admin.get(url).status_code == 200
    report.answered_on = timezone.localdate()
    report.save()
    assert "readers" not in sections(admin)


def test_an_event_that_is_over_is_taken_off_with_one_click(admin: Client, home: HomePage) -> None:
    over = make_event(starts_at=yesterday() - timedelta(hours=2), ends_at=yesterday())
    old = make_event_page(home, over, title="Old")
    new = make_event_page(home, make_event(), title="New")
    assert "Old" in sections(admin)["events"]
    assert "New" not in sections(admin)["events"]
    admin.post(reverse("withdraw_event", args=[old.pk]))
    # What is still to come stays, whoever asks.
    admin.post(reverse("withdraw_event", args=[new.pk]))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.live, new.live) == (False, True)
    assert "events" not in sections(admin)


def test_broken_links_stand_with_where_they_are_changed(admin: Client, home: HomePage) -> None:
    page = factories.make_text_page(home, title="How it works")
    helpline = make_helpline(name="Somebody listens", confirmed_on=timezone.localdate())
    seen = {"first_seen": yesterday(), "last_checked": timezone.now()}
    gone = LinkProblem.GONE
    BrokenLink.objects.create(url="https://gone.example/", page=page, problem=gone, **seen)
    BrokenLink.objects.create(
        url="https://away.example/", kind="helpline", uuid=helpline.uuid, problem=gone, **seen
    )
    # A website may be out of order for a night.
    at = timezone.now()
    BrokenLink.objects.create(
        url="https://slow.example/",
        page=page,
        problem=LinkProblem.UNREACHABLE,
        first_seen=at,
        last_checked=at,
    )
    told = sections(admin)["links"]
    assert "How it works: https://gone.example/" in told
    assert "Somebody listens: https://away.example/" in told
    assert "slow.example" not in told


def test_translations_that_are_older_or_missing(admin: Client, home: HomePage) -> None:
    for code in ("en", "ar"):
        translate(home, code, {"Portal": f"Portal {code}"})
    german = factories.make_text_page(home, title="So geht es", body=paragraphs("Wir helfen allen Familien."))
    english = translate(
        german, "en", {"So geht es": "How it works", "Wir helfen allen Familien.": "We help all families."}
    )
    user = User.objects.get()

    def row() -> desk.TranslationRow:
        known = tree(request_of(admin))
        rows = [row for row in desk.translations(user, known).rows if row.title == "So geht es"]
        assert len(rows) == 1
        found: desk.TranslationRow = rows[0]
        return found

    assert [name for name, _url in row().older] == []
    assert [name for name, _url in row().missing] == ["العربية"]
    edit(german, body=paragraphs("Wir helfen wirklich allen Familien."))
    ((name, url),) = row().older
    assert (name, url) == ("English", reverse("wagtailadmin_pages:edit", args=[english.pk]))
    assert "So geht es" in sections(admin)["translations"]


def request_of(client: Client) -> Any:
    return client.get(DESK).wsgi_request


def test_who_changed_something_finds_the_way_back(admin: Client) -> None:
    user = User.objects.get()
    office = factories.make_office(name="Office at the river", telephone="030 23125 001")
    office.telephone = "030 23125 002"
    record(office, by=user)
    (row,) = desk.own_changes(user)
    assert row.what == "Office at the river"
    # From its history the earlier state is one click away.
    first = office.revisions.order_by("pk")[0]
    history = admin.get(row.url).content.decode()
    revert = reverse(
        Office.snippet_viewset.get_url_name("revisions_revert"),
        args=[office.pk, first.pk],
    )
    assert revert in history
    # And everybody's changes stand in the report of the whole portal.
    report = admin.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert "Office at the river" in report


# Pages in approval ----------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(home: HomePage) -> TextPage:
    """A page that a writer has changed and sent to those who approve."""
    page = factories.make_text_page(home, title="So geht es")
    group = Group.objects.create(name="Those who approve")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    may(group, Page.get_first_root_node(), "change", "publish")
    approved_by(group)
    User.objects.create_user("approver", password="approver").groups.add(group)
    writer = User.objects.create_user("writer", first_name="Wanda", last_name="Writer")
    writer.user_permissions.add(Permission.objects.get(codename="access_admin"))
    page.title = "So geht es besser"
    page.save_revision(user=writer)
    page.get_workflow().start(page, writer)
    return page


@pytest.mark.parametrize(("action", "title"), [("approve", "So geht es besser"), ("reject", "So geht es")])
def test_a_page_is_approved_or_sent_back_with_one_click(
    client: Client, sent: TextPage, action: str, title: str
) -> None:
    client.force_login(User.objects.get(username="approver"))
    told = sections(client)["approvals"]
    assert "So geht es besser" in told
    assert "Wanda Writer" in told
    (row,) = desk.approvals(User.objects.get(username="approver")).rows
    answer = client.post(row.answer[action], {"comment": "Danke", "next": DESK})
    assert answer["Location"] == DESK
    sent.refresh_from_db()
    assert sent.title == title
    assert "approvals" not in sections(client)


def test_who_sent_a_page_sees_that_it_waits_and_what_was_said(client: Client, sent: TextPage) -> None:
    writer = User.objects.get(username="writer")
    client.force_login(writer)
    assert "approvals" not in sections(client)
    (row,) = desk.waiting(writer).rows
    assert not row.is_sent_back
    approver = User.objects.get(username="approver")
    (task,) = desk.approvals(approver).rows
    sent.current_workflow_task_state.reject(user=approver, comment="Bitte kürzer")
    assert "Bitte kürzer" in sections(client)["waiting"]
    assert desk.waiting(writer).rows[0].is_sent_back
    assert task.title == "So geht es besser"


# Who sees what --------------------------------------------------------------------------------------------------------


def test_who_may_do_nothing_has_an_empty_desk(client: Client, home: HomePage, sent: TextPage) -> None:
    office = factories.make_office()
    make_timetable(office, *EVERY_DAY, closures=(("2020-01-01", "2099-01-01", "illness"),))
    make_helpline()
    Feedback.objects.create(opinion="no", path="", language="de")
    make_event_page(home, make_event(starts_at=yesterday() - timedelta(hours=1), ends_at=yesterday()))
    seen = {"first_seen": yesterday(), "last_checked": timezone.now()}
    BrokenLink.objects.create(url="https://gone.example/", page=home, problem=LinkProblem.GONE, **seen)
    client.force_login(somebody())
    assert sections(client) == {}
    assert desk.may_announce(User.objects.get(username="somebody")) is None
    event, feedback = EventPage.objects.get(), Feedback.objects.get()
    for url in (
        reverse("withdraw_event", args=[event.pk]),
        reverse("done_with_feedback", args=[feedback.pk]),
        reverse("announce_event"),
    ):
        client.post(url)
    assert EventPage.objects.get().live
    assert not Feedback.objects.get().is_done


@pytest.mark.parametrize(
    ("permissions", "seen"),
    [
        (("change_office",), {"offices"}),
        (("change_timetable",), {"closures"}),
        (("change_helpline",), {"facts"}),
        (("change_feedback",), {"readers"}),
    ],
)
def test_each_sees_what_they_may_act_upon(
    client: Client, permissions: tuple[str, ...], seen: set[str]
) -> None:
    office = factories.make_office()
    make_timetable(office, *EVERY_DAY, closures=(("2020-01-01", "2099-01-01", "illness"),), is_example=True)
    make_helpline()
    Feedback.objects.create(opinion="no", path="", language="de")
    client.force_login(somebody(*permissions))
    assert set(sections(client)) == seen


# Announcing an event --------------------------------------------------------------------------------------------------


@pytest.fixture
def office() -> Office:
    space = factories.make_space()
    factories.make_mandate(space=space, provider=factories.make_provider(name="Albatros"))
    return factories.make_office(space)


@pytest.fixture
def index(home: HomePage) -> EventIndexPage:
    return factories.make_page(EventIndexPage(title="Termine", slug="termine"), home)


def announced(client: Client, at: Office, **values: Any) -> Any:
    data = {
        "title": "Elterncafé am Fluß",
        "kind": "open_meeting",
        "starts_at": "2099-05-01T15:00",
        "ends_at": "2099-05-01T17:00",
        "office": at.pk,
        "lead": "Kommen Sie vorbei.",
    }
    return client.post(reverse("announce_event"), {**data, **values})


def test_an_event_is_announced_on_one_screen(admin: Client, office: Office, index: EventIndexPage) -> None:
    assert reverse("announce_event") in admin.get(DESK).content.decode()
    assert announced(admin, office).status_code == 302
    page, event = EventPage.objects.get(), Event.objects.get()
    assert (page.live, page.title, page.slug) == (
        True,
        "Elterncafé am Fluß",
        "elterncafe-am-fluss-2099-05-01",
    )
    assert page.event == event
    assert (event.space, event.office, event.confirmed_by) == (office.space, office, "Albatros")
    assert timezone.localtime(event.starts_at).hour == 15
    assert "Elterncafé" in admin.get("/de/termine/").content.decode()
    # A second one of the same name and day has an address of its own.
    assert announced(admin, office).status_code == 302
    assert EventPage.objects.latest("pk").slug == "elterncafe-am-fluss-2099-05-01-2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"ends_at": "2099-05-01T14:00"}, "ends_at"),
        ({"starts_at": "2020-05-01T14:00", "ends_at": "2020-05-01T15:00"}, "ends_at"),
        ({"starts_at": "morgen"}, "starts_at"),
        ({"kind": "steering"}, "kind"),
        ({"office": ""}, "office"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    admin: Client, office: Office, index: EventIndexPage, values: dict[str, str], field: str
) -> None:
    answer = announced(admin, office, **values)
    assert set(answer.context["form"].errors) == {field}
    assert not Event.objects.exists()
    assert not EventPage.objects.exists()


def test_who_may_not_publish_sends_it_for_approval(
    client: Client, office: Office, index: EventIndexPage
) -> None:
    team, county = Group.objects.create(name="Team"), Group.objects.create(name="County")
    may(team, index, "add")
    approved_by(county)
    user = somebody("change_office", "add_event")
    user.groups.add(team)
    client.force_login(user)
    assert announced(client, office).status_code == 302
    page = EventPage.objects.get()
    assert not page.live
    assert page.workflow_in_progress
    assert [row.title for row in desk.waiting(user).rows] == ["Elterncafé am Fluß"]
