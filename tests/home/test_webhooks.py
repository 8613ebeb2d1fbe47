"""Whoever wants to know of changes is told of each of them, in order, whatever happens to either side."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep, time
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import settings as portal_settings
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings
from wagtail.models import ModelLogEntry, Page

from home import connection, webhooks
from home.connection import Refused, addresses, is_public, may_be_sent_to
from home.models import BarrierReport, Delivery, Feedback, Webhook, new_secret
from home.webhook_views import kind_choices, outcome, state
from home.webhooks import FIRST_PAUSE, LEASE, LONGEST_PAUSE, MOST, PATIENCE, send_all, signature
from search.models import MissedWord
from spaces.changes import PRIVATE_KINDS, PUBLIC_KINDS, announce, kind_of, record, version
from spaces.models import Change
from spaces.models.fact import Recorded
from tests import factories
from tests.conftest import _migrated_database
from tests.home.receiver import Message, Receiver, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _what_the_migrations_wrote(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A test with real transactions leaves an empty database behind, and other files come after this one."""
    yield
    with django_db_blocker.unblock():
        if not Page.objects.exists():
            database.creation.deserialize_db_from_string(database._test_serialized_contents)  # type: ignore[attr-defined]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    # Plain HTTP is for developers only, and this machine is a private network.
    settings.DEBUG = True
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def webhook(receiver: Receiver) -> Webhook:
    return Webhook.objects.create(url=receiver.url)


def change(count: int = 1, kind: str = "page") -> list[int]:
    """Write changes; their numbers."""
    before = version()
    for _ in range(count):
        announce(kind, uuid4())
    return list(Change.objects.filter(id__gt=before, kind=kind).order_by("id").values_list("id", flat=True))


def told(receiver: Receiver) -> list[list[int]]:
    return [message.cursors for message in receiver.messages]


def wait_no_longer(webhook: Webhook) -> None:
    """As if the pause, and the lease of a sender that was killed, were over."""
    Webhook.objects.filter(pk=webhook.pk).update(next_attempt_at=None, locked_until=timezone.now())


@cache
def documented() -> Callable[[str, dict[str, str], bytes], bool]:
    """The check that the documentation gives to receivers."""
    text = (portal_settings.BASE_DIR / "docs" / "front-end.md").read_text(encoding="utf-8")
    (code,) = (part for part in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "is_genuine" in part)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102
    return cast(Callable[[str, dict[str, str], bytes], bool], names["is_genuine"])


def verified(message: Message, secret: str) -> bool:
    return documented()(secret, message.headers, message.body)


# What is sent ---------------------------------------------------------------------------------------------------------


def test_a_change_of_a_fact_is_told(webhook: Webhook, receiver: Receiver) -> None:
    space = factories.make_space(name="Ilmenau")
    record(space, delete=True)
    assert send_all().delivered == 1
    (message,) = receiver.messages
    lines = list(Change.objects.filter(kind="space").order_by("id"))
    assert message.content == {
        "id": message.id,
        "sent_at": message.content["sent_at"],
        "changes": [
            {
                "uuid": str(space.uuid),
                "kind": "space",
                "deleted": deleted,
                "when": timezone.localtime(line.at).isoformat(),
                "cursor": str(line.pk),
            }
            for line, deleted in zip(lines, (False, True), strict=True)
        ],
        "next": f"http://testserver/api/v1/changes/?since={lines[-1].pk}",
    }
    assert UUID(message.id)
    assert message.headers["content-type"] == "application/json"
    assert "cookie" not in message.headers
    webhook.refresh_from_db()
    assert (webhook.cursor, webhook.locked_until, webhook.message_end) == (lines[-1].pk, None, None)
    # Facts themselves are fetched from the interface, by whoever may have them.
    assert b"Ilmenau" not in message.body


