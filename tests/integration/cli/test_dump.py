"""A server's store is restored by the server's own tools."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases as stores
from tests.support.backups import BOOK, NOW, WRITER, acknowledged, entries, judge, keep_mills
from tests.support.service import LONGEST
from vcardsvc.model.address_book import Draft, Entry
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store

DUMP = ("pg_dump", "--format=custom", "--no-owner")
RESTORE = ("pg_restore", "--exit-on-error", "--no-owner")


def test_a_server_is_restored_from_what_pg_dump_took_under_a_writer(
    postgresql: str, tmp_path: Path
) -> None:
    """As documented: what pg_dump takes while others write, and pg_restore puts into an empty
    database, has the keys, and every contact that was kept before it began, whole."""
    if not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        pytest.skip("PostgreSQL's own tools are not there")
    server, _, name = postgresql.rpartition("/")
    first, second = f"{name}_dumped", f"{name}_restored"
    file = tmp_path / "store.dump"
    with _databases(f"{server}/postgres", first, second):
        with contextlib.closing(Store(f"{server}/{first}")) as store:
            store.migrate()
            store.add_key("laptop", stores.digest(1), account="acme")
            keep_mills(store)
            keys = store.list_keys()
        kept: dict[int, int] = {}
        with stores.run(WRITER, f"{server}/{first}") as writer:
            try:
                kept |= acknowledged(writer, 40)
                _tool(*DUMP, f"--file={file}", f"--dbname={server}/{first}")
                assert writer.poll() is None
            finally:
                writer.kill()
        _tool(*RESTORE, f"--dbname={server}/{second}", str(file))
        judge(f"{server}/{second}", kept)
        with contextlib.closing(Store(f"{server}/{second}")) as restored:
            assert restored.list_keys() == keys
            (entry, fresh), = restored.create_entries(  # its numbers go on behind the others
                BOOK, (Draft(contacts=(Contact(first="Ann"),), vendor_fields={}),), NOW
            )  # fmt: skip
            assert (fresh, entry.id > max(kept)) == (True, True)
        before, after = _by_id(f"{server}/{first}"), _by_id(f"{server}/{second}")
        dumped = after.keys() - {entry.id}
        assert kept.keys() < dumped
        assert {id: after[id] for id in dumped} == {id: before[id] for id in dumped}


def _by_id(url: str) -> dict[int, Entry]:
    return {entry.id: entry for _, entry in entries(url)}


@contextlib.contextmanager
def _databases(server: str, *names: str) -> Iterator[None]:
    for name in names:
        stores.sql(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield
    finally:
        for name in names:
            stores.sql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _tool(*arguments: str) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert (done.returncode, done.stderr) == (0, "")
