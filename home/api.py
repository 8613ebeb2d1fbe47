"""For other programs, what concerns the portal as a whole: what there is, its pages, what has changed, and everything
at once.
"""

import gzip
import json
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from home.resolve import ResolveView
from portal.languages import SERVED_CODES
from portal.replies import ClientThrottle, ReadView
from search.api import Places, Schools
from spaces import hours, shapes, structured_data
from spaces.api import (
    Events,
    FactView,
    Figures,
    Helplines,
    Offers,
    Offices,
    Partners,
    Providers,
    Row,
    Services,
    Spaces,
    cursor_of,
    paths,
    whole_number,
)
from spaces.changes import PUBLIC_KINDS
from spaces.models import Change
from spaces.models.pages.service import who_gives
from spaces.models.pages.space import TO_THE_DOOR
from spaces.representation import Known, known, moment, offers_of, text_json
from spaces.texts import Text

MOST_CHANGES = 500


class IndexView(ReadView):
    """What there is, by name; the files for calendars and spreadsheets too, in the reply's language."""

    operation = "index"
    shape = dict[str, str]

    def get(self, request: Request) -> Response:
        names = [pattern.name for pattern in _listed() if pattern.name]
        links = {name.removeprefix("api-").replace("-", "_"): reverse(name) for name in names}
        links["open_referral"] = reverse("hsds")
        links["openapi"] = reverse("api-schema")
        links["events_calendar"] = reverse("events-calendar")
        links["figures_table"] = reverse("figures-table")
        return Response({name: request.build_absolute_uri(link) for name, link in links.items()})


class Pages(FactView):
    """The public pages in the order of the portal, each as somebody sees it who reads in the reply's language."""

    tells = shapes.Page

    def rows(self, k: Known) -> Iterable[Row]:
        for key, text in k.texts.by_key.items():
            yield Row(text, frozenset({key}))

    def named(self, row: Row) -> str:
        return str(row.fact.node.key)

    def told(self, row: Row, k: Known) -> shapes.Page:
        text: Text = row.fact
        above = k.texts.tree.nodes.get(text.node.parent) if text.node.parent else None
        published = text.node.published_at
        return {
            **text_json(text, k),
            "kind": text.page._meta.model_name,
            "parent": str(above.key) if above else None,
            "languages": [code for code in SERVED_CODES if code in k.texts.tree.by_key[text.node.key]],
            "published": moment(published) if published else None,
        }


class ChangesView(ReadView):
    """What has changed since a cursor, the oldest first, deletions included: a page that was withdrawn, or is not for
    everybody any more, is one too. Without a cursor it begins at the beginning.
    """

    operation = "changes"
    parameters = frozenset({"lang", "since", "page_size"})
    shape = shapes.Changes
    described = {
        "since": {
            "schema": {"type": "string", "pattern": "^[0-9]{1,15}$"},
            "description": "The `cursor` of the last reply. 404 where nobody was ever given it: then read everything "
            "again.",
            "example": "0",
        }
    }

    def get(self, request: Request) -> Response:
        k = known(request._request)
        newest = k.register.version
        since = cursor_of("since", request.GET.get("since", "0"), newest)
        size = whole_number(request, "page_size", 100, MOST_CHANGES)
        lines = Change.objects.filter(id__gt=since, id__lte=newest, kind__in=PUBLIC_KINDS).order_by("id")
        found = list(lines[: size + 1])
        cursor = found[size - 1].pk if len(found) > size else newest
        public = {"page": set(k.texts.by_key), "event": {event.uuid for event in k.register.events}}
        results: list[shapes.Change] = [
            {
                "uuid": str(line.uuid),
                "kind": line.kind,
                "at": moment(line.at),
                "deleted": line.deleted or line.uuid not in public.get(line.kind, {line.uuid}),
            }
            for line in found[:size]
        ]
        told: shapes.Changes = {"cursor": str(cursor), "newest": str(newest), "results": results}
        return Response(told)


class SchemaOrgView(ReadView):
    """Offices, providers, services and events in the words of schema.org, as JSON-LD. Examples are left out, or have no
    address and telephone and say that they are examples.
    """

    operation = "schema_org"
    shape = dict[str, Any]

    def get(self, request: Request) -> Response:
        k = known(request._request)
        graph = [node for node in _nodes(k) if node]
        return Response({"@context": "https://schema.org", "@graph": graph})


class GzipRenderer(JSONRenderer):
    """Sends a file as it is; what went wrong is JSON."""

    media_type = "application/gzip"
    format = "gz"
    charset = None

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return data if isinstance(data, bytes) else super().render(data, *args, **kwargs)


