"""How much work something is, on a machine that does other things beside it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def costing(seconds: float) -> Iterator[None]:
    """What is inside costs this thread less than so many seconds of processor: an algorithm is
    judged, not how busy the machine is."""
    began = time.thread_time()
    yield
    cost = time.thread_time() - began
    assert cost < seconds, f"{cost:.2f} s"
