"""Delete contacts by number, or all contacts of an account."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from vcardsvc.cli.audit import log_audit
from vcardsvc.cli.common import YES, answer_to, existing_store_of, say, settings_of, stop
from vcardsvc.cli.contacts.selection import (
    contacts_app,
    counted,
    find_entry,
    iterate_entries,
    listing_of,
    select_books,
)

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook
    from vcardsvc.store import Store


@contacts_app.command("delete")
def contacts_delete(
    ids: Annotated[list[int] | None, typer.Argument(help="The contacts' numbers.")] = None,
    account: Annotated[str, typer.Option(help="The account for --all.")] = "",
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Delete all contacts of an account. Its name has to be typed, even with --yes.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete contacts for good."""
    if bool(ids) == every or bool(account) != every:
        stop("Say which: numbers of contacts, or --account NAME --all.")
    settings = settings_of()
    with existing_store_of(settings) as maybe_store:
        store = maybe_store or stop("Nothing was deleted.")
        chosen = _all_of(store, account) if every else _named(store, ids or [], yes=yes)
        deleted = 0
        try:
            for book, id in chosen:
                deleted += store.delete_entry(book, id) is not None
            store.checkpoint()
        finally:
            log_audit(settings, "contacts-delete", account=account or "-", contacts=deleted)
    say(f"{counted(deleted)} deleted.")


def _named(store: "Store", ids: list[int], *, yes: bool) -> "Iterable[tuple[AddressBook, int]]":
    """Return these contacts, or exit where one is not there or the answer is no."""
    # All are looked up before the first is deleted: a mistyped number deletes nothing.
    found = [find_entry(store, id) for id in dict.fromkeys(ids)]
    if not yes and answer_to(f"Delete {counted(len(found))} for good? [y/N]").lower() not in YES:
        stop("Nothing was deleted.")
    return [(book, entry.id) for book, entry in found]


def _all_of(store: "Store", account: str) -> "Iterable[tuple[AddressBook, int]]":
    """Return all contacts of an account, read while they are deleted, or exit where its name was
    not typed."""
    books = [book for book, entries in select_books(store, account, "") if entries]
    if not books:
        stop("This account has no contacts.")
    if answer_to("Type the account's name to delete all of its contacts") != account:
        stop("That is not its name. Nothing was deleted.")
    return (
        (book, entry.id)
        for book in books
        for entry in iterate_entries(store, book, replace(listing_of(""), hidden=True))
    )
