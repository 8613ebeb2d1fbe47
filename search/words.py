"""Finding pages by words: joins the pure search to the pages, their facts and the editors' synonyms.

A process keeps one index for each language that somebody searched in, as of one version of the journal. Nothing of what
is searched for is kept.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from portal.consents import shown
from portal.languages import DEFAULT_CODE
from portal.tree import Tree, tree
from search import lookup
from search.models import Synonyms
from search.text import Document, Index, passages
from spaces.changes import changed_since
from spaces.models import SpacePage

#: A change of any of these makes a new index: of the pages, their words, or the names around a space.
KINDS = ("page", "consent", "picture", "synonyms", *lookup.KINDS)

#: So many pages are shown.
MOST_RESULTS = 8


class Result(NamedTuple):
    """A page that was found. `language`: of its words; not the reader's where only the German page has them."""

    title: str
    lead: str
    url: str
    language: str


class _Kept(NamedTuple):
    version: int
    day: date
    pages: Index
    leads: dict[str, str]


_latest: dict[str, _Kept] = {}


def find(request: HttpRequest, text: str, language: str) -> list[Result]:
    """The public pages that answer what was typed, the best one first: those in the reader's language, or else German
    ones. Never raises for what a person types. No query where the index is current; a new one costs about twenty.
    """
    known = tree(request)
    for spoken in dict.fromkeys((language, DEFAULT_CODE)):
        kept = _index(known, spoken)
        found = []
        for hit in kept.pages.search(text, MOST_RESULTS):
            node = known.nodes.get(int(hit.key))
            if node and not node.is_private:
                found.append(Result(node.title, kept.leads[hit.key], node.url(language), node.language))
        if found:
            return found
    return []


def forget() -> None:
    """Drop what is kept. For tests, which roll the journal back."""
    _latest.clear()


def _index(known: Tree, language: str) -> _Kept:
    today = timezone.localdate()
    if known.version is None:
        return _build(known, language, today)
    kept = _latest.get(language)
    if kept is None or kept.day != today:
        kept = _build(known, language, today)
    elif kept.version < known.version:
        is_stale = changed_since(kept.version, KINDS)
        kept = _build(known, language, today) if is_stale else kept._replace(version=known.version)
    _latest[language] = kept
    return kept


def _build(known: Tree, language: str, on: date) -> _Kept:
    documents = list(_documents(known, language, on))
    groups = [group for row in Synonyms.objects.filter(language=language) for group in row.groups]
    leads = {document.key: document.lead for document in documents}
    return _Kept(known.version or 0, on, Index(documents, language, groups), leads)


def _documents(known: Tree, language: str, on: date) -> Iterator[Document]:
    public = [node.pk for node in known.nodes.values() if node.language == language and not node.is_private]
    names = _names(known.version, on)
    for page in Page.objects.filter(pk__in=public).order_by("path").specific():
        # A page that its restriction ought to hide, and does not.
        if getattr(page, "needs_restriction", False):
            continue
        body = getattr(page, "body", None)
        yield Document(
            str(page.pk),
            page.title,
            getattr(page, "lead", ""),
            tuple(passages(_stored(body))) if body else (),
            tuple(names.get(page.space_id, ())) if isinstance(page, SpacePage) else (),
        )


def _stored(body: Any) -> list[Any]:
    """The blocks of a text as they are stored: those that may be shown today."""
    return [raw for raw, block in zip(body.raw_data, body, strict=True) if shown([block])]


def _names(newest: int | None, on: date) -> dict[int, list[str]]:
    """What belongs to each space by name: itself, its offices, and the places for which it answers on this day."""
    latest = lookup.index(newest)
    names = {key: [space.name] for key, space in latest.spaces.items()}
    for office in latest.offices.values():
        names[office.space.key].append(office.name)
    plan = latest.router.plan(on)
    for row, place in enumerate(latest.router.gazetteer.places):
        keys = {decision.answer.space for decision in plan.base(row)}
        if len(keys) == 1 and (key := keys.pop()) in names:
            names[key].append(place.name)
    return {latest.spaces[key].pk: of_space for key, of_space in names.items()}
