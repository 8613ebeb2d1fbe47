"""What the editor of a page is told about its German."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from home.models import HomePage, TextPage
from tests import factories
from tests.portal.test_translation import translate

pytestmark = pytest.mark.django_db

BODY = [("text", '<h2>So geht es</h2><p>Das Büro ist zuständig. Alles dazu <a href="/x/">hier</a>.</p>')]


@pytest.fixture
def page() -> TextPage:
    return factories.make_text_page(factories.make_home_page(), title="So geht es", body=BODY)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


def edit(page: HomePage | TextPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def told(page: HomePage | TextPage) -> str:
    return reverse("writing", args=[page.pk])


def test_the_form_of_a_german_page_says_what_was_found_mistakes_first(admin: Client, page: TextPage) -> None:
    shown = admin.get(edit(page)).content.decode()
    assert f'data-writing="{told(page)}"' in shown
    for words in ("hier", "zuständig", "für Sie da"):
        assert words in shown
    part = admin.get(told(page), headers={"x-requested-with": "XMLHttpRequest"}).content.decode()
    assert "<html" not in part
    assert part.index("<strong>") < part.index("zuständig")


def test_the_newest_draft_counts(admin: Client, page: TextPage) -> None:
    page.title = "Wir sagen niemandem etwas"
    page.save_revision()
    assert "niemandem" in admin.get(told(page)).content.decode()


def test_it_stands_in_nobodys_way(admin: Client, page: TextPage) -> None:
    body = streamfield(
        [("text", rich_text('<h3>Zu tief</h3><p><a href="/x/">hier</a></p>', features=["h3", "link"]))]
    )
    fields = {"title": "Wir sagen niemandem etwas", "slug": page.slug, "body": body}
    data = nested_form_data({**fields, "comments": inline_formset([]), "action-publish": "1"})
    assert admin.post(edit(page), data).status_code == 302
    page.refresh_from_db()
    assert page.title == "Wir sagen niemandem etwas"


def test_simple_german_has_its_own_rules_and_other_languages_none(admin: Client) -> None:
    home = factories.make_home_page(title="Rat für Familien")
    simple = translate(home, "de-simple", {"Rat für Familien": "Familien wird geholfen"})
    arabic = translate(home, "ar", {"Rat für Familien": "استشارة"})
    response = admin.get(edit(simple))
    assert told(simple) in " ".join(str(message) for message in response.context["messages"])
    assert "Familien wird geholfen" in admin.get(told(simple)).content.decode()
    assert told(arabic) not in admin.get(edit(arabic)).content.decode()


def test_only_who_may_edit_a_page_is_told(client: Client, page: TextPage) -> None:
    assert client.get(told(page)).status_code == 302
    client.force_login(User.objects.create_user("somebody", password="somebody"))
    assert client.get(told(page)).status_code in (302, 403)


def test_it_costs_few_queries(
    admin: Client, page: TextPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin.get(told(page))
    with django_assert_max_num_queries(30):
        admin.get(told(page))


def test_the_accessibility_checker_is_on(admin: Client, page: TextPage) -> None:
    shown = admin.get(edit(page)).content.decode()
    assert 'id="checker-axe-configuration"' in shown
    assert 'data-side-panel="checks"' in shown
