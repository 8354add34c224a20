"""Splits the octets of a file into content lines and cards, in any state.

Strategy: folds are undone on octets before decoding, so that a fold within a character does no
harm; base64 lines without indentation are joined too. Every line keeps its number and its physical
lines, for the findings. No pattern backtracks over a line, since files may be hostile.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec import Struct, field

from vcardsvc.vcard.parser.octets import UTF8_MARK, as_octets, decoded_line
from vcardsvc.vcard.parser.read_file import NotACard

MAX_BYTES = 10 * 1024 * 1024
"""The most octets of a file: about 70 cards with the largest photos that phones write."""
MAX_LINES = 300_000
"""The most physical lines of a file; one of MAX_BYTES folded at 75 octets has half as many."""
MAX_PROPERTIES = 50_000
"""The most content lines of a file: about 3,000 cards, read in a few seconds."""
MAX_HEAD = 4_000
"""The most characters before a value's colon; real exports have under 200."""
MAX_REMEMBERED = 200
"""The most characters of a line's start that is remembered, since a file repeats few of them."""
MAX_PARAMETERS = 200
"""The most parameters of a line; real lines have under ten."""

NO_COLON = "no-colon"
BAD_NAME = "bad-name"
ODD_NAME = "odd-name"
"""The faults of a line before its value. A line with ODD_NAME still has a name."""

DOUBLED_END: Final = b"\r\r\n"
"""The end of a line whose LF became CR LF twice on its way."""

_PHYSICAL = re.compile(rb"([^\r\n]*+)(\r\n|\r\r\n|\r|\n|\Z)")
_COLON = re.compile(r'(?:[^":]++|"[^"]*+")*+:')
NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_GRAMMATICAL = re.compile(r"(?:[A-Za-z0-9-]+\.)?[A-Za-z0-9-]+")
_WHOLE_VALUE = re.compile(r'"[^"]*"|[^"]*')
_BASE64_HEAD = re.compile(rb";(?:ENCODING=)?(?:BASE64|B)(?:;|\Z)", re.IGNORECASE)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]++=*+")
_APPLE_UNICODE = re.compile(rb"VERSION[^:\r\n]{0,200}:3\.0")
_BEGIN: Final = b"BEGIN:VCARD"
_END: Final = b"END:VCARD"
_EDGE: Final = re.compile(
    rb"[ \t]*+(?:[\w-]++\.)?(BEGIN|END)[ \t]*+(?:;[^:]*+)?:[ \t]*+VCARD[ \t]*+", re.IGNORECASE
)
_AGENT: Final = re.compile(rb"[^:;]*?AGENT", re.IGNORECASE)
"""The property whose value may be a card: AGENT (2.1, 3.0), X-AGENT."""


class RawLine(Struct, kw_only=True, gc=False):
    """Holds a content line before it is parsed.

    `octets` are those without folds and soft breaks, `nested` the lines of a card that is its
    value; the others are as in `Line`.
    """

    number: int
    octets: bytes
    parts: list[bytes]
    loose_end: int
    nested: list[bytes] = field(default_factory=list)


class Piece(Struct, kw_only=True):
    """Holds the lines of one card, or of a text outside of cards; each BEGIN and END is in `edges`.
    `nested` is as in `Block`."""

    is_card: bool = False
    lines: list[RawLine] = field(default_factory=list)
    edges: list[RawLine] = field(default_factory=list)
    ended: bool = False
    nested: int = 0


class Parameter(Struct, frozen=True, kw_only=True, gc=False):
    """Holds a parameter: its name in upper case ("" for a value of 2.1 without a name), and its
    values without quotes. `torn`: a quote is not at both ends of a value."""

    name: str
    values: tuple[str, ...]
    quoted: bool = False
    torn: bool = False


class Start(Struct, frozen=True, kw_only=True, gc=False):
    """Holds what precedes the value of a content line.

    `fault` is "", BAD_NAME or ODD_NAME. `types` are the values of TYPE, `encodings` those of
    ENCODING, each with the values without a parameter name, in upper case. `name` is in upper case,
    `written_name` as written. Parameters after the first MAX_PARAMETERS are left out.
    """

    written_name: str
    group: str
    name: str
    parameters: tuple[Parameter, ...]
    types: tuple[str, ...]
    encodings: frozenset[str]
    fault: str


