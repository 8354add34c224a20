"""Keeping, changing and removing entries of the contact book.

Promises: a call is done whole or not at all, and on return it is on the disk; two that are the same
by their vendor's rule are one, however many callers keep them at once, in whatever processes; one
entry at most of an address book is its default; its counter is always right.
What must never enter here: what makes two entries the same, or a handle: the vendor's rule says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.engine import Connection

from vcardsvc.model.address_book import AddressBook, Draft, Entry, Ref
from vcardsvc.store.codec import is_storable, without_photos, write_contacts, write_words
from vcardsvc.store.entry_tables import (
    ADD_BOOK,
    ADD_ENTRIES,
    ADD_ENTRY,
    ADDING,
    CHANGE_ENTRY,
    COUNT_IN,
    DROP_METADATA,
    DROP_TERMS,
    END_DEFAULT,
    LOCK_BOOK,
    METADATA,
    PROMOTE_COPY,
    READ_IDENTITY,
    REMOVE_ENTRY,
    SET_PARENT,
    SET_PHOTO,
    TERM,
)
from vcardsvc.store.faults import translated_faults
from vcardsvc.store.lists import EntryLists, book_id, entries_of, handles_of, ids_of, named
from vcardsvc.store.plans import Plan, copy_of, identities_of, planned
from vcardsvc.store.terms import terms


class EntryTable(EntryLists):
    """What is done with entries."""

    def create_entries(
        self, book: AddressBook, drafts: Sequence[Draft], now: datetime
    ) -> tuple[tuple[Entry, bool], ...]:
        """Of each draft its entry, and whether it was made now; all are kept, or none.

        Not made now, and unchanged: the entry of the draft's identity, unless it is `forced`, and
        the one that has its handle already; but where it is the same and has no photo, it takes
        the draft's. Drafts count as kept one after the other. Raises
        ValueError for words that are not JSON's, and a handle or metadata with NUL in it.
        """
        if not drafts:
            return ()
        written = [_written(draft) for draft in drafts]
        with translated_faults(), self._writer.connect() as connection, connection.begin() as work:
            here = _counted_in(connection, book, len(drafts))
            plan = planned(connection, here, drafts)
            made = _add(connection, here, plan, drafts, written, now.astimezone(UTC))
            there = [place for place in plan.places if place >= 0]
            old = {entry.id: entry for entry in entries_of(connection, there, photos=True)}
            filled = _fill(connection, plan, drafts, old)
            old |= filled
            less = len(plan.fresh) - len(drafts)
            if not made and not filled:
                work.rollback()
            elif less:
                connection.execute(COUNT_IN, {**named(book), "more": less})
        return _told(plan, made, old)

    def upsert_entry(
        self,
        book: AddressBook,
        key: Draft,
        make: Callable[[Entry | None], Draft],
        now: datetime,
    ) -> tuple[Entry, bool]:
        """The entry that `key` meets, changed as `make` wants it, or a new one that it makes of
        None; and whether it was made now.

        An entry that is changed keeps its handle, and its photo unless `key` has one. What `make`
        raises goes out, and nothing is changed then; it must be quick, others wait to write.
        """
        at = now.astimezone(UTC)
        with _letting_out(), translated_faults(), self._writer.begin() as connection:
            here = _counted_in(connection, book, 1)
            plan = planned(connection, here, [replace(key, is_same=None)])
            [place] = plan.places
            found = entries_of(connection, [place] if place >= 0 else [], photos=True)
            maybe_entry = found[0] if found else None
            draft, written = _made(maybe_entry, key, make)
            if maybe_entry is None:
                [entry] = _add(connection, here, plan, [draft], [written], at)
                return entry, True
            connection.execute(COUNT_IN, {**named(book), "more": -1})
            changed = _change(connection, here, maybe_entry, draft, written, at)
            if not key.photo:
                return changed, False
            connection.execute(SET_PHOTO, {"this": changed.id, "jpeg": key.photo})
            return replace(changed, photo=key.photo), False

    def existing_entry(self, book: AddressBook, draft: Draft) -> Entry | None:
        """The entry that this draft would meet now, None when it would make a new one."""
        with translated_faults(), self._reader.connect() as connection:
            here = book_id(connection, book)
            places = [] if here is None else planned(connection, here, [draft]).places
            found = entries_of(connection, [place for place in places if place >= 0], photos=True)
            return found[0] if found else None

    def update_entry(
        self, book: AddressBook, ref: Ref, edit: Callable[[Entry], Draft], now: datetime
    ) -> Entry | None:
        """The entry as `edit` wanted it, None when there is none so named.

        Its number, handle, uid, time of creation and photo stay. What `edit` raises goes out, and
        nothing is changed then; nor is anything else while it runs, so it must be quick.
        """
        with _letting_out(), translated_faults(), self._writer.begin() as connection:
            here = connection.execute(LOCK_BOOK, named(book)).scalar()
            ids = [] if here is None else ids_of(connection, here, (ref,))
            if here is None or not ids:
                return None
            [entry] = entries_of(connection, ids, photos=True)
            try:
                draft = edit(entry)
                written = _written(replace(draft, handle=entry.handle))
            except Exception as fault:
                raise _Aside(fault) from None
            return _change(connection, here, entry, draft, written, now.astimezone(UTC))

    def delete_entry(
        self, book: AddressBook, ref: Ref, check: Callable[[Entry], None] | None = None
    ) -> Entry | None:
        """The entry that was removed, None when there is none so named. Its children stay.

        What `check` raises goes out, and the entry stays then."""
        with (
            _letting_out(),
            translated_faults(),
            self._writer.connect() as connection,
            connection.begin() as work,
        ):
            told = {**named(book), "more": -1}
            here = connection.execute(COUNT_IN, told).scalar()
            ids = [] if here is None else ids_of(connection, here, (ref,))
            if here is None or not ids:
                work.rollback()
                return None
            [entry] = entries_of(connection, ids, photos=True)
            if check is not None:
                _checked(check, entry)
            identity, copy = connection.execute(READ_IDENTITY, {"this": entry.id}).one()
            connection.execute(REMOVE_ENTRY, {"this": entry.id})
            _promote(connection, here, identity, copy)
        return entry


class _Aside(Exception):
    """Carries what a caller's own function raised past `answering`, which minds databases."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        super().__init__()


