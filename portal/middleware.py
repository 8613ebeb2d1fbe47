"""What happens to every request: languages, the page cache, the content policy, and what a report may
know."""

import hashlib
from datetime import datetime, time, timedelta
from typing import Any, TypeGuard, cast

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from spaces import changes

# Paths that have no language and are no public pages. /documents/ answers with files.
PLAIN_PREFIXES = ("/admin/", "/api/", "/static/", "/media/", "/documents/")

# The only query strings whose pages are kept: the class of ground that led here, nothing narrower.
KEPT_QUERIES = frozenset({"", "by=postcode", "by=place", "by=street"})


def is_plain(path: str) -> bool:
    """Whether a path lies outside the public pages."""
    return path.startswith(PLAIN_PREFIXES)


def has_session(request: HttpRequest) -> bool:
    """Whether a request carries the cookie that only editors have; whether it is valid is not asked."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_page(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether a response is a whole public page, which may be kept and compared."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
        and response.get("Content-Type", "").startswith("text/html")
    )


class PrivateBodyMiddleware(MiddlewareMixin):
    """Marks every request's body as private, for whatever makes a report of it.

    :class:`portal.privacy.PrivateExceptionReporterFilter` hides bodies without being told; the mark is
    Django's own and is heeded by filters other than ours too.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp, with a looser policy where an editor works.

    Wagtail's admin, and its bar on public pages, write scripts and styles inline. A visitor has no session
    cookie and gets the strict policy everywhere else. JSON for programs is no page and needs none.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith("/api/") and "json" in response.get("Content-Type", ""):
            return response
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        is_editor = request.path_info.startswith("/admin/") or has_session(request)
        if is_editor and not report_only and parts.config is None:
            parts.config = settings.EDITOR_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return parts


class PortalLocaleMiddleware(LocaleMiddleware):
    """Django's LocaleMiddleware, leaving paths without a language alone.

    Wagtail takes every path under a language's prefix, so Django's own would answer any 404, of the API too,
    by a redirect to ``/de/...``. It sets no cookie.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_plain(request.path_info):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            return
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if is_plain(request.path_info):
            return response
        return super().process_response(request, response)


class PageCacheMiddleware:
    """Keeps whole public pages, and answers 304 where the reader has the page already.

    Kept are answers 200 with HTML to GET requests without a session cookie, under a key of host, path,
    ``by``, the date in Berlin and the version of the facts (``spaces.changes.version()``, one query a
    request): a changed fact is seen by the next request. They end at midnight in Berlin, or at
    ``expires_at``, an aware datetime that a view may set on the response and a template tag on the request,
    whichever comes first. What makes the page finds the version as ``request.facts_version``. Readers are told
    ``no-cache`` and an ETag: always ask, mostly hear 304. Answers that set a cookie or say ``no-store`` are
    never kept. An editor's requests pass by and are ``private, no-store``.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_plain(request.path_info):
            return cast(HttpResponseBase, self.get_response(request))
        # Read before the page is made: a kept page may be newer than its key says, never older.
        request.facts_version = changes.version()  # type: ignore[attr-defined]
        if has_session(request):
            response = cast(HttpResponseBase, self.get_response(request))
            response["Cache-Control"] = "private, no-store"
            return response
        if request.method not in ("GET", "HEAD"):
            return cast(HttpResponseBase, self.get_response(request))

        key = self._key(request)
        if key is not None:
            kept = cache.get(key)
            if kept is not None:
                return self._conditional(request, self._revived(kept))
        response = cast(HttpResponseBase, self.get_response(request))
        if not is_page(response):
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, no_cache=True)
            return response
        patch_cache_control(response, no_cache=True)
        response["ETag"] = '"' + hashlib.sha256(response.content).hexdigest()[:32] + '"'
        if key is not None and request.method == "GET":
            ends = [getattr(source, "expires_at", None) for source in (response, request)]
            seconds = self._seconds(min((end for end in ends if end), default=None))
            if seconds > 0:
                cache.set(key, (dict(response.items()), response.content), seconds)
        return self._conditional(request, response)

    @staticmethod
    def _key(request: HttpRequest) -> str | None:
        """Where a page is kept; None where it may not be. Hashed, so that no path stands in a cache's key."""
        query = request.META.get("QUERY_STRING", "")
        if not settings.PAGE_CACHE or query not in KEPT_QUERIES:
            return None
        language = translation.get_language_from_path(request.path_info)
        if language is None:
            # Such a path answers by the reader's Accept-Language.
            return None
        parts = (
            settings.RELEASE,
            str(request.facts_version),  # type: ignore[attr-defined]
            timezone.localdate().isoformat(),
            request.scheme or "",
            request.get_host(),
            language,
            request.path,
            query,
        )
        return "page:" + hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @staticmethod
    def _seconds(expires_at: datetime | None) -> int:
        """How long a page may be kept, in whole seconds; not positive where it has ended already."""
        now = timezone.now()
        midnight = datetime.combine(
            timezone.localdate(now) + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone()
        )
        end = midnight if expires_at is None else min(midnight, expires_at)
        # `now` is in UTC, so this is real time even where the clocks change before midnight.
        return int((end - now).total_seconds())

    @staticmethod
    def _revived(kept: tuple[dict[str, str], bytes]) -> HttpResponse:
        headers, content = kept
        return HttpResponse(content, headers=headers)

    @staticmethod
    def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        conditional = get_conditional_response(request, etag=response["ETag"], response=response)
        return cast(HttpResponseBase, conditional)
