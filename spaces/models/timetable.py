"""When something is open: the facts that an editor keeps. The rules of time are in `spaces.hours`, which is pure."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from spaces.vocabulary import ClosureReason, SchoolHolidayName, Way, Weekday, When

from .fact import Fact, Recorded, confirmation_panel


class Timetable(Fact):
    """The opening hours of an office, of an offer that has its own, or of a helpline: of exactly one of them."""

    office = models.OneToOneField(
        "spaces.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="timetable",
        verbose_name=_("office"),
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
    )

    panels = [
        FieldRowPanel([FieldPanel("office"), FieldPanel("offer"), FieldPanel("helpline")]),
        InlinePanel("rules", heading=_("Every week"), label=_("weekly rule")),
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


class Row(Recorded):
    """A row of a timetable. It is saved with its timetable, through the journal."""

    class Meta:
        abstract = True
        ordering = ["pk"]


class OpeningRule(Row):
    """Open every week on a day from one time to another. An end at or before the start is past midnight."""

    timetable = ParentalKey(Timetable, on_delete=models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    start = models.TimeField(_("from"), help_text=_("Example: 09:00"))
    end = models.TimeField(_("to"), help_text=_("Example: 12:30. 00:00 is midnight."))
    way = models.CharField(_("how to come"), max_length=20, choices=Way, default=Way.WALK_IN)
    when = models.CharField(_("when in the year"), max_length=20, choices=When, default=When.ALWAYS)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day on which it holds.")
    )

    panels = [
        FieldRowPanel([FieldPanel("weekday"), FieldPanel("start"), FieldPanel("end")]),
        FieldRowPanel([FieldPanel("way"), FieldPanel("when")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
    ]

    class Meta(Row.Meta):
        verbose_name = _("weekly rule")
        verbose_name_plural = _("weekly rules")
        ordering = ["weekday", "start"]

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.start is not None and self.end is not None and self.end == self.start:
            errors["end"] = _("It opens and closes at the same time.")
        if _is_backwards(self.valid_from, self.valid_until):
            errors["valid_until"] = _("The last day lies before the first one.")
        if errors:
            raise ValidationError(errors)


class Closure(Row):
    """Closed on these days, both ends included."""

    timetable = ParentalKey(Timetable, on_delete=models.CASCADE, related_name="closures")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), help_text=_("The last day on which it is closed."))
    reason = models.CharField(
        _("reason"), max_length=20, choices=ClosureReason, default=ClosureReason.HOLIDAY
    )

    panels = [FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day"), FieldPanel("reason")])]

    class Meta(Row.Meta):
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]

    def clean(self) -> None:
        super().clean()
        if _is_backwards(self.first_day, self.last_day):
            raise ValidationError({"last_day": _("The last day lies before the first one.")})


class SpecialDay(Row):
    """One day with other hours than usual; without times it is closed. Wins over everything else."""

    timetable = ParentalKey(Timetable, on_delete=models.CASCADE, related_name="special_days")
    day = models.DateField(_("day"))
    start = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty: closed all day."))
    end = models.TimeField(_("to"), null=True, blank=True)
    way = models.CharField(_("how to come"), max_length=20, choices=Way, default=Way.WALK_IN)
    reason = models.CharField(_("reason"), max_length=20, choices=ClosureReason, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("day"), FieldPanel("start"), FieldPanel("end")]),
        FieldRowPanel([FieldPanel("way"), FieldPanel("reason")]),
    ]

    class Meta(Row.Meta):
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day", "start"]

    def clean(self) -> None:
        super().clean()
        if (self.start is None) != (self.end is None):
            raise ValidationError({"end": _("Give both times, or none: then it is closed.")})
        if self.start is not None and self.start == self.end:
            raise ValidationError({"end": _("It opens and closes at the same time.")})


class SchoolHoliday(Fact):
    """School holidays, as the state's ministry publishes them. Both days belong to them."""

    name = models.CharField(_("name"), max_length=20, choices=SchoolHolidayName)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

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


def _is_backwards(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first
