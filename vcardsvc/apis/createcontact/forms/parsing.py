"""Parses the body of an HTML form into fields: urlencoded (WHATWG) and multipart (RFC 7578).

A form is in UTF-8, except for parts that name another charset. Strategy: all of it stays in memory
and takes linear time, since what is bounded is counted before it is parsed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn
from urllib.parse import parse_qsl, unquote

from vcardsvc.errors import E100, E108, Problem, Refused

FIELDS: Final = 512
"""The most fields, or parts, of one form; four rows of everything are 140."""

HEADERS: Final = 8
"""The most headers of a part; browsers send two."""

HEADER_BYTES: Final = 2048
"""The most bytes of a part's header: a file name of 255 characters, percent-encoded, has 765."""

PARAMETERS: Final = 32
"""The most semicolons in a header of a part. There are two, and those of a file's name; splitting
them takes microseconds each."""

BOUNDARY: Final = 70
"""The most bytes of a multipart boundary (RFC 2046 section 5.1.1)."""

NAME: Final = 40
"""The most characters of a field's name that a problem repeats."""

URLENCODED: Final = b"application/x-www-form-urlencoded"
MULTIPART: Final = b"multipart/form-data"

_EXTENDED: Final = re.compile(rb";\s*filename\*\s*=\s*[^';]*'[^';]*'([^;]*)", re.IGNORECASE)
"""A file's name in the form of RFC 8187: RFC 7578 forbids it, some libraries send no other."""
_PLAIN_ENCODINGS: Final = (b"", b"7bit", b"8bit", b"binary")
_FILE_TYPES: Final = (b"image/", b"application/octet-stream")
"""Media types that make a part a file without a file name, which RFC 7578 allows."""

_CODECS: Final = {
    "utf-8": "utf-8 utf8 us-ascii ascii",
    "cp1252": "windows-1252 cp1252",
    "gb18030": "gb18030 gbk gb2312",
    "cp932": "shift_jis shift-jis sjis windows-31j",
    "cp949": "euc-kr ks_c_5601-1987 windows-949",
    "cp874": "tis-620 windows-874",
    "iso8859-1": "iso-8859-1 latin1",
    "mac-roman": "macintosh",
    **{name: name for name in ("big5", "euc-jp", "iso-2022-jp", "koi8-r", "koi8-u")},
    **{name: name for name in ("utf-16", "utf-16le", "utf-16be")},
    **{f"iso8859-{number}": f"iso-8859-{number}" for number in (*range(2, 12), 13, 14, 15, 16)},
    **{f"cp{number}": f"windows-{number}" for number in (1250, 1251, *range(1253, 1259))},
}
CHARSETS: Final = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}
"""The codecs of the charsets that a part may name (IANA's names, in lower case). A table, since
Python's own search keeps every name in memory, also invented ones."""

CHARSET_FIELD: Final = "_charset_"
"""The field that names the charset of the parts that name none (RFC 7578 section 4.6)."""

