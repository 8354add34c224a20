"""The store when it cannot be used: every wrong thing has its word, and nothing is lost by it."""

import contextlib
import itertools
import os
import shutil
import sqlite3
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from tests.support import databases as stores
from vcardsvc import store as store_package
from vcardsvc.store import CAUSES, Store, StoreAway, sqlite
from vcardsvc.store.key_file import KeyFile, key_file


def _cause(work: Callable[[], object]) -> str:
    with pytest.raises(StoreAway) as away:
        work()
    assert str(away.value) == CAUSES[away.value.cause]
    return away.value.cause


def test_a_full_disk_is_reported_and_survived(lite: Store) -> None:
    """With no room left an addition is refused, the rest stays, and later it works again."""

    def leave_no_room(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # what is there already may stay

    def add_for_ever() -> None:
        for number in itertools.count():
            lite.add_key(f"key-{number:060}", stores.digest(number))
            kept.append(f"key-{number:060}")

    kept: list[str] = []
    lite.close()
    sa.event.listen(lite._engine, "connect", leave_no_room)
    assert _cause(add_for_ever) == "store-full"
    assert stores.names(lite) == kept
    sa.event.remove(lite._engine, "connect", leave_no_room)
    lite.close()
    lite.add_key("after", b"a" * 32)
    assert stores.names(lite) == [*kept, "after"]


def _nothing(path: Path) -> None:
    """Leave the place empty."""


def _folder(path: Path) -> None:
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("This is a letter, and not a database at all. " * 40)


def _empty(path: Path) -> None:
    path.touch()


def _migrated(path: Path) -> None:
    store = Store(stores.url(path))
    store.migrate()
    store.close()


def _foreign(path: Path) -> None:
    _script(path, "CREATE TABLE recipe (title TEXT)")


def _newer(path: Path) -> None:
    _migrated(path)
    _script(path, "UPDATE alembic_version SET version_num = '9999'")


def _edited(path: Path) -> None:
    _migrated(path)
    _script(
        path,
        "INSERT INTO api_key (name, digest, created_at) VALUES ('a', x'00', 'yesterday');"
        "DELETE FROM change_counter",
    )


def _broken(path: Path) -> None:
    _migrated(path)
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def _script(path: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)


@pytest.mark.parametrize(
    ("make", "causes"),
    [
        (_nothing, ("", "store-missing", "store-missing")),
        (_empty, ("", "store-unmigrated", "store-unmigrated")),
        (_folder, ("store-unreadable",) * 3),
        (_text, ("store-foreign",) * 3),
        (_foreign, ("store-foreign", "store-unmigrated", "store-unmigrated")),
        (_newer, ("store-newer", "", "")),
        (_edited, ("", "store-failed", "store-damaged")),
        (_broken, ("store-damaged",) * 3),
    ],
)
def test_what_is_not_our_database_is_reported(
    tmp_path: Path, make: Callable[[Path], None], causes: tuple[str, str, str]
) -> None:
    """Each wrong thing in the database's place has its word, for each way of asking; only the
    migration of nothing, or of an empty file, makes a database."""
    found = []
    for work in (Store.migrate, Store.change_counter, Store.list_keys):
        place = _place(tmp_path / work.__name__, make)
        before = _bytes(place)
        store = Store(stores.url(place))
        found.append(_maybe_cause(partial(work, store)))
        assert not found[-1] or _bytes(place) == before
        store.close()
    assert tuple(found) == causes


@pytest.mark.parametrize(
    ("make", "causes"),
    [
        (_migrated, ("", "", "")),
        (_nothing, ("", "store-missing", "store-missing")),
        (_empty, ("", "store-unmigrated", "store-unmigrated")),
        (_folder, ("store-unreadable",) * 3),
        (_text, ("store-foreign",) * 3),
        (_foreign, ("", "store-unmigrated", "store-unmigrated")),
        (_newer, ("", "", "")),
        (_edited, ("", "store-failed", "store-damaged")),
        (_broken, ("store-damaged",) * 3),
    ],
)
def test_the_start_of_a_server_reports_the_same(
    tmp_path: Path, make: Callable[[Path], None], causes: tuple[str, str, str]
) -> None:
    """What reads the keys without SQLAlchemy has the same words, leaves to the migration what that
    can mend or has its own word for, and changes nothing."""
    place = _place(tmp_path / "place", make)
    before = _bytes(place)
    maybe_file = key_file(stores.url(place))
    assert maybe_file is not None
    found = tuple(
        _maybe_cause(work)
        for work in (maybe_file.is_migrated, maybe_file.change_counter, maybe_file.list_keys)
    )
    assert found == causes
    assert _bytes(place) == before
    assert found[0] or maybe_file.is_migrated() is (make in (_migrated, _edited))


def _place(folder: Path, make: Callable[[Path], None]) -> Path:
    folder.mkdir()
    make(folder / "keys.db")
    return folder / "keys.db"


def _maybe_cause(work: Callable[[], object]) -> str:
    try:
        work()
    except StoreAway as away:
        return away.cause
    return ""


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def test_a_place_that_cannot_be_is_reported(tmp_path: Path) -> None:
    """A database below a file that is no folder cannot be opened."""
    (tmp_path / "file").touch()
    store = Store(stores.url(tmp_path / "file" / "keys.db"))
    assert [_cause(work) for work in (store.migrate, store.change_counter)] == [
        "store-unreadable",
        "store-unreadable",
    ]


def test_a_database_that_may_only_be_read_is_reported(lite: Store, path: Path) -> None:
    """Keys are read from a database that cannot be written, adding one says what is wrong."""

    def read_only(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # file modes do not stop the superuser

    sa.event.listen(lite._engine, "connect", read_only)
    lite.close()
    assert lite.list_keys() == ()
    assert _cause(lambda: lite.add_key("laptop", stores.digest(1))) == "store-readonly"


def test_rights_are_given_to_our_own_plain_files_alone(tmp_path: Path) -> None:
    """What is another's, a link, or has the rights already, is left as it is."""
    database, elsewhere = tmp_path / "keys.db", tmp_path / "elsewhere"
    for file in (database, elsewhere):
        file.touch(0o600)
    elsewhere.chmod(0o400)
    wal, shm = sqlite.companion_files(database)
    wal.symlink_to(elsewhere)
    shm.touch()
    shm.chmod(0o440)
    sqlite.restore_modes(database)
    modes = [file.stat().st_mode & 0o777 for file in (database, elsewhere, shm)]
    assert modes == [0o600, 0o400, 0o640]


@pytest.mark.parametrize(
    ("total", "free", "cause"),
    [
        (9_000_000, 0, "store-full"),
        (9_000_000, 524_287, "store-full"),
        (9_000_000, 524_288, ""),
        (0, 0, ""),
    ],
)
def test_a_probe_finds_a_disk_without_room_for_a_card(
    lite: Store, monkeypatch: pytest.MonkeyPatch, total: int, free: int, cause: str
) -> None:
    """A page that can still be written says nothing: a card with its photo takes half a MiB."""
    usage = SimpleNamespace(total=total, free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    if cause:
        assert _cause(lite.probe) == cause
    else:
        lite.probe()


def test_a_probe_changes_nothing(store: Store) -> None:
    """Neither a key nor the counter by which workers learn that keys changed."""
    before = (store.change_counter(), store.list_keys())
    store.probe()
    assert (store.change_counter(), store.list_keys()) == before


def test_a_lock_that_is_not_given_back_is_reported(
    lite: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that waited for its patience says who is to blame; readers do not wait at all."""
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT", 0.05)
    lite.close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert _cause(lambda: lite.add_key("laptop", stores.digest(1))) == "store-busy"
        assert lite.list_keys() == KeyFile(path).list_keys() == ()
        other.execute("ROLLBACK")
    lite.add_key("laptop", stores.digest(1))


def test_a_file_of_another_program_alone_is_reported(
    lite: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that lets no other read delays each way of asking by its patience alone."""
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT", 0.05)
    lite.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        asked = (lite.list_keys, KeyFile(path).is_migrated, KeyFile(path).list_keys)
        assert [_cause(work) for work in asked] == ["store-busy"] * 3


def test_a_reader_holds_up_the_change_of_journal_no_longer_than_patience(
    lite: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database restored without its write-ahead log gets it back when it has no reader."""
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT", 0.05)
    lite.close()
    _script(path, "PRAGMA journal_mode=DELETE")
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT value FROM change_counter").fetchall()
        assert _cause(lite.migrate) == "store-busy"
        other.execute("ROLLBACK")
        assert lite.migrate() == store_package.HEAD
    with lite._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def _remove(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()


def _remove_one(path: Path) -> None:
    path.unlink()


def _move_away(path: Path) -> None:
    path.rename(path.with_suffix(".old"))


@pytest.mark.parametrize("take", [_remove, _remove_one, _move_away])
def test_a_file_that_goes_is_missed_and_never_created_anew(
    lite: Store, path: Path, take: Callable[[Path], None]
) -> None:
    """A store in use notices that its file is gone, and leaves the place empty."""
    lite.add_key("laptop", stores.digest(1))
    take(path)
    body = (
        lite.change_counter,
        lite.list_keys,
        lambda: lite.add_key("server", stores.digest(2)),
        lambda: lite.revoke_key("laptop"),
    )
    assert [_cause(work) for work in body] == ["store-missing"] * 4
    assert not path.exists()


def _put(backup: Path, path: Path) -> None:
    os.replace(backup, path)


def _copy_over(backup: Path, path: Path) -> None:
    shutil.copyfile(backup, path)


@pytest.mark.parametrize("put", [_put, _copy_over])
def test_a_backup_put_in_place_is_what_is_read(
    lite: Store, path: Path, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    """Two stores in use read a backup that took the file's place, and can write to it."""
    other = Store(stores.url(path))
    lite.add_key("laptop", stores.digest(1))
    then = (lite.change_counter(), lite.list_keys())
    shutil.copyfile(path, tmp_path / "backup")
    for number in range(2, 90):  # enough that the backup has fewer pages
        lite.add_key(f"key-{number}", stores.digest(number))
    assert other.change_counter() == lite.change_counter()
    put(tmp_path / "backup", path)
    assert [(each.change_counter(), each.list_keys()) for each in (other, lite)] == [then, then]
    lite.add_key("server", stores.digest(2))
    assert stores.names(other) == ["laptop", "server"]
    other.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url: secret",
        "sqlite://",
        "sqlite:///:memory:",
        "nosuchdatabase://user:secret@host/keys",
        "postgresql+nosuchdriver://user:secret@host/keys",
        "postgresql://user:secret@host:port/keys",
    ],
)
def test_a_url_that_cannot_be_used_is_not_shown(url: str) -> None:
    """A wrong URL is refused at once, in words that do not quote it or its driver's message."""
    with pytest.raises(StoreAway) as away:
        Store(url)
    assert (away.value.cause, away.value.__cause__) == ("store-url", None)
    assert away.value.__suppress_context__ or away.value.__context__ is None
    assert "secret" not in str(away.value)


def test_a_failure_does_not_show_what_was_sent(path: Path) -> None:
    """The whole chain of a failure holds no digest and no name."""
    path.parent.mkdir()
    path.touch()
    store = Store(stores.url(path))
    with pytest.raises(StoreAway) as away:
        store.add_key("laptop", b"d" * 32)
    shown = "".join(traceback.format_exception(away.value))
    assert "[SQL parameters hidden" in shown
    assert "dddd" not in shown
    assert "'laptop'" not in shown
