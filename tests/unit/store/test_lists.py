"""Lists, searches and walks: the same pages as an honest look at every entry would give."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.support.entries import BOOK, NOW, OTHERS, draft, like, listed, walk
from vcardsvc.model.address_book import (
    HIDDEN,
    AddressBook,
    Contains,
    Draft,
    Either,
    Entry,
    Equal,
    Field,
    Listing,
    Member,
    Numbered,
)
from vcardsvc.store import Store, filters


def _filled(store: Store, number: int = 40) -> tuple[Entry, ...]:
    drafts = [
        draft(n, default=n == 17, metadata={"even": str(n % 2 == 0)}, parent="H0" if n % 3 else "")
        for n in range(number)
    ]
    return tuple(entry for entry, _ in store.create_entries(BOOK, drafts, NOW))


SORTED: tuple[tuple[tuple[Field | Member, bool], ...], ...] = (
    (),
    ((Member(key="even"), False), ("id", True)),
    ((Member(key="even"), True), ("handle", True)),
    ((Member(key="nothing", number=True), True),),
    (("updated", True),),
    (("id", True),),
    (("handle", False),),
    (("handle", True), ("id", True)),
    (("default", True),),
    (("default", False), ("id", True)),
    (("default", True), ("handle", True)),
    (("default", False), ("handle", False), ("id", False)),
)


@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize("has", [{}, {"metadata": {"even": "True"}}, {"query": "sample"}])
@pytest.mark.parametrize("few", [5, 1_000])
def test_every_page_of_every_order(
    store: Store,
    sort: tuple[tuple[Field | Member, bool], ...],
    has: dict[str, Any],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pages together are all entries in their order, whether read from the front or the end."""
    monkeypatch.setattr(filters, "FEW", few)
    entries = _filled(store)
    for page in (*range(1, 8), 10**30):
        listing = Listing(sort=sort, page=page, per_page=7, **has)
        found, total = store.list_entries(BOOK, listing)
        assert ([entry.id for entry in found], total) == listed(entries, listing)
        assert all(entry in entries for entry in found)


def test_a_list_reads_no_photos(store: Store) -> None:
    """Photos are read for single entries, and for walks that write cards."""
    [(entry, _)] = store.create_entries(BOOK, [draft(1, photo=b"jpeg")], NOW)
    bare = replace(entry, photo=b"")
    assert store.list_entries(BOOK, Listing()) == ((bare,), 1)
    assert store.entries_after(BOOK) == ((BOOK, bare),)
    assert store.entries_after(None, photos=True) == ((BOOK, entry),)


def test_a_walk_goes_through_all_address_books(store: Store) -> None:
    """By number, each entry with the address book that it is of, once, and with filters too."""
    books = (BOOK, *OTHERS)
    kept: list[tuple[AddressBook, Entry]] = []
    for number in range(6):
        book = books[number % 3]
        [(entry, _)] = store.create_entries(
            book, [draft(number, metadata={"n": str(number % 2)}, parent="H0")], NOW
        )
        kept.append((book, entry))
    assert store.entries_after(None) == tuple(kept)
    assert store.entries_after(None, kept[2][1].id, 2) == tuple(kept[3:5])
    assert store.entries_after(BOOK, 0, 9) == (kept[0], kept[3])
    odd = store.entries_after(None, 0, 9, Listing(metadata={"n": "1"}))
    assert odd == tuple(kept[1::2])
    assert store.entries_after(None, 0, 9, Listing(query="first4")) == (kept[4],)
    assert store.entries_after(None, 0, 9, Listing(parent="H0")) == (kept[3],)
    assert store.entries_after(None, 0, 9, Listing(parent="H9")) == ()


def test_what_is_hidden_is_found_by_its_number_alone(store: Store) -> None:
    """An entry that is marked as deleted is in no list, search or walk of a listing, nor counted in
    one; its number, a list that wants it, and a walk through everything find it."""
    marked = draft(2, metadata={HIDDEN: "", "k": "1"})
    entries = [entry for entry, _ in store.create_entries(BOOK, [draft(1), marked, draft(3)], NOW)]
    seen = (entries[0], entries[2])
    assert store.list_entries(BOOK, Listing()) == (seen, 2)
    assert store.list_entries(BOOK, Listing(sort=(("handle", True),))) == (seen[::-1], 2)
    assert store.list_entries(BOOK, Listing(metadata={"k": "1"})) == ((), 0)
    assert store.list_entries(BOOK, Listing(query="first2")) == ((), 0)
    assert walk(store, BOOK, 9, listing=Listing()) == seen
    assert walk(store, None, 9, listing=Listing()) == seen
    assert store.list_entries(BOOK, Listing(hidden=True)) == (tuple(entries), 3)
    assert walk(store, BOOK, 9) == tuple(entries)
    assert store.read_entries(BOOK, (entries[1].id,)) == (entries[1],)
    store.update_entry(BOOK, entries[1].id, lambda entry: like(entry, metadata={}), NOW)
    assert store.list_entries(BOOK, Listing())[1] == 3


