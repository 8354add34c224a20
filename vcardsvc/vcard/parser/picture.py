"""Reads files in base64, and the type and size of a photo from its header, without decoding it."""

import base64
import binascii
import re
from dataclasses import dataclass

from vcardsvc.vcard.jpeg import jpeg_sides
from vcardsvc.vcard.parser.lines import MAX_HEAD, Line

LINK = "a link"
DAMAGED = "damaged"
"""The descriptions of a file without octets."""

_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_DATA_URI = re.compile(r"\s*data:[\w/+.-]*(?:\\?;[\w=.-]*+)*?\\?;base64\\?,", re.IGNORECASE)
_KNOWN = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"))
_MAGIC = tuple(magic for magic, _ in _KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Holds a photo or another file: `kind` is "JPEG", "PNG", "GIF" or ""; sides in pixels, 0 if
    unknown. `fault` is "", "photo-url" (without octets) or "photo-damaged"."""

    octets: bytes = b""
    kind: str = ""
    width: int = 0
    height: int = 0
    fault: str = ""

    def __str__(self) -> str:
        """Return a description such as `JPEG, 320x320, 12 kB` (1 kB is 1,000 octets)."""
        if self.fault:
            return LINK if self.fault == "photo-url" else DAMAGED
        size = len(self.octets)
        sides = (f"{self.width}x{self.height}",) if self.width else ()
        weight = f"{(size + 500) // 1000} kB" if size >= 1000 else f"{size} bytes"
        return ", ".join((self.kind or "of an unknown type", *sides, weight))


def is_data_uri(value: str) -> bool:
    """Return whether a value is a data URI (RFC 2397), as photos are in 4.0."""
    return value[:16].strip()[:5].lower() == "data:"


def holds_octets(line: Line) -> bool:
    """Return whether a line of any name holds a file: base64 by its ENCODING, or a data URI."""
    return line.is_base64 or is_coded_uri(line.value)


def is_coded_uri(value: str) -> bool:
    """Return whether a value is a data URI in base64."""
    return _DATA_URI.match(value[:MAX_HEAD]) is not None


def picture_of(line: Line) -> Picture:
    """Read the file in a line of any version: base64, data URI or link."""
    value = line.value.strip()
    if is_data_uri(value):
        head, _, value = value.replace("\\", "").partition(",")
        if not head.lower().endswith(";base64"):
            return Picture(fault="photo-damaged")
    elif line.parameter("VALUE").upper() in ("URI", "URL") or _LINK.match(value):
        return Picture(fault="photo-url")
    try:
        octets = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return Picture(fault="photo-damaged")
    return picture(octets) if octets else Picture(fault="photo-damaged")


def picture(octets: bytes) -> Picture:
    """Return the file that these octets are."""
    if not octets.startswith(_MAGIC):
        return Picture(octets=octets)
    kind = next((kind for magic, kind in _KNOWN if octets.startswith(magic)), "")
    width, height = _sides(kind, octets)
    return Picture(octets=octets, kind=kind, width=width, height=height)


def _sides(kind: str, octets: bytes) -> tuple[int, int]:
    if kind == "PNG" and len(octets) >= 24:
        return int.from_bytes(octets[16:20]), int.from_bytes(octets[20:24])
    if kind == "GIF" and len(octets) >= 10:
        return int.from_bytes(octets[6:8], "little"), int.from_bytes(octets[8:10], "little")
    return jpeg_sides(octets) if kind == "JPEG" else (0, 0)
