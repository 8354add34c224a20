"""Say why the store cannot be used: `StoreAway` has a cause for the log, a sentence for people.

No sentence quotes a URL, a key or a value that was sent.
"""

import sqlite3
from datetime import datetime

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


def cause_of(fault: object) -> str:
    """Return the cause of a fault of SQLite's driver, of its file or of a stored value."""
    if isinstance(fault, sqlite3.Error):
        return SQLITE_CAUSES.get(primary_code(fault), "store-failed")
    if isinstance(fault, FileNotFoundError):
        return "store-missing"
    if isinstance(fault, OSError):
        return "store-unreadable"
    # A value that no release writes into its column.
    return "store-damaged" if isinstance(fault, ValueError) else "store-failed"


def primary_code(fault: object) -> int:
    """Return SQLite's primary result code; 255, which is unused, for other faults."""
    return int(getattr(fault, "sqlite_errorcode", -1)) & 0xFF
