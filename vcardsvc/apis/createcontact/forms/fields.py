"""The body of an HTML form into its fields: urlencoded (WHATWG) and multipart (RFC 7578), in UTF-8
but for the parts that name another charset.

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

NAME: Final = 40
"""Characters of a field's name that a refusal repeats."""

BODY_LIMIT: Final = 256 * 1024
"""Bytes of a form without its files, when nobody sets it: that of every other body."""

URLENCODED: Final = b"application/x-www-form-urlencoded"
MULTIPART: Final = b"multipart/form-data"

_EXTENDED: Final = re.compile(rb";\s*filename\*\s*=\s*[^';]*'[^';]*'([^;]*)", re.IGNORECASE)
"""A file's name as RFC 8187 has it: RFC 7578 forbids it in forms, some libraries send it alone."""
_PLAIN_ENCODINGS: Final = (b"", b"7bit", b"8bit", b"binary")
_FILE_TYPES: Final = (b"image/", b"application/octet-stream")
"""Types of a part that make it a file although it has no file name, which RFC 7578 allows."""

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
"""Charsets that a part may name (IANA's names, in lower case), and the codec that reads each. A
table, since Python's own search would remember every name that a sender makes up."""

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
"""What the caller is told beside the code, by cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a form. Its name and type are the sender's word, never believed; a file input
    that was left empty has neither name nor bytes. `cut`: its bytes were too many to be held."""

    filename: str = ""
    content_type: str = ""
    data: bytes = b""
    cut: bool = False

    @property
    def absent(self) -> bool:
        """Whether no file was chosen."""
        return not self.filename and not self.data and not self.cut


Pair = tuple[str, str | Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of a form in their order: names as they were sent, texts and files."""

    pairs: tuple[Pair, ...] = ()


def fields(
    content_type: bytes, body: bytes, limit: int = BODY_LIMIT, cut: frozenset[int] = frozenset()
) -> Fields:
    """The fields of a form (WHATWG urlencoded, RFC 7578 multipart), from memory.

    `limit` is the most bytes of all that is not a file, `cut` the parts, by their place from 0,
    whose bytes are not in the body. Raises Refused: E100 for nothing (400), for more than that
    (413), for another content type, a multipart one without boundary, a charset that nobody knows,
    or a body of JSON (415); E108 for what does not parse: not UTF-8, more than FIELDS fields, a
    multipart body that is damaged.
    """
    maybe_read = _READERS.get(content_type.partition(b";")[0].strip().lower())
    if maybe_read is None:
        _unserved("content-type", 415, "Send the form as one of its two content types.")
    if not body:
        raise Refused(Problem(code=E100, cause="no-body", detail="The body is empty."))
    if _JSON.match(body) and b"\r\n--" not in body:
        _unserved("json-as-form", 415, "The body is JSON: send content-type: application/json.")
    return Fields(pairs=tuple(maybe_read(content_type, body, limit, cut)))


def boundary_of(content_type: bytes) -> bytes:
    """The boundary of a multipart content type; b"" for none that may be one. Raises Refused."""
    boundary = _parameters(content_type).get(b"boundary", b"")
    return boundary if len(boundary) <= BOUNDARY else b""


def _unparsable(cause: str, name: str = "") -> NoReturn:
    """Raise Refused for the whole body, or for the field of this name in it."""
    where = f'The field "{name[:NAME]}": ' if name else ""
    raise Refused(Problem(code=E108, cause=cause, detail=f"{where}{_DETAILS[cause]}"))


def _unserved(cause: str, status: int, detail: str) -> NoReturn:
    raise Refused(Problem(code=E100, cause=cause, status=status, detail=detail))


def _too_large(limit: int) -> NoReturn:
    _unserved("body-limit", 413, f"A form may hold {limit} bytes at most beside its files.")


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        _unparsable("not-utf-8")


def _urlencoded(_: bytes, body: bytes, limit: int, __: frozenset[int]) -> list[tuple[str, str]]:
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


def _multipart(content_type: bytes, body: bytes, limit: int, cut: frozenset[int]) -> list[Pair]:
    # Imported here: 40 ms at start, and most callers send JSON.
    from python_multipart import MultipartParser
    from python_multipart.exceptions import FormParserError

    boundary = boundary_of(content_type)
    if not boundary:
        _unserved("boundary", 415, "Send multipart/form-data with its boundary.")
    delimiter = b"\r\n--" + boundary
    # The parser walks octet by octet behind a delimiter, and what follows one without ending it
    # can be 5 MiB. RFC 2046 forbids that; blanks it allows, and nobody writes them.
    if body.count(delimiter) > FIELDS:
        _unparsable("fields")
    if delimiter + b" " in body or delimiter + b"\t" in body:
        _unparsable("multipart")
    if not body.startswith(delimiter[2:]):  # what stands before it is for nobody (RFC 2046, 5.1.1)
        body = body[body.find(delimiter) :]
    parts = _Parts(limit, cut)
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
    return parts.pairs()


_READERS: Final[Mapping[bytes, Callable[[bytes, bytes, int, frozenset[int]], Any]]] = {
    URLENCODED: _urlencoded,
    MULTIPART: _multipart,
}


def _parameters(header: bytes) -> Mapping[bytes, bytes]:
    """The parameters of a header of a form."""
    from python_multipart.multipart import parse_options_header

    if len(header) > HEADER_BYTES or header.count(b";") > PARAMETERS:
        _unparsable("multipart")
    return parse_options_header(header)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text of a part, not decoded yet, and the charset that the part names."""

    octets: bytes
    charset: bytes


def _decoded(name: str, text: _Text, usual: bytes) -> str:
    label = (text.charset or usual or b"utf-8").decode("latin-1").lower()
    codec = CHARSETS.get(label)
    if codec is None:
        _unserved("charset", 415, f"The charset {label[:BOUNDARY]} is not served: send UTF-8.")
    try:
        return text.octets.decode(codec)
    except UnicodeDecodeError:
        _unparsable("not-utf-8" if codec == "utf-8" else "not-in-charset", name)


class _Parts:
    """The parts of one multipart body as the parser meets them; `start` and `end` are places in
    the whole body, since it is given in one piece."""

    def __init__(self, limit: int, cut: frozenset[int]) -> None:
        self.ended = False
        self._found: list[tuple[str, _Text | Upload]] = []
        self._limit = limit
        self._cut = cut
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
        data, file = b"".join(self._pieces), self._maybe_file
        cut = len(self._found) in self._cut
        if file is not None:
            self._found.append((self._name, replace(file, data=data, cut=cut)))
        elif cut:
            _too_large(self._limit)
        else:
            kind = self._headers.get(b"content-type", b"")
            charset = _parameters(kind).get(b"charset", b"") if b";" in kind else b""
            self._found.append((self._name, _Text(octets=data, charset=charset)))

    def pairs(self) -> list[Pair]:
        """The fields; texts in the charset that they, or the form, name."""
        named = [
            one.octets.strip()
            for name, one in self._found
            if name == CHARSET_FIELD and isinstance(one, _Text)
        ]
        usual = named[-1] if named else b""
        return [
            (name, _decoded(name, one, usual) if isinstance(one, _Text) else one)
            for name, one in self._found
        ]

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
