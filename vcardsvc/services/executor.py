"""Runs blocking work in threads: calls of the store, and long calculations.

Each executor has threads of its own, so a hung database delays only the requests that use it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from vcardsvc.errors import Unavailable, busy
from vcardsvc.slots import Slots

T = TypeVar("T")

SLOT_SECONDS: Final = 2.0
"""Seconds that work waits for a free thread."""

RETRY_AFTER: Final = 5
"""Seconds in the Retry-After of a response while the store is unavailable."""


def ignore(cause: str) -> None:
    """Do nothing with the cause of a failure."""


class Executor:
    """Runs work in at most `threads` threads called `name`; waiting work is refused in time.

    `slots_cause` and `retry_after` are those of E503 for work that gets no thread within
    `slot_seconds`. `on_failure` receives the cause whenever work raises Unavailable. One event loop
    alone may use it.
    """

    def __init__(
        self,
        threads: int,
        name: str,
        on_failure: Callable[[str], None] = ignore,
        *,
        slots_cause: str = "store-slow",
        slot_seconds: float = SLOT_SECONDS,
        retry_after: int = RETRY_AFTER,
    ) -> None:
        self._on_failure = on_failure
        self._retry_after = retry_after
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._new_slots = partial(
            Slots, seconds=slot_seconds, cause=slots_cause, retry_after=retry_after
        )
        self._slots = self._new_slots(threads)
        self._by_caller: WeakValueDictionary[str, Slots] = WeakValueDictionary()

    async def run(self, work: Callable[..., T], *args: Any, slot_seconds: float | None = None) -> T:
        """Return `work(*args)`.

        Raises Refused (E503) when no thread is free in time or the work raises Unavailable, and
        what else the work raises.
        """
        await self._slots.acquire(slot_seconds)
        future = asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        future.add_done_callback(partial(_release, self._slots))
        try:
            # Shielded: a thread cannot be ended, so its slot is free when it is, not its caller.
            return await asyncio.shield(future)
        except Unavailable as fault:
            self._on_failure(fault.cause)
            raise busy(fault.cause, self._retry_after) from fault

    async def run_for(
        self, caller: str, work: Callable[..., T], *args: Any, slot_seconds: float | None = None
    ) -> T:
        """Return `work(*args)`; each caller has one thread at a time, so its long work delays
        no other caller. Raises as `run` does."""
        own = self._by_caller.setdefault(caller, self._new_slots(1))
        await own.acquire(slot_seconds)
        future = asyncio.ensure_future(self.run(work, *args, slot_seconds=slot_seconds))
        future.add_done_callback(partial(_release, own))
        return await asyncio.shield(future)

    async def run_in_background(self, work: Callable[..., T], *args: Any) -> T:
        """Return `work(*args)` as soon as a thread is free. Raises what the work raises."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        except Unavailable as fault:
            self._on_failure(fault.cause)
            raise


def _release(slots: Slots, future: "asyncio.Future[Any]") -> None:
    slots.release()
    if not future.cancelled():
        future.exception()  # retrieved, also when the caller is gone
