"""List contacts as a table or as JSON."""

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from vcardsvc.cli.common import existing_store_of, print_json, say, settings_of
from vcardsvc.cli.contacts.selection import (
    Account,
    Query,
    VendorOption,
    contacts_app,
    counted,
    listing_of,
    select_books,
)

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Entry, Listing
    from vcardsvc.store import Store

MAX_PER_PAGE: Final = 1000

COLUMNS: Final = ("id", "account", "vendor", "handle", "name", "company", "updated")
"""The columns of the table; `--json` has more."""

Row = dict[str, Any]


@contacts_app.command("list")
def contacts_list(
    account: Account = "",
    vendor: VendorOption = "",
    query: Query = "",
    page: Annotated[int, typer.Option(min=1, max=1_000_000_000, help="The page to show.")] = 1,
    per_page: Annotated[
        int, typer.Option(min=1, max=MAX_PER_PAGE, help="Contacts on a page.")
    ] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List contacts, by account, vendor and number."""
    with existing_store_of(settings_of()) as maybe_store:
        if maybe_store is None:
            return
        listing = replace(listing_of(query), page=page, per_page=per_page, whole=False)
        found, total = _page(maybe_store, select_books(maybe_store, account, vendor), listing)
    rows = [_row(book, entry) for book, entry in found]
    if as_json:
        for row in rows:
            print_json(json.dumps(row, ensure_ascii=False))
    else:
        _print_table(rows)
    pages = max(1, -(-total // per_page))
    say(f"{counted(total)}; page {page} of {pages}.")


def _page(
    store: "Store", books: "tuple[tuple[AddressBook, int], ...]", listing: "Listing"
) -> "tuple[list[tuple[AddressBook, Entry]], int]":
    """Return one page of these address books, one behind the other, and the number of entries."""
    found: list[tuple[AddressBook, Entry]] = []
    skip, total = (listing.page - 1) * listing.per_page, 0
    for book, entries in books:
        # The counter of an address book includes entries marked as deleted.
        own = store.list_entries(book, replace(listing, page=1))[1] if entries else 0
        missing = listing.per_page - len(found)
        if skip < own and missing:
            found += [(book, entry) for entry in _slice(store, book, listing, skip, missing)]
        skip, total = max(0, skip - own), total + own
    return found, total


def _slice(
    store: "Store", book: "AddressBook", listing: "Listing", start: int, most: int
) -> "list[Entry]":
    """Return entries of one address book from `start` on, which may lie inside one of its pages."""
    page, within = divmod(start, listing.per_page)
    entries: list[Entry] = []
    for number in (page + 1, page + 2):
        if len(entries) < within + most:
            entries += store.list_entries(book, replace(listing, page=number))[0]
    return entries[within : within + most]


def _row(book: "AddressBook", entry: "Entry") -> Row:
    """Return the values of an entry: those of its own contact, not of a company's people."""
    own = entry.contacts[0]
    names = (own.prefix, own.first, own.middle, own.last, own.suffix)
    return {
        "id": entry.id,
        "account": book.account,
        "vendor": book.vendor,
        "handle": entry.handle,
        "name": " ".join(filter(None, names)),
        "company": own.organization,
        "cards": len(entry.contacts),
        "uid": entry.uid,
        "created": _time(entry.created_at),
        "updated": _time(entry.updated_at),
    }


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _print_table(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*COLUMNS)
    for row in rows:
        table.add_row(*(" ".join(str(row[column]).split()) for column in COLUMNS))
    # Markup off: a name may stand in brackets, as styles do.
    Console(markup=False, emoji=False, highlight=False).print(table)
