"""Create, update and delete entries of the contact book.

Each call is one transaction, and on return it is on the disk. Of entries that are the same by their
vendor's rule (`dedupe_key`) one is stored, however many callers in however many processes create it
at once. An address book has at most one default entry, and its counter is always right. The rules
for dedupe keys and handles are the vendor's; this module only compares them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.engine import Connection

from vcardsvc.model.address_book import AddressBook, Draft, Entry, Ref
from vcardsvc.store.codec import is_storable, without_photos, write_contacts, write_vendor_fields
from vcardsvc.store.create_plan import CreatePlan, copy_number, find_dedupe_keys, plan_creation
from vcardsvc.store.engine_faults import translated_faults
from vcardsvc.store.entry_queries import (
    EntryQueries,
    book_values,
    find_book,
    find_handles,
    find_ids,
    read_rows,
)
from vcardsvc.store.entry_tables import (
    ADD_BOOK,
    ADD_ENTRIES,
    ADD_ENTRY,
    ADD_TO_COUNT,
    CLEAR_DEFAULT,
    DELETE_ENTRY,
    DELETE_METADATA,
    DELETE_TERMS,
    INSERTS,
    LOCK_BOOK,
    METADATA,
    PROMOTE_COPY,
    READ_DEDUPE_KEY,
    SET_PARENT,
    SET_PHOTO,
    TERM,
    UPDATE_ENTRY,
)
from vcardsvc.store.search_terms import entry_terms


class EntryTable(EntryQueries):
    """Reads and changes the contact book."""

    def create_entries(
        self, book: AddressBook, drafts: Sequence[Draft], now: datetime
    ) -> tuple[tuple[Entry, bool], ...]:
        """Store drafts, all or none; return for each its entry, and whether it is new.

        Instead of a new entry a draft gets the existing one of its dedupe key, unless it is
        `forced`, or the one of its handle. That one stays unchanged, but takes the draft's photo
        when it is the same and has none. Drafts count as stored one after the other. Raises
        ValueError for vendor fields that JSON does not have, and for NUL in a handle or metadata.
        """
        if not drafts:
            return ()
        rows = [_row(draft) for draft in drafts]
        with translated_faults(), self._writer.connect() as connection, connection.begin() as work:
            book_id = _lock_and_count(connection, book, len(drafts))
            plan = plan_creation(connection, book_id, drafts)
            added = _add(connection, book_id, plan, drafts, rows, now.astimezone(UTC))
            ids = [place for place in plan.places if place >= 0]
            existing = {entry.id: entry for entry in read_rows(connection, ids, photos=True)}
            filled = _add_missing_photos(connection, plan, drafts, existing)
            surplus = len(plan.fresh) - len(drafts)
            if not added and not filled:
                work.rollback()
            elif surplus:
                connection.execute(ADD_TO_COUNT, {**book_values(book), "change": surplus})
        return _in_order(plan, added, existing | filled)

    def upsert_entry(
        self,
        book: AddressBook,
        key: Draft,
        make: Callable[[Entry | None], Draft],
        now: datetime,
    ) -> tuple[Entry, bool]:
        """Update the entry that has the dedupe key or the handle of `key` to what `make` returns
        for it, or create what `make` returns for None; return the entry, and whether it is new.

        An existing entry keeps its handle, and its photo unless `key` has one. An exception of
        `make` is raised unchanged, and nothing is stored. `make` runs under the lock of the address
        book, so it must be quick.
        """
        at = now.astimezone(UTC)
        with _raising_callback_errors(), translated_faults(), self._writer.begin() as connection:
            book_id = _lock_and_count(connection, book, 1)
            plan = plan_creation(connection, book_id, [replace(key, is_same=None)])
            [place] = plan.places
            found = read_rows(connection, [place] if place >= 0 else [], photos=True)
            maybe_entry = found[0] if found else None
            draft, row = _upsert_draft(maybe_entry, key, make)
            if maybe_entry is None:
                [entry] = _add(connection, book_id, plan, [draft], [row], at)
                return entry, True
            connection.execute(ADD_TO_COUNT, {**book_values(book), "change": -1})
            updated = _update(connection, book_id, maybe_entry, draft, row, at)
            if not key.photo:
                return updated, False
            connection.execute(SET_PHOTO, {"entry_id": updated.id, "jpeg": key.photo})
            return replace(updated, photo=key.photo), False

    def existing_entry(self, book: AddressBook, draft: Draft) -> Entry | None:
        """Return the entry that `create_entries` would return unchanged for this draft now, None
        when it would create one."""
        with translated_faults(), self._reader.begin() as connection:
            book_id = find_book(connection, book)
            places = [] if book_id is None else plan_creation(connection, book_id, [draft]).places
            found = read_rows(connection, [place for place in places if place >= 0], photos=True)
            return found[0] if found else None

    def update_entry(
        self, book: AddressBook, ref: Ref, edit: Callable[[Entry], Draft], now: datetime
    ) -> Entry | None:
        """Replace an entry by what `edit` returns for it; return it, None when there is none.

        Its id, handle, uid, time of creation and photo stay. An exception of `edit` is raised
        unchanged, and nothing is stored. `edit` runs under the lock of the address book, so it must
        be quick.
        """
        with _raising_callback_errors(), translated_faults(), self._writer.begin() as connection:
            book_id = connection.execute(LOCK_BOOK, book_values(book)).scalar()
            ids = [] if book_id is None else find_ids(connection, book_id, (ref,))
            if book_id is None or not ids:
                return None
            [entry] = read_rows(connection, ids, photos=True)
            try:
                draft = edit(entry)
                row = _row(replace(draft, handle=entry.handle))
            except Exception as fault:
                raise _CallbackError(fault) from None
            return _update(connection, book_id, entry, draft, row, now.astimezone(UTC))

    def delete_entry(
        self, book: AddressBook, ref: Ref, check: Callable[[Entry], None] | None = None
    ) -> Entry | None:
        """Delete an entry and return it, None when there is none. Its children stay.

        An exception of `check` is raised unchanged, and the entry stays.
        """
        with (
            _raising_callback_errors(),
            translated_faults(),
            self._writer.connect() as connection,
            connection.begin() as work,
        ):
            values = {**book_values(book), "change": -1}
            book_id = connection.execute(ADD_TO_COUNT, values).scalar()
            ids = [] if book_id is None else find_ids(connection, book_id, (ref,))
            if book_id is None or not ids:
                work.rollback()
                return None
            [entry] = read_rows(connection, ids, photos=True)
            if check is not None:
                _run_check(check, entry)
            dedupe_key, copy = connection.execute(READ_DEDUPE_KEY, {"entry_id": entry.id}).one()
            connection.execute(DELETE_ENTRY, {"entry_id": entry.id})
            _promote(connection, book_id, dedupe_key, copy)
        return entry

    def erase_entries(self, book: AddressBook, ids: Sequence[int]) -> int:
        """Delete those of these entries that this address book has, in one transaction; return
        their number."""
        with translated_faults(), self._writer.begin() as connection:
            values = {**book_values(book), "change": 0}
            book_id = connection.execute(ADD_TO_COUNT, values).scalar()
            if book_id is None:
                return 0
            found = find_ids(connection, book_id, ids)
            for id in found:
                dedupe_key, copy = connection.execute(READ_DEDUPE_KEY, {"entry_id": id}).one()
                connection.execute(DELETE_ENTRY, {"entry_id": id})
                _promote(connection, book_id, dedupe_key, copy)
            if found:
                connection.execute(ADD_TO_COUNT, {**values, "change": -len(found)})
        return len(found)


class _CallbackError(Exception):
    """Carries an exception of a caller's function past `translated_faults`."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        super().__init__()


