"""The nine rules of agreement, on the shipped district: what is answered, what is asked, and what is not ours.

An expectation is one line: `found SPACE LEVEL`, `resembling SPACE LEVEL` (found through a resembling name),
`asked QUESTION: SPACES` (in the order of the options, `-` is elsewhere), `elsewhere REASON AUTHORITY`, or
`unknown REASON`.
"""

from functools import cache

import pytest

from search.gazetteer import StreetRow
from search.routing import Choice, Elsewhere, Found, Outcome, Router, Understood
from tests.search.district import DAY, catchments, router, rows

#: A short list of streets. Where it is declared complete, the district has no others.
STREETS = [
    ("Bruchweg", "Neumühlen"),
    ("Bruchweg", "Boltersen"),
    ("Kringelsburg", "Scharnebeck"),
    ("Süttorfer Weg", "Neetze"),
    ("Zeetzer Deich", "Zeetze"),
    ("Dorfstraße", "Neetze"),
    ("Dorfstraße", "Zeetze"),
    ("Dorfstraße", "Barum"),
    ("Dorfstraße", "Niendorf"),
    ("Hauptstraße", "Bardowick"),
    ("Hauptstraße", "Radbruch"),
    ("Große Worth", "Bardowick"),
    ("Zum Reinstorfer Hof", "Horndorf/Reinstorf"),
    ("Zum Tosterhof", "Horndorf/Tosterglope"),
    ("Marienthal", "Marienthal"),
    ("Walmsburg", "Walmsburg"),
    ("Bitter", "Bitter"),
    ("Ostpreußenring", "Kreideberg"),
    ("Bardowicker Straße", "Altstadt"),
]


@cache
def municipality_of(place: str) -> str:
    name, _, municipality = place.partition("/")
    ags = {row["name"]: row["ags"] for row in rows("municipalities.csv")}
    if municipality:
        return ags[municipality]
    (found,) = (row["ags"] for row in rows("places.csv") if row["name"] == name)
    return found


@cache
def district(streets: str = "none") -> Router:
    """The district without streets (`none`), with the list above and gaps (`some`), or with it as a whole (`all`)."""
    if streets == "none":
        return router()
    listed = [StreetRow(name, municipality_of(place), place.partition("/")[0]) for name, place in STREETS]
    return router(listed, complete=streets == "all")


def in_short(outcome: Outcome) -> str:
    if isinstance(outcome, Found):
        return f"{'found' if outcome.exact else 'resembling'} {outcome.answer.space} {outcome.level}"
    if isinstance(outcome, Choice):
        return f"asked {outcome.question}: {' '.join(option.space or '-' for option in outcome.options)}"
    if isinstance(outcome, Elsewhere):
        return f"elsewhere {outcome.reason} {outcome.authority}".strip()
    return f"unknown {outcome.reason}"


def ask(text: str, streets: str = "none") -> str:
    return in_short(district(streets).find(text, DAY))


def spaces_asked(text: str, streets: str = "none") -> list[str]:
    outcome = district(streets).find(text, DAY)
    assert isinstance(outcome, Choice), in_short(outcome)
    return [option.space for option in outcome.options]


TEN = sorted({row.space for row in catchments()})
CITY = "elsewhere city hansestadt-lueneburg"

