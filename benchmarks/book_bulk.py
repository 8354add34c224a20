"""A million contacts into an empty store in minutes: the rows that `keep_entries` would write.

Strategy: rows are made in processes of their own by the store's own spelling; PostgreSQL takes them
by COPY without its indexes, which are made again afterwards; SQLite without its journal, in one
transaction. What must never enter here: a row that `keep_entries` would write otherwise (a test
compares).
"""

import contextlib
import multiprocessing
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from benchmarks.book_data import BOOK, TENTH, draft
from benchmarks.book_places import Place, migrate
from benchmarks.common import cores
from vcardsvc.store.codec import write_contacts, write_vendor_fields
from vcardsvc.store.search_terms import entry_terms

CHUNK: Final = 5_000
"""Contacts made at a time: their 150,000 rows are some tens of MB."""

AHEAD: Final = 2
"""Chunks that each process may be ahead of the database."""

MADE_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)

TABLES: Final = {
    "entry": (
        "id", "address_book_id", "handle", "uid", "identity", "copy", "parent_id", "is_default",
        "created_at", "updated_at", "contacts", "words",
    ),
    "entry_metadata": ("entry_id", "key", "address_book_id", "value"),
    "entry_term": ("address_book_id", "term", "entry_id"),
}  # fmt: skip
"""What is loaded, in this order."""

LITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;"
    "PRAGMA secure_delete=OFF; PRAGMA cache_size=-3000000; PRAGMA locking_mode=EXCLUSIVE"
)

Rows = dict[str, list[tuple[Any, ...]]]
T = TypeVar("T")


def load(place: Place, size: int) -> None:
    """Migrate the store and fill the address book `BOOK` with the contacts 1 to `size`: every
    twentieth a child of the first, the one in the middle its default."""
    migrate(place)
    told = (BOOK.account, BOOK.vendor)
    place.asked(
        "INSERT INTO address_book (account, vendor, entries) VALUES (?, ?, 0) RETURNING id", *told
    )
    if place.lite:
        _load_lite(place, size)
    else:
        _load_server(place, size)


def rows(first: int, last: int, size: int, here: int) -> Rows:
    """The rows of the contacts `first` to `last` - 1; a contact's number is its entry's."""
    made: Rows = {name: [] for name in TABLES}
    for number in range(first, last):
        one = draft(number)
        parent = 1 if number > 1 and number % (2 * TENTH) == 0 else None
        made["entry"].append(
            (
                number, here, one.handle, uuid.uuid4().urn, one.dedupe_key, 0, parent,
                number == (size + 1) // 2, MADE_AT, MADE_AT,
                write_contacts(one.contacts), write_vendor_fields(one.vendor_fields),
            )
        )  # fmt: skip
        made["entry_metadata"] += [(number, key, here, v) for key, v in one.metadata.items()]
        found = entry_terms(one.contacts, one.handle, one.metadata)
        made["entry_term"] += [(here, term, number) for term in found]
    return made


def copied(first: int, last: int, size: int, here: int) -> dict[str, str]:
    """The same rows by table, in the text format of COPY."""
    made = rows(first, last, size, here)
    return {
        table: "".join("\t".join(map(_copied, row)) + "\n" for row in made[table])
        for table in TABLES
    }


def _chunks(made: Callable[[int, int, int, int], T], size: int, here: int) -> Iterator[T]:
    """What `made` gives of all contacts, in as many processes as there are cores."""
    told = [
        (first, min(first + CHUNK, size + 1), size, here) for first in range(1, size + 1, CHUNK)
    ]
    if len(told) == 1:
        yield made(*told[0])
        return
    processes = cores()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        running: list[Any] = []
        for each in told:
            running.append(pool.apply_async(made, each))
            if len(running) > AHEAD * processes:
                yield running.pop(0).get()
        for one in running:
            yield one.get()


def _load_lite(place: Place, size: int) -> None:
    with contextlib.closing(place.connect()) as connection:
        connection.executescript(LITE_PRAGMAS)
        [here] = connection.execute("SELECT id FROM address_book").fetchone()
        connection.execute("BEGIN")
        for chunk in _chunks(rows, size, here):
            for table, columns in TABLES.items():
                marks = ", ".join("?" * len(columns))
                statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # names of ours
                connection.executemany(statement, _lite(chunk[table]))
        _count(connection, "?", size)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL").fetchall()


def _lite(found: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Times as SQLAlchemy writes them."""
    return (tuple(_time(v) if isinstance(v, datetime) else v for v in row) for row in found)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def _count(connection: Any, mark: str, size: int) -> None:
    connection.execute(f"UPDATE address_book SET entries = {mark}", (size,))  # noqa: S608  # a mark


def _load_server(place: Place, size: int) -> None:
    with contextlib.closing(place.connect()) as connection:
        [here] = connection.execute("SELECT id FROM address_book").fetchone()
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET synchronous_commit = off")
        with _without_indexes(connection):
            for chunk in _chunks(copied, size, here):
                for table, columns in TABLES.items():
                    _copy(connection, table, columns, chunk[table])
        _count(connection, "%s", size)
        connection.execute("SELECT setval('entry_id_seq', %s)", (size,))
        # As the server does by itself within minutes.
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _copy(connection: Any, table: str, columns: Sequence[str], text: str) -> None:
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        copy.write(text)


def _copied(value: object) -> str:
    """A value as COPY's text format has it (no tab, line feed or carriage return is in ours)."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value).replace("\\", "\\\\")


@contextlib.contextmanager
def _without_indexes(connection: Any) -> Iterator[None]:
    """Inside, the tables have neither indexes nor constraints; afterwards those that they had."""
    tables = list(TABLES)
    keys = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('p', 'u', 'f')"
        " ORDER BY contype = 'f' DESC, conrelid::regclass::text <> 'entry' DESC",
        (tables,),
    ).fetchall()
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname <> ALL(%s)",
        (tables, [name for _, name, _ in keys]),
    ).fetchall()
    for table, name, _ in keys:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for table, name, definition in reversed(keys):
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for _, definition in indexes:
        connection.execute(definition)