@contextmanager
def _raising_callback_errors() -> Iterator[None]:
    try:
        yield
    except _CallbackError as error:
        raise error.fault from None


def _run_check(check: Callable[[Entry], None], entry: Entry) -> None:
    try:
        check(entry)
    except Exception as fault:
        raise _CallbackError(fault) from None


def _upsert_draft(
    maybe_entry: Entry | None, key: Draft, make: Callable[[Entry | None], Draft]
) -> tuple[Draft, "_Row"]:
    """Return what `make` returns, and its columns."""
    try:
        handle = maybe_entry.handle if maybe_entry else key.handle
        draft = replace(make(maybe_entry), handle=handle, photo=key.photo)
        return draft, _row(draft)
    except Exception as fault:
        raise _CallbackError(fault) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Holds a draft as the columns and tables have it."""

    contacts: str
    vendor_fields: str
    terms: tuple[str, ...]
    metadata: Mapping[str, str]


def _row(draft: Draft) -> _Row:
    if not all(map(is_storable, (draft.handle, *draft.metadata, *draft.metadata.values()))):
        raise ValueError("a handle and metadata hold neither NUL nor half a surrogate pair")
    return _Row(
        contacts=write_contacts(draft.contacts),
        vendor_fields=write_vendor_fields(draft.vendor_fields),
        terms=entry_terms(draft.contacts, draft.handle, draft.metadata),
        metadata=dict(draft.metadata),
    )


def _lock_and_count(connection: Connection, book: AddressBook, change: int) -> int:
    """Lock an address book, which is created if there is none, and add to its counter; return its
    id."""
    values = {**book_values(book), "change": change}
    book_id = connection.execute(ADD_TO_COUNT, values).scalar()
    if book_id is None:
        connection.execute(ADD_BOOK, book_values(book))
        book_id = connection.execute(ADD_TO_COUNT, values).scalar_one()
    return int(book_id)


def _add(
    connection: Connection,
    book_id: int,
    plan: CreatePlan,
    drafts: Sequence[Draft],
    rows: Sequence[_Row],
    at: datetime,
) -> list[Entry]:
    """Insert the new entries of a plan; return them in its order."""
    if not plan.fresh:
        return []
    defaults = [index for index in plan.fresh if drafts[index].default]
    if defaults:
        connection.execute(CLEAR_DEFAULT, {"book_id": book_id})
    values = [
        {
            "address_book_id": book_id,
            "handle": drafts[index].handle or None,
            "uid": uuid4().urn,
            "identity": drafts[index].dedupe_key or None,
            "copy": copy,
            "parent_id": None if parent is None or parent < 0 else parent,
            "is_default": index in defaults[-1:],
            "created_at": at,
            "updated_at": at,
            "contacts": rows[index].contacts,
            "words": rows[index].vendor_fields,
            "photo": drafts[index].photo or None,
        }
        for index, copy, parent in zip(plan.fresh, plan.copies, plan.parents, strict=True)
    ]
    one = len(values) == 1
    inserted = connection.execute(ADD_ENTRY if one else ADD_ENTRIES, values[0] if one else values)
    ids = inserted.scalars().all()
    for id, parent in zip(ids, plan.parents, strict=True):
        if parent is not None and parent < 0:
            connection.execute(SET_PARENT, {"entry_id": id, "parent": ids[-1 - parent]})
    _index(connection, book_id, dict(zip(ids, (rows[index] for index in plan.fresh), strict=True)))
    return [
        _entry(id, row, drafts[index], parent is not None)
        for id, row, index, parent in zip(ids, values, plan.fresh, plan.parents, strict=True)
    ]


def _add_missing_photos(
    connection: Connection,
    plan: CreatePlan,
    drafts: Sequence[Draft],
    existing: Mapping[int, Entry],
) -> dict[int, Entry]:
    """Store the photos of drafts in existing entries that are the same and have none, as when it
    could not be fetched at first; return these entries by id."""
    filled: dict[int, Entry] = {}
    for place, draft in zip(plan.places, drafts, strict=True):
        entry = filled.get(place) or existing.get(place)
        if entry is None or entry.photo or not draft.photo or draft.is_same is None:
            continue
        if not draft.is_same(entry):
            continue
        connection.execute(SET_PHOTO, {"entry_id": place, "jpeg": draft.photo})
        filled[place] = replace(entry, photo=draft.photo)
    return filled


def _entry(id: int, row: Mapping[str, Any], draft: Draft, has_parent: bool) -> Entry:
    return Entry(
        id=id,
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


def _index(connection: Connection, book_id: int, rows: Mapping[int, _Row]) -> None:
    """Insert the metadata and search terms of these entries."""
    metadata = [
        {"entry_id": id, "address_book_id": book_id, "key": key, "value": value}
        for id, row in rows.items()
        for key, value in row.metadata.items()
    ]
    terms = [
        {"entry_id": id, "address_book_id": book_id, "term": term}
        for id, row in rows.items()
        for term in row.terms
    ]
    added = [(table, values) for table, values in ((METADATA, metadata), (TERM, terms)) if values]
    if connection.dialect.name == "sqlite":
        for table, values in added:
            connection.execute(INSERTS[table], values)
    elif added:
        from vcardsvc.store.postgresql import bulk_insert

        columns = {
            f"{table.name}_{name}": [row[name] for row in values]
            for table, values in added
            for name in values[0]
        }
        insert = bulk_insert(tuple((table, tuple(values[0])) for table, values in added))
        connection.execute(insert, columns)


def _in_order(
    plan: CreatePlan, added: Sequence[Entry], existing: Mapping[int, Entry]
) -> tuple[tuple[Entry, bool], ...]:
    """Return the entry of each draft, and whether it is new."""
    fresh = set(plan.fresh)
    return tuple(
        (existing[place], False) if place >= 0 else (added[-1 - place], index in fresh)
        for index, place in enumerate(plan.places)
    )


def _update(
    connection: Connection, book_id: int, entry: Entry, draft: Draft, row: _Row, at: datetime
) -> Entry:
    """Write the draft into an entry; return the entry."""
    old_key, old_copy = connection.execute(READ_DEDUPE_KEY, {"entry_id": entry.id}).one()
    copy, is_new_key = old_copy, old_key is None or bytes(old_key) != draft.dedupe_key
    if is_new_key:
        taken = find_dedupe_keys(connection, book_id, {draft.dedupe_key} - {b""})
        copy = copy_number(draft.dedupe_key, bool(taken))
    parents = find_handles(
        connection, book_id, filter(is_storable, {draft.parent} - {"", entry.handle})
    )
    if draft.default and not entry.default:
        connection.execute(CLEAR_DEFAULT, {"book_id": book_id})
    values = {
        "new_identity": draft.dedupe_key or None,
        "new_copy": copy,
        "new_parent_id": parents.get(draft.parent),
        "new_is_default": draft.default or entry.default,
        "new_updated_at": at,
        "new_contacts": row.contacts,
        "new_words": row.vendor_fields,
    }
    connection.execute(UPDATE_ENTRY, {**values, "entry_id": entry.id})
    if old_key is not None and is_new_key:
        _promote(connection, book_id, old_key, old_copy)
    contacts = without_photos(draft.contacts)
    if (contacts, dict(draft.metadata)) != (entry.contacts, dict(entry.metadata)):
        # The index depends on these alone; writing it takes longer than all the rest.
        for statement in (DELETE_METADATA, DELETE_TERMS):
            connection.execute(statement, {"entry_id": entry.id})
        _index(connection, book_id, {entry.id: row})
    return replace(
        entry,
        contacts=contacts,
        vendor_fields=draft.vendor_fields,
        parent=draft.parent if parents else "",
        default=draft.default or entry.default,
        metadata=draft.metadata,
        updated_at=at,
    )


def _promote(
    connection: Connection, book_id: int, dedupe_key: bytes | None, copy: int | None
) -> None:
    """Make the oldest remaining copy of a dedupe key its first, when the first (0) has gone: the
    first is the one that later drafts find."""
    if copy == 0:
        connection.execute(PROMOTE_COPY, {"book_id": book_id, "dedupe_key": dedupe_key})
