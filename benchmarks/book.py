"""Measure the contact book with 1,000 to 1,000,000 contacts, and creates against bare inserts.

    python -m benchmarks.book scale   --url URL --sizes 1000,100000,1000000
    python -m benchmarks.book creates --url URL

`--url` is `sqlite` (a temporary file) or a PostgreSQL server, postgresql://USER@HOST:PORT/NAME, on
which a database is created and dropped. `scale` times every kind of query in address books of
several sizes, in alternating rounds, and prints the ratio of the largest to the smallest. `creates`
posts contacts to the service as shipped, without its log, and inserts the same rows through the
bare driver, in alternating rounds.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from benchmarks import book_creates, book_scale, common
from benchmarks.databases import SQLITE

SIZES: Final = "1000,100000,1000000"
ROUNDS: Final = 5
SECONDS: Final = 3.0

LONGEST: Final = {"scale": 3600, "creates": 600}
"""Seconds that a command may take: loading a million contacts takes up to an hour."""


def scale(options: argparse.Namespace) -> None:
    """Print the time of every kind of query at every size."""
    sizes = [20, 50] if options.quick else [int(size) for size in options.sizes.split(",")]
    with common.scratch() as folder, ExitStack() as stack:
        books = [
            stack.enter_context(book_scale.loaded(options.url, folder, size)) for size in sizes
        ]
        times = book_scale.measure(books, 1 if options.quick else ROUNDS)
    common.heading("The contact book")
    print("\n".join(book_scale.table(times)))


def creates(options: argparse.Namespace) -> None:
    """Print the time of a create, against bare inserts of its rows."""
    rounds, seconds = (1, 0.2) if options.quick else (ROUNDS, SECONDS)
    with common.scratch() as folder:
        rows = book_creates.measure(options.url, folder, rounds, seconds)
    common.show("Creates over HTTP, log off", rows)


COMMANDS: Final = {"scale": scale, "creates": creates}


def main(given: Sequence[str] | None = None) -> None:
    """Print the table of the command."""
    parser = common.arguments(__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--url", default=SQLITE, help="sqlite, or a PostgreSQL server")
    parser.add_argument("--sizes", default=SIZES, help="contacts of each book, with commas")
    options = parser.parse_args(given)
    with common.deadline(LONGEST[options.command]):
        COMMANDS[options.command](options)


if __name__ == "__main__":
    main()
