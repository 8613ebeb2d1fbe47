import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from home.navigation import links
from tests import factories

pytestmark = pytest.mark.django_db


def test_pages_for_menus_stand_in_the_head_and_the_others_in_the_foot() -> None:
    home = factories.make_home_page()
    factories.make_space_index_page(home, title="All", show_in_menus=True)
    factories.make_text_page(home, title="Imprint", slug="imprint")
    factories.make_text_page(home, title="Hidden").unpublish()
    around = links(RequestFactory().get("/"))
    assert [(link["title"], link["url"]) for link in around["navigation"]] == [("All", "/de/spaces/")]
    assert [(link["title"], link["url"]) for link in around["site_links"]] == [("Imprint", "/de/imprint/")]


def test_nothing_is_asked_of_the_database_where_no_template_asks(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        links(RequestFactory().get("/"))