# Rule 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Musterstr. 1, 21394 Kirchgellersen", "found gellersen place"),
        ("Musterstr. 1, 21394 Kirchgellersen OT Einemhof", "found gellersen place"),
        ("Musterstr. 1, 21394 Kirchgellersen-Einemhof", "found gellersen place"),
        ("Musterstr. 1, 21394 Einemhof, Kirchgellersen", "found gellersen place"),
        ("Musterstr. 1, 21394 Einemhof (Kirchgellersen)", "found gellersen place"),
        ("Musterstr. 1, 21394 Einemhof Samtgemeinde Gellersen", "found gellersen place"),
        ("Musterstr. 1, Samtgemeinde Gellersen", "found gellersen municipality"),
        ("Musterstr. 1, SG Gellersen", "found gellersen municipality"),
        ("Musterstr. 1, Stadt Bleckede", "found bleckede place"),
        ("Musterstr. 1, Flecken Bardowick", "found bardowick place"),
        ("Bleckede Barskamp", "found bleckede place"),
        ("Adendorf Adendorf", "found adendorf place"),
    ],
)
def test_a_place_slot_that_is_explained_as_a_whole_answers(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize("streets", ["none", "some", "all"])
@pytest.mark.parametrize(
    "text",
    [
        "Musterstr. 1, 21394 Hamburg",
        "Musterstr. 1, Hamburg, 21394",
        "Musterstr. 1 Hamburg 21394",
        "21394 Hamburg",
        "Berlin-Dahlem",
        "Dahlem, Berlin",
        "Dahlem Berlin",
        "Musterstr. 1, Berlin-Dahlem",
        "Musterstr. 1, 14195 Berlin-Dahlem",
        "Adendorf bei Bonn",
        "Adendorf b. Bonn",
        "Musterstr. 1, Adendorf bei Bonn",
        "Adendorf bei Irgendwo",
        "Adendorf, Bonn",
        "Handorf, Münster",
        "Musterstr. 1, Münster-Handorf",
        "Barum bei Bad Bevensen",
        "Barum, Kreis Uelzen",
        "Barum Uelzen",
        "Neuhaus an der Oste",
        "Neuhaus an der Pegnitz",
        "Musterstr. 1, 21357 Bardowick Unbekannt",
        "Musterstr. 1, 21357 Unbekannt Bardowick",
        "Musterstr. 1, 21357 Bardowick, Unbekannt",
        "Musterstr. 1, Bardowick Unbekannt",
        "Musterstr. 1, Bardowick-Unbekannt",
        "Musterstr. 1, Bardowick (Unbekannt)",
        "Bardowick Unbekannt",
        "Kringelsburg 1, Scharnebeck Süd",
        pytest.param("Hamburg, 21394 Musterstr. 1"),
        pytest.param("Hamburg 21394 Musterstr. 1"),
    ],
)
def test_a_place_word_that_nothing_of_ours_explains_forbids_found(text: str, streets: str) -> None:
    assert not ask(text, streets).startswith(("found", "resembling"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nieerfundene Str. 1, 21357 Bardowick", "found bardowick place"),
        ("Xyzzy 1, 21357 Bardowick", "found bardowick place"),
        ("Xyzzy, Bardowick", "found bardowick place"),
        ("Bei Familie Muster, Hauptstr. 1, 21357 Bardowick", "found bardowick place"),
        ("Hauptstr. 1, Hinterhaus links, 21357 Bardowick", "found bardowick place"),
    ],
)
@pytest.mark.parametrize("streets", ["none", "all"])
def test_words_that_nothing_explains_are_allowed_in_the_street_slot(
    text: str, expected: str, streets: str
) -> None:
    assert ask(text, streets) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adendorf bei Lüneburg", "found adendorf place"),
        ("Adendorf b. Lüneburg", "found adendorf place"),
        ("Adendorf Kreis Lüneburg", "found adendorf place"),
        ("Adendorf (Landkreis Lüneburg)", "found adendorf place"),
        ("Adendorf Lüneburg", "found adendorf place"),
        ("Musterstr. 1, Adendorf, Lüneburg", "found adendorf place"),
        ("Musterstr. 1, Adendorf, Kreis Lüneburg", "found adendorf place"),
        ("Musterstr. 1, Adendorf, Landkreis Lüneburg", "found adendorf place"),
        ("Musterstr. 1, 21365 Adendorf Landkreis Lüneburg", "found adendorf place"),
        ("Musterstr. 1, 21365 Adendorf bei Lüneburg", "found adendorf place"),
        ("Musterstr. 1, 21365 Adendorf, Lk Lüneburg", "found adendorf place"),
        ("Barum bei Lüneburg", "found bardowick place"),
        ("Oedeme, Lüneburg", CITY),
        pytest.param("Musterstr. 1, 21365 Adendorf, Lkr. Lüneburg", "found adendorf place"),
        ("Lüneburg-Oedeme", CITY),
        pytest.param("Adendorf, Kreis Lüneburg", "found adendorf place"),
        pytest.param("Barskamp, Landkreis Lüneburg", "found bleckede place"),
    ],
)
def test_lueneburg_after_a_place_means_the_district(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize("text", ["Kreis Lüneburg", "Landkreis Lüneburg", "Lk Lüneburg"])
def test_the_district_alone_answers_nothing(text: str) -> None:
    assert not ask(text).startswith(("found", "elsewhere"))


# Rule 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hauptstr. 1, 20095 Bardowick", "unknown postcode_elsewhere"),
        ("Hauptstr. 1, 20095", "unknown postcode_elsewhere"),
        ("99999", "unknown postcode_elsewhere"),
        ("21332", "unknown postcode_elsewhere"),
        ("Postfach 1234, 21332 Lüneburg", "asked postcode: -"),
        ("Hauptstr. 1, 21395 Kirchgellersen", "asked postcode: gellersen"),
        ("Hauptstr. 1, 27357 Bardowick", "asked postcode: bardowick"),
        ("Hauptstr. 1, 21375 Bardowick", "asked postcode: bardowick"),
        ("Hauptstr. 1, 21356 Bardowick", "asked postcode: bardowick"),
        ("Hauptstr. 1, 21381 Artlenburg", "asked postcode: scharnebeck"),
        ("Hauptstr. 1, 29576 Barum", "elsewhere neighbour uelzen"),
        ("29553 Niendorf", "elsewhere neighbour uelzen"),
        ("Hauptstr. 1, 53343 Adendorf", "elsewhere far"),
        ("20095 Hamburg", "elsewhere far"),
        ("Hauptstr. 1, 21224 Emsen", "elsewhere neighbour harburg"),
    ],
)
def test_a_postcode_that_is_not_ours_vetoes_found(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize("streets", ["none", "all"])
@pytest.mark.parametrize("place", ["Bardowick", "Amt Neuhaus", "Samtgemeinde Ilmenau", "Neetze"])
@pytest.mark.parametrize("postcode", ["00000", "10115", "99999", "29525", "21332", "21244"])
def test_no_place_outweighs_a_foreign_postcode(place: str, postcode: str, streets: str) -> None:
    assert not ask(f"Hauptstr. 1, {postcode} {place}", streets).startswith(("found", "resembling"))


# Rule 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21357", "found bardowick postcode"),
        ("Xyzzy 3, 21357", "found bardowick postcode"),
        ("Xyzzy 3, 21357 Bardowik", "resembling bardowick place"),
        ("21394 Kirchgelersen", "resembling gellersen place"),
        ("21379 Scharnebek", "resembling scharnebeck place"),
        ("21379 Neumülen", "resembling ostheide place"),
        ("21385 Oldendorf", "found amelinghausen place"),
        ("21369 Oldendorf", "found dahlenburg place"),
        ("21400 Horndorf", "found ostheide place"),
        ("21371 Horndorf", "found dahlenburg place"),
        ("19273 Niendorf", "found amt-neuhaus place"),
        ("21354 Nindorf", "found bleckede place"),
        ("21368 Vindorf", "found dahlenburg place"),
        ("21398 Neetze", "found ostheide place"),
        ("19273 Zeetze", "found amt-neuhaus place"),
        ("21357 Barum", "found bardowick place"),
        ("21522 Hohnstorf", "found scharnebeck place"),
        ("19273 Neuhaus (Elbe)", "found amt-neuhaus place"),
        ("19273 Neuhaus/Elbe", "found amt-neuhaus place"),
        ("19273 Neu Bleckede", "found bleckede place"),
        ("19273 Neu Wendischthun", "found bleckede place"),
        ("21379 Neumühlen", "found ostheide place"),
        ("21379 Neetze", "found ostheide place"),
        ("21379 Brietlingen", "found scharnebeck place"),
        ("21335", CITY),
        ("21337 Lüneburg", CITY),
        ("Xyzzy 3, 21339 Hansestadt Lüneburg", CITY),
        ("21409 Emsen", "resembling ilmenau place"),
    ],
)
def test_with_a_postcode_of_ours_agreeing_readings_answer(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21379", "asked place: scharnebeck ostheide"),
        ("Hauptstr. 5, 21379", "asked place: scharnebeck ostheide"),
        ("Bruchweg 5, 21379", "asked place: scharnebeck ostheide"),
        ("19273", "asked place: amt-neuhaus bleckede -"),
        ("Hauptstr. 5, 19273", "asked place: amt-neuhaus bleckede -"),
        ("Hauptstr. 5, 19273 Brahlstorf", "elsewhere neighbour ludwigslust-parchim"),
        ("19273 Melkof", "elsewhere neighbour ludwigslust-parchim"),
        ("19273 Teldau", "elsewhere neighbour ludwigslust-parchim"),
    ],
)
def test_the_two_split_postcodes_ask(text: str, expected: str) -> None:
    assert ask(text) == expected


