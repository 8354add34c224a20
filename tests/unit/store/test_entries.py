"""Entries of the contact book: kept whole, once where their vendor says so, by their own alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import structs

from tests.support import databases as stores
from tests.support.entries import BOOK, NOW, draft, like, stored_entries
from vcardsvc.model.address_book import AddressBook, Draft, Entry, Listing
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.store import Store, StoreAway

LATER = NOW + timedelta(hours=1)
A, B = b"a" * 32, b"b" * 32


def _keep(store: Store, *drafts: Draft, book: AddressBook = BOOK) -> tuple[Entry, ...]:
    return tuple(entry for entry, _ in store.create_entries(book, drafts, NOW))


def test_an_entry_is_kept_whole(store: Store) -> None:
    """What was kept comes back, by number and by handle, with what it was given on the way."""
    [(entry, fresh)] = store.create_entries(BOOK, [draft(photo=b"jpeg", metadata={"a": "b"})], NOW)
    assert fresh is True
    assert entry == Entry(
        id=entry.id,
        uid=entry.uid,
        created_at=NOW,
        updated_at=NOW,
        contacts=draft().contacts,
        vendor_fields={"number": 1},
        handle="H1",
        metadata={"a": "b"},
        photo=b"jpeg",
    )
    assert entry.uid.startswith("urn:uuid:")
    assert store.read_entries(BOOK, [entry.id, "H1"]) == (entry, entry)
    assert store.read_entries(BOOK, [entry.id], photos=False) == (replace(entry, photo=b""),)


def test_a_photo_in_a_contact_is_not_kept_twice(store: Store) -> None:
    """The photo is the draft's; a contact is read back without one."""
    contact = Contact(first="Sample", photo=Photo(jpeg=b"jpeg", width=1, height=1))
    [entry] = _keep(store, draft(contacts=(contact,)))
    assert (entry.contacts, entry.photo) == ((Contact(first="Sample"),), b"")
    assert store.read_entries(BOOK, ["H1"]) == (entry,)


def test_times_of_other_zones_are_the_same_moments(store: Store) -> None:
    """A time given in another zone is kept as the moment that it is."""
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    [(entry, _)] = store.create_entries(BOOK, [draft()], there)
    assert (entry.created_at, entry.created_at.tzinfo) == (NOW, UTC)
    assert store.read_entries(BOOK, ["H1"]) == (entry,)


IDENTICAL: dict[str, tuple[dict[str, Any], ...]] = {
    "the same": ({"handle": "", "dedupe_key": A}, {"handle": "", "dedupe_key": A}),
    "the same under another handle": ({"dedupe_key": A}, {"dedupe_key": A, "handle": "H2"}),
    "a handle that is taken": ({"dedupe_key": A}, {"dedupe_key": B}),
    "a handle that is taken, forced": ({"dedupe_key": A}, {"dedupe_key": A, "forced": True}),
}


@pytest.mark.parametrize("case", IDENTICAL)
@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_there_already_is_returned_unchanged(
    store: Store, case: str, at_once: bool
) -> None:
    """The same entry comes back, in one call or two, and nothing of the second is kept."""
    first, second = (draft(n, **{"handle": "H1", **has}) for n, has in enumerate(IDENTICAL[case]))
    if at_once:
        results = store.create_entries(BOOK, [first, second], NOW)
    else:
        results = store.create_entries(BOOK, [first], NOW) + store.create_entries(
            BOOK, [second], LATER
        )
    assert [fresh for _, fresh in results] == [True, False]
    assert results[0][0] == results[1][0]
    assert stored_entries(store) == (results[0][0],)


OTHER: dict[str, tuple[dict[str, Any], ...]] = {
    "no identity": ({"handle": ""}, {"handle": ""}),
    "another identity": ({"dedupe_key": A, "handle": ""}, {"dedupe_key": B, "handle": ""}),
    "forced": ({"dedupe_key": A, "handle": ""}, {"dedupe_key": A, "handle": "", "forced": True}),
    "forced twice": (
        {"dedupe_key": A, "handle": "", "forced": True},
        {"dedupe_key": A, "handle": "", "forced": True},
        {"dedupe_key": A, "handle": "", "forced": True},
    ),
}


