"""Whatever an editor does to a fact in the admin goes through the journal and leaves a revision."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from spaces.changes import record, version
from spaces.models import (
    Authority,
    Change,
    Mandate,
    Municipality,
    Office,
    OutsidePlace,
    Place,
    Provider,
    School,
    Space,
)
from spaces.models.fact import Fact, Recorded
from spaces.models.provider import Confidentiality
from tests import factories
from tests.spaces import around

pytestmark = pytest.mark.django_db

FACTS = [Space, Office, Provider, Mandate, Confidentiality, School, Authority]
IMPORTED = [Municipality, Place, OutsidePlace]


@pytest.fixture
def editor() -> User:
    return User.objects.create_superuser("editor", password="editor")


@pytest.fixture
def admin(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def url(model: type[Recorded], name: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=args)  # type: ignore[attr-defined]


def bulk_delete_url(*rows: Recorded) -> str:
    model = rows[0]._meta
    ids = "&".join(f"id={row.pk}" for row in rows)
    path = reverse("wagtail_bulk_action", args=[model.app_label, model.model_name, "delete"])
    return f"{path}?{ids}&next=/admin/"


def messages_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def lines(fact: Fact) -> list[bool]:
    """The `deleted` of every line that the journal has about this fact, oldest first."""
    return list(Change.objects.filter(uuid=fact.uuid).order_by("id").values_list("deleted", flat=True))


SPACE = {"name": "Ilmenau", "key": "ilmenau"}


def test_creating_a_fact(admin: Client, editor: User) -> None:
    response = admin.post(url(Space, "add"), SPACE)
    assert response.status_code == 302
    space = Space.objects.get(key="ilmenau")
    assert lines(space) == [False]
    assert [revision.user for revision in space.revisions] == [editor]


def test_editing_a_fact(admin: Client, editor: User) -> None:
    space = factories.make_space(key="ilmenau")
    response = admin.post(url(Space, "edit", space.pk), {**SPACE, "town_hall_place": "Melbeck"})
    assert response.status_code == 302
    space.refresh_from_db()
    assert space.town_hall_place == "Melbeck"
    assert lines(space) == [False, False]
    assert space.latest_revision.user == editor
    assert space.revisions.count() == 2


def test_going_back_to_an_older_revision(admin: Client) -> None:
    space = factories.make_space(**SPACE)
    old, uuid = space.latest_revision, space.uuid
    admin.post(url(Space, "edit", space.pk), {**SPACE, "name": "Wrong"})
    revert = url(Space, "revisions_revert", space.pk, old.pk)
    shown = admin.get(revert)
    assert shown.status_code == 200
    assert shown.context["form"]["name"].value() == "Ilmenau"

    response = admin.post(revert, SPACE)
    assert response.status_code == 302
    space.refresh_from_db()
    assert (space.name, space.uuid) == ("Ilmenau", uuid)
    assert lines(space) == [False, False, False]
    assert space.revisions.count() == 3


def test_the_second_of_two_editors_is_told_who_changed_what_and_keeps_what_was_typed(
    admin: Client,
) -> None:
    space = factories.make_space(**SPACE)
    edit = url(Space, "edit", space.pk)
    opened = admin.get(edit)
    stale = {
        "loaded_revision_id": space.latest_revision_id,
        "loaded_revision_created_at": opened.context["loaded_revision_created_at"],
        **SPACE,
        "name": "Ilmenau am Fluss",
    }
    meanwhile = Space.objects.get(pk=space.pk)
    meanwhile.town_hall_place = "Melbeck"
    record(meanwhile, by=User.objects.create_superuser("wanda", first_name="Wanda", last_name="Writer"))

    response = admin.post(edit, stale)
    assert response.status_code == 200
    told = messages_of(response)
    assert "Wanda Writer" in told
    assert str(Space._meta.get_field("town_hall_place").verbose_name).casefold() in told.casefold()
    assert (
        url(Space, "revisions_compare", space.pk, space.latest_revision_id, meanwhile.latest_revision_id)
        in told
    )
    assert response.context["form"]["name"].value() == "Ilmenau am Fluss"
    space.refresh_from_db()
    assert (space.name, space.town_hall_place) == ("Ilmenau", "Melbeck")


@pytest.mark.parametrize("nonsense", ["", "yesterday"])
def test_who_sends_no_moment_is_told_without_details(admin: Client, nonsense: str) -> None:
    space = factories.make_space(**SPACE)
    stale = {"loaded_revision_id": "0", "loaded_revision_created_at": nonsense, **SPACE, "name": "Anders"}
    response = admin.post(url(Space, "edit", space.pk), stale)
    assert response.status_code == 200
    space.refresh_from_db()
    assert space.name == "Ilmenau"


def test_deleting_a_fact(admin: Client) -> None:
    space = factories.make_space()
    assert admin.get(url(Space, "delete", space.pk)).status_code == 200
    assert admin.post(url(Space, "delete", space.pk)).status_code == 302
    assert not Space.objects.exists()
    assert lines(space) == [False, True]


def test_deleting_several_facts(admin: Client) -> None:
    spaces = [factories.make_space(), factories.make_space()]
    assert admin.get(bulk_delete_url(*spaces)).status_code == 200
    response = admin.post(bulk_delete_url(*spaces))
    assert response.status_code == 302
    assert not Space.objects.exists()
    assert [lines(space) for space in spaces] == [[False, True], [False, True]]


def test_what_is_still_needed_is_not_deleted_and_the_editor_is_told_why(admin: Client) -> None:
    office = factories.make_office(name="Office at the river")
    before = version()
    response = admin.post(url(Space, "delete", office.space.pk), follow=True)
    assert response.status_code == 200
    assert "Office at the river" in messages_of(response)
    assert Space.objects.filter(pk=office.space.pk).exists()
    assert version() == before


def test_of_several_nothing_is_deleted_while_one_is_still_needed(admin: Client) -> None:
    office, free = factories.make_office(name="Office at the river"), factories.make_space()
    before = version()
    response = admin.post(bulk_delete_url(office.space, free), follow=True)
    assert response.status_code == 200
    assert "Office at the river" in messages_of(response)
    assert Space.objects.count() == 2
    assert version() == before


def test_what_is_not_valid_saves_nothing(admin: Client) -> None:
    main = factories.make_office()
    before = version()
    office = {"space": main.space.pk, "name": "Second", "is_main": "on"}
    response = admin.post(url(Office, "add"), office)
    assert response.status_code == 200
    assert not response.context["form"].is_valid()
    assert Office.objects.count() == 1
    assert version() == before


def test_what_turned_invalid_at_the_last_moment_saves_nothing(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django import forms

    factories.make_space(key="ilmenau")
    before = version()
    # As if the other space had been saved between this form's check and its turn to write.
    monkeypatch.setattr(forms.ModelForm, "validate_unique", lambda self: None)
    response = admin.post(url(Space, "add"), SPACE)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert Space.objects.count() == 1
    assert version() == before


def test_a_fact_is_never_saved_by_itself_while_it_is_typed(admin: Client) -> None:
    space = factories.make_space()
    for page in (url(Space, "add"), url(Space, "edit", space.pk)):
        assert not admin.get(page).context["autosave_enabled"]


#: No two approvals of a day are of the same kind.
_days = count(1)

MAKE: dict[type[Recorded], Callable[[], Recorded]] = {
    Space: factories.make_space,
    Office: factories.make_office,
    Provider: factories.make_provider,
    Mandate: factories.make_mandate,
    Confidentiality: lambda: around.approve(confirmed_on=None, approved_on=date(2026, 1, next(_days))),
    School: factories.make_school,
    Authority: factories.make_authority,
    Municipality: factories.make_municipality,
    Place: factories.make_place,
    OutsidePlace: factories.make_outside_place,
}


@pytest.mark.parametrize("model", FACTS)
def test_every_view_of_a_fact_opens(admin: Client, model: type[Fact]) -> None:
    fact = MAKE[model]()
    for name in ("edit", "history", "usage", "delete"):
        assert admin.get(url(model, name, fact.pk)).status_code == 200, name
    assert admin.get(url(model, "add")).status_code == 200
    assert str(fact) in admin.get(url(model, "list")).content.decode()


@pytest.mark.parametrize("model", FACTS)
def test_a_list_of_facts_can_be_narrowed_to_a_state(admin: Client, model: type[Fact]) -> None:
    MAKE[model]()
    counts = {
        state: len(admin.get(url(model, "list"), {"state": state}).context["object_list"])
        for state in ("example", "unconfirmed", "confirmed")
    }
    assert counts["unconfirmed"] >= 1
    assert (counts["example"], counts["confirmed"]) == (0, 0)


@pytest.mark.parametrize("model", [*FACTS, *IMPORTED])
def test_a_list_costs_the_same_whatever_its_length(
    admin: Client,
    model: type[Recorded],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        MAKE[model]()
    admin.get(url(model, "list"))
    with django_assert_max_num_queries(20):
        admin.get(url(model, "list"))


@pytest.mark.parametrize("model", IMPORTED)
def test_imported_geography_can_be_looked_at_and_not_changed(admin: Client, model: type[Recorded]) -> None:
    row = MAKE[model]()
    assert str(row).split(" (")[0] in admin.get(url(model, "list")).content.decode()
    assert admin.get(url(model, "inspect", row.pk)).status_code == 200
    before = version()
    for refused in (url(model, "add"), url(model, "edit", row.pk), url(model, "delete", row.pk)):
        assert admin.get(refused).status_code == 302, refused
        assert admin.post(refused, {"name": "x"}).status_code == 302, refused
    admin.post(bulk_delete_url(row))
    assert model.objects.filter(pk=row.pk).exists()
    assert version() == before


def test_the_menu_offers_the_facts(admin: Client) -> None:
    page = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert url(Space, "list") in page
    assert url(Place, "list") in page
