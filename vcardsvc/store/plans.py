"""Which of the drafts that are to be kept are there already, and what is added for the others.

A plan that is made under the lock of its address book stays true until the commit. What must never
enter here: a change to the store.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from vcardsvc.model.address_book import Draft, Entry, Ref
from vcardsvc.store.codec import is_storable
from vcardsvc.store.entry_tables import FIND_COPIES, FIND_EITHER, FIND_IDENTITIES
from vcardsvc.store.lists import entries_of, handles_of, parts

TOGETHER: Final = 100
"""Drafts whose identities and handles are looked for in one statement."""

COPIES: Final = 10
"""Copies of one identity that are looked at for the one that is meant, the oldest: all of them are
read while others wait to write."""

COPY_BITS: Final = 63
"""Random bits that tell the copies of one identity apart; 0 is the first's, which others meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What shall be added: by place among the drafts, with the copy of its identity, and where its
    parent is. `places` has of each draft the number of its entry, or of one that is yet to be
    added -1 - its place among `fresh`; so have the `parents`."""

    places: list[int]
    fresh: list[int]
    copies: list[int | None]
    parents: list[int | None]


def planned(connection: Connection, here: int, drafts: Sequence[Draft]) -> Plan:
    """The plan for drafts that are kept one after the other."""
    identities, handles = _known(connection, here, drafts)
    plan = Plan(places=[], fresh=[], copies=[], parents=[])
    copies: dict[bytes, tuple[Entry, ...]] = {}
    for number, draft in enumerate(drafts):
        place = None if draft.forced else identities.get(draft.dedupe_key)
        if place is not None and place >= 0 and draft.is_same:
            if draft.dedupe_key not in copies:
                copies[draft.dedupe_key] = _copies(connection, here, place, draft.dedupe_key)
            same = (one.id for one in copies[draft.dedupe_key] if draft.is_same(one))
            place = next(same, place)
        place = handles.get(draft.handle) if place is None else place
        if place is None:
            place = -1 - len(plan.fresh)
            plan.fresh.append(number)
            plan.copies.append(copy_of(draft.dedupe_key, draft.dedupe_key in identities))
            plan.parents.append(handles.get(draft.parent))
            if draft.dedupe_key:
                identities.setdefault(draft.dedupe_key, place)
            if draft.handle:
                handles[draft.handle] = place
        plan.places.append(place)
    return plan


def _copies(connection: Connection, here: int, first: int, identity: bytes) -> tuple[Entry, ...]:
    """The copies of an identity, the first one, then the oldest."""
    told = {"book": here, "this": identity, "most": COPIES}
    ids = [first, *connection.execute(FIND_COPIES, told).scalars()]
    return entries_of(connection, ids, photos=False)


def _known(
    connection: Connection, here: int, drafts: Sequence[Draft]
) -> tuple[dict[bytes, int], dict[Ref, int]]:
    """Of the drafts' identities and handles, those that are there, with the numbers."""
    identities = {draft.dedupe_key for draft in drafts} - {b""}
    said = {text for draft in drafts for text in (draft.handle, draft.parent)} - {""}
    handles = set(filter(is_storable, said))
    if not (identities and handles) or len(drafts) > TOGETHER:
        found = identities_of(connection, here, identities)
        return found, handles_of(connection, here, handles)
    told = {"book": here, "identities": list(identities), "handles": list(handles)}
    rows = connection.execute(FIND_EITHER, told).all()
    return (
        {bytes(identity): number for identity, _, number in rows if identity is not None},
        {handle: number for _, handle, number in rows if handle is not None},
    )


def identities_of(connection: Connection, here: int, wanted: set[bytes]) -> dict[bytes, int]:
    """Of these identities, those whose first copy is there, with its number."""
    found: dict[bytes, int] = {}
    for some in parts(wanted):
        rows = connection.execute(FIND_IDENTITIES, {"book": here, "identities": some})
        found |= {bytes(identity): number for identity, number in rows}
    return found


def copy_of(identity: bytes, taken: bool) -> int | None:
    if not identity:
        return None
    return 1 + secrets.randbelow(2**COPY_BITS - 1) if taken else 0
