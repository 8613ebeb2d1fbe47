from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from .fact import Fact, Recorded, confirmation_panel
from .geography import Municipality
from .rows import WithRows


class School(WithRows, Fact):
    """A primary school. Which office works there follows from where it stands."""

    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Grundschule Adendorf"))
    also = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("Parted by |. Example: Elbtal-Grundschule|Elbtalschule"),
    )
    street = models.CharField(_("street"), max_length=100, blank=True, help_text=_("Example: Große Straße"))
    house_number = models.CharField(_("house number"), max_length=20, blank=True, help_text=_("Example: 9a"))
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, help_text=_("Example: 21357"))
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Example: Bardowick"))
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="schools",
        verbose_name=_("municipality"),
        help_text=_("The municipality in which the school stands."),
    )

    agreement = models.ForeignKey(
        "wagtaildocs.Document",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cooperation agreement"),
        help_text=_("The paper in which school and offices have agreed to work together, as a file."),
    )
    agreement_on = models.DateField(
        _("agreement of"),
        null=True,
        blank=True,
        help_text=_("The day on which it was signed. Example: 2026-02-01"),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("also"),
        FieldRowPanel([FieldPanel("street"), FieldPanel("house_number")]),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("place")]),
        FieldPanel("municipality"),
        InlinePanel("sites", heading=_("Branch sites"), label=_("branch site")),
        FieldRowPanel([FieldPanel("agreement"), FieldPanel("agreement_on")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="school_once_a_municipality")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.agreement_id and not self.agreement_on:
            raise ValidationError({"agreement_on": _("A cooperation agreement has a date.")})


class SchoolSite(Recorded):
    """A branch site of a school. It is saved with its school, through the journal."""

    school = ParentalKey(School, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Außenstelle Tripkau"))
    street = models.CharField(
        _("street and number"), max_length=100, blank=True, help_text=_("Example: Am Markt 17")
    )
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, help_text=_("Example: 21357"))
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Example: Bardowick"))

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("street"), FieldPanel("postcode"), FieldPanel("place")]),
    ]

    class Meta:
        verbose_name = _("branch site")
        verbose_name_plural = _("branch sites")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
