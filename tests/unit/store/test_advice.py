"""What an operator reads of a store that cannot be used: where it is, and one mend."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.databases import OBEYING, url
from vcardsvc.store import CAUSES, Store, StoreAway
from vcardsvc.store.remedies import REMEDIES, SERVER_REMEDIES, location, remedy

PLACES: tuple[tuple[str, str], ...] = (
    ("sqlite:////srv/cards.db", "/srv/cards.db"),
    ("sqlite:///:memory:", ""),
    ("sqlite://", ""),
    ("no url: secret", ""),
    ("mysql://user:secret@db.example/cards", ""),
    ("postgresql://user:secret@db.example/cards", "the database cards at db.example:5432"),
    ("postgresql://user:secret@[::1]:6000/cards", "the database cards at [::1]:6000"),
    ("postgresql:///cards?password=secret", "the database cards at localhost:5432"),
)
"""URLs, and where a store of theirs is said to be: without users, passwords and options."""


@pytest.mark.parametrize(("where", "said"), PLACES)
def test_a_place_is_told_without_what_opens_it(where: str, said: str) -> None:
    """Nobody learns a password from it."""
    try:
        assert location(where) == said
    except ImportError:
        pytest.skip("a driver is not installed")


def test_every_cause_has_a_mend() -> None:
    """What can be away can be mended, in one sentence."""
    assert list(REMEDIES) == list(CAUSES)
    assert set(SERVER_REMEDIES) < set(CAUSES)
    assert {text[-1] for text in [*REMEDIES.values(), *SERVER_REMEDIES.values()]} == {"."}


def test_a_server_has_mends_of_its_own() -> None:
    """It has no file whose rights could be changed."""
    for cause in CAUSES:
        said = remedy(cause, "postgresql://user:secret@db.example/cards")
        assert said == (SERVER_REMEDIES.get(cause) or REMEDIES[cause])


def test_a_driver_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the URL that is wrong then."""
    monkeypatch.setitem(sys.modules, "vcardsvc.store.postgresql", None)
    with pytest.raises(StoreAway) as away:
        Store("postgresql://user:secret@db.example/cards")
    assert (away.value.cause, away.value.__cause__) == ("store-driver", None)


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
    said = make(path)
    try:
        command = [*obeying, sys.executable, "-c", CODE, url(path)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    finally:
        path.parent.chmod(0o700)
    assert json.loads(ran.stdout) == [cause, said]
