"""Select entries of the contact book for the commands of `vcardsvc contacts`.

No message on stderr names a person: logs keep it.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import stop

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Entry, Listing
    from vcardsvc.store import Store

contacts_app = typer.Typer(help="List, show, export and erase contacts.", no_args_is_help=True)
app.add_typer(contacts_app, name="contacts")

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""The name of an account, which has the form of a key's name."""

STEP: Final = 50
"""Entries in memory at once: 5 MB of photos."""

Account = Annotated[str, typer.Option(help="Only contacts of this account.")]
VendorOption = Annotated[
    str, typer.Option(help="Only contacts created through this vendor's calls.")
]
Query = Annotated[
    str, typer.Option(help="Only contacts that have these words, or words that begin with them.")
]


def select_books(
    store: "Store", account: str, vendor: str
) -> "tuple[tuple[AddressBook, int], ...]":
    """Return the address books of an account and a vendor ("" for any), by account, then vendor,
    with the number of entries of each."""
    if account and not NAME.fullmatch(account):
        stop("An account's name is 1 to 64 letters, digits, dots, _ and -.")
    return tuple(
        (book, entries)
        for book, entries in store.address_books()
        if account in ("", book.account) and vendor in ("", book.vendor)
    )


def listing_of(query: str) -> "Listing":
    """Return the listing of all entries that have the words of `query`."""
    from vcardsvc.model.address_book import Listing

    try:
        query.encode()
    except UnicodeEncodeError:  # a shell passes on octets that are not UTF-8
        stop("The query is not UTF-8.")
    return Listing(query=query, whole=True)


def iterate_entries(
    store: "Store", book: "AddressBook", listing: "Listing", *, photos: bool = False
) -> "Iterator[Entry]":
    """Yield the entries of an address book that pass the listing's filters, by id."""
    after = 0
    # A short step is not the last one: entries may be deleted while it is read.
    while step := store.entries_after(book, after, STEP, listing, photos=photos):
        yield from (entry for _, entry in step)
        after = step[-1][1].id


def find_entry(store: "Store", id: int, *, photos: bool = False) -> "tuple[AddressBook, Entry]":
    """Return the entry of this id, of any address book, or exit when there is none."""
    from vcardsvc.model.address_book import MAX_ENTRY_ID

    is_id = 0 < id <= MAX_ENTRY_ID
    step = store.entries_after(None, id - 1, 1, None, photos=photos) if is_id else ()
    if not step or step[0][1].id != id:
        stop(f"There is no contact {id}.")
    return step[0]


def counted(number: int) -> str:
    """Return "1 contact" or "2 contacts"."""
    return "1 contact" if number == 1 else f"{number:,} contacts"
