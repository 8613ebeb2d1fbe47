"""What people ask is private: an address is looked up in every way, and then looked for in everything that was written.

Only the answer itself may hold it: the page whose form shows it again, and what a program is told was understood.
"""

import hashlib
import http.client
import json
import logging
import pickle
import re
import socket
import time
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as portal_settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.log import AdminEmailHandler
from pytest_django import DjangoDbBlocker, Settings

from portal.privacy import PrivateFormatter
from search import answers, api, lookup, routing, views
from search.gazetteer import StreetRow
from spaces.changes import record
from spaces.models import Municipality
from tests.installation import Server, served, starter_content, starter_database

#: No street, and no other word that the portal knows, is called so.
SECRET = "geheimstra"

FOUND = "Geheimstrasse 77, 21357 Bardowick"

#: One address for each outcome.
OUTCOMES = {
    "found": FOUND,
    "choice": "Geheimstrasse 77, Neetze",
    "elsewhere": "GEHEIMSTRASSE 77\n21335 LÜNEBURG",
    "unknown": "Geheimstraße 77, Nirgendwohausen",
}

#: Addresses written so that something could trip over them.
ODD = {
    "bytes": b"address=Geheimstrasse+77%FF%00%0D%0A",
    "long": urlencode({"address": "Geheimstrasse 77, " * 20_000}).encode(),
    "too long": urlencode({"address": "Geheimstrasse 77, " * 200_000}).encode(),
    "many fields": ("&".join(["address=Geheimstrasse+77"] * 2000)).encode(),
    "nothing but signs": urlencode(
        {"address": "Geheimstrasse \u202e\x00\U0001f3e0 ' OR 1=1 -- <b>"}
    ).encode(),
}

#: Loggers that quote what a page is made of if they are told to say everything. They never are.
QUOTING = ("django.template",)

FORM = "application/x-www-form-urlencoded"


def holds_secret(text: str) -> bool:
    """Whether an address stands in a text: in plain, in another writing of itself, or as a hash that all could make."""
    folded = text.casefold()
    digests = (
        name(address.encode()) for address in OUTCOMES.values() for name in (hashlib.md5, hashlib.sha256)
    )
    return SECRET in folded or "6765686569" in folded or any(each.hexdigest() in folded for each in digests)


@pytest.fixture(scope="module")
def starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker):
        yield


class Records(logging.Handler):
    """What the portal's own handlers would write, if every logger said everything."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(
            PrivateFormatter(portal_settings.LOGGING["formatters"]["plain"]["format"], style="{")
        )

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [self.format(record), record.getMessage(), repr(record.args)]


class Written(NamedTuple):
    """Everything that was written since a test began, but for the answers themselves."""

    records: Records
    handlers: StringIO
    queries: CaptureQueriesContext
    streams: pytest.CaptureFixture[str]

    def texts(self) -> dict[str, str]:
        return {
            "log records": "\n".join(self.records.lines),
            "log lines": self.handlers.getvalue(),
            "standard output and error": "".join(self.streams.readouterr()),
            "mails": repr([(str(message.message()), vars(message)) for message in mail.outbox]),
            "statements": "\n".join(query["sql"] for query in self.queries.captured_queries),
            "cache": cached(),
            "database": stored(),
        }

    def assert_private(self) -> dict[str, str]:
        texts = self.texts()
        assert [name for name, text in texts.items() if holds_secret(text)] == []
        return texts


def cached() -> str:
    """The keys and values of the cache, as they are kept and as they are read."""
    store: Any = cache
    if isinstance(store._cache, dict):
        kept = list(store._cache.items())
    else:
        redis = store._cache.get_client(None)
        kept = [(key, redis.get(key)) for key in redis.scan_iter("*")]
    return repr([(key, value, pickle.loads(value) if value[:1] == b"\x80" else value) for key, value in kept])  # noqa: S301


def stored() -> str:
    """Every row of every table."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            texts.append(f"{table}: {cursor.fetchall()}")
    return "\n".join(texts)


