"""The content that is shipped: it loads, every page of it opens, and loading it again changes nothing."""

import json
import re
import time
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import TestCase
from wagtail.models import Page, Site

from home.management.commands.check_live import EXAMPLE_DOMAIN, FICTION
from home.models import HomePage, TextPage
from search.models import Catchment
from spaces.changes import record, version
from spaces.models import (
    Event,
    Figure,
    Helpline,
    Mandate,
    Offer,
    Office,
    Partner,
    Provider,
    School,
    SchoolHoliday,
    Service,
    Space,
    Timetable,
)
from spaces.models.fact import Fact
from spaces.models.pages import (
    EventIndexPage,
    EventPage,
    FiguresPage,
    ProviderPage,
    ServicePage,
    SpacePage,
)
from spaces.models.provider import Confidentiality
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


#: Whose telephone, hours and network are invented, because nothing is known of them.
EXAMPLES = {"adendorf", "amelinghausen", "amt-neuhaus", "bleckede", "dahlenburg", "gellersen"}

FACTS: tuple[type[Fact], ...] = (
    Space,
    Provider,
    Mandate,
    Office,
    School,
    Catchment,
    Service,
    Offer,
    Helpline,
    Timetable,
    SchoolHoliday,
    Figure,
    Event,
    Partner,
)

#: Seconds of processor time that the gazetteer and the starter content may take together.
LOAD_BUDGET = 25

SHIPPED = settings.BASE_DIR / "data" / "lueneburg"


def load() -> str:
    out = StringIO()
    call_command("load_starter", data=SHIPPED, stdout=out)
    return out.getvalue()


