"""Reads and writes frames: how the service and the process of a batch speak over two pipes.

    frame = kind (one octet), length of the rest (four octets, big-endian), octets

Nothing is unpickled: a hostile file may have taken the process over.
"""

import struct
from typing import BinaryIO, Final

HEAD: Final = struct.Struct(">cI")
"""The start of a frame."""

MOST: Final = 16 * 1024 * 1024
"""The most octets of a frame; a longer one is no frame."""

JOB: Final = b"J"
"""To the process: what is to be done, as JSON. The first frame."""
INPUT: Final = b"I"
"""To the process: octets of the file."""
END: Final = b"E"
"""To the process: the file is whole. From it: the result is whole, with the counts as JSON."""
PHOTO: Final = b"P"
"""From the process: a photo is wanted, as JSON. To it: the photo, or why there is none."""
START: Final = b"S"
"""From the process: the head of the result, as JSON."""
REFUSAL: Final = b"R"
"""From the process: why there is no result, or none of the rest, as JSON."""
DATA: Final = b"D"
"""From the process: octets of the result."""


def frame(kind: bytes, octets: bytes = b"") -> bytes:
    """Return a frame."""
    return HEAD.pack(kind, len(octets)) + octets


def read_frame(file: BinaryIO) -> tuple[bytes, bytes]:
    """Read a frame. Raises EOFError where the pipe ends before it is whole, and ValueError for one
    over MOST."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    kind, length = HEAD.unpack(head)
    if length > MOST:
        raise ValueError("a frame that is too long")
    octets = file.read(length)
    if len(octets) < length:
        raise EOFError
    return kind, octets
