"""Reading street lists as they come, and what must change so that ours are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.street_list import (
    PRESETS,
    BadLine,
    Difference,
    Geography,
    Layout,
    ListedStreet,
    StreetList,
    UnreadableFile,
    compare,
    decode,
    lines_of,
    read_list,
)

ALTWALD, TALHEIM = "01001001", "01001003"
ARS = {"010010000001": ALTWALD, "010010000003": TALHEIM}
PLACES = {(ALTWALD, "buchhain"): "Buchhain", (ALTWALD, "buchenhain"): "Buchhain", (TALHEIM, "rinde"): "Rinde"}
GEOGRAPHY = Geography(ARS, PLACES)
PLAIN = PRESETS["plain"]
HEADER = "street,postcode,place,ags"


def listed(text: str, layout: Layout = PLAIN) -> StreetList:
    return read_list(lines_of(text, layout), layout, GEOGRAPHY)


def street(name: str, place: str = "Buchhain", postcode: str = "99001", ags: str = ALTWALD) -> ListedStreet:
    return ListedStreet(ags, place, name, postcode)


# The file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_is_read_in_each_usual_form(encoding: str, delimiter: str, newline: str) -> None:
    lines = [HEADER, f"Große Straße,99001,Buchhain,{ALTWALD}", f"Zur Möhre,99003,Rinde,{TALHEIM}", ""]
    data = newline.join(lines).replace(",", delimiter).encode(encoding)
    assert listed(decode(data)).streets == {
        street("Große Straße"),
        street("Zur Möhre", "Rinde", "99003", TALHEIM),
    }


def test_quoted_cells_may_hold_the_delimiter_and_a_line_break() -> None:
    rows = list(
        lines_of(f'{HEADER}\n"Weg, langer",99001,"Buch\nhain",{ALTWALD}\nB,99001,,{ALTWALD}\n', PLAIN)
    )
    assert [(number, row["street"]) for number, row in rows] == [(3, "Weg, langer"), (4, "B")]


def test_columns_may_stand_in_any_order_beside_others() -> None:
    text = f"note,ags,place,street,postcode\nx,{ALTWALD},Buchhain,Waldweg,99001\n"
    assert listed(text).streets == {street("Waldweg")}


def test_the_preset_for_openplz_ties_streets_by_their_regional_key() -> None:
    text = (
        "Name,PostalCode,Locality,RegionalKey,Borough,Suburb\n"
        "Waldweg,99001,Buchhain,010010000001,,\n"
        "Fernweg,80001,Fernau,090010000001,,\n"
    )
    result = listed(text, PRESETS["openplz"])
    assert result.streets == {street("Waldweg")}
    assert result.elsewhere == 1


def test_an_empty_layout_column_is_not_looked_for() -> None:
    layout = Layout(name="Strasse", ags="Gemeinde")
    assert listed(f"Strasse;Gemeinde\nWaldweg;{ALTWALD}\n", layout).streets == {street("Waldweg", "", "")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no column 'street', 'postcode', 'place', 'ags'. Its columns are: none"),
        ("name,ags\nx,y\n", "no column 'street', 'postcode', 'place'. Its columns are: name, ags"),
        (f'{HEADER}\n"never closed,99001,Buchhain,{ALTWALD}\n', "Line 2"),
        ('"closed" too early,ags\nx,y\n', "Line 1"),
        (f'{HEADER}\n"closed" too early,99001,Buchhain,{ALTWALD}\n', "Line 2"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason.replace("(", "\\(").replace(".", "\\.")):
        listed(text)


# Its lines


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"Waldweg,99001,Buchhain,{ALTWALD},more", "more columns than the header"),
        ("Waldweg,99001,Buchhain", "fewer columns than the header"),
        (f",99001,Buchhain,{ALTWALD}", "no street name"),
        (f"---,99001,Buchhain,{ALTWALD}", "no street name"),
        (f"{'a' * 151},99001,Buchhain,{ALTWALD}", "a street name of more than 150 characters"),
        (f"Waldweg,9900,Buchhain,{ALTWALD}", "postcode '9900' does not have five digits"),
        (f"Waldweg,D-99001,Buchhain,{ALTWALD}", "postcode 'D-99001' does not have five digits"),
        ("Waldweg,99001,Buchhain,", "no official key of a municipality"),
        ("Waldweg,99001,Buchhain,1001001", "official key '1001001' does not have eight digits"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_reason(line: str, reason: str) -> None:
    result = listed(
        f"{HEADER}\nWaldweg,99001,Buchhain,{ALTWALD}\n{line}\nGuter Weg,99001,Buchhain,{ALTWALD}\n"
    )
    assert result.bad == [BadLine(3, reason)]
    assert result.streets == {street("Waldweg"), street("Guter Weg")}


def test_a_bad_regional_key_is_told() -> None:
    text = "Name,PostalCode,Locality,RegionalKey\nWaldweg,99001,Buchhain,0100\n"
    assert listed(text, PRESETS["openplz"]).bad == [
        BadLine(2, "regional key '0100' does not have twelve digits")
    ]


def test_blank_lines_and_blanks_around_cells_do_not_count() -> None:
    assert listed(f"{HEADER}\n\n Waldweg , 99001 , Buchhain , {ALTWALD} \n\n").streets == {street("Waldweg")}


@pytest.mark.parametrize("written", ["Buchhain", "BUCHHAIN", "Buchenhain", "Buch-Hain"])
def test_a_place_is_known_by_every_writing_of_its_name(written: str) -> None:
    assert listed(f"{HEADER}\nWaldweg,99001,{written},{ALTWALD}\n").streets == {street("Waldweg")}


def test_a_street_of_an_unknown_place_is_kept_for_the_municipality_and_counted() -> None:
    rows = "".join(
        f"{name},99001,{place},{ALTWALD}\n" for name, place in [("A", "Neu"), ("B", "Neu"), ("C", "")]
    )
    result = listed(f"{HEADER}\n{rows}")
    assert result.unplaceable == {"Neu": 2}
    assert {(s.name, s.place) for s in result.streets} == {("A", ""), ("B", ""), ("C", "")}


def test_streets_of_other_districts_are_counted_and_left_out() -> None:
    result = listed(f"{HEADER}\nFernweg,80001,Fernau,09001001\nWaldweg,99001,Buchhain,{ALTWALD}\n")
    assert (result.elsewhere, result.streets, result.bad) == (1, {street("Waldweg")}, [])


def test_a_street_that_stands_twice_is_one() -> None:
    line = f"Waldweg,99001,Buchhain,{ALTWALD}\n"
    assert listed(f"{HEADER}\n{line}{line}").streets == {street("Waldweg")}


# What must change

NONE: frozenset[str] = frozenset()
ALL = frozenset({ALTWALD, TALHEIM})


@pytest.mark.parametrize(
    ("there", "new", "complete", "expected"),
    [
        pytest.param([], [street("A")], NONE, ([street("A")], [], []), id="new"),
        pytest.param([street("A")], [street("A")], ALL, ([], [], []), id="the same"),
        pytest.param([street("A")], [], NONE, ([], [], []), id="absent from a list with gaps"),
        pytest.param([street("A")], [], ALL, ([], [], [street("A")]), id="absent from a complete list"),
        pytest.param(
            [street("Am Weg")],
            [street("AM WEG")],
            NONE,
            ([], [(street("Am Weg"), street("AM WEG"))], []),
            id="spelled otherwise",
        ),
        pytest.param(
            [street("A")],
            [street("A", postcode="99002")],
            NONE,
            ([], [(street("A"), street("A", postcode="99002"))], []),
            id="another postcode",
        ),
        pytest.param(
            [street("A")],
            [street("A"), street("A", postcode="99002")],
            NONE,
            ([street("A", postcode="99002")], [], []),
            id="a second postcode",
        ),
        pytest.param(
            [street("A"), street("A", postcode="99002")],
            [street("A")],
            ALL,
            ([], [], [street("A", postcode="99002")]),
            id="a postcode less",
        ),
        pytest.param(
            [street("A")],
            [street("A", "Rinde", ags=TALHEIM)],
            frozenset({ALTWALD}),
            ([street("A", "Rinde", ags=TALHEIM)], [], [street("A")]),
            id="another municipality",
        ),
        pytest.param(
            [street("A"), street("B", "Rinde", ags=TALHEIM)],
            [],
            frozenset({TALHEIM}),
            ([], [], [street("B", "Rinde", ags=TALHEIM)]),
            id="complete for one municipality",
        ),
    ],
)
def test_what_an_import_changes(
    there: list[ListedStreet], new: list[ListedStreet], complete: frozenset[str], expected: Difference
) -> None:
    assert compare(there, new, complete) == Difference(*expected)


_streets = st.builds(
    ListedStreet,
    st.sampled_from([ALTWALD, TALHEIM]),
    st.sampled_from(["", "Buchhain"]),
    st.sampled_from(["Am Weg", "AM WEG", "Weg", "Straße", "Strasse"]),
    st.sampled_from(["99001", "99002", ""]),
)
_lists = st.sets(_streets, max_size=8)


def _after(there: set[ListedStreet], difference: Difference) -> set[ListedStreet]:
    gone = {*difference.removed, *(old for old, _ in difference.changed)}
    assert gone <= there
    return (there - gone) | {*difference.added, *(new for _, new in difference.changed)}


@given(_lists, _lists, st.sampled_from([NONE, frozenset({ALTWALD}), ALL]))
def test_a_second_import_of_the_same_list_changes_nothing(
    there: set[ListedStreet], new: set[ListedStreet], complete: frozenset[str]
) -> None:
    after = _after(there, compare(there, new, complete))
    assert compare(after, new, complete) == Difference([], [], [])


@given(_lists, _lists)
def test_after_a_complete_list_there_is_what_it_says(
    there: set[ListedStreet], new: set[ListedStreet]
) -> None:
    after = _after(there, compare(there, new, ALL))
    assert {(s.identity, s.postcode) for s in after} == {(s.identity, s.postcode) for s in new}


@given(_lists, _lists)
def test_a_list_with_gaps_takes_no_street_away(there: set[ListedStreet], new: set[ListedStreet]) -> None:
    difference = compare(there, new, NONE)
    assert difference.removed == []
    assert {s.identity for s in there} <= {s.identity for s in _after(there, difference)}
