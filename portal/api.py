"""The map of the public interface for programs, under ``/api/v1/``, and how it says that a request went wrong."""

from http import HTTPStatus
from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework.response import Response
from rest_framework.views import exception_handler

from search.api import LookupView

urlpatterns: list[URLPattern | URLResolver] = [
    path("lookup/", LookupView.as_view(), name="api-lookup"),
]


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """An error as RFC 9457 problem details. Quotes nothing of what was sent."""
    response = exception_handler(error, context)
    if response is None:
        return None
    details = response.data
    body: dict[str, Any] = {"title": HTTPStatus(response.status_code).phrase, "status": response.status_code}
    if isinstance(details, dict) and "detail" in details:
        body["detail"] = str(details["detail"])
    else:
        body["errors"] = details
    response.data = body
    response.content_type = "application/problem+json"
    response["Cache-Control"] = "no-store"
    return response