def test_complete_street_lists_split_a_postcode_of_ours_but_for_the_one_pair() -> None:
    assert ask("Kringelsburg 2a, 21379", "some") == "asked place: scharnebeck ostheide"
    assert ask("Kringelsburg 2a, 21379", "all") == "found scharnebeck street"
    assert ask("Bruchweg 3, 21379", "all") == "asked place: scharnebeck ostheide"


def test_no_street_list_decides_in_a_postcode_that_others_share() -> None:
    assert spaces_asked("Zeetzer Deich 1, 19273", "all") == ["amt-neuhaus", "bleckede", ""]


# Rule 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adendorf", "found adendorf place"),
        ("Hauptstr. 1, Bardowick", "found bardowick place"),
        ("Bardowick, Hauptstr. 1", "found bardowick place"),
        ("Hauptstr. Bardowick", "found bardowick place"),
        ("Hauptstr. 1, Dahlem", "found dahlenburg place"),
        ("Dahlenburg", "found dahlenburg place"),
        ("Embsen", "found ilmenau place"),
        ("Neetzendorf", "found dahlenburg place"),
        ("Neuhaus", "found amt-neuhaus place"),
        ("Neuhaus (Elbe)", "found amt-neuhaus place"),
        ("Neuhaus/Elbe", "found amt-neuhaus place"),
        ("Amt Neuhaus", "found amt-neuhaus place"),
        ("Hohnstorf", "found scharnebeck place"),
        ("Hohnstorf (Elbe)", "found scharnebeck place"),
        ("Oldendorf (Luhe)", "found amelinghausen place"),
        ("Oldendorf/Göhrde", "found dahlenburg place"),
        ("Samtgemeinde Dahlenburg", "found dahlenburg place"),
        ("Lüneburg", CITY),
        ("Hansestadt Lüneburg", CITY),
        ("Kaltenmoor", CITY),
    ],
)
def test_an_exact_place_without_a_twin_answers(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize("streets", ["none", "some"])
@pytest.mark.parametrize(
    ("place", "spaces"),
    [
        ("Neetze", ["ostheide", "amt-neuhaus"]),
        ("Zeetze", ["amt-neuhaus", "ostheide"]),
        ("Horndorf", ["ostheide", "dahlenburg"]),
        ("Niendorf", ["amt-neuhaus", "bleckede", "", "", ""]),
        ("Nindorf", ["bleckede", "amt-neuhaus", "dahlenburg", "", "", ""]),
        ("Vindorf", ["dahlenburg", "bleckede"]),
        ("Oldendorf", ["dahlenburg", "amelinghausen"]),
        ("Handorf", ["bardowick", "dahlenburg"]),
        ("Barum", ["bardowick", ""]),
    ],
)
@pytest.mark.parametrize("form", ["{}", "Dorfstraße 5, {}", "Süttorfer Weg 1, {}", "{}, Süttorfer Weg 1"])
def test_a_twin_asks_while_street_lists_have_gaps(
    place: str, spaces: list[str], form: str, streets: str
) -> None:
    assert spaces_asked(form.format(place), streets) == spaces


@pytest.mark.parametrize(
    "text",
    [pytest.param(text) for text in ["OT Neetze", "Ortsteil Neetze", "Dorfstr. 1, OT Barum", "OT Zeetze"]],
)
def test_a_twin_asks_with_a_word_that_says_what_it_is(text: str) -> None:
    assert ask(text).startswith("asked")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Süttorfer Weg 1, Neetze", "found ostheide street"),
        ("Süttorfer Weg 1, Zeetze", "found ostheide street"),
        ("Zeetzer Deich 1, Zeetze", "found amt-neuhaus street"),
        ("Zum Reinstorfer Hof 2, Horndorf", "found ostheide street"),
        ("Zum Tosterhof 2, Horndorf", "found dahlenburg street"),
        ("Dorfstraße 5, Neetze", "asked place: ostheide amt-neuhaus"),
        ("Unbekannter Weg 5, Neetze", "asked place: ostheide amt-neuhaus"),
        ("Dorfstraße 5, Horndorf", "asked place: ostheide dahlenburg"),
        ("Dorfstraße 5, Barum", "asked place: bardowick -"),
        ("Dorfstraße 5, Niendorf", "asked place: amt-neuhaus bleckede - - -"),
    ],
)
def test_complete_lists_let_the_street_decide_between_twins_of_ours_only(text: str, expected: str) -> None:
    assert ask(text, "all") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Emsen", "asked mean: ilmenau -"),
        ("Hauptstr. 1, Emsen", "asked mean: ilmenau -"),
        ("Hamburg", "elsewhere far"),
        ("Wien", "elsewhere far"),
        ("1010 Wien", "elsewhere far"),
        ("Hauptstr. 1, Uelzen", "elsewhere neighbour uelzen"),
        ("Winsen (Luhe)", "elsewhere neighbour harburg"),
        ("Brahlstorf", "elsewhere neighbour ludwigslust-parchim"),
    ],
)
def test_a_name_of_somebody_else_is_elsewhere_unless_a_letter_makes_it_ours(text: str, expected: str) -> None:
    assert ask(text) == expected


