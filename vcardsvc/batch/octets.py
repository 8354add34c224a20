"""Finds out the encoding of a table and gives its text as UTF-8, octet by octet, without an end.

Strategy: a byte-order mark decides, then zeros in every other octet, then the first octets that are
no ASCII: they are UTF-8, or the file is Windows-1252. Octets that are no UTF-8 in a file that is
otherwise, are read as Windows-1252 and counted: a file of two programs loses nothing.
"""

import codecs
import io
import re
from typing import Any, BinaryIO, Final

from vcardsvc.vcard.parser.octets import codec_of

CHUNK: Final = 64 * 1024
"""Octets that are read at once."""

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The byte-order marks, the longer before those that they begin with."""

UTF8: Final = "utf-8"
WINDOWS: Final = "windows-1252"

MIXED: Final = "vcardsvc-windows-1252"
"""The name of the error handler that reads octets which are no UTF-8 as Windows-1252."""


_UNORDERED: Final = ("utf_16", "utf_32")
"""Encodings whose order of octets a mark shows."""

_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_CHARACTERS: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
"""The octets of a character beyond ASCII in UTF-8 (RFC 3629 section 4, its ends aside)."""


def _windows(octets: bytes) -> str:
    """Return a text in Windows-1252; its five free octets are the controls of the same number."""
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return "".join([bytes((one,)).decode("cp1252", "ignore") or chr(one) for one in octets])


def _as_windows(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return _windows(fault.object[fault.start : fault.end]), fault.end


codecs.register_error(MIXED, _as_windows)


def buffered(file: BinaryIO) -> "io.BufferedReader[Any]":
    """Return a reader of the file that can look ahead: the file itself if it is one."""
    if isinstance(file, io.BufferedReader):
        return file
    return io.BufferedReader(file)


class Utf8(io.RawIOBase):
    """Reads a file of any encoding as UTF-8.

    `encoding` replaces what the file shows. Raises ValueError for one that is not known.
    """

    def __init__(self, file: BinaryIO, encoding: str = "") -> None:
        if encoding and not codec_of(encoding):
            raise ValueError("unknown encoding")
        self._file = file
        self._left = b""
        self._maybe_decoder: codecs.IncrementalDecoder | None = None
        self._is_started = False
        self.encoding = encoding.lower()
        self.marked = False
        self.mixed = False
        """Whether octets of a UTF-8 file were none."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # any buffer
        """Fill the buffer; return the number of octets, 0 at the end."""
        while not self._left:
            data = self._file.read(CHUNK)
            is_end = not data
            if not self._is_started:
                data = self._start(data)
            self._left = self._converted(data, is_end=is_end)
            if is_end:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _start(self, data: bytes) -> bytes:
        """Choose the encoding by the first octets; return them without a mark."""
        self._is_started = True
        while 0 < len(data) < len(MARKS[1][0]):
            more = self._file.read(CHUNK)
            if not more:
                break
            data += more
        for mark, name in MARKS:
            if data.startswith(mark) and (not self.encoding or _is_of(self.encoding, name)):
                self.encoding, self.marked = name, True
                data = data[len(mark) :]
                break
        codec = codec_of(self.encoding) if self.encoding else ""
        if codec in _UNORDERED and not self.marked:
            self.encoding = _without_mark(data) or f"{self.encoding}-le"
        elif codec == "utf_8":
            self.encoding = UTF8
        elif not self.encoding:
            self.encoding = _without_mark(data)
        if self.encoding not in ("", UTF8):
            codec = codec_of(self.encoding) or self.encoding
            handler = MIXED if codec == "cp1252" else "replace"
            self._maybe_decoder = codecs.getincrementaldecoder(codec)(handler)
        return data

    def _converted(self, data: bytes, *, is_end: bool) -> bytes:
        if self._maybe_decoder is None and data.isascii():
            return data
        if not self.encoding:
            self.encoding = UTF8 if _is_utf_8(data) else WINDOWS
        if self._maybe_decoder is None:
            handler = "strict" if self.encoding == UTF8 else MIXED
            self._maybe_decoder = codecs.getincrementaldecoder(self.encoding)(handler)
        return self._decoded(self._maybe_decoder, data, is_end).encode("utf-8", "replace")

    def _decoded(self, decoder: codecs.IncrementalDecoder, data: bytes, is_end: bool) -> str:
        try:
            return decoder.decode(data, final=is_end)
        except UnicodeDecodeError:  # the octets of before are still held
            decoder.errors, self.mixed = MIXED, True
            return decoder.decode(data, final=is_end)


def _is_of(encoding: str, name: str) -> bool:
    """Return whether a named encoding is this one, or UTF-16 or UTF-32 without the order."""
    codec, own = codec_of(encoding), codec_of(name)
    return codec == own or codec == codec_of(name[:-3])


def _without_mark(data: bytes) -> str:
    """Return UTF-16 where every other octet of the start is zero, else ""."""
    start = data[:64]
    half = len(start) // 2
    if half > 1 and start[1::2].count(0) == half and 0 not in start[::2]:
        return "utf-16-le"
    if half > 1 and start[::2].count(0) == (len(start) + 1) // 2 and 0 not in start[1::2]:
        return "utf-16-be"
    return ""


def _is_utf_8(data: bytes) -> bool:
    """Return whether most of the octets beyond ASCII are UTF-8, as they hardly are by chance; the
    start of a character at their end aside."""
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        if fault.reason == "unexpected end of data" and fault.end == len(data):
            return True
        beyond = len(_BEYOND_ASCII.findall(data))
        return 2 * sum(map(len, _CHARACTERS.findall(data))) > beyond
    return True
