"""Translate the faults of a database into `StoreAway`: a cause for the log, a sentence for people.

No sentence quotes a URL, a key or a value that was sent.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vcardsvc.errors import Unavailable

CAUSES: dict[str, str] = {
    "store-url": "The database URL cannot be used.",
    "store-driver": "The driver of PostgreSQL is not installed.",
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
    "store-slow": "The database takes too long to answer.",
    "store-failed": "The database does not answer.",
}
"""Why a store cannot be used: the cause for the log, the sentence for the operator."""

SQLITE_CAUSES: dict[int, str] = {
    sqlite3.SQLITE_CANTOPEN: "store-unreadable",
    sqlite3.SQLITE_READONLY: "store-readonly",
    sqlite3.SQLITE_FULL: "store-full",
    sqlite3.SQLITE_IOERR: "store-disk",
    sqlite3.SQLITE_BUSY: "store-busy",
    sqlite3.SQLITE_NOTADB: "store-foreign",
    sqlite3.SQLITE_CORRUPT: "store-damaged",
    sqlite3.SQLITE_INTERRUPT: "store-slow",
    sqlite3.SQLITE_ERROR: "store-unmigrated",  # our SQL is fixed: only its tables can be missing
}
"""SQLite's primary result codes (sqlite.org/rescode.html); any other one is `store-failed`."""

POSTGRESQL_CAUSES: dict[str, str] = {
    "08": "store-unreadable",  # connection exceptions
    "28": "store-unreadable",  # authentication
    "3D": "store-unreadable",  # no such database
    "3F": "store-unmigrated",  # no such schema
    "25006": "store-readonly",  # a standby, or default_transaction_read_only
    "42501": "store-readonly",  # the role may not
    "40": "store-busy",  # a deadlock
    "42P01": "store-unmigrated",  # no such table
    "42703": "store-unmigrated",  # no such column
    "53100": "store-full",
    "53300": "store-busy",  # too many connections
    "55P03": "store-busy",  # lock_timeout
    "57014": "store-slow",  # statement_timeout
    "57P03": "store-unreadable",  # starting, or shutting down
    "58": "store-disk",
    "XX001": "store-damaged",
    "XX002": "store-damaged",
}
"""PostgreSQL's codes and classes (postgresql.org/docs/current/errcodes-appendix.html); any other
one is `store-failed`."""


class StoreAway(Unavailable):
    """Says that the store cannot be used: `cause` is a key of `CAUSES`, `str()` the sentence."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause, CAUSES[cause])


class KeyExists(Exception):
    """Says that the name, or the key itself, is or was in use; revoked keys keep their names."""


class TooManyLinks(Exception):
    """Says that the owner has as many links as it may; `earliest` (UTC) is when the first of them
    expires."""

    def __init__(self, earliest: datetime) -> None:
        self.earliest = earliest
        super().__init__("too many links")


@contextmanager
def translated_faults() -> Iterator[None]:
    """Raise StoreAway for every fault of a database."""
    try:
        yield
    except (SQLAlchemyError, OSError, ValueError) as fault:
        # PostgreSQL's messages quote the host, the user and values that were sent.
        raise StoreAway(_cause(fault)) from (None if _is_postgresql(fault) else fault)


def _cause(fault: Exception) -> str:
    if isinstance(fault, DBAPIError):
        if _is_postgresql(fault):
            return _postgresql_cause(fault)
        return SQLITE_CAUSES.get(primary_code(fault), "store-failed")
    if isinstance(fault, FileNotFoundError):
        return "store-missing"
    if isinstance(fault, OSError):
        return "store-unreadable"
    # A value that no release writes into its column.
    return "store-damaged" if isinstance(fault, ValueError) else "store-failed"


def _is_postgresql(fault: Exception) -> bool:
    return isinstance(fault, DBAPIError) and hasattr(fault.orig, "sqlstate")


def _postgresql_cause(fault: DBAPIError) -> str:
    """Return the cause by the code, or by its class. Without a code the server could not be
    reached, or went away during a statement."""
    state = str(getattr(fault.orig, "sqlstate", None) or "")
    if not state:
        return "store-failed" if fault.connection_invalidated else "store-unreadable"
    return POSTGRESQL_CAUSES.get(state) or POSTGRESQL_CAUSES.get(state[:2], "store-failed")


def primary_code(fault: DBAPIError) -> int:
    """Return SQLite's primary result code; 255, which is unused, for other faults."""
    return int(getattr(fault.orig, "sqlite_errorcode", -1)) & 0xFF
