from datetime import date

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from spaces.models import Authority, SpaceIndexPage, SpacePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> SpacePage:
    return factories.make_space_page(factories.make_space_index_page(factories.make_home_page()))


def context_of(page: SpacePage | SpaceIndexPage, query: str = "") -> dict:
    return page.get_context(RequestFactory().get(f"/{query}"))


def test_a_space_page_knows_who_where_and_whom_else_to_ask(page: SpacePage) -> None:
    main = factories.make_office(page.space)
    other = factories.make_office(page.space, is_main=False)
    factories.make_office()
    mandate = factories.make_mandate(space=page.space)
    county = factories.make_authority(kind=Authority.Kind.COUNTY)
    context = context_of(page)
    assert context["space"] == page.space
    assert context["office"] == main
    assert context["offices"] == [main, other]
    assert context["mandate"] == mandate
    assert context["county"] == county
    assert context["by"] == ""


def test_a_space_about_which_nothing_is_known_has_a_page(page: SpacePage) -> None:
    context = context_of(page)
    assert (context["office"], context["offices"], context["mandate"], context["county"]) == (
        None,
        [],
        None,
        None,
    )


@pytest.mark.parametrize(
    ("query", "by"),
    [
        ("?by=postcode", "postcode"),
        ("?by=place", "place"),
        ("?by=street", "street"),
        ("?by=Dorfstr", ""),
        ("?by=", ""),
    ],
)
def test_only_a_class_of_ground_is_taken_from_the_address(page: SpacePage, query: str, by: str) -> None:
    assert context_of(page, query)["by"] == by


def test_the_mandate_of_the_day_counts(page: SpacePage) -> None:
    old = factories.make_mandate(space=page.space, valid_until=date(2024, 12, 31))
    new = factories.make_mandate(space=page.space, valid_from=date(2025, 1, 1))
    assert page.mandate_on(date(2024, 12, 31)) == old
    assert page.mandate_on(date(2025, 1, 1)) == new


def test_a_space_page_costs_at_most_ten_queries(
    page: SpacePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        factories.make_office(page.space, is_main=number == 0)
    factories.make_mandate(space=page.space)
    fresh = SpacePage.objects.get(pk=page.pk)
    with django_assert_max_num_queries(5):
        context = context_of(fresh)
        str(context["mandate"].provider), [str(office) for office in context["offices"]]


def test_the_index_lists_live_spaces_by_name_in_one_query(
    page: SpacePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    index = page.get_parent().specific
    first = factories.make_space_page(index, factories.make_space(name="Aaa"))
    factories.make_space_page(index).unpublish()
    expected = [(first, "Aaa"), (page, page.space.name)]
    spaces = context_of(index)["spaces"]
    with django_assert_num_queries(1):
        assert [(listed, listed.space.name) for listed in spaces] == expected
