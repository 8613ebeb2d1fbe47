"""A small site, to see what the middleware makes of its answers."""

from collections import Counter
from datetime import datetime

from django.conf.urls.i18n import i18n_patterns
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

#: How often each view was called.
calls: Counter[str] = Counter()

#: What the page answers with; a test may change it.
answer: dict[str, datetime | None] = {"expires_at": None}


def page(request: HttpRequest) -> HttpResponse:
    calls["page"] += 1
    response = HttpResponse(f"<p>call {calls['page']} by {request.GET.get('by', 'nothing')}</p>")
    if answer["expires_at"]:
        response.expires_at = answer["expires_at"]  # type: ignore[attr-defined]
    return response


def long(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>A text that is worth the trouble.</p>" * 50)


def with_cookie(request: HttpRequest) -> HttpResponse:
    calls["with_cookie"] += 1
    response = HttpResponse("<p>cookie</p>")
    response.set_cookie("a", "b")
    return response


@never_cache
def private(request: HttpRequest) -> HttpResponse:
    calls["private"] += 1
    return HttpResponse("<p>private</p>")


def missing(request: HttpRequest) -> HttpResponse:
    calls["missing"] += 1
    return HttpResponse("<p>missing</p>", status=404)


def text(request: HttpRequest) -> HttpResponse:
    calls["text"] += 1
    return HttpResponse("text", content_type="text/plain")


@csrf_exempt
def find(request: HttpRequest) -> HttpResponse:
    calls["find"] += 1
    return HttpResponse("<p>found</p>", headers={"Cache-Control": "no-store"})


@csrf_exempt
def fails(request: HttpRequest) -> HttpResponse:
    address = request.POST.get("address", "")
    raise KeyError(address)


def record(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"language": request.LANGUAGE_CODE})


def absent(request: HttpRequest) -> HttpResponse:
    raise Http404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("<p>not found</p>", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>failed</p>", status=500)


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/record/", record),
    path("api/absent/", absent),
    path("admin/page/", page),
    path("fails/", fails),
    *i18n_patterns(
        path("", page),
        path("long/", long),
        path("with-cookie/", with_cookie),
        path("private/", private),
        path("missing/", missing),
        path("text/", text),
        path("find/", find),
        path("fails/", fails),
    ),
]

# The portal's own error pages need the portal's own paths.
handler404 = "tests.portal.site.not_found"
handler500 = "tests.portal.site.failed"
