"""The one seam between the pure lookup and the portal: page, API and command all ask here."""

import logging
import traceback
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from search.gazetteer import Gazetteer, MunicipalityRow, OutsideRow, PlaceRow, SchoolRow, StreetRow
from search.models import Catchment, Street
from search.routing import CatchmentRow, Outcome, Router, Unknown
from spaces.changes import changed_since, version
from spaces.models import Authority, Municipality, Office, OutsidePlace, Place, School, Space

logger = logging.getLogger(__name__)

#: A change of any of these makes a new index.
KINDS = (
    "authority",
    "catchment",
    "municipality",
    "office",
    "outsideplace",
    "place",
    "school",
    "space",
    "street",
)


class Index(NamedTuple):
    """Everything a lookup needs, in memory, as of one version of the journal."""

    version: int
    router: Router
    spaces: dict[str, Space]
    offices: dict[UUID, Office]
    main_offices: dict[str, Office]
    authorities: dict[str, Authority]

    def find(self, text: str, on: date) -> Outcome:
        """What somebody typed, answered for a day. Never raises for what a person types.

        Should the lookup itself break, the person is shown the ways on, and the log says where it broke: file and line,
        never the message of the error, which could quote the address.
        """
        try:
            return self.router.find(text, on)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            logger.error("The lookup broke: %s at %s:%s", type(error).__name__, where.filename, where.lineno)
            return Unknown("failed")


_latest: Index | None = None


def find_office(text: str, on: date) -> Outcome:
    """Found, Choice, Elsewhere or Unknown for an address typed in any way, on this day."""
    return index().find(text, on)


def index(newest: int | None = None) -> Index:
    """The index of the newest version of the journal, built once a process for it. One query when it is current, and
    none where the caller knows the newest version already.
    """
    global _latest
    newest = version() if newest is None else newest
    if _latest is None:
        _latest = _build(newest)
    elif newest > _latest.version:
        # Something changed, perhaps only a page.
        is_stale = changed_since(_latest.version, KINDS)
        _latest = _build(newest) if is_stale else _latest._replace(version=newest)
    return _latest


def forget() -> None:
    """Drop the index. For tests, which roll the journal back."""
    global _latest
    _latest = None


def _build(newest: int) -> Index:
    spaces = {space.key: space for space in Space.objects.all()}
    offices = {office.uuid: office for office in Office.objects.select_related("space")}
    return Index(
        newest,
        Router(gazetteer(), catchment_rows()),
        spaces,
        offices,
        {office.space.key: office for office in offices.values() if office.is_main},
        {authority.key: authority for authority in Authority.objects.all()},
    )


def gazetteer() -> Gazetteer:
    """The gazetteer as the database holds it."""
    county = Authority.objects.filter(kind=Authority.Kind.COUNTY).first()
    municipalities = Municipality.objects.select_related("authority")
    return Gazetteer(
        # "Landkreis Lüneburg": what people add to a place is the last word.
        district=county.name.split()[-1] if county else "",
        municipalities=[
            MunicipalityRow(
                row.ags,
                row.name,
                row.association,
                row.authority.key if row.authority else "",
                row.streets_complete_on is not None,
            )
            for row in municipalities
        ],
        places=[
            PlaceRow(name, ags, tuple(postcodes.split()), _writings(also))
            for name, ags, postcodes, also in Place.objects.order_by("municipality__ags", "name").values_list(
                "name", "municipality__ags", "postcodes", "also"
            )
        ],
        outside=[
            OutsideRow(name, region, authority or "", tuple(postcodes.split()), twin, _writings(also))
            for name, region, authority, postcodes, twin, also in OutsidePlace.objects.values_list(
                "name", "region", "authority__key", "postcodes", "twin", "also"
            )
        ],
        streets=_streets(),
        schools=[
            SchoolRow(
                s.name, s.municipality.ags, s.place, s.postcode, s.street, s.house_number, _writings(s.also)
            )
            for s in School.objects.select_related("municipality")
        ],
    )


def catchment_rows() -> list[CatchmentRow]:
    """All catchments, of past and future days too."""
    return [row_of(c) for c in Catchment.objects.select_related("space", "municipality", "place", "office")]


def row_of(catchment: Catchment) -> CatchmentRow:
    """A catchment as the rules read it."""
    c = catchment
    return CatchmentRow(
        c.space.key,
        c.municipality.ags,
        c.place.name if c.place else "",
        c.street,
        c.numbers,
        c.valid_from,
        c.valid_until,
        # The main office is named by its space, so that both ways to say it are one answer.
        str(c.office.uuid) if c.office and not c.office.is_main else "",
        c.ground,
        str(c.uuid),
    )


def _streets() -> Iterator[StreetRow]:
    rows: Any = Street.objects.values_list("name", "municipality__ags", "place__name")
    for name, ags, place in rows.iterator(chunk_size=5000):
        yield StreetRow(name, ags, place or "")


def _writings(also: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in also.split("|") if part.strip())
