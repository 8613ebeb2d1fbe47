"""Taking an address apart: what is folded away, and which words are street, number, postcode and place."""

import pytest

from search.address import (
    LONGEST,
    Address,
    Words,
    fold,
    fold_word,
    goes_on,
    house_number_span,
    looks_like_street,
    plain,
    read,
    spellings,
    understood,
)


def raw(words: Words) -> str:
    return " ".join(word.raw for word in words)


def slots(text: str) -> tuple[str, str, str, str, str]:
    """Street, house number, postcode, place and order, as far as the words alone tell."""
    address = read(text)
    assert address is not None, text
    return raw(address.street), address.house_number, address.postcode, raw(address.place), address.order


def words(text: str) -> Words:
    address = read(text)
    assert address is not None
    return address.street


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Süttorf", "SUTTORF"),
        ("Süttorf", "Suettorf"),
        ("Süttorf", "Su\u0308ttorf"),
        ("Große Straße", "GROSSE STRASSE"),
        ("Groß Kühren", "Gr. Kühren"),
        ("Große Straße", "Grosse Str"),
        ("Große Straße", "Große-Straße"),
        ("Hauptstraße", "Hauptstr."),
        ("Hauptstraße", "HAUPTSTRASSE"),
        ("Haupt Straße", "Hauptstr"),
        ("Lüneburger Straße", "Lueneburger Str"),
        ("Sankt Dionys", "St. Dionys"),
        ("Skt. Dionys", "St Dionys"),
        ("Neuhaus (Elbe)", "Neuhaus/Elbe"),
        ("Oldendorf / Göhrde", "Oldendorf (Göhrde)"),
        ("Wendisch Evern", "Wendisch-Evern"),
        ("Kl. Banratz", "Klein Banratz"),
        ("Op’n Donnerloh", "Opn Donnerloh"),
        ("Op'n Donnerloh", "Op´n Donnerloh"),
        ("V.STAUFFENBERGSTR.", "v. Stauffenbergstraße"),
        ("Bundesstraße", "Bundes Straße"),
        ("Zygmuntów", "ZYGMUNTOW"),
        ("Łódź", "Lodz"),
        ("Bahn\u00adhof", "Bahnhof"),
        ("Neetze\u202e", "Neetze"),
    ],
)
def test_what_people_write_differently_is_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Neetze", "Zeetze"),
        ("Niendorf", "Nindorf"),
        ("Dahlem", "Dahlenburg"),
        ("Hauptstraße", "Hauptweg"),
        ("Straße des 17. Juni", "Straße des 18. Juni"),
        ("Horndorf", "Herndorf"),
    ],
)
def test_other_names_are_other_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("nothing", ["", "  ", "-", "().,", "😀", "\u200b\u202e"])
def test_what_holds_no_letter_has_no_key(nothing: str) -> None:
    assert fold(nothing) == ""


@pytest.mark.parametrize(
    "word", ["Süttorf", "STRASSE", "Straße", "Sankt", "Gr", "Aßßel", "ueue", "Ssss", "é"]
)
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold_word(fold_word(word)) == fold_word(word)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Süttorf", ("suettorf", "suttorf")),
        ("Suettorf", ("suettorf", "suettorf")),
        ("Groß Kühren", ("großkuehren", "großkuhren")),
    ],
)
def test_a_name_has_a_spelling_with_two_letters_and_one_with_one(
    name: str, expected: tuple[str, str]
) -> None:
    assert spellings(name) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("KÖNAU", "Könau", True),
        ("Alt Garge", "alt-garge", True),
        ("Könau", "Konau", False),
        ("Buendorf", "Bundorf", False),
    ],
)
def test_a_plain_key_forgives_capitals_blanks_and_hyphens_only(one: str, other: str, same: bool) -> None:
    assert (plain(one) == plain(other)) is same


FULL = ("Schulstraße", "12", "21357", "Bardowick", "fixed")


