"""properties -> octets: vCard 3.0 (RFC 2426) as text.

    contentline = [group "."] name *(";" param) ":" value CRLF        RFC 2426 section 4
    a line over 75 octets is folded: CRLF and one blank               RFC 2425 section 5.8.1
    text-value  = *(SAFE / "\\\\" / "\\;" / "\\," / "\\n")            RFC 2426 section 4

No octet of a value ever becomes structure: text is escaped, and what cannot be escaped (an address
on the web, a name of a property) raises ValueError when it holds a control character.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import Final

from vcardsvc.card.profiles import Types
from vcardsvc.card.properties import Kind, Property

LINE: Final = 75
"""Octets of a physical line without its CRLF (RFC 2425 section 5.8.1)."""

REACH: Final = 24
"""Octets that a fold may move back for a place that no reader stumbles over."""

CHUNK: Final = 64 * 1024
"""Octets of a chunk of a photo on its way out."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_HEAD: Final = ("BEGIN:VCARD", "VERSION:3.0")
_TAIL: Final = "END:VCARD\r\n"
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


@lru_cache(maxsize=256)
def _opening(group: str, name: str, types: Types) -> str:
    opening = f"{name};TYPE={','.join(types)}:" if types else f"{name}:"
    return f"{group}.{opening}" if group else opening


def _line(name: str, value: object, kind: Kind, types: Types, group: str) -> str:
    if kind is Kind.TEXT and isinstance(value, str):
        line = _opening(group, name, types) + escape(value)
    elif kind is Kind.PARTS and isinstance(value, tuple):
        parts = ";".join([escape(part) if part else "" for part in value])
        line = _opening(group, name, types) + parts
    elif kind is Kind.URI and isinstance(value, str):
        line = _opening(group, name, types) + value
    else:
        raise ValueError(f"{name} holds a value that is not of its kind")
    if not line.isprintable() and _CONTROL.search(line):
        raise ValueError(f"{name} holds a control character")
    return line if len(line) <= LINE and line.isascii() else fold(line)


def _photo_block(jpeg: bytes) -> bytes:
    """The PHOTO line, folded in one step: struct cuts equal rows in a quarter of a loop's time."""
    data = b2a_base64(jpeg, newline=False)
    first = LINE - len(_PHOTO_HEAD)
    rows, rest = divmod(max(len(data) - first, 0), LINE - 1)
    cut = len(data) - rest if rows else min(first, len(data))
    pieces = [data[:first], *_rows(rows).unpack(data[first:cut])]
    if cut < len(data):
        pieces.append(data[cut:])
    return _PHOTO_HEAD + b"\r\n ".join(pieces) + b"\r\n"


@lru_cache(maxsize=4)
def _rows(count: int) -> Struct:
    """Cuts `count` continuation rows; a few are kept, they weigh 16 octets a row."""
    return Struct(f"{LINE - 1}s" * count)


def assemble(said: Iterable[Property]) -> Card:
    """The card that says this. Raises ValueError where a value could open a line of its own."""
    lines: list[str] = [*_HEAD]
    photos: list[bytes] = []
    for name, value, kind, types, group in said:
        if kind is Kind.JPEG and isinstance(value, bytes):
            photos.append(_photo_block(value))
        else:
            lines.append(_line(name, value, kind, types, group))
    text = "\r\n".join(lines) + "\r\n"
    if not photos:
        whole = (text + _TAIL).encode()
        return Card(chunks=(whole,), size=len(whole), etag=_etag(whole))
    block = b"".join(photos)
    chunks = (
        text.encode(),
        *(block[at : at + CHUNK] for at in range(0, len(block), CHUNK)),
        _TAIL.encode(),
    )
    return Card(chunks=chunks, size=sum(map(len, chunks)), etag=_etag(*chunks))


def _etag(*chunks: bytes) -> str:
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return f'"{digest.hexdigest()[:32]}"'