@contextmanager
def _letting_out() -> Iterator[None]:
    try:
        yield
    except _Aside as aside:
        raise aside.fault from None


def _checked(check: Callable[[Entry], None], entry: Entry) -> None:
    try:
        check(entry)
    except Exception as fault:
        raise _Aside(fault) from None


def _made(
    maybe_entry: Entry | None, key: Draft, make: Callable[[Entry | None], Draft]
) -> tuple[Draft, "_Written"]:
    """What `make` gives, and its columns."""
    try:
        made = make(maybe_entry)
        handle = maybe_entry.handle if maybe_entry else key.handle
        draft = replace(made, handle=handle, photo=key.photo)
        return draft, _written(draft)
    except Exception as fault:
        raise _Aside(fault) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A draft as columns have it."""

    contacts: str
    vendor_fields: str
    terms: tuple[str, ...]
    metadata: Mapping[str, str]


def _written(draft: Draft) -> _Written:
    said = (draft.handle, *draft.metadata, *draft.metadata.values())
    if not all(map(is_storable, said)):
        raise ValueError("a handle and metadata hold neither NUL nor half a surrogate pair")
    return _Written(
        contacts=write_contacts(draft.contacts),
        vendor_fields=write_words(draft.vendor_fields),
        terms=terms(draft.contacts, draft.handle, draft.metadata),
        metadata=dict(draft.metadata),
    )


def _counted_in(connection: Connection, book: AddressBook, more: int) -> int:
    """The number of the address book, locked and counted up; made if there was none."""
    told = {**named(book), "more": more}
    here = connection.execute(COUNT_IN, told).scalar()
    if here is None:
        connection.execute(ADD_BOOK, named(book))
        here = connection.execute(COUNT_IN, told).scalar_one()
    return int(here)


def _add(
    connection: Connection,
    here: int,
    plan: Plan,
    drafts: Sequence[Draft],
    written: Sequence[_Written],
    at: datetime,
) -> list[Entry]:
    """Write what the plan says; the entries in its order."""
    if not plan.fresh:
        return []
    wished = [number for number in plan.fresh if drafts[number].default]
    if wished:
        connection.execute(END_DEFAULT, {"book": here})
    rows = [
        {
            "address_book_id": here,
            "handle": drafts[number].handle or None,
            "uid": uuid4().urn,
            "identity": drafts[number].dedupe_key or None,
            "copy": copy,
            "parent_id": None if parent is None or parent < 0 else parent,
            "is_default": number in wished[-1:],
            "created_at": at,
            "updated_at": at,
            "contacts": written[number].contacts,
            "words": written[number].vendor_fields,
            "photo": drafts[number].photo or None,
        }
        for number, copy, parent in zip(plan.fresh, plan.copies, plan.parents, strict=True)
    ]
    statement, told = (ADD_ENTRY, rows[0]) if len(rows) == 1 else (ADD_ENTRIES, rows)
    ids = connection.execute(statement, told).scalars().all()
    for number, parent in zip(ids, plan.parents, strict=True):
        if parent is not None and parent < 0:
            connection.execute(SET_PARENT, {"this": number, "parent": ids[-1 - parent]})
    _index(connection, here, dict(zip(ids, (written[n] for n in plan.fresh), strict=True)))
    return [
        _entry(number, row, drafts[place], parent is not None)
        for number, row, place, parent in zip(ids, rows, plan.fresh, plan.parents, strict=True)
    ]


def _fill(
    connection: Connection, plan: Plan, drafts: Sequence[Draft], old: Mapping[int, Entry]
) -> dict[int, Entry]:
    """Those of the old entries that had no photo and are given the one of their draft: it could not
    be had before, and nobody could send it again."""
    filled: dict[int, Entry] = {}
    for place, draft in zip(plan.places, drafts, strict=True):
        entry = filled.get(place) or old.get(place)
        if entry is None or entry.photo or not draft.photo or draft.is_same is None:
            continue
        if not draft.is_same(entry):
            continue
        connection.execute(SET_PHOTO, {"this": place, "jpeg": draft.photo})
        filled[place] = replace(entry, photo=draft.photo)
    return filled


def _entry(number: int, row: Mapping[str, Any], draft: Draft, has_parent: bool) -> Entry:
    return Entry(
        id=number,
        uid=row["uid"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        contacts=without_photos(draft.contacts),
        vendor_fields=draft.vendor_fields,
        handle=draft.handle,
        parent=draft.parent if has_parent else "",
        default=row["is_default"],
        metadata=draft.metadata,
        photo=draft.photo,
    )


def _index(connection: Connection, here: int, written: Mapping[int, _Written]) -> None:
    """Write what these entries are found by."""
    metadata = [
        {"entry_id": number, "address_book_id": here, "key": key, "value": value}
        for number, each in written.items()
        for key, value in each.metadata.items()
    ]
    words = [
        {"entry_id": number, "address_book_id": here, "term": term}
        for number, each in written.items()
        for term in each.terms
    ]
    added = [(table, rows) for table, rows in ((METADATA, metadata), (TERM, words)) if rows]
    if connection.dialect.name == "sqlite":
        for table, rows in added:
            connection.execute(ADDING[table], rows)
    elif added:
        from vcardsvc.store.postgresql import add_columns

        told = {
            f"{table.name}_{name}": [row[name] for row in rows]
            for table, rows in added
            for name in rows[0]
        }
        connection.execute(
            add_columns(tuple((table, tuple(rows[0])) for table, rows in added)), told
        )


def _told(
    plan: Plan, made: Sequence[Entry], old: Mapping[int, Entry]
) -> tuple[tuple[Entry, bool], ...]:
    fresh = set(plan.fresh)
    return tuple(
        (old[place], False) if place >= 0 else (made[-1 - place], number in fresh)
        for number, place in enumerate(plan.places)
    )


def _change(
    connection: Connection, here: int, entry: Entry, draft: Draft, written: _Written, at: datetime
) -> Entry:
    """Write an entry anew."""
    own, place = connection.execute(READ_IDENTITY, {"this": entry.id}).one()
    identity, copy = draft.dedupe_key or None, place
    if own is None or bytes(own) != draft.dedupe_key:
        met = identities_of(connection, here, {draft.dedupe_key} - {b""})
        copy = copy_of(draft.dedupe_key, bool(met))
    parents = handles_of(connection, here, filter(is_storable, {draft.parent} - {"", entry.handle}))
    if draft.default and not entry.default:
        connection.execute(END_DEFAULT, {"book": here})
    told = {
        "new_identity": identity,
        "new_copy": copy,
        "new_parent_id": parents.get(draft.parent),
        "new_is_default": draft.default or entry.default,
        "new_updated_at": at,
        "new_contacts": written.contacts,
        "new_words": written.vendor_fields,
    }
    connection.execute(CHANGE_ENTRY, {**told, "this": entry.id})
    if own is not None and bytes(own) != draft.dedupe_key:
        _promote(connection, here, own, place)
    contacts = without_photos(draft.contacts)
    if (contacts, dict(draft.metadata)) != (entry.contacts, dict(entry.metadata)):
        # What it is found by comes from these alone; writing it takes longer than all the rest.
        for statement in (DROP_METADATA, DROP_TERMS):
            connection.execute(statement, {"this": entry.id})
        _index(connection, here, {entry.id: written})
    return replace(
        entry,
        contacts=contacts,
        vendor_fields=draft.vendor_fields,
        parent=draft.parent if parents else "",
        default=draft.default or entry.default,
        metadata=draft.metadata,
        updated_at=at,
    )


def _promote(connection: Connection, here: int, identity: bytes | None, copy: int | None) -> None:
    """Make the oldest copy that is left of an identity its first, when the first has gone: it is
    what others meet."""
    if copy == 0:
        connection.execute(PROMOTE_COPY, {"book": here, "this": identity})
