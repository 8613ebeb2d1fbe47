"""The lookup for other programs, `POST /api/v1/lookup/`, and what follows from the catchments: places and schools."""

from collections.abc import Iterable
from typing import Any, TypedDict

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import replies
from search.address import fold
from search.answers import Answer, as_json
from search.lookup import Index, index
from spaces import models, shapes
from spaces.api import FactView, Row, paths, row
from spaces.representation import Known, authority_json, municipality_json, named, school_json

#: An address is short. A longer body is no request for us.
LARGEST_BODY = 4096


class BodyTooLarge(replies.BodyTooLarge):
    default_detail = _("The request is too large. An address has at most a few hundred characters.")


class ClientThrottle(replies.ClientThrottle):
    """120 requests a minute a client."""

    rate = "120/min"
    scope = "lookup"


class Asked(TypedDict):
    """An address in any words, as it was typed."""

    address: str


class LookupView(APIView):
    """Finds the office for an address. The answer has status 200 whatever it is; nothing is kept."""

    operation = "lookup"
    takes = Asked
    shape = Answer
    throttle_classes = [ClientThrottle]
    parameters = frozenset({"lang"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            raise BodyTooLarge
        super().initial(request, *args, **kwargs)

    def post(self, request: Request) -> Response:
        try:
            body = request.data
        except RecursionError:
            # Brackets within brackets, as no request of ours has them.
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("address"), str):
            raise ValidationError(
                {"address": [_('Send a JSON object with the address as text: {"address": "…"}')]}
            )
        latest = index()
        outcome = latest.find(body["address"], timezone.localdate())
        return Response(as_json(outcome, latest), headers={"Cache-Control": "no-store"})


class Places(FactView):
    """The villages and quarters of the county, for pickers, with the space that answers for each."""

    tells = shapes.Place

    def rows(self, k: Known) -> Iterable[Row]:
        territory = Territory(k)
        for place in k.register.places:
            at = territory.positions.get((place.municipality.ags, place.name))
            space = territory.space_of([] if at is None else [at])
            yield row(place, place.municipality, space, also=(space, territory.is_divided(at)))

    def told(self, row: Row, k: Known) -> shapes.Place:
        place: models.Place = row.fact
        space, is_divided = row.also
        authority = place.municipality.authority if space is None else None
        return {
            "uuid": str(place.uuid),
            "name": place.name,
            "municipality": municipality_json(place.municipality),
            "postcodes": place.postcodes.split(),
            "space": named(space) if space else None,
            "authority": authority_json(authority) if authority else None,
            "is_divided": is_divided,
        }

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.also[0].pk if row.also[0] else -1}


class Schools(FactView):
    """The primary schools, with the space whose office works there."""

    tells = shapes.School

    def rows(self, k: Known) -> Iterable[Row]:
        territory = Territory(k)
        for school in k.register.schools:
            space = territory.space_of_school(school)
            yield row(school, school.municipality, space, also=space)

    def told(self, row: Row, k: Known) -> shapes.School:
        return school_json(row.fact, row.also)

    def spaces_of(self, row: Row, k: Known) -> set[int | None]:
        return {row.also.pk if row.also else -1}


class Territory:
    """Which space answers where today: the catchments as the lookup has them."""

    def __init__(self, k: Known) -> None:
        latest: Index = index(k.register.version)
        self._spaces = {space.key: space for space in k.register.spaces}
        self._plan = latest.router.plan(timezone.localdate(k.at))
        self._gazetteer = latest.router.gazetteer
        #: Where the gazetteer has a place, by municipality (AGS) and name.
        self.positions = {(place.ags, place.name): at for at, place in enumerate(self._gazetteer.places)}

    def space_of(self, places: Iterable[int], street: str = "", number: str = "") -> models.Space | None:
        """The one space that answers in all of these places; None where it is another, or not one."""
        if street:
            found = {d.answer.space for at in places for d in self._plan.decisions(at, fold(street), number)}
        else:
            found = {decision.answer.space for at in places for decision in self._plan.base(at)}
        return self._spaces.get(found.pop()) if len(found) == 1 else None

    def is_divided(self, at: int | None) -> bool:
        """Whether something else was decided for some of a place's streets."""
        return at is not None and bool(self._plan.divided(at))

    def space_of_school(self, school: models.School) -> models.Space | None:
        at = self.positions.get((school.municipality.ags, school.place))
        places = self._gazetteer.in_municipality.get(school.municipality.ags, ()) if at is None else [at]
        return self.space_of(places, school.street, school.house_number)


urlpatterns = [
    path("lookup/", LookupView.as_view(), name="api-lookup"),
    *paths(Places, "space"),
    *paths(Schools, "space"),
]
