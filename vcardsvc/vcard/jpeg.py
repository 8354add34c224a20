"""Reads the size of a JPEG from its header (ITU T.81 annex B), without decoding it."""

from typing import Final

START: Final = b"\xff\xd8"
"""SOI, the start of every JPEG."""

_STANDALONE: Final = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length (table B.1)."""

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header, which has the size (B.2.2)."""


def jpeg_sides(octets: bytes) -> tuple[int, int]:
    """Return (width, height) in pixels; (0, 0) without a frame header."""
    place = len(START) if octets.startswith(START) else len(octets)
    while place + 9 <= len(octets) and octets[place] == 0xFF:
        marker = octets[place + 1]
        if marker in _FRAMES:
            return (
                int.from_bytes(octets[place + 7 : place + 9]),
                int.from_bytes(octets[place + 5 : place + 7]),
            )
        if marker == 0xFF:
            place += 1
        elif marker in _STANDALONE:
            place += 2
        else:
            place += 2 + int.from_bytes(octets[place + 2 : place + 4])
    return 0, 0
