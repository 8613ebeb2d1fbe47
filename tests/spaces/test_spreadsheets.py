"""Facts go out as spreadsheets and come back: looked at first, written through the journal, all of it or nothing."""

import csv
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from spaces import spreadsheets
from spaces.changes import record, version
from spaces.models import (
    Authority,
    Change,
    Closure,
    Event,
    Figure,
    Helpline,
    Mandate,
    Offer,
    Office,
    OpeningRule,
    Partner,
    Provider,
    School,
    SchoolHoliday,
    SchoolSite,
    Service,
    Space,
    SpecialDay,
    Stop,
    Timetable,
)
from spaces.models.fact import Fact, Recorded
from spaces.models.provider import Confidentiality
from tests import factories
from tests.spaces import around

pytestmark = pytest.mark.django_db

FACTS: list[type[Fact]] = [
    Authority,
    Confidentiality,
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
]
SHEETS = [sheet for model in FACTS for sheet in spreadsheets.sheets_of(model)]


@pytest.fixture
def everything() -> None:
    """One fact of each kind at least, with rows."""
    office = factories.make_office(telephone="+49 30 23125001", latitude="53.2958", longitude="10.3876")
    office.stops.set([Stop(name="Market", lines="5005", minutes=3)])
    office.languages = ["de", "ar"]  # type: ignore[assignment]
    record(office)
    school = factories.make_school()
    school.sites.set([SchoolSite(name="Across the river")])
    record(school)
    factories.make_mandate(space=office.space, valid_from=date(2020, 1, 1))
    around.approve()
    service = Service(key="counselling")
    record(service)
    offer = Offer(service=service, office=office, interpreter="yes")
    offer.target_groups = ["families"]  # type: ignore[assignment]
    record(offer)
    record(
        Helpline(key="line", name="=Line", telephone="030 23125 002", languages_count=18, is_emergency=True)
    )
    record(Partner(space=office.space, name="Kita; „Spatz“, Nord", kind="day_nursery"))
    moment = {"starts_at": "2026-03-02T18:00+01:00", "ends_at": "2026-03-02T20:00+01:00"}
    record(Event(key="evening", kind="open_meeting", office=office, **moment))
    record(Figure(year=2017, kind="cases", precision="range", value=1000, value_to=1200, as_of="2017"))
    record(SchoolHoliday(name="easter", first_day=date(2026, 3, 23), last_day=date(2026, 4, 7)))
    timetable = Timetable(office=office)
    timetable.rules.set([OpeningRule(weekday=0, start=time(9), end=time(12), valid_from=date(2026, 1, 1))])
    timetable.closures.set([Closure(first_day=date(2026, 7, 1), last_day=date(2026, 7, 10))])
    timetable.special_days.set([SpecialDay(day=date(2026, 3, 2))])
    record(timetable)


def as_csv(heading: str, *lines: str) -> spreadsheets.Table:
    return spreadsheets.read("\n".join([heading, *lines]).encode())


def lines(fact: Recorded) -> int:
    return Change.objects.filter(uuid=fact.uuid).count()


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("extension", list(spreadsheets.EXTENSIONS))
def test_what_was_exported_changes_nothing_when_it_comes_back(extension: str) -> None:
    before = version()
    for sheet in SHEETS:
        table = spreadsheets.read(spreadsheets.export(sheet, extension))
        report = spreadsheets.write(sheet, table)
        assert [(outcome.kind, outcome.errors) for outcome in report.outcomes] == [
            ("skip", []) for _row in sheet._default_manager.all()
        ]
        assert report.outcomes
    assert version() == before


@pytest.mark.usefixtures("everything")
def test_the_same_in_the_editors_language() -> None:
    with translation.override("de"):
        for sheet in SHEETS:
            table = spreadsheets.read(spreadsheets.export(sheet, "xlsx"))
            assert spreadsheets.check(sheet, table).unchanged == sheet._default_manager.count()


