"""The words about facts, in memory: of each public page its title, lead and the state of its translation, for readers
of one language.

A process reads them in a dozen queries, once for each language that is asked for and each change of a page; a fact that
changes costs nothing here.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from wagtail.models import Locale, Page

from portal.languages import DEFAULT_CODE
from portal.translation import TranslationState, translation_states
from portal.tree import Node, Tree, tree
from spaces import changes
from spaces.models import Event
from spaces.vocabulary import EventKind


class Text(NamedTuple):
    """A public page as somebody sees it who reads in a language. `page` is shared: nobody may change it."""

    page: Any
    node: Node
    translation: TranslationState

    @property
    def lead(self) -> str:
        return getattr(self.page, "lead", "")


class Texts(NamedTuple):
    """The public pages in the order of the tree, by their keys, and the one about each fact, by the field that points
    at the fact and the fact's primary key: `about["space_id", 3]`.
    """

    version: int
    tree: Tree
    by_key: dict[UUID, Text]
    about: dict[tuple[str, int], Text]


_latest: dict[str, Texts] = {}


def texts(request: HttpRequest, language: str) -> Texts:
    """The texts of the version that the request asked for when it came (`facts_version`), for this language."""
    version: int | None = getattr(request, "facts_version", None)
    if version is None:
        request.facts_version = version = changes.version()  # type: ignore[attr-defined]
    latest = _latest.get(language)
    if latest is not None and latest.version == version:
        return latest
    # A version that went back is a database put back from a copy.
    if latest is None or version < latest.version or changes.changed_since(latest.version, ("page",)):
        latest = _read(version, tree(request), language)
    _latest[language] = latest = latest._replace(version=version)
    return latest


def forget() -> None:
    """Drop what is kept. For tests, which roll the journal back."""
    _latest.clear()


def _read(version: int, known: Tree, language: str) -> Texts:
    nodes: dict[UUID, Node] = {}
    for node in known.nodes.values():
        if node.language in (language, DEFAULT_CODE) and not node.is_private:
            nodes[node.key] = known.shown(node, language)
    pages = _pages(node.pk for node in nodes.values())
    # What is for the steering group is kept private by its page; were it ever without that, nobody would see it.
    steering = set(Event.objects.filter(kind=EventKind.STEERING).values_list("pk", flat=True))
    pages = {pk: page for pk, page in pages.items() if getattr(page, "event_id", None) not in steering}
    states = translation_states(pages.values(), language)
    by_key = {
        key: Text(pages[node.pk], node, states[node.pk]) for key, node in nodes.items() if node.pk in pages
    }
    about = {
        (f"{name}_id", getattr(text.page, f"{name}_id")): text
        for text in by_key.values()
        for name in getattr(text.page, "about", ())
    }
    return Texts(version, known, by_key, about)


def _pages(keys: Iterable[int]) -> dict[int, Any]:
    locales = {locale.pk: locale for locale in Locale.objects.all()}
    found: dict[int, Any] = {}
    for page in Page.objects.filter(pk__in=list(keys)).specific():
        # Otherwise each page would ask for its own.
        page.locale = locales[page.locale_id]
        found[page.pk] = page
    # So would each for its fact, as soon as somebody looks into its fields.
    for model in {type(page) for page in found.values()}:
        of_model = [page for page in found.values() if type(page) is model]
        prefetch_related_objects(of_model, *getattr(model, "about", ()))
    return found
