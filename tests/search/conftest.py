"""What the tests of the lookup share."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from search import lookup
from tests.search import small_district
from tests.search.small_district import SmallDistrict

# The same examples in every run: what fails, fails for everybody. Another time: pytest --hypothesis-seed=random
# with --hypothesis-profile=default.
settings.register_profile("portal", derandomize=True, database=None, deadline=None)
settings.load_profile("portal")


@pytest.fixture(autouse=True)
def no_index_of_another_test() -> Iterator[None]:
    """A rolled-back test leaves the journal's version as it was, and its index would answer in the next."""
    lookup.forget()
    yield
    lookup.forget()


@pytest.fixture(scope="module")
def _written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small district, written once for a module; what its tests change is rolled back after each of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        small_district.write()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def district(_written: None, db: None) -> SmallDistrict:
    """The small district in the database."""
    return small_district.read()
