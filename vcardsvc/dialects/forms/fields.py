"""The body of an HTML form into its fields: urlencoded (WHATWG) and multipart (RFC 7578), UTF-8.

All of it stays in memory and takes linear time: what is counted is counted before it is parsed.
What must never enter here: a name that means something, or a file on disk.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from vcardsvc.errors import E100, E108, Problem, Refused

FIELDS: Final = 512
"""Fields, or parts, of one form; four rows of everything are 40."""

HEADERS: Final = 8
"""Headers of a part; browsers send two."""

HEADER_BYTES: Final = 2048
"""Bytes of a part's header: a file name of 255 characters, percent-encoded, has 765."""

PARAMETERS: Final = 32
"""Semicolons in a header of a part. There are two, and those of a file's name; parting them takes
microseconds each."""

BOUNDARY: Final = 70
"""Bytes of a multipart boundary (RFC 2046 section 5.1.1)."""

BODY_LIMIT: Final = 256 * 1024
"""Bytes of a form without its files, when nobody sets it: that of every other body."""

URLENCODED: Final = b"application/x-www-form-urlencoded"
MULTIPART: Final = b"multipart/form-data"

_EXTENDED: Final = re.compile(rb";\s*filename\*\s*=\s*[^';]*'[^';]*'([^;]*)", re.IGNORECASE)
"""A file's name as RFC 8187 has it: RFC 7578 forbids it in forms, some libraries send it alone."""
_PLAIN_ENCODINGS: Final = (b"", b"7bit", b"8bit", b"binary")
_FILE_TYPES: Final = (b"image/", b"application/octet-stream")
"""Types of a part that make it a file although it has no file name, which RFC 7578 allows."""

_DETAILS: Final = {
    "not-utf-8": "A form must be written in UTF-8.",
    "fields": f"A form may have {FIELDS} fields at most.",
    "multipart": "The multipart body is malformed or cut off.",
    "part-name": "A part of the multipart body has no name.",
    "transfer-encoding": "A part must be sent without content-transfer-encoding.",
}
"""What the caller is told beside the code, by cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a form. Its name and type are the sender's word, never believed; a file input
    that was left empty has neither name nor bytes."""

    filename: str = ""
    content_type: str = ""
    data: bytes = b""

    @property
    def absent(self) -> bool:
        """Whether no file was chosen."""
        return not self.filename and not self.data


