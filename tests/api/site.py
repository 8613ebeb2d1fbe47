"""A few views below ``/api/``, to see what the middleware makes of their replies."""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.replies import ReadView
from tests.portal.site import answer

handler404 = "portal.replies.not_found"
handler500 = "portal.failure.failed"

#: How often each view was called.
calls: Counter[str] = Counter()


class ReadsView(ReadView):
    parameters = frozenset({"lang", "space", "open_at"})

    def get(self, request: Request) -> Response:
        calls["reads"] += 1
        response = Response({"language": get_language(), "query": request.GET.dict()})
        if answer["expires_at"]:
            response.expires_at = answer["expires_at"]  # type: ignore[attr-defined]
        return response


class FailsView(ReadView):
    def get(self, request: Request) -> Response:
        raise KeyError("secret")


class UnnamedView(APIView):
    """Does not say which parameters it has."""

    def get(self, request: Request) -> Response:
        return Response({})


class NoStoreView(ReadView):
    def get(self, request: Request) -> Response:
        return Response({}, headers={"Cache-Control": "no-store"})


def lonely(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


def raises(error: Exception) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path("api/reads/", ReadsView.as_view()),
    path("api/reads/fails/", FailsView.as_view()),
    path("api/unnamed/", UnnamedView.as_view()),
    path("api/lonely/", lonely),
    path("api/no-store/", NoStoreView.as_view()),
    path("api/fails/", raises(KeyError("secret"))),
    path("api/bad/", raises(SuspiciousOperation("secret"))),
    path("api/denied/", raises(PermissionDenied("secret"))),
    path("api/django-404/", raises(Http404("secret"))),
    path("api/", include("portal.api")),
    path("other/", lonely),
]
