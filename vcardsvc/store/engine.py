"""What is SQLite's own: opening the file, locks, the write-ahead log.

The traps it minds: a connection stays with its file when that file is removed or replaced, and
opening a file that is not there would make an empty database. So the file is looked at before each
use, and only `make_file` creates one. What must never enter here: a table.
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

from vcardsvc.store.faults import primary

PATIENCE = 5.0
"""Seconds to wait for another writer's lock, or for a connection."""

QUESTION_SECONDS = 10.0
"""Seconds of one question: a search through a million contacts for what all of them have takes
less. SQLite has no such limit of its own, and a thread cannot be ended."""

INSTRUCTIONS = 100_000
"""Instructions of SQLite's between two looks at the clock: a millisecond."""

LOCK_PAUSE = 0.02
"""Seconds between two tries where SQLite refuses to wait by itself."""

ROOM = 512 * 1024
"""Bytes that a card with its photo takes in the log and in the file. With less on a disk a probe
may pass where no card does: one page is enough for it, and a failed write leaves that much."""

FILE_MODE = 0o600
FOLDER_MODE = 0o700
"""The database is its owner's alone: digests of keys given by hand could be guessed at."""

# What is deleted is overwritten: a card that has gone must not be found in the file's free pages.
_ALWAYS = "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"

# NORMAL would survive kill -9, but not a power cut, and a key that was revoked, or a card that was
# taken or deleted, must not come back. One more fsync for each of these costs next to nothing.
DURABLE = _ALWAYS + "PRAGMA synchronous=FULL"

# A link made right before a power cut may be lost: whoever made it can make it again.
QUICK = _ALWAYS + "PRAGMA synchronous=NORMAL"


class _Connection(sqlite3.Connection):
    """One that knows which file it opened (see `_identity`)."""

    opened: tuple[int, ...]


def sqlite_engine(path: Path, at_opening: str, kept: int = 1) -> Engine:
    """An engine on an existing file; a connection is used only while that file is the same.

    `at_opening` is what a new connection is told; `kept` of them stay open between calls.
    """

    def connect() -> _Connection:
        path.stat()  # FileNotFoundError says more than SQLite's one code for all that is closed
        mend_modes(path)
        before = _identity(path)
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=PATIENCE,
            isolation_level=None,  # BEGIN is ours: the driver's own comes too late for a lock
            check_same_thread=False,
            factory=_Connection,
        )
        connection.opened = before
        try:
            connection.executescript(at_opening)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def lent(connection: _Connection, entry: ConnectionPoolEntry, _: object) -> None:
        # Not on its first use: under a busy writer each new connection would be refused again.
        if entry.info.setdefault("used", False) and connection.opened != _identity(path):
            raise DisconnectionError  # the pool opens a new one, which fails if the file is gone
        entry.info["used"] = True

    engine = sa.create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=kept,
        pool_timeout=PATIENCE,
        hide_parameters=True,
    )
    sa.event.listen(engine, "checkout", lent)
    sa.event.listen(engine, "handle_error", _drop_connection)
    return engine


def _identity(path: Path) -> tuple[int, ...]:
    """What changes when the file is replaced, overwritten in place, or its permissions are.

    It changes at our own writes as well, which costs one new connection for each: 0.3 ms.
    """
    try:
        seen = path.stat()
    except OSError:
        return ()
    return (seen.st_dev, seen.st_ino, seen.st_ctime_ns, seen.st_size)


def _drop_connection(context: ExceptionContext) -> None:
    """After any fault but a broken constraint the next call starts with a new connection.

    The old one is told to let its lock go first: what the fault holds of it may keep it alive.
    """
    if not isinstance(context.original_exception, sqlite3.IntegrityError):
        context.is_disconnect = True
        driver = context.connection and context.connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            with suppress(sqlite3.Error):
                driver.rollback()


def begin_immediate(connection: Connection) -> None:
    """Take the write lock first: a lock wanted in mid-transaction is refused without waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin(connection: Connection) -> None:
    """Without it each statement would see what was committed just before it."""
    connection.exec_driver_sql("BEGIN")


def touch_file(connection: Connection) -> None:
    """Write a page that stays as it is. A row that is set to its own value would not be written,
    and one that is rolled back not to the disk."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version={int(version)}")


def has_room(path: Path) -> bool:
    """Whether the disk that holds `path` has ROOM; one that does not tell its size has."""
    disk = shutil.disk_usage(path)
    return not disk.total or disk.free >= ROOM


@contextmanager
def in_time(connection: Connection) -> Iterator[None]:
    """Whatever is asked on this connection is interrupted when it takes too long; on a server's
    connection its own limit counts."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    until = time.monotonic() + QUESTION_SECONDS
    driver.set_progress_handler(lambda: time.monotonic() > until, INSTRUCTIONS)
    try:
        yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # after a fault the connection has been closed
            driver.set_progress_handler(None, 0)


def beside(path: Path) -> tuple[Path, ...]:
    """Where SQLite has files beside this database, while it is in use or after a crash."""
    return tuple(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm"))


def mend_modes(path: Path) -> None:
    """Give our files beside the database the rights that it has itself.

    SQLite makes them with the rights of the database at that moment. While it may only be read
    they are made so too, and stay: the database could not be written to after its rights came
    back, nor after a restart.
    """
    database = path.stat()
    for file in beside(path):
        with suppress(OSError):
            found = file.lstat()
            missing = database.st_mode & ~found.st_mode & 0o666
            ours = found.st_uid == database.st_uid == os.geteuid() and stat.S_ISREG(found.st_mode)
            if missing and ours:
                file.chmod(stat.S_IMODE(found.st_mode) | missing)


def make_file(path: Path) -> None:
    """An empty file that only its owner can read, unless there is one."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))


def use_wal(engine: Engine) -> None:
    """Readers and a writer side by side; kept in the file, so it is asked for only here."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL").all()
            return
        except DBAPIError as fault:
            # SQLite does not wait for this one lock by itself.
            if primary(fault) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(LOCK_PAUSE)