_JSON: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:\{|\[\s*+[\[{\"])")

_DETAILS: Final = {
    "not-utf-8": "A form must be written in UTF-8.",
    "not-in-charset": "It is not in the charset that its part, or the form, names.",
    "fields": f"A form may have {FIELDS} fields at most.",
    "multipart": "The multipart body is malformed or cut off.",
    "part-name": "A part of the multipart body has no name.",
    "transfer-encoding": "A part must be sent without content-transfer-encoding.",
}
"""The details of problems, by cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Holds a file of a form, and the name and type that the sender states, which decide nothing.

    A file input that was left empty has neither name nor bytes. `cut`: its bytes were too many to
    be held.
    """

    filename: str = ""
    content_type: str = ""
    data: bytes = b""
    cut: bool = False

    @property
    def absent(self) -> bool:
        """Return whether no file was chosen."""
        return not self.filename and not self.data and not self.cut


Field = tuple[str, str | Upload]
"""The name of a field as it was sent, and its text or file."""


def parse_fields(
    content_type: bytes, body: bytes, limit: int, cut: frozenset[int] = frozenset()
) -> tuple[Field, ...]:
    """Return the fields of a form (WHATWG urlencoded, RFC 7578 multipart) in their order.

    `limit` is the most bytes of the form without its files, `cut` are the indices of the parts
    whose bytes are not in the body. Raises Refused: E100 for no body (400), for more than `limit`
    (413), for another content type, a multipart one without boundary, an unknown charset, or a body
    of JSON (415); E108 for a body that does not parse: not UTF-8, more than FIELDS fields, a
    damaged multipart body.
    """
    maybe_parser = _PARSERS.get(content_type.partition(b";")[0].strip().lower())
    if maybe_parser is None:
        _unserved("content-type", 415, "Send the form as one of its two content types.")
    if not body:
        raise Refused(Problem(code=E100, cause="no-body", detail="The body is empty."))
    if _JSON.match(body) and b"\r\n--" not in body:
        _unserved("json-as-form", 415, "The body is JSON: send content-type: application/json.")
    return tuple(maybe_parser(content_type, body, limit, cut))


def boundary_of(content_type: bytes) -> bytes:
    """Return the boundary of a multipart content type; b"" without a valid one. Raises Refused."""
    boundary = _parameters(content_type).get(b"boundary", b"")
    return boundary if len(boundary) <= BOUNDARY else b""


def _unparsable(cause: str, name: str = "") -> NoReturn:
    """Raise Refused (E108) for the body, or for the field of this name in it."""
    field = f'The field "{name[:NAME]}": ' if name else ""
    raise Refused(Problem(code=E108, cause=cause, detail=f"{field}{_DETAILS[cause]}"))


def _unserved(cause: str, status: int, detail: str) -> NoReturn:
    raise Refused(Problem(code=E100, cause=cause, status=status, detail=detail))


def _too_large(limit: int) -> NoReturn:
    _unserved("body-limit", 413, f"A form may hold {limit} bytes at most beside its files.")


def _urlencoded(_: bytes, body: bytes, limit: int, __: frozenset[int]) -> Iterable[Field]:
    if len(body) > limit:
        _too_large(limit)
    if body.count(b"&") >= FIELDS:
        _unparsable("fields")
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        _unparsable("not-utf-8")


def _multipart(content_type: bytes, body: bytes, limit: int, cut: frozenset[int]) -> list[Field]:
    # Imported here: 40 ms at start, and most callers send JSON.
    from python_multipart import MultipartParser
    from python_multipart.exceptions import FormParserError

    boundary = boundary_of(content_type)
    if not boundary:
        _unserved("boundary", 415, "Send multipart/form-data with its boundary.")
    delimiter = b"\r\n--" + boundary
    # Behind a delimiter the parser reads octet by octet up to the line end, which may be 5 MiB
    # away. RFC 2046 forbids that; it allows blanks there, and no client sends them.
    if body.count(delimiter) > FIELDS:
        _unparsable("fields")
    if delimiter + b" " in body or delimiter + b"\t" in body:
        _unparsable("multipart")
    if not body.startswith(delimiter[2:]):  # a preamble is ignored (RFC 2046 section 5.1.1)
        body = body[body.find(delimiter) :]
    parts = _Parts(limit, cut)
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.begin,
            "on_header_field": parts.header_name,
            "on_header_value": parts.header_value,
            "on_headers_finished": parts.headers_finished,
            "on_part_data": parts.data,
            "on_part_end": parts.end,
            "on_end": parts.end_of_body,
        },
        max_header_count=HEADERS,
        max_header_size=HEADER_BYTES,
    )
    parser.logger.disabled = True  # it would log every damaged body, beside our own log
    try:
        parser.write(body)
    except FormParserError:
        _unparsable("multipart")
    if not parts.ended:
        _unparsable("multipart")
    return parts.fields()


_Parser = Callable[[bytes, bytes, int, frozenset[int]], Iterable[Field]]
_PARSERS: Final[Mapping[bytes, _Parser]] = {
    URLENCODED: _urlencoded,
    MULTIPART: _multipart,
}


def _parameters(header: bytes) -> Mapping[bytes, bytes]:
    """Return the parameters of a header of a form. Raises Refused for too many of them."""
    from python_multipart.multipart import parse_options_header

    if len(header) > HEADER_BYTES or header.count(b";") > PARAMETERS:
        _unparsable("multipart")
    return parse_options_header(header)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """Holds the text of a part before it is decoded, and the charset that the part names."""

    octets: bytes
    charset: bytes


class _Parts:
    """Collects the parts of a multipart body from the events of the parser.

    `start` and `end` are indices into the whole body, since the parser gets it in one piece.
    """

    def __init__(self, limit: int, cut: frozenset[int]) -> None:
        self.ended = False
        self._parts: list[tuple[str, _Text | Upload]] = []
        self._limit = limit
        self._cut = cut
        self._file_bytes = 0
        self._header = b""
        self._headers: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []
        self._name = ""
        self._maybe_file: Upload | None = None

    def begin(self) -> None:
        self._headers = {}
        self._pieces = []

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = data[start:end].lower()
        self._headers[self._header] = b""

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._check_limit(end)
        self._headers[self._header] = data[start:end].strip()

    def headers_finished(self) -> None:
        if self._headers.get(b"content-transfer-encoding", b"").lower() not in _PLAIN_ENCODINGS:
            _unparsable("transfer-encoding")
        disposition = self._headers.get(b"content-disposition", b"")
        parameters = _parameters(disposition)
        if b"name" not in parameters:
            _unparsable("part-name")
        try:
            self._name = parameters[b"name"].decode()
        except UnicodeDecodeError:
            _unparsable("not-utf-8")
        content_type = self._headers.get(b"content-type", b"")
        self._maybe_file = _file(disposition, parameters, content_type)

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._maybe_file is not None:
            self._file_bytes += end - start
        self._check_limit(end)
        self._pieces.append(data[start:end])

    def end(self) -> None:
        data, file = b"".join(self._pieces), self._maybe_file
        cut = len(self._parts) in self._cut
        if file is not None:
            self._parts.append((self._name, replace(file, data=data, cut=cut)))
        elif cut:
            _too_large(self._limit)
        else:
            content_type = self._headers.get(b"content-type", b"")
            parameters = _parameters(content_type) if b";" in content_type else {}
            charset = parameters.get(b"charset", b"")
            self._parts.append((self._name, _Text(octets=data, charset=charset)))

    def end_of_body(self) -> None:
        self.ended = True

    def fields(self) -> list[Field]:
        """Return the fields, with texts in the charset of their part, else of the form."""
        charsets = [
            value.octets.strip()
            for name, value in self._parts
            if name == CHARSET_FIELD and isinstance(value, _Text)
        ]
        default = charsets[-1] if charsets else b""
        return [
            (name, _decoded(name, value, default) if isinstance(value, _Text) else value)
            for name, value in self._parts
        ]

    def _check_limit(self, end: int) -> None:
        if end - self._file_bytes > self._limit:
            _too_large(self._limit)


def _decoded(name: str, text: _Text, default: bytes) -> str:
    """Return the text of a field, in its own charset or else the default of the form."""
    label = (text.charset or default or b"utf-8").decode("latin-1").lower()
    codec = CHARSETS.get(label)
    if codec is None:
        _unserved("charset", 415, f"The charset {label[:BOUNDARY]} is not served: send UTF-8.")
    try:
        return text.octets.decode(codec)
    except UnicodeDecodeError:
        _unparsable("not-utf-8" if codec == "utf-8" else "not-in-charset", name)


def _file(
    disposition: bytes, parameters: Mapping[bytes, bytes], content_type: bytes
) -> Upload | None:
    """Return the file of a part, without its bytes; None for a text."""
    maybe_name = parameters.get(b"filename")
    maybe_extended = _EXTENDED.search(disposition) if maybe_name is None else None
    if maybe_extended:
        maybe_name = unquote(maybe_extended[1].strip().decode("latin-1")).encode()
    if maybe_name is None and not content_type.lower().startswith(_FILE_TYPES):
        return None
    return Upload(
        filename=(maybe_name or b"").decode(errors="replace"),
        content_type=content_type.decode("latin-1"),
    )
