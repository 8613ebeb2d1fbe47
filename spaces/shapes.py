"""The shapes of what programs are told about facts, as types: `spaces.representation` makes them, mypy holds it to
them, and `portal.schema` describes them in the OpenAPI document.

Every member is always there; null means that it is not known or that there is none. Codes are those of
`spaces.vocabulary`; `/api/v1/vocabularies/` has the words for them. Texts are in the reply's language unless
`translation.language` says otherwise; proper names are as they are. Days are `YYYY-MM-DD`, moments have Berlin's
distance from UTC, times of the day are `HH:MM`; `00:00` as an end is midnight.
"""

from typing import Annotated, Literal, TypedDict

from portal.schema import Written
from portal.translation import TranslationCode
from spaces.vocabulary import (
    Audience,
    Booking,
    Cost,
    EventKind,
    FigureKind,
    Known,
    PartnerKind,
    Precision,
    ProviderKind,
    Setting,
    SpokenLanguage,
    TargetGroup,
    Way,
)

Uuid = Annotated[str, Written(format="uuid")]
Day = Annotated[str, Written(format="date")]
Moment = Annotated[str, Written(format="date-time")]
Clock = Annotated[str, Written(pattern="^[0-2][0-9]:[0-5][0-9]$")]
Url = Annotated[str, Written(format="uri")]

State = Literal["example", "unconfirmed", "confirmed"]


class Confirmed(TypedDict):
    """How sure a fact is: who said so is its source, of when that source is stands in `as_of`."""

    state: State
    confirmed_on: Day | None
    source: str
    as_of: str


class Fact(Confirmed):
    """What every fact has."""

    uuid: Uuid


class Named(TypedDict):
    """A fact that is told elsewhere, by its key."""

    key: str
    name: str


class Translation(TypedDict):
    """What a reader has to be told of a text: in which language it is, and in which states its translation is, the
    gravest first. `original_changed`: when the German words last changed; `translated`: when the translation was
    published.
    """

    language: str
    states: list[TranslationCode]
    original_changed: Moment | None
    translated: Moment | None


class PageText(TypedDict):
    """The words of a page about a fact, and where it is for somebody who reads in the reply's language."""

    uuid: Uuid
    title: str
    lead: str
    url: Url
    translation: Translation


class Page(PageText):
    """A page of the portal. `parent` is the uuid of the page above it; `languages`: into which it is translated."""

    kind: str
    parent: Uuid | None
    languages: list[str]
    published: Moment | None


class Span(TypedDict):
    opens: Clock
    closes: Clock
    way: Annotated[str, Way]


class WeekDay(TypedDict):
    """`usual`: the spans that another week would hold on this day, where they are others."""

    day: Day
    spans: list[Span]
    usual: list[Span]
    reason: str


class Announced(TypedDict):
    """Days ahead on which it is closed, or open at other hours; both days belong to it."""

    first: Day
    last: Day
    spans: list[Span]
    reason: str


class Now(TypedDict):
    """How it is at this moment, and until when; null: nothing is known to change. While closed, `ways` are those that
    open next.
    """

    open: bool
    ways: list[Annotated[str, Way]]
    until: Moment | None
    reason: str


class Hours(Confirmed):
    now: Now
    week: list[WeekDay]
    announced: list[Announced]


class Stop(TypedDict):
    name: str
    lines: str
    minutes: int | None


class Position(TypedDict):
    latitude: float
    longitude: float


class Building(TypedDict):
    step_free: Annotated[str, Known]
    lift: Annotated[str, Known]
    accessible_toilet: Annotated[str, Known]
    hearing_loop: Annotated[str, Known]
    parking: Annotated[str, Known]


class OfficeContact(Fact):
    """An office as the lookup names it. Nothing of an example may become a link that dials or writes."""

    name: str
    street: str
    house_number: str
    postcode: str
    place: str
    telephone: str
    email: str


class Office(OfficeContact):
    space: Named
    is_main: bool
    position: Position | None
    languages: list[Annotated[str, SpokenLanguage]]
    building: Building
    stops: list[Stop]
    services: list[Named]
    hours: Hours | None


class Running(Confirmed):
    """Who runs a space, and from when until when."""

    provider: Named
    valid_from: Day | None
    valid_until: Day | None


class TownHall(TypedDict):
    street: str
    postcode: str
    place: str


class Space(Fact):
    key: str
    name: str
    town_hall: TownHall | None
    run_by: Running | None
    page: PageText | None
    offices: list[Office]


class Service(Fact):
    """A kind of help. Its name is the title of its page."""

    key: str
    name: str
    page: PageText
    spaces: list[Named]


