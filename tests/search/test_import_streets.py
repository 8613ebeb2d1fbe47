"""Importing street lists: what is written, what is only said, and what is never touched."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.lookup import index
from search.models import Catchment, Street
from search.routing import Choice, Found
from spaces.changes import record, version
from spaces.models import Change, Municipality, Place
from tests.search.small_district import ALTWALD, EVERYWHERE, NEUWALD, STADTBURG, TALHEIM, SmallDistrict

pytestmark = pytest.mark.django_db

LINES = [
    f"Große Straße,99001,Buchhain,{ALTWALD}",
    f"Waldweg,99001,Altwald,{ALTWALD}",
    f"Lindenallee,99002,Linde,{NEUWALD}",
    f"Am Bach,99003,Talheim,{TALHEIM}",
]
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Puts lines below a header into a file and says where it is."""

    def write(*lines: str, header: str = "street,postcode,place,ags", encoding: str = "utf-8") -> str:
        file = tmp_path / "streets.csv"
        file.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return str(file)

    return write


def load(file: str, *options: str) -> str:
    out = StringIO()
    call_command("import_streets", file, *options, verbosity=0, stdout=out, stderr=out)
    return out.getvalue()


def streets() -> set[tuple[str, str, str]]:
    return {
        (street.name, street.municipality.ags, street.place.name if street.place else "")
        for street in Street.objects.select_related("municipality", "place")
    }


def completed() -> set[str]:
    return set(Municipality.objects.filter(streets_complete_on__isnull=False).values_list("ags", flat=True))


def test_streets_are_tied_to_their_places(district: SmallDistrict, write: Write) -> None:
    said = load(write(*LINES))
    assert "Were: 4 added, 0 changed, 0 removed; 0 unplaceable, 0 elsewhere, 0 bad lines" in said
    assert streets() == {
        ("Große Straße", ALTWALD, "Buchhain"),
        ("Waldweg", ALTWALD, "Altwald"),
        ("Lindenallee", NEUWALD, "Linde"),
        ("Am Bach", TALHEIM, "Talheim"),
    }
    assert set(Street.objects.values_list("postcode", flat=True)) == {"99001", "99002", "99003"}
    assert completed() == set()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_files_of_every_usual_form_are_the_same(
    district: SmallDistrict, write: Write, encoding: str, delimiter: str
) -> None:
    header = "street,postcode,place,ags".replace(",", delimiter)
    load(write(*(line.replace(",", delimiter) for line in LINES), header=header, encoding=encoding))
    assert ("Große Straße", ALTWALD, "Buchhain") in streets()
    assert len(streets()) == len(LINES)


@pytest.mark.parametrize(
    ("options", "header", "line"),
    [
        ([], "street,postcode,place,ags,area", f"Waldweg,99001,Buchhain,{ALTWALD},x"),
        (
            ["--preset", "sample"],
            "street,postcode,place,ags,municipality",
            f"Waldweg,99001,Buchhain,{ALTWALD},x",
        ),
        (
            ["--preset", "openplz"],
            "Name;PostalCode;Locality;RegionalKey;Borough",
            f"Waldweg;99001;Buchhain;{ALTWALD}0000;",
        ),
        (
            [
                "--column",
                "name=Strasse",
                "--column",
                "place=Ort",
                "--column",
                "postcode=PLZ",
                "--column",
                "ags=AGS",
            ],
            "AGS;PLZ;Ort;Strasse",
            f"{ALTWALD};99001;Buchhain;Waldweg",
        ),
        (["--column", "postcode="], "street,place,ags", f"Waldweg,Buchhain,{ALTWALD}"),
        (
            ["--preset", "openplz", "--column", "name=Strasse"],
            "Strasse,PostalCode,Locality,RegionalKey",
            f"Waldweg,99001,Buchhain,{ALTWALD}0000",
        ),
    ],
)
def test_columns_are_named_by_preset_or_one_by_one(
    district: SmallDistrict, write: Write, options: list[str], header: str, line: str
) -> None:
    load(write(line, header=header), *options)
    assert streets() == {("Waldweg", ALTWALD, "Buchhain")}


