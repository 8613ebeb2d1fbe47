"""Open Referral's HSDS 3.0 for other programs, under `/api/hsds/`: its endpoints, with their parameters and pages.

What a service is stands in `spaces.hsds`. Here it is found: by words, by where it is for, by when it changed. HSDS has
these in the address of a request; what is searched for is kept nowhere all the same: neither in a log nor in a cache.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from django.core.paginator import EmptyPage, Paginator
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.languages import DEFAULT_CODE
from portal.replies import ReadView
from portal.tree import tree
from search import lookup
from search.text import Document, Index
from spaces import changes, open_now
from spaces.hsds import VERSION, Directory, Entry, Node, directory, single

#: Objects on a page of a list: as many as are asked for, or else so many.
MOST, USUAL = 500, 50
LAST_PAGE = 9999

#: HSDS without a profile of our own, and the document that defines its interface.
PROFILE = "https://docs.openreferral.org/en/3.0/"
OPENAPI = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json"


_BOOLEAN = {"type": "boolean"}
_TEXT = {"type": "string"}

#: The parameters of HSDS, for the description of the interface.
_DESCRIBED: dict[str, dict[str, Any]] = {
    "search": {"schema": _TEXT, "description": "Full text search."},
    "page": {
        "schema": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE},
        "description": "Number of the page.",
    },
    "per_page": {
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        "description": "Objects on a page.",
    },
    "format": {
        "schema": {"type": "string", "enum": ["json", "ndjson"]},
        "description": "json, or ndjson: all objects without pages, one a line.",
    },
    "taxonomy_term_id": {"schema": _TEXT, "description": "Only services with this term."},
    "taxonomy_id": {"schema": _TEXT, "description": "Only what has to do with this taxonomy."},
    "organization_id": {"schema": _TEXT, "description": "Only services of this organization."},
    "modified_after": {
        "schema": {"type": "string", "format": "date-time"},
        "description": "Only services that changed on or after this moment.",
    },
    "minimal": {
        "schema": _BOOLEAN,
        "description": "Of each service only what HSDS requires, and last_modified; all on one page.",
    },
    "full": {"schema": _BOOLEAN, "description": "Fully nested objects."},
    "full_service": {"schema": _BOOLEAN, "description": "With all its services, fully nested."},
    "top_only": {"schema": _BOOLEAN, "description": "Only terms without child terms."},
    "parent_id": {"schema": _TEXT, "description": "Only terms below this one."},
    "postcode": {
        "schema": {"type": "string", "pattern": "^[0-9]{5}$"},
        "description": "Only what is there for people who live in this postcode.",
    },
    "proximity": {
        "schema": {"type": "string", "maxLength": 0},
        "description": "Distances are not known: whatever stands here is answered by 400.",
    },
}

_ONE = frozenset({"lang"})
_LIST = _ONE | {"search", "page", "per_page", "format"}
_OF_SERVICES = _LIST | {"taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full"}


class LinesRenderer(BaseRenderer):
    """One JSON object a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"
    charset = None

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> bytes:
        rows = data if isinstance(data, list) else [data]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        # Without a body a reply would lose its media type.
        return (lines or "\n").encode()


class HsdsView(ReadView):
    """What all endpoints have in common: they read everything from memory."""

    renderer_classes: Sequence[type[BaseRenderer]] = [JSONRenderer]
    #: What its query may hold; and what the description of the interface says of it.
    parameters: ClassVar[frozenset[str]] = _ONE
    described = _DESCRIBED
    shape: ClassVar[Any] = dict[str, Any]
    operation: ClassVar[str]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        named = request.query_params.get("format")
        if force or named is None or "format" not in self.parameters:
            return super().perform_content_negotiation(request, force)
        renderers = {renderer.format: renderer for renderer in self.get_renderers()}
        if named not in renderers:
            raise ValidationError({"format": [_("Ask for one of these: %(names)s") % _joined(renderers)]})
        return renderers[named], renderers[named].media_type

    def directory(self) -> Directory:
        """What is told in the reply's language, as of the newest version of the journal."""
        http = self.request._request
        newest: int | None = getattr(http, "facts_version", None)
        if newest is None:
            http.facts_version = newest = changes.version()  # type: ignore[attr-defined]
        return directory(open_now.facts(newest), tree(http), get_language() or DEFAULT_CODE)

    def text(self, name: str) -> str:
        return str(self.request.query_params.get(name, ""))

    def flag(self, name: str) -> bool:
        """ValidationError where it is neither true nor false."""
        said = self.request.query_params.get(name, "false").lower()
        if said not in ("true", "false"):
            raise ValidationError({name: [_("This is true or false.")]})
        return bool(said == "true")

    def number(self, name: str, usual: int, most: int) -> int:
        """ValidationError where it is no whole number from 1 to `most`."""
        said = self.request.query_params.get(name, str(usual))
        if not (said.isascii() and said.isdecimal() and len(said) < 10 and 1 <= int(said) <= most):
            raise ValidationError({name: [_("This is a whole number from 1 to %(most)s.") % {"most": most}]})
        return int(said)

    def found(self, key: str, among: dict[str, Any]) -> Any:
        """What has this id. NotFound where there is none, or where it is not public."""
        if key.lower() not in among:
            raise NotFound
        return among[key.lower()]