def test_a_walk_minds_neither_order_nor_page(store: Store) -> None:
    """A listing's filters count, what it says of pages does not."""
    entries = _filled(store, 10)
    reported = Listing(sort=(("id", True),), page=3, per_page=2)
    assert walk(store, BOOK, 3, listing=reported) == entries


def test_entries_that_come_and_go_do_not_disturb_a_walk(store: Store) -> None:
    """A walk goes on behind the last number, whatever was removed or added meanwhile."""
    entries = _filled(store, 6)
    first = store.entries_after(BOOK, 0, 3)
    store.delete_entry(BOOK, entries[2].id)
    store.delete_entry(BOOK, entries[3].id)
    [(late, _)] = store.create_entries(BOOK, [draft(77)], NOW)
    rest = store.entries_after(BOOK, first[-1][1].id, 9)
    assert [entry.id for _, entry in rest] == [entries[4].id, entries[5].id, late.id]


def test_many_more_than_one_statement_takes(store: Store) -> None:
    """A page of a thousand entries is whole, and so is a walk through them."""
    entries = _filled(store, 1_100)
    assert store.list_entries(BOOK, Listing(per_page=1_000))[0] == entries[:1_000]
    assert walk(store, BOOK, 10_000) == entries


def test_a_total_follows_every_change(store: Store) -> None:
    """Whatever was stored, found, refused or removed, the counter is what a count gives."""
    same: dict[str, Any] = {"dedupe_key": b"x" * 32, "handle": ""}
    store.create_entries(BOOK, [draft(1), draft(2, **same), draft(3, **same)], NOW)
    store.create_entries(BOOK, [draft(1)], NOW)
    with pytest.raises(RuntimeError):
        store.update_entry(BOOK, "H1", _refuse, NOW)
    store.update_entry(BOOK, "H1", like, NOW)
    store.delete_entry(BOOK, "nobody")
    assert store.address_books() == ((BOOK, 2),)
    store.delete_entry(BOOK, "H1")
    store.delete_entry(BOOK, "H1")
    assert store.list_entries(BOOK, Listing()) == (
        tuple(entry for _, entry in store.entries_after(BOOK)),
        1,
    )


def _refuse(entry: Entry) -> Draft:
    raise RuntimeError


ODD: Sequence[Listing] = (
    Listing(query="\0"), Listing(query="\ud800"), Listing(query="%"), Listing(query="'"),
    Listing(query="x" * 100_000), Listing(query="a " * 10_000), Listing(parent="\ud800"),
    Listing(parent="x" * 100_000), Listing(metadata={"\0": "a"}), Listing(metadata={"a": "\ud800"}),
    Listing(metadata={str(n): "x" for n in range(60)}), Listing(query="\U0010ffff"),
    Listing(where=Contains(key="a", value="\0")),
    Listing(where=Contains(key="a", value="x" * 40_000)),
    Listing(where=Either(of=(Equal(key="a", value="\ud800"),))), Listing(where=Numbered(id=10**40)),
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(ODD)))
def test_whatever_is_requested_is_answered(store: Store, number: int) -> None:
    """Texts that no column holds, or that are far too long, are what no entry has."""
    _filled(store, 3)
    assert store.list_entries(BOOK, ODD[number]) == ((), 0)
    assert store.entries_after(BOOK, 0, 9, ODD[number]) == ()
    assert store.entries_after(None, 0, 9, ODD[number]) == ()


@pytest.mark.parametrize(("page", "after"), [(2**63, 2**63), (10**40, 10**40), (2**31, 2**31 - 1)])
def test_places_beyond_the_end_are_empty(store: Store, page: int, after: int) -> None:
    """However far beyond, with and without a filter that few pass."""
    _filled(store, 3)
    sorts: dict[str, Any] = {"sort": ((Member(key="even"), True),)}
    for has in ({}, {"query": "sample"}, {"metadata": {"even": "True"}}, sorts, {"skip": 10**40}):
        assert store.list_entries(BOOK, Listing(page=page, **has))[0] == ()
    assert store.entries_after(BOOK, after) == ()
    assert store.entries_after(None, after) == ()
