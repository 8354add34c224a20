"""Entries under kill -9 and under many writers: one where one must be, each whole or not at all."""

import json
import signal
import threading
from dataclasses import replace
from typing import Any

import pytest

from tests.support import databases as stores
from tests.support.entries import BOOK, NOW, draft, like
from vcardsvc.model.address_book import Entry, Listing
from vcardsvc.store import Store

PROCESSES, THREADS = 4, 16

_READY = (
    "import sys, threading; from tests.support.entries import *; from vcardsvc.store import Store\n"
    "s = Store(sys.argv[1]); s.address_books(); results = []\n"
    "def all_at_once(work):\n"
    "    threads = [threading.Thread(target=work, args=(n,)) for n in range(int(sys.argv[2]))]\n"
    "    print('ready', flush=True); sys.stdin.readline()\n"
    "    for t in threads: t.start()\n"
    "    for t in threads: t.join()\n"
    "    print(*results); s.close()\n"
)


def _raced(code: str, database_url: str, *arguments: str) -> list[list[str]]:
    """Return what each process printed, whose threads began at once."""
    children = [
        stores.run(_READY + code, database_url, str(THREADS), str(number), *arguments)
        for number in range(PROCESSES)
    ]
    return [printed.split() for printed in stores.together(children, 55)]


def _counted(store: Store) -> tuple[Entry, ...]:
    """All entries; the counter tells their number."""
    entries = tuple(entry for _, entry in store.entries_after(BOOK, photos=True))
    assert store.list_entries(BOOK, Listing(per_page=1))[1] == len(entries)
    return entries


@pytest.mark.parametrize("there", [True, False], ids=["in a book", "in a new book"])
def test_identical_creates_at_once_make_one(store: Store, database_url: str, there: bool) -> None:
    """Of 64 writers in four processes one creates the entry, and all get the same one."""
    if there:
        store.create_entries(BOOK, [draft(99)], NOW)
    code = (
        "def work(n):\n"
        "    [(e, fresh)] = s.create_entries(BOOK, [draft(1, dedupe_key=b'x' * 32,\n"
        "        metadata={'a': 'b'}, handle=f'P{sys.argv[3]}-{n}')], NOW)\n"
        "    results.append(f'{e.id}:{e.handle}:{fresh}')\n"
        "all_at_once(work)"
    )
    results = [printed.split(":") for process in _raced(code, database_url) for printed in process]
    assert len(results) == PROCESSES * THREADS
    assert len({(number, handle) for number, handle, _ in results}) == 1
    assert [fresh for *_, fresh in results].count("True") == 1
    entries = _counted(store)
    assert [str(entry.id) for entry in entries if entry.metadata] == [results[0][0]]
    assert len(entries) == 1 + there


def test_one_handle_is_given_once(store: Store, database_url: str) -> None:
    """Of 64 writers of different entries under one handle, one makes its own."""
    code = (
        "def work(n):\n"
        "    mine = draft(1, vendor_fields={'w': sys.argv[3] + '-' + str(n)})\n"
        "    [(e, fresh)] = s.create_entries(BOOK, [mine], NOW)\n"
        "    results.append(f\"{e.vendor_fields['w']}:{fresh}\")\n"
        "all_at_once(work)"
    )
    results = [printed.split(":") for process in _raced(code, database_url) for printed in process]
    [entry] = _counted(store)
    assert {words for words, _ in results} == {entry.vendor_fields["w"]}
    assert [fresh for _, fresh in results].count("True") == 1


def test_there_is_one_default_however_it_moves(store: Store, database_url: str) -> None:
    """While many make, change and remove defaults at once, there is never a second one."""
    store.create_entries(BOOK, [draft(n) for n in range(THREADS)], NOW)
    code = (
        "me = int(sys.argv[3])\n"
        "def work(n):\n"
        "    for turn in range(2):\n"
        "        s.update_entry(BOOK, f'H{n}', lambda e: like(e, default=True), NOW)\n"
        "        mine = draft(1000 * (me + 1) + 10 * n + turn, default=True)\n"
        "        s.create_entries(BOOK, [mine], NOW)\n"
        "        found, _ = s.list_entries(BOOK, Listing(sort=(('default', True),), per_page=2))\n"
        "        results.append(found[1].default if len(found) > 1 else '-')\n"
        "all_at_once(work)"
    )
    results = [printed for process in _raced(code, database_url) for printed in process]
    assert results == ["False"] * (PROCESSES * THREADS * 2)
    entries = _counted(store)
    assert len(entries) == THREADS + PROCESSES * THREADS * 2
    assert len([entry for entry in entries if entry.default]) == 1


