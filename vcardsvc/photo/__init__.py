"""A stranger's image in, a small plain JPEG out: the processes that do it.

Images are decoded in children that are bounded in memory by the system, killed when they take too
long, and started before the first photo. What must never enter here: the network, and an import of
PIL or pebble at the top (the main process does not pay for the one, nor its start for the other).
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Final

from vcardsvc.contact import Photo
from vcardsvc.errors import E503, E1522, E1523, Code, Problem, Refused, busy
from vcardsvc.photo.pixels import MIB, Budget, Limits, judge, render, warm

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

__all__ = ["CAUSES", "Budget", "Decoder", "Limits", "render"]

CAUSES: Final[dict[str, Code]] = {
    "not-an-image": E1522,
    "damaged": E1522,
    "decode-timeout": E1522,
    "decoder-died": E1522,
    "pixels": E1523,
    "scans": E1523,
    "too-large": E1523,
    "busy": E503,
}
"""Every way a photo can fail, as the log calls it, and what the caller is told."""

RETRY_AFTER = 2
"""Seconds; about as long as the longest decoding lasts."""

NICENESS = 5
"""Added to a child's nice value: answering plain requests goes first."""

M_MMAP_THRESHOLD = -3
"""The number of this parameter in glibc's malloc.h."""

START_TIMEOUT = 30.0
"""Seconds until every child must be up; they need 0.2 on an idle machine."""

FIRST_WAIT = 10.0
"""Seconds a photo waits for children that are still starting, as they do beside the first requests;
longer than for a slot, since it is not load that keeps them."""

GRACE = 5.0
"""Seconds a photo may wait for a child that is being replaced, beyond its decoding time."""


class Decoder:
    """The pool of decoder processes. It is started once, and never queues more than its slots."""

    def __init__(self, limits: Limits, budget: Budget) -> None:
        self._limits = limits
        self._budget = budget
        self._slots = asyncio.Semaphore(limits.slots)
        self._up = asyncio.Event()
        self._changing = asyncio.Lock()
        self._changes: set[asyncio.Task[None]] = set()
        self._running: set[ProcessFuture[Photo | str]] = set()
        self._maybe_pool: ProcessPool | None = None

    async def start(self) -> None:
        """Start and warm every child; photos that come before wait for it.

        Raises OSError or RuntimeError when the system lets no child be.
        """
        try:
            await self._whole(self._open())
        finally:
            self._up.set()  # also when it failed: photos are then busy at once, not after a wait

    async def aclose(self) -> None:
        """Kill every child. Photos that were still being prepared are answered with E503."""
        async with self._changing:
            pool, self._maybe_pool = self._maybe_pool, None
            if pool is not None:
                await self._close(pool)

    async def _open(self) -> None:
        async with self._changing:
            self._maybe_pool = await asyncio.to_thread(_open_pool, self._limits)

    async def _whole(self, change: Coroutine[None, None, None]) -> None:
        """Bring a change of the pool to its end even when the caller is gone: no child is lost."""
        task = asyncio.ensure_future(change)
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)
        await asyncio.shield(task)

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        """The file as a photo within this budget, the decoder's own when None. `field` is the JSON
        pointer that a problem shall name.

        Raises Refused: E1522 for what is no readable GIF, JPEG or PNG, E1523 for what is over a
        ceiling, E503 (503, without a field) when no decoder gets free in time.
        """
        budget = maybe_budget or self._budget
        outcome = judge(data, self._limits) or await self._decoded(data, budget)
        if isinstance(outcome, Photo):
            return outcome
        if outcome == "busy":
            raise busy(outcome, RETRY_AFTER)
        raise Refused(Problem(code=CAUSES[outcome], field=field, cause=outcome))

    async def _decoded(self, data: bytes, budget: Budget) -> Photo | str:
        try:
            async with asyncio.timeout(FIRST_WAIT):
                await self._up.wait()
            async with asyncio.timeout(self._limits.slot_timeout):
                await self._slots.acquire()
        except TimeoutError:
            return "busy"
        try:
            # Twice: an idle child that somebody else killed breaks pebble's whole pool, and that
            # is found out only by the next photo, which is not to blame.
            return await self._tried(data, budget) or await self._tried(data, budget) or "busy"
        finally:
            self._slots.release()

    async def _tried(self, data: bytes, budget: Budget) -> Photo | str | None:
        """The photo or the cause; None when the pool itself was broken and is now a new one."""
        pool = self._maybe_pool
        if pool is None:
            return "busy"
        guard = asyncio.timeout(self._limits.timeout + GRACE)
        try:
            async with guard:
                return await self._scheduled(pool, data, budget)
        except TimeoutError:
            if not guard.expired():
                return "decode-timeout"
        except OSError:  # pebble's ProcessExpired, by its base: spares the import at the top
            return "decoder-died"
        except RuntimeError:  # pebble's word for a pool that is broken
            pass
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise  # the caller is gone; else the pool was closed under this photo
        await self._whole(self._renew(pool))
        return None

    async def _scheduled(self, pool: "ProcessPool", data: bytes, budget: Budget) -> Photo | str:
        future = pool.schedule(
            render, args=(data, self._limits, budget), timeout=self._limits.timeout
        )
        self._running.add(future)
        try:
            # Cancelling this cancels pebble's future, and that kills the child.
            return await asyncio.wrap_future(future)
        finally:
            self._running.discard(future)

    async def _renew(self, broken: "ProcessPool") -> None:
        async with self._changing:
            if self._maybe_pool is broken:
                await self._close(broken)
                self._maybe_pool = await asyncio.to_thread(_open_pool, self._limits)

    async def _close(self, pool: "ProcessPool") -> None:
        for future in tuple(self._running):
            future.cancel()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(_close_pool, pool)


def _open_pool(limits: Limits) -> "ProcessPool":
    import multiprocessing
    import time

    from pebble import ProcessPool

    pool = ProcessPool(
        max_workers=limits.slots,
        initializer=_enter_child,
        initargs=(limits.address_space,),
        context=multiprocessing.get_context("spawn"),
    )
    try:
        awake: set[int] = set()
        deadline = time.monotonic() + START_TIMEOUT
        while len(awake) < limits.slots:
            calls = [pool.schedule(_awake) for _ in range(limits.slots)]
            awake |= {call.result(timeout=max(0, deadline - time.monotonic())) for call in calls}
    except BaseException:
        _close_pool(pool)
        raise
    return pool


def _close_pool(pool: "ProcessPool") -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _enter_child(address_space: int) -> None:
    """Make this process a decoder: nothing to steal, little to spend, Pillow loaded and warm."""
    import os
    import signal

    os.environ.clear()
    # pebble asks with SIGTERM, through a Python handler that waits for Pillow's C code to return,
    # for up to 3 s and with every other decoder locked out meanwhile. The default does not wait.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # glibc learns to keep large blocks, which left an idle child at up to 175 MB after a large
    # photo. A fixed threshold gives them back; other C libraries have no such call.
    with contextlib.suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, MIB)
    # Windows has no limits, macOS may refuse this one; the ceilings and the clock hold there too.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warm()


def _awake() -> int:
    """The id of this child, given slowly enough for the others to take calls of their own."""
    import os
    import time

    time.sleep(0.02)
    return os.getpid()
