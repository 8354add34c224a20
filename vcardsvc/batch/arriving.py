"""A file that is still arriving, for the process of a batch.

Strategy: a thread takes what comes as fast as it comes, so that a caller who sends everything
before he reads is never blocked. What is not read yet stays in memory up to MEMORY, then in a
temporary file that is emptied whenever it has been read.
"""

import io
import tempfile
import threading
from collections import deque
from typing import IO, BinaryIO, Final

from vcardsvc.batch.faults import NotAList

MEMORY: Final = 4 * 1024 * 1024
"""Octets that wait in memory."""

CHUNK: Final = 64 * 1024


class DiskFull(NotAList):
    """Says that the temporary file cannot grow."""

    def __init__(self) -> None:
        super().__init__("disk-full", "There is no room for the file.")


class Arriving(io.RawIOBase):
    """Reads what `put` has put, in its order; waits while there is nothing. `finish` ends it.

    Raises DiskFull from `read` when what waits could not be kept.
    """

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._in_memory = 0
        self._maybe_file: IO[bytes] | None = None
        self._written = self._read = 0
        self._changed = threading.Condition()
        self._is_finished = False
        self._is_full = False
        self._rest = b""

    def put(self, octets: bytes) -> None:
        """Add octets."""
        with self._changed:
            if self._is_full:
                pass  # what came before is lost, so nothing behind it is read
            elif self._read == self._written and self._in_memory + len(octets) <= MEMORY:
                self._waiting.append(octets)
                self._in_memory += len(octets)
            else:
                self._spill(octets)
            self._changed.notify()

    def _spill(self, octets: bytes) -> None:
        try:
            if self._maybe_file is None:
                self._maybe_file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
            self._maybe_file.seek(self._written)
            # A disk that is nearly full takes a part, and says so by the number alone.
            if self._maybe_file.write(octets) != len(octets):
                self._is_full = True
                return
            self._written += len(octets)
        except OSError:
            self._is_full = True

    def finish(self) -> None:
        """Say that nothing more will be put."""
        with self._changed:
            self._is_finished = True
            self._changed.notify()

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # any buffer
        """Fill the buffer with what is there; wait for the first octet. Return 0 at the end."""
        if not self._rest:
            self._rest = self._next()
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _next(self) -> bytes:
        with self._changed:
            while not self._waiting and self._read == self._written:
                if self._is_full:
                    raise DiskFull
                if self._is_finished:
                    return b""
                self._changed.wait()
            if self._waiting:
                octets = self._waiting.popleft()
                self._in_memory -= len(octets)
                return octets
            return self._from_file()

    def _from_file(self) -> bytes:
        file = self._maybe_file
        assert file is not None  # noqa: S101  # something was written
        file.seek(self._read)
        octets = file.read(min(CHUNK, self._written - self._read))
        self._read += len(octets)
        if self._read == self._written:
            self._read = self._written = 0
            file.truncate(0)
        return octets


def whole(file: BinaryIO) -> BinaryIO:
    """Return a file that is all there, and in which one can go to any place. Raises DiskFull."""
    if not isinstance(file, io.RawIOBase) and file.seekable():
        return file
    kept = tempfile.SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115  # its reader's end closes it
    try:
        while chunk := file.read(CHUNK):
            kept.write(chunk)
        kept.seek(0)
    except OSError:
        raise DiskFull from None
    return kept  # type: ignore[return-value]  # it has all of a BinaryIO
