from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from .fact import Fact, confirmation_panel
from .space import Space


class Office(Fact):
    """A Sozialraumbüro: where families go. A space has one main office and may have more."""

    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, related_name="offices", verbose_name=_("space")
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Sozialraumbüro Ilmenau"))
    is_main = models.BooleanField(
        _("main office"),
        default=True,
        help_text=_("The office that answers for the space where nothing else is decided."),
    )
    street = models.CharField(_("street"), max_length=100, blank=True, help_text=_("Example: Große Straße"))
    house_number = models.CharField(_("house number"), max_length=20, blank=True, help_text=_("Example: 9a"))
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, help_text=_("Example: 21357"))
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Example: Bardowick"))
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, help_text=_("Example: 030 23125 000")
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Example: office@example.org"))

    panels = [
        FieldPanel("space"),
        FieldPanel("name"),
        FieldPanel("is_main"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("street"), FieldPanel("house_number")]),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("place")]),
            ],
            heading=_("Address"),
        ),
        MultiFieldPanel([FieldPanel("telephone"), FieldPanel("email")], heading=_("How to reach it")),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["space__name", "-is_main", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["space"],
                condition=models.Q(is_main=True),
                name="one_main_office_a_space",
                violation_error_message=_(
                    "This space already has a main office. Take the mark from that one first."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def street_line(self) -> str:
        """Street and number as written on an envelope; empty where the street is not known."""
        return f"{self.street} {self.house_number}".strip()

    @property
    def place_line(self) -> str:
        return f"{self.postcode} {self.place}".strip()
