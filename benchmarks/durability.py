"""What was acknowledged is there after kill -9 and after commits that fail, and nothing by halves.

    python -m benchmarks.durability --kills 200 --faults 9800 --url URL

`--url` is `sqlite` (a file that goes away) or a PostgreSQL server (postgresql://USER@HOST:PORT/NAME)
on which databases are made beside that one and dropped at the end; it may be given again. Exits
with 1 when anything was lost, half-written, counted wrong or left locked.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks import book_faults, book_kills, common
from benchmarks.book_places import SQLITE, place
from benchmarks.book_whole import sound

KILLS: Final = 200
FAULTS: Final = 9_800
LONGEST: Final = 1_200
"""Seconds for one database: usually four minutes."""


def kills(url: str, folder: Path, count: int) -> Iterator[str]:
    """Markdown of the kills; raises SystemExit at the end when something was wrong."""
    with place(url, folder) as at:
        started = time.perf_counter()
        found = book_kills.run(at, folder, count)
        whole = sound(at)
        seconds = time.perf_counter() - started
        yield (
            f"| {at.name} | {found.kills} | {found.answered:,} | {found.turned_away} "
            f"| {found.lost} | {found.half} | {found.unanswered:,} | {found.unanswered_whole:,} "
            f"| {found.twice} | {found.counters_wrong} | {found.not_shown} "
            f"| {'yes' if whole else 'NO'} | {seconds:.0f} |"
        )
    if found.faults or not whole:
        raise SystemExit(1)


def faults(url: str, folder: Path, count: int) -> Iterator[str]:
    """Markdown of the faults, a line for each kind; raises SystemExit as `kills` does."""
    with place(url, folder) as at:
        tallies = book_faults.run(at, count)
        whole = sound(at)
        for what, tally in tallies.items():
            yield (
                f"| {at.name} | {what} | {tally.faults:,} | {tally.acknowledged} "
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
