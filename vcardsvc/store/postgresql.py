"""Connect to PostgreSQL: time limits, closed connections, the lock of a migration, bulk inserts.

Nothing waits for ever, neither for a lock nor for a server that stops in the middle of a response.
A connection that the server has closed is replaced before it is used. The module is imported only
for a PostgreSQL URL: its driver is optional.
"""

import select
import time
from collections.abc import Generator
from functools import cache
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, Engine, ExecutionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from vcardsvc.store.sqlite import LOCK_TIMEOUT
from vcardsvc.store.tables import PLAN_ANEW

CONNECT_TIMEOUT: Final = 5
"""Seconds to connect, for each address of the host."""

STATEMENT_TIMEOUT: Final = 10
"""Seconds after which the server cancels a statement: a search through a million entries takes less
than one."""

RESPONSE_TIMEOUT: Final = STATEMENT_TIMEOUT + 2
"""Seconds without a response after which the server counts as stopped: it would have cancelled the
statement by then. TCP does not notice: the kernel of a stopped server goes on acknowledging."""

IDLE_TIMEOUT: Final = 60
"""Seconds after which the server ends a transaction whose client has vanished."""

MIGRATION_TIMEOUT: Final = 600
"""Seconds that a migration may take, and that other processes wait for it."""

MIGRATION_LOCK: Final = 0x76636172647376
"""The advisory lock of a migration: any number that no other program uses ("vcardsv")."""

POOL_SIZE: Final = 15
POOL_OVERFLOW: Final = 5
"""Connections of a process: those that stay open, and those opened beside them for a moment. At
most four readers, two searches and four writers of contacts, four calls of links and one of keys
run at once, so that none waits or opens a new one; the server allows 100 in all by default."""

_SETTINGS: Final[dict[str, str]] = {
    "statement_timeout": f"{STATEMENT_TIMEOUT}s",
    "lock_timeout": f"{LOCK_TIMEOUT}s",
    "idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT}s",
    "default_transaction_isolation": "read committed",
    # To plan each prepared statement anew took a quarter of a create; see PLAN_ANEW.
    "plan_cache_mode": "auto",
    "client_encoding": "UTF8",
    "timezone": "UTC",
}
"""The settings of every connection. Not sent as connection options: poolers refuse those."""

_ARRAY_TYPES: Final[dict[type, str]] = {sa.Integer: "int[]", sa.Text: "text[]"}

_SET_ALL: Final = "SELECT " + ", ".join(
    f"set_config('{k}', '{v}', false)" for k, v in _SETTINGS.items()
)


class _Connection(psycopg.Connection[Any]):
    """Closes itself when no response comes within `response_timeout` seconds."""

    response_timeout: float = RESPONSE_TIMEOUT

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **named: Any) -> Any:
        """Wait for the response to a statement, as the driver does, but within the timeout."""
        deadline = time.monotonic() + self.response_timeout
        try:
            return super().wait(_until(gen, deadline), *args, **named)
        except TimeoutError:
            self.close()
            raise psycopg.OperationalError("no answer") from None


def _until(gen: Generator[Any, Any, Any], deadline: float) -> Generator[Any, Any, Any]:
    """Run `gen`, which the driver resumes several times a second, until the deadline."""
    try:
        state = next(gen)
        while True:
            ready = yield state
            if not ready and time.monotonic() > deadline:
                raise TimeoutError
            state = gen.send(ready)
    except StopIteration as done:
        return done.value


def postgresql_engine(url: URL) -> Engine:
    """Return an engine that connects at its first use."""
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": CONNECT_TIMEOUT},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=LOCK_TIMEOUT,
        hide_parameters=True,
        use_native_hstore=False,
    )
    sa.event.listen(engine, "do_connect", _connect)
    sa.event.listen(engine, "checkout", _check_open)
    sa.event.listen(engine, "do_execute", _execute)
    return engine


def _execute(
    cursor: psycopg.Cursor[Any], statement: str, values: Any, context: ExecutionContext
) -> bool | None:
    """Run a statement with PLAN_ANEW without preparing it; return whether that was done."""
    if not context.execution_options.get(PLAN_ANEW):
        return None
    cursor.execute(statement, values, prepare=False)
    return True


def lock_migration(connection: Connection) -> None:
    """Take the lock of a migration, with longer timeouts.

    Because of these the connection does not return to the pool.
    """
    connection.detach()
    driver = connection.connection.driver_connection
    if isinstance(driver, _Connection):
        driver.response_timeout = MIGRATION_TIMEOUT
    for name in ("statement_timeout", "lock_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = '{MIGRATION_TIMEOUT}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


@cache
def bulk_insert(tables: tuple[tuple[sa.Table, tuple[str, ...]], ...]) -> sa.TextClause:
    """Return one INSERT into these tables and columns, of rows whose columns are bound as lists to
    TABLE_COLUMN. A message for each row would take half of the time of a create."""
    inserts = []
    for table, names in tables:
        types = [_ARRAY_TYPES[type(table.c[name].type)] for name in names]
        arrays = ", ".join(
            f"CAST(:{table.name}_{name} AS {type_})"
            for name, type_ in zip(names, types, strict=True)
        )
        # The names are those of our tables.
        inserts.append(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM unnest({arrays})"  # noqa: S608
        )
    *before, last = inserts
    parts = ", ".join(f"a{number} AS ({one})" for number, one in enumerate(before))
    return sa.text(f"WITH {parts} {last}" if before else last)


def _connect(
    dialect: Dialect, entry: ConnectionPoolEntry, args: tuple[Any, ...], named: dict[str, Any]
) -> _Connection:
    connection = _Connection.connect(*args, **named, autocommit=True)
    try:
        connection.execute(_SET_ALL)
        connection.autocommit = False
    except psycopg.Error:
        connection.close()
        raise
    return connection


def _check_open(connection: _Connection, entry: ConnectionPoolEntry, _: object) -> None:
    """Raise DisconnectionError for a closed connection: an idle one can only read that."""
    poll = select.poll()
    if not connection.closed:
        poll.register(connection.fileno(), select.POLLIN)
    if connection.closed or poll.poll(0):
        raise DisconnectionError  # the pool opens a new one, which fails without a server
