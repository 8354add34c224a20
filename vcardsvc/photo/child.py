"""Runs in a decoder process: reads a file, answers with its photo or with a cause.

Strategy: the process has one socket, which it shares with no other decoder, so that a process that
is killed at any moment holds nothing up. Both directions are frames of fixed fields, JSON and
octets: what a decoder sends is never unpickled, since a hostile image may have taken it over.
PIL is imported in the process alone.
"""

import contextlib
import json
import signal
import socket
import struct
from typing import IO, Final

from vcardsvc.model.contact import Photo
from vcardsvc.photo.pixels import MIB, Budget, Limits, render, warm

READY: Final = b"!"
"""What a process sends when it can take a file."""

ORDER: Final = struct.Struct(">III")
"""Opens an order: the budget's side and bytes, the length of the file; the file follows."""

ANSWER: Final = struct.Struct(">II")
"""Opens an answer: the length of the JSON and of the JPEG; both follow."""

HEAD_BYTES: Final = 1024
"""The longest JSON of an answer."""

TERMINAL: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)
)
"""Signals of a terminal: somebody pressed Ctrl-C, or it was closed."""

NICENESS = 5
"""Added to a decoder's nice value: answering plain requests goes first."""

M_MMAP_THRESHOLD = -3
"""The number of this parameter in glibc's malloc.h."""


def serve(connection: socket.socket, limits: Limits) -> None:
    """Answer one order after the other until the other end closes."""
    _enter(limits.address_space)
    # OSError: the other end is gone, and with it the caller of what is being drawn.
    with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
        connection.sendall(READY)
        while len(opening := stream.read(ORDER.size)) == ORDER.size:
            try:
                answer = _answered(stream, opening, limits)
            except MemoryError:
                raise SystemExit(1) from None
            connection.sendall(answer)


def _answered(stream: IO[bytes], opening: bytes, limits: Limits) -> bytes:
    side, octets, length = ORDER.unpack(opening)
    return packed(render(stream.read(length), limits, Budget(side=side, bytes=octets)))


def packed(outcome: Photo | str) -> bytes:
    """Write the answer for a photo, or for the cause why there is none."""
    if isinstance(outcome, str):
        head, jpeg = json.dumps({"cause": outcome}).encode(), b""
    else:
        fields = {name: getattr(outcome, name) for name in ("width", "height", "notes", "squeezed")}
        head, jpeg = json.dumps(fields).encode(), outcome.jpeg
    return ANSWER.pack(len(head), len(jpeg)) + head + jpeg


def unpacked(head: bytes, jpeg: bytes) -> Photo | str:
    """Read an answer. Raises ValueError, KeyError or TypeError for what `packed` does not write."""
    fields = json.loads(head)
    if "cause" in fields:
        return str(fields["cause"])
    return Photo(
        jpeg=jpeg,
        width=int(fields["width"]),
        height=int(fields["height"]),
        notes=tuple(str(note) for note in fields["notes"]),
        squeezed=bool(fields["squeezed"]),
    )


def _enter(address_space: int) -> None:
    """Make this process a decoder: nothing to steal, little to spend, Pillow loaded and warm."""
    import os

    os.environ.clear()
    # Python's own handlers wait for Pillow's C code to return.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A terminal sends these to all processes of a service that is still to drain.
    for number in TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # glibc learns to keep large blocks, which left an idle child at up to 175 MB after a large
    # photo. A fixed threshold gives them back; other C libraries have no such call.
    with contextlib.suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, MIB)
    # Windows has no limits, macOS may refuse this one; the ceilings and the clock hold there too.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warm()
