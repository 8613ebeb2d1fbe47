from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import PageViewRestriction

from portal.api_fields import BodyField
from portal.pages import BodyBlock, PortalPage
from spaces import structured_data
from spaces.vocabulary import EventKind

from ..network import Event
from .base import FactField, SpokenPage, pages_below

#: The group of people who may see what concerns the steering group, as editors find it in the admin.
STEERING_GROUP = "Lenkungsgruppe"

#: How many events that are over a list still shows.
PAST_EVENTS = 20


class EventIndexPage(SpokenPage):
    """What takes place: what is to come first."""

    lead = models.CharField(
        _("lead"),
        max_length=300,
        blank=True,
        help_text=_(
            "One or two sentences that stand above the text and in lists. Example: Here you find help near you."
        ),
    )

    parent_page_types = ["home.HomePage"]
    subpage_types = ["spaces.EventPage"]
    max_count_per_parent = 1

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    api_fields = [*PortalPage.api_fields, APIField("lead")]
    template = "pages/event_index_page.html"

    class Meta:
        verbose_name = _("list of events")
        verbose_name_plural = _("lists of events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `upcoming` and `past`, pages of events that this reader may see, the nearest ones first."""
        context = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        pages = EventPage.readable(pages_below(self, EventPage, request), request)
        upcoming = [page for page in pages if page.event.ends_at > now]
        past = [page for page in pages if page.event.ends_at <= now]
        context["upcoming"], context["past"] = upcoming, past[: -PAST_EVENTS - 1 : -1]
        context["expires_at"] = min((page.event.ends_at for page in upcoming), default=None)
        return context


class EventPage(SpokenPage):
    """The words about one event; its title is the event's name in this language.

    What concerns the steering group is for the steering group: such a page is kept private with Wagtail's own
    means as soon as it is saved. Were it ever without them, nobody would see it.
    """

    event = models.ForeignKey(
        Event,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("event"),
        help_text=_("The event of which this page tells. Day, time and place come from there."),
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

    about = ("event",)
    parent_page_types = ["spaces.EventIndexPage"]
    subpage_types: list[str] = []

    content_panels = [*PortalPage.content_panels, FieldPanel("event"), FieldPanel("lead"), FieldPanel("body")]
    api_fields = [
        *PortalPage.api_fields,
        APIField("event", serializer=FactField()),
        APIField("lead"),
        APIField("body", serializer=BodyField()),
    ]
    template = "pages/event_page.html"

    class Meta:
        verbose_name = _("page of an event")
        verbose_name_plural = _("pages of events")

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.needs_restriction and self.alias_of_id is None and not self.get_view_restrictions():
            restriction = PageViewRestriction(page=self, restriction_type=PageViewRestriction.GROUPS)
            restriction.save()
            restriction.groups.add(Group.objects.get_or_create(name=STEERING_GROUP)[0])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `event` and `is_over`."""
        context = super().get_context(request, *args, **kwargs)
        context["event"] = self.event
        context["is_over"] = self.event.ends_at <= timezone.now()
        context["expires_at"] = None if context["is_over"] else self.event.ends_at
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.needs_restriction and not self.get_view_restrictions():
            raise Http404
        return super().serve(request, *args, **kwargs)

    def nodes(self, request: HttpRequest, context: dict[str, Any]) -> Iterable[structured_data.Node | None]:
        url = self.address(request)
        return [structured_data.event(self.event, name=self.title, description=self.lead, url=url)]

    @property
    def needs_restriction(self) -> bool:
        """Whether the event is for some only, whatever the page says."""
        return bool(self.event.kind == EventKind.STEERING)

    @classmethod
    def readable(cls, pages: Any, request: HttpRequest | None = None) -> "list[EventPage]":
        """Those of the pages (a queryset) that are live and that this reader may see, by time. None is anybody at
        all.

        Two queries for a visitor, and a few more for somebody with a session.
        """
        restrictions = PageViewRestriction.objects.select_related("page")
        refused: list[str] = []
        granted: list[str] = []
        # The cookie is asked for first: a visitor has none, and is never looked up.
        if request is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
            if isinstance(request.user, User):
                models.prefetch_related_objects([request.user], "groups")
            for restriction in restrictions.prefetch_related("groups"):
                paths = granted if restriction.accept_request(request) else refused
                paths.append(restriction.page.path)
        else:
            refused += [restriction.page.path for restriction in restrictions]
        # An alias has no restrictions of its own, so it is never listed.
        listed = pages.live().filter(alias_of__isnull=True)
        listed = listed.select_related("event__space", "event__office", "event__latest_revision", "locale")
        return [
            page
            for page in listed.order_by("event__starts_at", "pk")
            if not page.path.startswith(tuple(refused))
            and (not page.needs_restriction or page.path.startswith(tuple(granted)))
        ]
