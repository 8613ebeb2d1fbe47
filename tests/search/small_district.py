"""A made-up district that fits into the head: two spaces, a city, a neighbour, twins and split postcodes.

| municipality | association | space | places (postcodes) |
|---|---|---|---|
| Altwald | Waldland | wald | Altwald (99001), Buchhain (99001), Oberfurt (99005) |
| Neuwald | Waldland | wald | Neuwald (99002), Linde (99002) |
| Talheim | | tal | Talheim (99003), Rinde (99003), Moosbach (99003), Kaltwasser (99004), Unterfurt (99005) |
| Stadtburg | | the city's own | Stadtburg (99009) |

Linde and Rinde are twins; Moosbach has one outside; 99004 is shared with a neighbour, 99005 by both spaces.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from search.gazetteer import Gazetteer, MunicipalityRow, OutsideRow, PlaceRow, SchoolRow, StreetRow
from search.models import Catchment
from search.routing import CatchmentRow, Router
from spaces.changes import record
from spaces.models import Authority, Municipality, Office, OutsidePlace, Place, Space
from tests import factories

DAY = date(2026, 11, 22)
START = date(2020, 1, 1)
ALTWALD, NEUWALD, TALHEIM, STADTBURG = "01001001", "01001002", "01001003", "01001009"
EVERYWHERE = frozenset({ALTWALD, NEUWALD, TALHEIM, STADTBURG})
DISTRICT = "Auenland"

MUNICIPALITIES = [
    MunicipalityRow(ALTWALD, "Altwald", "Waldland"),
    MunicipalityRow(NEUWALD, "Neuwald", "Waldland"),
    MunicipalityRow(TALHEIM, "Talheim"),
    MunicipalityRow(STADTBURG, "Stadtburg", authority="city"),
]
PLACES = [
    PlaceRow("Altwald", ALTWALD, ("99001",)),
    PlaceRow("Buchhain", ALTWALD, ("99001",), ("Buchenhain",)),
    PlaceRow("Oberfurt", ALTWALD, ("99005",)),
    PlaceRow("Linde", NEUWALD, ("99002",)),
    PlaceRow("Neuwald", NEUWALD, ("99002",)),
    PlaceRow("Kaltwasser", TALHEIM, ("99004",)),
    PlaceRow("Moosbach", TALHEIM, ("99003",)),
    PlaceRow("Rinde", TALHEIM, ("99003",)),
    PlaceRow("Talheim", TALHEIM, ("99003",)),
    PlaceRow("Unterfurt", TALHEIM, ("99005",)),
    PlaceRow("Stadtburg", STADTBURG, ("99009",)),
]
OUTSIDE = [
    OutsideRow("Fernau", "far away", "", ("80001",)),
    OutsideRow("Grenzhof", "in Randstadt", "north", ("99004",)),
    OutsideRow("Moosbach", "in Randstadt", "north", ("98001",), twin=True),
    OutsideRow("Randstadt", "northern district", "north", ("98001",)),
]
SCHOOLS = [
    SchoolRow("Grundschule Altwald", ALTWALD, "Altwald", "99001", "Schulstraße", "1", ("Waldschule",)),
    SchoolRow("Grundschule Talheim", TALHEIM, "Talheim", "99003", "Am Bach", "2"),
]
CATCHMENTS = [
    CatchmentRow("wald", ALTWALD, valid_from=START),
    CatchmentRow("wald", NEUWALD, valid_from=START),
    CatchmentRow("tal", TALHEIM, valid_from=START),
]


def gazetteer(streets: Iterable[StreetRow] = (), complete: Collection[str] = ()) -> Gazetteer:
    """The gazetteer with these streets; `complete` names the municipalities (AGS) of which they are all."""
    return Gazetteer(
        district=DISTRICT,
        municipalities=[row._replace(streets_complete=row.ags in complete) for row in MUNICIPALITIES],
        places=PLACES,
        outside=OUTSIDE,
        streets=streets,
        schools=SCHOOLS,
    )


def router(
    extra: Iterable[CatchmentRow] = (),
    streets: Iterable[StreetRow] = (),
    complete: Collection[str] = (),
    catchments: Sequence[CatchmentRow] = CATCHMENTS,
) -> Router:
    """The district's router, with further decisions beside those for the three municipalities."""
    return Router(gazetteer(streets, complete), [*catchments, *extra])


@dataclass
class SmallDistrict:
    """Spaces by key, offices by key of their space (the second one: `wald-east`), municipalities by AGS."""

    spaces: dict[str, Space]
    offices: dict[str, Office]
    municipalities: dict[str, Municipality]


def read() -> SmallDistrict:
    """The district as the database holds it."""
    offices = Office.objects.select_related("space")
    return SmallDistrict(
        {space.key: space for space in Space.objects.all()},
        {office.space.key if office.is_main else f"{office.space.key}-east": office for office in offices},
        {municipality.ags: municipality for municipality in Municipality.objects.all()},
    )


def write() -> None:
    """The same district in the database, with an office for each space and a second one in `wald`."""
    kinds = Authority.Kind
    authorities = {
        "county": factories.make_authority(key="county", name=f"Landkreis {DISTRICT}", kind=kinds.COUNTY),
        "city": factories.make_authority(key="city", name="Jugendamt Stadtburg", kind=kinds.CITY),
        "north": factories.make_authority(key="north", name="Jugendamt Nordkreis", kind=kinds.NEIGHBOUR),
    }
    municipalities = {
        row.ags: Municipality(
            ags=row.ags,
            ars=f"{row.ags}0000",
            name=row.name,
            kind=Municipality.Kind.MEMBER,
            association=row.association,
            authority=authorities.get(row.authority),
        )
        for row in MUNICIPALITIES
    }
    record(municipalities.values())
    record(
        Place(
            municipality=municipalities[place.ags],
            name=place.name,
            postcodes=" ".join(place.postcodes),
            also="|".join(place.also),
        )
        for place in PLACES
    )
    record(
        OutsidePlace(
            name=beyond.name,
            region=beyond.region,
            authority=authorities.get(beyond.authority),
            postcodes=" ".join(beyond.postcodes),
            twin=beyond.twin,
        )
        for beyond in OUTSIDE
    )
    for school in SCHOOLS:
        factories.make_school(
            municipalities[school.ags],
            name=school.name,
            also="|".join(school.also),
            street=school.street,
            house_number=school.house_number,
            postcode=school.postcode,
            place=school.place,
        )
    spaces = {
        "wald": factories.make_space(key="wald", name="Waldland"),
        "tal": factories.make_space(key="tal", name="Talheim"),
    }
    factories.make_office(
        spaces["wald"],
        name="Sozialraumbüro Waldland",
        street="Am Markt",
        house_number="1",
        postcode="99001",
        place="Altwald",
        telephone="030 23125 001",
        email="wald@example.org",
        is_example=True,
    )
    factories.make_office(spaces["wald"], name="Büro Neuwald", is_main=False)
    factories.make_office(
        spaces["tal"], name="Sozialraumbüro Talheim", telephone="030 23125 002", confirmed_on=START
    )
    record(
        [
            Catchment(
                space=spaces[row.space],
                municipality=municipalities[row.ags],
                valid_from=row.valid_from,
                ground=Catchment.Ground.TERRITORY,
            )
            for row in CATCHMENTS
        ]
    )
