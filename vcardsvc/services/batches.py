"""Runs batches, each in a process of its own: bounded in number, in time and by its caller.

Strategy: the list goes through one pipe to the process as it arrives, the result comes back through
another as it is read; neither end holds more than a piece. A process that is killed, or fails,
leaves a result without its end, never one that looks whole. Photos are fetched and drawn here,
under the guard and the slots of all photos.
"""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Final

import msgspec

from vcardsvc.errors import E503, E1538, Problem, Refused, busy
from vcardsvc.formats.frames import (
    DATA,
    END,
    HEAD,
    INPUT,
    JOB,
    MOST,
    PHOTO,
    REFUSAL,
    START,
    frame,
)
from vcardsvc.model.batch import (
    BatchEnd,
    BatchHead,
    BatchJob,
    BatchRefusal,
    PhotoAnswer,
    PhotoQuestion,
)
from vcardsvc.photo.decoder import Budget
from vcardsvc.services.photos import Photos
from vcardsvc.slots import Slots

MODULE: Final = "vcardsvc.batch.process"
"""What a process runs."""

RETRY_AFTER: Final = 10
"""Seconds in the Retry-After of a batch that gets no slot."""

STALLED: Final = 60.0
"""Seconds in which a caller must take a piece of the result; then its slot is given to others."""

SPARE: Final = 300.0
"""Seconds that a process without a batch is kept."""

KEPT: Final = ("PATH", "TMPDIR", "SYSTEMROOT", "LANG")
"""Variables of the environment that a process gets: no secrets are among them."""

PHOTO_FIELD: Final = "/photo"


class ProcessFault(Exception):
    """Says that a process failed by a fault of ours: the exception there, and where it was
    raised."""


class Batches:
    """Runs the batches of one worker, at most as many as it has slots, each for `seconds` at most.

    A process takes half a second to start, so one is kept ready for SPARE seconds after a batch.
    `on_fault` receives the kind of exception of a fault of ours in a process, and where it was
    raised.
    """

    def __init__(
        self,
        photos: Photos,
        slots: Slots,
        seconds: float,
        on_fault: Callable[[str, str], None],
    ) -> None:
        self.photos = photos
        self.slots = slots
        self.seconds = seconds
        self.on_fault = on_fault
        self._maybe_spare: asyncio.Task[Process] | None = None
        self._maybe_timer: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def start(self, job: BatchJob, body: AsyncIterator[bytes]) -> "Batch":
        """Start a process for this job and feed it; return the batch once its head is there.

        Raises Refused for a file that is no list and when no slot is free in time, and what `body`
        raises.
        """
        await self.slots.acquire()
        batch: Batch | None = None
        try:
            batch = Batch(self, await self._process())
            await batch.begin(job, body)
        except BaseException as fault:
            if batch is None:
                self.slots.release()
            else:
                await batch.close()
            if isinstance(fault, OSError):
                raise busy("batch-start", RETRY_AFTER) from None
            raise
        return batch

    async def _process(self) -> Process:
        """Return the process that is ready, or a new one. Raises OSError."""
        maybe_spare, self._maybe_spare = self._maybe_spare, None
        if maybe_spare is not None:
            process = await maybe_spare
            if process.returncode is None:
                return process
        return await _started()

    def prepare(self) -> None:
        """Start the process of the next batch, and end it if none comes."""
        if self._maybe_timer is not None:
            self._maybe_timer.cancel()
        if self._maybe_spare is None:
            self._maybe_spare = asyncio.ensure_future(_started())
        self._maybe_timer = asyncio.get_running_loop().call_later(SPARE, self._end_spare)

    def _end_spare(self) -> None:
        ending = asyncio.ensure_future(self.aclose())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def aclose(self) -> None:
        """End the process that is ready."""
        maybe_spare, self._maybe_spare = self._maybe_spare, None
        if self._maybe_timer is not None:
            self._maybe_timer.cancel()
        if maybe_spare is not None:
            with contextlib.suppress(OSError):
                process = await maybe_spare
                _kill(process)
                await process.wait()


async def _started() -> Process:
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    environ |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", MODULE,
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environ, start_new_session=True,
    )  # fmt: skip


def _kill(process: Process) -> None:
    # Not Process.kill(), which asks for the exit code and takes it from asyncio's own watcher.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


