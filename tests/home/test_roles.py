"""Who may do what: each role against the things of the others, through `record` and through the editors' own views."""

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupPagePermission,
    Locale,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowState,
)
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from home import roles
from home.models import BarrierReport, HomePage
from portal import tree
from search.models import Catchment
from spaces import permissions
from spaces.changes import record
from spaces.models import (
    Confidentiality,
    Event,
    Figure,
    Helpline,
    Offer,
    Office,
    Partner,
    SchoolHoliday,
    Service,
    Space,
    SpacePage,
    SpaceTeam,
    Stop,
    Timetable,
)
from spaces.models.fact import Fact
from spaces.models.pages.event import EventIndexPage, EventPage
from spaces.vocabulary import ConfidentialityWording
from tests import factories
from tests.portal.test_translation import translate

pytestmark = pytest.mark.django_db

ROLES = ("county", "administrator", "team", "translator", "nobody")


class District(NamedTuple):
    """Two spaces with all that belongs to them, and one person of each role. `own` is the team's space."""

    own: Space
    other: Space
    facts: dict[str, Fact]
    pages: dict[str, Page]
    people: dict[str, User]

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(self.people[role])
        return client


def person(name: str, *groups: str) -> User:
    user = User.objects.create_user(name, password=name)
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


def recorded(fact: Any) -> Any:
    record(fact)
    return fact


def facts_of(space: Space, name: str) -> dict[str, Fact]:
    """A fact of each kind that belongs to a space, by its name."""
    office = factories.make_office(space, name=f"Büro {name}")
    service = Service.objects.get(key="advice")
    offer = recorded(Offer(service=service, office=office))
    municipality = factories.make_municipality()
    return {
        f"{name} office": office,
        f"{name} offer": offer,
        f"{name} hours": recorded(Timetable(office=office)),
        f"{name} hours of the offer": recorded(Timetable(offer=offer)),
        f"{name} partner": recorded(Partner(space=space, name=f"Kita {name}", kind="day_nursery")),
        f"{name} event": make_event(f"{name}-party", space),
        f"{name} space": space,
        f"{name} mandate": factories.make_mandate(space=space),
        f"{name} figure": recorded(Figure(year=2025, kind="cases", space=space, value=100)),
        f"{name} catchment": recorded(
            Catchment(space=space, municipality=municipality, valid_from=date(2020, 1, 1))
        ),
    }


def make_event(key: str, space: Space | None) -> Event:
    moment = datetime(2030, 5, 4, 15, tzinfo=UTC)
    return recorded(
        Event(key=key, kind="open_meeting", starts_at=moment, ends_at=moment.replace(hour=17), space=space)
    )


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


def make_district() -> District:
    roles.set_up()
    own, other = (
        factories.make_space(key="own", name="Eigen"),
        factories.make_space(key="other", name="Fremd"),
    )
    recorded(Service(key="advice"))
    facts = {**facts_of(own, "own"), **facts_of(other, "other")}
    authority = factories.make_authority()
    helpline = recorded(Helpline(key="help", name="Help", telephone="112"))
    facts |= {
        "common event": make_event("conference", None),
        "common service": Service.objects.get(key="advice"),
        "common provider": factories.make_provider(),
        "common school": factories.make_school(),
        "common helpline": helpline,
        "common hours": recorded(Timetable(helpline=helpline)),
        "common authority": authority,
        "common holiday": recorded(
            SchoolHoliday(name="summer", first_day=date(2030, 7, 1), last_day=date(2030, 8, 1))
        ),
        "common confidentiality": recorded(
            Confidentiality(
                kind="free",
                wording=ConfidentialityWording.values[0],
                approved_on=date(2026, 1, 1),
                approved_by=authority,
            )
        ),
    }
    home = factories.make_home_page(title="Portal", slug="portal")
    index = factories.make_space_index_page(home)
    events = factories.make_page(EventIndexPage(title="Termine", slug="termine"), home)
    pages: dict[str, Page] = {"home": home, "events": events}
    for name, space in (("own", own), ("other", other)):
        pages[f"{name} page"] = factories.make_space_page(index, space, title=f"Seite {name}", slug=name)
        event = facts[f"{name} event"]
        pages[f"{name} event page"] = factories.make_page(
            EventPage(title=f"Fest {name}", slug=f"fest-{name}", event=event), events
        )
    pages["text"] = factories.make_text_page(home, title="Impressum", slug="impressum")
    for code in ("ar", "tr"):
        pages[code] = translate(home, code, {"Portal": f"Portal {code}"})
    people = {
        "county": person("county", roles.COUNTY),
        "administrator": person("administrator", roles.ADMINISTRATORS),
        "team": person("team", roles.team_name(own)),
        "translator": person("translator", roles.translators_name("ar")),
        "nobody": person("nobody"),
    }
    return District(own, other, facts, pages, people)


