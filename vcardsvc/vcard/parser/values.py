"""Decodes values: character sets, quoted-printable, base64, backslash escapes, components.

A value is free of control characters before it comes here (`without_controls`), so they stand in
for escaped characters while it is split. No step backtracks.
"""

import binascii
import re
from typing import Final

from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.heads import CONTROLS, Head
from vcardsvc.vcard.parser.octets import codec_of, decoded

_BACKSLASH: Final = "\x00"
_SEMICOLON: Final = "\x01"
_COMMA: Final = "\x02"
_URI_ESCAPE: Final = re.compile(r"(?<!\\)\\++(?=[,;:])")
_BLANKS: Final = str.maketrans("", "", " \t\n\r")
_URL_SAFE: Final = str.maketrans("-_", "+/")


class UnreadableValue(ValueError):
    """Says why a value cannot be read, in a sentence without content of the file; `kept` is the
    property that has it as text, if any."""

    def __init__(self, text: str, kept: Property | None = None) -> None:
        super().__init__(text)
        self.kept = kept


def without_controls(text: str) -> str:
    """Return a text with LF as line end, without control characters but tab and LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROLS.sub("", text)


def _protected(value: str) -> str:
    """Undo the escapes; an escaped backslash, semicolon and comma become control characters."""
    if "\\\\" in value:
        value = value.replace("\\\\", _BACKSLASH)
    value = value.replace("\\;", _SEMICOLON).replace("\\,", _COMMA)
    return value.replace("\\n", "\n").replace("\\N", "\n").replace("\\:", ":")


def _restored(text: str) -> str:
    text = text.replace(_SEMICOLON, ";").replace(_COMMA, ",")
    return text.replace(_BACKSLASH, "\\")


def unescaped(value: str) -> str:
    """Undo the backslash escapes of a text (RFC 6350 section 3.4); unknown ones stay."""
    if "\\" not in value:
        return value
    if "\\\\" in value:
        return _restored(_protected(value))
    value = value.replace("\\,", ",")
    if "\\" not in value:  # the usual text, in a fifth of the time
        return value
    value = value.replace("\\;", ";").replace("\\:", ":")
    return value.replace("\\n", "\n").replace("\\N", "\n")


def unescaped_uri(value: str) -> str:
    """Undo the escapes that programs write into URIs, which have none."""
    return _URI_ESCAPE.sub("", value) if "\\" in value else value


def text(head: Head, value: str) -> str:
    """Decode a text; 2.1 has no escapes in it."""
    if head.encoding:
        return transferred(head, value) if head.older else transferred(head, unescaped(value))
    return value if head.older else unescaped(value)


def pieces(head: Head, value: str, mark: str) -> tuple[str, ...]:
    """Decode the texts between commas or semicolons; 2.1 has the escapes too."""
    if head.encoding == "B":
        value = transferred(head, value)
    if "\\" in value:
        split = [_restored(one) for one in _protected(value).split(mark)]
    else:
        split = value.split(mark)
    return tuple([_quoted(head, one) for one in split] if head.encoding == "Q" else split)


def lists(head: Head, value: str) -> tuple[tuple[str, ...], ...]:
    """Decode components of one or several texts each; empty texts are left out."""
    if head.older or head.encoding == "B" or "," not in value:
        return tuple([(one,) if one else () for one in pieces(head, value, ";")])
    if "\\" in value:
        parts = [
            [_restored(one) for one in part.split(",")] for part in _protected(value).split(";")
        ]
    else:
        parts = [part.split(",") for part in value.split(";")]
    if head.encoding:
        parts = [[_quoted(head, one) for one in part] for part in parts]
    return tuple([tuple(filter(None, part)) for part in parts])


def transferred(head: Head, value: str) -> str:
    """Undo quoted-printable or base64."""
    if head.encoding == "Q":
        return _quoted(head, value)
    return without_controls(decoded(base64_octets(value), head.charset))


def _quoted(head: Head, value: str) -> str:
    if "=" not in value:
        return value
    try:
        octets = value.encode("ascii" if value.isascii() else codec_of(head.charset) or "utf-8")
    except UnicodeEncodeError:
        octets = value.encode()
    return without_controls(decoded(binascii.a2b_qp(octets), head.charset))


def base64_octets(value: str) -> bytes:
    """Decode base64, also without its padding or in the alphabet of URLs. Raises
    UnreadableValue."""
    written = value.translate(_BLANKS).translate(_URL_SAFE).rstrip("=")
    if not written:
        raise UnreadableValue("The value holds no data.")
    try:
        return binascii.a2b_base64(written + "=" * (-len(written) % 4), strict_mode=True)
    except ValueError:
        raise UnreadableValue("The base64 of the value is damaged.") from None