Pair = tuple[str, str | Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of a form in their order: names as they were sent, texts and files."""

    pairs: tuple[Pair, ...] = ()


def fields(content_type: bytes, body: bytes, limit: int = BODY_LIMIT) -> Fields:
    """The fields of a form (WHATWG urlencoded, RFC 7578 multipart), in UTF-8, from memory.

    `limit` is the most bytes of all that is not a file. Raises Refused: E100 for nothing (400), for
    more than that (413), for another content type or a multipart one without boundary (415); E108
    for what does not parse: not UTF-8, more than FIELDS fields, a multipart body that is damaged.
    """
    maybe_read = _READERS.get(content_type.partition(b";")[0].strip().lower())
    if maybe_read is None:
        _unserved("content-type", 415, "Send the form as one of its two content types.")
    if not body:
        raise Refused(Problem(code=E100, cause="no-body"))
    return Fields(pairs=tuple(maybe_read(content_type, body, limit)))


def _unparsable(cause: str) -> NoReturn:
    raise Refused(Problem(code=E108, cause=cause, detail=_DETAILS[cause]))


def _unserved(cause: str, status: int, detail: str) -> NoReturn:
    raise Refused(Problem(code=E100, cause=cause, status=status, detail=detail))


def _too_large(limit: int) -> NoReturn:
    _unserved("body-limit", 413, f"A form may hold {limit} bytes at most beside its files.")


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        _unparsable("not-utf-8")


def _urlencoded(_: bytes, body: bytes, limit: int) -> list[tuple[str, str]]:
    # Imported here: a service that reads no forms need not pay for it at start.
    from urllib.parse import parse_qsl

    if len(body) > limit:
        _too_large(limit)
    if body.count(b"&") >= FIELDS:
        _unparsable("fields")
    text = _text(body)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        _unparsable("not-utf-8")


def _multipart(content_type: bytes, body: bytes, limit: int) -> list[Pair]:
    # Imported here: 40 ms at start, and most callers send JSON.
    from python_multipart import MultipartParser
    from python_multipart.exceptions import FormParserError

    boundary = _parameters(content_type).get(b"boundary", b"")
    if not 0 < len(boundary) <= BOUNDARY:
        _unserved("boundary", 415, "Send multipart/form-data with its boundary.")
    delimiter = b"\r\n--" + boundary
    # The parser walks octet by octet behind a delimiter, and what follows one without ending it
    # can be 5 MiB. RFC 2046 forbids that; blanks it allows, and nobody writes them.
    if body.count(delimiter) > FIELDS:
        _unparsable("fields")
    if delimiter + b" " in body or delimiter + b"\t" in body:
        _unparsable("multipart")
    parts = _Parts(limit)
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.begin,
            "on_header_field": parts.header,
            "on_header_value": parts.header_value,
            "on_headers_finished": parts.headers_finished,
            "on_part_data": parts.data,
            "on_part_end": parts.end,
            "on_end": parts.end_of_all,
        },
        max_header_count=HEADERS,
        max_header_size=HEADER_BYTES,
    )
    parser.logger.disabled = True  # it would tell of every damaged body, past our own log
    try:
        parser.write(body)
    except FormParserError:
        _unparsable("multipart")
    if not parts.ended:
        _unparsable("multipart")
    return parts.found


_READERS: Final[Mapping[bytes, Callable[[bytes, bytes, int], Any]]] = {
    URLENCODED: _urlencoded,
    MULTIPART: _multipart,
}


def _parameters(header: bytes) -> Mapping[bytes, bytes]:
    """The parameters of a header of a form."""
    from python_multipart.multipart import parse_options_header

    if len(header) > HEADER_BYTES or header.count(b";") > PARAMETERS:
        _unparsable("multipart")
    return parse_options_header(header)[1]


class _Parts:
    """The parts of one multipart body as the parser meets them; `start` and `end` are places in
    the whole body, since it is given in one piece."""

    def __init__(self, limit: int) -> None:
        self.found: list[Pair] = []
        self.ended = False
        self._limit = limit
        self._in_files = 0
        self._header = b""
        self._headers: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []
        self._name = ""
        self._maybe_file: Upload | None = None

    def begin(self) -> None:
        self._headers = {}
        self._pieces = []

    def header(self, data: bytes, start: int, end: int) -> None:
        self._header = data[start:end].lower()
        self._headers[self._header] = b""

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._within(end)
        self._headers[self._header] = data[start:end].strip()

    def headers_finished(self) -> None:
        if self._headers.get(b"content-transfer-encoding", b"").lower() not in _PLAIN_ENCODINGS:
            _unparsable("transfer-encoding")
        disposition = self._headers.get(b"content-disposition", b"")
        parameters = _parameters(disposition)
        if b"name" not in parameters:
            _unparsable("part-name")
        self._name = _text(parameters[b"name"])
        self._maybe_file = _file(disposition, parameters, self._headers.get(b"content-type", b""))

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._maybe_file is not None:
            self._in_files += end - start
        self._within(end)
        self._pieces.append(data[start:end])

    def end(self) -> None:
        data = b"".join(self._pieces)
        file = self._maybe_file
        self.found.append((self._name, _text(data) if file is None else replace(file, data=data)))

    def end_of_all(self) -> None:
        self.ended = True

    def _within(self, end: int) -> None:
        if end - self._in_files > self._limit:
            _too_large(self._limit)


def _file(disposition: bytes, parameters: Mapping[bytes, bytes], kind: bytes) -> Upload | None:
    """The file, without its bytes, that a part holds; None when it is a text."""
    from urllib.parse import unquote

    maybe_name = parameters.get(b"filename")
    maybe_extended = _EXTENDED.search(disposition) if maybe_name is None else None
    if maybe_extended:
        maybe_name = unquote(maybe_extended[1].strip().decode("latin-1")).encode()
    if maybe_name is None and not kind.lower().startswith(_FILE_TYPES):
        return None
    return Upload(
        filename=(maybe_name or b"").decode(errors="replace"), content_type=kind.decode("latin-1")
    )
