"""The e-mail that tells an editor what there is to do: plain text, at most one a day, and only if something is new.

It names what is in the person's care, and nothing that a reader wrote: of feedback it says how much there is.
"""

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.admin.signal_handlers import task_submission_email_notifier, workflow_submission_email_notifier
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_submitted
from wagtail.users.models import UserProfile

from home import desk
from home.models import BarrierReport, DailyMail, Feedback
from home.vocabulary import Opinion

logger = logging.getLogger(__name__)

#: Facts to confirm are named once a week: nobody can confirm an office every day.
REMIND_AFTER = timedelta(days=7)


class News(NamedTuple):
    """What a mail is about. Pages: titles with who sent them."""

    pages: list[tuple[str, str]]
    feedback: int
    barriers: int
    facts: int

    @property
    def is_empty(self) -> bool:
        return not any(self)


def recipients() -> QuerySet[User]:
    """Whoever may work in the admin, has an address, and has not said no."""
    may = Q(is_superuser=True) | Q(groups__permissions__codename="access_admin")
    may |= Q(user_permissions__codename="access_admin")
    return (
        User.objects.filter(may, is_active=True)
        .exclude(email="")
        .exclude(daily_mail__is_wanted=False)
        .distinct()
        .order_by("pk")
    )


def send() -> tuple[int, int]:
    """Send everybody their mail of today. Returns how many were sent, and how many failed."""
    sent, failed = 0, 0
    connection = get_connection()
    for user in recipients():
        state, _created = DailyMail.objects.get_or_create(user=user)
        if state.sent_at and timezone.localdate(state.sent_at) == timezone.localdate():
            continue
        found = news(user, state)
        if found.is_empty:
            continue
        try:
            written(user, found, connection).send()
        except (SMTPException, OSError) as error:
            # Without the address, and without what the server said of it. Tomorrow it is tried again.
            logger.error("A mail could not be sent: %s", type(error).__name__)
            failed += 1
            continue
        sent += 1
        state.sent_at = timezone.now()
        if found.facts:
            state.reminded_on = timezone.localdate()
        state.save()
    return sent, failed


def news(user: User, state: DailyMail) -> News:
    """What is new for somebody since their last mail. Everything that waits is named as soon as one thing is new."""
    today, since = timezone.localdate(), state.sent_at
    profile = UserProfile.get_for_user(user)
    tasks = TaskState.objects.none()
    if profile.submitted_notifications:
        tasks = desk.tasks_of(user)
    feedback = Feedback.objects.filter(is_done=False).exclude(opinion=Opinion.YES)
    barriers = BarrierReport.objects.filter(answered_on__isnull=True)
    if not desk.may_receive(user, Feedback):
        feedback = feedback.none()
    if not desk.may_receive(user, BarrierReport):
        barriers = barriers.none()
    is_reminded = state.reminded_on is not None and state.reminded_on > today - REMIND_AFTER
    facts = 0 if is_reminded else desk.count_due(user)
    is_new = facts or not since
    if since:
        is_new = (
            is_new
            or tasks.filter(started_at__gt=since).exists()
            or feedback.filter(created_at__gt=since).exists()
            or barriers.filter(created_at__gt=since).exists()
        )
    if not is_new:
        return News([], 0, 0, 0)
    pages = [(task.revision.object_str, desk.person(task.revision.user)) for task in tasks]
    return News(pages, feedback.count(), barriers.count(), facts)


def written(user: User, found: News, connection: Any = None) -> EmailMessage:
    """The mail, in the language in which this person works."""
    with override(UserProfile.get_for_user(user).get_preferred_language()):
        context = {
            "name": desk.person(user),
            "news": found,
            "desk": settings.BASE_URL + reverse("wagtailadmin_home"),
            "account": settings.BASE_URL + reverse("wagtailadmin_account"),
        }
        text = render_to_string("admin/desk/mail.txt", context)
        subject = _("%(portal)s: there is something to do") % {"portal": settings.WAGTAIL_SITE_NAME}
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, to=[user.email], headers=headers, connection=connection)


# Off per person -------------------------------------------------------------------------------------------------------


class DailyMailForm(forms.ModelForm):
    class Meta:
        model = DailyMail
        fields = ["is_wanted"]


class DailyMailPanel(BaseSettingsPanel):
    """In everybody's own account."""

    name = "daily_mail"
    title = gettext_lazy("Daily e-mail")
    tab = notifications_tab
    order = 50
    form_class = DailyMailForm

    def get_form(self) -> DailyMailForm:
        state = DailyMail.objects.filter(user=self.user).first() or DailyMail(user=self.user)
        data = self.request.POST if self.request.method == "POST" else None
        return DailyMailForm(data, instance=state, prefix=self.name)


def stop_mails_at_once() -> None:
    """Wagtail writes to every approver in the second in which a page is sent; here that waits for the daily mail. Its
    answer to the one who sent the page, and its mails about comments, stay as they are.
    """
    task_submitted.disconnect(
        task_submission_email_notifier,
        sender=TaskState,
        dispatch_uid="group_approval_task_submitted_email_notification",
    )
    workflow_submitted.disconnect(
        workflow_submission_email_notifier,
        sender=WorkflowState,
        dispatch_uid="workflow_state_submitted_email_notification",
    )
