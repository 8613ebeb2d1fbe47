from datetime import date
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from portal.cldr import day

from .space import Space

#: What somebody may agree to: the fields `to_...` of a consent.
KINDS = ("photograph", "name", "video")


class Consent(models.Model):
    """What somebody agreed to on paper: to be seen or named in a page. No fact, and never public: no page, interface,
    export or message tells of it.

    It is never deleted. Withdrawn (`spaces.consents`) it has no name any more, and proves by its number, its dates and
    the place of the paper that it was given and ended.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_(
            "As it stands on the form. Readers never see it here. Of a child: the child's, and who signed. "
            "Example: Erika Mustermann"
        ),
    )
    to_photograph = models.BooleanField(
        _("photographs"), default=False, help_text=_("Pictures in which the person can be seen.")
    )
    to_name = models.BooleanField(
        _("name and words"), default=False, help_text=_("What the person says, with the name.")
    )
    to_video = models.BooleanField(
        _("videos"), default=False, help_text=_("Videos in which the person can be seen or heard.")
    )
    given_on = models.DateField(
        _("given on"), help_text=_("The date beside the signature. Example: 03.05.2026")
    )
    paper = models.CharField(
        _("where the paper is"),
        max_length=200,
        help_text=_(
            "Where the signed form lies, without the person's name: this stays when the name is deleted. "
            "Example: Advice office, folder 3, sheet 12"
        ),
    )
    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("space"),
        help_text=_("Whose team may see and use it. Empty: the Landkreis alone."),
    )
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_(
            "The last day, if the form names one. What rests on it is not shown after it. Example: 31.12.2027"
        ),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)

    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [FieldPanel("to_photograph"), FieldPanel("to_name"), FieldPanel("to_video")],
            heading=_("What was agreed to"),
        ),
        FieldRowPanel([FieldPanel("given_on"), FieldPanel("valid_until")]),
        FieldPanel("paper"),
        FieldPanel("space"),
    ]

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = [models.F("withdrawn_on").asc(nulls_first=True), "name", "pk"]

    def __str__(self) -> str:
        # The audit log keeps this, so it names nobody.
        return translate("Consent %(number)s (%(paper)s)") % {"number": self.pk or "", "paper": self.paper}

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if not any(getattr(self, f"to_{kind}") for kind in KINDS):
            wrong["to_photograph"] = translate("Tick at least one: what may be shown?")
        if self.given_on and self.given_on > timezone.localdate():
            wrong["given_on"] = translate("This day is still to come.")
        if self.given_on and self.valid_until and self.valid_until < self.given_on:
            wrong["valid_until"] = translate("This is before the day on which it was given.")
        names = [part for part in self.name.casefold().split() if len(part) > 2]
        if any(part in self.paper.casefold().split() for part in names):
            wrong["paper"] = translate("Please without the name: this stays when the name is deleted.")
        if self.withdrawn_on:
            wrong["name"] = translate("This consent was withdrawn. Nothing of it can be changed any more.")
        if wrong:
            raise ValidationError(wrong)

    def holds(self, on: date | None = None) -> bool:
        """Whether it holds on this day; None: today."""
        on = on or timezone.localdate()
        return self.withdrawn_on is None and (self.valid_until is None or on <= self.valid_until)

    def fault(self, kind: str) -> str:
        """Why nothing of this kind (of `KINDS`) may be shown by it, for the editor; empty where it may."""
        if self.withdrawn_on:
            return translate(
                "This consent was withdrawn on %(day)s. Nothing may be shown by it any more."
            ) % {"day": day(self.withdrawn_on)}
        if self.valid_until and not self.holds():
            return translate("This consent ended on %(day)s. Ask for a new one, and record it.") % {
                "day": day(self.valid_until)
            }
        if not getattr(self, f"to_{kind}"):
            field: Any = self._meta.get_field(f"to_{kind}")
            return translate("This consent is not given for this: %(kind)s. Choose another one.") % {
                "kind": field.verbose_name
            }
        return ""


def holding(way: str = "") -> Q:
    """As `Consent.holds` says today, for queries. `way`: how a row leads to its consent, for example `consent__`."""
    open_end = Q(**{f"{way}valid_until__isnull": True}) | Q(
        **{f"{way}valid_until__gte": timezone.localdate()}
    )
    return Q(**{f"{way}withdrawn_on__isnull": True}) & open_end
