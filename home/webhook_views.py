"""The administrators' view of webhooks: which there are, how each is doing, its log, a test, and its secrets."""

from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import TitleColumn
from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import Page
from wagtail.snippets.views.snippets import CreateView, InspectView, SnippetViewSet

from home.connection import ANSWER_SECONDS, CONNECT_SECONDS
from home.models import Delivery, Webhook, new_secret
from home.webhooks import LOG, PATIENCE, waiting_changes
from spaces.changes import PUBLIC_KINDS, kind_of
from spaces.models.fact import Recorded

#: Changes that nobody has tried to send for so long: the command does not run.
OVERDUE = timedelta(minutes=10)

#: Lines of the log on a page.
LINES = 50


def kind_choices() -> list[tuple[str, str]]:
    """The kinds that may be told, each with its name in the admin's language, in the order of the names."""
    named = {
        kind_of(model): model._meta.verbose_name_plural
        for model in apps.get_models()
        if issubclass(model, Recorded)
    }
    named["page"] = Page._meta.verbose_name_plural
    return sorted(((kind, capfirst(str(named[kind]))) for kind in PUBLIC_KINDS), key=lambda choice: choice[1])


def moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def outcome(delivery: Delivery) -> str:
    """How a delivery went, in words."""
    if delivery.is_delivered:
        return _("The other program took it.")
    if delivery.status is not None and 300 <= delivery.status < 400:
        return _("It answered %(status)d: it has moved. Enter its new address.") % {"status": delivery.status}
    if delivery.status is not None:
        return _("It answered %(status)d.") % {"status": delivery.status}
    if delivery.error == "ConnectTimeout":
        return _("No connection within %(count)d seconds.") % {"count": CONNECT_SECONDS}
    if delivery.error == "ReadTimeout":
        return _("No answer within %(count)d seconds.") % {"count": ANSWER_SECONDS}
    if delivery.error == "SSLError":
        return _("Its certificate is not valid.")
    if delivery.error == "ConnectionError":
        return _("Nobody answers at this address, or the connection breaks off.")
    if delivery.error == "Refused":
        return _("Nothing is sent there: the address leads into a private network.")
    return _("It failed: %(error)s.") % {"error": delivery.error}


def state(webhook: Webhook) -> str:
    """How a webhook is doing, in one or two sentences."""
    now = timezone.now()
    if webhook.failing_since:
        last = webhook.deliveries.filter(last__isnull=False).first()
        words = {
            "since": moment(webhook.failing_since),
            "failure": outcome(last) if last else "",
            "days": PATIENCE.days,
            "next": moment(webhook.next_attempt_at or now),
        }
        if not webhook.is_active:
            return _("Turned off after %(days)d days of failure, since %(since)s: %(failure)s") % words
        return _("Failing since %(since)s: %(failure)s Next try: %(next)s.") % words
    if not webhook.is_active:
        return _("Turned off.")
    oldest = waiting_changes(webhook).first()
    if oldest and oldest.at < now - OVERDUE:
        return _("Changes have been waiting since %(since)s. Is the command “send_webhooks” running?") % {
            "since": moment(oldest.at)
        }
    if oldest:
        return _("Changes are being sent.")
    if webhook.delivered_at:
        return _("All is delivered, the last on %(moment)s.") % {"moment": moment(webhook.delivered_at)}
    return _("Nothing has changed since it was registered.")


def what(delivery: Delivery) -> str:
    """What a delivery told of: how many changes, or a test."""
    if delivery.last is None:
        return _("test message")
    return ngettext("%(count)d change", "%(count)d changes", delivery.count) % {"count": delivery.count}


def details_of(webhook: Webhook) -> str:
    """Where its log is, and what can be done with it."""
    return reverse(WebhookViewSet().get_url_name("inspect"), args=[quote(webhook.pk)])


def show_secret(request: HttpRequest, webhook: Webhook) -> None:
    """Say the secret on the next page, and never again."""
    text = _(
        "Give this secret to those who run the other program. It is shown this one time only: %(secret)s"
    )
    code = format_html("<code>{}</code>", webhook.secret)
    messages.warning(request, format_html(text.replace("%(secret)s", "{}"), code))


class WebhookForm(WagtailAdminModelForm):
    kinds = forms.MultipleChoiceField(
        label=capfirst(gettext_lazy("told of")),
        choices=kind_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=Webhook._meta.get_field("kinds").help_text,
    )


class WebhookCreateView(CreateView):
    def get_success_url(self) -> str:
        return details_of(self.object)

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        show_secret(self.request, self.object)
        return response


class WebhookInspectView(InspectView):
    """The log, and what can be done. Looking needs any permission for webhooks, doing the one to change them."""

    page_title = gettext_lazy("Log, test and secret")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        paginator = Paginator(self.object.deliveries.all(), LINES)
        lines = paginator.get_page(self.request.GET.get("p"))
        return {
            **context,
            "state": state(self.object),
            "lines": lines,
            "elided_page_range": paginator.get_elided_page_range(lines.number),
            "deliveries": [(line, what(line), outcome(line)) for line in lines],
            "days": LOG.days,
            "may_change": self.user_has_permission("change"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.user_has_permission("change"):
            raise PermissionDenied
        webhook = self.object
        action = request.POST.get("action")
        if action == "test":
            webhook.test_wanted = True
            webhook.save(update_fields=["test_wanted"])
            messages.success(
                request, _("The test message will be sent in a moment. Then it stands in the log.")
            )
        elif action == "new_secret":
            webhook.old_secret, webhook.secret = webhook.secret, new_secret()
            webhook.save(update_fields=["old_secret", "secret"])
            log(webhook, "home.webhook_secret", user=request.user)
            show_secret(request, webhook)
        elif action == "remove_old_secret":
            webhook.old_secret = ""
            webhook.save(update_fields=["old_secret"])
            log(webhook, "home.webhook_old_secret", user=request.user)
            messages.success(request, _("The old secret signs nothing any more."))
        return redirect(request.path)


class WebhookViewSet(SnippetViewSet):
    model = Webhook
    icon = "globe"
    menu_label = gettext_lazy("Webhooks")
    add_to_settings_menu = True
    copy_view_enabled = False
    add_to_reference_index = False
    inspect_view_enabled = True
    add_view_class = WebhookCreateView
    inspect_view_class = WebhookInspectView
    inspect_view_fields = ["url"]
    inspect_template_name = "admin/webhook.html"
    edit_handler = ObjectList(Webhook.panels, base_form_class=WebhookForm)

    list_display = [
        "__str__",
        TitleColumn("state", label=gettext_lazy("state"), accessor=state, get_url=details_of),
    ]


@hooks.register("register_log_actions")
def actions(registry: LogActionRegistry) -> None:
    """What the audit log says of secrets, which are never in it."""
    registry.register_action(
        "home.webhook_secret", gettext_lazy("New secret"), gettext_lazy("Made a new secret")
    )
    registry.register_action(
        "home.webhook_old_secret", gettext_lazy("Remove old secret"), gettext_lazy("Removed the old secret")
    )
