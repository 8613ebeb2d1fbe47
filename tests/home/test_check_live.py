"""What must not be shown to the public by mistake is named, with where to mend it."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search.models import Catchment
from spaces.changes import record
from spaces.models import Authority
from tests import factories

pytestmark = pytest.mark.django_db

CONFIRMED = {"confirmed_on": date(2026, 1, 31)}


@pytest.fixture(autouse=True)
def _safe_settings(settings: Any) -> None:
    settings.SECRET_KEY = "".join(chr(65 + number % 50) for number in range(60))
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.fixture(autouse=True)
def county() -> Authority:
    return factories.make_authority(kind=Authority.Kind.COUNTY, telephone="04131 1", **CONFIRMED)


def report() -> str:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_live", stdout=out)
    assert error.value.returncode == 1
    return out.getvalue()


def test_a_portal_with_nothing_left_to_mend_is_ready() -> None:
    factories.make_office(factories.make_space(**CONFIRMED), telephone="04131 2", **CONFIRMED)
    out = StringIO()
    call_command("check_live", stdout=out)
    assert "Nothing stands in the way" in out.getvalue()


def test_example_contacts_are_counted_and_found() -> None:
    space = factories.make_space(**CONFIRMED)
    for number in range(7):
        factories.make_office(space, is_main=False, name=f"Example office {number}", is_example=True)
    said = report()
    assert "Examples among the offices: 7" in said
    assert "Example office 0" in said
    assert "and 2 more" in said
    assert "/admin/snippets/spaces/office/?state=example" in said


@pytest.mark.parametrize("contact", [{"telephone": "030 23125 001"}, {"email": "office@example.org"}])
def test_an_invented_contact_that_is_not_marked_is_found(contact: dict[str, str]) -> None:
    factories.make_office(factories.make_space(**CONFIRMED), name="In disguise", **contact, **CONFIRMED)
    assert "In disguise" in report()


def test_unconfirmed_facts_are_counted() -> None:
    factories.make_space(name="Not asked yet")
    said = report()
    assert "Not confirmed: spaces: 1" in said
    assert "?state=unconfirmed" in said


def test_a_space_without_a_main_office_is_named() -> None:
    factories.make_space(name="Nobody there")
    assert "Spaces without a main office: 1\n    Nobody there" in report()


def test_a_school_in_no_space_is_named(county: Authority) -> None:
    answered, past, forgotten = (factories.make_municipality() for _ in range(3))
    space = factories.make_space()
    record(Catchment(space=space, municipality=answered, valid_from=date(2020, 1, 1)))
    record(
        Catchment(space=space, municipality=past, valid_from=date(2019, 1, 1), valid_until=date(2020, 1, 1))
    )
    factories.make_school(answered, name="Answered")
    factories.make_school(past, name="No longer")
    factories.make_school(forgotten, name="Forgotten")
    factories.make_school(factories.make_municipality(authority=county), name="In the city")
    said = report()
    assert "Schools in no space: no catchment holds for their municipality: 2\n" in said
    assert "    Forgotten\n    No longer\n" in said


def test_placeholders_of_legal_texts_are_named() -> None:
    home = factories.make_home_page()
    factories.make_text_page(home, title="Privacy", is_placeholder=True)
    factories.make_text_page(home, title="How it works")
    said = report()
    assert "Privacy" in said
    assert "How it works" not in said


@pytest.mark.parametrize("telephone", ["", "030 23125 000"])
def test_a_missing_telephone_number_of_the_county_is_named(county: Authority, telephone: str) -> None:
    county.telephone = telephone
    record(county)
    assert "telephone number is missing" in report()


def test_a_missing_county_is_named(county: Authority) -> None:
    record(county, delete=True)
    assert "there is no county" in report()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("SECRET_KEY", "known-to-everybody-and-only-for-development", "everybody knows"),
        ("SESSION_COOKIE_SECURE", False, "SESSION_COOKIE_SECURE"),
    ],
)
def test_settings_for_development_are_named(settings: Any, name: str, value: Any, said: str) -> None:
    setattr(settings, name, value)
    assert said in report()
