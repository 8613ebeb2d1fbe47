from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from spaces.codes import CodesField
from spaces.vocabulary import Building, Known, SpokenLanguage

from .fact import Fact, Recorded, confirmation_panel
from .rows import WithRows
from .space import Space


class Office(WithRows, Fact):
    """A Sozialraumbüro: where families go. A space has one main office and may have more."""

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        related_name="offices",
        verbose_name=_("space"),
        help_text=_("The social space to which this belongs."),
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
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, blank=True, help_text=_("Example: 53.29580")
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        help_text=_("Example: 10.38760"),
    )
    step_free = models.CharField(
        Building.STEP_FREE.label,
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Ask on the spot if you do not know it: families plan their way by it."),
    )
    lift = models.CharField(
        Building.LIFT.label,
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Ask on the spot if you do not know it: families plan their way by it."),
    )
    accessible_toilet = models.CharField(
        Building.ACCESSIBLE_TOILET.label,
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Ask on the spot if you do not know it: families plan their way by it."),
    )
    hearing_loop = models.CharField(
        Building.HEARING_LOOP.label,
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Ask on the spot if you do not know it: families plan their way by it."),
    )
    parking = models.CharField(
        Building.PARKING.label,
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Ask on the spot if you do not know it: families plan their way by it."),
    )
    languages = CodesField(
        _("languages of the team"),
        vocabulary=SpokenLanguage,
        help_text=_("Languages that somebody there speaks."),
    )

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
        InlinePanel("stops", heading=_("How to get there"), label=_("stop")),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldPanel("languages"),
        MultiFieldPanel([FieldPanel(feature.value) for feature in Building], heading=_("The building")),
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

    @property
    def is_reachable(self) -> bool:
        """Whether there is any way to reach it: telephone, e-mail, or a door to knock at."""
        return bool(self.telephone or self.email or (self.street and self.place))

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        # Nothing is known of many offices yet, and the portal says so. But nobody can confirm nothing.
        if self.state == "confirmed" and not self.is_reachable:
            errors["telephone"] = _(
                "A confirmed office needs a way to reach it: telephone, e-mail, or street and place."
            )
        if self.is_main and self.space_id is not None:
            others = Office.objects.filter(space=self.space_id, is_main=True).exclude(pk=self.pk)
            if others.exists():
                errors["is_main"] = _(
                    "This space already has a main office. Take the mark from that one first."
                )
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            errors[missing] = _("A position needs latitude and longitude.")
        if errors:
            raise ValidationError(errors)


class Stop(Recorded):
    """A stop of bus or train near an office. It is saved with its office, through the journal."""

    office = ParentalKey(Office, on_delete=models.CASCADE, related_name="stops")
    name = models.CharField(_("stop"), max_length=100, help_text=_("Example: Melbeck, Am Diemel"))
    lines = models.CharField(_("lines"), max_length=100, blank=True, help_text=_("Example: 5005, 5600"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes on foot"), null=True, blank=True, help_text=_("From the stop to the door. Example: 5")
    )

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("lines"), FieldPanel("minutes")])]

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["minutes", "name"]

    def __str__(self) -> str:
        return self.name
