"""Entries of the contact book as cards, on the command line: export, and what `show` prints.

Promises: an export is in memory a few contacts at a time, and its file is whole or not there. What
must never enter here: a word about a person on stderr.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, cast, get_args

import typer

from vcardsvc.cli.books import Account, Query, VendorOption, books, contacts_app, listing, walk
from vcardsvc.cli.common import kept_store_of, say, settings_of, stop
from vcardsvc.cli.endings import check_ending
from vcardsvc.model.contact import Photo
from vcardsvc.model.request import CardRequest, Document, RenderOptions, Target, Version
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from vcardsvc.model.address_book import AddressBook, Entry, Listing
    from vcardsvc.photo.decoder import Budget, Decoder
    from vcardsvc.services.cards import Cards
    from vcardsvc.store import Store

NO_CONTACTS: Final = "There are no such contacts."

NAMED: Final = 10
"""Numbers of contacts that a sentence names."""

TargetOption = Annotated[
    str, typer.Option("--target", help=f"Whom they are for: {', '.join(get_args(Target))}.")
]
VersionOption = Annotated[str, typer.Option("--version", help="2.1, 3.0 or 4.0.")]


def card_wanted(target: str, version: str) -> RenderOptions:
    """The cards that these options ask for; says what is wrong with them and exits."""
    for what, said, known in (
        ("target", target, get_args(Target)),
        ("version", version, get_args(Version)),
    ):
        if said and said not in known:
            stop(f"--{what} is one of: {', '.join(known)}.")
    # A photo that cannot be had any more is no reason to go without the card.
    return RenderOptions(
        target=cast("Target", target), version=cast("Version", version), photo="drop"
    )


class _Photos:
    """A decoder whose children are started by the first photo: few targets need a smaller one."""

    def __init__(self, decoder: "Decoder") -> None:
        self._decoder = decoder
        self._started = False

    async def prepare(self, data: bytes, field: str, maybe_budget: "Budget | None" = None) -> Photo:
        if not self._started:
            self._started = True
            # Where the system lets no child be, the photo itself is answered with that.
            with contextlib.suppress(OSError, RuntimeError):
                await self._decoder.start()
        return await self._decoder.prepare(data, field, maybe_budget)


@contextlib.asynccontextmanager
async def _service(settings: Settings) -> "AsyncIterator[Cards]":
    from vcardsvc.services.cards import Cards
    from vcardsvc.services.photos import Photos, budget_of, photo_resources
    from vcardsvc.telemetry import Telemetry

    async with photo_resources(settings) as (fetcher, decoder):
        photos = Photos(
            fetcher=fetcher,
            decoder=_Photos(decoder),
            telemetry=Telemetry(),
            budget=budget_of(settings),
        )
        yield Cards(photos=photos, mms_limit=settings.mms_limit)


async def _written(service: "Cards", entry: "Entry", wanted: RenderOptions) -> list[Document]:
    """The cards of an entry, without those that cannot be had."""
    from vcardsvc.errors import Refused
    from vcardsvc.services.contact_cards import card_contacts

    made = []
    for contact in card_contacts(entry):
        # ValueError: a control character, which somebody wrote into the database by other means.
        with contextlib.suppress(Refused, ValueError):
            outcome = await service.create(CardRequest(contact=contact, options=wanted))
            made += [outcome.maybe_document] if outcome.maybe_document else []
    return made


async def cards_of(settings: Settings, entry: "Entry", wanted: RenderOptions) -> list[Document]:
    """The cards of one entry, without those that cannot be had."""
    async with _service(settings) as service:
        return await _written(service, entry, wanted)


@contacts_app.command("export")
def contacts_export(
    account: Account = "",
    vendor: VendorOption = "",
    query: Query = "",
    target: TargetOption = "",
    version: VersionOption = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write them; else stdout.")
    ] = None,
) -> None:
    """Write the cards of all contacts into one .vcf file, photos included."""
    check_ending(output)
    wanted = card_wanted(target, version)
    settings = settings_of(take=True)
    with kept_store_of(settings) as maybe_store:
        store = maybe_store or stop(NO_CONTACTS)
        meant, which = books(store, account, vendor), listing(query)
        total = _total(store, meant, which)
        if not total:
            stop(NO_CONTACTS)
        entries = _entries(store, meant, which)
        with _writing(output) as file, _counting(total) as count:
            tally = asyncio.run(_export(settings, entries, wanted, file, count))
    say(f"{tally.cards:,} {'card' if tally.cards == 1 else 'cards'} written.")
    if tally.partly:
        more = tally.partly - len(tally.named)
        named = ", ".join(map(str, tally.named)) + (f" and {more:,} more" if more else "")
        stop(f"Not all cards of these contacts could be written: {named}.")


def _total(store: "Store", meant: "tuple[tuple[AddressBook, int], ...]", which: "Listing") -> int:
    return sum(store.list_entries(book, which)[1] for book, _ in meant)


def _entries(
    store: "Store", meant: "tuple[tuple[AddressBook, int], ...]", which: "Listing"
) -> "Iterator[Entry]":
    for book, _ in meant:
        yield from walk(store, book, which, photos=True)


@dataclass(slots=True)
class _Tally:
    """How many cards were written, of how many contacts not all could be, and some of these."""

    cards: int = 0
    partly: int = 0
    named: list[int] = field(default_factory=list)


async def _export(
    settings: Settings,
    entries: "Iterator[Entry]",
    wanted: RenderOptions,
    file: BinaryIO,
    count: Callable[[], None],
) -> _Tally:
    tally = _Tally()
    async with _service(settings) as service:
        for entry in entries:
            made = await _written(service, entry, wanted)
            for one in made:
                file.write(one.octets)
            tally.cards += len(made)
            if len(made) < len(entry.contacts):
                tally.partly += 1
                tally.named += [entry.id] if len(tally.named) < NAMED else []
            count()
    return tally


@contextlib.contextmanager
def _writing(maybe_path: Path | None) -> Iterator[BinaryIO]:
    """A file of this name, its owner's alone, that is there when it is whole, or stdout; says why
    and exits when it cannot be written."""
    try:
        if maybe_path is None:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        elif maybe_path.exists() and not maybe_path.is_file() and not maybe_path.is_dir():
            with maybe_path.open("wb") as file:  # a pipe or a device, which nothing must replace
                yield file
        else:
            with _replacing(maybe_path.resolve()) as file:
                yield file
    except BrokenPipeError:
        raise  # whoever read stdout has seen enough, which needs no words
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
def _counting(total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr that is moved on by calling what is given, where stderr is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    off = not console.is_terminal
    with Progress(*columns, console=console, disable=off, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