def test_a_published_page_is_told(webhook: Webhook, receiver: Receiver) -> None:
    page = factories.make_text_page(factories.make_home_page())
    send_all()
    assert str(page.translation_key) in {line["uuid"] for line in receiver.messages[-1].content["changes"]}
    receiver.messages.clear()
    page.unpublish()
    send_all()
    last = receiver.messages[-1].content["changes"][-1]
    assert (last["uuid"], last["kind"], last["deleted"]) == (str(page.translation_key), "page", True)


def test_a_change_that_was_taken_back_is_never_told(webhook: Webhook, receiver: Receiver) -> None:
    with transaction.atomic():
        change()
        transaction.set_rollback(True)
    send_all()
    assert receiver.messages == []


def test_messages_are_signed_as_standard_webhooks_asks(webhook: Webhook, receiver: Receiver) -> None:
    change()
    send_all()
    (message,) = receiver.messages
    assert verified(message, webhook.secret)
    assert not verified(message, new_secret())
    assert not verified(message._replace(body=message.body + b" "), webhook.secret)
    for name, value in (("webhook-id", str(uuid4())), ("webhook-timestamp", str(int(time()) - 1))):
        assert not verified(message._replace(headers={**message.headers, name: value}), webhook.secret)
    assert abs(int(message.headers["webhook-timestamp"]) - time()) < 60


def test_the_signature_is_that_of_the_reference_implementations() -> None:
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_long_and_unlike_any_other() -> None:
    secret = new_secret()
    # As many bytes as the specification admits: 24 to 64.
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret.startswith("whsec_")
    assert new_secret() != secret


def test_a_new_webhook_is_told_of_what_changes_from_now_on(receiver: Receiver) -> None:
    change(3)
    Webhook.objects.create(url=receiver.url)
    later = change()
    send_all()
    assert told(receiver) == [later]


def test_many_changes_go_out_in_order_and_in_parts(webhook: Webhook, receiver: Receiver) -> None:
    numbers = change(2 * MOST + 1)
    assert send_all().delivered == 3
    assert told(receiver) == [numbers[:MOST], numbers[MOST : 2 * MOST], numbers[2 * MOST :]]
    assert len({message.id for message in receiver.messages}) == 3
    send_all()
    assert len(receiver.messages) == 3


