"""What a task comes to in one address book."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vcardsvc.errors import E1524, Problem, Refused
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
    Update,
)
from vcardsvc.model.contact import Contact
from vcardsvc.services.contacts import EXPORT_STEP, ContactBook
from vcardsvc.store import Store, StoreAway

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINE = AddressBook(account="mine", vendor="plain")
THEIRS = AddressBook(account="theirs", vendor="plain")


def _draft(name: str, **fields: Any) -> Draft:
    own = Contact(first=name)
    return Draft(contacts=(own,), vendor_fields={"name": name}, handle=name.lower(), **fields)


class _Asking:
    """A book with a clock that stands, called from outside of any loop."""

    def __init__(self, store: Store | None) -> None:
        self.store = store

    def __call__(self, task: Command, book: AddressBook = MINE) -> CommandResult:
        found: CommandResult = self.run(lambda kept: kept.run(book, task))
        return found

    def run(self, work: Any) -> Any:
        async def call() -> Any:
            return await work(ContactBook(self.store, clock=lambda: NOW))

        return asyncio.run(call())


@pytest.fixture
def ask(store: Store) -> _Asking:
    """Two entries, a child behind its parent."""
    ask = _Asking(store)
    ask(Create(drafts=(_draft("Ann"), _draft("Bob", parent="ann"))))
    return ask


def _handles_and_parents(found: CommandResult) -> list[tuple[str, str]]:
    return [(entry.handle, entry.parent) for entry in found.entries]


def test_what_is_kept_is_reported_with_its_times(store: Store) -> None:
    """A new entry is as it was drafted; a second one of its handle is the existing one."""
    ask = _Asking(store)
    found = ask(Create(drafts=(_draft("Ann", metadata={"a": "b"}), _draft("Ann"))))
    [entry, again] = found.entries
    expected = Entry(
        id=entry.id,
        uid=entry.uid,
        created_at=NOW,
        updated_at=NOW,
        contacts=(Contact(first="Ann"),),
        vendor_fields={"name": "Ann"},
        handle="ann",
        metadata={"a": "b"},
    )
    assert (entry, again, found.fresh) == (expected, expected, (True, False))


@pytest.mark.parametrize("expand", [False, True])
def test_parents_are_reported_where_they_are_requested(ask: _Asking, expand: bool) -> None:
    """By handle, with every task that shows entries."""
    tasks: tuple[Command, ...] = (
        Get(ref="bob", expand=expand),
        GetMany(refs=("bob", "nobody", "ann"), expand=expand),
        Listing(expand=expand),
        Create(drafts=(_draft("Bob"),), expand=expand),
        Update(ref="bob", edit=lambda entry: _draft("Bob", parent="ann"), expand=expand),
    )
    found_values = [list(ask(task).parents) for task in tasks]
    assert found_values == [["ann"] if expand else []] * len(tasks)


def test_a_batch_keeps_its_order(ask: _Asking) -> None:
    """Unknown ones are left out."""
    assert _handles_and_parents(ask(GetMany(refs=("bob", "nobody", "ann")))) == [
        ("bob", "ann"),
        ("ann", ""),
    ]


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [(0, 0, True), (-1, 1, True), (None, -1, False), (1, None, False), (0, None, True)],
)
def test_a_batch_may_be_of_a_time(
    ask: _Asking, since: int | None, until: int | None, kept: bool
) -> None:
    """What was created before or after is left out; both ends belong to it."""
    first, last = (
        None if seconds is None else NOW + timedelta(seconds=seconds) for seconds in (since, until)
    )
    found = ask(GetMany(refs=("ann",), maybe_since=first, maybe_until=last))
    assert _handles_and_parents(found) == ([("ann", "")] if kept else [])


def test_a_list_tells_how_many_there_are(ask: _Asking) -> None:
    """On all pages."""
    found = ask(Listing(per_page=1, page=2))
    assert (_handles_and_parents(found), found.total) == ([("bob", "ann")], 2)


def test_what_is_removed_is_reported(ask: _Asking) -> None:
    """Its children stay, without a parent."""
    assert _handles_and_parents(ask(Delete(ref="ann"))) == [("ann", "")]
    assert _handles_and_parents(ask(Get(ref="bob"))) == [("bob", "")]


def _refuse(entry: Entry) -> Draft:
    raise Refused(Problem(code=E1524, cause="fixed"))


MISSING: tuple[Command, ...] = (
    Get(ref="nobody"),
    Get(ref=2**40),
    Delete(ref="nobody"),
    Update(ref="nobody", edit=_refuse),
)


@pytest.mark.parametrize("task", MISSING, ids=lambda task: f"{type(task).__name__} {task.ref}")
def test_what_is_not_there_is_e404(ask: _Asking, task: Command) -> None:
    """So is what is another account's."""
    for book in (MINE, THEIRS):
        with pytest.raises(Refused) as caught:
            ask(task, book)
        assert [problem.code.name for problem in caught.value.problems] == ["E404"]


