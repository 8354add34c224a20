"""What the headers of a request say, beside what a dialect reads in them.

What must never enter here: a body, or a judgement of a caller.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from vcardsvc.errors import E100, Problem, Refused

LENGTH_DIGITS: Final = 19
"""Digits of a Content-Length that are read: those of 2**63, as in every HTTP server."""

UTF_8: Final = frozenset((b"", b"utf-8", b"utf8", b"us-ascii", b"ascii"))
"""Names of the character encoding that bodies are read in; ASCII is a part of it."""

CHARSET: Final = 40
"""Characters of an unknown charset's name that its refusal repeats; IANA's names have 40 at most
(RFC 2978 section 2.3)."""

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def trimmed(fields: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers without the blanks and tabs around their values (RFC 9110 section 5.5), which
    HTTP servers pass on."""
    return [(name, value.strip(b" \t")) for name, value in fields]


def request_id(headers: Mapping[bytes, bytes]) -> str:
    """The caller's own, where it can stand in a log line; else a new one."""
    given = headers.get(b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{random.getrandbits(96):024x}"  # told apart, not kept secret


def media_type(headers: Mapping[bytes, bytes]) -> bytes:
    """The media type of the body in lower case, without its parameters."""
    value = headers.get(b"content-type", b"")
    return (value.partition(b";")[0] if b";" in value else value).strip().lower()


def require_utf_8(headers: Mapping[bytes, bytes]) -> None:
    """Raises Refused (E100 with 415) for a body that names another character encoding than UTF-8.

    JSON is UTF-8 whatever its charset parameter says (RFC 8259 section 11).
    """
    charset = _charset(headers.get(b"content-type", b""))
    if charset not in UTF_8 and not media_type(headers).endswith(b"json"):
        name = charset[:CHARSET].decode("ascii", "replace")
        raise unserved("charset", 415, f"The charset {name} is not served: send UTF-8.")


def _charset(content_type: bytes) -> bytes:
    """The charset parameter in lower case, "" for none."""
    for parameter in content_type.lower().split(b";")[1:]:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"charset":
            return value.strip().strip(b'"')
    return b""


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


def too_large(ceiling: int) -> Refused:
    """E100 with 413: a body of more bytes than are taken."""
    return unserved("body-limit", 413, f"The body may hold {ceiling} bytes at most.")
