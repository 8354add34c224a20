"""Join the tables to one store."""

from vcardsvc.store.entries import EntryTable
from vcardsvc.store.keys import KeyTable
from vcardsvc.store.links import LinkTable


class Store(KeyTable, LinkTable, EntryTable):
    """Reads and writes the database at one URL. Threads may share it; every method may raise
    StoreAway.

    One connection stays open between calls, outside of any transaction, so that it never keeps
    SQLite's write-ahead log from being checkpointed.
    """
