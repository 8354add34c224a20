"""CORS (Fetch standard): lets scripts of a publishable key's origin read responses.

A response names one origin, never `*`. Credentials are not allowed: a request has a key.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from msgspec import structs

from vcardsvc.apis.base import Headers, Response
from vcardsvc.http.context import AppContext
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest
from vcardsvc.validation.origins import of_request

MAX_AGE: Final = 7200
"""Seconds that a browser may cache a preflight: Chromium's maximum."""

EXPOSED: Final = (
    "Content-Disposition", "Vcard-Notes", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining",
    "RateLimit-Reset", "Retry-After", "Location", "Vcard-Rows", "Vcard-Unread-Columns",
)  # fmt: skip
"""Response headers that a script may read beside those that CORS always allows."""

ALLOWED: Final = ("content-type", "x-api-key", "x-request-id", "accept")
"""Request headers that a script may send beside those that CORS always allows."""

_VARY: Final = (b"vary", b"Origin")
_FOR_SCRIPTS: Final = (
    _VARY,
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
)


async def with_cors(
    context: AppContext,
    request: HttpRequest,
    respond: Callable[[AppContext, HttpRequest], Awaitable[Response]],
) -> Response:
    """Return the response, or raise its failure, with what scripts of the request's origin need,
    if it has one."""
    maybe_origin = request.headers.get(b"origin")
    if maybe_origin is None:
        return await respond(context, request)
    headers = cors_headers(of_request(maybe_origin, None), context.keys.origins)
    try:
        response = await respond(context, request)
    except RENDERED as fault:
        raise failed(fault, FailureContext(headers=headers)) from None
    return structs.replace(response, headers=(*response.headers, *headers))


def cors_headers(origin: str, allowed: Collection[str]) -> Headers:
    """Return the headers with which scripts of `origin` may read a response (section 3.3.3); none
    for an origin that is not among the `allowed` of all valid keys.

    `origin` is what `origins.of_request` returns for the Origin header alone.
    """
    return _to(origin, _FOR_SCRIPTS) if origin and origin in allowed else ()


def preflight_headers(origin: str, allowed: Collection[str], more: Collection[str] = ()) -> Headers:
    """Return the headers of a preflight response (section 4.8); for an origin that is not allowed
    only `Vary`. `more` names request headers that a script may send beside ALLOWED."""
    if not origin or origin not in allowed:
        return (_VARY,)
    headers = (
        _VARY,
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", ", ".join((*ALLOWED, *more)).encode()),
        (b"access-control-max-age", b"%d" % MAX_AGE),
    )
    return _to(origin, headers)


def _to(origin: str, headers: Headers) -> Headers:
    return ((b"access-control-allow-origin", origin.encode()), *headers)