def test_umlauts_written_out_are_no_other_name() -> None:
    assert ask("Könau") == "asked place: amt-neuhaus"
    assert ask("Konau") == "found amt-neuhaus place"


def test_a_namesake_outside_asks_with_its_umlaut_written_out() -> None:
    assert ask("Koenau") == ask("Könau")


@pytest.mark.parametrize("text", ["21365 Adendorf, Lindenstraße", "21365 Adendorf\nLindenstraße"])
def test_a_street_without_a_number_may_follow_postcode_and_place(text: str) -> None:
    assert ask(text) == "found adendorf place"


# Rule 5


@pytest.mark.parametrize("streets", ["none", "some"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bardowik", "asked mean: bardowick"),
        ("Große Worth 4a, Bardowik", "asked mean: bardowick"),
        ("Bradowick, Große Worth 4a", "asked mean: bardowick"),
        ("Scharnebek", "asked mean: scharnebeck"),
        ("Reppenstadt", "asked mean: gellersen"),
        ("Lünebrug", "asked mean: -"),
    ],
)
def test_a_resembling_place_is_asked_for(text: str, expected: str, streets: str) -> None:
    assert ask(text, streets) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Große Worth 4a, Bardowik", "resembling bardowick street"),
        ("Kringelsburg 2a, Scharnebek", "resembling scharnebeck street"),
        ("Hauptstraße 1, Bardowik", "resembling bardowick street"),
        ("Kringelsburg 2a, Bardowik", "asked mean: bardowick"),
        ("Bruchweg 1, Scharnebek", "asked mean: scharnebeck"),
        ("Unbekannter Weg 1, Bardowik", "asked mean: bardowick"),
        ("Bardowik", "asked mean: bardowick"),
    ],
)
def test_with_all_lists_a_street_in_one_space_alone_confirms_a_resembling_place(
    text: str, expected: str
) -> None:
    assert ask(text, "all") == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Бардовик", "bardowick"),
        ("Бардовік", "bardowick"),
        ("Адендорф", "adendorf"),
        ("Schulstr. 12, Бардовик", "bardowick"),
        ("أديندورف", "adendorf"),
    ],
)
def test_another_script_is_asked_with_the_right_one_first(text: str, first: str) -> None:
    assert spaces_asked(text)[0] == first


