"""Geography is imported from the gazetteer, and can be imported again at any time.

What the county decides about it (catchments) lives in `search`.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from .fact import Fact, Recorded, confirmation_panel

postcodes_validator = RegexValidator(
    r"^(\d{5}( \d{5})*)?$", _("Postcodes have five digits and are separated by one blank.")
)


class Authority(Fact):
    """An administration beside the offices: the county itself, the city's youth office, the neighbours'."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("the county that runs this portal")
        CITY = "city", _("a city of the county with its own youth office")
        NEIGHBOUR = "neighbour", _("a neighbouring county")

    key = models.SlugField(
        _("key"),
        unique=True,
        help_text=_("A short name for programs, never changed. Example: landkreis-uelzen"),
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("Example: Jugendamt des Landkreises Uelzen")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, help_text=_("What it is to the county."))
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, help_text=_("Example: 030 23125 000")
    )
    website = models.URLField(_("website"), blank=True, help_text=_("Example: https://www.example.org"))

    panels = [
        FieldPanel("name"),
        FieldPanel("key"),
        FieldPanel("kind"),
        FieldPanel("telephone"),
        FieldPanel("website"),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind="county"),
                name="one_county",
                violation_error_message=_("There is already a county. A portal has one."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Municipality(Recorded):
    """A Gemeinde. `association` is the name of its Samtgemeinde, empty where it has none."""

    class Kind(models.TextChoices):
        UNITARY = "unitary", _("municipality of its own")
        MEMBER = "member", _("member of an association")
        MARKET = "market", _("market town, member of an association")
        TOWN = "town", _("town")
        CITY = "city", _("city")

    ags = models.CharField(_("official key (AGS)"), max_length=8, unique=True)
    ars = models.CharField(_("regional key (ARS)"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    association = models.CharField(_("association"), max_length=100, blank=True)
    postcodes = models.CharField(_("postcodes"), max_length=100, blank=True, validators=[postcodes_validator])
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="municipalities",
        verbose_name=_("authority"),
        help_text=_("Who is responsible where no space is."),
    )
    streets_complete_on = models.DateField(
        _("street list complete since"),
        null=True,
        blank=True,
        help_text=_(
            "An import declared on this day that its list holds every street. Empty: the list may have gaps."
        ),
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Place(Recorded):
    """A village or quarter of one of our municipalities. `also`: other writings of its name, parted by |."""

    name = models.CharField(_("name"), max_length=100)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="places", verbose_name=_("municipality")
    )
    postcodes = models.CharField(_("postcodes"), max_length=100, blank=True, validators=[postcodes_validator])
    also = models.CharField(_("other writings"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name", "municipality__name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="place_once_a_municipality")
        ]

    def __str__(self) -> str:
        return self.name


class OutsidePlace(Recorded):
    """A place that is not ours but shares a postcode or a name, or nearly a name, with one that is.

    `twin` says that it is near enough to be meant by somebody who types the name of ours (then the portal
    asks).
    """

    name = models.CharField(_("name"), max_length=100)
    region = models.CharField(
        _("region"), max_length=200, help_text=_("Example: bei Bad Bevensen, Landkreis Uelzen")
    )
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outside_places",
        verbose_name=_("authority"),
    )
    postcodes = models.CharField(_("postcodes"), max_length=200, blank=True, validators=[postcodes_validator])
    also = models.CharField(_("other writings"), max_length=300, blank=True)
    twin = models.BooleanField(_("asks when our name is typed"), default=False)

    class Meta:
        verbose_name = _("place outside")
        verbose_name_plural = _("places outside")
        ordering = ["name", "region"]
        constraints = [models.UniqueConstraint(fields=["name", "region"], name="outside_place_once_a_region")]

    def __str__(self) -> str:
        return f"{self.name} ({self.region})"
