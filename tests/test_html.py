"""The markup of every page, in every language, held to the rules of HTML.

Browsers forgive a wrong nesting, each in its own way; what reads a page aloud or makes it larger may not. Two look at
the same pages: a parser in Python that runs everywhere and reports what a browser would have to repair, and, where
Java is, the Nu checker of the W3C, which knows what each element and attribute may be.
"""

import json
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache as kept
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker
from tinyhtml5.parser import HTMLParser
from wagtail.blocks import StructBlock
from wagtail.documents.models import Document

from home.models import TextPage
from portal.languages import DEFAULT_CODE
from portal.pages import PortalPage
from search import lookup
from search.routing import Router
from search.views import FindView
from spaces import open_now
from spaces.changes import record
from spaces.models import Helpline, Timetable
from spaces.models.fact import Fact
from tests import factories
from tests.installation import starter_content

pytestmark = pytest.mark.django_db


#: One of each kind: the original, its simple sister, the catalogues' keys, one from right to left, another script.
LANGUAGES = (DEFAULT_CODE, "de-simple", "en", "ar", "ti")


class Content(NamedTuple):
    """What is opened: a language, what every fact says where it can say it, and which facts are gone."""

    language: str
    facts: dict[str, Any] = {}
    gone: tuple[type[Fact], ...] = ()


#: The starter content in some languages, and in one of them what it never shows: facts that are real, with signs in
#: them that mean something in HTML, and a portal that knows nearly nothing.
CONTENTS = {
    **{code: Content(code) for code in LANGUAGES},
    "in operation": Content(
        DEFAULT_CODE,
        {
            "is_example": False,
            "confirmed_on": date(2026, 1, 1),
            "confirmed_by": 'Amt <für> "Familie" & Kind',
            "telephone": "030 23125 104",
            "email": "rat@example.org",
            "website": "https://rat.example.org/?a=1&copy=2",
        },
    ),
    "nothing known": Content(
        DEFAULT_CODE,
        {"is_example": False, "confirmed_on": None, "telephone": "", "email": "", "website": ""},
        (Timetable, Helpline),
    ),
}

#: Below the language; the pages of the tree are added to them. With the status that they are sent with.
PATHS = {
    "find/": 200,
    "find/complicated/": 200,
    "find/none/": 200,
    "sozialraeume/bardowick/?by=place": 200,
    "sozialraeume/bardowick/?by=postcode": 200,
    "sozialraeume/bardowick/?by=street": 200,
    "search/": 200,
    "offline/": 200,
    "offline/document/": 200,
    "feedback/": 200,
    "feedback/thanks/": 200,
    "feedback/barrier/": 200,
    "feedback/barrier/thanks/": 200,
    "poster/bardowick/": 200,
    "poster/gellersen/?with=tr": 200,
    "gibt-es-nicht/": 404,
}

#: What is typed, and what comes of it: where it leads, or the outcome with its level or reason.
ANSWERS = {
    "Große Worth 4a, 21357 Bardowick": "/sozialraeume/bardowick/?by=place",
    "Weinbergsweg 13, 21365": "/sozialraeume/adendorf/?by=postcode",
    "Dorfstr. 4, 21365 Adendrof": "found place",
    "Grundschule Bardowick": "found school",
    "Hauptstr. 4, Neetze": "choice place",
    "Dorfstr. 4": "choice place",
    "Dorfstr. 4, Bardowikc": "choice mean",
    "Dorfstr. 4, 21357 Scharnebeck": "choice postcode",
    "Am Sande 1, 21335 Lüneburg": "elsewhere city",
    "Bahnhofstraße 1, 19273 Brahlstorf": "elsewhere neighbour",
    "Reeperbahn 1, 20359 Hamburg": "elsewhere far",
    "Blauer Weg 3, Nirgendwohausen": "unknown no_such_place",
    "Bahnhofstraße 1, 99999": "unknown postcode_elsewhere",
    'Weg <b class="a">&amp; "3", Nirgendwohausen': "unknown no_such_place",
    "": "unknown empty",
    "???": "unknown unreadable",
}

#: What is searched for, with results and without.
SEARCHES = ("Schule", "Bleckede", "xyzxyz", "Dorfstr. 4, 21357 Bardowick", "")

#: Templates that no visitor sees.
UNSEEN = ("account/", "admin/", "mfa/", "socialaccount/", "wagtailadmin/", "wagtailsnippets/", "429.html")


