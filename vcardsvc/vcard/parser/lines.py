"""Splits the octets of a file into content lines and cards, in any state.

Strategy: folds are undone on octets before decoding, so that a fold within a character does no
harm; base64 lines without indentation are joined too. Every line keeps its number and its physical
lines, for the findings. No pattern backtracks over a line, since files may be hostile.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
"""The most octets of a file: about 70 cards with the largest photos that phones write."""
MAX_LINES = 300_000
"""The most physical lines of a file; one of MAX_BYTES folded at 75 octets has half as many."""
MAX_PROPERTIES = 50_000
"""The most content lines of a file: about 3,000 cards, read in a few seconds."""
MAX_HEAD = 4_000
"""The most characters before a value's colon; real exports have under 200."""
MAX_PARAMETERS = 200
"""The most parameters of a line; real lines have under ten."""

NO_COLON = "no-colon"
BAD_NAME = "bad-name"
ODD_NAME = "odd-name"
"""The faults of a line before its value. A line with ODD_NAME still has a name."""

_PHYSICAL = re.compile(rb"([^\r\n]*+)(\r\n|\r|\n|\Z)")
_COLON = re.compile(r'(?:[^":]++|"[^"]*+")*+:')
_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_GRAMMATICAL = re.compile(r"(?:[A-Za-z0-9-]+\.)?[A-Za-z0-9-]+")
_WHOLE_VALUE = re.compile(r'"[^"]*"|[^"]*')
_BASE64_HEAD = re.compile(rb";(?:ENCODING=)?(?:BASE64|B)(?:;|\Z)", re.IGNORECASE)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]++=*+")
_APPLE_UNICODE = re.compile(rb"VERSION[^:\r\n]{0,200}:3\.0")
_AGENT = "AGENT"
"""The property whose value may be a card: AGENT (2.1, 3.0), X-AGENT."""
_CARD_START = "BEGIN:VCARD"
_CARD_END = "END:VCARD"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
CHARSETS = re.compile(
    r"utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d|shift_jis|euc-jp|euc-kr|gb2312|gbk|gb18030"
    r"|big5|koi8-r",
    re.IGNORECASE,
)
"""Encodings that are decoded. Python knows others, some in quadratic time (punycode)."""


