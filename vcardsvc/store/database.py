"""Open, migrate and close the database at one URL, SQLite's or PostgreSQL's.

One connection stays open between calls, outside of any transaction, so that it never keeps SQLite's
write-ahead log from being checkpointed.
"""

from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from vcardsvc.store.engine_faults import translated_faults
from vcardsvc.store.faults import StoreAway
from vcardsvc.store.rows import HEAD
from vcardsvc.store.sqlite import DURABLE, LOCK_TIMEOUT, QUICK, create_file
from vcardsvc.store.sqlite_engine import begin, begin_immediate, sqlite_engine, use_wal
from vcardsvc.store.tables import PLAN_ANEW, READ_VERSION, VERSION

QUICK_POOL = 10
"""Connections kept open for links, for reading contacts and for searches, ten threads in all:
opening one takes as long as a look-up in it, 0.3 ms."""


class Database:
    """Connects to the database at one URL. Threads may share it; methods may raise StoreAway.

    Reads end with a commit as writes do: a rollback would drop psycopg's prepared statements.
    """

    def __init__(self, url: str) -> None:
        """Open nothing. Raises StoreAway when the URL or its driver cannot be used."""
        try:
            parsed = sa.make_url(url)
            is_sqlite = parsed.get_backend_name() == "sqlite"
            self._path = Path(parsed.database).absolute() if is_sqlite and parsed.database else None
            if is_sqlite and (self._path is None or parsed.database == ":memory:"):
                raise StoreAway("store-url")
            self._engine = (
                _server_engine(parsed) if self._path is None else sqlite_engine(self._path, DURABLE)
            )
        except ImportError:
            raise StoreAway("store-driver") from None
        except (SQLAlchemyError, ValueError):
            # Not chained: these errors may quote the URL, which may hold a password.
            raise StoreAway("store-url") from None
        self._quick = (
            self._engine if self._path is None else sqlite_engine(self._path, QUICK, QUICK_POOL)
        )
        self._writer = self._writing(self._engine)
        self._quick_writer = self._writing(self._quick)
        self._reader = self._reading(self._quick)
        self._uncheckpointed = False

    @property
    def single_writer(self) -> bool:
        """Return whether the database has one writer at a time (SQLite)."""
        return self._path is not None

    @property
    def exists(self) -> bool:
        """Return whether the database file exists; True for a server's database, and for a file
        whose folder cannot be read."""
        try:
            return self._path is None or bool(self._path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def migrate(self) -> str:
        """Create the database or migrate it to this release; return the revision that it then has.

        Any number of processes may call this at once. Raises StoreAway, also when a newer release
        or another program created the database, which then stays unchanged.
        """
        with translated_faults():
            if self._path is not None:
                create_file(self._path)
            with self._engine.connect() as connection:
                current = revision(connection)
            if current != HEAD:
                with self._writer.begin() as connection:
                    if self._path is None:
                        from vcardsvc.store.postgresql import lock_migration

                        lock_migration(connection)
                    _upgrade(connection)
            if self._path is not None:
                use_wal(self._engine)
        return HEAD

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        self._engine.dispose()
        self._quick.dispose()

    def checkpoint(self) -> None:
        """Move what this process has committed from SQLite's log into the database file itself.

        A copy of that one file is then a whole backup, and no old log can be replayed into a file
        that is put in its place. While another connection reads or writes, a part stays in the log
        until the next call; it is durable there too.
        """
        if self._path is None or not self._uncheckpointed:
            return
        self._uncheckpointed = False  # a commit from here on sets it again
        busy = True
        with suppress(SQLAlchemyError, OSError), self._engine.connect() as connection:
            # Without a timeout: a checkpoint holds the write lock while it waits for readers, and
            # a backup may read for long.
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={int(LOCK_TIMEOUT * 1000)}")
        if busy:
            self._uncheckpointed = True

    def _writing(self, engine: Engine) -> Engine:
        """Return the engine with options under which transactions write."""
        writer = engine.execution_options()
        if self._path is not None:
            sa.event.listen(writer, "begin", begin_immediate)
            sa.event.listen(writer, "commit", self._committed)
        return writer

    def _committed(self, _: Connection) -> None:
        self._uncheckpointed = True

    def _reading(self, engine: Engine) -> Engine:
        """Return the engine with options under which a transaction reads one snapshot."""
        if self._path is None:
            return engine.execution_options(isolation_level="REPEATABLE READ", **{PLAN_ANEW: True})
        reader = engine.execution_options()
        sa.event.listen(reader, "begin", begin)
        return reader


def _server_engine(url: sa.URL) -> Engine:
    """Return an engine for a server. Only this function loads the driver, which is optional."""
    if url.drivername != "postgresql":
        raise StoreAway("store-url")
    from vcardsvc.store.postgresql import postgresql_engine

    return postgresql_engine(url)


def revision(connection: Connection) -> str | None:
    """Return the revision of the database, None for one that was never migrated."""
    if not sa.inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(READ_VERSION).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    """Run the missing migrations. The connection holds the write lock, so one process does."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    # Read it again under the lock: another process may have migrated meanwhile.
    current = revision(connection)
    if current is None and sa.inspect(connection).get_table_names():
        raise StoreAway("store-foreign")
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "vcardsvc:store/migrations")
    steps = ScriptDirectory.from_config(config).walk_revisions()
    if current is not None and current not in {step.revision for step in steps}:
        raise StoreAway("store-newer")
    command.upgrade(config, HEAD)
