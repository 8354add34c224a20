"""Reads the picture of a JPEG.

Strategy: one pass over the segments. Tables, frame, scans and the segments that define colours
(JFIF, Adobe) make a new file; EXIF and the ICC profile are read here; all others are removed.

libjpeg fills missing rows with grey, and Pillow reports nothing, so that this module checks that
every row is there, without needing the end marker:

- A picture in one scan gets no end marker. If rows are missing, its decoder has no data left, and
  Pillow raises. At the last block the decoder reads 57 bits ahead: they are ones, which are no code
  of any table.
- A picture in several scans is decoded after its end marker was read. The first scan of each
  component is checked before: in a progressive one a regular expression matches the Huffman codes
  of every block, a sequential one is decoded as a picture of its own.

Source: ITU-T T.81; letters and numbers in brackets are its sections.
"""

import io
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vcardsvc.photo.exif import orientation
from vcardsvc.photo.picture import PROFILE_BYTES, Damaged, Picture

SOI, EOI, SOS, DQT, DHT, DRI, COM = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xFE
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
PROGRESSIVE: Final = 0xC2
READ: Final = frozenset((0xC0, 0xC1, PROGRESSIVE))
"""The frames that are read. Arithmetic coding cannot be decoded in parts; libjpeg does not support
the others [B.1.1.3]."""

FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {DHT, 0xC8, 0xCC}
TABLES: Final = frozenset((DQT, DHT, DRI))
USED: Final = FRAMES | TABLES | {APP0, APP1, APP2, APP14}

ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a segment [B.1.1.3]."""

SEGMENTS: Final = frozenset((*range(0xC0, 0xF0), COM)) - ALONE - {SOI, EOI}
"""Markers with a segment; any other marker ends the file, as in libjpeg."""

MARKER = re.compile(rb"\xff[^\x00\xff]")
SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
RESTART = re.compile(rb"\xff[\xd0-\xd7]")
STUFFED = re.compile(rb"\xff+\x00")
"""An octet FF in coded data. Before a marker or its 00, FF may be repeated [B.1.1.2]."""

ONES: Final = b"\xff\x00" * 8
"""64 bits for the decoder to read ahead. They can replace two blocks at most."""

COLOUR_SPACES: Final = {APP0: (b"JFIF\0", 14), APP14: (b"Adobe", 12)}
"""The start of the segments that name a colour space, and their least length for libjpeg."""

EXIF: Final = re.compile(rb"Exif\0.", re.DOTALL)
PROFILE: Final = re.compile(rb"ICC_PROFILE\0(.)(.)", re.DOTALL)
"""The start of EXIF data, and of a part of a profile: its number, and how many there are."""

FRAME: Final = struct.Struct(">BHHB")
"""Precision, height, width, number of components [B.2.2]."""

BLOCK: Final = 8
"""Samples of a block across and down."""

BAD_CODE: Final = 17
"""Bits that libjpeg skips for a code that is in no table."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Holds a segment, and the coded data of a scan."""

    kind: int
    body: bytes
    coded: bytes = b""

    def written(self) -> bytes:
        """Return the segment as in a file."""
        head = bytes((0xFF, self.kind)) + (len(self.body) + 2).to_bytes(2)
        return head + self.body + self.coded


