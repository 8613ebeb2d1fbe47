"""What surrounds an office: partners it works with, events, and figures about the work."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from spaces.vocabulary import EventKind, FigureKind, PartnerKind, Precision

from .fact import Fact, confirmation_panel
from .office import Office
from .space import Space

#: Counts of cases up to this number could point at a family, and are not shown.
SMALLEST_SHOWN = 5


class Partner(Fact):
    """Somebody with whom an office works locally."""

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        related_name="partners",
        verbose_name=_("space"),
        help_text=_("The social space to which this belongs."),
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Kindertagesstätte Spatzennest"))
    kind = models.CharField(
        _("kind"), max_length=20, choices=PartnerKind, help_text=_("Partners are listed by their kind.")
    )
    street = models.CharField(
        _("street and number"), max_length=100, blank=True, help_text=_("Example: Am Markt 17")
    )
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, help_text=_("Example: 21357"))
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Example: Bardowick"))
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, help_text=_("Example: 030 23125 000")
    )
    website = models.URLField(_("website"), blank=True, help_text=_("Example: https://www.example.org"))

    panels = [
        FieldPanel("space"),
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldPanel("street"),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("place")]),
        FieldRowPanel([FieldPanel("telephone"), FieldPanel("website")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["space__name", "kind", "name"]

    def __str__(self) -> str:
        return self.name


class Event(Fact):
    """Something that takes place at a time. Its name in a language is the title of its page."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Example: conference-2026"))
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=EventKind,
        help_text=_("What is for the steering group is shown to the steering group alone."),
    )
    starts_at = models.DateTimeField(_("begins"), help_text=_("Day and time. Example: 2026-09-01 15:00"))
    ends_at = models.DateTimeField(_("ends"), help_text=_("Day and time. Example: 2026-09-01 17:00"))
    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("space"),
        help_text=_("Empty: an event of the whole county."),
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("at the office"),
        help_text=_("Empty: at the address below."),
    )
    venue = models.CharField(
        _("venue"), max_length=200, blank=True, help_text=_("The proper name. Example: Kulturforum")
    )
    street = models.CharField(
        _("street and number"), max_length=100, blank=True, help_text=_("Example: Am Markt 17")
    )
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, help_text=_("Example: 21357"))
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Example: Bardowick"))

    panels = [
        FieldPanel("key"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("space"), FieldPanel("office")]),
        FieldPanel("venue"),
        FieldPanel("street"),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("place")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})
        if self.office and self.space_id and self.office.space_id != self.space_id:
            raise ValidationError(
                {"office": _("“%(office)s” belongs to another space.") % {"office": self.office}}
            )


class Figure(Fact):
    """A number about the work in a year, for one space or for all of them."""

    grows_old = False

    year = models.PositiveSmallIntegerField(
        _("year"), help_text=_("The year for which the number holds. Example: 2025")
    )
    kind = models.CharField(
        _("kind"),
        max_length=30,
        choices=FigureKind,
        help_text=_(
            "What is counted. Counts of families below five are not shown: they could point at somebody."
        ),
    )
    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("space"),
        help_text=_("Empty: all spaces together."),
    )
    precision = models.CharField(
        _("how exact"),
        max_length=10,
        choices=Precision,
        default=Precision.EXACT,
        help_text=_("Whether the number is exact, rounded, or lies between two numbers."),
    )
    value = models.DecimalField(_("number"), max_digits=12, decimal_places=2, help_text=_("Example: 120"))
    value_to = models.DecimalField(
        _("up to"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only for “from … to”. Example: 150"),
    )

    panels = [
        FieldRowPanel([FieldPanel("year"), FieldPanel("kind"), FieldPanel("space")]),
        FieldRowPanel([FieldPanel("precision"), FieldPanel("value"), FieldPanel("value_to")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["-year", "kind", "space__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "kind", "space"],
                name="figure_once_a_year_and_space",
                violation_error_message=_("This figure is there already for that year."),
            ),
            models.UniqueConstraint(
                fields=["year", "kind"],
                condition=models.Q(space__isnull=True),
                name="figure_once_a_year_for_all",
                violation_error_message=_("This figure is there already for that year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"

    @property
    def is_too_small(self) -> bool:
        """Whether it counts so few cases that it could point at a family: then it is not shown."""
        return self.kind == FigureKind.CASES and 0 < self.value < SMALLEST_SHOWN

    def clean(self) -> None:
        super().clean()
        if self.value is not None and self.value < 0:
            raise ValidationError({"value": _("There is no figure below zero.")})
        if (self.precision == Precision.RANGE) != (self.value_to is not None):
            raise ValidationError(
                {"value_to": _("“From … to” needs a second number, and nothing else has one.")}
            )
        if self.value_to is not None and self.value is not None and self.value_to <= self.value:
            raise ValidationError({"value_to": _("The second number is not greater than the first.")})
