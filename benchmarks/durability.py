"""Check that acknowledged changes survive kill -9 and failing commits, and that none is partial.

    python -m benchmarks.durability --kills 200 --faults 9800 --url URL

`--url` is `sqlite` (a temporary file) or a PostgreSQL server (postgresql://USER@HOST:PORT/NAME), on
which databases are created and dropped; it may be repeated. Exits with 1 when a change was lost,
half-written, counted wrong or left locked.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks import book_faults, book_kills, common
from benchmarks.book_snapshot import is_intact
from benchmarks.databases import SQLITE, temporary_database

KILLS: Final = 200
FAULTS: Final = 9_800
LONGEST: Final = 1_200
"""Seconds for one database: usually four minutes."""


def kills(url: str, folder: Path, count: int) -> Iterator[str]:
    """Yield the results of the kills in Markdown; raise SystemExit at the end after a fault."""
    with temporary_database(url, folder) as database:
        started = time.perf_counter()
        found = book_kills.run(database, folder, count)
        whole = is_intact(database)
        seconds = time.perf_counter() - started
        yield (
            f"| {database.name} | {found.kills} | {found.answered:,} | {found.turned_away} "
            f"| {found.lost} | {found.half} | {found.unanswered:,} | {found.unanswered_whole:,} "
            f"| {found.twice} | {found.counters_wrong} | {found.not_shown} "
            f"| {'yes' if whole else 'NO'} | {seconds:.0f} |"
        )
    if found.faults or not whole:
        raise SystemExit(1)


def faults(url: str, folder: Path, count: int) -> Iterator[str]:
    """Yield the results of the faults in Markdown, a line for each kind; exit as `kills`."""
    with temporary_database(url, folder) as database:
        tallies = book_faults.run(database, count)
        whole = is_intact(database)
        for what, tally in tallies.items():
            yield (
                f"| {database.name} | {what} | {tally.faults:,} | {tally.acknowledged} "
                f"| {tally.done:,} | {tally.undone:,} | {tally.wrong} | {tally.locked} |"
            )
    if not whole or any(tally.wrong or tally.locked for tally in tallies.values()):
        raise SystemExit(1)


KILL_HEADS: Final = (
    "store", "kills", "answered 201", "503", "lost", "half-written", "not answered 201",
    "of these whole", "twice", "counter wrong", "not shown after restart", "file in order", "s",
)  # fmt: skip
FAULT_HEADS: Final = (
    "store",
    "fault",
    "times",
    "acknowledged",
    "done",
    "undone",
    "wrong",
    "left locked",
)


def _show(heads: Sequence[str], lines: Iterator[str]) -> None:
    print(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for line in lines:
        print(line)
    sys.stdout.flush()


def main(given: Sequence[str] | None = None) -> None:
    """Print both tables for every database."""
    parser = common.arguments(__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--faults", type=int, default=FAULTS)
    parser.add_argument("--url", action="append", help="sqlite, or a PostgreSQL server")
    options = parser.parse_args(given)
    kill, fail = (2, 100) if options.quick else (options.kills, options.faults)
    common.heading("Durability of the contact book")
    for url in options.url or [SQLITE]:
        with common.deadline(LONGEST), common.scratch() as folder:
            if kill:
                _show(KILL_HEADS, kills(url, folder, kill))
            if fail:
                _show(FAULT_HEADS, faults(url, folder, fail))


if __name__ == "__main__":
    main()
