"""Words on their way to the reader: approval, comments, the day they appear, what changed, who did it, and back."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from wagtail.models import Comment, ModelLogEntry, PageLogEntry, Revision, WorkflowState
from wagtail.test.utils.form_data import inline_formset

from portal import tree
from spaces.changes import record
from spaces.models import Change, Office, SpacePage
from tests.home.test_roles import District, make_district, moved, page_form

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _district(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[District]:
    """Made once for this file: it takes a second."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_district()
        transaction.set_rollback(True)
    tree.forget()


@pytest.fixture
def district(_district: District, db: None) -> District:
    return _district


def edit(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def shown(district: District) -> bytes:
    """The page of the team's space, as a reader gets it."""
    return bytes(district.client("nobody").get(district.pages["own page"].url).content)


# Approval -------------------------------------------------------------------------------------------------------------


def test_a_page_comes_back_to_its_team_with_a_comment_and_is_sent_once_more(district: District) -> None:
    page, team, county = district.pages["own page"], district.client("team"), district.client("county")
    team.post(edit(page), page_form(page, **{"action-submit": "1"}))
    state = WorkflowState.objects.get(object_id=str(page.pk), status=WorkflowState.STATUS_IN_PROGRESS)
    reject = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "reject", state.current_task_state.pk]
    )
    assert county.post(reject, {"comment": "Bitte kürzer."}).status_code == 302
    assert SpacePage.objects.get(pk=page.pk).title == page.title

    for url in ("/admin/", reverse("wagtailadmin_pages:workflow_history_detail", args=[page.pk, state.pk])):
        assert "Bitte kürzer." in team.get(url).content.decode(), url
    team.post(edit(page), page_form(page, title="Kürzer", **{"action-submit": "1"}))
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    approve = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk]
    )
    county.post(approve, {"comment": "Danke."})
    assert SpacePage.objects.get(pk=page.pk).title == "Kürzer"
    assert "Kürzer".encode() in shown(district)


def test_team_and_county_comment_on_a_field(district: District) -> None:
    page = district.pages["own page"]
    comment = {"text": "Stimmt das noch?", "contentpath": "lead", "position": "", "id": "", "resolved": ""}
    data = page_form(page, comments=inline_formset([{**comment, "replies": inline_formset([])}]))
    assert district.client("team").post(edit(page), data).status_code == 302
    written = Comment.objects.get(page=page)
    assert (written.text, written.user) == ("Stimmt das noch?", district.people["team"])
    assert "Stimmt das noch?" in district.client("county").get(edit(page)).content.decode()


# The day --------------------------------------------------------------------------------------------------------------


def test_a_page_appears_and_goes_on_the_day_that_was_chosen(district: District) -> None:
    page, county = district.pages["own page"], district.client("county")
    now = timezone.localtime()
    day = "%Y-%m-%d %H:%M"
    dates = {
        "go_live_at": (now + timedelta(days=1)).strftime(day),
        "expire_at": (now + timedelta(days=2)).strftime(day),
    }
    answer = county.post(edit(page), page_form(page, title="Ab morgen", **dates, **{"action-publish": "1"}))
    assert answer.status_code == 302
    assert b"Ab morgen" not in shown(district)

    approved = Revision.objects.get(approved_go_live_at__isnull=False)
    approved.content["go_live_at"] = now.isoformat()
    approved.approved_go_live_at = now
    approved.save()
    before = Change.objects.count()
    call_command("publish_scheduled", stdout=StringIO())
    assert Change.objects.count() > before
    assert b"Ab morgen" in shown(district)

    SpacePage.objects.filter(pk=page.pk).update(expire_at=now)
    call_command("publish_scheduled", stdout=StringIO())
    assert district.client("nobody").get(page.url).status_code == 404


def test_a_team_chooses_a_day_and_the_county_still_has_to_approve(district: District) -> None:
    page = district.pages["own page"]
    later = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    data = page_form(page, title="Ab morgen", go_live_at=later, **{"action-submit": "1"})
    assert district.client("team").post(edit(page), data).status_code == 302
    Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=None)
    call_command("publish_scheduled", stdout=StringIO())
    assert b"Ab morgen" not in shown(district)


# What changed, who did it, and back -----------------------------------------------------------------------------------


@pytest.fixture
def office(district: District) -> Office:
    """The team's office, whose telephone number the team has changed by mistake."""
    office = moved(district.facts["own office"], telephone="030 23125 100")
    record(office)
    wrong = moved(office, telephone="030 23125 999")
    record(wrong, by=district.people["team"])
    return Office.objects.get(pk=office.pk)


def url(office: Office, name: str, *args: Any) -> str:
    return reverse(Office.snippet_viewset.get_url_name(name), args=[office.pk, *args])


def test_two_versions_of_a_fact_stand_side_by_side(district: District, office: Office) -> None:
    new, old = office.revisions.order_by("-created_at")[:2]
    told = district.client("team").get(url(office, "revisions_compare", old.pk, new.pk)).content.decode()
    for number in ("100</span>", "999</span>"):
        assert number in told


def test_two_versions_of_a_page_stand_side_by_side(district: District) -> None:
    page, team = district.pages["own page"], district.client("team")
    team.post(edit(page), page_form(page, title="Anders"))
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
    told = team.get(compare).content.decode()
    for title in (page.title, "Anders"):
        assert title in told


def test_a_team_goes_back_to_what_stood_there_and_everybody_is_told(
    district: District, office: Office
) -> None:
    team = district.client("team")
    new, old = office.revisions.order_by("-created_at")[:2]
    revert = url(office, "revisions_revert", old.pk)
    assert revert in team.get(url(office, "history")).content.decode()
    form = team.get(revert).context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None}
    for formset in form.formsets.values():
        data |= {f"{formset.prefix}-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    before = Change.objects.filter(uuid=office.uuid).count()
    assert team.post(revert, data).status_code == 302
    office.refresh_from_db()
    assert office.telephone == "030 23125 100"
    assert Change.objects.filter(uuid=office.uuid).count() == before + 1
    entry = ModelLogEntry.objects.filter(object_id=str(office.pk)).order_by("-timestamp").first()
    assert entry is not None
    assert entry.user == district.people["team"]
    assert new.pk != office.latest_revision_id


def test_each_facts_history_says_who_and_what(district: District, office: Office) -> None:
    for role in ("team", "county", "administrator"):
        told = district.client(role).get(url(office, "history"))
        assert told.status_code == 200
        assert "team" in told.content.decode()


def test_the_site_history_tells_the_county_who_changed_what_and_when(
    district: District, office: Office
) -> None:
    page = district.pages["own page"]
    district.client("team").post(edit(page), page_form(page, title="Anders"))
    assert PageLogEntry.objects.filter(page=page.pk, user=district.people["team"]).exists()
    report = reverse("wagtailadmin_reports:site_history")
    for role in ("county", "administrator"):
        told = district.client(role).get(report).content.decode()
        for words in (office.name, page.title, "team"):
            assert words in told, role
    assert office.name not in district.client("translator").get(report).content.decode()
