"""Drafts that meet an entry which is there: which one it is, and what it takes of them."""

from typing import Any

import pytest

from tests.support.entries import BOOK, NOW, OTHERS, draft
from vcardsvc.model.address_book import Draft
from vcardsvc.store import Store

A, B = b"a" * 32, b"b" * 32
KEPT = (draft(1, dedupe_key=A), draft(2, dedupe_key=A, forced=True), draft(3))

CASES: dict[str, tuple[Draft, int]] = {
    "its identity": (draft(9, dedupe_key=A), 1),
    "its identity, forced": (draft(9, dedupe_key=A, forced=True), 0),
    "its handle": (draft(3, dedupe_key=B), 3),
    "its handle, forced": (draft(3, forced=True), 3),
    "its identity before its handle": (draft(3, dedupe_key=A), 1),
    "neither": (draft(9, dedupe_key=B), 0),
    "a copy that is the same": (
        draft(9, dedupe_key=A, is_same=lambda entry: entry.vendor_fields == {"number": 2}), 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_whom_a_draft_would_meet_is_whom_it_meets(store: Store, case: str) -> None:
    """Looked up before it is stored, it is the entry that storing it would give back."""
    candidate, number = CASES[case]
    kept = [entry for entry, _ in store.create_entries(BOOK, KEPT, NOW)]
    existing = store.existing_entry(BOOK, candidate)
    assert existing == (kept[number - 1] if number else None)
    [(entry, fresh)] = store.create_entries(BOOK, [candidate], NOW)
    assert (entry == existing, fresh) == (existing is not None, existing is None)
    assert store.existing_entry(OTHERS[0], candidate) is None


TAKES: dict[str, tuple[dict[str, Any], dict[str, Any], bytes]] = {
    "the same, which has none": ({}, {"is_same": lambda _: True}, b"new"),
    "the same, which has one": ({"photo": b"old"}, {"is_same": lambda _: True}, b"old"),
    "another": ({}, {"is_same": lambda _: False}, b""),
    "one without a rule": ({}, {}, b""),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKES)
def test_an_entry_without_a_photo_takes_that_of_its_like(store: Store, case: str) -> None:
    """It could not be had when the entry was created; all else stays as it was."""
    before, after, photo = TAKES[case]
    [(kept, _)] = store.create_entries(BOOK, [draft(1, **before)], NOW)
    [(existing, fresh)] = store.create_entries(BOOK, [draft(1, photo=b"new", **after)], NOW)
    assert (existing.id, existing.vendor_fields, existing.photo, fresh) == (
        kept.id,
        kept.vendor_fields,
        photo,
        False,
    )
    assert store.read_entries(BOOK, [kept.id]) == (existing,)
    assert store.address_books() == ((BOOK, 1),)
