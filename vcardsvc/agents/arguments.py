"""Reads the arguments of a tool: a contact or cards, and the options of a query as members of JSON.

The readers of HTTP read what the arguments hold, and refuse it. Here are the problems of the
arguments themselves, and the places of those readers' problems in them.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct

from vcardsvc.apis.convert.files import JSON, XCARD
from vcardsvc.errors import E100, E1524, E1527, Problem, Refused

VCARD: Final = b"text/vcard"
UTF_8: Final = b"; charset=utf-8"
"""The encoding of text that came in JSON, whatever the cards in it say."""

PNG: Final = b"image/png"
"""The image of a QR code: few agents show SVG."""


PROBLEMS: Final = 100
"""Problems of arguments that are reported at once: each of them is a few hundred bytes."""


class Arguments(Struct, frozen=True, kw_only=True):
    """Holds the argument with the contact or the cards (None: absent), the others as the query and
    the Accept header of a request, and the problems."""

    maybe_content: Any
    query: bytes
    accept: bytes
    problems: tuple[Problem, ...]


def read_arguments(
    members: Mapping[str, Any], maybe_content: str | None, known: Collection[str]
) -> Arguments:
    """Return the arguments: `maybe_content` names the one that is required, `known` are all."""
    problems: list[Problem] = []
    value = members.get(maybe_content) if maybe_content else None
    if maybe_content and value is None:
        detail = f"The argument {maybe_content} is required."
        problems.append(
            Problem(code=E100, field=f"/{maybe_content}", cause="absent", detail=detail)
        )
    options: dict[str, str] = {}
    for name, option in members.items():
        if len(problems) >= PROBLEMS:
            break
        if name not in known:
            problems.append(_unknown(name, known))
        elif type(option) in (bool, int, str) and name != maybe_content:
            options[name] = str(option).lower() if type(option) is bool else str(option)
        elif option is not None and name != maybe_content:
            detail = f"{name} must be a text, a number, or true or false."
            problems.append(Problem(code=E1524, field=f"/{name}", cause="option", detail=detail))
    return Arguments(
        maybe_content=value,
        query=urlencode(options).encode(),
        accept=PNG if options.get("as") == "qr" else b"",
        problems=tuple(problems),
    )


def cards_body(value: Any) -> tuple[bytes, bytes, bytes]:
    """Return the octets of cards, their media type and their Content-Type: of text by how it
    begins, of any other JSON as it is."""
    if type(value) is not str:
        return json.dumps(value, ensure_ascii=False).encode(), JSON, JSON
    begin = value.lstrip("\ufeff \t\r\n")[:1]
    media_type = {"<": XCARD, "{": JSON, "[": JSON}.get(begin, VCARD)
    return value.encode(), media_type, media_type + UTF_8


def placed(refused: Refused, content: str, known: Collection[str] = ()) -> tuple[Problem, ...]:
    """Return problems of readers of HTTP with their places in the arguments: below `content`, or
    the option that the cause of a problem names."""
    return tuple(_placed(problem, content, known) for problem in refused.problems)


def _placed(problem: Problem, content: str, known: Collection[str]) -> Problem:
    if problem.field is not None:
        return replace(problem, field=f"/{content}{problem.field}")
    if problem.code is E1527 and problem.cause in known:
        return replace(problem, field=f"/{problem.cause}")
    return problem


def _unknown(name: str, known: Collection[str]) -> Problem:
    field = name.replace("~", "~0").replace("/", "~1")  # RFC 6901
    detail = f"There is no such argument; there are: {', '.join(known) or 'none'}."
    return Problem(code=E1527, field=f"/{field}", cause="argument", detail=detail)