class NotACard(ValueError):
    """Says why a file cannot be read, in a sentence without content of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Holds a parameter: its name in upper case ("" for a value of 2.1 without a name), and its
    values without quotes. `torn`: a quote is not at both ends of a value."""

    name: str
    values: tuple[str, ...]
    quoted: bool = False
    torn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Holds a content line.

    `parts` are its physical lines without their ends, `fault` is "", NO_COLON, BAD_NAME or
    ODD_NAME. `loose_end` is the number of the first physical line that ends in a lone CR or LF, or
    0. `types` are the values of TYPE, `encodings` those of ENCODING, each with the values without a
    parameter name, in upper case. `name` is in upper case, `written_name` as written. Parameters
    after the first MAX_PARAMETERS are left out.
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

    def is_edge(self, name: str) -> bool:
        """Return whether this line is BEGIN:VCARD or END:VCARD."""
        return self.name == name and self.value.strip().upper() == "VCARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Holds the lines of one card without BEGIN and END, which are `edges`. `nested` is the number
    of the line of a card within it (2.1 AGENT), which is left out, or 0."""

    lines: tuple[Line, ...]
    edges: tuple[Line, ...]
    ended: bool
    nested: int = 0


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
    utf16 = data.startswith(_UTF16)
    if utf16:
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    mark = data.startswith(_UTF8_MARK)
    if data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") > MAX_LINES:
        raise NotACard(f"The file is over {MAX_LINES} lines.")
    blocks, stray = _blocks(content_lines(data.removeprefix(_UTF8_MARK)))
    if not blocks:
        raise NotACard("The file holds no BEGIN:VCARD.")
    return File(
        blocks=blocks,
        stray=stray,
        byte_order_mark=mark,
        utf16=utf16,
        apple_utf8=utf16
        or (data.startswith(_CARD_START.encode()) and _APPLE_UNICODE.search(data) is not None),
    )


def content_lines(data: bytes) -> tuple[Line, ...]:
    """Undo the folds (RFC 2426 section 2.6) and the soft breaks of quoted-printable (2.1)."""
    lines: list[Line] = []
    for number, parts, loose in _unfolded(data):
        if len(lines) == MAX_PROPERTIES:
            raise NotACard(f"The file is over {MAX_PROPERTIES} properties.")
        lines.append(_line(number, parts, loose))
    return tuple(lines)


def _unfolded(data: bytes) -> Iterator[tuple[int, list[bytes], int]]:
    """Yield (number of the first physical line, physical lines, first loose end) of each line."""
    parts: list[bytes] = []
    start = loose = 0
    soft = base64 = False
    for number, match in enumerate(_PHYSICAL.finditer(data), start=1):
        text, end = match.group(1), match.group(2)
        goes_on = parts and (
            text[:1] in (b" ", b"\t")
            or (soft and _ends_softly(parts[-1]))
            or (base64 and number == start + len(parts) and _goes_on(parts[-1], text))
        )
        if not goes_on:
            if parts:
                yield start, parts, loose
            parts, start, loose = [], number, 0
            soft, base64 = _breaks_softly(text), _is_base64(text)
        if text or goes_on:
            parts.append(text)
        if parts and end in (b"\r", b"\n") and not loose:
            loose = number
    if parts:
        yield start, parts, loose


def _head(first: bytes) -> bytes:
    return first[:MAX_HEAD].split(b":")[0]


def _breaks_softly(first: bytes) -> bool:
    return b"QUOTED-PRINTABLE" in _head(first).upper()


def _is_base64(first: bytes) -> bool:
    return _BASE64_HEAD.search(_head(first)) is not None


def _ends_softly(part: bytes) -> bool:
    # RFC 2045 section 6.7: blanks after the = were added in transport
    return part.rstrip(b" \t").endswith(b"=")


def _goes_on(before: bytes, text: bytes) -> bool:
    """Return whether a line without indentation continues the base64 of the line before."""
    return not before.endswith(b"=") and _BASE64_LINE.fullmatch(text) is not None


def soft_breaks(parts: Sequence[bytes]) -> list[bool]:
    """Return whether each physical line but the first follows a soft break of quoted-printable."""
    soft = _breaks_softly(parts[0])
    return [soft and _ends_softly(before) for before in parts[:-1]]


def joined(parts: Sequence[bytes]) -> bytes:
    """The octets of a content line without its folds and soft breaks."""
    pieces = [parts[0]]
    for part, after_soft in zip(parts[1:], soft_breaks(parts), strict=True):
        if after_soft:
            pieces[-1] = pieces[-1].rstrip(b" \t")[:-1]
            pieces.append(part)
        else:
            pieces.append(part[1:] if part[:1] in (b" ", b"\t") else part)
    return b"".join(pieces)


def _line(number: int, parts: list[bytes], loose: int) -> Line:
    octets = joined(parts)
    text, utf8 = _decoded(octets)
    head, value, fault = _halves(text)
    pieces = _split(head, ";")
    name = _NAME.fullmatch(pieces[0].strip())
    if not fault:
        fault = BAD_NAME if name is None else ODD_NAME if not _is_grammatical(pieces[0]) else ""
    if len(pieces) > MAX_PARAMETERS + 1:
        fault = fault or BAD_NAME
    parameters = tuple(_parameter(piece) for piece in pieces[1 : MAX_PARAMETERS + 1])
    return Line(
        number=number,
        parts=tuple(parts),
        loose_end=loose,
        utf8=utf8,
        written_name=(name[2] or "") if name else "",
        group=(name[1] or "") if name else "",
        name=name[2].upper() if name else "",
        parameters=parameters,
        types=_types(parameters),
        encodings=_encodings(parameters),
        value=value,
        fault=fault,
    )


def _is_grammatical(name: str) -> bool:
    return _GRAMMATICAL.fullmatch(name) is not None


def _decoded(octets: bytes) -> tuple[str, bool]:
    try:
        return octets.decode(), True
    except UnicodeDecodeError:
        match = re.search(rb";CHARSET=([A-Za-z0-9_-]{1,20})", octets[:MAX_HEAD], re.IGNORECASE)
        charset = match[1].decode() if match else ""
        known = CHARSETS.fullmatch(charset) and charset.lower() != "utf-8"
        try:
            return octets.decode(charset if known else "cp1252", "replace"), False
        except LookupError:  # iso-8859-99 has the right form and does not exist
            return octets.decode("cp1252", "replace"), False


def _halves(text: str) -> tuple[str, str, str]:
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


def _split(text: str, mark: str) -> list[str]:
    """Split at `mark` outside of double quotes; for short texts (MAX_HEAD)."""
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
    pieces = [value.strip() for value in _split(values, ",")]
    return Parameter(
        name=name.strip().upper(),
        values=tuple(value.strip('"') for value in pieces),
        quoted='"' in values,
        torn=not all(map(_WHOLE_VALUE.fullmatch, pieces)),
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


def _blocks(lines: tuple[Line, ...]) -> tuple[tuple[Block, ...], tuple[Line, ...]]:
    blocks: list[Block] = []
    stray: list[Line] = []
    remaining = iter(lines)
    maybe_begin = next(remaining, None)
    while maybe_begin is not None:
        if maybe_begin.is_edge("BEGIN"):
            block, maybe_begin = _block(maybe_begin, remaining)
            blocks.append(block)
        else:
            stray.append(maybe_begin)
            maybe_begin = next(remaining, None)
    return tuple(blocks), tuple(stray)


def _block(begin: Line, remaining: Iterator[Line]) -> tuple[Block, Line | None]:
    """Return one card and the line after it."""
    inside: list[Line] = []
    depth = nested = 0
    for line in remaining:
        if line.is_edge("BEGIN"):
            if not depth and not (inside and _holds_card(inside[-1])):
                return Block(lines=tuple(inside), edges=(begin,), ended=False, nested=nested), line
            depth += 1
            nested = nested or line.number
        elif line.is_edge("END"):
            if not depth:
                edges = (begin, line)
                block = Block(lines=tuple(inside), edges=edges, ended=True, nested=nested)
                return block, next(remaining, None)
            depth -= 1
        elif not depth:
            inside.append(line)
            if _opens_card(line):
                depth += 1
                nested = nested or line.number
    return Block(lines=tuple(inside), edges=(begin,), ended=False, nested=nested), None


def _holds_card(line: Line) -> bool:
    """Return whether the next line may begin a card that is the value of this line."""
    return _AGENT in line.name and not line.value.strip()


def _opens_card(line: Line) -> bool:
    """Return whether a card begins in the value of this line and ends on a later line."""
    value = line.value.strip().upper()
    opens = value.startswith(_CARD_START) and _CARD_END not in value and "\\N" not in value
    return _AGENT in line.name and opens
