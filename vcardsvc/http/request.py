"""The request as the edge sees it: its headers, its id, and the refusals that concern its head.

`HttpRequest` reads a scope once; every later step takes its values from there.
"""

import random
import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import Receive, Scope

from vcardsvc.errors import E100, Problem, Refused

LENGTH_DIGITS: Final = 19
"""Digits of a Content-Length that are read: those of 2**63, as in every HTTP server."""

UTF_8: Final = frozenset((b"", b"utf-8", b"utf8", b"us-ascii", b"ascii"))
"""Names of the character encoding that bodies are read in; ASCII is a part of it."""

CHARSET: Final = 40
"""Characters of an unknown charset's name that its refusal repeats; IANA's names have 40 at most
(RFC 2978 section 2.3)."""

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")

Fields = list[tuple[bytes, bytes]]


class HttpRequest:
    """One request: its method, path and query, its `headers` by name (of several of one name the
    last), and its `id` for the log.

    Blanks and tabs around header values are removed (RFC 9110 section 5.5), which HTTP servers pass
    on. `receive` gives its body.
    """

    __slots__ = ("headers", "id", "method", "path", "query", "receive", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: Mapping[bytes, bytes] = {
            name: value.strip(b" \t") for name, value in scope["headers"]
        }
        self.id = _request_id(self.headers.get(b"x-request-id"))

    @property
    def fields(self) -> Fields:
        """Return the header fields in their order, names in lower case."""
        return [(name, value.strip(b" \t")) for name, value in self.scope["headers"]]

    @property
    def scheme(self) -> str:
        """Return the scheme of the connection: http or https."""
        return str(self.scope.get("scheme", "http"))

    @property
    def peer(self) -> str:
        """Return the address of the peer; "" for a Unix socket."""
        client: Any = self.scope.get("client")
        return client[0] if client else ""

    @property
    def content_type(self) -> bytes:
        """Return the Content-Type header, "" without one."""
        return self.headers.get(b"content-type", b"")

    @property
    def media_type(self) -> bytes:
        """Return the media type of the body in lower case, without its parameters."""
        value = self.headers.get(b"content-type", b"")
        return (value.partition(b";")[0] if b";" in value else value).strip().lower()

    @property
    def accept(self) -> bytes:
        """Return the Accept header; several of them are one list (RFC 9110 section 5.3)."""
        if len(self.scope["headers"]) == len(self.headers):
            return self.headers.get(b"accept", b"")
        return b", ".join(value for name, value in self.fields if name == b"accept")

    @property
    def content_length(self) -> int:
        """Return the bytes that Content-Length announces; 0 without a usable one."""
        value = self.headers.get(b"content-length", b"")
        return int(value) if value.isdigit() and len(value) <= LENGTH_DIGITS else 0

    def require_utf_8(self) -> None:
        """Raise Refused (E100 with 415) for a body in another character encoding than UTF-8.

        JSON is UTF-8 whatever its charset parameter says (RFC 8259 section 11).
        """
        charset = _charset(self.content_type)
        if charset not in UTF_8 and not self.media_type.endswith(b"json"):
            name = charset[:CHARSET].decode("ascii", "replace")
            raise unserved("charset", 415, f"The charset {name} is not served: send UTF-8.")


def _request_id(maybe_id: bytes | None) -> str:
    """Return the caller's id where a log line can hold it; else a new one."""
    if maybe_id is not None and _REQUEST_ID.fullmatch(maybe_id):
        return maybe_id.decode()
    return f"{random.getrandbits(96):024x}"  # an id, not a secret


def _charset(content_type: bytes) -> bytes:
    """Return the charset parameter in lower case, "" for none."""
    for parameter in content_type.lower().split(b";")[1:]:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"charset":
            return value.strip().strip(b'"')
    return b""


def unserved(cause: str, status: int, detail: str) -> Refused:
    """Return E100 with this status, for a request that is not served in this way."""
    return Refused(Problem(code=E100, cause=cause, status=status, detail=detail))


def too_large(ceiling: int) -> Refused:
    """Return E100 with 413, for a body over its ceiling in bytes."""
    return unserved("body-limit", 413, f"The body may hold {ceiling} bytes at most.")
