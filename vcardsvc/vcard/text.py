"""Writes properties as text: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350).

    contentline = [group "."] name *(";" param) ":" value CRLF        RFC 2426 section 4
    a line over 75 octets is folded: CRLF and one blank               RFC 2425 section 5.8.1
    text-value  = *(SAFE / "\\\\" / "\\;" / "\\," / "\\n")            RFC 2426 section 4

    4.0: the same, but a semicolon in a text stays bare              RFC 6350 section 3.4
    2.1: no escapes but "\\;" in N, ORG and ADR; quoted-printable with a CHARSET for a text that is
         not ASCII or holds a line break                              vCard 2.1, section 2.1

Every value is escaped, and a control character raises ValueError, so that no value can add a line
or a component.
"""

import re
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from vcardsvc.model.request import Version
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import Property, Value
from vcardsvc.vcard.targets import UNIVERSAL

LINE: Final = 75
"""Octets of a physical line without its CRLF (RFC 2425 section 5.8.1)."""

REACH: Final = 24
"""The most octets by which a fold moves back to a place that every reader reads well."""

QUOTED_LINE: Final = 76
"""Octets of a line of quoted-printable with its soft line break (RFC 2045 section 6.7)."""


def _piece(room: int) -> str:
    """Return a pattern for the first `room` octets of a longer line, or up to REACH fewer.

    The fold stands at the end of a character, so up to three octets before `room`; from there it
    moves back to the nearest place that is not beside a blank nor behind a backslash.
    """
    ends = [
        rf"(?=.{{{end}}}[^\x80-\xbf])"
        rf"(?:.{{{end - REACH},{end - 1}}}[^ \t\\](?=[^ \t\x80-\xbf])|.{{{end}}})"
        for end in range(room, room - 4, -1)
    ]
    return f"(?=.{{{room + 1}}})(?:{'|'.join(ends)})"


_FIRST_PIECE: Final = re.compile(_piece(LINE).encode(), re.DOTALL)
_PIECES: Final = re.compile(f"{_piece(LINE - 1)}|.+".encode(), re.DOTALL)

CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that no text of a card may hold."""
_PART: Final = "\x1e"
_COMMA: Final = "\x1d"
_START: Final = "\x1f"
_CONCEALED: Final = str.maketrans({";": _PART, ",": _COMMA})
"""Conceals the separators of a prefix, and of components, from the escaping of all texts at once:
they are controls, which no text holds."""
_TAIL: Final = b"END:VCARD\r\n"
CHARSET: Final = "CHARSET=UTF-8"
CUT_AT_SEMICOLON: Final = re.compile(r"(?:item[0-9]+\.)?(?:FN|TITLE|X-ABLabel)[:;]")
"""Texts that Apple's reader ends at a bare semicolon."""
_OPENS_BADLY: Final = re.compile(r"\r\n (?:[:;=]|[^\x00-\x7f])")
"""A fold whose next line, taken for a property, costs the card in Apple's reader."""
_STRUCTURED: Final = re.compile(r"(?:item[0-9]+\.)?(?:N|ORG|ADR|X-ANDROID-CUSTOM)[:;]")
_PHOTO_PREFIXES: Final[dict[Version, bytes]] = {
    "2.1": b"PHOTO;ENCODING=BASE64;JPEG:",
    "3.0": b"PHOTO;ENCODING=b;TYPE=JPEG:",
    "4.0": b"PHOTO:data:image/jpeg;base64,",
}


