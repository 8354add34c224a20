"""The store on real files: what was acknowledged stays, what cannot be used says so."""

import contextlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from tests.support import databases as stores
from vcardsvc import store as store_package
from vcardsvc.store import HEAD, KeyExists, KeyRow, Store, database

NAMES = ("laptop", "server", "phone")


def test_a_key_is_kept_and_revoked(store: Store) -> None:
    """Keys come back whole, in order of creation, revoked ones with the time of it."""
    before = datetime.now(UTC)
    for number, name in enumerate(NAMES):
        store.add_key(name, stores.digest(number))
    assert store.revoke_key("server") is True
    rows = store.list_keys()
    created = [row.created_at for row in rows]
    revoked = rows[1].revoked_at
    assert revoked is not None
    assert rows == tuple(
        KeyRow(
            name=name,
            digest=stores.digest(number),
            created_at=created[number],
            revoked_at=revoked if name == "server" else None,
            account=name,
        )
        for number, name in enumerate(NAMES)
    )
    assert [before, *created, revoked] == sorted([before, *created, revoked])
    assert {at.utcoffset() for at in (*created, revoked)} == {timedelta(0)}


def test_the_counter_moves_with_every_change_and_no_other_call(store: Store) -> None:
    """Adding and revoking move the counter up; what changes nothing leaves it."""
    seen = [store.change_counter()]
    calls: tuple[tuple[Callable[[], object], object, bool], ...] = (
        (lambda: store.add_key("laptop", stores.digest(1)), None, True),
        (lambda: store.add_key("server", stores.digest(2)), None, True),
        (store.list_keys, store.list_keys, False),
        (lambda: store.revoke_key("laptop"), True, True),
        (lambda: store.revoke_key("laptop"), False, False),
        (lambda: store.revoke_key("nobody"), False, False),
        (store.migrate, HEAD, False),
    )
    for call, answer, moves in calls:
        assert call() == (answer() if callable(answer) else answer)
        seen.append(store.change_counter())
        assert (seen[-1] > seen[-2], seen[-1] == seen[-2]) == (moves, not moves)


def test_the_counter_moves_when_the_clock_does_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that stands or goes back still gives a new number for each change."""
    store.add_key("laptop", stores.digest(1))
    first = store.change_counter()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    store.add_key("server", stores.digest(2))
    assert store.change_counter() == first + 1


@pytest.mark.parametrize(
    ("name", "digest"),
    [("laptop", 9), ("revoked", 9), ("other", 1)],
    ids=["name", "revoked name", "digest"],
)
def test_a_name_and_a_key_are_given_once(store: Store, name: str, digest: int) -> None:
    """A name is taken for good, revoked or not, and so is a key; the refusal changes nothing."""
    store.add_key("laptop", stores.digest(1))
    store.add_key("revoked", stores.digest(2))
    store.revoke_key("revoked")
    before = (store.change_counter(), store.list_keys())
    with pytest.raises(KeyExists):
        store.add_key(name, stores.digest(digest))
    assert (store.change_counter(), store.list_keys()) == before


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("", stores.digest(1)),
        ("a b", stores.digest(1)),
        ("a\n", stores.digest(1)),
        ("a" * 65, stores.digest(1)),
        ("laptop", b""),
        ("laptop", b"x" * 31),
    ],
)
def test_what_is_no_name_or_digest_is_refused(store: Store, name: str, digest: bytes) -> None:
    """A name that could break a log line and a digest that is no SHA-256 are not kept."""
    with pytest.raises(ValueError, match="a key's"):
        store.add_key(name, digest)
    assert store.list_keys() == ()


def test_files_are_their_owners_alone(path: Path) -> None:
    """The folder and every file of the database are closed to others, whatever the umask."""
    old = os.umask(0)
    try:
        store = Store(stores.url(path))
        store.migrate()
        store.add_key("laptop", stores.digest(1))
        files = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        store.close()
    finally:
        os.umask(old)
    assert files == dict.fromkeys(("keys.db", "keys.db-wal", "keys.db-shm"), 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_connection_is_set_up_to_lose_nothing(lite: Store) -> None:
    """Write-ahead log, full sync, foreign keys and a lock patience of 5 s are on."""
    with lite._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_head_is_the_last_step() -> None:
    """The constant that saves importing alembic names the head of the script directory."""
    config = Config()
    config.set_main_option("script_location", "vcardsvc:store/migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_make_the_tables_that_the_statements_speak_of(store: Store) -> None:
    """What the steps leave behind does not differ from the tables declared."""
    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), store_package.TABLES) == []


def test_making_a_store_opens_nothing(path: Path) -> None:
    """A store that is never used leaves no trace."""
    Store(stores.url(path)).close()
    assert not path.parent.exists()


def test_a_migration_that_another_process_did_meanwhile_is_not_done_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who saw an old database, and then waited for the one that migrates it, finds it at head."""
    store.add_key("laptop", stores.digest(1))
    real, first = database.revision, iter([None])
    monkeypatch.setattr(database, "revision", lambda connection: next(first, real(connection)))
    assert (store.migrate(), stores.names(store)) == (HEAD, ["laptop"])


