"""Turns an untrusted image file into a small plain JPEG, in processes that can be killed.

Images are decoded in processes that are bounded in memory by the system, killed when they take too
long, and started before the first photo. Nothing in here uses the network or imports PIL at the top
(the main process does not pay for it).
"""

import asyncio
from typing import Final

from vcardsvc.errors import E503, E1522, E1523, Code, Problem, Refused, busy
from vcardsvc.model.contact import Photo
from vcardsvc.photo.pixels import Budget, Limits, judge, render
from vcardsvc.photo.worker import MISBEHAVIOUR, Closed, Gone, Processes, Slot

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

TRIES = 2
"""Processes that a photo is given to. One killed from outside says nothing of the photo: the second
try makes up for it, and it is the last, since the photo may be what makes memory short."""

GRACE = 1.5
"""Seconds beyond its decoding time that a photo has in its slot, whatever happens to processes."""


class Decoder:
    """Draws photos in as many processes as there are slots, and lets no photo wait for long.

    A photo is answered within `slot_timeout + timeout + GRACE` seconds of the limits.
    """

    def __init__(self, limits: Limits, budget: Budget) -> None:
        self._limits = limits
        self._budget = budget
        self._processes = Processes()
        self._turns = asyncio.Semaphore(limits.slots)
        self._slots = tuple(Slot(self._processes, limits) for _ in range(limits.slots))
        self._free = list(self._slots)

    async def start(self) -> None:
        """Start and warm every process that does not run yet; a photo that comes before waits.

        Raises OSError or RuntimeError when the system lets no process be.
        """
        starts = [slot.start() for slot in self._slots]
        failures = await asyncio.gather(*starts, return_exceptions=True)
        for failure in failures:
            if isinstance(failure, Gone):
                raise RuntimeError(str(failure))
            if isinstance(failure, BaseException) and not isinstance(failure, Closed):
                raise failure

    async def aclose(self) -> None:
        """Kill every process. Photos that were still being drawn are answered with E503."""
        await self._processes.close()
        await asyncio.gather(*(slot.settle() for slot in self._slots))

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        """The file as a photo within this budget, the decoder's own when None. `field` is the JSON
        pointer that a problem shall name.

        Raises Refused: E1522 for what is no readable GIF, JPEG or PNG, E1523 for what is over a
        ceiling, E503 (503, without a field) when no decoder is free in time, or was killed from
        outside.
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
            async with asyncio.timeout(self._limits.slot_timeout):
                await self._turns.acquire()
        except TimeoutError:
            return "busy"
        slot = max(self._free, key=lambda one: one.ready)
        self._free.remove(slot)
        try:
            async with asyncio.timeout(self._limits.timeout + GRACE):
                return await self._drawn(slot, data, budget)
        except (TimeoutError, Closed):
            return "busy"
        finally:
            self._free.append(slot)
            self._turns.release()

    async def _drawn(self, slot: Slot, data: bytes, budget: Budget) -> Photo | str:
        for _ in range(TRIES):
            worker = await slot.worker()
            try:
                async with asyncio.timeout(self._limits.timeout):
                    outcome = await worker.draw(data, budget)
            except TimeoutError:
                slot.replace()
                return "decode-timeout"
            except MISBEHAVIOUR:
                if not (await slot.lost(worker)).outside:
                    return "decoder-died"
            except asyncio.CancelledError:
                slot.replace()  # what is still being drawn is not for the next photo
                raise
            else:
                return (
                    outcome if isinstance(outcome, Photo) or outcome in CAUSES else "decoder-died"
                )
        return "busy"
