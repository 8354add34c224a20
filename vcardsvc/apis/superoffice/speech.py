"""How an answer is said: in JSON or XML as Accept wants it, in a language, from a time zone.

What must never enter here: what is said.

Source: the vendor's header pages. A language is chosen by SO-Language, else by Accept-Language;
`*`, `x` or nothing cancels it. SO-Culture formats numbers that stand in texts, and there are none
here, so that it changes nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, Response, json_reply
from vcardsvc.apis.superoffice.languages import Translation
from vcardsvc.apis.superoffice.shapes import ENTITY, SHAPES, item_of
from vcardsvc.apis.xml import Node, xml_document

RANGES: Final = 64
"""Ranges of an Accept or Accept-Language header that are looked at; browsers send ten."""

JSON: Final = "application/json"
_XML: Final = ("application/xml", "text/xml")
OFFERED: Final = (
    JSON, "text/json", *_XML, "application/json-patch+json", "application/merge-patch+json",
)  # fmt: skip
"""The media types of the vendor's table of answers, in its order."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = {"i:nil": "true"}

ROW: Final = "Row"
"""A row of an archive in XML; the names of its columns may hold what no element's name may."""

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]|^(?=[^A-Za-z_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A media type of OFFERED, and a language or ""."""

    media_type: str = JSON
    language: str = ""


def speech(ask: Request) -> Speech | None:
    """What the caller understands; None when Accept names nothing that is offered."""
    maybe_media_type = _media_type(ask.accept.decode("latin-1"))
    if maybe_media_type is None:
        return None
    return Speech(media_type=maybe_media_type, language=_language(ask))


def _media_type(accept: str) -> str | None:
    """The best of OFFERED, each as the range says that is nearest to it (RFC 9110 section 12.5.1).
    Among equals the one that is named wins, then the first of the header."""
    ranges = _ranges(accept)
    if not ranges:
        return JSON
    likes: dict[str, tuple[float, int]] = {}
    for place, (name, quality) in enumerate(ranges):
        likes[name] = max(likes.get(name, (quality, -place)), (quality, -place))
    found = [(*_liking(likes, name), name) for name in OFFERED]
    quality, *_, best = max(found, key=lambda one: one[:3])
    return best if quality > 0 else None


def _liking(likes: Mapping[str, tuple[float, int]], name: str) -> tuple[float, bool, int]:
    """How well it is liked, whether it is named, and how early in the header."""
    for one in (name, f"{name.partition('/')[0]}/*", "*/*"):
        if one in likes:
            quality, place = likes[one]
            return quality, one == name, place
    return 0.0, False, 0


def _ranges(header: str) -> list[tuple[str, float]]:
    """(name in lower case, quality) of each range."""
    found = []
    for part in header.lower().split(",", RANGES)[:RANGES]:
        name, *parameters = (one.strip() for one in part.split(";", RANGES))
        said = [one[2:] for one in parameters if one.startswith("q=")]
        if name:
            found.append((name, _quality(said[0]) if said else 1.0))
    return found


def _quality(said: str) -> float:
    try:
        return min(1.0, max(0.0, float(said)))
    except ValueError:
        return 1.0


def _language(ask: Request) -> str:
    """SO-Language, where it is sent, else the best of Accept-Language."""
    maybe_own = ask.headers.get(b"so-language")
    header = ask.headers.get(b"accept-language", b"") if maybe_own is None else maybe_own
    ranges = [(name, quality) for name, quality in _ranges(header.decode("latin-1")) if quality]
    best = max(ranges, key=lambda one: one[1], default=("", 0.0))[0]
    return best if _LANGUAGE.fullmatch(best) else ""


def answer(
    said: Any,
    root: str,
    word: str,
    how: Speech,
    *headers: tuple[bytes, bytes],
    status: int = 200,
) -> Response:
    """What is said, of type `word`, as the caller understands it; `root` is its name in XML. The
    language is told where some text was there in it."""
    more: Headers = headers
    if how.language:
        into = Translation(how.language)
        said = into.of(said)
        if into.done:
            more = (*more, (b"content-language", how.language.encode()))
    media_type = f"{how.media_type}; charset=utf-8".encode()
    if how.media_type not in _XML:
        return json_reply(status, said, *more, media_type=media_type)
    body = xml_document((root, _children(word, said), {"xmlns:i": XSI}))
    own: Headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=status, headers=(*own, *more), chunks=(body,))


def _children(word: str, said: Any) -> Any:
    """The content of an element of type `word`: text, or its children.

    The rights of an entity's own fields alone are told in XML: those of 400 people would be 3 MB
    and hold everybody up for a second.
    """
    if item := item_of(word):
        return [_node(_item_name(item), item, one) for one in said]
    if word in SHAPES:
        if word != ENTITY and "FieldProperties" in said:
            said = {**said, "FieldProperties": None}
        types = SHAPES[word]
        return [_node(name, types.get(name, _guess(one)), one) for name, one in said.items()]
    if type(said) is dict:
        pair = "KeyValueOfstringstring" if word == "map" else "KeyValueOfstringFieldProperty"
        if word == ROW:
            names = {name: _NO_NAME.sub("_", name) for name in said}
            return [_node(names[name], "string", one) for name, one in said.items()]
        if word == "object":
            return [_node(name, _guess(one), one) for name, one in said.items()]
        return [
            (pair, (("Key", key), _node("Value", _guess(one), one))) for key, one in said.items()
        ]
    if type(said) is bool:
        return "true" if said else "false"
    return str(said)


def _guess(said: Any) -> str:
    """The type of what stands in no table: the rights, the links, an error's members, rows."""
    if type(said) is list:
        return f"{ROW}[]"
    if type(said) is not dict:
        return "string"
    return "object" if said.keys() & {"FieldType", "Self"} else "properties"


def _node(name: str, word: str, said: Any) -> Node:
    return (name, None, _NIL) if said is None else (name, _children(word, said))


def _item_name(item: str) -> str:
    if item.endswith("[]"):
        return f"ArrayOf{item[:-2]}"
    return "SelectableMDOListItem" if item == "ChildItem" else item
