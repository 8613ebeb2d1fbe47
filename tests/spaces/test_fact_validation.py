"""What contradicts itself is not saved, whoever writes it, and the message stands at the field."""

from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from spaces.changes import record, version
from spaces.facts import problems
from spaces.models import (
    Closure,
    Event,
    Figure,
    Helpline,
    Office,
    OpeningRule,
    School,
    SchoolHoliday,
    SpecialDay,
    Stop,
    Timetable,
)
from spaces.models.rows import check_row
from spaces.models.timetable import clashes
from tests import factories

pytestmark = pytest.mark.django_db


def clock(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def rule(weekday: int, start: str, end: str, **values: Any) -> OpeningRule:
    return OpeningRule(**{"weekday": weekday, "start": clock(start), "end": clock(end), **values})


def fields_with_errors(row: Any) -> set[str]:
    try:
        check_row(row)
    except ValidationError as error:
        return set(error.message_dict)
    return set()


def refused(fact: Any) -> dict[str, list[str]]:
    before = version()
    with pytest.raises(ValidationError) as error:
        record(fact)
    assert version() == before
    return error.value.message_dict if hasattr(error.value, "error_dict") else {"": error.value.messages}


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("09:00", "12:00", False),
        ("18:00", "00:00", False),
        ("22:00", "02:00", False),
        ("22:00", "06:00", False),
        ("22:00", "06:01", True),
        ("12:00", "09:00", True),
        ("00:00", "00:00", False),
        ("09:00", "09:00", True),
        ("09:00:30", "12:00", True),
        ("", "12:00", True),
    ],
)
def test_times_of_a_weekly_rule(start: str, end: str, wrong: bool) -> None:
    assert bool(fields_with_errors(rule(0, start, end))) == wrong


def test_closing_before_opening_is_told_at_the_end() -> None:
    assert fields_with_errors(rule(0, "12:00", "09:00")) == {"end"}
    day = SpecialDay(day=date(2026, 3, 2), start=time(12), end=time(9))
    assert fields_with_errors(day) == {"end"}


def test_an_unknown_weekday_or_way_is_refused() -> None:
    assert fields_with_errors(rule(7, "09:00", "12:00")) == {"weekday"}
    assert fields_with_errors(rule(0, "09:00", "12:00", way="boat")) == {"way"}


SPRING = {"valid_from": date(2026, 3, 1), "valid_until": date(2026, 5, 31)}
SUMMER = {"valid_from": date(2026, 6, 1), "valid_until": date(2026, 8, 31)}


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (rule(0, "09:00", "12:00"), rule(0, "11:00", "13:00"), True),
        (rule(0, "09:00", "12:00"), rule(0, "09:00", "12:00"), True),
        (rule(0, "09:00", "12:00"), rule(0, "12:00", "13:00"), False),
        (rule(0, "09:00", "12:00"), rule(1, "09:00", "12:00"), False),
        (rule(0, "09:00", "12:00"), rule(0, "09:00", "12:00", way="phone"), False),
        (rule(0, "09:00", "12:00", when="term"), rule(0, "11:00", "13:00", when="school_holidays"), False),
        (rule(0, "09:00", "12:00", when="term"), rule(0, "11:00", "13:00"), True),
        (rule(0, "09:00", "12:00", **SPRING), rule(0, "11:00", "13:00", **SUMMER), False),
        (rule(0, "09:00", "12:00", **SPRING), rule(0, "11:00", "13:00"), True),
        (rule(0, "22:00", "02:00"), rule(1, "01:00", "03:00"), True),
        (rule(6, "22:00", "02:00"), rule(0, "01:00", "03:00"), True),
        (rule(0, "00:00", "00:00"), rule(1, "00:00", "00:00"), False),
    ],
)
def test_overlaps_of_weekly_rules(one: OpeningRule, other: OpeningRule, clash: bool) -> None:
    for pair in ([one, other], [other, one]):
        assert [(found.row, found.field) for found in clashes(pair, [])] == (
            [(pair[1], "start")] if clash else []
        )


def special(start: str, end: str, day: int = 2, **values: Any) -> SpecialDay:
    return SpecialDay(day=date(2026, 3, day), start=clock(start), end=clock(end), **values)


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        (special("09:00", "12:00"), special("11:00", "13:00"), "start"),
        (special("09:00", "12:00"), special("13:00", "15:00"), None),
        (special("09:00", "12:00"), special("11:00", "13:00", way="phone"), None),
        (special("09:00", "12:00"), special("11:00", "13:00", day=3), None),
        (special("09:00", "12:00"), special("", ""), "day"),
        (special("", ""), special("", ""), "day"),
    ],
)
def test_contradictions_of_special_days(one: SpecialDay, other: SpecialDay, field: str | None) -> None:
    assert [found.field for found in clashes([], [one, other])] == ([field] if field else [])


