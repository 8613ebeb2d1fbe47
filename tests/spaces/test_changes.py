"""Facts are written one way, and every write leaves its line in the journal."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, PageViewRestriction, Site

from spaces.changes import OPENING, changed_since, record, version
from spaces.models import Change, Municipality, Office, Place, Space
from spaces.models.fact import WrittenPastTheJournal
from tests import factories

pytestmark = pytest.mark.django_db


def lines() -> list[tuple[str, bool]]:
    return list(Change.objects.exclude(kind=OPENING["kind"]).order_by("id").values_list("kind", "deleted"))


def test_a_recorded_fact_has_a_revision_and_a_line() -> None:
    space = factories.make_space()
    assert lines() == [("space", False)]
    assert space.revisions.count() == 1
    assert Change.objects.get(kind="space").uuid == space.uuid


def test_a_deleted_fact_leaves_a_line() -> None:
    space = factories.make_space()
    record(space, delete=True)
    assert lines() == [("space", False), ("space", True)]


def test_what_is_not_valid_saves_nothing() -> None:
    main = factories.make_office()
    before = version()
    second = Office(space=main.space, name="Another")
    with pytest.raises(ValidationError):
        record([Space(key="new", name="New"), second])
    assert version() == before
    assert not Space.objects.filter(key="new").exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda space: space.save(),
        lambda space: space.delete(),
        lambda space: Space.objects.update(name="x"),
        lambda space: Space.objects.all().delete(),
        lambda space: Space.objects.bulk_create([Space(key="b", name="B")]),
        lambda space: Space.objects.bulk_update([space], ["name"]),
        lambda space: Space.objects.get_or_create(key="c", name="C"),
    ],
    ids=["save", "delete", "update", "delete all", "bulk_create", "bulk_update", "get_or_create"],
)
def test_a_write_past_the_journal_is_refused(write: Callable[[Space], object]) -> None:
    space = factories.make_space()
    with pytest.raises(WrittenPastTheJournal):
        write(space)


def test_new_geography_is_written_once(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    municipality = factories.make_municipality()
    places = [Place(municipality=municipality, name=f"Village {number}") for number in range(50)]
    with django_assert_max_num_queries(6):
        record(places)
    assert Place.objects.count() == 50


def test_changed_geography_is_saved() -> None:
    municipality = factories.make_municipality()
    municipality.name = "Renamed"
    record(municipality)
    assert Municipality.objects.get().name == "Renamed"


def test_a_page_is_announced_when_published_moved_withdrawn_and_deleted() -> None:
    home = factories.make_home_page()
    page = factories.make_text_page(home)
    key = page.translation_key
    own = Change.objects.filter(kind="page", uuid=key)
    assert own.count() == 1

    page.move(Page.get_first_root_node(), pos="last-child")
    assert own.filter(deleted=False).count() == 2

    page.unpublish()
    assert own.filter(deleted=True).count() == 1

    page.delete()
    assert own.filter(deleted=True).count() == 2


def test_every_page_of_a_deleted_branch_is_announced() -> None:
    home = factories.make_home_page()
    index = factories.make_space_index_page(home)
    pages = [factories.make_space_page(index) for _ in range(2)]
    index.delete()
    gone = set(Change.objects.filter(kind="page", deleted=True).values_list("uuid", flat=True))
    assert gone == {page.translation_key for page in [index, *pages]}


def test_a_page_is_announced_when_its_site_or_its_readers_change() -> None:
    home = factories.make_home_page()
    before = version()
    site = Site.objects.get(is_default_site=True)
    site.site_name = "Portal"
    site.save()
    assert changed_since(before, {"page"})
    between = version()
    PageViewRestriction.objects.create(page=home, restriction_type=PageViewRestriction.LOGIN)
    assert changed_since(between, {"page"})