@pytest.mark.usefixtures("everything")
def test_nothing_in_a_csv_file_is_taken_for_a_formula() -> None:
    text = spreadsheets.export(Helpline, "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text))
    assert row["name"] == "'=Line"
    sheet = load_workbook(BytesIO(spreadsheets.export(Helpline, "xlsx"))).worksheets[0]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_a_change_is_shown_and_not_written() -> None:
    space = factories.make_space(name="Ilmenau", key="ilmenau")
    before = version()
    report = spreadsheets.check(Space, as_csv("key,name,town_hall_place", "ilmenau,Ilmenau,Melbeck"))
    (outcome,) = report.changing
    assert (outcome.number, outcome.kind, outcome.name) == (2, "update", "Ilmenau")
    assert [(d.before, d.after) for d in outcome.differences] == [("", "Melbeck")]
    space.refresh_from_db()
    assert space.town_hall_place == ""
    assert version() == before
    assert space.revisions.count() == 1


def test_each_row_leaves_a_change_and_a_revision() -> None:
    editor = User.objects.create_superuser("editor")
    first, second = factories.make_space(key="first"), factories.make_space(key="second")
    untouched = factories.make_space(key="third", name="Third")
    table = as_csv("key,name", "first,One", "second,Two", "third,Third", "fourth,Four")
    report = spreadsheets.write(Space, table, editor)
    assert [outcome.kind for outcome in report.outcomes] == ["update", "update", "skip", "new"]
    for space in (first, second):
        assert lines(space) == 2
        assert [revision.user for revision in space.revisions.order_by("pk")] == [None, editor]
    assert (lines(untouched), untouched.revisions.count()) == (1, 1)
    new = Space.objects.get(key="fourth")
    assert (new.name, lines(new), new.latest_revision.user) == ("Four", 1, editor)


def test_a_wrong_row_changes_nothing() -> None:
    factories.make_space(key="first", name="First")
    before = version()
    report = spreadsheets.write(Space, as_csv("key,name", "first,One", "second,", "third,Three"))
    assert [outcome.number for outcome in report.wrong] == [3]
    assert Space.objects.get().name == "First"
    assert version() == before


def test_a_uuid_names_a_row_whatever_else_changes() -> None:
    office = factories.make_office(name="Old")
    spreadsheets.write(Office, as_csv("uuid,name", f"{office.uuid},New"))
    assert Office.objects.get().name == "New"


@pytest.mark.parametrize(
    ("model", "heading", "row"),
    [
        (Space, "uuid,key,name", "00000000-0000-0000-0000-00000000000a,x,X"),
        (Space, "uuid,key,name", "no-uuid,x,X"),
        (Provider, "key,name,kind", "x,X,company"),
        (Helpline, "key,name,telephone,is_emergency", "x,X,112,perhaps"),
        (Helpline, "key,name,telephone,languages", "x,X,112,klingon"),
        (Helpline, "key,name,telephone,languages_count", "x,X,112,many"),
        (Mandate, "uuid,space,provider", ",nowhere,nobody"),
        (SchoolHoliday, "uuid,name,first_day,last_day", ",easter,23/03/26,2026-04-07"),
        (SchoolHoliday, "uuid,name,first_day,last_day", ",easter,2026-04-07,2026-03-23"),
        (Figure, "uuid,year,kind,value", ",2017,cases,NaN"),
        (OpeningRule, "uuid,weekday,start,end", ",monday,09:00,12:00"),
        (Confidentiality, "uuid,kind,wording,approved_on", ",free,nobody_learns_it,2026-01-01"),
    ],
)
def test_what_cannot_be_read_or_kept_is_told_by_row(model: type[Recorded], heading: str, row: str) -> None:
    before = version()
    (outcome,) = spreadsheets.write(model, as_csv(heading, row)).outcomes
    assert outcome.kind == "invalid"
    assert outcome.errors
    assert not model._default_manager.exists()
    assert version() == before


def test_the_same_row_twice_is_wrong() -> None:
    factories.make_space(key="first")
    for key in ("first", "new"):
        report = spreadsheets.write(Space, as_csv("key,name", f"{key},One", f"{key},Two"))
        assert [outcome.number for outcome in report.wrong] == [3]
    assert Space.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"key,nam\nx,X",
        b"key,key\nx,X",
        b"name\nX",
        b"key,name\nx,X,more",
        b"\0\1\2",
        b"PK broken",
        b"key,name\n" + b"x,X\n" * 4000,
        b"x" * 1_000_001,
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(spreadsheets.UnreadableTable):
        spreadsheets.check(Space, spreadsheets.read(data))


def test_files_as_german_spreadsheet_programs_write_them() -> None:
    text = "key;name;town_hall_place\r\nlueneburg;Lüneburg, Stadt;\r\n;;\r\n"
    for encoding in ("utf-8-sig", "cp1252"):
        table = spreadsheets.read(text.encode(encoding))
        assert table.rows == [["lueneburg", "Lüneburg, Stadt", ""]]


def test_cells_as_spreadsheet_programs_keep_them() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["uuid", "year", "kind", "value", "confirmed_on", "is_example"])
    sheet.append([None, 2017, "cases", 1100.5, datetime(2026, 1, 31), True])  # noqa: DTZ001
    file = BytesIO()
    book.save(file)
    assert not spreadsheets.write(Figure, spreadsheets.read(file.getvalue())).wrong
    figure = Figure.objects.get()
    assert (figure.year, figure.value, figure.confirmed_on, figure.is_example) == (
        2017,
        Decimal("1100.5"),
        date(2026, 1, 31),
        True,
    )


