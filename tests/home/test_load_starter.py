"""The content that is shipped: it loads, every page of it opens, and loading it again changes nothing."""

import json
from io import StringIO
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import TestCase
from wagtail.models import Page, Site

from home.models import HomePage, TextPage
from search.models import Catchment
from spaces.changes import record, version
from spaces.models import Mandate, Office, School, Space, SpacePage
from tests import factories

KEYS = {
    "adendorf",
    "amelinghausen",
    "amt-neuhaus",
    "bardowick",
    "bleckede",
    "dahlenburg",
    "gellersen",
    "ilmenau",
    "ostheide",
    "scharnebeck",
}


SHIPPED = settings.BASE_DIR / "data" / "lueneburg"


def load() -> str:
    out = StringIO()
    call_command("load_starter", data=SHIPPED, stdout=out)
    return out.getvalue()


class ShippedContentTest(TestCase):
    said: ClassVar[str]

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_gazetteer", data=SHIPPED, stdout=StringIO())
        cls.said = load()

    def test_the_ten_spaces_have_their_final_keys_an_office_a_page_and_a_territory(self) -> None:
        assert set(Space.objects.values_list("key", flat=True)) == KEYS
        for model in (Office, SpacePage, Catchment):
            assert set(model._default_manager.values_list("space__key", flat=True)) == KEYS, model

    def test_nothing_is_shown_as_confirmed(self) -> None:
        for model in (Space, Office, Mandate, School, Catchment):
            assert {fact.state for fact in model._default_manager.all()} <= {"example", "unconfirmed"}, model

    def test_invented_contacts_reach_nobody_and_stand_beside_no_address(self) -> None:
        for office in Office.objects.all():
            if office.is_example:
                assert office.telephone.startswith("030 23125 ")
                assert office.email.endswith("@example.org")
                assert {office.street, office.postcode, office.place} == {""}
            else:
                assert {office.telephone, office.email} == {""}
                assert office.source
                assert office.as_of

    def test_every_page_opens_at_its_address(self) -> None:
        for page in Page.objects.filter(depth__gt=1):
            response = self.client.get(page.get_url())
            assert response.status_code == 200, page.get_url()
            assert page.title in response.content.decode()

    def test_the_front_door_is_where_the_site_begins(self) -> None:
        site = Site.objects.get()
        assert site.root_page.specific == HomePage.objects.get()
        assert not Page.objects.filter(depth=2).not_exact_type(HomePage).exists()

    def test_the_legal_texts_wait_for_the_authority(self) -> None:
        waiting = set(TextPage.objects.filter(is_placeholder=True).values_list("slug", flat=True))
        assert waiting >= {"impressum", "datenschutz", "barrierefreiheit"}

    def test_the_blocks_keep_the_ids_to_which_translations_are_tied(self) -> None:
        entries = json.loads((SHIPPED / "starter" / "pages.json").read_text(encoding="utf-8"))["pages"]
        ids = {block["id"] for entry in entries for block in entry.get("body", [])}
        loaded = {
            block.id
            for model in (HomePage, TextPage, SpacePage)
            for page in model.objects.all()
            for block in page.body
        }
        assert loaded == ids

    def test_the_first_editor_can_log_in_with_the_password_that_was_shown(self) -> None:
        password = self.said.split("Password:")[1].split()[0]
        assert authenticate(username="redaktion", password=password) is not None

    def test_loading_again_adds_nothing_and_shows_no_password(self) -> None:
        before = version()
        said = load()
        assert version() == before
        assert "Password" not in said

    def test_what_was_edited_stays_as_it_is(self) -> None:
        office = Office.objects.get(space__key="bardowick")
        office.name = "Renamed"
        record(office)
        mandate = Mandate.objects.get(space__key="bardowick")
        mandate.provider = factories.make_provider()
        record(mandate)
        page = SpacePage.objects.get(space__key="bardowick")
        page.title, page.slug = "Edited", "edited"
        page.save_revision().publish()
        load()
        assert Office.objects.get(space__key="bardowick").name == "Renamed"
        assert Mandate.objects.get(space__key="bardowick").provider == mandate.provider
        assert SpacePage.objects.get(space__key="bardowick").title == "Edited"
        assert SpacePage.objects.count() == len(KEYS)


@pytest.mark.django_db
def test_a_portal_that_has_editors_gets_no_further_account(tmp_path: Path) -> None:
    User.objects.create_user("somebody")
    factories.make_municipality()
    folder = a_folder(tmp_path)
    call_command("load_starter", data=folder, stdout=StringIO())
    assert list(User.objects.values_list("username", flat=True)) == ["somebody"]


@pytest.mark.django_db
def test_without_municipalities_the_gazetteer_is_asked_for() -> None:
    with pytest.raises(CommandError, match="load_gazetteer"):
        load()


HEADINGS = {
    "starter/spaces": "key,name,town_hall_street,town_hall_postcode,town_hall_place,source,as_of",
    "starter/providers": "key,name,kind,source,as_of",
    "starter/mandates": "space,provider,valid_from,valid_until,source,as_of",
    "starter/offices": (
        "space,name,is_main,street,house_number,postcode,place,telephone,email,is_example,source,as_of"
    ),
    "gazetteer/schools": "name,street,house_number,postcode,place,ags,as_of,also",
    "gazetteer/catchments": (
        "space,ags,place,street,first_number,last_number,parity,valid_from,valid_until,office,ground,source"
    ),
}


def a_folder(folder: Path, **lines: str) -> Path:
    """A district's folder with a heading in each file, and these lines in some."""
    for name, heading in HEADINGS.items():
        file = folder / f"{name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{heading}\n{lines.get(file.stem, '')}\n", encoding="utf-8")
    home = {"type": "home.HomePage", "slug": "home", "parent": "", "title": "Home"}
    (folder / "starter" / "pages.json").write_text(json.dumps({"site_name": "Portal", "pages": [home]}))
    return folder


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "line", "reason"),
    [
        ("spaces", "a b,Space,,,,,", "key: "),
        ("mandates", "south,someone,,,,", "south"),
        ("mandates", "east,someone,,,,", "someone"),
        ("offices", "east,Office,maybe,,,,,,,no,,", "maybe"),
        ("offices", "east,Office,yes,,,,,,nobody,no,,", "email: "),
        ("schools", "School,,,,,09999999,2019,", "09999999"),
        ("catchments", "east,{ags},,,,,all,soon,,,territory,", "soon"),
        ("catchments", "east,{ags},,Street,one,,all,2020-01-01,,,territory,", "one"),
        ("catchments", "east,{ags},Nowhere,,,,all,2020-01-01,,,territory,", "Nowhere"),
        ("catchments", "east,{ags},,,,,all,2020-01-01,,Elsewhere,territory,", "Elsewhere"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, line: str, reason: str
) -> None:
    municipality = factories.make_municipality()
    factories.make_space(key="east")
    before = version()
    folder = a_folder(tmp_path, **{file: line.format(ags=municipality.ags)})
    with pytest.raises(CommandError, match=reason) as error:
        call_command("load_starter", data=folder, stdout=StringIO())
    assert f"{file}.csv, line 2" in str(error.value)
    assert version() == before
