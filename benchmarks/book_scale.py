"""How long the store takes for every kind of question, in books of several sizes, in turns.

What must never enter here: how the contacts came into the store, and what is printed.
"""

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
    CONTACTS,
    EVERYONES,
    MANY,
    NUMBERED,
    SOMES,
    draft,
    handle,
    rare,
)
from benchmarks.book_places import Place, place
from benchmarks.common import HOST, KEY
from vcardsvc.model.address_book import Field, Listing
from vcardsvc.store import Store, filters

PER_PAGE: Final = 15
"""Entries of a page: the vendor's usual number."""

EXPORTED: Final = 5_000
"""Entries that one timing of the export walks through, the last ones of the book."""

STEP: Final = 100
"""Entries of a step of a walk, as `book` takes them."""

LONG: Final = 0.1
"""Seconds of a round after which a question is not asked again in it."""

AGAIN: Final = 20
"""Times at most that a question is asked in one round."""

NEW: Final = 10_000_000
"""The first number of contacts that are created, far behind those that were loaded."""

TWICE: Final = 2.0
TWENTYFOLD: Final = 20.0


@dataclass(slots=True, kw_only=True)
class Loaded:
    """A book of so many contacts, its store open, a server over it; `created` so far."""

    size: int
    store: Store
    port: int
    created: int = 0
    totals: dict[str, int] = field(default_factory=dict)

    @property
    def middle(self) -> int:
        """A contact that is there."""
        return self.size // 2 + 1


