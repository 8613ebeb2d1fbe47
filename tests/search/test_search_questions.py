"""Real questions in families' own words, in every language: the page that answers stands among the first three."""

import csv
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings

from portal.languages import BY_CODE, DEFAULT_CODE
from search.text import Document, Index, Passage, passages
from spaces import tables

QUESTIONS = Path(__file__).parent / "questions"
STARTER = Path(settings.PORTAL_DATA) / "starter"
CONTENT = json.loads((STARTER / "pages.json").read_text(encoding="utf-8"))["pages"]
SPACES = {row["key"]: row["name"] for row in tables.read(STARTER / "spaces.csv", ["key", "name"])}
#: Only members of the steering group see it, so the search does not.
PRIVATE = ("lenkungsgruppe",)

FEWEST = 15
MOST_MISSED = 0.1


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", text)).split())


def catalogue(language: str) -> dict[str, str]:
    """The translations of the starter pages, by their German text."""
    if language == DEFAULT_CODE:
        return {}
    entries: Any = polib.pofile(str(STARTER / "translations" / f"{language}.po"))
    return {plain(entry.msgid): plain(entry.msgstr) for entry in entries if entry.msgstr}


def documents(language: str) -> Iterator[Document]:
    words = catalogue(language)
    for page in CONTENT:
        if page["slug"] not in PRIVATE:
            yield Document(
                page["slug"],
                words.get(plain(page["title"]), page["title"]),
                words.get(plain(page.get("lead", "")), page.get("lead", "")),
                tuple(
                    Passage(words.get(plain(passage.text), passage.text), passage.is_heading)
                    for passage in passages(page.get("body", ()))
                ),
                (SPACES[page["space"]],) if "space" in page else (),
            )


def synonyms(language: str) -> list[list[str]]:
    lines = tables.read(STARTER / "synonyms.csv", ["language", "words"])
    return [line["words"].split(",") for line in lines if line["language"] == language]


def questions(language: str) -> list[tuple[str, str]]:
    with (QUESTIONS / f"{language}.csv").open(encoding="utf-8", newline="") as file:
        return [(line["question"], line["page"]) for line in csv.DictReader(file)]


@pytest.mark.parametrize("language", BY_CODE)
def test_questions_find_their_page(language: str) -> None:
    index = Index(documents(language), language, synonyms(language))
    asked = questions(language)
    slugs = {page["slug"] for page in CONTENT}
    assert len(asked) >= FEWEST
    assert {page for _, page in asked} <= slugs
    first, missed = 0, []
    for question, page in asked:
        found = [hit.key for hit in index.search(question)[:3]]
        first += found[:1] == [page]
        if page not in found:
            missed.append(f"{question}: {', '.join(found)}, not {page}")
    figures = (
        f"{language}: {len(asked)} questions, {first} first, {len(asked) - len(missed)} in the first three"
    )
    assert len(missed) <= MOST_MISSED * len(asked), "\n".join([figures, *missed])


def test_the_questions_speak_of_many_pages() -> None:
    few = {code: pages for code in BY_CODE if len(pages := {page for _, page in questions(code)}) < 8}
    assert few == {}