@pytest.mark.parametrize("column", ["name", "street=Strasse", "=x"])
def test_a_column_that_nobody_knows_is_refused(district: SmallDistrict, write: Write, column: str) -> None:
    with pytest.raises(CommandError, match="WHAT=NAME, where WHAT is one of name, postcode, place, ags, ars"):
        load(write(*LINES), "--column", column)


def test_a_second_run_writes_nothing(district: SmallDistrict, write: Write) -> None:
    file = write(*LINES)
    load(file, "--complete", "all")
    before, declared = version(), completed()
    said = load(file, "--complete", "all")
    assert "Were: 0 added, 0 changed, 0 removed" in said
    assert (version(), completed()) == (before, declared)


def test_a_street_keeps_its_identity_when_it_is_spelled_otherwise(
    district: SmallDistrict, write: Write
) -> None:
    load(write(*LINES))
    uuid = Street.objects.get(name="Große Straße").uuid
    said = load(write(f"GROSSE STR.,99001,Buchhain,{ALTWALD}"))
    assert "Were: 0 added, 1 changed, 0 removed" in said
    assert "Changed: Große Straße" in said
    assert Street.objects.get(name="GROSSE STR.").uuid == uuid


def test_a_dry_run_says_the_same_and_writes_nothing(district: SmallDistrict, write: Write) -> None:
    load(write(*LINES))
    before, there = version(), streets()
    file = write(f"GROSSE STR.,99001,Buchhain,{ALTWALD}", f"Neuer Weg,99001,Neu,{ALTWALD}")
    said = load(file, "--complete", ALTWALD, "--dry-run")
    assert "Would be: 1 added, 1 changed, 1 removed; 1 unplaceable" in said
    assert (version(), streets(), completed()) == (before, there, set())
    assert "Were: 1 added, 1 changed, 1 removed; 1 unplaceable" in load(file, "--complete", ALTWALD)


def test_only_a_complete_list_removes_and_only_in_its_municipalities(
    district: SmallDistrict, write: Write
) -> None:
    load(write(*LINES))
    load(write(LINES[0]))
    assert len(streets()) == len(LINES)
    said = load(write(LINES[0]), "--complete", ALTWALD, NEUWALD)
    assert "0 added, 0 changed, 2 removed" in said
    assert "Removed: Waldweg, 99001 Altwald" in said
    assert {name for name, *_ in streets()} == {"Große Straße", "Am Bach"}
    assert completed() == {ALTWALD, NEUWALD}
    assert Municipality.objects.get(ags=ALTWALD).streets_complete_on == timezone.localdate()


def test_every_municipality_can_be_declared_at_once(district: SmallDistrict, write: Write) -> None:
    assert "complete for 4 municipalities" in load(write(*LINES), "--complete", "all")
    assert completed() == EVERYWHERE


def test_a_municipality_that_nobody_knows_is_refused(district: SmallDistrict, write: Write) -> None:
    with pytest.raises(CommandError, match="there is no municipality 09999999"):
        load(write(*LINES), "--complete", "09999999", ALTWALD)
    assert streets() == set()


BAD = [f"Waldweg,9900,Altwald,{ALTWALD}", "Waldweg", f",99001,Altwald,{ALTWALD}"]


def test_a_file_with_bad_lines_changes_nothing_and_each_is_told(
    district: SmallDistrict, write: Write
) -> None:
    out, before = StringIO(), version()
    with pytest.raises(CommandError, match="3 bad lines, so nothing was imported"):
        call_command("import_streets", write(LINES[0], *BAD), verbosity=0, stdout=out, stderr=out)
    assert out.getvalue().splitlines() == [
        "Line 3: postcode '9900' does not have five digits",
        "Line 4: fewer columns than the header",
        "Line 5: no street name",
    ]
    assert (version(), streets()) == (before, set())


def test_bad_lines_are_skipped_when_told_to_and_still_told(district: SmallDistrict, write: Write) -> None:
    said = load(write(*BAD, LINES[0]), "--skip-bad-lines")
    assert said.startswith("Line 2: ")
    assert "1 added, 0 changed, 0 removed; 0 unplaceable, 0 elsewhere, 3 bad lines" in said
    assert streets() == {("Große Straße", ALTWALD, "Buchhain")}


