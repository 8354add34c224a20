"""Starts decoder processes, sends them files, and ends them.

Strategy: each slot owns one process and one socket. Processes share no lock, pipe or thread, so
that a killed one is noticed at once by the end of its socket and affects no other. All processes
are started and ended in one thread: concurrent calls of `waitpid` race.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from vcardsvc.model.contact import Photo
from vcardsvc.photo.child import JSON_BYTES, READY, REQUEST, RESPONSE, serve, unpack_response
from vcardsvc.photo.pixels import Budget, Limits

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

NAME: Final = "vcardsvc-decoder"

START_TIMEOUT: Final = 10.0
"""Seconds until a process must be ready; it takes 0.2 on an idle machine."""

EXIT_WAIT: Final = 0.5
"""Seconds that a process whose socket has ended has to exit, so that its exit code is known."""

REAPING: Final = 1.0
"""Seconds to wait for a killed process; one that hangs in the kernel is left."""

PAUSE: Final = 0.1
"""Seconds between two attempts to start a process."""

CRASHES: Final = frozenset(
    -number
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
    + ((signal.SIGBUS, signal.SIGSYS) if hasattr(signal, "SIGBUS") else ())
)
"""Exit codes of a program that failed by itself. Other signals come from outside: the kernel sends
SIGKILL when memory is short."""

T = TypeVar("T")


class ProcessEnded(Exception):
    """Says that a decoder process has ended; `from_outside`: the photo was not the cause."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"a photo decoder ended with exit code {exit_code}")
        self.from_outside = exit_code is None or (exit_code < 0 and exit_code not in CRASHES)


class DecoderClosed(Exception):
    """Says that the decoder is closed and starts no process."""


class Processes:
    """Starts and ends processes, in one thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=NAME)
        self._running: set[SpawnProcess] = set()
        self._closed = False

    async def start_process(self, limits: Limits) -> "tuple[SpawnProcess, socket.socket]":
        """Start a process; return it and our end of its socket. Raises OSError or DecoderClosed."""
        return await self._in_thread(lambda: self._start(limits))

    async def end_process(self, process: "SpawnProcess", patience: float) -> int | None:
        """End a process, by force after `patience` seconds; return its exit code, None if unknown.

        Raises DecoderClosed if all processes were ended.
        """
        return await self._in_thread(lambda: self._end(process, patience))

    async def close(self) -> None:
        """End every process, also one that is being started."""
        if not self._closed:
            await self._in_thread(self._close)
            self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError:  # the thread is shut down
            raise DecoderClosed from None
        return await asyncio.shield(future)  # the thread goes on if the caller is cancelled

    def _start(self, limits: Limits) -> "tuple[SpawnProcess, socket.socket]":
        from multiprocessing import get_context  # 8 ms

        if self._closed:
            raise DecoderClosed
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
            raise DecoderClosed
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
    """Holds a ready decoder process and the streams of its socket."""

    process: "SpawnProcess"
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def alive(self) -> bool:
        """Return whether the socket of the process is open, as far as is known."""
        return not self.reader.at_eof()

    async def decode(self, data: bytes, budget: Budget) -> Photo | str:
        """Send a file to the process; return its photo or the cause why there is none.

        Raises OSError, EOFError, ValueError, KeyError or TypeError if it ends or misbehaves.
        """
        self.writer.write(REQUEST.pack(budget.side, budget.bytes, len(data)))
        self.writer.write(data)
        await self.writer.drain()
        head, jpeg = RESPONSE.unpack(await self.reader.readexactly(RESPONSE.size))
        if head > JSON_BYTES or jpeg > budget.bytes:
            raise ValueError("a response that is too long")
        fields = await self.reader.readexactly(head)
        return unpack_response(fields, await self.reader.readexactly(jpeg))


MISBEHAVIOUR: Final = (OSError, EOFError, ValueError, KeyError, TypeError)
"""The exceptions of `Worker.decode`."""


class Slot:
    """Holds one decoder process, and replaces it when it ends. One photo uses it at a time."""

    def __init__(self, processes: Processes, limits: Limits) -> None:
        self._processes = processes
        self._limits = limits
        self._maybe_worker: Worker | None = None
        self._maybe_start: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def ready(self) -> bool:
        """Return whether a photo can be decoded without waiting for a process."""
        return self._maybe_worker is not None and self._maybe_worker.alive

    async def start(self) -> None:
        """Start a process if there is none, and wait until it is ready.

        Raises OSError, ProcessEnded or DecoderClosed. Cancelling the caller does not end the start.
        """
        if self.ready:
            return
        start = self._restart()
        await asyncio.wait({start})
        start.result()

    async def worker(self) -> Worker:
        """Return the process when it is ready, without a time limit. Raises DecoderClosed."""
        while True:
            try:
                await self.start()
            except (OSError, ProcessEnded):
                await asyncio.sleep(PAUSE)
            if self._maybe_worker is not None and self._maybe_worker.alive:
                return self._maybe_worker

    async def replace_ended(self, worker: Worker) -> ProcessEnded:
        """Return why a process ended, and start the next one. Raises DecoderClosed."""
        self._maybe_worker = None
        self._restart()
        return ProcessEnded(await self._discard(worker, EXIT_WAIT))

    def replace(self) -> None:
        """Kill the process, and start the next one."""
        worker, self._maybe_worker = self._maybe_worker, None
        if worker is not None:
            self._track(self._discard(worker, 0))
        self._restart()

    async def settle(self) -> None:
        """Wait for all tasks, after the processes were closed."""
        if self._maybe_worker is not None:
            self._maybe_worker.writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _restart(self) -> "asyncio.Task[None]":
        if self._maybe_start is None or self._maybe_start.done():
            self._maybe_start = self._track(self._start())
        return self._maybe_start

    def _track(self, work: Coroutine[object, object, T]) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: "asyncio.Task[object]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # retrieved, so that asyncio does not warn

    async def _start(self) -> None:
        worker, self._maybe_worker = self._maybe_worker, None
        if worker is not None:  # it ended while idle
            await self._discard(worker, EXIT_WAIT)
        process, connection = await self._processes.start_process(self._limits)
        reader, writer = await asyncio.open_connection(sock=connection)
        worker = Worker(process=process, reader=reader, writer=writer)
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await reader.readexactly(len(READY))
        except (OSError, EOFError):  # TimeoutError is an OSError
            raise ProcessEnded(await self._discard(worker, EXIT_WAIT)) from None
        self._maybe_worker = worker

    async def _discard(self, worker: Worker, patience: float) -> int | None:
        worker.writer.transport.abort()
        return await self._processes.end_process(worker.process, patience)
