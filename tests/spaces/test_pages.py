from datetime import date

import pytest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from spaces.changes import version
from spaces.models import Authority, SpaceIndexPage, SpacePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> SpacePage:
    return factories.make_space_page(factories.make_space_index_page(factories.make_home_page()))


def context_of(page: SpacePage | SpaceIndexPage, query: str = "") -> dict:
    request = RequestFactory().get(f"/{query}")
    request.facts_version = version()  # type: ignore[attr-defined]
    return page.get_context(request)


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


def test_the_mandate_of_the_day_counts(page: SpacePage, monkeypatch: pytest.MonkeyPatch) -> None:
    old = factories.make_mandate(space=page.space, valid_until=date(2024, 12, 31))
    new = factories.make_mandate(space=page.space, valid_from=date(2025, 1, 1))
    for day, mandate in ((date(2024, 12, 31), old), (date(2025, 1, 1), new)):
        monkeypatch.setattr(timezone, "localdate", lambda *args, day=day: day)
        assert context_of(page)["mandate"] == mandate


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
