"""Defines what an API is: it reads a Request and returns a Response; and reads JSON strictly.

An API translates between its callers' terms and ours. It does not fetch, store or write cards. It
is chosen by path and content type, never by the look of a body.
"""

import json
import math
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol, runtime_checkable
from urllib.parse import parse_qs

from vcardsvc.apis import json_faults
from vcardsvc.apis.json_faults import NESTING
from vcardsvc.errors import E100, E108, E1527, Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Entry
from vcardsvc.model.request import CardRequest, CardResult
from vcardsvc.telemetry import NO_LOG, RequestLog

OPTIONS: Final = 64
"""The most options of a query; a dozen are known. 64 KiB of them would take 40 ms to split."""

BOM: Final = b"\xef\xbb\xbf"

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to an API: its query, its Accept header, its body and the Content-Type header of
    that. `cut` are the indices of the parts of a multipart body that were too large and are not
    in it.

    Of a vendor's call also: all headers by lower-case name, the parameters of the path, the URL
    below which the vendor's routes are (`https://cards.example.com/autodns`), and the account of
    the key ("" while it is not known).
    """

    query: bytes = b""
    accept: bytes = b""
    body: bytes = b""
    content_type: bytes = b""
    cut: frozenset[int] = frozenset()
    headers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response: HTTP status, headers without those of the transport, body in chunks.

    `maybe_stream` yields the body instead, without a Content-Length. `failed`: a part of the
    request was not carried out, whatever the status is. `log` is for the log line.
    """

    status: int
    headers: Headers
    chunks: tuple[bytes, ...]
    maybe_stream: AsyncGenerator[bytes, None] | None = None
    failed: bool = False
    log: RequestLog = NO_LOG


class Api(Protocol):
    """An API of createcontact: a request for a card in, a card or a failure out."""

    @property
    def content_types(self) -> frozenset[bytes]:
        """The media types it reads, in lower case."""
        ...

    def read(self, request: Request) -> CardRequest:
        """Return the card request. Raises Refused with every problem of the request."""
        ...

    def card_response(self, card_request: CardRequest, result: CardResult) -> Response:
        """Return the response with the result."""
        ...

    def error_response(self, problems: tuple[Problem, ...]) -> Response:
        """Return the response with the problems."""
        ...


class ParsedForm(Protocol):
    """The fields of a form, before validation: its key is checked first."""

    @property
    def maybe_credential(self) -> bytes | None:
        """Return the key in its field, as in a header."""
        ...

    @property
    def redirect(self) -> str:
        """Return the URL to redirect the browser to; "" for none."""
        ...

    @property
    def values(self) -> Mapping[str, str | bytes]:
        """Return the values by field name; of a file its octets."""
        ...

    def card_request(self) -> CardRequest:
        """Return the card request. Raises Refused with every problem of the request."""
        ...


@runtime_checkable
class FormApi(Api, Protocol):
    """An API of forms, whose key may be in the body."""

    def parse_form(self, request: Request) -> ParsedForm:
        """Return the fields of the form. Raises Refused for a body that is no form."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call of a vendor: its name in the vendor's own table, its method, its path below the
    mount (`/contact/{id}`; a parameter holds no slash), the media types of its body (empty: it has
    none; b"" among them: the header may be missing). `key_in_body`: the body is read before the key
    is known, under the same ceiling. `any_type`: the body is read whatever its Content-Type.
    `cards`: its result can be rendered as cards. `any_case`: the path is matched without regard to
    case. `parameter`: the pattern of a parameter.
    """

    name: str
    method: str
    path: str
    content_types: frozenset[bytes] = frozenset()
    key_in_body: bool = False
    any_type: bool = False
    cards: bool = False
    any_case: bool = False
    parameter: str = "[^/]+"


