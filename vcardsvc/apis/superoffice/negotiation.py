"""Chooses the media type and the language of a response, and writes values in them.

Source: the vendor's header pages. SO-Language is preferred to Accept-Language; `*`, `x` or nothing
cancels it. SO-Culture formats numbers inside texts, of which there are none here, so it changes
nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.accept import best_of, parse_accept
from vcardsvc.apis.base import Headers, Request, Response
from vcardsvc.apis.json import json_response
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of
from vcardsvc.apis.superoffice.translation import translated
from vcardsvc.formats.xml import Node, xml_document

JSON: Final = "application/json"
_XML: Final = ("application/xml", "text/xml")
OFFERED: Final = (
    JSON, "text/json", *_XML, "application/json-patch+json", "application/merge-patch+json",
)  # fmt: skip
"""The media types of the vendor's table of responses, in its order."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = {"i:nil": "true"}

ROW: Final = "Row"
"""A row of an archive in XML, whose columns can have names that no element can have."""

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]|^(?=[^A-Za-z_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """Holds a media type of OFFERED, and a language or ""."""

    media_type: str = JSON
    language: str = ""


def negotiate(request: Request) -> Representation | None:
    """Return the representation that the caller prefers; None when Accept names none of OFFERED."""
    ranges = parse_accept(request.accept)
    maybe_media_type = best_of(ranges, OFFERED, header_order=True) if ranges else JSON
    if maybe_media_type is None:
        return None
    return Representation(media_type=maybe_media_type, language=_language(request))


def _language(request: Request) -> str:
    """Return the language of SO-Language, or without that header the best of Accept-Language."""
    maybe_own = request.headers.get(b"so-language")
    header = request.headers.get(b"accept-language", b"") if maybe_own is None else maybe_own
    ranges = [one for one in parse_accept(header) if one.quality > 0]
    best = max(ranges, key=lambda one: one.quality).name if ranges else ""
    return best if _LANGUAGE.fullmatch(best) else ""


def represent(
    value: Any,
    root: str,
    kind: str,
    representation: Representation,
    *headers: tuple[bytes, bytes],
    status: int = 200,
) -> Response:
    """Return a response with a value of type `kind`; `root` is its name in XML. Content-Language is
    sent if at least one text had a translation into the language."""
    if representation.language:
        value, found = translated(value, representation.language)
        if found:
            headers = (*headers, (b"content-language", representation.language.encode()))
    media_type = f"{representation.media_type}; charset=utf-8".encode()
    if representation.media_type not in _XML:
        return json_response(status, value, *headers, media_type=media_type)
    body = xml_document((root, _content(kind, value), {"xmlns:i": XSI}))
    own: Headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=status, headers=(*own, *headers), chunks=(body,))


def _content(kind: str, value: Any) -> Any:
    """Return the content of an element of type `kind`: text, or its children.

    Only the rights of the entity's own members are written in XML: those of 400 people would be
    3 MB and take a second.
    """
    if item := item_of(kind):
        return [_node(_item_name(item), item, one) for one in value]
    if kind in SHAPES:
        if kind != ENTITY and "FieldProperties" in value:
            value = {**value, "FieldProperties": None}
        types = SHAPES[kind]
        return [_node(name, types.get(name, _kind_of(one)), one) for name, one in value.items()]
    if type(value) is dict:
        return _dictionary(kind, value)
    if type(value) is bool:
        return "true" if value else "false"
    return str(value)


def _dictionary(kind: str, value: Mapping[str, Any]) -> list[Node]:
    if kind == ROW:
        return [_node(_NO_NAME.sub("_", name), "string", one) for name, one in value.items()]
    if kind == "object":
        return [_node(name, _kind_of(one), one) for name, one in value.items()]
    pair = "KeyValueOfstringstring" if kind == "map" else "KeyValueOfstringFieldProperty"
    return [
        (pair, (("Key", key), _node("Value", _kind_of(one), one))) for key, one in value.items()
    ]


def _kind_of(value: Any) -> str:
    """Return the type of a value that the schema does not describe: rights, links, errors, rows."""
    if type(value) is list:
        return f"{ROW}[]"
    if type(value) is not dict:
        return "string"
    return "object" if value.keys() & {"FieldType", "Self"} else "properties"


def _node(name: str, kind: str, value: Any) -> Node:
    return (name, None, _NIL) if value is None else (name, _content(kind, value))


def _item_name(item: str) -> str:
    if item.endswith("[]"):
        return f"ArrayOf{item[:-2]}"
    return "SelectableMDOListItem" if item == "ChildItem" else item