Question = Callable[[Loaded], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question: what it is called, how many times as long it may take in the largest book (None:
    as long as it takes), and how many rows it reads, by which its time is divided."""

    what: str
    asked: Question
    maybe_goal: float | None
    rows: Callable[[int], int] = lambda size: 1


def _page(listing: Listing) -> Question:
    def asked(book: Loaded) -> None:
        book.store.list_entries(BOOK, listing)

    return asked


def _sorted(by: Field, descending: bool) -> Question:
    return _page(Listing(sort=((by, descending),)))


def _alone(name: str, listing: Listing) -> Question:
    """The page alone: its total is remembered from the first time it was asked for."""

    def asked(book: Loaded) -> None:
        if name not in book.totals:
            book.totals[name] = book.store.list_entries(BOOK, listing)[1]
        total = book.totals[name]
        with mock.patch.object(filters, "_count", return_value=total):
            book.store.list_entries(BOOK, listing)

    return asked


def _last_page(book: Loaded) -> None:
    last = math.ceil((book.size + book.created) / PER_PAGE)
    book.store.list_entries(BOOK, Listing(page=last))


def _numbered(book: Loaded) -> None:
    listing = Listing(metadata={NUMBERED: str(book.middle)})
    _one(book.store.list_entries(BOOK, listing)[1])


def _rare(book: Loaded) -> None:
    _one(book.store.list_entries(BOOK, Listing(query=rare(book.middle)))[1])


def _rare_and_common(book: Loaded) -> None:
    query = f"{EVERYONES} {rare(book.middle)}"
    _one(book.store.list_entries(BOOK, Listing(query=query))[1])


def _show(book: Loaded) -> None:
    _one(len(book.store.read_entries(BOOK, (handle(book.middle),))))


def _create(book: Loaded) -> None:
    book.created += 1
    one = replace(draft(NEW + book.created), metadata={NUMBERED: "0"})
    [(_, fresh)] = book.store.create_entries(BOOK, (one,), datetime.now(UTC))
    _one(fresh)


def _export(book: Loaded) -> None:
    after = max(0, book.size - EXPORTED)
    seen = 0
    while after < book.size and (step := book.store.entries_after(BOOK, after, STEP, Listing())):
        seen += len(step)
        after = step[-1][1].id
    _one(seen >= min(book.size, EXPORTED))


def _one(found: float) -> None:
    """A question that found something else was not the one that is timed."""
    if found != 1:
        raise RuntimeError(f"found {found}, not what is there")


MANY_MATCH: Final = Listing(metadata={MANY[0]: MANY[1]})
CHILDREN: Final = Listing(parent=handle(1))
SOME: Final = Listing(query=SOMES)
COMMON: Final = Listing(query=EVERYONES)

CASES: Final = (
    Case(what="page 1", asked=_page(Listing()), maybe_goal=TWICE),
    Case(what="sort by handle", asked=_sorted("handle", False), maybe_goal=TWICE),
    Case(what="sort by -handle", asked=_sorted("handle", True), maybe_goal=TWICE),
    Case(what="sort by is_default", asked=_sorted("default", False), maybe_goal=TWICE),
    Case(what="sort by -is_default", asked=_sorted("default", True), maybe_goal=TWICE),
    Case(what="metadata, 1 has it", asked=_numbered, maybe_goal=TWICE),
    Case(what="metadata, half have it: page", asked=_alone("many", MANY_MATCH), maybe_goal=TWICE),
    Case(what="... with its total", asked=_page(MANY_MATCH), maybe_goal=None),
    Case(what="children, 1 in 20: page", asked=_alone("children", CHILDREN), maybe_goal=TWICE),
    Case(what="... with their total", asked=_page(CHILDREN), maybe_goal=None),
    Case(what="free search, 1 has the word", asked=_rare, maybe_goal=TWENTYFOLD),
    Case(
        what="free search, that word and one of all",
        asked=_rare_and_common,
        maybe_goal=TWENTYFOLD,
    ),
    Case(
        what="free search, 1 in 20 has the word: page",
        asked=_alone("some", SOME),
        maybe_goal=TWENTYFOLD,
    ),
    Case(what="... with its total", asked=_page(SOME), maybe_goal=None),
    Case(
        what="free search, all have the word: page",
        asked=_alone("common", COMMON),
        maybe_goal=TWENTYFOLD,
    ),
    Case(what="... with its total", asked=_page(COMMON), maybe_goal=None),
    Case(what="last page", asked=_last_page, maybe_goal=None),
    Case(what="show by handle", asked=_show, maybe_goal=TWICE),
    Case(what="create", asked=_create, maybe_goal=None),
    Case(
        what="export, a row",
        asked=_export,
        maybe_goal=TWICE,
        rows=lambda size: min(size, EXPORTED),
    ),
)
"""What is asked through the store, in order."""

OVER_HTTP: Final = "page 1, over HTTP"


@contextlib.contextmanager
def loaded(url: str, folder: Path, size: int) -> Iterator[Loaded]:
    """A book of so many contacts and a server over it, until the end of the block."""
    with place(url, folder) as at:
        started = time.perf_counter()
        fill(at, size)
        print(f"{at.name}: {size:,} contacts in {time.perf_counter() - started:.0f} s", flush=True)
        store = Store(at.url)
        with common.server(folder, *common.OURS, settings=settings(at)) as server:
            try:
                yield Loaded(size=size, store=store, port=server.port)
            finally:
                store.close()


def settings(at: Place) -> dict[str, str]:
    """Those of a server over this database."""
    return {
        **common.STATELESS,
        "VCARDSVC_DATABASE_URL": at.url,
        "VCARDSVC_LOG_REQUESTS": "false",
    }


def requested(path: str) -> bytes:
    """A GET of a vendor's client."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


Times = dict[str, dict[int, list[float]]]
"""Of each question, by size of the book, the milliseconds of each round."""


def measure(books: Sequence[Loaded], rounds: int) -> Times:
    """All questions in all books, in turns; the first round is for caches, and does not count."""
    times: Times = defaultdict(lambda: defaultdict(list))
    for lap in range(rounds + 1):
        for case in CASES:
            for book in books:
                found = _timed(case.asked, book) / case.rows(book.size)
                if lap:
                    times[_key(case)][book.size].append(1000 * found)
        for book in books:
            found = _page_over_http(book.port)
            if lap:
                times[OVER_HTTP][book.size].append(1000 * found)
    return times


def _key(case: Case) -> str:
    """Cases with one name are told apart by their place."""
    return f"{CASES.index(case):02d} {case.what}"


def _timed(asked: Question, book: Loaded) -> float:
    """The median of some times, in seconds."""
    found: list[float] = []
    last = time.perf_counter() + LONG
    while len(found) < AGAIN and (len(found) < 3 or time.perf_counter() < last):
        started = time.perf_counter()
        asked(book)
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def _page_over_http(port: int) -> float:
    import asyncio

    request = requested(f"{CONTACTS}?page=1")
    answers = asyncio.run(load.asked(port, [request] * AGAIN, connections=1))
    if {answer.status for answer in answers} != {200}:
        raise RuntimeError("a page was refused")
    return statistics.median(answer.seconds for answer in answers)


def table(times: Times) -> Iterator[str]:
    """Markdown: milliseconds by size, and how many times as long as in the smallest book."""
    sizes = sorted(next(iter(times.values())))
    yield f"| what, ms | {' | '.join(f'{size:,}' for size in sizes)} | times | wanted |"
    yield f"|{'---|' * (len(sizes) + 3)}"
    rows: list[tuple[str, str, Any]] = [(_key(case), case.what, case.maybe_goal) for case in CASES]
    rows.insert(1, (OVER_HTTP, OVER_HTTP, TWICE))
    for key, what, maybe_goal in rows:
        by_size = times[key]
        told = " | ".join(f"{statistics.median(by_size[size]):,.3f}" for size in sizes)
        wanted = f"at most {maybe_goal:g}" if maybe_goal else "-"
        ratio = common.spread(by_size[sizes[-1]], by_size[sizes[0]])
        yield f"| {what} | {told} | {ratio} | {wanted} |"
