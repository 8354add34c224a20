"""What stands in an address book, row by row, and whether it is what should stand there.

An entry is whole when its contacts, words, metadata, parent, default flag and search words are all
those of its draft. What must never enter here: a write, and what the service says of itself; the
rows are read through a connection of our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.book_places import Ask, Place
from vcardsvc.model.address_book import AddressBook, Draft
from vcardsvc.model.contact import Contact
from vcardsvc.store.codec import read_contacts, read_vendor_fields, without_photos
from vcardsvc.store.search_terms import entry_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An entry as its rows have it; `words` in order of their names."""

    contacts: tuple[Contact, ...]
    vendor_fields: tuple[tuple[str, object], ...]
    metadata: frozenset[tuple[str, str]]
    terms: frozenset[str]
    parent: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An address book: its entries by handle, its counter, and the numbers of entries that have
    metadata or search words and are not there."""

    entries: Mapping[str, Kept]
    counter: int
    strays: frozenset[int] = frozenset()


NOTHING: Final = Picture(entries={}, counter=0)


def kept(draft: Draft) -> Kept:
    """What the rows of a draft have that was kept whole."""
    return Kept(
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


def picture(ask: Ask, book: AddressBook, after: int = 0) -> tuple[Picture, int]:
    """What stands in the address book behind the entry of this number, and the last number.

    The counter is the whole book's.
    """
    found = ask(_BOOK, book.account, book.vendor)
    if not found:
        return NOTHING, after
    [(here, counter)] = found
    rows = ask(_ENTRIES, here, after)
    metadata: dict[int, set[tuple[str, str]]] = {}
    for number, key, value in ask(_METADATA, here, after):
        metadata.setdefault(number, set()).add((key, value))
    words: dict[int, set[str]] = {}
    for number, term in ask(_TERMS, here, after):
        words.setdefault(number, set()).add(term)
    numbers = {row[0] for row in rows}
    entries = {
        handle or f"#{number}": Kept(
            contacts=read_contacts(contacts),
            vendor_fields=tuple(sorted(read_vendor_fields(said).items())),
            metadata=frozenset(metadata.get(number, ())),
            terms=frozenset(words.get(number, ())),
            parent=parent or "",
            default=bool(default),
        )
        for number, handle, contacts, said, parent, default in rows
    }
    strays = frozenset((metadata.keys() | words.keys()) - numbers)
    return Picture(entries=entries, counter=counter, strays=strays), max(numbers, default=after)


def sound(place: Place) -> bool:
    """Whether SQLite finds its own file in order; a server has no such question."""
    if not place.lite:
        return True
    return place.asked("PRAGMA integrity_check") == [("ok",)] and not place.asked(
        "PRAGMA foreign_key_check"
    )
