"""Finds faults in the physical lines of a content line: lengths, folds, raw line breaks."""

from collections.abc import Iterator
from itertools import pairwise

from vcardsvc.vcard.parser.lines import Line, soft_breaks
from vcardsvc.vcard.parser.texts import APPLE_PARTS, parts_end

LINE_OCTETS = 75
"""The most octets of a physical line without its end, RFC 2426 section 2.6."""
SOFT_OCTETS = 76
"""The most octets of a line in quoted-printable with its last =, RFC 2045 section 6.7."""
BLANKS = (b" ", b"\t")
APPLE_SKIPS = ("PRODID", "REV")
"""Properties of which Apple skips the first physical line only."""

Place = tuple[int, str]
"""An offset from the line's number, and a code of FINDINGS."""


def break_codes(line: Line) -> Iterator[Place]:
    """Yield the faults of the physical lines of one content line, in any property."""
    if _begins_badly(line.parts[0]):
        yield 0, "line-start"
    if len(line.parts) > 1:
        yield from _codes_of_breaks(line)
    elif len(line.parts[0]) > LINE_OCTETS:
        yield 0, "long-line"


def _codes_of_breaks(line: Line) -> Iterator[Place]:
    soft = soft_breaks(line.parts)
    if max(map(len, line.parts)) > LINE_OCTETS:
        yield from _lengths(line, soft)
    for shift, (before, part) in enumerate(pairwise(line.parts), start=1):
        if soft[shift - 1]:
            if before[-1:] in BLANKS:
                yield shift - 1, "soft-break-padded"
        elif part[:1] in BLANKS:
            yield from ((shift, code) for code in _fold(line, before, part))
        else:
            yield shift, "base64-not-indented"
    yield from _folds_after_the_parts(line, soft)


def _lengths(line: Line, soft: list[bool]) -> Iterator[Place]:
    for shift, (part, breaks) in enumerate(zip(line.parts, [*soft, False], strict=True)):
        if len(part) > (SOFT_OCTETS if breaks else LINE_OCTETS):
            yield shift, "long-line"


def _fold(line: Line, before: bytes, part: bytes) -> Iterator[str]:
    if part[:1] == b"\t":
        yield "tab-fold"
    if line.utf8 and part[1:2] and part[1] & 0xC0 == 0x80:
        yield "fold-in-character"
    if before[-1:] in BLANKS or part[1:2] in BLANKS:
        yield "fold-at-space"


def _begins_badly(part: bytes) -> bool:
    """Return whether Apple loses a card with a line that begins so."""
    return part[:1] in (b":", b";", b"=") or part[:1] >= b"\x80"


def _folds_after_the_parts(line: Line, soft: list[bool]) -> Iterator[Place]:
    """Yield folds in values that Apple does not read: it reads the next lines as properties."""
    if any(soft):
        return
    if line.name in APPLE_SKIPS:
        yield 1, "folded-and-skipped"
    most = APPLE_PARTS.get(line.name, 0)
    end = parts_end(line.value, most) if most and line.utf8 else -1
    if end < 0:
        return
    octets_after = len(line.value[end:].encode())
    for shift in range(len(line.parts) - 1, 0, -1):
        octets_after -= len(line.parts[shift]) - 1
        if octets_after < 0:
            return
        if _begins_badly(line.parts[shift][1:]):
            yield shift, "folded-and-dropped"
