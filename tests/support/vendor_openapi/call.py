"""The parts of a vendor's description, and short ways to write JSON Schemas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vcardsvc.apis.base import Route
from vcardsvc.errors import Code
from vcardsvc.openapi.patterns import FILLED_LINE, LINE

Json = dict[str, Any]

INT32: Final = 2**31 - 1

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSpec:
    """One answer of a vendor's own: what it is, its schema by media type, its headers; `bare` is
    one without a body."""

    description: str
    content: Mapping[str, Json] = field(default_factory=dict)
    headers: tuple[Json, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, by its route's name in the vendor's table.

    `bodies`: the schema of each media type; `needed`: a call without a body is refused.
    `failures`: HTTP statuses. `security`: the names of schemes of which one is enough; "" is none.
    """

    summary: str
    description: str = ""
    parameters: tuple[Json, ...] = ()
    bodies: Mapping[str, Json] = field(default_factory=dict)
    needed: bool = True
    replies: Mapping[int, ResponseSpec]
    failures: tuple[int, ...]
    security: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The description of one vendor's API. `failure` gives the schema of a failure by the media
    types it comes in; `schemas` are for components."""

    title: str
    about: str
    routes: tuple[Route, ...]
    calls: Mapping[str, Call]
    schemes: Mapping[str, Json]
    schemas: Mapping[str, Json]
    codes: tuple[Code, ...]
    failure: Mapping[str, Json]
    failures: Mapping[int, Mapping[str, Json]] = field(default_factory=dict)
    """Statuses whose failures have another schema than `failure`."""


def ref(schema: str) -> Json:
    """A reference to a schema in components."""
    return {"$ref": f"#/components/schemas/{schema}"}


def line(description: str = "", most: int = 0, *, required: bool = False) -> Json:
    """A text of one line, or null; with `required` it must be there and not be blank."""
    kind: Any = "string" if required else ["string", "null"]
    return _described(
        {"type": kind, "pattern": FILLED_LINE if required else LINE}, description, most
    )


def _described(schema: Json, description: str, most: int) -> Json:
    more = {"maxLength": most} if most else {}
    return {**schema, **more, **({"description": description} if description else {})}


def whole(low: int, high: int, description: str = "", **more: Any) -> Json:
    """A whole number."""
    schema = {"type": "integer", "minimum": low, "maximum": high, **more}
    return {**schema, "description": description} if description else schema


def items(schema: Json, description: str = "", **more: Any) -> Json:
    """An array, or null."""
    schema_ = {"type": ["array", "null"], "items": schema, **more}
    return {**schema_, "description": description} if description else schema_


def replied(members: Json, *optional: str, description: str = "") -> Json:
    """An object that always has these members, but for the optional ones."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "required": [name for name in members if name not in optional],
        "properties": members,
    }


def header(name: str, description: str) -> Json:
    """A header of a request; its form is described in words."""
    return _parameter("header", name, description, {"type": "string"})


def option(name: str, description: str, schema: Json | None = None) -> Json:
    """An option of a query."""
    return _parameter("query", name, description, schema or {"type": "string"})


def place(name: str, description: str, schema: Json) -> Json:
    """A part of a path."""
    return {**_parameter("path", name, description, schema), "required": True}


def _parameter(where: str, name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": where, "description": description, "schema": schema}


def sent(name: str, description: str) -> Json:
    """A header of an answer that may be there."""
    return {"name": name, "description": description, "schema": {"type": "string"}}


def same(media_types: Iterable[str], schema: Json) -> dict[str, Json]:
    """One schema under all of these media types."""
    return dict.fromkeys(media_types, schema)
