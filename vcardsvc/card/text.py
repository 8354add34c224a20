"""properties -> octets: vCard 3.0 (RFC 2426) as text.

    contentline = [group "."] name *(";" param) ":" value CRLF        RFC 2426 section 4
    a line over 75 octets is folded: CRLF and one blank               RFC 2425 section 5.8.1
    text-value  = *(SAFE / "\\\\" / "\\;" / "\\," / "\\n")            RFC 2426 section 4

No octet of a value ever becomes structure: every value is escaped, an address on the web too, which
holds nothing to escape, and a control character raises ValueError.
"""

import re
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from vcardsvc.card.properties import Property, Value

LINE: Final = 75
"""Octets of a physical line without its CRLF (RFC 2425 section 5.8.1)."""

REACH: Final = 24
"""Octets that a fold may move back for a place that no reader stumbles over."""

CHUNK: Final = 64 * 1024
"""Octets of a chunk of a photo on its way out."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_PART: Final = "\x1e"
_END: Final = "\x1f"
_HEAD: Final = "BEGIN:VCARD\r\nVERSION:3.0\r\n"
_TAIL: Final = b"END:VCARD\r\n"
_PHOTO_HEAD: Final = b"PHOTO;ENCODING=b;TYPE=JPEG:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A whole card: its octets in chunks, their number, and a strong ETag (RFC 9110, quoted)."""

    chunks: tuple[bytes, ...]
    size: int
    etag: str

    @property
    def octets(self) -> bytes:
        """The card in one piece."""
        return b"".join(self.chunks)


def escape(text: str) -> str:
    """A text value (RFC 2426 section 4). Its mirror is any vCard reader."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """`line` with CRLF and a blank between every two pieces of at most 75 octets.

    A piece ends on a character boundary and, where there is a choice within REACH, neither beside
    a blank (one reader loses it) nor after a backslash.
    """
    octets = line.encode()
    if len(octets) <= LINE:
        return line
    pieces = []
    start, room = 0, LINE
    while len(octets) - start > room:
        end = _fold_at(octets, start, start + room)
        pieces.append(octets[start:end])
        start, room = end, LINE - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()


def _fold_at(octets: bytes, start: int, end: int) -> int:
    while octets[end] & 0xC0 == 0x80:
        end -= 1
    for place in range(end, max(start + 1, end - REACH), -1):
        before, after = octets[place - 1], octets[place]
        if after & 0xC0 != 0x80 and after not in b" \t" and before not in b" \t\\":
            return place
    return end


def _photo_block(jpeg: bytes) -> bytes:
    """The PHOTO line, folded in one step."""
    data = b2a_base64(jpeg, newline=False)
    first = LINE - len(_PHOTO_HEAD)
    rows = [data[:first]]
    rows += [data[at : at + LINE - 1] for at in range(first, len(data), LINE - 1)]
    return _PHOTO_HEAD + b"\r\n ".join(rows) + b"\r\n"


def _flat(value: Value) -> str:
    """A value as one text, its components parted; raises ValueError for a control character."""
    text = value if isinstance(value, str) else "".join(value)
    if not text.isprintable() and _CONTROL.search(text):
        raise ValueError("a value holds a control character")
    return text if isinstance(value, str) else _PART.join(value)


def lines(said: Sequence[Property]) -> list[str]:
    """The lines of these properties, escaped and folded. Raises ValueError.

    All values are escaped in one pass, parted by controls that none of them holds: a card has
    thirty, and to do it thirty times would be most of the work.
    """
    values = [
        value if type(value) is str and value.isprintable() else _flat(value) for _, value in said
    ]
    written = escape(_END.join(values)).replace(_PART, ";").split(_END)
    unfolded = [head + value for (head, _), value in zip(said, written, strict=True)]
    return [line if line.isascii() and len(line) <= LINE else fold(line) for line in unfolded]


def assemble(said: Sequence[Property], jpeg: bytes = b"") -> Card:
    """The card that says this and ends with this photo. Raises ValueError for a control character
    that no text may hold."""
    text = (_HEAD + "\r\n".join(lines(said)) + "\r\n").encode()
    if not jpeg:
        whole = text + _TAIL
        return Card(chunks=(whole,), size=len(whole), etag=_etag(whole))
    block = _photo_block(jpeg)
    pieces = (block[at : at + CHUNK] for at in range(0, len(block), CHUNK))
    chunks = (text, *pieces, _TAIL)
    return Card(chunks=chunks, size=sum(map(len, chunks)), etag=_etag(*chunks))


def _etag(*chunks: bytes) -> str:
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return f'"{digest.hexdigest()[:32]}"'