def test_nothing_is_written_while_nothing_changes(
    webhook: Webhook, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    send_all()
    with django_assert_num_queries(3) as queries:
        send_all()
    assert {query["sql"].split()[0] for query in queries.captured_queries} == {"SELECT"}


# Which kinds ----------------------------------------------------------------------------------------------------------


def test_of_every_kind_in_the_journal_it_is_decided_whether_it_is_told() -> None:
    """Rows that belong to a fact change with it, and have no lines of their own."""
    kinds = {
        kind_of(model)
        for model in apps.get_models()
        if issubclass(model, Recorded)
        and not any(isinstance(field, ParentalKey) for field in model._meta.fields)
    }
    assert kinds | {"consent", "journal", "page", "picture"} == PUBLIC_KINDS | PRIVATE_KINDS
    assert not PUBLIC_KINDS & PRIVATE_KINDS
    assert {kind for kind, _name in kind_choices()} == PUBLIC_KINDS


def test_what_is_private_is_never_told(webhook: Webhook, receiver: Receiver) -> None:
    Feedback.objects.create(opinion="no", language="de", text="Geheimwort")
    BarrierReport.objects.create(text="Geheimwort", language="de")
    MissedWord.objects.create(language="de", word="geheimwort", count=3)
    for kind in (*PRIVATE_KINDS, "feedback", "barrierreport", "missedword", "user", "webhook"):
        announce(kind, uuid4())
    send_all()
    assert receiver.messages == []
    number = change()
    send_all()
    assert told(receiver) == [number]


def test_who_wants_some_kinds_only_is_told_of_those(webhook: Webhook, receiver: Receiver) -> None:
    webhook.kinds = ["office", "synonyms"]
    webhook.save()
    change(3, "page")
    send_all()
    webhook.refresh_from_db()
    assert (receiver.messages, webhook.cursor) == ([], version())
    change(1, "synonyms")
    offices = change(2, "office")
    send_all()
    assert told(receiver) == [offices]


# When it fails --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503])
def test_what_was_not_taken_is_sent_again(status: int, webhook: Webhook, receiver: Receiver) -> None:
    numbers = change()
    receiver.answers = [status]
    tally = send_all()
    assert (tally.delivered, tally.failed) == (0, 1)
    webhook.refresh_from_db()
    assert (webhook.cursor < numbers[0], webhook.attempts) == (True, 1)
    # Not at once.
    send_all()
    assert len(receiver.messages) == 1
    wait_no_longer(webhook)
    assert send_all().delivered == 1
    first, second = receiver.messages
    assert (first.id, first.content["changes"]) == (second.id, second.content["changes"])
    webhook.refresh_from_db()
    assert (webhook.cursor, webhook.attempts, webhook.failing_since) == (numbers[0], 0, None)


def test_the_message_that_failed_stays_the_same_whatever_changes_meanwhile(
    webhook: Webhook, receiver: Receiver
) -> None:
    before = change(2)
    receiver.answers = [500]
    send_all()
    after = change(2)
    wait_no_longer(webhook)
    send_all()
    assert told(receiver) == [before, before, after]
    assert receiver.messages[0].id == receiver.messages[1].id != receiver.messages[2].id


def test_pauses_double_up_to_an_hour() -> None:
    for attempts, whole in [(1, FIRST_PAUSE), (2, 20), (3, 40), (9, 2560), (10, LONGEST_PAUSE), (400, 3600)]:
        pauses = {webhooks.seconds_until_next(attempts) for _ in range(50)}
        assert all(whole / 2 <= pause <= whole for pause in pauses)
        assert len(pauses) > 40


def hang(handler: Any) -> None:
    sleep(1.5)


def drip(handler: Any) -> None:
    """A byte every now and then, so that no single wait is long."""
    handler.wfile.write(b"HTTP/1.1")
    for _ in range(30):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        sleep(0.1)


@pytest.mark.parametrize(("answer", "error"), [(hang, "ReadTimeout"), (drip, "ConnectionError")])
def test_nobody_waits_long_for_an_answer(
    answer: Any, error: str, webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(connection, "CUT_SECONDS", 0.6)
    change()
    receiver.answers = [answer]
    started = monotonic()
    assert send_all().failed == 1
    assert monotonic() - started < 1.4
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error) == (None, error)
    assert delivery.milliseconds >= 300
    wait_no_longer(webhook)
    assert send_all().delivered == 1


def test_of_an_answer_only_the_status_is_read(webhook: Webhook, receiver: Receiver) -> None:
    def endless(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
        for _ in range(10_000):
            handler.wfile.write(b"a" * 10_000)

    receiver.answers = [endless]
    change()
    started = monotonic()
    assert send_all().failed == 1
    assert monotonic() - started < 1
    assert Delivery.objects.get().status == 302


def test_nobody_at_the_address(webhook: Webhook) -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        Webhook.objects.update(url=f"http://localhost:{unused.getsockname()[1]}/")
        change()
        assert send_all().failed == 1
    assert Delivery.objects.get().error == "ConnectionError"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, webhook: Webhook, receiver: Receiver) -> None:
    with receiving() as other:
        receiver.answers = [(status, {"Location": other.url})]
        change()
        assert send_all().failed == 1
        assert other.messages == []
    assert Delivery.objects.get().status == status
    assert Webhook.objects.get().cursor < version()


def test_after_seven_days_it_is_turned_off_and_forgets_nothing(webhook: Webhook, receiver: Receiver) -> None:
    numbers = change()
    receiver.answers = [500, 500, 500]
    send_all()
    almost = timezone.now() - PATIENCE + timedelta(minutes=1)
    Webhook.objects.update(failing_since=almost, next_attempt_at=None)
    send_all()
    webhook.refresh_from_db()
    assert webhook.is_active
    Webhook.objects.update(failing_since=timezone.now() - PATIENCE, next_attempt_at=None)
    send_all()
    webhook.refresh_from_db()
    assert not webhook.is_active
    Webhook.objects.update(next_attempt_at=None)
    send_all()
    assert len(receiver.messages) == 3
    # Turned on again, it has its time once more.
    numbers += change()
    webhook.is_active = True
    webhook.save()
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.attempts) == (None, 0)
    send_all()
    assert told(receiver)[3:] == [numbers[:1], numbers[1:]]


