"""Which links of pages and facts lead nowhere.

Links to other websites are asked for, politely: one at a time, with a pause between two to the same host, under our own
name. Nothing is sent but the address, and no address inside a private network is ever asked. Links within the portal
are looked up in the database.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import requests
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import transaction
from django.db.models import URLField
from django.http import HttpRequest
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from home.models import BrokenLink, LinkProblem
from portal.languages import SERVED_CODES
from portal.tree import Tree, tree
from spaces.changes import kind_of
from spaces.confirming import kinds

#: Seconds to connect, and to wait for an answer.
TIMEOUT = (5, 10)

#: Seconds between two requests to the same host.
PAUSE = 1.0

MOST_REDIRECTS = 5

#: Answers to a program that say nothing about what a person would see: sign in, forbidden, too many requests.
_NOT_FOR_PROGRAMS = {401, 403, 405, 406, 429, 451, 999}


class Link(NamedTuple):
    """A link and where it stands: on a page, or in a fact (kind and uuid). Links within the portal have an address of
    their own kind: `page:3`, `document:7`.
    """

    url: str
    page: int | None = None
    kind: str = ""
    uuid: UUID | None = None


# Collecting -----------------------------------------------------------------------------------------------------------


def links() -> Iterator[Link]:
    """Every link of the live pages and of the facts, each once for each place."""
    pages = Page.objects.live().filter(alias_of__isnull=True, depth__gt=1)
    for page in pages.specific().iterator():
        for url in dict.fromkeys(_links_of(page)):
            yield Link(url, page=page.pk)
    for model in kinds():
        fields = [field.name for field in model._meta.concrete_fields if isinstance(field, URLField)]
        # Examples lead to nobody, and are meant to.
        for fact in model.objects.filter(is_example=False) if fields else ():
            for url in dict.fromkeys(filter(None, (getattr(fact, field) for field in fields))):
                yield Link(url, kind=kind_of(model), uuid=fact.uuid)


def _links_of(page: Page) -> Iterator[str]:
    for field in page._meta.concrete_fields:
        value = getattr(page, field.name)
        if isinstance(field, StreamField):
            for text in _texts(value.get_prep_value()):
                yield from _links_in(text)
        elif isinstance(field, RichTextField):
            yield from _links_in(value or "")


def _texts(value: Any) -> Iterator[str]:
    """Every text somewhere in the blocks of a stream."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _links_in(text: str) -> Iterator[str]:
    """The addresses of the links in rich text as the database holds it."""
    if "<a" not in text:
        return
    for anchor in BeautifulSoup(text, "html.parser").find_all("a"):
        number, kind = anchor.get("id"), anchor.get("linktype")
        if kind and number:
            yield f"{kind}:{number}"
        elif str(anchor.get("href", "")).startswith(("http://", "https://", "/")):
            yield str(anchor["href"])


# Checking -------------------------------------------------------------------------------------------------------------


def check() -> tuple[int, int]:
    """Look at every link, and keep those that are broken. Returns how many there were, and how many are broken."""
    at = timezone.now()
    found = list(links())
    known = tree(HttpRequest())
    problems = dict(_checked({link.url for link in found}, known))
    broken = [link for link in found if problems[link.url]]
    # Before the transaction begins everything was asked: nobody waits for a foreign server.
    with transaction.atomic():
        before = {Link(row.url, row.page_id, row.kind, row.uuid): row for row in BrokenLink.objects.all()}
        for link in broken:
            row = before.pop(link, None) or BrokenLink(
                url=link.url, page_id=link.page, kind=link.kind, uuid=link.uuid, first_seen=at
            )
            row.problem, row.last_checked = problems[link.url] or "", at
            row.save()
        BrokenLink.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
    return len(found), len(broken)


def _checked(urls: Iterable[str], known: Tree) -> Iterator[tuple[str, LinkProblem | None]]:
    live = {node.pk for node in known.nodes.values()}
    existing = set(Page.objects.values_list("pk", flat=True))
    documents = set(get_document_model().objects.values_list("pk", flat=True))
    session = requests.Session()
    session.headers["User-Agent"] = f"Sozialraumportal link check (+{settings.BASE_URL}/)"
    # A proxy or a password from the environment is not for other people's addresses.
    session.trust_env = False
    asked_at: dict[str, float] = {}
    for url in sorted(urls):
        kind, _, number = url.partition(":")
        if kind == "page":
            missing = LinkProblem.WITHDRAWN if int(number) in existing else LinkProblem.MISSING
            yield url, None if int(number) in live else missing
        elif kind == "document":
            yield url, None if int(number) in documents else LinkProblem.MISSING
        elif url.startswith(("/", f"{settings.BASE_URL}/")):
            yield url, _within(urlsplit(url).path, known)
        elif kind in ("http", "https"):
            host = urlsplit(url).netloc
            if host in asked_at:
                time.sleep(max(0.0, asked_at[host] + PAUSE - time.monotonic()))
            yield url, ask(session, url)
            asked_at[host] = time.monotonic()
        else:
            yield url, None


def _within(path: str, known: Tree) -> LinkProblem | None:
    """An address of ours that was typed in full. Only pages are known here; what else there is counts as right."""
    code, _, below = path.removeprefix("/").partition("/")
    forms = ("find/", "search/", "feedback/")
    if code not in SERVED_CODES or below.startswith(forms) or known.find(code, below):
        return None
    return LinkProblem.MISSING


def ask(session: requests.Session, url: str) -> LinkProblem | None:
    """What is wrong with the address of another website; None where it answers. Follows redirects by itself, so that
    none leads into a private network.
    """
    for _step in range(MOST_REDIRECTS + 1):
        try:
            host = urlsplit(url).hostname or ""
            addresses = {str(row[4][0]) for row in socket.getaddrinfo(host, None)} if host else set()
        except (OSError, ValueError):
            return LinkProblem.UNREACHABLE
        if not addresses or not all(is_public(address) for address in addresses):
            return LinkProblem.FORBIDDEN
        try:
            status, target = _answer(session, url)
        except requests.exceptions.SSLError:
            return LinkProblem.UNSAFE
        except (requests.RequestException, ValueError):
            return LinkProblem.UNREACHABLE
        if not target:
            return _problem(status)
        url = urljoin(url, target)
        if urlsplit(url).scheme not in ("http", "https"):
            return LinkProblem.UNREACHABLE
    return LinkProblem.FAILING


def _answer(session: requests.Session, url: str) -> tuple[int, str]:
    """The status, and where it redirects to. Asked for the head first; some servers only answer to the whole, of which
    nothing is read.
    """
    options: dict[str, Any] = {"timeout": TIMEOUT, "allow_redirects": False}
    response = session.head(url, **options)
    if response.status_code >= 400:
        with session.get(url, stream=True, **options) as response:
            pass
    target = response.headers.get("Location", "") if response.is_redirect else ""
    return response.status_code, target


def _problem(status: int) -> LinkProblem | None:
    if status < 400 or status in _NOT_FOR_PROGRAMS:
        return None
    return LinkProblem.FAILING if status >= 500 else LinkProblem.GONE


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    return ipaddress.ip_address(address.partition("%")[0]).is_global
