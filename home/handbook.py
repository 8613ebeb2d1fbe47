"""The editors' handbook: German pages in Markdown, which `docs/handbuch` holds and the admin shows.

A page leads to another one and to a picture by its file's name, as programs that show Markdown files expect, and to a
screen of the admin by its path.
"""

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs" / "handbuch"

#: The page that lists the others, in the order in which they are read.
FIRST = "README"

#: Where the pictures lie, beside the pages and among the static files.
PICTURES = "bilder"
STATIC_PICTURES = "handbuch"

#: No HTML passes: what a page holds is Markdown.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class HandbookPage(NamedTuple):
    """A page: its title, its text without it as HTML, and whereto it leads, as written in the file."""

    title: str
    html: SafeString
    links: tuple[str, ...]
    pictures: tuple[str, ...]


def names() -> list[str]:
    """The names of all pages but the first, in the order of its list."""
    return [link.removesuffix(".md") for link in page(FIRST).links if link.endswith(".md")]


@cache
def page(name: str) -> HandbookPage:
    """A page by its file's name without the ending. Raises FileNotFoundError where there is none."""
    tokens = _MARKDOWN.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    # Every page begins with its title.
    title, body = tokens[1].content, tokens[3:]
    links, pictures = [], []
    for token in (inline for block in body for inline in block.children or ()):
        if token.type == "link_open":
            links.append(str(token.attrs["href"]))
            token.attrs["href"] = _address(links[-1])
        elif token.type == "image":
            pictures.append(str(token.attrs["src"]))
            _place(token, pictures[-1])
    html = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
    # Markdown of our own files, in which HTML does not pass.
    return HandbookPage(title, mark_safe(html), tuple(links), tuple(pictures))  # noqa: S308


def _address(link: str) -> str:
    """Where a link of a file leads in the admin."""
    if link == f"{FIRST}.md":
        return reverse("handbook")
    if link.endswith(".md"):
        return reverse("handbook_page", args=[link.removesuffix(".md")])
    return link


def _place(image: Token, source: str) -> None:
    image.attrs["src"] = static(source.replace(f"{PICTURES}/", f"{STATIC_PICTURES}/", 1))
    image.attrs["loading"] = "lazy"


def handbook(request: HttpRequest) -> HttpResponse:
    """The list of pages."""
    return _show(request, FIRST)


def handbook_page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in names():
        raise Http404
    return _show(request, name)


def _show(request: HttpRequest, name: str) -> HttpResponse:
    shown = page(name)
    order = names()
    context: dict[str, Any] = {"page": shown, "is_first": name == FIRST}
    if name != FIRST:
        place = order.index(name)
        after = order[place + 1] if place + 1 < len(order) else ""
        context["after"] = (after, page(after).title) if after else None
    return render(request, "admin/handbook.html", context)