@pytest.mark.parametrize(
    "text",
    [
        "Schulstraße 12, 21357 Bardowick",
        "Schulstraße 12 21357 Bardowick",
        "Schulstraße 12\n21357 Bardowick",
        "Schulstraße 12\r\n21357 Bardowick\r\n",
        "Schulstraße 12; 21357 Bardowick",
        "Schulstraße 12 | 21357 Bardowick",
        "Schulstraße 12 · 21357 Bardowick",
        "Schulstraße 12 \u2022 21357 Bardowick",
        "Schulstraße 12\u060c 21357 Bardowick",
        "  Schulstraße   12 ,  21357   Bardowick  ",
        "\tSchulstraße\t12,\t21357\tBardowick",
        "Schulstraße\u00a012, 21357\u00a0Bardowick",
        "Schulstraße 12, D-21357 Bardowick",
        "Schulstraße 12, D 21357 Bardowick",
        "Schulstraße 12, D21357 Bardowick",
        "Schulstraße 12,21357 Bardowick",
        "Schulstraße 12, 21357, Bardowick",
        "Schulstraße, 12, 21357 Bardowick",
        "12 Schulstraße, 21357 Bardowick",
        "21357 Bardowick, Schulstraße 12",
        "21357 Bardowick\nSchulstraße 12",
        "21357 Bardowick, 12 Schulstraße",
        "Schulstraße 12, Bardowick 21357",
        "Bardowick, Schulstraße 12, 21357",
        "21357 Schulstraße 12 Bardowick",
        "Schulstraße 12, 21357 Bardowick, Deutschland",
        "Schulstraße 12, 21357 Bardowick, Germany",
        "Schulstraße 12 EG, 21357 Bardowick",
        "Schulstraße Nr. 12, 21357 Bardowick",
        "Schulstraße 12 Hinterhaus, 21357 Bardowick",
        "Schulstraße \u0661\u0662, \u0662\u0661\u0663\u0665\u0667 Bardowick",
        "Schulstraße \u06f1\u06f2, \u06f2\u06f1\u06f3\u06f5\u06f7 Bardowick",
        "Schulstraße １２, ２１３５７ Bardowick",
        "\u202bSchulstraße 12, 21357 Bardowick\u202c",
    ],
)
def test_a_full_address_in_any_order_and_with_any_separator(text: str) -> None:
    assert slots(text) == FULL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21357", ("", "", "21357", "", "fixed")),
        ("21357 Bardowick", ("", "", "21357", "Bardowick", "fixed")),
        ("Bardowick 21357", ("Bardowick", "", "21357", "", "open")),
        ("Schulstraße, 21357", ("Schulstraße", "", "21357", "", "open")),
        ("Schulstraße 12, 21357", ("Schulstraße", "12", "21357", "", "open")),
        ("Schulstraße, Bardowick", ("Schulstraße", "", "", "Bardowick", "fixed")),
        ("Schulstraße 12, Bardowick", ("Schulstraße", "12", "", "Bardowick", "fixed")),
        ("Schulstraße 12 Bardowick", ("Schulstraße", "12", "", "Bardowick", "fixed")),
        ("Bardowick, Schulstraße 12", ("Schulstraße", "12", "", "Bardowick", "fixed")),
        ("12 Schulstraße, Bardowick", ("Schulstraße", "12", "", "Bardowick", "fixed")),
        ("Bardowick", ("Bardowick", "", "", "", "open")),
        ("Schulstraße Bardowick", ("Schulstraße Bardowick", "", "", "", "open")),
        ("Bardowick Schulstraße 12", ("Bardowick Schulstraße", "12", "", "", "open")),
        ("12 Schulstraße Bardowick", ("Schulstraße Bardowick", "12", "", "", "open")),
        ("21357 Bardowick Schulstraße 12", ("Bardowick Schulstraße", "12", "21357", "", "place_first")),
        ("Straße des 17. Juni 5, 21354 Bleckede", ("Straße des 17 Juni", "5", "21354", "Bleckede", "fixed")),
        ("Walmsburg 12", ("Walmsburg", "12", "", "", "open")),
        (
            "Schulstraße 12, 21357 Bardowick Wittorf",
            ("Schulstraße", "12", "21357", "Bardowick Wittorf", "fixed"),
        ),
    ],
)
def test_what_each_word_stands_for_where_something_is_missing(
    text: str, expected: tuple[str, str, str, str, str]
) -> None:
    assert slots(text) == expected


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", "5"),
        ("5a", "5a"),
        ("5 a", "5 a"),
        ("5 A", "5 A"),
        ("3-5", "3-5"),
        ("3 - 5", "3 - 5"),
        ("3–5", "3–5"),
        ("3/5", "3/5"),
        ("3a-5b", "3a-5b"),
        ("3 + 5", "3 + 5"),
        ("1234", "1234"),
    ],
)
def test_a_house_number_may_have_a_letter_or_be_a_range(typed: str, number: str) -> None:
    assert slots(f"Schulstraße {typed}, 21357 Bardowick")[:4] == ("Schulstraße", number, "21357", "Bardowick")


