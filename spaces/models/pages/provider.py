from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField

from portal.api_fields import BodyField
from portal.pages import BodyBlock, PortalPage
from spaces import structured_data

from ..provider import Mandate, Provider
from ..service import Offer
from .base import FactField, SpokenPage, pages_below, pages_by_fact
from .service import offer_lines
from .space import SpacePage


class ProviderIndexPage(SpokenPage):
    """Who runs the offices."""

    lead = models.CharField(
        _("lead"),
        max_length=300,
        blank=True,
        help_text=_(
            "One or two sentences that stand above the text and in lists. Example: Here you find help near you."
        ),
    )

    parent_page_types = ["home.HomePage"]
    subpage_types = ["spaces.ProviderPage"]
    max_count_per_parent = 1

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    api_fields = [*PortalPage.api_fields, APIField("lead")]
    template = "pages/provider_index_page.html"

    class Meta:
        verbose_name = _("list of providers")
        verbose_name_plural = _("lists of providers")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `providers`: the pages of providers below this one, by name."""
        context = super().get_context(request, *args, **kwargs)
        context["providers"] = pages_below(self, ProviderPage, request).order_by("provider__name")
        return context


class ProviderPage(SpokenPage):
    """The words about one provider."""

    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("provider"),
        help_text=_("The provider of whom this page tells."),
    )
    lead = models.CharField(
        _("lead"),
        max_length=300,
        blank=True,
        help_text=_(
            "One or two sentences that stand above the text and in lists. Example: Here you find help near you."
        ),
    )
    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("text"),
        help_text=_("Build the text of blocks: a text, a note, a sensitive passage, a video."),
    )

    about = ("provider",)
    parent_page_types = ["spaces.ProviderIndexPage"]
    subpage_types: list[str] = []

    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("provider"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    api_fields = [
        *PortalPage.api_fields,
        APIField("provider", serializer=FactField()),
        APIField("lead"),
        APIField("body", serializer=BodyField()),
    ]
    template = "pages/provider_page.html"

    class Meta:
        verbose_name = _("page of a provider")
        verbose_name_plural = _("pages of providers")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `provider`, `mandates` (today's: pairs of a mandate and the page of its space, or None) and
        `offers` (OfferLine): its own, and the confirmed ones of the spaces that it runs where nobody else gives
        them. Of an unconfirmed one nobody has said that it is this provider who gives it, and of some it is not
        known.
        """
        context = super().get_context(request, *args, **kwargs)
        today = timezone.localdate()
        mandates = Mandate.objects.valid_on(today).filter(provider=self.provider_id).select_related("space")
        pages = pages_by_fact(SpacePage, "space_id")
        context.update(
            provider=self.provider,
            mandates=[(mandate, pages.get(mandate.space_id)) for mandate in mandates],
            offers=offer_lines(
                Offer.objects.filter(
                    models.Q(provider=self.provider_id)
                    | models.Q(
                        provider__isnull=True,
                        provider_is_unknown=False,
                        confirmed_on__isnull=False,
                        is_example=False,
                        office__space__in=[mandate.space_id for mandate in mandates],
                    )
                ),
                {mandate.space_id: self.provider for mandate in mandates},
            ),
        )
        return context

    def nodes(self, request: HttpRequest, context: dict[str, Any]) -> Iterable[structured_data.Node | None]:
        return [structured_data.organisation(self.provider)]