# Facts: at the model --------------------------------------------------------------------------------------------------

#: What the team of a space may write of its own.
OF_THE_TEAM = ("office", "offer", "hours", "hours of the offer", "partner", "event")


def may(role: str, name: str) -> bool:
    """The rule, said once more and otherwise: which role may write the fact of this name."""
    whose, _, kind = name.partition(" ")
    return role in ("county", "administrator") or (role == "team" and whose == "own" and kind in OF_THE_TEAM)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_writes_and_deletes_its_own_facts_and_no_others(district: District, role: str) -> None:
    user = district.people[role]
    written = {}
    for name, fact in district.facts.items():
        same: Any = type(fact)._default_manager.get(pk=fact.pk)
        for action in ("change", "delete"):
            assert permissions.may_write(user, same, action) is may(role, name), (name, action)
        same.source = f"said by {role}"
        with suppress(PermissionDenied):
            record(same, by=user)
        written[name] = type(fact)._default_manager.get(pk=fact.pk).source == f"said by {role}"
    assert written == {name: may(role, name) for name in district.facts}


@pytest.mark.parametrize("role", ROLES)
def test_deleting_asks_too(district: District, role: str) -> None:
    for whose in ("own", "other"):
        partner = moved(district.facts[f"{whose} partner"])
        if may(role, f"{whose} partner"):
            record(partner, by=district.people[role], delete=True)
        else:
            with pytest.raises(PermissionDenied):
                record(partner, by=district.people[role], delete=True)
            assert Partner.objects.filter(pk=partner.pk).exists()


MOVES: dict[str, Callable[[District], Any]] = {
    "taken": lambda d: moved(d.facts["other office"], space=d.own),
    "given away": lambda d: moved(d.facts["own office"], space=d.other),
    "an offer taken": lambda d: moved(d.facts["other offer"], office=d.facts["own office"]),
    "an offer given away": lambda d: moved(d.facts["own offer"], office=d.facts["other office"]),
    "hours given away": lambda d: moved(
        d.facts["own hours of the offer"], offer=None, office=extra_office(d.other)
    ),
    "an event taken": lambda d: moved(d.facts["common event"], space=d.own),
    "an event made common": lambda d: moved(d.facts["own event"], space=None),
    "an office made for another": lambda d: Office(space=d.other, name="New", is_main=False),
    "hours made for another": lambda d: Timetable(office=extra_office(d.other)),
    "an event made for all": lambda d: Event(
        key="all",
        kind="open_meeting",
        space=None,
        starts_at=datetime(2030, 1, 1, 10, tzinfo=UTC),
        ends_at=datetime(2030, 1, 1, 11, tzinfo=UTC),
    ),
    "a stop of another's office": lambda d: with_stop(moved(d.facts["other office"])),
    "a row of another's office": lambda d: Stop(office=d.facts["other office"], name="Halt"),
}


def moved(fact: Any, **values: Any) -> Any:
    same = type(fact)._default_manager.get(pk=fact.pk)
    for field, value in values.items():
        setattr(same, field, value)
    return same


def extra_office(space: Space) -> Office:
    return factories.make_office(space, is_main=False)


def with_stop(office: Any) -> Any:
    office.stops.add(Stop(name="Halt"))
    return office


@pytest.mark.parametrize("move", MOVES)
def test_no_fact_is_taken_from_another_space_or_put_into_it(district: District, move: str) -> None:
    with pytest.raises(PermissionDenied):
        record(MOVES[move](district), by=district.people["team"])


