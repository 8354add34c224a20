"""The options of a call, the page they ask for, and the links from that page to the others.

    ?query=doe&parent_handle=...&sort=-is_default,handle&page=2&per_page=50
    &metadata[customer_id]=4821&expand[]=parent

Source: the vendor's page on contacts; PHP's way to name options with brackets. What must never
enter here: a key, which never rides in a URL.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from vcardsvc.apis.base import Request, query_options
from vcardsvc.apis.domainchief.codes import (
    ARRAY,
    BETWEEN,
    INTEGER,
    REQUIRED,
    SELECTED,
    STRING,
    TOO_LONG,
    TOO_MANY,
)
from vcardsvc.apis.domainchief.members import HANDLE, TEXT
from vcardsvc.apis.domainchief.metadata import sought
from vcardsvc.model.address_book import PER_PAGE, Field, GetMany, Listing
from vcardsvc.validation.fields import Policy, Validator

PARENT: Final = "parent"
"""The one thing a contact can be expanded by."""

SORTED_BY: Final[Mapping[str, Field]] = {"handle": "handle", "is_default": "default", "id": "id"}
"""What a list can be sorted by, and what the book calls it."""

FIELDS: Final = 5
"""Names in `sort` (the vendor's limit); those behind them are not read."""

PAGES: Final = 1_000_000_000
"""The last page there can be. A hundred times as many entries is a number every database has."""

PAGE_SIZE: Final = 100
"""Entries of a page at most (the vendor's limit)."""

HANDLES: Final = 100
"""Handles of one batch (the vendor's limit)."""

EXPANSIONS: Final = 20
"""Expansions that are judged, of which one is known."""

Options = Mapping[str, list[str]]

_EXPAND: Final = re.compile(r"expand(?:\[[0-9]*\])?")
_WHOLE: Final = re.compile(r"\+?[0-9]{1,12}")


def expanded(validator: Validator, options: Options) -> bool:
    """Whether `expand[]=parent` is among the options; plain `expand` and commas do as well."""
    said = [one for name, values in options.items() if _EXPAND.fullmatch(name) for one in values]
    return _expansions(validator, [word for one in said for word in one.split(",") if word])


def _expansions(validator: Validator, words: list[Any]) -> bool:
    # Cut, so that a body of commas is not answered with a sentence for each.
    for index, word in enumerate(words[:EXPANSIONS]):
        if word != PARENT:
            validator.refuse(SELECTED, ("expand", index), "expand")
    return bool(words)


def options_of(ask: Request) -> Options:
    """The options of a call. Raises Refused for too many of them."""
    return query_options(ask.query) if ask.query else {}


def listing(policy: Policy, options: Options) -> Listing:
    """The page that is asked for. Raises Refused with every problem."""
    validator = Validator(policy)
    given = {name: values[-1] for name, values in options.items()}
    last = {name: value for name, value in given.items() if value}
    found = Listing(
        query=_text(validator, last, "query"),
        parent=_text(validator, last, "parent_handle") or None,
        metadata=sought(validator, given),
        sort=_sort(last.get("sort", "")),
        page=_number(validator, last, "page", 1, PAGES),
        per_page=_number(validator, last, "per_page", PER_PAGE, PAGE_SIZE),
        whole="page" not in last and "per_page" not in last,
        expand=expanded(validator, options),
    )
    validator.raise_problems()
    return found


def batch(policy: Policy, options: Options, request: Mapping[str, Any]) -> GetMany:
    """The contacts that are asked for by handle; what can be no handle names none.

    Raises Refused with every problem.
    """
    validator = Validator(policy)
    handles = _list(validator, request, "contacts")
    if not handles and not validator.problems:
        validator.refuse(REQUIRED, ("contacts",), "missing")
    if len(handles) > HANDLES:
        validator.refuse(TOO_MANY, ("contacts",), "count", str(HANDLES))
    for index, handle in enumerate(handles[:HANDLES]):
        if type(handle) is not str:
            validator.refuse(STRING, ("contacts", index), "type")
    in_body = _expansions(validator, _list(validator, request, "expand"))
    in_query = expanded(validator, options)
    validator.raise_problems()
    refs = tuple(dict.fromkeys(handle for handle in handles if HANDLE.fullmatch(handle)))
    return GetMany(refs=refs, expand=in_body or in_query)


def _list(validator: Validator, request: Mapping[str, Any], name: str) -> list[Any]:
    value = request.get(name)
    if type(value) is list:
        return value
    if value is not None:
        validator.refuse(ARRAY, (name,), "type")
    return []


def _text(validator: Validator, options: Mapping[str, str], name: str) -> str:
    text = validator.line(options.get(name), (name,))
    if len(text) > TEXT:
        validator.refuse(TOO_LONG, (name,), "length", str(TEXT))
    return text


def _number(
    validator: Validator, options: Mapping[str, str], name: str, usual: int, highest: int
) -> int:
    said = options.get(name)
    if said is None:
        return usual
    if not _WHOLE.fullmatch(said):
        validator.refuse(INTEGER, (name,), "number")
        return usual
    if not 1 <= int(said) <= highest:
        validator.refuse(BETWEEN, (name,), "number", f"1 and {highest}")
    return int(said)


def _sort(said: str) -> tuple[tuple[Field, bool], ...]:
    """(what, descending) of each known name; of a name said twice the first counts."""
    found: dict[Field, bool] = {}
    for word in said.lower().split(",", FIELDS)[:FIELDS]:
        name = word.strip()
        maybe_field = SORTED_BY.get(name.removeprefix("-"))
        if maybe_field is not None:
            found.setdefault(maybe_field, name.startswith("-"))
    return tuple(found.items())


def paged(task: Listing, total: int, count: int, url: str, options: Options) -> dict[str, Any]:
    """`links` and `meta` of a page of `count` entries out of `total`.

    Every link keeps the other options. A page behind the last one has no entries, and no link on.
    """
    pages = max(1, -(-total // task.per_page))
    before = (task.page - 1) * task.per_page
    return {
        "links": {
            "first": _link(url, options, 1),
            "last": _link(url, options, pages),
            "prev": _link(url, options, task.page - 1) if task.page > 1 else None,
            "next": _link(url, options, task.page + 1) if task.page < pages else None,
        },
        "meta": {
            "current_page": task.page,
            "from": before + 1 if count else None,
            "last_page": pages,
            "path": url,
            "per_page": task.per_page,
            "to": before + count if count else None,
            "total": total,
        },
    }


def _link(url: str, options: Options, page: int) -> str:
    others = [
        (name, value) for name, values in options.items() if name != "page" for value in values
    ]
    return f"{url}?{urlencode([*others, ('page', page)])}"
