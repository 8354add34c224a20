"""Handles POST /batch: a list of contacts of any format, with a key in the header.

Order of the checks: load, key, content type, options, slot, content. The body is not read before
there is a process that takes it; from there on body and response flow at the same time. Behind a
proxy the response begins when the body is whole.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from msgspec import structs

from vcardsvc.apis.base import Request, Response
from vcardsvc.batch.media_types import MEDIA_TYPES
from vcardsvc.batch.request import read_options
from vcardsvc.batch.response import batch_response
from vcardsvc.errors import E100, Problem, Refused
from vcardsvc.http.arrivals import LATE, SLOW, TRICKLE
from vcardsvc.http.authentication import Caller
from vcardsvc.http.context import AppContext
from vcardsvc.http.cors import with_cors
from vcardsvc.http.disconnect import ClientDisconnected, disconnected
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved
from vcardsvc.model.batch import BatchJob
from vcardsvc.services.batches import Batch, Batches
from vcardsvc.telemetry import RequestLog

ACCEPTED = frozenset((*MEDIA_TYPES, "multipart/form-data", "application/octet-stream"))
"""The media types of a body; what it is, its first octets may say better."""

UNNAMED: Final = (
    "Name the kind of list in the header Content-Type, such as content-type: text/csv. "
    f"Send one of: {', '.join(sorted(ACCEPTED))}."
)
PROXIES = frozenset((b"via", b"forwarded", b"x-forwarded-for"))
"""Headers that a proxy adds. nginx, and Caddy by default, pass no more of a body on once its
response has begun. A caller who sets one himself only waits longer, so any peer is believed."""


async def batch(context: AppContext, request: HttpRequest) -> Response:
    """Return the cards of a list."""
    return await with_cors(context, request, _batch)


async def _batch(context: AppContext, request: HttpRequest) -> Response:
    context.load.refuse_if_busy()
    caller = await context.authenticator.authenticate(request, request.headers.get(b"x-api-key"))
    try:
        response = await _started(context, request, caller)
    except RENDERED as fault:
        known = FailureContext(key=caller.key.name, headers=caller.headers)
        raise failed(fault, known) from None
    log = RequestLog(key=caller.key.name, received=request.content_length)
    return structs.replace(response, headers=(*response.headers, *caller.headers), log=log)


async def _started(context: AppContext, request: HttpRequest, caller: Caller) -> Response:
    if request.media_type.decode("latin-1") not in ACCEPTED:
        raise unserved("content-type", 415, UNNAMED)
    if request.headers.get(b"content-encoding", b"").lower() not in (b"", b"identity"):
        raise unserved("content-encoding", 415, "Send the body without content-encoding.")
    settings = context.settings
    if request.content_length > settings.batch_limit:
        raise _too_large(settings.batch_limit)
    batches = context.batches()
    options = read_options(
        Request(query=request.query, accept=request.accept), context.conversions().policy
    )
    options = structs.replace(
        options,
        judged=settings.batch_judged,
        mms_limit=settings.mms_limit,
        photo_side=settings.photo_side,
        photo_budget=settings.photo_budget,
    )
    job = BatchJob(options=options, content_type=request.content_type.decode("latin-1"))
    upload = _Upload(context, request)
    running = await _begun(batches, job, upload)
    if not PROXIES.isdisjoint(request.headers):
        await running.arrived()
    pieces = _result(context, request, running, upload)
    return batch_response(running.head, pieces, lambda: running.rows)


async def _begun(batches: Batches, job: BatchJob, upload: "_Upload") -> Batch:
    """Start a batch. A caller who hangs up before the first octet of the result ends it: the photos
    of 5,000 rows may take an hour. Raises ClientDisconnected then, and as `Batches.start` does."""
    starting = asyncio.ensure_future(batches.start(job, upload.octets()))
    watch = asyncio.ensure_future(upload.hung_up())
    try:
        await asyncio.wait((starting, watch), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            return starting.result()
        raise ClientDisconnected
    finally:
        watch.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)


class _Upload:
    """The body of a request while it arrives, and then the caller's end of the connection.

    Only the time that is waited for the caller counts: a process that is busy slows him down.
    """

    def __init__(self, context: AppContext, request: HttpRequest) -> None:
        self._settings = context.settings
        self._receive = request.receive
        self._is_whole = asyncio.Event()

    async def octets(self) -> AsyncIterator[bytes]:
        """Yield the body. Raises Refused for one that is too large or too slow, and
        ClientDisconnected."""
        limit, rate = self._settings.batch_limit, self._settings.body_rate
        size, waited, more = 0, 0.0, True
        while more:
            started = time.monotonic()
            try:
                async with asyncio.timeout(self._settings.body_timeout):
                    message = await self._receive()
            except TimeoutError:
                raise unserved(LATE, 408, "The body came too slowly.") from None
            waited += time.monotonic() - started
            if message["type"] == "http.disconnect":
                raise ClientDisconnected
            octets = message.get("body", b"")
            size += len(octets)
            if size > limit:
                raise _too_large(limit)
            if size < rate * (waited - SLOW):
                detail = f"The body came too slowly. Send {rate} bytes a second at least."
                raise unserved(TRICKLE, 408, detail)
            more = message.get("more_body", False)
            if octets:
                yield octets
        self._is_whole.set()

    async def hung_up(self) -> None:
        """Wait until the caller hangs up behind the whole body."""
        await self._is_whole.wait()
        await disconnected(self._receive)


def _too_large(limit: int) -> Refused:
    detail = f"The body may hold {limit} bytes (VCARDSVC_BATCH_LIMIT). Send fewer rows at once."
    return Refused(Problem(code=E100, cause="body-limit", status=413, detail=detail))


def _end(running: Batch) -> None:
    running.end(ClientDisconnected())


async def _result(
    context: AppContext, request: HttpRequest, running: Batch, upload: _Upload
) -> AsyncGenerator[bytes, None]:
    """Yield the result, and log its counts at its end. A caller who hangs up ends the process.

    Raises ClientDisconnected then, and what the batch raises.
    """
    watch = asyncio.ensure_future(upload.hung_up())
    watch.add_done_callback(lambda task: None if task.cancelled() else _end(running))
    pieces = running.pieces()
    try:
        async for piece in pieces:
            yield piece
    finally:
        watch.cancel()
        await pieces.aclose()
    context.telemetry.event("batch", id=request.id, rows=running.rows.replace(" ", ""))
