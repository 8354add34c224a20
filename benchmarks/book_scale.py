"""Time every kind of query in address books of several sizes, in alternating rounds."""

import contextlib
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from unittest import mock

from benchmarks import common, load
from benchmarks.book_bulk import load as fill
from benchmarks.book_data import (
    BOOK,
    COMMON_WORD,
    CONTACTS,
    MANY,
    NUMBERED,
    TENTH_WORD,
    draft,
    handle,
    rare_word,
)
from benchmarks.common import HOST, KEY
from benchmarks.databases import Database, temporary_database
from vcardsvc.model.address_book import Field, Listing
from vcardsvc.store import Store, filters

PER_PAGE: Final = 15
"""Entries of a page: the vendor's usual number."""

EXPORTED: Final = 5_000
"""Entries that one timing of the export reads, the last ones of the address book."""

STEP: Final = 100
"""Entries of a step of the export."""

ROUND_SECONDS: Final = 0.1
"""Seconds of a round after which a query is not repeated."""

MAX_REPEATS: Final = 20
"""Repeats of a query in one round."""

NEW: Final = 10_000_000
"""The first number of created contacts, far behind the loaded ones."""

TWICE: Final = 2.0
TWENTYFOLD: Final = 20.0


@dataclass(slots=True, kw_only=True)
class Loaded:
    """Holds an address book of `size` contacts, its store, its server, and later creates."""

    size: int
    store: Store
    port: int
    created: int = 0
    totals: dict[str, int] = field(default_factory=dict)

    @property
    def middle(self) -> int:
        """The number of an existing contact."""
        return self.size // 2 + 1


