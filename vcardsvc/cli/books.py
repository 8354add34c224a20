"""What the commands of the contact book share: which books are meant, and how an entry is found.

What must never enter here: a command, and a word about a person in what is said on stderr.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from vcardsvc.cli.common import app, stop

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Entry, Listing
    from vcardsvc.store import Store

contacts_app = typer.Typer(help="List, show, export and delete contacts.", no_args_is_help=True)
app.add_typer(contacts_app, name="contacts")

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An account is named as a key is."""

MOST_ID: Final = 2**31 - 1
"""The largest number of an entry: it is an int32 for every vendor's client."""

STEP: Final = 50
"""Entries that are in memory at once: 5 MB of photos."""

Account = Annotated[str, typer.Option(help="Only this account's.")]
VendorOption = Annotated[str, typer.Option(help="Only those made through this vendor's calls.")]
Query = Annotated[
    str, typer.Option(help="Only those with these words, or words that begin with them.")
]


def books(store: "Store", account: str, vendor: str) -> "tuple[tuple[AddressBook, int], ...]":
    """The address books that are meant, by account, then vendor, and how many entries each has."""
    if account and not NAME.fullmatch(account):
        stop("An account's name is 1 to 64 letters, digits, dots, _ and -.")
    return tuple(
        (book, entries)
        for book, entries in store.address_books()
        if account in ("", book.account) and vendor in ("", book.vendor)
    )


def listing(query: str) -> "Listing":
    """All entries that have the words of `query`."""
    from vcardsvc.model.address_book import Listing

    try:
        query.encode()
    except UnicodeEncodeError:  # what a shell hands on that is not UTF-8
        stop("The query is not UTF-8.")
    return Listing(query=query, whole=True)


def walk(
    store: "Store", book: "AddressBook", wanted: "Listing", *, photos: bool = False
) -> "Iterator[Entry]":
    """Every entry of a book that is wanted, by number, some in memory at once."""
    after = 0
    # A step that is short is not the last one: entries may go while it is read.
    while step := store.entries_after(book, after, STEP, wanted, photos=photos):
        yield from (entry for _, entry in step)
        after = step[-1][1].id


def find(store: "Store", id: int, *, photos: bool = False) -> "tuple[AddressBook, Entry]":
    """The entry of this number, whoever's it is; says so and exits when there is none."""
    known = 0 < id <= MOST_ID
    step = store.entries_after(None, id - 1, 1, None, photos=photos) if known else ()
    if not step or step[0][1].id != id:
        stop(f"There is no contact {id}.")
    return step[0]