@dataclass(frozen=True, slots=True)
class Component:
    """Holds a component of a frame: its identifier, and its samples across and down [B.2.2]."""

    id: int
    across: int
    down: int
    quantization: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Holds a frame header [B.2.2]."""

    kind: int
    width: int
    height: int
    components: tuple[Component, ...]

    def size(self, across: int, down: int, unit: int = 1) -> tuple[int, int]:
        """Return how many squares of `unit` samples, across and down, a component of this sampling
        has [A.1.1, A.2]."""
        widest = unit * max(component.across for component in self.components)
        highest = unit * max(component.down for component in self.components)
        return -(-self.width * across // widest), -(-self.height * down // highest)


@dataclass(frozen=True, slots=True)
class Scan:
    """Holds a scan header: its components, each with its DC table, and whether it is their first
    scan [B.2.3, G.1.1.1.1]."""

    components: tuple[tuple[Component, int], ...]
    first: bool


Code = tuple[str, int]
"""The bits of a Huffman code, as text, and its symbol."""


def read_picture(data: bytes, max_pixels: int) -> Picture:
    """Read a JPEG. Raises Damaged if it has no picture, or one with missing rows.

    The decoder counts the rows of a picture in one scan. Those of a picture over `max_pixels` are
    not checked.
    """
    stream = _segments(data)
    frame, before, first = _split(stream)
    size = frame.width, frame.height
    if frame.width * frame.height > max_pixels:
        return Picture(data=b"", size=size)
    parts = [segment for segment in before if segment.kind not in (APP1, APP2)]
    scan = _scan(frame, first.body)
    if frame.kind != PROGRESSIVE and scan and len(scan.components) == len(frame.components):
        pieces = _pieces(first.coded, _interval(parts))
        coded = first.coded if _interval(parts) else pieces[0]
        parts.append(Segment(SOS, first.body, coded + ONES))
        end = b""
    else:
        parts += _scans(frame, first, stream)
        _check(frame, parts)
        end = bytes((0xFF, EOI))
    return Picture(
        data=bytes((0xFF, SOI)) + b"".join(part.written() for part in parts) + end,
        size=size,
        orientation=orientation(
            next((segment.body[6:] for segment in before if segment.kind == APP1), b"")
        ),
        profile=_profile([segment.body for segment in before if segment.kind == APP2]),
    )


def _segments(data: bytes) -> Iterator[Segment]:
    """Yield the used segments up to the end of the picture."""
    at, length = 2, len(data)
    while at + 4 <= length:
        kind = data[at + 1]
        if data[at] != 0xFF or kind in (0x00, 0xFF):
            # A marker may follow filling or garbage; a search is slow if it does not.
            maybe_marker = MARKER.search(data, at)
            if maybe_marker is None:
                return
            at = maybe_marker.start()
            kind = data[at + 1]
        at += 2
        if kind in ALONE:
            continue
        end = at + max(2, int.from_bytes(data[at : at + 2]))
        if kind not in SEGMENTS or end > length:
            return
        start, at = at + 2, end
        if kind == SOS:
            maybe_end = SCAN_END.search(data, at)
            at = maybe_end.start() if maybe_end else length
            yield Segment(SOS, data[start:end], data[end:at].rstrip(b"\xff"))
        elif kind in USED and _is_used(kind, data[start:end]):
            yield Segment(kind, data[start:end])


def _is_used(kind: int, body: bytes) -> bool:
    if kind in COLOUR_SPACES:
        opening, length = COLOUR_SPACES[kind]
        return len(body) >= length and body.startswith(opening)
    if kind in (APP1, APP2):
        return (EXIF if kind == APP1 else PROFILE).match(body) is not None
    return True


def _split(stream: Iterator[Segment]) -> tuple[Frame, list[Segment], Segment]:
    """Return the frame, the segments before the first scan, and that scan."""
    before: list[Segment] = []
    for segment in stream:
        if segment.kind == SOS:
            break
        before.append(segment)
    else:
        raise Damaged("no scan")
    frames = [segment for segment in before if segment.kind in FRAMES]
    if len(frames) != 1:
        raise Damaged("no frame, or several")
    return _frame(frames[0]), before, segment


def _scans(frame: Frame, first: Segment, stream: Iterator[Segment]) -> Iterator[Segment]:
    """Yield the scans and the tables between them; a segment of another frame ends them."""
    yield first
    for segment in stream:
        if segment.kind in FRAMES or (segment.kind == SOS and not _scan(frame, segment.body)):
            return
        if segment.kind in TABLES or segment.kind == SOS:
            yield segment


def _frame(segment: Segment) -> Frame:
    body = segment.body
    if segment.kind not in READ or len(body) < FRAME.size:
        raise Damaged("a frame of another kind")
    precision, height, width, count = FRAME.unpack_from(body)
    rest = body[FRAME.size :]
    if precision != 8 or not height or not width or not count or len(rest) != 3 * count:
        raise Damaged("a frame of other values")
    components = tuple(
        Component(rest[at], rest[at + 1] >> 4, rest[at + 1] & 15, rest[at + 2])
        for at in range(0, len(rest), 3)
    )
    if not all(1 <= each.across <= 4 and 1 <= each.down <= 4 for each in components):
        raise Damaged("another sampling")
    return Frame(segment.kind, width, height, components)


def _scan(frame: Frame, body: bytes) -> Scan | None:
    """Parse a scan header; None if it is not of this frame."""
    count = body[0] if body else 0
    if not count or len(body) != 4 + 2 * count:
        return None
    known = {component.id: component for component in frame.components}
    selected = [(known.get(body[at]), body[at + 1] >> 4) for at in range(1, 1 + 2 * count, 2)]
    components = tuple((each, table) for each, table in selected if each is not None)
    if len(components) != count:
        return None
    low, _, bits = body[-3:]
    first = frame.kind != PROGRESSIVE or (low == 0 and bits >> 4 == 0)
    return Scan(components, first)


def _profile(bodies: Sequence[bytes]) -> bytes:
    """Join the parts of the ICC profile; b"" unless all are there. The first of equal numbers
    counts."""
    parts: dict[int, bytes] = {}
    for body in bodies:
        parts.setdefault(body[12], body[14:])
    count = bodies[0][13] if bodies else 0
    profile = b"".join(parts.get(number, b"") for number in range(1, count + 1))
    whole = len(profile) <= PROFILE_BYTES and parts.keys() == set(range(1, count + 1))
    return profile if whole else b""


def _interval(parts: Sequence[Segment]) -> int:
    """Return the units between two restarts, 0 without restarts [B.2.4.4]."""
    intervals = [int.from_bytes(part.body[:2]) for part in parts if part.kind == DRI]
    return intervals[-1] if intervals else 0


def _pieces(coded: bytes, interval: int) -> list[bytes]:
    """Split coded data at restarts; without an interval the decoder stops at the first one."""
    pieces = [piece.rstrip(b"\xff") for piece in RESTART.split(coded)]
    return pieces if interval else pieces[:1]


def _check(frame: Frame, parts: Sequence[Segment]) -> None:
    """Raise Damaged unless every component has all rows in its first scan."""
    due = set(frame.components)
    for at, part in enumerate(parts):
        scan = _scan(frame, part.body) if part.kind == SOS else None
        if scan is None or not scan.first or not due & {one for one, _ in scan.components}:
            continue
        tables = [one for one in parts[:at] if one.kind in TABLES]
        check = _is_whole_progressive if frame.kind == PROGRESSIVE else _is_whole_sequential
        if not check(frame, scan, part, tables):
            raise Damaged("missing rows")
        due -= {one for one, _ in scan.components}
    if due:
        raise Damaged("a component without a scan")


def _is_whole_sequential(
    frame: Frame, scan: Scan, part: Segment, tables: Sequence[Segment]
) -> bool:
    """Return whether a scan of one component can be decoded to its last row. Several components at
    once, but not all of them, are not checked: Pillow has no such images, and no known encoder
    either."""
    if len(scan.components) > 1:
        return True
    ((one, _),) = scan.components
    width, height = frame.size(one.across, one.down)
    body = FRAME.pack(8, height, width, 1) + bytes((one.id, 0x11, one.quantization))
    interval = _interval(tables)
    coded = part.coded if interval else _pieces(part.coded, interval)[0]
    parts = (*tables, Segment(frame.kind, body), Segment(SOS, part.body, coded + ONES))
    return _can_be_decoded(bytes((0xFF, SOI)) + b"".join(each.written() for each in parts))


def _can_be_decoded(jpeg: bytes) -> bool:
    from PIL.JpegImagePlugin import JpegImageFile

    try:
        with JpegImageFile(io.BytesIO(jpeg)) as image:
            image.draft(None, (1, 1))
            image.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _is_whole_progressive(
    frame: Frame, scan: Scan, part: Segment, tables: Sequence[Segment]
) -> bool:
    """Return whether a scan of DC coefficients has a code for every block. Only its last restart
    interval is read: the decoder finds its way after damage before."""
    huffman = _huffman([one.body for one in tables if one.kind == DHT])
    if len(scan.components) == 1:
        ((one, table),) = scan.components
        columns, lines = frame.size(one.across, one.down, BLOCK)
        blocks = [(table, 1)]
    else:
        columns, lines = frame.size(1, 1, BLOCK)
        blocks = [(table, one.across * one.down) for one, table in scan.components]
    if any(table not in huffman for table, _ in blocks):
        return False
    interval = _interval(tables)
    pieces = _pieces(part.coded, interval)
    units, needed = columns * lines, 1
    if interval:
        needed = -(-units // interval)
        units -= interval * (needed - 1)
    if len(pieces) < needed:
        return False
    unit = "".join(f"{_block(huffman[table])}{{{count}}}" for table, count in blocks)
    octets = STUFFED.sub(b"\xff", pieces[needed - 1])
    bits = f"{int.from_bytes(octets):0{8 * len(octets)}b}"
    return re.match(f"(?:{unit}){{{units}}}+", bits) is not None


def _block(codes: Sequence[Code]) -> str:
    """Return a regular expression for the DC coefficient of a block: a code and as many bits as its
    symbol says [F.2.2.1], or the bits that libjpeg skips."""
    known = [f"{bits}.{{{count}}}" for bits, count in codes]
    return f"(?>{'|'.join([*known, f'.{{{BAD_CODE}}}'])})"


def _huffman(bodies: Sequence[bytes]) -> dict[int, list[Code]]:
    """Return the DC tables of these segments by number, the last of each [B.2.4.2, C.2]."""
    tables: dict[int, list[Code]] = {}
    for body in bodies:
        at = 0
        while at + 17 <= len(body):
            number, counts = body[at], body[at + 1 : at + 17]
            symbols = body[at + 17 : at + 17 + sum(counts)]
            if number < 0x10:
                tables[number] = _codes(counts, symbols)
            at += 17 + sum(counts)
    return tables


def _codes(counts: bytes, symbols: bytes) -> list[Code]:
    codes: list[Code] = []
    code, at = 0, 0
    for length, count in enumerate(counts, 1):
        for symbol in symbols[at : at + count]:
            if symbol > 15 or code >= 1 << length:
                raise Damaged("a table that is none")
            codes.append((f"{code:0{length}b}", symbol))
            code += 1
        at += count
        code <<= 1
    return codes
