"""What the desk costs, on the starter content."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings
from wagtail.models import Page

from home.models import BarrierReport, BrokenLink, Feedback, LinkProblem
from spaces.changes import record
from spaces.models import Closure, Office, Timetable
from tests.home.test_desk import DESK, approved_by, may, yesterday
from tests.installation import starter_content
from tests.spaces.around import make_event, make_event_page, make_helpline, make_offer

pytestmark = pytest.mark.django_db

#: No admin page of ours costs more.
MOST_QUERIES = 30


@pytest.fixture(scope="module", autouse=True)
def starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker, "en"):
        yield


def make_much(home: Page, count: int) -> None:
    """Something for every section."""
    group = Group.objects.get_or_create(name="Those who approve")[0]
    approved_by(group)
    writer = User.objects.get_or_create(username="writer")[0]
    seen = {"first_seen": yesterday(), "last_checked": timezone.now()}
    office = Office.objects.get(space__key="bardowick")
    for number in range(count):
        make_offer(office)
        make_helpline()
        Feedback.objects.create(opinion="no", path="", language="de")
        BarrierReport.objects.create(text="Schlecht", language="de")
        over = make_event(starts_at=yesterday() - timedelta(hours=1), ends_at=yesterday())
        page = make_event_page(home, over)
        BrokenLink.objects.create(
            url=f"https://{number}.example/", page=page, problem=LinkProblem.GONE, **seen
        )
        page.save_revision(user=writer)
        page.get_workflow().start(page, writer)
        helpline = make_helpline()
        BrokenLink.objects.create(
            url="https://x.example/", kind="helpline", uuid=helpline.uuid, problem=LinkProblem.GONE, **seen
        )
    timetable = Timetable.objects.filter(office__isnull=False).first()
    assert timetable
    today = timezone.localdate()
    for _ in range(count):
        timetable.closures.add(Closure(first_day=today, last_day=today, reason="illness"))
    record(timetable, by=User.objects.get(username="editor"))


@pytest.fixture
def county(client: Client) -> Client:
    """Somebody who may do everything with facts and pages, by a group: whom that costs most."""
    group = Group.objects.get_or_create(name="Those who approve")[0]
    group.permissions.set(Permission.objects.all())
    may(group, Page.get_first_root_node(), "add", "change", "publish")
    user = User.objects.create_user("editor")
    user.groups.add(group)
    client.force_login(user)
    return client


@pytest.mark.slow
def test_no_page_of_the_desk_costs_more_than_it_may_however_much_there_is(
    county: Client, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    home = Page.objects.get(depth=2, locale__language_code="de")
    office = Office.objects.get(space__key="bardowick")
    make_much(home.specific, 2)
    paths = [
        DESK,
        reverse("confirm_office", args=[office.uuid]),
        reverse("announce_event"),
        reverse("hours_now"),
    ]
    paths.append(reverse("close", args=["office", office.uuid]))
    # What readers' pages share is in memory by then: first the pages, then where their addresses begin.
    for _ in range(2):
        county.get(DESK)
    costs = {}
    for path in paths:
        county.get(path)
        with django_assert_max_num_queries(MOST_QUERIES):
            county.get(path)
        with CaptureQueriesContext(connection) as asked:
            county.get(path)
        costs[path] = len(asked)
    make_much(home.specific, 3)
    for path in paths:
        county.get(path)
        with django_assert_max_num_queries(costs[path]):
            county.get(path)
