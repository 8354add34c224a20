"""What keeps a process from its database file is named with what to do."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.databases import OBEYING, url
from vcardsvc.store import Store


def _hidden_folder(path: Path) -> str:
    path.parent.mkdir()
    path.parent.chmod(0o400)
    return f"Run chmod u+rwx {path.parent}."


def _folder_above_hidden(path: Path) -> str:
    path.parent.mkdir()
    path.parent.chmod(0o500)
    return f"Run chmod u+rwx {path.parent}."


def _file_in_the_way(path: Path) -> str:
    path.parent.write_text("")
    return f"{path.parent} is no folder: name another place."


def _folder_in_its_place(path: Path) -> str:
    path.mkdir(parents=True)
    return f"{path} is a folder: name a file in it."


def _read_only(path: Path) -> str:
    _migrated(path)
    path.chmod(0o400)
    return f"Run chmod u+rw {path}."


def _closed(path: Path) -> str:
    _migrated(path)
    path.chmod(0o000)
    return f"Run chmod u+rw {path}."


def _log_of_somebody_else(path: Path) -> str:
    _migrated(path)
    log = path.with_name(f"{path.name}-wal")
    log.touch()
    log.chmod(0o400)
    os.chown(log, 65534, -1)
    return f"Run this as nobody, to whom {log} belongs."


def _migrated(path: Path) -> None:
    store = Store(url(path))
    store.migrate()
    store.close()


CODE = """
import json, sys
from vcardsvc.store import Store, StoreAway
from vcardsvc.store.remedies import remedy
store = Store(sys.argv[1])
try:
    store.migrate()
    store.probe()
except StoreAway as away:
    print(json.dumps([away.cause, remedy(away.cause, sys.argv[1])]))
"""

WRONG: tuple[tuple[Callable[[Path], str], str], ...] = (
    (_hidden_folder, "store-unreadable"),
    (_folder_above_hidden, "store-unreadable"),
    (_file_in_the_way, "store-unreadable"),
    (_folder_in_its_place, "store-unreadable"),
    (_read_only, "store-readonly"),
    (_closed, "store-unreadable"),
    (_log_of_somebody_else, "store-unreadable"),
)


@pytest.mark.parametrize(("make", "cause"), WRONG)
def test_what_keeps_us_from_the_file_is_named_with_its_mend(
    tmp_path: Path, make: Callable[[Path], str], cause: str
) -> None:
    """The first thing in the way, and the command or the user that gets past it."""
    obeying = OBEYING if os.geteuid() == 0 else ()
    if obeying and not shutil.which(obeying[0]):
        pytest.skip("the superuser obeys no file modes, and there is no setpriv")
    if make is _log_of_somebody_else and not obeying:
        pytest.skip("only the superuser gives files away")
    path = tmp_path / "data" / "cards.db"
    printed = make(path)
    try:
        command = [*obeying, sys.executable, "-c", CODE, url(path)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    finally:
        path.parent.chmod(0o700)
    assert json.loads(ran.stdout) == [cause, printed]
