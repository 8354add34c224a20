"""What is PostgreSQL's own: patience, restarts, faults that have their word and tell nothing."""

import contextlib
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support import databases as stores
from tests.support.entries import BOOK, NOW, draft
from vcardsvc.model.address_book import Listing
from vcardsvc.store import CAUSES, HEAD, Store, StoreAway
from vcardsvc.store import postgresql as pg

SECRET = "pass-word-of-nobody"


DATABASES = ["postgresql"]
"""What these tests run over."""


class Proxy:
    """A proxy to the server that can be cut, refuse or stand still."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self.to = (parts.hostname or "", parts.port or 5432)
        self.still, self.closed = threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pairs: list[socket.socket] = []
        self.begin()

    def begin(self) -> None:
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.to)
                self.pairs += [near, far]
                for ways in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ways, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.still.is_set():
                    return  # neither sent on nor closed: a server that has stopped
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Close every connection, as a server does that is started anew."""
        for each in self.pairs:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.pairs.clear()

    def down(self) -> None:
        """Refuse every connection."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()

    def up(self) -> None:
        """Somebody listens again."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.begin()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A way to the server."""
    created = Proxy(stores.SERVER)
    yield created
    created.down()


@pytest.fixture
def far(database_url: str, proxy: Proxy) -> Iterator[Store]:
    """A store behind the proxy."""
    parts = urlsplit(database_url)
    netloc = f"{parts.username}:{SECRET}@127.0.0.1:{proxy.port}"
    created = Store(parts._replace(netloc=netloc).geturl())
    yield created
    created.close()


def _cause(work: Callable[[], object]) -> str:
    with pytest.raises(StoreAway) as away:
        work()
    assert str(away.value) == CAUSES[away.value.cause]
    shown = "".join(traceback.format_exception(away.value))
    assert not [word for word in (SECRET, "127.0.0.1", "postgres@") if word in shown]
    return away.value.cause


def test_a_connection_has_timeouts_and_no_more(store: Store) -> None:
    """Time limits, isolation and plans are ours, whatever the server's defaults."""
    with store._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in (
                "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
                "plan_cache_mode", "transaction_isolation", "TimeZone",
            )
        }  # fmt: skip
    assert found == {
        "statement_timeout": "10s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
        "plan_cache_mode": "auto",
        "transaction_isolation": "read committed",
        "TimeZone": "UTC",
    }


def test_searches_are_planned_for_their_values(store: Store) -> None:
    """The server keeps plans of changes alone: searches and lists of keys are planned each time."""
    for number in range(20):
        store.create_entries(BOOK, [draft(number)], NOW)
        store.read_entries(BOOK, [f"H{number}"])
        store.list_entries(BOOK, Listing(query="sample"))
    with store._engine.connect() as connection:
        statements = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements")
        verbs = {statement.split()[0] for statement in statements.scalars()}
    assert verbs == {"INSERT", "UPDATE"}


