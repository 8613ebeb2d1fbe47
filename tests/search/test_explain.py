"""How an outcome came about: by which rule, from which readings and decisions; and always the outcome of the lookup."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.gazetteer import StreetRow
from search.routing import CatchmentRow, Choice, Explanation, Found, Numbers, Router
from tests.search import district as lueneburg
from tests.search.small_district import ALTWALD, DAY, EVERYWHERE, NEUWALD, START, TALHEIM, router

STREETS = [
    StreetRow("Waldweg", ALTWALD, "Buchhain"),
    StreetRow("Lindenallee", NEUWALD, "Linde"),
    StreetRow("Rindenallee", TALHEIM, "Rinde"),
    StreetRow("Doppelweg", NEUWALD, "Linde"),
    StreetRow("Doppelweg", TALHEIM, "Rinde"),
]
DIVIDED = [
    CatchmentRow("tal", ALTWALD, "Buchhain", "Waldweg", Numbers(1, 9), START, uuid="run"),
    CatchmentRow("tal", ALTWALD, "Oberfurt", valid_from=date(2027, 1, 1), uuid="coming"),
]


def district(streets: str = "none") -> Router:
    return router(DIVIDED, STREETS if streets != "none" else (), EVERYWHERE if streets == "all" else ())


def explain(text: str, streets: str = "none", on: date = DAY) -> Explanation:
    return district(streets).explain(text, on)


@pytest.mark.parametrize(
    ("text", "streets", "rule"),
    [
        ("Musterstr. 1, Altwald-Hinterdorf", "none", 1),
        ("Musterstr. 1, 99001 Altwald Hinterdorf", "none", 1),
        ("Blauer Weg 3, Nirgendwohausen", "none", 1),
        ("Dorfstr. 1, 99011 Altwald", "none", 2),
        ("Dorfstr. 1, 80001 Fernau", "none", 2),
        ("Dorfstr. 1, 12345", "none", 2),
        ("Dorfstr. 1, 99002 Neuwald", "none", 3),
        ("99002", "none", 3),
        ("Dorfstr. 1, 99002 Neuwlad", "none", 3),
        ("Dorfstr. 1, Neuwald", "none", 4),
        ("Lindenallee 1, Linde", "all", 4),
        ("Linde", "none", 4),
        ("Randstadt", "none", 4),
        ("Dorfstr. 1, Neuwlad", "none", 5),
        ("Lindenallee 1, Lnide", "all", 5),
        ("Doppelweg 3", "none", 6),
        ("Lindenallee 3", "all", 6),
        ("Lindenalle 3", "all", 6),
        ("Altwald 12", "none", 6),
        ("Dorfstr. 1, 99001 Talheim", "none", 7),
        ("Talheim, Dorfstr. 1, 99001 Altwald", "none", 7),
        ("Grundschule Talheim", "none", 8),
        ("", "none", 9),
        ("???", "none", 9),
        ("a" * 400, "none", 9),
    ],
)
def test_each_outcome_names_its_rule(text: str, streets: str, rule: int) -> None:
    explained = explain(text, streets)
    assert explained.rule == rule, explained
    assert explained.outcome == district(streets).find(text, DAY)


def test_several_readings_of_the_same_words_have_a_rule_each() -> None:
    streets = [StreetRow("Altwald", TALHEIM, "Rinde")]
    explained = router(streets=streets, complete=EVERYWHERE).explain("Altwald", DAY)
    assert explained.rule == 0
    assert [step.rule for step in explained.steps] == [4, 6]
    assert [type(step.outcome) for step in explained.steps] == [Found, Found]
    assert isinstance(explained.outcome, Choice)


def rows(explained: Explanation) -> set[str]:
    """The decisions that were looked at, by their uuid or else their municipality."""
    return {
        (decision.row.uuid or decision.row.ags) if decision.row else "-"
        for step in explained.steps
        for _, decisions in step.considered
        for decision in decisions
    }


@pytest.mark.parametrize(
    ("text", "on", "looked_at"),
    [
        ("Waldweg 5, 99001 Buchhain", DAY, {"run"}),
        ("Waldweg 10, 99001 Buchhain", DAY, {ALTWALD}),
        ("Waldweg, 99001 Buchhain", DAY, {"run", ALTWALD}),
        ("Dorfstr. 1, 99005", DAY, {ALTWALD, TALHEIM}),
        ("Oberfurt", DAY, {ALTWALD}),
        ("Oberfurt", date(2027, 1, 1), {"coming"}),
        ("Stadtburg", DAY, {"-"}),
        ("Grundschule Talheim", DAY, {TALHEIM}),
        ("Fernau", DAY, set()),
    ],
)
def test_the_decisions_that_were_looked_at_are_named(text: str, on: date, looked_at: set[str]) -> None:
    assert rows(explain(text, on=on)) == looked_at


def test_what_was_read_is_part_of_it() -> None:
    address = explain("Waldweg 5, 99001 Buchhain").address
    assert address is not None
    assert (address.postcode, address.house_number) == ("99001", "5")
    assert explain("a" * 400).address is None


_WORDS = [
    *("Waldweg", "Lindenallee", "Rindenallee", "Doppelweg", "Dorfstr.", "Altwald", "Buchhain", "Buchhian"),
    *("Oberfurt", "Unterfurt", "Linde", "Rinde", "Talheim", "Neuwald", "Neuwlad", "Moosbach", "Randstadt"),
    *("Fernau", "Stadtburg", "Kreis", "Auenland", "bei", "OT", "Grundschule", "Irgendwo", "5", "12", "1 a"),
    *("99001", "99005", "99004", "99011", "80001", ",", ", ", "?"),
]


@given(st.lists(st.sampled_from(_WORDS), max_size=7), st.sampled_from(["none", "some", "all"]))
def test_an_explanation_ends_where_the_lookup_ends(words: list[str], streets: str) -> None:
    text = " ".join(words)
    explained = explain(text, streets)
    assert explained.outcome == district(streets).find(text, DAY)
    assert explained.rule in range(10)
    assert all(step.rule in range(1, 9) for step in explained.steps)
    for step in explained.steps:
        if isinstance(step.outcome, Found):
            # Every decision that was looked at leads there, or the outcome would be none.
            answers = {decision.answer for _, decisions in step.considered for decision in decisions}
            assert answers == {step.outcome.answer}


def test_so_does_every_writing_of_every_place_of_the_district() -> None:
    real = lueneburg.router()
    for place in lueneburg.rows("places.csv"):
        name, postcode = place["name"], place["postcodes"].split()[0]
        for text in (
            name,
            f"{name} 4",
            f"Dorfstr. 4, {name[:-1]}",
            f"{postcode} {name}",
            f"Am Berg 1, {postcode}",
        ):
            assert real.explain(text, DAY).outcome == real.find(text, DAY), text