@pytest.mark.parametrize("case", OTHER)
@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_not_the_same_is_kept_beside(store: Store, case: str, at_once: bool) -> None:
    """Each is an entry of its own, in one call or several."""
    drafts = [draft(number, **has) for number, has in enumerate(OTHER[case])]
    calls = [drafts] if at_once else [[each] for each in drafts]
    results = [kept for call in calls for kept in store.create_entries(BOOK, call, NOW)]
    assert [fresh for _, fresh in results] == [True] * len(drafts)
    assert [entry.vendor_fields["number"] for entry in stored_entries(store)] == list(
        range(len(drafts))
    )


def _renamed(store: Store, entry: Entry) -> None:
    store.update_entry(BOOK, entry.id, lambda entry: like(entry, dedupe_key=B), NOW)


def _removed(store: Store, entry: Entry) -> None:
    store.delete_entry(BOOK, entry.id)


@pytest.mark.parametrize("gone", [_renamed, _removed])
def test_a_copy_takes_the_place_of_the_first(
    store: Store, gone: Callable[[Store, Entry], None]
) -> None:
    """While one of an identity is left, the next one unforced meets it, the oldest first."""
    drafts = (draft(1, dedupe_key=A), *(draft(n, dedupe_key=A, forced=True) for n in (2, 3)))
    existing = []
    for entry in _keep(store, *drafts):
        [(found, fresh)] = store.create_entries(BOOK, [draft(9, dedupe_key=A)], NOW)
        existing.append((found.handle, fresh))
        gone(store, entry)
    [(found, fresh)] = store.create_entries(BOOK, [draft(9, dedupe_key=A)], NOW)
    assert [*existing, (found.handle, fresh)] == [
        ("H1", False), ("H2", False), ("H3", False), ("H9", True),
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "existing"), [(2, "H2"), (3, "H3"), (1, "H1"), (7, "H1")])
def test_of_several_copies_the_one_that_is_the_same_is_found(
    store: Store, words: int, existing: str
) -> None:
    """Which one that is, its vendor says; the first where none is."""
    _keep(store, draft(1, dedupe_key=A), *(draft(n, dedupe_key=A, forced=True) for n in (2, 3, 3)))

    def same(entry: Entry) -> bool:
        return bool(entry.vendor_fields["number"] == words)

    incoming = draft(9, dedupe_key=A, is_same=same)
    [(found, fresh)] = store.create_entries(BOOK, [incoming], NOW)
    assert (found.handle, fresh) == (existing, False)


def _always(replacement: Draft) -> Callable[[Entry], Draft]:
    return lambda _: replacement


def test_a_change_of_words_alone_is_found_as_before(store: Store) -> None:
    """What is searched stays while contacts and metadata do, and follows when they change."""
    [entry] = _keep(store, draft(1, metadata={"k": "old"}))
    for metadata in ({"k": "old"}, {"k": "new"}):
        replacement = like(entry, vendor_fields={"n": 2}, metadata=metadata)
        store.update_entry(BOOK, entry.id, _always(replacement), NOW)
        found, _ = store.list_entries(BOOK, Listing(query="first1", metadata=metadata))
        assert [(one.id, one.vendor_fields) for one in found] == [(entry.id, {"n": 2})]
    assert store.list_entries(BOOK, Listing(metadata={"k": "old"})) == ((), 0)


def test_nothing_to_keep_is_nothing(store: Store) -> None:
    """No drafts make no address book."""
    assert store.create_entries(BOOK, [], NOW) == ()
    assert store.address_books() == ()


PARENTS: dict[str, tuple[str, str]] = {
    "one that is there": ("H1", "H1"),
    "nobody": ("nobody", ""),
    "itself": ("H2", ""),
    "NUL": ("\0", ""),
    "half a pair": ("\ud800", ""),
    "none": ("", ""),
}


