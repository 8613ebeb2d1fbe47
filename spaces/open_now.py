"""What is open, and what there is around an office, as of one version of the journal: the seam between the facts
and the pure rules of `spaces.hours`.

All of it together is small (some offices, offers and numbers to call). A process reads it in a dozen queries, once
for each version of the journal and each day in Berlin; a page then costs none. A closure that is entered makes a new
version, so every process reads again at its next request.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import holidays
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Page

from spaces import hours
from spaces.changes import version
from spaces.models import (
    Authority,
    Confidentiality,
    Event,
    Helpline,
    Mandate,
    Offer,
    Office,
    Partner,
    SchoolHoliday,
    Stop,
    Timetable,
)
from spaces.models.pages import EventPage, ServicePage
from spaces.vocabulary import ClosureReason, EventKind, Way

#: Holidays and closures are announced so many days ahead.
ANNOUNCED = timedelta(days=60)

# The public holidays of Germany's states as the library names them, for the translators.
_NAMES = (
    gettext_noop("New Year's Day"),
    gettext_noop("Epiphany"),
    gettext_noop("Women's Day"),
    gettext_noop("Good Friday"),
    gettext_noop("Easter Sunday"),
    gettext_noop("Easter Monday"),
    gettext_noop("Labor Day"),
    gettext_noop("Ascension Day"),
    gettext_noop("Pentecost"),
    gettext_noop("Pentecost Monday"),
    gettext_noop("Corpus Christi"),
    gettext_noop("Assumption Day"),
    gettext_noop("World Children's Day"),
    gettext_noop("German Unity Day"),
    gettext_noop("Reformation Day"),
    gettext_noop("All Saints' Day"),
    gettext_noop("Repentance and Prayer Day"),
    gettext_noop("Christmas Day"),
    gettext_noop("Second Day of Christmas"),
)


# What a page shows ----------------------------------------------------------------------------------------------------


class Now(NamedTuple):
    """How it is at a moment. `until`: when that ends; None where nothing is known to change.

    While closed, `ways` are those that open next, and `until` is when. `reason` says why it is closed, in the
    reader's language, where there is a reason beside the hour.
    """

    open: bool
    ways: tuple[str, ...]
    until: datetime | None
    reason: str

    @property
    def is_always(self) -> bool:
        """Open, and no end is known: day and night."""
        return self.open and self.until is None


class Span(NamedTuple):
    """Open from one time of the day to another; 00:00 is midnight."""

    opens: time
    closes: time
    way: str

    @property
    def way_label(self) -> str:
        return str(Way(self.way).label)


class Row(NamedTuple):
    """A day of the week table. `usual`: the spans that another week would hold, where they are others."""

    day: date
    spans: tuple[Span, ...]
    usual: tuple[Span, ...]
    reason: str


class Announced(NamedTuple):
    """Days on which it is closed, or open at other hours (`spans`), both included, with the reason for readers."""

    first: date
    last: date
    spans: tuple[Span, ...]
    reason: str


class Opening(NamedTuple):
    """The opening hours of one office, offer or helpline, and the fact that says how sure they are."""

    fact: Timetable
    table: hours.Timetable
    #: The same without closures, special days and public holidays.
    usual: hours.Timetable
    has_hours: bool
    closures: tuple[hours.Closure, ...]
    special_days: tuple[hours.SpecialDay, ...]

    def now(self, at: datetime) -> Now:
        """How it is at a moment, and what comes next."""
        state = self.table.state(at)
        ways = state.ways
        if not state.open and state.until:
            ways = self.table.state(state.until).ways
        (today,) = self.table.days(timezone.localdate(at), 1)
        return Now(state.open, _in_order(ways), state.until, _why(state, today))

    def week(self, first: date) -> list[Row]:
        """Seven days from the first one on."""
        return self._rows(first, 7)

    def _rows(self, first: date, count: int) -> list[Row]:
        days, usual = self.table.days(first, count), self.usual.days(first, count)
        return [
            Row(
                day.day,
                _spans(day.spans),
                _spans(plain.spans) if plain.spans != day.spans else (),
                reason_label(day.reason, day.holiday),
            )
            for day, plain in zip(days, usual, strict=True)
        ]

    def ahead(self, today: date) -> list[Announced]:
        """Closures, special days and public holidays that change something after the next seven days, by time. Where
        no hours are known no week is shown, so these days are told of too.
        """
        shown, last = today + timedelta(days=6 if self.has_hours else -1), today + ANNOUNCED
        announced = [
            Announced(max(closure.first, today), closure.last, (), reason_label(closure.reason))
            for closure in self.closures
            if closure.first <= last and today <= closure.last
        ]
        special = {row.day for row in self.special_days}
        covered = [(closure.first, closure.last) for closure in self.closures]
        for row in self._rows(today, ANNOUNCED.days + 1):
            is_covered = any(first <= row.day <= end for first, end in covered)
            if row.day in special or (row.usual and row.reason and not is_covered):
                announced.append(Announced(row.day, row.day, row.spans, row.reason))
        return sorted(row for row in announced if row.last > shown)

    def ways(self, today: date) -> list[str]:
        """The ways in which people may come in these weeks, whatever closures say."""
        days = self.usual.days(today, 14)
        return [*_in_order(frozenset(span.way for day in days for span in day.spans))]


class Listed(NamedTuple):
    """Something whose name is the title of its page in the reader's language, with that page."""

    fact: Any
    page: Any