def test_blanks_before_the_letter_of_a_house_number_do_not_count() -> None:
    assert slots("Schulstraße 5  a")[3:] == slots("Schulstraße 5 a")[3:]


@pytest.mark.parametrize(
    ("number", "span"),
    [
        ("", None),
        ("5", (5, 5)),
        ("5 a", (5, 5)),
        ("17-19", (17, 19)),
        ("17a – 19b", (17, 19)),
        ("1/3/5", (1, 5)),
    ],
)
def test_a_house_number_spans_from_its_first_to_its_last(number: str, span: tuple[int, int] | None) -> None:
    assert house_number_span(number) == span


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("Hauptstraße 1, Barskamp, 21354 Bleckede", ["Barskamp"]),
        ("Familie Muster, Hauptstraße 1, 21354 Bleckede", ["Familie Muster"]),
        ("Bardowick, 21357, Schulstraße 12", ["Bardowick"]),
        ("Schulstraße, Wittorf, Bardowick", ["Wittorf"]),
        ("Schulstraße 12, 21357 Bardowick", []),
    ],
)
def test_other_parts_between_commas_stand_aside(text: str, aside: list[str]) -> None:
    address = read(text)
    assert address is not None
    assert [raw(part) for part in address.aside] == aside


@pytest.mark.parametrize("text", ["", "   ", ",", "...", "()-/", "😀😀", "\u202e\u200b", "؟!", "\x00\x01"])
def test_what_holds_neither_letter_nor_digit_is_no_address(text: str) -> None:
    assert read(text) is None


def test_a_text_that_is_far_too_long_is_no_address() -> None:
    assert read("a" * LONGEST) is not None
    assert read("a" * (LONGEST + 1)) is None


def test_nobody_lives_in_two_postcodes() -> None:
    assert read("21357 Bardowick, 21379 Scharnebeck") is None
    assert slots("21357 Bardowick, 21357 Bardowick")[2] == "21357"


@pytest.mark.parametrize("text", ["123456", "2135", "2 1357", "213579 Bardowick"])
def test_only_five_digits_by_themselves_are_a_postcode(text: str) -> None:
    address = read(text)
    assert address is None or address.postcode == ""


@pytest.mark.parametrize(
    "name",
    [
        "Hauptstr",
        "Hauptstraße",
        "Lüneburger Weg",
        "Am Berge",
        "An der Ilmenau",
        "Schäferallee",
        "Marktplatz",
        "Ostpreußenring",
        "Heiligengeistgasse",
        "Im Dorfe",
    ],
)
def test_some_names_are_streets_by_their_shape(name: str) -> None:
    assert looks_like_street(words(name))


@pytest.mark.parametrize(
    "name", ["Bardowick", "Deutsch Evern", "Straße", "Weg", "An der", "Kringelsburg", "Am"]
)
def test_other_names_may_be_anything(name: str) -> None:
    assert not looks_like_street(words(name))


def test_behind_a_place_an_der_elbe_is_more_of_its_name() -> None:
    assert looks_like_street(words("an der Elbe"))
    assert not looks_like_street(words("an der Elbe"), after_place=True)
    assert looks_like_street(words("Am Bergweg"), after_place=True)


def test_nothing_is_no_street_and_does_not_go_on() -> None:
    assert not looks_like_street(())
    assert not goes_on(())


@pytest.mark.parametrize(("name", "more"), [("An der", True), ("Auf dem", True), ("Hauptstraße", False)])
def test_after_some_words_a_name_must_follow(name: str, more: bool) -> None:
    assert goes_on(words(name)) is more


def test_what_was_understood_is_what_was_typed() -> None:
    assert understood(words("Lüneburger STR")) == "Lüneburger STR"


def test_an_address_without_anything_is_empty() -> None:
    assert Address() == Address("", "", (), (), (), "fixed")
