"""The shipped gazetteer of the Landkreis Lüneburg: what must stay true when a person corrects its files."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from rapidfuzz.distance import OSA

FOLDER = Path(__file__).resolve().parents[2] / "data" / "lueneburg" / "gazetteer"
COLUMNS = {
    "municipalities": ["ags", "ars", "name", "kind", "association", "postcodes", "authority"],
    "places": ["name", "ags", "postcodes", "also"],
    "schools": ["name", "street", "house_number", "postcode", "place", "ags", "as_of", "also"],
    "authorities": ["key", "name", "kind", "telephone", "website"],
    "outside": ["name", "region", "authority", "postcodes", "twin", "source", "also"],
    "catchments": [
        "space",
        "ags",
        "place",
        "street",
        "first_number",
        "last_number",
        "parity",
        "valid_from",
        "valid_until",
        "office",
        "ground",
        "source",
    ],
}
SPACES = {
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
CITY = "03355022"
IDENTITY = {
    "municipalities": ["ags"],
    "places": ["name", "ags"],
    "schools": ["name", "ags"],
    "authorities": ["key"],
    "outside": ["name", "region"],
    "catchments": ["ags", "place", "street", "first_number", "last_number", "parity", "valid_from"],
}
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def names(row: Row) -> list[str]:
    """Every writing of a place: its name, and those under `also`."""
    return [row["name"], *filter(None, row.get("also", "").split("|"))]


def folded(name: str) -> str:
    """Lower case, no umlauts, letters only: the files are checked without the rules of the program."""
    plain = name.lower().replace("ß", "ss").translate(str.maketrans("äöü", "aou"))
    return re.sub(r"[^a-z]", "", plain)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_file_is_plain_text_with_the_promised_columns(name: str) -> None:
    raw = (FOLDER / f"{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    assert text.endswith("\n")
    read = list(csv.reader(text.splitlines(), strict=True))
    assert read[0] == COLUMNS[name]
    assert {len(line) for line in read} == {len(COLUMNS[name])}
    untidy = [cell for line in read for cell in line if cell != " ".join(cell.split())]
    assert untidy == []


@pytest.mark.parametrize("name", COLUMNS)
def test_no_row_stands_twice(name: str) -> None:
    seen = Counter(tuple(folded(row[c]) or row[c] for c in IDENTITY[name]) for row in rows(name))
    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("name", ["places", "schools", "catchments"])
def test_every_municipality_named_is_known(name: str) -> None:
    known = {row["ags"] for row in rows("municipalities")}
    assert {row["ags"] for row in rows(name)} <= known


@pytest.mark.parametrize("name", ["municipalities", "places", "outside", "schools"])
def test_postcodes_have_five_digits(name: str) -> None:
    column = "postcode" if name == "schools" else "postcodes"
    codes = [code for row in rows(name) for code in row[column].split()]
    assert codes
    assert [code for code in codes if not re.fullmatch(r"[0-9]{5}", code)] == []


@pytest.mark.parametrize("name", ["municipalities", "places", "schools"])
def test_everything_of_ours_has_a_postcode(name: str) -> None:
    column = "postcode" if name == "schools" else "postcodes"
    assert [row["name"] for row in rows(name) if not row[column]] == []


@pytest.mark.parametrize("name", ["places", "schools", "outside"])
def test_other_writings_are_really_other(name: str) -> None:
    for row in rows(name):
        written = [" ".join(n.lower().split()) for n in names(row)]
        assert len(set(written)) == len(written), row["name"]
        assert all(written), row["name"]


def test_the_district_has_its_43_municipalities() -> None:
    listed = rows("municipalities")
    assert len(listed) == 43
    assert {row["kind"] for row in listed} == {"unitary", "member", "market", "town", "city"}
    assert all(re.fullmatch(r"03355[0-9]{3}", row["ags"]) for row in listed)
    assert all(re.fullmatch(r"[0-9]{12}", row["ars"]) for row in listed)
    assert all(row["ars"][:5] + row["ars"][-3:] == row["ags"] for row in listed)


def test_every_municipality_has_a_place_in_each_of_its_postcodes() -> None:
    placed = {(row["ags"], code) for row in rows("places") for code in row["postcodes"].split()}
    listed = {(row["ags"], code) for row in rows("municipalities") for code in row["postcodes"].split()}
    assert placed == listed


def test_a_school_stands_in_a_postcode_of_its_municipality() -> None:
    codes = {row["ags"]: row["postcodes"].split() for row in rows("municipalities")}
    assert [row["name"] for row in rows("schools") if row["postcode"] not in codes[row["ags"]]] == []


def test_each_municipality_outside_the_city_has_one_catchment_and_the_city_an_authority() -> None:
    listed = {row["ags"]: row for row in rows("municipalities")}
    caught = Counter(row["ags"] for row in rows("catchments"))
    assert caught == Counter(listed.keys() - {CITY})
    assert {ags for ags, row in listed.items() if row["authority"]} == {CITY}


def test_the_catchments_name_exactly_the_ten_spaces() -> None:
    listed = rows("catchments")
    assert {row["space"] for row in listed} == SPACES
    assert {(row["parity"], row["ground"], row["valid_from"]) for row in listed} == {
        ("all", "territory", "2007-01-01")
    }
    assert all(row["source"] for row in listed)


def test_the_municipalities_of_an_association_belong_to_one_space() -> None:
    spaces = {row["ags"]: row["space"] for row in rows("catchments")}
    together = {
        (row["association"], spaces[row["ags"]]) for row in rows("municipalities") if row["association"]
    }
    assert len(together) == len({association for association, _ in together}) == 7


def test_there_is_one_county_one_city_and_six_neighbours() -> None:
    kinds = Counter(row["kind"] for row in rows("authorities"))
    assert kinds == {"county": 1, "city": 1, "neighbour": 6}


def test_no_telephone_number_is_invented() -> None:
    assert {(row["telephone"], row["website"]) for row in rows("authorities")} == {("", "")}


def test_authorities_are_known_and_every_neighbour_is_used() -> None:
    kinds = {row["key"]: row["kind"] for row in rows("authorities")}
    used = {row["authority"] for row in rows("outside") if row["authority"]}
    assert used == {key for key, kind in kinds.items() if kind == "neighbour"}
    assert {kinds[row["authority"]] for row in rows("municipalities") if row["authority"]} == {"city"}


def test_a_place_outside_is_not_also_ours() -> None:
    ours = {
        (folded(name), code)
        for row in rows("places")
        for name in names(row)
        for code in row["postcodes"].split()
    }
    theirs = {
        (folded(name), code)
        for row in rows("outside")
        for name in names(row)
        for code in row["postcodes"].split()
    }
    assert ours & theirs == set()


def test_only_the_postcode_that_two_districts_share_stands_on_both_sides() -> None:
    ours = {code for row in rows("municipalities") for code in row["postcodes"].split()}
    theirs = {code for row in rows("outside") for code in row["postcodes"].split()}
    assert ours & theirs == {"19273"}


def test_the_neighbours_in_the_shared_postcode_are_there() -> None:
    found = {row["name"]: row["authority"] for row in rows("outside") if "19273" in row["postcodes"].split()}
    assert {"Brahlstorf", "Melkof", "Teldau"} <= found.keys()
    assert set(found.values()) == {"ludwigslust-parchim"}


def test_outside_speaks_in_its_vocabulary_and_says_where_a_place_lies() -> None:
    listed = rows("outside")
    assert {row["twin"] for row in listed} == {"yes", "no"}
    assert {row["source"] for row in listed} == {"geonames", "own"}
    assert [row["name"] for row in listed if not row["region"]] == []


def test_a_twin_is_at_most_one_edit_from_a_place_of_ours() -> None:
    ours = {folded(name) for row in rows("places") for name in names(row)}
    for row in rows("outside"):
        if row["twin"] == "yes":
            near = [
                n for n in names(row) if any(OSA.distance(folded(n), o, score_cutoff=1) <= 1 for o in ours)
            ]
            assert near, row["name"]


@pytest.mark.parametrize(
    ("name", "part_of_region", "twin"),
    [
        ("Barum", "Bad Bevensen", "yes"),
        ("Emsen", "Rosengarten", "no"),
        ("Adendorf", "Bonn", "no"),
        ("Handorf", "Münster", "no"),
        ("Hamburg", "Hamburg", "no"),
        ("Wien", "Österreich", "no"),
    ],
)
def test_known_namesakes_and_great_cities_are_outside(name: str, part_of_region: str, twin: str) -> None:
    found = [r for r in rows("outside") if r["name"] == name and part_of_region in r["region"]]
    assert [row["twin"] for row in found] == [twin]
