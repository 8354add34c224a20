"""Inject faults into commits: the driver raises, or loses its connection, at a chosen statement.

A step creates, updates or deletes entries of a small address book, with one fault between its first
statement and the end of its commit. Then the rows are read: an acknowledged step is stored
completely, any other one completely or not at all. Every fault is one that a database or a system
can have.
"""

import contextlib
import gc
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from benchmarks.book_data import draft
from benchmarks.book_snapshot import EMPTY, Snapshot, snapshot, stored_entry
from benchmarks.databases import Database, Query
from vcardsvc.model.address_book import AddressBook, Draft, Entry
from vcardsvc.store import Store, StoreAway

STEPS: Final = 25
"""Steps in one address book, before a new one is created."""

STATEMENTS: Final = 12
"""Statements of a step at which a fault may happen; few steps have more."""

BATCH: Final = 3

State = Mapping[str, Draft]
"""The expected entries: drafts by handle, with their parents and default as stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Holds a fault: whether it happens at the commit, whether the statement runs first (of many
    rows: half of them), whether the connection is lost, and the exception (None: the driver's
    own)."""

    what: str
    commit: bool = False
    done: bool = False
    lost: bool = False
    maybe_raised: type[BaseException] | None = None


KINDS: Final = (
    Kind(what="a statement is refused"),
    Kind(what="an error behind a statement, or half of its rows", done=True),
    Kind(what="no memory behind a statement", done=True, maybe_raised=MemoryError),
    Kind(what="the connection is lost before a statement", lost=True),
    Kind(what="the connection is lost behind a statement", done=True, lost=True),
    Kind(what="the commit is refused", commit=True),
    Kind(what="the connection is lost before the commit", commit=True, lost=True),
    Kind(what="an error behind a commit that took effect", commit=True, done=True),
    Kind(what="the connection is lost behind it", commit=True, done=True, lost=True),
)


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts the effects of the faults of one kind. `locked`: how often the failed transaction was
    still open, so that no other connection could write."""

    faults: int = 0
    acknowledged: int = 0
    done: int = 0
    undone: int = 0
    wrong: int = 0
    locked: int = 0


@dataclass(slots=True)
class Driver:
    """Wraps the driver of a store; it fails once where it is armed to."""

    database: Database
    query: Query
    maybe_kind: Kind | None = None
    at: int = 0
    failed: bool = False
    _count: int = field(default=0)

    def arm(self, kind: Kind, at: int) -> None:
        """Fail at the statement number `at`, counted from now, or at the next commit."""
        self.maybe_kind, self.at, self.failed, self._count = kind, at, False, 0

    def disarm(self) -> bool:
        """Stop failing; return whether it has failed."""
        self.maybe_kind = None
        return self.failed

    def statement(self, whole: Callable[[], None], half: Callable[[], None], driven: Any) -> None:
        """Run a statement, or fail."""
        kind, position = self.maybe_kind, self._count
        self._count += 1
        if kind is None or kind.commit or self.failed or position != self.at:
            whole()
        else:
            self._fail(kind, half, driven)

    def commit(self, whole: Callable[[], None], driven: Any) -> None:
        """Commit, or fail."""
        kind = self.maybe_kind
        if kind is None or not kind.commit or self.failed:
            whole()
        else:
            self._fail(kind, whole, driven)

    def _fail(self, kind: Kind, work: Callable[[], None], driven: Any) -> None:
        self.failed = True
        if kind.done:
            work()
        if kind.lost:
            self._lose(driven)
            # The driver's own error, by which SQLAlchemy notices the lost connection.
            driven.execute("SELECT 1")
        if kind.maybe_raised is not None:
            raise kind.maybe_raised
        raise (sqlite3 if self.database.lite else psycopg).OperationalError("injected")

    def _lose(self, driven: Any) -> None:
        """End the server's process, as its operator could; of SQLite close the connection."""
        if self.database.lite:
            driven.rollback()
            driven.close()
        else:
            self.query("SELECT pg_terminate_backend(?, 5000)", (driven.info.backend_pid,))


