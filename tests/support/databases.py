"""Databases of both kinds for tests, and processes that use them.

A test that uses `database_kind`, be it through `store`, `database_url` or `new_url`, runs over the
database that `pytest --database` names, in tests/integration and tests/fuzz over both (see
tests/conftest.py). Where no PostgreSQL answers at `SERVER`, a test over it is skipped. What is
SQLite's own has `path` and `lite`.
"""

import contextlib
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from vcardsvc.store import TABLES, KeyRow, Store
from vcardsvc.store.sqlite import create_file

SERVER: Final = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432")
"""A server of PostgreSQL whose user may make databases; without a database's name."""

OBEYING: Final = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""How a program is started that file modes count for, though it is the superuser's (util-linux)."""

_NUMBERS: Final = itertools.count()

_EMPTY: Final = {"change_counter": "UPDATE change_counter SET value = 0"}
"""How a table is emptied that has a row from the beginning."""


def url(path: Path) -> str:
    """The URL of the SQLite file at `path`."""
    return f"sqlite:///{path}"


def digest(number: int) -> bytes:
    """A digest that no key has."""
    return number.to_bytes(32, "big")


def run(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Python running `code` in a process of its own, its output in one pipe."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def together(children: "list[subprocess.Popen[str]]", seconds: float = 40) -> list[str]:
    """Let processes that printed "ready" go on at once, and return what each prints then."""
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return [child.communicate(timeout=seconds)[0] for child in children]


def names(store: Store) -> list[str]:
    """The names of all keys, in their order."""
    rows = store.list_keys()
    return [row.name for row in rows]


def sql(database_url: str, statement: str, *values: object) -> None:
    """Say this to the database, past the store; values stand as %s."""
    if database_url.startswith("sqlite"):
        _sqlite(database_url, statement.replace("%s", "?"), values)
        return
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(statement.encode(), values)


def migrate_to(revision: str, database_url: str) -> None:
    """Make the tables as the release of that revision left them."""
    if database_url.startswith("sqlite"):
        create_file(Path(database_url.removeprefix("sqlite:///")))
    store = Store(database_url)
    config = Config()
    config.set_main_option("script_location", "vcardsvc:store/migrations")
    with store._writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    store.close()


def is_whole(store: Store) -> bool:
    """Whether SQLite finds its file whole; PostgreSQL is believed."""
    if store._path is None:
        return True
    with store._engine.connect() as connection:
        return bool(connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok")


def _sqlite(database_url: str, statement: str, values: tuple[object, ...]) -> None:
    file = database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement, values)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a database of this run, empty, dropped at its end."""
    name = f"vcardsvc_test_{os.getpid()}"
    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers")
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        yield f"{SERVER}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def schema(database: str) -> str:
    """The URL of a new schema in this database, which stands for a database of its own."""
    name = f"s{next(_NUMBERS)}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{database}?options={quote(f'-csearch_path={name}')}"


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs over: "sqlite" or "postgresql"."""
    return cast("str", request.param)


@pytest.fixture
def new_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[], str]:
    """Gives URLs of databases that are not there yet, or empty."""
    if database_kind == "sqlite":
        return lambda: url(tmp_path / "data" / f"{next(_NUMBERS)}.db")
    database = cast("str", request.getfixturevalue("postgresql"))
    return lambda: schema(database)


@pytest.fixture(scope="module")
def new_module_url(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], str]:
    """Gives the same to fixtures that serve a module."""
    if database_kind == "sqlite":
        return lambda: url(tmp_path_factory.mktemp("database") / "module.db")
    database = cast("str", request.getfixturevalue("postgresql"))
    return lambda: schema(database)


@pytest.fixture(scope="session")
def migrated(postgresql: str) -> str:
    """The URL of a schema with our tables, for one test after the other: making them takes 0.3 s,
    emptying them none."""
    created = schema(postgresql)
    _migrate(created)
    return created


@cache
def _migrated_file() -> bytes:
    """Return a migrated SQLite file: making one takes 0.1 s, a copy none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        _migrate(url(path))
        return path.read_bytes()


def _make_file(path: Path) -> None:
    create_file(path)
    path.write_bytes(_migrated_file())


@pytest.fixture
def database_url(
    database_kind: str, request: pytest.FixtureRequest, new_url: Callable[[], str]
) -> Iterator[str]:
    """Where the migrated, empty database of this test lies."""
    if database_kind == "sqlite":
        created = new_url()
        _make_file(Path(created.removeprefix("sqlite:///")))
        yield created
        return
    created = cast("str", request.getfixturevalue("migrated"))
    yield created
    for table in reversed(TABLES.sorted_tables):
        sql(created, _EMPTY.get(table.name, f"DELETE FROM {table.name}"))  # noqa: S608 # our tables


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store that keeps nothing yet."""
    created = Store(database_url)
    yield created
    created.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the SQLite file of this test lies, in a folder that is not there yet."""
    return tmp_path / "data" / "keys.db"


@pytest.fixture
def lite(path: Path) -> Iterator[Store]:
    """A migrated store that keeps nothing yet, in the SQLite file at `path`."""
    _make_file(path)
    created = Store(url(path))
    yield created
    created.close()


def _migrate(where: str) -> None:
    created = Store(where)
    created.migrate()
    created.close()


def keys_of_service(folder: Path) -> Mapping[str, KeyRow]:
    """Return the keys, by name, of a service whose data folder is in `folder`."""
    with contextlib.closing(Store(url(folder / "data" / "vcardsvc" / "vcardsvc.db"))) as store:
        return {row.name: row for row in store.list_keys()}
