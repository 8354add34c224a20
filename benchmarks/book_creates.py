"""Creating contacts over HTTP, against bare inserts of the same rows through the same driver.

The bare inserts know the rows beforehand: they neither parse, judge, look for an identical contact
nor answer. They lock and raise the counter of the book, write the entry, its metadata and its
words, and commit as durably, over as many connections. What must never enter here: a difference in
the tables or in what a commit promises.
"""

import asyncio
import itertools
import json
import statistics
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import common, load
from benchmarks.book_data import BARE, CONTACTS, draft, handle, request
from benchmarks.book_places import Place, in_transaction, migrate, place
from benchmarks.book_scale import settings
from benchmarks.common import HOST, KEY, Row
from vcardsvc.store.codec import write_contacts, write_vendor_fields
from vcardsvc.store.search_terms import entry_terms

SHAPES: Final = ((1, 1), (1, 4), (2, 1), (2, 4))
"""(workers, connections): one at a time tells the p50 of a create, several its rate."""

READY_A_SECOND: Final = 3_000
"""Rows made beforehand for each second of bare inserts: more than any disk takes."""

COUNT_IN: Final = "UPDATE address_book SET entries = entries + 1 WHERE id = ?"
ADD_ENTRY: Final = (
    "INSERT INTO entry (address_book_id, handle, uid, identity, copy, is_default, created_at,"
    " updated_at, contacts, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
)
ADD_METADATA: Final = (
    "INSERT INTO entry_metadata (entry_id, key, address_book_id, value) VALUES (?, ?, ?, ?)"
)
ADD_TERMS: Final = "INSERT INTO entry_term (address_book_id, term, entry_id) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The rows of a contact, but for its entry's number."""

    entry: tuple[Any, ...]
    metadata: tuple[tuple[str, str], ...]
    terms: tuple[str, ...]


def ready(number: int, here: int, *, lite: bool) -> Ready:
    """The rows of the contact of this number in this address book."""
    one = draft(number)
    at = datetime.now(UTC)
    told = f"{at:%Y-%m-%d %H:%M:%S.%f}" if lite else at
    urn = uuid.uuid4().urn
    contacts, words = write_contacts(one.contacts), write_vendor_fields(one.vendor_fields)
    return Ready(
        entry=(here, handle(number), urn, one.dedupe_key, 0, False, told, told, contacts, words),
        metadata=tuple(one.metadata.items()),
        terms=entry_terms(one.contacts, one.handle, one.metadata),
    )


class Bare:
    """Inserts through the bare driver, over connections of its own."""

    def __init__(self, at: Place, here: int, connections: int) -> None:
        self._at = at
        self.here = here
        self._connections = [at.connect() for _ in range(connections)]

    def insert(self, connection: Any, rows: Ready) -> None:
        """One contact, in one transaction."""
        spelled, here = self._at.spelled, self.here

        def work(cursor: Any) -> None:
            cursor.execute(spelled(COUNT_IN), (here,))
            cursor.execute(spelled(ADD_ENTRY), rows.entry)
            [number] = cursor.fetchone()
            cursor.executemany(
                spelled(ADD_METADATA), [(number, key, here, value) for key, value in rows.metadata]
            )
            cursor.executemany(spelled(ADD_TERMS), [(here, term, number) for term in rows.terms])

        in_transaction(self._at, connection, work)

    def times(self, rows: Iterator[Ready], seconds: float) -> list[float]:
        """The milliseconds of each insert, made for so many seconds over all connections."""
        found: list[float] = []
        last = time.monotonic() + seconds

        def inserting(connection: Any) -> None:
            for one in rows:
                started = time.perf_counter()
                self.insert(connection, one)
                found.append(1000 * (time.perf_counter() - started))
                if time.monotonic() > last:
                    return

        threads = [threading.Thread(target=inserting, args=(one,)) for one in self._connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    def close(self) -> None:
        """Close its connections."""
        for connection in self._connections:
            connection.close()


def posted(number: int) -> bytes:
    """The create of a vendor's client."""
    body = json.dumps(request(number)).encode()
    head = (
        f"POST {CONTACTS} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _created(port: int, numbers: Iterator[int], connections: int, seconds: float) -> list[float]:
    """The milliseconds of each create over HTTP. Raises RuntimeError when one was refused."""
    ask = load.asked(port, load.until(map(posted, numbers), seconds), connections=connections)
    answers = asyncio.run(ask)
    if not answers or {answer.status for answer in answers} != {201}:
        raise RuntimeError(f"not created: {sorted({answer.status for answer in answers})}")
    return [1000 * answer.seconds for answer in answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A server and a bare driver over one database, and the numbers of contacts yet to be made."""

    at: Place
    port: int
    bare: Bare
    connections: int
    numbers: Iterator[int]

    def lap(self, seconds: float) -> tuple[list[float], list[float]]:
        """The milliseconds of each create, and then of each bare insert."""
        ours = _created(self.port, self.numbers, self.connections, seconds)
        made = itertools.islice(self.numbers, int(seconds * READY_A_SECOND))
        rows = [ready(number, self.bare.here, lite=self.at.lite) for number in made]
        return ours, self.bare.times(iter(rows), seconds)


def book_of(at: Place) -> int:
    """The number of the address book that bare inserts write to."""
    told = (BARE.account, BARE.vendor)
    at.asked(
        "INSERT INTO address_book (account, vendor, entries) VALUES (?, ?, 0)"
        " ON CONFLICT DO NOTHING RETURNING id",
        *told,
    )
    [(here,)] = at.asked("SELECT id FROM address_book WHERE account = ? AND vendor = ?", *told)
    return int(here)


def percentile(times: Sequence[float], share: float) -> float:
    """The time within which this share of them came."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _rows(told: str, laps: Sequence[tuple[list[float], list[float]]], seconds: float) -> list[Row]:
    p50, bare_p50 = ([statistics.median(lap[side]) for lap in laps] for side in (0, 1))
    p99, bare_p99 = ([percentile(lap[side], 0.99) for lap in laps] for side in (0, 1))
    rate, bare_rate = ([len(lap[side]) / seconds for lap in laps] for side in (0, 1))
    return [
        common.compared(f"create, p50, {told}", p50, bare_p50, "ms", 2),
        common.compared(f"create, p99, {told}", p99, bare_p99, "ms", 2),
        common.compared(f"creates, {told}", rate, bare_rate, "a second"),
    ]


def measure(url: str, folder: Path, rounds: int, seconds: float) -> list[Row]:
    """The rows of the table: p50 and rate for each number of workers and connections."""
    rows: list[Row] = []
    with place(url, folder) as at:
        migrate(at)
        numbers = itertools.count(1)
        for workers, connections in SHAPES:
            serve = (*common.OURS, "--workers", str(workers))
            with common.server(folder, *serve, settings=settings(at)) as server:
                time.sleep(common.SETTLE)
                bare = Bare(at, book_of(at), connections)
                pair = Pair(
                    at=at, port=server.port, bare=bare, connections=connections, numbers=numbers
                )
                # The first lap is for caches, and does not count.
                laps = [pair.lap(seconds) for _ in range(rounds + 1)][1:]
                bare.close()
            rows += _rows(f"{at.name}, {workers} w, {connections} c", laps, seconds)
    return rows
