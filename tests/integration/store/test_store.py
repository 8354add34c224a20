"""Databases that several processes open, and after a kill."""

import signal
from collections.abc import Callable

from tests.support import databases as stores
from vcardsvc.store import HEAD, Store


def test_a_database_at_head_is_opened_without_alembic(store: Store, database_url: str) -> None:
    """A start with nothing to migrate does not import alembic."""
    code = (
        "import sys; from vcardsvc.store import Store; s = Store(sys.argv[1])\n"
        "print(s.migrate(), 'alembic' in sys.modules); s.close()"
    )
    assert stores.run(code, database_url).communicate(timeout=30)[0] == f"{HEAD} False\n"


def test_processes_that_migrate_at_once_all_succeed(new_url: Callable[[], str]) -> None:
    """However many start on a new database together, each finds it at head."""
    code = (
        "import sys, alembic.command, alembic.script; from vcardsvc.store import Store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for url in sys.argv[1:]:\n"
        "    s = Store(url); print(s.migrate(), s.list_keys()); s.close()"
    )
    urls = [new_url() for _ in range(10)]
    printed = stores.together([stores.run(code, *urls) for _ in range(3)])
    assert printed == [f"{HEAD} ()\n" * len(urls)] * 3


def test_what_was_acknowledged_outlives_kill_9(store: Store, database_url: str) -> None:
    """A writer killed in the middle of its work loses nothing that was acknowledged."""
    code = (
        "import itertools, sys; from vcardsvc.store import Store; s = Store(sys.argv[1])\n"
        "for n in itertools.count():\n"
        "    s.add_key(f'key-{n}', n.to_bytes(32, 'big')); print(f'key-{n}', flush=True)"
    )
    with stores.run(code, database_url) as child:
        assert child.stdout is not None
        printed = [child.stdout.readline().strip() for _ in range(20)]
        child.send_signal(signal.SIGKILL)
        printed += child.stdout.read().split()
    kept = stores.names(store)
    assert kept[: len(printed)] == printed
    assert len(kept) <= len(printed) + 1
    assert printed[0] == "key-0"
    assert stores.is_whole(store)
    store.add_key("after", b"a" * 32)