def test_a_timetable_belongs_to_exactly_one() -> None:
    office, line = factories.make_office(), Helpline(key="line", name="Line", telephone="030 23125 001")
    record(line)
    assert "office" in refused(Timetable())
    assert "office" in refused(Timetable(office=office, helpline=line))


@pytest.mark.parametrize(
    "rules",
    [
        [rule(0, "12:00", "09:00")],
        [rule(0, "09:00", "12:00", when="sometimes")],
        [rule(0, "09:00", "12:00"), rule(0, "11:00", "13:00")],
    ],
)
def test_rows_are_checked_without_a_form(rules: list[OpeningRule]) -> None:
    timetable = Timetable(office=factories.make_office())
    timetable.rules.set(rules)
    refused(timetable)
    assert not Timetable.objects.exists()
    assert not OpeningRule.objects.exists()


def test_the_message_about_a_row_names_it() -> None:
    timetable = Timetable(office=factories.make_office())
    timetable.closures.set([Closure(first_day=date(2026, 3, 2), last_day=date(2026, 3, 1))])
    (message,) = refused(timetable)[""]
    assert "last day" in message.lower() or "letzter tag" in message.lower()


def test_school_holidays_do_not_overlap() -> None:
    record(SchoolHoliday(name="easter", first_day=date(2026, 3, 23), last_day=date(2026, 4, 7)))
    easter = SchoolHoliday.objects.get()
    record(easter)
    other = SchoolHoliday(name="bridge_day", first_day=date(2026, 4, 7), last_day=date(2026, 4, 8))
    assert set(refused(other)) == {"first_day"}


@pytest.mark.parametrize(
    ("values", "accepted"),
    [
        ({}, False),
        ({"place": "Melbeck"}, False),
        ({"street": "Am Diemel", "place": "Melbeck"}, True),
        ({"telephone": "030 23125 001"}, True),
        ({"email": "office@example.org"}, True),
        ({"is_example": True}, True),
        ({"confirmed_on": None}, True),
    ],
)
def test_a_confirmed_office_can_be_reached(values: dict[str, Any], accepted: bool) -> None:
    office = Office(
        space=factories.make_space(), name="Office", **{"confirmed_on": date(2026, 1, 31), **values}
    )
    if accepted:
        record(office)
    else:
        assert set(refused(office)) == {"telephone"}


def test_a_position_is_whole() -> None:
    office = Office(space=factories.make_space(), name="Office", latitude="53.2958")
    assert set(refused(office)) == {"longitude"}


def test_stops_without_minutes_are_saved() -> None:
    office = factories.make_office()
    office.stops.set([Stop(name="First", minutes=5), Stop(name="Second"), Stop(name="Third", minutes=2)])
    record(office)
    assert office.stops.count() == 3


def test_an_event_is_at_an_office_of_its_space() -> None:
    office = factories.make_office()
    event = Event(
        key="evening",
        kind="open_meeting",
        starts_at="2026-03-02T18:00+01:00",
        ends_at="2026-03-02T20:00+01:00",
        office=office,
        space=factories.make_space(),
    )
    assert set(refused(event)) == {"office"}
    event.space = office.space
    record(event)


def test_a_figure_is_not_below_zero() -> None:
    assert set(refused(Figure(year=2017, kind="cases", value=-1))) == {"value"}


def test_an_agreement_with_a_school_has_a_date() -> None:
    document = Document.objects.create(title="Agreement", file=ContentFile(b"x", name="agreement.txt"))
    school = School(name="School", municipality=factories.make_municipality(), agreement=document)
    assert set(refused(school)) == {"agreement_on"}


def names_of_problems() -> dict[str, list[str]]:
    return {problem.model.__name__: problem.names for problem in problems(date(2026, 3, 2))}


def test_a_space_without_a_main_office_is_a_problem() -> None:
    whole, lacking = factories.make_space(), factories.make_space(name="Lacking")
    factories.make_office(whole, telephone="030 23125 001")
    factories.make_office(lacking, is_main=False, telephone="030 23125 002")
    assert names_of_problems() == {"Space": ["Lacking"]}


def test_an_office_that_cannot_be_reached_is_a_problem() -> None:
    factories.make_office(name="Silent")
    assert names_of_problems() == {"Office": ["Silent"]}


def test_hours_in_term_need_school_holidays() -> None:
    timetable = Timetable(office=factories.make_office(telephone="030 23125 001"))
    timetable.rules.set([rule(0, "09:00", "12:00", when="term")])
    record(timetable)
    assert list(names_of_problems()) == ["SchoolHoliday"]
    record(SchoolHoliday(name="easter", first_day=date(2026, 3, 23), last_day=date(2026, 4, 7)))
    assert names_of_problems() == {}
