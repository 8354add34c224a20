"""Create a temporary database for a benchmark, and connect to it through the bare driver."""

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
"""The URL of a temporary SQLite file."""

OTHERS_TIMEOUT: Final = 20.0
"""Seconds that a server's processes may outlive their killed client."""

POLL: Final = 0.01

_NUMBERS: Final = itertools.count(1)


Query = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement with parameters (?) and returns its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Holds the URL of a database for the service, and whether it is a SQLite file (`lite`)."""

    url: str
    lite: bool

    @property
    def name(self) -> str:
        """The name in tables."""
        return "SQLite" if self.lite else "PostgreSQL"

    def connect(self) -> Any:
        """Return a connection of the bare driver, as durable as those of the store."""
        if not self.lite:
            return psycopg.connect(self.url, autocommit=True)
        path = sa.make_url(self.url).database
        assert path is not None
        connection = sqlite3.connect(
            path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        connection.executescript(DURABLE)
        return connection

    @property
    def begin(self) -> str:
        """The statement that begins a transaction that writes, as in the store."""
        return "BEGIN IMMEDIATE" if self.lite else "BEGIN"

    def for_driver(self, statement: str) -> str:
        """Return a statement with the parameter marks of the driver."""
        return statement if self.lite else statement.replace("?", "%s")

    @contextlib.contextmanager
    def querying(self) -> Iterator[Query]:
        """Yield a query function over one connection."""
        with contextlib.closing(self.connect()) as connection:

            def query(statement: str, *values: object) -> list[tuple[Any, ...]]:
                return list(connection.execute(self.for_driver(statement), values).fetchall())

            yield query

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        with self.querying() as query:
            return query(statement, *values)

    def wait_for_others(self) -> None:
        """Wait for the processes of other clients: a killed one's commit may still be running.

        Raises TimeoutError.
        """
        others = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        until = time.monotonic() + OTHERS_TIMEOUT
        while not self.lite and self.query(others) != [(0,)]:
            if time.monotonic() > until:
                raise TimeoutError("the server's processes do not end")
            time.sleep(POLL)


@contextlib.contextmanager
def temporary_database(url: str, folder: Path) -> Iterator[Database]:
    """Create an empty database: a file in `folder` for `SQLITE`, else one on the PostgreSQL server
    of `url` (postgresql://...); delete it afterwards."""
    if url.startswith(SQLITE):
        path = folder / f"book-{next(_NUMBERS)}.db"
        yield Database(url=f"sqlite:///{path}", lite=True)
        path.unlink(missing_ok=True)
        return
    name = f"vcardsvc_benchmark_{os.getpid()}_{next(_NUMBERS)}"
    _execute(url, "CREATE DATABASE {}", name)
    try:
        own = sa.make_url(url).set(database=name)
        yield Database(url=own.render_as_string(hide_password=False), lite=False)
    finally:
        _execute(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _execute(url: str, statement: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def migrate(database: Database) -> None:
    """Create the store's tables."""
    store = Store(database.url)
    store.migrate()
    store.close()


def in_transaction(database: Database, connection: Any, work: Callable[[Any], object]) -> None:
    """Run `work` with a cursor in one transaction."""
    cursor = connection.cursor()
    cursor.execute(database.begin)
    try:
        work(cursor)
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
