"""What happens to every request: languages, the page cache, the content policy, and what a report may
know."""

import hashlib
import re
from datetime import datetime, time, timedelta
from typing import Any, TypeGuard, cast

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _

from portal import languages, replies
from spaces import changes

# Paths that have no language and are no public pages. /documents/ answers with files.
PLAIN_PREFIXES = (
    "/admin/",
    "/api/",
    "/static/",
    "/media/",
    "/documents/",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
    "/sw.js",
    "/og.png",
    "/og/",
)

#: The language in each wish of an Accept-Language header, without its region.
_WISHES = re.compile(r"(?<![\w-])[A-Za-z]{2,3}(?![A-Za-z])")

# The only query strings whose pages are kept: the class of ground that led here, nothing narrower.
KEPT_QUERIES = frozenset({"", "by=postcode", "by=place", "by=street"})


#: The parameters of the interface for programs whose values are few, so that a reply that has no other may be kept.
KEPT_PARAMETERS = frozenset({"lang", "space", "service", "language_spoken", "page"})


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


def seconds_until(expires_at: datetime | None) -> int:
    """How long a page or reply may be kept, in whole seconds: until midnight in Berlin at the latest. Not positive
    where it has ended already.
    """
    now = timezone.now()
    midnight = datetime.combine(
        timezone.localdate(now) + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone()
    )
    end = midnight if expires_at is None else min(midnight, expires_at)
    # `now` is in UTC, so this is real time even where the clocks change before midnight.
    return int((end - now).total_seconds())


