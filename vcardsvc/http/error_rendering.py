"""Turns whatever a handler raises into a response, in one place.

A handler raises what went wrong as RequestFailed, together with what it knew by then: the caller,
the bytes it read, headers for the response, and the renderer of the API that was called.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from msgspec import Struct, structs

from vcardsvc.apis.base import Headers, Response
from vcardsvc.errors import E503, Problem, Refused, busy
from vcardsvc.http.arrivals import UNREAD
from vcardsvc.http.disconnect import ClientDisconnected
from vcardsvc.telemetry import RequestLog, Telemetry

Renderer = Callable[[tuple[Problem, ...]], Response]
"""Renders problems as a response of one API."""

RETRY_AFTER: Final = 1
"""Seconds in the Retry-After of an overloaded or stopping service."""

CHALLENGE: Final[Headers] = ((b"www-authenticate", b'ApiKey header="x-api-key"'),)
"""The challenge of a 401 (RFC 9110 section 15.5.2); the scheme is our own, so no browser asks the
user for a password."""

_CLOSE: Final = (b"connection", b"close")
_UNREAD_STATUSES: Final = (408, 413)
"""Statuses after which the rest of the body may still arrive, so the connection ends."""

RENDERED: Final = (Exception, asyncio.CancelledError)
"""What becomes a response when a handler raises it. KeyboardInterrupt and SystemExit end the
process, GeneratorExit a coroutine that is closed."""

DISCONNECTED: Final = Response(
    status=499, headers=(), chunks=(), log=RequestLog(code="gone", cause="hung-up")
)
"""The response that is not sent to a caller who hung up; proxies log 499 for it."""


class FailureContext(Struct, frozen=True, kw_only=True):
    """What is known of a request when it fails: the key's name for the log, the bytes of its body,
    headers for any response to it, its renderer (None: createcontact's) and the challenge of a
    401."""

    key: str = ""
    received: int = 0
    headers: Headers = ()
    maybe_renderer: Renderer | None = None
    challenge: Headers = CHALLENGE


class RequestFailed(Exception):
    """A request failed with `fault`; `known` is what its response and its log line need."""

    def __init__(self, fault: BaseException, known: FailureContext) -> None:
        self.fault = fault
        self.known = known
        super().__init__(str(fault))


def failed(fault: BaseException, known: FailureContext) -> RequestFailed:
    """Return the failure with what is known here; what an inner step knew takes precedence, except
    for the challenge."""
    if not isinstance(fault, RequestFailed):
        return RequestFailed(fault, known)
    inner = fault.known
    both = structs.replace(
        known,
        key=inner.key or known.key,
        received=inner.received or known.received,
        headers=(*known.headers, *inner.headers),
        maybe_renderer=inner.maybe_renderer or known.maybe_renderer,
    )
    return RequestFailed(fault.fault, both)


def error_response(
    fault: BaseException, default: Renderer, telemetry: Telemetry, request_id: str
) -> Response:
    """Return the response to a request that failed; `default` renders its problems if the handler
    named no renderer."""
    known = FailureContext()
    if isinstance(fault, RequestFailed):
        known = fault.known
        fault = fault.fault
    log = RequestLog(key=known.key, received=known.received)
    if isinstance(fault, ClientDisconnected):
        return structs.replace(DISCONNECTED, log=structs.replace(log, code="gone", cause="hung-up"))
    if isinstance(fault, Refused):
        refused = fault
    elif isinstance(fault, asyncio.CancelledError):
        refused = busy("stopping", RETRY_AFTER)
    else:
        telemetry.fault(request_id, fault)
        refused = Refused(Problem(code=E503, cause="fault"))
    return _rendered(refused, known, known.maybe_renderer or default, log)


def _rendered(
    refused: Refused, known: FailureContext, render: Renderer, log: RequestLog
) -> Response:
    first = refused.problems[0]
    response = render(refused.problems)
    headers = (*response.headers, *known.headers)
    if first.http_status == 401:
        headers = (*headers, *known.challenge)
    if first.http_status in _UNREAD_STATUSES or first.cause in UNREAD:
        headers = (*headers, _CLOSE)
    rendered = {name for name, _ in response.headers}
    if first.retry_after is not None and b"retry-after" not in rendered:
        headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
    log = structs.replace(log, code=first.code.name, cause=first.cause)
    return structs.replace(response, headers=headers, log=log)