def test_words_of_the_editors_language_are_understood() -> None:
    with translation.override("en"):
        table = as_csv("uuid;name;first_day;last_day", ";Easter holidays;23.03.2026;07.04.2026")
        assert not spreadsheets.write(SchoolHoliday, table).wrong
    assert SchoolHoliday.objects.get().name == "easter"


def test_a_fact_is_named_by_its_name_where_only_one_has_it() -> None:
    service = Service(key="counselling")
    record(service)
    offices = [factories.make_office(name=name) for name in ("River", "Hill", "Hill")]
    assert not spreadsheets.write(Offer, as_csv("uuid,service,office", ",counselling,River")).wrong
    assert Offer.objects.get().office == offices[0]
    assert spreadsheets.write(Offer, as_csv("uuid,service,office", ",counselling,Hill")).wrong


@pytest.fixture
def timetable() -> Timetable:
    made = Timetable(office=factories.make_office(name="River"))
    made.rules.set(
        [
            OpeningRule(weekday=0, start=time(9), end=time(12)),
            OpeningRule(weekday=0, start=time(13), end=time(16)),
        ]
    )
    record(made)
    return made


def test_weekly_rules_are_saved_with_their_opening_hours_once(timetable: Timetable) -> None:
    morning, afternoon = timetable.rules.all()
    table = as_csv(
        "uuid,timetable,weekday,start,end",
        f"{morning.uuid},{timetable.uuid},monday,13:00,16:00",
        f"{afternoon.uuid},{timetable.uuid},monday,9:00,12:00",
        ",River,tuesday,10:00,11:00",
    )
    report = spreadsheets.write(OpeningRule, table)
    assert [(outcome.kind, outcome.errors) for outcome in report.outcomes] == [
        ("update", []),
        ("update", []),
        ("new", []),
    ]
    assert [(rule.weekday, rule.start) for rule in timetable.rules.all()] == [
        (0, time(9)),
        (0, time(13)),
        (1, time(10)),
    ]
    assert timetable.rules.get(start=time(13)).uuid == morning.uuid
    assert lines(timetable) == 2
    assert timetable.revisions.count() == 2


def test_rows_that_are_not_in_the_sheet_stay(timetable: Timetable) -> None:
    spreadsheets.write(Closure, as_csv("uuid,timetable,first_day,last_day", ",River,2026-07-01,2026-07-02"))
    assert (timetable.rules.count(), timetable.closures.count()) == (2, 1)


@pytest.mark.parametrize(
    ("row", "number"),
    [
        (",River,monday,11:00,12:30", 3),
        (",River,monday,12:00,09:00", 3),
    ],
)
def test_a_weekly_rule_that_contradicts_another_changes_nothing(
    timetable: Timetable, row: str, number: int
) -> None:
    before = version()
    table = as_csv("uuid,timetable,weekday,start,end", ",River,friday,09:00,10:00", row)
    report = spreadsheets.write(OpeningRule, table)
    assert [outcome.number for outcome in report.wrong] == [number]
    assert timetable.rules.count() == 2
    assert version() == before


def test_a_row_does_not_move_to_another_fact(timetable: Timetable) -> None:
    other = Timetable(office=factories.make_office())
    record(other)
    table = as_csv("uuid,timetable", f"{timetable.rules.all()[0].uuid},{other.uuid}")
    assert spreadsheets.write(OpeningRule, table).wrong


