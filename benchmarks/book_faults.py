"""Commits that fail: the driver is made to raise, or to lose its connection, at a chosen statement.

A step keeps, changes or removes entries in a small address book, with one fault somewhere between
its first statement and behind its commit. Then the rows are read: what was acknowledged is there to
the last word, what was not is there whole or not at all. What must never enter here: a fault that a
database or a system could not have by itself.
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
from benchmarks.book_places import Ask, Place
from benchmarks.book_whole import NOTHING, Picture, kept, picture
from vcardsvc.model.address_book import AddressBook, Draft, Entry
from vcardsvc.store import Store, StoreAway

STEPS: Final = 25
"""Steps in one address book, before a new one is made."""

STATEMENTS: Final = 12
"""Places of statements that a fault may fall on; few steps have more."""

BATCH: Final = 3

State = Mapping[str, Draft]
"""What should stand in the address book: drafts by handle, their parents and default as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A fault: whether it falls on the commit, whether what it falls on is done first (of many
    rows: half of them), whether the connection is lost, and what is raised (None: the driver's
    own error)."""

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
    """What the faults of one kind did. `locked`: times after which nobody else could write, since
    the transaction that failed was still open."""

    faults: int = 0
    acknowledged: int = 0
    done: int = 0
    undone: int = 0
    wrong: int = 0
    locked: int = 0


@dataclass(slots=True)
class Driver:
    """The driver under a store's dialect, which fails once where it is told to."""

    place: Place
    ask: Ask
    maybe_kind: Kind | None = None
    at: int = 0
    failed: bool = False
    _seen: int = field(default=0)

    def arm(self, kind: Kind, at: int) -> None:
        """Fail at the statement of this place, counted from now, or at the next commit."""
        self.maybe_kind, self.at, self.failed, self._seen = kind, at, False, 0

    def disarm(self) -> bool:
        """Fail no more; whether it did."""
        self.maybe_kind = None
        return self.failed

    def statement(self, whole: Callable[[], None], half: Callable[[], None], driven: Any) -> None:
        """Do a statement, or fail."""
        kind, place = self.maybe_kind, self._seen
        self._seen += 1
        if kind is None or kind.commit or self.failed or place != self.at:
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
            # The driver's own error, by which the dialect knows that the connection is gone.
            driven.execute("SELECT 1")
        if kind.maybe_raised is not None:
            raise kind.maybe_raised
        raise (sqlite3 if self.place.lite else psycopg).OperationalError("as the benchmark wants")

    def _lose(self, driven: Any) -> None:
        """End the server's process, as its operator would; SQLite has nothing else than a file."""
        if self.place.lite:
            driven.rollback()
            driven.close()
        else:
            self.ask("SELECT pg_terminate_backend(?, 5000)", (driven.info.backend_pid,))


@contextlib.contextmanager
def failing(store: Store, place: Place, ask: Ask) -> Iterator[Driver]:
    """The driver of a store, in our hands until the end of the block."""
    driver, dialect = Driver(place, ask), store._engine.dialect
    with contextlib.ExitStack() as stack:

        def replaced(name: str, made: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
            setattr(dialect, name, made(getattr(dialect, name)))
            stack.callback(delattr, dialect, name)

        def one(ours: Callable[..., None]) -> Callable[..., None]:
            def do(cursor: Any, *told: Any) -> None:
                def work() -> None:
                    ours(cursor, *told)

                driver.statement(work, work, cursor.connection)

            return do

        def many(ours: Callable[..., None]) -> Callable[..., None]:
            def do(cursor: Any, statement: str, rows: Any, *told: Any) -> None:
                driver.statement(
                    lambda: ours(cursor, statement, rows, *told),
                    lambda: ours(cursor, statement, rows[: max(1, len(rows) // 2)], *told),
                    cursor.connection,
                )

            return do

        def commit(ours: Callable[..., None]) -> Callable[..., None]:
            return lambda connection: driver.commit(
                lambda: ours(connection), connection.dbapi_connection
            )

        for name, made in (
            ("do_execute", one),
            ("do_execute_no_params", one),
            ("do_executemany", many),
            ("do_commit", commit),
        ):
            replaced(name, made)
        yield driver


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done with a store, and what should stand there afterwards."""

    do: Callable[[Store, AddressBook], object]
    after: State


def _now() -> datetime:
    return datetime.now(UTC)


def _keep(source: random.Random, state: State, numbers: Iterator[int]) -> Step:
    """Keep one or several; sometimes as the default, as a child, or one that is there already."""
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


def _change(source: random.Random, state: State, numbers: Iterator[int]) -> Step:
    """Another contact in the place of one that is there."""
    handle = source.choice(list(state))
    old = state[handle]
    default = source.random() < 0.3
    new = replace(draft(next(numbers)), handle=handle, parent=old.parent, default=default)

    def edit(entry: Entry) -> Draft:
        return new

    after = _with(state, replace(new, default=default or old.default))
    return Step(do=lambda store, book: store.update_entry(book, handle, edit, _now()), after=after)


def _remove(source: random.Random, state: State, numbers: Iterator[int]) -> Step:
    handle = source.choice(list(state))
    rest = {
        name: replace(one, parent="") if one.parent == handle else one
        for name, one in state.items()
        if name != handle
    }
    return Step(do=lambda store, book: store.delete_entry(book, handle), after=rest)


def _with(state: State, one: Draft) -> dict[str, Draft]:
    """The state with this draft; as the default it is the only one."""
    others = {
        name: replace(other, default=other.default and not one.default)
        for name, other in state.items()
    }
    return {**others, one.handle: one}


SORTS: Final = (_keep, _keep, _change, _remove)


def _expected(state: State) -> Picture:
    entries = {handle: kept(one) for handle, one in state.items()}
    return Picture(entries=entries, counter=len(entries))


def run(place: Place, faults: int, seed: int = 0) -> dict[str, Tally]:
    """Steps until so many faults fell; what each kind did."""
    tallies = {kind.what: Tally() for kind in KINDS}
    source = random.Random(seed)
    numbers = iter(range(1, 10**9))
    store = Store(place.url)
    store.migrate()
    with (
        contextlib.closing(store),
        place.asking() as ask,
        failing(store, place, ask) as driver,
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
    """The life of one address book."""
    state: State = {}
    for _ in range(STEPS):
        sort = source.choice(SORTS) if state else _keep
        step = sort(source, state, numbers)
        kind = source.choice(KINDS)
        driver.arm(kind, source.randrange(STATEMENTS))
        acknowledged = _done(step, store, book)
        failed = driver.disarm()
        found, _ = picture(driver.ask, book)
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
            tally.locked += not _free(driver, book)
        if not right:
            return
        state = step.after if done else state


def _free(driver: Driver, book: AddressBook) -> bool:
    """Whether another one can write to the address book now; afterwards it can."""
    try:
        if driver.place.lite:
            driver.ask("PRAGMA busy_timeout = 20")
            driver.ask("BEGIN IMMEDIATE")
            driver.ask("ROLLBACK")
        else:
            locking = "SELECT id FROM address_book WHERE account = ? FOR UPDATE NOWAIT"
            driver.ask(locking, book.account)
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
        gc.collect()  # ends a connection that nothing but a cycle of exceptions holds
        return False
    return True


def _same(found: Picture, state: State) -> bool:
    # An address book that was never made and one that is empty are the same.
    return found == _expected(state) or (found == NOTHING and not state)


def _done(step: Step, store: Store, book: AddressBook) -> bool:
    """Whether the step was acknowledged."""
    try:
        step.do(store, book)
    except (StoreAway, MemoryError):
        return False
    return True
