"""Reads the picture of a PNG.

Strategy: one pass over the chunks up to the end of the pixels. IHDR, PLTE, tRNS and IDAT make a new
file; iCCP, eXIf and acTL are read here; all others are skipped. As in browsers, an ancillary chunk
with a wrong checksum is ignored, a critical one is an error, and an IDAT ends the pixels. The first
of equal chunks counts. The pixels are inflated once to check that every row is there; neither the
checksum after them nor IEND is needed for that.

Source: PNG, third edition; numbers in brackets are its sections.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from vcardsvc.photo.exif import orientation
from vcardsvc.photo.picture import PROFILE_BYTES, Damaged, Picture

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

MAX_LENGTH: Final = 2**31 - 1
"""The longest chunk [5.3], and the most frames [11.3.6.2]."""

HEADER: Final = struct.Struct(">IIBBBBB")
"""Width, height, bit depth, colour type, compression, filter, interlace [11.2.1]."""

GREY, RGB, INDEXED = 0, 2, 3

SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel, by colour type [11.2.1]."""

KEY_BYTES: Final = {GREY: 2, RGB: 6}
"""Octets of a transparent colour in tRNS, by colour type [11.3.1.1]."""

PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                 (0, 1, 1, 2))  # fmt: skip
"""First column and row, and the steps to the next, of the seven passes of Adam7 [8.1]."""

PROFILE = re.compile(rb"[^\0]{1,79}\0\0", re.DOTALL)
"""The start of iCCP before the profile: a name, and 0 for deflate [11.3.2.3]."""

INFLATED: Final = 4 * 1024 * 1024
"""The most octets of pixels that are inflated at once, then dropped."""

FAST_HEADER: Final = b"\x78\x01"
"""The start of a zlib stream with the largest window; some encoders use a larger one than they
say."""

USED: Final = frozenset((b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"acTL", b"fcTL"))
"""The chunks before the pixels that change the picture."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Holds a chunk; `sound`: its checksum is right."""

    kind: bytes
    data: bytes
    sound: bool

    @property
    def critical(self) -> bool:
        """Return whether the picture cannot be shown without this chunk [5.4]."""
        return not self.kind[0] & 0x20


def read_picture(data: bytes, max_pixels: int) -> Picture:
    """Read a PNG. Raises Damaged, also if pixels are missing.

    The pixels of a picture over `max_pixels` are not looked at.
    """
    stream = _chunks(data)
    header = next(stream, None)
    if header is None or (header.kind, header.sound) != (b"IHDR", True):
        raise Damaged("no header")
    if len(header.data) != HEADER.size:
        raise Damaged("a header of another length")
    width, height, depth, colour, compression, filtering, interlace = HEADER.unpack(header.data)
    if not width or not height or colour not in SAMPLES or compression or filtering:
        raise Damaged("a header of other values")
    if width * height > max_pixels:
        return Picture(data=b"", size=(width, height))
    before, first = _split(stream)
    chunks = _kept(before, colour)
    lines = _line_bytes(width, height, SAMPLES[colour] * depth, interlaced=bool(interlace))
    parts = (
        (b"IHDR", header.data),
        *_colours(chunks, colour, depth),
        (b"IDAT", _pixels(chain((first,), stream), lines)),
        (b"IEND", b""),
    )
    framed = any(chunk.kind == b"fcTL" and chunk.sound for chunk in before)
    return Picture(
        data=SIGNATURE + b"".join(_written(kind, body) for kind, body in parts),
        size=(width, height),
        orientation=orientation(chunks.get(b"eXIf", b"")),
        profile=_profile(chunks.get(b"iCCP", b"")),
        animated=_frames(chunks.get(b"acTL", b""), framed=framed) > 1,
    )


def _chunks(data: bytes) -> Iterator[Chunk]:
    """Yield the chunks. The last one may be shorter than its length."""
    at, end = len(SIGNATURE), len(data)
    while at + 8 <= end:
        length = int.from_bytes(data[at : at + 4])
        if length > MAX_LENGTH:
            return
        kind, body, check = data[at + 4 : at + 8], data[at + 8 : at + 8 + length], at + 8 + length
        sound = zlib.crc32(body, zlib.crc32(kind)) == int.from_bytes(data[check : check + 4])
        yield Chunk(kind, body, sound and check + 4 <= end)
        at = check + 4


def _split(stream: Iterator[Chunk]) -> tuple[list[Chunk], Chunk]:
    """Return the used chunks before the pixels, and the first chunk of the pixels."""
    before: list[Chunk] = []
    for chunk in stream:
        if chunk.kind == b"IDAT":
            return before, chunk
        if chunk.critical and (chunk.kind != b"PLTE" or not chunk.sound):
            raise Damaged("a critical chunk that is unknown or wrong")
        if chunk.kind in USED:
            before.append(chunk)
    raise Damaged("no pixels")