class Opened(NamedTuple):
    """A page as it was sent, and the names of the templates of which it was made."""

    markup: str
    templates: frozenset[str]


Pages = Callable[[str], dict[str, Opened]]


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Pages]:
    """Every page of an entry of CONTENTS, by name; each is opened once."""
    with starter_content(django_db_blocker):
        yield cache(lambda content: opened(CONTENTS[content]))


def opened(content: Content) -> dict[str, Opened]:
    """Everything that a visitor can be shown, by path or by what was typed."""
    language = content.language
    if language != DEFAULT_CODE:
        call_command("load_translations", language, stdout=StringIO())
    client = Client(raise_request_exception=False)
    found: dict[str, Opened] = {}

    def keep(name: str, response: Any, status: int) -> None:
        assert response.status_code == status, f"{name} answers {response.status_code}"
        templates = frozenset(template.name for template in response.templates if template.name)
        found[name] = Opened(response.content.decode(), templates)

    with override_settings(PAGE_CACHE=False), saying(content):
        for path, status in {**dict.fromkeys(paths(), 200), **PATHS}.items():
            keep(path, client.get(f"/{language}/{path}"), status)
        for typed, outcome in ANSWERS.items():
            response = client.post(f"/{language}/find/", {"address": typed}, follow=True)
            keep(repr(typed), response, 200)
            assert came_to(response) == outcome.replace("/", f"/{language}/", 1)
        keep("interface", client.get("/api/docs/"), 200)
        said = {"page": f"/{language}/", "opinion": "no"}
        keep("said no", client.post(f"/{language}/feedback/", said), 200)
        for typed in SEARCHES:
            keep(f"search {typed!r}", client.post(f"/{language}/search/", {"words": typed}), 200)
        with patch.object(Router, "find", side_effect=RuntimeError):
            response = client.post(f"/{language}/find/", {"address": "Neetze"}, follow=True)
        keep("broken lookup", response, 200)
        assert came_to(response) == "unknown failed"
        with patch.object(FindView, "get", side_effect=RuntimeError):
            keep("broken page", client.get(f"/{language}/find/"), 500)
    return found


def paths() -> list[str]:
    """The path of every public page, without its language: it is the same in all of them."""
    return [page.get_url().split("/", 2)[2] for model in page_types() for page in public(model)]


#: The translated ones take their time.
OPENED = [
    pytest.param(name, marks=[pytest.mark.slow] if content.language != DEFAULT_CODE else [])
    for name, content in CONTENTS.items()
]


def page_types() -> list[type[PortalPage]]:
    return [model for model in apps.get_models() if issubclass(model, PortalPage)]


def public(model: type[PortalPage]) -> Any:
    return model.objects.live().public().filter(locale__language_code=DEFAULT_CODE)


def came_to(response: Any) -> str:
    """Where a lookup led, or else its outcome."""
    if response.redirect_chain:
        return str(response.redirect_chain[-1][0])
    answer = response.context["answer"]
    return f"{answer['outcome']} {answer['reason'] or answer['level']}"


@contextmanager
def saying(content: Content) -> Iterator[None]:
    """The facts of a content, and with them every kind of block, until the `with` ends."""
    with transaction.atomic():
        for gone in content.gone:
            record(gone._default_manager.all(), delete=True)
        if content.facts:
            write_every_block()
        for model in apps.get_models():
            if issubclass(model, Fact) and content.facts:
                # What a fact must have it keeps.
                said = {
                    field.name: content.facts[field.name]
                    for field in model._meta.fields
                    if field.name in content.facts and (content.facts[field.name] != "" or field.blank)
                }
                rows = list(model._default_manager.all())
                for row in rows:
                    for name, value in said.items():
                        setattr(row, name, value)
                record(rows)
        yield
        transaction.set_rollback(True)
    kept.clear()
    lookup.forget()
    open_now.forget()


def write_every_block() -> None:
    """Let a page say something in each kind of block that a text may be made of."""
    page = TextPage.objects.live().filter(locale__language_code=DEFAULT_CODE).first()
    assert page
    prose = "<h2>Rat &amp; Tat</h2><p>Rat <b>und</b> Tat</p><ul><li>Rat</li></ul>"
    plain = 'Rat & "Tat" <hier>'
    consent = factories.make_consent().pk
    picture, video = (
        factories.make_picture().pk,
        Document.objects.create(title="A", file="documents/a.mp4").pk,
    )
    values = {
        "picture": {"picture": picture, "description": plain, "caption": plain},
        "person": {"name": plain, "role": plain, "words": f"{plain}\n\n{plain}", "consent": consent},
        "video": {
            "heading": plain,
            "video": video,
            "length": "1:00",
            "shows_people": "no",
            "captions": video,
        },
    }
    raw = [
        {
            "type": name,
            "value": values.get(name, {"heading": plain, "text": prose})
            if isinstance(block, StructBlock)
            else prose,
        }
        for name, block in page.body.stream_block.child_blocks.items()
    ]
    page.body = page.body.stream_block.to_python(raw)
    page.save()


