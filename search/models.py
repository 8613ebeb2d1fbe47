"""How an address is tied to a space: the streets (imported), and the catchments (decided by the county)."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from search.address import fold
from search.routing import Numbers
from spaces.models.fact import Fact, Recorded, RecordedManager, RecordedQuerySet, confirmation_panel


class Street(Recorded):
    """A street of a street list that was imported. `place` is empty where the list names only the municipality."""

    name = models.CharField(_("name"), max_length=150)
    municipality = models.ForeignKey(
        "spaces.Municipality",
        on_delete=models.PROTECT,
        related_name="streets",
        verbose_name=_("municipality"),
    )
    place = models.ForeignKey(
        "spaces.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="streets",
        verbose_name=_("place"),
    )
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.postcode} {self.place or self.municipality}"


class CatchmentQuerySet(RecordedQuerySet["Catchment"]):
    def overlapping(self, valid_from: date, valid_until: date | None) -> "CatchmentQuerySet":
        """Those valid on at least one day of this span; both ends belong to it, None is for ever."""
        still_valid = self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=valid_from))
        return still_valid.filter(valid_from__lte=valid_until) if valid_until else still_valid


class CatchmentManager(RecordedManager["Catchment"]):
    def get_queryset(self) -> CatchmentQuerySet:
        return CatchmentQuerySet(self.model, using=self._db)


class Catchment(Fact):
    """The county's decision that a space answers for a territory, from a day on.

    The territory is a municipality, one of its places, a street, or a run of house numbers of a street; the most
    specific valid catchment wins. A street is named, not linked: street lists come and go, decisions stay.
    """

    class Parity(models.TextChoices):
        ALL = "all", _("all numbers")
        ODD = "odd", _("odd numbers")
        EVEN = "even", _("even numbers")

    class Ground(models.TextChoices):
        TERRITORY = "territory", _("territory of the municipality")
        DECISION = "decision", _("decision of the county")
        AGREEMENT = "agreement", _("agreement between spaces")

    space = models.ForeignKey(
        "spaces.Space", on_delete=models.PROTECT, related_name="catchments", verbose_name=_("space")
    )
    office = models.ForeignKey(
        "spaces.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="catchments",
        verbose_name=_("office"),
        help_text=_("Only where it is not the main office of the space."),
    )
    municipality = models.ForeignKey(
        "spaces.Municipality",
        on_delete=models.PROTECT,
        related_name="catchments",
        verbose_name=_("municipality"),
    )
    place = models.ForeignKey(
        "spaces.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="catchments",
        verbose_name=_("place"),
        help_text=_("Empty: the whole municipality."),
    )
    street = models.CharField(
        _("street"), max_length=150, blank=True, help_text=_("Empty: all streets. Example: Lüneburger Straße")
    )
    first_number = models.PositiveIntegerField(_("from number"), null=True, blank=True)
    last_number = models.PositiveIntegerField(_("to number"), null=True, blank=True)
    parity = models.CharField(_("side of the street"), max_length=4, choices=Parity, default=Parity.ALL)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it holds. Empty: until further notice."),
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground, default=Ground.DECISION)

    objects: ClassVar[CatchmentManager] = CatchmentManager()

    panels = [
        FieldRowPanel([FieldPanel("space"), FieldPanel("office")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("municipality"), FieldPanel("place")]),
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("first_number"), FieldPanel("last_number"), FieldPanel("parity")]),
            ],
            heading=_("Territory"),
        ),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        FieldPanel("ground"),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("catchment")
        verbose_name_plural = _("catchments")
        ordering = ["municipality__name", "place__name", "street", "first_number", "valid_from"]

    def __str__(self) -> str:
        territory = " · ".join(str(part) for part in (self.municipality, self.place, self.street) if part)
        return f"{territory}{self.numbers.label()} → {self.space}"

    @property
    def numbers(self) -> Numbers:
        """The run of house numbers it holds for; all of them where none is named."""
        return Numbers(self.first_number, self.last_number, self.parity)

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.place and self.municipality_id and self.place.municipality_id != self.municipality_id:
            errors["place"] = _("“%(place)s” belongs to another municipality.") % {"place": self.place}
        if self.office and self.space_id and self.office.space_id != self.space_id:
            errors["office"] = _("“%(office)s” belongs to another space.") % {"office": self.office}
        if not self.street and not self.numbers.is_all:
            errors["street"] = _("House numbers need a street.")
        if self.first_number and self.last_number and self.last_number < self.first_number:
            errors["last_number"] = _("The last number lies before the first one.")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            errors["valid_until"] = _("The last day lies before the first one.")
        if errors:
            raise ValidationError(errors)
        if self.municipality_id and self.valid_from and (other := self._equal_that_overlaps()):
            raise ValidationError(
                _(
                    "“%(this)s” and “%(other)s” decide about the same territory at the same time. End one first."
                ),
                params={"this": self, "other": other},
            )

    def _equal_that_overlaps(self) -> "Catchment | None":
        meeting = Catchment.objects.get_queryset().overlapping(self.valid_from, self.valid_until)
        for other in meeting.filter(municipality=self.municipality_id, place=self.place_id).exclude(
            pk=self.pk
        ):
            if fold(other.street) == fold(self.street) and self.numbers.overlaps(other.numbers):
                return other
        return None