# In the admin


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


def url(model: type[Fact], name: str = "spreadsheet", *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def upload(admin: Client, text: str, model: type[Fact] = Space, sheet: str = "space") -> Any:
    file = SimpleUploadedFile("sheet.csv", text.encode())
    return admin.post(url(model), {"sheet": sheet, "file": file}, follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.usefixtures("everything")
def test_every_kind_of_fact_has_its_sheets(admin: Client) -> None:
    for model in FACTS:
        assert url(model) in admin.get(url(model, "list")).content.decode()
        assert admin.get(url(model)).status_code == 200
        for sheet in spreadsheets.sheets_of(model):
            response = admin.get(url(model, "spreadsheet_export", sheet._meta.model_name, "csv"))
            assert response.status_code == 200
            assert response["Content-Type"] == spreadsheets.EXTENSIONS["csv"]
            assert response["Content-Disposition"].endswith('.csv"')


def test_an_import_is_looked_at_and_then_saved(admin: Client) -> None:
    space = factories.make_space(key="ilmenau", name="Ilmenau")
    shown = upload(admin, "key,name\nilmenau,Ilmenau West\n")
    assert "<ins>Ilmenau West</ins>" in shown.content.decode()
    assert Space.objects.get().name == "Ilmenau"
    saved = admin.post(url(Space), {"confirmed": shown.context["confirmed"]}, follow=True)
    assert saved.redirect_chain
    assert Space.objects.get().name == "Ilmenau West"
    assert lines(space) == 2
    assert space.revisions.count() == 2


def test_a_wrong_row_offers_nothing_to_save(admin: Client) -> None:
    shown = upload(admin, "key,name\nilmenau,Ilmenau\nwest,\n")
    assert 'name="confirmed"' not in shown.content.decode()
    admin.post(url(Space), {"confirmed": shown.context["confirmed"]})
    assert not Space.objects.exists()


def test_what_changed_in_the_meantime_is_looked_at_again(admin: Client) -> None:
    factories.make_space(key="ilmenau", name="Ilmenau")
    shown = upload(admin, "key,name\nilmenau,West\n")
    factories.make_space()
    again = admin.post(url(Space), {"confirmed": shown.context["confirmed"]})
    assert Space.objects.get(key="ilmenau").name == "Ilmenau"
    admin.post(url(Space), {"confirmed": again.context["confirmed"]})
    assert Space.objects.get(key="ilmenau").name == "West"


def test_what_was_not_shown_is_not_saved(admin: Client) -> None:
    before = version()
    response = admin.post(url(Space), {"confirmed": "forged"})
    assert response.status_code == 200
    assert said(response)
    assert version() == before


@pytest.mark.parametrize("text", ["", "colour\nred\n"])
def test_an_unusable_file_is_told(admin: Client, text: str) -> None:
    assert said(upload(admin, text))


def test_a_sheet_of_other_facts_is_not_found(admin: Client) -> None:
    assert admin.get(url(Space, "spreadsheet_export", "office", "csv")).status_code == 404
    assert admin.get(url(Space, "spreadsheet_export", "space", "exe")).status_code == 404
    assert upload(admin, "key\nx\n", Space, "office").status_code == 404


def test_who_may_not_change_facts_may_not_import(client: Client) -> None:
    group = Group.objects.create(name="Readers")
    for codename in ("access_admin", "view_space"):
        group.permissions.add(Permission.objects.get(codename=codename))
    user = User.objects.create_user("reader", password="reader", is_staff=True)
    user.groups.add(group)
    client.force_login(user)
    assert client.get(url(Space, "spreadsheet_export", "space", "csv")).status_code == 200
    upload(client, "key,name\nx,X\n")
    assert not Space.objects.exists()
    assert client.get(url(Office)).status_code == 302


def test_the_import_of_offices_warns_of_a_space_without_a_main_one(admin: Client) -> None:
    office = factories.make_office(factories.make_space(name="Ilmenau"))
    shown = upload(admin, f"uuid,is_main\n{office.uuid},no\n", Office, "office")
    saved = admin.post(url(Office), {"confirmed": shown.context["confirmed"]}, follow=True)
    assert "Ilmenau" in said(saved)
