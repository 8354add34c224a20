"""Acknowledged entries survive kill -9 and faults completely, or the checks notice."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from benchmarks import book_faults, book_kills, durability
from benchmarks.book_data import BOOK, draft
from benchmarks.book_kills import Round, Tally
from benchmarks.book_snapshot import EMPTY, Snapshot, is_intact, snapshot, stored_entry
from benchmarks.databases import SQLITE, Database, migrate, temporary_database
from vcardsvc.store import Store, StoreAway, entries

FAULTS = 150


@pytest.fixture
def database(database_url: str) -> Database:
    """An empty store of either kind."""
    return Database(url=database_url, lite=database_url.startswith(SQLITE))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite store, whose entries are 1, 2, 3."""
    with temporary_database(SQLITE, tmp_path) as file:
        migrate(file)
        yield file


def _create(database: Database, *numbers: int) -> None:
    store = Store(database.url)
    for number in numbers:
        store.create_entries(BOOK, [draft(number)], datetime.now(UTC))
    store.close()


def _round(*numbers: int, answered: tuple[int, ...] = ()) -> Round:
    return Round(sent=set(numbers), answered={one: draft(one).handle for one in answered})


@pytest.mark.timeout(120)
def test_a_kill_loses_no_acknowledged_contact(database: Database, tmp_path: Path) -> None:
    """Two services are killed during parallel creates; the second returns the contacts that the
    first had acknowledged."""
    tally = book_kills.run(database, tmp_path, 2)
    assert (tally.kills, tally.faults, is_intact(database)) == (2, 0, True)
    assert tally.answered > 0


@pytest.mark.timeout(120)
def test_a_fault_at_any_statement_leaves_all_or_nothing(database: Database) -> None:
    """After any fault at any statement an entry is whole or absent, acknowledged ones exist, the
    counter is right, and the next writer can write."""
    tallies = book_faults.run(database, FAULTS)
    assert sum(tally.faults for tally in tallies.values()) >= FAULTS
    assert {what for what, tally in tallies.items() if not tally.faults} == set()
    wrong = {what: tally for what, tally in tallies.items() if tally.wrong or tally.locked}
    assert wrong == {}
    assert is_intact(database)


def test_an_error_after_the_commit_leaves_the_written_entry(database: Database) -> None:
    """An error after the commit leaves the entry, one before it does not."""
    store = Store(database.url)
    found = []
    with database.querying() as query, book_faults.failing(store, database, query) as driver:
        for number, kind in enumerate(book_faults.KINDS[-4:]):
            driver.arm(kind, 0)
            with pytest.raises(StoreAway):
                store.create_entries(BOOK, [draft(number)], datetime.now(UTC))
            assert driver.disarm()
            found.append((kind.done, draft(number).handle in snapshot(query, BOOK)[0].entries))
    store.close()
    assert found == [(False, False), (False, False), (True, True), (True, True)]


def test_a_snapshot_has_the_whole_stored_entry(file: Database) -> None:
    """The snapshot is empty before an entry is stored, and then equals its draft."""
    with file.querying() as query:
        assert snapshot(query, BOOK) == (EMPTY, 0)
        _create(file, 1)
        whole = Snapshot(entries={draft(1).handle: stored_entry(draft(1))}, counter=1)
        assert snapshot(query, BOOK) == (whole, 1)
        assert snapshot(query, BOOK, after=1) == (replace(whole, entries={}), 1)


DAMAGE: tuple[tuple[str, dict[str, int]], ...] = (
    ("DELETE FROM entry_term WHERE entry_id = 2 AND term = 'parkway'", {"half": 1}),
    ("DELETE FROM entry_metadata WHERE entry_id = 1 AND key = 'source'", {"half": 1}),
    ("UPDATE entry SET words = '{}' WHERE id = 2", {"half": 1}),
    ("UPDATE entry SET contacts = '[]' WHERE id = 2", {"half": 1}),
    ("UPDATE entry SET is_default = 1 WHERE id = 2", {"half": 1}),
    ("UPDATE entry SET parent_id = 1 WHERE id = 2", {"half": 1}),
    ("UPDATE address_book SET entries = 4", {"counters_wrong": 1}),
    ("DELETE FROM entry WHERE id = 1", {"counters_wrong": 1, "lost": 1}),
    (
        "INSERT INTO entry_term SELECT address_book_id, 'stray', 99 FROM entry_term LIMIT 1",
        {"half": 1},
    ),
)
"""Damages to the contacts 1, 2 and 3, of which 3 was not acknowledged, with their counts."""


@pytest.mark.parametrize(("statement", "counted"), DAMAGE)
def test_the_check_counts_lost_and_half_written_contacts(
    file: Database, statement: str, counted: dict[str, int]
) -> None:
    """Each damage to the rows is counted as one fault of its kind."""
    _create(file, 1, 2, 3)
    connection = file.connect()
    connection.executescript(f"PRAGMA foreign_keys={'stray' not in statement}; {statement}")
    connection.close()
    tally = Tally()
    book_kills.check(file, _round(1, 2, 3, 4, answered=(1, 2)), 0, tally)
    whole = {"kills": 1, "answered": 2, "unanswered": 2, "unanswered_whole": 1}
    assert tally == Tally(**{**whole, **counted})


def test_the_check_counts_a_contact_that_was_not_sent(file: Database) -> None:
    """An entry that no client of the round has sent is a fault."""
    _create(file, 1)
    tally = Tally()
    book_kills.check(file, _round(2), 0, tally)
    assert (tally.half, tally.unanswered_whole) == (1, 0)


def test_a_store_that_commits_too_early_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The faults reveal a store that commits an entry before its search terms."""
    index: Callable[..., None] = entries._index

    def early(connection: Connection, *arguments: object) -> None:
        connection.connection.commit()
        index(connection, *arguments)

    monkeypatch.setattr(entries, "_index", early)
    tallies = book_faults.run(database, FAULTS)
    assert sum(tally.wrong for tally in tallies.values()) > 0


def test_the_command_prints_a_line_for_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """The durability benchmark prints the count of each fault, and no wrong result."""
    durability.main(["--kills", "0", "--faults", "40"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| SQLite")]
    assert [line.split(" | ")[1] for line in lines] == [kind.what for kind in book_faults.KINDS]
    assert [line for line in lines if not re.search(r"\| 0 \| 0 \|$", line)] == []
