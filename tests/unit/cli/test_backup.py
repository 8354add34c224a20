"""A backup is whole while others write, is its owner's alone, and works where it is put back."""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from typer.testing import Result

from tests.support import backups
from tests.support import databases as stores
from tests.support.backups import entries, is_sound, run
from vcardsvc.services.keys import new_key
from vcardsvc.store import HEAD, Store
from vcardsvc.store.remedies import REMEDIES

SECRET_WORDS = "postgresql://anna:hunter2@127.0.0.1:1/cards"


def _outcome(result: Result) -> tuple[int, str, list[str]]:
    return result.exit_code, result.stdout, result.stderr.splitlines()


path = backups.path
store = backups.store


def test_a_backup_is_the_store_in_one_file_of_its_owners(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """Keys, contacts and photos are in one file that its owner alone can read, and no other file is
    left."""
    copy = tmp_path / "backups" / "copy.db"
    copy.parent.mkdir()
    result = run("backup", copy, url=stores.url(path))
    size = copy.stat().st_size
    assert _outcome(result) == (0, "", [f"{copy} is a whole copy of the store: {size:,} bytes."])
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list(copy.parent.iterdir()) == [copy]
    assert is_sound(copy)
    assert entries(stores.url(copy)) == entries(stores.url(path))
    with contextlib.closing(Store(stores.url(copy))) as copied:
        assert copied.list_keys() == store.list_keys()


def test_a_store_of_an_earlier_release_is_copied_as_it_is(path: Path, tmp_path: Path) -> None:
    """A backup before an upgrade changes nothing: neither the store nor its copy is migrated."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    path.parent.mkdir()
    engine = create_engine(stores.url(path))
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "vcardsvc:store/migrations")
        command.upgrade(config, "0002")
    engine.dispose()
    copy = tmp_path / "copy.db"
    assert run("backup", copy, url=stores.url(path)).exit_code == 0
    for file in (path, copy):
        with contextlib.closing(sqlite3.connect(file)) as opened:
            assert opened.execute("SELECT version_num FROM alembic_version").fetchall() == [
                ("0002",)
            ]
    assert run("migrate", url=stores.url(copy)).stdout == f"The store is at revision {HEAD}.\n"


def test_nothing_is_overwritten_unless_that_is_requested(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """A file of that name stays as it is; with --force it is replaced, by a whole copy."""
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    copy.chmod(0o644)
    refused = run("backup", copy, url=stores.url(path))
    sentence = f"Cannot write {copy}: it is there already; --force overwrites a file."
    assert _outcome(refused) == (1, "", [sentence])
    assert copy.read_text() == "precious"
    assert run("backup", copy, "--force", url=stores.url(path)).exit_code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert is_sound(copy)


def test_a_dangling_link_counts_as_a_file(store: Store, path: Path, tmp_path: Path) -> None:
    """A symbolic link to nowhere is not written through, with or without --force."""
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "nowhere" / "copy.db")
    for force in ((), ("--force",)):
        assert run("backup", link, *force, url=stores.url(path)).exit_code == 1
    assert link.is_symlink()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_store_is_not_copied_onto_itself(
    force: tuple[str, ...], store: Store, path: Path, tmp_path: Path
) -> None:
    """The store's own file is refused under any name that leads to it, and stays whole."""
    link = tmp_path / "link.db"
    link.symlink_to(path)
    for name in (path, link):
        result = run("backup", name, *force, url=stores.url(path))
        assert _outcome(result) == (1, "", [f"Cannot write {name}: it is the store itself."])
    assert store.list_keys()[0].name == "laptop"
    assert is_sound(path)


def test_what_cannot_be_written_is_reported_and_nothing_is_left(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """A folder that is not there, or a folder where the file should be, is reported in one line."""
    away, folder = tmp_path / "no" / "copy.db", tmp_path / "folder"
    folder.mkdir()
    cases = [
        (away, f"Cannot write {away}: No such file or directory."),
        (folder, f"Cannot write {folder}: Is a directory."),
        (Path("/dev/full"), "Cannot write /dev/full: it is there already; --force overwrites a "
         "file."),
    ]  # fmt: skip
    before = sorted(tmp_path.iterdir())
    for name, sentence in cases:
        for force in ((), ("--force",)):
            result = run("backup", name, *force, url=stores.url(path))
            assert _outcome(result) == (1, "", [sentence])
    assert sorted(tmp_path.iterdir()) == before
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "sentence", "cause"),
    [
        (None, "The database file is not there.", "store-missing"),
        (b"no database " * 100, "The database is not one of ours.", "store-foreign"),
        (b"", "The database is not one of ours.", "store-foreign"),
    ],
)
def test_a_store_that_is_none_is_not_copied(
    content: bytes | None, sentence: str, cause: str, path: Path, tmp_path: Path
) -> None:
    """A file that is no store of ours is refused, stays as it is, and leaves no file behind."""
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    where = f"It is {path} (VCARDSVC_DATABASE_URL)."
    lines = [f"The store cannot be used: {sentence}", where, REMEDIES[cause]]
    assert _outcome(run("backup", copy, url=stores.url(path))) == (1, "", lines)
    assert list(copy.parent.iterdir()) == []
    assert content is None or path.read_bytes() == content


def test_a_damaged_store_is_reported_and_replaces_no_older_backup(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """A store whose pages are damaged gives no backup, and the one of yesterday stays."""
    copy = tmp_path / "copy.db"
    assert run("backup", copy, url=stores.url(path)).exit_code == 0
    yesterday = copy.read_bytes()
    store.checkpoint()
    store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    result = run("backup", copy, "--force", url=stores.url(path))
    assert _outcome(result)[0] == 1
    assert result.stderr.startswith("The store cannot be used: The database is damaged.\n")
    assert copy.read_bytes() == yesterday


def test_without_links_in_the_file_system_a_backup_still_overwrites_nothing(
    store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file can have one name alone, a copy takes it if it is free, and else not."""
    copy = tmp_path / "copy.db"

    def link(part: Path, out: Path) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    assert run("backup", copy, url=stores.url(path)).exit_code == 0
    assert is_sound(copy)

    def taken(part: Path, out: Path) -> None:
        out.write_text("precious")
        link(part, out)

    monkeypatch.setattr(os, "link", taken)
    other = tmp_path / "other.db"
    assert run("backup", other, url=stores.url(path)).exit_code == 1
    assert other.read_text() == "precious"


def test_a_server_is_backed_up_by_its_own_tools(tmp_path: Path) -> None:
    """PostgreSQL is left to pg_dump; the server gets no request, and its address is not printed."""
    copy = tmp_path / "copy.db"
    lines = ["The store is a PostgreSQL database: back it up with pg_dump."]
    assert _outcome(run("backup", copy, url=SECRET_WORDS)) == (1, "", lines)
    assert not copy.exists()


def test_without_a_store_there_is_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With keys from the environment and no database, the words name the settings."""
    monkeypatch.setenv("VCARDSVC_API_KEYS", f"a:{new_key()}")
    result = run("backup", tmp_path / "copy.db")
    assert _outcome(result)[0] == 1
    assert "there is no store beside them" in result.stderr
