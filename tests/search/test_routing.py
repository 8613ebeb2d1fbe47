"""Which catchment holds at an address, from the most specific to the widest, on which day; and what is asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.gazetteer import Gazetteer, StreetRow
from search.routing import (
    MOST_OPTIONS,
    Answer,
    CatchmentRow,
    Choice,
    Elsewhere,
    Found,
    Numbers,
    Outcome,
    Router,
    Unknown,
)
from tests.search.small_district import (
    ALTWALD,
    CATCHMENTS,
    DAY,
    EVERYWHERE,
    NEUWALD,
    STADTBURG,
    START,
    TALHEIM,
    router,
)

STREETS = [
    StreetRow("Waldweg", ALTWALD, "Buchhain"),
    StreetRow("Langer Weg", ALTWALD, "Buchhain"),
    StreetRow("Kurzer Weg", ALTWALD, "Buchhain"),
    StreetRow("Langer Weg", ALTWALD, "Altwald"),
    StreetRow("Lindenallee", NEUWALD, "Linde"),
    StreetRow("Rindenallee", TALHEIM, "Rinde"),
    StreetRow("Doppelweg", NEUWALD, "Linde"),
    StreetRow("Doppelweg", TALHEIM, "Rinde"),
]

ALL = Numbers()


def catchment(
    space: str,
    place: str = "",
    street: str = "",
    numbers: Numbers = ALL,
    ags: str = ALTWALD,
    **values: object,
) -> CatchmentRow:
    row = CatchmentRow(space, ags, place, street, numbers, START)
    return row._replace(**values)  # type: ignore[arg-type]


def lead(outcome: Outcome) -> str:
    """Where an outcome leads: a space, `-` for elsewhere, or what is asked, or why it is unknown."""
    if isinstance(outcome, Found):
        return outcome.answer.space
    if isinstance(outcome, Elsewhere):
        return "-"
    return f"asked {outcome.question}" if isinstance(outcome, Choice) else f"unknown {outcome.reason}"


def choice(district: Router, text: str) -> Choice:
    outcome = district.find(text, DAY)
    assert isinstance(outcome, Choice), outcome
    return outcome


# Runs of house numbers


@pytest.mark.parametrize(
    ("numbers", "inside", "outside"),
    [
        (Numbers(), [1, 2, 999], []),
        (Numbers(3, 9), [3, 4, 9], [1, 2, 10]),
        (Numbers(3, None), [3, 4, 999], [1, 2]),
        (Numbers(None, 9), [1, 9], [10]),
        (Numbers(3, 9, "odd"), [3, 5, 9], [1, 4, 8, 11]),
        (Numbers(3, 9, "even"), [4, 8], [2, 3, 5, 9, 10]),
        (Numbers(None, None, "even"), [2, 998], [1, 999]),
        (Numbers(5, 5), [5], [4, 6]),
    ],
)
def test_a_run_holds_its_ends_and_its_side_of_the_street(
    numbers: Numbers, inside: list[int], outside: list[int]
) -> None:
    assert all(number in numbers for number in inside)
    assert not any(number in numbers for number in outside)
    assert "5" not in numbers


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Numbers(), Numbers(), True),
        (Numbers(), Numbers(1, 9), False),
        (Numbers(1, 9), Numbers(9, 12), True),
        (Numbers(1, 9), Numbers(10, 12), False),
        (Numbers(1, None), Numbers(100, 101), True),
        (Numbers(None, 9), Numbers(None, 2), True),
        (Numbers(1, 9, "odd"), Numbers(1, 9, "even"), False),
        (Numbers(1, 9, "odd"), Numbers(2, 4), True),
        (Numbers(1, 9, "odd"), Numbers(4, 4), False),
        (Numbers(1, 9, "odd"), Numbers(9, 12, "odd"), True),
        (Numbers(1, 9, "even"), Numbers(9, 12, "odd"), False),
        (Numbers(None, None, "odd"), Numbers(None, None, "even"), False),
        (Numbers(None, None, "odd"), Numbers(), False),
    ],
)
def test_runs_overlap_where_a_number_is_in_both(one: Numbers, other: Numbers, overlap: bool) -> None:
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


_ends = st.one_of(st.none(), st.integers(1, 30))


@st.composite
def runs(draw: st.DrawFn) -> Numbers:
    first, last = draw(_ends), draw(_ends)
    if first and last and last < first:
        first, last = last, first
    return Numbers(first, last, draw(st.sampled_from(["all", "odd", "even"])))


@given(runs(), runs())
def test_overlap_is_a_number_in_common(one: Numbers, other: Numbers) -> None:
    if one.is_all or other.is_all:
        assert one.overlaps(other) is (one.is_all and other.is_all)
    else:
        common = any(number in one and number in other for number in range(70))
        assert one.overlaps(other) is common


@given(runs())
def test_the_example_of_a_run_is_its_smallest_number(numbers: Numbers) -> None:
    inside = [number for number in range(1, 70) if number in numbers]
    if inside:
        assert numbers.example() == inside[0]


@pytest.mark.parametrize(
    ("numbers", "label"),
    [
        (Numbers(), ""),
        (Numbers(3, 9), " 3 … 9"),
        (Numbers(3, 9, "odd"), " 3, 5 … 9"),
        (Numbers(3, None, "even"), " 4, 6 …"),
        (Numbers(None, 9), " 1 … 9"),
    ],
)
def test_a_run_is_written_with_its_beginning_and_end(numbers: Numbers, label: str) -> None:
    assert numbers.label() == label


# The most specific wins

SPECIFIC = [
    catchment("tal", "Buchhain"),
    catchment("hain", "Buchhain", "Langer Weg"),
    catchment("odd", "Buchhain", "Langer Weg", Numbers(1, 19, "odd")),
    catchment("high", "Buchhain", "Langer Weg", Numbers(100, None)),
]


@pytest.mark.parametrize(
    ("text", "space", "level"),
    [
        ("Langer Weg 7, 99001 Buchhain", "odd", "house_number"),
        ("Langer Weg 19, 99001 Buchhain", "odd", "house_number"),
        ("Langer Weg 7 a, 99001 Buchhain", "odd", "house_number"),
        ("Langer Weg 8, 99001 Buchhain", "hain", "street"),
        ("Langer Weg 21, 99001 Buchhain", "hain", "street"),
        ("Langer Weg 99, 99001 Buchhain", "hain", "street"),
        ("Langer Weg 100, 99001 Buchhain", "high", "house_number"),
        ("LANGER WEG 7, BUCHHAIN", "odd", "house_number"),
        ("Langer-Weg 1-3, 99001 Buchhain", "odd", "house_number"),
        ("Langer Weg 20-22, 99001 Buchhain", "hain", "street"),
        ("Kurzer Weg 7, 99001 Buchhain", "tal", "place"),
        ("Langer Weg 7, 99001 Altwald OT Buchhain", "odd", "house_number"),
        ("Oberfurt", "wald", "place"),
        ("Langer Weg 7, 99002 Neuwald", "wald", "place"),
    ],
)
def test_the_most_specific_catchment_wins(text: str, space: str, level: str) -> None:
    outcome = router(SPECIFIC, STREETS, EVERYWHERE).find(text, DAY)
    assert isinstance(outcome, Found), outcome
    assert (outcome.answer.space, outcome.level) == (space, level)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_decisions_does_not_count(order: int) -> None:
    district = router(SPECIFIC[::order], STREETS, EVERYWHERE, CATCHMENTS[::order])
    assert lead(district.find("Langer Weg 7, 99001 Buchhain", DAY)) == "odd"
    assert lead(district.find("Kurzer Weg 7, 99001 Buchhain", DAY)) == "tal"


def test_a_street_of_the_whole_municipality_yields_to_that_of_a_place() -> None:
    extra = [catchment("wide", "", "Langer Weg"), catchment("narrow", "Buchhain", "Langer Weg")]
    for rows in (extra, extra[::-1]):
        district = router(rows, STREETS, EVERYWHERE)
        assert lead(district.find("Langer Weg 7, 99001 Buchhain", DAY)) == "narrow"


def test_a_run_of_the_whole_municipality_holds_where_that_of_a_place_does_not() -> None:
    extra = [
        catchment("narrow", "Buchhain", "Langer Weg", Numbers(1, 9)),
        catchment("wide", "", "Langer Weg", Numbers(2, 20, "even")),
    ]
    district = router(extra, STREETS, EVERYWHERE)
    found = [
        lead(district.find(f"Langer Weg {number}, 99001 Buchhain", DAY)) for number in (2, 9, 10, 11, 20)
    ]
    assert found == ["narrow", "narrow", "wide", "wald", "wide"]


def test_a_house_number_over_a_border_asks() -> None:
    district = router([catchment("low", "Buchhain", "Langer Weg", Numbers(1, 9))], STREETS, EVERYWHERE)
    asked = choice(district, "Langer Weg 9-11, 99001 Buchhain")
    assert asked.question == "house_number"
    assert {option.space for option in asked.options} == {"low", "wald"}


@pytest.mark.parametrize("number", ["7", "8", "107"])
def test_another_place_with_a_street_of_that_name_is_not_touched(number: str) -> None:
    extra = [row for row in SPECIFIC if row.street]
    district = router(extra, STREETS, EVERYWHERE)
    outcome = district.find(f"Langer Weg {number}, 99002 Linde", DAY)
    assert lead(outcome) == "wald"


# Days


@pytest.mark.parametrize(
    ("on", "space"),
    [
        (date(2025, 12, 31), "wald"),
        (date(2026, 1, 1), "tal"),
        (date(2026, 6, 30), "tal"),
        (date(2026, 7, 1), "wald"),
        (date(2019, 12, 31), ""),
        (date(2020, 1, 1), "wald"),
        (date.max, "wald"),
    ],
)
def test_a_decision_holds_from_its_first_to_its_last_day(on: date, space: str) -> None:
    extra = [catchment("tal", "Buchhain", valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))]
    outcome = router(extra).find("Waldweg 1, 99001 Buchhain", on)
    assert lead(outcome) == (space or "unknown no_catchment")


def test_a_territory_changes_hands_at_midnight() -> None:
    handed = [
        catchment("wald", valid_until=date(2026, 12, 31)),
        catchment("tal", valid_from=date(2027, 1, 1)),
    ]
    district = router(catchments=handed)
    assert lead(district.find("Altwald", date(2026, 12, 31))) == "wald"
    assert lead(district.find("Altwald", date(2027, 1, 1))) == "tal"
    assert lead(district.find("Altwald", date(2026, 12, 31))) == "wald"


# Offices


def test_a_decision_may_name_another_office_of_the_space() -> None:
    extra = [catchment("wald", "Buchhain", office="2f0c")]
    outcome = router(extra).find("Waldweg 1, Buchhain", DAY)
    assert isinstance(outcome, Found)
    assert outcome.answer == Answer("wald", "2f0c")


def test_another_office_of_the_same_space_is_another_answer() -> None:
    district = router([catchment("wald", "Oberfurt", office="2f0c")], catchments=CATCHMENTS)
    assert lead(district.find("Waldland", DAY)) == "asked place"
    assert lead(district.find("99005 Oberfurt", DAY)) == "wald"


def test_the_ground_of_the_decision_is_told() -> None:
    outcome = router([catchment("tal", "Buchhain", ground="agreement")]).find("Buchhain", DAY)
    assert isinstance(outcome, Found)
    assert outcome.ground == "agreement"


# A place that is divided

ONE_STREET = [catchment("tal", "Buchhain", "Langer Weg")]
ONE_RUN = [catchment("tal", "Buchhain", "Langer Weg", Numbers(1, 19, "odd"))]


@pytest.mark.parametrize("text", ["Buchhain", "99001 Buchhain", "Lange Weg 5, 99001 Buchhain"])
def test_a_place_with_a_street_of_another_space_asks_for_the_street(text: str) -> None:
    asked = choice(router(ONE_STREET, STREETS), text)
    assert asked.question == "street"
    assert ("tal", "Langer Weg, 99001 Buchhain") in [
        (option.space, option.address) for option in asked.options
    ]


@pytest.mark.parametrize("text", ["Waldweg 5, 99001 Buchhain", "Waldweg, Buchhain"])
def test_another_street_that_is_known_is_not_asked_about(text: str) -> None:
    assert lead(router(ONE_STREET, STREETS).find(text, DAY)) == "wald"


@pytest.mark.parametrize("text", ["Unbekannter Weg 5, 99001 Buchhain", "Unbekannter Weg 5, 99001 Altwald"])
def test_a_street_that_is_surely_another_is_not_asked_about(text: str) -> None:
    """The decision names its street, whether or not a list has been imported."""
    assert lead(router(ONE_STREET).find(text, DAY)) == "wald"


def test_who_lives_in_no_street_that_was_given_away_finds_a_way_on() -> None:
    asked = choice(router(ONE_STREET, STREETS, EVERYWHERE), "99001 Buchhain")
    assert {option.space for option in asked.options} == {"wald", "tal"}


@pytest.mark.parametrize("decisions", [ONE_STREET, ONE_RUN], ids=["street", "run"])
@pytest.mark.parametrize("complete", [(), EVERYWHERE], ids=["gaps", "complete"])
@pytest.mark.parametrize("street", ["Langr Weg", "Lagner Weg", "Langer Wg", "Lange Weg", "LANGER-WEGE"])
def test_one_typing_error_from_a_street_that_was_given_away_asks(
    decisions: list[CatchmentRow], complete: frozenset[str], street: str
) -> None:
    district = router(decisions, STREETS, complete)
    for text in (f"{street} 5, 99001 Buchhain", f"{street}, Buchhain"):
        assert lead(district.find(text, DAY)) != "wald", text


def test_a_street_that_is_divided_asks_for_the_house_number() -> None:
    asked = choice(router(ONE_RUN, STREETS, EVERYWHERE), "Langer Weg, 99001 Buchhain")
    assert asked.question == "house_number"
    assert [(option.label, option.space, option.address) for option in asked.options] == [
        ("Langer Weg 1, 3 … 19, Buchhain (Altwald)", "tal", "Langer Weg 1, 99001 Buchhain"),
        ("Langer Weg 2 …, Buchhain (Altwald)", "wald", "Langer Weg 2, 99001 Buchhain"),
    ]


def test_a_place_with_two_divided_streets_asks() -> None:
    extra = [*ONE_RUN, catchment("tal", "Buchhain", "Kurzer Weg", Numbers(1, 9))]
    asked = choice(router(extra, STREETS, EVERYWHERE), "99001 Buchhain")
    assert {option.space for option in asked.options} == {"wald", "tal"}


def test_options_can_be_told_apart() -> None:
    extra = [catchment("tal", "", "Langer Weg", Numbers(1, 9))]
    asked = choice(router(extra, STREETS, EVERYWHERE), "Langer Weg, 99001")
    labels = [option.label for option in asked.options]
    assert len(set(labels)) == len(labels)


def test_many_runs_are_grouped_and_still_say_where_they_are() -> None:
    extra = [catchment("tal", "Buchhain", "Langer Weg", Numbers(n, n)) for n in range(1, 2 * MOST_OPTIONS, 2)]
    asked = choice(router(extra, STREETS, EVERYWHERE), "Langer Weg, 99001 Buchhain")
    assert len(asked.options) <= MOST_OPTIONS
    assert all(option.label or option.places for option in asked.options)


def test_the_main_place_of_a_municipality_can_be_meant_by_itself() -> None:
    """One village was given away: who lives in the main place must find an answer all the same."""
    district = router([catchment("tal", "Buchhain")])
    asked = choice(district, "99001")
    assert [lead(district.find(option.address, DAY)) for option in asked.options] == [
        option.space for option in asked.options
    ]


# Gaps


@pytest.mark.parametrize("text", ["Altwald", "99001", "Waldweg 1, 99001 Buchhain", "Waldschule"])
def test_where_nobody_decided_the_answer_is_unknown(text: str) -> None:
    outcome = router(catchments=[row for row in CATCHMENTS if row.ags != ALTWALD]).find(text, DAY)
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "no_catchment"


def test_a_gap_beside_a_territory_is_no_reason_to_answer() -> None:
    district = router(catchments=[row for row in CATCHMENTS if row.ags != ALTWALD])
    assert not isinstance(district.find("Waldland", DAY), Found)
    assert not isinstance(district.find("99005", DAY), Found)


def test_without_any_catchment_nothing_is_found() -> None:
    district = router(catchments=[])
    for text in ["Altwald", "99001", "99005", "Linde", "Waldweg 3", "Waldschule", "Talhiem"]:
        assert not isinstance(district.find(text, DAY), Found)


def test_a_portal_without_data_knows_nothing_and_breaks_at_nothing() -> None:
    empty = Router(Gazetteer(district="", municipalities=[], places=[]), [])
    for text in ["", "Altwald", "Waldweg 1, 99001 Altwald", "99001", "Waldweg 3", "Grundschule", "Адендорф"]:
        assert isinstance(empty.find(text, DAY), Unknown)


def test_two_equal_decisions_are_never_chosen_between() -> None:
    district = router(
        [catchment("tal"), catchment("tal", "Linde", ags=NEUWALD), catchment("x", "Linde", ags=NEUWALD)]
    )
    assert not isinstance(district.find("99001", DAY), Found)
    assert not isinstance(district.find("99002 Linde", DAY), Found)


# Street lists


@pytest.mark.parametrize(
    ("complete", "text", "expected"),
    [
        ((), "Lindenallee 1, Linde", "asked place"),
        ((NEUWALD,), "Lindenallee 1, Linde", "asked place"),
        ((TALHEIM,), "Lindenallee 1, Linde", "asked place"),
        ((NEUWALD, TALHEIM), "Lindenallee 1, Linde", "wald"),
        ((NEUWALD, TALHEIM), "Lindenallee 1, Rinde", "wald"),
        ((NEUWALD, TALHEIM), "Rindenallee 1, Linde", "tal"),
        ((NEUWALD, TALHEIM), "Doppelweg 1, Linde", "asked place"),
        ((NEUWALD, TALHEIM), "Neuer Weg 1, Linde", "asked place"),
        ((NEUWALD, TALHEIM), "Linde", "asked place"),
        (EVERYWHERE, "Doppelweg 1, Moosbach", "asked place"),
    ],
)
def test_a_street_decides_between_twins_if_both_their_lists_are_complete(
    complete: tuple[str, ...], text: str, expected: str
) -> None:
    assert lead(router(streets=STREETS, complete=complete).find(text, DAY)) == expected


@pytest.mark.parametrize(
    ("complete", "expected"),
    [
        ((), "asked place"),
        (EVERYWHERE - {STADTBURG}, "asked place"),
        (EVERYWHERE - {TALHEIM}, "asked place"),
        (EVERYWHERE, "wald"),
    ],
)
def test_a_street_alone_answers_only_if_every_list_is_complete_the_citys_too(
    complete: frozenset[str], expected: str
) -> None:
    assert lead(router(streets=STREETS, complete=complete).find("Lindenallee 1", DAY)) == expected


def test_a_street_alone_that_is_divided_asks_for_the_house_number() -> None:
    district = router(ONE_RUN, [StreetRow("Langer Weg", ALTWALD, "Buchhain")], EVERYWHERE)
    asked = choice(district, "Langer Weg")
    assert {option.space for option in asked.options} == {"tal", "wald"}
    assert lead(district.find("Langer Weg 5", DAY)) == "tal"
    assert lead(district.find("Langer Weg 6", DAY)) == "wald"


@pytest.mark.parametrize(
    ("complete", "text", "expected"),
    [
        (EVERYWHERE, "Waldweg 1, Buchhian", "wald"),
        (EVERYWHERE - {STADTBURG}, "Waldweg 1, Buchhian", "asked mean"),
        (EVERYWHERE, "Doppelweg 1, Lnide", "asked mean"),
        (EVERYWHERE, "Rindenallee 1, Buchhian", "asked mean"),
        (EVERYWHERE, "Neuer Weg 1, Buchhian", "asked mean"),
        (EVERYWHERE, "Buchhian", "asked mean"),
    ],
)
def test_a_street_confirms_a_resembling_place_if_every_list_is_complete(
    complete: frozenset[str], text: str, expected: str
) -> None:
    assert lead(router(streets=STREETS, complete=complete).find(text, DAY)) == expected


# Options


@pytest.mark.parametrize(
    "text",
    [
        "Linde",
        "99004",
        "99005",
        "Moosbach",
        "Waldweg 3",
        "Talhiem",
        "Nirgendweg 7",
        "99001 Talheim",
        "99003 Linde",
    ],
)
@pytest.mark.parametrize("streets", [(), tuple(STREETS)])
def test_an_option_put_in_again_leads_where_it_says(text: str, streets: tuple[StreetRow, ...]) -> None:
    district = router(streets=streets)
    for option in choice(district, text).options:
        assert lead(district.find(option.address, DAY)) == (option.space or "-"), option


def test_few_options_are_named_and_many_are_grouped_by_where_they_lead() -> None:
    few = choice(router(), "Linde").options
    assert [(option.label, option.places) for option in few] == [
        ("Linde (Neuwald)", ("Linde",)),
        ("Rinde (Talheim)", ("Rinde",)),
    ]
    many = choice(router(), "Nirgendweg 7").options
    assert {option.space: (option.label, set(option.places)) for option in many} == {
        "wald": ("", {"Altwald", "Buchhain", "Oberfurt", "Linde", "Neuwald"}),
        "tal": ("", {"Kaltwasser", "Moosbach", "Rinde", "Talheim", "Unterfurt"}),
        "": ("Nirgendweg 7, Stadtburg", {"Stadtburg"}),
    }


def test_options_keep_what_was_typed_of_street_and_number() -> None:
    assert [option.address for option in choice(router(), "Lange Str. 5 a, Linde").options] == [
        "Lange Str 5 a, 99002 Linde",
        "Lange Str 5 a, 99003 Rinde",
    ]


def test_every_question_has_options() -> None:
    for text in ["Linde", "99004", "Talhiem", "Waldweg", "99001 Talheim", "Moosbach"]:
        assert choice(router(), text).options