class Facts(NamedTuple):
    """Everything that readers see around offices, in memory. The rows are shared: nobody may change them."""

    version: int
    day: date
    of_office: dict[int, Opening]
    of_offer: dict[int, Opening]
    of_helpline: dict[int, Opening]
    helplines: list[Helpline]
    stops: dict[int, list[Stop]]
    offers: dict[int, list[Offer]]
    partners: dict[int, list[Partner]]
    events: list[Event]
    #: Pages by language and by the row that they are about.
    service_pages: dict[tuple[str, int], Any]
    event_pages: dict[tuple[str, int], Any]
    #: The offices of each space, its main one first, and who runs it today.
    offices: dict[int, list[Office]]
    mandates: dict[int, Mandate]
    county: Authority | None
    #: What an authority has approved to be said about confidentiality, by kind of provider: the newest.
    confidentiality: dict[str, Confidentiality]

    def opening(self, fact: Office | Offer | Helpline) -> Opening | None:
        """The opening hours of a fact; those of the office where an offer has none. None: nothing is known."""
        if isinstance(fact, Office):
            return self.of_office.get(fact.pk)
        if isinstance(fact, Helpline):
            return self.of_helpline.get(fact.pk)
        return self.of_offer.get(fact.pk) or self.of_office.get(fact.office_id)

    def offers_of(self, office: Office, language: str) -> list[Listed]:
        """What an office offers, by name. An offer without a page in this language or in German has no name yet."""
        found = [
            Listed(offer, page)
            for offer in self.offers.get(office.pk, ())
            if (page := self._page(self.service_pages, language, offer.service_id))
        ]
        return sorted(found, key=lambda listed: str(listed.page.title))

    def events_of(self, space: int, at: datetime, language: str) -> list[Listed]:
        """What is still to come in a space, and in the whole county; by time."""
        return [
            Listed(event, page)
            for event in self.events
            if event.space_id in (None, space)
            and event.ends_at > at
            and (page := self._page(self.event_pages, language, event.pk))
        ]

    @staticmethod
    def _page(pages: dict[tuple[str, int], Any], language: str, key: int) -> Any:
        return pages.get((language, key)) or pages.get((settings.LANGUAGE_CODE, key))


def reason_label(code: str | None, holiday: str = "") -> str:
    """Why a day is as it is, in the reader's language: a word of the vocabulary, or the name of a public holiday."""
    if code and code != hours.PUBLIC_HOLIDAY:
        return str(ClosureReason(code).label)
    if holiday:
        # The library joins the names of two holidays on one day.
        return "; ".join(_(name) for name in holiday.split("; "))
    return _("public holiday") if code else ""


# Reading it -----------------------------------------------------------------------------------------------------------

_latest: Facts | None = None


def facts(newest: int | None = None) -> Facts:
    """The facts of this version of the journal (asked for in one query where it is not given), and of today."""
    global _latest
    newest = version() if newest is None else newest
    today = timezone.localdate()
    # A version that went back is a database put back from a copy.
    if _latest is None or _latest.version != newest or _latest.day != today:
        _latest = _read(newest, today)
    return _latest


def forget() -> None:
    """Drop what is kept. For tests, which roll the journal back."""
    global _latest
    _latest = None


def public_holidays(first: int, last: int) -> Mapping[date, str]:
    """The public holidays of the state that the settings name, in these years, with English names where there are."""
    return _public_holidays(*settings.PUBLIC_HOLIDAYS, first, last)


@lru_cache(maxsize=8)
def _public_holidays(country: str, subdivision: str, first: int, last: int) -> Mapping[date, str]:
    years = range(first, last + 1)
    return dict(
        holidays.country_holidays(country, subdiv=subdivision or None, years=years, language="en_US").items()
    )


