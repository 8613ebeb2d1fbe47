"""The front door, the texts that belong to the portal itself, what readers say of it, and who is told of changes."""

from base64 import b64encode
from secrets import token_bytes
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page

from home.connection import may_be_sent_to
from home.vocabulary import Opinion
from portal.api_fields import BodyField
from portal.pages import BodyBlock, PortalPage
from spaces.changes import version
from spaces.models import SpacePage
from spaces.models.pages.base import SpokenPage


class HomePage(SpokenPage):
    """The front door: one of them in each language."""

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
    api_fields = [*PortalPage.api_fields, APIField("lead"), APIField("body", serializer=BodyField())]
    template = "pages/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["spaces"] = SpacePage.all_below(self, request)
        return context


class TextPage(SpokenPage):
    """A text that stands for itself: the imprint, how the portal works."""

    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("text"),
        help_text=_("Build the text of blocks: a text, a note, a sensitive passage, a video."),
    )
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
    api_fields = [
        *PortalPage.api_fields,
        APIField("body", serializer=BodyField()),
        APIField("is_placeholder"),
    ]
    template = "pages/text_page.html"

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")


#: No page of ours has a longer path.
LONGEST_PATH = 255


class Feedback(models.Model):
    """What a reader said of a page, and nothing about the reader. No fact: nobody confirms it, and no page shows it.

    `delete_old_feedback` takes the text away after some time, and leaves the rest to be counted.
    """

    opinion = models.CharField(_("what was said"), max_length=20, choices=Opinion)
    #: Below the language, empty for the front door; a page that exists, never what somebody made up.
    path = models.CharField(_("page"), max_length=LONGEST_PATH, blank=True)
    language = models.CharField(_("language"), max_length=20)
    text = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    is_done = models.BooleanField(
        _("done"), default=False, help_text=_("Tick it when you have dealt with it. It then leaves the desk.")
    )

    panels = [
        FieldPanel("opinion", read_only=True),
        FieldPanel("path", read_only=True),
        FieldPanel("language", read_only=True),
        FieldPanel("text", read_only=True),
        FieldPanel("created_at", read_only=True),
        FieldPanel("is_done"),
    ]

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["is_done", "-created_at"]

    def __str__(self) -> str:
        # The audit log keeps this, so it quotes nothing.
        return f"{self.get_opinion_display()}: {self.address}"

    @property
    def address(self) -> str:
        """Where the page is, as the reader saw it."""
        return f"/{self.language}/{self.path}"