def escape(text: str) -> str:
    """Escape a text value (RFC 2426 section 4)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """Fold a line into pieces of at most LINE octets, separated by CRLF and a blank.

    A piece ends at the end of a character and, if there is such a place within REACH, neither
    beside a blank (one reader loses it) nor after a backslash.
    """
    octets = line.encode()
    return line if len(octets) <= LINE else fold_octets(octets).decode()


def fold_octets(line: bytes) -> bytes:
    """Fold a line of more than LINE octets."""
    first = _FIRST_PIECE.match(line)
    assert first is not None  # noqa: S101  # the line is longer than a piece
    end = first.end()
    return b"\r\n ".join([line[:end], *_PIECES.findall(line, end)])


def _flat(value: Value) -> str:
    """Join the components of a value with _PART. Raises ValueError for a control character."""
    text = value if isinstance(value, str) else "".join(value)
    if not text.isprintable() and CONTROL.search(text):
        raise ValueError("a value holds a control character")
    return text if isinstance(value, str) else _PART.join(value)


def _usual_text(properties: Sequence[Property]) -> bytes:
    """Write properties as lines of 3.0, escaped and folded, each behind a line end. Raises
    ValueError.

    All texts are checked, joined, encoded and escaped together: a card has about thirty, and thirty
    passes would be most of the work. Octets are replaced in a tenth of the time of characters.
    """
    texts: list[str] = []
    lines: list[str] = []
    for prefix, value in properties:
        if type(value) is str:
            texts.append(value)
            lines += (_start(prefix), value)
        else:
            texts += value
            lines += (_start(prefix), _PART.join(value))
    _flat("".join(texts))
    octets = "".join(lines).encode().replace(b"\\", b"\\\\")
    octets = octets.replace(b";", b"\\;").replace(b",", b"\\,").replace(b"\n", b"\\n")
    octets = octets.replace(_PART.encode(), b";").replace(_COMMA.encode(), b",")
    written = octets.split(_START.encode())
    return b"\r\n".join([line if len(line) <= LINE else fold_octets(line) for line in written])


@lru_cache
def _start(prefix: str) -> str:
    """Return the start of a line with its separators concealed."""
    return _START + prefix.translate(_CONCEALED)


def _lines_of(properties: Sequence[Property], profile: Profile) -> list[str]:
    """The lines of these properties in any profile. Raises ValueError."""
    write = {"2.1": _v21, "3.0": _v30, "4.0": _v40}[profile.version]
    written = [write(prefix, _flat(value), profile) for prefix, value in properties]
    if profile.version == "2.1":
        return [ended(line) for line in written] if profile.apple else written
    if not profile.folded:
        return written
    cut = profile.apple and profile.version == "4.0" and not profile.semicolons_escaped
    return [fold_cut(line) if cut else fold(line) for line in written]


def ended(line: str) -> str:
    """The line, with a blank behind a backslash that Apple's reader would take the line end for.

    It eats a backslash and the character behind it; blanks that end a text no reader shows.
    """
    return f"{line} " if (len(line) - len(line.rstrip("\\"))) % 2 else line


def fold_cut(line: str) -> str:
    """The line folded, or whole where Apple's reader, which ends some texts at a bare semicolon,
    would take a fold behind it for a line over which it loses the card."""
    folded = fold(line)
    if folded is not line and CUT_AT_SEMICOLON.match(line):
        behind = folded.find(";")
        if behind >= 0 and _OPENS_BADLY.search(folded, behind):
            return line
    return folded


def _v30(prefix: str, value: str, profile: Profile) -> str:
    if profile.charset and not value.isascii():
        prefix = f"{prefix[:-1]};{CHARSET}:"
    return prefix + escape(value).replace(_PART, ";")


def _v40(prefix: str, value: str, profile: Profile) -> str:
    if _STRUCTURED.match(prefix):
        if profile.charset and not value.isascii():
            prefix = f"{prefix[:-1]};{CHARSET}:"
        return prefix + escape(value).replace(_PART, ";")
    if prefix == "UID:":
        return prefix + value  # a URI has no escapes (RFC 6350 section 4.2)
    if profile.charset and not value.isascii():
        prefix = f"{prefix[:-1]};{CHARSET}:"
    if profile.semicolons_escaped:
        return prefix + escape(value)
    # The semicolon stays bare: one reader drops a card with an escaped one.
    return prefix + value.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n")


def _v21(prefix: str, value: str, profile: Profile) -> str:
    cut = ";" in value and CUT_AT_SEMICOLON.match(prefix) is not None
    if _STRUCTURED.match(prefix) and not prefix.startswith("X-"):
        value = value.replace("\\", "\\\\").replace(";", "\\;")
    elif profile.backslashes_doubled:
        value = value.replace("\\", "\\\\")
    value = value.replace(_PART, ";")
    if profile.charset and "\n" not in value:
        return f"{prefix[:-1]};{CHARSET}:{value}" if not value.isascii() else prefix + value
    if value.isascii() and "\n" not in value and not cut:
        return prefix + value
    return quoted(f"{prefix[:-1]};{CHARSET};ENCODING=QUOTED-PRINTABLE:", value, semicolons=cut)


def quoted(prefix: str, value: str, *, semicolons: bool = False) -> str:
    """Write a line in quoted-printable (RFC 2045 section 6.7), at most QUOTED_LINE octets each.

    Soft breaks part neither a character nor a line break, which Apple's reader would read as two.
    Blanks are encoded, and no line ends in a backslash: Android's reader never returns from a soft
    break before a blank, and reads a backslash at the end as an escape. (A line of backslashes ends
    after a pair of them.) `semicolons` says whether semicolons are encoded.
    """
    encoded = value.replace("\n", "\r\n").translate(_Quoting())
    if semicolons:
        encoded = encoded.replace(";", "=3B")
    pieces: list[str] = []
    start, space = 0, QUOTED_LINE - len(prefix) - 1
    while len(encoded) - start > space:
        # The line of the prefix may hold nothing else.
        end = _quoted_end(encoded, start, start + space, start + bool(pieces))
        pieces.append(encoded[start:end])
        start, space = end, QUOTED_LINE - 1
    return prefix + "=\r\n".join([*pieces, encoded[start:]])


class _Quoting(dict[int, str]):
    """Maps code points to quoted-printable, and remembers each."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        plain = "!" <= character <= "~" and character != "="
        written = character if plain else "".join(f"={octet:02X}" for octet in character.encode())
        self[point] = written
        return written


