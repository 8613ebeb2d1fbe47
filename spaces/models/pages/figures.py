from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField

from portal.api_fields import BodyField
from portal.pages import BodyBlock, PortalPage
from spaces.figures import by_kind

from ..network import Figure
from .base import SpokenPage


class FiguresPage(SpokenPage):
    """What the work comes to, in figures: as charts, as tables and to download."""

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

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    content_panels = [*PortalPage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    api_fields = [
        *PortalPage.api_fields,
        APIField("lead"),
        APIField("body", serializer=BodyField()),
    ]
    template = "pages/figures_page.html"

    class Meta:
        verbose_name = _("page of figures")
        verbose_name_plural = _("pages of figures")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `figures`: a KindOfFigure for each kind of which something is known."""
        context = super().get_context(request, *args, **kwargs)
        context["figures"] = by_kind(Figure.objects.select_related("space"))
        return context
