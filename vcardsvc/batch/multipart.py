"""Reads the one file of a multipart form while it arrives (RFC 7578)."""

import io
from collections.abc import Callable
from email.message import Message
from typing import BinaryIO, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from vcardsvc.batch.faults import NotAList

CHUNK: Final = 64 * 1024
HEADERS: Final = 16 * 1024
"""The most octets before the file: other fields of the form and the headers of its part."""

NO_FILE: Final = "The form has no file."
SEVERAL: Final = "The form has several files; send one."
BROKEN: Final = "The form is no multipart/form-data."


class FormFile(io.RawIOBase):
    """The file of a form; its `filename` and `content_type` are known at once.

    Raises NotAList for a body that is no form, and for one with no file or several.
    """

    def __init__(self, file: BinaryIO, content_type: str) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not boundary:
            raise NotAList("form", BROKEN)
        self._file = file
        self._parser = MultipartParser(boundary, self._callbacks())  # type: ignore[arg-type]  # a mapping of them
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._is_file = self._is_whole = False
        self._files = 0
        self._rest = b""
        self._pieces: list[bytes] = []
        self.filename = self.content_type = ""
        read = 0
        while not self._files:
            read += self._feed()
            if read > HEADERS and not self._files:
                raise NotAList("form", NO_FILE)

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_name,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._start_part,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._is_file = {}, False

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("utf-8", "replace")
        self._name = self._value = b""

    def _start_part(self) -> None:
        message = Message()
        message["content-disposition"] = self._headers.get("content-disposition", "")
        try:
            filename = message.get_filename()
        except (ValueError, LookupError):  # a character set with a NUL (RFC 2231)
            raise NotAList("form", BROKEN) from None
        self._is_file = bool(filename)
        if filename:
            self._files += 1
            if self._files > 1:
                raise NotAList("form", SEVERAL)
            self.filename = filename
            self.content_type = self._headers.get("content-type", "")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._pieces.append(data[start:end])

    def _end(self) -> None:
        self._is_whole = True

    def _feed(self) -> int:
        """Parse more of the body; return how much there was."""
        data = self._file.read(CHUNK)
        if not data:
            if not self._files:
                raise NotAList("form", NO_FILE)
            if not self._is_whole:
                raise NotAList("form", BROKEN)
            return 0
        try:
            self._parser.write(data)
        except FormParserError:
            raise NotAList("form", BROKEN) from None
        return len(data)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # any buffer
        """Fill the buffer with what is there. Return 0 at the end."""
        while not self._rest:
            self._rest, self._pieces = b"".join(self._pieces), []
            if not self._rest and not self._feed():
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
