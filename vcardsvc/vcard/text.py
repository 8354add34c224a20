"""properties -> octets: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as text.

    contentline = [group "."] name *(";" param) ":" value CRLF        RFC 2426 section 4
    a line over 75 octets is folded: CRLF and one blank               RFC 2425 section 5.8.1
    text-value  = *(SAFE / "\\\\" / "\\;" / "\\," / "\\n")            RFC 2426 section 4

    4.0: the same, but a semicolon in a text stays bare              RFC 6350 section 3.4
    2.1: no escapes but "\\;" in N, ORG and ADR; what is not ASCII, or holds a line break, in
         quoted-printable with a CHARSET                              vCard 2.1, section 2.1

No octet of a value ever becomes structure: every value is escaped, an address on the web too, which
holds nothing to escape, and a control character raises ValueError.
"""

import re
from binascii import b2a_base64
from collections.abc import Sequence
from typing import Final

from vcardsvc.model.contact import Version
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import Property, Value
from vcardsvc.vcard.targets import UNIVERSAL

LINE: Final = 75
"""Octets of a physical line without its CRLF (RFC 2425 section 5.8.1)."""

REACH: Final = 24
"""Octets that a fold may move back for a place that no reader stumbles over."""

QUOTED_LINE: Final = 76
"""Octets of a line of quoted-printable, its soft break included (RFC 2045 section 6.7)."""

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
_PHOTO_HEADS: Final[dict[Version, bytes]] = {
    "2.1": b"PHOTO;ENCODING=BASE64;JPEG:",
    "3.0": b"PHOTO;ENCODING=b;TYPE=JPEG:",
    "4.0": b"PHOTO:data:image/jpeg;base64,",
}


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


def _flat(value: Value) -> str:
    """A value as one text, its components parted; raises ValueError for a control character."""
    text = value if isinstance(value, str) else "".join(value)
    if not text.isprintable() and _CONTROL.search(text):
        raise ValueError("a value holds a control character")
    return text if isinstance(value, str) else _PART.join(value)


def lines(said: Sequence[Property]) -> list[str]:
    """The lines of these properties in 3.0, escaped and folded. Raises ValueError.

    All values are escaped in one pass, parted by controls that none of them holds: a card has
    thirty, and to do it thirty times would be most of the work.
    """
    values = [
        value if type(value) is str and value.isprintable() else _flat(value) for _, value in said
    ]
    written = escape(_END.join(values)).replace(_PART, ";").split(_END)
    return [
        line if len(line := head + value) <= LINE and line.isascii() else fold(line)
        for (head, _), value in zip(said, written, strict=True)
    ]


def _spelled(said: Sequence[Property], profile: Profile) -> list[str]:
    """The lines of these properties in any profile. Raises ValueError."""
    spell = {"2.1": _two, "3.0": _three, "4.0": _four}[profile.version]
    written = [spell(head, _flat(value), profile) for head, value in said]
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


def _three(head: str, value: str, profile: Profile) -> str:
    if profile.charset and not value.isascii():
        head = f"{head[:-1]};{_CHARSET}:"
    return head + escape(value).replace(_PART, ";")


def _four(head: str, value: str, profile: Profile) -> str:
    if _STRUCTURED.match(head):
        if profile.charset and not value.isascii():
            head = f"{head[:-1]};{_CHARSET}:"
        return head + escape(value).replace(_PART, ";")
    if head == "UID:":
        return head + value  # A URI has no escapes (RFC 6350 section 4.2); see `properties.is_uri`.
    if profile.charset and not value.isascii():
        head = f"{head[:-1]};{_CHARSET}:"
    if profile.semicolons_escaped:
        return head + escape(value)
    # Bare: over an escaped one a reader drops the whole card.
    return head + value.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n")


def _two(head: str, value: str, profile: Profile) -> str:
    cut = ";" in value and _CUT_AT_SEMICOLON.match(head) is not None
    if _STRUCTURED.match(head) and not head.startswith("X-"):
        value = value.replace("\\", "\\\\").replace(";", "\\;")
    elif profile.backslashes_doubled:
        value = value.replace("\\", "\\\\")
    value = value.replace(_PART, ";")
    if profile.charset and "\n" not in value:
        return f"{head[:-1]};{_CHARSET}:{value}" if not value.isascii() else head + value
    if value.isascii() and "\n" not in value and not cut:
        return head + value
    return quoted(f"{head[:-1]};{_CHARSET};ENCODING=QUOTED-PRINTABLE:", value, semicolons=cut)


def quoted(head: str, value: str, *, semicolons: bool = False) -> str:
    """The line in quoted-printable (RFC 2045 section 6.7), in lines of at most 76 octets.

    No character is parted, nor a line break: Apple's reader would see two. Blanks are encoded too,
    and no line ends in a backslash: after a soft break before the one Android's reader never
    returns, and it takes the other for an escape. (Where a whole line is backslashes, it ends
    behind a pair of them.) With `semicolons` they are encoded.
    """
    encoded = value.replace("\n", "\r\n").translate(_Quoting())
    if semicolons:
        encoded = encoded.replace(";", "=3B")
    pieces: list[str] = []
    start, room = 0, QUOTED_LINE - len(head) - 1
    while len(encoded) - start > room:
        # The line with the head may hold nothing else.
        end = _quoted_end(encoded, start, start + room, start + bool(pieces))
        pieces.append(encoded[start:end])
        start, room = end, QUOTED_LINE - 1
    return head + "=\r\n".join([*pieces, encoded[start:]])


class _Quoting(dict[int, str]):
    """Code points to their quoted-printable, each found out once."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        plain = "!" <= character <= "~" and character != "="
        written = character if plain else "".join(f"={octet:02X}" for octet in character.encode())
        self[point] = written
        return written


def _quoted_end(encoded: str, start: int, end: int, least: int) -> int:
    """The last place up to `end` where a line of `encoded` from `start` may be broken, not before
    `least`."""
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
    """The PHOTO line and its line end, folded in one step."""
    data = b2a_base64(jpeg, newline=False)
    if profile.version == "2.1":
        rows = [data[at : at + LINE - 1] for at in range(0, len(data), LINE - 1)]
        # Outlook and Samsung want the blank line, Android in front of most properties.
        return _PHOTO_HEADS["2.1"] + b"\r\n " + b"\r\n ".join(rows) + b"\r\n\r\n"
    head = _PHOTO_HEADS[profile.version]
    if not profile.photo_folded:
        return head + data + b"\r\n"
    first = LINE - len(head)
    rows = [data[:first]]
    rows += [data[at : at + LINE - 1] for at in range(first, len(data), LINE - 1)]
    return head + b"\r\n ".join(rows) + b"\r\n"


def assemble(
    said: Sequence[Property], jpeg: bytes = b"", profile: Profile = UNIVERSAL
) -> tuple[bytes, ...]:
    """The octets, in pieces, of the card that says this and ends with this photo.

    Raises ValueError for a control character that no text may hold.
    """
    written = lines(said) if profile.usual else _spelled(said, profile)
    head = f"BEGIN:VCARD\r\nVERSION:{profile.version}\r\n"
    text = (head + "\r\n".join(written) + "\r\n").encode()
    if not jpeg:
        return (text + _TAIL,)
    return (text, _photo(jpeg, profile), _TAIL)
