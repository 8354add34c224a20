"""Links of several processes, and after a kill."""

import signal

from tests.support import databases as stores
from tests.support.link_rows import MANY, NOW, link_row
from vcardsvc.store import Store


def test_processes_that_take_at_once_share_one_card(store: Store, database_url: str) -> None:
    """Of takers in three processes, four threads each, one gets each card."""
    for number in range(20):
        store.add_link(link_row(number, once=True), MANY)
    code = (
        "import sys, threading; from datetime import UTC, datetime\n"
        "from vcardsvc.store import Store; s = Store(sys.argv[1])\n"
        "at = datetime.fromisoformat(sys.argv[2]); got = []\n"
        "def take():\n"
        "    for n in range(20):\n"
        "        if s.take_link(n.to_bytes(32, 'big'), at): got.append(n)\n"
        "threads = [threading.Thread(target=take) for _ in range(4)]\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for t in threads: t.start()\n"
        "for t in threads: t.join()\n"
        "print(*got); s.close()"
    )
    children = [stores.run(code, database_url, NOW.isoformat()) for _ in range(3)]
    taken = [number for printed in stores.together(children) for number in printed.split()]
    assert sorted(taken, key=int) == [str(number) for number in range(20)]


def test_what_was_acknowledged_outlives_kill_9(store: Store, database_url: str) -> None:
    """A writer killed right after an acknowledgement has lost none of its cards."""
    code = (
        "import dataclasses, itertools, sys; from datetime import UTC, datetime, timedelta\n"
        "from vcardsvc.store import LinkRow, Store\n"
        "s = Store(sys.argv[1]); at = datetime.now(UTC)\n"
        "for n in itertools.count():\n"
        "    s.add_link(LinkRow(digest=n.to_bytes(32, 'big'), owner='laptop', size=100_000,\n"
        "        etag='x', content_type='x', filename='x', once=False, created_at=at,\n"
        "        expires_at=at + timedelta(days=1), octets=b'%06d' % n * 16_000), 10**6)\n"
        "    print(n, flush=True)"
    )
    with stores.run(code, database_url) as child:
        assert child.stdout is not None
        printed = [child.stdout.readline() for _ in range(20)]
        child.send_signal(signal.SIGKILL)
        printed += child.stdout.read().splitlines(keepends=True)
    for number in range(len(printed)):
        row = store.read_link(stores.digest(number))
        assert row is not None
        assert row.octets == b"%06d" % number * 16_000
    assert stores.is_whole(store)
