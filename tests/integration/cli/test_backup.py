"""Backups under a writer, and put back under a service."""

import shutil
from pathlib import Path

from tests.support import backups
from tests.support import databases as stores
from tests.support.backups import WRITER, acknowledged, is_sound, judge, run
from tests.support.service import BODY, serving, until
from vcardsvc.store import Store

path = backups.path
store = backups.store


def test_a_backup_under_a_writer_has_all_that_was_acknowledged_before_it(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """While a process writes without a pause, every backup holds all that was acknowledged before
    the backup began, and no half entry; the writer is never refused."""
    kept: dict[int, int] = {}
    with stores.run(WRITER, stores.url(path)) as writer:
        try:
            for number in range(4):
                kept |= acknowledged(writer, 40)
                copy = tmp_path / f"{number}.db"
                assert run("backup", copy, url=stores.url(path)).exit_code == 0
                _judge(copy, kept)
            assert writer.poll() is None
        finally:
            writer.kill()
    assert len(kept) == 160


def _judge(copy: Path, kept: dict[int, int]) -> None:
    assert is_sound(copy)
    judge(stores.url(copy), kept)


def test_a_backup_that_is_put_back_has_the_keys_and_the_contacts(tmp_path: Path) -> None:
    """A backup of a running service, put in the place of a store that is lost, opens the same
    doors: the keys work, and those created later are unknown."""
    copy, home = tmp_path / "copy.db", tmp_path / "data" / "vcardsvc"
    with serving(tmp_path, store=True) as before:
        key = before.key
        assert before.create().status == 200
        assert run("backup", copy).exit_code == 0
        later = run("keys", "add", "later").stdout.strip()
        until(lambda: before.create(key=later).status == 200)
    shutil.rmtree(home)
    home.mkdir()
    shutil.copy(copy, home / "vcardsvc.db")
    with serving(tmp_path, store=True) as after:
        assert after.create(BODY, key).status == 200
        assert after.create(BODY, later).outcome == (401, "E104")
        assert "vcs_" not in after.log