@contextlib.contextmanager
def failing(store: Store, database: Database, query: Query) -> Iterator[Driver]:
    """Wrap the driver of a store until the end of the block."""
    driver, dialect = Driver(database, query), store._engine.dialect
    with contextlib.ExitStack() as stack:

        def wrap(name: str, wrapper: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
            setattr(dialect, name, wrapper(getattr(dialect, name)))
            stack.callback(delattr, dialect, name)

        def one(original: Callable[..., None]) -> Callable[..., None]:
            def execute(cursor: Any, *arguments: Any) -> None:
                def work() -> None:
                    original(cursor, *arguments)

                driver.statement(work, work, cursor.connection)

            return execute

        def many(original: Callable[..., None]) -> Callable[..., None]:
            def execute(cursor: Any, statement: str, rows: Any, *more: Any) -> None:
                driver.statement(
                    lambda: original(cursor, statement, rows, *more),
                    lambda: original(cursor, statement, rows[: max(1, len(rows) // 2)], *more),
                    cursor.connection,
                )

            return execute

        def commit(original: Callable[..., None]) -> Callable[..., None]:
            return lambda connection: driver.commit(
                lambda: original(connection), connection.dbapi_connection
            )

        for name, wrapper in (
            ("do_execute", one),
            ("do_execute_no_params", one),
            ("do_executemany", many),
            ("do_commit", commit),
        ):
            wrap(name, wrapper)
        yield driver


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Holds a change of a store, and the expected entries after it."""

    do: Callable[[Store, AddressBook], object]
    after: State


def _now() -> datetime:
    return datetime.now(UTC)


def _create(source: random.Random, state: State, numbers: Iterator[int]) -> Step:
    """Create one or several entries; sometimes the default, a child, or one that exists."""
    drafts, after = [], dict(state)
    for _ in range(source.choice((1, BATCH))):
        known = source.choice(list(after)) if after else ""
        parent = known if source.random() < 0.4 else ""
        one = replace(draft(next(numbers)), default=source.random() < 0.3, parent=parent)
        if known and source.random() < 0.2:
            one = replace(one, dedupe_key=after[known].dedupe_key)
        else:
            after = _with(after, one)
        drafts.append(one)
    return Step(do=lambda store, book: store.create_entries(book, drafts, _now()), after=after)


def _update(source: random.Random, state: State, numbers: Iterator[int]) -> Step:
    """Replace the contact of an entry."""
    handle = source.choice(list(state))
    old = state[handle]
    default = source.random() < 0.3
    new = replace(draft(next(numbers)), handle=handle, parent=old.parent, default=default)

    def edit(entry: Entry) -> Draft:
        return new

    after = _with(state, replace(new, default=default or old.default))
    return Step(do=lambda store, book: store.update_entry(book, handle, edit, _now()), after=after)


def _delete(source: random.Random, state: State, numbers: Iterator[int]) -> Step:
    handle = source.choice(list(state))
    rest = {
        name: replace(one, parent="") if one.parent == handle else one
        for name, one in state.items()
        if name != handle
    }
    return Step(do=lambda store, book: store.delete_entry(book, handle), after=rest)


def _with(state: State, one: Draft) -> dict[str, Draft]:
    """Return the state with this draft; a default draft is the only default."""
    others = {
        name: replace(other, default=other.default and not one.default)
        for name, other in state.items()
    }
    return {**others, one.handle: one}


STEP_KINDS: Final = (_create, _create, _update, _delete)


def _expected(state: State) -> Snapshot:
    entries = {handle: stored_entry(one) for handle, one in state.items()}
    return Snapshot(entries=entries, counter=len(entries))


def run(database: Database, faults: int, seed: int = 0) -> dict[str, Tally]:
    """Run steps until so many faults happened; return the counts by kind."""
    tallies = {kind.what: Tally() for kind in KINDS}
    source = random.Random(seed)
    numbers = iter(range(1, 10**9))
    store = Store(database.url)
    store.migrate()
    with (
        contextlib.closing(store),
        database.querying() as query,
        failing(store, database, query) as driver,
    ):
        number = 0
        while sum(tally.faults for tally in tallies.values()) < faults:
            number += 1
            book = AddressBook(account=f"account-{number}", vendor="domainchief")
            _steps(store, driver, book, source, numbers, tallies)
    return tallies


def _steps(
    store: Store,
    driver: Driver,
    book: AddressBook,
    source: random.Random,
    numbers: Iterator[int],
    tallies: Mapping[str, Tally],
) -> None:
    """Run the steps of one address book."""
    state: State = {}
    for _ in range(STEPS):
        make_step = source.choice(STEP_KINDS) if state else _create
        step = make_step(source, state, numbers)
        kind = source.choice(KINDS)
        driver.arm(kind, source.randrange(STATEMENTS))
        acknowledged = _is_acknowledged(step, store, book)
        failed = driver.disarm()
        found, _ = snapshot(driver.query, book)
        undone = not acknowledged and _same(found, state)
        done = not undone and _same(found, step.after)
        right = done or undone
        if failed or not right:
            tally = tallies[kind.what]
            tally.faults += failed
            tally.acknowledged += acknowledged
            tally.done += done
            tally.undone += undone
            tally.wrong += not right
            tally.locked += not _is_unlocked(driver, book)
        if not right:
            return
        state = step.after if done else state


def _is_unlocked(driver: Driver, book: AddressBook) -> bool:
    """Return whether another connection can write to the address book; afterwards it can."""
    try:
        if driver.database.lite:
            driver.query("PRAGMA busy_timeout = 20")
            driver.query("BEGIN IMMEDIATE")
            driver.query("ROLLBACK")
        else:
            locking = "SELECT id FROM address_book WHERE account = ? FOR UPDATE NOWAIT"
            driver.query(locking, book.account)
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
        gc.collect()  # closes a connection that only a cycle of exceptions refers to
        return False
    return True


def _same(found: Snapshot, state: State) -> bool:
    # No address book and an empty one are the same.
    return found == _expected(state) or (found == EMPTY and not state)


def _is_acknowledged(step: Step, store: Store, book: AddressBook) -> bool:
    """Run a step; return whether it was acknowledged."""
    try:
        step.do(store, book)
    except (StoreAway, MemoryError):
        return False
    return True
