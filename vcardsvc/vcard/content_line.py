"""Writes the parts of a content line: flat values, parameters, physical lines, in any version.

Strategy: a value is made flat, a text in which controls that no value holds stand for the
characters that are no text (the separators of components and lists, whatever is written as it is).
So all values of a card are escaped in one pass. A control of a value, a line break of a parameter
and a name outside of the grammar are removed before, so that no value can add a line, a parameter
or a property.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeGuard

from vcardsvc.model.card import Value, ValueType
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.text import (
    CHARSET,
    CUT_AT_SEMICOLON,
    LINE,
    QUOTED_LINE,
    fold_cut,
    fold_octets,
    quoted,
)

Line = tuple[str, str]
"""A line: its prefix with the colon (`TEL;TYPE=WORK,VOICE:`), and its flat value."""

Content = str | tuple[str, ...] | tuple[tuple[str, ...], ...]
"""A value that is no octets."""

_BACKSLASH: Final = "\x1b"
_COMMA: Final = "\x1d"
_SEMICOLON: Final = "\x1e"
_END: Final = "\x1f"
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BREAKS: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
_ESCAPED: Final = re.compile(r"[\\,;]")
_ESCAPED_SEPARATOR: Final = re.compile(r"\\(?=[,;:])")
_WRITTEN: Final = (
    (b"\\", b"\\\\"), (b";", b"\\;"), (b",", b"\\,"), (b"\n", b"\\n"),
    (_SEMICOLON.encode(), b";"), (_COMMA.encode(), b","), (_BACKSLASH.encode(), b"\\"),
)  # fmt: skip
"""What is written for octets of flat values in 3.0 and 4.0, in this order: escapes, then the
characters for which a control stands."""
_VERBATIM: Final = str.maketrans({"\\": _BACKSLASH, ",": _COMMA, ";": _SEMICOLON})

NAME: Final = re.compile(r"[A-Za-z0-9-]+")
"""A name of a property, parameter or group, RFC 6350 section 3.3."""

_PLAIN: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\",:;^]*")
"""A parameter's value that needs no quotes and no escapes."""

_CARETS: Final = str.maketrans({"^": "^^", "\n": "^n", '"': "^'"})
"""RFC 6868 section 3.1."""

_LONGEST_CHARACTER: Final = 13
"""Octets of a character of UTF-8 in quoted-printable, and of the soft line break."""

_UNFOLDED: Final = (b"REV:", b"PRODID:")
"""Apple's reader skips the first physical line of these alone."""


def cleaned(text: str) -> str:
    """Return `text` with LF line ends, and without controls other than tab and lone surrogates."""
    if text.isprintable() or not _CONTROLS.search(text):
        return text
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def clean_value(value: Content) -> Content:
    """Return a value whose texts are `cleaned`, the same object if they are clean."""
    if isinstance(value, str):
        return cleaned(value)
    if is_list(value):
        whole = "".join(value)
        return value if cleaned(whole) is whole else tuple(map(cleaned, value))
    whole = "".join([text for texts in value for text in texts])
    if cleaned(whole) is whole:
        return value
    return tuple([tuple(map(cleaned, texts)) for texts in value])


def is_list(value: tuple[str, ...] | tuple[tuple[str, ...], ...]) -> TypeGuard[tuple[str, ...]]:
    """Return whether a value is a list of texts, not components."""
    return not value or isinstance(value[0], str)


def flat_text(text: str, profile: Profile) -> str:
    """Return the flat value of a text."""
    if profile.version == "4.0":
        # The semicolon stays bare: one reader drops a card with an escaped one.
        return text if profile.semicolons_escaped else text.replace(";", _SEMICOLON)
    if profile.version == "2.1" and profile.backslashes_doubled:
        return text.replace("\\", "\\\\")
    return text


def flat_list(texts: Iterable[str], profile: Profile) -> str:
    """Return the flat value of a list of texts."""
    if profile.version == "2.1":
        return ",".join([_escaped_v21(text) for text in texts])
    return _COMMA.join([flat_text(text, profile) for text in texts])


def flat_components(
    components: Iterable[Sequence[str]], profile: Profile, joint: str = ", "
) -> str:
    """Return the flat value of components; 2.1 has no lists in them: `joint` joins their texts."""
    if profile.version == "2.1":
        # Not the comma, which separates nothing: Android shows its backslash in no version.
        return ";".join([_escaped_v21(joint.join(texts), comma=False) for texts in components])
    return _SEMICOLON.join(
        [texts[0] if len(texts) == 1 else _COMMA.join(texts) for texts in components]
    )


