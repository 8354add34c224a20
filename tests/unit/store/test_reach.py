"""Who may reach which entries: those of their own address book, by names that are there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import databases as stores
from tests.support.entries import BOOK, NOW, OTHERS, draft, like
from vcardsvc.model.address_book import AddressBook, Draft, Entry, Listing
from vcardsvc.store import Store, StoreAway, sqlite_engine

A, B = b"a" * 32, b"b" * 32


def _keep(store: Store, *drafts: Draft, book: AddressBook = BOOK) -> tuple[Entry, ...]:
    return tuple(entry for entry, _ in store.create_entries(book, drafts, NOW))


def _all(store: Store, book: AddressBook = BOOK) -> tuple[Entry, ...]:
    """Every entry, with its photo."""
    return tuple(entry for _, entry in store.entries_after(book, photos=True))


REFS: dict[str, Any] = {
    "nobody": "nobody", "empty": "", "NUL": "\0", "half a pair": "\ud800", "long": "x" * 100_000,
    "zero": 0, "negative": -1, "unknown": 2**31 - 1, "over 32 bits": 2**31, "over 64": 2**63,
    "huge": 10**100, "a number as text": "1",
}  # fmt: skip


@pytest.mark.parametrize("case", REFS)
def test_what_names_no_entry_is_unknown(store: Store, case: str) -> None:
    """An unknown reference finds no entry, whatever the call."""
    ref = REFS[case]
    entries = _keep(store, draft(1), draft(2, handle=""))
    assert store.read_entries(BOOK, [ref, "H1", ref]) == entries[:1]
    assert store.update_entry(BOOK, ref, like, NOW) is None
    assert store.delete_entry(BOOK, ref) is None
    assert _all(store) == entries


def test_many_are_read_in_their_order(store: Store) -> None:
    """More refs than one statement takes, mixed and repeated, come back in their order."""
    entries = _keep(store, *(draft(number) for number in range(1_200)))
    refs = [e.id if e.id % 2 else e.handle for e in reversed(entries)]
    expected = entries[::-1]
    assert store.read_entries(BOOK, [*refs, *refs[:5], "nobody"]) == (*expected, *expected[:5])


CALLS: dict[str, Callable[[Store, AddressBook, Any], object]] = {
    "read": lambda store, book, ref: store.read_entries(book, [ref]),
    "change": lambda store, book, ref: store.update_entry(book, ref, like, NOW),
    "remove": lambda store, book, ref: store.delete_entry(book, ref),
    "list": lambda store, book, _: store.list_entries(book, Listing()),
    "search": lambda store, book, _: store.list_entries(book, Listing(query="sample")),
    "metadata": lambda store, book, _: store.list_entries(book, Listing(metadata={"a": "b"})),
    "children": lambda store, book, _: store.list_entries(book, Listing(parent="H1")),
    "default": lambda store, book, _: store.list_entries(book, Listing(sort=(("default", True),))),
    "walk": lambda store, book, _: store.entries_after(book),
    "walk words": lambda store, book, _: store.entries_after(book, 0, 9, Listing(query="sample")),
}
NOTHING: dict[str, object] = {"change": None, "remove": None, "read": (), "walk": (),
    "walk words": ()}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("book", OTHERS, ids=["another account", "another vendor"])
@pytest.mark.parametrize("ref", ["id", "handle"])
@pytest.mark.parametrize("empty", [True, False])
def test_no_reference_reaches_another_address_book(
    store: Store, call: str, book: AddressBook, ref: str, empty: bool
) -> None:
    """No call with a foreign number or handle finds or touches an entry; one's own are left."""
    has: dict[str, Any] = {"metadata": {"a": "b"}, "dedupe_key": A, "default": True}
    foreign = _keep(store, draft(1, **has), draft(2, parent="H1", **{**has, "dedupe_key": B}))
    own = () if empty else _keep(store, draft(7, vendor_fields={"own": 1}), book=book)
    found = CALLS[call](store, book, getattr(foreign[0], ref))
    if empty or call in ("read", "change", "remove", "search", "metadata", "children"):
        expected = NOTHING.get(call, ((), 0))
        if call == "search" and own:
            expected = (own, 1)
    else:
        expected = tuple((book, e) for e in own) if call.startswith("walk") else (own, 1)
    assert found == expected
    assert _all(store) == foreign
    assert _all(store, book) == own


