"""An address that a page had before it was renamed or moved leads on to it, in every language."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, TestCase
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from home.models import HomePage, TextPage
from portal.languages import SERVED_CODES
from tests import factories
from tests.portal.test_tree import translated

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_pages(settings: Settings) -> None:
    settings.PAGE_CACHE = False


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Start")


@pytest.fixture
def text(home: HomePage) -> TextPage:
    return factories.make_text_page(home, title="Kontakt", slug="kontakt")


def rename(page: Any, slug: str) -> None:
    """What an editor does; Wagtail writes the old address down when it is done."""
    page = page.specific_class.objects.get(pk=page.pk)
    page.slug = slug
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()


def leads_to(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 301, (path, response.status_code)
    assert client.get(response["Location"]).status_code == 200
    return str(response["Location"])


@pytest.mark.parametrize("editor", ["de", "en"])
def test_a_renamed_page_is_found_at_its_old_address_in_every_language(
    client: Client, text: TextPage, editor: str
) -> None:
    with override(editor):
        rename(text, "neu")
    for code in SERVED_CODES:
        assert leads_to(client, f"/{code}/kontakt/") == f"/{code}/neu/"
    assert leads_to(client, "/ar/kontakt/?by=place") == "/ar/neu/?by=place"


def test_a_page_that_was_renamed_twice_is_found_in_one_step(client: Client, text: TextPage) -> None:
    rename(text, "neu")
    rename(text, "neuer")
    for path in ("kontakt", "neu"):
        assert leads_to(client, f"/fr/{path}/") == "/fr/neuer/"


def test_a_page_that_takes_its_old_name_back_stays_there(client: Client, text: TextPage) -> None:
    rename(text, "neu")
    rename(text, "kontakt")
    assert client.get("/de/kontakt/").status_code == 200
    assert leads_to(client, "/de/neu/") == "/de/kontakt/"


def test_another_page_at_the_old_address_is_shown_there(
    client: Client, home: HomePage, text: TextPage
) -> None:
    rename(text, "neu")
    factories.make_text_page(home, title="Anderes", slug="kontakt")
    for code in ("de", "ar"):
        assert "Anderes" in client.get(f"/{code}/kontakt/").content.decode()


def test_a_translation_that_follows_is_found_at_its_old_address(client: Client, text: TextPage) -> None:
    other = translated(text, "ar", title="اتصال")
    rename(text, "neu")
    rename(other, "neu")
    assert leads_to(client, "/ar/kontakt/") == "/ar/neu/"
    assert "اتصال" in client.get("/ar/neu/").content.decode()


def test_pages_below_a_moved_one_are_found_too(client: Client, home: HomePage) -> None:
    index = factories.make_space_index_page(home, slug="raeume")
    factories.make_space_page(index, factories.make_space(key="wald"))
    rename(index, "sozialraeume")
    for code in ("de", "ar"):
        assert leads_to(client, f"/{code}/raeume/wald/") == f"/{code}/sozialraeume/wald/"
    other = factories.make_space_index_page(home, slug="andere")
    index.refresh_from_db()
    with TestCase.captureOnCommitCallbacks(execute=True):
        index.get_children().first().move(other, pos="last-child")
    for path in ("raeume/wald", "sozialraeume/wald"):
        assert leads_to(client, f"/ar/{path}/") == "/ar/andere/wald/"


@pytest.mark.parametrize("code", ["de", "ar"])
@pytest.mark.parametrize("kind", ["password", "login", "groups"])
def test_where_a_private_page_went_is_told_to_nobody(
    client: Client, text: TextPage, code: str, kind: str
) -> None:
    PageViewRestriction.objects.create(page=text, restriction_type=kind, password="x")
    rename(text, "geheim")
    response = client.get(f"/{code}/kontakt/")
    assert response.status_code == 404
    assert "geheim" not in response.content.decode()


@pytest.mark.parametrize("gone", ["unpublish", "delete"])
def test_the_old_address_of_a_withdrawn_page_leads_nowhere(client: Client, text: TextPage, gone: str) -> None:
    rename(text, "neu")
    getattr(TextPage.objects.get(pk=text.pk), gone)()
    for path in ("/de/kontakt/", "/ar/kontakt/", "/de/neu/"):
        assert client.get(path).status_code == 404


def test_an_editor_may_name_an_address_that_leads_on(client: Client, text: TextPage) -> None:
    Redirect.add_redirect("/flyer", text)
    Redirect.add_redirect("/de/formular", "https://www.example.org/formular", is_permanent=False)
    assert leads_to(client, "/ar/flyer/") == "/ar/kontakt/"
    assert client.get("/flyer/", follow=True).redirect_chain[-1] == ("/de/kontakt/", 301)
    response = client.get("/ar/formular/?by=place")
    assert (response.status_code, response["Location"]) == (302, "https://www.example.org/formular")


def test_a_missing_page_costs_few_queries(
    client: Client, text: TextPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/de/nirgends/")
    with django_assert_max_num_queries(14):
        assert client.get("/de/nirgends/").status_code == 404


def test_the_menu_of_an_editor_stays_as_it_is(client: Client, home: HomePage) -> None:
    """Addresses that lead on are for those who run the portal."""
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    assert "/admin/redirects/" not in client.get("/admin/").content.decode()
    client.force_login(User.objects.create_superuser("admin"))
    assert "/admin/redirects/" in client.get("/admin/").content.decode()
