"""Requests over a few kept connections, each timed by itself: the client of what wrk cannot count.

What must never enter here: a retry. A request that fails is an answer too, or the benchmark ends.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.common import HOST

ANSWER: Final = 30.0
"""Seconds an answer may take; the service's own deadlines end long before."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: HTTP status, bytes of the body, seconds from the request to its end."""

    status: int
    size: int
    seconds: float


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> Answer:
    started = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    size = int(length[1]) if length else 0
    await reader.readexactly(size)
    seconds = time.perf_counter() - started
    return Answer(status=int(head[9:12]), size=size, seconds=seconds)


async def _connection(port: int, requests: Iterator[bytes], pause: float) -> list[Answer]:
    """Send what `requests` still has, one after the other, over one connection."""
    answers = []
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 20)
    try:
        for request in requests:
            async with asyncio.timeout(ANSWER):
                answers.append(await _one(reader, writer, request))
            if pause:
                await asyncio.sleep(pause)
    finally:
        writer.close()
    return answers


async def asked(
    port: int, requests: Iterable[bytes], *, connections: int, pause: float = 0
) -> list[Answer]:
    """The answers to `requests`, taken by so many connections, each `pause` seconds apart."""
    shared = iter(requests)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_connection(port, shared, pause)) for _ in range(connections)]
    return [answer for task in tasks for answer in task.result()]


def until(requests: Iterable[bytes], seconds: float) -> Iterator[bytes]:
    """What `requests` gives, for so many seconds from the first one on."""
    last = time.monotonic() + seconds
    for request in requests:
        if time.monotonic() >= last:
            return
        yield request


def percentile(answers: Sequence[Answer], share: float) -> float:
    """Milliseconds within which this share of the answers came."""
    times = sorted(answer.seconds for answer in answers)
    return 1000 * times[min(len(times) - 1, int(share * len(times)))]