@pytest.mark.parametrize("case", PARENTS)
def test_a_parent_is_one_that_is_there(store: Store, case: str) -> None:
    """Kept or changed, an entry has the parent that it names, if there is one but itself."""
    named, found = PARENTS[case]
    _keep(store, draft(1))
    kept = _keep(store, draft(2, parent=named))[0]
    changed = store.update_entry(BOOK, kept.id, lambda entry: like(entry, parent=named), NOW)
    assert (kept.parent, changed) == (found, kept)
    assert store.read_entries(BOOK, ["H2"]) == (kept,)


def test_a_parent_may_come_in_the_same_call(store: Store) -> None:
    """Drafts are kept one after the other: an earlier one can be the parent of a later one."""
    drafts = [draft(1, parent="H2"), draft(2, parent="H1"), draft(3, parent="H2")]
    assert [entry.parent for entry in _keep(store, *drafts)] == ["", "H1", "H2"]
    assert [entry.parent for entry in stored_entries(store)] == ["", "H1", "H2"]


def test_a_removed_parent_leaves_its_children(store: Store) -> None:
    """They stay, without a parent, and untouched otherwise."""
    parent, child = _keep(store, draft(1), draft(2, parent="H1"))
    assert store.delete_entry(BOOK, "H1") == parent
    assert stored_entries(store) == (replace(child, parent=""),)


def test_the_default_moves(store: Store) -> None:
    """One entry is the default: the last that was set so, in one call or by a change."""
    first, second = _keep(store, draft(1, default=True), draft(2, default=True))
    assert (first.default, second.default) == (False, True)
    [third] = _keep(store, draft(3))
    changed = store.update_entry(BOOK, "H3", lambda entry: like(entry, default=True), NOW)
    assert changed == replace(third, default=True)
    again = store.update_entry(BOOK, "H3", like, NOW)
    assert again == changed
    assert [entry.default for entry in stored_entries(store)] == [False, False, True]
    store.delete_entry(BOOK, "H3")
    assert [entry.default for entry in stored_entries(store)] == [False, False]
    _keep(store, draft(1, default=True))  # its handle is there: it is left as it is
    assert [entry.default for entry in stored_entries(store)] == [False, False]


def test_a_change_is_written_whole(store: Store) -> None:
    """Everything that may change does; number, uid, handle, photo and creation stay."""
    _, entry = _keep(store, draft(1), draft(2, photo=b"jpeg", metadata={"a": "1", "b": "2"}))
    replacement = draft(9, parent="H1", default=True, metadata={"b": "3"}, photo=b"other")
    seen: list[Entry] = []

    def edit(found: Entry) -> Draft:
        seen.append(found)
        return replacement

    changed = store.update_entry(BOOK, "H2", edit, LATER)
    assert seen == [entry]
    assert changed == replace(
        entry,
        contacts=replacement.contacts,
        vendor_fields=replacement.vendor_fields,
        parent="H1",
        default=True,
        metadata={"b": "3"},
        updated_at=LATER,
    )
    assert store.read_entries(BOOK, [entry.id]) == (changed,)
    found = [
        [each.id for each in store.list_entries(BOOK, listing)[0]]
        for listing in (
            Listing(query="first2"), Listing(query="first9"), Listing(query="h9"),
            Listing(metadata={"a": "1"}), Listing(metadata={"b": "3"}),
        )
    ]  # fmt: skip
    assert found == [[], [entry.id], [], [], [entry.id]]


def test_a_change_may_meet_another_identity(store: Store) -> None:
    """An entry that becomes the same as another is a copy; the other stays the one that is
    found."""
    first, second = _keep(store, draft(1, dedupe_key=A), draft(2, dedupe_key=B))
    changed = store.update_entry(BOOK, second.id, lambda e: like(e, dedupe_key=A), NOW)
    assert changed == second
    for identity, handle in ((A, "H1"), (B, "H3")):
        [(entry, _)] = store.create_entries(BOOK, [draft(3, dedupe_key=identity)], NOW)
        assert entry.handle == handle
    store.delete_entry(BOOK, first.id)
    store.update_entry(BOOK, second.id, lambda e: like(e, dedupe_key=b""), NOW)
    store.update_entry(BOOK, second.id, lambda e: like(e, dedupe_key=A), NOW)
    [(entry, fresh)] = store.create_entries(BOOK, [draft(4, dedupe_key=A)], NOW)
    assert (entry.handle, fresh) == ("H2", False)


