"""Multipart bodies under a ceiling."""

from vcardsvc.apis.createcontact.forms import BoundedBody

HEADERS = b"\r\nA: b\r\n\r\n"


def body(*parts: bytes) -> bytes:
    """Return a body of these parts."""
    return b"".join(b"--b" + HEADERS + part + b"\r\n" for part in parts) + b"--b--\r\n"


def held(whole: bytes, ceiling: int, size: int) -> tuple[bytes, frozenset[int]] | None:
    """Return what is held of a body in pieces of this size, and which parts are cut; None for a
    body that is too long."""
    bounded = BoundedBody(b"b", ceiling)
    for start in range(0, len(whole), size):
        if not bounded.take(whole[start : start + size]):
            return None
        assert bounded.size <= ceiling + 2
    return bounded.octets(), bounded.cut