def test_changes_at_once_lose_nothing(store: Store) -> None:
    """Each edit sees what the one before it wrote."""
    store.create_entries(BOOK, [draft(1, vendor_fields={"count": 0})], NOW)

    def more(entry: Entry) -> Any:
        return like(entry, vendor_fields={"count": entry.vendor_fields["count"] + 1})

    def work() -> None:
        for _ in range(5):
            store.update_entry(BOOK, "H1", more, NOW)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read_entries(BOOK, ["H1"])[0].vendor_fields == {"count": 40}


def test_drafts_that_cross_do_not_lock_each_other_out(store: Store, database_url: str) -> None:
    """Calls that keep the same entries in opposite orders make each once, none fails."""
    code = (
        "def work(n):\n"
        "    order = range(10) if n % 2 else range(9, -1, -1)\n"
        "    entries = s.create_entries(BOOK, [draft(i, handle='', dedupe_key=bytes([i]) * 32)"
        " for i in order], NOW)\n"
        "    results.append(sum(fresh for _, fresh in entries))\n"
        "all_at_once(work)"
    )
    results = [int(printed) for process in _raced(code, database_url) for printed in process]
    assert (len(results), sum(results)) == (PROCESSES * THREADS, 10)
    assert len(_counted(store)) == 10


TURNS = 6

KILLED = """
import itertools, sys
from tests.support.entries import *
from vcardsvc.store import Store
s = Store(sys.argv[1]); turn = int(sys.argv[2])
for n in itertools.count():
    first, second = f'T{turn}-{n}-a', f'T{turn}-{n}-b'
    entries = s.create_entries(BOOK, [
        draft(n, handle=first, metadata={'turn': str(turn)}, photo=b'p' * 30_000, default=True),
        draft(n, handle=second, parent=first, metadata={'turn': str(turn)}),
    ], NOW)
    print('kept', *(e.id for e, _ in entries), flush=True)
    if n % 3 == 1:
        s.update_entry(BOOK, first, lambda e: like(e, vendor_fields={'changed': n}), NOW)
        print('changed', entries[0][0].id, n, flush=True)
    if n % 3 == 2:
        s.delete_entry(BOOK, first)
        print('removed', entries[0][0].id, flush=True)
"""


def test_what_was_acknowledged_outlives_kill_9(store: Store, database_url: str) -> None:
    """A writer that is killed, time and again, has lost nothing that it acknowledged, and what it
    had not is there whole or not at all."""
    printed: list[list[str]] = []
    for turn in range(TURNS):
        with stores.run(KILLED, database_url, str(turn)) as child:
            assert child.stdout is not None
            heard = [child.stdout.readline() for _ in range(4 + 3 * turn)]
            child.send_signal(signal.SIGKILL)
            heard += child.stdout.read().splitlines(keepends=True)
        printed += [line.split() for line in heard if line.endswith("\n")]
    # Waits for the lock of a transaction that its server has not given up yet.
    assert store.update_entry(BOOK, "nobody", like, NOW) is None
    entries = {str(entry.id): entry for entry in _counted(store)}
    expected: dict[str, dict[str, int] | None] = {}
    for what, *results in printed:
        if what == "kept":
            expected |= dict.fromkeys(results, None)
        elif what == "changed":
            expected[results[0]] = {"changed": int(results[1])}
        else:
            del expected[results[0]]
    # The last word of each turn may have been done and not printed: one removal of each at most.
    assert len([number for number in expected if number not in entries]) <= TURNS
    for number, words in expected.items():
        if number in entries and words:
            assert entries[number].vendor_fields == words
    _whole(store, entries)
    assert stores.is_whole(store)


def _whole(store: Store, entries: dict[str, Entry]) -> None:
    """Each entry has all that it was kept with, and is found by it; both drafts of a call or none,
    but for those that were removed by themselves."""
    handles = {entry.handle for entry in entries.values()}
    assert len([entry for entry in entries.values() if entry.default]) <= 1
    for entry in entries.values():
        turn, number, which = entry.handle[1:].split("-")
        assert entry.metadata == {"turn": turn}
        assert len(entry.photo) == (30_000 if which == "a" else 0)
        assert f"T{turn}-{number}-b" in handles
        found, _ = store.list_entries(BOOK, Listing(query=f"{entry.handle}", per_page=100))
        assert replace(entry, photo=b"") in found
        assert json.dumps(dict(entry.vendor_fields)) in (
            json.dumps({"number": int(number)}),
            json.dumps({"changed": int(number)}),
        )