class ShippedContentTest(TestCase):
    said: ClassVar[str]
    seconds: ClassVar[float]

    @classmethod
    def setUpTestData(cls) -> None:
        start = time.process_time()
        call_command("load_gazetteer", data=SHIPPED, stdout=StringIO())
        cls.said = load()
        cls.seconds = time.process_time() - start

    def html_of_pages(self) -> dict[str, str]:
        """The HTML of every page that a visitor may read, by its address."""
        pages = Page.objects.filter(depth__gt=1).specific()
        addresses = [page.get_url() for page in pages if not getattr(page, "needs_restriction", False)]
        return {address: self.client.get(address).content.decode() for address in addresses}

    def test_loading_is_quick(self) -> None:
        assert self.seconds < LOAD_BUDGET

    def test_the_ten_spaces_have_their_final_keys_an_office_a_page_and_a_territory(self) -> None:
        assert set(Space.objects.values_list("key", flat=True)) == KEYS
        for model in (Office, SpacePage, Catchment):
            assert set(model._default_manager.values_list("space__key", flat=True)) == KEYS, model

    def test_nothing_is_shown_as_confirmed(self) -> None:
        for model in FACTS:
            states = {fact.state for fact in model._default_manager.all()}
            assert states, model
            assert states <= {"example", "unconfirmed"}, model

    def test_what_is_no_example_says_where_it_was_read(self) -> None:
        # Schools have the date of the official list, whose name is in the gazetteer's description.
        for model in (Service, Offer, Helpline, Timetable, SchoolHoliday, Figure, Event, Partner):
            for fact in model._default_manager.filter(is_example=False):
                assert fact.source, fact

    def test_every_office_has_the_three_services_and_no_provider_that_nobody_named(self) -> None:
        assert not Offer.objects.filter(provider__isnull=False).exists()
        offers = set(Offer.objects.values_list("office__space__key", "service__key"))
        services = {"family-counselling", "primary-school-support", "refugee-support"}
        assert offers == {(space, service) for space in KEYS for service in services}

    def test_only_example_offices_have_hours_and_these_are_examples(self) -> None:
        tables = Timetable.objects.filter(office__isnull=False)
        assert set(tables.values_list("office__space__key", flat=True)) == EXAMPLES
        assert set(tables.values_list("is_example", "office__is_example")) == {(True, True)}

    def test_the_helplines_are_real_and_three_are_open_at_any_hour(self) -> None:
        numbers = dict(Helpline.objects.filter(is_example=False).values_list("telephone", "languages_count"))
        assert numbers == {"112": None, "110": None, "116 016": 18, "116 111": None}
        for line in Helpline.objects.all():
            hours = {(rule.weekday, rule.start.hour, rule.end.hour) for rule in line.timetable.rules.all()}
            if line.telephone == "116 111":
                assert hours == {(day, 14, 20) for day in range(6)}
            else:
                assert hours == {(day, 0, 0) for day in range(7)}

    def test_the_lines_that_are_there_day_and_night_are_there_on_public_holidays(self) -> None:
        always = Helpline.objects.filter(timetable__rules__on_public_holidays=True).distinct()
        assert set(always.values_list("telephone", flat=True)) == {"112", "110", "116 016"}
        timetables = Timetable.objects.filter(helpline__in=always)
        assert not timetables.filter(rules__on_public_holidays=False).exists()
        assert not Timetable.objects.filter(office__isnull=False, rules__on_public_holidays=True).exists()

    def test_nothing_is_said_about_confidentiality_that_no_authority_approved(self) -> None:
        assert not Confidentiality.objects.exists()

    def test_the_figures_are_those_that_were_published(self) -> None:
        figures = Figure.objects.filter(space=None).values_list(
            "year", "kind", "precision", "value", "value_to"
        )
        assert set(figures) == {
            (2017, "budget", "about", Decimal(1_700_000), None),
            (2017, "cases", "range", Decimal(1000), Decimal(1200)),
            (2017, "appointments", "up_to", Decimal(10_000), None),
            (2018, "budget_primary_schools", "exact", Decimal(490_000), None),
        }

    def test_events_and_partners_are_examples(self) -> None:
        assert set(Event.objects.values_list("is_example", flat=True)) == {True}
        assert set(Partner.objects.values_list("is_example", "space__key")) == {(True, "adendorf")}

    def test_a_school_has_its_branch_site(self) -> None:
        school = School.objects.get(municipality__ags="03355049")
        assert [(site.name, site.place) for site in school.sites.all()] == [
            ("Außenstelle Tripkau", "Tripkau")
        ]

    def test_each_service_provider_and_event_has_its_page(self) -> None:
        assert ServicePage.objects.count() == Service.objects.count() == 3
        assert ProviderPage.objects.count() == Provider.objects.count() == 9
        assert EventPage.objects.count() == Event.objects.count() == 2

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
        for page in Page.objects.filter(depth__gt=1).specific():
            response = self.client.get(page.get_url())
            if getattr(page, "needs_restriction", False):
                assert response.status_code == 302, page.get_url()
            else:
                assert response.status_code == 200, page.get_url()
                assert page.title in response.content.decode()

    def test_a_page_about_facts_says_how_sure_they_are(self) -> None:
        about_facts = (SpacePage, ServicePage, ProviderPage, EventPage, FiguresPage)
        pages = self.html_of_pages()
        for model in about_facts:
            for page in model._default_manager.all():
                if getattr(page, "needs_restriction", False):
                    continue
                html = pages[page.get_url()]
                main = html[html.index("<main") : html.index("</main>")]
                assert re.search(r'fact-state-(example|unconfirmed)">\s*<span class="badge">', main), (
                    page.get_url()
                )

    def test_nothing_invented_can_be_dialled_written_to_or_followed(self) -> None:
        for address, html in self.html_of_pages().items():
            targets = re.findall(r'(?:href|src|action)="([^"]*)"', html)
            assert targets, address
            for target in targets:
                assert not target.startswith(tuple(f"tel:{number.replace(' ', '')}" for number in FICTION)), (
                    address,
                    target,
                )
                assert EXAMPLE_DOMAIN not in target, (address, target)

    def test_what_the_steering_group_meets_for_is_shown_to_its_members_only(self) -> None:
        page = EventPage.objects.get(event__key="steering-group-2027")
        index = EventIndexPage.objects.get().get_url()
        assert page.get_url() not in self.client.get(index).content.decode()
        member = User.objects.create_user("member")
        member.groups.add(Group.objects.get(name="Lenkungsgruppe"))
        self.client.force_login(member)
        assert self.client.get(page.get_url()).status_code == 200
        assert page.get_url() in self.client.get(index).content.decode()
        self.client.force_login(User.objects.create_user("another"))
        assert self.client.get(page.get_url()).status_code == 302

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
        assert len(ids) == sum(len(entry.get("body", [])) for entry in entries)
        loaded = {
            block.id
            for model in (HomePage, TextPage, SpacePage, ServicePage, EventPage, FiguresPage)
            for page in model._default_manager.all()
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
        service = ServicePage.objects.get(service__key="refugee-support")
        service.slug = "edited"
        service.save_revision().publish()
        offer = Offer.objects.filter(office=office).first()
        assert offer is not None
        record(offer, delete=True)
        hours = Timetable.objects.get(office__space__key="bleckede")
        hours.rules.set([])
        record(hours)
        load()
        assert Office.objects.get(space__key="bardowick").name == "Renamed"
        assert Mandate.objects.get(space__key="bardowick").provider == mandate.provider
        assert SpacePage.objects.get(space__key="bardowick").title == "Edited"
        assert SpacePage.objects.count() == len(KEYS)
        assert ServicePage.objects.count() == 3
        assert office.offers.count() == 2
        assert not Timetable.objects.get(office__space__key="bleckede").rules.exists()

    def test_invented_hours_are_not_put_beside_an_office_that_became_real(self) -> None:
        office = Office.objects.get(space__key="bleckede")
        record(office.timetable, delete=True)
        office.is_example, office.telephone, office.email = False, "", ""
        record(office)
        load()
        assert not Timetable.objects.filter(office=office).exists()


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
    "starter/synonyms": "language,words",
    "starter/spaces": "key,name,town_hall_street,town_hall_postcode,town_hall_place,source,as_of",
    "starter/providers": "key,name,kind,source,as_of",
    "starter/mandates": "space,provider,valid_from,valid_until,source,as_of",
    "starter/offices": (
        "space,name,is_main,street,house_number,postcode,place,telephone,email,is_example,source,as_of"
    ),
    "starter/services": "key,source,as_of",
    "starter/offers": "service,space,provider,target_groups,settings,cost,source,as_of",
    "starter/helplines": ("key,name,telephone,audience,languages_count,is_emergency,position,source,as_of"),
    "starter/timetables": "of,key,is_example,source,as_of",
    "starter/opening_rules": "of,key,weekdays,start,end,way,when,on_public_holidays",
    "starter/closures": "of,key,first_day,last_day,reason",
    "starter/school_holidays": "name,first_day,last_day,source,as_of",
    "starter/figures": "year,kind,space,precision,value,value_to,source,as_of",
    "starter/events": "key,kind,starts_at,ends_at,space,venue,is_example,source,as_of",
    "starter/partners": "space,name,kind,place,telephone,website,is_example,source,as_of",
    "starter/school_sites": "ags,school,name,street,postcode,place",
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
        ("offices", "north,Office,maybe,,,,,,,no,,", "maybe"),
        ("offices", "north,Office,yes,,,,,,nobody,no,,", "email: "),
        ("schools", "School,,,,,09999999,2019,", "09999999"),
        ("catchments", "east,{ags},,,,,all,soon,,,territory,", "soon"),
        ("catchments", "east,{ags},,Street,one,,all,2020-01-01,,,territory,", "one"),
        ("catchments", "east,{ags},Nowhere,,,,all,2020-01-01,,,territory,", "Nowhere"),
        ("catchments", "east,{ags},,,,,all,2020-01-01,,Elsewhere,territory,", "Elsewhere"),
        ("services", "a b,,", "key: "),
        ("offers", "magic,east,,,,free,,", "magic"),
        ("offers", "advice,south,,,,free,,", "south"),
        ("offers", "advice,east,someone,,,free,,", "someone"),
        ("offers", "advice,east,,everybody,,free,,", "everybody"),
        ("helplines", "line,Line,112,everyone,some,no,1,,", "languages_count"),
        ("timetables", "helpline,nobody,no,,", "nobody"),
        ("timetables", "office,south,no,,", "south"),
        ("opening_rules", "office,east,someday,09:00,12:00,phone,always,no", "someday"),
        ("opening_rules", "office,east,friday-monday,09:00,12:00,phone,always,no", "friday-monday"),
        ("opening_rules", "office,east,monday,9 am,12:00,phone,always,no", "9 am"),
        ("opening_rules", "office,east,monday,09:00,08:00,phone,always,no", "end: "),
        ("opening_rules", "office,west,monday,09:00,12:00,phone,always,no", "timetables.csv"),
        ("opening_rules", "office,east,monday,09:00,12:00,phone,always,often", "often"),
        ("closures", "office,east,2027-01-02,2027-01-01,holiday", "last_day: "),
        ("school_holidays", "easter,2027-04-02,2027-04-01,,", "last_day: "),
        ("figures", "2017,cases,,exact,many,,,", "many"),
        ("figures", "2017,cases,south,exact,10,,,", "south"),
        ("events", "day,conference,soon,2027-01-01 10:00,,,yes,,", "soon"),
        ("partners", "east,Partner,friend,,,,yes,,", "kind: "),
        ("school_sites", "{ags},No such school,Site,,,", "No such school"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, line: str, reason: str
) -> None:
    municipality = factories.make_municipality()
    factories.make_office(factories.make_space(key="east"), is_example=True)
    factories.make_space(key="north")
    record(Service(key="advice"))
    before = version()
    lines = {"timetables": "office,east,yes,,"} if file in ("opening_rules", "closures") else {}
    folder = a_folder(tmp_path, **{**lines, file: line.format(ags=municipality.ags)})
    with pytest.raises(CommandError, match=reason) as error:
        call_command("load_starter", data=folder, stdout=StringIO())
    assert f"{file}.csv, line 2" in str(error.value)
    assert version() == before
