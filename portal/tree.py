"""The public pages in memory, as of one version of the journal: which there are, in which language, at which address.

The tree is small (some hundred pages), and every request needs it: to find the page, to draw the navigation and the
way back, to name the page's translations. A process reads it once for each version of the journal, in three queries;
a request then costs none. German is the original: a translation is there only while its original is, and where there
is no translation the original stands in for it, at the same path below the reader's language.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction, Site

from portal.languages import DEFAULT_CODE


class Node(NamedTuple):
    """A live page. `path`: below its language's home page, empty for that page itself. `key` is the same in all
    languages. `parent`: of a translation, that of its original. `is_private`: it, or a page above it, is for some only.
    """

    pk: int
    key: UUID
    language: str
    path: str
    title: str
    parent: int | None
    in_menus: bool
    is_private: bool
    content_type: int
    published_at: datetime | None

    def url(self, language: str) -> str:
        """Its address for somebody who reads in this language."""
        return f"/{language}/{self.path}"


class Tree(NamedTuple):
    """The public pages, parents before their children, siblings in their order."""

    version: int | None
    nodes: dict[int, Node]
    by_path: dict[tuple[str, str], Node]
    by_key: dict[UUID, dict[str, Node]]

    def find(self, language: str, path: str) -> Node | None:
        """The page at a path below a language: the language's own, or else the German one. None: there is none.

        A path that only another language knows leads to that language's page, so that an address whose language was
        changed by hand still arrives.
        """
        for code in (language, DEFAULT_CODE):
            if node := self.by_path.get((code, path)):
                return node
        return next((node for (_, known), node in self.by_path.items() if known == path), None)

    def shown(self, node: Node, language: str) -> Node:
        """This page as somebody sees it who reads in this language: translated, or else as it is."""
        in_languages = self.by_key[node.key]
        return in_languages.get(language) or in_languages.get(DEFAULT_CODE) or node

    def below(self, node: Node, language: str) -> list[Node]:
        """The pages below this one as somebody sees them who reads in this language, in the order of the originals.
        What no original has stands last.
        """
        parents = {other.pk for other in self.by_key[node.key].values()}
        children = [child for child in self.nodes.values() if child.parent in parents]
        children.sort(key=lambda child: child.language != DEFAULT_CODE)
        seen = dict.fromkeys(child.key for child in children)
        of_key = {
            child.key: child for child in reversed(children) if child.language in (language, DEFAULT_CODE)
        }
        return [self.shown(of_key[key], language) for key in seen if key in of_key]

    def way(self, node: Node, language: str) -> list[Node]:
        """From the front door to this page, both included, as somebody sees them who reads in this language."""
        steps = [node]
        while steps[-1].parent is not None:
            steps.append(self.nodes[steps[-1].parent])
        return [node if step is node else self.shown(step, language) for step in reversed(steps)]

    def home(self, language: str) -> Node | None:
        """The front door; None where there is no site yet."""
        return self.by_path.get((language, "")) or self.by_path.get((DEFAULT_CODE, ""))

    def with_front_doors(self) -> set[str]:
        """The languages that have a front door of their own."""
        return {language for language, path in self.by_path if not path}

    def without(self, gone: Collection[int]) -> "Tree":
        """The pages that anybody may read: no private ones, and none of these nor what is below them or one of their
        translations.
        """
        kept: list[Node] = []
        hidden = set(gone)
        for node in self.nodes.values():
            original = self.by_key[node.key].get(DEFAULT_CODE, node)
            if node.is_private or hidden & {node.pk, node.parent, original.pk}:
                hidden.add(node.pk)
            else:
                kept.append(node)
        return _joined(self.version, kept)


_latest: Tree | None = None


def tree(request: HttpRequest) -> Tree:
    """The tree of the version that the request asked for when it came (`facts_version`, see PageCacheMiddleware). A
    request without one, such as a preview, reads its own.
    """
    global _latest
    own: Tree | None = getattr(request, "_tree", None)
    if own is not None:
        return own
    newest: int | None = getattr(request, "facts_version", None)
    if newest is None:
        request._tree = own = _read(None)  # type: ignore[attr-defined]
        return own
    latest = _latest
    if latest is None or latest.version != newest:
        before, latest = latest, _read(newest)
        if before is None or before.with_front_doors() != latest.with_front_doors():
            # Wagtail remembers them for an hour, in each process.
            Site.clear_site_root_paths_cache()
        _latest = latest
    # One page is made from one tree, though another request may bring a newer one meanwhile.
    request._tree = latest  # type: ignore[attr-defined]
    return latest


def forget() -> None:
    """Drop what is kept. For tests, which roll the journal back."""
    global _latest
    _latest = None


def _read(version: int | None) -> Tree:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Tree(version, {}, {}, {})
    homes = dict(
        Page.objects.filter(translation_key=site.root_page.translation_key).values_list(
            "locale__language_code", "path"
        )
    )
    inside = Q()
    for path in homes.values():
        inside |= Q(path__startswith=path)
    restricted = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    rows = list(
        Page.objects.filter(inside)
        .order_by("path")
        .values_list(
            "pk", "path", "translation_key", "locale__language_code", "slug", "title", "live", "alias_of_id",
            "show_in_menus", "content_type_id", "last_published_at",
        )
    )  # fmt: skip
    # A page whose parent is not translated has an address all the same: a draft or an alias stands above it.
    addresses: dict[str, str] = {}
    for _, path, _, _, slug, *_ in rows:
        addresses[path] = "" if path in homes.values() else f"{addresses[path[: -Page.steplen]]}{slug}/"
    originals: dict[UUID, Node] = {}
    hidden: set[UUID] = set()
    private: set[UUID] = set()
    # What stands at a place in Wagtail's tree: the page, or the original that stands in for it.
    at: dict[str, Node] = {}
    nodes: list[Node] = []
    # Originals first: they say which translations may be seen, and where they belong.
    for pk, path, key, language, _, title, live, alias_of, in_menus, content_type, published_at in sorted(
        rows, key=lambda row: row[3] != DEFAULT_CODE
    ):
        is_home = homes.get(language) == path
        original, above = originals.get(key), at.get(path[: -Page.steplen])
        parent = original.parent if original else above.pk if above and not is_home else None
        # A translation is for those who may read the original.
        if path.startswith(restricted):
            private.add(key)
        # An alias is another language's text under this one's address; the original stands in for it as it is.
        if not live or alias_of or key in hidden or not (is_home or parent):
            if language == DEFAULT_CODE:
                # A page below one that was withdrawn is out of reach, and so are its translations.
                hidden.add(key)
            elif original:
                at[path] = original
            continue
        at[path] = node = Node(
            pk,
            key,
            language,
            addresses[path],
            title,
            parent,
            in_menus,
            key in private,
            content_type,
            published_at,
        )
        nodes.append(node)
        if language == DEFAULT_CODE:
            originals[key] = node
    return _joined(version, nodes)


def _joined(version: int | None, nodes: Iterable[Node]) -> Tree:
    tree = Tree(version, {}, {}, {})
    for node in nodes:
        tree.nodes[node.pk] = node
        tree.by_path[node.language, node.path] = node
        tree.by_key.setdefault(node.key, {})[node.language] = node
    return tree
