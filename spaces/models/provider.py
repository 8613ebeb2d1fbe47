from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .fact import Fact, RecordedManager, RecordedQuerySet, confirmation_panel
from .space import Space


class Provider(Fact):
    """A Träger: who runs the team of a space."""

    class Kind(models.TextChoices):
        FREE = "free", _("free organisation")
        MUNICIPALITY = "municipality", _("municipality")
        COUNTY = "county", _("county")

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200, help_text=_("Example: Caritasverband Lüneburg"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
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
        Space, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("space")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("provider")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

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