@pytest.fixture
def written(
    starter: None,
    db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Written]:
    records, lines = Records(), StringIO()
    settings.ADMINS = [("Administration", "administration@example.org")]
    # Where Django itself has it, unless one's settings say otherwise.
    monkeypatch.setattr(
        logging.getLogger("django"), "handlers", [mails := AdminEmailHandler(include_html=True)]
    )
    mails.setLevel(logging.ERROR)
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    levels = {name: logging.getLogger(name).getEffectiveLevel() for name in QUOTING}
    for logger in [logging.root, *named]:
        monkeypatch.setattr(logger, "level", levels.get(logger.name, logging.DEBUG))
        for handler in logger.handlers:
            if type(handler) is logging.StreamHandler:
                monkeypatch.setattr(handler, "stream", lines)
        if logger is logging.root or not logger.propagate:
            monkeypatch.setattr(logger, "handlers", [*logger.handlers, records])
    # Levels are remembered.
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as queries:
        yield Written(records, lines, queries, capfd)
    monkeypatch.undo()
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def outside(response: Any) -> str:
    """What of an answer proxies, browsers and their histories keep."""
    return f"{response.headers}\n{response.cookies}\n{response.reason_phrase}"


def assert_answer_is_private(response: Any, *, shows_address: bool) -> None:
    assert not holds_secret(outside(response))
    assert not response.cookies
    if shows_address:
        assert "no-store" in response["Cache-Control"]
    else:
        assert not holds_secret(response.content.decode())


# Pages


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_outcome_of_the_page_leaves_a_trace(outcome: str, client: Client, written: Written) -> None:
    response = client.post("/de/find/", {"address": OUTCOMES[outcome]})
    assert response.status_code == (303 if outcome == "found" else 200)
    assert holds_secret(response.content.decode()) == (outcome != "found")
    assert_answer_is_private(response, shows_address=outcome != "found")
    if outcome == "found":
        assert re.fullmatch(r"/de/[a-z/]+/\?by=(postcode|place|street)", response["Location"])
        assert_answer_is_private(client.get(response["Location"]), shows_address=False)
    written.assert_private()


def test_an_answer_found_through_resemblance_leaves_no_trace(
    client: Client, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The street is in the index only; in the database it would be found, and rightly.
    monkeypatch.setattr(
        lookup, "_streets", lambda: iter([StreetRow("Geheimstrasse", "03355004", "Bardowick")])
    )
    municipalities = list(Municipality.objects.all())
    for municipality in municipalities:
        municipality.streets_complete_on = date(2026, 1, 31)
    record(municipalities)
    response = client.post("/de/find/", {"address": "Geheimstrasse 77, Bardowikc"})
    assert response.status_code == 200
    assert "Bitte wählen" not in response.content.decode()
    assert "Sozialraumbüro Bardowick" in response.content.decode()
    assert_answer_is_private(response, shows_address=True)
    written.assert_private()
    lookup.forget()


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_an_odd_address_leaves_no_trace(body: bytes, client: Client, written: Written) -> None:
    response = client.generic("POST", "/de/find/", body, FORM)
    assert response.status_code in (200, 400)
    assert_answer_is_private(response, shows_address=response.status_code == 200)
    written.assert_private()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (f"address={FOUND}", f"{FORM}; charset=utf-16"),
        (f"address={FOUND}", "multipart/form-data; boundary=\x01"),
        (f"--x\r\nContent-Disposition: form-data; name={FOUND}\r\n", "multipart/form-data; boundary=x"),
        (
            f'--x\r\nContent-Disposition: form-data; name="address"; filename="{FOUND}"\r\n\r\n{FOUND}\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (json.dumps({"address": FOUND}), "application/json"),
    ],
    ids=["charset", "boundary", "torn", "file", "json"],
)
def test_a_form_that_cannot_be_read_leaves_no_trace(
    body: str, content_type: str, client: Client, written: Written
) -> None:
    response = client.generic("POST", "/de/find/", body.encode(), content_type)
    assert response.status_code < 500
    assert_answer_is_private(response, shows_address=False)
    written.assert_private()


# The interface for programs


def ask(client: Client, body: Any) -> Any:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post("/api/v1/lookup/", text, content_type="application/json")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_outcome_of_the_interface_leaves_a_trace(outcome: str, client: Client, written: Written) -> None:
    response = ask(client, {"address": OUTCOMES[outcome]})
    assert response.status_code == 200
    assert json.loads(response.content)["outcome"] == outcome
    assert_answer_is_private(response, shows_address=True)
    written.assert_private()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"adress": FOUND}, 400),
        ({"address": [FOUND]}, 400),
        ([FOUND], 400),
        ('{"address": "' + FOUND, 400),
        ('{"address": "Geheimstrasse 77'.encode("utf-16"), 400),
        ({"address": FOUND * 200}, 413),
    ],
    ids=["misspelt", "list", "no object", "torn", "other encoding", "too large"],
)
def test_no_refused_request_leaves_a_trace(body: Any, status: int, client: Client, written: Written) -> None:
    response = ask(client, body)
    assert response.status_code == status
    assert_answer_is_private(response, shows_address=False)
    written.assert_private()


