"""The lookup and the search as pages: an address or words are posted, and what comes back is a redirect to the space or
a page that says more.

Base's language switch carries what was typed into the other language: `carried` says in which field.

These views change nothing, but for the count of words that led nowhere (`search.missed`). They are exempt from CSRF
checks, since a token would need a cookie.
"""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from portal.languages import DEFAULT_CODE
from search import missed, words
from search.address import looks_like_street, read
from search.answers import as_json, office_of
from search.lookup import Index, index
from search.routing import Choice, Elsewhere, Found, Outcome, Unknown
from spaces.models import Authority, Municipality, Office, Space, SpacePage
from spaces.models.pages.base import in_readers_language, pages_by_fact

#: What a redirect says about the ground: a class, nothing narrower. A school is no ground for a home.
BY = {
    "postcode": "postcode",
    "municipality": "place",
    "place": "place",
    "street": "street",
    "house_number": "street",
}


#: So much of what was typed is shown again.
SHOWN = 400


class SeeOther(HttpResponseRedirect):
    status_code = 303


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class FindView(View):
    """The form (GET) and its answer (POST)."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "search/find.html", {"text": "", "answer": None})

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("address", "")
        latest = index(facts_version(request))
        outcome = latest.find(text, timezone.localdate())
        if isinstance(outcome, Found) and outcome.exact and outcome.level in BY:
            page = page_of(outcome.answer.space)
            if page:
                return SeeOther(f"{page.get_url(request)}?by={BY[outcome.level]}")
        context = {
            "text": text[:SHOWN],
            "answer": answer_for(outcome, latest, request),
            "carried": SimpleNamespace(name="address", value=text[:SHOWN]),
        }
        return render(request, "search/find.html", {**context, **ways_on(request, latest)})


@method_decorator(never_cache, name="dispatch")
class ComplicatedView(View):
    """Two homes, none, shared housing, a shelter: an answer by place alone, and whom to ask."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "municipalities": Municipality.objects.all(),
            # It names the women's shelter.
            "is_sensitive": True,
            **ways_on(request, index(facts_version(request))),
        }
        return render(request, "search/complicated.html", context)


@method_decorator(never_cache, name="dispatch")
class NoneOfTheseView(View):
    """Where "none of these" leads: all offices, and a telephone number."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "search/none_of_these.html", ways_on(request, index(facts_version(request))))


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class SearchView(View):
    """The search by words: the form (GET) and what was found (POST)."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "search/search.html", {"text": "", "is_answer": False})

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("words", "")
        language = get_language() or DEFAULT_CODE
        latest = index(facts_version(request))
        results = words.find(request, text, language)
        is_address = looks_like_address(text, latest.find(text, timezone.localdate()))
        context = {
            "text": text[:SHOWN],
            "is_answer": True,
            "is_empty": not text.strip(),
            "results": results,
            "is_german": any(result.language != language for result in results),
            "is_address": is_address,
            "carried": SimpleNamespace(name="words", value=text[:SHOWN]),
        }
        if not results:
            context |= ways_on(request, latest)
            if not is_address:
                missed.count(text, language)
        return render(request, "search/search.html", context)


def looks_like_address(text: str, outcome: Outcome) -> bool:
    """Whether what was typed into the search is an address for which the lookup has an answer: it has a postcode, a
    place that the lookup knows for certain, or a number beside a place or a street ("Hauptstraße 5", not "Ich bin 16").
    """
    if isinstance(outcome, Unknown):
        return False
    address, has_place = read(text), bool(outcome.understood.place)
    if address and address.postcode:
        return True
    if address and address.house_number:
        return has_place or looks_like_street(address.street)
    is_certain = outcome.exact if isinstance(outcome, Found) else isinstance(outcome, Elsewhere)
    return is_certain and has_place


def facts_version(request: HttpRequest) -> int | None:
    """The version of the facts that the page cache has read for this request, so that nobody asks twice."""
    return getattr(request, "facts_version", None)


def page_of(space: str) -> SpacePage | None:
    """The live page of a space, in the reader's language or else in German."""
    pages = SpacePage.objects.live().filter(space__key=space).select_related("locale")
    return next(iter(in_readers_language(pages, "space_id").values()), None)


def answer_for(outcome: Outcome, latest: Index, request: HttpRequest) -> dict[str, Any]:
    """The answer of the API, with the facts themselves where a page shows more of them."""
    answer = as_json(outcome, latest)
    if isinstance(outcome, Found):
        page = page_of(outcome.answer.space)
        answer["space"]["page_url"] = page.get_url(request) if page else ""
        answer["office"] = office_of(outcome, latest)
    elif isinstance(outcome, Choice):
        answer["question"] = outcome.question
        for option, shown in zip(outcome.options, answer["options"], strict=True):
            shown["places"] = () if option.label else option.places
    elif isinstance(outcome, Elsewhere):
        answer["authority"] = latest.authorities.get(outcome.authority)
        answer["place_label"] = outcome.place
    return answer


def ways_on(request: HttpRequest, latest: Index) -> dict[str, Any]:
    """What always helps: every main office with its page, the town halls, the county's telephone."""
    pages = pages_by_fact(SpacePage, "space_id")
    offices: list[Office] = sorted(latest.main_offices.values(), key=lambda office: office.space.name)
    for office in offices:
        page = pages.get(office.space_id)
        office.page_url = page.get_url(request) if page else ""
    spaces: list[Space] = sorted(latest.spaces.values(), key=lambda space: space.name)
    county = next((a for a in latest.authorities.values() if a.kind == Authority.Kind.COUNTY), None)
    return {"offices": offices, "town_halls": [s for s in spaces if s.town_hall_street], "county": county}
