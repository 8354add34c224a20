"""Reading the contact book: entries by what names them, pages of a list, walks through all.

Numbers first, rows after: a page is found as numbers in an index alone (`filters`), however wide
the rows are, and its rows are read by number. What must never enter here: another address book's
entries; every statement names its book, and rows are read by numbers that one of them gave.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from sqlalchemy.engine import Connection, RowMapping

from vcardsvc.model.address_book import AddressBook, Entry, Listing, Ref
from vcardsvc.store.codec import is_storable, read_contacts, read_words
from vcardsvc.store.database import Database
from vcardsvc.store.engine import in_time
from vcardsvc.store.entry_tables import (
    FIND_HANDLES,
    FIND_IDS,
    READ_BOOK,
    READ_BOOK_IDS,
    READ_BOOKS,
    READ_ENTRIES,
    READ_ENTRIES_WHOLE,
    READ_METADATA,
)
from vcardsvc.store.faults import translated_faults
from vcardsvc.store.filters import LAST_ID, next_of, page_of

AT_ONCE: Final = 500
"""Values in one statement: SQLite takes 32,766, and older ones 999."""

_Value = TypeVar("_Value", int, str, bytes)


class EntryLists(Database):
    """What is read of the contact book."""

    def address_books(self) -> tuple[tuple[AddressBook, int], ...]:
        """All address books by account, then vendor, with how many entries each has."""
        with translated_faults(), self._reader.connect() as connection:
            return tuple(
                (AddressBook(account=account, vendor=vendor), int(entries))
                for account, vendor, entries in connection.execute(READ_BOOKS)
            )

    def read_entries(
        self, book: AddressBook, refs: Sequence[Ref], *, photos: bool = True
    ) -> tuple[Entry, ...]:
        """The entries so named, in that order, unknown ones left out."""
        with translated_faults(), self._reader.connect() as connection:
            here = book_id(connection, book)
            if here is None:
                return ()
            ids = ids_of(connection, here, refs)
            return entries_of(connection, ids, photos=photos)

    def list_entries(self, book: AddressBook, listing: Listing) -> tuple[tuple[Entry, ...], int]:
        """A page, and how many entries there are on all pages. Photos are not read."""
        with translated_faults(), self._reader.connect() as connection:
            found = connection.execute(READ_BOOK, named(book)).one_or_none()
            if found is None:
                return (), 0
            with in_time(connection):
                ids, total = page_of(connection, *found, listing)
            return entries_of(connection, ids, photos=False), total

    def entries_after(
        self,
        book: AddressBook | None,
        after: int = 0,
        most: int = AT_ONCE,
        listing: Listing | None = None,
        *,
        photos: bool = False,
    ) -> tuple[tuple[AddressBook, Entry], ...]:
        """The next entries by number behind `after`, at most `most`: those of one address book, or
        of all; those of a listing's filters, whose order and page count for nothing. Without a
        listing those that are hidden come too."""
        with translated_faults(), self._reader.connect() as connection:
            here = None if book is None else book_id(connection, book)
            if book is not None and here is None:
                return ()
            after, most = min(after, LAST_ID), min(most, AT_ONCE)
            with in_time(connection):
                ids = next_of(connection, here, after, most, listing or Listing(hidden=True))
            entries = entries_of(connection, ids, photos=photos)
            if book is not None:
                return tuple((book, entry) for entry in entries)
            return _with_books(connection, entries)


def book_id(connection: Connection, book: AddressBook) -> int | None:
    """The number of an address book, None of one that never had an entry.

    Asked each time: a number remembered would be another's after a backup was put in place.
    """
    found = connection.execute(READ_BOOK, named(book)).first()
    return None if found is None else int(found[0])


def ids_of(connection: Connection, here: int, refs: Sequence[Ref]) -> list[int]:
    """The numbers of the entries of this address book that are so named, in that order."""
    numbers = {ref for ref in refs if isinstance(ref, int) and 0 < ref <= LAST_ID}
    handles = {ref for ref in refs if isinstance(ref, str) and is_storable(ref)}
    known: dict[Ref, int] = {}
    for some in parts(numbers):
        told: dict[str, object] = {"book": here, "ids": some}
        known |= {found: found for found in connection.execute(FIND_IDS, told).scalars()}
    known |= handles_of(connection, here, handles)
    return [known[ref] for ref in refs if ref in known]


def handles_of(connection: Connection, here: int, handles: Iterable[str]) -> dict[Ref, int]:
    """Of these handles, those of this address book with their entries' numbers."""
    known: dict[Ref, int] = {}
    for some in parts(handles):
        found = connection.execute(FIND_HANDLES, {"book": here, "handles": some})
        known |= {row[0]: row[1] for row in found}
    return known


def entries_of(connection: Connection, ids: Sequence[int], *, photos: bool) -> tuple[Entry, ...]:
    """The entries of these numbers, in that order, those that have gone meanwhile left out."""
    statement = READ_ENTRIES_WHOLE if photos else READ_ENTRIES
    found: dict[int, Entry] = {}
    for some in parts(set(ids)):
        rows = connection.execute(statement, {"ids": some}).mappings().all()
        metadata: dict[int, dict[str, str]] = {}
        for number, key, value in connection.execute(READ_METADATA, {"ids": some}):
            metadata.setdefault(number, {})[key] = value
        found |= {row["id"]: _entry(row, metadata.get(row["id"], {})) for row in rows}
    return tuple(found[number] for number in ids if number in found)


def named(book: AddressBook) -> dict[str, object]:
    return {"of": book.account, "by": book.vendor}


def _entry(row: RowMapping, metadata: Mapping[str, str]) -> Entry:
    return Entry(
        id=row["id"],
        uid=row["uid"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        contacts=read_contacts(row["contacts"]),
        vendor_fields=read_words(row["words"]),
        handle=row["handle"] or "",
        parent=row["parent"] or "",
        default=row["is_default"],
        metadata=metadata,
        photo=bytes(row.get("photo") or b""),
    )


def _with_books(
    connection: Connection, entries: Sequence[Entry]
) -> tuple[tuple[AddressBook, Entry], ...]:
    found: dict[int, AddressBook] = {}
    for some in parts([entry.id for entry in entries]):
        for number, account, vendor in connection.execute(READ_BOOK_IDS, {"ids": some}):
            found[number] = AddressBook(account=account, vendor=vendor)
    return tuple((found[entry.id], entry) for entry in entries if entry.id in found)


def parts(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """The values in lists that one statement takes."""
    whole = list(values)
    return (whole[first : first + AT_ONCE] for first in range(0, len(whole), AT_ONCE))