class BarrierReport(models.Model):
    """Something that somebody could not read or use, and where an answer should go. Both are deleted together, some
    time after the answer (`delete_old_feedback`).
    """

    text = models.TextField(_("What does not work?"))
    answer_to = models.CharField(_("Where the answer should go"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=20)
    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    answered_on = models.DateField(
        _("answered on"),
        null=True,
        blank=True,
        help_text=_(
            "Also the day on which it was decided that no answer is due. It is deleted 90 days later. "
            "Example: 2026-09-01"
        ),
    )

    panels = [
        FieldPanel("text", read_only=True),
        FieldPanel("answer_to", read_only=True),
        FieldPanel("language", read_only=True),
        FieldPanel("created_at", read_only=True),
        FieldPanel("answered_on"),
    ]

    class Meta:
        verbose_name = _("report of a barrier")
        verbose_name_plural = _("reports of barriers")
        ordering = [models.F("answered_on").desc(nulls_first=True), "-created_at"]

    def __str__(self) -> str:
        return f"{timezone.localdate(self.created_at)} ({self.language})" if self.created_at else ""


def new_secret() -> str:
    """A secret for signatures, as Standard Webhooks writes it: 32 random bytes in Base64 after `whsec_`."""
    return "whsec_" + b64encode(token_bytes(32)).decode()


class Webhook(models.Model):
    """An address to which another program wants to be told of changes, and how far it has been told.

    No fact: nothing that readers see depends on it. What is told stands in the journal, so a receiver's whole state is
    the number of the last change that it took. `home.webhooks` sends, and alone writes what no form shows.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    url = models.URLField(
        _("web address"),
        max_length=500,
        help_text=_(
            "Where the other program waits for messages. It has to begin with https://. "
            "Example: https://www.example.org/portal-changes/"
        ),
    )
    kinds = models.JSONField(
        _("told of"),
        default=list,
        blank=True,
        help_text=_("Tick nothing, and everything public is told."),
    )
    is_active = models.BooleanField(
        _("turned on"),
        default=True,
        help_text=_(
            "While it is turned off, changes are remembered; they are sent when it is turned on again."
        ),
    )

    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    #: Signs too, until somebody removes it: the receiver changes its own at leisure.
    old_secret = models.CharField(max_length=100, blank=True, editable=False)

    #: The newest line of the journal that needs no more telling.
    cursor = models.PositiveBigIntegerField(default=0, editable=False)
    #: Where the message ends that was begun; so the next try sends the same one, whatever has changed since.
    message_end = models.PositiveBigIntegerField(null=True, editable=False)
    #: Whoever sends holds the row until then. A sender that was killed lets go of it by the clock.
    locked_until = models.DateTimeField(null=True, editable=False)
    test_wanted = models.BooleanField(default=False, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)

    panels = [FieldPanel("url"), FieldPanel("kinds"), FieldPanel("is_active")]

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["url"]

    def __str__(self) -> str:
        # The audit log keeps this; what stands in the query may be a password.
        return self.url.partition("?")[0]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new one is told of what changes from now on. An old one is tried again at once, and what the sender writes
        meanwhile stays.
        """
        if self._state.adding:
            self.cursor = self.cursor or version()
        elif "update_fields" not in kwargs:
            self.failing_since, self.attempts, self.next_attempt_at = None, 0, None
            kwargs["update_fields"] = [
                "url",
                "kinds",
                "is_active",
                "failing_since",
                "attempts",
                "next_attempt_at",
            ]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if not may_be_sent_to(self.url):
            raise ValidationError(
                {"url": _("The address has to begin with https:// and to hold no user name and password.")}
            )


class Delivery(models.Model):
    """A line of the log: a message that was sent, and how it went. What was said in it, the journal knows."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    #: The first and the last change; none in a test.
    first = models.PositiveBigIntegerField(null=True)
    last = models.PositiveBigIntegerField(null=True)
    count = models.PositiveSmallIntegerField(default=0)
    #: What was answered; none where nobody did, and then the kind of failure says why.
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=60, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.webhook}: {self.status or self.error}"

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class LinkProblem(models.TextChoices):
    """Why a link leads nowhere."""

    GONE = "gone", _("There is no such page any more.")
    UNREACHABLE = "unreachable", _("The website does not answer.")
    FAILING = "failing", _("The website has a fault of its own.")
    UNSAFE = "unsafe", _("The website’s certificate is not valid: browsers warn of it.")
    FORBIDDEN = "forbidden", _("The address leads into an internal network.")
    WITHDRAWN = "withdrawn", _("It leads to a page of this portal that is not public.")
    MISSING = "missing", _("It leads to a page or file of this portal that is gone.")


class BrokenLink(models.Model):
    """A link of a page or of a fact that led nowhere when `check_links` last looked. The command alone writes them."""

    url = models.CharField(_("address"), max_length=2000)
    page = models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="broken_links",
        verbose_name=_("page"),
    )
    #: A fact instead of a page: its kind, as in the journal, and its uuid.
    kind = models.CharField(_("kind"), max_length=50, blank=True)
    uuid = models.UUIDField(null=True, blank=True)
    problem = models.CharField(_("what is wrong"), max_length=20, choices=LinkProblem)
    first_seen = models.DateTimeField(_("first seen"))
    last_checked = models.DateTimeField(_("last checked"))

    # Nobody has to be warned that a page is named by its own broken link.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("broken link")
        verbose_name_plural = _("broken links")
        ordering = ["first_seen", "pk"]

    def __str__(self) -> str:
        return self.url


class DailyMail(models.Model):
    """Whether somebody wants the daily e-mail about what is to do, and when it last told of what."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="daily_mail",
        verbose_name=_("person"),
    )
    is_wanted = models.BooleanField(
        _("An e-mail when there is something to do"),
        default=True,
        help_text=_(
            "At most one a day, and only if there is something new: facts to confirm (once a week), pages that wait "
            "for you, feedback from readers."
        ),
    )
    sent_at = models.DateTimeField(_("last sent"), null=True, blank=True)
    #: When facts that wait to be confirmed were last named.
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("daily e-mail")
        verbose_name_plural = _("daily e-mails")

    def __str__(self) -> str:
        return str(self.user)
