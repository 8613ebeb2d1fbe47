"""What editors meet in the admin: German words, one heading a screen, nothing of Wagtail that they do not need."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from wagtail.snippets.models import get_snippet_models

from home import roles
from portal import tree
from spaces.models import Space, SpacePage
from tests import factories
from tests.spaces.around import make_event, make_offer, make_timetable

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = ("team", "county", "translator")

#: Little words that no German text has.
ENGLISH = re.compile(
    r"\b(?:the|of|and|to|this|is|are|with|for|you|your|by|or|not|add|edit|delete|search|choose|view|show|hide|close|"
    r"save|upload|actions|settings|select)\b",
    re.IGNORECASE,
)


#: The name of the licence of the map.
LICENCE = "dl-de/by-2-0"


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    """Somebody of each role, and one thing of each kind for them; made once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        home = factories.make_home_page(title="Portal", slug="portal")
        office = factories.make_office(name="Büro am Fluss")
        make_timetable(office, (0, "09:00", "12:00"))
        make_offer(office)
        make_event(key="fest", space=office.space)
        index = factories.make_space_index_page(home)
        index.add_child(instance=SpacePage(title="Fluss", slug="fluss", space=office.space))
        roles.set_up()
        yield {role: somebody(role, office.space) for role in ROLES}
        transaction.set_rollback(True)
    tree.forget()


def somebody(role: str, space: Space) -> User:
    names = {
        "team": roles.team_name(space),
        "county": roles.COUNTY,
        "translator": roles.translators_name("ar"),
    }
    user = User.objects.create_user(role, first_name="Kim")
    user.groups.add(Group.objects.get(name=names[role]))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def screens(user: User) -> Iterator[str]:
    """Where this person goes: the desk, lists, forms, histories."""
    yield from ("/admin/", "/admin/account/", "/admin/handbook/", reverse("translation_board"))
    if user.username == "translator":
        return
    page = SpacePage.objects.get()
    yield reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    yield reverse("wagtailadmin_pages:edit", args=[page.pk])
    yield reverse("wagtailadmin_pages:history", args=[page.pk])
    yield from (reverse("hours_now"), reverse("announce_event"))
    yield from (reverse("wagtailimages:index"), reverse("wagtaildocs:index"))
    for model in get_snippet_models():
        viewset = model.snippet_viewset
        policy = viewset.permission_policy
        if not policy.user_has_any_permission(user, ["add", "change"]):
            continue
        yield reverse(viewset.get_url_name("list"))
        if policy.user_has_permission(user, "add"):
            yield reverse(viewset.get_url_name("add"))
        if fact := policy.instances_user_has_permission_for(user, "change").first():
            yield reverse(viewset.get_url_name("edit"), args=[fact.pk])
    if user.username == "county":
        yield from (reverse("responsibility"), reverse("wagtailadmin_reports:site_history"))


def words_of(soup: BeautifulSoup) -> Iterator[str]:
    """All that is read or read aloud, but for what is marked as another language."""
    for other in soup.select("script, style, svg, template, bdi, [lang]:not(html), [translate=no], code"):
        other.decompose()
    yield from soup.stripped_strings
    for name in ("aria-label", "title", "placeholder"):
        yield from (str(element[name]) for element in soup.select(f"[{name}]"))
    yield from (str(element["value"]) for element in soup.select("input[type=submit][value]"))


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_is_in_german_and_has_one_heading(people: dict[str, User], role: str, db: None) -> None:
    client = client_of(people[role])
    english, headings = set(), {}
    for url in screens(people[role]):
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        soup = BeautifulSoup(response.content, "html.parser")
        if (count := len(soup.find_all("h1"))) != 1:
            headings[url] = count
        english |= {(url, words) for words in words_of(soup) if ENGLISH.search(words) and words != LICENCE}
    assert headings == {}
    assert sorted(english) == []


def test_nothing_tells_of_wagtail(people: dict[str, User], db: None) -> None:
    for role in ROLES:
        page = client_of(people[role]).get("/admin/")
        soup = BeautifulSoup(page.content, "html.parser")
        assert "Wagtail" not in str(soup.title)
        assert re.search(r"data-wagtail-sidebar-branding-logo><svg class=.mark", page.content.decode())
        assert "guide.wagtail.org" not in page.content.decode()


@pytest.mark.parametrize(
    ("role", "absent"),
    [
        ("team", ("/admin/reports/", "/admin/responsibility/")),
        ("translator", ("/admin/reports/", "/admin/hours/", "/admin/images/", "/admin/snippets/")),
        (
            "county",
            ("/admin/reports/page-types-usage/", "/admin/reports/locked/", "/admin/reports/aging-pages/"),
        ),
    ],
)
def test_the_menu_holds_only_what_a_role_needs(
    people: dict[str, User], role: str, absent: tuple[str, ...], db: None
) -> None:
    menu = BeautifulSoup(client_of(people[role]).get("/admin/").content, "html.parser").find(
        id="wagtail-sidebar-props"
    )
    assert menu is not None
    assert "/admin/handbook/" in str(menu)
    assert [url for url in absent if url in str(menu)] == []


def test_how_the_portal_hangs_together_is_not_asked_of_a_team(people: dict[str, User], db: None) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[SpacePage.objects.get().pk])
    fields = {}
    for role in ("team", "county"):
        form = BeautifulSoup(client_of(people[role]).get(url).content, "html.parser")
        fields[role] = {str(field["name"]) for field in form.select("[name]")}
    assert fields["county"] - fields["team"] >= {"slug", "seo_title", "show_in_menus"}
    assert {"title", "lead", "search_description", "is_minor_edit"} <= fields["team"]
