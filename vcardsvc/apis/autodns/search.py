"""Reads the query of a list into a command.

    {"filters": [...], "view": {"limit", "offset"}, "orders": [...]}
    EQUAL over the members that are kept as pairs, without regard to case; LIKE over the same, with
    % or * for anything (`Do%`, `%oe`, `%o%`); EQUAL over id, alone, one or several linked by OR

The rest of the OpenAPI's Query is refused, not ignored: without a filter a list would hold too
much.

Source: the Query of the vendor's OpenAPI; the vendor's page of ContactList.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from vcardsvc.apis.autodns.caller import INT32, RequestContext
from vcardsvc.apis.autodns.errors import E0301
from vcardsvc.apis.autodns.mapping import SEARCHED, folded
from vcardsvc.apis.autodns.members import LENGTH, MEMBERS
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Field, GetMany, Listing
from vcardsvc.validation.fields import Validator

LIMIT: Final = 100
"""Contacts of a list without a limit of its own."""

MOST: Final = 500
"""Contacts of a page at most: a response of some megabytes with the largest contacts seen."""

FILTERS: Final = 50
"""Filters of a query: twice as many as there are members."""

LIKES: Final = frozenset(("LIKE", "ILIKE"))
_WILD: Final = re.compile("[%*]+")
"""The signs for anything: SQL's and the vendor's own. SQL's _ is no sign: aliases have it."""

_BLANKS: Final = re.compile(r"\s+")

NORMALIZED: Final = frozenset(("type", "country"))
"""The members whose value is read as in a contact: `de` and `Germany` as `DE`."""

ORDERS: Final[Mapping[str, Field]] = {"id": "id", "created": "id"}
"""The keys by which a list can be ordered; ids are in the order of creation."""


def _refuse(field: str, detail: str) -> NoReturn:
    raise Refused(Problem(code=E0301, field=f"/{field}", cause="query", detail=detail))


def read_query(
    query: Mapping[str, Any], validator: Validator, context: RequestContext
) -> Listing | GetMany:
    """Return the command of a query. Raises Refused (E0301) for the first part that is wrong or not
    served."""
    filters = _list(query, "filters")
    id_filters = [one for one in filters if one.get("key") == "id"]
    view = _object(query, "view")
    limit, offset, is_whole = _view(view)
    maybe_since, maybe_until = (_time(view.get(name), name) for name in ("from", "to"))
    sort = _orders(_list(query, "orders"))
    if id_filters:
        refs = sorted(_refs(id_filters, filters), reverse=sort[:1] == (("id", True),))
        return GetMany(
            refs=tuple(refs),
            maybe_since=maybe_since,
            maybe_until=maybe_until,
            first=offset,
            maybe_most=limit,
            context=context,
        )
    if maybe_since or maybe_until:
        _refuse("view", "from and to go with a filter by id alone.")
    equal: dict[str, tuple[str, ...]] = {}
    like: dict[str, tuple[str, ...]] = {}
    for one in filters:
        key, pieces = _filter(one, validator)
        pairs = equal if len(pieces) == 1 else like
        if pairs.setdefault(key, pieces) != pieces:
            _refuse("filters", "Each key stands once with an operator.")
    return Listing(
        metadata={key: value for key, (value,) in equal.items()},
        like={key: pieces for key, pieces in like.items() if any(pieces)},
        sort=sort,
        page=offset // limit + 1,
        per_page=limit,
        whole=is_whole,
        context=context,
    )


def _refs(id_filters: list[Mapping[str, Any]], filters: list[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the ids of the filters by id, each once."""
    refs: list[int] = []
    for one in id_filters:
        value = one.get("value")
        digits = str(value) if type(value) in (int, str) else ""
        if _operator(one) != "EQUAL" or not _is_number(digits):
            _refuse("filters", "id is filtered by EQUAL and a whole number.")
        if 0 < int(digits) <= INT32 and int(digits) not in refs:
            refs.append(int(digits))
    is_linked = len(id_filters) == 1 or all(one.get("link") == "OR" for one in id_filters[:-1])
    if len(id_filters) != len(filters) or not is_linked:
        _refuse("filters", "Filters by id stand alone, several of them linked by OR.")
    return tuple(refs)


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 10


def _filter(one: Mapping[str, Any], validator: Validator) -> tuple[str, tuple[str, ...]]:
    """Return (key, pieces of the value) of a filter over a member. One piece is an exact value; a
    value of signs alone (`%`) has empty pieces, which every contact matches."""
    key, operator = one.get("key"), _operator(one)
    if one.get("filters") or one.get("link", "AND") not in ("AND", None):
        _refuse("filters", "Filters are linked by AND and hold no others.")
    if key not in SEARCHED or operator not in ("EQUAL", *LIKES):
        _refuse("filters", f"EQUAL and LIKE are for {', '.join(SEARCHED)}; EQUAL for id too.")
    read = MEMBERS[key] if operator == "EQUAL" and key in NORMALIZED else Validator.line
    value = read(validator, one.get("value"), ("filters", "value"))
    validator.raise_problems()
    if not value or len(value) > LENGTH:
        _refuse("filters", "A filter has a key, an operator and a value.")
    if operator == "EQUAL":
        return key, (folded(value),)
    # Blanks beside a sign count: "New %" is no "Newark".
    first, *others = (_BLANKS.sub(" ", piece.casefold()) for piece in _WILD.split(value))
    return key, (first, *others)


def _operator(one: Mapping[str, Any]) -> str:
    """Return the operator of a filter in capitals; EQUAL if it has none."""
    operator = one.get("operator")
    operator = "EQUAL" if operator is None else operator
    if type(operator) is not str:
        _refuse("filters", "A filter has a key, an operator and a value.")
    return operator.upper()


def _view(view: Mapping[str, Any]) -> tuple[int, int, bool]:
    """Return (limit, offset, whether the list is whole and no page)."""
    limit, offset = view.get("limit"), view.get("offset")
    if limit is not None and (type(limit) is not int or not 1 <= limit <= MOST):
        _refuse("view", f"limit is a whole number from 1 to {MOST}.")
    size = limit or LIMIT
    if offset is not None and (type(offset) is not int or not 0 <= offset <= INT32):
        _refuse("view", "offset is a whole number.")
    if (offset or 0) % size:
        _refuse("view", "offset is a multiple of limit.")
    return size, offset or 0, limit is None and not offset


def _orders(orders: list[Mapping[str, Any]]) -> tuple[tuple[Field, bool], ...]:
    sort: list[tuple[Field, bool]] = []
    for one in orders:
        key, direction = one.get("key"), one.get("type")
        direction = "ASC" if direction is None else direction
        is_known = type(key) is str and key in ORDERS and direction in ("ASC", "DESC")
        if not is_known or one.get("ins"):
            _refuse("orders", f"A list is ordered by {', '.join(ORDERS)}, ASC or DESC.")
        sort.append((ORDERS[str(key)], direction == "DESC"))
    return tuple(sort[:1])


def _time(value: Any, name: str) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError):
        _refuse("view", f"{name} is a time like 2026-01-31T12:00:00Z.")


def _list(query: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = query.get(name)
    value = [] if value is None else value
    if (
        type(value) is not list
        or len(value) > FILTERS
        or any(type(one) is not dict for one in value)
    ):
        _refuse(name, f"It must be an array of at most {FILTERS} objects.")
    return value


def _object(query: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = query.get(name)
    value = {} if value is None else value
    if type(value) is not dict:
        _refuse(name, "It must be an object.")
    return value
