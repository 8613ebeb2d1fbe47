"""The OpenAPI document: what drf-spectacular has to be told about our views, whose replies are typed dicts.

Its texts are for programmers, in English, and not translated.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.db.models import Choices
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_basic_type, get_doc
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from portal.languages import SERVED_CODES
from portal.replies import PROBLEM

Schema = dict[str, Any]


class Written(NamedTuple):
    """How a text is written, for `Annotated`: a format or a pattern of JSON schema."""

    format: str = ""
    pattern: str = ""


class Problem(TypedDict, total=False):
    """Problem details (RFC 9457), in the reply's language: `detail` is a sentence for people; `errors` says by
    parameter or member what is wrong.
    """

    title: str
    status: int
    detail: str
    errors: dict[str, list[str]]


class Parameter(TypedDict, total=False):
    """A parameter of a query: its schema, what it means, an example, and whether it has to be there."""

    schema: Schema
    required: bool
    description: str
    example: Any


SLUG: Schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,50}$"}

#: The parameters that views may name. What only some of them know, they describe themselves (`described`).
PARAMETERS: dict[str, Parameter] = {
    "lang": {
        "schema": {"type": "string", "enum": list(SERVED_CODES)},
        "description": "The language of the reply; without it, the one that Accept-Language asks for.",
        "example": "ar",
    },
    "page": {
        "schema": {"type": "integer", "minimum": 1, "maximum": 9999, "default": 1},
        "description": "Which page of the list. There is a first one even where nothing is found.",
        "example": 1,
    },
    "page_size": {
        "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
        "description": "How many results a page has.",
        "example": 100,
    },
    "space": {
        "schema": SLUG,
        "description": "Only what belongs to the space with this key. 404 where there is no such space.",
        "example": "bardowick",
    },
    "service": {
        "schema": SLUG,
        "description": "Only what has to do with the service with this key. 404 where there is no such service.",
        "example": "family-counselling",
    },
    "open_at": {
        "schema": {"type": "string", "format": "date-time"},
        "description": "Only what is open at this moment (ISO 8601, with its distance from UTC), as far as hours are "
        "known.",
        "example": "2026-11-24T10:00:00+01:00",
    },
    "changed_since": {
        "schema": {"type": "string", "pattern": "^[0-9]{1,15}$"},
        "description": "Only what has changed since: a `cursor` of `/api/v1/changes/`. What is gone stands there only. "
        "404 where nobody was ever given that cursor.",
        "example": "0",
    },
}


@cache
def examples_by_operation() -> dict[str, Any]:
    """A made-up reply to each operation, of a made-up district."""
    file = Path(__file__).parent / "examples.json"
    examples: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return examples


class ReadSchema(AutoSchema):
    """Describes a view by its `shape` (a typed dict, or a list of one), its `parameters` and its `operation`.

    A view without a shape is described as drf-spectacular does it.
    """

    def get_operation_id(self) -> str:
        named: str | None = getattr(self.view, "operation", None)
        return named or super().get_operation_id()

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return ["/".join(parts[1:3])]

    def get_override_parameters(self) -> list[Any]:
        names: Iterable[str] = getattr(self.view, "parameters", ())
        fields: Mapping[str, Any] = getattr(self.view, "field_types", {})
        found = []
        for name in sorted(names):
            if name == "fields":
                found.append(
                    OpenApiParameter(
                        "fields",
                        {"type": "array", "items": {"type": "string", "enum": list(fields)}, "minItems": 1},
                        description="Only these members of each result, parted by commas.",
                        explode=False,
                        style="form",
                    )
                )
                continue
            known = getattr(self.view, "described", {}).get(name) or PARAMETERS[name]
            example = OpenApiExample(name, value=known["example"]) if "example" in known else None
            found.append(
                OpenApiParameter(
                    name,
                    known["schema"],
                    required=known.get("required", False),
                    description=known.get("description", ""),
                    examples=[example] if example else [],
                )
            )
        return found

    def get_request_serializer(self) -> Any:
        takes = getattr(self.view, "takes", None)
        return {"application/json": self.schema_of(takes)} if takes else super().get_request_serializer()

    def _get_request_body(self, direction: Any = "request") -> Any:
        body = super()._get_request_body(direction)
        if body and hasattr(self.view, "takes"):
            body["required"] = True
        return body

    def get_response_serializers(self) -> Any:
        shape = getattr(self.view, "shape", None)
        if shape is None:
            return super().get_response_serializers()
        example = examples_by_operation().get(self.get_operation_id())
        examples = [OpenApiExample("example", value=example)] if example is not None else []
        reply = OpenApiResponse(self.schema_of(shape), description="", examples=examples)
        media_type = getattr(self.view, "media_type", "application/json")
        responses: dict[Any, Any] = {(200, media_type): reply}
        for other in self.map_renderers("media_type"):
            if other not in (media_type, PROBLEM):
                responses[200, other] = OpenApiResponse({"type": "string"}, description="")
        for status, why in self._problems().items():
            responses[status, PROBLEM] = OpenApiResponse(self.schema_of(Problem), description=why)
        return responses

    def _problems(self) -> dict[int, str]:
        known = {400: "A parameter is unknown, comes twice, or has a value that it cannot have."}
        if "{" in self.path or {"page", "space", "service", "changed_since", "since", "path"} & set(
            getattr(self.view, "parameters", ())
        ):
            known[404] = "There is no such thing."
        known[406] = "The Accept header does not allow what is there."
        if self.method == "POST":
            known[413] = "The body is too large."
            known[415] = "The body is not JSON."
        known[429] = "Too many requests; Retry-After says how many seconds to wait."
        return known

    def schema_of(self, shape: Any) -> Schema:
        """A type as JSON schema; a typed dict becomes a component of its own."""
        if is_typeddict(shape):
            return self._component(shape)
        origin, arguments = get_origin(shape), get_args(shape)
        if origin is Annotated:
            kind, also = arguments
            schema = self.schema_of(kind)
            if isinstance(also, type) and issubclass(also, Choices):
                return {**schema, "enum": list(also.values)}
            return {**schema, **{name: value for name, value in also._asdict().items() if value}}
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin in (Union, UnionType):
            kinds = [argument for argument in arguments if argument is not NoneType]
            if len(kinds) > 1:
                return {"anyOf": [self.schema_of(kind) for kind in kinds]}
            schema = self.schema_of(kinds[0])
            if "type" in schema and "enum" not in schema:
                return {**schema, "type": [schema["type"], "null"]}
            return {"oneOf": [schema, {"type": "null"}]}
        if origin is list:
            return {"type": "array", "items": self.schema_of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.schema_of(arguments[1])}
        if shape is Any:
            return {}
        basic: Any = build_basic_type(shape)
        # A number of any size, and of either kind.
        return {"type": basic["type"]}

    def _component(self, shape: Any) -> Schema:
        component: Any = ResolvedComponent(shape.__name__, ResolvedComponent.SCHEMA, object=shape)
        if component not in self.registry:
            # Registered first: a shape may hold itself.
            self.registry.register(component)
            hints = get_type_hints(shape, include_extras=True)
            component.schema = {
                "type": "object",
                "description": get_doc(shape),
                "properties": {name: self.schema_of(kind) for name, kind in hints.items()},
                "required": [name for name in hints if name in shape.__required_keys__],
                "additionalProperties": False,
            }
        found: Any = component.ref
        return found


def of_programs(endpoints: list[tuple[str, str, str, Callable[..., Any]]]) -> list[Any]:
    """For PREPROCESSING_HOOKS: what stands under `/api/`; Wagtail's own desk is no business of programs. Wagtail's
    interface for pages is described in docs/front-end.md.
    """
    return [
        endpoint
        for endpoint in endpoints
        if endpoint[0].startswith("/api/") and not endpoint[0].startswith("/api/v2/")
    ]
