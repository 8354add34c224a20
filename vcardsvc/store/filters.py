"""Find the entries of a list as ids in its order, in indexes alone.

Every filter has an index that gives its ids. The filter with the fewest ids leads: its ids are
read, and each is tested against the other filters by look-ups (`_exists`), so that nothing depends
on a planner's estimates. Where even the leading filter has very many ids, or the list is not sorted
by id, entries are read in the order of the list and tested against all filters: when many pass, a
page is soon full. A page behind the middle is read from the end.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, UnaryExpression
from sqlalchemy.engine import Connection

from vcardsvc.model.address_book import (
    HIDDEN,
    MAX_ENTRY_ID,
    Begins,
    Condition,
    Contains,
    Either,
    Equal,
    Every,
    Field,
    Listing,
    Member,
    Missing,
    Numbered,
)
from vcardsvc.store.codec import is_storable
from vcardsvc.store.entry_tables import ENTRY, METADATA, PARENT, TERM
from vcardsvc.store.search_terms import query_words

FEW: Final = 1_000
"""Entries that are sorted in memory: one or two milliseconds on either database."""

MANY: Final = 20_000
"""Ids up to which a filter is counted, and sorted for one page: some milliseconds. Of a million
entries more than every fiftieth passes a filter with more."""

_LAST_CHARACTER: Final = "\U0010ffff"

_ESCAPED: Final = re.compile("[/%_]")
"""The characters that have a meaning in a pattern of LIKE."""

_Sort = Sequence[tuple[Field | Member, bool]]
_IdColumn = ColumnElement[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """Holds a condition of a list: the ids for which it is true with their column, and the test for
    an id in another column.

    `ordered`: the index gives the ids in order, each once. `size`: how many ids there are, counted
    up to `MANY` + 1; 0 when not counted.
    """

    ids: Select[Any]
    column: _IdColumn
    test: Callable[[_IdColumn], ColumnElement[bool]]
    ordered: bool = True
    size: int = 0

    @property
    def leads(self) -> bool:
        """Return whether a page can be read from its ids."""
        return self.ordered or self.size <= MANY


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """Holds what a page is read from: an address book (None: all), filters with the leading one
    first, the number of entries that pass."""

    maybe_book_id: int | None
    filters: Sequence[_Filter]
    total: int = 0


def page_ids(
    connection: Connection, book_id: int, entries: int, listing: Listing
) -> tuple[list[int], int]:
    """Return the ids of a page of this address book, which has so many entries, and the number of
    entries on all pages."""
    maybe_filters = _filters(book_id, listing)
    if maybe_filters is None:
        return [], 0
    order = _order(listing.sort)
    first = (listing.page - 1) * listing.per_page + listing.skip
    by_id = order[0][0] == "id"
    hidden = 0 if listing.hidden else _count_hidden(connection, book_id)
    filters = [*maybe_filters, _missing(book_id, HIDDEN)] if hidden else maybe_filters
    sized = _List(maybe_book_id=book_id, filters=_sized(connection, filters, by_id=by_id))
    if any(isinstance(field, Member) for field, _ in order):
        total = _count(connection, sized) if maybe_filters else entries - hidden
        span = (first, min(first + listing.per_page, total))
        return _read_by_metadata(connection, sized, order, span), total
    if sized.filters and not by_id and sized.filters[0].size <= FEW:
        ids = _sorted_ids(_read_few(connection, sized), order)
        return ids[first : first + listing.per_page], len(ids)
    total = _count(connection, sized) if maybe_filters else entries - hidden
    span = (first, min(first + listing.per_page, total))
    return _read_span(connection, replace(sized, total=total), order, span), total


def next_ids(
    connection: Connection, maybe_book_id: int | None, after: int, limit: int, listing: Listing
) -> list[int]:
    """Return the next ids behind `after` that pass the filters, of this address book or of all."""
    maybe_filters = _filters(maybe_book_id, listing)
    if maybe_filters is None:
        return []
    if not listing.hidden and (maybe_book_id is None or _count_hidden(connection, maybe_book_id)):
        maybe_filters.append(_missing(maybe_book_id, HIDDEN))
    if maybe_book_id is not None:
        maybe_filters = _sized(connection, maybe_filters, by_id=True)
    ids, column = _passing_by_id(_List(maybe_book_id=maybe_book_id, filters=maybe_filters))
    return list(
        connection.execute(ids.where(column > after).order_by(column).limit(limit)).scalars()
    )


def _filters(maybe_book_id: int | None, listing: Listing) -> list[_Filter] | None:
    """Return the filters of a list, None when no entry can pass them."""
    words = query_words(listing.query)
    pairs = (*listing.metadata.items(), *((key, *like) for key, like in listing.like.items()))
    conditions = _flatten(listing.where)
    own = [text for each in conditions for text in _texts(each)]
    texts = (listing.parent or "", *(text for pair in pairs for text in pair), *own)
    if (listing.query.strip() and not words) or not all(map(is_storable, texts)):
        return None
    filters = [_equal(maybe_book_id, key, value) for key, value in listing.metadata.items()]
    filters += [_like(maybe_book_id, key, pieces) for key, pieces in listing.like.items()]
    filters += [_condition(maybe_book_id, condition) for condition in conditions]
    if listing.parent is not None:
        filters.append(_child_of(maybe_book_id, listing.parent))
    return filters + [_has_word(maybe_book_id, word) for word in words]


def _count_hidden(connection: Connection, book_id: int) -> int:
    """Return how many entries of this address book are marked as deleted."""
    count = sa.select(sa.func.count()).where(
        METADATA.c.address_book_id == book_id, METADATA.c.key == HIDDEN
    )
    return int(connection.execute(count).scalar_one())


def _flatten(maybe_condition: Condition | None) -> tuple[Condition, ...]:
    """Return the conditions that must all be true."""
    if isinstance(maybe_condition, Every):
        return tuple(one for each in maybe_condition.of for one in _flatten(each))
    return () if maybe_condition is None else (maybe_condition,)


def _texts(condition: Condition) -> Iterator[str]:
    """Yield the keys and values of a condition."""
    if isinstance(condition, Every | Either):
        for each in condition.of:
            yield from _texts(each)
    elif isinstance(condition, Equal | Begins | Contains):
        yield from (condition.key, condition.value)
    elif isinstance(condition, Missing):
        yield condition.key


def _condition(maybe_book_id: int | None, condition: Condition) -> _Filter:
    """Return the filter of a condition."""
    match condition:
        case Equal(key=key, value=value):
            return _equal(maybe_book_id, key, value)
        case Begins(key=key, value=value):
            return _like(maybe_book_id, key, (value, ""))
        case Contains(key=key, value=value):
            return _like(maybe_book_id, key, ("", value, ""))
        case Missing(key=key):
            return _missing(maybe_book_id, key)
        case Numbered(id=id):
            return _has_id(maybe_book_id, id)
        case Every():
            return _all([_condition(maybe_book_id, one) for one in _flatten(condition)])
        case Either(of=several):
            return _any([_condition(maybe_book_id, one) for one in several])


def _all(filters: Sequence[_Filter]) -> _Filter:
    """Combine filters; one whose index is in order leads, if there is one."""
    first, *others = sorted(filters, key=lambda each: not each.ordered)
    return replace(
        first,
        ids=_led([first, *others]),
        test=lambda id: sa.and_(*(each.test(id) for each in filters)),
    )


def _any(filters: Sequence[_Filter]) -> _Filter:
    union = sa.union(*(each.ids for each in filters)).subquery()
    column = union.c[0]
    return _Filter(
        ids=sa.select(column),
        column=column,
        test=lambda id: sa.or_(*(each.test(id) for each in filters)),
        ordered=False,
    )


def _has_id(maybe_book_id: int | None, given: int) -> _Filter:
    entry_id = given if 0 < given <= MAX_ENTRY_ID else 0  # which no entry has
    ids = sa.select(ENTRY.c.id).where(
        ENTRY.c.address_book_id == maybe_book_id, ENTRY.c.id == entry_id
    )
    return _Filter(ids=ids, column=ENTRY.c.id, test=lambda id: id == entry_id)


def _missing(maybe_book_id: int | None, key: str) -> _Filter:
    def test(id: _IdColumn) -> ColumnElement[bool]:
        own = METADATA.alias()
        return _look_up(own, own.c.entry_id == id, own.c.key == key).is_(None)

    in_book = ENTRY.c.address_book_id == maybe_book_id
    return _Filter(
        ids=sa.select(ENTRY.c.id).where(in_book, test(ENTRY.c.id)), column=ENTRY.c.id, test=test
    )


def _equal(maybe_book_id: int | None, key: str, value: str) -> _Filter:
    own = METADATA.alias()
    ids = sa.select(METADATA.c.entry_id).where(
        METADATA.c.address_book_id == maybe_book_id,
        METADATA.c.key == key,
        METADATA.c.value == value,
    )
    return _Filter(
        ids=ids,
        column=METADATA.c.entry_id,
        test=lambda id: _exists(own, own.c.entry_id == id, own.c.key == key, own.c.value == value),
    )


def _like(maybe_book_id: int | None, key: str, pieces: Sequence[str]) -> _Filter:
    own = METADATA.alias()
    ids = sa.select(METADATA.c.entry_id).where(
        METADATA.c.address_book_id == maybe_book_id,
        METADATA.c.key == key,
        *_matching(METADATA.c.value, pieces),
    )
    matching = _matching(own.c.value, pieces)
    return _Filter(
        ids=ids,
        column=METADATA.c.entry_id,
        test=lambda id: _exists(own, own.c.entry_id == id, own.c.key == key, *matching),
        ordered=False,
    )


def _child_of(maybe_book_id: int | None, handle: str) -> _Filter:
    child, parent = ENTRY.alias("child"), PARENT.c.handle == handle
    one = sa.select(PARENT.c.id).where(PARENT.c.address_book_id == maybe_book_id, parent)
    return _Filter(
        ids=sa.select(child.c.id).where(child.c.parent_id == one.scalar_subquery()),
        column=child.c.id,
        test=lambda id: _exists(
            child.join(PARENT, PARENT.c.id == child.c.parent_id), child.c.id == id, parent
        ),
    )


def _has_word(maybe_book_id: int | None, word: str) -> _Filter:
    own = TERM.alias()
    ids = sa.select(TERM.c.entry_id).where(
        TERM.c.address_book_id == maybe_book_id, *_starting(TERM.c.term, word)
    )
    starting = _starting(own.c.term, word)
    return _Filter(
        ids=ids,
        column=TERM.c.entry_id,
        test=lambda id: _exists(own, own.c.entry_id == id, *starting),
        ordered=False,
    )


def _matching(column: ColumnElement[str], pieces: Sequence[str]) -> Sequence[ColumnElement[bool]]:
    """Return the conditions for a value that has these pieces in this order: a range of the index
    for the first piece, and LIKE for the values in that range."""
    first, *others = pieces
    conditions = list(_starting(column, first)) if first else []
    if any(others):
        pattern = "%".join(_ESCAPED.sub(r"/\g<0>", piece) for piece in pieces)
        conditions.append(column.like(pattern, escape="/"))
    return conditions


def _starting(column: ColumnElement[str], start: str) -> Sequence[ColumnElement[bool]]:
    """Return a prefix as a range of an index; LIKE would use no index on either database."""
    return (column >= start, column < start + _LAST_CHARACTER)


def _exists(source: sa.FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a look-up finds a row."""
    return _look_up(source, *conditions) == sa.literal_column("1")