def _quoted_end(encoded: str, start: int, end: int, least: int) -> int:
    """Return the last place in `least` to `end` where a line of `encoded` that begins at `start`
    may be broken."""
    end -= 1 if encoded[end - 1] == "=" else 2 if encoded[end - 2] == "=" else 0
    while encoded[end] == "=" and encoded[end + 1] in "89AB":  # within a character of UTF-8
        end -= 3
    if encoded.startswith("=0A", end):  # within a line break
        end -= 3
    whole = end
    while end > start and encoded[end - 1] == "\\":
        end -= 1
    return end if end >= least else whole - (whole - start) % 2


def base64_line(prefix: bytes, octets: bytes, profile: Profile) -> bytes:
    """Write a line of base64 with its line end, folded in one step; `prefix` fits one line."""
    data = b2a_base64(octets, newline=False)
    if profile.version == "2.1":
        rows = [data[at : at + LINE - 1] for at in range(0, len(data), LINE - 1)]
        # Outlook and Samsung need the blank line; so does Android before most properties.
        return prefix + b"\r\n " + b"\r\n ".join(rows) + b"\r\n\r\n"
    if not profile.photo_folded:
        return prefix + data + b"\r\n"
    first = LINE - len(prefix)
    rows = [data[:first]]
    rows += [data[at : at + LINE - 1] for at in range(first, len(data), LINE - 1)]
    return prefix + b"\r\n ".join(rows) + b"\r\n"


def assemble(
    properties: Sequence[Property],
    jpeg: bytes = b"",
    profile: Profile = UNIVERSAL,
    before: Sequence[str] = (),
) -> tuple[bytes, ...]:
    """Return the octets, in pieces, of the card with these properties and this photo.

    `before` are finished lines in front of them: Telegram takes a line that begins with N for the
    name if it stands behind it, and Android 5 to 7.1 glues a folded line onto some others. Raises
    ValueError for a control character that no text may hold.
    """
    start = f"BEGIN:VCARD\r\nVERSION:{profile.version}".encode()
    if before:
        start = b"\r\n".join([start, *[line.encode() for line in before]])
    if profile.usual:
        text = start + _usual_text(properties) + b"\r\n"
    else:
        text = b"\r\n".join([start, "\r\n".join(_lines_of(properties, profile)).encode(), b""])
    if not jpeg:
        return (text + _TAIL,)
    return (text, base64_line(_PHOTO_PREFIXES[profile.version], jpeg, profile), _TAIL)
