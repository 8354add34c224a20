"""What is PostgreSQL's own: connecting, patience, a server that was started anew.

Promises: nothing waits for ever, neither for a lock nor for a server that has stopped in the midst
of an answer; a connection that the server has closed is noticed before it is used. What must never
enter here: a table. Loaded only where the database is PostgreSQL's, for the driver's sake.
"""

import select
import time
from collections.abc import Generator
from functools import cache
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from vcardsvc.store.engine import PATIENCE

CONNECT_SECONDS: Final = 5
"""Seconds until a connection stands, for each address that the host has."""

STATEMENT_SECONDS: Final = 10
"""Seconds of one statement, then the server gives up: a search through a million entries takes
less than one."""

ANSWER_SECONDS: Final = STATEMENT_SECONDS + 2
"""Seconds without an answer after which the server has stopped: by itself it would have given up
by then. TCP does not tell: the kernel of a stopped server goes on acknowledging."""

IDLE_SECONDS: Final = 60
"""Seconds after which the server ends a transaction whose client has gone without a word."""

MIGRATION_SECONDS: Final = 600
"""Seconds that a migration may take, and that others wait for it."""

MIGRATION_LOCK: Final = 0x76636172647376
"""The advisory lock of whoever migrates: any number that nobody else has ("vcardsv")."""

KEPT: Final = 15
MORE: Final = 5
"""Connections of a process: kept open once they were needed, and beside them for a moment. At once
ask at most four readers, two searchers and four writers of contacts, four of links and one of keys,
so that none waits here or opens one anew each time; the server's default is 100 in all."""

_SETTINGS: Final[dict[str, str]] = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{PATIENCE}s",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    "default_transaction_isolation": "read committed",
    # A plan made for any value would not know that a filter is narrow, or a page the first.
    "plan_cache_mode": "force_custom_plan",
    "client_encoding": "UTF8",
    "timezone": "UTC",
}
"""What every connection is told. Not among the options of connecting: poolers refuse those."""

_LISTS: Final[dict[type, str]] = {sa.Integer: "int[]", sa.Text: "text[]"}

_TELL: Final = "SELECT " + ", ".join(
    f"set_config('{k}', '{v}', false)" for k, v in _SETTINGS.items()
)


class _Patient(psycopg.Connection[Any]):
    """A connection that waits for an answer so long, and is closed when there is none."""

    patience: float = ANSWER_SECONDS

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **named: Any) -> Any:
        """What the driver does with every statement, within our patience."""
        try:
            return super().wait(_until(gen, time.monotonic() + self.patience), *args, **named)
        except TimeoutError:
            self.close()
            raise psycopg.OperationalError("no answer") from None


def _until(gen: Generator[Any, Any, Any], late: float) -> Generator[Any, Any, Any]:
    """`gen`, which is asked to go on several times a second, until it is late."""
    try:
        state = next(gen)
        while True:
            ready = yield state
            if not ready and time.monotonic() > late:
                raise TimeoutError
            state = gen.send(ready)
    except StopIteration as done:
        return done.value


def postgresql_engine(url: URL) -> Engine:
    """An engine that connects when it is first used."""
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": CONNECT_SECONDS},
        pool_size=KEPT,
        max_overflow=MORE,
        pool_timeout=PATIENCE,
        hide_parameters=True,
        use_native_hstore=False,
    )
    sa.event.listen(engine, "do_connect", _connect)
    sa.event.listen(engine, "checkout", _lent)
    return engine


def alone(connection: Connection) -> None:
    """Have this transaction to ourselves among those that migrate, and time for it.

    The connection is not used again: it has more patience than others.
    """
    connection.detach()
    driver = connection.connection.driver_connection
    if isinstance(driver, _Patient):
        driver.patience = MIGRATION_SECONDS
    for name in ("statement_timeout", "lock_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = '{MIGRATION_SECONDS}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


@cache
def add_columns(added: tuple[tuple[sa.Table, tuple[str, ...]], ...]) -> sa.TextClause:
    """INSERT into these tables and columns, as many rows as the lists bound to TABLE_COLUMN are
    long: one message for all. One for each row would take half of the time of a create."""
    said = []
    for table, names in added:
        lists = ", ".join(
            f"CAST(:{table.name}_{name} AS {_LISTS[type(table.c[name].type)]})" for name in names
        )
        # Names are our tables' own.
        said.append(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM unnest({lists})"  # noqa: S608
        )
    *before, last = said
    parts = ", ".join(f"a{number} AS ({one})" for number, one in enumerate(before))
    return sa.text(f"WITH {parts} {last}" if before else last)


def _connect(
    dialect: Dialect, entry: ConnectionPoolEntry, args: tuple[Any, ...], named: dict[str, Any]
) -> _Patient:
    made = _Patient.connect(*args, **named, autocommit=True)
    try:
        made.execute(_TELL)
        made.autocommit = False
    except psycopg.Error:
        made.close()
        raise
    return made


def _lent(connection: _Patient, entry: ConnectionPoolEntry, _: object) -> None:
    """A server says nothing to a connection that asks nothing, but that it has closed it."""
    poll = select.poll()
    if not connection.closed:
        poll.register(connection.fileno(), select.POLLIN)
    if connection.closed or poll.poll(0):
        raise DisconnectionError  # the pool opens a new one, which fails if nobody is there