def test_too_many_requests_leave_no_trace(
    client: Client, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.ClientThrottle, "rate", "2/min")
    answered = [ask(client, {"address": address}) for address in OUTCOMES.values()]
    assert [response.status_code for response in answered] == [200, 200, 429, 429]
    assert_answer_is_private(answered[-1], shows_address=False)
    # It has something to count by, and that does not say who asks either.
    assert "lookup-" in written.assert_private()["cache"]
    assert "127.0.0.1" not in cached()


def test_no_logger_quotes_whole_pages() -> None:
    assert [name for name in QUOTING if logging.getLogger(name).isEnabledFor(logging.DEBUG)] == []


# Failures


class Bursting:
    """Words that a template cannot show."""

    def __str__(self) -> str:
        raise RuntimeError(f"cannot show {FOUND}")


def fail(*arguments: Any, **named: Any) -> Any:
    """Fails as libraries do, quoting what they were given."""
    raise KeyError(FOUND, *arguments)


def fail_in_a_chain(*arguments: Any, **named: Any) -> Any:
    try:
        fail(*arguments)
    except KeyError as error:
        error.add_note(f"while reading {FOUND}")
        raise RuntimeError(f"no answer for {FOUND}") from error


def burst(outcome: Any, index: Any) -> Any:
    answer = answers.as_json(outcome, index)
    for option in answer["options"]:
        option["address"] = Bursting()
    return answer


# Inside the lookup: where it is broken, and by what.
LOOKUP_FAILURES: list[tuple[Any, str, Callable[..., Any]]] = [
    (routing.Router, "find", fail),
    (routing.Router, "find", fail_in_a_chain),
    (routing, "read", fail),
]

