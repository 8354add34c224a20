"""Read the rows of an address book, for comparison with the drafts that were stored.

An entry is whole when its contacts, vendor fields, metadata, parent, default flag and search terms
are all those of its draft. The rows are read through the bare driver, not the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.databases import Database, Query
from vcardsvc.model.address_book import AddressBook, Draft
from vcardsvc.model.contact import Contact
from vcardsvc.store.codec import read_contacts, read_vendor_fields, without_photos
from vcardsvc.store.search_terms import entry_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """Holds an entry as its rows have it; the vendor fields are sorted by name."""

    contacts: tuple[Contact, ...]
    vendor_fields: tuple[tuple[str, object], ...]
    metadata: frozenset[tuple[str, str]]
    terms: frozenset[str]
    parent: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Holds an address book: its entries by handle, its counter, and the ids in metadata or search
    terms without an entry (`strays`)."""

    entries: Mapping[str, StoredEntry]
    counter: int
    strays: frozenset[int] = frozenset()


EMPTY: Final = Snapshot(entries={}, counter=0)


def stored_entry(draft: Draft) -> StoredEntry:
    """Return the entry that a whole draft becomes."""
    return StoredEntry(
        contacts=without_photos(draft.contacts),
        vendor_fields=tuple(sorted(draft.vendor_fields.items())),
        metadata=frozenset(draft.metadata.items()),
        terms=frozenset(entry_terms(draft.contacts, draft.handle, draft.metadata)),
        parent=draft.parent,
        default=draft.default,
    )


_ENTRIES: Final = (
    "SELECT entry.id, entry.handle, entry.contacts, entry.words, parent.handle, entry.is_default"
    " FROM entry LEFT JOIN entry AS parent ON parent.id = entry.parent_id"
    " WHERE entry.address_book_id = ? AND entry.id > ?"
)
_METADATA: Final = (
    "SELECT entry_id, key, value FROM entry_metadata WHERE address_book_id = ? AND entry_id > ?"
)
_TERMS: Final = "SELECT entry_id, term FROM entry_term WHERE address_book_id = ? AND entry_id > ?"
_BOOK: Final = "SELECT id, entries FROM address_book WHERE account = ? AND vendor = ?"


def snapshot(query: Query, book: AddressBook, after: int = 0) -> tuple[Snapshot, int]:
    """Return the entries of an address book behind the id `after`, and the last id.

    The counter is that of the whole address book.
    """
    books = query(_BOOK, book.account, book.vendor)
    if not books:
        return EMPTY, after
    [(book_id, counter)] = books
    rows = query(_ENTRIES, book_id, after)
    metadata: dict[int, set[tuple[str, str]]] = {}
    for id, key, value in query(_METADATA, book_id, after):
        metadata.setdefault(id, set()).add((key, value))
    terms: dict[int, set[str]] = {}
    for id, term in query(_TERMS, book_id, after):
        terms.setdefault(id, set()).add(term)
    ids = {row[0] for row in rows}
    entries = {
        handle or f"#{id}": StoredEntry(
            contacts=read_contacts(contacts),
            vendor_fields=tuple(sorted(read_vendor_fields(fields).items())),
            metadata=frozenset(metadata.get(id, ())),
            terms=frozenset(terms.get(id, ())),
            parent=parent or "",
            default=bool(default),
        )
        for id, handle, contacts, fields, parent, default in rows
    }
    strays = frozenset((metadata.keys() | terms.keys()) - ids)
    return Snapshot(entries=entries, counter=counter, strays=strays), max(ids, default=after)


def is_intact(database: Database) -> bool:
    """Return whether SQLite's checks find no fault; True for a server, which has no such check."""
    if not database.lite:
        return True
    return database.query("PRAGMA integrity_check") == [("ok",)] and not database.query(
        "PRAGMA foreign_key_check"
    )
