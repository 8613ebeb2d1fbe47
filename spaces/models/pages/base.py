"""What the pages about facts have in common."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from wagtail.models import Page

from portal.languages import DEFAULT_CODE
from portal.pages import PortalPage
from spaces import structured_data


class SpokenPage(PortalPage):
    """A page that tells machines too what it is about, and where it stands.

    Its context has `structured_data`, the JSON-LD for its head, and may have `expires_at`: the moment from which
    it says something else, although no fact has changed.
    """

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["structured_data"] = lambda: structured_data.script(
            structured_data.breadcrumbs(self.way(request)), *self.nodes(request, context)
        )
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().serve(request, *args, **kwargs)
        if expires_at := (getattr(response, "context_data", None) or {}).get("expires_at"):
            # The page cache asks for it.
            response.expires_at = expires_at  # type: ignore[attr-defined]
        return response

    def way(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The pages from the front door to this one: their titles and whole addresses. One query."""
        pages = list(self.get_ancestors(inclusive=True).filter(depth__gt=1).select_related("locale"))
        if pages:
            # The language came along, and the template asks for it.
            self.locale = pages[-1].locale
        # Its own words from here: a preview shows what is not saved yet.
        steps = [
            (page.title, page.get_full_url(request) or "")
            for page in [*(page for page in pages if page.pk != self.pk), self]
        ]
        return [step for step in steps if step[1]]

    def nodes(self, request: HttpRequest, context: dict[str, Any]) -> Iterable[structured_data.Node | None]:
        """What this page says to machines about its facts."""
        return ()


def pages_by_fact(model: type[Page], field: str) -> dict[int, Any]:
    """The live page about each fact, by the fact's primary key, which is in this field. One query."""
    return in_readers_language(model.objects.live().select_related("locale"), field)


def in_readers_language(pages: Iterable[Any], field: str) -> dict[int, Any]:
    """One of these pages for each fact: that in the reader's language, or else the German one."""
    wanted = [DEFAULT_CODE, get_language() or DEFAULT_CODE]
    known = [page for page in pages if page.locale.language_code in wanted]
    known.sort(key=lambda page: wanted.index(page.locale.language_code))
    return {getattr(page, field): page for page in known}