def test_threads_that_add_at_once_all_succeed(store: Store) -> None:
    """Writers in many threads wait for each other, and no key is lost."""

    def add(first: int) -> None:
        for number in range(first, first + 5):
            store.add_key(f"key-{number}", stores.digest(number))

    threads = [threading.Thread(target=add, args=(first,)) for first in (0, 5, 10, 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stores.names(store)) == sorted(f"key-{number}" for number in range(20))


def test_one_file_is_a_whole_backup(lite: Store, path: Path, tmp_path: Path) -> None:
    """A copy of the database file alone, taken while it is in use, holds every key."""
    lite.add_key("laptop", stores.digest(1))
    shutil.copy(path, tmp_path / "copy.db")
    copy = Store(stores.url(tmp_path / "copy.db"))
    assert (copy.list_keys(), copy.change_counter()) == (lite.list_keys(), lite.change_counter())
    copy.close()


def test_asking_for_the_counter_holds_nothing(lite: Store, path: Path) -> None:
    """Asking again uses one connection, and the log can be emptied between two questions."""
    opened: list[object] = []
    lite.close()
    sa.event.listen(lite._engine, "connect", lambda connection, _: opened.append(connection))
    for _ in range(3):
        lite.change_counter()
    assert len(opened) == 1
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE change_counter SET value = value + 1")
        other.commit()
        busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0


def test_two_histories_have_two_counters(
    lite: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that was changed as often as its original does not come to the same number."""
    shutil.copyfile(path, tmp_path / "copy.db")
    copy = Store(stores.url(tmp_path / "copy.db"))
    for number, each in enumerate((lite, copy), start=1):
        monkeypatch.setattr(time, "time_ns", lambda hour=number: hour * 3600 * 10**9)
        each.add_key("laptop", stores.digest(number))
    assert (lite.change_counter(), copy.change_counter()) == (3_600_000, 7_200_000)
    copy.close()


def test_odd_paths_are_taken_as_they_are(tmp_path: Path) -> None:
    """Blanks, signs and other scripts in a path name that very file."""
    path = tmp_path / "ключи #1 100%" / "my keys;mode=ro&x.db"
    store = Store(stores.url(path))
    store.migrate()
    store.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


DIALECTS = {"postgresql": postgresql.dialect, "sqlite": sqlite.dialect}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_statement_compiles_for_both(dialect: str) -> None:
    """No statement or table needs what only one of the databases has."""
    spoken = DIALECTS[dialect]()
    statements = [str(statement.compile(dialect=spoken)) for statement in store_package.STATEMENTS]
    assert [text.split()[0] for text in statements] == [
        *["SELECT"] * 3, "UPDATE", "INSERT", *["UPDATE"] * 2,
        *["SELECT"] * 6, "INSERT", *["UPDATE"] * 4, "DELETE",
        "SELECT", "UPDATE", "INSERT", "UPDATE", "SELECT", *["DELETE"] * 2, *["UPDATE"] * 2,
        *["SELECT"] * 2,
    ]  # fmt: skip
    book = [str(statement.compile(dialect=spoken)) for statement in store_package.ENTRY_STATEMENTS]
    assert [text.split()[0] for text in book] == [
        *["SELECT"] * 12, "UPDATE", *["INSERT"] * 5, *["UPDATE"] * 3, *["DELETE"] * 3, "SELECT",
        *["UPDATE"] * 2,
    ]  # fmt: skip


def test_the_tables_are_of_the_right_types_on_postgresql() -> None:
    """Times have a zone, octets are octets, what is sorted is sorted by them."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy left it so
    columns = {
        table.name: str(CreateTable(table).compile(dialect=dialect))
        for table in store_package.TABLES.sorted_tables
    }
    for table, column in (
        ("api_key", "created_at TIMESTAMP WITH TIME ZONE NOT NULL"),
        ("api_key", "digest BYTEA NOT NULL"),
        ("change_counter", "value BIGINT NOT NULL"),
        ("link", "octets BYTEA"),
        ("entry", 'handle TEXT COLLATE "C"'),
        ("entry", "copy BIGINT"),
        ("entry_term", 'term TEXT COLLATE "C" NOT NULL'),
    ):
        assert column in columns[table]
