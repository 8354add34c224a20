"""The contact book of one worker: what a task of a vendor's caller comes to.

Promises: what was acknowledged outlives the process; a task reaches into the address book that it
names and into no other. What must never enter here: a vendor's words, a card, HTTP, and the
database's library. A deployment without a store never loads it.
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
from vcardsvc.services.executor import TURN, Executor, unheard

if TYPE_CHECKING:
    from vcardsvc.store import Store

T = TypeVar("T")

THREADS: Final = 4
"""Questions to the store at once, and beside them as many changes to it on PostgreSQL."""

SEARCHES: Final = 2
"""Searches at once beside these, one of each account: one for words that nearly every contact has
takes seconds, and whoever wants to see or make a contact does not wait for it."""

PATIENCE: Final = 15.0
"""Seconds that a step of a walk waits for its turn, longer than any question may take: a file of
cards that breaks off is worse than one that comes slowly."""

STEP: Final = 100
"""Entries that a walk has in memory at once."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ContactBook:
    """The contact book in `store`; without one none is kept. `failed` is told the cause whenever
    the store was away. One event loop alone may use it."""

    def __init__(
        self,
        store: "Store | None" = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
        failed: Callable[[str], None] = unheard,
    ) -> None:
        self._maybe_store = store
        self._clock = clock
        self._turns = Executor(THREADS, "book", failed)
        self._searches = Executor(SEARCHES, "book-search", failed)
        # SQLite has one writer: its others would sleep, wake and look again, the unlucky for long.
        alone = store is not None and store.single_writer
        self._writing = Executor(1 if alone else THREADS, "book-writing", failed)

    def require(self) -> None:
        """Raises Refused (E406) where no contacts are kept."""
        self._store()

    async def run(self, book: AddressBook, task: Command) -> CommandResult:
        """What the task came to in this address book.

        On return what it changed survives this process, and a power cut. Raises Refused: E404 when
        there is no such entry, E406 without a store, E503 when it is away, and what a change's
        `edit` raises.
        """
        return await _TASKS[type(task)](self, book, task)

    async def existing(self, book: AddressBook, draft: Draft) -> Entry | None:
        """The entry that this draft would meet now, None when it would make a new one.

        Raises Refused as `run` does.
        """
        return await self._turns.run(self._store().existing_entry, book, draft)

    async def walk(self, book: AddressBook, listing: Listing) -> AsyncIterator[Entry]:
        """Every entry that the listing's filters let through, by id, a few in memory at once.

        Raises Refused (E503), in the midst too.
        """
        after = 0
        while True:
            walk = partial(self._store().entries_after, book, after, STEP, listing, photos=True)
            step = await self._read(book, listing, walk, slot_seconds=PATIENCE)
            # A short step is not the end: some may have been removed while it was read.
            if not step:
                return
            for _, entry in step:
                yield entry
            after = step[-1][1].id

    async def _keep(self, book: AddressBook, task: Create) -> CommandResult:
        if not task.drafts:
            return CommandResult()
        kept = await self._written(self._store().create_entries, book, task.drafts, self._clock())
        entries = tuple(entry for entry, _ in kept)
        parents = await self._parents(book, entries) if task.expand else {}
        return CommandResult(
            entries=entries, fresh=tuple(fresh for _, fresh in kept), parents=parents
        )

    async def _upsert(self, book: AddressBook, task: Upsert) -> CommandResult:
        entry, fresh = await self._written(
            self._store().upsert_entry, book, task.named, task.make, self._clock()
        )
        return CommandResult(entries=(entry,), fresh=(fresh,))

    async def _show(self, book: AddressBook, task: Get) -> CommandResult:
        refs: tuple[Ref, ...] = (task.ref,)
        if task.ref == "":
            wanted = Listing(metadata=task.metadata, per_page=1)
            listed, _ = await self._turns.run(self._store().list_entries, book, wanted)
            refs = tuple(entry.id for entry in listed)
        found = await self._turns.run(self._store().read_entries, book, refs)
        return await self._one(book, found[0] if found else None, expand=task.expand)

    async def _batch(self, book: AddressBook, task: GetMany) -> CommandResult:
        found = await self._turns.run(self._store().read_entries, book, task.refs)
        since, until = task.maybe_since, task.maybe_until
        passed = tuple(
            entry
            for entry in found
            if (since is None or since <= entry.created_at)
            and (until is None or entry.created_at <= until)
        )
        last = None if task.maybe_most is None else task.first + task.maybe_most
        entries = passed[task.first : last]
        parents = await self._parents(book, entries) if task.expand else {}
        return CommandResult(entries=entries, total=len(passed), parents=parents)

    async def _list(self, book: AddressBook, task: Listing) -> CommandResult:
        entries, total = await self._read(book, task, self._store().list_entries, book, task)
        parents = await self._parents(book, entries) if task.expand else {}
        return CommandResult(entries=entries, total=total, parents=parents)

    async def _change(self, book: AddressBook, task: Update) -> CommandResult:
        maybe_entry = await self._written(
            self._store().update_entry, book, task.ref, task.edit, self._clock()
        )
        return await self._one(book, maybe_entry, expand=task.expand)

    async def _remove(self, book: AddressBook, task: Delete) -> CommandResult:
        maybe_entry = await self._written(self._store().delete_entry, book, task.ref, task.check)
        return await self._one(book, maybe_entry, expand=False)

    async def _several(self, book: AddressBook, task: Bulk) -> CommandResult:
        """What each task came to. A store that is away is asked no more: the tasks left are refused
        as the one that met it; where that was the first, so is all of it."""
        results: list[CommandResult | tuple[Problem, ...]] = []
        maybe_away: tuple[Problem, ...] | None = None
        for one in task.commands:
            try:
                results.append(maybe_away or await self.run(book, one))
            except Refused as refused:
                if refused.problems[0].http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    if not results:
                        raise
                    maybe_away = refused.problems
                results.append(refused.problems)
        done = (came.entries for came in results if isinstance(came, CommandResult))
        return CommandResult(
            entries=tuple(entry for some in done for entry in some), results=tuple(results)
        )

    async def _one(
        self, book: AddressBook, maybe_entry: Entry | None, *, expand: bool
    ) -> CommandResult:
        if maybe_entry is None:
            raise Refused(Problem(code=E404, cause="entry"))
        entries = (maybe_entry,)
        return CommandResult(
            entries=entries, parents=await self._parents(book, entries) if expand else {}
        )

    async def _parents(self, book: AddressBook, entries: Sequence[Entry]) -> Mapping[str, Entry]:
        handles = tuple(dict.fromkeys(entry.parent for entry in entries if entry.parent))
        if not handles:
            return {}
        found = await self._turns.run(self._store().read_entries, book, handles)
        return {entry.handle: entry for entry in found}

    async def _read(
        self,
        book: AddressBook,
        listing: Listing,
        work: Callable[..., T],
        *given: Any,
        slot_seconds: float = TURN,
    ) -> T:
        """What `work` finds of the listing, in its turn."""
        filters = (listing.query, listing.metadata, listing.like, listing.where)
        by_members = any(isinstance(what, Member) for what, _ in listing.sort)
        if any(filters) or listing.parent is not None or by_members:
            return await self._searches.run_for(
                book.account, work, *given, slot_seconds=slot_seconds
            )
        return await self._turns.run(work, *given, slot_seconds=slot_seconds)

    async def _written(self, work: Callable[..., Any], *given: Any) -> Any:
        return await self._writing.run(work, *given)

    def _store(self) -> "Store":
        if self._maybe_store is None:
            detail = "This service keeps no contacts: it has no database (VCARDSVC_DATABASE_URL)."
            raise Refused(Problem(code=E406, cause="no-store", detail=detail))
        return self._maybe_store


_TASKS: Final[
    Mapping[type, Callable[[ContactBook, AddressBook, Any], Awaitable[CommandResult]]]
] = {
    Create: ContactBook._keep,
    Upsert: ContactBook._upsert,
    Get: ContactBook._show,
    GetMany: ContactBook._batch,
    Listing: ContactBook._list,
    Update: ContactBook._change,
    Delete: ContactBook._remove,
    Bulk: ContactBook._several,
}
