"""Runs in the process of one batch: reads the list from a pipe and writes the result to another.

Strategy: the process has no environment, a ceiling of memory, and gives way to requests. It ends
with its parent, whose pipe ends then. A fault of ours here ends one batch; killed at any moment, it
leaves its caller a broken stream.
"""

import contextlib
import gc
import os
import queue
import sys
import threading
import traceback
from typing import BinaryIO, Final

import msgspec

from vcardsvc.batch.arriving import Arriving
from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.multipart import FormFile
from vcardsvc.batch.outputs import content_type, filename
from vcardsvc.batch.run import open_file, run_batch
from vcardsvc.formats.frames import (
    DATA,
    END,
    INPUT,
    PHOTO,
    REFUSAL,
    START,
    frame,
    read_frame,
)
from vcardsvc.model.batch import (
    BatchEnd,
    BatchHead,
    BatchJob,
    BatchRefusal,
    PhotoAnswer,
    PhotoQuestion,
)

NICENESS: Final = 15
"""Added to the nice value, so that requests go first."""

GARBAGE: Final = (100_000, 20, 50)
"""Thresholds of the collector: a row makes a hundred objects and no cycle."""

MEMORY: Final = 192 * 1024 * 1024
"""Octets of memory beside those of the program itself."""

PIECE: Final = 1024 * 1024
"""The most octets of the result in a frame: a file of 3,000 cards in an archive comes at once."""

FORM: Final = "multipart/form-data"


class Caller:
    """The other end: takes pieces of the result, fetches photos."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self.answers: queue.Queue[bytes] = queue.Queue()

    def send(self, kind: bytes, octets: bytes = b"") -> None:
        """Send a frame."""
        self._output.write(frame(kind, octets))
        self._output.flush()

    def send_json(self, kind: bytes, value: object) -> None:
        """Send a frame of JSON."""
        self.send(kind, msgspec.json.encode(value))

    def send_result(self, octets: bytes) -> None:
        """Send octets of the result, in frames of at most PIECE."""
        for start in range(0, len(octets), PIECE):
            self.send(DATA, octets[start : start + PIECE])

    def at_url(self, url: str, side: int, octets: int) -> bytes | str:
        """Return the photo at a URL, or the code why there is none."""
        return self._photo(PhotoQuestion(url=url, side=side, octets=octets))

    def drawn(self, data: bytes, side: int, octets: int) -> bytes | str:
        """Return a photo within a budget, or the code why there is none."""
        return self._photo(PhotoQuestion(data=data, side=side, octets=octets))

    def _photo(self, question: PhotoQuestion) -> bytes | str:
        self.send_json(PHOTO, question)
        answer = msgspec.json.decode(self.answers.get(), type=PhotoAnswer)
        return answer.code or answer.jpeg


def main() -> None:
    """Run the batch whose job is the first frame of stdin."""
    source, output = sys.stdin.buffer, sys.stdout.buffer
    try:
        _, octets = read_frame(source)
    except EOFError:
        return  # no batch came
    job = msgspec.json.decode(octets, type=BatchJob)
    caller, arriving = Caller(output), Arriving()
    gc.set_threshold(*GARBAGE)
    threading.Thread(target=_receive, args=(source, arriving, caller), daemon=True).start()
    _bounded()
    answer(job, arriving, caller)
    output.flush()
    os._exit(0)  # the thread may wait for a caller who has gone


def answer(job: BatchJob, arriving: Arriving, caller: Caller) -> None:
    """Send the result of a batch, or why there is none."""
    try:
        _run(job, arriving, caller)
    except NotAList as fault:
        refusal = BatchRefusal(cause=fault.cause, detail=fault.text, too_large=fault.too_large)
        caller.send_json(REFUSAL, refusal)
    except MemoryError:
        caller.send_json(REFUSAL, BatchRefusal(cause="memory", detail=TOO_MUCH, too_large=True))
    except Exception as fault:
        frames = traceback.extract_tb(fault.__traceback__)[-8:]
        where = ">".join(f"{os.path.basename(one.filename)}:{one.lineno}" for one in frames)
        kind = type(fault).__name__
        caller.send_json(REFUSAL, BatchRefusal(cause="fault", kind=kind, where=where))


TOO_MUCH: Final = "The file asks for more memory than a list needs."


def _run(job: BatchJob, arriving: Arriving, caller: Caller) -> None:
    file: BinaryIO = arriving  # type: ignore[assignment]  # it reads as one does
    named, name = job.content_type, job.filename
    if named.partition(";")[0].strip().lower() == FORM:
        form = FormFile(file, named)
        file, named, name = form, form.content_type, form.filename  # type: ignore[assignment]
    options = job.options
    source = open_file(file, named, name, options)
    result = run_batch(source, options, caller)
    first = next(result.pieces, b"")  # a file that is none is refused here at the latest
    columns = source.maybe_columns
    head = BatchHead(
        content_type=content_type(options),
        filename=filename(options),
        rows=result.maybe_counts.header if result.maybe_counts else "",
        unread=sum(1 for one in columns.fields if not one) if columns else 0,
    )
    caller.send_json(START, head)
    caller.send_result(first)
    for piece in result.pieces:
        caller.send_result(piece)
    result.run.failed.close()
    caller.send_json(END, BatchEnd(rows=result.run.counts.header))


def _receive(source: BinaryIO, arriving: Arriving, caller: Caller) -> None:
    """Take what comes until the parent's end of the pipe closes."""
    try:
        while True:
            kind, octets = read_frame(source)
            if kind == INPUT:
                arriving.put(octets)
            elif kind == END:
                arriving.finish()
            elif kind == PHOTO:
                caller.answers.put(octets)
    except (EOFError, OSError, ValueError, MemoryError):
        os._exit(1)  # nothing waits for the result


def _bounded() -> None:
    """Give way to requests, and set the ceiling of memory."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # Windows has no limits, macOS may refuse this one; other ceilings hold there too.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", "rb") as file:
            pages = int(file.read().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
