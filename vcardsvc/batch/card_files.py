"""Reads the cards of a file of any number of vCards, one after the other.

Strategy: the lines from one BEGIN:VCARD to its END are a file of one card for the reader, which
reads it in any state. A card that is the value of AGENT stays within its card.
"""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.octets import Utf8, buffered
from vcardsvc.model.batch import BatchOptions, CardRow
from vcardsvc.model.card import Card
from vcardsvc.vcard.parser.lines import MAX_BYTES
from vcardsvc.vcard.parser.octets import codec_of
from vcardsvc.vcard.parser.read_file import NotACard
from vcardsvc.vcard.parser.reader import read_cards

LINE: Final = 1024 * 1024
"""The most octets that are read as one piece of a line."""

_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_BEGIN: Final = b"BEGIN:VCARD"
_END: Final = b"END:VCARD"
_AGENT: Final = b"AGENT"

_SILENT: Final = (_BEGIN, _END, b"VERSION:")
"""Lines of a card that say nothing of a contact."""

Problems = tuple[tuple[str, str, str], ...]

NO_PROPERTIES: Final = Card(properties=())

NO_CARD: Final = "The file holds no BEGIN:VCARD."
TOO_LARGE: Final = "A card has over 10 MB."


def card_records(file: BinaryIO, options: BatchOptions) -> Iterator[CardRow]:
    """Yield each card with the line of its BEGIN. Raises NotAList for a file without a card, and
    ValueError for an encoding that is not known."""
    if options.encoding and not codec_of(options.encoding):
        raise NotAList("encoding", "The encoding is not known.")
    number = 0
    for line, octets in _pieces(_in_ascii(file)):
        cards, problems = _read(octets, options.encoding)
        for card in cards:
            number += 1
            if card.properties or not _has_text(octets):
                yield CardRow(row=number, line=line, card=card, problems=problems)
            else:
                yield CardRow(row=number, line=line, card=card, fault="unreadable", octets=octets)
    if not number:
        raise NotAList("no-card", NO_CARD)


def _read(octets: bytes, encoding: str) -> tuple[tuple[Card, ...], Problems]:
    """Return the cards between a BEGIN and its END: one at least, and be it empty."""
    try:
        read = read_cards(octets, encoding)
    except NotACard:
        return (NO_PROPERTIES,), ()
    problems = tuple((one.place, one.code, one.text) for one in read.problems)
    return tuple(read.cards) or (NO_PROPERTIES,), problems


def _has_text(octets: bytes) -> bool:
    """Return whether a card says anything beside its version."""
    lines = map(bytes.strip, octets.upper().splitlines())
    return any(not line.startswith(_SILENT) for line in lines if line)


def _in_ascii(file: BinaryIO) -> "io.BufferedReader[Any]":
    """Return the file as octets that ASCII is a part of: UTF-16 becomes UTF-8."""
    reader = buffered(file)
    start = reader.peek(4)[:4]
    if start.startswith(_MARKS) or 0 in start:
        return io.BufferedReader(Utf8(reader))
    return reader


def _lines(file: "io.BufferedReader[Any]") -> Iterator[bytes]:
    """Yield lines with their ends, very long ones in pieces. Some old programs end them with CR
    alone."""
    rest = b""
    while octets := file.readline(LINE):
        if not rest and octets.find(b"\r", 0, -2) < 0:
            yield octets
            continue
        lines = (rest + octets).splitlines(keepends=True)
        is_whole = len(octets) < LINE or lines[-1].endswith((b"\r", b"\n"))
        rest = b"" if is_whole else lines.pop()
        yield from lines
    if rest:
        yield rest


def _pieces(file: "io.BufferedReader[Any]") -> Iterator[tuple[int, bytes]]:
    """Yield the octets of each card and the line where they begin; what stands between cards goes
    with the card behind it."""
    held: list[bytes] = []
    size = depth = 0
    first = 1
    before = b""
    for number, line in enumerate(_lines(file), start=1):
        if number == 1:
            line = line.removeprefix(_BOM)
        start = line[:20].upper()
        # Behind a blank it is a part of the line before.
        word = start.rstrip() if depth else start.strip()
        if word == _BEGIN:
            if depth and not before.startswith(_AGENT):
                yield first, b"".join(held)  # the card before has no END
                held, size, depth = [], 0, 0
            if not depth:
                held, size, first = [], 0, number
            depth += 1
        held.append(line)
        size += len(line)
        if size > MAX_BYTES:
            raise NotAList("card-size", TOO_LARGE, too_large=True)
        if word == _END and depth:
            depth -= 1
            if not depth:
                yield first, b"".join(held)
                held, size = [], 0
        before = start
    if depth:
        yield first, b"".join(held)