def test_one_that_fails_keeps_no_other_waiting(webhook: Webhook, receiver: Receiver) -> None:
    with receiving() as other:
        Webhook.objects.create(url=other.url)
        Webhook.objects.create(url="http://localhost:0/")
        Webhook.objects.create(url="nothing that is an address")
        numbers = change(MOST + 1)
        receiver.answers = [500]
        tally = send_all()
        assert told(other) == [numbers[:MOST], numbers[MOST:]]
    assert (tally.delivered, tally.failed) == (2, 3)


def test_long_queues_take_turns(receiver: Receiver) -> None:
    for path in ("a", "b"):
        Webhook.objects.create(url=f"{receiver.url}/{path}")
    change(2 * MOST)
    send_all()
    assert [message.path[-1] for message in receiver.messages] == ["a", "b", "a", "b"]


# Killed, and twice at once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_killed_after_sending_it_sends_the_same_again(
    end: type[BaseException], webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any, **kwargs: Any) -> None:
        raise end

    numbers = change()
    with monkeypatch.context() as patched:
        # The last thing before the commit.
        patched.setattr(Delivery, "save", killed)
        with pytest.raises(end):
            send_all()
    numbers += change()
    # Until the lease ends, nobody knows that the sender is dead.
    send_all()
    assert told(receiver) == [numbers[:1]]
    Webhook.objects.update(locked_until=timezone.now())
    send_all()
    assert told(receiver) == [numbers[:1], numbers[:1], numbers[1:]]
    assert receiver.messages[0].id == receiver.messages[1].id


def test_killed_before_sending_it_loses_nothing(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any) -> int:
        raise SystemExit

    numbers = change()
    with monkeypatch.context() as patched:
        patched.setattr(connection, "post", killed)
        with pytest.raises(SystemExit):
            send_all()
    wait_no_longer(webhook)
    send_all()
    assert told(receiver) == [numbers]


