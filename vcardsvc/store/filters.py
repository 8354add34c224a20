"""Which entries a list is of, as numbers in its order.

Strategy: an index has the numbers of every filter. The filter with the fewest leads: its numbers
are read, and about each of them the others are asked, in look-ups that are never more than that
(`_asked`), so that nothing depends on what a planner guesses. Where even the first has very many,
and where the order is another than that of the numbers, entries are passed in the order of the list
and all filters are asked about each: a page of what many pass is soon full. A page behind the
middle is read from the end.
What must never enter here: a row of an entry, only its number, handle and default flag.
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
from vcardsvc.store.terms import query_words

FEW: Final = 1_000
"""Entries that are sorted in memory: a millisecond or two on either database."""

MANY: Final = 20_000
"""Numbers that are counted to find the filter with the fewest, and that are sorted for one page:
some milliseconds. Of a million entries every fiftieth passes a filter with more."""

LAST_ID: Final = 2**31 - 1
"""The highest number of an entry, that of the vendors' own 32 bits."""

_LAST_CHARACTER: Final = "\U0010ffff"

_ESCAPED: Final = re.compile("[/%_]")
"""What a pattern of LIKE says otherwise than by itself."""

_Sort = Sequence[tuple[Field | Member, bool]]
_Number = ColumnElement[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """A condition of a list: the numbers for which it is true, their column, and whether it is true
    for the number in another column.

    `ordered`: its index has the numbers in their order, each once. `size`: how many there are, when
    they were counted, up to one more than `MANY`.
    """

    ids: Select[Any]
    column: _Number
    true_of: Callable[[_Number], ColumnElement[bool]]
    ordered: bool = True
    size: int = 0

    @property
    def leads(self) -> bool:
        """Whether a page can be cut from its numbers."""
        return self.ordered or self.size <= MANY


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """What a page is cut from: an address book (None: all), filters with the leading one first, how
    many entries pass."""

    maybe_here: int | None
    filters: Sequence[_Filter]
    total: int = 0


def page_of(
    connection: Connection, here: int, entries: int, listing: Listing
) -> tuple[list[int], int]:
    """The numbers of a page of this address book, which has so many entries, and the number of
    entries on all pages."""
    maybe_filters = _filters(here, listing)
    if maybe_filters is None:
        return [], 0
    order = _order(listing.sort)
    first = (listing.page - 1) * listing.per_page + listing.skip
    by_id = order[0][0] == "id"
    hidden = 0 if listing.hidden else _hidden(connection, here)
    filters = [*maybe_filters, _lacks(here, HIDDEN)] if hidden else maybe_filters
    told = _List(maybe_here=here, filters=_sized(connection, filters, by_id=by_id))
    if any(isinstance(what, Member) for what, _ in order):
        total = _count(connection, told) if maybe_filters else entries - hidden
        cut = (first, min(first + listing.per_page, total))
        return _by_members(connection, told, order, cut), total
    if told.filters and not by_id and told.filters[0].size <= FEW:
        ids = _sorted(_few(connection, told), order)
        return ids[first : first + listing.per_page], len(ids)
    total = _count(connection, told) if maybe_filters else entries - hidden
    cut = (first, min(first + listing.per_page, total))
    return _cut_out(connection, replace(told, total=total), order, cut), total


def next_of(
    connection: Connection, maybe_here: int | None, after: int, most: int, listing: Listing
) -> list[int]:
    """The next numbers behind `after` that pass the filters, of this address book or of all."""
    maybe_filters = _filters(maybe_here, listing)
    if maybe_filters is None:
        return []
    if not listing.hidden and (maybe_here is None or _hidden(connection, maybe_here)):
        maybe_filters.append(_lacks(maybe_here, HIDDEN))
    if maybe_here is not None:
        maybe_filters = _sized(connection, maybe_filters, by_id=True)
    found, column = _from(_List(maybe_here=maybe_here, filters=maybe_filters))
    told = found.where(column > after).order_by(column).limit(most)
    return list(connection.execute(told).scalars())


def _filters(maybe_here: int | None, listing: Listing) -> list[_Filter] | None:
    """The filters of a list; None when nothing can pass them."""
    words = query_words(listing.query)
    pairs = (*listing.metadata.items(), *((key, *like) for key, like in listing.like.items()))
    conditions = _every(listing.where)
    own = [text for each in conditions for text in _said(each)]
    said = (listing.parent or "", *(text for pair in pairs for text in pair), *own)
    if (listing.query.strip() and not words) or not all(map(is_storable, said)):
        return None
    filters = [_has(maybe_here, key, value) for key, value in listing.metadata.items()]
    filters += [_like(maybe_here, key, pieces) for key, pieces in listing.like.items()]
    filters += [_true(maybe_here, condition) for condition in conditions]
    if listing.parent is not None:
        filters.append(_child(maybe_here, listing.parent))
    return filters + [_says(maybe_here, word) for word in words]


def _hidden(connection: Connection, here: int) -> int:
    """How many entries of this address book are in no list."""
    found = sa.select(sa.func.count()).where(
        METADATA.c.address_book_id == here, METADATA.c.key == HIDDEN
    )
    return int(connection.execute(found).scalar_one())


def _every(maybe_condition: Condition | None) -> tuple[Condition, ...]:
    """The conditions that must all be true."""
    if isinstance(maybe_condition, Every):
        return tuple(one for each in maybe_condition.of for one in _every(each))
    return () if maybe_condition is None else (maybe_condition,)


def _said(condition: Condition) -> Iterator[str]:
    """The keys and values of a condition."""
    if isinstance(condition, Every | Either):
        for each in condition.of:
            yield from _said(each)
    elif isinstance(condition, Equal | Begins | Contains):
        yield from (condition.key, condition.value)
    elif isinstance(condition, Missing):
        yield condition.key


def _true(maybe_here: int | None, condition: Condition) -> _Filter:
    """The filter of a condition."""
    match condition:
        case Equal(key=key, value=value):
            return _has(maybe_here, key, value)
        case Begins(key=key, value=value):
            return _like(maybe_here, key, (value, ""))
        case Contains(key=key, value=value):
            return _like(maybe_here, key, ("", value, ""))
        case Missing(key=key):
            return _lacks(maybe_here, key)
        case Numbered(id=number):
            return _numbered(maybe_here, number)
        case Every():
            return _all(maybe_here, [_true(maybe_here, one) for one in _every(condition)])
        case Either(of=several):
            return _any([_true(maybe_here, one) for one in several])


def _all(maybe_here: int | None, filters: Sequence[_Filter]) -> _Filter:
    """Led by one that an index gives in order, if there is one."""
    first, *others = sorted(filters, key=lambda each: not each.ordered)
    return replace(
        first,
        ids=_led([first, *others]),
        true_of=lambda number: sa.and_(*(each.true_of(number) for each in filters)),
    )


def _any(filters: Sequence[_Filter]) -> _Filter:
    found = sa.union(*(each.ids for each in filters)).subquery()
    column = found.c[0]
    return _Filter(
        ids=sa.select(column),
        column=column,
        true_of=lambda number: sa.or_(*(each.true_of(number) for each in filters)),
        ordered=False,
    )


def _numbered(maybe_here: int | None, this: int) -> _Filter:
    this = this if 0 < this <= LAST_ID else 0  # which no entry has
    one = sa.select(ENTRY.c.id).where(ENTRY.c.address_book_id == maybe_here, ENTRY.c.id == this)
    return _Filter(ids=one, column=ENTRY.c.id, true_of=lambda number: number == this)


def _lacks(maybe_here: int | None, key: str) -> _Filter:
    def without(number: _Number) -> ColumnElement[bool]:
        own = METADATA.alias()
        return _look_up(own, own.c.entry_id == number, own.c.key == key).is_(None)

    here = ENTRY.c.address_book_id == maybe_here
    return _Filter(
        ids=sa.select(ENTRY.c.id).where(here, without(ENTRY.c.id)),
        column=ENTRY.c.id,
        true_of=without,
    )


def _has(maybe_here: int | None, key: str, value: str) -> _Filter:
    own = METADATA.alias()
    pair = (METADATA.c.key == key, METADATA.c.value == value)
    return _Filter(
        ids=sa.select(METADATA.c.entry_id).where(METADATA.c.address_book_id == maybe_here, *pair),
        column=METADATA.c.entry_id,
        true_of=lambda number: _asked(
            own, own.c.entry_id == number, own.c.key == key, own.c.value == value
        ),
    )


def _like(maybe_here: int | None, key: str, pieces: Sequence[str]) -> _Filter:
    own = METADATA.alias()
    here, there = _matching(METADATA.c.value, pieces), _matching(own.c.value, pieces)
    pairs = sa.select(METADATA.c.entry_id).where(
        METADATA.c.address_book_id == maybe_here, METADATA.c.key == key, *here
    )
    return _Filter(
        ids=pairs,
        column=METADATA.c.entry_id,
        true_of=lambda number: _asked(own, own.c.entry_id == number, own.c.key == key, *there),
        ordered=False,
    )


def _child(maybe_here: int | None, handle: str) -> _Filter:
    child, parent = ENTRY.alias("child"), PARENT.c.handle == handle
    one = sa.select(PARENT.c.id).where(PARENT.c.address_book_id == maybe_here, parent)
    return _Filter(
        ids=sa.select(child.c.id).where(child.c.parent_id == one.scalar_subquery()),
        column=child.c.id,
        true_of=lambda number: _asked(
            child.join(PARENT, PARENT.c.id == child.c.parent_id), child.c.id == number, parent
        ),
    )


def _says(maybe_here: int | None, word: str) -> _Filter:
    own = TERM.alias()
    here, there = _between(TERM.c.term, word), _between(own.c.term, word)
    return _Filter(
        ids=sa.select(TERM.c.entry_id).where(TERM.c.address_book_id == maybe_here, *here),
        column=TERM.c.entry_id,
        true_of=lambda number: _asked(own, own.c.entry_id == number, *there),
        ordered=False,
    )


def _matching(column: ColumnElement[str], pieces: Sequence[str]) -> Sequence[ColumnElement[bool]]:
    """What has these pieces in this order. The first is a range of an index, which LIKE would be on
    neither database; whatever else there is, is looked for in each value of that range."""
    first, *others = pieces
    found = list(_between(column, first)) if first else []
    if any(others):
        pattern = "%".join(_ESCAPED.sub(r"/\g<0>", piece) for piece in pieces)
        found.append(column.like(pattern, escape="/"))
    return found


def _between(column: ColumnElement[str], start: str) -> Sequence[ColumnElement[bool]]:
    """What begins so, as a range of an index: LIKE would not be one on either database."""
    return (column >= start, column < start + _LAST_CHARACTER)


def _asked(of: sa.FromClause, *true: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a look-up finds something."""
    return _look_up(of, *true) == sa.literal_column("1")


def _look_up(of: sa.FromClause, *true: ColumnElement[bool]) -> ColumnElement[Any]:
    """A look-up for each number. Not EXISTS: PostgreSQL makes joins of those, guesses how to join,
    and takes seconds to plan a dozen of them."""
    one: Select[Any] = sa.select(sa.literal_column("1")).select_from(of).where(*true).limit(1)
    return one.correlate_except(*_tables(of)).scalar_subquery()


def _tables(of: sa.FromClause) -> Sequence[sa.FromClause]:
    return (of.left, of.right) if isinstance(of, sa.Join) else (of,)


def _sized(connection: Connection, filters: Sequence[_Filter], *, by_id: bool) -> list[_Filter]:
    """The filters, the one with the fewest numbers first. Nothing is counted where nothing depends
    on it: the only filter of a list by number, with an index in that order."""
    if by_id and len(filters) == 1 and filters[0].ordered:
        return list(filters)
    sized = []
    for each in filters:
        some = sa.select(sa.func.count()).select_from(each.ids.limit(MANY + 1).subquery())
        sized.append(replace(each, size=int(connection.execute(some).scalar_one())))
    return sorted(sized, key=lambda each: each.size)


def _order(sort: _Sort) -> tuple[tuple[Field | Member, bool], ...]:
    """The order of a list up to its numbers, which no two entries share."""
    told: dict[Field | Member, bool] = {}
    for what, descending in (*sort, ("id", False)):
        told.setdefault(what, descending)
        if what == "id":
            break
    return tuple(told.items())


_Row = tuple[int, str | None, bool, datetime]

_KEYS: Final[dict[Field | Member, Any]] = {
    "id": lambda row: row[0],
    "handle": lambda row: (row[1] is None, row[1] or ""),
    "default": lambda row: row[2],
    "updated": lambda row: row[3],
}
"""How rows are sorted in memory; by handle as `_by` has it: those without one last."""


def _few(connection: Connection, told: _List) -> list[_Row]:
    """All that pass, of a leading filter that few pass."""
    rows = sa.select(ENTRY.c.id, ENTRY.c.handle, ENTRY.c.is_default, ENTRY.c.updated_at)
    passed = rows.where(ENTRY.c.id.in_(_led(told.filters)))
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(passed)]


def _sorted(rows: Sequence[_Row], order: _Sort) -> list[int]:
    kept = list(rows)
    for what, descending in reversed(order):
        kept.sort(key=_KEYS[what], reverse=descending)
    return [row[0] for row in kept]


def _count(connection: Connection, told: _List) -> int:
    found = sa.select(sa.func.count()).select_from(_led(told.filters).subquery())
    return int(connection.execute(found).scalar_one())


def _led(filters: Sequence[_Filter]) -> Select[Any]:
    """The numbers of the first filter that pass the others, each once."""
    first, *others = filters
    found = first.ids.where(*(each.true_of(first.column) for each in others))
    return found if first.ordered else found.distinct()


def _from(told: _List) -> tuple[Select[Any], _Number]:
    """Where the numbers that pass are read by number, and their column."""
    if told.maybe_here is not None and told.filters and told.filters[0].leads:
        return _led(told.filters), told.filters[0].column
    return _passing(told)


def _passing(told: _List) -> tuple[Select[Any], _Number]:
    """All entries, each asked about."""
    found = sa.select(ENTRY.c.id).where(*(each.true_of(ENTRY.c.id) for each in told.filters))
    if told.maybe_here is not None:
        found = found.where(ENTRY.c.address_book_id == told.maybe_here)
    return found, ENTRY.c.id


def _cut_out(connection: Connection, told: _List, order: _Sort, cut: tuple[int, int]) -> list[int]:
    """The numbers from one place of a list to another.

    One entry at most is the default, so a list sorted by it is that one, and all the others in the
    order of what comes next: no index could give a page of both.
    """
    first, last = cut
    if order[0][0] != "default" or first >= last:
        return _read(connection, told, order, cut)
    [(_, leads), *rest] = order
    passing, _ = _passing(told)
    maybe_default = connection.execute(passing.where(ENTRY.c.is_default)).scalar_one_or_none()
    if maybe_default is None:
        return _read(connection, told, rest, cut)
    place = 0 if leads else told.total - 1
    others = (first - (place < first), last - (place < last))
    less = replace(told, total=told.total - 1)
    ids = _read(connection, less, rest, others, maybe_default)
    if first <= place < last:
        ids.insert(place - first, maybe_default)
    return ids


def _read(
    connection: Connection,
    told: _List,
    order: _Sort,
    cut: tuple[int, int],
    without: int | None = None,
) -> list[int]:
    """The numbers from one place to another; those behind the middle are read from the end."""
    first, last = cut
    if first >= last:
        return []
    back = first > told.total - last
    if back:
        first, last = told.total - last, told.total - first
    found, column = _from(told) if order[0][0] == "id" else _passing(told)
    if without is not None:
        found = found.where(column != without)
    by = [_by(what, descending is not back, column) for what, descending in order]
    cut_out = found.order_by(*by).limit(last - first).offset(first)
    ids = list(connection.execute(cut_out).scalars())
    return ids[::-1] if back else ids


def _by_members(
    connection: Connection, told: _List, order: _Sort, cut: tuple[int, int]
) -> list[int]:
    """The numbers from one place to another of a list that is sorted by metadata, among others.
    Whatever passes is sorted: no index has it in that order."""
    first, last = cut
    if first >= last:
        return []
    source: sa.FromClause = ENTRY
    by: list[UnaryExpression[Any]] = []
    for what, descending in order:
        if isinstance(what, Member):
            own = METADATA.alias()
            here = sa.and_(own.c.entry_id == ENTRY.c.id, own.c.key == what.key)
            source = source.outerjoin(own, here)
            value = _sortable(own.c.value, what)
            by.append(value.desc() if descending else value.asc())
        else:
            by.append(_by(what, descending, ENTRY.c.id))
    found = sa.select(ENTRY.c.id).select_from(source)
    found = found.where(ENTRY.c.address_book_id == told.maybe_here)
    if told.filters:
        found = found.where(ENTRY.c.id.in_(_led(told.filters)))
    cut_out = found.order_by(*by).limit(last - first).offset(first)
    return list(connection.execute(cut_out).scalars())


def _sortable(value: ColumnElement[str], what: Member) -> ColumnElement[Any]:
    if what.number:
        return sa.cast(sa.func.coalesce(value, "0"), sa.BigInteger)
    return sa.func.coalesce(value, "")


def _by(what: Field | Member, descending: bool, column: _Number) -> UnaryExpression[Any]:
    """Handles with what has none last, as PostgreSQL's indexes have them."""
    if what == "handle":
        by = ENTRY.c.handle
        return by.desc().nulls_first() if descending else by.asc().nulls_last()
    by_it: ColumnElement[Any] = column
    if what != "id":
        by_it = ENTRY.c.updated_at if what == "updated" else ENTRY.c.is_default
    return by_it.desc() if descending else by_it.asc()
