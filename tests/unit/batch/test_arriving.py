"""A file that is still arriving."""

import io
import tempfile
import threading
from typing import Any

import pytest

from vcardsvc.batch import arriving
from vcardsvc.batch.arriving import Arriving, DiskFull, whole


def _finished(*pieces: bytes) -> Arriving:
    file = Arriving()
    for piece in pieces:
        file.put(piece)
    file.finish()
    return file


def test_a_file_is_read_in_its_order() -> None:
    """What was put is read to its end, whatever is asked for at once."""
    assert io.BufferedReader(_finished(b"ab", b"c", b"def")).read() == b"abcdef"
    assert _finished().read(10) == b""
    small = io.BufferedReader(_finished(b"abcdef"), buffer_size=1)
    assert [small.read(2) for _ in range(4)] == [b"ab", b"cd", b"ef", b""]


def test_a_reader_waits_for_what_comes() -> None:
    """A read returns with the first octets, and with none at the end."""
    file = Arriving()
    found: list[bytes] = []

    def read() -> None:
        while piece := file.read(100):
            found.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    file.put(b"ab")
    file.put(b"cd")
    file.finish()
    reader.join(10)
    assert (reader.is_alive(), b"".join(found)) == (False, b"abcd")


def test_what_waits_goes_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory holds so much; the rest is in a file, which is emptied once it has been read."""
    monkeypatch.setattr(arriving, "MEMORY", 4)
    file = Arriving()
    for piece in (b"ab", b"cd", b"ef", b"gh"):
        file.put(piece)

    assert (file._in_memory, file._written) == (4, 4)
    assert b"".join(file.read(2) or b"" for _ in range(4)) == b"abcdefgh"
    assert (file._in_memory, file._written, file._read) == (0, 0, 0)
    file.put(b"ij")
    assert (file._in_memory, file._written) == (2, 0)
    file.put(b"klm")
    file.put(b"n")
    file.finish()
    assert file.readall() == b"ijklmn"
    assert file._maybe_file is not None
    file._maybe_file.close()


class _Disk(io.BytesIO):
    """A file of so many octets on a full disk: the last write takes a part, the next one none."""

    room = 3

    def write(self, octets: Any) -> int:
        """Write what there is room for."""
        if not self.room:
            raise OSError("No space left on device")
        written = super().write(bytes(octets)[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("room", [0, 1, 3, 5])
def test_a_full_disk_is_a_fault_and_no_end(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that could not be kept is never taken for a whole one, nor is one with a hole."""
    disk = _Disk()
    disk.room = room
    monkeypatch.setattr(arriving, "MEMORY", 4)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: disk)
    file = Arriving()
    for piece in (b"abcd", b"ef", b"gh", b"ij"):
        file.put(piece)
    found = file.read(10) or b""
    file.put(b"kl")
    file.finish()
    while (octets := _read(file)) != "disk-full":
        found += octets.encode()
    assert b"abcdefgh".startswith(found)


def _read(file: Arriving) -> str:
    """Return what there is, or the cause of a fault."""
    try:
        octets = file.read(10) or b""
    except DiskFull as fault:
        return fault.cause
    assert octets, "an end"
    return octets.decode()


def test_a_whole_file_can_be_read_at_any_place(tmp_path: Any) -> None:
    """A file on the disk is taken as it is; one that arrives is kept first."""
    path = tmp_path / "file"
    path.write_bytes(b"abcdef")
    with path.open("rb") as opened:
        assert whole(opened) is opened
    kept = whole(io.BufferedReader(_finished(b"abc", b"def")))
    kept.seek(2)
    assert kept.read() == b"cdef"
    kept.close()


def test_a_file_that_cannot_be_kept_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said to be that."""
    disk = _Disk()
    disk.room = 0
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", lambda **_: disk)
    with pytest.raises(DiskFull):
        whole(io.BufferedReader(_finished(b"abcdef")))
