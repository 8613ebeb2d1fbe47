"""The daily e-mail: who gets one, of what it tells, and what it never says."""

import re
from datetime import timedelta
from io import StringIO
from smtplib import SMTPException
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language
from pytest_django import Settings
from wagtail.models import Page
from wagtail.users.models import UserProfile

from home import mails
from home.models import BarrierReport, DailyMail, Feedback
from tests import factories
from tests.home.test_desk import approved_by, may

pytestmark = pytest.mark.django_db

SECRET = "Geheimwort"


@pytest.fixture
def editor() -> User:
    return User.objects.create_superuser(
        "editor", "editor@example.org", first_name="Edda", last_name="Editor"
    )


@pytest.fixture(autouse=True)
def _language(settings: Settings) -> None:
    # The words in this file are the catalogues' keys.
    settings.LANGUAGE_CODE = "en"


def send() -> list[mail.EmailMessage]:
    """The mails of one night."""
    mail.outbox.clear()
    call_command("send_mails", stdout=StringIO())
    return list(mail.outbox)


def a_day_later(days: int = 1) -> None:
    """As if the last mail had been sent so many days earlier."""
    for state in DailyMail.objects.all():
        state.sent_at = state.sent_at and state.sent_at - timedelta(days=days)
        state.reminded_on = state.reminded_on and state.reminded_on - timedelta(days=days)
        state.save()
    for model in (Feedback, BarrierReport):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(days=days))


def say(text: str = SECRET) -> Feedback:
    return Feedback.objects.create(opinion="hours", path="hilfe/", language="de", text=text)


def test_nothing_to_do_is_no_mail(editor: User) -> None:
    assert send() == []


def test_the_mail_says_how_much_there_is_and_quotes_no_reader(editor: User, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.org"
    factories.make_office(name="Office at the river")
    say()
    say()
    BarrierReport.objects.create(text=SECRET, answer_to="reader@example.org", language="de")
    (sent,) = send()
    assert sent.to == ["editor@example.org"]
    assert sent.content_subtype == "plain"
    assert not getattr(sent, "alternatives", [])
    text = str(sent.body)
    assert "Edda Editor" in text
    assert "2 messages from readers are not dealt with yet." in text
    assert "1 report of a barrier has no answer yet." in text
    # The office and its space.
    assert "2 facts are not confirmed" in text
    assert "https://portal.example.org/admin/\n" in text
    assert SECRET not in text
    assert "reader@example.org" not in text
    assert not re.search(r"\n{3}|<|&#", text)
    assert set(re.findall(r"https?://[^/\s]+", text)) == {"https://portal.example.org"}


def test_at_most_one_mail_a_day_and_only_if_something_is_new(editor: User) -> None:
    say()
    assert len(send()) == 1
    say()
    assert send() == []
    a_day_later()
    (sent,) = send()
    assert "2 messages from readers" in str(sent.body)
    a_day_later()
    # What was told already is not new.
    assert send() == []


def test_facts_to_confirm_are_named_once_a_week(editor: User) -> None:
    factories.make_space()
    assert len(send()) == 1
    for _ in range(6):
        a_day_later()
        assert send() == []
    a_day_later()
    (sent,) = send()
    assert "1 fact is not confirmed" in str(sent.body)


def test_facts_are_not_named_again_by_a_mail_about_something_else(editor: User) -> None:
    factories.make_space()
    send()
    a_day_later()
    say()
    (sent,) = send()
    assert "message" in str(sent.body)
    assert "confirmed" not in str(sent.body)


def test_pages_that_wait_are_named_with_who_sent_them(editor: User) -> None:
    home = factories.make_home_page()
    page = factories.make_text_page(home, title="How it works")
    group = Group.objects.create(name="Those who approve")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    may(group, Page.get_first_root_node(), "change", "publish")
    approved_by(group)
    approver = User.objects.create_user("approver", "approver@example.org")
    approver.groups.add(group)
    writer = User.objects.create_user("writer", "writer@example.org", first_name="Wanda")
    editor.delete()
    page.title = "How it works & why"
    page.save_revision(user=writer)
    mail.outbox.clear()
    page.get_workflow().start(page, writer)
    # Wagtail would write to everybody at once.
    assert mail.outbox == []
    (sent,) = send()
    assert sent.to == ["approver@example.org"]
    assert "1 page waits for your approval:\n- How it works & why (Wanda)" in str(sent.body)
    # Wagtail's own box for this is heeded.
    a_day_later()
    DailyMail.objects.all().delete()
    profile = UserProfile.get_for_user(approver)
    profile.submitted_notifications = False
    profile.save()
    assert send() == []


@pytest.mark.parametrize(
    "values",
    [{"email": ""}, {"is_active": False}, {"is_superuser": False}],
    ids=["address", "active", "admin"],
)
def test_who_cannot_act_gets_none(editor: User, values: dict[str, Any]) -> None:
    say()
    User.objects.update(**values)
    assert send() == []


def test_each_hears_only_of_what_is_theirs(editor: User) -> None:
    editor.delete()
    group = Group.objects.create(name="Helplines")
    group.permissions.set(Permission.objects.filter(codename__in=("access_admin", "change_helpline")))
    User.objects.create_user("other", "other@example.org").groups.add(group)
    say()
    factories.make_space()
    assert send() == []


def test_everybody_can_switch_it_off(client: Client, editor: User) -> None:
    client.force_login(editor)
    account = reverse("wagtailadmin_account")
    page = client.get(account)
    assert 'name="daily_mail-is_wanted"' in page.content.decode()
    fields = {
        "name_email-first_name": "Edda",
        "name_email-last_name": "Editor",
        "name_email-email": "editor@example.org",
        "locale-preferred_language": "de",
        "locale-current_time_zone": "Europe/Berlin",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
    }
    say()
    assert client.post(account, fields).status_code == 302
    assert not DailyMail.objects.get(user=editor).is_wanted
    assert send() == []
    client.post(account, {**fields, "daily_mail-is_wanted": "on"})
    assert len(send()) == 1


class Failing(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        if "editor@example.org" in messages[0].to:
            raise SMTPException("editor@example.org was refused")
        return int(super().send_messages(messages))


def test_a_mail_that_fails_stops_no_other_and_is_tried_again(
    editor: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.create_superuser("other", "other@example.org")
    say()
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    with pytest.raises(CommandError):
        send()
    assert [sent.to for sent in mail.outbox] == [["other@example.org"]]
    assert "editor@example.org" not in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [sent.to for sent in send()] == [["editor@example.org"]]


def test_without_a_mail_server_nothing_is_sent_or_noted(editor: User, settings: Settings) -> None:
    say()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    written = StringIO()
    call_command("send_mails", stdout=written)
    assert written.getvalue() == "EMAIL_HOST is not set: no mails are sent.\n"
    assert not DailyMail.objects.filter(sent_at__isnull=False).exists()


def test_the_mail_comes_in_the_language_of_who_gets_it(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = UserProfile.get_for_user(editor)
    profile.preferred_language = "de"
    profile.save()
    say()
    # The words are the catalogues' business; whoever writes the mail is asked for its language.
    monkeypatch.setattr(mails, "render_to_string", lambda template, context: get_language())
    assert mails.written(editor, mails.news(editor, DailyMail(user=editor))).body == "de"
