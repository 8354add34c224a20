"""Reads the picture of a GIF.

Strategy: one pass over the blocks up to the end of the first frame. The new file holds that frame
only, on a screen of its size, so that the rest of the canvas stays white: no browser shows the
background colour of a GIF. The following blocks are read only to find out whether another frame
begins.

Source: GIF89a; numbers in brackets are its sections.
"""

import re
import struct
from typing import Final

from vcardsvc.photo.picture import Damaged, Picture

SCREEN: Final = struct.Struct("<HHBBB")
"""Width, height, flags, background, aspect ratio [18]."""

IMAGE: Final = struct.Struct("<HHHHB")
"""Left, top, width, height, flags [20]."""

START: Final = 6
"""Octets of the signature and the version [17]."""

BLOCK = re.compile(rb"[!,;]")
"""The first octet of an extension, an image and the end; decoders skip any other octet."""

CONTROL: Final = b"!\xf9"
"""The start of a graphic control extension [23]."""

PALETTE, INTERLACED, PALETTE_BITS, TRANSPARENT = 0x80, 0x40, 0x07, 0x01
"""Flags of a screen, an image and a graphic control extension."""

NO_PALETTE: Final = bytes(6)
"""Two colours, both black, as browsers show an image without a palette."""


def read_picture(data: bytes) -> Picture:
    """Read a GIF. Raises Damaged if no frame begins in it."""
    try:
        return _read_picture(data)
    except (struct.error, IndexError):
        raise Damaged("no frame") from None


def _read_picture(data: bytes) -> Picture:
    *screen, flags, _, _ = SCREEN.unpack_from(data, START)
    palette, at = _palette(data, START + SCREEN.size, flags)
    at, maybe_key = _image(data, at)
    if at < 0:
        raise Damaged("no frame")
    left, top, width, height, flags = IMAGE.unpack_from(data, at)
    if not width or not height:
        raise Damaged("an empty frame")
    own, start = _palette(data, at + IMAGE.size, flags)
    colours = own or palette or NO_PALETTE
    end = _end_of_blocks(data, start + 1)
    parts = (
        b"GIF89a",
        SCREEN.pack(width, height, PALETTE | ((len(colours) // 3).bit_length() - 2), 0, 0),
        colours,
        b"" if maybe_key is None else CONTROL + bytes((4, TRANSPARENT, 0, 0, maybe_key, 0)),
        b"," + IMAGE.pack(0, 0, width, height, flags & INTERLACED),
        data[start:end],
        b"\0;",
    )
    return Picture(
        data=b"".join(parts),
        size=(max(screen[0], left + width), max(screen[1], top + height)),
        offset=(left, top),
        animated=_image(data, end)[0] >= 0,
    )


def _palette(data: bytes, at: int, flags: int) -> tuple[bytes, int]:
    """Return the palette at an offset, b"" without one, and the offset of its end."""
    if not flags & PALETTE:
        return b"", at
    end = at + (6 << (flags & PALETTE_BITS))
    if end > len(data):
        raise Damaged("half a palette")
    return data[at:end], end


def _image(data: bytes, at: int) -> tuple[int, int | None]:
    """Return the offset of the next image descriptor, -1 without one, and its transparent index."""
    maybe_key = None
    while (block := BLOCK.search(data, at)) and block[0] != b";":
        at = block.end()
        if block[0] == b",":
            return at, maybe_key
        if data.startswith(CONTROL, at - 1) and data[at + 1 : at + 2] >= b"\4":
            maybe_key = data[at + 5] if data[at + 2] & TRANSPARENT else None
        at = _end_of_blocks(data, at + 1)
    return -1, None


def _end_of_blocks(data: bytes, at: int) -> int:
    """Return the offset of the end of the data sub-blocks at an offset [15]."""
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