def test_two_senders_do_not_send_the_same(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one makes a whole pass while the first one waits for the answer."""
    tallies = []

    def post(*args: Any) -> int:
        tallies.append(send_all())
        return really(*args)

    really = connection.post
    monkeypatch.setattr(connection, "post", post)
    numbers = change()
    assert send_all().delivered == 1
    assert [(tally.delivered, tally.failed) for tally in tallies] == [(0, 0)]
    assert told(receiver) == [numbers]


def test_who_was_slower_than_its_lease_moves_nothing_back(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one took over, and was quicker."""
    numbers = change()

    def post(*args: Any) -> int:
        monkeypatch.setattr(connection, "post", really)
        Webhook.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
        send_all()
        numbers.extend(change())
        send_all()
        return 500

    really = connection.post
    monkeypatch.setattr(connection, "post", post)
    send_all()
    webhook.refresh_from_db()
    assert (webhook.cursor, webhook.failing_since) == (numbers[-1], None)
    assert told(receiver) == [numbers[:1], numbers[1:]]


def test_a_lease_is_longer_than_any_message_takes() -> None:
    connecting = connection.CONNECT_SECONDS * (connection.MOST_TRIED + 1)
    assert LEASE.total_seconds() > 2 * (connecting + connection.CUT_SECONDS)


def test_one_that_is_deleted_while_it_is_told_is_gone(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def post(*args: Any) -> int:
        Webhook.objects.get().delete()
        return 204

    monkeypatch.setattr(connection, "post", post)
    change()
    send_all()
    assert not Delivery.objects.exists()


def test_an_editor_who_saves_meanwhile_takes_nothing_back(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = change()
    opened = Webhook.objects.get()
    send_all()
    opened.kinds = ["page"]
    opened.save()
    webhook.refresh_from_db()
    assert (webhook.cursor, webhook.kinds) == (number, ["page"])


BEGIN = """
import django, sys
django.setup()
from uuid import uuid4
from home.models import Webhook
from spaces.changes import announce
Webhook.objects.create(url=sys.argv[1])
for _ in range(3):
    announce("page", uuid4())
"""


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_killed_process_loses_nothing(tmp_path: Path, receiver: Receiver) -> None:
    """Really killed, while it waits for the answer; and the next one, asked to stop, stops."""
    file = tmp_path / "portal.sqlite3"
    shutil.copyfile(_migrated_database(), file)
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{file}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
    }
    root = portal_settings.BASE_DIR
    came, done = Event(), Event()

    def never(handler: Any) -> None:
        came.set()
        done.wait(60)

    def answered(handler: Any) -> None:
        handler.send_response(204)
        handler.end_headers()
        done.set()

    receiver.answers = [never, answered]
    subprocess.run([sys.executable, "-c", BEGIN, receiver.url], cwd=root, env=environment, check=True)
    watch = [sys.executable, "manage.py", "send_webhooks", "--watch"]
    process = subprocess.Popen(watch, cwd=root, env=environment)
    assert came.wait(60)
    process.kill()
    process.wait()
    with closing(sqlite3.connect(file)) as written, written:
        (lease,) = written.execute("SELECT locked_until FROM home_webhook").fetchone()
        assert lease is not None
        # The lease runs out.
        written.execute("UPDATE home_webhook SET locked_until = '2000-01-01 00:00:00'")
    process = subprocess.Popen(watch, cwd=root, env=environment)
    assert done.wait(60)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    first, second = receiver.messages
    assert first.id == second.id
    with closing(sqlite3.connect(file)) as written:
        pages = written.execute("SELECT id FROM spaces_change WHERE kind = 'page' ORDER BY id").fetchall()
        assert [(number,) for number in second.cursors] == pages
        assert written.execute("SELECT cursor FROM home_webhook").fetchone() == pages[-1]


# Where nothing is sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("2002:a00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
    ],
)
def test_no_private_network_is_reached(host: str, settings: Settings, receiver: Receiver) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = []
    port = receiver.url.rpartition(":")[2]
    for scheme in ("https", "http"):
        Webhook.objects.all().delete()
        Webhook.objects.create(url=f"{scheme}://{host}:{port}")
        change()
        assert send_all().failed == 1
        assert Delivery.objects.get().error == "Refused"
    assert receiver.messages == []


Resolved = list[tuple[Any, ...]]


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names resolve to these addresses, the last of them for ever; the names that were asked for, and IP addresses are
    not."""
    asked: list[str] = []
    really = socket.getaddrinfo
    left = list(answers)

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> Resolved:
        if host.replace(".", "").isdigit() or ":" in host:
            return list(really(host, port, *args, **kwargs))
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [row for address in found for row in really(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["10.0.0.1"], ["::1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_leads_into_a_private_network_is_refused(
    found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, found)
    Webhook.objects.create(url="https://friendly.example.org/")
    change()
    assert send_all().failed == 1
    assert Delivery.objects.get().error == "Refused"


def test_a_name_is_resolved_once_and_what_was_checked_is_what_is_connected_to(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it could be public when it is checked, and private when it is used."""
    settings.WEBHOOK_PRIVATE_HOSTS = []
    asked = resolving(monkeypatch, ["192.0.2.1"], ["127.0.0.1"])
    monkeypatch.setattr(connection, "is_public", lambda address: address == "192.0.2.1")
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.2)
    Webhook.objects.create(url=receiver.url)
    change()
    assert send_all().failed == 1
    assert asked == ["localhost"]
    assert receiver.messages == []
    assert Delivery.objects.get().error != "Refused"


