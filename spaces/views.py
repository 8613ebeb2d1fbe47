"""What a reader takes along: events for a calendar, figures for a spreadsheet."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import View

from spaces.calendars import Entered, calendar
from spaces.figures import shown
from spaces.models import Figure
from spaces.models.pages import EventPage
from spaces.models.pages.base import in_readers_language

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


class FiguresTableView(View):
    """All figures that may be shown, with the numbers as numbers and in words."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        text = StringIO(newline="")
        csv.writer(text).writerows(_table())
        # With the mark by which spreadsheets know UTF-8.
        return _file(text.getvalue().encode("utf-8-sig"), "figures.csv", "text/csv")


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
