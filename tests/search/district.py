"""The shipped district as plain rows, for tests of the pure modules: no database, no Django."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from search.gazetteer import Gazetteer, MunicipalityRow, OutsideRow, PlaceRow, SchoolRow, StreetRow
from search.routing import CatchmentRow, Router

DATA = Path(__file__).resolve().parents[2] / "data" / "lueneburg" / "gazetteer"
DAY = date(2026, 11, 22)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _many(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@cache
def municipalities(complete: bool = False) -> tuple[MunicipalityRow, ...]:
    return tuple(
        MunicipalityRow(r["ags"], r["name"], r["association"], r["authority"], complete)
        for r in rows("municipalities.csv")
    )


def gazetteer(streets: Iterable[StreetRow] = (), complete: bool = False) -> Gazetteer:
    return Gazetteer(
        district="Lüneburg",
        municipalities=municipalities(complete),
        places=[
            PlaceRow(r["name"], r["ags"], tuple(r["postcodes"].split()), _many(r["also"]))
            for r in rows("places.csv")
        ],
        outside=[
            OutsideRow(
                r["name"],
                r["region"],
                r["authority"],
                tuple(r["postcodes"].split()),
                r["twin"] == "yes",
                _many(r["also"]),
            )
            for r in rows("outside.csv")
        ],
        streets=streets,
        schools=[
            SchoolRow(
                r["name"],
                r["ags"],
                r["place"],
                r["postcode"],
                r["street"],
                r["house_number"],
                _many(r["also"]),
            )
            for r in rows("schools.csv")
        ],
    )


@cache
def catchments() -> tuple[CatchmentRow, ...]:
    return tuple(
        CatchmentRow(r["space"], r["ags"], valid_from=date.fromisoformat(r["valid_from"]))
        for r in rows("catchments.csv")
    )


def router(
    streets: Iterable[StreetRow] = (), complete: bool = False, extra: Sequence[CatchmentRow] = ()
) -> Router:
    """The district's router, with these streets and these decisions on top of the shipped ones."""
    return Router(gazetteer(streets, complete), [*catchments(), *extra])
