"""All SQL: the API keys and the counter that tells every worker that they changed.

Promises: what was acknowledged is on the disk; a database that cannot be used is `StoreAway` with
one sentence, never another exception. Everything here blocks: call it from a thread.
What must never enter here: a key itself (only its digest), or anything of a createcontact call.

The SQL is portable. What is SQLite's own stands in `_sqlite_engine` and below; the traps it minds:
a connection stays with its file when that file is removed or replaced, and opening a file that is
not there would make an empty database. So the file is looked at before each use, and only
`migrate` creates one.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import TypeDecorator

HEAD = "0001"
"""The revision this release speaks: the last file of `migrations/versions` (a test compares)."""

PATIENCE = 5.0
"""Seconds to wait for another writer's lock, or for a connection."""

LOCK_PAUSE = 0.02
"""Seconds between two tries where SQLite refuses to wait by itself."""

FILE_MODE = 0o600
FOLDER_MODE = 0o700
"""The database is its owner's alone: digests of keys given by hand could be guessed at."""

KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A key's name goes into log lines: at most 64 characters that cannot break one."""

DIGEST_SIZE = 32
"""Bytes of a SHA-256."""

AWAY: dict[str, str] = {
    "store-url": "The database URL cannot be used.",
    "store-missing": "The database file is not there.",
    "store-unreadable": "The database cannot be opened.",
    "store-readonly": "The database cannot be written to.",
    "store-full": "The disk or the database is full.",
    "store-disk": "The disk failed while the database was read or written.",
    "store-busy": "The database is locked by another program.",
    "store-foreign": "The database is not one of ours.",
    "store-damaged": "The database is damaged.",
    "store-newer": "The database was made by a newer release.",
    "store-unmigrated": "The database has not been migrated to this release.",
    "store-failed": "The database does not answer.",
}
"""Every reason for not having the store: the word for the log, the sentence for the operator."""

SQLITE_CAUSES: dict[int, str] = {
    sqlite3.SQLITE_CANTOPEN: "store-unreadable",
    sqlite3.SQLITE_READONLY: "store-readonly",
    sqlite3.SQLITE_FULL: "store-full",
    sqlite3.SQLITE_IOERR: "store-disk",
    sqlite3.SQLITE_BUSY: "store-busy",
    sqlite3.SQLITE_NOTADB: "store-foreign",
    sqlite3.SQLITE_CORRUPT: "store-damaged",
    sqlite3.SQLITE_ERROR: "store-unmigrated",  # our SQL is fixed: only its tables can be missing
}
"""SQLite's primary result codes (sqlite.org/rescode.html); any other one is `store-failed`."""


class StoreAway(Exception):
    """The store cannot be used now; `cause` is a word of `AWAY`, `str()` its sentence."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(AWAY[cause])


class Taken(Exception):
    """A key of this name, or this very key, is or was there; revoked keys keep their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One key: its log name, the SHA-256 of the key itself, UTC times; revoked when it has one."""

    name: str
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None


class UtcTime(TypeDecorator[datetime]):
    """A point in time, written and read as UTC: SQLite drops the zone, so it is put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, with its zone."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


TABLES = sa.MetaData()
API_KEY = sa.Table(
    "api_key",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("scope", sa.Text, nullable=False, server_default="secret"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
)
CHANGE_COUNTER = sa.Table(
    "change_counter",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger, nullable=False),
)
VERSION = sa.table("alembic_version", sa.column("version_num"))
"""Alembic's own table, read here without alembic: importing that costs 0.3 s of every start."""

