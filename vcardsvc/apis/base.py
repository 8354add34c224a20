"""Defines what an API is: it reads a Request and returns a Response.

An API translates between its callers' terms and ours. It does not fetch, store or write cards. It
is chosen by path and content type, never by the look of a body.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import parse_qs

from msgspec import Struct, field, structs

from vcardsvc.errors import E1527, Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Entry
from vcardsvc.model.request import CardRequest, CardResult
from vcardsvc.telemetry import NO_LOG, RequestLog

OPTIONS: Final = 64
"""The most options of a query; a dozen are known. 64 KiB of them would take 40 ms to split."""

Headers = tuple[tuple[bytes, bytes], ...]


class Request(Struct, frozen=True, kw_only=True):
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
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    account: str = ""


class Response(Struct, frozen=True, kw_only=True):
    """A response: HTTP status, headers without those of the transport, body in chunks.

    `maybe_stream` yields the body instead, without a Content-Length; `maybe_trailers` returns the
    header fields behind it (RFC 9110 section 6.5), and `reads_body` says that it reads the
    request's body meanwhile. `failed`: a part of the request was not carried out, whatever the
    status is. `log` is for the log line.
    """

    status: int
    headers: Headers
    chunks: tuple[bytes, ...]
    maybe_stream: AsyncGenerator[bytes, None] | None = None
    maybe_trailers: Callable[[], Headers] | None = None
    reads_body: bool = False
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


def logged(response: Response, problems: Sequence[Problem]) -> Response:
    """Return the response with its first problem in its log."""
    first = problems[0]
    log = RequestLog(code=first.code.name, cause=first.cause)
    return structs.replace(response, log=log)


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
