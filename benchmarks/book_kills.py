"""Kill a service (SIGKILL) during parallel creates, and check the contacts that it acknowledged.

In a round, the service starts on the database of the last round, several clients create contacts
without a pause, and the whole process group is killed after a random time. Then the rows are read:
every contact with a response 201 is whole, every other one is whole or absent, and the counter is
the number of entries. The service of the next round must return the last acknowledged contact.
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
from benchmarks.book_creates import create_request
from benchmarks.book_data import BOOK, CONTACTS, NUMBERED, draft
from benchmarks.book_scale import get_request, settings
from benchmarks.book_snapshot import StoredEntry, snapshot, stored_entry
from benchmarks.common import HOST
from benchmarks.databases import Database

CLIENTS: Final = 8
"""Connections that create at once: twice the threads that a worker has for its store."""

SOONEST, LATEST = 0.02, 0.35
"""Seconds from the first response to the kill."""

FIRST_RESPONSE: Final = 20.0
"""Seconds until the first response of a started service."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts the effects of the kills in all rounds."""

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
        """The number of faults, which must be 0."""
        return self.lost + self.half + self.twice + self.counters_wrong + self.not_shown


@dataclass(slots=True, kw_only=True)
class Round:
    """Holds the requests of one round: the numbers sent, the handles of the responses, and the
    number of 503 (too busy), after which a contact may exist or not."""

    sent: set[int] = field(default_factory=set)
    answered: dict[int, str] = field(default_factory=dict)
    turned_away: int = 0
    first: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def _connection(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection to the service."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _read_response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return int(head[9:12]), await reader.readexactly(int(length[1]) if length else 0)


async def _client(port: int, numbers: Iterator[int], seen: Round) -> None:
    """Create contacts until the service ends."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        async with _connection(port) as (reader, writer):
            for number in numbers:
                seen.sent.add(number)
                writer.write(create_request(number))
                status, body = await _read_response(reader)
                if status == 201:
                    seen.answered[number] = json.loads(body)["data"]["handle"]
                    seen.first.set()
                elif status == 503:
                    seen.turned_away += 1
                else:
                    raise RuntimeError(f"the response to a create was {status}: {body[:200]!r}")


async def _round(pid: int, port: int, numbers: Iterator[int], wait: float) -> Round:
    """Create contacts, kill the service, and return the responses."""
    seen = Round()
    try:
        # A refused client ends the group, and the round.
        async with asyncio.timeout(FIRST_RESPONSE), asyncio.TaskGroup() as group:
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
    """Return whether the service returns the contact of this handle."""
    async with asyncio.timeout(FIRST_RESPONSE):
        async with _connection(port) as (reader, writer):
            writer.write(get_request(f"{CONTACTS}/{handle}"))
            status, _ = await _read_response(reader)
    return status == 200


def run(database: Database, folder: Path, kills: int, seed: int = 0) -> Tally:
    """Run `kills` rounds on one store. Raises RuntimeError when a service does not start."""
    source, tally = random.Random(seed), Tally()
    numbers, after, last_handle = itertools.count(1), 0, ""
    for _ in range(kills):
        with common.server(folder, *common.OURS, settings=settings(database)) as ours:
            if last_handle:
                tally.not_shown += not asyncio.run(_shown(ours.port, last_handle))
            wait = source.uniform(SOONEST, LATEST)
            seen = asyncio.run(_round(ours.pid, ours.port, numbers, wait))
        database.wait_for_others()
        after = check(database, seen, after, tally)
        last_handle = list(seen.answered.values())[-1]
    return tally


def check(database: Database, seen: Round, after: int, tally: Tally) -> int:
    """Count the faults of the entries behind the id `after`; return the last id."""
    with database.querying() as query:
        found, last = snapshot(query, BOOK, after)
        [(entries,)] = query("SELECT count(*) FROM entry")
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


def _number(one: StoredEntry) -> int:
    """Return the number of a contact, 0 when it is lost."""
    return int(dict(one.metadata).get(NUMBERED, "0"))


def _expected(number: int, handle: str) -> StoredEntry:
    return stored_entry(replace(draft(number), handle=handle))
