"""What the words of an address can mean: how well each reading fits, and what it leaves open."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from search.address import fold, read
from search.gazetteer import (
    Gazetteer,
    Meaning,
    MunicipalityRow,
    Nearby,
    PlaceRow,
    Reading,
    SchoolRow,
    StreetRow,
)
from tests.search.small_district import ALTWALD, NEUWALD, STADTBURG, TALHEIM, gazetteer

STREETS = [
    StreetRow("Waldweg", ALTWALD, "Buchhain"),
    StreetRow("Waldweg", NEUWALD, "Neuwald"),
    StreetRow("Zur Aue", TALHEIM, "Talheim"),
    StreetRow("Kirchplatz", NEUWALD, ""),
    StreetRow("Kaltwasser", TALHEIM, "Kaltwasser"),
]
DISTRICT = gazetteer(STREETS)


def readings(text: str, district: Gazetteer = DISTRICT) -> list[Reading]:
    address = read(text)
    assert address is not None, text
    return district.readings(address)


def names(meaning: Meaning, district: Gazetteer = DISTRICT) -> str:
    """The places shown, and after a plus those outside."""
    ours = ", ".join(district.places[i].name for i in meaning.shown)
    theirs = ", ".join(
        f"{district.outside[i].name} {district.outside[i].region}" for i in sorted(meaning.outside)
    )
    return " + ".join(part for part in (ours, theirs) if part)


def in_short(reading: Reading, district: Gazetteer = DISTRICT) -> tuple[str, str, str]:
    street = " ".join(word.raw for word in reading.street)
    return street, reading.fit, names(reading.meaning, district)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Waldweg 3, 99001 Buchhain", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, 99001 Buchenhain", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, BUCHHAIN", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, OT Buchhain", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, Altwald Buchhain", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, Buchhain (Altwald)", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, Altwald-Buchhain", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, Buchhain, Kreis Auenland", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, Buchhain bei Altwald", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg 3, Moosbach bei Randstadt", ("Waldweg", "exact", "Moosbach in Randstadt")),
        ("Waldweg 3, Moosbach Fernau", ("Waldweg", "exact", "Fernau far away")),
        (
            "Waldweg 3, Samtgemeinde Waldland",
            ("Waldweg", "exact", "Altwald, Buchhain, Oberfurt, Linde, Neuwald"),
        ),
        ("Waldweg 3, Altwald", ("Waldweg", "exact", "Altwald")),
        ("Waldweg 3, Fernau", ("Waldweg", "exact", "Fernau far away")),
        ("Waldweg 3, Moosbach", ("Waldweg", "exact", "Moosbach + Moosbach in Randstadt")),
        ("Waldweg 3, Buchhian", ("Waldweg", "resembling", "Buchhain")),
        ("Waldweg 3, Buchhan", ("Waldweg", "resembling", "Buchhain")),
        ("Waldweg 3, Altwald Buchhan", ("Waldweg", "resembling", "Buchhain")),
        ("Waldweg 3, Бухгайн", ("Waldweg", "sounds", "Buchhain")),
        ("Waldweg 3, Buchhain Irgendwas", ("Waldweg", "partly", "Buchhain")),
        ("Waldweg 3, Irgendwas Buchhain", ("Waldweg", "partly", "Buchhain")),
        ("Waldweg 3, Irgendwo", ("Waldweg", "unexplained", "")),
        ("Waldweg 3, Buchhain bei Irgendwo", ("Waldweg", "partly", "Buchhain")),
        ("Waldweg 3, 99001", ("Waldweg", "absent", "")),
        ("99001", ("", "absent", "")),
        ("Waldweg 3, 99001 Buchhain, Unsinn", ("Waldweg", "partly", "Buchhain")),
        ("99001 Buchhain Waldweg 3", ("Waldweg", "exact", "Buchhain")),
        ("99001 Buchhian Waldweg 3", ("Waldweg", "resembling", "Buchhain")),
        ("99001 Waldweg 3", ("Waldweg", "absent", "")),
        ("Buchhain, Waldweg", ("Waldweg", "exact", "Buchhain")),
        ("Buchhain Waldweg 3", ("Waldweg", "exact", "Buchhain")),
        ("Waldweg Buchhain", ("Waldweg", "exact", "Buchhain")),
        ("Unbekannter Weg Buchhain", ("Unbekannter Weg", "exact", "Buchhain")),
        ("Zur Aue Talheim", ("Zur Aue", "exact", "Talheim")),
        ("Irgendwas Buchhain", ("Irgendwas Buchhain", "loose", "Buchhain")),
        ("Buchhain 7", ("Buchhain", "hamlet", "Buchhain")),
        ("Waldweg 3", ("Waldweg", "absent", "")),
        ("Irgendwas", ("", "unexplained", "")),
        pytest.param("Waldweg Buchhian", ("Waldweg", "resembling", "Buchhain")),
    ],
)
def test_a_reading_says_how_well_the_place_slot_is_explained(
    text: str, expected: tuple[str, str, str]
) -> None:
    assert in_short(readings(text)[0]) == expected


def test_a_name_that_is_a_place_and_a_street_is_read_both_ways() -> None:
    assert [in_short(reading) for reading in readings("Kaltwasser")] == [
        ("", "exact", "Kaltwasser"),
        ("Kaltwasser", "absent", ""),
    ]


@pytest.mark.parametrize(
    ("text", "twins"),
    [
        ("Linde", "Rinde"),
        ("Rinde", "Linde"),
        ("Moosbach", "Moosbach in Randstadt"),
        ("Buchhain", ""),
        ("Talheim", ""),
    ],
)
def test_an_exact_place_knows_its_twins(text: str, twins: str) -> None:
    assert names(readings(text)[0].twins) == twins


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Waldweg 3, Buchhain", {"Buchhain", "Neuwald"}),
        ("Zur Aue 1, Talheim", {"Talheim"}),
        ("Kirchplatz 1, Neuwald", {"Neuwald", "Linde"}),
        ("Unbekannter Weg 1, Talheim", set()),
    ],
)
def test_a_reading_knows_where_streets_of_that_name_are(text: str, places: set[str]) -> None:
    streets = readings(text)[0].streets
    assert streets is not None
    assert {DISTRICT.places[i].name for i in streets} == places


def test_without_a_street_there_is_nothing_to_know_about_it() -> None:
    assert readings("99001 Buchhain")[0].streets is None


def test_a_village_above_the_postal_town_is_told() -> None:
    (reading,) = readings("Waldweg 3, Buchhain, 99001 Altwald")
    assert names(reading.meaning) == "Altwald"
    assert [names(meaning) for meaning in reading.aside] == ["Buchhain"]


@pytest.mark.parametrize(
    ("text", "schools"),
    [
        ("Grundschule Altwald", ["Grundschule Altwald"]),
        ("grundschule altwald", ["Grundschule Altwald"]),
        ("Waldschule", ["Grundschule Altwald"]),
        ("Waldschule, 99001 Altwald", ["Grundschule Altwald"]),
        ("GS Talheim", ["Grundschule Talheim"]),
        ("Schule in Talheim", ["Grundschule Talheim"]),
        ("Grundschule, 99003 Talheim", ["Grundschule Talheim"]),
        ("Grundschule", []),
        ("Grundschule Rinde", []),
        ("Schulstraße 1, 99001 Altwald", []),
        ("Grundschule 1, Talheim", []),
    ],
)
def test_schools_are_known_by_name_or_by_their_place(text: str, schools: list[str]) -> None:
    assert [DISTRICT.schools[i].name for i in readings(text)[0].schools] == schools


def test_a_school_stands_in_the_place_of_its_address_or_else_in_its_municipality() -> None:
    places = [PlaceRow("Nord", "1", ("10001",)), PlaceRow("Süd", "1", ("10002",), ("Sued am See",))]
    schools = [
        SchoolRow("One", "1", "Süd", "10002", "", ""),
        SchoolRow("Two", "1", "Sued am See", "10002", "", ""),
        SchoolRow("Three", "1", "Elsewhere", "10002", "", ""),
        SchoolRow("Four", "2", "Süd", "10002", "", ""),
    ]
    district = Gazetteer(
        district="", municipalities=[MunicipalityRow("1", "Town")], places=places, schools=schools
    )
    assert [district.school_place(i) for i in range(4)] == [1, 1, 0, None]


@pytest.mark.parametrize(
    ("complete", "places", "known"),
    [
        ((), ["Altwald"], False),
        ((ALTWALD,), ["Altwald", "Buchhain"], True),
        ((ALTWALD,), ["Altwald", "Linde"], False),
        ((ALTWALD, NEUWALD), ["Altwald", "Linde"], True),
    ],
)
def test_absence_says_something_only_in_complete_lists(
    complete: tuple[str, ...], places: list[str], known: bool
) -> None:
    district = gazetteer(STREETS, complete)
    numbers = [i for i, place in enumerate(district.places) if place.name in places]
    assert district.streets_known_in(numbers) is known
    assert not district.all_streets_known


def test_all_streets_are_known_only_with_the_citys() -> None:
    assert not gazetteer(STREETS, (ALTWALD, NEUWALD, TALHEIM)).all_streets_known
    assert gazetteer(STREETS, (ALTWALD, NEUWALD, TALHEIM, STADTBURG)).all_streets_known
    assert not Gazetteer(district="", municipalities=[], places=[]).all_streets_known


@pytest.mark.parametrize(
    ("name", "outside"),
    [("Fernau", True), ("Randstadt", True), ("Moosbach", False), ("Linde", False), ("Nowhere", True)],
)
def test_some_names_alone_say_that_somebody_else_is_meant(name: str, outside: bool) -> None:
    assert DISTRICT.is_only_outside(name) is outside


def test_streets_are_found_one_typing_error_away() -> None:
    assert [DISTRICT.street_names[key] for key in DISTRICT.streets_like("waldewg")] == ["Waldweg"]
    assert DISTRICT.streets_like("weg") == []


def test_streets_of_an_unknown_place_count_for_the_municipality_and_unknown_keys_are_ignored() -> None:
    district = gazetteer(
        [StreetRow("Neuer Weg", TALHEIM, "Nicht da"), StreetRow("Ferner Weg", "99999999", "")]
    )
    assert {district.places[i].ags for i in district.places_of_street(fold("Neuer Weg"))} == {TALHEIM}
    assert district.places_of_street(fold("Ferner Weg")) == ()


def test_an_empty_gazetteer_explains_nothing_and_breaks_at_nothing() -> None:
    empty = Gazetteer(district="", municipalities=[], places=[])
    for text in ["Altwald", "Waldweg 3, 99001 Altwald", "Grundschule Altwald", "Адендорф", "99001"]:
        assert readings(text, empty)[0].meaning.places == frozenset()


KEYS = st.lists(st.text("abß", max_size=5), max_size=12)


@given(KEYS, st.text("abcß", max_size=6))
@example(["", "a"], "")
@example(["ab", "ba"], "ba")
@example(["abc"], "c")
def test_nearby_finds_exactly_what_is_one_edit_away(keys: list[str], key: str) -> None:
    expected = {k for k in keys if OSA.distance(k, key) <= 1}
    found = Nearby(keys).within_one(key)
    assert set(found) <= expected
    if len(key) > 2:
        assert set(found) == expected
    assert len(found) == len(set(found))
    assert found == sorted(found, key=lambda k: (OSA.distance(k, key), k))


def test_the_nearest_comes_first() -> None:
    assert Nearby(["linde", "rinde", "linden", "winde"]).within_one("linde") == [
        "linde",
        "linden",
        "rinde",
        "winde",
    ]
    assert Nearby(["talheim", "tal"]).within_two("talhiem") == ["talheim"]
