"""Send requests over a few connections and time each, for what wrk cannot measure.

Nothing is retried: a failed request is a response too, or ends the benchmark.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.common import HOST

RESPONSE_TIMEOUT: Final = 30.0
"""Seconds that a response may take, more than the service's own deadlines."""

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