def test_a_team_makes_and_moves_facts_within_its_own_space(district: District) -> None:
    team = district.people["team"]
    second = Office(space=district.own, name="Zweites Büro", is_main=False)
    record(second, by=team)
    record(moved(district.facts["own offer"], office=second), by=team)
    record(with_stop(second), by=team)
    assert Stop.objects.filter(office=second).exists()


def test_one_refused_fact_leaves_all_unwritten(district: District) -> None:
    facts = [moved(district.facts[f"{whose} partner"], name="Changed") for whose in ("own", "other")]
    with pytest.raises(PermissionDenied):
        record(facts, by=district.people["team"])
    assert not Partner.objects.filter(name="Changed").exists()


def test_a_closed_account_writes_nothing(district: District) -> None:
    team = User(pk=district.people["team"].pk, is_active=False)
    assert not permissions.may_write(team, district.facts["own office"], "change")


# Facts: at the views --------------------------------------------------------------------------------------------------


def urls_of(fact: Fact) -> list[str]:
    """Every address in the admin that is about one fact."""
    names = fact.snippet_viewset.get_url_name
    revision = fact.save_revision() if not fact.latest_revision else fact.latest_revision
    return [
        reverse(names("edit"), args=[fact.pk]),
        reverse(names("delete"), args=[fact.pk]),
        reverse(names("history"), args=[fact.pk]),
        reverse(names("usage"), args=[fact.pk]),
        reverse(names("revisions_revert"), args=[fact.pk, revision.pk]),
        reverse(names("revisions_compare"), args=[fact.pk, "earliest", "latest"]),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["team", "translator"])
def test_direct_addresses_of_others_facts_are_refused(district: District, role: str) -> None:
    client = district.client(role)
    for name, fact in district.facts.items():
        for url in urls_of(fact):
            response = client.get(url)
            expected = 200 if may(role, name) else 302
            assert response.status_code == expected, (name, url)
            if expected == 302:
                assert response["Location"] == reverse("wagtailadmin_home"), url
                assert client.post(url, {"name": "Stolen"}).status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("role", ["county", "administrator"])
def test_the_county_and_administrators_reach_every_fact(district: District, role: str) -> None:
    client = district.client(role)
    for name, fact in district.facts.items():
        assert client.get(urls_of(fact)[0]).status_code == 200, name


@pytest.mark.parametrize("role", ROLES)
def test_lists_show_what_one_may_write(district: District, role: str) -> None:
    client = district.client(role)
    for kind in ("office", "offer", "partner", "event", "space", "mandate", "provider"):
        fact = district.facts.get(f"own {kind}") or district.facts[f"common {kind}"]
        model = type(fact)
        names = model.snippet_viewset.get_url_name
        response = client.get(reverse(names("list")))
        shown = {row.pk for row in response.context["object_list"]} if response.status_code == 200 else set()
        if role in ("county", "administrator"):
            expected = set(model._default_manager.values_list("pk", flat=True))
        else:
            expected = {
                row.pk for name, row in district.facts.items() if type(row) is model and may(role, name)
            }
        assert shown == expected, kind


def test_choosers_offer_a_team_its_own(district: District) -> None:
    client = district.client("team")
    for kind, offered in (("office", 1), ("space", 1), ("offer", 1), ("service", 1), ("provider", 3)):
        url = reverse(f"wagtailsnippetchoosers_spaces_{kind}:choose_results")
        assert len(client.get(url).context["results"]) == offered, kind
        assert len(district.client("county").get(url).context["results"]) >= offered


def test_a_new_fact_of_a_team_begins_in_its_space(district: District) -> None:
    response = district.client("team").get(reverse("wagtailsnippets_spaces_partner:add"))
    assert response.context["form"]["space"].value() == district.own.pk


def partner_form(space: Space, **values: Any) -> dict[str, Any]:
    return {"space": space.pk, "name": "Hort", "kind": "day_nursery", "is_example": "", **values}


