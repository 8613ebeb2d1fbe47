"""When something is open: the facts that an editor keeps. The rules of time are in `spaces.hours`, which is pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time
from itertools import combinations
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from spaces.vocabulary import ClosureReason, SchoolHolidayName, Way, Weekday, When
from spaces.week_panel import ClockInput, DayInput, WeekPanel

from .fact import Fact, Recorded, confirmation_panel
from .rows import Complaint, WithRows

#: Until then, an end before the start is past midnight. After that it is a slip: it closes before it opens.
LATEST_CLOSING = time(6)

_DAY = 24 * 60
_WEEK = 7 * _DAY


class Timetable(WithRows, Fact):
    """The opening hours of an office, of an offer that has its own, or of a helpline: of exactly one of them."""

    office = models.OneToOneField(
        "spaces.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="timetable",
        verbose_name=_("office"),
        help_text=_("Whose hours these are: an office, an offer or a helpline."),
    )
    offer = models.OneToOneField(
        "spaces.Offer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="timetable",
        verbose_name=_("offer"),
        help_text=_("Only where an offer is not open whenever its office is."),
    )
    helpline = models.OneToOneField(
        "spaces.Helpline",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="timetable",
        verbose_name=_("helpline"),
        help_text=_("Whose hours these are: an office, an offer or a helpline."),
    )

    panels = [
        FieldRowPanel([FieldPanel("office"), FieldPanel("offer"), FieldPanel("helpline")]),
        WeekPanel("rules", heading=_("Every week"), label=_("weekly rule")),
        InlinePanel("closures", heading=_("Closed for some days"), label=_("closure")),
        InlinePanel("special_days", heading=_("Single days with other hours"), label=_("special day")),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(office__isnull=False, offer__isnull=True, helpline__isnull=True)
                    | models.Q(office__isnull=True, offer__isnull=False, helpline__isnull=True)
                    | models.Q(office__isnull=True, offer__isnull=True, helpline__isnull=False)
                ),
                name="timetable_of_exactly_one",
                violation_error_message=_("Opening hours belong to one office, one offer or one helpline."),
            )
        ]

    def __str__(self) -> str:
        return str(self.office or self.offer or self.helpline)

    def clean(self) -> None:
        super().clean()
        if sum(owner is not None for owner in (self.office_id, self.offer_id, self.helpline_id)) != 1:
            raise ValidationError(
                {"office": _("Opening hours belong to one office, one offer or one helpline.")}
            )

    def complaints_of_all(self) -> Iterator[Complaint]:
        return clashes([*self.rules.all()], [*self.special_days.all()])


class Row(Recorded):
    """A row of a timetable. It is saved with its timetable, through the journal."""

    class Meta:
        abstract = True
        ordering = ["pk"]


class OpeningRule(Row):
    """Open every week on a day from one time to another. An end at or before the start is past midnight."""

    timetable = ParentalKey(Timetable, on_delete=models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=Weekday, help_text=_("The day of the week.")
    )
    start = models.TimeField(_("from"), help_text=_("Example: 09:00"))
    end = models.TimeField(_("to"), help_text=_("Example: 12:30. 00:00 is midnight."))
    way = models.CharField(
        _("how to come"),
        max_length=20,
        choices=Way,
        default=Way.WALK_IN,
        help_text=_("Whether families simply come in, make an appointment first, or call."),
    )
    when = models.CharField(
        _("when in the year"),
        max_length=20,
        choices=When,
        default=When.ALWAYS,
        help_text=_("All year, in term time only, or in the school holidays only."),
    )
    on_public_holidays = models.BooleanField(
        _("on public holidays too"),
        default=False,
        help_text=_("Offices are closed then. A helpline may be there on every day."),
    )
    valid_from = models.DateField(
        _("valid from"),
        null=True,
        blank=True,
        help_text=_("The first day on which it holds. Empty: since ever. Example: 2026-09-01"),
    )
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it holds. Empty: until further notice. Example: 2027-07-31"),
    )

    panels = [
        FieldPanel("weekday"),
        FieldPanel("start", widget=ClockInput),
        FieldPanel("end", widget=ClockInput),
        FieldPanel("way"),
        FieldPanel("when"),
        FieldPanel("on_public_holidays"),
        FieldPanel("valid_from", widget=DayInput),
        FieldPanel("valid_until", widget=DayInput),
    ]

    class Meta(Row.Meta):
        verbose_name = _("weekly rule")
        verbose_name_plural = _("weekly rules")
        ordering = ["weekday", "start"]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {_hours(self.start, self.end)}"

    def clean(self) -> None:
        super().clean()
        errors = _wrong_times(self.start, self.end)
        if _is_backwards(self.valid_from, self.valid_until):
            errors["valid_until"] = _("The last day lies before the first one.")
        if errors:
            raise ValidationError(errors)


class Closure(Row):
    """Closed on these days, both ends included."""

    timetable = ParentalKey(Timetable, on_delete=models.CASCADE, related_name="closures")
    first_day = models.DateField(
        _("first day"), help_text=_("The first day on which it is closed. Example: 2026-12-24")
    )
    last_day = models.DateField(
        _("last day"), help_text=_("The last day on which it is closed. Example: 2027-01-01")
    )
    reason = models.CharField(
        _("reason"),
        max_length=20,
        choices=ClosureReason,
        default=ClosureReason.HOLIDAY,
        help_text=_("Readers see it in their language. Nobody is named."),
    )

    panels = [
        FieldRowPanel(
            [
                FieldPanel("first_day", widget=DayInput),
                FieldPanel("last_day", widget=DayInput),
                FieldPanel("reason"),
            ]
        )
    ]

    class Meta(Row.Meta):
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]

    def __str__(self) -> str:
        return f"{_day(self.first_day)} – {_day(self.last_day)}"

    def clean(self) -> None:
        super().clean()
        if _is_backwards(self.first_day, self.last_day):
            raise ValidationError({"last_day": _("The last day lies before the first one.")})


class SpecialDay(Row):
    """One day with other hours than usual; without times it is closed. Wins over everything else."""

    timetable = ParentalKey(Timetable, on_delete=models.CASCADE, related_name="special_days")
    day = models.DateField(_("day"), help_text=_("The day with other hours. Example: 2026-12-23"))
    start = models.TimeField(
        _("from"), null=True, blank=True, help_text=_("Empty: closed all day. Example: 10:00")
    )
    end = models.TimeField(
        _("to"), null=True, blank=True, help_text=_("Empty: closed all day. Example: 12:00")
    )
    way = models.CharField(
        _("how to come"),
        max_length=20,
        choices=Way,
        default=Way.WALK_IN,
        help_text=_("Whether families simply come in, make an appointment first, or call."),
    )
    reason = models.CharField(
        _("reason"),
        max_length=20,
        choices=ClosureReason,
        blank=True,
        help_text=_("Readers see it in their language. Nobody is named."),
    )

    panels = [
        FieldRowPanel(
            [
                FieldPanel("day", widget=DayInput),
                FieldPanel("start", widget=ClockInput),
                FieldPanel("end", widget=ClockInput),
            ]
        ),
        FieldRowPanel([FieldPanel("way"), FieldPanel("reason")]),
    ]

    class Meta(Row.Meta):
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day", "start"]

    def __str__(self) -> str:
        return f"{_day(self.day)} {_hours(self.start, self.end)}".strip()

    def clean(self) -> None:
        super().clean()
        if (self.start is None) != (self.end is None):
            raise ValidationError({"end": _("Give both times, or none: then it is closed.")})
        if errors := _wrong_times(self.start, self.end):
            raise ValidationError(errors)


class SchoolHoliday(Fact):
    """School holidays, as the state's ministry publishes them. Both days belong to them."""

    grows_old = False

    name = models.CharField(
        _("name"), max_length=20, choices=SchoolHolidayName, help_text=_("Which holidays they are.")
    )
    first_day = models.DateField(
        _("first day"), help_text=_("The first day without school. Example: 2026-10-12")
    )
    last_day = models.DateField(
        _("last day"), help_text=_("The last day without school. Example: 2026-10-24")
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("school holidays")
        verbose_name_plural = _("school holidays")
        ordering = ["first_day"]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.first_day.year}"

    def clean(self) -> None:
        super().clean()
        if _is_backwards(self.first_day, self.last_day):
            raise ValidationError({"last_day": _("The last day lies before the first one.")})
        if self.first_day is None or self.last_day is None:
            return
        others = SchoolHoliday.objects.exclude(pk=self.pk)
        other = others.filter(first_day__lte=self.last_day, last_day__gte=self.first_day).first()
        if other:
            raise ValidationError(
                {"first_day": _("“%(other)s” are on some of these days already.") % {"other": other}}
            )


