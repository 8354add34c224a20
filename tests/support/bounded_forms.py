"""Multipart bodies under a ceiling."""

from vcardsvc.apis.createcontact.forms import BoundedBody

HEADERS = b"\r\nA: b\r\n\r\n"


def body(*parts: bytes) -> bytes:
    """A body of these parts."""
    return b"".join(b"--b" + HEADERS + part + b"\r\n" for part in parts) + b"--b--\r\n"


def held(whole: bytes, ceiling: int, size: int) -> tuple[bytes, frozenset[int]] | None:
    """What is held of a body that comes in pieces of this size, and which parts were cut."""
    bounded = BoundedBody(b"b", ceiling)
    for start in range(0, len(whole), size):
        if not bounded.take(whole[start : start + size]):
            return None
        assert bounded.size <= ceiling + 2
    return bounded.octets(), bounded.cut
