"""Runs beside the requests of a worker: warms up, ends slow bodies, sets gauges, stops."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Final

from vcardsvc.http.context import AppContext, Load
from vcardsvc.photo.decoder import Decoder
from vcardsvc.services.health import DECODERS, Health, store_cause
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation import phones
from vcardsvc.web import page as webform

if TYPE_CHECKING:
    from vcardsvc.store import Store

WATCH_SECONDS: Final = 1.0
"""Seconds between two updates of the gauges."""

WARM_UP: Final = 0.3
"""Seconds after the start in which nothing competes with the first requests: starting the decoders
at once delayed the first card by a third."""

CHECKPOINT_SECONDS: Final = 1.0
"""Seconds after which SQLite's write-ahead log is copied into the database file."""

STOPS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""The signals that stop a server."""

FIRST_PROBE: Final = 1.0
PROBE: Final = 10.0
PROBE_LONGEST: Final = 15.0
"""Seconds until the first test write to the store, between two of them, and until one of them
counts as too slow."""

WARM_UP_AGAIN: Final = 5.0
"""Seconds until decoders that did not start are tried again."""


class TaskDied(Exception):
    """A background task failed; the log has the fault."""


@contextlib.asynccontextmanager
async def running(telemetry: Telemetry, *work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run these inside the block. One that fails is logged and ends the worker, which would go on
    without its deadlines or with revoked keys. Raises TaskDied at the end then, so that the process
    ends with an error."""
    died = False

    async def watched(one: Coroutine[None, None, None]) -> None:
        nonlocal died
        try:
            await one
        except Exception as fault:
            died = True
            telemetry.fault("-", fault)
            signal.raise_signal(signal.SIGTERM)

    tasks = [asyncio.ensure_future(watched(one)) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if died:
        raise TaskDied


async def warm_up(decoder: Decoder, context: AppContext, *more: Callable[[], None]) -> None:
    """Load what the first photo and the first international number need, and run `more`, before a
    request waits for them.

    Decoders that do not start are tried again: plain cards need none.
    """
    await asyncio.sleep(WARM_UP)
    await asyncio.to_thread(phones.preload)
    if context.keys.form_key or context.keys.origins:
        # A service without a page and publishable keys never loads the counter of rates.
        await context.rate_limits.preload()
        await asyncio.to_thread(webform.page, {})
    for one in more:
        await asyncio.to_thread(one)
    while True:
        try:
            await decoder.start()
        except (OSError, RuntimeError) as fault:
            context.health.watched("decoders", DECODERS)
            context.telemetry.fault("-", fault)
            await asyncio.sleep(WARM_UP_AGAIN)
        else:
            context.health.watched("decoders", "")
            return


def load_store() -> None:
    """Import SQLAlchemy and the store's tables, which the first card does without."""
    from vcardsvc.store.deferred import preload

    preload()


async def probe(
    store: "Store | None", health: Health, every: float = PROBE, longest: float = PROBE_LONGEST
) -> None:
    """Write to the store periodically, while there is one, to find a full disk before a request
    does; reading would not find it."""
    wait = min(FIRST_PROBE, every)
    while store is not None:
        await asyncio.sleep(wait)
        wait = every
        writing = asyncio.ensure_future(_probed(store))
        await asyncio.wait((writing,), timeout=longest)
        if not writing.done():
            health.watched("probe", "store-slow")
        health.watched("probe", await writing)


async def _probed(store: "Store") -> str:
    """Return why the store cannot be written to; "" when it can."""
    try:
        await asyncio.to_thread(store.probe)
    except Exception as fault:
        return store_cause(fault)
    return ""


async def checkpoint(
    store: "Store | None", telemetry: Telemetry, every: float = CHECKPOINT_SECONDS
) -> None:
    """Copy SQLite's write-ahead log into the database file periodically, while there is a store."""
    while store is not None:
        await asyncio.sleep(every)
        try:
            await asyncio.to_thread(store.checkpoint)
        except Exception as fault:
            # A bug, since a checkpoint hides the faults of the store: the next round may succeed.
            telemetry.fault("-", fault)


async def watch_bodies(context: AppContext) -> None:
    """End the bodies that arrive too slowly."""
    every = min(WATCH_SECONDS, context.settings.body_timeout / 4)
    while True:
        await asyncio.sleep(every)
        for _ in range(2):  # data that arrived while the loop was busy is read first
            await asyncio.sleep(0)
        context.load.arrivals.end_slow()


async def watch_state(context: AppContext) -> None:
    """Set the gauges, log when the store fails or recovers and other changes of the causes, and end
    a worker whose parent was killed: it would hold the port for ever."""
    degraded = False
    causes: tuple[str, ...] = ()
    await asyncio.sleep(WATCH_SECONDS)
    # Imported after the first requests: it takes 8 ms of the start.
    from multiprocessing import parent_process

    parent = parent_process()
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        context.update_gauges()
        if parent is not None and not parent.is_alive():
            signal.raise_signal(signal.SIGTERM)
        if context.keys.degraded != degraded:
            degraded = context.keys.degraded
            context.telemetry.event("store-away" if degraded else "store-back")
        if context.causes() != causes:
            causes = context.causes()
            if causes:
                context.telemetry.event("degraded", causes=",".join(causes))
            else:
                context.telemetry.event("recovered")


@contextlib.contextmanager
def stop_on_signal(load: Load) -> Iterator[None]:
    """Let /readyz say after a signal to stop that this worker is; the server's own handler runs
    too.

    Signals that the server does not handle keep their effect.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in STOPS}
    before = {number: one for number, one in handlers.items() if callable(one)}

    def stop(number: int, frame: FrameType | None) -> None:
        load.stopping = True
        before[signal.Signals(number)](number, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        load.stopping = True
        for number, handler in before.items():
            signal.signal(number, handler)
