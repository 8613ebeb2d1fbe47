"""Tells other programs of changes: signed POSTs to the addresses that an administrator registered.

The journal is written in the same transaction as each change, so it is all the queue there is. For each webhook the
changes after its cursor are posted in their order, and the cursor moves only after the receiver has answered 2xx.
A sender that is killed in between sends the same message once more, under the same id: nothing is lost, and a receiver
that remembers ids takes nothing twice. Called by `manage.py send_webhooks`, never by a request.

Signed as Standard Webhooks 1.0 asks (https://www.standardwebhooks.com/), with HMAC-SHA256.
"""

import hashlib
import hmac
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from time import monotonic
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from home import connection
from home.models import Delivery, Webhook
from spaces.changes import PUBLIC_KINDS, version
from spaces.models import Change

#: Changes in a message.
MOST = 100

#: Seconds until the second try; each later one waits twice as long, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 10, 60 * 60

#: Whoever has failed for so long is turned off; its changes go on waiting.
PATIENCE = timedelta(days=7)

#: For so long a sender holds a webhook: longer than any message takes.
LEASE = timedelta(minutes=2)

#: For so long the log is kept.
LOG = timedelta(days=30)

TEST = "test"

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What one pass did, in messages."""

    delivered: int = 0
    failed: int = 0


def send_all(is_stopped: Callable[[], bool] = lambda: False) -> Tally:
    """One pass: send everything that is due. May run twice at once. Stops between two messages when told to."""
    old = Delivery.objects.filter(at__lt=timezone.now() - LOG)
    if old.exists():
        old.delete()
    tally = Tally()
    # In turns, so that nobody waits until another one has been told of a whole import.
    waiting = list(_due(timezone.now()).values_list("pk", flat=True))
    while waiting:
        waiting = [pk for pk in waiting if not is_stopped() and _send_next(pk, tally)]
    return tally


def _due(now: datetime) -> Any:
    """The webhooks that may have something to send now, and that nobody else is sending to."""
    changed = Q(is_active=True, cursor__lt=version()) & (
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    )
    free = Q(locked_until=None) | Q(locked_until__lte=now)
    return Webhook.objects.filter(changed | Q(test_wanted=True), free)


def _send_next(pk: int, tally: Tally) -> bool:
    """Send one message of a webhook; whether there may be another one to send now."""
    now = timezone.now()
    lease = now + LEASE
    # The one statement that decides between two senders, alike on every database.
    if not _due(now).filter(pk=pk).update(locked_until=lease):
        return False
    webhook = Webhook.objects.filter(pk=pk, locked_until=lease).first()
    if webhook is None:
        return False
    if webhook.test_wanted:
        return _send_test(webhook, tally)
    return _send_changes(webhook, tally)


def _send_changes(webhook: Webhook, tally: Tally) -> bool:
    end = webhook.message_end or version()
    changes = list(waiting_changes(webhook).filter(id__lte=end)[:MOST])
    if not changes:
        # All of it was of kinds that are not told here.
        return _let_go(webhook, cursor=end, message_end=None) and webhook.message_end is not None
    first, last = changes[0].pk, changes[-1].pk
    if last != webhook.message_end:
        Webhook.objects.filter(pk=webhook.pk, locked_until=webhook.locked_until).update(message_end=last)
    lines = [_line(change) for change in changes]
    # The same changes have the same id. A restored backup gives the numbers of changes anew, but to others.
    message = uuid5(webhook.uuid, json.dumps(lines))
    delivery = _post(webhook, message, lines, cursor=last)
    delivery.first, delivery.last, delivery.count = first, last, len(changes)
    now = timezone.now()
    if delivery.is_delivered:
        tally.delivered += 1
        return _let_go(
            webhook,
            delivery,
            cursor=last,
            message_end=None,
            delivered_at=now,
            failing_since=None,
            attempts=0,
            next_attempt_at=None,
        )
    tally.failed += 1
    since = webhook.failing_since or now
    pause = timedelta(seconds=seconds_until_next(webhook.attempts + 1))
    is_active = now - since < PATIENCE
    _let_go(
        webhook,
        delivery,
        failing_since=since,
        attempts=webhook.attempts + 1,
        next_attempt_at=now + pause,
        **({} if is_active else {"is_active": False}),
    )
    # By its uuid: the address itself may hold a password.
    logger.warning("Webhook %s: %s", webhook.uuid, delivery.status or delivery.error)
    if not is_active:
        logger.error("Webhook %s was turned off after %s days of failure.", webhook.uuid, PATIENCE.days)
    return False


def _send_test(webhook: Webhook, tally: Tally) -> bool:
    """A message that tells of nothing. Whoever takes it is tried again at once, however long it was not there."""
    message = uuid4()
    line = {
        "uuid": str(UUID(int=0)),
        "kind": TEST,
        "deleted": False,
        "when": _moment(timezone.now()),
        "cursor": str(webhook.cursor),
    }
    delivery = _post(webhook, message, [line], cursor=webhook.cursor)
    if delivery.is_delivered:
        tally.delivered += 1
        return _let_go(webhook, delivery, test_wanted=False, next_attempt_at=None)
    tally.failed += 1
    return _let_go(webhook, delivery, test_wanted=False)


def _let_go(webhook: Webhook, delivery: Delivery | None = None, **values: Any) -> bool:
    """Write down how it went, unless the lease ran out or the webhook is gone; whether it was written."""
    with transaction.atomic():
        mine = Webhook.objects.filter(pk=webhook.pk, locked_until=webhook.locked_until)
        if not mine.update(locked_until=None, **values):
            return False
        if delivery:
            delivery.save()
    return True


# What is sent ---------------------------------------------------------------------------------------------------------


def waiting_changes(webhook: Webhook) -> Any:
    """The changes of which it has still to be told, oldest first."""
    kinds = PUBLIC_KINDS.intersection(webhook.kinds) if webhook.kinds else PUBLIC_KINDS
    return Change.objects.filter(id__gt=webhook.cursor, kind__in=kinds).order_by("id")


def _line(change: Change) -> dict[str, Any]:
    return {
        "uuid": str(change.uuid),
        "kind": change.kind,
        "deleted": change.deleted,
        "when": _moment(change.at),
        "cursor": str(change.pk),
    }


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


def _post(webhook: Webhook, message: UUID, lines: list[dict[str, Any]], *, cursor: int) -> Delivery:
    """Post a message; how it went, not saved yet."""
    now = timezone.now()
    content = {
        "id": str(message),
        "sent_at": _moment(now),
        "changes": lines,
        # Whoever has missed something reads on from here.
        "next": f"{settings.BASE_URL}/api/v1/changes/?since={cursor}",
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    seconds = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "sozialraum-portal",
        "webhook-id": str(message),
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(
            signature(secret, str(message), seconds, body)
            for secret in (webhook.secret, webhook.old_secret)
            if secret
        ),
    }
    delivery = Delivery(webhook=webhook, message=message)
    started = monotonic()
    try:
        delivery.status = connection.post(webhook.url, body, headers)
    except Exception as error:
        # Whatever it is: the others must not wait for it. Its words may quote the address, so its kind has to do.
        delivery.error = type(error).__name__[:60]
    delivery.milliseconds = round((monotonic() - started) * 1000)
    return delivery


def signature(secret: str, message: str, seconds: str, body: bytes) -> str:
    """`v1,` and the Base64 of the HMAC of id, moment and body under a secret that begins with `whsec_`."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message.encode(), seconds.encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def seconds_until_next(attempts: int) -> float:
    """The pause after so many failures in a row (1 or more): between a half and the whole of it, at random, so that
    receivers that went down together do not come back to everybody at once.
    """
    pause: float = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return pause * SystemRandom().uniform(0.5, 1)