class Line(Struct, frozen=True, kw_only=True, gc=False):
    """Holds a content line.

    `parts` are its physical lines without their ends, `fault` is "", NO_COLON, BAD_NAME or
    ODD_NAME. `loose_end` is the number of the first physical line that ends in a lone CR or LF, or
    0. The others are as in `Start`.
    """

    number: int
    parts: tuple[bytes, ...]
    loose_end: int
    utf8: bool
    written_name: str
    group: str
    name: str
    parameters: tuple[Parameter, ...]
    types: tuple[str, ...]
    encodings: frozenset[str]
    value: str
    fault: str

    def parameter(self, name: str) -> str:
        """Return the first value of the named parameter, or ""."""
        for parameter in self.parameters:
            if parameter.name == name and parameter.values:
                return parameter.values[0]
        return ""

    @property
    def is_quoted_printable(self) -> bool:
        """Return whether the value is written in quoted-printable (2.1)."""
        return "QUOTED-PRINTABLE" in self.encodings

    @property
    def is_base64(self) -> bool:
        """Return whether the value is written in base64, in any property."""
        return not self.encodings.isdisjoint(("B", "BASE64"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Holds the lines of one card without BEGIN and END, which are `edges`; `raw` has the same
    lines unparsed. `nested` is the number of the line of a card within it (2.1 AGENT), whose lines
    are left out, or 0."""

    lines: tuple[Line, ...]
    edges: tuple[Line, ...]
    raw: tuple[RawLine, ...]
    ended: bool
    nested: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Holds the cards of a file; `stray` are the lines outside of cards. `apple_utf8`: Apple reads
    the whole file as Unicode, which its reader decides by the start of the file."""

    blocks: tuple[Block, ...]
    stray: tuple[Line, ...]
    byte_order_mark: bool
    utf16: bool
    apple_utf8: bool


def parse_file(data: bytes) -> File:
    """Split a file into cards and lines.

    Raises NotACard if it is over a limit above or holds no BEGIN:VCARD.
    """
    if len(data) > MAX_BYTES:
        raise NotACard(f"The file is over {MAX_BYTES} octets.")
    mark = data.startswith(UTF8_MARK)
    octets, _ = as_octets(data, "")
    utf16 = not mark and octets is not data
    check_lines(octets)
    pieces = list(cut(octets))
    blocks = tuple(_block(piece) for piece in pieces if piece.is_card)
    if not blocks:
        raise NotACard("The file holds no BEGIN:VCARD.")
    outside = [line for one in pieces if not one.is_card for line in (*one.edges, *one.lines)]
    return File(
        blocks=blocks,
        stray=tuple(map(_line, outside)),
        byte_order_mark=mark,
        utf16=utf16,
        apple_utf8=utf16 or (data.startswith(_BEGIN) and _APPLE_UNICODE.search(data) is not None),
    )


def check_lines(octets: bytes) -> None:
    """Raise NotACard for a file of too many lines."""
    if len(octets) > MAX_LINES:
        lines = octets.count(b"\n") + octets.count(b"\r") - octets.count(b"\r\n")
        if lines > MAX_LINES:
            raise NotACard(f"The file is over {MAX_LINES} lines.")


def cut(octets: bytes, number: int = 1) -> Iterator[Piece]:
    """Yield each card and each text outside of cards; the first line is line `number`.

    A card ends at its END, or where another begins that is no value of its AGENT. Raises NotACard
    over MAX_PROPERTIES lines.
    """
    piece = Piece()
    depth = 0
    for line in _bounded(unfolded(octets, number)):
        match = _EDGE.fullmatch(line.octets)
        edge = match[1].upper() if match else b""
        if depth:
            piece.lines[-1].nested.append(line.octets)
            depth += (edge == b"BEGIN") - (edge == b"END")
        elif edge == b"BEGIN" and piece.is_card and piece.lines and _holds_card(piece.lines[-1]):
            piece.lines[-1].nested.append(line.octets)
            piece.nested = piece.nested or line.number
            depth = 1
        elif edge == b"BEGIN":
            if piece.edges or piece.lines:
                yield piece
            piece = Piece(is_card=True, edges=[line])
        elif edge:
            piece.edges.append(line)
            if piece.is_card:
                piece.ended = True
                yield piece
                piece = Piece()
        else:
            piece.lines.append(line)
            if piece.is_card and _opens_card(line):
                piece.nested = piece.nested or line.number
                depth = 1
    if piece.edges or piece.lines:
        yield piece


def _bounded(lines: Iterator[RawLine]) -> Iterator[RawLine]:
    for count, line in enumerate(lines):
        if count == MAX_PROPERTIES:
            raise NotACard(f"The file is over {MAX_PROPERTIES} properties.")
        yield line


def _agent(line: RawLine) -> bytes | None:
    """Return the value of an AGENT in upper case, None of another property."""
    if not _AGENT.match(line.octets, 0, MAX_HEAD):
        return None
    return line.octets[:MAX_HEAD].partition(b":")[2].strip().upper()


def _holds_card(line: RawLine) -> bool:
    """Return whether the next line may begin a card that is the value of this line."""
    return not line.nested and _agent(line) == b""


def _opens_card(line: RawLine) -> bool:
    """Return whether a card begins in the value of this line and ends on a later line."""
    value = _agent(line) or b""
    return value.startswith(_BEGIN) and not (_END in value or b"\\N" in value)


def unfolded(data: bytes, number: int = 1) -> Iterator[RawLine]:
    """Undo the folds (RFC 2426 section 2.6) and the soft breaks of quoted-printable (2.1)."""
    parts: list[bytes] = []
    start = loose = 0
    soft = base64 = False
    for place, match in enumerate(_PHYSICAL.finditer(data), start=number):
        text, end = match.group(1), match.group(2)
        goes_on = parts and (
            text[:1] in (b" ", b"\t")
            or (soft and _ends_softly(parts[-1]))
            or (base64 and place == start + len(parts) and _goes_on(parts[-1], text))
        )
        if not goes_on:
            if parts:
                yield _raw(start, parts, loose, soft=soft)
            parts, start, loose = [], place, 0
            soft, base64 = _is_coded(text)
        if text or goes_on:
            parts.append(text)
        if parts and end in (b"\r", b"\n", DOUBLED_END) and not loose:
            loose = place
    if parts:
        yield _raw(start, parts, loose, soft=soft)


def _raw(number: int, parts: list[bytes], loose: int, *, soft: bool) -> RawLine:
    octets = parts[0] if len(parts) == 1 else _joined(parts, soft=soft)
    return RawLine(number=number, octets=octets, parts=parts, loose_end=loose)


def _is_coded(first: bytes) -> tuple[bool, bool]:
    """Return whether a line is in quoted-printable, and whether in base64."""
    head = first[:MAX_HEAD].partition(b":")[0]
    return (_coding if len(head) > MAX_REMEMBERED else _remembered_coding)(head)


def _coding(head: bytes) -> tuple[bool, bool]:
    return b"QUOTED-PRINTABLE" in head.upper(), _BASE64_HEAD.search(head) is not None


_remembered_coding = lru_cache(maxsize=4096)(_coding)


def _ends_softly(part: bytes) -> bool:
    # RFC 2045 section 6.7: blanks after the = were added in transport
    return part.rstrip(b" \t").endswith(b"=")


def _goes_on(before: bytes, text: bytes) -> bool:
    """Return whether a line without indentation continues the base64 of the line before."""
    return not before.endswith(b"=") and _BASE64_LINE.fullmatch(text) is not None


def soft_breaks(parts: Sequence[bytes]) -> list[bool]:
    """Return whether each physical line but the first follows a soft break of quoted-printable."""
    soft, _ = _is_coded(parts[0])
    if not soft:
        return [False] * (len(parts) - 1)
    return [_ends_softly(before) for before in parts[:-1]]


def _joined(parts: Sequence[bytes], *, soft: bool) -> bytes:
    """Return the octets of a content line without its folds and soft breaks."""
    pieces = [parts[0]]
    for before, part in pairwise(parts):
        if soft and _ends_softly(before):
            pieces[-1] = pieces[-1].rstrip(b" \t")[:-1]
            pieces.append(part)
        else:
            pieces.append(part[1:] if part[:1] in (b" ", b"\t") else part)
    return b"".join(pieces)


def _block(piece: Piece) -> Block:
    return Block(
        lines=tuple(map(_line, piece.lines)),
        edges=tuple(map(_line, piece.edges)),
        raw=tuple(piece.lines),
        ended=piece.ended,
        nested=piece.nested,
    )


def _line(raw: RawLine) -> Line:
    text, utf8 = decoded_line(raw.octets)
    head, value, fault = halves(text)
    start = (_start if len(head) > MAX_REMEMBERED else _remembered)(head)
    return Line(
        number=raw.number,
        parts=tuple(raw.parts),
        loose_end=raw.loose_end,
        utf8=utf8,
        written_name=start.written_name,
        group=start.group,
        name=start.name,
        parameters=start.parameters,
        types=start.types,
        encodings=start.encodings,
        value=value,
        fault=fault or start.fault,
    )


def _start(head: str) -> Start:
    pieces = split(head, ";")
    name = NAME.fullmatch(pieces[0].strip())
    fault = BAD_NAME if name is None else "" if _is_grammatical(pieces[0]) else ODD_NAME
    if len(pieces) > MAX_PARAMETERS + 1:
        fault = fault or BAD_NAME
    parameters = tuple(_parameter(piece) for piece in pieces[1 : MAX_PARAMETERS + 1])
    return Start(
        written_name=(name[2] or "") if name else "",
        group=(name[1] or "") if name else "",
        name=name[2].upper() if name else "",
        parameters=parameters,
        types=_types(parameters),
        encodings=_encodings(parameters),
        fault=fault,
    )


_remembered = lru_cache(maxsize=4096)(_start)


def _is_grammatical(name: str) -> bool:
    return _GRAMMATICAL.fullmatch(name) is not None


def halves(text: str) -> tuple[str, str, str]:
    """Return (head, value, fault); the head is what precedes the colon. An open quote hides
    none."""
    start = text[: MAX_HEAD + 1]
    match = _COLON.match(start)
    if match is not None:
        return start[: match.end() - 1], text[match.end() :], ""
    head, colon, _ = start.partition(":")
    if not colon:
        return "", text, NO_COLON
    return head, text[len(head) + 1 :], BAD_NAME


def split(text: str, mark: str) -> list[str]:
    """Split at `mark` outside of double quotes; for short texts (MAX_HEAD)."""
    if '"' not in text:
        return text.split(mark)
    pieces: list[str] = []
    inside = False
    for piece in text.split(mark):
        if inside:
            pieces[-1] += mark + piece
        else:
            pieces.append(piece)
        inside ^= piece.count('"') % 2 == 1
    return pieces


def _parameter(text: str) -> Parameter:
    name, equals, values = text.partition("=")
    if not equals:
        name, values = "", name
    pieces = [value.strip() for value in split(values, ",")]
    quoted = '"' in values
    return Parameter(
        name=name.strip().upper(),
        values=tuple([value.strip('"') for value in pieces] if quoted else pieces),
        quoted=quoted,
        torn=quoted and not all(map(_WHOLE_VALUE.fullmatch, pieces)),
    )


def _types(parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
    return tuple(
        each.strip().upper()
        for parameter in parameters
        if parameter.name in ("TYPE", "")
        for value in parameter.values
        for each in value.split(",")
        if each.strip()
    )


def _encodings(parameters: tuple[Parameter, ...]) -> frozenset[str]:
    return frozenset(
        value.upper()
        for parameter in parameters
        if parameter.name in ("ENCODING", "")
        for value in parameter.values
    )
