import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from tests import factories

pytestmark = pytest.mark.django_db


def test_the_front_door_lists_its_spaces_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    home = factories.make_home_page()
    index = factories.make_space_index_page(home)
    pages = [factories.make_space_page(index) for _ in range(3)]
    pages.sort(key=lambda page: page.space.name)
    spaces = home.get_context(RequestFactory().get("/"))["spaces"]
    with django_assert_num_queries(1):
        assert [page.space.name for page in spaces] == [page.space.name for page in pages]
