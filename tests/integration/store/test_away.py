"""A disk that fails or is full, and a database that was read-only for a while."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import databases as stores
from vcardsvc.store import Store


def test_a_disk_that_fails_is_reported_and_survived(lite: Store, path: Path) -> None:
    """A write that the system refuses is StoreAway, and every acknowledged key is there after."""
    code = (
        "import resource, sys; from vcardsvc.store import Store, StoreAway\n"
        "s = Store(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    for n in range(1000):\n"
        "        s.add_key(f'key-{n}-' + 50 * 'x', n.to_bytes(32, 'big')); print(n, flush=True)\n"
        "except StoreAway as away: print(away.cause)\n"
        "s.close()"
    )
    printed = stores.run(code, stores.url(path)).communicate(timeout=30)[0].split()
    kept = [f"{number}" for number in range(len(lite.list_keys()))]
    assert printed[-1] == "store-disk"
    assert printed[:-1] == kept
    lite.add_key("after", b"a" * 32)


PASSING = """
import os, sys
from vcardsvc.store import Store, StoreAway
url, path = sys.argv[1:]
def outcome(work):
    try: work()
    except StoreAway as away: return away.cause
    return "well"
def mode(suffix): return oct(os.stat(path + suffix).st_mode & 0o777)
one = Store(url)
one.add_key("first", b"1" * 32)
os.chmod(path, 0o400)
one.close()
print(outcome(one.list_keys), outcome(one.probe), mode("-shm"))
os.chmod(path, 0o600)
print(outcome(one.probe), outcome(lambda: one.add_key("second", b"2" * 32)), mode("-shm"))
for suffix in ("-wal", "-shm"):
    os.chmod(path + suffix, 0o400)
sys.stdout.flush()
os._exit(0)  # as if it were killed: SQLite's files stay
"""


def test_a_database_that_was_read_only_for_a_while_is_written_to_again(
    lite: Store, path: Path
) -> None:
    """Neither the process that ran meanwhile nor one that is started afterwards is kept from it by
    the rights of SQLite's own files beside it."""
    lite.close()
    obeying = stores.OBEYING if os.geteuid() == 0 else ()
    if obeying and not shutil.which(obeying[0]):
        pytest.skip("the superuser obeys no file modes, and there is no setpriv")
    command = [*obeying, sys.executable, "-c", PASSING, stores.url(path), str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert ran.stdout.splitlines() == ["well store-readonly 0o400", "well well 0o600"]
    code = "import sys; from vcardsvc.store import Store; s = Store(sys.argv[1]); s.migrate()\n"
    code += "s.add_key('third', 32 * b'3'); s.close()"
    command = [*obeying, sys.executable, "-c", code, stores.url(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert stores.names(lite) == ["first", "second", "third"]


@pytest.mark.parametrize("written", [0, 1], ids=["at first", "after writes"])
def test_a_probe_finds_a_disk_that_takes_nothing(lite: Store, path: Path, written: int) -> None:
    """It writes to the disk itself, so a full disk is reported before a caller meets it."""
    code = (
        "import resource, sys; from vcardsvc.store import Store, StoreAway\n"
        "s = Store(sys.argv[1]); s.list_keys()\n"
        "for n in range(int(sys.argv[2])): s.add_key('a', 32 * b'a')\n"
        "s.probe(); s.checkpoint(); print('well')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))\n"
        "try: s.probe()\n"
        "except StoreAway as away: print(away.cause)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "s.probe(); print('well'); s.close()"
    )
    child = stores.run(code, stores.url(path), str(written))
    assert child.communicate(timeout=30)[0].split() == ["well", "store-disk", "well"]