def test_a_form_that_names_another_space_is_refused_with_a_reason_and_keeps_what_was_typed(
    district: District,
) -> None:
    client, url = district.client("team"), reverse("wagtailsnippets_spaces_partner:add")
    response = client.post(url, partner_form(district.other))
    assert response.status_code == 200
    (message,) = BeautifulSoup(response.content, "html.parser").select(".messages li")
    assert "Hort" in message.text
    assert response.context["form"]["name"].value() == "Hort"
    assert not Partner.objects.filter(name="Hort").exists()
    assert client.post(url, partner_form(district.own)).status_code == 302
    assert Partner.objects.get(name="Hort").space == district.own


def test_bulk_deletion_takes_only_ones_own(district: District) -> None:
    own, other = district.facts["own partner"], district.facts["other partner"]
    url = reverse("wagtail_bulk_action", args=["spaces", "partner", "delete"])
    for role in ("translator", "team"):
        district.client(role).post(f"{url}?id={own.pk}&id={other.pk}")
        assert Partner.objects.filter(pk=other.pk).exists(), role
        assert Partner.objects.filter(pk=own.pk).exists() is (role != "team")


def test_spreadsheets_hold_and_change_only_ones_own(district: District) -> None:
    client = district.client("team")
    export = reverse("wagtailsnippets_spaces_partner:spreadsheet_export", args=["partner", "csv"])
    exported = client.get(export).content.decode()
    assert "Kita own" in exported
    assert "Kita other" not in exported
    hours = reverse("wagtailsnippets_spaces_timetable:spreadsheet_export", args=["openingrule", "csv"])
    assert client.get(hours).status_code == 200
    assert district.client("translator").get(export).status_code == 302

    url = reverse("wagtailsnippets_spaces_partner:spreadsheet")
    for whose, wrong in (("own", 0), ("other", 1)):
        fact = district.facts[f"{whose} partner"]
        sheet = ContentFile(f"uuid,name\n{fact.uuid},Umbenannt\n".encode(), "partner.csv")
        response = client.post(url, {"sheet": "partner", "file": sheet})
        assert len(response.context["report"].wrong) == wrong
        client.post(url, {"confirmed": response.context["confirmed"]})
        assert Partner.objects.filter(pk=fact.pk, name="Umbenannt").exists() is (not wrong)


def test_hours_of_ones_own_office_are_saved_at_once(district: District) -> None:
    hours: Any = district.facts["own hours"]
    data = nested_form_data(
        {
            "office": hours.office_id,
            "offer": "",
            "helpline": "",
            "rules": inline_formset([]),
            "closures": inline_formset(
                [{"first_day": "2030-01-01", "last_day": "2030-01-05", "reason": "holiday"}]
            ),
            "special_days": inline_formset([]),
        }
    )
    response = district.client("team").post(
        reverse("wagtailsnippets_spaces_timetable:edit", args=[hours.pk]), data
    )
    assert response.status_code == 302, response.context["form"].errors
    assert hours.closures.model.objects.filter(timetable=hours).count() == 1


# Pages ----------------------------------------------------------------------------------------------------------------

EDITS = {
    "team": {"own page", "own event page"},
    "translator": {"ar"},
    "county": {
        "own page",
        "own event page",
        "other page",
        "other event page",
        "text",
        "home",
        "events",
        "ar",
        "tr",
    },
    "nobody": set(),
}


@pytest.mark.parametrize("role", EDITS)
def test_each_role_opens_its_own_pages_for_editing(district: District, role: str) -> None:
    client = district.client(role)
    opened = {
        name
        for name, page in district.pages.items()
        if client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    }
    assert opened == EDITS[role]


@pytest.mark.parametrize(
    ("role", "page", "action"),
    [
        ("team", "own page", "publish"),
        ("team", "own page", "delete"),
        ("team", "own page", "unpublish"),
        ("team", "own page", "move"),
        ("team", "other page", "unpublish"),
        ("team", "other page", "copy"),
        ("team", "other event page", "copy"),
        ("team", "ar", "unpublish"),
        ("translator", "tr", "unpublish"),
        ("translator", "own page", "unpublish"),
        ("translator", "ar", "move"),
        ("translator", "home", "copy"),
    ],
)
def test_what_a_role_may_not_do_with_a_page(district: District, role: str, page: str, action: str) -> None:
    client, meant = district.client(role), district.pages[page]
    before = list(Page.objects.order_by("pk").values_list("pk", "live", "path"))
    if action == "publish":
        response = client.post(
            reverse("wagtailadmin_pages:edit", args=[meant.pk]), page_form(meant, **{"action-publish": "1"})
        )
        assert SpacePage.objects.get(pk=meant.pk).title == meant.title
    else:
        args = [meant.pk]
        response = client.post(
            reverse(f"wagtailadmin_pages:{action}", args=args),
            {"new_title": "X", "new_slug": "x", "new_parent_page": meant.get_parent().pk},
        )
    assert response.status_code in (302, 403)
    assert list(Page.objects.order_by("pk").values_list("pk", "live", "path")) == before


