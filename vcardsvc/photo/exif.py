"""Reads the orientation of a photo from its EXIF data.

Strategy: the first directory (IFD0) of the TIFF structure is read entry by entry, within the octets
that are there; offsets in entries are not followed. Sources: TIFF 6.0, section 2;
EXIF 2.32, tag 0112.
"""

from typing import Final, Literal

UPRIGHT: Final = 1
"""The orientation of a photo that is shown as stored."""

ORIENTATION: Final = 0x0112
SHORT: Final = 3
"""The number of the TIFF type of 16 bits."""

HEADER: Final = 8
ENTRY: Final = 12
"""Octets of the header and of an entry."""

BYTE_ORDERS: Final[dict[bytes, Literal["little", "big"]]] = {
    b"II*\0": "little",
    b"MM\0*": "big",
}
"""The first four octets of a TIFF structure, and the byte order of its numbers."""


def orientation(tiff: bytes) -> int:
    """Return the orientation in IFD0, from 1 to 8; UPRIGHT if there is none or it cannot be read.

    The first valid entry counts, as in browsers.
    """
    order = BYTE_ORDERS.get(tiff[:4])
    start = int.from_bytes(tiff[4:HEADER], order) if order else 0
    if order is None or start < HEADER:
        return UPRIGHT
    end = start + 2 + ENTRY * int.from_bytes(tiff[start : start + 2], order)
    for at in range(start + 2, min(end, len(tiff) - ENTRY + 1), ENTRY):
        tag, kind, count, value = (
            int.from_bytes(tiff[at + first : at + last], order)
            for first, last in ((0, 2), (2, 4), (4, 8), (8, 10))
        )
        if (tag, kind, count) == (ORIENTATION, SHORT, 1) and 1 <= value <= 8:
            return value
    return UPRIGHT
