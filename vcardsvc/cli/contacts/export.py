"""Export contacts as one file of cards.

A few contacts are in memory at a time. The file appears whole or not at all.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

import typer

from vcardsvc.cli.common import existing_store_of, say, settings_of, stop
from vcardsvc.cli.contacts.cards import (
    TargetOption,
    VersionOption,
    card_service,
    render_options,
    write_cards,
)
from vcardsvc.cli.contacts.selection import (
    Account,
    Query,
    VendorOption,
    contacts_app,
    iterate_entries,
    listing_of,
    select_books,
)
from vcardsvc.cli.file_endings import check_ending
from vcardsvc.model.request import RenderOptions
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Entry, Listing
    from vcardsvc.store import Store

NO_CONTACTS: Final = "There are no such contacts."

NAMED: Final = 10
"""Contacts whose numbers a message lists."""


@contacts_app.command("export")
def contacts_export(
    account: Account = "",
    vendor: VendorOption = "",
    query: Query = "",
    target: TargetOption = "",
    version: VersionOption = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; stdout by default.")
    ] = None,
) -> None:
    """Write the cards of all contacts into one .vcf file, photos included."""
    check_ending(output)
    options = render_options(target, version)
    settings = settings_of(take=True)
    with existing_store_of(settings) as maybe_store:
        store = maybe_store or stop(NO_CONTACTS)
        books = [book for book, _ in select_books(store, account, vendor)]
        listing = listing_of(query)
        total = sum(store.list_entries(book, listing)[1] for book in books)
        if not total:
            stop(NO_CONTACTS)
        entries = _entries(store, books, listing)
        with _open_output(output) as file, _progress_bar(total) as advance:
            tally = asyncio.run(_export(settings, entries, options, file, advance))
    say(f"{tally.cards:,} {'card' if tally.cards == 1 else 'cards'} written.")
    if tally.incomplete:
        more = tally.incomplete - len(tally.ids)
        numbers = ", ".join(map(str, tally.ids)) + (f" and {more:,} more" if more else "")
        stop(f"Not all cards of these contacts could be written: {numbers}.")


def _entries(store: "Store", books: "list[AddressBook]", listing: "Listing") -> "Iterator[Entry]":
    for book in books:
        yield from iterate_entries(store, book, listing, photos=True)


@dataclass(slots=True)
class _Tally:
    """Counts the cards written and the contacts that lack a card, with the ids of some of these."""

    cards: int = 0
    incomplete: int = 0
    ids: list[int] = field(default_factory=list)


async def _export(
    settings: Settings,
    entries: "Iterator[Entry]",
    options: RenderOptions,
    file: BinaryIO,
    advance: Callable[[], None],
) -> _Tally:
    tally = _Tally()
    async with card_service(settings) as service:
        for entry in entries:
            cards = await write_cards(service, entry, options)
            for card in cards:
                file.write(card.octets)
            tally.cards += len(cards)
            if len(cards) < len(entry.contacts):
                tally.incomplete += 1
                tally.ids += [entry.id] if len(tally.ids) < NAMED else []
            advance()
    return tally


@contextlib.contextmanager
def _open_output(maybe_path: Path | None) -> Iterator[BinaryIO]:
    """Open stdout, or a file for its owner alone that appears when it is whole; exit when it cannot
    be written."""
    try:
        if maybe_path is None:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        elif maybe_path.exists() and not maybe_path.is_file() and not maybe_path.is_dir():
            with maybe_path.open("wb") as file:  # a pipe or a device, which must not be replaced
                yield file
        else:
            with _replacing(maybe_path.resolve()) as file:
                yield file
    except BrokenPipeError:
        raise  # the reader of stdout has read enough, which needs no message
    except OSError as fault:
        stop(f"Cannot write {maybe_path or 'to stdout'}: {fault.strerror}.")


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def _progress_bar(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr if that is a terminal; yield the function that advances it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    off = not console.is_terminal
    with Progress(*columns, console=console, disable=off, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
