"""Links that lead nowhere are found, politely, and forgotten as soon as they lead somewhere again."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings
from wagtail.documents import get_document_model

from home import links
from home.models import BrokenLink, HomePage, LinkProblem
from portal.tree import tree
from spaces.changes import record
from tests import factories
from tests.portal.test_translation import paragraphs
from tests.spaces.around import make_helpline

pytestmark = pytest.mark.django_db

GONE, FAILING, UNREACHABLE = LinkProblem.GONE, LinkProblem.FAILING, LinkProblem.UNREACHABLE


class Website(ThreadingHTTPServer):
    """A website on this machine: a path says how it answers. What was asked is kept: method, path, user agent."""

    asked: list[tuple[str, str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    def answer(self) -> None:
        assert isinstance(self.server, Website)
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        first, _, rest = self.path.removeprefix("/").partition("/")
        if first == "to":
            self.send_response(302)
            self.send_header("Location", f"/{rest}")
        elif first == "away":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/")
        elif first == "file":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
        elif first == "get-only":
            self.send_response(200 if self.command == "GET" else 404)
        else:
            self.send_response(int(first or "200"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def website(monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    monkeypatch.setattr(links, "PAUSE", 0.0)
    # This machine's own website stands for the public ones; every other private address stays closed.
    is_public = links.is_public
    monkeypatch.setattr(links, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
    with Website(("127.0.0.1", 0), Answer) as server:
        server.asked = []
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Portal", slug="portal")


def check() -> str:
    written = StringIO()
    call_command("check_links", stdout=written)
    return written.getvalue().strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("200", None),
        ("204", None),
        ("to/200", None),
        ("to/to/to/to/to/200", None),
        ("to/" * 6 + "200", FAILING),
        ("get-only", None),
        ("404", GONE),
        ("410", GONE),
        ("to/404", GONE),
        ("500", FAILING),
        ("503", FAILING),
        # It is there, and not for programs.
        ("401", None),
        ("403", None),
        ("429", None),
        ("away", LinkProblem.FORBIDDEN),
        ("file", UNREACHABLE),
    ],
)
def test_what_a_website_answers(website: Website, path: str, problem: LinkProblem | None) -> None:
    assert links.ask(requests.Session(), f"{website.url}/{path}") == problem


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:1/", UNREACHABLE),
        ("http://no-such-host.invalid/", UNREACHABLE),
        ("http:///nothing", LinkProblem.FORBIDDEN),
        ("http://10.0.0.1/", LinkProblem.FORBIDDEN),
        ("http://192.168.1.1/router", LinkProblem.FORBIDDEN),
        ("http://169.254.169.254/latest/meta-data/", LinkProblem.FORBIDDEN),
        ("http://[::1]/", LinkProblem.FORBIDDEN),
        ("http://[fd00::1]/", LinkProblem.FORBIDDEN),
        ("http://[::ffff:10.0.0.1]/", LinkProblem.FORBIDDEN),
    ],
)
def test_what_does_not_answer_and_what_is_never_asked(
    website: Website, url: str, problem: LinkProblem
) -> None:
    assert links.ask(requests.Session(), url) == problem
    assert website.asked == []


def test_this_machine_is_never_asked() -> None:
    assert links.ask(requests.Session(), "http://127.0.0.1/") == LinkProblem.FORBIDDEN


def test_links_of_pages_and_facts_are_found(home: HomePage) -> None:
    other = factories.make_text_page(home)
    text = (
        f'<a href="https://one.example/?a=1&amp;b=2">eins</a> <a linktype="page" id="{other.pk}">zwei</a> '
        '<a linktype="document" id="7">drei</a> <a href="mailto:a@example.org">vier</a> <a href="tel:112">fünf</a> '
        '<a href="#unten">sechs</a> <a href="/de/weg/">sieben</a> <a href="https://one.example/?a=1&amp;b=2">acht</a>'
    )
    page = factories.make_text_page(home, body=paragraphs(text))
    note = [{"type": "note", "value": {"heading": "x", "text": '<p><a href="https://ü.example/">n</a></p>'}}]
    noted = factories.make_text_page(home, body=note)
    helpline = make_helpline(website="https://fact.example/")
    make_helpline(website="https://invented.example/", is_example=True)
    draft = factories.make_text_page(home, body=paragraphs('<a href="https://draft.example/">d</a>'))
    draft.unpublish()
    assert set(links.links()) == {
        links.Link("https://one.example/?a=1&b=2", page=page.pk),
        links.Link(f"page:{other.pk}", page=page.pk),
        links.Link("document:7", page=page.pk),
        links.Link("/de/weg/", page=page.pk),
        links.Link("https://ü.example/", page=noted.pk),
        links.Link("https://fact.example/", kind="helpline", uuid=helpline.uuid),
    }


def test_what_is_broken_is_kept_until_it_is_mended(website: Website, home: HomePage) -> None:
    page = factories.make_text_page(home, body=paragraphs(f'<a href="{website.url}/404">weg</a>'))
    helpline = make_helpline(website=f"{website.url}/500")
    fine = make_helpline(website=f"{website.url}/200")
    assert check() == "Links: 3. Broken: 2."
    rows = {row.url: row for row in BrokenLink.objects.all()}
    assert rows[f"{website.url}/404"].page_id == page.pk
    assert rows[f"{website.url}/404"].problem == GONE
    failing = rows[f"{website.url}/500"]
    assert (failing.kind, failing.uuid, failing.problem) == ("helpline", helpline.uuid, FAILING)
    assert failing.first_seen == failing.last_checked
    check()
    again = BrokenLink.objects.get(pk=failing.pk)
    assert again.first_seen == failing.first_seen < again.last_checked
    helpline.website = f"{website.url}/200"
    fine.website = f"{website.url}/410"
    record([helpline, fine])
    assert check() == "Links: 3. Broken: 2."
    assert {(row.page_id, row.uuid) for row in BrokenLink.objects.all()} == {
        (page.pk, None),
        (None, fine.uuid),
    }


def test_an_address_is_asked_for_once_under_our_own_name(
    website: Website, home: HomePage, settings: Settings
) -> None:
    settings.BASE_URL = "https://portal.example.org"
    for _ in range(2):
        factories.make_text_page(home, body=paragraphs(f'<a href="{website.url}/200">da</a>'))
    assert check() == "Links: 2. Broken: 0."
    ((method, path, agent),) = website.asked
    assert (method, path) == ("HEAD", "/200")
    assert "https://portal.example.org/" in agent


def test_a_host_is_given_time_between_two_requests(
    website: Website, home: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(links, "PAUSE", 5.0)
    monkeypatch.setattr("home.links.time.sleep", slept.append)
    for path in ("200", "204"):
        make_helpline(website=f"{website.url}/{path}")
    check()
    assert len(slept) == 1
    assert 4 < slept[0] <= 5


def test_links_within_the_portal(home: HomePage, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.org"
    there = factories.make_text_page(home, slug="hilfe")
    draft = factories.make_text_page(home)
    draft.unpublish()
    document = get_document_model().objects.create(title="Merkblatt", file="merkblatt.pdf")
    expected = {
        f"page:{there.pk}": None,
        f"page:{draft.pk}": LinkProblem.WITHDRAWN,
        "page:999999": LinkProblem.MISSING,
        f"document:{document.pk}": None,
        "document:999999": LinkProblem.MISSING,
        "/de/hilfe/": None,
        "/ar/hilfe/": None,
        "/de/find/": None,
        "/static/portal.css": None,
        "/de/weg/": LinkProblem.MISSING,
        "https://portal.example.org/de/hilfe/": None,
        "https://portal.example.org/de/weg/": LinkProblem.MISSING,
    }
    known = tree(_request())
    assert dict(links._checked(expected, known)) == expected


def _request() -> Any:
    from django.http import HttpRequest

    return HttpRequest()


def test_a_link_goes_with_its_page(home: HomePage) -> None:
    page = factories.make_text_page(home)
    at = timezone.now()
    BrokenLink.objects.create(
        url="https://gone.example/", page=page, problem=GONE, first_seen=at, last_checked=at
    )
    page.delete()
    assert not BrokenLink.objects.exists()