def _escaped_v21(text: str, *, comma: bool = True) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;")
    return text.replace(",", "\\,") if comma else text


def flat_uri(uri: str, profile: Profile) -> str:
    """Return the flat value of a URI, which has no escapes (RFC 6350 section 4.2)."""
    if "\n" in uri or "\\" in uri:
        # Readers remove the backslash of an escaped separator.
        uri = _ESCAPED_SEPARATOR.sub("%5C", uri.replace("\n", "%0A"))
    return _verbatim(uri, profile)


def _verbatim(text: str, profile: Profile) -> str:
    if profile.version == "2.1" or not _ESCAPED.search(text):
        return text
    return text.translate(_VERBATIM)


def flat_verbatim(text: str, profile: Profile) -> str:
    """Return the flat value of a value of an unknown type, which is written as it was read."""
    return _verbatim(text.replace("\n", "\\n"), profile)


def quick_flat(value: Value, kind: ValueType, most: int, *, bare: bool) -> str | None:
    """Return the flat value in 3.0 or 4.0 of a clean value of at most `most` components, else None.

    `bare`: a semicolon in a text stays bare, so that its text is not quick.
    """
    if type(value) is str:
        if not value.isprintable() or (bare and ";" in value):
            return None
        return None if kind in ("uri", "unknown") and _ESCAPED.search(value) else value
    if type(value) is not tuple or not value or len(value) > most:
        return None
    if type(value[0]) is str:
        whole = "".join(value)
        return None if not whole.isprintable() or (bare and ";" in whole) else _COMMA.join(value)
    texts = list(map(_COMMA.join, value))  # a list of texts is not printable then
    return _SEMICOLON.join(texts) if "".join(texts).isprintable() else None


def parameter_value(value: str) -> str:
    """Return a parameter's value of 3.0 and 4.0, quoted and escaped (RFC 6868) if it must be."""
    value = cleaned(value)
    if _PLAIN.fullmatch(value):
        return value
    return f'"{value.translate(_CARETS)}"'  # one reader knows no bare caret


def physical_lines(lines: Sequence[Line], profile: Profile) -> list[str]:
    """Return the lines, escaped and folded as the profile's version and reader need."""
    return [line.decode() for line in physical_octets(lines, profile)]


def physical_octets(lines: Sequence[Line], profile: Profile) -> list[bytes]:
    """Return the octets of the lines, escaped and folded as the profile's version and reader need.

    The values are escaped together, and as octets: the lines of a card of 1 kB take 11 us, as
    characters 15 us.
    """
    if profile.version == "2.1":
        return [_line_v21(prefix, value, profile).encode() for prefix, value in lines]
    if not lines:
        return []
    octets = _END.join([value for _, value in lines]).encode()
    for separator, written in _WRITTEN:
        octets = octets.replace(separator, written)
    values = octets.split(_END.encode())
    if profile.charset:
        lines = [
            (prefix if prefix.isascii() and value.isascii() else _with_charset(prefix), "")
            for (prefix, _), value in zip(lines, values, strict=True)
        ]
    whole = [prefix.encode() + value for (prefix, _), value in zip(lines, values, strict=True)]
    if not profile.folded:
        return whole
    cut = profile.version == "4.0" and profile.apple and not profile.semicolons_escaped
    fold_line = _fold_cut if cut else fold_octets
    return [
        line if len(line) <= LINE or line.startswith(_UNFOLDED) else fold_line(line)
        for line in whole
    ]


def _fold_cut(line: bytes) -> bytes:
    return fold_cut(line.decode()).encode()


def _with_charset(prefix: str) -> str:
    return f"{prefix[:-1]};{CHARSET}:"


def _line_v21(prefix: str, value: str, profile: Profile) -> str:
    cut = ";" in value and CUT_AT_SEMICOLON.match(prefix) is not None
    if value.isascii() and "\n" not in value and not cut:
        return prefix + value
    if profile.charset and "\n" not in value:
        return _with_charset(prefix) + value
    start = f"{_with_charset(prefix)[:-1]};ENCODING=QUOTED-PRINTABLE:"
    if len(start) > QUOTED_LINE - _LONGEST_CHARACTER:
        return f"{start}=\r\n" + quoted("", value, semicolons=cut)
    return quoted(start, value, semicolons=cut)
