"""The request cycle: runs a handler and sends its response, whatever happens in it.

Every request gets an id, counts as in flight, and leaves one log line and its metrics. What a
handler raises becomes a response here (see `error_rendering`). It is plain ASGI: a stack of
middleware would cost more than writing the card.
"""

import time
from collections.abc import Awaitable, Callable

from msgspec import structs
from starlette.types import Receive, Scope, Send

from vcardsvc.apis.base import Response
from vcardsvc.errors import E503
from vcardsvc.http.context import AppContext
from vcardsvc.http.error_rendering import RENDERED, error_response
from vcardsvc.http.request import HttpRequest
from vcardsvc.http.response import send_response
from vcardsvc.telemetry import NO_LOG

Handler = Callable[[AppContext, HttpRequest], Awaitable[Response]]
"""Returns the response to one method of one path."""


async def run_handler(handler: Handler, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request with a handler; the context is in the scope's state."""
    started = time.perf_counter()
    context: AppContext = scope["state"]["context"]
    request = HttpRequest(scope, receive)
    status, log, sent = 499, NO_LOG, 0
    context.load.in_flight += 1
    try:
        try:
            response = await handler(context, request)
        except RENDERED as fault:
            default = context.api.error_response
            response = error_response(fault, default, context.telemetry, request.id)
        status, log = response.status, response.log
        sent, maybe_log = await send_response(response, request, send)
        log = maybe_log or log
    except Exception as fault:  # in the middle of a stream, which ends without its last chunk
        context.telemetry.fault(request.id, fault)
        log = structs.replace(log, code=E503.name, cause="fault")
    finally:
        context.load.in_flight -= 1
        seconds = time.perf_counter() - started
        context.telemetry.request(request.id, log, status, seconds, sent)