def page_form(page: Any, **values: Any) -> dict[str, Any]:
    blocks = streamfield([("text", rich_text("<p>Neue Worte.</p>", features=["h2"]))])
    fields = {"title": f"{page.title} neu", "slug": page.slug, "lead": "", "body": blocks}
    about = {field: getattr(page.specific, field).pk for field in page.specific.about}
    return dict(nested_form_data({**fields, **about, "comments": inline_formset([]), **values}))


def test_words_of_a_team_go_to_the_county_for_approval(district: District) -> None:
    page = district.pages["own page"]
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = district.client("team").post(edit, page_form(page, **{"action-submit": "1"}))
    assert response.status_code == 302
    assert SpacePage.objects.get(pk=page.pk).title == page.title
    state = WorkflowState.objects.get(object_id=str(page.pk), status=WorkflowState.STATUS_IN_PROGRESS)
    assert state.workflow.name == roles.APPROVAL

    approve = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk]
    )
    for role, title in (("team", page.title), ("translator", page.title), ("county", f"{page.title} neu")):
        district.client(role).post(approve, {"comment": ""})
        assert SpacePage.objects.get(pk=page.pk).title == title, role


@pytest.mark.parametrize(
    ("page", "field", "fact"),
    [("own page", "space", "other space"), ("own event page", "event", "other event")],
)
def test_a_page_speaks_about_ones_own_facts_only(
    district: District, page: str, field: str, fact: str
) -> None:
    meant = district.pages[page]
    response = district.client("team").post(
        reverse("wagtailadmin_pages:edit", args=[meant.pk]),
        page_form(meant, **{field: district.facts[fact].pk}),
    )
    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_a_team_adds_a_page_for_its_own_event_and_for_no_other(district: District) -> None:
    client = district.client("team")
    url = reverse("wagtailadmin_pages:add", args=["spaces", "eventpage", district.pages["events"].pk])
    for whose, count in (("other", 0), ("own", 1)):
        event = make_event(f"{whose}-second", district.own if whose == "own" else district.other)
        data = page_form(
            district.pages["own event page"], event=event.pk, slug=f"{whose}-neu", **{"action-publish": "1"}
        )
        client.post(url, data)
        assert EventPage.objects.filter(event=event).count() == count
    assert not EventPage.objects.get(event=event).live
    before = Page.objects.count()
    client.post(reverse("wagtailadmin_pages:add", args=["home", "textpage", district.pages["home"].pk]), data)
    assert Page.objects.count() == before


def test_pages_follow_their_facts(district: District) -> None:
    page = district.pages["own event page"]
    record(moved(district.facts["own event"], space=district.other))
    assert not page.permissions_for_user(User.objects.get(username="team")).can_edit()
    other = person("another", roles.team_name(district.other))
    assert page.permissions_for_user(other).can_edit()


# Translations ---------------------------------------------------------------------------------------------------------


def translation_urls(district: District, code: str) -> dict[str, str]:
    """The addresses with which wagtail-localize's editor writes into the translation of the home page."""
    translation = Translation.objects.get(
        source__object_id=district.pages["home"].translation_key, target_locale__language_code=code
    )
    segment = StringSegment.objects.filter(source=translation.source).first()
    assert segment is not None
    return {
        "string": reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk]),
        "download": reverse("wagtail_localize:download_pofile", args=[translation.pk]),
        "upload": reverse("wagtail_localize:upload_pofile", args=[translation.pk]),
        "machine": reverse("wagtail_localize:machine_translate", args=[translation.pk]),
        "stop": reverse("wagtail_localize:stop_translation", args=[translation.pk]),
        "preview": reverse("wagtail_localize:preview_translation", args=[translation.pk]),
        "alias": reverse("wagtail_localize:convert_to_alias", args=[district.pages[code].pk]),
        "publish": reverse("wagtailadmin_pages:edit", args=[district.pages[code].pk]),
        "checked": reverse("confirm_translation", args=[district.pages[code].pk]),
    }