Query = Callable[[Loaded], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Holds a query: its label, the allowed ratio of its times in the largest and the smallest
    address book (None: any), and the number of rows by which its time is divided."""

    what: str
    query: Query
    maybe_goal: float | None
    rows: Callable[[int], int] = lambda size: 1


def _page(listing: Listing) -> Query:
    def query(book: Loaded) -> None:
        book.store.list_entries(BOOK, listing)

    return query


def _sorted(by: Field, descending: bool) -> Query:
    return _page(Listing(sort=((by, descending),)))


def _without_total(name: str, listing: Listing) -> Query:
    """Return the query of a page whose total is counted once, and then cached."""

    def query(book: Loaded) -> None:
        if name not in book.totals:
            book.totals[name] = book.store.list_entries(BOOK, listing)[1]
        total = book.totals[name]
        with mock.patch.object(filters, "_count", return_value=total):
            book.store.list_entries(BOOK, listing)

    return query


def _last_page(book: Loaded) -> None:
    last = math.ceil((book.size + book.created) / PER_PAGE)
    book.store.list_entries(BOOK, Listing(page=last))


def _numbered(book: Loaded) -> None:
    listing = Listing(metadata={NUMBERED: str(book.middle)})
    _expect_one(book.store.list_entries(BOOK, listing)[1])


def _rare(book: Loaded) -> None:
    _expect_one(book.store.list_entries(BOOK, Listing(query=rare_word(book.middle)))[1])


def _rare_and_common(book: Loaded) -> None:
    query = f"{COMMON_WORD} {rare_word(book.middle)}"
    _expect_one(book.store.list_entries(BOOK, Listing(query=query))[1])


def _show(book: Loaded) -> None:
    _expect_one(len(book.store.read_entries(BOOK, (handle(book.middle),))))


def _create(book: Loaded) -> None:
    book.created += 1
    one = replace(draft(NEW + book.created), metadata={NUMBERED: "0"})
    [(_, fresh)] = book.store.create_entries(BOOK, (one,), datetime.now(UTC))
    _expect_one(fresh)


def _export(book: Loaded) -> None:
    after = max(0, book.size - EXPORTED)
    seen = 0
    while after < book.size and (step := book.store.entries_after(BOOK, after, STEP, Listing())):
        seen += len(step)
        after = step[-1][1].id
    _expect_one(seen >= min(book.size, EXPORTED))


def _expect_one(found: float) -> None:
    """Raise RuntimeError when a query has another result than expected."""
    if found != 1:
        raise RuntimeError(f"found {found}, not the expected result")


MANY_MATCH: Final = Listing(metadata={MANY[0]: MANY[1]})
CHILDREN: Final = Listing(parent=handle(1))
SOME: Final = Listing(query=TENTH_WORD)
COMMON: Final = Listing(query=COMMON_WORD)

CASES: Final = (
    Case(what="page 1", query=_page(Listing()), maybe_goal=TWICE),
    Case(what="sort by handle", query=_sorted("handle", False), maybe_goal=TWICE),
    Case(what="sort by -handle", query=_sorted("handle", True), maybe_goal=TWICE),
    Case(what="sort by is_default", query=_sorted("default", False), maybe_goal=TWICE),
    Case(what="sort by -is_default", query=_sorted("default", True), maybe_goal=TWICE),
    Case(what="metadata, 1 has it", query=_numbered, maybe_goal=TWICE),
    Case(
        what="metadata, half have it: page",
        query=_without_total("many", MANY_MATCH),
        maybe_goal=TWICE,
    ),
    Case(what="... with its total", query=_page(MANY_MATCH), maybe_goal=None),
    Case(
        what="children, 1 in 20: page", query=_without_total("children", CHILDREN), maybe_goal=TWICE
    ),
    Case(what="... with their total", query=_page(CHILDREN), maybe_goal=None),
    Case(what="free search, 1 has the word", query=_rare, maybe_goal=TWENTYFOLD),
    Case(
        what="free search, that word and one of all",
        query=_rare_and_common,
        maybe_goal=TWENTYFOLD,
    ),
    Case(
        what="free search, 1 in 20 has the word: page",
        query=_without_total("some", SOME),
        maybe_goal=TWENTYFOLD,
    ),
    Case(what="... with its total", query=_page(SOME), maybe_goal=None),
    Case(
        what="free search, all have the word: page",
        query=_without_total("common", COMMON),
        maybe_goal=TWENTYFOLD,
    ),
    Case(what="... with its total", query=_page(COMMON), maybe_goal=None),
    Case(what="last page", query=_last_page, maybe_goal=None),
    Case(what="show by handle", query=_show, maybe_goal=TWICE),
    Case(what="create", query=_create, maybe_goal=None),
    Case(
        what="export, a row",
        query=_export,
        maybe_goal=TWICE,
        rows=lambda size: min(size, EXPORTED),
    ),
)
"""The queries through the store, in order."""

OVER_HTTP: Final = "page 1, over HTTP"


@contextlib.contextmanager
def loaded(url: str, folder: Path, size: int) -> Iterator[Loaded]:
    """Load an address book of `size` contacts, and run a server for it."""
    with temporary_database(url, folder) as database:
        started = time.perf_counter()
        fill(database, size)
        seconds = time.perf_counter() - started
        print(f"{database.name}: {size:,} contacts in {seconds:.0f} s", flush=True)
        store = Store(database.url)
        with common.server(folder, *common.OURS, settings=settings(database)) as server:
            try:
                yield Loaded(size=size, store=store, port=server.port)
            finally:
                store.close()


def settings(database: Database) -> dict[str, str]:
    """Return the settings of a server for this database."""
    return {
        **common.STATELESS,
        "VCARDSVC_DATABASE_URL": database.url,
        "VCARDSVC_LOG_REQUESTS": "false",
    }


def get_request(path: str) -> bytes:
    """Return the HTTP request of a vendor's client that GETs this path."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


Times = dict[str, dict[int, list[float]]]
"""The milliseconds of each round, by query and size of the address book."""


def measure(books: Sequence[Loaded], rounds: int) -> Times:
    """Time all queries in all address books; the first round fills caches, and does not count."""
    times: Times = defaultdict(lambda: defaultdict(list))
    for lap in range(rounds + 1):
        for case in CASES:
            for book in books:
                seconds = _timed(case.query, book) / case.rows(book.size)
                if lap:
                    times[_key(case)][book.size].append(1000 * seconds)
        for book in books:
            seconds = _page_over_http(book.port)
            if lap:
                times[OVER_HTTP][book.size].append(1000 * seconds)
    return times


def _key(case: Case) -> str:
    """Return a key that differs for cases with the same label."""
    return f"{CASES.index(case):02d} {case.what}"


def _timed(query: Query, book: Loaded) -> float:
    """Return the median of some times, in seconds."""
    times: list[float] = []
    last = time.perf_counter() + ROUND_SECONDS
    while len(times) < MAX_REPEATS and (len(times) < 3 or time.perf_counter() < last):
        started = time.perf_counter()
        query(book)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _page_over_http(port: int) -> float:
    import asyncio

    request = get_request(f"{CONTACTS}?page=1")
    responses = asyncio.run(load.send_all(port, [request] * MAX_REPEATS, connections=1))
    if {response.status for response in responses} != {200}:
        raise RuntimeError("a page was refused")
    return statistics.median(response.seconds for response in responses)


def table(times: Times) -> Iterator[str]:
    """Yield a table in Markdown: milliseconds by size, and the ratio of largest to smallest."""
    sizes = sorted(next(iter(times.values())))
    yield f"| what, ms | {' | '.join(f'{size:,}' for size in sizes)} | ratio | goal |"
    yield f"|{'---|' * (len(sizes) + 3)}"
    rows: list[tuple[str, str, Any]] = [(_key(case), case.what, case.maybe_goal) for case in CASES]
    rows.insert(1, (OVER_HTTP, OVER_HTTP, TWICE))
    for key, what, maybe_goal in rows:
        by_size = times[key]
        medians = " | ".join(f"{statistics.median(by_size[size]):,.3f}" for size in sizes)
        goal = f"at most {maybe_goal:g}" if maybe_goal else "-"
        ratio = common.spread(by_size[sizes[-1]], by_size[sizes[0]])
        yield f"| {what} | {medians} | {ratio} | {goal} |"