@pytest.mark.parametrize("book", OTHERS, ids=["another account", "another vendor"])
def test_address_books_share_nothing(store: Store, book: AddressBook) -> None:
    """The same handle, identity and default can be kept in each; a parent is of one's own."""
    drafts = [draft(1, dedupe_key=A, default=True), draft(2, parent="H1")]
    mine = _keep(store, *drafts)
    [(lone, fresh)] = store.create_entries(book, [draft(2, parent="H1")], NOW)
    assert (lone.parent, fresh) == ("", True)
    theirs = (lone, *_keep(store, draft(1, dedupe_key=A, default=True), book=book))
    assert {entry.id for entry in mine}.isdisjoint(entry.id for entry in theirs)
    assert (_all(store), _all(store, book)) == (mine, theirs)
    assert [entry.default for entry in (*mine, *theirs)] == [True, False, False, True]
    assert dict(store.address_books()) == {BOOK: 2, book: 2}


ASKED: tuple[Callable[[Store], object], ...] = (
    lambda store: store.create_entries(BOOK, [draft(1)], NOW),
    lambda store: store.update_entry(BOOK, 1, like, NOW),
    lambda store: store.delete_entry(BOOK, 1),
    lambda store: store.read_entries(BOOK, [1]),
    lambda store: store.list_entries(BOOK, Listing()),
    lambda store: store.entries_after(None),
    lambda store: store.address_books(),
)


def test_a_database_of_an_older_release_is_reported(new_url: Callable[[], str]) -> None:
    """Every call says that it has not been migrated."""
    database_url = new_url()
    stores.migrate_to("0003", database_url)
    store = Store(database_url)
    causes = []
    for ask in ASKED:
        with pytest.raises(StoreAway) as away:
            ask(store)
        causes.append(away.value.cause)
    store.close()
    assert causes == ["store-unmigrated"] * len(ASKED)


def test_a_file_that_goes_is_missed_by_every_call(lite: Store, path: Path) -> None:
    """A store in use notices that its file is gone, whatever the call."""
    _keep(lite, draft(1))
    path.rename(path.with_suffix(".old"))
    causes = []
    for ask in ASKED:
        with pytest.raises(StoreAway) as away:
            ask(lite)
        causes.append(away.value.cause)
    assert causes == ["store-missing"] * len(ASKED)


def test_a_backup_put_in_place_is_what_is_written_to(lite: Store, path: Path) -> None:
    """A store in use that finds an older file numbers address books as that one does."""
    _keep(lite, draft(1), book=OTHERS[0])
    lite.checkpoint()
    backup = path.read_bytes()
    _keep(lite, draft(1))
    path.with_name("copy.db").write_bytes(backup)
    lite.checkpoint()
    path.with_name("copy.db").replace(path)
    mine, theirs = _keep(lite, draft(2), book=OTHERS[1]), _keep(lite, draft(3))
    assert [_all(lite, book) for book in (OTHERS[1], BOOK)] == [mine, theirs]
    assert dict(lite.address_books()) == {OTHERS[0]: 1, OTHERS[1]: 1, BOOK: 1}


def test_a_question_without_end_is_ended(lite: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread cannot be stopped: SQLite is interrupted, and works again at the next call."""
    _keep(lite, *(draft(number) for number in range(50)))
    with monkeypatch.context() as hasty:
        hasty.setattr(sqlite_engine, "QUERY_TIMEOUT", -1.0)
        hasty.setattr(sqlite_engine, "QUERY_CHECK", 1)
        search = Listing(query="sample")
        for ask in (
            lambda: lite.list_entries(BOOK, search),
            lambda: lite.entries_after(BOOK, 0, 9, search),
        ):
            with pytest.raises(StoreAway) as away:
                ask()
            assert away.value.cause == "store-slow"
    assert lite.list_entries(BOOK, Listing(query="sample"))[1] == 50
