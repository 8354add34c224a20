"""All SQL: the API keys, the counter that tells every worker that they changed, the links, the
contact book.

Promises: what was acknowledged outlives the process, and a change to the keys a power cut too; a
database that cannot be used is `StoreAway` with one sentence, never another exception. Everything
here blocks: call it from a thread.
What must never enter here: a key or the id of a link itself (only their digests), or anything of a
createcontact call that did not ask to be kept.

The SQL is portable (`tables`, `entry_tables`, `filters`). What is SQLite's own stands in `engine`,
what is PostgreSQL's in `postgresql`.
"""

from vcardsvc.store.entries import EntryTable
from vcardsvc.store.entry_tables import ENTRY_STATEMENTS
from vcardsvc.store.faults import AWAY, KeyExists, StoreAway, TooManyLinks
from vcardsvc.store.keys import KeyRow, KeyTable
from vcardsvc.store.links import BATCH, REMEMBERED, LinkRow, LinkTable
from vcardsvc.store.tables import HEAD, STATEMENTS, TABLES

__all__ = [
    "AWAY",
    "BATCH",
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
    """The database behind one URL. Safe to share between threads; every method may raise StoreAway.

    One connection stays open between calls, outside of any transaction, so that it never keeps
    SQLite's write-ahead log from being checkpointed.
    """