def _read(newest: int, today: date) -> Facts:
    openings = list(_openings(today))
    return Facts(
        newest,
        today,
        {fact.office_id: opening for fact, opening in openings if fact.office_id},
        {fact.offer_id: opening for fact, opening in openings if fact.offer_id},
        {fact.helpline_id: opening for fact, opening in openings if fact.helpline_id},
        list(Helpline.objects.all()),
        _grouped(Stop.objects.all(), "office_id"),
        _grouped(Offer.objects.select_related("service", "provider", "office__space"), "office_id"),
        _grouped(Partner.objects.order_by("kind", "name"), "space_id"),
        # The steering group's meetings are shown to its members only, on its own page.
        list(
            Event.objects.exclude(kind=EventKind.STEERING)
            .filter(ends_at__gt=timezone.now())
            .select_related("office")
        ),
        _pages(ServicePage, "service_id"),
        _pages(EventPage, "event_id"),
        _grouped(Office.objects.select_related("space"), "space_id"),
        {
            mandate.space_id: mandate
            for mandate in Mandate.objects.valid_on(today).select_related("provider").order_by("valid_from")
        },
        Authority.objects.filter(kind=Authority.Kind.COUNTY).first(),
        _confidentiality(today),
    )


def _openings(today: date) -> Iterable[tuple[Timetable, Opening]]:
    """The opening hours, each with the fact of its own owner."""
    school, public = holidays_around(today)
    facts = list(
        Timetable.objects.select_related("offer").prefetch_related("rules", "closures", "special_days")
    )
    of_office = {fact.office_id: fact for fact in facts if fact.office_id}
    for fact in facts:
        office = of_office.get(fact.offer.office_id) if fact.offer else None
        yield fact, opening_of(fact, school, public, office)


def holidays_around(today: date) -> tuple[list[hours.Period], Mapping[date, str]]:
    """The school holidays that are known, and the public holidays of the years that a page may speak of."""
    school = [hours.Period(row.first_day, row.last_day) for row in SchoolHoliday.objects.all()]
    return school, public_holidays(today.year - 1, today.year + 2)


def _confidentiality(today: date) -> dict[str, Confidentiality]:
    # What nobody has confirmed is told with a mark elsewhere; of a promise it is not told at all.
    rows = Confidentiality.objects.filter(
        approved_on__lte=today, confirmed_on__isnull=False, is_example=False
    ).select_related("approved_by")
    return {row.kind: row for row in rows.order_by("approved_on")}


def opening_of(
    fact: Timetable, school: list[hours.Period], public: Mapping[date, str], office: Timetable | None = None
) -> Opening:
    """The facts of a timetable as the pure rules take them, with the school holidays and the public ones by day.

    `office`: the hours of the office of an offer. An offer that has closures of its own and no hours keeps the
    office's, so that one offer can be closed without saying the hours twice.
    """
    if office and not fact.rules.all() and not any(row.start for row in fact.special_days.all()):
        shared = opening_of(office, school, public)
        own = opening_of(fact, school, public)
        closures, special_days = shared.closures + own.closures, shared.special_days + own.special_days
        table = hours.Timetable(_rules(office), closures, special_days, school, public)
        return shared._replace(table=table, closures=closures, special_days=special_days)
    # A vocabulary's codes are text to the types, and the pure rules name each of them.
    days: list[Any] = list(fact.special_days.all())
    rules = _rules(fact)
    closures = tuple(hours.Closure(row.first_day, row.last_day, row.reason) for row in fact.closures.all())
    special_days = tuple(
        hours.SpecialDay(
            row.day,
            (hours.Hours(_minute(row.start), _minute(row.end), row.way),) if row.start and row.end else (),
            row.reason,
        )
        for row in days
    )
    return Opening(
        fact,
        hours.Timetable(rules, closures, special_days, school, public),
        hours.Timetable(rules, school_holidays=school),
        bool(rules) or any(row.hours for row in special_days),
        closures,
        special_days,
    )


def _rules(fact: Timetable) -> list[hours.Rule]:
    rows: list[Any] = list(fact.rules.all())
    return [
        hours.Rule(
            frozenset({row.weekday}),
            _minute(row.start),
            _minute(row.end),
            row.way,
            row.valid_from,
            row.valid_until,
            row.when,
            row.on_public_holidays,
        )
        for row in rows
    ]


def _pages(model: type[Page], about: str) -> dict[tuple[str, int], Any]:
    pages = model.objects.live().public().select_related("locale")
    return {(page.locale.language_code, getattr(page, about)): page for page in pages}


def _grouped(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return dict(groups)


def _why(state: hours.State, today: hours.Day) -> str:
    return reason_label(state.reason, today.holiday) if state.reason else ""


def _minute(clock: time) -> time:
    # A spreadsheet may bring seconds along.
    return clock.replace(second=0, microsecond=0)


def _spans(spans: Iterable[hours.Span]) -> tuple[Span, ...]:
    return tuple(Span(span.opens, span.closes, span.way) for span in spans)


def _in_order(ways: hours.Ways) -> tuple[str, ...]:
    return tuple(way for way in hours.WAYS if way in ways)
