"""Translate the faults of SQLAlchemy and of its drivers into `StoreAway`."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vcardsvc.store.faults import StoreAway, cause_of

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


@contextmanager
def translated_faults() -> Iterator[None]:
    """Raise StoreAway for every fault of a database."""
    try:
        yield
    except (SQLAlchemyError, OSError, ValueError) as fault:
        if isinstance(fault, DBAPIError) and hasattr(fault.orig, "sqlstate"):
            # Not chained: PostgreSQL's messages quote the host, the user and values that were sent.
            raise StoreAway(_postgresql_cause(fault)) from None
        raise StoreAway(cause_of(fault.orig if isinstance(fault, DBAPIError) else fault)) from fault


def _postgresql_cause(fault: DBAPIError) -> str:
    """Return the cause by the code, or by its class. Without a code the server could not be
    reached, or went away during a statement."""
    state = str(getattr(fault.orig, "sqlstate", None) or "")
    if not state:
        return "store-failed" if fault.connection_invalidated else "store-unreadable"
    return POSTGRESQL_CAUSES.get(state) or POSTGRESQL_CAUSES.get(state[:2], "store-failed")