def test_a_list_with_skipped_lines_is_never_complete(district: SmallDistrict, write: Write) -> None:
    load(write(*LINES))
    with pytest.raises(CommandError, match="not the whole list"):
        load(write(LINES[0], *BAD), "--skip-bad-lines", "--complete", ALTWALD)
    assert (len(streets()), completed()) == (len(LINES), set())


@pytest.mark.parametrize(
    ("header", "line", "reason"),
    [
        ("street;plz", "a;b", "no column 'postcode', 'place', 'ags'. Its columns are: street, plz"),
        ("street,postcode,place,ags", '"open,99001,Buchhain,1', "Line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    district: SmallDistrict, write: Write, header: str, line: str, reason: str
) -> None:
    with pytest.raises(CommandError) as error:
        load(write(line, header=header))
    assert reason in str(error.value)


def test_a_file_that_is_not_there_is_named(district: SmallDistrict, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv cannot be read"):
        load(str(tmp_path / "none.csv"))


def test_unplaceable_streets_are_reported_and_count_for_the_municipality(
    district: SmallDistrict, write: Write
) -> None:
    said = load(write(f"Waldweg,99001,Neuhain,{ALTWALD}", "Fernweg,80001,Fernau,09000000"))
    assert "Not in the gazetteer: Neuhain (1 streets, kept for the municipality)" in said
    assert "1 unplaceable, 1 elsewhere" in said
    assert streets() == {("Waldweg", ALTWALD, "")}


@pytest.mark.parametrize("place", ["", "-", "?"])
def test_a_street_without_a_place_is_tied_to_none(district: SmallDistrict, write: Write, place: str) -> None:
    load(write(f"Waldweg,99001,{place},{ALTWALD}"))
    assert streets() == {("Waldweg", ALTWALD, "")}


def test_every_change_is_journalled(district: SmallDistrict, write: Write) -> None:
    load(write(*LINES))
    uuids: set[UUID] = set(Street.objects.values_list("uuid", flat=True))
    assert set(Change.objects.filter(kind="street", deleted=False).values_list("uuid", flat=True)) == uuids
    gone, before = Street.objects.get(name="Waldweg").uuid, version()
    load(write(f"GROSSE STR.,99001,Buchhain,{ALTWALD}"), "--complete", ALTWALD)
    lines = Change.objects.filter(id__gt=before).values_list("kind", "uuid", "deleted")
    assert set(lines) == {
        ("street", Street.objects.get(name="GROSSE STR.").uuid, False),
        ("street", gone, True),
        ("municipality", district.municipalities[ALTWALD].uuid, False),
    }


def test_catchments_survive_an_import_that_takes_their_street_away(
    district: SmallDistrict, write: Write
) -> None:
    load(write(*LINES))
    decision = Catchment(
        space=district.spaces["tal"],
        municipality=district.municipalities[ALTWALD],
        place=Place.objects.get(name="Altwald"),
        street="Waldweg",
        valid_from=date(2020, 1, 1),
    )
    record(decision)
    before = list(Catchment.objects.order_by("pk").values())
    load(write(LINES[0]), "--complete", "all")
    assert ("Waldweg", ALTWALD, "Altwald") not in streets()
    assert list(Catchment.objects.order_by("pk").values()) == before


def test_the_lookup_knows_new_streets_at_once(district: SmallDistrict, write: Write) -> None:
    today = timezone.localdate()
    assert isinstance(index().find("Lindenallee 1, Rinde", today), Choice)
    load(write(*LINES), "--complete", "all")
    outcome = index().find("Lindenallee 1, Rinde", today)
    assert isinstance(outcome, Found)
    assert (outcome.answer.space, outcome.level) == ("wald", "street")


def test_without_the_citys_list_a_street_alone_still_asks(district: SmallDistrict, write: Write) -> None:
    today = timezone.localdate()
    load(write(*LINES), "--complete", *sorted(EVERYWHERE - {STADTBURG}))
    assert isinstance(index().find("Lindenallee 1", today), Choice)
    load(write(*LINES), "--complete", STADTBURG)
    assert isinstance(index().find("Lindenallee 1", today), Found)
