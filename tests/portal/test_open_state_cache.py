"""A page that says "open now" is never kept for longer than that is true, in any process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from home.models import HomePage
from spaces import open_now
from spaces.models import Office, SpacePage
from tests import factories
from tests.installation import ROOT, environment, starter_database
from tests.spaces import around

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page()


@pytest.fixture
def page(home: HomePage) -> SpacePage:
    return factories.make_space_page(factories.make_space_index_page(home))


@pytest.fixture
def office(page: SpacePage) -> Office:
    return factories.make_office(page.space)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def kept(client: Client, path: str, at: str) -> int | None:
    """For how many seconds a page is kept that is made at this moment; None where it is not kept."""
    cache.clear()
    open_now.forget()
    with (
        patch.object(timezone, "now", return_value=moment(at).astimezone(UTC)),
        patch.object(cache, "set") as keep,
    ):
        assert client.get(path).status_code == 200
    pages = [call.args for call in keep.call_args_list if str(call.args[0]).startswith("page:")]
    return pages[0][2] if pages else None


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        ("2026-05-11T08:30", 30 * 60),
        ("2026-05-11T09:00", 3 * 3600),
        ("2026-05-11T11:59:59", 1),
        # Between 12 and 14 o'clock.
        ("2026-05-11T12:00", 2 * 3600),
        # Nothing changes before midnight, but "tomorrow" becomes "today".
        ("2026-05-11T18:00", 6 * 3600),
        ("2026-05-12T12:00", 12 * 3600),
        # The night in which the clocks go forward, and the one in which they go back.
        ("2026-03-29T00:00", 23 * 3600),
        ("2026-10-25T00:00", 25 * 3600),
    ],
)
def test_a_page_of_a_space_ends_with_the_next_change_or_at_midnight(
    client: Client, page: SpacePage, office: Office, at: str, seconds: int
) -> None:
    around.make_timetable(office, (0, "09:00", "12:00"), (0, "14:00", "17:00"))
    assert kept(client, page.url, at) == seconds


@pytest.mark.django_db
def test_every_office_and_every_offer_of_a_page_counts(
    client: Client, page: SpacePage, office: Office, home: HomePage
) -> None:
    around.make_timetable(office, (0, "09:00", "12:00"))
    around.make_timetable(factories.make_office(page.space, is_main=False), (0, "09:00", "11:00"))
    assert kept(client, page.url, "2026-05-11T09:00") == 2 * 3600
    offer = around.make_offer(office)
    around.make_timetable(offer, (0, "09:00", "10:00"))
    # An offer that is not shown does not matter.
    assert kept(client, page.url, "2026-05-11T09:00") == 2 * 3600
    around.make_service_page(home, offer.service)
    assert kept(client, page.url, "2026-05-11T09:00") == 3600


@pytest.mark.django_db
def test_an_event_leaves_the_page_when_it_is_over(
    client: Client, page: SpacePage, office: Office, home: HomePage
) -> None:
    event = around.make_event(
        space=page.space, starts_at=moment("2026-05-11T09:00"), ends_at=moment("2026-05-11T10:00")
    )
    around.make_event_page(home, event)
    assert kept(client, page.url, "2026-05-11T09:30") == 30 * 60


@pytest.mark.django_db
def test_every_page_ends_when_a_helpline_in_its_foot_opens_or_closes(client: Client, home: HomePage) -> None:
    assert kept(client, "/de/", "2026-05-11T13:00") == 11 * 3600
    line = around.make_helpline()
    around.make_timetable(line, (0, "14:00", "20:00", "phone"))
    assert kept(client, "/de/", "2026-05-11T13:00") == 3600
    night = around.make_helpline()
    around.make_timetable(night, *around.day_and_night())
    assert kept(client, "/de/", "2026-05-11T13:00") == 3600


@pytest.mark.django_db
def test_a_closure_shows_at_the_next_request(client: Client, page: SpacePage, office: Office) -> None:
    timetable = around.make_timetable(office, *around.day_and_night())
    with patch.object(timezone, "now", return_value=moment("2026-05-11T10:00")):
        assert "is-closed" not in main(client, page.url)
        assert "is-closed" not in main(client, page.url)
        around.close(timetable, date(2026, 5, 11), date(2026, 5, 11))
        assert "is-closed" in main(client, page.url)


def main(client: Client, path: str) -> str:
    html = client.get(path).content.decode()
    return html[html.index("<article") : html.index("</article>")]


#: A worker of the portal. For each line that it is told it says what a reader sees, or does what an editor does.
WORKER = """
import datetime, json, sys
import django
django.setup()
from django.test import Client
from django.utils import timezone
from spaces import open_now
from spaces.changes import record
from spaces.models import Closure, OpeningRule, SpacePage, Timetable

# The test may run on a public holiday.
open_now.public_holidays = lambda first, last: {}
page = SpacePage.objects.live().select_related("space").order_by("slug").first()
office = page.space.offices.get(is_main=True)
client = Client()

def open_always():
    record(list(Timetable.objects.filter(office=office)), delete=True)
    timetable = Timetable(office=office)
    for weekday in range(7):
        for start, end in ((0, 12), (12, 0)):
            timetable.rules.add(
                OpeningRule(weekday=weekday, start=datetime.time(start), end=datetime.time(end))
            )
    record(timetable)

def close():
    timetable = Timetable.objects.get(office=office)
    today = timezone.localdate()
    # Over midnight, should the test run just then.
    last = today + datetime.timedelta(days=1)
    timetable.closures.add(Closure(first_day=today, last_day=last, reason="illness"))
    record(timetable)

def look():
    response = client.get(page.url)
    html = response.content.decode()
    card = html[html.index("<article"):html.index("</article>")]
    # What is kept is bytes, and no template's answer any more.
    return {"closed": "is-closed" in card, "kept": not hasattr(response, "context_data")}

print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    print(json.dumps({"open": open_always, "close": close, "look": look}[line.strip()]()), flush=True)
"""


class Worker:
    def __init__(self, database: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER],
            cwd=ROOT,
            env=environment(database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> object:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def told(self, what: str) -> object:
        assert self.process.stdin
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self.answer()


@contextmanager
def two_workers(database: Path) -> Iterator[tuple[Worker, Worker]]:
    workers = Worker(database), Worker(database)
    try:
        assert [worker.answer() for worker in workers] == ["ready", "ready"]
        yield workers
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.communicate()


@pytest.mark.slow
def test_a_closure_entered_in_one_process_shows_at_the_next_request_in_each(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Path(copyfile(starter_database(tmp_path_factory), tmp_path / "portal.sqlite3"))
    with two_workers(database) as workers:
        one, other = workers
        one.told("open")
        for worker in workers:
            assert worker.told("look") == {"closed": False, "kept": False}
            assert worker.told("look") == {"closed": False, "kept": True}
        one.told("close")
        for worker in (other, one):
            assert worker.told("look") == {"closed": True, "kept": False}
