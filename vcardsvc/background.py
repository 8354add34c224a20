"""What a worker does beside answering requests: it warms up, keeps deadlines, shows its gauges, and
stops when it is told to.

What must never enter here: a request.
"""

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Final

from vcardsvc.http.cycle import Door
from vcardsvc.photo.decoder import Decoder
from vcardsvc.services.health import DECODERS, Health, store_cause
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation import phones
from vcardsvc.web import page as webform

if TYPE_CHECKING:
    from vcardsvc.store import Store

PULSE: Final = 1.0
"""Seconds between two looks at what the gauges show."""

WARM_UP: Final = 0.3
"""Seconds after the start in which nothing competes with the first requests: starting the decoders
at once made the first card a third later."""

SETTLING: Final = 1.0
"""Seconds after which what was written stands in SQLite's database file itself."""

STOPS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals by which a server is told to stop."""

FIRST_PROBE: Final = 1.0
PROBE: Final = 10.0
PROBE_LONGEST: Final = 15.0
"""Seconds until the store is first written to for a test, between two such tests, and until one of
them is said to take too long."""

WARM_UP_AGAIN: Final = 5.0
"""Seconds until decoders that could not be started are tried again."""


class WorkDied(Exception):
    """Something that runs beside the requests has died; the log says what."""


@contextlib.asynccontextmanager
async def background(
    telemetry: Telemetry, *work: Coroutine[None, None, None]
) -> AsyncIterator[None]:
    """Run these beside the requests, until the end; one that dies is logged and ends the worker,
    which would go on without its deadlines or with revoked keys. Raises WorkDied at the end then,
    so that the process does not seem to have ended well."""
    died = False

    async def kept(one: Coroutine[None, None, None]) -> None:
        nonlocal died
        try:
            await one
        except Exception as fault:
            died = True
            telemetry.fault("-", fault)
            signal.raise_signal(signal.SIGTERM)

    tasks = [asyncio.ensure_future(kept(one)) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if died:
        raise WorkDied


async def warm_up(
    decoder: Decoder, door: Door, telemetry: Telemetry, *more: Callable[[], None]
) -> None:
    """Pay for the first photo, the first international number and `more` before somebody asks for
    one.

    A system that lets no decoder be is asked again: plain cards need none.
    """
    await asyncio.sleep(WARM_UP)
    await asyncio.to_thread(phones.preload)
    if door.keys.form_key or door.keys.origins:
        # Whoever has a page or a publishable key; others never pay for what counts rates.
        await door.rates.preload()
        await asyncio.to_thread(webform.page, {})
    for one in more:
        await asyncio.to_thread(one)
    while True:
        try:
            await decoder.start()
        except (OSError, RuntimeError) as fault:
            door.health.watched("decoders", DECODERS)
            telemetry.fault("-", fault)
            await asyncio.sleep(WARM_UP_AGAIN)
        else:
            door.health.watched("decoders", "")
            return


async def probe(
    store: "Store | None", health: Health, every: float = PROBE, slot_seconds: float = PROBE_LONGEST
) -> None:
    """Write to the store now and then, while there is one, to learn of a full disk before a caller
    does: looking alone would not tell."""
    wait = min(FIRST_PROBE, every)
    while store is not None:
        await asyncio.sleep(wait)
        wait = every
        writing = asyncio.ensure_future(_probed(store))
        await asyncio.wait((writing,), timeout=slot_seconds)
        if not writing.done():
            health.watched("probe", "store-slow")
        health.watched("probe", await writing)


async def _probed(store: "Store") -> str:
    """Why the store cannot be written to; "" when it can."""
    try:
        await asyncio.to_thread(store.probe)
    except Exception as fault:
        return store_cause(fault)
    return ""


async def settle(store: "Store | None", telemetry: Telemetry, every: float = SETTLING) -> None:
    """Bring what was written into SQLite's database file itself, while there is a store."""
    while store is not None:
        await asyncio.sleep(every)
        try:
            await asyncio.to_thread(store.checkpoint)
        except Exception as fault:
            # A fault of ours, since settling hides the store's: the next round may go well.
            telemetry.fault("-", fault)


async def watch_bodies(door: Door) -> None:
    """End the bodies that come too slowly."""
    every = min(PULSE, door.settings.body_timeout / 4)
    while True:
        await asyncio.sleep(every)
        for _ in range(2):  # what arrived while the loop was busy is read before it is judged
            await asyncio.sleep(0)
        door.arrivals.end_slow()


async def pulse(door: Door) -> None:
    """Show the gauges what is, log when the store goes away or comes back and what else is wrong,
    and end a worker whose parent was killed: it would hold the port for ever."""
    degraded = False
    causes: tuple[str, ...] = ()
    await asyncio.sleep(PULSE)
    # Imported when the first requests are answered: it is 8 ms of the way to the first card.
    from multiprocessing import parent_process

    parent = parent_process()
    while True:
        await asyncio.sleep(PULSE)
        door.look()
        if parent is not None and not parent.is_alive():
            signal.raise_signal(signal.SIGTERM)
        if door.keys.degraded != degraded:
            degraded = door.keys.degraded
            door.telemetry.event("store-away" if degraded else "store-back")
        if door.causes() != causes:
            causes = door.causes()
            if causes:
                door.telemetry.event("degraded", causes=",".join(causes))
            else:
                door.telemetry.event("recovered")


@contextlib.contextmanager
def told_to_stop(door: Door) -> Iterator[None]:
    """From a signal to stop on the door refuses new work; the server's own handler runs too.

    Signals that the server does not handle keep their effect.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in STOPS}
    before = {number: one for number, one in handlers.items() if callable(one)}

    def stop(number: int, frame: FrameType | None) -> None:
        door.stopping = True
        before[signal.Signals(number)](number, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        door.stopping = True
        for number, handler in before.items():
            signal.signal(number, handler)