def test_at_most_five_guesses_are_offered() -> None:
    for text in ["Samtgemeinde Gelersen", "Ahndurf", "Nandorf", "Lüdersdurg", "Адендорф", "Wendhusen"]:
        outcome = district().find(text, DAY)
        assert isinstance(outcome, Choice), text
        assert 1 <= len(outcome.options) <= 5, text


# Rule 6


@pytest.mark.parametrize("streets", ["none", "some"])
@pytest.mark.parametrize(
    "text", ["Kringelsburg", "Kringelsburg 2a", "Große Worth 4a", "Nirgendwoweg 3", "Dorfstraße"]
)
def test_a_street_alone_asks_for_the_place_while_a_list_has_gaps(text: str, streets: str) -> None:
    asked = spaces_asked(text, streets)
    assert sorted(asked) == ["", *TEN]


def test_places_that_are_known_to_have_the_street_are_named_first() -> None:
    assert spaces_asked("Kringelsburg 2a", "some")[0] == "scharnebeck"
    assert spaces_asked("Bruchweg", "some")[:2] == ["ostheide", "scharnebeck"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kringelsburg 2a", "found scharnebeck street"),
        ("kringelsburg", "found scharnebeck street"),
        ("Große Worth 4a", "found bardowick street"),
        ("Hauptstr. 44", "found bardowick street"),
        ("Bruchweg 1", "asked place: ostheide scharnebeck"),
        ("Kringelsbrug 2a", "asked mean: scharnebeck"),
        ("Ostpreußenring 125", CITY),
    ],
)
def test_with_all_lists_a_street_in_one_space_answers(text: str, expected: str) -> None:
    assert ask(text, "all") == expected


