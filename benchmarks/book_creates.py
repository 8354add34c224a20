"""Measure creates over HTTP against bare inserts of the same rows through the same driver.

The rows of the bare inserts are built beforehand: nothing is parsed, validated or compared with
existing contacts. They lock and increase the counter of the address book, write the entry, its
metadata and its search terms, and commit as durably, over as many connections.
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
from benchmarks.book_scale import settings
from benchmarks.common import HOST, KEY, Row
from benchmarks.databases import Database, in_transaction, migrate, temporary_database
from vcardsvc.store.codec import write_contacts, write_vendor_fields
from vcardsvc.store.search_terms import entry_terms

SHAPES: Final = ((1, 1), (1, 4), (2, 1), (2, 4))
"""(workers, connections): one connection gives the p50 of a create, several give the rate."""

ROWS_A_SECOND: Final = 3_000
"""Contacts built for each second of bare inserts, more than any disk takes."""

ADD_TO_COUNT: Final = "UPDATE address_book SET entries = entries + 1 WHERE id = ?"
ADD_ENTRY: Final = (
    "INSERT INTO entry (address_book_id, handle, uid, identity, copy, is_default, created_at,"
    " updated_at, contacts, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
)
ADD_METADATA: Final = (
    "INSERT INTO entry_metadata (entry_id, key, address_book_id, value) VALUES (?, ?, ?, ?)"
)
ADD_TERMS: Final = "INSERT INTO entry_term (address_book_id, term, entry_id) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Holds the rows of a contact, without its entry's id."""

    entry: tuple[Any, ...]
    metadata: tuple[tuple[str, str], ...]
    terms: tuple[str, ...]


def rows_of(number: int, book_id: int, *, lite: bool) -> Rows:
    """Return the rows of the contact of this number in this address book."""
    one = draft(number)
    now = datetime.now(UTC)
    at = f"{now:%Y-%m-%d %H:%M:%S.%f}" if lite else now
    urn = uuid.uuid4().urn
    contacts, fields = write_contacts(one.contacts), write_vendor_fields(one.vendor_fields)
    return Rows(
        entry=(book_id, handle(number), urn, one.dedupe_key, 0, False, at, at, contacts, fields),
        metadata=tuple(one.metadata.items()),
        terms=entry_terms(one.contacts, one.handle, one.metadata),
    )


class BareInserts:
    """Inserts contacts through connections of the bare driver."""

    def __init__(self, database: Database, book_id: int, connections: int) -> None:
        self._database = database
        self.book_id = book_id
        self._connections = [database.connect() for _ in range(connections)]

    def insert(self, connection: Any, rows: Rows) -> None:
        """Insert one contact in one transaction."""
        for_driver, book_id = self._database.for_driver, self.book_id

        def work(cursor: Any) -> None:
            cursor.execute(for_driver(ADD_TO_COUNT), (book_id,))
            cursor.execute(for_driver(ADD_ENTRY), rows.entry)
            [id] = cursor.fetchone()
            cursor.executemany(
                for_driver(ADD_METADATA),
                [(id, key, book_id, value) for key, value in rows.metadata],
            )
            cursor.executemany(for_driver(ADD_TERMS), [(book_id, term, id) for term in rows.terms])

        in_transaction(self._database, connection, work)

    def times(self, rows: Iterator[Rows], seconds: float) -> list[float]:
        """Insert for so many seconds over all connections; return the milliseconds of each."""
        times: list[float] = []
        last = time.monotonic() + seconds

        def inserting(connection: Any) -> None:
            for one in rows:
                started = time.perf_counter()
                self.insert(connection, one)
                times.append(1000 * (time.perf_counter() - started))
                if time.monotonic() > last:
                    return

        threads = [threading.Thread(target=inserting, args=(one,)) for one in self._connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return times

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()


def create_request(number: int) -> bytes:
    """Return the HTTP request of a vendor's client that creates this contact."""
    body = json.dumps(request(number)).encode()
    head = (
        f"POST {CONTACTS} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _created(port: int, numbers: Iterator[int], connections: int, seconds: float) -> list[float]:
    """Create contacts over HTTP; return the milliseconds of each. Raises RuntimeError when one is
    refused."""
    requests = load.for_seconds(map(create_request, numbers), seconds)
    responses = asyncio.run(load.send_all(port, requests, connections=connections))
    statuses = {response.status for response in responses}
    if statuses != {201}:
        raise RuntimeError(f"not created: {sorted(statuses)}")
    return [1000 * response.seconds for response in responses]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Holds a server and bare inserts for one database, and the numbers of the next contacts."""

    database: Database
    port: int
    bare: BareInserts
    connections: int
    numbers: Iterator[int]

    def lap(self, seconds: float) -> tuple[list[float], list[float]]:
        """Return the milliseconds of each create, and then of each bare insert."""
        ours = _created(self.port, self.numbers, self.connections, seconds)
        numbers = itertools.islice(self.numbers, int(seconds * ROWS_A_SECOND))
        rows = [rows_of(one, self.bare.book_id, lite=self.database.lite) for one in numbers]
        return ours, self.bare.times(iter(rows), seconds)


def bare_book(database: Database) -> int:
    """Create the address book of the bare inserts if need be, and return its id."""
    values = (BARE.account, BARE.vendor)
    database.query(
        "INSERT INTO address_book (account, vendor, entries) VALUES (?, ?, 0)"
        " ON CONFLICT DO NOTHING RETURNING id",
        *values,
    )
    select = "SELECT id FROM address_book WHERE account = ? AND vendor = ?"
    [(book_id,)] = database.query(select, *values)
    return int(book_id)


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time within which this share of the times lies."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _rows(what: str, laps: Sequence[tuple[list[float], list[float]]], seconds: float) -> list[Row]:
    p50, bare_p50 = ([statistics.median(lap[side]) for lap in laps] for side in (0, 1))
    p99, bare_p99 = ([percentile(lap[side], 0.99) for lap in laps] for side in (0, 1))
    rate, bare_rate = ([len(lap[side]) / seconds for lap in laps] for side in (0, 1))
    return [
        common.compared(f"create, p50, {what} : bare insert", p50, bare_p50, "ms", 2),
        common.compared(f"create, p99, {what} : bare insert", p99, bare_p99, "ms", 2),
        common.compared(f"creates, {what} : bare inserts", rate, bare_rate, "a second"),
    ]


def measure(url: str, folder: Path, rounds: int, seconds: float) -> list[Row]:
    """Return the rows of the table: p50 and rate for each number of workers and connections."""
    rows: list[Row] = []
    with temporary_database(url, folder) as database:
        migrate(database)
        numbers = itertools.count(1)
        for workers, connections in SHAPES:
            serve = (*common.OURS, "--workers", str(workers))
            with common.server(folder, *serve, settings=settings(database)) as server:
                time.sleep(common.SETTLE)
                bare = BareInserts(database, bare_book(database), connections)
                pair = Pair(
                    database=database,
                    port=server.port,
                    bare=bare,
                    connections=connections,
                    numbers=numbers,
                )
                # The first lap fills caches, and does not count.
                laps = [pair.lap(seconds) for _ in range(rounds + 1)][1:]
                bare.close()
            what = f"{database.name}, workers {workers}, connections {connections}"
            rows += _rows(what, laps, seconds)
    return rows
