"""Turns an untrusted image file into a small plain JPEG, in processes that can be killed.

Strategy: images are decoded in processes whose memory the system limits, which are killed when they
take too long, and which are started before the first photo. The main process does not import
Pillow.
"""

import asyncio
from typing import Final

from vcardsvc.errors import E503, E1522, E1523, Code, Problem, Refused, busy
from vcardsvc.model.contact import Photo
from vcardsvc.photo.pixels import Budget, Limits, precheck, render
from vcardsvc.photo.worker import MISBEHAVIOUR, DecoderClosed, ProcessEnded, Processes, Slot
from vcardsvc.slots import Slots

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
"""The cause of every failure, as logged, and its code for the caller."""

RETRY_AFTER = 2
"""Seconds: about the time of the longest decoding."""

TRIES = 2
"""The most processes that get the same photo. After one was killed from outside, the photo is tried
once more, and not again, since it may be what makes memory short."""

GRACE = 1.5
"""Seconds that a photo has in its slot beyond its decoding time, for new processes."""


class Decoder:
    """Decodes photos in as many processes as there are slots.

    A photo takes at most `slot_timeout + timeout + GRACE` seconds of the limits.
    """

    def __init__(self, limits: Limits, budget: Budget) -> None:
        self._limits = limits
        self._budget = budget
        self._processes = Processes()
        self._free_slots = Slots(
            limits.slots, seconds=limits.slot_timeout, cause="busy", retry_after=RETRY_AFTER
        )
        self._slots = tuple(Slot(self._processes, limits) for _ in range(limits.slots))
        self._free = list(self._slots)

    async def start(self) -> None:
        """Start every process that does not run; a photo that arrives before waits.

        Raises OSError or RuntimeError if the system starts no process.
        """
        starts = [slot.start() for slot in self._slots]
        failures = await asyncio.gather(*starts, return_exceptions=True)
        for failure in failures:
            if isinstance(failure, ProcessEnded):
                raise RuntimeError(str(failure))
            if isinstance(failure, BaseException) and not isinstance(failure, DecoderClosed):
                raise failure

    async def aclose(self) -> None:
        """Kill every process. Photos that are being decoded end with E503."""
        await self._processes.close()
        await asyncio.gather(*(slot.settle() for slot in self._slots))

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        """Return the file as a photo within a budget, by default the decoder's. `field` is the JSON
        pointer of the photo in the request.

        Raises Refused: E1522 for a file that is no readable GIF, JPEG or PNG, E1523 for one over a
        limit, E503 (503, without a field) if no decoder is free in time or it was killed from
        outside.
        """
        budget = maybe_budget or self._budget
        result = precheck(data, self._limits) or await self._decode(data, budget)
        if isinstance(result, Photo):
            return result
        if result == "busy":
            raise busy(result, RETRY_AFTER)
        raise Refused(Problem(code=CAUSES[result], field=field, cause=result))

    async def _decode(self, data: bytes, budget: Budget) -> Photo | str:
        await self._free_slots.acquire()
        slot = max(self._free, key=lambda each: each.ready)
        self._free.remove(slot)
        try:
            async with asyncio.timeout(self._limits.timeout + GRACE):
                return await self._decode_in_slot(slot, data, budget)
        except (TimeoutError, DecoderClosed):
            return "busy"
        finally:
            self._free.append(slot)
            self._free_slots.release()

    async def _decode_in_slot(self, slot: Slot, data: bytes, budget: Budget) -> Photo | str:
        for _ in range(TRIES):
            worker = await slot.worker()
            try:
                async with asyncio.timeout(self._limits.timeout):
                    result = await worker.decode(data, budget)
            except TimeoutError:
                slot.replace()
                return "decode-timeout"
            except MISBEHAVIOUR:
                if not (await slot.replace_ended(worker)).from_outside:
                    return "decoder-died"
            except asyncio.CancelledError:
                slot.replace()  # the response of this photo is not for the next one
                raise
            else:
                return result if isinstance(result, Photo) or result in CAUSES else "decoder-died"
        return "busy"