class OfficeName(TypedDict):
    uuid: Uuid
    name: str


class Offer(Fact):
    """A service at an office. `provider` is who gives it; null where nobody has said so. `hours` are its own, or else
    those of the office.
    """

    service: Named
    office: OfficeName
    space: Named
    provider: Named | None
    target_groups: list[Annotated[str, TargetGroup]]
    settings: list[Annotated[str, Setting]]
    booking: list[Annotated[str, Booking]]
    cost: Annotated[str, Cost]
    languages: list[Annotated[str, SpokenLanguage]]
    interpreter: Annotated[str, Known]
    sign_language_interpreter: Annotated[str, Known]
    has_own_hours: bool
    hours: Hours | None


class Provider(Fact):
    """Who runs the team of a space; `spaces` are those of today."""

    key: str
    name: str
    kind: Annotated[str, ProviderKind]
    website: str
    page: PageText | None
    spaces: list[Named]


class Helpline(Fact):
    """A number that helps at once. `languages_count` where only their number is known."""

    key: str
    name: str
    telephone: str
    website: str
    audience: Annotated[str, Audience]
    languages: list[Annotated[str, SpokenLanguage]]
    languages_count: int | None
    is_emergency: bool
    hours: Hours | None


class MunicipalityName(TypedDict):
    ags: str
    name: str


class SchoolSite(TypedDict):
    name: str
    street: str
    postcode: str
    place: str


class School(Fact):
    """A primary school; `space` is the one whose office works there, null where that is not decided."""

    name: str
    street: str
    house_number: str
    postcode: str
    place: str
    municipality: MunicipalityName
    space: Named | None
    sites: list[SchoolSite]


class Event(Fact):
    """An event that has a page; its name is the page's title. `space` null: of the whole county."""

    key: str
    name: str
    kind: Annotated[str, EventKind]
    starts: Moment
    ends: Moment
    space: Named | None
    office: OfficeName | None
    venue: str
    street: str
    postcode: str
    place: str
    page: PageText
    calendar: Url


class Figure(Fact):
    """A number about the work of a year. A count of one to four could point at a family: `hidden` says so, and the
    number is null. `text` is the number in words.
    """

    year: int
    kind: Annotated[str, FigureKind]
    space: Named | None
    precision: Annotated[str, Precision] | None
    value: float | None
    value_to: float | None
    hidden: Literal["small", "kept_back"] | None
    text: str


class Partner(Fact):
    name: str
    kind: Annotated[str, PartnerKind]
    space: Named
    street: str
    postcode: str
    place: str
    telephone: str
    website: str


class Authority(TypedDict):
    key: str
    name: str
    kind: str
    telephone: str
    website: str
    state: State


class Place(TypedDict):
    """A village or quarter, for pickers. `space` is the one that answers for it; null where it is the `authority`, or
    where nobody has decided. `is_divided`: some of its streets belong to another space, so ask the lookup.
    """

    uuid: Uuid
    name: str
    municipality: MunicipalityName
    postcodes: list[str]
    space: Named | None
    authority: Authority | None
    is_divided: bool


class Change(TypedDict):
    """A fact or page (by its `uuid`) of this kind changed, or is not public any more."""

    uuid: Uuid
    kind: str
    at: Moment
    deleted: bool


class GeoPoint(TypedDict):
    type: Literal["Point"]
    coordinates: list[float]


class GeoOutline(TypedDict):
    type: Literal["MultiPolygon"]
    coordinates: list[list[list[list[float]]]]


class OfficeProperties(OfficeContact):
    space: Named


class OfficeFeature(TypedDict):
    type: Literal["Feature"]
    id: Uuid
    geometry: GeoPoint
    properties: OfficeProperties


class OfficeFeatures(TypedDict):
    type: Literal["FeatureCollection"]
    features: list[OfficeFeature]


class SpaceProperties(Named):
    state: State
    url: Url | None


class SpaceFeature(TypedDict):
    type: Literal["Feature"]
    id: Uuid
    geometry: GeoOutline | None
    properties: SpaceProperties


class Credit(TypedDict, total=False):
    credit: str
    licence: str
    licence_url: Url


class SpaceFeatures(Credit):
    """Where there are outlines, `credit` and `licence` have to be shown beside them."""

    type: Literal["FeatureCollection"]
    features: list[SpaceFeature]


class Changes(TypedDict):
    """`cursor` is for the next request; there is more at once where it is not `newest`. Both are opaque."""

    cursor: str
    newest: str
    results: list[Change]