def test_an_identity_that_stays_is_still_found(store: Store) -> None:
    """A change that leaves the identity leaves the entry in its place."""
    [entry] = _keep(store, draft(1, dedupe_key=A))
    store.update_entry(BOOK, entry.id, lambda e: like(e, dedupe_key=A), NOW)
    [(existing, fresh)] = store.create_entries(BOOK, [draft(2, dedupe_key=A)], NOW)
    assert (existing, fresh) == (entry, False)


@pytest.mark.parametrize("fault", [RuntimeError("no"), ValueError("no"), OSError("no"), KeyError()])
def test_what_an_edit_raises_goes_out(store: Store, fault: Exception) -> None:
    """Nothing is changed then, and the next call finds nothing locked."""
    entries = _keep(store, draft(1))

    def edit(entry: Entry) -> Draft:
        raise fault

    with pytest.raises(type(fault)) as raised:
        store.update_entry(BOOK, "H1", edit, LATER)
    assert raised.value is fault
    assert stored_entries(store) == entries
    assert store.update_entry(BOOK, "H1", like, NOW) == entries[0]


WRONG: dict[str, dict[str, Any]] = {
    "a handle with NUL": {"handle": "a\0"},
    "half a surrogate pair": {"handle": "\ud800"},
    "a key with NUL": {"metadata": {"a\0": "b"}},
    "a value with NUL": {"metadata": {"a": "\0"}},
    "a number that is none": {"vendor_fields": {"a": float("nan")}},
}


@pytest.mark.parametrize("case", WRONG)
def test_what_no_database_can_hold_is_refused(store: Store, case: str) -> None:
    """It is our own fault, raised before anything is written; StoreAway would blame the
    database."""
    with pytest.raises(ValueError, match=r"NUL|JSON"):
        store.create_entries(BOOK, [draft(1), draft(2, **WRONG[case])], NOW)
    assert stored_entries(store) == ()


def test_a_number_is_never_given_again(store: Store) -> None:
    """The next entry after the last was removed has a higher number."""
    first, second = _keep(store, draft(1), draft(2))
    store.delete_entry(BOOK, second.id)
    [third] = _keep(store, draft(2))
    assert first.id < second.id < third.id
    assert second.uid != third.uid


BROKEN: dict[str, str] = {
    "no JSON": "{", "no array": "{}", "no object": "[1]", "no text": '[{"first": 1}]',
    "no parts": '[{"phones": 1}]', "no part": '[{"phones": [1]}]', "a lack": '[{"phones": [{}]}]',
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_text_that_is_not_ours_is_reported(store: Store, database_url: str, case: str) -> None:
    """What somebody wrote by other means is a damaged database, never another exception."""
    _keep(store, draft(1))
    stores.sql(database_url, "UPDATE entry SET contacts = %s", BROKEN[case])
    with pytest.raises(StoreAway) as away:
        store.read_entries(BOOK, ["H1"])
    assert away.value.cause == "store-damaged"


def test_members_of_a_newer_release_are_passed_over(store: Store, database_url: str) -> None:
    """An older release reads what it knows of an entry that a newer one kept."""
    [entry] = _keep(store, draft(1))
    text = '[{"first": "New", "mood": 1, "emails": [{"address": "a@example.com", "mood": {}}]}]'
    stores.sql(database_url, "UPDATE entry SET contacts = %s", text)
    [found] = store.read_entries(BOOK, [entry.id])
    results = structs.replace(draft().contacts[0].emails[0], address="a@example.com")
    assert found.contacts == (Contact(first="New", emails=(results,)),)


def test_now_is_an_argument_and_not_looked_up(store: Store) -> None:
    """An entry's times are those that the caller gave, though they be long ago."""
    long_ago = datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    [(entry, _)] = store.create_entries(BOOK, [draft(1)], long_ago)
    changed = store.update_entry(BOOK, entry.id, like, NOW)
    assert changed == replace(entry, updated_at=NOW)
    assert (entry.created_at, entry.updated_at) == (long_ago, long_ago)
