"""What was acknowledged is there, whole, after kill -9 and faults; a judge sees when it is not."""

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
from benchmarks.book_places import SQLITE, Place, migrate, place
from benchmarks.book_whole import NOTHING, Picture, kept, picture, sound
from vcardsvc.store import Store, StoreAway, entries

FAULTS = 150


@pytest.fixture
def at(database_url: str) -> Place:
    """An empty store of either kind."""
    return Place(url=database_url, lite=database_url.startswith(SQLITE))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Place]:
    """An empty SQLite store, whose entries are 1, 2, 3."""
    with place(SQLITE, tmp_path) as made:
        migrate(made)
        yield made


def _keep(at: Place, *numbers: int) -> None:
    store = Store(at.url)
    for number in numbers:
        store.create_entries(BOOK, [draft(number)], datetime.now(UTC))
    store.close()


def _seen(*numbers: int, answered: tuple[int, ...] = ()) -> Round:
    return Round(sent=set(numbers), answered={one: draft(one).handle for one in answered})


@pytest.mark.timeout(120)
def test_nothing_that_was_answered_is_lost_by_a_kill(at: Place, tmp_path: Path) -> None:
    """Two services are killed in the midst of parallel creates; the second one shows what the first
    one had answered."""
    tally = book_kills.run(at, tmp_path, 2)
    assert (tally.kills, tally.faults, sound(at)) == (2, 0, True)
    assert tally.answered > 0


@pytest.mark.timeout(120)
def test_a_fault_at_any_statement_leaves_all_or_nothing(at: Place) -> None:
    """Whatever the driver does wrong, at whichever statement: an entry is whole or absent, what was
    acknowledged is there, the counter counts, and the next one can write."""
    tallies = book_faults.run(at, FAULTS)
    assert sum(tally.faults for tally in tallies.values()) >= FAULTS
    assert {what for what, tally in tallies.items() if not tally.faults} == set()
    wrong = {what: tally for what, tally in tallies.items() if tally.wrong or tally.locked}
    assert wrong == {}
    assert sound(at)


def test_a_commit_that_took_effect_is_told_from_one_that_did_not(at: Place) -> None:
    """An error behind the commit leaves what was written, one before it does not."""
    store = Store(at.url)
    found = []
    with at.asking() as ask, book_faults.failing(store, at, ask) as driver:
        for number, kind in enumerate(book_faults.KINDS[-4:]):
            driver.arm(kind, 0)
            with pytest.raises(StoreAway):
                store.create_entries(BOOK, [draft(number)], datetime.now(UTC))
            assert driver.disarm()
            found.append((kind.done, draft(number).handle in picture(ask, BOOK)[0].entries))
    store.close()
    assert found == [(False, False), (False, False), (True, True), (True, True)]


def test_what_was_kept_is_whole_in_the_picture(file: Place) -> None:
    """The rows of an entry read back as its draft, and as nothing before it was kept."""
    with file.asking() as ask:
        assert picture(ask, BOOK) == (NOTHING, 0)
        _keep(file, 1)
        whole = Picture(entries={draft(1).handle: kept(draft(1))}, counter=1)
        assert picture(ask, BOOK) == (whole, 1)
        assert picture(ask, BOOK, after=1) == (replace(whole, entries={}), 1)


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
"""What could be wrong with the contacts 1 and 2, and 3, which nobody was told of."""


@pytest.mark.parametrize(("statement", "counted"), DAMAGE)
def test_the_judge_sees_what_is_lost_or_half_written(
    file: Place, statement: str, counted: dict[str, int]
) -> None:
    """Each damage to the rows is counted as what it is, and only so."""
    _keep(file, 1, 2, 3)
    connection = file.connect()
    connection.executescript(f"PRAGMA foreign_keys={'stray' not in statement}; {statement}")
    connection.close()
    tally = Tally()
    book_kills.judge(file, _seen(1, 2, 3, 4, answered=(1, 2)), 0, tally)
    whole = {"kills": 1, "answered": 2, "unanswered": 2, "unanswered_whole": 1}
    assert tally == Tally(**{**whole, **counted})


def test_the_judge_sees_a_contact_that_nobody_sent(file: Place) -> None:
    """An entry that no client of the round asked for is none of it."""
    _keep(file, 1)
    tally = Tally()
    book_kills.judge(file, _seen(2), 0, tally)
    assert (tally.half, tally.unanswered_whole) == (1, 0)


def test_a_store_that_commits_too_early_is_caught(
    at: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were an entry committed before its search words, faults would leave halves of it."""
    index: Callable[..., None] = entries._index

    def early(connection: Connection, *told: object) -> None:
        connection.connection.commit()
        index(connection, *told)

    monkeypatch.setattr(entries, "_index", early)
    tallies = book_faults.run(at, FAULTS)
    assert sum(tally.wrong for tally in tallies.values()) > 0


def test_the_command_prints_a_line_for_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """The durability run says how often each fault fell, and that nothing was wrong."""
    durability.main(["--kills", "0", "--faults", "40"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| SQLite")]
    assert [line.split(" | ")[1] for line in lines] == [kind.what for kind in book_faults.KINDS]
    assert [line for line in lines if not re.search(r"\| 0 \| 0 \|$", line)] == []
