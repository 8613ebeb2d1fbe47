"""`manage.py find_office`, and the one seam behind it: the same answer as the API, and an index that is never stale."""

import io
import json
import logging
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from search import lookup
from search.answers import as_json
from search.models import Catchment
from search.routing import Found, Outcome, Unknown
from spaces.changes import announce, record
from spaces.models import Place
from tests import factories
from tests.search.small_district import ALTWALD, CATCHMENTS, DAY, PLACES, SmallDistrict, router

pytestmark = pytest.mark.django_db

SHAPE = ["outcome", "space", "office", "level", "ground", "understood", "options", "authority", "reason"]


def run(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("find_office", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


# The command


def test_one_json_object_is_printed_for_each_address(district: SmallDistrict) -> None:
    answers = run("Waldweg 1, 99001 Altwald", "Linde", "Stadtburg", "")
    assert [(answer["input"], answer["outcome"]) for answer in answers] == [
        ("Waldweg 1, 99001 Altwald", "found"),
        ("Linde", "choice"),
        ("Stadtburg", "elsewhere"),
        ("", "unknown"),
    ]
    assert all(list(answer) == ["input", *SHAPE] for answer in answers)


def test_it_is_the_answer_of_the_api_with_the_input(district: SmallDistrict) -> None:
    index, today = lookup.index(), timezone.localdate()
    for text in ["Waldweg 1, 99001 Altwald", "Linde", "Stadtburg", "Waldschule", "Moosbach", "???"]:
        assert run(text) == [{"input": text, **as_json(index.find(text, today), index)}]


def test_what_is_printed_is_readable(district: SmallDistrict) -> None:
    out = StringIO()
    call_command("find_office", "Größenweg 1\n99001 Altwald", stdout=out)
    assert out.getvalue().count("\n") == 1
    assert "Größenweg" in out.getvalue()


ADDRESSES = ["Waldweg 1, 99001 Altwald", "", "Größenweg 3, 99003 Talheim", "Linde"]
EXPECTED = ["found", "unknown", "found", "choice"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_batch_is_a_file_with_one_address_a_line(
    district: SmallDistrict, tmp_path: Path, encoding: str, newline: str
) -> None:
    file = tmp_path / "addresses.txt"
    file.write_bytes((newline.join(ADDRESSES) + newline).encode(encoding))
    answers = run("--batch", str(file))
    assert [answer["input"] for answer in answers] == ADDRESSES
    assert [answer["outcome"] for answer in answers] == EXPECTED


def test_a_batch_may_come_from_standard_input(
    district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(ADDRESSES)))
    assert [(answer["input"], answer["outcome"]) for answer in run("--batch", "-")] == list(
        zip(ADDRESSES, EXPECTED, strict=True)
    )


def test_an_empty_batch_prints_nothing(district: SmallDistrict, tmp_path: Path) -> None:
    (tmp_path / "none.txt").touch()
    assert run("--batch", str(tmp_path / "none.txt")) == []


def test_a_batch_reads_the_database_once(
    district: SmallDistrict, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    file = tmp_path / "addresses.txt"
    file.write_text("Linde\n" * 200, encoding="utf-8")
    with django_assert_max_num_queries(14):
        assert len(run("--batch", str(file))) == 200


@pytest.mark.parametrize("arguments", [[], ["Linde", "--batch", "file"]])
def test_addresses_or_a_batch_must_be_named(district: SmallDistrict, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="Name either addresses or --batch FILE"):
        run(*arguments)


def test_a_batch_that_is_not_there_is_named(district: SmallDistrict, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.txt cannot be read"):
        run("--batch", str(tmp_path / "none.txt"))


# The seam


def test_the_database_says_the_same_as_plain_rows(district: SmallDistrict) -> None:
    plain, stored = router(), lookup.index().router
    texts = [name for place in PLACES for name in (place.name, *place.postcodes, f"Weg 1, {place.name}")]
    texts += [
        "Waldland",
        "Fernau",
        "99004",
        "Moosbach",
        "Waldschule",
        "Grundschule Talheim",
        "Talhiem",
        "Weg 3",
    ]
    for text in texts:
        assert stored.find(text, DAY) == plain.find(text, DAY), text


def test_the_day_is_an_argument(district: SmallDistrict) -> None:
    before = lookup.find_office("Altwald", date(2019, 12, 31))
    assert isinstance(before, Unknown)
    assert before.reason == "no_catchment"
    assert isinstance(lookup.find_office("Altwald", date(2020, 1, 1)), Found)


def lead(outcome: Outcome) -> str:
    return outcome.answer.space if isinstance(outcome, Found) else type(outcome).__name__


def test_every_change_is_known_to_the_next_question(district: SmallDistrict) -> None:
    assert lead(lookup.find_office("99001 Buchhain", DAY)) == "wald"
    decision = Catchment(
        space=district.spaces["tal"],
        municipality=district.municipalities[ALTWALD],
        place=Place.objects.get(name="Buchhain"),
        valid_from=date(2026, 1, 1),
    )
    record(decision)
    assert lead(lookup.find_office("99001 Buchhain", DAY)) == "tal"
    decision.valid_until = date(2026, 11, 21)
    record(decision)
    assert lead(lookup.find_office("99001 Buchhain", DAY)) == "wald"
    place = factories.make_place(district.municipalities[ALTWALD], name="Neuhain", postcodes="99001")
    assert lead(lookup.find_office("Neuhain", DAY)) == "wald"
    record(place, delete=True)
    assert lead(lookup.find_office("Neuhain", DAY)) != "wald"


def test_the_index_is_built_once_a_version(
    district: SmallDistrict, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = lookup.index()
    with django_assert_num_queries(1):
        assert lookup.index() is first
    announce("page", factories.make_provider().uuid)
    assert lookup.index().router is first.router
    office = district.offices["tal"]
    office.name = "Renamed"
    record(office)
    assert lookup.index().main_offices["tal"].name == "Renamed"


def test_another_office_of_the_space_is_named(district: SmallDistrict) -> None:
    for name, office in (("Buchhain", "wald-east"), ("Oberfurt", "wald")):
        record(
            Catchment(
                space=district.spaces["wald"],
                office=district.offices[office],
                municipality=district.municipalities[ALTWALD],
                place=Place.objects.get(name=name),
                valid_from=date(2026, 1, 1),
            )
        )
    assert run("99001 Buchhain")[0]["office"]["name"] == "Büro Neuwald"
    assert run("99005 Oberfurt")[0]["office"]["name"] == "Sozialraumbüro Waldland"
    assert run("99002")[0]["office"]["name"] == "Sozialraumbüro Waldland"


def test_a_space_without_an_office_is_answered_all_the_same(district: SmallDistrict) -> None:
    record(district.offices["tal"], delete=True)
    answer = run("99003 Talheim")[0]
    assert (answer["outcome"], answer["space"]["key"], answer["office"]) == ("found", "tal", None)


def test_should_the_lookup_break_the_log_never_quotes_the_address(
    district: SmallDistrict, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: object, text: str, on: date) -> Outcome:
        raise ValueError(f"cannot find {text}")

    monkeypatch.setattr("search.routing.Router.find", broken)
    with caplog.at_level(logging.ERROR):
        outcome = lookup.find_office("Geheimweg 7", DAY)
    assert outcome == Unknown("failed")
    (line,) = (line.getMessage() for line in caplog.records if line.name == "search.lookup")
    assert "ValueError" in line
    assert "Geheimweg" not in caplog.text


def test_catchments_of_other_days_are_kept_for_their_days(district: SmallDistrict) -> None:
    assert len(lookup.catchment_rows()) == len(CATCHMENTS)
    past = Catchment.objects.get(municipality__ags=ALTWALD)
    past.valid_until = date(2025, 12, 31)
    record(past)
    assert lead(lookup.find_office("Altwald", date(2025, 12, 31))) == "wald"
    assert lead(lookup.find_office("Altwald", date(2026, 1, 1))) == "Unknown"
