"""How the interface for programs replies: what goes wrong as problem details, who may ask how often, and what every
view below ``/api/`` has in common. What it replies stands in the apps.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotAcceptable,
    ParseError,
    Throttled,
    UnsupportedMediaType,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView, exception_handler

#: RFC 9457.
PROBLEM = "application/problem+json"

_DETAILS: Mapping[int, Promise] = {
    400: _("The request could not be understood."),
    403: _("This is not for everybody."),
    404: _("There is nothing at this address."),
    405: _("This address does not know that method. The Allow header names those that it knows."),
    406: _("This is there as JSON only. Send an Accept header that allows it, or none."),
    413: _("The request is too large."),
    415: _("Send JSON, and say so: Content-Type: application/json."),
    429: _("Too many requests. The Retry-After header says how many seconds to wait."),
    500: _("Something does not work right now. That is our fault, not yours."),
}

# The library's words for these quote what was sent, or name what is in the database.
_IN_OUR_WORDS = (Http404, MethodNotAllowed, NotAcceptable, ParseError, Throttled, UnsupportedMediaType)


def problem_body(status: int, detail: str = "", errors: Any = None) -> dict[str, Any]:
    """Problem details in the reply's language: `title`, `status`, and either `errors` (what is wrong, by parameter or
    member) or `detail`, a sentence for people.
    """
    body: dict[str, Any] = {"title": HTTPStatus(status).phrase, "status": status}
    if errors is not None:
        body["errors"] = errors
    else:
        known = _DETAILS.get(status) or _DETAILS[500 if status >= 500 else 400]
        body["detail"] = detail or str(known)
    return body


def problem_response(
    status: int, errors: Any = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Problem details where no view answers."""
    text = json.dumps(problem_body(status, errors=errors), ensure_ascii=False)
    return HttpResponse(text, PROBLEM, status, headers={**(headers or {}), "Cache-Control": "no-store"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For `handler404`: nobody who asks for JSON is given the page that says so to people."""
    if request.path_info.startswith("/api/"):
        return problem_response(404)
    return page_not_found(request, exception)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """An error of a view as problem details. Quotes nothing of what was sent."""
    response = exception_handler(error, context)
    if response is None:
        return None
    details = response.data
    if isinstance(error, _IN_OUR_WORDS):
        body = problem_body(response.status_code)
    elif isinstance(details, dict) and "detail" in details:
        body = problem_body(response.status_code, str(details["detail"]))
    else:
        body = problem_body(response.status_code, errors=details)
    response.data = body
    response.content_type = PROBLEM
    response["Cache-Control"] = "no-store"
    return response


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("The request is too large.")
    default_code = "too_large"


class ClientThrottle(SimpleRateThrottle):
    """600 replies a minute a client that had to be made; those that were kept do not count. The client is known by a
    keyed hash that is another one every day.
    """

    rate = "600/min"
    scope = "read"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        secret = f"{settings.SECRET_KEY}{timezone.localdate()}".encode()
        # Behind a socket that is a file nobody has an address, and all are one client.
        ident = self.get_ident(request) or ""
        client = hmac.new(secret, ident.encode(), hashlib.sha256).hexdigest()
        return f"{self.scope}-{client}"


class ReadView(APIView):
    """A view that only reads. `parameters` are all that its query may hold; portal.middleware.ApiMiddleware refuses any
    other, and each that comes twice, for every view that has this attribute.
    """

    http_method_names = ["get", "head", "options"]
    throttle_classes = [ClientThrottle]
    parameters: ClassVar[frozenset[str]] = frozenset({"lang"})
