"""Two workers share the limit of a key."""

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.support.service import KEY, LONGEST, serving

WARM: Final = 2.0
"""Seconds until a worker has loaded what the first requests do not wait for."""


def _statuses(folder: Path, redis_url: str = "") -> dict[int, int]:
    """How many of 100 requests of one new key at once had each status, of two workers."""
    name = f"test-{secrets.token_hex(8)}"
    settings = {"RATE_LIMIT": "20/hour", "REDIS_URL": redis_url, "API_KEYS": f"{name}:{KEY}"}
    with serving(folder, settings, workers=2) as service, ThreadPoolExecutor(8) as pool:
        time.sleep(WARM)
        answers = pool.map(lambda _: service.create().status, range(100), timeout=LONGEST)
        return dict(Counter(answers))


def test_two_workers_without_redis_never_let_more_through(tmp_path: Path) -> None:
    """Each counts its half of the limit in memory, however the requests are spread."""
    found = _statuses(tmp_path)
    assert set(found) == {200, 429}
    assert 10 <= found[200] <= 20
    assert found[200] + found[429] == 100


def test_two_workers_share_a_limit_in_redis(tmp_path: Path, redis_port: int) -> None:
    """What both let through together is the limit, to the request."""
    assert _statuses(tmp_path, f"redis://127.0.0.1:{redis_port}/0") == {200: 20, 429: 80}
