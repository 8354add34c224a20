"""Sends a response: in one write, or chunk by chunk as a stream gives them."""

import asyncio
import contextlib
from collections.abc import AsyncIterable, Mapping
from typing import Any, Final

from msgspec import structs
from starlette.types import Send

from vcardsvc.apis.base import Response
from vcardsvc.errors import Refused
from vcardsvc.http.disconnect import ClientDisconnected, disconnected
from vcardsvc.http.error_rendering import DISCONNECTED
from vcardsvc.http.request import HttpRequest
from vcardsvc.telemetry import RequestLog

TRAILERS: Final = "http.response.trailers"
"""The extension of ASGI, and its message, for header fields behind a body."""


async def send_response(
    response: Response, request: HttpRequest, send: Send
) -> tuple[int, RequestLog | None]:
    """Send the whole response, to HEAD its head alone.

    Return the bytes of its body, and its log again if a stream ended too soon. A caller who hung up
    gets nothing.
    """
    if response.status == DISCONNECTED.status:
        return 0, None
    headers = [*response.headers, (b"x-request-id", request.id.encode())]
    start = {"type": "http.response.start", "status": response.status, "headers": headers}
    if response.maybe_trailers is not None and TRAILERS in request.scope.get("extensions", {}):
        start["trailers"] = True
    await send(start)
    if response.maybe_stream is not None:
        async with contextlib.aclosing(response.maybe_stream) as stream:
            if request.method != "HEAD":  # HEAD must not read a list that it drops
                return await _stream(stream, response, request, send, start)
        await send({"type": "http.response.body", "body": b""})
        return 0, None
    *chunks, last = response.chunks or (b"",)
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": last})
    return sum(map(len, response.chunks)), None


async def _stream(
    chunks: AsyncIterable[bytes],
    response: Response,
    request: HttpRequest,
    send: Send,
    start: Mapping[str, Any],
) -> tuple[int, RequestLog | None]:
    """Send chunks as they come, to their end, or until the caller hangs up. A stream that fails
    leaves the body without the end that would make it complete."""
    log, sent = response.log, 0
    gone = structs.replace(log, code="gone", cause="hung-up")
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    disconnect = never if response.reads_body else asyncio.ensure_future(_hung_up(request))
    try:
        async for chunk in chunks:
            if disconnect.done():
                return sent, gone
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)
        await send({"type": "http.response.body", "body": b""})
        if "trailers" in start and response.maybe_trailers is not None:
            trailers = list(response.maybe_trailers())
            await send({"type": TRAILERS, "headers": trailers, "more_trailers": False})
    except ClientDisconnected:
        return sent, gone
    except Refused as refused:
        first = refused.problems[0]
        return sent, structs.replace(log, code=first.code.name, cause=first.cause)
    finally:
        disconnect.cancel()
    return sent, None


async def _hung_up(request: HttpRequest) -> None:
    await disconnected(request.receive)
