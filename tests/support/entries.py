"""Drafts of entries, fixed and drawn, and a plain list of entries to compare with a store's."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from vcardsvc.model.address_book import (
    HIDDEN,
    AddressBook,
    Begins,
    Condition,
    Contains,
    Draft,
    Either,
    Entry,
    Equal,
    Every,
    Listing,
    Member,
    Missing,
    Numbered,
)
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.store import Store
from vcardsvc.store.search_terms import entry_terms, query_words

NOW: Final = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
BOOK: Final = AddressBook(account="laptop", vendor="domainchief")
OTHERS: Final = (
    AddressBook(account="server", vendor="domainchief"),
    AddressBook(account="laptop", vendor="autodns"),
)
"""Another account's, and another vendor's of the same account."""

_TEXT: Final = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=12
) | st.sampled_from(["Müller", "李小龍", "O'Brien", "\ud800", "\0", "a\\b%_'\"", "ﬁ", "İ"])
_STORED_TEXT: Final = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)

_LABEL: Final = st.sampled_from(["work", "home"])
_TEXTS: Final = (
    "first", "last", "suffix", "prefix", "middle", "organization", "unit", "title", "note", "uid",
)  # fmt: skip
CONTACTS: Final = st.builds(
    Contact,
    **dict.fromkeys(_TEXTS, _TEXT),
    phones=st.lists(
        st.builds(Phone, number=_TEXT, label=_LABEL, e164=st.none() | _TEXT), max_size=2
    ).map(tuple),
    emails=st.lists(st.builds(Email, address=_TEXT, label=_LABEL), max_size=2).map(tuple),
    addresses=st.lists(
        st.builds(
            Address, text=_TEXT, label=_LABEL, country=_TEXT, locality=_TEXT, region=_TEXT,
            code=_TEXT, nation=_TEXT,
        ),
        max_size=2,
    ).map(tuple),
    websites=st.lists(st.builds(Website, url=_TEXT, label=_TEXT), max_size=2).map(tuple),
)  # fmt: skip

_JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip

DRAFTS: Final = st.builds(
    Draft,
    contacts=st.lists(CONTACTS, min_size=1, max_size=2).map(tuple),
    vendor_fields=st.dictionaries(_TEXT, _JSON, max_size=4),
    handle=st.sampled_from(["", "", "a", "A", "ä"]) | _STORED_TEXT,
    dedupe_key=st.sampled_from([b"", b"x" * 32, b"y" * 32]),
    forced=st.booleans(),
    parent=st.sampled_from(["", "a", "A", "nobody", "\0"]),
    default=st.booleans(),
    metadata=st.dictionaries(_STORED_TEXT, _STORED_TEXT, max_size=3),
    photo=st.binary(max_size=8),
)


def draft(number: int = 1, **changes: Any) -> Draft:
    """A sample draft; its handle, name and words tell its number."""
    fields: dict[str, Any] = {
        "contacts": (
            Contact(
                first=f"First{number}",
                last="Sample",
                emails=(Email(address=f"sample{number}@example.com"),),
            ),
        ),
        "vendor_fields": {"number": number},
        "handle": f"H{number}",
        **changes,
    }
    return Draft(**fields)


def like(entry: Entry, **changes: Any) -> Draft:
    """What a change leaves when it changes only this."""
    fields: dict[str, Any] = {
        "contacts": entry.contacts,
        "vendor_fields": entry.vendor_fields,
        "parent": entry.parent,
        "metadata": entry.metadata,
        **changes,
    }
    return Draft(**fields)


def listed(entries: Sequence[Entry], listing: Listing) -> tuple[list[int], int]:
    """The numbers of a page and the total, worked out entry by entry."""
    passed = [entry for entry in entries if _passes(entry, listing)]
    for what, descending in reversed([*listing.sort, ("id", False)]):
        key = _by_member(what) if isinstance(what, Member) else _KEYS[what]
        passed.sort(key=key, reverse=descending)
    first = (listing.page - 1) * listing.per_page + listing.skip
    return [entry.id for entry in passed[first : first + listing.per_page]], len(passed)


_KEYS: Final[dict[str, Any]] = {
    "id": lambda entry: entry.id,
    "handle": lambda entry: (not entry.handle, entry.handle),
    "default": lambda entry: entry.default,
    "updated": lambda entry: entry.updated_at,
}


def _has_pieces(value: str, pieces: Sequence[str]) -> bool:
    """Whether a value has these pieces in order, the first at its start, the last at its end."""
    return re.fullmatch(".*".join(map(re.escape, pieces)), value, re.DOTALL) is not None


def _by_member(what: Member) -> Any:
    if what.number:
        return lambda entry: int(entry.metadata.get(what.key, "0"))
    return lambda entry: entry.metadata.get(what.key, "")


def _holds(entry: Entry, condition: Condition) -> bool:
    """Whether a condition is true of an entry."""
    match condition:
        case Equal(key=key, value=value):
            return entry.metadata.get(key) == value
        case Begins(key=key, value=value):
            return key in entry.metadata and entry.metadata[key].startswith(value)
        case Contains(key=key, value=value):
            return value in entry.metadata.get(key, "\0")
        case Missing(key=key):
            return key not in entry.metadata
        case Numbered(id=number):
            return entry.id == number
        case Every(of=several):
            return all(_holds(entry, one) for one in several)
        case Either(of=several):
            return any(_holds(entry, one) for one in several)


def _passes(entry: Entry, listing: Listing) -> bool:
    words = query_words(listing.query)
    found = entry_terms(entry.contacts, entry.handle, entry.metadata)
    return (
        listing.parent in (None, entry.parent)
        and listing.metadata.items() <= entry.metadata.items()
        and (listing.hidden or HIDDEN not in entry.metadata)
        and (listing.where is None or _holds(entry, listing.where))
        and all(
            key in entry.metadata and _has_pieces(entry.metadata[key], pieces)
            for key, pieces in listing.like.items()
        )
        and (bool(words) or not listing.query.strip())
        and all(any(term.startswith(word) for term in found) for word in words)
    )


def stored_entries(store: Store, book: AddressBook = BOOK) -> tuple[Entry, ...]:
    """Every entry, with its photo, and that the counter tells their number."""
    walked = store.entries_after(book, photos=True)
    counted = dict(store.address_books()).get(book, 0)
    assert counted == len(walked) == store.list_entries(book, Listing())[1]
    return tuple(entry for _, entry in walked)


def walk(store: Store, book: AddressBook | None, most: int, **fields: Any) -> tuple[Entry, ...]:
    """All that walks give, batch after batch."""
    found: list[Entry] = []
    while batch := store.entries_after(book, found[-1].id if found else 0, most, **fields):
        assert len(batch) <= most
        assert book is None or {of for of, _ in batch} == {book}
        found += [entry for _, entry in batch]
    return tuple(found)
