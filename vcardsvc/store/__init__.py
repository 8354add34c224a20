"""Store API keys, links and the contact book in SQLite or PostgreSQL; the package holds all SQL.

What a call has stored outlives the process, and a change to the keys outlives a power cut too.
Every fault of the database is raised as `StoreAway`, with one sentence. Calls block: run them in a
thread. A secret key and a link's id are never stored, only their digests.

The SQL is portable (`tables`, `entry_tables`, `filters`); `sqlite_engine` and `postgresql` hold
what one database alone has. The modules that a server starts with (`deferred`, `key_file`) do
without SQLAlchemy, which takes 0.2 s.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from vcardsvc.store.faults import CAUSES, KeyExists, StoreAway, TooManyLinks
from vcardsvc.store.rows import HEAD, REMEMBERED, KeyRow, LinkRow

if TYPE_CHECKING:
    from vcardsvc.store.entry_tables import ENTRY_STATEMENTS
    from vcardsvc.store.links import BATCH
    from vcardsvc.store.store import Store
    from vcardsvc.store.tables import STATEMENTS, TABLES

__all__ = [
    "BATCH",
    "CAUSES",
    "ENTRY_STATEMENTS",
    "HEAD",
    "REMEMBERED",
    "STATEMENTS",
    "TABLES",
    "KeyExists",
    "KeyRow",
    "LinkRow",
    "Store",
    "StoreAway",
    "TooManyLinks",
]

_WITH_SQLALCHEMY: Final = {
    "BATCH": "links",
    "ENTRY_STATEMENTS": "entry_tables",
    "STATEMENTS": "tables",
    "Store": "store",
    "TABLES": "tables",
}
"""The names whose modules import SQLAlchemy, and are imported when the name is."""


def __getattr__(name: str) -> Any:
    if name not in _WITH_SQLALCHEMY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WITH_SQLALCHEMY[name]}"), name)
