"""Erase all that is stored of an account, or the contacts that have given words.

What was erased stays so when the command is interrupted; running it again erases the rest.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from vcardsvc.cli.audit import log_audit
from vcardsvc.cli.common import YES, answer_to, existing_store_of, say, settings_of, stop
from vcardsvc.cli.contacts.selection import (
    STEP,
    contacts_app,
    counted,
    listing_of,
    select_books,
)
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Listing
    from vcardsvc.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """What is to be erased: entries that pass the listing's filters, by address book with their
    number, and the links of keys of these names."""

    books: "tuple[tuple[AddressBook, int], ...]"
    listing: "Listing"
    owners: tuple[str, ...]
    links: int

    @property
    def contacts(self) -> int:
        """Return the number of contacts."""
        return sum(entries for _, entries in self.books)

    @property
    def text(self) -> str:
        """Return how many there are, for people."""
        return counted(self.contacts) + (f" and {_links(self.links)}" if self.owners else "")


@contacts_app.command("erase")
def contacts_erase(
    account: Annotated[str | None, typer.Option(help="Contacts and links of this account.")] = None,
    vendor: Annotated[
        str | None, typer.Option(help="Only contacts created through this vendor's calls.")
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(
            help="Contacts that have these words, or words that begin with them; with --account "
            "only those of the account, and no links."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase contacts for good, with their photos, and the links of an account."""
    if account is None and query is None:
        stop("Say which: --account NAME or --query WORDS.")
    _refuse_blank(account=account, vendor=vendor, query=query)
    if query is not None:
        _check_words(query)
    account, vendor, query = account or "", vendor or "", query or ""
    settings = settings_of()
    with existing_store_of(settings) as maybe_store:
        store = maybe_store or stop("Nothing was erased.")
        selection = _selection(settings, store, account, vendor, query)
        for book, entries in selection.books:
            say(f"{book.account}, {book.vendor}: {counted(entries)}.")
        if not selection.contacts and not selection.links:
            stop("There is nothing to erase.")
        if query:
            say("A word of the query finds every word that begins with it: ann finds Annabel too.")
        if not yes and answer_to(f"Erase {selection.text} for good? [y/N]").lower() not in YES:
            stop("Nothing was erased.")
        _erase(settings, store, selection, account=account, vendor=vendor, by_words=bool(query))


def _refuse_blank(**options: str | None) -> None:
    """Exit where an option has a blank value, as of a variable that is not set: without the option
    more would be erased."""
    for name, value in options.items():
        if value is not None and not value.strip():
            stop(f"--{name} is blank. Nothing was erased.")


def _check_words(query: str) -> None:
    """Exit where a part of the query is not compared: contacts without it would be erased."""
    from vcardsvc.store.search_terms import QUERY_WORDS, TERM_LENGTH, is_searched_whole

    if not is_searched_whole(query):
        stop(
            f"A query has 1 to {QUERY_WORDS} words of {TERM_LENGTH} characters at most, all of "
            "which are searched. Nothing was erased."
        )


def _selection(
    settings: Settings, store: "Store", account: str, vendor: str, query: str
) -> _Selection:
    # Entries that a vendor's call has only marked as deleted are erased too.
    listing = replace(listing_of(query), hidden=True)
    counted_books = [
        (book, store.list_entries(book, replace(listing, per_page=1, whole=False))[1])
        for book, entries in select_books(store, account, vendor)
        if entries
    ]
    # A link's card has no index of words, and no vendor.
    whole = bool(account) and not vendor and not query
    owners = _keys_of(settings, store, account) if whole else ()
    return _Selection(
        books=tuple((book, entries) for book, entries in counted_books if entries),
        listing=listing,
        owners=owners,
        links=store.count_links_of(owners) if owners else 0,
    )


def _keys_of(settings: Settings, store: "Store", account: str) -> tuple[str, ...]:
    """Return the names of the account's keys, revoked ones too."""
    keys = [(key.name, key.account) for key in settings.api_keys]
    keys += [(row.name, row.account) for row in store.list_keys()]
    return tuple(sorted({name for name, of in keys if of == account}))


def _erase(
    settings: Settings,
    store: "Store",
    selection: _Selection,
    *,
    account: str,
    vendor: str,
    by_words: bool,
) -> None:
    """Erase in small transactions, and log what was erased also where that is interrupted."""
    contacts = links = 0
    try:
        for book, _ in selection.books:
            while ids := _next_ids(store, book, selection.listing):
                contacts += store.erase_entries(book, ids)
        while selection.owners and (erased := store.erase_links(selection.owners)):
            links += erased
        store.checkpoint()
    finally:
        log_audit(
            settings,
            "contacts-erase",
            account=account or "-",
            vendor=vendor or "-",
            filter="words" if by_words else "-",
            contacts=contacts,
            links=links,
        )
    say(f"{counted(contacts)}{f' and {_links(links)}' if selection.owners else ''} erased.")


def _next_ids(store: "Store", book: "AddressBook", listing: "Listing") -> tuple[int, ...]:
    return tuple(entry.id for _, entry in store.entries_after(book, 0, STEP, listing))


def _links(number: int) -> str:
    return "1 link" if number == 1 else f"{number:,} links"