# Around it.
VIEW_FAILURES: list[tuple[Any, str, Callable[..., Any]]] = [
    (views, "answer_for", fail),
    (views, "render", fail_in_a_chain),
    (views, "as_json", burst),
]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(("where", "name", "failure"), LOOKUP_FAILURES)
def test_a_failing_lookup_leaves_no_trace_and_leads_on(
    where: Any,
    name: str,
    failure: Callable[..., Any],
    debug: bool,
    client: Client,
    written: Written,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    lookup.index()
    settings.DEBUG = debug
    monkeypatch.setattr(where, name, failure)
    page = client.post("/de/find/", {"address": OUTCOMES["choice"]})
    assert page.status_code == 200
    assert_answer_is_private(page, shows_address=True)
    said = ask(client, {"address": OUTCOMES["choice"]})
    assert json.loads(said.content)["reason"] == "failed"
    assert_answer_is_private(said, shows_address=False)
    texts = written.assert_private()
    assert re.search("(KeyError|RuntimeError) at .*:[0-9]+", texts["log lines"])


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(("where", "name", "failure"), VIEW_FAILURES)
def test_a_failing_page_leaves_no_trace(
    where: Any,
    name: str,
    failure: Callable[..., Any],
    debug: bool,
    client: Client,
    written: Written,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.DEBUG = debug
    monkeypatch.setattr(where, name, failure)
    response = client.post("/de/find/", {"address": OUTCOMES["choice"]})
    assert response.status_code == 500
    assert_answer_is_private(response, shows_address=False)
    texts = written.assert_private()
    # What went wrong is still said to those who mend it.
    for place in ("log lines", "mails"):
        assert re.search("KeyError|RuntimeError", texts[place])
        assert "find_office" in texts[place] or "views.py" in texts[place]


@pytest.mark.parametrize("debug", [False, True])
def test_a_failing_interface_leaves_no_trace(
    debug: bool, client: Client, written: Written, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DEBUG = debug
    monkeypatch.setattr(api, "as_json", fail_in_a_chain)
    response = ask(client, {"address": OUTCOMES["choice"]})
    assert response.status_code == 500
    assert_answer_is_private(response, shows_address=False)
    assert "RuntimeError" in written.assert_private()["log lines"]


# A real server

#: The portal, breaking on demand where nothing of Django's can help any more.
BREAKING = """
from unittest.mock import patch

from portal.wsgi import application as portal

# In two pieces, since a traceback quotes the line.
ADDRESS = "Geheim" "strasse 77, 21357 Bardowick"


def fail(*arguments, **named):
    raise KeyError(ADDRESS)


def application(environ, start_response):
    broken = environ.get("HTTP_X_BREAK")
    if broken == "everything":
        text = environ["wsgi.input"].read().decode()
        try:
            fail(text)
        except KeyError as error:
            raise RuntimeError(text) from error
    if broken:
        with patch(broken, fail):
            return portal(environ, start_response)
    return portal(environ, start_response)
"""

#: Requests that gunicorn itself refuses, and quotes.
MALFORMED = {
    "no request": b"Geheimstrasse 77, 21357 Bardowick\r\n\r\n",
    "a method": b"GEHEIMSTRASSE\x01 /de/find/ HTTP/1.1\r\n\r\n",
    "a version": b"POST /de/find/ Geheimstrasse\r\n\r\n",
    "a header": b"POST /de/find/ HTTP/1.1\r\nHost: localhost\r\nGeheimstrasse 77\x00: 1\r\n\r\n",
    "a header's value": b"POST /de/find/ HTTP/1.1\r\nHost: localhost\r\nX: Geheimstrasse\x00 77\r\n\r\n",
    "an expectation": b"POST /de/find/ HTTP/1.1\r\nHost: localhost\r\nExpect: Geheimstrasse 77\r\n\r\n",
    "a length": b"POST /de/find/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: Geheimstrasse 77\r\n\r\n",
    "a chunk": (
        b"POST /de/find/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nGeheimstrasse 77\r\n\r\n"
    ),
    "a host": b"POST /de/find/ HTTP/1.1\r\nHost: Geheimstrasse.example.org\r\nContent-Length: 0\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "breaking.py").write_text(BREAKING, encoding="utf-8")
    with served(starter_database(tmp_path_factory), folder, "breaking") as running:
        yield running


def send(server: Server, path: str, body: bytes, **headers: str) -> http.client.HTTPResponse:
    asking = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asking.request("POST", path, body, named)
    response = asking.getresponse()
    response.read()
    asking.close()
    return response


def send_raw(server: Server, request: bytes) -> bytes:
    place = urlsplit(server.url)
    assert place.hostname
    assert place.port
    with socket.create_connection((place.hostname, place.port), timeout=30) as asking:
        asking.sendall(request)
        asking.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: asking.recv(65536), b""))


def wait_for(server: Server, pattern: str, before: int) -> str:
    """What a server wrote from a place on, once it matches; its line on a request comes after the answer."""
    deadline = time.monotonic() + 10
    while not re.search(pattern, written := server.written()[before:], re.DOTALL):
        assert time.monotonic() < deadline, written
        time.sleep(0.02)
    return written


def files_with_secret(folder: Path) -> list[str]:
    """The files below a folder that hold an address, but for the program that provokes the failures."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and SECRET.encode() in path.read_bytes().lower()
    ]


def test_no_file_of_a_server_holds_what_was_asked(server: Server) -> None:
    statuses = []
    for address in OUTCOMES.values():
        form = urlencode({"address": address}).encode()
        statuses.append(send(server, "/de/find/", form, Content_Type=FORM).status)
        # What somebody built by hand, and what another site's link could carry.
        path = "/de/find/?" + urlencode({"address": address})
        referrer = "https://example.org/?q=Geheimstrasse"
        statuses.append(
            send(server, path, form, Content_Type=FORM, Referer=referrer, User_Agent="Geheimstrasse").status
        )
        said = json.dumps({"address": address}).encode()
        statuses.append(send(server, "/api/v1/lookup/", said, Content_Type="application/json").status)
    assert statuses == [303, 303, 200, *[200] * 9]
    written = wait_for(server, "(POST /api/v1/lookup/ 200 .*){4}", 0)
    assert written.count("POST /de/find/ 303 ") == 2
    assert "127.0.0.1" not in "\n".join(line for line in written.splitlines() if "Listening at" not in line)
    assert files_with_secret(server.database.parent) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "status"),
    [
        ("search.routing.Router.find", 200),
        ("search.views.render", 500),
        # The page of last resort is broken too, so that gunicorn has to deal with it.
        ("django.template.loader.get_template", 500),
        ("everything", 500),
    ],
)
def test_no_file_of_a_failing_server_holds_what_was_asked(server: Server, broken: str, status: int) -> None:
    form = urlencode({"address": OUTCOMES["choice"]}).encode()
    before = len(server.written())
    assert send(server, "/de/find/?q=Geheimstrasse", form, Content_Type=FORM, X_Break=broken).status == status
    written = wait_for(server, f" {status} [0-9]+ ms", before)
    assert "KeyError" in written
    assert files_with_secret(server.database.parent) == []


@pytest.mark.slow
@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED.keys())
def test_no_file_of_a_server_quotes_a_malformed_request(server: Server, request_: bytes) -> None:
    before = len(server.written())
    send_raw(server, request_)
    assert len(server.written()) > before
    assert files_with_secret(server.database.parent) == []
