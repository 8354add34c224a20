"""Reads the query of GET Contact, and writes its rows: companies by a filter, in an order, a page.

    ?$select=name,category/id&$filter=name eq 'Acme'&$orderBy=name desc&$top=50&$skip=100
    -> {"odata.metadata", "odata.nextLink", "value": [{"PrimaryKey", "EntityName", ...}]}

Options that change the rows and are not served are refused.

Source: the vendor's reference of GET Contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

from vcardsvc.apis.base import query_options
from vcardsvc.apis.superoffice.columns import (
    CREATED,
    NUMBER,
    NUMBER_TYPES,
    UPDATED,
    USUAL,
    Column,
    column,
    value,
)
from vcardsvc.apis.superoffice.dates import Clock
from vcardsvc.apis.superoffice.entity import INT32
from vcardsvc.apis.superoffice.equivalents import completed
from vcardsvc.apis.superoffice.errors import INVALID
from vcardsvc.apis.superoffice.filters import OPTION, parse_filter
from vcardsvc.apis.superoffice.select import NAMES
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import CommandResult, Entry, Field, Listing, Member

ROWS: Final = 100
"""Rows of a page without $top."""

MOST: Final = 500
"""Rows of a page at most: whole companies are read for them. odata.nextLink leads to the next."""

ORDERS: Final = 5
"""Columns that a list is ordered by: each is a look-up for every company."""

SERVED: Final[Mapping[str, tuple[str, ...]]] = {
    "$mode": ("slim",),
    "$entities": ("contact",),
    "$output": ("logical", "display"),
    "$jsonsafe": ("false",),
    "$format": ("json", "xml"),
    "$options": (),
    "$context": (),
}
"""Options of the vendor's for the form of rows, and the values that are served, in lower case."""

_SORT_FIELDS: Final[Mapping[str, Field]] = {NUMBER: "id", CREATED: "id", UPDATED: "updated"}
"""Columns that the store sorts by itself; numbers are given in the order of creation."""

ROOT: Final = "ODataSlimResponse"
"""The vendor's name of the response, its root element in XML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Holds a list's query: the listing, the columns of a row by the names in the query, the
    options for the next page, and the form in `$format` ("" for none)."""

    listing: Listing
    columns: Mapping[str, Column]
    options: Mapping[str, str]
    format: str = ""


def read_query(query: bytes) -> Query:
    """Return the query of a list. Raises Refused (INVALID) for the first invalid option."""
    options = _options(query)
    for name, served in SERVED.items():
        if options.get(name, "").lower() not in ("", *served):
            values = f"Of its values are served: {', '.join(served)}." if served else ""
            _refuse(name, values or "It is not served.")
    top, skip = _number(options, "$top"), _number(options, "$skip")
    sort = _sort(options.get("$orderby", ""))
    filter_text = options.get(OPTION, "")
    listing = Listing(
        where=parse_filter(filter_text) if filter_text.strip() else None,
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


def _refuse(name: str, detail: str) -> NoReturn:
    raise Refused(Problem(code=INVALID, cause="option", detail=f"{name}: {detail}"))


def _options(query: bytes) -> dict[str, str]:
    """Return the vendor's options by their names in lower case, without the blank ones."""
    options: dict[str, str] = {}
    for name, values in (query_options(query) if query else {}).items():
        lower = name.lower()
        if lower.startswith("$"):
            given = [one for one in values if one.strip()]
            if len(given) > 1 or (given and lower in options):
                _refuse(lower, "It stands once.")
            if given:
                options[lower] = given[0].strip()
    return options


def _number(options: Mapping[str, str], name: str) -> int | None:
    """Return the whole number of an option; None without the option."""
    digits = options.get(name)
    if digits is None:
        return None
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else INT32
    if number >= INT32:
        _refuse(name, "It is a whole number.")
    return number


def _columns(select: str) -> dict[str, Column]:
    """Return the selected columns by their names in the query; without names the usual ones."""
    names = [name.strip() for name in select.split(",", NAMES) if name.strip()] or list(USUAL)
    if len(names) > NAMES:
        _refuse("$select", f"It has {NAMES} names at most.")
    columns = {}
    for place, name in enumerate(names):
        maybe_column = column(name)
        if maybe_column is None:
            _refuse("$select", f"Name {place + 1} is no column.")
        columns[name] = maybe_column
    return columns


def _sort(order: str) -> tuple[tuple[Field | Member, bool], ...]:
    """Return (field or metadata, descending) of each column of an order."""
    sort: list[tuple[Field | Member, bool]] = []
    parts = order.split(",", ORDERS) if order.strip() else []
    if len(parts) > ORDERS:
        _refuse("$orderBy", f"It has {ORDERS} columns at most.")
    for place, part in enumerate(parts):
        name, *direction = part.split(None, 2) or [""]
        direction = [one.lower() for one in direction]
        maybe_column = column(name)
        if direction not in ([], ["asc"], ["desc"]):
            _refuse("$orderBy", f"Behind name {place + 1} stands asc or desc.")
        maybe_field = _SORT_FIELDS.get(maybe_column.key) if maybe_column else None
        if maybe_column is None or not (maybe_field or maybe_column.is_indexed):
            _refuse("$orderBy", f"Name {place + 1} is no column to order by.")
        member = Member(key=maybe_column.key, number=maybe_column.kind in NUMBER_TYPES)
        sort.append((maybe_field or member, direction == ["desc"]))
    return tuple(sort)


def rows(query: Query, result: CommandResult, clock: Clock, base_url: str) -> dict[str, Any]:
    """Return the rows of a page, and the link of the next one."""
    seen = query.listing.skip + len(result.entries)
    maybe_next = None
    if result.entries and seen < result.total:
        maybe_next = f"{base_url}/api/v1/Contact?{_next_query(query.options, seen)}"
    return {
        "odata.metadata": f"{base_url}/api/v1/archive$metadata",
        "odata.nextLink": maybe_next,
        "value": [_row(query, entry, clock) for entry in result.entries],
    }


_SPELLINGS: Final = {"$orderby": "$orderBy"}


def _next_query(options: Mapping[str, str], skip: int) -> str:
    others = [(_SPELLINGS.get(name, name), one) for name, one in options.items() if name != "$skip"]
    return urlencode([*others, ("$skip", skip)], safe="$,/")


def _row(query: Query, entry: Entry, clock: Clock) -> dict[str, Any]:
    entity = completed(entry.vendor_fields)
    columns = {name: value(entry, entity, one, clock) for name, one in query.columns.items()}
    return {"PrimaryKey": entry.id, "EntityName": "contact", **columns}