class VendorApi(Protocol):
    """The API of one vendor over the contact book."""

    @property
    def name(self) -> str:
        """Return the name of its address books: lower-case letters."""
        ...

    @property
    def routes(self) -> tuple[Route, ...]:
        """Return every call."""
        ...

    def credential(self, route: Route, request: Request) -> bytes | None:
        """Return the presented key, from where this vendor's clients put their secret; None without
        one. `request` has its body only where the route's key is in it. Raises Refused for a body
        that does not parse."""
        ...

    def read(self, route: Route, request: Request) -> Command | Response:
        """Return the command for the contact book, or the response where none is needed. Raises
        Refused with every problem of the request, in the vendor's order."""
        ...

    def response(
        self, route: Route, request: Request, command: Command, result: CommandResult
    ) -> Response:
        """Return the vendor's own response."""
        ...

    def error_response(
        self, maybe_route: Route | None, request: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """Return the problems as this vendor's error: those of its own codes, of validation, or of
        the edge (by `http_status`: 401, 403, 404, 405, 406, 408, 413, 415, 429, 500, 503). Without
        a route it has no such path or method. A 401 has the challenge."""
        ...

    def path_of(self, entry: Entry) -> str:
        """Return the path of an entry below the mount; "" where no route shows one."""
        ...


def _unparsable(cause: str, detail: str) -> NoReturn:
    raise Refused(Problem(code=E108, cause=cause, detail=detail)) from None


class _Unusable(ValueError):
    """JSON that the grammar allows and the service does not; its argument is the cause."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unusable("duplicate-member")
    return members


def _constant(_: str) -> NoReturn:
    raise _Unusable("not-a-number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (math.inf, -math.inf):
        raise _Unusable("not-a-number")  # 1e999 becomes an infinity, which JSON cannot write
    return number


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_constant=_constant, parse_float=_finite
)
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object (RFC 8259) in `body`. Raises Refused as `json_value` does, and E100
    for another value."""
    value = json_value(body)
    if type(value) is not dict:
        detail = "The body must be a JSON object."
        raise Refused(Problem(code=E100, cause="not-an-object", detail=detail))
    return value


def json_value(body: bytes) -> Any:
    """Return the JSON value (RFC 8259) in `body`, which is UTF-8; a byte order mark is tolerated.

    Raises Refused: E100 for no body, E108 for one that does not parse: other encodings, duplicate
    members, NaN and Infinity, lone surrogates, more than NESTING levels, numbers of thousands of
    digits.
    """
    body = body.removeprefix(BOM)
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body", detail="The body is empty."))
    try:
        text = body.decode()
    except UnicodeDecodeError as fault:
        _unparsable("not-utf-8", json_faults.not_utf_8(body, fault.start))
    try:
        value = _DECODER.decode(text)
    except _Unusable as fault:
        _unusable(str(fault), text)
    except RecursionError:
        _unusable("nesting", text)
    except json.JSONDecodeError as fault:
        _unparsable("syntax", json_faults.syntax(fault))
    except ValueError:
        _unusable("number-too-long", text)
    # Counting brackets takes a hundredth of the time of the check, and most bodies need no more.
    if body.count(b"{") + body.count(b"[") > NESTING or _ESCAPED_SURROGATE.search(text):
        try:
            _check_levels(value)
        except _Unusable as fault:
            _unusable(str(fault), text)
    return value


def _unusable(cause: str, text: str) -> NoReturn:
    _unparsable(cause, json_faults.unusable(cause, text))


def _check_levels(value: Any) -> None:
    """Raise _Unusable for more than NESTING levels, or a string that UTF-8 cannot encode."""
    level = [value]
    for _ in range(NESTING):
        inside: list[Any] = []
        for outer in level:
            if type(outer) is dict:
                inside.extend(outer)
                inside.extend(outer.values())
            elif type(outer) is list:
                inside.extend(outer)
        if any(type(one) is str and _LONE_SURROGATE.search(one) for one in inside):
            raise _Unusable("surrogate")
        level = [one for one in inside if type(one) is dict or type(one) is list]
        if not level:
            return
    raise _Unusable("nesting")


def json_reply(
    status: int, value: Any, *headers: tuple[bytes, bytes], media_type: bytes = b"application/json"
) -> Response:
    """Return a response of JSON (RFC 8259), compact, in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    own: Headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=status, headers=(*own, *headers), chunks=(body,))


def query_options(query: bytes) -> Mapping[str, list[str]]:
    """Return the options of a query string (WHATWG form encoding), every value of each in order.

    Raises Refused: E1527 for more than OPTIONS of them.
    """
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
