"""The process of a batch inside the test's own: the same frames, without the half second."""

import asyncio
import io
import threading
from typing import Any

import msgspec

from vcardsvc.batch.arriving import Arriving
from vcardsvc.batch.process import Caller, answer
from vcardsvc.formats.frames import END, HEAD, INPUT, JOB, PHOTO
from vcardsvc.model.batch import BatchJob


class FakeProcess:
    """A process whose output the test feeds; what it was sent is in `received`."""

    def __init__(self) -> None:
        self.stdout = asyncio.StreamReader(limit=1 << 26)
        self.stdin: Any = self
        self.returncode: int | None = None
        self.received: list[tuple[bytes, bytes]] = []
        self._left = b""
        self._exited = asyncio.Event()

    def write(self, octets: bytes) -> None:
        """Take frames."""
        self._left += octets
        while len(self._left) >= HEAD.size:
            kind, length = HEAD.unpack(self._left[: HEAD.size])
            if len(self._left) < HEAD.size + length:
                return
            frame, self._left = self._left[HEAD.size :][:length], self._left[HEAD.size + length :]
            self.take(kind, frame)

    def take(self, kind: bytes, octets: bytes) -> None:
        """Keep a frame."""
        self.received.append((kind, octets))

    async def drain(self) -> None:
        """Let others run."""
        await asyncio.sleep(0)

    def close(self) -> None:
        """Do nothing."""

    def kill(self) -> None:
        """End the output."""
        if self.returncode is None:
            self.returncode = -9
            self.stdout.feed_eof()
            self._exited.set()

    async def wait(self) -> int:
        """Return the code once it was killed."""
        await self._exited.wait()
        return -9


class LocalProcess(FakeProcess):
    """Runs the batch in a thread of this process."""

    def __init__(self) -> None:
        super().__init__()
        self._arriving = Arriving()
        self._caller = Caller(_Output(self.stdout, self))
        self._maybe_thread: threading.Thread | None = None

    def take(self, kind: bytes, octets: bytes) -> None:
        """Do what the process does with a frame."""
        super().take(kind, octets)
        if kind == JOB:
            job = msgspec.json.decode(octets, type=BatchJob)
            arguments = (job, self._arriving, self._caller)
            self._maybe_thread = threading.Thread(target=answer, args=arguments)
            self._maybe_thread.start()
        elif kind == INPUT:
            self._arriving.put(octets)
        elif kind == END:
            self._arriving.finish()
        elif kind == PHOTO:
            self._caller.answers.put(octets)

    async def wait(self) -> int:
        """Return the code once it was killed, and the thread has ended; it may wait for more of
        the file."""
        code = await super().wait()
        self._arriving.finish()
        if self._maybe_thread is not None:
            await asyncio.to_thread(self._maybe_thread.join, 20)
            assert not self._maybe_thread.is_alive()
        return code


class _Output(io.BytesIO):
    """Gives what is written to a reader of the event loop."""

    def __init__(self, reader: asyncio.StreamReader, process: FakeProcess) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._reader = reader
        self._process = process

    def write(self, octets: Any) -> int:
        """Hand octets over, as long as the process lives."""
        self._loop.call_soon_threadsafe(self._feed, bytes(octets))
        return len(octets)

    def _feed(self, octets: bytes) -> None:
        if self._process.returncode is None:
            self._reader.feed_data(octets)


def killed(process: FakeProcess) -> None:
    """End a process that is none of the system's."""
    process.kill()


async def local_process() -> Any:
    """Start a process inside the test's own."""
    return LocalProcess()
