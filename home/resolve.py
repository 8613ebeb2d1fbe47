"""Which page stands at an address of the portal: for `GET /api/v1/resolve/`, and where a page was moved."""

from typing import Any, Literal, NamedTuple, TypedDict
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.contrib.redirects.models import Redirect

from home.pages_api import page_url, public_pages, translations, versions
from portal.languages import DEFAULT_CODE, SERVED_CODES, direction
from portal.replies import ReadView
from portal.translation import TranslationCode, translation_states
from portal.tree import Node

#: No address of a page is longer.
LONGEST = 1000


class Moved(NamedTuple):
    """Where an address leads that no page has any more: to a page, or to an address elsewhere."""

    node: Node | None
    link: str
    is_permanent: bool

    def url(self, language: str) -> str:
        """The same for somebody who reads in this language."""
        return self.node.url(language) if self.node else self.link


def moved(request: HttpRequest, language: str, path: str) -> Moved | None:
    """Where the page went that was at this path below a language. Only to what anybody may read. One query, and another
    where there is something.

    Wagtail writes an address down whenever a page is renamed or moved, but in one language only. Here it leads on in
    all of them, since what is not translated stands at the same path below each of them.
    """
    if "\0" in path:
        # PostgreSQL takes no such text.
        return None
    below = path.rstrip("/")
    wanted = [f"/{code}/{below}" for code in (language, DEFAULT_CODE, *SERVED_CODES)] + [f"/{below}"]
    found = Redirect.objects.filter(
        Q(site__isnull=True) | Q(site__is_default_site=True), old_path__in=wanted
    ).values_list("old_path", "redirect_page_id", "redirect_link", "is_permanent")
    rows = sorted(found, key=lambda row: wanted.index(row[0]))
    if not rows:
        return None
    known = public_pages(request).known
    for _path, page, link, is_permanent in rows:
        if page in known.nodes:
            return Moved(known.shown(known.nodes[page], language), "", is_permanent)
        if link:
            return Moved(None, link, is_permanent)
    return None


class PageState(TypedDict):
    """What a reader has to be told of a page's words."""

    language: str
    states: list[TranslationCode]
    original_changed: str | None
    translated: str | None
    unchecked: list[str]


class PageInLanguage(TypedDict):
    """What stands at a page's place for the readers of one language."""

    code: str
    url: str
    id: int
    detail_url: str
    states: list[TranslationCode]


class PageAt(TypedDict):
    """A page, and where `/api/v2/` tells all of it."""

    id: int
    type: str
    title: str
    locale: str
    is_sensitive: bool
    html_url: str
    detail_url: str


class Resolved(TypedDict):
    """What stands at an address: a page, or, where `page` is null, the way to another address."""

    path: str | None
    redirect_to: str | None
    language: str
    direction: Literal["ltr", "rtl"]
    page: PageAt | None
    translation: PageState | None
    translations: list[PageInLanguage]


class ResolveView(ReadView):
    """The page at a public address of the portal, `?path=/ar/…`, and in which languages there is what. An address that
    a page had once leads to it; `redirect_to` says so, and where its readers should be sent.
    """

    operation = "resolve"
    shape = Resolved
    parameters = frozenset({"path", "lang"})
    described = {
        "path": {
            "schema": {"type": "string", "pattern": "^(/|https?://)", "maxLength": LONGEST},
            "required": True,
            "description": "The path of an address of the portal, or the whole address.",
            "example": "/ar/sozialraeume/bardowick/",
        }
    }

    def get(self, request: Request) -> Response:
        known, until = public_pages(request)
        language, path = self.place()
        node = known.find(language, path) or known.find(language, f"{path}/")
        to = None if node else moved(request, language, path)
        if node is None and to is None:
            raise Http404
        shown = known.shown(node, language) if node else to.node if to else None
        here = shown.url(language) if shown else None
        answer: dict[str, Any] = {
            "path": here,
            "redirect_to": to.url(language) if to else None if here == self.asked() else here,
            "language": language,
            "direction": direction(language),
            "page": None,
            "translation": None,
            "translations": [],
        }
        is_sensitive = False
        if shown:
            pages = {page.pk: page for page in versions(known, shown)}
            states = translation_states(pages.values())
            if shown.pk not in pages:
                raise Http404
            page, state = pages[shown.pk], states[shown.pk]
            answer["page"] = {
                "id": page.pk,
                "type": f"{page._meta.app_label}.{type(page).__name__}",
                "title": page.title,
                "locale": shown.language,
                "is_sensitive": page.is_sensitive,
                "html_url": request.build_absolute_uri(here),
                "detail_url": request.build_absolute_uri(page_url(shown, language)),
            }
            answer["translation"] = state._replace(is_missing=shown.language != language).as_json()
            answer["translations"] = translations(request, known, shown, states)
            is_sensitive = page.is_sensitive
        response = Response(answer, headers={"Content-Language": language})
        response.expires_at = until  # type: ignore[attr-defined]
        # The journal knows nothing of redirects.
        if is_sensitive or to:
            response["Cache-Control"] = "no-store"
        return response

    def asked(self) -> str:
        """The path that is asked for, without the host, the query and the fragment. Raises ValidationError where there
        is none, and Http404 where it is somebody else's.
        """
        text = self.request.GET.get("path", "")
        if not text.startswith(("/", "http://", "https://")) or len(text) > LONGEST:
            raise ValidationError(
                {"path": [_("Name the path of an address of the portal, beginning with “/”.")]}
            )
        if not text.startswith("/"):
            host, slash, text = text.partition("://")[2].partition("/")
            if host not in (self.request.get_host(), urlsplit(settings.BASE_URL).netloc):
                raise Http404
            text = slash + text
        return unquote(text.partition("#")[0].partition("?")[0])

    def place(self) -> tuple[str, str]:
        """The language of the address that is asked for, and the path below it."""
        path = self.asked().removeprefix("/")
        code, _slash, below = path.partition("/")
        if code in SERVED_CODES:
            return code, below
        return get_language() or DEFAULT_CODE, path
