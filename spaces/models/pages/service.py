from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField

from portal.api_fields import BodyField
from portal.pages import BodyBlock, PortalPage
from portal.tree import tree
from spaces import structured_data

from ..provider import Mandate, Provider
from ..service import Offer, Service
from ..space import Space
from .base import FactField, SpokenPage, pages_below, pages_by_fact
from .space import SpacePage


class ServiceIndexPage(SpokenPage):
    """All kinds of help at a glance."""

    lead = models.CharField(
        _("lead"),
        max_length=300,
        blank=True,
        help_text=_(
            "One or two sentences that stand above the text and in lists. Example: Here you find help near you."
        ),
    )

    parent_page_types = ["home.HomePage"]
    subpage_types = ["spaces.ServicePage"]
    max_count_per_parent = 1

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    api_fields = [*PortalPage.api_fields, APIField("lead")]
    template = "pages/service_index_page.html"

    class Meta:
        verbose_name = _("list of services")
        verbose_name_plural = _("lists of services")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `services`: the pages of services below this one."""
        context = super().get_context(request, *args, **kwargs)
        pages = {page.translation_key: page for page in pages_below(self, ServicePage, request)}
        # In the order of the originals.
        known = tree(request).nodes.values()
        keys = dict.fromkeys(node.key for node in known if node.key in pages)
        context["services"] = [pages[key] for key in keys]
        return context


class ServicePage(SpokenPage):
    """The words about one kind of help; its title is the service's name in this language."""

    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("service"),
        help_text=_("The service of which this page tells. Where it is given is shown by itself."),
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

    about = ("service",)
    parent_page_types = ["spaces.ServiceIndexPage"]
    subpage_types: list[str] = []

    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("service"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    api_fields = [
        *PortalPage.api_fields,
        APIField("service", serializer=FactField()),
        APIField("lead"),
        APIField("body", serializer=BodyField()),
    ]
    template = "pages/service_page.html"

    class Meta:
        verbose_name = _("page of a service")
        verbose_name_plural = _("pages of services")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `service` and `areas`: every space (OffersOfSpace), also those of which no offer is known."""
        context = super().get_context(request, *args, **kwargs)
        lines = offer_lines(
            Offer.objects.filter(service=self.service_id), providers_on(timezone.localdate()), named=False
        )
        pages = pages_by_fact(SpacePage, "space_id")
        context["service"] = self.service
        context["areas"] = [
            OffersOfSpace(
                space, pages.get(space.pk), [line for line in lines if line.offer.office.space_id == space.pk]
            )
            for space in Space.objects.all()
        ]
        return context

    def nodes(self, request: HttpRequest, context: dict[str, Any]) -> Iterable[structured_data.Node | None]:
        offers = [(line.offer, line.provider) for area in context["areas"] for line in area.lines]
        return [
            structured_data.service(
                self.service,
                name=self.title,
                description=self.lead,
                url=self.address(request),
                offers=offers,
            )
        ]


class OfferLine(NamedTuple):
    """An offer as pages show it. `provider` is its own or else the one who runs its space; None where nobody is
    known to. `page` is that of its service, whose title is its name; None where it is not asked for, or where
    there is none.
    """

    offer: Offer
    provider: Provider | None
    page: ServicePage | None


class OffersOfSpace(NamedTuple):
    """What is known of one service in one space."""

    space: Space
    page: SpacePage | None
    lines: list[OfferLine]


def offer_lines(
    offers: "models.QuerySet[Offer]", providers: dict[int, Provider], *, named: bool = True
) -> list[OfferLine]:
    """These offers, with who gives them; `providers` says who runs a space. One query, and one for the names."""
    pages = pages_by_fact(ServicePage, "service_id") if named else {}
    found = offers.select_related("service", "office__space", "provider").order_by(
        "office__space__name", "-office__is_main", "office__name", "service__key"
    )
    return [
        OfferLine(offer, who_gives(offer, providers.get(offer.office.space_id)), pages.get(offer.service_id))
        for offer in found
    ]


def who_gives(offer: Offer, runs_space: Provider | None) -> Provider | None:
    """The offer's own provider, or the one who runs its space: but only of a confirmed offer, since in places somebody
    else gives it, and nobody has said so yet. Nobody where it is not known who gives it.
    """
    if offer.provider or offer.provider_is_unknown or offer.state != "confirmed":
        return offer.provider
    return runs_space


def providers_on(day: date) -> dict[int, Provider]:
    """Who runs each space on this day, by the space's primary key. One query."""
    mandates = Mandate.objects.valid_on(day).select_related("provider").order_by()
    return {mandate.space_id: mandate.provider for mandate in mandates}
