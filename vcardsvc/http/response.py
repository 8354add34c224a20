"""Sends a response: in one write, or chunk by chunk as a stream gives them."""

import asyncio
import contextlib
from collections.abc import AsyncIterable

from msgspec import structs
from starlette.types import Send

from vcardsvc.apis.base import Response
from vcardsvc.errors import Refused
from vcardsvc.http.disconnect import disconnected
from vcardsvc.http.error_rendering import DISCONNECTED
from vcardsvc.http.request import HttpRequest
from vcardsvc.telemetry import RequestLog


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
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.maybe_stream is not None:
        async with contextlib.aclosing(response.maybe_stream) as stream:
            if request.method != "HEAD":  # HEAD must not read a list that it drops
                return await _stream(stream, response.log, request, send)
        await send({"type": "http.response.body", "body": b""})
        return 0, None
    *chunks, last = response.chunks or (b"",)
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": last})
    return sum(map(len, response.chunks)), None


async def _stream(
    chunks: AsyncIterable[bytes], log: RequestLog, request: HttpRequest, send: Send
) -> tuple[int, RequestLog | None]:
    """Send chunks as they come, to their end, or until the caller hangs up. A stream that fails
    leaves the body without the end that would make it complete."""
    disconnect, sent = asyncio.ensure_future(disconnected(request.receive)), 0
    try:
        async for chunk in chunks:
            if disconnect.done():
                return sent, structs.replace(log, code="gone", cause="hung-up")
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)
        await send({"type": "http.response.body", "body": b""})
    except Refused as refused:
        first = refused.problems[0]
        return sent, structs.replace(log, code=first.code.name, cause=first.cause)
    finally:
        disconnect.cancel()
    return sent, None
