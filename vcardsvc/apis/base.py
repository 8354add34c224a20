"""What every dialect is: an `Request` in, a `CardRequest` out, a `Response` back; and the guarded
JSON door.

A dialect speaks one vendor's words and nothing else: it neither fetches nor stores nor writes
cards, and it is chosen by path and content type, never by what the payload looks like.
"""

import json
import math
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol, runtime_checkable

from vcardsvc.apis import json_faults
from vcardsvc.apis.json_faults import NESTING
from vcardsvc.errors import E100, E108, E1527, Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Entry
from vcardsvc.model.request import CardRequest, CardResult

OPTIONS: Final = 64
"""Options of a query; there are a dozen. 64 KiB of them would take 40 ms to part."""

BOM: Final = b"\xef\xbb\xbf"

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request whose path, method, key and content type are right: its query, its Accept header,
    its body and the Content-Type header of that, parameters included. `cut`: the parts of a
    multipart body, by their place from 0, whose octets were too many and are not in it.

    For a vendor's call also: all headers by lower-case name, the parameters of the path, where the
    vendor's routes begin for the caller (`https://cards.example.com/autodns`), and the name of the
    account whose key it is ("" while that is not known).
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
    """A finished answer: HTTP status, headers without those of the transport, body in chunks.

    `maybe_stream` gives further chunks, as many as there are: then nobody says a length. `failed`:
    some of what was asked for was not done, whatever the status says.
    """

    status: int
    headers: Headers
    chunks: tuple[bytes, ...]
    maybe_stream: AsyncGenerator[bytes, None] | None = None
    failed: bool = False


class Api(Protocol):
    """One vendor's way to say "create a contact"."""

    @property
    def path(self) -> str:
        """Where it is spoken."""
        ...

    @property
    def content_types(self) -> frozenset[bytes]:
        """The media types it reads, in lower case."""
        ...

    def read(self, ask: Request) -> CardRequest:
        """What the caller wants. Raises Refused with every problem of the request."""
        ...

    def card_response(self, order: CardRequest, outcome: CardResult) -> Response:
        """The answer that carries what the order came to."""
        ...

    def error_response(self, problems: tuple[Problem, ...]) -> Response:
        """The answer that says what was wrong."""
        ...


class ParsedForm(Protocol):
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

    def card_request(self) -> CardRequest:
        """What the caller wants. Raises Refused with every problem of the request."""
        ...


@runtime_checkable
class FormApi(Api, Protocol):
    """A dialect whose key may stand in the body."""

    def parse_form(self, ask: Request) -> ParsedForm:
        """The form in `ask`. Raises Refused for what is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call of a vendor: its name in the vendor's own table, its method, its path below the
    mount (`/contact/{id}`; a parameter holds no slash), the media types its body may have (empty:
    it takes none; b"" among them: it need not say). `key_in_body`: the body is read before the key
    is known, under the same ceiling. `any_type`: the body is read whatever its type is said to be.
    `cards`: what it answers can be had as cards. `any_case`: the path is matched without regard to
    case. `parameter`: the pattern of what a parameter may be.
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
    """One vendor's calls over the contact book. It neither stores, fetches nor writes cards."""

    @property
    def name(self) -> str:
        """What its address books are called: lower-case letters."""
        ...

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every call."""
        ...

    def credential(self, route: Route, ask: Request) -> bytes | None:
        """The key that the caller presents, where this vendor's clients put their secret; None when
        there is none. `ask` has its body only where the route's key is in it. Raises Refused for a
        body that does not parse."""
        ...

    def read(self, route: Route, ask: Request) -> Command | Response:
        """What the caller wants of the book, or the answer where the book has no part in it. Raises
        Refused with every problem of the request, in the vendor's order."""
        ...

    def response(self, route: Route, ask: Request, task: Command, found: CommandResult) -> Response:
        """The vendor's own answer."""
        ...

    def error_response(
        self, maybe_route: Route | None, ask: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """The vendor's own way to say what was wrong: problems of its own codes, of `rules`, or of
        the door (by `http_status`: 401, 403, 404, 405, 406, 408, 413, 415, 429, 500, 503). Without
        a route the path is none of its, or the method. Says how a key is to be presented with 401.
        """
        ...

    def path_of(self, entry: Entry) -> str:
        """The path of an entry below the mount, "" where no route shows one."""
        ...


def _unparsable(cause: str, detail: str) -> NoReturn:
    raise Refused(Problem(code=E108, cause=cause, detail=detail)) from None


class _Unusable(ValueError):
    """JSON that the grammar allows and we do not; its argument is the cause."""


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
        raise _Unusable("not-a-number")  # what 1e999 becomes could be written by no JSON
    return number


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_constant=_constant, parse_float=_finite
)
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object (RFC 8259) in `body`. Raises Refused as `json_value` does, and E100 for
    another value."""
    value = json_value(body)
    if type(value) is not dict:
        detail = "The body must be a JSON object."
        raise Refused(Problem(code=E100, cause="not-an-object", detail=detail))
    return value


def json_value(body: bytes) -> Any:
    """The JSON value (RFC 8259) in `body`, UTF-8, a byte order mark tolerated.

    Raises Refused: E100 for nothing, E108 for what does not parse: other encodings, duplicate
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
    # Counting brackets is a hundred times cheaper than walking, and nearly every body passes.
    if body.count(b"{") + body.count(b"[") > NESTING or _ESCAPED_SURROGATE.search(text):
        try:
            _walk(value)
        except _Unusable as fault:
            _unusable(str(fault), text)
    return value


def _unusable(cause: str, text: str) -> NoReturn:
    _unparsable(cause, json_faults.unusable(cause, text))


def _walk(value: Any) -> None:
    """Raises _Unusable for more than NESTING levels, or a string that no UTF-8 can hold."""
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
    """A JSON answer (RFC 8259), compact, in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    own: Headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=status, headers=(*own, *headers), chunks=(body,))


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