def test_a_street_that_no_complete_list_has_is_not_guessed() -> None:
    assert sorted(spaces_asked("Nirgendwoweg 3", "all")) == ["", *TEN]


def test_the_lists_of_the_citys_streets_count_too() -> None:
    listed = [StreetRow(name, municipality_of(place), place.partition("/")[0]) for name, place in STREETS]
    complete = router(listed, complete=True)
    complete.gazetteer.all_streets_known = False
    assert isinstance(complete.find("Kringelsburg 2a", DAY), Choice)


# Rule 7


@pytest.mark.parametrize("streets", ["none", "some", "all"])
@pytest.mark.parametrize(
    ("text", "spaces"),
    [
        ("Dorfstraße 3, 21357 Scharnebeck", {"scharnebeck", "bardowick"}),
        ("21357 Scharnebeck", {"scharnebeck", "bardowick"}),
        ("Kringelsburg 2a, 21357 Scharnebeck", {"scharnebeck", "bardowick"}),
        ("Hauptstraße 1, 21379 Bardowick", {"scharnebeck", "bardowick", "ostheide"}),
        ("Hauptstraße 1, 21335 Adendorf", {"", "adendorf"}),
        ("Hauptstraße 1, 21365 Lüneburg", {"", "adendorf"}),
        ("Hauptstraße 1, Adendorf, 21354 Bleckede", {"adendorf", "bleckede"}),
        ("21354 Niendorf", {"amt-neuhaus", "bleckede"}),
        ("21398 Zeetze", {"amt-neuhaus", "ostheide"}),
    ],
)
def test_a_contradiction_asks(text: str, spaces: set[str], streets: str) -> None:
    assert set(spaces_asked(text, streets)) == spaces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21358 Bardowick", "found bardowick place"),
        ("Hauptstr. 1, 21400 Barendorf", "found ostheide postcode"),
        ("Hauptstr. 1, Barskamp, 21354 Bleckede", "found bleckede place"),
    ],
)
def test_postcode_and_place_of_one_space_are_no_contradiction(text: str, expected: str) -> None:
    assert ask(text) == expected


# Rule 8


