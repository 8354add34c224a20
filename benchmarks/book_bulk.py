"""Load a million contacts into an empty store in minutes, with the rows of `create_entries`.

Several processes build the rows with the store's own codec. PostgreSQL takes them by COPY, without
its indexes, which are created afterwards; SQLite without its journal, in one transaction. A test
compares the rows with those of `create_entries`.
"""

import contextlib
import multiprocessing
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from benchmarks.book_data import BOOK, TENTH, draft
from benchmarks.common import cores
from benchmarks.databases import Database, migrate
from vcardsvc.store.codec import write_contacts, write_vendor_fields
from vcardsvc.store.search_terms import entry_terms

CHUNK: Final = 5_000
"""Contacts built at a time: their 150,000 rows are some tens of MB."""

AHEAD: Final = 2
"""Chunks that each process may be ahead of the database."""

CREATED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)

TABLES: Final = {
    "entry": (
        "id", "address_book_id", "handle", "uid", "identity", "copy", "parent_id", "is_default",
        "created_at", "updated_at", "contacts", "words",
    ),
    "entry_metadata": ("entry_id", "key", "address_book_id", "value"),
    "entry_term": ("address_book_id", "term", "entry_id"),
}  # fmt: skip
"""The tables and columns that are loaded, in this order."""

LITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;"
    "PRAGMA secure_delete=OFF; PRAGMA cache_size=-3000000; PRAGMA locking_mode=EXCLUSIVE"
)

Rows = dict[str, list[tuple[Any, ...]]]
T = TypeVar("T")


def load(database: Database, size: int) -> None:
    """Migrate the store and fill the address book `BOOK` with the contacts 1 to `size`: every
    twentieth is a child of the first, and the middle one is the default."""
    migrate(database)
    database.query(
        "INSERT INTO address_book (account, vendor, entries) VALUES (?, ?, 0) RETURNING id",
        BOOK.account,
        BOOK.vendor,
    )
    if database.lite:
        _load_lite(database, size)
    else:
        _load_server(database, size)


def rows(first: int, last: int, size: int, book_id: int) -> Rows:
    """Return the rows of the contacts `first` to `last` - 1, whose numbers are the ids."""
    rows: Rows = {name: [] for name in TABLES}
    for number in range(first, last):
        one = draft(number)
        parent = 1 if number > 1 and number % (2 * TENTH) == 0 else None
        rows["entry"].append(
            (
                number, book_id, one.handle, uuid.uuid4().urn, one.dedupe_key, 0, parent,
                number == (size + 1) // 2, CREATED_AT, CREATED_AT,
                write_contacts(one.contacts), write_vendor_fields(one.vendor_fields),
            )
        )  # fmt: skip
        rows["entry_metadata"] += [(number, key, book_id, v) for key, v in one.metadata.items()]
        terms = entry_terms(one.contacts, one.handle, one.metadata)
        rows["entry_term"] += [(book_id, term, number) for term in terms]
    return rows


def copy_text(first: int, last: int, size: int, book_id: int) -> dict[str, str]:
    """Return the same rows by table, in the text format of COPY."""
    by_table = rows(first, last, size, book_id)
    return {
        table: "".join("\t".join(map(_copy_value, row)) + "\n" for row in by_table[table])
        for table in TABLES
    }


def _chunks(build: Callable[[int, int, int, int], T], size: int, book_id: int) -> Iterator[T]:
    """Yield what `build` returns for all contacts, in as many processes as there are cores."""
    spans = [
        (first, min(first + CHUNK, size + 1), size, book_id) for first in range(1, size + 1, CHUNK)
    ]
    if len(spans) == 1:
        yield build(*spans[0])
        return
    processes = cores()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        running: list[Any] = []
        for span in spans:
            running.append(pool.apply_async(build, span))
            if len(running) > AHEAD * processes:
                yield running.pop(0).get()
        for one in running:
            yield one.get()


def _load_lite(database: Database, size: int) -> None:
    with contextlib.closing(database.connect()) as connection:
        connection.executescript(LITE_PRAGMAS)
        [book_id] = connection.execute("SELECT id FROM address_book").fetchone()
        connection.execute("BEGIN")
        for chunk in _chunks(rows, size, book_id):
            for table, columns in TABLES.items():
                marks = ", ".join("?" * len(columns))
                statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # names of ours
                connection.executemany(statement, _with_text_times(chunk[table]))
        _count(connection, "?", size)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL").fetchall()


def _with_text_times(rows: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Yield the rows with times as SQLAlchemy writes them."""
    return (tuple(_time(v) if isinstance(v, datetime) else v for v in row) for row in rows)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def _count(connection: Any, mark: str, size: int) -> None:
    connection.execute(f"UPDATE address_book SET entries = {mark}", (size,))  # noqa: S608  # a mark


def _load_server(database: Database, size: int) -> None:
    with contextlib.closing(database.connect()) as connection:
        [book_id] = connection.execute("SELECT id FROM address_book").fetchone()
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET synchronous_commit = off")
        with _without_indexes(connection):
            for chunk in _chunks(copy_text, size, book_id):
                for table, columns in TABLES.items():
                    _copy(connection, table, columns, chunk[table])
        _count(connection, "%s", size)
        connection.execute("SELECT setval('entry_id_seq', %s)", (size,))
        # The server does this by itself within minutes.
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _copy(connection: Any, table: str, columns: Sequence[str], text: str) -> None:
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        copy.write(text)


def _copy_value(value: object) -> str:
    """Return a value for COPY's text format; ours hold no tab, line feed or carriage return."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value).replace("\\", "\\\\")


@contextlib.contextmanager
def _without_indexes(connection: Any) -> Iterator[None]:
    """Drop the indexes and constraints of the tables, and create them again afterwards."""
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