def faults(markup: str) -> list[str]:
    """What a browser would have to repair, each with its line."""
    parser = HTMLParser()
    # Bytes, since the parser takes a short text for the name of a file.
    parser.parse(markup.encode(), transport_encoding="utf-8")
    lines = markup.splitlines()
    return [
        f"line {line}: {code} {values or ''} in {lines[line - 1].strip()[:120]}"
        for (line, _), code, values in parser.errors
    ]


def test_every_page_type_has_a_page(pages: Pages) -> None:
    pages(DEFAULT_CODE)
    assert [model.__name__ for model in page_types() if not public(model).exists()] == []


@pytest.mark.slow
def test_every_template_is_seen(pages: Pages) -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    seen = {name for content in CONTENTS for page in pages(content).values() for name in page.templates}
    assert {name for name in names - seen if not name.startswith(UNSEEN)} == set()


@pytest.mark.slow
@pytest.mark.parametrize("content", OPENED)
def test_a_browser_need_not_repair_any_page(content: str, pages: Pages) -> None:
    found = [f"{path}, {fault}" for path, page in pages(content).items() for fault in faults(page.markup)]
    assert not found, "\n".join(found)


BROKEN = {
    "an element that is never closed": "<div><p>a</p>",
    "an end without a beginning": "<p>a</p></div>",
    "a block within a paragraph": "<p><div>a</div></p>",
    "a link within a link": '<a href="b">a <a href="c">b</a></a>',
    "a form within a form": "<form><form></form></form>",
    "ends in the wrong order": "<b><i>a</b></i>",
    "an attribute twice": '<p class="a" class="b">a</p>',
    "attributes without a blank": '<p id="a"class="b">a</p>',
    "an element that closes itself": "<div/>",
    "a sign that is not escaped": "<p>a < b</p>",
    "a quotation mark that is not escaped": '<p title="a"b">c</p>',
    "an unknown name of a sign": "<p>&nosuch;</p>",
}


@pytest.mark.parametrize("body", ["<p>a &amp; b</p>", *BROKEN.values()], ids=["nothing", *BROKEN])
def test_the_parser_reports_what_is_broken(body: str) -> None:
    markup = f'<!doctype html>\n<html lang="de"><head><title>a</title></head><body>\n{body}\n</body></html>'
    assert bool(faults(markup)) is (body in BROKEN.values())


@pytest.mark.vnu
@pytest.mark.parametrize("translated", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_nu_checker_finds_nothing_to_say(
    pages: Pages, nu_checker: list[str], tmp_path: Path, translated: bool
) -> None:
    """Neither an error nor a warning, in one run for all pages; they take longer to start than to check."""
    names: dict[str, str] = {}
    # That a parser forgives and only the checker knows; so a run that checked nothing does not pass for a clean one.
    broken = tmp_path / "broken.html"
    broken.write_text('<!doctype html><html lang="de"><title>a</title><p id="a"></p><p id="a"></p></html>')
    for content in CONTENTS:
        if (CONTENTS[content].language != DEFAULT_CODE) != translated:
            continue
        for path, page in pages(content).items():
            file = tmp_path / f"{len(names)}.html"
            file.write_text(page.markup, encoding="utf-8")
            names[file.name] = f"{content}: {path}"
    done = subprocess.run([*nu_checker, str(tmp_path)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    said: dict[str, list[str]] = defaultdict(list)
    for message in json.loads(done.stdout)["messages"]:
        name = message.get("url", "").rpartition("/")[2]
        kind = message.get("subType") or message["type"]
        line = f"line {message.get('lastLine', '?')}: {kind}: {message['message']}"
        said[name].append(f"{names.get(name, name)}, {line} {message.get('extract', '')}")
    assert said.pop(broken.name, None), "the checker saw nothing at all"
    assert not said, "\n".join(line for lines in said.values() for line in lines)