class Batch:
    """Holds a running batch: its head, its result in pieces, its counts at the end."""

    def __init__(self, batches: Batches, process: Process) -> None:
        assert process.stdin is not None  # noqa: S101  # both are pipes
        assert process.stdout is not None  # noqa: S101
        self._batches = batches
        self._process = process
        self._input = process.stdin
        self._output = process.stdout
        self._maybe_feed: asyncio.Task[None] | None = None
        self.maybe_fault: BaseException | None = None
        """What ended the process before its end."""
        self._maybe_photo: asyncio.Task[PhotoAnswer] | None = None
        self._is_closed = False
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(batches.seconds, self.end, _late("batch-timeout"))
        self.exit = asyncio.ensure_future(self._ended())
        """Ends with the process."""
        self.head = BatchHead(content_type="", filename="")
        self.rows = ""
        """The Vcard-Rows header, once the result is whole."""

    async def begin(self, job: BatchJob, body: AsyncIterator[bytes]) -> None:
        """Send the job, start to feed the list, and wait for the head. Raises as `start` does."""
        self._input.write(frame(JOB, msgspec.json.encode(job)))
        self._maybe_feed = asyncio.ensure_future(self._feed(body))
        kind, octets = await self._frame()
        if kind != START:
            raise ProcessFault(f"a frame {kind!r} instead of the head")
        self.head = msgspec.json.decode(octets, type=BatchHead)
        self.rows = self.head.rows

    async def arrived(self) -> None:
        """Wait until the list is here whole, or its process has ended. Raises what `body` raises,
        and Refused where the batch took too long."""
        assert self._maybe_feed is not None  # noqa: S101  # it has begun
        try:
            await asyncio.wait((self._maybe_feed, self.exit), return_when=asyncio.FIRST_COMPLETED)
            if self.maybe_fault is not None:
                raise self.maybe_fault
        except BaseException:
            await self.close()
            raise

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the result. Raises Refused where it ends before it is whole, and what `body`
        raises."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                kind, octets = await self._frame()
                if kind == END:
                    self.rows = msgspec.json.decode(octets, type=BatchEnd).rows
                    return
                if kind == DATA:
                    stalled = loop.call_later(STALLED, self.end, _late("batch-stalled"))
                    try:
                        yield octets
                    finally:
                        stalled.cancel()
        finally:
            await self.close()

    async def close(self) -> None:
        """End the process, whose slot is free when it has ended."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.cancel()
        _kill(self._process)
        if self._maybe_feed is not None:
            self._maybe_feed.cancel()
            await asyncio.gather(self._maybe_feed, return_exceptions=True)
        self._input.close()
        await asyncio.shield(self.exit)

    async def _ended(self) -> None:
        """Wait for the end of the process, and give its slot back."""
        try:
            await self._process.wait()
        finally:
            self._batches.slots.release()
            self._batches.prepare()

    def end(self, fault: BaseException) -> None:
        """Kill the process; the result ends with this exception."""
        self.maybe_fault = self.maybe_fault or fault
        _kill(self._process)
        if self._maybe_photo is not None:
            self._maybe_photo.cancel()

    async def _feed(self, body: AsyncIterator[bytes]) -> None:
        """Send the list as it arrives; what goes wrong there ends the batch."""
        try:
            async for octets in body:
                self._input.write(frame(INPUT, octets))
                await self._input.drain()
            self._input.write(frame(END))
            await self._input.drain()
        except ConnectionError:
            pass  # the process has ended, which its other pipe shows
        except Exception as fault:
            self.end(fault)

    async def _frame(self) -> tuple[bytes, bytes]:
        """Return the next frame that is no question for a photo."""
        while True:
            try:
                kind, length = HEAD.unpack(await self._output.readexactly(HEAD.size))
                if length > MOST:
                    raise ProcessFault("a frame that is too long")
                octets = await self._output.readexactly(length)
            except asyncio.IncompleteReadError:
                raise self.maybe_fault or busy("batch-ended", RETRY_AFTER) from None
            if kind == PHOTO:
                await self._answer(msgspec.json.decode(octets, type=PhotoQuestion))
            elif kind == REFUSAL:
                raise self._refused(msgspec.json.decode(octets, type=BatchRefusal))
            else:
                return kind, octets

    async def _answer(self, question: PhotoQuestion) -> None:
        """Send a photo, or the code why there is none."""
        self._maybe_photo = asyncio.ensure_future(self._photo(question))
        try:
            answer = await self._maybe_photo
        except asyncio.CancelledError:
            if self.maybe_fault is None:
                raise
            raise self.maybe_fault from None  # nothing waits for the photo
        with contextlib.suppress(ConnectionError):
            self._input.write(frame(PHOTO, msgspec.json.encode(answer)))
            await self._input.drain()

    async def _photo(self, question: PhotoQuestion) -> PhotoAnswer:
        """Return a photo, or the code why there is none."""
        photos = self._batches.photos
        budget = Budget(side=question.side, bytes=question.octets)
        try:
            data = await photos.fetch(question.url) if question.url else question.data
            photo = await photos.decode(data, PHOTO_FIELD, budget)
        except Refused as refused:
            return PhotoAnswer(code=refused.problems[0].code.name)
        return PhotoAnswer(jpeg=photo.jpeg)

    def _refused(self, refusal: BatchRefusal) -> Refused:
        if refusal.cause == "fault":
            self._batches.on_fault(refusal.kind, refusal.where)
            return Refused(Problem(code=E503, cause="batch-fault"))
        if refusal.cause == "disk-full":
            return busy(refusal.cause, RETRY_AFTER)
        status = 413 if refusal.too_large else None
        return Refused(
            Problem(code=E1538, cause=refusal.cause, detail=refusal.detail, status=status)
        )


def _late(cause: str) -> Refused:
    return busy(cause, RETRY_AFTER)
