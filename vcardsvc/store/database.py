"""The database behind one URL, SQLite's or PostgreSQL's: opened, migrated, closed; what its
tables hold, others say.

Promises: one connection stays open between calls, outside of any transaction, so that it never
keeps SQLite's write-ahead log from being checkpointed. What must never enter here: a statement
about a table of ours.
"""

from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from vcardsvc.store.engine import (
    DURABLE,
    PATIENCE,
    QUICK,
    begin,
    begin_immediate,
    make_file,
    sqlite_engine,
    use_wal,
)
from vcardsvc.store.faults import StoreAway, translated_faults
from vcardsvc.store.tables import HEAD, READ_VERSION, VERSION

QUICK_KEPT = 10
"""Connections kept for links, for readers of contacts and for searches, ten threads in all: opening
one takes as long as a look-up in it, 0.3 ms."""


class Database:
    """The database behind one URL. Safe to share between threads; methods may raise StoreAway."""

    def __init__(self, url: str) -> None:
        """Open nothing. Raises StoreAway when the URL or its driver cannot be used."""
        try:
            parsed = sa.make_url(url)
            lite = parsed.get_backend_name() == "sqlite"
            self._path = Path(parsed.database).absolute() if lite and parsed.database else None
            if lite and (self._path is None or parsed.database == ":memory:"):
                raise StoreAway("store-url")
            self._engine = (
                _elsewhere(parsed) if self._path is None else sqlite_engine(self._path, DURABLE)
            )
        except ImportError:
            raise StoreAway("store-driver") from None
        except (SQLAlchemyError, ValueError):
            # Not chained: these errors may quote the URL, which may hold a password.
            raise StoreAway("store-url") from None
        self._quick = (
            self._engine if self._path is None else sqlite_engine(self._path, QUICK, QUICK_KEPT)
        )
        self._writer = self._writing(self._engine)
        self._quick_writer = self._writing(self._quick)
        self._reader = self._reading(self._quick)
        self._unsettled = False

    @property
    def single_writer(self) -> bool:
        """Whether there is one writer at a time in the whole database, as in SQLite's."""
        return self._path is not None

    @property
    def exists(self) -> bool:
        """Whether there is a database; a server's, and one that cannot be looked at, is taken to be
        there."""
        try:
            return self._path is None or bool(self._path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def migrate(self) -> str:
        """Create the database or bring it to this release; returns the revision now current.

        Any number of processes may do so at once. Raises StoreAway, also when the database was
        made by a newer release or belongs to another program; it is left as it was then.
        """
        with translated_faults():
            if self._path is not None:
                make_file(self._path)
            with self._engine.connect() as connection:
                found = revision(connection)
            if found != HEAD:
                with self._writer.begin() as connection:
                    if self._path is None:
                        from vcardsvc.store.postgresql import alone

                        alone(connection)
                    _upgrade(connection)
            if self._path is not None:
                use_wal(self._engine)
        return HEAD

    def close(self) -> None:
        """Close the connections; the store may be used again and opens new ones then."""
        self._engine.dispose()
        self._quick.dispose()

    def checkpoint(self) -> None:
        """Bring what was committed by this process into the database file itself.

        So a copy of that one file is a whole backup, and no log of the old file is left to be
        replayed into one that is put in its place. It was kept already: where somebody reads or
        writes at the time, some of it stays in the log until the next call.
        """
        if self._path is None or not self._unsettled:
            return
        self._unsettled = False  # whoever commits from here on says so again
        busy = True
        with suppress(SQLAlchemyError, OSError), self._engine.connect() as connection:
            # Without patience: it has the writer's lock while it waits for readers, and a backup
            # reads for as long as it takes; nobody could write meanwhile.
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
        if busy:
            self._unsettled = True

    def _writing(self, engine: Engine) -> Engine:
        """The same connections, whose transactions write."""
        writer = engine.execution_options()
        if self._path is not None:
            sa.event.listen(writer, "begin", begin_immediate)
            sa.event.listen(writer, "commit", self._committed)
        return writer

    def _committed(self, _: Connection) -> None:
        self._unsettled = True

    def _reading(self, engine: Engine) -> Engine:
        """The same connections, each of whose transactions reads what was there at one moment."""
        if self._path is None:
            return engine.execution_options(isolation_level="REPEATABLE READ")
        reader = engine.execution_options()
        sa.event.listen(reader, "begin", begin)
        return reader


def _elsewhere(url: sa.URL) -> Engine:
    """An engine on a server. The driver is loaded only here: few have it."""
    if url.drivername != "postgresql":
        raise StoreAway("store-url")
    from vcardsvc.store.postgresql import postgresql_engine

    return postgresql_engine(url)


def revision(connection: Connection) -> str | None:
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
    found = revision(connection)
    if found is None and sa.inspect(connection).get_table_names():
        raise StoreAway("store-foreign")
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "vcardsvc:store/migrations")
    steps = ScriptDirectory.from_config(config).walk_revisions()
    if found is not None and found not in {step.revision for step in steps}:
        raise StoreAway("store-newer")
    command.upgrade(config, HEAD)