class ExportView(ReadView):
    """Everything at once, in one language: a gzip file of one JSON object, with all that the lists tell, by their
    names. It is made once a day and change, so it does not say what is open now.
    """

    operation = "export"
    shape = bytes
    media_type = "application/gzip"
    renderer_classes = [GzipRenderer]

    def get(self, request: Request) -> Response:
        k = known(request._request)
        lists = {
            kind.__name__.lower(): [_lasting(kind().told(row, k)) for row in kind().rows(k)] for kind in KINDS
        }
        content = {"language": k.language, "cursor": str(k.register.version), **lists}
        packed = gzip.compress(json.dumps(content, ensure_ascii=False).encode(), mtime=0)
        name = f"export-{k.language}.json.gz"
        return Response(packed, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@extend_schema(exclude=True)
class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document."""

    http_method_names = ["get", "head", "options"]
    parameters = frozenset({"lang"})
    throttle_classes = [ClientThrottle]


class DocumentationView(View):
    """The OpenAPI document to read. A plain page: the usual ones need scripts and styles that our policy refuses."""

    http_method_names = ["get", "head", "options"]
    parameters = frozenset({"lang"})

    def get(self, request: HttpRequest) -> HttpResponse:
        document: Any = SchemaGenerator().get_schema(public=True)
        operations = [
            {
                "path": address,
                "method": method.upper(),
                "told": _shapes_in(operation["responses"]),
                **operation,
            }
            for address, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        shapes_told = [
            (
                name,
                {
                    "description": shape.get("description", ""),
                    "members": [
                        (member, _in_words(kind)) for member, kind in shape.get("properties", {}).items()
                    ],
                },
            )
            for name, shape in sorted(document["components"]["schemas"].items())
            # The same members, some of them left out.
            if not name.startswith("SomeOf")
        ]
        context = {"info": document["info"], "operations": operations, "shapes": shapes_told}
        return render(request, "pages/api.html", context)


def _shapes_in(schema: Any) -> list[str]:
    """The names of the shapes that are referred to somewhere in this part of the document."""
    found = re.findall(r"#/components/schemas/(\w+)", json.dumps(schema))
    return sorted({name for name in found if not name.startswith("SomeOf") and name != "Problem"})


def _in_words(schema: dict[str, Any]) -> str:
    """A schema in a few words: "list of Span", "text or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if several := schema.get("anyOf") or schema.get("oneOf"):
        words = [_in_words(one) for one in several]
        return " or ".join(word for word in words if not word.startswith("SomeOf"))
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    kinds = schema.get("type", "anything")
    words = [kinds] if isinstance(kinds, str) else kinds
    if "array" in words:
        return f"list of {_in_words(schema['items'])}"
    text = " or ".join({"string": "text"}.get(word, word) for word in words)
    return f"{text} ({schema['format']})" if "format" in schema else text


KINDS: tuple[type[FactView], ...] = (
    Spaces,
    Offices,
    Services,
    Offers,
    Providers,
    Schools,
    Events,
    Figures,
    Partners,
    Helplines,
    Places,
    Pages,
)


def _lasting(told: Any) -> Any:
    """The same without what is true for minutes only."""
    if isinstance(told, dict):
        return {name: _lasting(value) for name, value in told.items() if name != "now"}
    return [_lasting(value) for value in told] if isinstance(told, list) else told


def _nodes(k: Known) -> Iterable[structured_data.Node | None]:
    today = timezone.localdate(k.at)
    for space in k.register.spaces:
        text, mandate = k.text("space", space.pk), k.facts.mandates.get(space.pk)
        for office in k.facts.offices.get(space.pk, ()):
            opening = k.facts.opening(office)
            # Machines take hours for true, whoever has confirmed them.
            is_sure = opening and opening.has_hours and opening.fact.state == "confirmed"
            yield structured_data.office(
                office,
                url=_url(text, k),
                provider=mandate.provider if mandate else None,
                opening=hours.schema_org(opening.table, today, ways=TO_THE_DOOR)
                if opening and is_sure
                else None,
            )
    for provider in k.register.providers:
        yield structured_data.organisation(provider)
    for service in k.register.services:
        if text := k.text("service", service.pk):
            yield structured_data.service(
                service,
                name=text.page.title,
                description=text.lead,
                url=_url(text, k),
                offers=_given(service.pk, k),
            )
    for event in k.register.events:
        if text := k.text("event", event.pk):
            yield structured_data.event(event, name=text.page.title, description=text.lead, url=_url(text, k))


def _given(service: int, k: Known) -> Iterable[tuple[Any, Any]]:
    for space in k.register.spaces:
        mandate = k.facts.mandates.get(space.pk)
        for office in k.facts.offices.get(space.pk, ()):
            for offer, _text in offers_of(office, k):
                if offer.service_id == service:
                    yield offer, who_gives(offer, mandate.provider if mandate else None)


def _url(text: Text | None, k: Known) -> str:
    return k.root + text.node.url(k.language) if text else ""


def _listed() -> list[URLPattern]:
    from search.api import urlpatterns as of_search
    from spaces.api import urlpatterns as of_spaces

    everything = [*of_spaces, *of_search, *urlpatterns]
    return [pattern for pattern in everything if not (pattern.name or "").endswith("-one")]


urlpatterns = [
    path("", IndexView.as_view(), name="api-index"),
    *paths(Pages),
    path("changes/", ChangesView.as_view(), name="api-changes"),
    path("schema-org.json", SchemaOrgView.as_view(), name="api-schema-org"),
    path("export.json.gz", ExportView.as_view(), name="api-export"),
    path("resolve/", ResolveView.as_view(), name="api-resolve"),
]
