"""Plan the storing of drafts: which entries exist already, and which are added.

A plan that is read under the lock of its address book stays true until the commit. Planning changes
nothing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from vcardsvc.model.address_book import Draft, Entry, Ref
from vcardsvc.store.codec import is_storable
from vcardsvc.store.entry_queries import chunks, find_handles, read_rows
from vcardsvc.store.entry_tables import FIND_COPIES, FIND_DEDUPE_KEYS, FIND_EITHER

TOGETHER: Final = 100
"""Drafts whose dedupe keys and handles are looked up in one statement."""

COPIES: Final = 10
"""Copies of one dedupe key that `is_same` is called with, the oldest: all are read under the lock.
"""

COPY_BITS: Final = 63
"""Random bits that tell the copies of one dedupe key apart; the first copy has 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePlan:
    """Lists the drafts to add, by index: with the copy number of each, and its parent.

    `places` has for each draft the id of its existing entry, or -1 - its index in `fresh`; so have
    the `parents`.
    """

    places: list[int]
    fresh: list[int]
    copies: list[int | None]
    parents: list[int | None]


def plan_creation(connection: Connection, book_id: int, drafts: Sequence[Draft]) -> CreatePlan:
    """Return the plan for drafts that are stored one after the other."""
    dedupe_keys, handles = _existing(connection, book_id, drafts)
    plan = CreatePlan(places=[], fresh=[], copies=[], parents=[])
    copies: dict[bytes, tuple[Entry, ...]] = {}
    for index, draft in enumerate(drafts):
        place = None if draft.forced else dedupe_keys.get(draft.dedupe_key)
        if place is not None and place >= 0 and draft.is_same:
            if draft.dedupe_key not in copies:
                copies[draft.dedupe_key] = _copies(connection, book_id, place, draft.dedupe_key)
            same = (one.id for one in copies[draft.dedupe_key] if draft.is_same(one))
            place = next(same, place)
        place = handles.get(draft.handle) if place is None else place
        if place is None:
            place = -1 - len(plan.fresh)
            plan.fresh.append(index)
            plan.copies.append(copy_number(draft.dedupe_key, draft.dedupe_key in dedupe_keys))
            plan.parents.append(handles.get(draft.parent))
            if draft.dedupe_key:
                dedupe_keys.setdefault(draft.dedupe_key, place)
            if draft.handle:
                handles[draft.handle] = place
        plan.places.append(place)
    return plan


def _copies(
    connection: Connection, book_id: int, first: int, dedupe_key: bytes
) -> tuple[Entry, ...]:
    """Return the copies of a dedupe key: the first one, then the oldest."""
    values = {"book_id": book_id, "dedupe_key": dedupe_key, "limit": COPIES}
    ids = [first, *connection.execute(FIND_COPIES, values).scalars()]
    return read_rows(connection, ids, photos=False)


def _existing(
    connection: Connection, book_id: int, drafts: Sequence[Draft]
) -> tuple[dict[bytes, int], dict[Ref, int]]:
    """Return the existing dedupe keys and handles of these drafts, with their entries' ids."""
    dedupe_keys = {draft.dedupe_key for draft in drafts} - {b""}
    texts = {text for draft in drafts for text in (draft.handle, draft.parent)} - {""}
    handles = set(filter(is_storable, texts))
    if not (dedupe_keys and handles) or len(drafts) > TOGETHER:
        found = find_dedupe_keys(connection, book_id, dedupe_keys)
        return found, find_handles(connection, book_id, handles)
    values = {"book_id": book_id, "dedupe_keys": list(dedupe_keys), "handles": list(handles)}
    rows = connection.execute(FIND_EITHER, values).all()
    return (
        {bytes(dedupe_key): id for dedupe_key, _, id in rows if dedupe_key is not None},
        {handle: id for _, handle, id in rows if handle is not None},
    )


def find_dedupe_keys(
    connection: Connection, book_id: int, dedupe_keys: set[bytes]
) -> dict[bytes, int]:
    """Return those of the dedupe keys that have a first copy, with its id."""
    found: dict[bytes, int] = {}
    for some in chunks(dedupe_keys):
        rows = connection.execute(FIND_DEDUPE_KEYS, {"book_id": book_id, "dedupe_keys": some})
        found |= {bytes(dedupe_key): id for dedupe_key, id in rows}
    return found


def copy_number(dedupe_key: bytes, taken: bool) -> int | None:
    """Return 0 for the first copy of a dedupe key, a random number for another one."""
    if not dedupe_key:
        return None
    return 1 + secrets.randbelow(2**COPY_BITS - 1) if taken else 0