def _look_up(source: sa.FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return a look-up for each id. Not EXISTS: PostgreSQL turns those into joins, estimates how to
    join, and takes seconds to plan a dozen of them."""
    one: Select[Any] = (
        sa.select(sa.literal_column("1")).select_from(source).where(*conditions).limit(1)
    )
    return one.correlate_except(*_tables(source)).scalar_subquery()


def _tables(source: sa.FromClause) -> Sequence[sa.FromClause]:
    return (source.left, source.right) if isinstance(source, sa.Join) else (source,)


def _sized(connection: Connection, filters: Sequence[_Filter], *, by_id: bool) -> list[_Filter]:
    """Return the filters with their sizes, the one with the fewest ids first. The only filter of a
    list by id is not counted when its index is in that order."""
    if by_id and len(filters) == 1 and filters[0].ordered:
        return list(filters)
    sized = []
    for each in filters:
        count = sa.select(sa.func.count()).select_from(each.ids.limit(MANY + 1).subquery())
        sized.append(replace(each, size=int(connection.execute(count).scalar_one())))
    return sorted(sized, key=lambda each: each.size)


def _order(sort: _Sort) -> tuple[tuple[Field | Member, bool], ...]:
    """Return the order of a list as far as the id, which is unique."""
    order: dict[Field | Member, bool] = {}
    for field, descending in (*sort, ("id", False)):
        order.setdefault(field, descending)
        if field == "id":
            break
    return tuple(order.items())


_Row = tuple[int, str | None, bool, datetime]

_KEYS: Final[dict[Field | Member, Any]] = {
    "id": lambda row: row[0],
    "handle": lambda row: (row[1] is None, row[1] or ""),
    "default": lambda row: row[2],
    "updated": lambda row: row[3],
}
"""The sort keys in memory. By handle as `_order_by` sorts: entries without one last."""


def _read_few(connection: Connection, listed: _List) -> list[_Row]:
    """Return all entries that pass, of a leading filter with few ids."""
    rows = sa.select(ENTRY.c.id, ENTRY.c.handle, ENTRY.c.is_default, ENTRY.c.updated_at)
    passing = rows.where(ENTRY.c.id.in_(_led(listed.filters)))
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(passing)]


def _sorted_ids(rows: Sequence[_Row], order: _Sort) -> list[int]:
    in_order = list(rows)
    for field, descending in reversed(order):
        in_order.sort(key=_KEYS[field], reverse=descending)
    return [row[0] for row in in_order]


def _count(connection: Connection, listed: _List) -> int:
    count = sa.select(sa.func.count()).select_from(_led(listed.filters).subquery())
    return int(connection.execute(count).scalar_one())


def _led(filters: Sequence[_Filter]) -> Select[Any]:
    """Return the ids of the first filter that pass the others, each once."""
    first, *others = filters
    ids = first.ids.where(*(each.test(first.column) for each in others))
    return ids if first.ordered else ids.distinct()


def _passing_by_id(listed: _List) -> tuple[Select[Any], _IdColumn]:
    """Return the ids that pass, for reading them by id, and their column."""
    if listed.maybe_book_id is not None and listed.filters and listed.filters[0].leads:
        return _led(listed.filters), listed.filters[0].column
    return _passing(listed)


def _passing(listed: _List) -> tuple[Select[Any], _IdColumn]:
    """Return the ids of all entries, each tested against every filter, and their column."""
    ids = sa.select(ENTRY.c.id).where(*(each.test(ENTRY.c.id) for each in listed.filters))
    if listed.maybe_book_id is not None:
        ids = ids.where(ENTRY.c.address_book_id == listed.maybe_book_id)
    return ids, ENTRY.c.id


def _read_span(
    connection: Connection, listed: _List, order: _Sort, span: tuple[int, int]
) -> list[int]:
    """Return the ids from one position of a list to another.

    At most one entry is the default, so a list sorted by it has that entry at one end and the
    others in the rest of the order: no index could give a page of both.
    """
    first, last = span
    if order[0][0] != "default" or first >= last:
        return _read(connection, listed, order, span)
    [(_, leads), *rest] = order
    passing, _ = _passing(listed)
    maybe_default = connection.execute(passing.where(ENTRY.c.is_default)).scalar_one_or_none()
    if maybe_default is None:
        return _read(connection, listed, rest, span)
    place = 0 if leads else listed.total - 1
    others = (first - (place < first), last - (place < last))
    less = replace(listed, total=listed.total - 1)
    ids = _read(connection, less, rest, others, maybe_default)
    if first <= place < last:
        ids.insert(place - first, maybe_default)
    return ids


def _read(
    connection: Connection,
    listed: _List,
    order: _Sort,
    span: tuple[int, int],
    without: int | None = None,
) -> list[int]:
    """Return the ids from one position to another, read from the end when behind the middle."""
    first, last = span
    if first >= last:
        return []
    back = first > listed.total - last
    if back:
        first, last = listed.total - last, listed.total - first
    passing, column = _passing_by_id(listed) if order[0][0] == "id" else _passing(listed)
    if without is not None:
        passing = passing.where(column != without)
    columns = [_order_by(field, descending is not back, column) for field, descending in order]
    page = passing.order_by(*columns).limit(last - first).offset(first)
    ids = list(connection.execute(page).scalars())
    return ids[::-1] if back else ids


def _read_by_metadata(
    connection: Connection, listed: _List, order: _Sort, span: tuple[int, int]
) -> list[int]:
    """Return the ids from one position to another of a list that is sorted by metadata.

    All entries that pass are sorted: no index has them in that order.
    """
    first, last = span
    if first >= last:
        return []
    source: sa.FromClause = ENTRY
    columns: list[UnaryExpression[Any]] = []
    for field, descending in order:
        if isinstance(field, Member):
            own = METADATA.alias()
            source = source.outerjoin(
                own, sa.and_(own.c.entry_id == ENTRY.c.id, own.c.key == field.key)
            )
            value = _sortable(own.c.value, field)
            columns.append(value.desc() if descending else value.asc())
        else:
            columns.append(_order_by(field, descending, ENTRY.c.id))
    passing = sa.select(ENTRY.c.id).select_from(source)
    passing = passing.where(ENTRY.c.address_book_id == listed.maybe_book_id)
    if listed.filters:
        passing = passing.where(ENTRY.c.id.in_(_led(listed.filters)))
    page = passing.order_by(*columns).limit(last - first).offset(first)
    return list(connection.execute(page).scalars())


def _sortable(value: ColumnElement[str], member: Member) -> ColumnElement[Any]:
    if member.number:
        return sa.cast(sa.func.coalesce(value, "0"), sa.BigInteger)
    return sa.func.coalesce(value, "")


def _order_by(
    field: Field | Member, descending: bool, id_column: _IdColumn
) -> UnaryExpression[Any]:
    """Return the column and direction of a field; entries without a handle are last, as in
    PostgreSQL's indexes."""
    if field == "handle":
        handle = ENTRY.c.handle
        return handle.desc().nulls_first() if descending else handle.asc().nulls_last()
    column: ColumnElement[Any] = id_column
    if field != "id":
        column = ENTRY.c.updated_at if field == "updated" else ENTRY.c.is_default
    return column.desc() if descending else column.asc()
