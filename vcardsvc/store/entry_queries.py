"""Read the contact book: entries by id or handle, pages of a list, all entries step by step.

`filters` finds a page as ids in an index alone, however wide the rows are; then the rows are read
by id. Every statement names its address book, or takes ids that such a statement returned, so that
no call reads another address book.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from sqlalchemy.engine import Connection, RowMapping

from vcardsvc.model.address_book import MAX_ENTRY_ID, AddressBook, Entry, Listing, Ref
from vcardsvc.store.codec import is_storable, read_contacts, read_vendor_fields
from vcardsvc.store.database import Database
from vcardsvc.store.engine_faults import translated_faults
from vcardsvc.store.entry_tables import (
    FIND_HANDLES,
    FIND_IDS,
    READ_BOOK,
    READ_BOOKS,
    READ_ENTRIES,
    READ_ENTRIES_WITH_PHOTOS,
    READ_ENTRY_BOOKS,
    READ_METADATA,
)
from vcardsvc.store.filters import next_ids, page_ids
from vcardsvc.store.sqlite_engine import time_limit

CHUNK: Final = 500
"""Values in one statement: SQLite takes 32,766, and older versions 999."""

_Value = TypeVar("_Value", int, str, bytes)


class EntryQueries(Database):
    """Reads the contact book."""

    def address_books(self) -> tuple[tuple[AddressBook, int], ...]:
        """Return all address books by account, then vendor, with the number of entries of each."""
        with translated_faults(), self._reader.begin() as connection:
            return tuple(
                (AddressBook(account=account, vendor=vendor), int(entries))
                for account, vendor, entries in connection.execute(READ_BOOKS)
            )

    def read_entries(
        self, book: AddressBook, refs: Sequence[Ref], *, photos: bool = True
    ) -> tuple[Entry, ...]:
        """Return the entries of these refs in their order, without unknown ones."""
        with translated_faults(), self._reader.begin() as connection:
            book_id = find_book(connection, book)
            if book_id is None:
                return ()
            ids = find_ids(connection, book_id, refs)
            return read_rows(connection, ids, photos=photos)

    def list_entries(self, book: AddressBook, listing: Listing) -> tuple[tuple[Entry, ...], int]:
        """Return a page without photos, and the number of entries on all pages."""
        with translated_faults(), self._reader.begin() as connection:
            row = connection.execute(READ_BOOK, book_values(book)).one_or_none()
            if row is None:
                return (), 0
            with time_limit(connection):
                ids, total = page_ids(connection, *row, listing)
            return read_rows(connection, ids, photos=False), total

    def entries_after(
        self,
        book: AddressBook | None,
        after: int = 0,
        limit: int = CHUNK,
        listing: Listing | None = None,
        *,
        photos: bool = False,
    ) -> tuple[tuple[AddressBook, Entry], ...]:
        """Return at most `limit` entries by id behind `after`, of one address book or of all.

        Of a listing only the filters count, not its order and page. Without a listing hidden
        entries are returned too.
        """
        with translated_faults(), self._reader.begin() as connection:
            book_id = None if book is None else find_book(connection, book)
            if book is not None and book_id is None:
                return ()
            after, limit = min(after, MAX_ENTRY_ID), min(limit, CHUNK)
            with time_limit(connection):
                ids = next_ids(connection, book_id, after, limit, listing or Listing(hidden=True))
            entries = read_rows(connection, ids, photos=photos)
            if book is not None:
                return tuple((book, entry) for entry in entries)
            return _with_books(connection, entries)


def find_book(connection: Connection, book: AddressBook) -> int | None:
    """Return the id of an address book, None for one that never had an entry.

    Read each time: after a backup is restored the id may be another address book's.
    """
    row = connection.execute(READ_BOOK, book_values(book)).first()
    return None if row is None else int(row[0])


def find_ids(connection: Connection, book_id: int, refs: Sequence[Ref]) -> list[int]:
    """Return the ids of the entries of this address book that have these refs, in their order."""
    numbers = {ref for ref in refs if isinstance(ref, int) and 0 < ref <= MAX_ENTRY_ID}
    handles = {ref for ref in refs if isinstance(ref, str) and is_storable(ref)}
    known: dict[Ref, int] = {}
    for some in chunks(numbers):
        values: dict[str, object] = {"book_id": book_id, "ids": some}
        known |= {id: id for id in connection.execute(FIND_IDS, values).scalars()}
    known |= find_handles(connection, book_id, handles)
    return [known[ref] for ref in refs if ref in known]


def find_handles(connection: Connection, book_id: int, handles: Iterable[str]) -> dict[Ref, int]:
    """Return those of the handles that exist in this address book, with their entries' ids."""
    known: dict[Ref, int] = {}
    for some in chunks(handles):
        rows = connection.execute(FIND_HANDLES, {"book_id": book_id, "handles": some})
        known |= {row.handle: row.id for row in rows}
    return known


def read_rows(connection: Connection, ids: Sequence[int], *, photos: bool) -> tuple[Entry, ...]:
    """Return the entries of these ids in their order, without those deleted meanwhile."""
    statement = READ_ENTRIES_WITH_PHOTOS if photos else READ_ENTRIES
    found: dict[int, Entry] = {}
    for some in chunks(set(ids)):
        rows = connection.execute(statement, {"ids": some}).mappings().all()
        metadata: dict[int, dict[str, str]] = {}
        for id, key, value in connection.execute(READ_METADATA, {"ids": some}):
            metadata.setdefault(id, {})[key] = value
        found |= {row["id"]: _entry(row, metadata.get(row["id"], {})) for row in rows}
    return tuple(found[id] for id in ids if id in found)


def book_values(book: AddressBook) -> dict[str, object]:
    """Return the values that identify an address book in a statement."""
    return {"of_account": book.account, "of_vendor": book.vendor}


def _entry(row: RowMapping, metadata: Mapping[str, str]) -> Entry:
    return Entry(
        id=row["id"],
        uid=row["uid"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        contacts=read_contacts(row["contacts"]),
        vendor_fields=read_vendor_fields(row["words"]),
        handle=row["handle"] or "",
        parent=row["parent"] or "",
        default=row["is_default"],
        metadata=metadata,
        photo=bytes(row.get("photo") or b""),
    )


def _with_books(
    connection: Connection, entries: Sequence[Entry]
) -> tuple[tuple[AddressBook, Entry], ...]:
    books: dict[int, AddressBook] = {}
    for some in chunks([entry.id for entry in entries]):
        for id, account, vendor in connection.execute(READ_ENTRY_BOOKS, {"ids": some}):
            books[id] = AddressBook(account=account, vendor=vendor)
    return tuple((books[entry.id], entry) for entry in entries if entry.id in books)


def chunks(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """Split the values into lists that one statement takes."""
    whole = list(values)
    return (whole[first : first + CHUNK] for first in range(0, len(whole), CHUNK))
