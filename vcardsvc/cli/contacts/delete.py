"""Delete contacts by number, or all contacts of an account."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from vcardsvc.cli.common import existing_store_of, say, settings_of, stop
from vcardsvc.cli.contacts.selection import (
    contacts_app,
    counted,
    find_entry,
    iterate_entries,
    listing_of,
    select_books,
)

if TYPE_CHECKING:
    from vcardsvc.store import Store

ANSWER_BYTES: Final = 1000
"""Bytes of an answer that are read."""

YES: Final = ("y", "yes")


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
    with existing_store_of(settings_of()) as maybe_store:
        store = maybe_store or stop("Nothing was deleted.")
        deleted = _delete_all(store, account) if every else _delete(store, ids or [], yes=yes)
        store.checkpoint()
    say(f"{counted(deleted)} deleted.")


def _delete(store: "Store", ids: list[int], *, yes: bool) -> int:
    # All are looked up before the first is deleted: a mistyped number deletes nothing.
    found = [find_entry(store, id) for id in dict.fromkeys(ids)]
    if not yes and _answer(f"Delete {counted(len(found))} for good? [y/N]").lower() not in YES:
        stop("Nothing was deleted.")
    return sum(store.delete_entry(book, entry.id) is not None for book, entry in found)


def _delete_all(store: "Store", account: str) -> int:
    books = [book for book, entries in select_books(store, account, "") if entries]
    if not books:
        stop("This account has no contacts.")
    if _answer("Type the account's name to delete all of its contacts") != account:
        stop("That is not its name. Nothing was deleted.")
    return sum(
        store.delete_entry(book, entry.id) is not None
        for book in books
        for entry in iterate_entries(store, book, replace(listing_of(""), hidden=True))
    )


def _answer(question: str) -> str:
    """Print a question and return the line typed in response, "" at the end of stdin."""
    # Not typer's own prompt: it writes a part of the question to stdout.
    typer.echo(f"{question}: ", nl=False, err=True)
    line = sys.stdin.buffer.readline(ANSWER_BYTES).decode(errors="replace")
    if not line.endswith("\n"):
        say("")
    return line.strip()