READ_VERSION = sa.select(VERSION.c.version_num)
READ_COUNTER = sa.select(CHANGE_COUNTER.c.value)
READ_KEYS = sa.select(
    API_KEY.c.name, API_KEY.c.digest, API_KEY.c.created_at, API_KEY.c.revoked_at
).order_by(API_KEY.c.created_at, API_KEY.c.name)
ADD_KEY = sa.insert(API_KEY).values(
    name=sa.bindparam("of"), digest=sa.bindparam("sha256"), created_at=sa.bindparam("at")
)
REVOKE_KEY = (
    sa.update(API_KEY)
    .where(API_KEY.c.name == sa.bindparam("of"), API_KEY.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at"))
)
# The clock, or one more when the clock stands or goes back. Counting by ones would give an older
# backup, put in place and changed once, the number that the workers have already seen.
BUMP = sa.update(CHANGE_COUNTER).values(
    value=sa.case(
        (CHANGE_COUNTER.c.value >= sa.bindparam("ms"), CHANGE_COUNTER.c.value + 1),
        else_=sa.bindparam("ms"),
    )
)
# NORMAL would survive kill -9, but not a power cut, and a key that was revoked must not come back.
# One more fsync for each of a few writes a day costs nothing.
AT_OPENING = "PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL"
STATEMENTS = (READ_VERSION, READ_COUNTER, READ_KEYS, ADD_KEY, REVOKE_KEY, BUMP)
"""All that is portable; a test compiles it for PostgreSQL too."""


class Store:
    """The database behind one URL. Safe to share between threads; every method may raise StoreAway.

    One connection stays open between calls, outside of any transaction, so that it never keeps
    SQLite's write-ahead log from being checkpointed.
    """

    def __init__(self, url: str) -> None:
        """Open nothing. Raises StoreAway when the URL or its driver cannot be used."""
        try:
            parsed = sa.make_url(url)
            lite = parsed.get_backend_name() == "sqlite"
            self._path = Path(parsed.database).absolute() if lite and parsed.database else None
            if lite and (self._path is None or parsed.database == ":memory:"):
                raise StoreAway("store-url")
            self._engine = (
                sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
                if self._path is None
                else _sqlite_engine(self._path)
            )
        except (SQLAlchemyError, ImportError, ValueError):
            # Not chained: these errors may quote the URL, which may hold a password.
            raise StoreAway("store-url") from None
        self._writer = self._engine.execution_options()
        if self._path is not None:
            sa.event.listen(self._writer, "begin", _begin_immediate)

    def migrate(self) -> str:
        """Create the database or bring it to this release; returns the revision now current.

        Any number of processes may do so at once. Raises StoreAway, also when the database was
        made by a newer release or belongs to another program; it is left as it was then.
        """
        with _answering():
            if self._path is not None:
                _make_file(self._path)
            with self._engine.connect() as connection:
                found = _revision(connection)
            if found != HEAD:
                with self._writer.begin() as connection:
                    _upgrade(connection)
            if self._path is not None:
                _use_wal(self._engine)
        return HEAD

    def change_counter(self) -> int:
        """A number that differs whenever the keys may differ; it may also go down (a backup)."""
        with _answering(), self._engine.connect() as connection:
            return int(connection.execute(READ_COUNTER).scalar_one())

    def keys(self) -> tuple[KeyRow, ...]:
        """All keys, revoked ones too, by time of creation, then name."""
        with _answering(), self._engine.connect() as connection:
            return tuple(KeyRow(**row) for row in connection.execute(READ_KEYS).mappings())

    def add_key(self, name: str, digest: bytes) -> None:
        """Keep a new key under this name; on return it is on the disk.

        Raises Taken, and ValueError for a name or digest that is none.
        """
        if not KEY_NAME.fullmatch(name):
            raise ValueError("a key's name is 1 to 64 letters, digits, dots, _ and -")
        if len(digest) != DIGEST_SIZE:
            raise ValueError(f"a key's digest is {DIGEST_SIZE} bytes")
        with _answering():
            try:
                with self._writer.begin() as connection:
                    connection.execute(BUMP, {"ms": time.time_ns() // 1_000_000})
                    at = datetime.now(UTC)
                    connection.execute(ADD_KEY, {"of": name, "sha256": digest, "at": at})
            except IntegrityError:
                raise Taken(name) from None
        self._settle()

    def revoke_key(self, name: str) -> bool:
        """Revoke the key of this name for good; False when there is none or it is already."""
        with _answering(), self._writer.begin() as connection:
            done = connection.execute(REVOKE_KEY, {"of": name, "at": datetime.now(UTC)}).rowcount
            if done:
                connection.execute(BUMP, {"ms": time.time_ns() // 1_000_000})
        if done:
            self._settle()
        return bool(done)

    def close(self) -> None:
        """Close the connection; the store may be used again and opens a new one then."""
        self._engine.dispose()

    def _settle(self) -> None:
        """Bring what was committed into the database file itself.

        So a copy of that one file is a whole backup, and no log of the old file is left to be
        replayed into one that is put in its place. It was kept already: failing here is no harm.
        """
        if self._path is not None:
            with suppress(SQLAlchemyError, OSError), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()


@contextmanager
def _answering() -> Iterator[None]:
    """Whatever a database can do wrong leaves as StoreAway."""
    try:
        yield
    except (SQLAlchemyError, OSError, ValueError) as fault:
        raise StoreAway(_cause(fault)) from fault


def _cause(fault: Exception) -> str:
    if isinstance(fault, DBAPIError):
        return SQLITE_CAUSES.get(_primary(fault), "store-failed")
    if isinstance(fault, FileNotFoundError):
        return "store-missing"
    if isinstance(fault, OSError):
        return "store-unreadable"
    # A value that its column cannot hold: somebody wrote it by other means.
    return "store-damaged" if isinstance(fault, ValueError) else "store-failed"


def _primary(fault: DBAPIError) -> int:
    """SQLite's result code without its extension; 255, which is none, for other faults."""
    return int(getattr(fault.orig, "sqlite_errorcode", -1)) & 0xFF


def _revision(connection: Connection) -> str | None:
    """The revision the database is at, None for one that never had any."""
    if not sa.inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(READ_VERSION).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    """Run the missing steps. The connection holds the write lock, so only one process does."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    # Again, now that nobody else can write: the process before us may have done it.
    found = _revision(connection)
    if found is None and sa.inspect(connection).get_table_names():
        raise StoreAway("store-foreign")
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "vcardsvc:migrations")
    steps = ScriptDirectory.from_config(config).walk_revisions()
    if found is not None and found not in {step.revision for step in steps}:
        raise StoreAway("store-newer")
    command.upgrade(config, HEAD)


class _Connection(sqlite3.Connection):
    """One that knows which file it opened (see `_identity`)."""

    opened: tuple[int, ...]


def _sqlite_engine(path: Path) -> Engine:
    """An engine on an existing file; a connection is used only while that file is the same."""

    def connect() -> _Connection:
        path.stat()  # FileNotFoundError says more than SQLite's one code for all that is closed
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
            connection.executescript(AT_OPENING)
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
        pool_size=1,
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
    """After any fault but a broken constraint the next call starts with a new connection."""
    if not isinstance(context.original_exception, sqlite3.IntegrityError):
        context.is_disconnect = True


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock first: a lock wanted in mid-transaction is refused without waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_file(path: Path) -> None:
    """An empty file that only its owner can read, unless there is one."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))


def _use_wal(engine: Engine) -> None:
    """Readers and a writer side by side; kept in the file, so it is asked for only here."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL").all()
            return
        except DBAPIError as fault:
            # SQLite does not wait for this one lock by itself.
            if _primary(fault) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(LOCK_PAUSE)
