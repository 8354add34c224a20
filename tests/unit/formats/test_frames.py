"""Frames between the service and the process of a batch."""

import io

import pytest

from vcardsvc.formats.frames import DATA, END, HEAD, INPUT, MOST, frame, read_frame


@pytest.mark.parametrize(
    ("kind", "octets", "written"),
    [
        (INPUT, b"ab", b"I\0\0\0\x02ab"),
        (END, b"", b"E\0\0\0\0"),
        (DATA, b"x" * 300, b"D\0\0\x01\x2c" + b"x" * 300),
    ],
)
def test_a_frame_is_written_and_read(kind: bytes, octets: bytes, written: bytes) -> None:
    """A kind, a length and octets; without octets it is two of them."""
    assert frame(kind, octets) == written
    assert read_frame(io.BytesIO(written + b"rest")) == (kind, octets)


@pytest.mark.parametrize("octets", [b"", b"I\0", b"I\0\0\0\x03ab"])
def test_a_pipe_that_ends_too_soon(octets: bytes) -> None:
    """An end inside a frame is an EOFError."""
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(octets))


def test_a_frame_has_a_most_of_octets() -> None:
    """A longer one is refused before it is read."""
    with pytest.raises(ValueError, match="too long"):
        read_frame(io.BytesIO(HEAD.pack(b"I", MOST + 1)))