@pytest.mark.parametrize("row", rows("schools.csv"), ids=lambda row: row["name"])
def test_every_school_answers_for_the_school_and_its_address_for_the_home(row: dict[str, str]) -> None:
    space = next((c.space for c in catchments() if c.ags == row["ags"]), "")
    school = f"found {space} school" if space else CITY
    assert [ask(name) for name in (row["name"], *filter(None, row["also"].split("|")))] == [school] * (
        1 + len([*filter(None, row["also"].split("|"))])
    )
    home = ask(f"{row['street']} {row['house_number']}, {row['postcode']} {row['place']}")
    assert home == (f"found {space} place" if space else CITY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GS Neetze", "found ostheide school"),
        ("Grundschule in Neetze", "found ostheide school"),
        ("Grundschule 21365 Adendorf", "found adendorf school"),
        ("Grundschule Adendorf, 21365 Adendorf", "found adendorf school"),
        ("GRUNDSCHULE ADENDORF", "found adendorf school"),
        ("grundschule wendisch evern", "found ostheide school"),
        ("Elbtalgrundschule", "found bleckede school"),
        ("Grundschule Hasenburger Berg", CITY),
    ],
)
def test_a_school_may_be_named_by_its_place(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize(
    "text", ["Grundschule", "Schule", "Grundschule Horndorf", "Grundschule Barum", "Schulstraße 2"]
)
def test_no_school_is_guessed(text: str) -> None:
    assert " school" not in ask(text)
    assert not ask(text).startswith(("found", "elsewhere"))


def test_a_school_is_ground_and_level() -> None:
    outcome = district().find("Grundschule Adendorf", DAY)
    assert isinstance(outcome, Found)
    assert (outcome.ground, outcome.level) == ("school", "school")


# Hamlets: the village is the street


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marienthal 1, 21380 Artlenburg", "found scharnebeck place"),
        ("Marienthal 1, 21380", "found scharnebeck place"),
        ("Marienthal 1, Artlenburg", "found scharnebeck place"),
        ("Marienthal, Artlenburg", "found scharnebeck place"),
        ("21380 Marienthal 1", "found scharnebeck place"),
        ("21380 Artlenburg, Marienthal 1", "found scharnebeck place"),
        ("21379 Neumühlen 4", "found ostheide place"),
        ("Neumühlen 4, 21379 Neetze", "found ostheide place"),
        ("Neumühlen 4, 21379", "found ostheide place"),
        ("Bitter 7, 19273 Amt Neuhaus", "found amt-neuhaus place"),
        ("Walmsburg 12, 21354 Bleckede", "found bleckede place"),
    ],
)
def test_a_hamlet_may_stand_where_a_street_does(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize(
    ("text", "streets", "expected"),
    [
        ("Marienthal 1", "none", "asked place: scharnebeck"),
        ("Marienthal 1", "some", "asked place: scharnebeck"),
        ("Marienthal 1", "all", "found scharnebeck place"),
        ("Walmsburg 12", "none", "asked place: bleckede"),
        ("Walmsburg 12", "all", "found bleckede place"),
        pytest.param("Barum 3", "all", "asked place: bardowick -"),
        pytest.param("Neetze 3", "all", "asked place: ostheide amt-neuhaus"),
        pytest.param("Neetze 3", "none", "asked place: ostheide amt-neuhaus"),
        ("Brahlstorf 3", "none", "elsewhere neighbour ludwigslust-parchim"),
    ],
)
def test_a_hamlet_and_a_number_alone_may_be_a_street_elsewhere(
    text: str, streets: str, expected: str
) -> None:
    assert ask(text, streets) == expected


# Spellings


@pytest.mark.parametrize("streets", ["none", "all"])
@pytest.mark.parametrize(
    "text",
    [
        "Hauptstraße 5, 21360 Vögelsen",
        "HAUPTSTRASSE 5, 21360 VÖGELSEN",
        "hauptstr. 5, 21360 vögelsen",
        "Hauptstr 5 21360 Voegelsen",
        "Haupt-Straße 5, 21360 Vogelsen",
        "Hauptstrasse 5a\n21360 Vögelsen",
        "Hauptstr. 5 A, D-21360 Vögelsen",
        "Hauptstr. 3-5, 21360 Vögelsen",
        "5 Hauptstr., 21360 Vögelsen",
        "21360 Vögelsen, Hauptstraße 5",
        "21360 Vögelsen Hauptstraße 5",
        "Vögelsen, Hauptstr. 5",
        "Vögelsen Hauptstr. 5",
        "Hauptstr. 5, Vögelsen",
        "Hauptstr. 5 Vögelsen",
        "Hauptstr. 5, OT Vögelsen",
        "Hauptstr. 5, Gemeinde Vögelsen",
        "Hauptstr. 5, Vögelsen (Samtgemeinde Bardowick)",
        "Hauptstr. 5, 21360 Vögelsen, SG Bardowick",
        "Hauptstr. 5, 21360 Vögelsen (Kr. Lüneburg)",
        "Hauptstr. 5, 21360 Vo\u0308gelsen",
        "Hauptstr. ٥, ٢١٣٦٠ Vögelsen",
        "\u202bHauptstr. 5, 21360 Vögelsen\u202c",
    ],
)
def test_every_writing_of_an_address_is_the_same_address(text: str, streets: str) -> None:
    assert ask(text, streets) == "found bardowick place"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dahlenburg. Landstraße 3, 21354 Bleckede", "found bleckede place"),
        ("V.STAUFFENBERGSTR. 3, 21337 LUENEBURG", CITY),
        ("UNIVERSITAETSALLEE 13, 21335 Lüneburg", CITY),
        ("Lueneburger Straße 50, Amelinghausen", "found amelinghausen place"),
        ("An der Kringelsburg 2a, Scharnebeck", "found scharnebeck place"),
        ("Duvenborns Weg 5 A, 21357 Bardowick", "found bardowick place"),
        ("Walter-Boetcher-Straße 6, 21337 Lüneburg", CITY),
        ("Am Markt 17, 21368 Dahlenburg", "found dahlenburg place"),
        ("Dachtmisser Straße 1, 21391 Reppenstedt", "found gellersen place"),
        ("Am Diemel 2, 21406 Melbeck", "found ilmenau place"),
        ("Schulstraße 2, 21397 Barendorf", "found ostheide place"),
        ("Marktplatz 1, 21379 Scharnebeck", "found scharnebeck place"),
        ("Hauptstr. 1, Dt. Evern", "found ilmenau place"),
        ("Hauptstr. 1, Wend. Evern", "found ostheide place"),
        ("Hauptstr. 1, Sankt Dionys", "found bardowick place"),
        ("Hauptstr. 1, Gr. Kühren", "found amt-neuhaus place"),
    ],
)
def test_spellings_that_were_seen(text: str, expected: str) -> None:
    assert ask(text) == expected