class PrivateBodyMiddleware(MiddlewareMixin):
    """Marks every request's body as private, for whatever makes a report of it.

    :class:`portal.privacy.PrivateExceptionReporterFilter` hides bodies without being told; the mark is
    Django's own and is heeded by filters other than ours too.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp, with a looser policy where an editor works; and what a page may ask a device for.

    Wagtail's admin, and its bar on public pages, write scripts and styles inline. A visitor has no session
    cookie and gets the strict policy everywhere else. JSON for programs is no page and needs none.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith("/api/") and "json" in response.get("Content-Type", ""):
            return response
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
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
        # A reader's wish for a language that we call otherwise.
        wishes = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        request.META["HTTP_ACCEPT_LANGUAGE"] = _WISHES.sub(
            lambda wish: languages.ALSO.get(wish[0].lower(), wish[0]), wishes
        )
        if not is_plain(request.path_info):
            super().process_request(request)
            return
        language = settings.LANGUAGE_CODE
        if request.path_info.startswith("/api/"):
            # A reply has one language: the one that is named, or else the one that the client asks for.
            named = request.GET.get("lang", "")
            language = (
                named if named in languages.SERVED_CODES else translation.get_language_from_request(request)
            )
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not is_plain(request.path_info):
            return super().process_response(request, response)
        if request.path_info.startswith("/api/"):
            response.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            if "lang" not in request.GET:
                patch_vary_headers(response, ("Accept-Language",))
        return response


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
            seconds = seconds_until(min((end for end in ends if end), default=None))
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
    def _revived(kept: tuple[dict[str, str], bytes]) -> HttpResponse:
        headers, content = kept
        return HttpResponse(content, headers=headers)

    @staticmethod
    def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        conditional = get_conditional_response(request, etag=response["ETag"], response=response)
        return cast(HttpResponseBase, conditional)


class ApiMiddleware:
    """The manners of every path under `/api/`, whoever answers there.

    What goes wrong is told as problem details (RFC 9457) in JSON and in the reply's language, whatever went wrong and
    wherever: an unknown path, method or language, a parameter that the view does not have (`parameters`, a set of
    names, on its class) or that comes twice, a failure.

    A reply 200 to GET has an ETag and a Last-Modified, is answered by 304 where the client has it already, and says
    `no-cache`: like a page, it is always asked for. Such a reply is kept until a fact changes, until `expires_at`
    (which a view may set on the response) or midnight in Berlin, if its view names its `parameters` and the query has
    none but `KEPT_PARAMETERS`. Only those are in the key, so nobody can fill the cache, and nothing that somebody typed
    gets there. A view that says `no-store` is left alone; an editor's session changes nothing.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return cast(HttpResponseBase, self.get_response(request))
        errors = _language_errors(request)
        if errors:
            return replies.problem_response(400, errors)
        if request.method not in ("GET", "HEAD"):
            return _as_problem(self.get_response(request))
        # Read before the reply is made: a kept reply may be newer than its key says, never older.
        version, changed_at = changes.newest()
        request.facts_version = version  # type: ignore[attr-defined]
        key = self._key(request, version)
        kept = cache.get(key) if key else None
        if kept is not None:
            headers, content = kept
            return self._conditional(request, HttpResponse(content, headers=headers))
        response = _as_problem(self.get_response(request))
        if not _is_reply(response):
            return response
        patch_cache_control(response, no_cache=True)
        response["ETag"] = '"' + hashlib.sha256(response.content).hexdigest()[:32] + '"'
        now = timezone.now()
        # A date knows no parts of a second: in the second of a change it could mean what was before it, and what is
        # after it.
        if changed_at is None or int(changed_at.timestamp()) != int(now.timestamp()):
            response["Last-Modified"] = http_date(now.timestamp())
        if key and request.method == "GET" and _parameters_of(request) is not None:
            seconds = seconds_until(getattr(response, "expires_at", None))
            if seconds > 0:
                cache.set(key, (dict(response.items()), response.content), seconds)
        return self._conditional(request, response)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not request.path_info.startswith("/api/"):
            return None
        view_class = getattr(view, "view_class", None)
        if request.method == "OPTIONS" and view_class is not None:
            asked = view_class(**view.view_initkwargs)
            asked.setup(request, *args, **kwargs)
            allowed = ", ".join(asked._allowed_methods())
            return HttpResponse(status=204, headers={"Allow": allowed, "Cache-Control": "no-store"})
        parameters = _parameters_of(request)
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        if parameters is None or not hasattr(view_class, method):
            return None
        errors = {}
        if not parameters.issuperset(request.GET):
            known = ", ".join(sorted(parameters))
            errors["query"] = [
                _("There is a parameter that is not known here. Known are: %(names)s.") % {"names": known}
            ]
        for name, values in request.GET.lists():
            if name in parameters and len(values) > 1:
                errors[name] = [_("This parameter may come once only.")]
        return replies.problem_response(400, errors) if errors else None

    @staticmethod
    def _key(request: HttpRequest, version: int) -> str | None:
        """Where a reply is kept; None where it may not be. Hashed, as a page's is."""
        accept = request.META.get("HTTP_ACCEPT", "")
        is_for_everybody = not accept or "*/*" in accept or accept == "application/json"
        if (
            not settings.PAGE_CACHE
            or not is_for_everybody
            or not KEPT_PARAMETERS.issuperset(request.GET)
            or any(len(values) > 1 for _name, values in request.GET.lists())
        ):
            return None
        parts = (
            settings.RELEASE,
            str(version),
            timezone.localdate().isoformat(),
            request.scheme or "",
            request.get_host(),
            translation.get_language() or "",
            request.path,
            *(f"{name}={value}" for name, value in sorted(request.GET.items())),
        )
        return "reply:" + hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @staticmethod
    def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        modified = parse_http_date_safe(response.get("Last-Modified", ""))
        conditional = get_conditional_response(request, response["ETag"], modified, response)
        return cast(HttpResponseBase, conditional)


def _language_errors(request: HttpRequest) -> dict[str, list[str]] | None:
    """What is wrong with the language that a program names; None where nothing is."""
    if set(request.GET.getlist("lang")) <= set(languages.SERVED_CODES):
        return None
    known = ", ".join(languages.SERVED_CODES)
    return {"lang": [_("This language is not there. There are: %(names)s.") % {"names": known}]}


def _parameters_of(request: HttpRequest) -> frozenset[str] | None:
    """The parameters that the view for a request has; None where it does not say, or where there is none."""
    match = request.resolver_match
    # Django's views name their class so, and sets of views theirs otherwise.
    view_class = getattr(match.func, "view_class", getattr(match.func, "cls", None)) if match else None
    return getattr(view_class, "parameters", None)


def _is_reply(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether a reply is whole and for everybody, so that it may be kept and compared."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
    )


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """The same, or problem details instead of a page that says that something went wrong."""
    if response.status_code < 400 or response.get("Content-Type", "") == replies.PROBLEM:
        return response
    kept = {name: response[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in response}
    return replies.problem_response(response.status_code, headers=kept)
