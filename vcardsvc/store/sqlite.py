"""Open SQLite files: connections, locks, the write-ahead log, file modes.

A connection stays with its file when that file is removed or replaced, and opening a missing file
would create an empty database. So the file is checked before each use of a connection, and only
`create_file` creates one.
"""

import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from vcardsvc.store.faults import primary_code

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another writer's lock, or for a connection."""

QUERY_TIMEOUT = 10.0
"""Seconds of one query; a search through a million contacts for a word of all of them takes less.
SQLite has no such limit of its own, and a thread cannot be ended."""

QUERY_CHECK = 100_000
"""Instructions of SQLite between two checks of that limit: a millisecond."""

LOCK_PAUSE = 0.02
"""Seconds between two tries where SQLite does not wait by itself."""

MIN_FREE_BYTES = 512 * 1024
"""Bytes that a card with its photo takes in the log and in the file. With less on the disk a probe,
which writes one page, may pass where no card does."""

FILE_MODE = 0o600
FOLDER_MODE = 0o700
"""Only the owner may read the database: short keys could be guessed from their digests."""

# secure_delete overwrites deleted rows: no deleted card may stay in the file's free pages.
_PRAGMAS = "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"

# NORMAL would survive kill -9 but not a power cut, after which a revoked key or a deleted card must
# not be back. The additional fsync for each such write costs next to nothing.
DURABLE = _PRAGMAS + "PRAGMA synchronous=FULL"

# A power cut may lose a link that was created right before it; its caller can create it again.
QUICK = _PRAGMAS + "PRAGMA synchronous=NORMAL"


class _Connection(sqlite3.Connection):
    """Remembers which file it opened (see `_file_identity`)."""

    file_identity: tuple[int, ...]


def sqlite_engine(path: Path, pragmas: str, pool_size: int = 1) -> Engine:
    """Return an engine for an existing file; it uses a connection only while that file is the same.

    A new connection runs `pragmas`; `pool_size` of them stay open between calls.
    """

    def connect() -> _Connection:
        path.stat()  # FileNotFoundError says more than SQLite's one code for every such case
        restore_modes(path)
        before = _file_identity(path)
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=LOCK_TIMEOUT,
            isolation_level=None,  # we say BEGIN: the driver's own comes too late for a lock
            check_same_thread=False,
            factory=_Connection,
        )
        connection.file_identity = before
        try:
            connection.executescript(pragmas)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def check_file(connection: _Connection, entry: ConnectionPoolEntry, _: object) -> None:
        # Not on its first use: under a busy writer the pool would discard every new connection.
        used = entry.info.setdefault("used", False)
        if used and connection.file_identity != _file_identity(path):
            raise DisconnectionError  # the pool opens a new one, which fails if the file is gone
        entry.info["used"] = True

    engine = sa.create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=pool_size,
        pool_timeout=LOCK_TIMEOUT,
        hide_parameters=True,
    )
    sa.event.listen(engine, "checkout", check_file)
    sa.event.listen(engine, "handle_error", _drop_connection)
    return engine


def _file_identity(path: Path) -> tuple[int, ...]:
    """Return values that change when the file is replaced or overwritten, or its mode changes.

    They change at our own writes too, which costs one new connection for each: 0.3 ms.
    """
    try:
        status = path.stat()
    except OSError:
        return ()
    return (status.st_dev, status.st_ino, status.st_ctime_ns, status.st_size)


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


def has_free_space(path: Path) -> bool:
    """Return whether the disk of `path` has MIN_FREE_BYTES, or does not tell its size."""
    disk = shutil.disk_usage(path)
    return not disk.total or disk.free >= MIN_FREE_BYTES


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


def companion_files(path: Path) -> tuple[Path, ...]:
    """Return the paths of the files that SQLite has beside a database in use or after a crash."""
    return tuple(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm"))


def restore_modes(path: Path) -> None:
    """Give our own files beside the database the mode that the database has.

    SQLite creates them with the database's mode. Those that it creates while the database is
    read-only stay read-only, and nothing could be written when the mode is restored, nor after a
    restart.
    """
    database = path.stat()
    for file in companion_files(path):
        with suppress(OSError):
            status = file.lstat()
            missing = database.st_mode & ~status.st_mode & 0o666
            ours = status.st_uid == database.st_uid == os.geteuid() and stat.S_ISREG(status.st_mode)
            if missing and ours:
                file.chmod(stat.S_IMODE(status.st_mode) | missing)


def create_file(path: Path) -> None:
    """Create an empty file that only its owner can read, unless one exists."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))


def use_wal(engine: Engine) -> None:
    """Turn on the write-ahead log, with which a writer delays no reader; the file keeps this."""
    until = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL").all()
            return
        except DBAPIError as fault:
            # SQLite does not wait for this lock by itself.
            if primary_code(fault) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(LOCK_PAUSE)
