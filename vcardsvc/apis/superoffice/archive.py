"""GET Contact: rows of the companies that a filter lets through, in an order, a page of them.

    ?$select=name,category/id&$filter=name eq 'Acme'&$orderBy=name desc&$top=50&$skip=100
    -> {"odata.metadata", "odata.nextLink", "value": [{"PrimaryKey", "EntityName", ...}]}

Options that would change what the rows are, and that are not served, are refused. What must never
enter here: SQL.

Source: the vendor's reference of GET Contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

from vcardsvc.apis.base import query_options
from vcardsvc.apis.superoffice import conditions
from vcardsvc.apis.superoffice.codes import INVALID
from vcardsvc.apis.superoffice.columns import (
    CREATED,
    NUMBER,
    NUMBERS,
    UPDATED,
    USUAL,
    Column,
    column,
    is_found,
    value,
)
from vcardsvc.apis.superoffice.dates import Clock
from vcardsvc.apis.superoffice.entity import INT32
from vcardsvc.apis.superoffice.equivalents import completed
from vcardsvc.apis.superoffice.select import NAMES
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import CommandResult, Entry, Field, Listing, Member

ROWS: Final = 100
"""Rows of a page when nobody says how many."""

MOST: Final = 500
"""Rows of a page at most: whole companies are read for them. odata.nextLink leads to the next."""

ORDERS: Final = 5
"""Columns that a list is ordered by: each is a look-up for every company."""

SERVED: Final[Mapping[str, frozenset[str]]] = {
    "$mode": frozenset(("slim",)),
    "$entities": frozenset(("contact",)),
    "$output": frozenset(("logical", "display")),
    "$jsonsafe": frozenset(("false",)),
    "$format": frozenset(("json", "xml")),
    "$options": frozenset(),
    "$context": frozenset(),
}
"""Options of the vendor's that say how rows are, and the values that are served, in lower case."""

_SORTED: Final[Mapping[str, Field]] = {NUMBER: "id", CREATED: "id", UPDATED: "updated"}
"""Columns that the book itself sorts by; numbers are given in the order of creation."""

ROOT: Final = "ODataSlimResponse"
"""The vendor's name of the answer, its root in XML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A list: the task, the columns of its rows by the names that the caller gave them, and the
    form that `$format` names, "" for none."""

    listing: Listing
    columns: Mapping[str, Column]
    options: Mapping[str, str]
    format: str = ""


def read_query(query: bytes) -> Query:
    """What a query asks for. Raises Refused for the first thing that is not understood."""
    options = _options(query)
    for name, served in SERVED.items():
        if options.get(name, "").lower() not in ("", *served):
            values = f"Of its values are served: {', '.join(served)}." if served else ""
            _refuse(name, values or "It is not served.")
    top, skip = _number(options, "$top"), _number(options, "$skip")
    sort = _sort(options.get("$orderby", ""))
    where = options.get(conditions.OPTION, "")
    listing = Listing(
        where=conditions.condition(where) if where.strip() else None,
        sort=sort,
        skip=skip or 0,
        per_page=ROWS if top is None else min(top, MOST),
        whole=top is None and skip is None,
    )
    return Query(
        listing=listing,
        columns=_columns(options.get("$select", "")),
        options=options,
        format=options.get("$format", "").lower(),
    )


def _refuse(name: str, why: str) -> NoReturn:
    raise Refused(Problem(code=INVALID, cause="option", detail=f"{name}: {why}"))


def _options(query: bytes) -> dict[str, str]:
    """The vendor's options by their names in lower case; blank ones say nothing."""
    found: dict[str, str] = {}
    for name, values in (query_options(query) if query else {}).items():
        lower = name.lower()
        if lower.startswith("$"):
            given = [one for one in values if one.strip()]
            if len(given) > 1 or (given and lower in found):
                _refuse(lower, "It stands once.")
            if given:
                found[lower] = given[0].strip()
    return found


def _number(options: Mapping[str, str], name: str) -> int | None:
    """The whole number of an option; None where it does not stand."""
    digits = options.get(name)
    if digits is None:
        return None
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else INT32
    if number >= INT32:
        _refuse(name, "It is a whole number.")
    return number


def _columns(selected: str) -> dict[str, Column]:
    """The columns that are selected, by the names that they were given; the usual ones for none."""
    names = [name.strip() for name in selected.split(",", NAMES) if name.strip()] or list(USUAL)
    if len(names) > NAMES:
        _refuse("$select", f"It has {NAMES} names at most.")
    found = {}
    for place, name in enumerate(names):
        maybe_column = column(name)
        if maybe_column is None:
            _refuse("$select", f"Name {place + 1} is no column.")
        found[name] = maybe_column
    return found


def _sort(order: str) -> tuple[tuple[Field | Member, bool], ...]:
    """(what, descending) of each column of an order."""
    found: list[tuple[Field | Member, bool]] = []
    parts = order.split(",", ORDERS) if order.strip() else []
    if len(parts) > ORDERS:
        _refuse("$orderBy", f"It has {ORDERS} columns at most.")
    for place, part in enumerate(parts):
        name, *direction = part.split(None, 2) or [""]
        descending = [one.lower() for one in direction]
        maybe_column = column(name)
        if descending not in ([], ["asc"], ["desc"]):
            _refuse("$orderBy", f"Behind name {place + 1} stands asc or desc.")
        if maybe_column is None or not (maybe_column.key in _SORTED or is_found(maybe_column)):
            _refuse("$orderBy", f"Name {place + 1} is no column to order by.")
        what = _SORTED.get(maybe_column.key) or Member(
            key=maybe_column.key, number=maybe_column.word in NUMBERS
        )
        found.append((what, descending == ["desc"]))
    return tuple(found)


def rows(query: Query, found: CommandResult, clock: Clock, base_url: str) -> dict[str, Any]:
    """The rows of a page, and where the next one is."""
    shown = query.listing.skip + len(found.entries)
    maybe_next = None
    if found.entries and shown < found.total:
        maybe_next = f"{base_url}/api/v1/Contact?{_query(query.options, shown)}"
    return {
        "odata.metadata": f"{base_url}/api/v1/archive$metadata",
        "odata.nextLink": maybe_next,
        "value": [_row(query, entry, clock) for entry in found.entries],
    }


_SPELLED: Final = {"$orderby": "$orderBy"}


def _query(options: Mapping[str, str], skip: int) -> str:
    others = [(_SPELLED.get(name, name), one) for name, one in options.items() if name != "$skip"]
    return urlencode([*others, ("$skip", skip)], safe="$,/")


def _row(query: Query, entry: Entry, clock: Clock) -> dict[str, Any]:
    entity = completed(entry.vendor_fields)
    columns = {name: value(entry, entity, one, clock) for name, one in query.columns.items()}
    return {"PrimaryKey": entry.id, "EntityName": "contact", **columns}
