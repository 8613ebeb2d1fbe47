from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from spaces.vocabulary import ConfidentialityWording, ProviderKind

from .fact import Fact, RecordedManager, RecordedQuerySet, confirmation_panel
from .geography import Authority
from .space import Space


class Provider(Fact):
    """A Träger: who runs the team of a space."""

    Kind = ProviderKind

    key = models.SlugField(
        _("key"), unique=True, help_text=_("Part of addresses, never changed. Example: caritas-lueneburg")
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Caritasverband Lüneburg"))
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind,
        help_text=_("It decides which sentence about confidentiality readers see."),
    )
    website = models.URLField(_("website"), blank=True, help_text=_("Example: https://www.example.org"))

    panels = [
        FieldPanel("name"),
        FieldPanel("key"),
        FieldPanel("kind"),
        FieldPanel("website"),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MandateQuerySet(RecordedQuerySet["Mandate"]):
    def valid_on(self, day: date) -> "MandateQuerySet":
        """Those that hold on this day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        )


class MandateManager(RecordedManager["Mandate"]):
    def get_queryset(self) -> MandateQuerySet:
        return MandateQuerySet(self.model, using=self._db)

    def valid_on(self, day: date) -> MandateQuerySet:
        """Those that hold on this day."""
        return self.get_queryset().valid_on(day)


class Mandate(Fact):
    """Who runs a space, from when until when. Both days belong to it; an unknown day is empty."""

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("space"),
        help_text=_("The social space to which this belongs."),
    )
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("provider"),
        help_text=_("The provider that runs the office of this space."),
    )
    valid_from = models.DateField(
        _("valid from"),
        null=True,
        blank=True,
        help_text=_("The first day. Empty: not known. Example: 2026-09-01"),
    )
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it holds. Empty: until further notice. Example: 2027-07-31"),
    )

    objects: ClassVar[MandateManager] = MandateManager()

    panels = [
        FieldPanel("space"),
        FieldPanel("provider"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["space__name", "-valid_from"]

    def __str__(self) -> str:
        return f"{self.space}: {self.provider}"

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last day lies before the first one.")})
        if self.space_id is None:
            return
        first, last = self.valid_from or date.min, self.valid_until or date.max
        for other in (
            Mandate.objects.filter(space=self.space_id).exclude(pk=self.pk).select_related("provider")
        ):
            if (other.valid_from or date.min) <= last and first <= (other.valid_until or date.max):
                raise ValidationError(
                    _("“%(other)s” already runs this space at that time. End that mandate first."),
                    params={"other": other.provider},
                )


class Confidentiality(Fact):
    """The wording about confidentiality that an authority has approved for one kind of provider, on a day.

    Readers are told the newest one, from its day on and once it is confirmed; until then the fixed sentence stands,
    which is the first of the wordings and promises nothing.
    """

    grows_old = False

    kind = models.CharField(
        _("kind of provider"),
        max_length=20,
        choices=Provider.Kind,
        help_text=_("For which kind of provider the wording holds."),
    )
    wording = models.CharField(
        _("wording"),
        max_length=20,
        choices=ConfidentialityWording,
        help_text=_("The sentence that readers see. The authority has to approve it first."),
    )
    approved_on = models.DateField(
        _("approved on"),
        help_text=_(
            "Readers see the wording from this day on, as soon as it is confirmed below. Example: 2026-09-01"
        ),
    )
    approved_by = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approved by"),
        help_text=_("The authority that approved the wording."),
    )

    panels = [
        FieldPanel("kind"),
        FieldPanel("wording"),
        FieldRowPanel([FieldPanel("approved_on"), FieldPanel("approved_by")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("wording about confidentiality")
        verbose_name_plural = _("wordings about confidentiality")
        ordering = ["kind", "-approved_on"]

    def __str__(self) -> str:
        day = date_format(self.approved_on, "SHORT_DATE_FORMAT") if self.approved_on else ""
        return f"{self.get_kind_display()} {day}".strip()

    def clean(self) -> None:
        super().clean()
        same_day = Confidentiality.objects.filter(kind=self.kind, approved_on=self.approved_on)
        if self.approved_on and same_day.exclude(pk=self.pk).exists():
            raise ValidationError(
                {"approved_on": _("For this kind of provider a wording was approved on this day already.")}
            )