AnyRow = TypeVar("AnyRow", bound=Row)


def clashes(rules: Sequence[OpeningRule], special_days: Sequence[SpecialDay]) -> Iterator[Complaint]:
    """Rows of one timetable that contradict each other, each pair once, at its later row.

    Rows that lack a time or a day are left out: they have a complaint of their own.
    """
    whole = [rule for rule in rules if None not in (rule.weekday, rule.start, rule.end)]
    for rule, other in _meeting(whole, _rules_meet):
        yield Complaint(rule, "start", gettext("Overlaps with “%(other)s”.") % {"other": other})
    dated = [day for day in special_days if day.day is not None and (day.start is None) == (day.end is None)]
    for day, earlier in _meeting(dated, _days_meet):
        if day.start is None or earlier.start is None:
            message = gettext("“%(other)s” says something else about this day.") % {"other": earlier}
            yield Complaint(day, "day", message)
        else:
            yield Complaint(day, "start", gettext("Overlaps with “%(other)s”.") % {"other": earlier})


def _meeting(
    rows: Iterable[AnyRow], meet: Callable[[AnyRow, AnyRow], bool]
) -> Iterator[tuple[AnyRow, AnyRow]]:
    for earlier, later in combinations(rows, 2):
        if meet(earlier, later):
            yield later, earlier