def _kept(before: list[Chunk], colour: int) -> dict[bytes, bytes]:
    """Return the data of the valid chunks by kind."""
    chunks: dict[bytes, bytes] = {}
    for chunk in before:
        if chunk.kind == b"PLTE" and b"PLTE" in chunks:
            raise Damaged("two palettes")
        misplaced = chunk.kind == b"tRNS" and colour == INDEXED and b"PLTE" not in chunks
        if chunk.sound and not misplaced:
            chunks.setdefault(chunk.kind, chunk.data)
    return chunks


def _colours(chunks: dict[bytes, bytes], colour: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield a palette with a colour for every index, and the valid part of tRNS.

    An index beyond the palette gets its last colour, as in browsers.
    """
    alphas = chunks.get(b"tRNS", b"")
    if colour == INDEXED:
        palette = chunks.get(b"PLTE", b"")
        count = len(palette) // 3
        if not 1 <= count <= 256:
            raise Damaged("a palette of no colours, or of too many")
        yield (
            b"PLTE",
            palette[: count * 3] + palette[count * 3 - 3 : count * 3] * (2**depth - count),
        )
        alphas = alphas[:count] if len(alphas) <= 256 else b""
    elif len(alphas) >= (length := KEY_BYTES.get(colour, MAX_LENGTH)):
        mask = (1 << depth) - 1
        samples = struct.unpack_from(f">{length // 2}H", alphas)
        alphas = struct.pack(f">{length // 2}H", *(sample & mask for sample in samples))
    else:
        alphas = b""
    if alphas:
        yield b"tRNS", alphas


def _line_bytes(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """Return the octets of all lines, each with its filter [7.2, 8.1]."""
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for left, top, across, down in PASSES:
        columns, lines = -((left - width) // across), -((top - height) // down)
        if columns > 0 and lines > 0:
            total += lines * (1 + (columns * bits + 7) // 8)
    return total


def _pixels(stream: Iterator[Chunk], lines: int) -> bytes:
    """Join the pixels of chunks to one zlib stream; its checksum need not be there."""
    bodies = []
    for chunk in stream:
        if chunk.kind != b"IDAT":
            break
        bodies.append(chunk.data)
        if not chunk.sound:
            break
    data = b"".join(bodies)
    if len(data) < 2 or data[0] & 15 != 8 or data[1] & 32 or (data[0] * 256 + data[1]) % 31:
        raise Damaged("another compression")
    return _repaired(data[2:], lines)


def _repaired(body: bytes, lines: int) -> bytes:
    """Make a zlib stream of a deflate stream whose end and checksum may be wrong."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    check = 1
    for plain in _inflated(inflater, body, lines):
        check = zlib.adler32(plain, check)
    if _ends(inflater):
        end = len(body) - len(inflater.unused_data)
        return FAST_HEADER + body[:end] + check.to_bytes(4)
    compressor = zlib.compressobj(1)
    again = _inflated(zlib.decompressobj(-zlib.MAX_WBITS), body, lines)
    return b"".join([compressor.compress(plain) for plain in again]) + compressor.flush()


def _inflated(inflater: "zlib._Decompress", body: bytes, lines: int) -> Iterator[bytes]:
    """Yield `lines` inflated octets, a part at a time. Raises Damaged if there are fewer."""
    while lines > 0:
        try:
            plain = inflater.decompress(body, min(INFLATED, lines))
        except zlib.error as fault:
            raise Damaged(str(fault)) from None
        body = inflater.unconsumed_tail
        if not plain and (inflater.eof or not body):
            raise Damaged("missing lines")
        lines -= len(plain)
        yield plain


def _ends(inflater: "zlib._Decompress") -> bool:
    """Return whether the stream ends here."""
    try:
        return inflater.eof or (
            not inflater.decompress(inflater.unconsumed_tail, 1) and inflater.eof
        )
    except zlib.error:
        return False


def _profile(chunk: bytes) -> bytes:
    """Return the ICC profile in a chunk, b"" if it cannot be read."""
    maybe_start = PROFILE.match(chunk)
    if maybe_start is None:
        return b""
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(chunk[maybe_start.end() :], PROFILE_BYTES)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""


def _frames(control: bytes, *, framed: bool) -> int:
    """Count the frames in acTL, and the picture if it is none of them [11.3.6]."""
    count = int.from_bytes(control[:4]) if len(control) >= 8 else 0
    if not 1 <= count <= MAX_LENGTH:
        return 1
    return count if framed else count + 1


def _written(kind: bytes, data: bytes) -> bytes:
    return b"%b%b%b%b" % (
        len(data).to_bytes(4), kind, data, zlib.crc32(data, zlib.crc32(kind)).to_bytes(4),
    )  # fmt: skip