@pytest.mark.parametrize(
    ("role", "code", "works"),
    [("translator", "ar", True), ("translator", "tr", False), ("team", "ar", False), ("county", "tr", True)],
)
def test_translators_write_in_their_own_language(
    district: District, role: str, code: str, works: bool
) -> None:
    client, urls = district.client(role), translation_urls(district, code)
    form = encode_multipart(BOUNDARY, {"value": "Typed"})
    response = client.put(urls["string"], form, content_type=MULTIPART_CONTENT)
    assert response.status_code == (200 if works else 403)
    assert StringTranslation.objects.filter(data="Typed", locale__language_code=code).exists() is works
    assert (client.get(urls["download"]).status_code == 200) is works
    for name in ("checked", "preview"):
        assert (client.get(urls[name]).status_code == 200) is works, name
    client.post(urls["publish"], {"action": "publish"})
    assert (HomePage.objects.get(locale__language_code=code).title == "Typed") is works


@pytest.mark.parametrize("role", ["translator", "team"])
def test_another_languages_translation_is_neither_stopped_nor_replaced(district: District, role: str) -> None:
    client, urls = district.client(role), translation_urls(district, "tr")
    before = StringTranslation.objects.filter(locale__language_code="tr").values_list("data", flat=True)
    kept = list(before)
    for name in ("stop", "machine", "alias", "upload", "checked"):
        client.post(urls[name], {"file": ContentFile(b"", "x.po")})
    assert Translation.objects.get(target_locale__language_code="tr").enabled
    assert list(before.all()) == kept
    assert HomePage.objects.get(locale__language_code="tr").alias_of is None


@pytest.mark.parametrize(("role", "works"), [("translator", False), ("team", False), ("county", True)])
def test_only_the_county_sends_pages_to_be_translated(district: District, role: str, works: bool) -> None:
    url = reverse("wagtail_localize:submit_page_translation", args=[district.pages["text"].pk])
    district.client(role).post(url, {"locales": [Locale.objects.get(language_code="tr").pk]})
    text = district.pages["text"]
    assert Translation.objects.filter(source__object_id=text.translation_key).exists() is works


# Pictures and files ---------------------------------------------------------------------------------------------------


def collection_of(space: Space) -> Collection:
    team = SpaceTeam.objects.get(space=space)
    assert team.collection is not None
    return team.collection


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("role", "reaches"), [("team", {"own"}), ("translator", set()), ("county", {"own", "other", "root"})]
)
def test_pictures_and_files_lie_in_the_collection_of_the_space(
    district: District, role: str, reaches: set[str]
) -> None:
    client = district.client(role)
    collections = {
        "own": collection_of(district.own),
        "other": collection_of(district.other),
        "root": Collection.get_first_root_node(),
    }
    for name, collection in collections.items():
        image = factories.make_picture(title=name, collection=collection)
        document = get_document_model().objects.create(
            title=name, file=ContentFile(b"text", "text.txt"), collection=collection
        )
        for kind, row in (("images", image), ("docs", document)):
            expected = 200 if name in reaches else 302
            for action in ("edit", "delete"):
                url = reverse(f"wagtail{kind}:{action}", args=[row.pk])
                assert client.get(url).status_code == expected, (kind, name, action)
        for kind in ("image", "document"):
            url = reverse(
                "wagtail_bulk_action",
                args=["spaces", "picture", "delete"]
                if kind == "image"
                else ["wagtaildocs", "document", "delete"],
            )
            row = image if kind == "image" else document
            client.post(f"{url}?id={row.pk}")
            assert type(row).objects.filter(pk=row.pk).exists() is (name not in reaches), (kind, name)


