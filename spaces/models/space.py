from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from .fact import Fact, confirmation_panel


class Space(Fact):
    """A Sozialraum: one of the areas into which the county divides its help for families.

    Which territory it answers for is decided by catchments (`search.models.Catchment`), not here.
    """

    key = models.SlugField(
        _("key"), unique=True, help_text=_("Part of addresses, never changed. Example: amt-neuhaus")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Example: Amt Neuhaus"))
    town_hall_street = models.CharField(
        _("town hall: street and number"), max_length=100, blank=True, help_text=_("Example: Am Markt 17")
    )
    town_hall_postcode = models.CharField(
        _("town hall: postcode"), max_length=5, blank=True, help_text=_("Example: 21357")
    )
    town_hall_place = models.CharField(
        _("town hall: place"), max_length=100, blank=True, help_text=_("Example: Bardowick")
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("key"),
        MultiFieldPanel(
            [
                FieldPanel("town_hall_street"),
                FieldRowPanel([FieldPanel("town_hall_postcode"), FieldPanel("town_hall_place")]),
            ],
            heading=_("Town hall"),
        ),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
