"""The commands of the contact book that look into it and take out of it: list, show, delete.

What must never enter here: a word about a person on stderr, which logs keep.
"""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from vcardsvc.cli.books import (
    Account,
    Query,
    VendorOption,
    books,
    contacts_app,
    find,
    listing,
    walk,
)
from vcardsvc.cli.cards import TargetOption, VersionOption, card_wanted, cards_of
from vcardsvc.cli.common import kept_store_of, say, settings_of, stop

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Entry, Listing
    from vcardsvc.store import Store

MOST_PER_PAGE: Final = 1000

MOST_TYPED: Final = 1000
"""Bytes of an answer that are read."""

YES: Final = ("y", "yes")

HEADS: Final = ("id", "account", "vendor", "handle", "name", "company", "updated")
"""The columns of a list; `--json` has more."""

CONTROLS: Final = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
"""What JSON lets stand as it is, and a terminal obeys."""

Row = dict[str, Any]


@contacts_app.command("list")
def contacts_list(
    account: Account = "",
    vendor: VendorOption = "",
    query: Query = "",
    page: Annotated[int, typer.Option(min=1, max=1_000_000_000, help="Which page.")] = 1,
    per_page: Annotated[int, typer.Option(min=1, max=MOST_PER_PAGE, help="Contacts of it.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List contacts, by account, vendor and number."""
    with kept_store_of(settings_of()) as maybe_store:
        if maybe_store is None:
            return
        wanted = replace(listing(query), page=page, per_page=per_page, whole=False)
        found, total = _page(maybe_store, books(maybe_store, account, vendor), wanted)
    rows = [_row(book, entry) for book, entry in found]
    if as_json:
        for row in rows:
            _print(json.dumps(row, ensure_ascii=False))
    else:
        _table(rows)
    pages = max(1, -(-total // per_page))
    say(f"{_counted(total)}; page {page} of {pages}.")


def _page(
    store: "Store", all_books: "tuple[tuple[AddressBook, int], ...]", wanted: "Listing"
) -> "tuple[list[tuple[AddressBook, Entry]], int]":
    """One page of what these books have together, book after book, and how many there are."""
    found: list[tuple[AddressBook, Entry]] = []
    skip, total = (wanted.page - 1) * wanted.per_page, 0
    for book, entries in all_books:
        # The counter of a book has those that are marked as deleted as well.
        own = store.list_entries(book, replace(wanted, page=1))[1] if entries else 0
        missing = wanted.per_page - len(found)
        if skip < own and missing:
            found += [(book, entry) for entry in _slice(store, book, wanted, skip, missing)]
        skip, total = max(0, skip - own), total + own
    return found, total


def _slice(
    store: "Store", book: "AddressBook", wanted: "Listing", start: int, most: int
) -> "list[Entry]":
    """Entries of one book from `start` on, which may begin in the midst of one of its pages."""
    number, within = divmod(start, wanted.per_page)
    entries: list[Entry] = []
    for page in (number + 1, number + 2):
        if len(entries) < within + most:
            entries += store.list_entries(book, replace(wanted, page=page))[0]
    return entries[within : within + most]


def _row(book: "AddressBook", entry: "Entry") -> Row:
    """What a list tells of an entry: of its own contact, not of those that belong to it."""
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


def _table(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*HEADS)
    for row in rows:
        table.add_row(*(" ".join(str(row[head]).split()) for head in HEADS))
    # Markup off: a name may stand in brackets, as styles do.
    Console(markup=False, emoji=False, highlight=False).print(table)


def _print(text: str) -> None:
    """A line of JSON on stdout, in UTF-8 whatever the terminal's own words are, and harmless."""
    typer.echo(text.translate(CONTROLS).encode())


@contacts_app.command("show")
def contacts_show(
    id: Annotated[int, typer.Argument(help="The contact's number, as `list` shows it.")],
    target: TargetOption = "",
    version: VersionOption = "",
    words: Annotated[
        bool, typer.Option("--words", help="The vendor's own words as JSON, instead of cards.")
    ] = False,
) -> None:
    """Print a contact's cards, a company's own before those of its people."""
    wanted = card_wanted(target, version)
    settings = settings_of(take=True)
    with kept_store_of(settings) as maybe_store:
        store = maybe_store or stop(f"There is no contact {id}.")
        _, entry = find(store, id, photos=not words)
    if words:
        _print(json.dumps(dict(entry.vendor_fields), ensure_ascii=False, indent=2))
        return
    made = asyncio.run(cards_of(settings, entry, wanted))
    for one in made:
        typer.echo(one.octets, nl=False)
    if len(made) < len(entry.contacts):
        stop(f"Not all cards of contact {id} could be written.")


@contacts_app.command("delete")
def contacts_delete(
    ids: Annotated[list[int] | None, typer.Argument(help="The contacts' numbers.")] = None,
    account: Annotated[str, typer.Option(help="Whose contacts --all deletes.")] = "",
    every: Annotated[
        bool,
        typer.Option("--all", help="All of an account; its name has to be typed, whatever --yes."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete contacts for good."""
    if bool(ids) == every or bool(account) != every:
        stop("Say which: numbers of contacts, or --account NAME --all.")
    with kept_store_of(settings_of()) as maybe_store:
        store = maybe_store or stop("Nothing was deleted.")
        gone = _delete_all(store, account) if every else _delete(store, ids or [], yes=yes)
        store.checkpoint()
    say(f"{_counted(gone)} deleted.")


def _delete(store: "Store", ids: list[int], *, yes: bool) -> int:
    # All are found before the first one goes: a mistyped number deletes nothing.
    found = [find(store, id) for id in dict.fromkeys(ids)]
    if not yes and _answer(f"Delete {_counted(len(found))} for good? [y/N]").lower() not in YES:
        stop("Nothing was deleted.")
    return sum(store.delete_entry(book, entry.id) is not None for book, entry in found)


def _delete_all(store: "Store", account: str) -> int:
    meant = [book for book, entries in books(store, account, "") if entries]
    if not meant:
        stop("This account has no contacts.")
    if _answer("Type the account's name to delete all of its contacts") != account:
        stop("That is not its name. Nothing was deleted.")
    return sum(
        store.delete_entry(book, entry.id) is not None
        for book in meant
        for entry in walk(store, book, replace(listing(""), hidden=True))
    )


def _answer(question: str) -> str:
    """What is typed behind the question; nothing where nobody is there."""
    # Not typer's own: it writes a part of the question to stdout.
    typer.echo(f"{question}: ", nl=False, err=True)
    line = sys.stdin.buffer.readline(MOST_TYPED).decode(errors="replace")
    if not line.endswith("\n"):
        say("")
    return line.strip()


def _counted(number: int) -> str:
    return "1 contact" if number == 1 else f"{number:,} contacts"
