"""The front door, and the texts that belong to the portal itself."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.pages import BodyBlock, PortalPage
from spaces.models import SpacePage


class HomePage(PortalPage):
    """The front door: one of them in each language."""

    lead = models.CharField(_("lead"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "spaces.SpaceIndexPage",
        "spaces.ServiceIndexPage",
        "spaces.ProviderIndexPage",
        "spaces.EventIndexPage",
        "spaces.FiguresPage",
        "home.TextPage",
    ]

    content_panels = [*PortalPage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    template = "pages/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["spaces"] = SpacePage.live_below(self)
        return context


class TextPage(PortalPage):
    """A text that stands for itself: the imprint, how the portal works."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    is_placeholder = models.BooleanField(
        _("placeholder"),
        default=False,
        help_text=_(
            "The authority still has to write this text. Readers are told, and the portal may not go public."
        ),
    )

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    content_panels = [*PortalPage.content_panels, FieldPanel("body"), FieldPanel("is_placeholder")]
    template = "pages/text_page.html"

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")