def _rules_meet(one: OpeningRule, other: OpeningRule) -> bool:
    if one.way != other.way:
        return False
    if one.when != other.when and When.ALWAYS not in (one.when, other.when):
        return False
    if (one.valid_from or date.min) > (other.valid_until or date.max):
        return False
    if (other.valid_from or date.min) > (one.valid_until or date.max):
        return False
    start, end = (one.weekday * _DAY + minute for minute in _span(one.start, one.end))
    first, last = (other.weekday * _DAY + minute for minute in _span(other.start, other.end))
    # Sunday's night ends on Monday: the week goes round.
    return any(start < last + shift and first + shift < end for shift in (-_WEEK, 0, _WEEK))


def _days_meet(one: SpecialDay, other: SpecialDay) -> bool:
    if one.day != other.day:
        return False
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    start, end = _span(one.start, one.end)
    first, last = _span(other.start, other.end)
    return one.way == other.way and start < last and first < end


def _span(start: time, end: time) -> tuple[int, int]:
    """In minutes since the day's midnight; an end that is not after the start lies on the next day."""
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return first, last if last > first else last + _DAY


def _wrong_times(start: time | None, end: time | None) -> dict[str, Any]:
    if start is None or end is None:
        return {}
    for name, moment in (("start", start), ("end", end)):
        if moment.second or moment.microsecond:
            return {name: _("Times are whole minutes.")}
    if start == end and start != time(0):
        return {"end": _("It opens and closes at the same time. A whole day is 00:00 to 00:00.")}
    if LATEST_CLOSING < end < start:
        return {"end": _("It closes before it opens. Past midnight it may be open until 06:00.")}
    return {}


def _is_backwards(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first


def _hours(start: time | None, end: time | None) -> str:
    if start is None or end is None:
        return ""
    return f"{time_format(start, 'H:i')}–{time_format(end, 'H:i')}"


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
