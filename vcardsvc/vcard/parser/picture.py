"""The octets of a property in base64 and, of a photo, type and size, read off the file's header.

What must never enter here: a decoder. A header of a few octets is looked at, no pixel.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from vcardsvc.vcard.jpeg import jpeg_sides
from vcardsvc.vcard.parser.lines import MAX_HEAD, Line

_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_DATA_URI = re.compile(r"\s*data:[\w/+.-]*(?:\\?;[\w=.-]*+)*?\\?;base64\\?,", re.IGNORECASE)
_KNOWN = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo, or other octets: `kind` is "JPEG", "PNG", "GIF" or ""; sides in pixels, 0 when
    unknown. `fault` is "", "photo-url" (then there are no octets) or "photo-damaged"."""

    octets: bytes = b""
    kind: str = ""
    width: int = 0
    height: int = 0
    fault: str = ""

    def __str__(self) -> str:
        """For people: `JPEG, 320x320, 12 kB` (1 kB is 1,000 octets)."""
        if self.fault:
            return {"photo-url": "a link", "photo-damaged": "damaged"}[self.fault]
        size = len(self.octets)
        sides = (f"{self.width}x{self.height}",) if self.width else ()
        weight = f"{(size + 500) // 1000} kB" if size >= 1000 else f"{size} bytes"
        return ", ".join((self.kind or "of an unknown type", *sides, weight))


def is_data_uri(value: str) -> bool:
    """Whether a photo stands in a URL of its own (RFC 2397), as 4.0 has it."""
    return value[:16].strip()[:5].lower() == "data:"


def holds_octets(line: Line) -> bool:
    """Whether a line of any name holds no text: base64 by its ENCODING, or as a data: URI."""
    return line.is_base64 or _DATA_URI.match(line.value[:MAX_HEAD]) is not None


def picture_of(line: Line) -> Picture:
    """Read what a line holds in any version: base64, data: URI or link."""
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
    if not octets:
        return Picture(fault="photo-damaged")
    kind = next((kind for magic, kind in _KNOWN if octets.startswith(magic)), "")
    width, height = _sides(kind, octets)
    return Picture(octets=octets, kind=kind, width=width, height=height)


def _sides(kind: str, octets: bytes) -> tuple[int, int]:
    if kind == "PNG" and len(octets) >= 24:
        return int.from_bytes(octets[16:20]), int.from_bytes(octets[20:24])
    if kind == "GIF" and len(octets) >= 10:
        return int.from_bytes(octets[6:8], "little"), int.from_bytes(octets[8:10], "little")
    return jpeg_sides(octets) if kind == "JPEG" else (0, 0)