# Rule 9, and what cannot be read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hauptstraße 5a, 21360 Voegelsen", Understood("Hauptstraße", "5a", "21360", "Vögelsen")),
        ("Hauptstraße 5a, 21360 Vögelsn", Understood("Hauptstraße", "5a", "21360", "Vögelsen")),
        ("Hauptstraße 1, 20095 Hamburg", Understood("Hauptstraße", "1", "20095", "Hamburg")),
        ("Neetze", Understood("", "", "", "Neetze")),
        ("Kringelsburg 2", Understood("Kringelsburg", "2", "", "")),
        ("21379", Understood("", "", "21379", "")),
        ("", Understood()),
        ("😀", Understood()),
    ],
)
def test_what_was_understood_is_always_said(text: str, expected: Understood) -> None:
    assert district().find(text, DAY).understood == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "unknown empty"),
        (" \n\t ", "unknown empty"),
        ("😀", "unknown unreadable"),
        ("...", "unknown unreadable"),
        ("12", "unknown unreadable"),
        ("a" * 100_000, "unknown unreadable"),
        ("21357 Bardowick 21379 Scharnebeck", "unknown unreadable"),
        ("Hauptstr. 1, Nirgendwohausen", "unknown no_such_place"),
        ("<script>alert(1)</script>", "unknown no_such_place"),
    ],
)
def test_what_leads_nowhere_says_why(text: str, expected: str) -> None:
    assert ask(text) == expected


@pytest.mark.parametrize("text", ["Schule", "Schulen", "Kita", "Markt", "Sparkasse", "Hilfe"])
def test_words_that_merely_resemble_a_name_elsewhere_send_nobody_away(text: str) -> None:
    assert not ask(text).startswith("elsewhere")
