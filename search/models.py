"""How an address is tied to a space: the streets (imported), and the catchments (decided by the county); and the words
that help those who search by words.
"""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from portal.languages import BY_CODE
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
        "spaces.Space",
        on_delete=models.PROTECT,
        related_name="catchments",
        verbose_name=_("space"),
        help_text=_("The social space that answers for this area."),
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
        help_text=_("The municipality in which the area lies."),
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
    first_number = models.PositiveIntegerField(
        _("from number"),
        null=True,
        blank=True,
        help_text=_("The first house number of a part of the street. Empty: from its beginning. Example: 1"),
    )
    last_number = models.PositiveIntegerField(
        _("to number"),
        null=True,
        blank=True,
        help_text=_("The last house number of a part of the street. Empty: to its end. Example: 45"),
    )
    parity = models.CharField(
        _("side of the street"),
        max_length=4,
        choices=Parity,
        default=Parity.ALL,
        help_text=_("All house numbers, or only one side of the street."),
    )
    valid_from = models.DateField(
        _("valid from"), help_text=_("The first day on which it holds. Example: 2026-09-01")
    )
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it holds. Empty: until further notice. Example: 2027-07-31"),
    )
    ground = models.CharField(
        _("ground"),
        max_length=20,
        choices=Ground,
        default=Ground.DECISION,
        help_text=_("Why this space answers for it: by territory, by decision or by agreement."),
    )

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


def language_choices() -> list[tuple[str, str]]:
    """The languages of the portal, each with its name in itself. A function, so that a new one is no migration."""
    return [(language.code, language.name) for language in BY_CODE.values()]


class Synonyms(Fact):
    """What a language's readers call the same: groups of words, of which each finds what the others find."""

    language = models.CharField(
        _("language"),
        max_length=20,
        unique=True,
        choices=language_choices,
        help_text=_("The language in which people search with these words."),
    )
    words = models.TextField(
        _("words"),
        help_text=_(
            "Each line is a group of single words that mean the same to somebody who searches, with commas between "
            "them. At least one stands on a page. Example: money, cost, price"
        ),
    )

    panels = [FieldPanel("language"), FieldPanel("words"), confirmation_panel]

    class Meta:
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")
        ordering = ["language"]

    def __str__(self) -> str:
        return self.get_language_display()

    @property
    def groups(self) -> list[list[str]]:
        """The groups, each a list of words."""
        lines = (line.replace("،", ",").split(",") for line in self.words.splitlines())
        return [group for line in lines if (group := [word.strip() for word in line if word.strip()])]

    def clean(self) -> None:
        super().clean()
        alone = [group[0] for group in self.groups if len(group) < 2]
        if alone:
            raise ValidationError({"words": _("“%(word)s” stands alone in its line.") % {"word": alone[0]}})


class MissedWord(models.Model):
    """A word that was searched for at least three times, and led nowhere: something is missing, or called otherwise.

    No fact and not in the journal: nothing that readers see depends on it. See `search.missed`.
    """

    language = models.CharField(_("language"), max_length=20, choices=language_choices)
    word = models.CharField(_("word"), max_length=30)
    count = models.PositiveIntegerField(_("searches"))

    class Meta:
        verbose_name = _("word that led nowhere")
        verbose_name_plural = _("words that led nowhere")
        ordering = ["-count", "language", "word"]
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="missed_word_once")]

    def __str__(self) -> str:
        return self.word
