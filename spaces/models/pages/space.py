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
from spaces import hours, structured_data

from ..space import Space
from .base import FactField, SpokenPage, pages_below

#: The classes of ground that `?by=` may name. Nothing narrower may stand in an address.
GROUNDS = ("postcode", "place", "street")

#: schema.org means hours at which somebody may come to the door.
TO_THE_DOOR: hours.Ways = frozenset({"walk_in", "appointment"})


class SpaceIndexPage(SpokenPage):
    """All spaces at a glance."""

    lead = models.CharField(
        _("lead"),
        max_length=300,
        blank=True,
        help_text=_(
            "One or two sentences that stand above the text and in lists. Example: Here you find help near you."
        ),
    )

    max_count_per_parent = 1
    subpage_types = ["spaces.SpacePage"]

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    api_fields = [*PortalPage.api_fields, APIField("lead")]
    template = "pages/space_index_page.html"

    class Meta:
        verbose_name = _("list of spaces")
        verbose_name_plural = _("lists of spaces")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["spaces"] = SpacePage.all_below(self, request)
        return context


class SpacePage(SpokenPage):
    """The words about one space. Who runs it and where its offices are stands in the facts."""

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("space"),
        help_text=_("The social space of which this page tells."),
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

    about = ("space",)
    parent_page_types = ["spaces.SpaceIndexPage"]
    subpage_types: list[str] = []

    content_panels = [*PortalPage.content_panels, FieldPanel("space"), FieldPanel("lead"), FieldPanel("body")]
    api_fields = [
        *PortalPage.api_fields,
        APIField("space", serializer=FactField()),
        APIField("lead"),
        APIField("body", serializer=BodyField()),
    ]
    template = "pages/space_page.html"

    class Meta:
        verbose_name = _("page of a space")
        verbose_name_plural = _("pages of spaces")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `space`, `offices`, `office` (the main one or None), `mandate` (today's or None), `county` (or
        None) and `by`: the ground on which the reader was sent here ("postcode", "place", "street" or "").
        """
        # It reads facts and pages, so it is there only when they are.
        from spaces import open_now

        context = super().get_context(request, *args, **kwargs)
        facts = open_now.facts(getattr(request, "facts_version", None))
        offices = facts.offices.get(self.space_id, [])
        by = request.GET.get("by", "")
        context.update(
            space=self.space,
            offices=offices,
            office=next((office for office in offices if office.is_main), None),
            mandate=facts.mandates.get(self.space_id),
            county=facts.county,
            by=by if by in GROUNDS else "",
        )
        return context

    def nodes(self, request: HttpRequest, context: dict[str, Any]) -> Iterable[structured_data.Node | None]:
        from spaces import open_now

        url = self.address(request)
        provider = context["mandate"].provider if context["mandate"] else None
        facts = open_now.facts(getattr(request, "facts_version", None))
        for office in context["offices"]:
            opening = facts.opening(office)
            times: dict[str, Any] = {}
            # Machines take hours for true, whoever has confirmed them.
            if opening and opening.has_hours and opening.fact.state == "confirmed":
                times = {**hours.schema_org(opening.table, timezone.localdate(), ways=TO_THE_DOOR)}
            yield structured_data.office(office, url=url, provider=provider, opening=times)

    @classmethod
    def all_below(cls, page: PortalPage, request: HttpRequest) -> "models.QuerySet[SpacePage]":
        """The public pages of spaces below this page, with their spaces, by name; one query."""
        return pages_below(page, cls, request).order_by("space__name")
