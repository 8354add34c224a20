"""A database of a benchmark's own, by URL, and the bare driver's connections to it.

Promises: what it makes is gone at the end of the block. What must never enter here: a measurement,
and a statement about a table of ours.
"""

import contextlib
import itertools
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import sql

from vcardsvc.store import Store
from vcardsvc.store.sqlite import DURABLE, LOCK_TIMEOUT

SQLITE: Final = "sqlite"
"""What stands for a SQLite file in a folder that goes away."""

GONE: Final = 20.0
"""Seconds that a server's own processes may live on after their client was killed."""

POLL: Final = 0.01

_NUMBERS: Final = itertools.count(1)


Ask = Callable[..., list[tuple[Any, ...]]]
"""The rows of a statement; its parameters are question marks, and follow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An empty database: its URL as the service has it; `lite` where it is a SQLite file."""

    url: str
    lite: bool

    @property
    def name(self) -> str:
        """What people call it."""
        return "SQLite" if self.lite else "PostgreSQL"

    def connect(self) -> Any:
        """A bare driver's connection that is as durable as the store's own, whose transactions
        begin as the store's do (`begin`)."""
        if not self.lite:
            return psycopg.connect(self.url, autocommit=True)
        path = sa.make_url(self.url).database
        assert path is not None
        made = sqlite3.connect(
            path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        made.executescript(DURABLE)
        return made

    @property
    def begin(self) -> str:
        """How a transaction that writes begins."""
        return "BEGIN IMMEDIATE" if self.lite else "BEGIN"

    def spelled(self, statement: str) -> str:
        """A statement whose parameters are question marks, in the driver's own spelling."""
        return statement if self.lite else statement.replace("?", "%s")

    @contextlib.contextmanager
    def asking(self) -> Iterator[Ask]:
        """What asks through one connection of our own, until the end of the block."""
        with contextlib.closing(self.connect()) as connection:

            def ask(statement: str, *told: object) -> list[tuple[Any, ...]]:
                return list(connection.execute(self.spelled(statement), told).fetchall())

            yield ask

    def asked(self, statement: str, *told: object) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        with self.asking() as ask:
            return ask(statement, *told)

    def alone(self) -> None:
        """Wait until no process of the server works for a client that is gone: a commit that was
        sent before it died may still come. Raises TimeoutError."""
        others = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        until = time.monotonic() + GONE
        while not self.lite and self.asked(others) != [(0,)]:
            if time.monotonic() > until:
                raise TimeoutError("the server's processes do not go")
            time.sleep(POLL)


@contextlib.contextmanager
def place(url: str, folder: Path) -> Iterator[Place]:
    """An empty database of our own: a file in `folder` for `SQLITE`, else one on the PostgreSQL
    server of `url` (postgresql://...), made beside the one it names."""
    if url.startswith(SQLITE):
        path = folder / f"book-{next(_NUMBERS)}.db"
        yield Place(url=f"sqlite:///{path}", lite=True)
        path.unlink(missing_ok=True)
        return
    name = f"vcardsvc_benchmark_{os.getpid()}_{next(_NUMBERS)}"
    _tell(url, "CREATE DATABASE {}", name)
    try:
        own = sa.make_url(url).set(database=name)
        yield Place(url=own.render_as_string(hide_password=False), lite=False)
    finally:
        _tell(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _tell(url: str, statement: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def migrate(place: Place) -> None:
    """Make the store's tables."""
    store = Store(place.url)
    store.migrate()
    store.close()


def in_transaction(place: Place, connection: Any, work: Callable[[Any], object]) -> None:
    """Do `work` with a cursor in a transaction of its own."""
    cursor = connection.cursor()
    cursor.execute(place.begin)
    try:
        work(cursor)
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
