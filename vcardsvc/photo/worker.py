"""Starts, asks and ends decoder processes.

Strategy: each slot owns one process and one socket. No lock, pipe or thread is shared between
processes, so that the kernel tells of a killed one at once (the socket ends) and no other one
notices. All processes are started and ended in one thread: `waitpid` races with itself elsewhere.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from vcardsvc.model.contact import Photo
from vcardsvc.photo.child import ANSWER, HEAD_BYTES, ORDER, READY, serve, unpacked
from vcardsvc.photo.pixels import Budget, Limits

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

NAME: Final = "vcardsvc-decoder"

START_TIMEOUT: Final = 10.0
"""Seconds until a process must be up; it needs 0.2 on an idle machine."""

EXIT_WAIT: Final = 0.5
"""Seconds that a process whose socket has ended has to end by itself: its exit code tells why."""

REAPING: Final = 1.0
"""Seconds until a killed process is gone; one that hangs in the kernel is left to it."""

PAUSE: Final = 0.1
"""Seconds between two tries to start a process for a photo that waits for one."""

CRASHES: Final = frozenset(
    -number
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
    + ((signal.SIGBUS, signal.SIGSYS) if hasattr(signal, "SIGBUS") else ())
)
"""Exit codes of a program that failed by itself. Other signals come from outside: SIGKILL is what
the kernel sends when memory is short."""

T = TypeVar("T")


class Gone(Exception):
    """Tells that a decoder process has ended; `outside`, that the photo is not to blame."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"a photo decoder ended with exit code {exit_code}")
        self.outside = exit_code is None or (exit_code < 0 and exit_code not in CRASHES)


class Closed(Exception):
    """Tells that the decoder was closed; no process is started any more."""


class Processes:
    """Starts and ends processes, in one thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=NAME)
        self._running: set[SpawnProcess] = set()
        self._closed = False

    async def started(self, limits: Limits) -> "tuple[SpawnProcess, socket.socket]":
        """Start a process; it and our end of its socket. Raises OSError or Closed."""
        return await self._apart(lambda: self._start(limits))

    async def ended(self, process: "SpawnProcess", patience: float) -> int | None:
        """End this process, after `patience` seconds by force; its exit code, None when unknown.

        Raises Closed when all processes were ended.
        """
        return await self._apart(lambda: self._end(process, patience))

    async def close(self) -> None:
        """End every process that runs or is being started."""
        if not self._closed:
            await self._apart(self._close)
            self._thread.shutdown(wait=False)

    async def _apart(self, work: Callable[[], T]) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError:  # the thread is shut down
            raise Closed from None
        return await asyncio.shield(future)  # since a thread goes on

    def _start(self, limits: Limits) -> "tuple[SpawnProcess, socket.socket]":
        from multiprocessing import get_context  # 8 ms of the way to the first card

        if self._closed:
            raise Closed
        ours, theirs = socket.socketpair()
        with theirs:
            process = get_context("spawn").Process(
                target=serve, args=(theirs, limits), name=NAME, daemon=True
            )
            try:
                process.start()
            except BaseException:
                ours.close()
                raise
        self._running.add(process)
        return process, ours

    def _end(self, process: "SpawnProcess", patience: float) -> int | None:
        if process not in self._running:
            raise Closed
        process.join(patience)
        process.kill()
        process.join(REAPING)
        exit_code = process.exitcode
        if exit_code is not None:
            process.close()
        self._running.discard(process)
        return exit_code

    def _close(self) -> None:
        self._closed = True
        for process in self._running:
            process.kill()
        for process in tuple(self._running):
            self._end(process, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A decoder process that is up, and the streams of its socket."""

    process: "SpawnProcess"
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def alive(self) -> bool:
        """Whether the process has not closed its socket, as far as is known."""
        return not self.reader.at_eof()

    async def draw(self, data: bytes, budget: Budget) -> Photo | str:
        """Have the process draw this file; the photo or the cause.

        Raises OSError, EOFError, ValueError, KeyError or TypeError when it ends or misbehaves.
        """
        self.writer.write(ORDER.pack(budget.side, budget.bytes, len(data)))
        self.writer.write(data)
        await self.writer.drain()
        head, jpeg = ANSWER.unpack(await self.reader.readexactly(ANSWER.size))
        if head > HEAD_BYTES or jpeg > budget.bytes:
            raise ValueError("an answer that is too long")
        return unpacked(await self.reader.readexactly(head), await self.reader.readexactly(jpeg))


MISBEHAVIOUR: Final = (OSError, EOFError, ValueError, KeyError, TypeError)
"""What `Worker.draw` raises."""


class Slot:
    """Holds one decoder process, and a new one when it is gone. One photo uses it at a time."""

    def __init__(self, processes: Processes, limits: Limits) -> None:
        self._processes = processes
        self._limits = limits
        self._maybe_worker: Worker | None = None
        self._maybe_start: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def ready(self) -> bool:
        """Whether a photo can be drawn without waiting for a process."""
        return self._maybe_worker is not None and self._maybe_worker.alive

    async def start(self) -> None:
        """Start a process where there is none, and wait until it is up.

        Raises OSError, Gone or Closed. Cancelling the caller does not end the start.
        """
        if self.ready:
            return
        start = self._renewed()
        await asyncio.wait({start})
        start.result()

    async def worker(self) -> Worker:
        """The process, as soon as it is up. Raises Closed; waits without an end otherwise."""
        while True:
            try:
                await self.start()
            except (OSError, Gone):
                await asyncio.sleep(PAUSE)
            if self._maybe_worker is not None and self._maybe_worker.alive:
                return self._maybe_worker

    async def lost(self, worker: Worker) -> Gone:
        """Say why a process ended; the next one is started meanwhile. Raises Closed."""
        self._maybe_worker = None
        self._renewed()
        return Gone(await self._discarded(worker, EXIT_WAIT))

    def replace(self) -> None:
        """Kill the process at its work; the next one is started meanwhile."""
        worker, self._maybe_worker = self._maybe_worker, None
        if worker is not None:
            self._keep(self._discarded(worker, 0))
        self._renewed()

    async def settle(self) -> None:
        """Wait until nothing goes on in here; the processes are closed already."""
        if self._maybe_worker is not None:
            self._maybe_worker.writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _renewed(self) -> "asyncio.Task[None]":
        if self._maybe_start is None or self._maybe_start.done():
            self._maybe_start = self._keep(self._start())
        return self._maybe_start

    def _keep(self, work: Coroutine[object, object, T]) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: "asyncio.Task[object]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, also when nothing waits for it

    async def _start(self) -> None:
        worker, self._maybe_worker = self._maybe_worker, None
        if worker is not None:  # it ended while it had nothing to do
            await self._discarded(worker, EXIT_WAIT)
        process, connection = await self._processes.started(self._limits)
        reader, writer = await asyncio.open_connection(sock=connection)
        worker = Worker(process=process, reader=reader, writer=writer)
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await reader.readexactly(len(READY))
        except (OSError, EOFError):  # TimeoutError is an OSError
            raise Gone(await self._discarded(worker, EXIT_WAIT)) from None
        self._maybe_worker = worker

    async def _discarded(self, worker: Worker, patience: float) -> int | None:
        worker.writer.transport.abort()
        return await self._processes.ended(worker.process, patience)
