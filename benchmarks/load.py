"""Send requests over a few connections and time each, for what wrk cannot measure.

Nothing is retried: a failed request is a response too, or ends the benchmark; `send_paced` counts
those without a response.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.common import HOST

RESPONSE_TIMEOUT: Final = 30.0
"""Seconds that a response may take, more than the service's own deadlines."""

FAILED: Final = 0
"""The status of a request that got no whole response."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Holds a response: HTTP status, bytes of the body, seconds from the request to its end."""

    status: int
    size: int
    seconds: float


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> Response:
    started = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    size = int(length[1]) if length else 0
    await reader.readexactly(size)
    seconds = time.perf_counter() - started
    return Response(status=int(head[9:12]), size=size, seconds=seconds)


async def _connection(port: int, requests: Iterator[bytes], pause: float) -> list[Response]:
    """Send the remaining `requests` one after the other over one connection."""
    responses = []
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 20)
    try:
        for request in requests:
            async with asyncio.timeout(RESPONSE_TIMEOUT):
                responses.append(await _one(reader, writer, request))
            if pause:
                await asyncio.sleep(pause)
    finally:
        writer.close()
    return responses


async def send_all(
    port: int, requests: Iterable[bytes], *, connections: int, pause: float = 0
) -> list[Response]:
    """Send `requests` over `connections`, with `pause` seconds between two of one connection."""
    shared = iter(requests)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_connection(port, shared, pause)) for _ in range(connections)]
    return [response for task in tasks for response in task.result()]


async def send_paced(
    port: int,
    requests: Iterable[bytes],
    *,
    per_second: float,
    connections: int,
    is_done: Callable[[], bool],
) -> list[Response]:
    """Send `requests` at this rate until `is_done`, over as many connections as are free.

    Each is due at its time, from which its seconds count, however slow the ones before were. A
    request whose connection ends without a response is FAILED; the next one opens another.
    """
    due = _due(iter(requests), per_second, is_done)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_paced_connection(port, due)) for _ in range(connections)]
    return [response for task in tasks for response in task.result()]


def _due(
    requests: Iterator[bytes], per_second: float, is_done: Callable[[], bool]
) -> Iterator[tuple[float, bytes]]:
    """Yield the time at which each request is due, by time.perf_counter(), and the request."""
    started = time.perf_counter()
    for number, request in enumerate(requests):
        if is_done():
            return
        yield started + number / per_second, request


async def _paced_connection(port: int, due: Iterator[tuple[float, bytes]]) -> list[Response]:
    responses = []
    maybe_streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    for when, request in due:
        await asyncio.sleep(when - time.perf_counter())
        status, size = FAILED, 0
        try:
            async with asyncio.timeout(RESPONSE_TIMEOUT):
                maybe_streams = maybe_streams or await asyncio.open_connection(HOST, port)
                one = await _one(*maybe_streams, request)
                status, size = one.status, one.size
        except (OSError, EOFError):  # TimeoutError is an OSError
            if maybe_streams is not None:
                maybe_streams[1].close()
            maybe_streams = None
        responses.append(Response(status=status, size=size, seconds=time.perf_counter() - when))
    if maybe_streams is not None:
        maybe_streams[1].close()
    return responses


def for_seconds(requests: Iterable[bytes], seconds: float) -> Iterator[bytes]:
    """Yield from `requests` for so many seconds."""
    last = time.monotonic() + seconds
    for request in requests:
        if time.monotonic() >= last:
            return
        yield request


def percentile(responses: Sequence[Response], share: float) -> float:
    """Return the milliseconds within which this share of the responses came."""
    times = sorted(response.seconds for response in responses)
    return 1000 * times[min(len(times) - 1, int(share * len(times)))]
