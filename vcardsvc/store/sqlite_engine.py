"""Use SQLite files through SQLAlchemy: the pool of connections, transactions, time limits."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from vcardsvc.store import sqlite
from vcardsvc.store.faults import primary_code

QUERY_TIMEOUT = 10.0
"""Seconds of one query; a search through a million contacts for a word of all of them takes less.
SQLite has no such limit of its own, and a thread cannot be ended."""

QUERY_CHECK = 100_000
"""Instructions of SQLite between two checks of that limit: a millisecond."""

LOCK_PAUSE = 0.02
"""Seconds between two tries where SQLite does not wait by itself."""


def sqlite_engine(path: Path, pragmas: str, pool_size: int = 1) -> Engine:
    """Return an engine for an existing file; it uses a connection only while that file is the same.

    A new connection runs `pragmas`; `pool_size` of them stay open between calls.
    """

    def check_file(
        connection: sqlite.FileConnection, entry: ConnectionPoolEntry, _: object
    ) -> None:
        # Not on its first use: under a busy writer the pool would discard every new connection.
        used = entry.info.setdefault("used", False)
        if used and connection.file_identity != sqlite.file_identity(path):
            raise DisconnectionError  # the pool opens a new one, which fails if the file is gone
        entry.info["used"] = True

    engine = sa.create_engine(
        "sqlite://",
        creator=partial(sqlite.connect, path, pragmas),
        poolclass=QueuePool,
        pool_size=pool_size,
        pool_timeout=sqlite.LOCK_TIMEOUT,
        hide_parameters=True,
    )
    sa.event.listen(engine, "checkout", check_file)
    sa.event.listen(engine, "handle_error", _drop_connection)
    return engine


def _drop_connection(context: ExceptionContext) -> None:
    """Drop the connection after any fault but a broken constraint; the next call opens a new one.

    The old one is rolled back first: references of the exception may keep it, and its lock, alive.
    """
    if not isinstance(context.original_exception, sqlite3.IntegrityError):
        context.is_disconnect = True
        driver = context.connection and context.connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            with suppress(sqlite3.Error):
                driver.rollback()


def begin_immediate(connection: Connection) -> None:
    """Take the write lock first: SQLite refuses one in mid-transaction without waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin(connection: Connection) -> None:
    """Start a read transaction: without one each statement sees later commits."""
    connection.exec_driver_sql("BEGIN")


def rewrite_page(connection: Connection) -> None:
    """Write one page unchanged. SQLite would not write a row that is set to its own value, and a
    rolled back one would not reach the disk."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version={int(version)}")


@contextmanager
def time_limit(connection: Connection) -> Iterator[None]:
    """Interrupt a query of SQLite that takes longer than QUERY_TIMEOUT; a server has its own
    limit."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    until = time.monotonic() + QUERY_TIMEOUT
    driver.set_progress_handler(lambda: time.monotonic() > until, QUERY_CHECK)
    try:
        yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # after a fault the connection has been closed
            driver.set_progress_handler(None, 0)


def use_wal(engine: Engine) -> None:
    """Turn on the write-ahead log, with which a writer delays no reader; the file keeps this."""
    until = time.monotonic() + sqlite.LOCK_TIMEOUT
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL").all()
            return
        except DBAPIError as fault:
            # SQLite does not wait for this lock by itself.
            if primary_code(fault.orig) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(LOCK_PAUSE)
