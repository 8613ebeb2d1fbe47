"""Facts for other programs: lists, with filters and paging, and single ones, under ``/api/v1/``.

Everything told is in memory (`spaces.representation`), so a list costs two queries at most, whatever its length: the
version of the journal, and what has changed since a cursor.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple, TypedDict, Union, get_type_hints
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Choices
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.replies import ReadView
from portal.schema import Parameter
from spaces import shapes, vocabulary
from spaces.geojson import offices_collection, spaces_collection
from spaces.map import district
from spaces.models import Change
from spaces.models.fact import Recorded
from spaces.open_now import Opening
from spaces.representation import (
    Known,
    event_json,
    figure_json,
    helpline_json,
    known,
    offer_json,
    offers_of,
    office_json,
    partner_json,
    provider_json,
    runs,
    service_json,
    space_json,
)
from spaces.texts import Text

#: Parameters that every list has.
LIST = frozenset({"lang", "page", "page_size", "fields", "changed_since"})

PAGE_SIZE, LARGEST_PAGE = 100, 500


class Row(NamedTuple):
    """What a list holds: a fact with what it takes to tell of it. `uuids`: of the fact, and of all else that it is told
    with, so that a change of those is a change of it. `openings`: the hours that are told with it.
    """

    fact: Any
    uuids: frozenset[UUID]
    openings: tuple[Opening, ...] = ()
    also: Any = None


def row(
    fact: Any, *parts: Recorded | Text | None, openings: Iterable[Opening | None] = (), also: Any = None
) -> Row:
    """`parts`: what it is told with."""
    hours = tuple(opening for opening in openings if opening and opening.has_hours)
    with_it = (*parts, *(opening.fact for opening in hours))
    keys = [part.node.key if isinstance(part, Text) else part.uuid for part in with_it if part]
    return Row(fact, frozenset((fact.uuid, *keys)), hours, also)


class FactView(ReadView):
    """One kind of fact. `tells`: the shape of one. `identifier`: by what a single one is named in its address."""

    tells: ClassVar[Any]
    identifier: ClassVar[Literal["key", "uuid"]] = "uuid"
    operation: ClassVar[str]
    shape: ClassVar[Any]
    described = {
        "language_spoken": Parameter(
            schema={"type": "string", "enum": vocabulary.SpokenLanguage.values},
            description="Only where somebody speaks this language.",
            example="ar",
        )
    }
    field_types: ClassVar[dict[str, Any]]

    def rows(self, k: Known) -> Iterable[Row]:
        """All that are public, in their order."""
        raise NotImplementedError

    def told(self, row: Row, k: Known) -> Any:
        """A row as JSON."""
        raise NotImplementedError

    def named(self, row: Row) -> str:
        return str(getattr(row.fact, self.identifier))

    # What a filter compares with; a view has those that its parameters name.

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        """The primary keys of the spaces to which it belongs; None is the whole county."""
        raise NotImplementedError

    def services_of(self, row: Row, k: Known) -> set[int]:
        raise NotImplementedError

    def languages_of(self, row: Row, k: Known) -> Iterable[str]:
        return list(row.fact.languages)


class ListView(FactView):
    """A list of facts."""

    def get(self, request: Request) -> Response:
        k = known(request._request)
        rows = list(self.rows(k))
        for name in sorted(self.parameters & _FILTERS.keys() & set(request.GET)):
            keep = _FILTERS[name](self, request.GET[name], k)
            rows = [row for row in rows if keep(row)]
        fields = _fields(request, self.field_types)
        size = whole_number(request, "page_size", PAGE_SIZE, LARGEST_PAGE)
        page = whole_number(request, "page", 1, 9999)
        pages = max(1, -(-len(rows) // size))
        if page > pages:
            raise NotFound(_("There are not so many pages."))
        shown = rows[(page - 1) * size : page * size]
        results = [self.told(row, k) for row in shown]
        if fields:
            results = [{name: result[name] for name in fields} for result in results]
        response = Response(
            {
                "count": len(rows),
                "next": _address(request, page + 1) if page < pages else None,
                "previous": _address(request, page - 1) if page > 1 else None,
                "results": results,
            }
        )
        _expire(response, shown, k)
        return response


class DetailView(FactView):
    """One fact."""

    parameters = frozenset({"lang", "fields"})

    def get(self, request: Request, name: str | UUID) -> Response:
        k = known(request._request)
        found = next((row for row in self.rows(k) if self.named(row) == str(name)), None)
        if found is None:
            raise NotFound
        result = self.told(found, k)
        if fields := _fields(request, self.field_types):
            result = {name: result[name] for name in fields}
        response = Response(result)
        _expire(response, [found], k)
        return response


# What lists are filtered by -------------------------------------------------------------------------------------------


def _in_space(view: FactView, value: str, k: Known) -> Callable[[Row], bool]:
    space = next((space for space in k.register.spaces if space.key == value), None)
    if space is None:
        raise NotFound(_("There is no such space."))
    wanted = {space.pk, None}
    return lambda row: bool(view.spaces_of(row, k) & wanted)


def _of_service(view: FactView, value: str, k: Known) -> Callable[[Row], bool]:
    service = next((service for service in k.register.services if service.key == value), None)
    if service is None or not k.text("service", service.pk):
        raise NotFound(_("There is no such service."))
    wanted = service.pk
    return lambda row: wanted in view.services_of(row, k)


def _speaking(view: FactView, value: str, k: Known) -> Callable[[Row], bool]:
    if value not in vocabulary.SpokenLanguage.values:
        raise ValidationError({"language_spoken": [_("This language is not one that teams may have.")]})
    return lambda row: value in view.languages_of(row, k)


def _open_at(view: FactView, value: str, k: Known) -> Callable[[Row], bool]:
    try:
        # A plus sign in a query is a blank, unless it was escaped.
        at = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValidationError(
            {"open_at": [_("Write a moment with its distance from UTC: 2026-11-24T10:00:00+01:00.")]}
        )
    # So far away nobody knows any hours.
    if not 2000 <= at.year < 2100:
        return lambda row: False
    return lambda row: any(opening.table.state(at).open for opening in row.openings)


def _changed_since(view: FactView, value: str, k: Known) -> Callable[[Row], bool]:
    seen = cursor_of("changed_since", value, k.register.version)
    changed = set(Change.objects.filter(id__gt=seen).values_list("uuid", flat=True))
    return lambda row: not changed.isdisjoint(row.uuids)


_FILTERS: dict[str, Callable[[FactView, str, Known], Callable[[Row], bool]]] = {
    "space": _in_space,
    "service": _of_service,
    "language_spoken": _speaking,
    "open_at": _open_at,
    "changed_since": _changed_since,
}


def cursor_of(parameter: str, value: str, newest: int) -> int:
    """Where in the journal a cursor stands. Raises NotFound where nobody was ever given it, as after the database was
    put back from a copy: then what was read is not the portal's any more.
    """
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise ValidationError({parameter: [_("This is no cursor of /api/v1/changes/.")]})
    if int(value) > newest:
        raise NotFound(_("This cursor is not known. Read everything again, and begin with a new one."))
    return int(value)


def whole_number(request: Request, parameter: str, default: int, largest: int) -> int:
    value = request.GET.get(parameter)
    if value is None:
        return default
    # One way to write each number, so that no reply is kept twice.
    if (
        not value.isascii()
        or not value.isdigit()
        or str(int(value[:9])) != value
        or not 1 <= int(value) <= largest
    ):
        raise ValidationError(
            {parameter: [_("Write a whole number from 1 to %(largest)s.") % {"largest": largest}]}
        )
    return int(value)


def _fields(request: Request, known_fields: dict[str, Any]) -> list[str]:
    value = request.GET.get("fields")
    if value is None:
        return []
    wanted = value.split(",")
    if not set(wanted) <= known_fields.keys():
        names = ", ".join(known_fields)
        raise ValidationError(
            {
                "fields": [
                    _("There is a field that is not known here. Known are: %(names)s.") % {"names": names}
                ]
            }
        )
    return [name for name in known_fields if name in wanted]


def _address(request: Request, page: int) -> str:
    query = {**request.GET.dict(), "page": str(page)}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def _expire(response: Response, rows: Iterable[Row], k: Known) -> None:
    """A reply that says what is open now is true until that changes."""
    ends = [opening.table.next_change(k.at) for row in rows for opening in row.openings]
    response.expires_at = min((end for end in ends if end), default=None)  # type: ignore[attr-defined]


# Each kind ------------------------------------------------------------------------------------------------------------


class Spaces(FactView):
    """The spaces, each with its offices and who runs it."""

    tells = shapes.Space
    identifier = "key"

    def rows(self, k: Known) -> Iterable[Row]:
        for space in k.register.spaces:
            offices = k.facts.offices.get(space.pk, [])
            parts = (space, k.text("space", space.pk), k.facts.mandates.get(space.pk), *offices)
            yield row(space, *parts, openings=map(k.facts.opening, offices))

    def told(self, row: Row, k: Known) -> Any:
        return space_json(row.fact, k)

    def services_of(self, row: Row, k: Known) -> set[int]:
        return {
            offer.service_id for o in k.facts.offices.get(row.fact.pk, ()) for offer, _ in offers_of(o, k)
        }

    def languages_of(self, row: Row, k: Known) -> Iterable[str]:
        return {code for office in k.facts.offices.get(row.fact.pk, ()) for code in office.languages}


class Offices(FactView):
    """The offices, with their hours: how it is now, when that changes, and the next seven days."""

    tells = shapes.Office

    def rows(self, k: Known) -> Iterable[Row]:
        for space in k.register.spaces:
            for office in k.facts.offices.get(space.pk, ()):
                parts = (space, *(part for pair in offers_of(office, k) for part in pair))
                yield row(office, *parts, openings=[k.facts.opening(office)])

    def told(self, row: Row, k: Known) -> Any:
        return office_json(row.fact, k)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.fact.space_id}

    def services_of(self, row: Row, k: Known) -> set[int]:
        return {offer.service_id for offer, _ in offers_of(row.fact, k)}


class Services(FactView):
    """The kinds of help. Their names are the titles of their pages."""

    tells = shapes.Service
    identifier = "key"

    def rows(self, k: Known) -> Iterable[Row]:
        for service in k.register.services:
            if text := k.text("service", service.pk):
                yield row(service, text)

    def told(self, row: Row, k: Known) -> Any:
        return service_json(row.fact, k)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        offices = [office for of_space in k.facts.offices.values() for office in of_space]
        return {
            office.space_id
            for office in offices
            if any(offer.service_id == row.fact.pk for offer in k.facts.offers.get(office.pk, ()))
        }


class Offers(FactView):
    """Which service there is at which office: who gives it, to whom, how, when and in which languages."""

    tells = shapes.Offer

    def rows(self, k: Known) -> Iterable[Row]:
        for space in k.register.spaces:
            for office in k.facts.offices.get(space.pk, ()):
                for offer, text in offers_of(office, k):
                    parts = (text, office, space, offer.provider, k.facts.mandates.get(space.pk))
                    yield row(offer, *parts, openings=[k.facts.opening(offer)], also=(office, text))

    def told(self, row: Row, k: Known) -> Any:
        office, text = row.also
        return offer_json(row.fact, office, text, k)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.also[0].space_id}

    def services_of(self, row: Row, k: Known) -> set[int]:
        return {row.fact.service_id}


class Providers(FactView):
    """Who runs the teams of the spaces."""

    tells = shapes.Provider
    identifier = "key"

    def rows(self, k: Known) -> Iterable[Row]:
        for provider in k.register.providers:
            mandates = [one for one in k.facts.mandates.values() if one.provider_id == provider.pk]
            yield row(provider, k.text("provider", provider.pk), *mandates)

    def told(self, row: Row, k: Known) -> Any:
        return provider_json(row.fact, k)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {space.pk for space in k.register.spaces if runs(row.fact, space, k)}


class Events(FactView):
    """The events that have a page, past ones too, by time. One of the whole county is one of each space."""

    tells = shapes.Event
    identifier = "key"

    def rows(self, k: Known) -> Iterable[Row]:
        for event in k.register.events:
            if text := k.text("event", event.pk):
                yield row(event, text, event.office, event.space)

    def told(self, row: Row, k: Known) -> Any:
        return event_json(row.fact, k)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.fact.space_id}


class Figures(FactView):
    """Numbers about the work. What could point at a family is not shown."""

    tells = shapes.Figure

    def rows(self, k: Known) -> Iterable[Row]:
        for figure in k.register.figures:
            # Whether a number is shown depends on those beside it.
            beside = [one.fact for one in k.register.figures if one.fact.year == figure.fact.year]
            yield row(figure.fact, figure.fact.space, *beside, also=figure)

    def told(self, row: Row, k: Known) -> Any:
        return figure_json(row.also, k)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.fact.space_id or -1}


class Partners(FactView):
    """With whom the offices work locally."""

    tells = shapes.Partner

    def rows(self, k: Known) -> Iterable[Row]:
        for space in k.register.spaces:
            for partner in k.facts.partners.get(space.pk, ()):
                yield row(partner, space, also=space)

    def told(self, row: Row, k: Known) -> Any:
        return partner_json(row.fact, row.also)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.fact.space_id}


class Helplines(FactView):
    """Numbers that help at once, whoever calls from wherever, in the order in which to show them."""

    tells = shapes.Helpline
    identifier = "key"

    def rows(self, k: Known) -> Iterable[Row]:
        for line in k.facts.helplines:
            yield row(line, openings=[k.facts.opening(line)])

    def told(self, row: Row, k: Known) -> Any:
        return helpline_json(row.fact, k)


class GeoJsonRenderer(JSONRenderer):
    media_type = "application/geo+json"
    format = "geojson"


class SpacesMapView(ReadView):
    """The spaces as GeoJSON, with coarse outlines: a corner may lie half a kilometre beside the border."""

    operation = "map_of_spaces"
    shape = shapes.SpaceFeatures
    media_type = GeoJsonRenderer.media_type
    renderer_classes = [GeoJsonRenderer]

    def get(self, request: Request) -> Response:
        return Response(spaces_collection(district(settings.PORTAL_DATA), known(request._request)))


class OfficesMapView(ReadView):
    """The offices of which the position is known, as GeoJSON."""

    operation = "map_of_offices"
    shape = shapes.OfficeFeatures
    media_type = GeoJsonRenderer.media_type
    renderer_classes = [GeoJsonRenderer]

    def get(self, request: Request) -> Response:
        return Response(offices_collection(known(request._request)))


class VocabulariesView(ReadView):
    """The words for the codes of every vocabulary, in the reply's language."""

    operation = "vocabularies"
    shape = dict[str, dict[str, str]]

    def get(self, request: Request) -> Response:
        kinds = [kind for kind in vars(vocabulary).values() if isinstance(kind, type)]
        return Response(
            {
                _snake(kind.__name__): {str(value): str(label) for value, label in kind.choices}
                for kind in kinds
                if issubclass(kind, Choices) and kind.__module__ == vocabulary.__name__
            }
        )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def paths(kind: type[FactView], *filters: str) -> list[URLPattern]:
    """The list of one kind of fact, which can be filtered by these parameters, and a single one."""
    name = kind.__name__.lower()
    hints = get_type_hints(kind.tells, include_extras=True)
    some: Any = TypedDict(f"SomeOf{kind.tells.__name__}", hints, total=False)  # type: ignore[misc]
    one: Any = Union[kind.tells, some]  # noqa: UP007
    url = shapes.Url | None
    members: Any = {"count": int, "next": url, "previous": url, "results": list[one]}
    shape: Any = TypedDict(f"ListOf{kind.__name__}", members)  # type: ignore[misc]
    described = {"__doc__": kind.__doc__, "field_types": hints}
    of_list = {"parameters": LIST | set(filters), "shape": shape, "operation": f"list_{name}"}
    of_one = {"shape": one, "operation": f"get_{name.removesuffix('s')}"}
    converter = "slug" if kind.identifier == "key" else "uuid"
    listing: Any = type(f"{kind.__name__}ListView", (kind, ListView), {**described, **of_list})
    detail: Any = type(f"{kind.__name__}DetailView", (kind, DetailView), {**described, **of_one})
    return [
        path(f"{name}/", listing.as_view(), name=f"api-{name}"),
        path(f"{name}/<{converter}:name>/", detail.as_view(), name=f"api-{name}-one"),
    ]


urlpatterns = [
    *paths(Spaces, "service", "language_spoken", "open_at"),
    *paths(Offices, "space", "service", "language_spoken", "open_at"),
    *paths(Services, "space"),
    *paths(Offers, "space", "service", "language_spoken", "open_at"),
    *paths(Providers, "space"),
    *paths(Events, "space"),
    *paths(Figures, "space"),
    *paths(Partners, "space"),
    *paths(Helplines, "language_spoken", "open_at"),
    path("spaces.geojson", SpacesMapView.as_view(), name="api-spaces-map"),
    path("offices.geojson", OfficesMapView.as_view(), name="api-offices-map"),
    path("vocabularies/", VocabulariesView.as_view(), name="api-vocabularies"),
]
