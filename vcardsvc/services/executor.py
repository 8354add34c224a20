"""Questions to the store, a few at once, in threads that nothing else needs.

Promises: a store that does not answer holds up who asks it, and no card. What must never enter
here: what is asked, and the database's library.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from vcardsvc.errors import busy

T = TypeVar("T")

TURN: Final = 2.0
"""Seconds that a question waits for its turn."""

RETRY_AFTER: Final = 5
"""Seconds callers are asked to stay away while the store is."""


def unheard(cause: str) -> None:
    """Nobody wants to know."""


class Executor:
    """So many threads of this name; one event loop alone may use them. `failed` is told the cause
    whenever the store was away."""

    def __init__(self, threads: int, name: str, failed: Callable[[str], None] = unheard) -> None:
        self._failed = failed
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._slots = asyncio.Semaphore(threads)
        self._askers: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def run(self, work: Callable[..., T], *given: Any, slot_seconds: float = TURN) -> T:
        """What `work` gives. Raises Refused (E503) when the store is away or too slow (no turn
        within so many seconds), and what else `work` raises."""
        # Imported here: a deployment without a store never loads its library.
        from vcardsvc.store import StoreAway

        await _turn(self._slots, slot_seconds)
        asked = asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        asked.add_done_callback(self._free)
        try:
            # Shielded: a thread cannot be ended, so its slot is free when it is, not its caller.
            return await asyncio.shield(asked)
        except StoreAway as away:
            self._failed(away.cause)
            raise busy(away.cause, RETRY_AFTER) from away

    async def run_for(
        self, asker: str, work: Callable[..., T], *given: Any, slot_seconds: float = TURN
    ) -> T:
        """The same, one question of each asker at a time: whoever asks long ones holds up nobody
        but himself."""
        alone = self._askers.setdefault(asker, asyncio.Semaphore(1))
        await _turn(alone, slot_seconds)
        asked = asyncio.ensure_future(self.run(work, *given, slot_seconds=slot_seconds))
        asked.add_done_callback(lambda done: _over(done, alone))
        return await asyncio.shield(asked)

    async def background(self, work: Callable[..., T], *given: Any) -> T:
        """What `work` gives, whenever a thread is free. Raises what it raises."""
        from vcardsvc.store import StoreAway

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        except StoreAway as away:
            self._failed(away.cause)
            raise

    def _free(self, asked: "asyncio.Future[Any]") -> None:
        _over(asked, self._slots)


async def _turn(slots: asyncio.Semaphore, slot_seconds: float) -> None:
    """Raises Refused (E503) when it does not come in time."""
    try:
        async with asyncio.timeout(slot_seconds):
            await slots.acquire()
    except TimeoutError:
        raise busy("store-slow", RETRY_AFTER) from None


def _over(asked: "asyncio.Future[Any]", slots: asyncio.Semaphore) -> None:
    slots.release()
    if not asked.cancelled():
        asked.exception()  # seen, also when its caller is gone
