"""Decodes octets by their character set; those of a whole file so that ASCII can be read in it."""

import codecs
import re
from encodings.aliases import aliases
from typing import Final

UTF8_MARK: Final = b"\xef\xbb\xbf"

_UTF16: Final = ("utf_16", "utf_16_le", "utf_16_be")
_UTF32: Final = ("utf_32", "utf_32_le", "utf_32_be")
_SAFE: Final = frozenset((
    "ascii", "utf_8", *_UTF16, *_UTF32, "latin_1",
    *(f"iso8859_{part}" for part in range(2, 17)), *(f"cp125{last}" for last in range(9)),
    "cp437", "cp850", "cp852", "cp855", "cp857", "cp862", "cp866", "cp874", "tis_620",
    "cp932", "shift_jis", "euc_jp", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3",
    "cp949", "euc_kr", "iso2022_kr", "johab", "gb2312", "gbk", "gb18030",
    "big5", "big5hkscs", "cp950", "koi8_r", "koi8_u", "koi8_t",
    "mac_roman", "mac_cyrillic", "mac_greek", "mac_latin2", "mac_turkish", "mac_iceland",
    "mac_croatian", "mac_romanian",
))  # fmt: skip
"""Python's codecs that may decode. It has others that are no character sets (unicode_escape), or
take quadratic time (punycode)."""
_OTHER_NAMES: Final = {
    "x-sjis": "cp932", "windows-31j": "cp932", "windows-874": "cp874", "windows-949": "cp949",
    "x-euc-jp": "euc_jp", "x-gbk": "gbk", "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8",
    "x-mac-roman": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "x-mac-ce": "mac_latin2",
    "x-mac-greek": "mac_greek", "x-mac-turkish": "mac_turkish",
}  # fmt: skip
"""Names that Python does not know."""
_NO_LETTER: Final = re.compile("[^a-z0-9]")

_BEYOND_ASCII: Final = re.compile("[\x80-\ufffc\ufffe-\U0010ffff]")
"""A character of several octets in UTF-8, but for the one that replaces octets."""

_CHARSET: Final = re.compile(rb";CHARSET=\"?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_ESCAPE: Final = b"\x1b"
_LONGEST_HEAD: Final = 4_000
"""The most octets before a colon that are searched for CHARSET."""
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
"""Byte order marks; one is the start of another."""
_WIDE: Final = {"utf_16": "utf_16_le", "utf_32": "utf_32_le"} | {
    one: one for one in (*_UTF16[1:], *_UTF32[1:])
}
"""Codecs of several octets a character, by themselves and by that without an order of octets."""
_BEGINS: Final = tuple(("BEGIN".encode(codec), codec) for codec in (*_UTF32[1:], *_UTF16[1:]))
_USUAL: Final = (b"BEGIN:VCARD\r", b"BEGIN:VCARD\n")
_WINDOW: Final = 64
"""Octets in which the first word of a card tells their order without a mark."""


def _plain(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())


_CODECS: Final = {
    _plain(name): codec
    for name, codec in (*aliases.items(), *_OTHER_NAMES.items(), *zip(_SAFE, _SAFE, strict=True))
    if codec in _SAFE
}
"""Codecs by the letters and digits of their names."""


def codec_of(charset: str) -> str:
    """Return the codec of a character set, "" of one that is not decoded.

    `codecs.lookup` is not asked: it remembers every name, and a file has any.
    """
    return _CODECS.get(_plain(charset), "") if 0 < len(charset) <= 40 else ""


def is_known(charset: str) -> bool:
    """Return whether a character set is one of those that are decoded."""
    return codec_of(charset) != ""


def has_controls(charset: str) -> bool:
    """Return whether octets of control characters are a part of texts in a character set."""
    codec = codec_of(charset)
    return codec in _WIDE or codec.startswith("iso2022")


def decoded(octets: bytes, charset: str = "") -> str:
    """Decode octets by this character set if it is known and fits, else as UTF-8, also where it is
    damaged, else as Windows-1252."""
    codec = codec_of(charset) if charset else ""
    if codec:
        try:
            return octets.decode(codec)
        except UnicodeDecodeError:
            pass
    try:
        return octets.decode()
    except UnicodeDecodeError:
        text = octets.decode("utf-8", "replace")
        return text if _is_damaged(text) else octets.decode("cp1252", "replace")


def _is_damaged(text: str) -> bool:
    """Return whether a text is UTF-8 in spite of octets that are none: text of another character
    set is hardly ever UTF-8 by chance, and a program that cuts a text cuts a character."""
    return len(_BEYOND_ASCII.findall(text)) > text.count("\ufffd")


def decoded_line(octets: bytes, charset: str = "") -> tuple[str, bool]:
    """Return (text, whether it is UTF-8) of a content line.

    `charset` is the file's. That of the parameter CHARSET goes before it, and UTF-8 before that
    one, for programs name another one and write UTF-8; but not where escape sequences say that the
    octets are ISO-2022, which are all ASCII.
    """
    if not charset and octets.isascii() and _ESCAPE not in octets:
        return octets.decode(), True
    named = _CHARSET.search(octets[:_LONGEST_HEAD].partition(b":")[0])
    if charset and not named:
        return decoded(octets, charset), False
    if named and _ESCAPE in octets:
        return decoded(octets, named[1].decode()), False
    try:
        return octets.decode(), True
    except UnicodeDecodeError:
        return decoded(octets, named[1].decode() if named else ""), False


def as_octets(data: bytes, charset: str) -> tuple[bytes, str]:
    """Return (octets, character set of the lines that name none), without a byte order mark.

    UTF-16 and UTF-32, by their mark, their first word or their name, become UTF-8.
    """
    if not charset and data.startswith(_USUAL):
        return data, ""
    codec = codec_of(charset)
    charset = "" if codec in ("utf_8", "ascii") else charset
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _in_utf8(data[len(mark) :], marked), ""
    if data.startswith(UTF8_MARK):
        return data[len(UTF8_MARK) :], ""
    start = data[:_WINDOW].upper()
    wide = "" if b"BEGIN" in start else _by_begin(start) or _WIDE.get(codec, "")
    return (_in_utf8(data, wide), "") if wide else (data, "" if codec in _WIDE else charset)


def in_utf_8(data: bytes, charset: str) -> bytes:
    """Return a file in UTF-8, as it is read under this character set; as it is where it needs
    none."""
    octets, left = as_octets(data, charset)
    if is_known(left):
        return decoded(octets, left).encode("utf-8", "replace")
    return data if as_octets(data, "")[0] == octets else octets


def _in_utf8(data: bytes, codec: str) -> bytes:
    return data.decode(codec, "replace").encode("utf-8", "replace")


def _by_begin(start: bytes) -> str:
    """Return the codec in which BEGIN stands in capitals at a whole character, or ""."""
    for word, codec in _BEGINS:
        place = start.find(word)
        if place >= 0 and place % (len(word) // len("BEGIN")) == 0:
            return codec
    return ""