def test_a_server_that_stops_in_mid_answer_is_away(
    far: Store, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing waits for ever, and when the server is back it is used again."""
    monkeypatch.setattr(pg._Connection, "response_timeout", 0.3)
    far.create_entries(BOOK, [draft(1)], NOW)
    proxy.still.set()
    began = time.monotonic()
    for ask in (far.address_books, far.list_keys):
        monkeypatch.setattr(pg, "CONNECT_TIMEOUT", 2)
        assert _cause(ask) in ("store-failed", "store-unreadable")
    assert time.monotonic() - began < 10
    proxy.still.clear()
    monkeypatch.undo()
    proxy.cut()
    assert far.address_books() == ((BOOK, 1),)


def test_a_server_that_was_started_anew_is_used_at_once(far: Store, proxy: Proxy) -> None:
    """Connections that it closed are noticed before a statement is sent."""
    far.create_entries(BOOK, [draft(1)], NOW)
    for number in range(2, 5):
        proxy.cut()
        far.create_entries(BOOK, [draft(number)], NOW)
    assert far.list_entries(BOOK, Listing())[1] == 4


def test_a_server_that_is_down_is_reported_and_comes_back(far: Store, proxy: Proxy) -> None:
    """A server that is down is reported at once; when it is back, the store goes on."""
    far.add_key("laptop", stores.digest(1))
    proxy.down()
    calls: tuple[Callable[[], object], ...] = (
        far.list_keys,
        lambda: far.create_entries(BOOK, [draft(1)], NOW),
        far.migrate,
    )
    assert [_cause(ask) for ask in calls] == ["store-unreadable"] * 3
    proxy.up()
    assert (stores.names(far), far.migrate()) == (["laptop"], HEAD)


def test_a_session_that_is_ended_in_mid_transaction_leaves_nothing(
    store: Store, database_url: str
) -> None:
    """An operator who ends it gets rid of the transaction, the caller learns of it."""
    store.create_entries(BOOK, [draft(1)], NOW)

    def end(_: object) -> object:
        stores.sql(
            database_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction'",
        )
        return draft(2, vendor_fields={"changed": True})

    assert _cause(lambda: store.update_entry(BOOK, "H1", end, NOW)) == "store-failed"  # type: ignore[arg-type]
    [entry] = store.read_entries(BOOK, ["H1"])
    assert entry.vendor_fields == {"number": 1}


def test_a_lock_that_is_not_given_back_is_reported(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer waits for its lock timeout; readers and other address books do not wait at all."""
    monkeypatch.setattr(pg, "_SET_ALL", pg._SET_ALL.replace("'5.0s'", "'0.2s'"))
    store.create_entries(BOOK, [draft(1)], NOW)
    store.close()
    with psycopg.connect(database_url) as other:
        other.execute("UPDATE address_book SET entries = entries")
        assert _cause(lambda: store.create_entries(BOOK, [draft(2)], NOW)) == "store-busy"
        assert store.list_entries(BOOK, Listing())[1] == 1
        other.rollback()
    store.create_entries(BOOK, [draft(2)], NOW)
    assert store.list_entries(BOOK, Listing())[1] == 2


def test_a_statement_without_end_is_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server gives up before the client takes it for stopped."""
    monkeypatch.setattr(pg, "_SET_ALL", pg._SET_ALL.replace("'10s'", "'50ms'"))
    monkeypatch.setattr(Store, "list_keys", _sleep)
    assert _cause(store.list_keys) == "store-slow"
    assert pg.STATEMENT_TIMEOUT < pg.RESPONSE_TIMEOUT


def _sleep(store: Store) -> None:
    from vcardsvc.store.engine_faults import translated_faults

    with translated_faults(), store._engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(30)")


def test_a_database_that_may_only_be_read_is_reported(store: Store, database_url: str) -> None:
    """A standby is read from; writing says what is wrong."""
    validator = Store(f"{database_url}%20-cdefault_transaction_read_only%3Don")
    assert validator.list_keys() == ()
    causes = [
        _cause(lambda: validator.add_key("laptop", stores.digest(1))),
        _cause(lambda: validator.create_entries(BOOK, [draft(1)], NOW)),
        _cause(validator.probe),
    ]
    validator.close()
    assert causes == ["store-readonly"] * 3


def test_a_database_that_is_not_there_is_reported(postgresql: str) -> None:
    """A database that the server refuses to open is reported like one that does not exist."""
    for url in (f"{postgresql}_nowhere", postgresql.replace("postgres@", f"nobody:{SECRET}@")):
        store = Store(url)
        assert [_cause(ask) for ask in (store.list_keys, store.migrate)] == ["store-unreadable"] * 2
        store.close()


def test_what_is_not_ours_is_left_alone(new_url: Callable[[], str]) -> None:
    """Another program's tables, and those of a newer release, are not touched."""
    for statement, cause in (
        ("CREATE TABLE recipe (title TEXT)", "store-foreign"),
        ("CREATE TABLE alembic_version AS SELECT '9999' AS version_num", "store-newer"),
    ):
        url = new_url()
        stores.sql(url, statement)
        store = Store(url)
        assert (_cause(store.migrate), _cause(store.list_keys)) == (cause, "store-unmigrated")
        store.close()


def test_a_taken_key_is_not_reported_in_the_servers_words(store: Store) -> None:
    """The server's message quotes the row that is there; no caller sees it."""
    from vcardsvc.store import KeyExists

    store.add_key("laptop", stores.digest(1))
    with pytest.raises(KeyExists) as taken:
        store.add_key("laptop", stores.digest(2))
    assert "already exists" not in "".join(traceback.format_exception(taken.value))


def test_threads_beyond_the_pool_wait_their_turn(store: Store) -> None:
    """More callers than connections are all served."""

    def keep(number: int) -> None:
        store.create_entries(BOOK, [draft(number)], NOW)

    threads = [
        threading.Thread(target=keep, args=(n,))
        for n in range(pg.POOL_SIZE + pg.POOL_OVERFLOW + 10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.address_books() == ((BOOK, len(threads)),)
