"""What every dialect is: an `Ask` in, an `Order` out, a `Reply` back; and the guarded JSON door.

A dialect speaks one vendor's words and nothing else: it neither fetches nor stores nor writes
cards, and it is chosen by path and content type, never by what the payload looks like.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol, runtime_checkable

from vcardsvc.contact import Order, Outcome
from vcardsvc.errors import E100, E108, E1527, Problem, Refused

NESTING: Final = 32
"""Levels of a JSON body. The action's own request has 3."""

OPTIONS: Final = 64
"""Options of a query; there are a dozen. 64 KiB of them would take 40 ms to part."""

BOM: Final = b"\xef\xbb\xbf"

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request whose path, method, key and content type are right: its query, its Accept header,
    its body and the Content-Type header of that, parameters included."""

    query: bytes = b""
    accept: bytes = b""
    body: bytes = b""
    content_type: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A finished answer: HTTP status, headers without those of the transport, body in chunks."""

    status: int
    headers: Headers
    chunks: tuple[bytes, ...]


class Dialect(Protocol):
    """One vendor's way to say "create a contact"."""

    @property
    def path(self) -> str:
        """Where it is spoken."""
        ...

    @property
    def content_types(self) -> frozenset[bytes]:
        """The media types it reads, in lower case."""
        ...

    def read(self, ask: Ask) -> Order:
        """What the caller wants. Raises Refused with every problem of the request."""
        ...

    def accepted(self, order: Order, outcome: Outcome) -> Reply:
        """The answer that carries what the order came to."""
        ...

    def refused(self, problems: tuple[Problem, ...]) -> Reply:
        """The answer that says what was wrong."""
        ...


class Opened(Protocol):
    """A form that was parted and not yet judged: its key comes first."""

    @property
    def maybe_credential(self) -> bytes | None:
        """The key in its field, as a header would hold it."""
        ...

    @property
    def redirect(self) -> str:
        """Where the browser wants to go afterwards; "" for nowhere else."""
        ...

    @property
    def values(self) -> Mapping[str, str | bytes]:
        """What was sent, by the names of the fields; bytes are a file's."""
        ...

    def order(self) -> Order:
        """What the caller wants. Raises Refused with every problem of the request."""
        ...


@runtime_checkable
class FormDialect(Dialect, Protocol):
    """A dialect whose key may stand in the body."""

    def opened(self, ask: Ask) -> Opened:
        """The form in `ask`. Raises Refused for what is none."""
        ...


def _unparsable(cause: str) -> NoReturn:
    raise Refused(Problem(code=E108, cause=cause))


class _Unusable(ValueError):
    """JSON that the grammar allows and we do not; its argument is the cause."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unusable("duplicate-member")
    return members


def _constant(_: str) -> NoReturn:
    raise _Unusable("not-a-number")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_constant)
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object (RFC 8259) in `body`, UTF-8, a byte order mark tolerated.

    Raises Refused: E100 for nothing or no object, E108 for what does not parse: other encodings,
    duplicate members, NaN and Infinity, lone surrogates, more than NESTING levels, numbers of
    thousands of digits.
    """
    body = body.removeprefix(BOM)
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body"))
    try:
        text = body.decode()
        value = _DECODER.decode(text)
    except _Unusable as fault:
        _unparsable(str(fault))
    except UnicodeDecodeError:
        _unparsable("not-utf-8")
    except RecursionError:
        _unparsable("nesting")
    except ValueError:
        _unparsable("syntax")
    # Counting brackets is a hundred times cheaper than walking, and nearly every body passes.
    if body.count(b"{") + body.count(b"[") > NESTING or _ESCAPED_SURROGATE.search(text):
        _walk(value)
    if type(value) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object"))
    return value


def _walk(value: Any) -> None:
    """Raises Refused for more than NESTING levels, or a string that no UTF-8 can hold."""
    level = [value]
    for _ in range(NESTING):
        level = [inner for outer in level for inner in _containers(outer)]
        if not level:
            return
    _unparsable("nesting")


def _containers(outer: Any) -> list[Any]:
    """The objects and arrays right inside `outer`, its strings judged on the way."""
    inside: list[Any] = []
    if type(outer) is dict:
        inside = [*outer, *outer.values()]
    elif type(outer) is list:
        inside = outer
    for one in inside:
        if type(one) is str and _LONE_SURROGATE.search(one):
            _unparsable("surrogate")
    return [one for one in inside if type(one) is dict or type(one) is list]


def query_options(query: bytes) -> Mapping[str, list[str]]:
    """The options of a query string (WHATWG form encoding), every value of each in order.

    Raises Refused (E1527) for more than OPTIONS of them.
    """
    # Imported here: hardly any call has a query, and urllib.parse is not free at start.
    from urllib.parse import parse_qs

    try:
        return parse_qs(
            query.decode("latin-1"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=OPTIONS,
        )
    except ValueError:
        detail = f"A query has {OPTIONS} options at most."
        raise Refused(Problem(code=E1527, cause="options", detail=detail)) from None
