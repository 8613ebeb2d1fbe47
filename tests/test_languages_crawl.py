"""The whole starter site in every language: every link is followed, and every word is in the language that it says.

What is German on a page of another language has to be marked as German, and what is English (the keys of the
catalogues) has to be nowhere but on English pages.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from babel import Locale
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from portal.languages import BY_CODE, DEFAULT_CODE, LANGUAGES, SERVED_CODES, locale_folder
from tests.installation import starter_content

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CATALOGUES = Path(settings.BASE_DIR) / "portal" / "locale"
STARTER = Path(settings.PORTAL_DATA) / "starter"

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "line", "use"}
WORD = re.compile(r"[^\W\d_]{3,}")
# Placeholders, tags, and addresses of the net.
NO_WORDS = re.compile(r"%\(\w+\)\w|<[^>]+>|\S+@\S+|https?://\S+")

#: What is answered, and no page with words of its own.
NO_PAGE = re.compile("/(find|search|feedback|poster)/")

#: Pages that are translated into some languages only.
LEGAL = ("impressum", "datenschutz", "barrierefreiheit")

#: Links that lead to files, or into the office.
NOT_FOLLOWED = re.compile(r"\.(ics|csv|svg|css|txt|xml)$|^/admin/|^/documents/")


class Seen(NamedTuple):
    """A page as a crawler reads it."""

    attributes: dict[str, str | None]
    links: list[str]
    alternates: dict[str, str]
    canonical: str
    headings: int
    #: What is written on it, with the language in which it says it is.
    texts: list[tuple[str, str]]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.seen = Seen({}, [], {}, "", 0, [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.seen = self.seen._replace(attributes=values)
        if tag == "a" and values.get("href"):
            self.seen.links.append(str(values["href"]))
        if tag == "link" and values.get("rel") == "alternate" and values.get("hreflang"):
            self.seen.alternates[str(values["hreflang"])] = str(values["href"])
        if tag == "link" and values.get("rel") == "canonical":
            self.seen = self.seen._replace(canonical=str(values["href"]))
        if tag == "h1":
            self.seen = self.seen._replace(headings=self.seen.headings + 1)
        language = values.get("lang") or (self.open[-1][1] if self.open else "")
        for name in ("placeholder", "aria-label", "alt", "title"):
            if values.get(name):
                self.seen.texts.append((str(language), str(values[name])))
        if tag not in VOID:
            self.open.append((tag, str(language)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] not in ("script", "style", "title"):
            self.seen.texts.append((self.open[-1][1], data))


def read(html: str) -> Seen:
    reader = Reader()
    reader.feed(html)
    return reader.seen


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker, *[code for code in SERVED_CODES if code != DEFAULT_CODE]):
        yield


@pytest.fixture(autouse=True)
def _fresh_pages(settings: Settings) -> None:
    settings.PAGE_CACHE = False


def words(texts: Iterator[str] | list[str]) -> set[str]:
    return {word.casefold() for text in texts for word in WORD.findall(NO_WORDS.sub(" ", text))}


@cache
def german_words() -> frozenset[str]:
    catalogue = polib.pofile(str(CATALOGUES / "de" / "LC_MESSAGES" / "django.po"))
    pages = json.loads((STARTER / "pages.json").read_text(encoding="utf-8"))
    return frozenset(
        words([text for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values())])
        | words([json.dumps(pages, ensure_ascii=False).encode().decode("unicode_escape", "ignore")])
        | words([json.dumps(pages, ensure_ascii=False)])
    )


@cache
def words_of(code: str) -> frozenset[str]:
    """What may stand on a page of this language: the words of its catalogue, of its pages, and names of languages."""
    texts = [language.name for language in LANGUAGES]
    if code == "de-simple":
        # Its dates are German.
        texts += Locale("de").months["format"]["wide"].values()
    texts += [entry.msgstr for entry in polib.pofile(str(STARTER / "translations" / f"{code}.po"))]
    folder = CATALOGUES / locale_folder(code) / "LC_MESSAGES" / "django.po"
    if folder.exists():
        for entry in polib.pofile(str(folder)):
            texts += [entry.msgstr, *entry.msgstr_plural.values()]
    else:
        for entry in polib.pofile(str(CATALOGUES / "de" / "LC_MESSAGES" / "django.po")):
            texts += [entry.msgid, entry.msgid_plural]
    return frozenset(words(texts))


@cache
def english_words() -> frozenset[str]:
    catalogue = polib.pofile(str(CATALOGUES / "de" / "LC_MESSAGES" / "django.po"))
    return frozenset(words([entry.msgid for entry in catalogue]))


def crawl(client: Client, code: str) -> dict[str, Seen]:
    """Every page below a language's home page that its links lead to; whatever is broken fails."""
    seen: dict[str, Seen] = {}
    waiting = [f"/{code}/", f"/{code}/impressum/"]
    found: dict[str, str] = dict.fromkeys(waiting, "")
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        assert response.status_code == 200, f"{found[path]} links to {path}: {response.status_code}"
        if not response["Content-Type"].startswith("text/html"):
            continue
        seen[path] = read(response.content.decode())
        for link in seen[path].links:
            target = link.partition("#")[0]
            if not target or target in found or not target.startswith("/") or NOT_FOLLOWED.search(target):
                continue
            found[target] = path
            # The other languages' trees are crawled for themselves; here they only have to be there.
            if target.startswith(f"/{code}/"):
                waiting.append(target)
            else:
                other = target.split("/")[1]
                assert other in BY_CODE, f"{path} links to {target}"
                assert client.get(target).status_code == 200, f"{path} links to {target}"
    return seen


def test_every_served_language_is_one_of_twelve() -> None:
    assert len(SERVED_CODES) == 12


@pytest.mark.parametrize("code", SERVED_CODES)
def test_a_whole_language_is_there_and_is_what_it_says(site: None, client: Client, code: str) -> None:
    pages = crawl(client, code)
    assert len(pages) >= 39
    language = BY_CODE[code]
    for path, page in pages.items():
        assert page.attributes == {"lang": code, "dir": language.direction}, path
        assert page.headings == 1, path
        assert page.canonical == f"http://testserver{path}", path
        assert list(page.alternates) == list(SERVED_CODES), path
    if code == DEFAULT_CODE:
        return
    told = {path: client.get(path).context["translation"].codes for path in pages if not NO_PAGE.search(path)}
    # Nobody has checked the starter translations yet.
    assert set(told.values()) <= {("missing",), ("machine",)}
    assert {path for path, states in told.items() if states == ("missing",)} == (
        set() if code in ("en", "de-simple") else {f"/{code}/{slug}/" for slug in LEGAL}
    )
    wrong = {
        text.strip()[:100]: (word, path)
        for path, page in pages.items()
        for said, text in page.texts
        if said == code
        for word in words([text])
        if word in german_words() | english_words() and word not in words_of(code)
    }
    assert not wrong, "\n".join(f"{text}: {word} on {path}" for text, (word, path) in sorted(wrong.items()))
