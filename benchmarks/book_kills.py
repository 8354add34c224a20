"""kill -9 of a serving process in the midst of parallel creates: what it answered must be there.

A round: the service starts over what the last one left, several clients create contacts without a
pause, the whole process group is killed after a time that differs each round. Then the rows are
read: every contact that was answered 201 is whole, every other one is whole or absent, the counter
counts the entries. The next round's service must then show the last one that was answered.
What must never enter here: a signal that a process could catch.
"""

import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks import common
from benchmarks.book_creates import posted
from benchmarks.book_data import BOOK, CONTACTS, NUMBERED, draft
from benchmarks.book_places import Place
from benchmarks.book_scale import requested, settings
from benchmarks.book_whole import Kept, kept, picture
from benchmarks.common import HOST

CLIENTS: Final = 8
"""Connections that create at once: twice as many as a worker has threads for its store."""

SOONEST, LATEST = 0.02, 0.35
"""Seconds from the first answer to the kill."""

FIRST_ANSWER: Final = 20.0
"""Seconds until a service that was started has answered its first create."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the kills did, in all rounds."""

    kills: int = 0
    answered: int = 0
    turned_away: int = 0
    unanswered: int = 0
    unanswered_whole: int = 0
    lost: int = 0
    half: int = 0
    twice: int = 0
    counters_wrong: int = 0
    not_shown: int = 0

    @property
    def faults(self) -> int:
        """What must be 0."""
        return self.lost + self.half + self.twice + self.counters_wrong + self.not_shown


@dataclass(slots=True, kw_only=True)
class Round:
    """What the clients of one round saw: numbers they sent, handles they were answered, and how
    often the service said that it was too busy (503), after which a contact may be there or not."""

    sent: set[int] = field(default_factory=set)
    answered: dict[int, str] = field(default_factory=dict)
    turned_away: int = 0
    first: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def _line(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the service."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return int(head[9:12]), await reader.readexactly(int(length[1]) if length else 0)


async def _client(port: int, numbers: Iterator[int], seen: Round) -> None:
    """Create contacts until the service is gone."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        async with _line(port) as (reader, writer):
            for number in numbers:
                seen.sent.add(number)
                writer.write(posted(number))
                status, body = await _answer(reader)
                if status == 201:
                    seen.answered[number] = json.loads(body)["data"]["handle"]
                    seen.first.set()
                elif status == 503:
                    seen.turned_away += 1
                else:
                    raise RuntimeError(f"a create was answered {status}: {body[:200]!r}")


async def _round(pid: int, port: int, numbers: Iterator[int], wait: float) -> Round:
    """Create, kill, and tell what was answered."""
    seen = Round()
    try:
        # A client that was refused ends the group, and the round.
        async with asyncio.timeout(FIRST_ANSWER), asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(_client(port, numbers, seen))
            await seen.first.wait()
            await asyncio.sleep(wait)
            os.killpg(pid, signal.SIGKILL)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return seen


async def _shown(port: int, handle: str) -> bool:
    """Whether the service shows the contact of this handle."""
    async with asyncio.timeout(FIRST_ANSWER):
        async with _line(port) as (reader, writer):
            writer.write(requested(f"{CONTACTS}/{handle}"))
            status, _ = await _answer(reader)
    return status == 200


def run(place: Place, folder: Path, kills: int, seed: int = 0) -> Tally:
    """So many rounds over one store. Raises RuntimeError when a service does not start."""
    source, tally = random.Random(seed), Tally()
    numbers, after, last_handle = itertools.count(1), 0, ""
    for _ in range(kills):
        with common.server(folder, *common.OURS, settings=settings(place)) as ours:
            if last_handle:
                tally.not_shown += not asyncio.run(_shown(ours.port, last_handle))
            wait = source.uniform(SOONEST, LATEST)
            seen = asyncio.run(_round(ours.pid, ours.port, numbers, wait))
        place.alone()
        after = judge(place, seen, after, tally)
        last_handle = list(seen.answered.values())[-1]
    return tally


def judge(place: Place, seen: Round, after: int, tally: Tally) -> int:
    """Count what is wrong with the entries behind `after`; the number of the last one."""
    with place.asking() as ask:
        found, last = picture(ask, BOOK, after)
        [(entries,)] = ask("SELECT count(*) FROM entry")
    tally.kills += 1
    tally.answered += len(seen.answered)
    tally.turned_away += seen.turned_away
    tally.unanswered += len(seen.sent) - len(seen.answered)
    tally.counters_wrong += found.counter != entries
    tally.half += len(found.strays)
    numbers = {handle: _number(one) for handle, one in found.entries.items()}
    for handle, number in numbers.items():
        whole = number in seen.sent and found.entries[handle] == _expected(number, handle)
        tally.half += not whole
        tally.unanswered_whole += whole and number not in seen.answered
    tally.twice += len(numbers) - len(set(numbers.values()))
    tally.lost += sum(numbers.get(handle) != one for one, handle in seen.answered.items())
    return last


def _number(one: Kept) -> int:
    """The number of a contact, 0 when it has lost that."""
    return int(dict(one.metadata).get(NUMBERED, "0"))


def _expected(number: int, handle: str) -> Kept:
    return kept(replace(draft(number), handle=handle))
