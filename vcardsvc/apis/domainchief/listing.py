"""Reads the query options of a list into a page's command, and writes the links between pages.

    ?query=doe&parent_handle=...&sort=-is_default,handle&page=2&per_page=50
    &metadata[customer_id]=4821&expand[]=parent

Source: the vendor's page on contacts; PHP's way to name options with brackets.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from vcardsvc.apis.domainchief.errors import ARRAY, BETWEEN, INTEGER, SELECTED, TOO_LONG
from vcardsvc.apis.domainchief.mapping import TEXT
from vcardsvc.apis.domainchief.metadata import read_metadata_filters
from vcardsvc.model.address_book import PER_PAGE, Field, Listing
from vcardsvc.validation.fields import Validator

PARENT: Final = "parent"
"""The one member that can be expanded."""

SORTED_BY: Final[Mapping[str, Field]] = {"handle": "handle", "is_default": "default", "id": "id"}
"""The names in `sort`, and the contact book's own."""

FIELDS: Final = 5
"""Names in `sort` (the vendor's limit); further ones are not read."""

PAGES: Final = 1_000_000_000
"""The highest number of a page. A hundred times as many entries are within every database's
integers."""

PAGE_SIZE: Final = 100
"""Entries of a page at most (the vendor's limit)."""

EXPANSIONS: Final = 20
"""Expansions that are checked, of which one is known."""

Options = Mapping[str, list[str]]

_EXPAND: Final = re.compile(r"expand(?:\[[0-9]*\])?")
_WHOLE: Final = re.compile(r"\+?[0-9]{1,12}")


def read_expand(validator: Validator, options: Options) -> bool:
    """Return whether `expand[]=parent` is among the options; also `expand=` and a list with
    commas."""
    values = [one for name, given in options.items() if _EXPAND.fullmatch(name) for one in given]
    return check_expansions(validator, [name for one in values for name in one.split(",") if name])


def check_expansions(validator: Validator, names: list[Any]) -> bool:
    """Refuse the unknown names, and return whether there is any name."""
    # Cut, so that a body of commas is not answered with a sentence for each.
    for index, name in enumerate(names[:EXPANSIONS]):
        if name != PARENT:
            validator.refuse(SELECTED, ("expand", index), "expand")
    return bool(names)


def read_listing(validator: Validator, options: Options) -> Listing:
    """Return the command that lists a page of contacts. Of several values of an option the last
    counts, and a blank one is none. Raises Refused with every problem."""
    last = {name: values[-1] for name, values in options.items()}
    filled = {name: value for name, value in last.items() if value}
    listing = Listing(
        query=_text(validator, filled, "query"),
        parent=_text(validator, filled, "parent_handle") or None,
        metadata=read_metadata_filters(validator, last),
        sort=_sort(filled.get("sort", "")),
        page=_number(validator, filled, "page", 1, PAGES),
        per_page=_number(validator, filled, "per_page", PER_PAGE, PAGE_SIZE),
        whole="page" not in filled and "per_page" not in filled,
        expand=read_expand(validator, options),
    )
    validator.raise_problems()
    return listing


def array(validator: Validator, body: Mapping[str, Any], name: str) -> list[Any]:
    """Return the array under a member's name; [] when absent or refused."""
    value = body.get(name)
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
    validator: Validator, options: Mapping[str, str], name: str, default: int, highest: int
) -> int:
    text = options.get(name)
    if text is None:
        return default
    if not _WHOLE.fullmatch(text):
        validator.refuse(INTEGER, (name,), "number")
        return default
    if not 1 <= int(text) <= highest:
        validator.refuse(BETWEEN, (name,), "number", f"1 and {highest}")
    return int(text)


def _sort(text: str) -> tuple[tuple[Field, bool], ...]:
    """Return (field, descending) of each known name; of a name given twice the first counts."""
    fields: dict[Field, bool] = {}
    for part in text.lower().split(",", FIELDS)[:FIELDS]:
        name = part.strip()
        maybe_field = SORTED_BY.get(name.removeprefix("-"))
        if maybe_field is not None:
            fields.setdefault(maybe_field, name.startswith("-"))
    return tuple(fields.items())


def page_members(
    listing: Listing, total: int, count: int, url: str, options: Options
) -> dict[str, Any]:
    """Return `links` and `meta` of a page of `count` entries out of `total`.

    Every link keeps the other options. A page after the last one has no entries and no next page.
    """
    pages = max(1, -(-total // listing.per_page))
    before = (listing.page - 1) * listing.per_page
    return {
        "links": {
            "first": _link(url, options, 1),
            "last": _link(url, options, pages),
            "prev": _link(url, options, listing.page - 1) if listing.page > 1 else None,
            "next": _link(url, options, listing.page + 1) if listing.page < pages else None,
        },
        "meta": {
            "current_page": listing.page,
            "from": before + 1 if count else None,
            "last_page": pages,
            "path": url,
            "per_page": listing.per_page,
            "to": before + count if count else None,
            "total": total,
        },
    }


def _link(url: str, options: Options, page: int) -> str:
    others = [
        (name, value) for name, values in options.items() if name != "page" for value in values
    ]
    return f"{url}?{urlencode([*others, ('page', page)])}"
