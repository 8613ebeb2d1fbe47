"""What a reader takes along: events and opening hours for a calendar, an office for the contacts or on a poster,
figures for a spreadsheet.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from portal.languages import BY_CODE, DEFAULT_CODE, SERVED, SERVED_CODES
from portal.tree import tree
from spaces import open_now
from spaces.calendars import Entered, calendar, hours_calendar
from spaces.contacts import card
from spaces.figures import shown
from spaces.models import Figure, Office
from spaces.models.pages import EventPage, SpacePage
from spaces.models.pages.base import in_readers_language
from spaces.posters import usual_week

#: The second language of a poster, where the reader has not chosen one: German beside any other, and beside German
#: the one that most others know.
_BESIDE_GERMAN = "en"

#: What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class EventsCalendarView(View):
    """All events that the reader may see, also those that are over: a calendar that is subscribed to keeps them."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        entries = [_entered(page, request) for page in _pages(request)]
        return _file(calendar(entries, name=_("Events for families")), "events.ics", "text/calendar")


class EventCalendarView(View):
    """One event."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        page = next((page for page in _pages(request, event__key=key)), None)
        if page is None:
            raise Http404
        return _file(calendar([_entered(page, request)]), f"{key}.ics", "text/calendar")


class HoursCalendarView(View):
    """The opening hours of a space's main office, to subscribe to."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        found = _found(request, key)
        content = hours_calendar(found.office, found.opening, at=timezone.now(), url=found.address(request))
        return _file(content, f"{key}-hours.ics", "text/calendar")


class ContactView(View):
    """A space's main office for the contacts of a telephone."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        found = _found(request, key)
        content = card(found.office, at=timezone.now(), url=found.address(request))
        return _file(content, f"{key}.vcf", "text/vcard")


class PosterView(View):
    """A sheet for the office's door, in the reader's language and in the one that `?with=` names."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        found = _found(request, key)
        own = get_language() or DEFAULT_CODE
        other = request.GET.get("with", "")
        if other not in SERVED_CODES or other == own:
            other = DEFAULT_CODE if own != DEFAULT_CODE else _BESIDE_GERMAN
        today = timezone.localdate()
        context = {
            "office": found.office,
            "timetable": found.opening.fact if found.opening else None,
            "week": usual_week(found.opening.fact if found.opening else None, today),
            "today": today,
            "sides": [BY_CODE[own], BY_CODE[other]],
            "choices": [language for language in SERVED if language.code != own],
            # Without a language: whoever scans it is led on to the page in the language of the telephone.
            "address": request.build_absolute_uri(f"/{found.path}"),
        }
        return render(request, "pages/poster.html", context)


class FiguresTableView(View):
    """All figures that may be shown, with the numbers as numbers and in words."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        text = StringIO(newline="")
        csv.writer(text).writerows(_table())
        # With the mark by which spreadsheets know UTF-8.
        return _file(text.getvalue().encode("utf-8-sig"), "figures.csv", "text/csv")


class _Found(NamedTuple):
    """The main office of a space that has a public page, its hours, and the page's path below a language."""

    office: Office
    opening: open_now.Opening | None
    path: str

    def address(self, request: HttpRequest) -> str:
        """The whole address of the page, in the reader's language."""
        return request.build_absolute_uri(f"/{get_language() or DEFAULT_CODE}/{self.path}")


def _found(request: HttpRequest, key: str) -> _Found:
    """One query where the facts and the pages are in memory. Raises Http404."""
    page = SpacePage.objects.filter(space__key=key, locale__language_code=DEFAULT_CODE).first()
    node = tree(request).nodes.get(page.pk) if page else None
    if page is None or node is None or node.is_private:
        raise Http404
    facts = open_now.facts(getattr(request, "facts_version", None))
    office = next((office for office in facts.offices.get(page.space_id, ()) if office.is_main), None)
    if office is None:
        raise Http404
    return _Found(office, facts.opening(office), node.path)


def _pages(request: HttpRequest, **which: Any) -> list[EventPage]:
    """One page for each event, in the reader's language or else in German, by time."""
    readable = EventPage.readable(EventPage.objects.filter(**which), request)
    found = in_readers_language(readable, "event_id").values()
    return sorted(found, key=lambda page: (page.event.starts_at, page.event.key))


def _entered(page: EventPage, request: HttpRequest) -> Entered:
    # The words and the fact change apart; both have been published or there would be no page.
    changed = [page.last_published_at, getattr(page.event.latest_revision, "created_at", None)]
    changed_at = max((moment for moment in changed if moment), default=page.event.starts_at)
    return Entered(page.event, page.title, page.lead, page.get_full_url(request) or "", changed_at)


def _table() -> Iterator[list[Any]]:
    yield ["year", "kind", "figure", "space", "area", "precision", "number", "number_to", "shown"] + [
        "state",
        "source",
        "as_of",
    ]
    for row in shown(Figure.objects.select_related("space")):
        fact = row.fact
        yield [
            fact.year,
            fact.kind,
            _plain(fact.get_kind_display()),
            fact.space.key if fact.space else "",
            _plain(row.area),
            "" if row.hidden else fact.precision,
            "" if row.value is None else row.value,
            "" if row.value_to is None else row.value_to,
            row.text,
            fact.state,
            _plain(fact.source),
            _plain(fact.as_of),
        ]


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