def test_a_change_that_is_refused_changes_nothing(ask: _Asking) -> None:
    """What `edit` raises goes out."""
    before = ask(Get(ref="ann"))
    with pytest.raises(Refused) as caught:
        ask(Update(ref="ann", edit=_refuse))
    assert [problem.code.name for problem in caught.value.problems] == ["E1524"]
    assert ask(Get(ref="ann")) == before


def test_a_walk_passes_every_entry_once(store: Store) -> None:
    """More than a step has, one address book's alone, with photos, as the filters let through."""
    ask = _Asking(store)
    drafts = tuple(
        replace(_draft(f"P{number}"), photo=b"\xff\xd8") for number in range(EXPORT_STEP + 1)
    )
    ask(Create(drafts=drafts))
    ask(Create(drafts=(_draft("Other"),)), THEIRS)

    async def walked(book: ContactBook, listing: Listing) -> list[tuple[str, bytes]]:
        return [(entry.handle, entry.photo) async for entry in book.export(MINE, listing)]

    whole = ask.run(lambda book: walked(book, Listing()))
    assert whole == [(draft.handle, draft.photo) for draft in drafts]
    assert ask.run(lambda book: walked(book, Listing(query="p99"))) == [("p99", b"\xff\xd8")]


def test_without_a_store_nothing_is_kept() -> None:
    """E406, which names the setting."""
    ask = _Asking(None)
    with pytest.raises(Refused) as caught:
        ask(Listing())
    [problem] = caught.value.problems
    assert (problem.code.name, problem.cause) == ("E406", "no-store")
    assert "VCARDSVC_DATABASE_URL" in problem.info


def _handles_or_codes(came: CommandResult | tuple[Problem, ...]) -> list[str]:
    if isinstance(came, CommandResult):
        return [entry.handle for entry in came.entries]
    return [problem.code.name for problem in came]


def test_several_tasks_are_each_done_for_itself(ask: _Asking) -> None:
    """In their order, each seeing what those before it did; what one is refused for stands in its
    place."""

    def refuse(entry: Entry) -> Draft:
        raise Refused(Problem(code=E1524, field="/name", cause="not-a-string"))

    tasks = (
        Get(ref="ann"),
        Update(ref="bob", edit=refuse),
        Delete(ref="nobody"),
        Create(drafts=()),
        Delete(ref="ann"),
        Create(drafts=(_draft("Cid"), _draft("Dan"))),
        Get(ref="ann"),
    )
    found = ask(Bulk(commands=tasks))
    found_values = [_handles_or_codes(one) for one in found.results]
    assert found_values == [["ann"], ["E1524"], ["E404"], [], ["ann"], ["cid", "dan"], ["E404"]]
    assert [entry.handle for entry in found.entries] == ["ann", "ann", "cid", "dan"]


def test_a_store_that_goes_away_is_not_queried_again(
    lite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished commands have their results; the others are refused like the one that hit the fault.
    Where that is the first, all of it is refused."""
    ask, looked_up = _Asking(lite), []

    def away(store: Store, book: AddressBook, ref: Any, check: Any) -> Any:
        looked_up.append(ref)
        raise StoreAway("store-full")

    monkeypatch.setattr(Store, "delete_entry", away)
    removals = (Delete(ref="ann"), Delete(ref="bob"))
    found = ask(Bulk(commands=(Create(drafts=(_draft("Ann"),)), *removals)))
    kept, *refused = found.results
    assert isinstance(kept, CommandResult)
    assert [_handles_or_codes(came) for came in refused] == [["E503"]] * 2
    assert looked_up == ["ann"]
    with pytest.raises(Refused) as caught:
        ask(Bulk(commands=removals))
    assert [one.http_status for one in caught.value.problems] == [503]


SEARCHING = [
    Listing(query="ann"), Listing(metadata={"k": "v"}), Listing(like={"k": ("v", "")}),
    Listing(parent="ann"),
]  # fmt: skip


@pytest.mark.parametrize("listing", SEARCHING)
def test_a_long_search_delays_no_other_account(
    lite: Store, monkeypatch: pytest.MonkeyPatch, listing: Listing
) -> None:
    """While one account searches, and searches again, everybody sees, lists and makes entries, and
    another account searches too."""
    held, real = threading.Event(), Store.list_entries

    def slow(store: Store, book: AddressBook, query: Listing) -> Any:
        if book == MINE and query == listing:
            held.wait(10)
        return real(store, book, query)

    monkeypatch.setattr(Store, "list_entries", slow)

    async def story(book: ContactBook) -> None:
        long = [asyncio.ensure_future(book.run(MINE, listing)) for _ in range(8)]
        await asyncio.sleep(0.01)
        for whose in (MINE, THEIRS):
            await book.run(whose, Create(drafts=(_draft("Ann"),)))
            await book.run(whose, Get(ref="ann"))
            assert (await book.run(whose, Listing())).total == 1
        await book.run(THEIRS, listing)
        assert not any(one.done() for one in long)
        held.set()
        await asyncio.gather(*long, return_exceptions=True)  # on a slow machine some give up

    _Asking(lite).run(story)
