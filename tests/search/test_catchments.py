"""Decisions of the county: which are refused when they are written, and what the nightly check reports."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from search import catchment_check
from search.gazetteer import StreetRow
from search.models import Catchment, Street
from search.routing import Answer, CatchmentRow, Numbers
from spaces.changes import record
from spaces.models import Place
from spaces.models.fact import recording
from tests import factories
from tests.search.small_district import (
    ALTWALD,
    CATCHMENTS,
    DAY,
    NEUWALD,
    START,
    TALHEIM,
    SmallDistrict,
    gazetteer,
)

# What may be written


def make(district: SmallDistrict, space: str = "tal", place: str = "", **values: Any) -> Catchment:
    """A decision about Altwald, or about one of its places."""
    return Catchment(
        **{
            "space": district.spaces[space],
            "municipality": district.municipalities[ALTWALD],
            "place": Place.objects.get(name=place) if place else None,
            "valid_from": date(2026, 1, 1),
            **values,
        }
    )


def complaints(catchment: Catchment) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        record(catchment)
    return refused.value.message_dict


@pytest.mark.parametrize(
    "values",
    [
        {"place": "Buchhain"},
        {"street": "Waldweg"},
        {"place": "Buchhain", "street": "Waldweg"},
        {"street": "Waldweg", "first_number": 1, "last_number": 9},
        {"street": "Waldweg", "first_number": 5, "last_number": 5},
        {"street": "Waldweg", "parity": "odd"},
        {"street": "Waldweg", "last_number": 9, "parity": "even"},
        {"street": "Waldweg", "valid_until": date(2026, 1, 1)},
    ],
)
def test_a_narrower_decision_may_stand_beside_that_for_the_municipality(
    district: SmallDistrict, values: dict[str, Any]
) -> None:
    record(make(district, **values))
    assert Catchment.objects.count() == len(CATCHMENTS) + 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"place": "Rinde"}, "place"),
        ({"first_number": 1}, "street"),
        ({"last_number": 9}, "street"),
        ({"parity": "odd"}, "street"),
        ({"place": "Buchhain", "parity": "even"}, "street"),
        ({"street": "Waldweg", "first_number": 9, "last_number": 1}, "last_number"),
        ({"street": "Waldweg", "valid_until": date(2025, 12, 31)}, "valid_until"),
        ({"street": "Waldweg", "parity": "left"}, "parity"),
        ({"street": "Waldweg", "ground": "because"}, "ground"),
        ({"street": "Waldweg", "first_number": -1}, "first_number"),
        ({"street": "W" * 151}, "street"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_at_its_field(
    district: SmallDistrict, values: dict[str, Any], field: str
) -> None:
    assert set(complaints(make(district, **values))) == {field}


def test_an_office_of_another_space_is_refused(district: SmallDistrict) -> None:
    office = district.offices["wald-east"]
    assert set(complaints(make(district, "tal", "Buchhain", office=office))) == {"office"}
    record(make(district, "wald", "Buchhain", office=office))


WHOLE: dict[str, Any] = {"street": "Waldweg"}
LOW: dict[str, Any] = {"street": "Waldweg", "first_number": 1, "last_number": 9}


@pytest.mark.parametrize(
    ("there", "new", "overlap"),
    [
        ({"place": "Buchhain"}, {"place": "Buchhain"}, True),
        ({"place": "Buchhain"}, {"place": "Oberfurt"}, False),
        (WHOLE, WHOLE, True),
        (WHOLE, {"street": "WALD-WEG"}, True),
        (WHOLE, {"street": "Kurzer Weg"}, False),
        (WHOLE, {"street": "Waldweg", "place": "Buchhain"}, False),
        (WHOLE, LOW, False),
        (LOW, {"street": "Waldweg", "first_number": 9}, True),
        (LOW, {"street": "Waldweg", "first_number": 10}, False),
        (LOW, {"street": "Waldweg", "parity": "even"}, True),
        ({**LOW, "parity": "odd"}, {**LOW, "parity": "even"}, False),
        ({**LOW, "parity": "odd"}, {"street": "Waldweg", "first_number": 4, "last_number": 4}, False),
        ({**WHOLE, "valid_until": date(2026, 6, 30)}, {**WHOLE, "valid_from": date(2026, 7, 1)}, False),
        ({**WHOLE, "valid_until": date(2026, 6, 30)}, {**WHOLE, "valid_from": date(2026, 6, 30)}, True),
        (
            {**WHOLE, "valid_from": date(2026, 7, 1)},
            {**WHOLE, "valid_from": date(2026, 1, 1), "valid_until": date(2026, 6, 30)},
            False,
        ),
        (
            {**WHOLE, "valid_from": date(2026, 7, 1)},
            {**WHOLE, "valid_from": date(2026, 1, 1), "valid_until": date(2026, 7, 1)},
            True,
        ),
        ({**WHOLE, "valid_from": date(2030, 1, 1)}, {**WHOLE, "valid_from": date(2026, 1, 1)}, True),
    ],
)
def test_two_decisions_about_the_same_are_refused_and_both_are_named(
    district: SmallDistrict, there: dict[str, Any], new: dict[str, Any], overlap: bool
) -> None:
    first, second = make(district, "wald", **there), make(district, "tal", **new)
    record(first)
    if not overlap:
        record(second)
        return
    (message,) = complaints(second)["__all__"]
    assert str(first) in message
    assert str(second) in message
    assert Catchment.objects.count() == len(CATCHMENTS) + 1


def test_even_the_same_space_decides_only_once(district: SmallDistrict) -> None:
    assert "__all__" in complaints(make(district, "wald", valid_from=START))


def test_a_decision_is_no_rival_of_itself(district: SmallDistrict) -> None:
    decision = make(district, **LOW)
    record(decision)
    decision.last_number = 11
    record(decision)
    decision.refresh_from_db()
    assert decision.numbers == Numbers(1, 11)


def test_a_decision_says_its_territory_and_its_space(district: SmallDistrict) -> None:
    assert str(make(district)) == "Altwald → Talheim"
    decision = make(
        district, "tal", "Buchhain", street="Waldweg", first_number=1, last_number=9, parity="odd"
    )
    assert str(decision) == "Altwald · Buchhain · Waldweg 1, 3 … 9 → Talheim"


# What the check finds


def row(space: str, place: str = "", street: str = "", *, ags: str = ALTWALD, **values: Any) -> CatchmentRow:
    return CatchmentRow(space, ags, place, street, valid_from=START)._replace(**values)


def check(*rows: CatchmentRow, **of: Any) -> catchment_check.Report:
    return catchment_check.check(gazetteer(**of), [*CATCHMENTS, *rows], DAY)


def test_the_district_as_it_is_has_no_fault() -> None:
    report = check()
    assert report.is_clean
    assert report == catchment_check.Report([], [], [], [])


def test_the_citys_own_territory_is_no_gap() -> None:
    report = catchment_check.check(gazetteer(), CATCHMENTS, DAY)
    assert report.gaps == []


def test_places_without_a_decision_are_gaps() -> None:
    report = catchment_check.check(gazetteer(), [c for c in CATCHMENTS if c.ags != NEUWALD], DAY)
    assert report.gaps == [catchment_check.Gap(DAY, ("Linde (Neuwald)", "Neuwald (Neuwald)"))]
    assert not report.is_clean


def test_a_decision_that_ends_without_a_successor_is_a_gap_from_the_next_day() -> None:
    ending = [c._replace(valid_until=date(2026, 12, 31)) if c.ags == NEUWALD else c for c in CATCHMENTS]
    report = catchment_check.check(gazetteer(), ending, DAY)
    assert [gap.since for gap in report.gaps] == [date(2027, 1, 1)]
    assert not report.is_clean


def test_a_gap_that_is_there_already_is_reported_once() -> None:
    rows = [c for c in CATCHMENTS if c.ags != NEUWALD]
    rows += [
        row("tal", "Buchhain", valid_from=date(2027, 1, 1)),
        row("tal", "Buchhain", valid_until=date(2026, 12, 1)),
    ]
    assert len(catchment_check.check(gazetteer(), rows, DAY).gaps) == 1


def test_a_gap_that_is_past_is_no_gap() -> None:
    report = check(row("tal", "Buchhain", valid_until=date(2026, 11, 21)))
    assert report.is_clean


@pytest.mark.parametrize(
    ("rows", "overlap"),
    [
        ([row("x", "Buchhain"), row("y", "Buchhain")], True),
        ([row("x", "Buchhain", "Weg"), row("y", "Buchhain", "WEG")], True),
        ([row("x", "Buchhain"), row("y", "Buchhain", "Weg")], False),
        ([row("x", street="Weg"), row("y", "Buchhain", "Weg")], False),
        (
            [row("x", street="Weg", numbers=Numbers(1, 9)), row("y", street="Weg", numbers=Numbers(9, 9))],
            True,
        ),
        ([row("x", street="Weg", numbers=Numbers(1, 9)), row("y", street="Weg")], False),
        (
            [
                row("x", "Buchhain", valid_until=date(2026, 12, 1)),
                row("y", "Buchhain", valid_from=date(2026, 12, 1)),
            ],
            True,
        ),
        (
            [
                row("x", "Buchhain", valid_until=date(2026, 12, 1)),
                row("y", "Buchhain", valid_from=date(2026, 12, 2)),
            ],
            False,
        ),
        (
            [
                row("x", "Buchhain", valid_until=date(2025, 1, 1)),
                row("y", "Buchhain", valid_until=date(2025, 1, 1)),
            ],
            False,
        ),
    ],
)
def test_decisions_of_one_rank_about_the_same_are_overlaps(rows: list[CatchmentRow], overlap: bool) -> None:
    report = check(*rows)
    assert report.overlaps == ([catchment_check.Overlap(*rows)] if overlap else [])
    assert report.is_clean is not overlap


def test_a_place_that_changes_hands_on_a_future_day_is_reported_and_no_fault() -> None:
    report = check(row("tal", "Buchhain", valid_from=date(2027, 8, 1)))
    assert report.moves == [
        catchment_check.Move(date(2027, 8, 1), ("Buchhain (Altwald)",), Answer("wald"), Answer("tal"))
    ]
    assert report.is_clean


def test_the_way_back_is_a_move_too() -> None:
    report = check(row("tal", "Buchhain", valid_until=date(2027, 7, 31)))
    assert [(move.on, move.before.space, move.after.space) for move in report.moves] == [
        (date(2027, 8, 1), "tal", "wald")
    ]


def test_a_street_and_a_run_that_change_hands_are_named() -> None:
    report = check(
        row("tal", "Buchhain", "Waldweg", valid_from=date(2027, 1, 1)),
        row("tal", "Buchhain", "Langer Weg", numbers=Numbers(1, 9, "odd"), valid_from=date(2027, 2, 1)),
    )
    assert [(move.on, move.territory) for move in report.moves] == [
        (date(2027, 1, 1), ("Buchhain (Altwald) · Waldweg",)),
        (date(2027, 2, 1), ("Buchhain (Altwald) · Langer Weg 1, 3 … 9",)),
    ]


def test_a_run_that_goes_back_is_reported() -> None:
    report = check(row("tal", "Buchhain", "Weg", numbers=Numbers(1, 9), valid_until=date(2026, 12, 31)))
    assert [(move.on, move.territory, move.before.space, move.after.space) for move in report.moves] == [
        (date(2027, 1, 1), ("Buchhain (Altwald) · Weg 1 … 9",), "tal", "wald")
    ]


def test_a_run_that_is_lengthened_moves_only_what_is_new() -> None:
    report = check(
        row("tal", "Buchhain", "Weg", numbers=Numbers(1, 9), valid_until=date(2026, 12, 31)),
        row("tal", "Buchhain", "Weg", numbers=Numbers(1, 19, "odd"), valid_from=date(2027, 1, 1)),
    )
    assert [(move.territory, move.before.space, move.after.space) for move in report.moves] == [
        (("Buchhain (Altwald) · Weg 2, 4 … 9",), "tal", "wald"),
        (("Buchhain (Altwald) · Weg 11, 13 … 19",), "wald", "tal"),
    ]


def test_a_street_that_is_decided_alone_may_be_all_that_is_left_over() -> None:
    rows = [c for c in CATCHMENTS if c.ags != ALTWALD]
    rows += [row("tal", place) for place in ("Altwald", "Oberfurt")]
    rows += [row("tal", "Buchhain", valid_until=date(2026, 12, 31)), row("tal", "Buchhain", "Weg")]
    report = catchment_check.check(gazetteer(), rows, DAY)
    assert report.gaps == [catchment_check.Gap(date(2027, 1, 1), ("Buchhain (Altwald)",))]
    assert [move.territory for move in report.moves] == [("Buchhain (Altwald)",)]


def test_another_office_is_a_move() -> None:
    report = check(row("wald", "Buchhain", office="2f0c", valid_from=date(2027, 1, 1)))
    assert [(move.before, move.after) for move in report.moves] == [(Answer("wald"), Answer("wald", "2f0c"))]


def test_a_renewed_decision_is_no_move() -> None:
    handed = [
        row("wald", "Buchhain", valid_until=date(2026, 12, 31)),
        row("wald", "Buchhain", valid_from=date(2027, 1, 1)),
    ]
    assert check(*handed).moves == []


def test_a_street_that_a_complete_list_does_not_have_is_reported() -> None:
    streets = [StreetRow("Waldweg", ALTWALD, "Buchhain")]
    known, unknown = row("tal", street="WALDWEG"), row("tal", street="Walweg")
    assert check(known, unknown, streets=streets).unknown_streets == []
    report = check(known, unknown, streets=streets, complete=(ALTWALD,))
    assert report.unknown_streets == [unknown]
    assert not report.is_clean


# The command


def run() -> str:
    out = StringIO()
    call_command("check_catchments", stdout=out, stderr=out)
    return out.getvalue()


def fail() -> tuple[str, str]:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_catchments", stdout=out, stderr=out)
    return out.getvalue(), str(error.value)


def test_a_clean_district_is_said_to_be_clean(district: SmallDistrict) -> None:
    assert run() == "No gaps and no overlaps.\n"


def test_gaps_are_said_and_the_command_fails(district: SmallDistrict) -> None:
    record(Catchment.objects.filter(municipality__ags=TALHEIM), delete=True)
    said, error = fail()
    assert "nobody answers for Kaltwasser (Talheim), Moosbach (Talheim), Rinde (Talheim)" in said
    assert error == "1 faults in the catchments."


def test_many_places_are_counted(district: SmallDistrict) -> None:
    record(Catchment.objects.all(), delete=True)
    said, _ = fail()
    assert "and 2 more" in said


def test_overlaps_are_said_with_both(district: SmallDistrict) -> None:
    """Such pairs are refused when they are written, but two editors may write at the same time."""
    first = make(district, "tal", "Buchhain")
    second = make(district, "wald", "Oberfurt", valid_until=date(2030, 1, 1))
    record([first, second])
    second.place = first.place
    with recording():
        second.save()
    said, error = fail()
    assert "Overlap: " in said
    assert "Buchhain → tal, from 2026-01-01”" in said
    assert "Buchhain → wald, from 2026-01-01 until 2030-01-01”" in said
    assert error == "1 faults in the catchments."


def test_future_moves_are_said_and_no_fault(district: SmallDistrict) -> None:
    office = district.offices["wald-east"]
    municipality = district.municipalities[ALTWALD]
    record(Street(name="Waldweg", municipality=municipality, place=Place.objects.get(name="Buchhain")))
    record(make(district, "tal", "Buchhain", valid_from=date(2999, 1, 1)))
    record(make(district, "wald", "Oberfurt", valid_from=date(2999, 2, 1), office=office))
    assert run().splitlines() == [
        "On 2999-01-01: 1 place and 1 street move from wald to tal: Buchhain (Altwald).",
        f"On 2999-02-01: 1 place and 0 streets move from wald to wald (office {office.uuid}): Oberfurt (Altwald).",
        "No gaps and no overlaps.",
    ]


def test_streets_that_nobody_knows_are_said(district: SmallDistrict) -> None:
    municipality = district.municipalities[ALTWALD]
    municipality.streets_complete_on = START
    record([municipality, Street(name="Waldweg", municipality=municipality)])
    record(make(district, street="Walweg", first_number=1))
    said, _ = fail()
    assert "Unknown street: “01001001 · Walweg 1 … → tal, from 2026-01-01” names a street" in said


def test_a_place_outside_the_districts_decisions_is_a_gap_at_once(district: SmallDistrict) -> None:
    factories.make_place(factories.make_municipality(name="Neuland"), name="Neuland")
    said, _ = fail()
    assert "nobody answers for Neuland (Neuland)" in said