# Wagtail leaves the file open when it draws a thumbnail.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_choosers_and_the_admins_interface_show_no_foreign_files(district: District) -> None:
    for name in ("own", "other"):
        collection = collection_of(getattr(district, name))
        factories.make_picture(title=f"picture {name}", collection=collection)
        file = ContentFile(b"text", "text.txt")
        get_document_model().objects.create(title=f"file {name}", file=file, collection=collection)
    client = district.client("team")
    for url in (
        reverse("wagtailimages_chooser:choose_results"),
        reverse("wagtaildocs_chooser:choose_results"),
        reverse("wagtailimages:index"),
        reverse("wagtaildocs:index"),
        "/admin/api/main/images/",
        "/admin/api/main/documents/",
    ):
        content = client.get(url).content.decode()
        assert " own" in content, url
        assert "picture other" not in content, url
        assert "file other" not in content, url


# Technics -------------------------------------------------------------------------------------------------------------

TECHNICS = (
    "/admin/users/",
    "/admin/groups/",
    "/admin/sites/",
    "/admin/locales/",
    "/admin/collections/",
    "/admin/workflows/list/",
)


@pytest.mark.parametrize("role", ROLES)
def test_technics_are_the_administrators(district: District, role: str) -> None:
    client = district.client(role)
    for url in TECHNICS:
        assert (client.get(url).status_code == 200) is (role == "administrator"), url


@pytest.mark.parametrize("role", ROLES)
def test_what_readers_say_is_read_by_the_county(district: District, role: str) -> None:
    BarrierReport.objects.create(text="Secret", answer_to="mother@example.org", language="de")
    response = district.client(role).get(reverse("wagtailsnippets_home_barrierreport:list"))
    assert (response.status_code == 200) is (role in ("county", "administrator"))


# The roles themselves -------------------------------------------------------------------------------------------------


def state() -> Any:
    return (
        sorted(
            (group.name, tuple(sorted(group.permissions.values_list("codename", flat=True))))
            for group in Group.objects.all()
        ),
        sorted(GroupPagePermission.objects.values_list("group__name", "page", "permission__codename")),
        sorted(Collection.objects.values_list("name", flat=True)),
        sorted(WorkflowPage.objects.values_list("page", "workflow__name")),
    )


def test_the_command_may_run_any_number_of_times_and_mends(district: District) -> None:
    before = state()
    call_command("set_up_roles", stdout=io.StringIO())
    assert state() == before
    team = Group.objects.get(name=roles.team_name(district.own))
    team.permissions.add(*Group.objects.get(name=roles.COUNTY).permissions.all())
    GroupPagePermission.objects.create(
        group=team,
        page=Page.get_first_root_node(),
        permission=GroupPagePermission.objects.filter(permission__codename="publish_page")[0].permission,
    )
    Group.objects.get(name=roles.COUNTY).permissions.clear()
    call_command("set_up_roles", stdout=io.StringIO())
    assert state() == before


def test_migrating_makes_the_roles(db: None) -> None:
    assert Group.objects.filter(name=roles.COUNTY).exists()
    assert not Group.objects.filter(name__in=("Editors", "Moderators")).exists()
    root = WorkflowPage.objects.get(page=Page.get_first_root_node())
    assert root.workflow.name == roles.APPROVAL
    assert not Workflow.objects.filter(name="Moderators approval", active=True).exists()
    approving = GroupApprovalTask.objects.get(name=roles.APPROVAL).groups.values_list("name", flat=True)
    assert set(approving) == {roles.COUNTY, roles.ADMINISTRATORS}


def test_a_new_space_gets_its_team_and_a_deleted_one_takes_it_along() -> None:
    space = factories.make_space(name="Neu")
    team = SpaceTeam.objects.get(space=space)
    assert team.group.name == "Redaktion Neu"
    record(space, delete=True)
    assert not SpaceTeam.objects.filter(pk=team.pk).exists()
    assert not Group.objects.filter(pk=team.group_id).exists()


def test_groups_of_translators_have_names_that_a_person_knows() -> None:
    names = {code: roles.translators_name(code) for code in ("ar", "ti", "kmr", "de-simple")}
    assert names == {
        "ar": "Übersetzung Arabisch",
        "ti": "Übersetzung Tigrinya",
        "kmr": "Übersetzung Kurdisch",
        "de-simple": "Übersetzung Einfache Sprache",
    }
