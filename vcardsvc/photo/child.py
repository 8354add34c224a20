"""Runs in a decoder process: reads a file, and responds with its photo or with a cause.

Strategy: each process has a socket of its own, so that killing it at any moment affects no other.
Requests and responses are frames of fixed fields, JSON and octets, and are never unpickled: a
hostile image may have taken the process over. Pillow is imported in this process only.
"""

import contextlib
import json
import selectors
import signal
import socket
import struct
from collections.abc import Callable
from typing import IO, Final

from vcardsvc.model.contact import Photo
from vcardsvc.photo.pixels import MIB, Budget, Limits, render, warm

READY: Final = b"!"
"""Sent by a process when it is ready for a file."""

REQUEST: Final = struct.Struct(">III")
"""The start of a request: side and bytes of the budget, length of the file; the file follows."""

RESPONSE: Final = struct.Struct(">II")
"""The start of a response: lengths of the JSON and of the JPEG; both follow."""

JSON_BYTES: Final = 1024
"""The most bytes of a response's JSON."""

TERMINAL: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)
)
"""Signals of a terminal: somebody pressed Ctrl-C, or it was closed."""

NICENESS = 5
"""Added to a decoder's nice value, so that requests without photos go first."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""The numbers of these parameters in glibc's malloc.h."""

LARGE_BLOCK = 8 * MIB
"""Bytes of the smallest block that is given back to the system as soon as it is free."""

KEPT_MEMORY = 16 * MIB
"""Bytes of free memory that are kept for the next photo: the system clears every page that it gives
anew, which took a fifth of the time of a photo of one megapixel."""

IDLE = 0.5
"""Seconds without a photo after which all free memory is given back."""


def serve(connection: socket.socket, limits: Limits) -> None:
    """Respond to requests until the other end closes."""
    give_back_memory = _enter(limits.address_space)
    # OSError: the other end has closed, and nothing waits for the photo.
    with (
        connection,
        connection.makefile("rb") as stream,
        selectors.DefaultSelector() as selector,
        contextlib.suppress(OSError),
    ):
        selector.register(connection, selectors.EVENT_READ)
        connection.sendall(READY)
        while len(opening := stream.read(REQUEST.size)) == REQUEST.size:
            try:
                response = _respond(stream, opening, limits)
            except MemoryError:
                raise SystemExit(1) from None
            connection.sendall(response)
            if not selector.select(IDLE):
                give_back_memory()


def _respond(stream: IO[bytes], opening: bytes, limits: Limits) -> bytes:
    side, octets, length = REQUEST.unpack(opening)
    return pack_response(render(stream.read(length), limits, Budget(side=side, bytes=octets)))


def pack_response(result: Photo | str) -> bytes:
    """Write a response: a photo, or the cause why there is none."""
    if isinstance(result, str):
        head, jpeg = json.dumps({"cause": result}).encode(), b""
    else:
        fields = {name: getattr(result, name) for name in ("width", "height", "notes", "squeezed")}
        head, jpeg = json.dumps(fields).encode(), result.jpeg
    return RESPONSE.pack(len(head), len(jpeg)) + head + jpeg


def unpack_response(head: bytes, jpeg: bytes) -> Photo | str:
    """Read a response. Raises ValueError, KeyError or TypeError if it is malformed."""
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


def _enter(address_space: int) -> Callable[[], object]:
    """Prepare this process: clear the environment, set limits, load Pillow.

    Return a function that gives free memory back to the system.
    """
    import os

    os.environ.clear()
    # Python's own handlers wait for Pillow's C code to return.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A terminal sends these to all processes of a service that is still to drain.
    for number in TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    give_back_memory = _bounded_memory()
    # Windows has no limits, macOS may refuse this one; the ceilings and the clock hold there too.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warm()
    return give_back_memory


def _bounded_memory() -> Callable[[], object]:
    """Set how much free memory is kept; return a function that gives it back to the system.

    glibc learns to keep large blocks, which left an idle child at up to 175 MB after a large photo.
    Other C libraries have no such calls.
    """
    with contextlib.suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY)
        trim = libc.malloc_trim
        return lambda: trim(0)
    return lambda: None
