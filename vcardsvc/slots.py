"""Limits how much of something runs at once.

`Slots` is the one way to wait for a place: for a thread, a decoder, a fetch, a question to Redis. A
wait that takes too long is refused, so that no queue grows without an end.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vcardsvc.errors import busy


class Slots:
    """A number of slots, of which each holder takes one; waiters get theirs in their order.

    A wait ends after `seconds` (None: never) with E503, whose cause is `cause` and whose
    Retry-After is `retry_after` in seconds. One event loop alone may use it.
    """

    def __init__(self, count: int, *, seconds: float | None, cause: str, retry_after: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._seconds = seconds
        self._cause = cause
        self._retry_after = retry_after

    async def acquire(self, maybe_seconds: float | None = None) -> None:
        """Take a slot, within `maybe_seconds` instead of the usual wait if given.

        Raises Refused (E503) when none is free in time.
        """
        if not self._free.locked():  # a timer costs 5 to 10 microseconds
            await self._free.acquire()
            return
        seconds = self._seconds if maybe_seconds is None else maybe_seconds
        if asyncio.current_task() is None:
            await asyncio.sleep(0)  # a request without a task gets one where it first waits
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise busy(self._cause, self._retry_after) from None

    def release(self) -> None:
        """Give a slot back."""
        self._free.release()

    @asynccontextmanager
    async def taken(self, maybe_seconds: float | None = None) -> AsyncIterator[None]:
        """Hold a slot inside the block. Raises Refused as `acquire` does."""
        await self.acquire(maybe_seconds)
        try:
            yield
        finally:
            self.release()
