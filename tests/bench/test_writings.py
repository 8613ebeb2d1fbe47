"""The measurement itself is measured: with made-up streets and a lookup that is made to fail."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from tests.bench import evaluation, writings
from tests.bench.evaluation import (
    BEFORE,
    HALF_IMPORTED,
    IMPORTED,
    Verdict,
    evaluate,
    judge,
    missed,
    round_trip,
)
from tests.bench.writings import (
    CHOICE,
    ELSEWHERE,
    FOUND,
    NEVER_FOUND,
    UNKNOWN,
    Group,
    Row,
    Writing,
)

OAK = Row("Beispielstr.", "99001", "Grünholz", "01", "Altwald (Aue)", "Altwald", "altwald")
ELM = Row("Zum Muster", "99002", "St. Ulm", "02", "St. Ulm", "", "ulm")
CITY = Row("Am Beispiel", "99009", "Stadtburg", "09", "Stadtburg", "", None)
FAR = Row("Fernerweg", "98771", "Fernau", "03", "Fernau", "", "fernau")
ROWS = [OAK, ELM, CITY, FAR]


Options = list[tuple[str | None, str]]


def answer(outcome: str, space: str | None = None, options: Options | None = None) -> Any:
    return {
        "outcome": outcome,
        "space": None if space is None else {"key": space, "name": space},
        "level": "postcode",
        "options": [
            {"label": at, "space": None if key is None else {"key": key, "name": key}, "address": at}
            for key, at in options or []
        ],
    }


def every_writing() -> list[Writing]:
    spaces = {writings.fold(row.place): frozenset({row.space}) for row in ROWS}
    return [
        *writings.plain_writings(ROWS, {"99001"}),
        *writings.same_meaning_writings(ROWS, "Stadtburg"),
        *writings.erroneous_writings(ROWS),
        *writings.contradictory_writings(ROWS),
        *writings.street_alone_writings(ROWS, ["Grünholz"], ROWS),
        *writings.hamlet_writings(ROWS, {"99001"}, spaces),
        *writings.missing_street_writings(ROWS, ["Grünholz"]),
        *writings.script_writings([("Грюнхольц", "Grünholz", "uk", "a")], spaces),
        *writings.outside_writings(["Fernstr. 1, 10000 Fern"]),
        *writings.listed_outside_writings([("Fern", "10000"), ("Grünholz", "")], ["Grünholz"], {"99001"}),
    ]


def test_every_group_of_the_promise_has_writings_and_thresholds() -> None:
    made = {writing.group for writing in every_writing()}
    assert made | {Group.ARABIC, Group.STREET_MANY} == set(Group) == set(evaluation.REQUIRED)


def test_two_runs_ask_the_same() -> None:
    assert every_writing() == every_writing()


@pytest.mark.parametrize("error", writings.ERRORS)
@pytest.mark.parametrize("name", ["Grünholz", "St. Ulm", "Oo (Aue)", "Ahaar", "NEUDORF", "Groß Süßen"])
def test_a_typing_error_is_never_the_same_name(name: str, error: str) -> None:
    for seed in range(200):
        wrong = writings.mistyped(name, error, random.Random(seed))
        assert not writings.same_name(wrong, name)
        assert abs(len(wrong) - len(name)) <= 1


def test_a_name_without_letters_has_no_typing_error() -> None:
    with pytest.raises(ValueError, match="no typing error"):
        writings.mistyped("5", "letters swapped", random.Random(1))


def test_one_digit_of_the_postcode_is_wrong() -> None:
    for seed in range(50):
        wrong = writings.with_wrong_digit("99001", random.Random(seed))
        assert sum(one != other for one, other in zip(wrong, "99001", strict=True)) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"Beispielstr. {OAK.number}, 99001 Grünholz",
        f"Beispielstr. {OAK.number}\n99001 Grünholz",
        f"99001 Grünholz, Beispielstr. {OAK.number}",
        f"{OAK.number} Beispielstr., Grünholz",
        f"Beispielstraße {OAK.number}, 99001 Grünholz",
        f"Beispielstrasse {OAK.number}, Grünholz",
        f"BEISPIELSTR. {OAK.number}, 99001 GRÜNHOLZ",
        f"Beispielstr. {OAK.number}, 99001 Gruenholz",
        f"Beispielstr. {OAK.number}, Grunholz",
        f"Beispielstr. {OAK.number}a, Grünholz",
        f"Beispielstr. {OAK.number}-{OAK.number + 2}, 99001 Grünholz",
        f"Beispielstr. {OAK.number}, 99001 Altwald (Aue) OT Grünholz",
        f"Beispielstr. {OAK.number}, Samtgemeinde Altwald",
        f"Beispielstr. {OAK.number}, 99001 Grünholz (SG Altwald)",
        f"Zum Muster {ELM.number}, 99002 Sankt Ulm",
        f"Grünholz {dataclasses.replace(OAK, street=OAK.place).number}, 99001 Altwald (Aue)",
        f"Am Beispiel {CITY.number}, Stadtburg",
        f"Zum Muster {ELM.number}, St. Ulm bei Stadtburg",
        f"Zum Muster {ELM.number}",
    ],
)
def test_the_usual_writings_are_made(text: str) -> None:
    assert text in {writing.text for writing in every_writing()}


def test_associations_are_named_only_where_there_is_one() -> None:
    assert not [
        writing.text
        for writing in every_writing()
        if writing.expected in ("ulm", None) and ("SG" in writing.text or "Samtgemeinde" in writing.text)
    ]


def test_a_bare_street_with_the_name_of_a_place_is_no_street_alone() -> None:
    hamlet = Row("Grünholz", "99001", "Grünholz", "01", "Altwald", "Altwald", "altwald")
    assert not list(writings.street_alone_writings([hamlet], ["Gruenholz"], [hamlet]))
    assert not list(writings.missing_street_writings([hamlet], ["Gruenholz"]))


def test_a_street_is_in_one_space_only_if_the_whole_list_says_so() -> None:
    same_name = dataclasses.replace(ELM, street="Beispielstraße")
    alone = writings.street_alone_writings([OAK], [], [OAK, same_name])
    assert [writing.group for writing in alone] == [Group.STREET_MANY]


def test_the_halves_are_whole_together_and_the_same_every_time() -> None:
    many = [Row(f"Weg {at}", "99001", "Grünholz", "01", "Altwald", "", "altwald") for at in range(400)]
    here, missing = writings.half_of(many)
    assert sorted(row.street for row in here + missing) == sorted(row.street for row in many)
    assert 150 < len(here) < 250
    assert writings.half_of(many) == (here, missing)


OURS = Writing(Group.FULL, "", "x", "altwald")
NOT_OURS = Writing(Group.FULL, "", "x", None)
BARRED = Writing(Group.HALF, "", "x", "altwald", NEVER_FOUND)
TWIN = Writing(Group.HAMLET, "", "x", "altwald", NEVER_FOUND, frozenset({"ulm"}))


@pytest.mark.parametrize(
    ("writing", "given", "verdict"),
    [
        (OURS, answer(FOUND, "altwald"), Verdict.RIGHT),
        (OURS, answer(FOUND, "ulm"), Verdict.WRONG),
        (OURS, answer(ELSEWHERE), Verdict.AWAY),
        (OURS, answer(UNKNOWN), Verdict.UNKNOWN),
        (OURS, answer(UNKNOWN) | {"reason": "failed"}, Verdict.BROKEN),
        (OURS, answer(CHOICE, options=[("altwald", "a"), ("ulm", "b")]), Verdict.ASKED_FIRST),
        (OURS, answer(CHOICE, options=[(None, "a"), ("altwald", "b")]), Verdict.ASKED_WITH),
        (OURS, answer(CHOICE, options=[("ulm", "a"), (None, "b")]), Verdict.ASKED_WITHOUT),
        (OURS, answer(CHOICE), Verdict.ASKED_WITHOUT),
        (NOT_OURS, answer(ELSEWHERE), Verdict.RIGHT),
        (NOT_OURS, answer(FOUND, "altwald"), Verdict.WRONG),
        (NOT_OURS, answer(CHOICE, options=[("ulm", "a"), (None, "b")]), Verdict.ASKED_WITH),
        (BARRED, answer(FOUND, "altwald"), Verdict.GUESS),
        (BARRED, answer(FOUND, "ulm"), Verdict.WRONG),
        (TWIN, answer(FOUND, "ulm"), Verdict.GUESS),
        (TWIN, answer(CHOICE, options=[("ulm", "a")]), Verdict.ASKED_FIRST),
    ],
)
def test_judgement(writing: Writing, given: Any, verdict: Verdict) -> None:
    assert judge(writing, given) is verdict


def perfect(text: str) -> Any:
    for row in ROWS:
        if row.postcode in text:
            return answer(ELSEWHERE) if row.space is None else answer(FOUND, row.space)
    return answer(UNKNOWN)


def test_a_right_lookup_misses_no_promise() -> None:
    result = evaluate(perfect, [w for w in every_writing() if w.group in (Group.FULL, Group.AREA)], BEFORE)
    assert missed(result) == []
    assert result.wrong == 0
    assert not list(evaluation.faults(result))


def test_a_single_wrong_office_fails_and_is_named() -> None:
    def ask(text: str) -> Any:
        return answer(FOUND, "ulm") if text.startswith("Beispielstr.") and "\n" in text else perfect(text)

    result = evaluate(ask, writings.plain_writings([OAK], set()), IMPORTED)
    assert result.tallies["street number, postcode place: two lines"].verdicts[Verdict.WRONG] == 1
    assert any("two lines" in line and "wrong office" in line for line in missed(result))
    assert any("answered ulm" in line for line in evaluation.faults(result))


def test_an_exception_is_a_fault_and_not_the_end() -> None:
    def ask(text: str) -> Any:
        raise RuntimeError(text)

    result = evaluate(ask, [OURS, NOT_OURS], BEFORE)
    assert result.tallies[OURS.kind].verdicts[Verdict.BROKEN] == 2
    assert missed(result)


def test_a_guess_from_half_a_list_fails_though_it_is_right() -> None:
    result = evaluate(lambda text: answer(FOUND, "altwald"), [BARRED], HALF_IMPORTED)
    assert len(missed(result)) == 2


@pytest.mark.parametrize(
    ("given", "good"),
    [
        (answer(FOUND, "altwald"), True),
        (answer(CHOICE, options=[("altwald", "a")]), True),
        (answer(CHOICE, options=[("ulm", "a")]), False),
        (answer(UNKNOWN), False),
    ],
)
def test_a_writing_is_as_good_as_the_plain_one(given: Any, good: bool) -> None:
    same = Writing(Group.SAME_PLACE, "capitals", "X", "altwald", plain="x")
    plain = answer(CHOICE, options=[("altwald", "a")])
    result = evaluate(lambda text: plain if text == "x" else given, [same], BEFORE)
    assert (not missed(result)) is good


@pytest.mark.parametrize(("options", "good"), [(5, True), (6, False)])
def test_more_than_five_options_are_too_many_after_a_typing_error(options: int, good: bool) -> None:
    choice = answer(CHOICE, options=[("altwald", str(at)) for at in range(options)])
    result = evaluate(lambda text: choice, [Writing(Group.PLACE_ERROR, "", "x", "altwald")], BEFORE)
    assert (not missed(result)) is good


def test_shares_of_streets_are_not_asked_of_villages() -> None:
    choice = answer(CHOICE, options=[("altwald", "a")])
    result = evaluate(lambda text: choice, [Writing(Group.PLACE, "", "x", "altwald")], BEFORE)
    assert missed(result, of_streets=False) == []
    assert missed(result)


def test_options_put_back_in_lead_where_they_say() -> None:
    options: Options = [("altwald", "99001"), (None, "99009"), ("ulm", "99001 again"), (None, "?")]
    choice = answer(CHOICE, options=options)
    result = evaluate(lambda text: choice, [OURS], BEFORE)
    tried, broken = round_trip(perfect, result)
    assert tried == 4
    assert [line.split("'")[1] for line in broken] == ["99001 again", "?"]


def test_the_table_shows_every_kind_once_and_rounds_down() -> None:
    many = [Writing(Group.FULL, "one line", str(at), "altwald") for at in range(3000)]
    result = evaluate(lambda text: answer(UNKNOWN) if text == "0" else answer(FOUND, "altwald"), many, BEFORE)
    lines = evaluation.table(result).splitlines()
    assert len(lines) == 3
    assert lines[0].endswith("3000 writings, 0 wrong offices")
    assert " 99.9 " in lines[2]
