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

_GOOD_END: Final = r"[^ \t\\](?=[^ \t])"
_FIRST_PIECE: Final = re.compile(
    rf".{{{LINE - REACH},{LINE - 1}}}{_GOOD_END}|.{{{LINE}}}", re.DOTALL
)
_PIECES: Final = re.compile(
    rf"(?=.{{{LINE}}})(?:.{{{LINE - REACH - 1},{LINE - 2}}}{_GOOD_END}|.{{{LINE - 1}}})|.+",
    re.DOTALL,
)
"""The pieces of a folded line of ASCII: up to a good end within REACH, else as long as may be."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_PART: Final = "\x1e"
_END: Final = "\x1f"
_TAIL: Final = b"END:VCARD\r\n"
_CHARSET: Final = "CHARSET=UTF-8"
_CUT_AT_SEMICOLON: Final = re.compile(r"(?:item[0-9]+\.)?(?:FN|TITLE|X-ABLabel)[:;]")
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
    if line.isascii():
        return line if len(line) <= LINE else _fold_ascii(line)
    octets = line.encode()
    return line if len(octets) <= LINE else _fold_octets(octets)


def _fold_octets(octets: bytes) -> str:
    """Fold a longer line octet by octet."""
    pieces = []
    start, room = 0, LINE
    while len(octets) - start > room:
        end = _fold_at(octets, start, start + room)
        pieces.append(octets[start:end])
        start, room = end, LINE - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()


def _fold_ascii(line: str) -> str:
    """Fold a longer line of ASCII, whose characters are octets, by one expression."""
    first = _FIRST_PIECE.match(line)
    assert first is not None  # noqa: S101  # the line is longer than a piece
    end = first.end()
    return "\r\n ".join([line[:end], *_PIECES.findall(line, end)])


def _fold_at(octets: bytes, start: int, end: int) -> int:
    while octets[end] & 0xC0 == 0x80:
        end -= 1
    for place in range(end, max(start + 1, end - REACH), -1):
        before, after = octets[place - 1], octets[place]
        if after & 0xC0 != 0x80 and after not in b" \t" and before not in b" \t\\":
            return place
    return end


def _flat(value: Value) -> str:
    """Join the components of a value with _PART. Raises ValueError for a control character."""
    text = value if isinstance(value, str) else "".join(value)
    if not text.isprintable() and _CONTROL.search(text):
        raise ValueError("a value holds a control character")
    return text if isinstance(value, str) else _PART.join(value)


def lines(properties: Sequence[Property]) -> list[str]:
    """Write properties as lines of 3.0, escaped and folded. Raises ValueError.

    All values are escaped in one pass, separated by controls that no value holds: a card has about
    thirty, and thirty passes would be most of the work.
    """
    values = [
        value if type(value) is str and value.isprintable() else _flat(value)
        for _, value in properties
    ]
    written = escape(_END.join(values)).replace(_PART, ";").split(_END)
    return [
        line if len(line := prefix + value) <= LINE and line.isascii() else fold(line)
        for (prefix, _), value in zip(properties, written, strict=True)
    ]


def _lines_of(properties: Sequence[Property], profile: Profile) -> list[str]:
    """The lines of these properties in any profile. Raises ValueError."""
    write = {"2.1": _v21, "3.0": _v30, "4.0": _v40}[profile.version]
    written = [write(prefix, _flat(value), profile) for prefix, value in properties]
    if profile.version == "2.1":
        return [_ended(line) for line in written] if profile.apple else written
    if not profile.folded:
        return written
    cut = profile.apple and profile.version == "4.0" and not profile.semicolons_escaped
    return [_fold_cut(line) if cut else fold(line) for line in written]


def _ended(line: str) -> str:
    """The line, with a blank behind a backslash that Apple's reader would take the line end for.

    It eats a backslash and the character behind it; blanks that end a text no reader shows.
    """
    return f"{line} " if (len(line) - len(line.rstrip("\\"))) % 2 else line


def _fold_cut(line: str) -> str:
    """The line folded, or whole where Apple's reader, which ends some texts at a bare semicolon,
    would take a fold behind it for a line over which it loses the card."""
    folded = fold(line)
    if folded is not line and _CUT_AT_SEMICOLON.match(line):
        behind = folded.find(";")
        if behind >= 0 and _OPENS_BADLY.search(folded, behind):
            return line
    return folded


def _v30(prefix: str, value: str, profile: Profile) -> str:
    if profile.charset and not value.isascii():
        prefix = f"{prefix[:-1]};{_CHARSET}:"
    return prefix + escape(value).replace(_PART, ";")


def _v40(prefix: str, value: str, profile: Profile) -> str:
    if _STRUCTURED.match(prefix):
        if profile.charset and not value.isascii():
            prefix = f"{prefix[:-1]};{_CHARSET}:"
        return prefix + escape(value).replace(_PART, ";")
    if prefix == "UID:":
        return prefix + value  # a URI has no escapes (RFC 6350 section 4.2)
    if profile.charset and not value.isascii():
        prefix = f"{prefix[:-1]};{_CHARSET}:"
    if profile.semicolons_escaped:
        return prefix + escape(value)
    # The semicolon stays bare: one reader drops a card with an escaped one.
    return prefix + value.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n")


def _v21(prefix: str, value: str, profile: Profile) -> str:
    cut = ";" in value and _CUT_AT_SEMICOLON.match(prefix) is not None
    if _STRUCTURED.match(prefix) and not prefix.startswith("X-"):
        value = value.replace("\\", "\\\\").replace(";", "\\;")
    elif profile.backslashes_doubled:
        value = value.replace("\\", "\\\\")
    value = value.replace(_PART, ";")
    if profile.charset and "\n" not in value:
        return f"{prefix[:-1]};{_CHARSET}:{value}" if not value.isascii() else prefix + value
    if value.isascii() and "\n" not in value and not cut:
        return prefix + value
    return quoted(f"{prefix[:-1]};{_CHARSET};ENCODING=QUOTED-PRINTABLE:", value, semicolons=cut)


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


def _photo(jpeg: bytes, profile: Profile) -> bytes:
    """Write the PHOTO line with its line end, folded in one step."""
    data = b2a_base64(jpeg, newline=False)
    if profile.version == "2.1":
        rows = [data[at : at + LINE - 1] for at in range(0, len(data), LINE - 1)]
        # Outlook and Samsung need the blank line; so does Android before most properties.
        return _PHOTO_PREFIXES["2.1"] + b"\r\n " + b"\r\n ".join(rows) + b"\r\n\r\n"
    prefix = _PHOTO_PREFIXES[profile.version]
    if not profile.photo_folded:
        return prefix + data + b"\r\n"
    first = LINE - len(prefix)
    rows = [data[:first]]
    rows += [data[at : at + LINE - 1] for at in range(first, len(data), LINE - 1)]
    return prefix + b"\r\n ".join(rows) + b"\r\n"


def assemble(
    properties: Sequence[Property], jpeg: bytes = b"", profile: Profile = UNIVERSAL
) -> tuple[bytes, ...]:
    """Return the octets, in pieces, of the card with these properties and this photo.

    Raises ValueError for a control character that no text may hold.
    """
    written = lines(properties) if profile.usual else _lines_of(properties, profile)
    start = f"BEGIN:VCARD\r\nVERSION:{profile.version}\r\n"
    text = (start + "\r\n".join(written) + "\r\n").encode()
    if not jpeg:
        return (text + _TAIL,)
    return (text, _photo(jpeg, profile), _TAIL)