class ListView(HsdsView):
    """A list in pages, or as lines."""

    renderer_classes = [JSONRenderer, LinesRenderer]

    def reply(self, rows: Sequence[Any], show: Callable[[Any], Node], usual: int = USUAL) -> Response:
        """These rows, each as `show` makes it. NotFound behind the last page."""
        page, per_page = self.number("page", 1, LAST_PAGE), self.number("per_page", usual, max(MOST, usual))
        # What somebody looks for, and where, is kept nowhere.
        headers = (
            {"Cache-Control": "no-store"} if {"search", "postcode"} & set(self.request.query_params) else {}
        )
        if self.request.accepted_renderer.format == LinesRenderer.format:
            return Response([show(row) for row in rows], headers=headers)
        try:
            found = Paginator(rows, per_page).page(page)
        except EmptyPage as error:
            raise NotFound(_("There is no such page.")) from error
        contents = [show(row) for row in found.object_list]
        body = {
            "total_items": found.paginator.count,
            "total_pages": found.paginator.num_pages,
            "page_number": found.number,
            "size": len(contents),
            "first_page": not found.has_previous(),
            "last_page": not found.has_next(),
            "empty": not contents,
            "contents": contents,
        }
        return Response(body, headers=headers)

    def searched(self, rows: dict[str, Any], kind: str) -> list[Any]:
        """Those in which the words are, the best first; all of them where none are looked for."""
        query = self.text("search").strip()
        if not query:
            return list(rows.values())
        known = self.directory()
        hits = _index(known, kind, get_language() or DEFAULT_CODE).search(query, len(rows))
        return [rows[hit.key] for hit in hits if hit.key in rows]

    def services(self) -> list[Entry]:
        """The services that were asked for."""
        rows: Iterable[Entry] = self.searched(self.directory().services, "services")
        if term := self.text("taxonomy_term_id").lower():
            rows = [row for row in rows if term in row.terms]
        if taxonomy := self.text("taxonomy_id").lower():
            rows = [row for row in rows if taxonomy in row.taxonomies]
        if organization := self.text("organization_id").lower():
            rows = [row for row in rows if row.node["organization_id"] == organization]
        if moment := self.moment("modified_after"):
            # It is told in milliseconds, and has to be found by what was told.
            rows = [
                row
                for row in rows
                if row.modified is None
                or row.modified >= moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            ]
        return list(rows)

    def moment(self, name: str) -> datetime | None:
        """A moment; without a time of the day its beginning, without a zone in the portal's. ValidationError."""
        # A plus sign in an address means a blank.
        if name not in self.request.query_params:
            return None
        said = self.text(name).replace(" ", "+")
        try:
            day = parse_date(said)
            read = datetime(day.year, day.month, day.day) if day else parse_datetime(said)  # noqa: DTZ001
        except ValueError:
            read = None
        if read is None:
            raise ValidationError({name: [_("This is a moment, such as 2026-01-31T12:00:00Z.")]})
        return read if timezone.is_aware(read) else timezone.make_aware(read)


class AboutView(HsdsView):
    """What this interface is."""

    operation = "getAPIMetaInformation"

    def get(self, request: Request) -> Response:
        return Response({"version": VERSION, "profile": PROFILE, "openapi_url": OPENAPI})


class ServiceView(HsdsView):
    """A service with everything around it."""

    operation = "getFullyNestedServiceById"

    def get(self, request: Request, key: str) -> Response:
        return Response(self.found(key, self.directory().services).node)


class ServicesView(ListView):
    """The services: what is offered, once for each office where it is."""

    parameters = _OF_SERVICES | {"minimal"}
    operation = "getPaginatedListOfServices"

    def get(self, request: Request) -> Response:
        rows = self.services()
        if self.flag("minimal"):
            # All services on one page, as HSDS asks.
            return self.reply(rows, _minimal, usual=max(len(rows), USUAL))
        full = self.flag("full")
        return self.reply(rows, lambda row: row.node if full else single(row.node))


class OrganizationView(HsdsView):
    """A provider, with the offices that it runs."""

    parameters = _ONE | {"full_service"}
    operation = "getOrganizationById"

    def get(self, request: Request, key: str) -> Response:
        known = self.directory()
        node = self.found(key, known.organizations)
        return Response(_with_services(node, known) if self.flag("full_service") else node)


