"""What the headers of a request say, beside what a dialect reads in them.

What must never enter here: a body, or a judgement of a caller.
"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Final

from vcardsvc.errors import E100, Problem, Refused

LENGTH_DIGITS: Final = 19
"""Digits of a Content-Length that are read: those of 2**63, as in every HTTP server."""

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def request_id(headers: Mapping[bytes, bytes]) -> str:
    """The caller's own, where it can stand in a log line; else a new one."""
    given = headers.get(b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{random.getrandbits(96):024x}"  # told apart, not kept secret


def media_type(headers: Mapping[bytes, bytes]) -> bytes:
    """The media type in lower case; empty when it names a character encoding other than UTF-8."""
    value = headers.get(b"content-type", b"")
    if b";" not in value:
        return value.strip().lower()
    name_of_type, _, parameters = value.lower().partition(b";")
    for parameter in parameters.split(b";"):
        name, _, charset = parameter.strip().partition(b"=")
        if name == b"charset" and charset.strip(b'"') not in (b"utf-8", b"utf8"):
            return b""
    return name_of_type.strip()


def accept(headers: Mapping[bytes, bytes], fields: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The Accept header; several of them are one list (RFC 9110 section 5.3)."""
    if len(fields) == len(headers):
        return headers.get(b"accept", b"")
    return b", ".join(value for name, value in fields if name == b"accept")


def declared(headers: Mapping[bytes, bytes]) -> int:
    """Bytes that the caller says he sends; 0 when he does not, or so that no server believes it."""
    said = headers.get(b"content-length", b"")
    return int(said) if said.isdigit() and len(said) <= LENGTH_DIGITS else 0


def unserved(cause: str, status: int, detail: str) -> Refused:
    """E100 with this status: a request that is not served so."""
    return Refused(Problem(code=E100, cause=cause, status=status, detail=detail))
