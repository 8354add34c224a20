"""Store API keys, links and the contact book in SQLite or PostgreSQL; the package holds all SQL.

What a call has stored outlives the process, and a change to the keys outlives a power cut too.
Every fault of the database is raised as `StoreAway`, with one sentence. Calls block: run them in a
thread. A secret key and a link's id are never stored, only their digests.

The SQL is portable (`tables`, `entry_tables`, `filters`); `sqlite` and `postgresql` hold what one
database alone has.
"""

from vcardsvc.store.entries import EntryTable
from vcardsvc.store.entry_tables import ENTRY_STATEMENTS
from vcardsvc.store.faults import CAUSES, KeyExists, StoreAway, TooManyLinks
from vcardsvc.store.keys import KeyRow, KeyTable
from vcardsvc.store.links import BATCH, REMEMBERED, LinkRow, LinkTable
from vcardsvc.store.tables import HEAD, STATEMENTS, TABLES

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


class Store(KeyTable, LinkTable, EntryTable):
    """Reads and writes the database at one URL. Threads may share it; every method may raise
    StoreAway.

    One connection stays open between calls, outside of any transaction, so that it never keeps
    SQLite's write-ahead log from being checkpointed.
    """