class OrganizationsView(ListView):
    """The providers."""

    parameters = _LIST | {"full", "full_service"}
    operation = "getPaginatedListOfOrganizations"

    def get(self, request: Request) -> Response:
        known = self.directory()
        full, full_service = self.flag("full"), self.flag("full_service")

        def show(node: Node) -> Node:
            shown = node if full else single(node)
            return _with_services(shown, known) if full_service else shown

        return self.reply(self.searched(known.organizations, "organizations"), show)


class ServiceAtLocationView(HsdsView):
    """A service at its office."""

    operation = "getServiceAtLocationWithNestedDataById"

    def get(self, request: Request, key: str) -> Response:
        return Response(self.found(key, self.directory().at_locations).at_location)


class ServicesAtLocationsView(ListView):
    """The services at their offices, also by the postcode for which they are there."""

    parameters = _OF_SERVICES | {"postcode", "proximity"}
    operation = "getPaginatedListOfServiceAtLocation"

    def get(self, request: Request) -> Response:
        if self.text("proximity"):
            raise ValidationError(
                {
                    "proximity": [
                        _(
                            "Distances are not known here. Leave this out: a postcode alone finds what is there for the"
                            " people who live in it."
                        )
                    ]
                }
            )
        rows = self.services()
        if "postcode" in request.query_params:
            postcode = self.text("postcode")
            if not (postcode.isascii() and postcode.isdecimal() and len(postcode) == 5):
                raise ValidationError({"postcode": [_("A postcode has five digits.")]})
            spaces = _spaces_of(postcode, request._request.facts_version)  # type: ignore[attr-defined]
            rows = [row for row in rows if row.space in spaces]
        full = self.flag("full")
        return self.reply(rows, lambda row: row.at_location if full else single(row.at_location))


class TaxonomyView(HsdsView):
    """A taxonomy."""

    operation = "getTaxonomyById"

    def get(self, request: Request, key: str) -> Response:
        return Response(self.found(key, self.directory().taxonomies))


class TaxonomiesView(ListView):
    """The taxonomies: spaces, kinds of help, and the fixed vocabularies."""

    parameters = _LIST
    operation = "getPaginatedListOfTaxonomies"

    def get(self, request: Request) -> Response:
        return self.reply(self.searched(self.directory().taxonomies, "taxonomies"), dict)


class TermView(HsdsView):
    """A term of a taxonomy."""

    operation = "getTaxonomyTermById"

    def get(self, request: Request, key: str) -> Response:
        return Response(self.found(key, self.directory().terms))


class TermsView(ListView):
    """The terms of the taxonomies. None stands below another."""

    parameters = _LIST | {"taxonomy_id", "top_only", "parent_id"}
    operation = "getPaginatedListOfTaxonomyTerms"

    def get(self, request: Request) -> Response:
        rows = self.searched(self.directory().terms, "terms")
        if taxonomy := self.text("taxonomy_id").lower():
            rows = [row for row in rows if row["taxonomy_id"] == taxonomy]
        if parent := self.text("parent_id").lower():
            rows = [row for row in rows if row.get("parent_id") == parent]
        if self.flag("top_only"):
            parents = {row.get("parent_id") for row in self.directory().terms.values()}
            rows = [row for row in rows if row["id"] not in parents]
        return self.reply(rows, dict)


def _minimal(row: Entry) -> Node:
    """HSDS's text names the id and the moment of the last change alone; its schema requires name and status too."""
    return {name: row.node[name] for name in ("id", "name", "status", "last_modified") if name in row.node}


def _with_services(node: Node, known: Directory) -> Node:
    """`services` is in the text of HSDS's interface, not in its schema of an organization: so only where asked for."""
    rows = [row.node for row in known.services.values() if row.node["organization_id"] == node["id"]]
    return {**node, "services": rows}


def _spaces_of(postcode: str, newest: int) -> set[str]:
    """The keys of the spaces that answer for somebody in this postcode today."""
    router = lookup.index(newest).router
    plan = router.plan(timezone.localdate())
    return {
        decision.answer.space
        for row, place in enumerate(router.gazetteer.places)
        if postcode in place.postcodes
        for decision in plan.decisions(row)
    }


@lru_cache(maxsize=16)
def _index(known: Directory, kind: str, language: str) -> Index:
    """What can be found in a directory, which is replaced as a whole when something changes."""
    return Index(_documents(known, kind), language)


def _documents(known: Directory, kind: str) -> list[Document]:
    if kind == "services":
        return [
            Document(
                key,
                row.node["name"],
                f"{row.node.get('description', '')} {row.node.get('eligibility_description', '')}",
                names=(
                    row.node["organization"]["name"],
                    row.at_location["location"]["name"],
                    *(area["name"] for area in row.node["service_areas"]),
                ),
            )
            for key, row in known.services.items()
        ]
    rows = {
        "organizations": known.organizations,
        "taxonomies": known.taxonomies,
        "terms": known.terms,
    }[kind]
    return [Document(key, node["name"], node["description"]) for key, node in rows.items()]


def _joined(words: Iterable[str]) -> dict[str, str]:
    return {"names": ", ".join(words)}