def test_when_one_of_its_addresses_does_not_answer_the_next_one_is_tried(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, ["127.0.0.3", "127.0.0.1"])
    change()
    assert send_all().delivered == 1
    # The receiver is called by its name all the same.
    assert receiver.messages[0].headers["host"].startswith("localhost:")


def test_a_private_host_that_the_settings_name_is_reached(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    assert addresses("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(Refused):
        addresses("127.0.0.2", 80)


@pytest.mark.parametrize(
    ("url", "in_development", "on_a_server"),
    [
        ("https://www.example.org/hook/", True, True),
        ("https://www.example.org:8443/hook/?token=1", True, True),
        ("http://www.example.org/hook/", False, False),
        ("http://localhost:8000/hook/", True, False),
        ("http://127.0.0.1:8000/hook/", True, False),
        ("https://name:password@www.example.org/", False, False),
        ("https://name@www.example.org/", False, False),
        ("ftp://www.example.org/", False, False),
        ("file:///etc/passwd", False, False),
        ("https://", False, False),
        ("https://[::1/", False, False),
        ("https://www.example.org:port/", False, False),
        ("", False, False),
    ],
)
def test_the_form_of_an_address(
    url: str, in_development: bool, on_a_server: bool, settings: Settings
) -> None:
    settings.DEBUG = True
    assert may_be_sent_to(url) is in_development
    settings.DEBUG = False
    assert may_be_sent_to(url) is on_a_server


def test_neither_proxies_nor_passwords_are_taken_from_the_environment(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        passwords = tmp_path / "netrc"
        passwords.write_text("machine localhost login name password secret")
        monkeypatch.setenv("NETRC", str(passwords))
        change()
        assert send_all().delivered == 1
        assert proxy.messages == []
    assert "authorization" not in receiver.messages[0].headers


def test_a_certificate_that_nobody_vouches_for_is_refused(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with receiving(context=context) as receiver:
        Webhook.objects.create(url=receiver.url)
        change()
        assert send_all().failed == 1
        assert (Delivery.objects.get().error, receiver.messages) == ("SSLError", [])
        # One that the machine itself trusts, as an administration's own may be.
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        Webhook.objects.update(next_attempt_at=None)
        assert send_all().delivered == 1
        # It has to be that of the name, not of the number to which we connect.
        settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
        Webhook.objects.update(url=receiver.url.replace("localhost", "127.0.0.1"))
        change()
        assert send_all().failed == 1
        assert Delivery.objects.first().error == "SSLError"  # type: ignore[union-attr]


# The log, tests and secrets -------------------------------------------------------------------------------------------


def test_the_log_says_what_was_sent_and_how_it_went(webhook: Webhook, receiver: Receiver) -> None:
    numbers = change(2)
    receiver.answers = [(500, {"X-Secret": "Geheimwort"})]
    send_all()
    wait_no_longer(webhook)
    send_all()
    lines = list(
        Delivery.objects.order_by("pk").values("first", "last", "count", "status", "error", "message")
    )
    said = {"first": numbers[0], "last": numbers[1], "count": 2, "error": ""}
    message = UUID(receiver.messages[0].id)
    assert lines == [{**said, "status": status, "message": message} for status in (500, 204)]
    assert outcome(Delivery(status=500)) != outcome(Delivery(status=204))


def test_logs_and_tables_hold_no_secret(
    webhook: Webhook, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    Webhook.objects.update(url=f"{receiver.url}?token=Geheimwort")
    receiver.answers = [500]
    change()
    send_all()
    written = caplog.text + json.dumps(list(Delivery.objects.values()), default=str)
    assert str(webhook.uuid) in caplog.text
    assert "Geheimwort" not in written
    assert webhook.secret not in written
    assert webhook.secret.removeprefix("whsec_") not in written


def test_old_lines_of_the_log_are_deleted(webhook: Webhook) -> None:
    def line(days: float) -> int:
        delivery = Delivery.objects.create(webhook=webhook, message=uuid4(), milliseconds=1)
        Delivery.objects.filter(pk=delivery.pk).update(at=timezone.now() - timedelta(days=days))
        return delivery.pk

    line(30.1)
    kept = [line(29.9), line(0)]
    send_all()
    assert sorted(Delivery.objects.values_list("pk", flat=True)) == kept


def test_a_test_message_is_signed_and_moves_nothing(webhook: Webhook, receiver: Receiver) -> None:
    webhook.is_active = False
    webhook.save()
    change()
    Webhook.objects.update(test_wanted=True)
    send_all()
    send_all()
    (message,) = receiver.messages
    assert message.kinds == ["test"]
    assert verified(message, webhook.secret)
    before = webhook.cursor
    webhook.refresh_from_db()
    assert (webhook.cursor, webhook.test_wanted, webhook.delivered_at) == (before, False, None)
    assert Delivery.objects.get().last is None


def test_a_test_that_is_taken_ends_the_pause(webhook: Webhook, receiver: Receiver) -> None:
    numbers = change()
    receiver.answers = [500, 500]
    send_all()
    Webhook.objects.update(test_wanted=True)
    send_all()
    assert [message.kinds for message in receiver.messages] == [["page"], ["test"]]
    Webhook.objects.update(test_wanted=True)
    send_all()
    assert [message.kinds for message in receiver.messages[2:]] == [["test"], ["page"]]
    assert receiver.messages[-1].cursors == numbers


def test_the_command_says_what_it_did(webhook: Webhook) -> None:
    change()
    said = StringIO()
    call_command("send_webhooks", stdout=said)
    assert said.getvalue() == "Messages delivered: 1, failed: 0.\n"


def test_it_stops_between_two_messages(webhook: Webhook, receiver: Receiver) -> None:
    change(3 * MOST)
    send_all(lambda: len(receiver.messages) == 2)
    assert len(receiver.messages) == 2


# In the admin ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("administrator", password="administrator"))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(Webhook.snippet_viewset.get_url_name(name), args=args)  # type: ignore[attr-defined]


def test_an_administrator_registers_an_address_and_sees_the_secret_once(admin: Client) -> None:
    fields = {"url": "https://www.example.org/hook/?token=1", "kinds": ["office", "page"], "is_active": "on"}
    response = admin.post(url("add"), fields, follow=True)
    webhook = Webhook.objects.get()
    assert (webhook.kinds, webhook.cursor) == (["office", "page"], version())
    assert response.redirect_chain[0][0] == url("inspect", webhook.pk)
    assert webhook.secret in response.content.decode()
    for name, args in (
        ("inspect", [webhook.pk]),
        ("edit", [webhook.pk]),
        ("list", []),
        ("history", [webhook.pk]),
    ):
        page = admin.get(url(name, *args))
        assert page.status_code == 200
        assert webhook.secret not in page.content.decode()
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.label) == ("wagtail.create", "https://www.example.org/hook/")


@pytest.mark.parametrize("wrong", ["http://www.example.org/", "https://a:b@www.example.org/", "example"])
def test_an_address_to_which_nothing_would_be_sent_is_not_taken(wrong: str, admin: Client) -> None:
    response = admin.post(url("add"), {"url": wrong})
    assert response.status_code == 200
    assert response.context["form"].errors["url"]
    with pytest.raises(ValidationError):
        Webhook(url=wrong).full_clean()


def test_a_kind_that_is_not_public_is_not_taken(admin: Client) -> None:
    response = admin.post(url("add"), {"url": "https://www.example.org/", "kinds": ["synonyms"]})
    assert response.context["form"].errors["kinds"]


def test_a_deleted_webhook_takes_its_log_along(admin: Client, webhook: Webhook) -> None:
    change()
    send_all()
    assert admin.post(url("delete", webhook.pk)).status_code == 302
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()


def test_a_new_secret_lets_the_old_one_sign_until_it_is_removed(
    admin: Client, webhook: Webhook, receiver: Receiver
) -> None:
    old = webhook.secret
    page = admin.post(url("inspect", webhook.pk), {"action": "new_secret"}, follow=True).content.decode()
    webhook.refresh_from_db()
    new = webhook.secret
    assert new != old
    assert new in page
    assert old not in page
    change()
    send_all()
    assert [verified(receiver.messages[-1], secret) for secret in (new, old)] == [True, True]
    admin.post(url("inspect", webhook.pk), {"action": "remove_old_secret"})
    change()
    send_all()
    assert [verified(receiver.messages[-1], secret) for secret in (new, old)] == [True, False]
    entries = list(ModelLogEntry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == ["home.webhook_secret", "home.webhook_old_secret"]
    assert not any(new in json.dumps(entry.data) or old in json.dumps(entry.data) for entry in entries)


def test_a_test_is_sent_by_the_sender_not_by_the_request(
    admin: Client, webhook: Webhook, receiver: Receiver
) -> None:
    response = admin.post(url("inspect", webhook.pk), {"action": "test"}, follow=True)
    assert (response.status_code, receiver.messages) == (200, [])
    webhook.refresh_from_db()
    assert webhook.test_wanted
    send_all()
    assert receiver.messages[0].kinds == ["test"]
    assert "204" in str(Delivery.objects.get().status)
    assert str(Delivery.objects.get().message) in admin.get(url("inspect", webhook.pk)).content.decode()


def test_the_list_says_how_each_is_doing(admin: Client, webhook: Webhook, receiver: Receiver) -> None:
    said = [state(webhook)]

    def now() -> None:
        webhook.refresh_from_db()
        said.append(state(webhook))
        assert said[-1].partition(":")[0] in admin.get(url("list")).content.decode()

    change()
    now()
    Change.objects.update(at=timezone.now() - timedelta(hours=1))
    now()
    receiver.answers = [500]
    send_all()
    now()
    assert "500" in said[-1]
    Webhook.objects.update(is_active=False)
    now()
    assert "500" in said[-1]
    webhook.save()
    now()
    webhook.is_active = True
    webhook.save()
    send_all()
    now()
    assert len(set(said)) == len(said) == 7


def test_only_administrators_see_webhooks(client: Client, webhook: Webhook) -> None:
    editor = User.objects.create_user("editor", password="editor")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    assert "webhook" not in client.get("/admin/").content.decode().casefold()
    for name, args in (
        ("list", []),
        ("add", []),
        *((name, [webhook.pk]) for name in ("edit", "inspect", "delete")),
    ):
        assert client.get(url(name, *args)).status_code == 302
    for action in ("test", "new_secret", "remove_old_secret"):
        assert client.post(url("inspect", webhook.pk), {"action": action}).status_code == 302
    before = webhook.secret
    webhook.refresh_from_db()
    assert (webhook.secret, webhook.test_wanted) == (before, False)


def test_who_may_only_look_changes_nothing(client: Client, webhook: Webhook) -> None:
    viewer = User.objects.create_user("viewer", password="viewer")
    viewer.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_webhook", "access_admin"]),
    )
    client.force_login(viewer)
    page = client.get(url("inspect", webhook.pk))
    assert (page.status_code, b'name="action"' in page.content) == (200, False)
    client.post(url("inspect", webhook.pk), {"action": "new_secret"})
    before = webhook.secret
    webhook.refresh_from_db()
    assert webhook.secret == before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_senders_in_several_connections_send_everything_once(webhook: Webhook, receiver: Receiver) -> None:
    numbers = change(5 * MOST)

    def send() -> None:
        try:
            for _ in range(20):
                send_all()
        finally:
            database.close()

    senders = [Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [number for cursors in told(receiver) for number in cursors] == numbers
