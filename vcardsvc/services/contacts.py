"""The contact book of one worker: runs the commands of the vendors' APIs.

A command reads and changes only the address book that it names; what it changed is on the disk when
`run` returns. Reads, searches and writes have threads of their own, so that a long search delays no
write. Without a store every command is refused, and the database's library is never loaded.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vcardsvc.errors import E404, E406, Problem, Refused
from vcardsvc.model.address_book import (
    AddressBook,
    Bulk,
    Command,
    CommandResult,
    Create,
    Delete,
    Draft,
    Entry,
    Get,
    GetMany,
    Listing,
    Member,
    Ref,
    Update,
    Upsert,
)
from vcardsvc.services.executor import Executor, ignore

if TYPE_CHECKING:
    from vcardsvc.store import Store

T = TypeVar("T")

THREADS: Final = 4
"""Reads at once, and beside them as many writes with PostgreSQL."""

SEARCHES: Final = 2
"""Searches at once, one of each account: a search for words of nearly every contact takes
seconds."""

EXPORT_SECONDS: Final = 15.0
"""Seconds that a step of an export waits for a thread, longer than any query may take: a file of
cards that breaks off is worse than a slow one."""

EXPORT_STEP: Final = 100
"""Entries of an export that are in memory at once."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ContactBook:
    """The contact book in `store`; without a store there is none.

    `on_failure` receives the cause whenever the store is unavailable. One event loop alone may use
    it.
    """

    def __init__(
        self,
        store: "Store | None" = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
        on_failure: Callable[[str], None] = ignore,
    ) -> None:
        self._maybe_store = store
        self._clock = clock
        self._reads = Executor(THREADS, "book", on_failure)
        self._searches = Executor(SEARCHES, "book-search", on_failure)
        # SQLite has one writer: others would sleep and try again, unlucky ones for long.
        single = store is not None and store.single_writer
        self._writes = Executor(1 if single else THREADS, "book-writing", on_failure)

    def require(self) -> None:
        """Raise Refused (E406) where no contacts are stored."""
        self._store()

    async def run(self, address_book: AddressBook, command: Command) -> CommandResult:
        """Return the result of the command in this address book.

        On return its changes survive this process, and a power cut. Raises Refused: E404 for an
        unknown entry, E406 without a store, E503 when it is unavailable, and what an update's
        `edit` raises.
        """
        return await _COMMANDS[type(command)](self, address_book, command)

    async def existing(self, address_book: AddressBook, draft: Draft) -> Entry | None:
        """Return the entry that is the same as this draft; None when the draft would be a new one.

        Raises Refused as `run` does.
        """
        return await self._reads.run(self._store().existing_entry, address_book, draft)

    async def export(self, address_book: AddressBook, listing: Listing) -> AsyncIterator[Entry]:
        """Yield every entry that passes the listing's filters, by id.

        Raises Refused (E503), between entries too.
        """
        after = 0
        while True:
            step = partial(
                self._store().entries_after, address_book, after, EXPORT_STEP, listing, photos=True
            )
            entries = await self._read(address_book, listing, step, slot_seconds=EXPORT_SECONDS)
            # A short step is not the end: entries may have been deleted while it was read.
            if not entries:
                return
            for _, entry in entries:
                yield entry
            after = entries[-1][1].id

    async def _create(self, address_book: AddressBook, command: Create) -> CommandResult:
        if not command.drafts:
            return CommandResult()
        pairs = await self._writes.run(
            self._store().create_entries, address_book, command.drafts, self._clock()
        )
        entries = tuple(entry for entry, _ in pairs)
        return CommandResult(
            entries=entries,
            fresh=tuple(fresh for _, fresh in pairs),
            parents=await self._parents(address_book, entries, expand=command.expand),
        )

    async def _upsert(self, address_book: AddressBook, command: Upsert) -> CommandResult:
        entry, fresh = await self._writes.run(
            self._store().upsert_entry, address_book, command.named, command.make, self._clock()
        )
        return CommandResult(entries=(entry,), fresh=(fresh,))

    async def _get(self, address_book: AddressBook, command: Get) -> CommandResult:
        refs: tuple[Ref, ...] = (command.ref,)
        if command.ref == "":
            oldest = Listing(metadata=command.metadata, per_page=1)
            listed, _ = await self._reads.run(self._store().list_entries, address_book, oldest)
            refs = tuple(entry.id for entry in listed)
        entries = await self._reads.run(self._store().read_entries, address_book, refs)
        return await self._one(address_book, entries[0] if entries else None, command.expand)

    async def _get_many(self, address_book: AddressBook, command: GetMany) -> CommandResult:
        entries = await self._reads.run(self._store().read_entries, address_book, command.refs)
        since, until = command.maybe_since, command.maybe_until
        passed = tuple(
            entry
            for entry in entries
            if (since is None or since <= entry.created_at)
            and (until is None or entry.created_at <= until)
        )
        end = None if command.maybe_most is None else command.first + command.maybe_most
        page = passed[command.first : end]
        return CommandResult(
            entries=page,
            total=len(passed),
            parents=await self._parents(address_book, page, expand=command.expand),
        )

    async def _list(self, address_book: AddressBook, command: Listing) -> CommandResult:
        entries, total = await self._read(
            address_book, command, self._store().list_entries, address_book, command
        )
        parents = await self._parents(address_book, entries, expand=command.expand)
        return CommandResult(entries=entries, total=total, parents=parents)

    async def _update(self, address_book: AddressBook, command: Update) -> CommandResult:
        maybe_entry = await self._writes.run(
            self._store().update_entry, address_book, command.ref, command.edit, self._clock()
        )
        return await self._one(address_book, maybe_entry, command.expand)

    async def _delete(self, address_book: AddressBook, command: Delete) -> CommandResult:
        maybe_entry = await self._writes.run(
            self._store().delete_entry, address_book, command.ref, command.check
        )
        return await self._one(address_book, maybe_entry, expand=False)

    async def _bulk(self, address_book: AddressBook, command: Bulk) -> CommandResult:
        """Run the commands one after the other. Once the store is unavailable, the rest get the
        same problems without a try; if it is unavailable for the first, the whole is refused."""
        results: list[CommandResult | tuple[Problem, ...]] = []
        maybe_unavailable: tuple[Problem, ...] | None = None
        for each in command.commands:
            try:
                results.append(maybe_unavailable or await self.run(address_book, each))
            except Refused as refused:
                if refused.problems[0].http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    if not results:
                        raise
                    maybe_unavailable = refused.problems
                results.append(refused.problems)
        entries = tuple(
            entry for one in results if isinstance(one, CommandResult) for entry in one.entries
        )
        return CommandResult(entries=entries, results=tuple(results))

    async def _one(
        self, address_book: AddressBook, maybe_entry: Entry | None, expand: bool
    ) -> CommandResult:
        if maybe_entry is None:
            raise Refused(Problem(code=E404, cause="entry"))
        entries = (maybe_entry,)
        parents = await self._parents(address_book, entries, expand=expand)
        return CommandResult(entries=entries, parents=parents)

    async def _parents(
        self, address_book: AddressBook, entries: Sequence[Entry], *, expand: bool
    ) -> Mapping[str, Entry]:
        """Return the parents of these entries by handle, where `expand` asks for them."""
        handles = tuple(dict.fromkeys(entry.parent for entry in entries if entry.parent))
        if not expand or not handles:
            return {}
        parents = await self._reads.run(self._store().read_entries, address_book, handles)
        return {entry.handle: entry for entry in parents}

    async def _read(
        self,
        address_book: AddressBook,
        listing: Listing,
        work: Callable[..., T],
        *args: Any,
        slot_seconds: float | None = None,
    ) -> T:
        """Run a query of this listing: a search in the threads of searches."""
        filters = (listing.query, listing.metadata, listing.like, listing.where)
        by_members = any(isinstance(field, Member) for field, _ in listing.sort)
        if any(filters) or listing.parent is not None or by_members:
            return await self._searches.run_for(
                address_book.account, work, *args, slot_seconds=slot_seconds
            )
        return await self._reads.run(work, *args, slot_seconds=slot_seconds)

    def _store(self) -> "Store":
        if self._maybe_store is None:
            detail = "This service keeps no contacts: it has no database (VCARDSVC_DATABASE_URL)."
            raise Refused(Problem(code=E406, cause="no-store", detail=detail))
        return self._maybe_store


_COMMANDS: Final[
    Mapping[type, Callable[[ContactBook, AddressBook, Any], Awaitable[CommandResult]]]
] = {
    Create: ContactBook._create,
    Upsert: ContactBook._upsert,
    Get: ContactBook._get,
    GetMany: ContactBook._get_many,
    Listing: ContactBook._list,
    Update: ContactBook._update,
    Delete: ContactBook._delete,
    Bulk: ContactBook._bulk,
}
