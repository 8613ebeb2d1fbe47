"""The gazetteer's files are the truth about geography; what the county decided about it stays."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search.models import Catchment
from spaces.changes import record, version
from spaces.models import Authority, Municipality, OutsidePlace, Place
from tests import factories

pytestmark = pytest.mark.django_db

FILES = {
    "authorities": """
        key,name,kind,telephone,website
        city,Youth office of the city,city,,
        north,Youth office of the north,neighbour,030 23125 100,
    """,
    "municipalities": """
        ags,ars,name,kind,association,postcodes,authority
        01001001,010010001001,Easton,unitary,,10001,
        01001002,010010002002,Weston,city,,10002 10003,city
    """,
    "places": """
        name,ags,postcodes,also
        Easton,01001001,10001,
        Eastwick,01001001,10001,E. Wick|Eastwyck
    """,
    "outside": """
        name,region,authority,postcodes,twin,source,also
        Eastwick,near Northtown,north,10009,yes,own,
        Eastwix,far away,,,no,own,
    """,
}


def write(folder: Path, name: str, text: str) -> None:
    lines = [line.strip() for line in text.strip().splitlines()]
    (folder / "gazetteer" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gazetteer").mkdir()
    for name, text in FILES.items():
        write(tmp_path, name, text)
    return tmp_path


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_gazetteer", data=folder, stdout=out, stderr=out)
    return out.getvalue()


def test_everything_is_loaded(folder: Path) -> None:
    said = load(folder)
    assert "places: 2 added, 0 changed" in said
    weston = Municipality.objects.get(ags="01001002")
    assert weston.authority == Authority.objects.get(key="city")
    assert Place.objects.get(name="Eastwick").also == "E. Wick|Eastwyck"
    twin, far = OutsidePlace.objects.order_by("name")
    assert (twin.twin, far.twin, far.authority) == (True, False, None)


def test_the_second_run_writes_nothing(folder: Path) -> None:
    load(folder)
    before = version()
    assert "0 added, 0 changed" in load(folder)
    assert version() == before


def test_what_changed_in_the_files_changes(folder: Path) -> None:
    load(folder)
    uuid = Place.objects.get(name="Eastwick").uuid
    write(folder, "places", FILES["places"].replace("E. Wick|Eastwyck", "Wick"))
    write(folder, "outside", FILES["outside"].replace("Eastwix,far away,,,no,own,", ""))
    said = load(folder)
    assert "places: 0 added, 1 changed" in said
    assert "places outside: 1 removed" in said
    place = Place.objects.get(name="Eastwick")
    assert (place.also, place.uuid) == ("Wick", uuid)


def test_an_authority_that_was_edited_stays_as_it_is(folder: Path) -> None:
    load(folder)
    authority = Authority.objects.get(key="north")
    authority.telephone = "030 23125 200"
    record(authority)
    load(folder)
    authority.refresh_from_db()
    assert authority.telephone == "030 23125 200"


def test_a_place_that_a_catchment_names_is_kept_and_reported(folder: Path) -> None:
    load(folder)
    place = Place.objects.get(name="Eastwick")
    space = factories.make_space(name="The space")
    record(Catchment(space=space, municipality=place.municipality, place=place, valid_from=date(2020, 1, 1)))
    write(folder, "places", "name,ags,postcodes,also\nEaston,01001001,10001,")
    said = load(folder)
    assert "kept: “Eastwick”" in said
    assert "The space" in said
    assert Place.objects.filter(name="Eastwick").exists()


def test_a_municipality_goes_with_its_places(folder: Path) -> None:
    load(folder)
    write(folder, "places", "name,ags,postcodes,also")
    write(
        folder,
        "municipalities",
        FILES["municipalities"].replace("01001001,010010001001,Easton,unitary,,10001,", ""),
    )
    load(folder)
    assert [municipality.name for municipality in Municipality.objects.all()] == ["Weston"]


@pytest.mark.parametrize(
    ("name", "line", "where", "reason"),
    [
        ("authorities", "x,Some office,kingdom,,", "line 4", "kind"),
        ("municipalities", "01001003,010010003003,Sutton,unitary,,1000,", "line 4", "postcodes"),
        ("municipalities", "01001003,010010003003,Sutton,hamlet,,10001,", "line 4", "kind"),
        ("municipalities", "01001003,010010003003,Sutton,unitary,,10001,south", "line 4", "south"),
        ("municipalities", "01001002,010010003003,Sutton,unitary,,10001,", "line 4", "already"),
        ("places", "Nowhere,09999999,10001,", "line 4", "09999999"),
        ("places", "Easton,01001001,10001,", "line 4", "already"),
        ("places", ",01001001,10001,", "line 4", "name"),
        ("places", "Easton,01001001", "line 4", "cells"),
        ("places", "Easton,01001001,10001,,,", "line 4", "cells"),
        ("outside", "Else,where,,10001,maybe,own,", "line 4", "maybe"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    folder: Path, name: str, line: str, where: str, reason: str
) -> None:
    write(folder, name, FILES[name] + line)
    before = version()
    with pytest.raises(CommandError) as error:
        load(folder)
    assert f"{name}.csv, {where}" in str(error.value)
    assert reason in str(error.value)
    assert version() == before
    assert not Municipality.objects.exists()


def test_all_bad_lines_are_named_at_once(folder: Path) -> None:
    write(folder, "places", FILES["places"] + "\n".join(f"P{number},0,10001," for number in range(30)))
    with pytest.raises(CommandError) as error:
        load(folder)
    assert str(error.value).count("places.csv, line") == 20
    assert "and 10 more" in str(error.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        (b"name;ags\n", "missing"),
        ("name,ags,postcodes,also\nß,,,".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_named(folder: Path, content: bytes | None, reason: str) -> None:
    file = folder / "gazetteer" / "places.csv"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=reason) as error:
        load(folder)
    assert "places.csv" in str(error.value)
