from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .fact import Fact, confirmation_panel
from .geography import Municipality


class School(Fact):
    """A primary school. Which office works there follows from where it stands."""

    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Grundschule Adendorf"))
    also = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("Parted by |. Example: Elbtal-Grundschule|Elbtalschule"),
    )
    street = models.CharField(_("street"), max_length=100, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="schools", verbose_name=_("municipality")
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("also"),
        FieldRowPanel([FieldPanel("street"), FieldPanel("house_number")]),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("place")]),
        FieldPanel("municipality"),
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
