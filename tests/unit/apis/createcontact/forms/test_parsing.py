"""Bodies of forms: fields in both encodings, damaged and hostile bodies."""

from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.support.cpu_budget import within_cpu_budget
from tests.support.html_forms import (
    BOUNDARY,
    FORM_DATA,
    JPEG,
    LIMIT,
    MULTIPART,
    URLENCODED,
    Fields,
    multipart,
    parse_form,
    part,
)
from vcardsvc.apis.createcontact.forms.parsing import Upload, parse_fields
from vcardsvc.errors import Refused

SECONDS: Final = 1.0
"""The CPU time of a hostile body of these sizes; quadratic time would take minutes."""


def refusal(content_type: bytes, body: bytes, limit: int = LIMIT) -> tuple[Any, ...]:
    """Return (code, HTTP status, cause) of the only problem of a body."""
    with pytest.raises(Refused) as caught:
        parse_fields(content_type, body, limit)
    (problem,) = caught.value.problems
    return problem.code.name, problem.http_status, problem.cause


FIREFOX: Final = "----geckoformboundary7a1c3b5d9e2f4a6b8c0d1e2f3a4b5c6d"
CURL: Final = "------------------------pq3Xk9Lw0ZtR5vN8mB2cYd"


def body_of(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    """Return a body of parts, each (headers, data), between these delimiters."""
    octets = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts]
    return b"".join(octets) + f"--{boundary}--\r\n".encode()


BODIES: list[tuple[bytes, bytes, Fields]] = [
    (URLENCODED, b"a=1&b=&c&=d&&e=%00+%2B", [("a", "1"), ("b", ""), ("c", ""), ("", "d"),
                                             ("e", "\x00 +")]),
    (URLENCODED + b"; charset=UTF-8", b"n=Zo%C3%AB&m=Zo\xc3\xab", [("n", "Zoë"), ("m", "Zoë")]),
    (b"Application/X-WWW-Form-Urlencoded", b"a[b]=%5Bx%5D&a%5B%5D=%zz", [("a[b]", "[x]"),
                                                                         ("a[]", "%zz")]),
    (MULTIPART, f"--{BOUNDARY}--\r\n".encode(), []),
    (  # Chromium: quotes and line ends of names percent-encoded, an empty file input
        MULTIPART,
        multipart([("a%22b", "1\r\n2"), ("photo", Upload(
            content_type="application/octet-stream")), ("e", ""), ("n", "Zoë")]),
        [("a%22b", "1\r\n2"), ("photo", Upload(content_type="application/octet-stream")),
         ("e", ""), ("n", "Zoë")],
    ),
    (  # Firefox: the file's name in UTF-8, then the empty input
        b"multipart/form-data; boundary=" + FIREFOX.encode(),
        body_of(FIREFOX,
                (FORM_DATA + 'name="photo"; filename="Zoë ;a.jpg"\r\nContent-Type: image/jpeg',
                 JPEG),
                (FORM_DATA + 'name="photo"; filename=""\r\nContent-Type: application/octet-stream',
                 b"")),
        [("photo", Upload(filename="Zoë ;a.jpg", content_type="image/jpeg", data=JPEG)),
         ("photo", Upload(content_type="application/octet-stream"))],
    ),
    (  # curl -F note=hello -F photo=@a"b.jpg, before 7.81
        b"multipart/form-data; boundary=" + CURL.encode(),
        body_of(CURL, (FORM_DATA + 'name="note"', b"hello"),
                (FORM_DATA + 'name="photo"; filename="a\\"b.jpg"\r\nContent-Type: image/jpeg',
                 JPEG)),
        [("note", "hello"),
         ("photo", Upload(filename='a"b.jpg', content_type="image/jpeg", data=JPEG))],
    ),
    (  # libraries: RFC 8187 names, beside and alone; no name but a type; lower case, no quotes
        b'multipart/form-data; charset=utf-8; boundary="=_b 1"',
        body_of("=_b 1", (FORM_DATA + "name=\"a\"; filename=\"x.jpg\"; filename*=UTF-8''y.jpg",
                          b"1"),
                (FORM_DATA + "name=\"b\"; filename*=UTF-8''Zo%C3%AB.jpg", JPEG),
                ("content-disposition: form-data; name=c\r\ncontent-type: image/png", JPEG),
                ("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
                 + FORM_DATA + 'name="d"', b"text")),
        [("a", Upload(filename="x.jpg", data=b"1")), ("b", Upload(filename="Zoë.jpg", data=JPEG)),
         ("c", Upload(content_type="image/png", data=JPEG)), ("d", "text")],
    ),
    (MULTIPART, b"\r\n" + part(FORM_DATA + 'name="a"', b"1") + f"--{BOUNDARY}--more".encode(),
     [("a", "1")]),
    *(  # a preamble is ignored
        (MULTIPART, before + b"\r\n" + multipart([("a", "1"), ("b", "2")]),
         [("a", "1"), ("b", "2")])
        for before in (b"This is a multi-part message in MIME format.", b"", b"\r\n\r\n",
                       b"a: b\r\n--\r\n--x", b"--", b"{", b"\n" * 300_000)
    ),
    *(  # a part is read in its own charset
        (MULTIPART, multipart([("a", "é")]) .replace(
            b"\r\n\r\n\xc3\xa9",
            b"\r\nContent-Type: text/plain; charset=" + charset + b"\r\n\r\n" + octets),
         [("a", "é")])
        for charset, octets in (
            (b"iso-8859-1", b"\xe9"), (b'"ISO-8859-1"', b"\xe9"), (b"Latin1", b"\xe9"),
            (b"windows-1252", b"\xe9"), (b"utf-8", b"\xc3\xa9"), (b"US-ASCII", b"\xc3\xa9"),
            (b"utf-16be", b"\0\xe9"), (b"gb2312", b"\xa8\xa6"), (b"iso-8859-15", b"\xe9"),
            (b"", b"\xc3\xa9"), (b"utf-8; format=flowed", b"\xc3\xa9"))
    ),
    (MULTIPART, multipart([("_charset_", "ISO-8859-1"), ("a", "é"), ("photo", Upload(
        filename="é", data=JPEG))]).replace(b"\r\n\r\n\xc3\xa9", b"\r\n\r\n\xe9"),
     [("_charset_", "ISO-8859-1"), ("a", "é"), ("photo", Upload(filename="é", data=JPEG))]),
    (MULTIPART, multipart([("_charset_", "utf-8"), ("a", "é")]),
     [("_charset_", "utf-8"), ("a", "é")]),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "body", "fields"), BODIES)
def test_a_body_is_parsed_into_fields(content_type: bytes, body: bytes, fields: Fields) -> None:
    """The bodies of browsers, curl and libraries are read in order, octet by octet."""
    assert parse_fields(content_type, body, LIMIT) == tuple(fields)


GOOD: Final = multipart([("note", "hello")])
MANY: Final = [("a", "1")] * 512
DAMAGED: list[tuple[bytes, bytes, tuple[str, int, str]]] = [
    (b"", b"a=1", ("E100", 415, "content-type")),
    (b"application/json", b"{}", ("E100", 415, "content-type")),
    (b"multipart/mixed; boundary=b", b"--b--", ("E100", 415, "content-type")),
    (URLENCODED, b"", ("E100", 400, "no-body")),
    (MULTIPART, b"", ("E100", 400, "no-body")),
    (b"multipart/form-data", GOOD, ("E100", 415, "boundary")),
    (b"multipart/form-data; boundary=", GOOD, ("E100", 415, "boundary")),
    (b"multipart/form-data; boundary=" + b"b" * 71, GOOD, ("E100", 415, "boundary")),
    *((kind, body, ("E100", 415, "json-as-form"))
      for kind in (URLENCODED, MULTIPART, b"multipart/form-data")
      for body in (b'{"a": 1}', b' \r\n{"a": "b&c=d"', b"[[1]]", b'["a"]', b'[ {"a": 1}]',
                   b'\xef\xbb\xbf{"a": 1}', b"{", b"{\xff")),
    *((MULTIPART, multipart([("a", "é")]).replace(
        b"\r\n\r\n\xc3", b"\r\nContent-Type: text/plain; charset=" + charset + b"\r\n\r\n\xc3"),
       expected)
      for charset, expected in (
          (b"klingon", ("E100", 415, "charset")), (b"base64", ("E100", 415, "charset")),
          (b"utf-7", ("E100", 415, "charset")), (b"idna", ("E100", 415, "charset")),
          (b"x" * 900, ("E100", 415, "charset")), (b"\xff", ("E100", 415, "charset")),
          (b"iso-2022-jp", ("E108", 400, "not-in-charset")))),
    (MULTIPART, multipart([("_charset_", "klingon"), ("a", "1")]), ("E100", 415, "charset")),
    (b"multipart/form-data" + b";" * 33, GOOD, ("E108", 400, "multipart")),
    (URLENCODED, b"a=%FF", ("E108", 400, "not-utf-8")),
    (URLENCODED, b"a=\xff", ("E108", 400, "not-utf-8")),
    (URLENCODED, b"%FF=1&_charset_=windows-1252", ("E108", 400, "not-utf-8")),
    (URLENCODED, b"a=%ED%A0%80", ("E108", 400, "not-utf-8")),
    (URLENCODED, urlencode([*MANY, ("a", "1")]).encode(), ("E108", 400, "fields")),
    (MULTIPART, multipart([*MANY, ("a", "1")]), ("E108", 400, "fields")),
    (MULTIPART, b"note=hello", ("E108", 400, "multipart")),
    (MULTIPART, GOOD.replace(b"\r\n", b"\n"), ("E108", 400, "multipart")),
    (MULTIPART, GOOD.replace(BOUNDARY.encode(), b"other"), ("E108", 400, "multipart")),
    (MULTIPART, b"\r\n" * 10, ("E108", 400, "multipart")),
    (MULTIPART, GOOD.replace(b"\r\n--", f"\r\n--{BOUNDARY} \r\n--".encode()),
     ("E108", 400, "multipart")),
    (MULTIPART, multipart([("\xff", "1")]).replace(b"\xc3", b""), ("E108", 400, "not-utf-8")),
    (MULTIPART, multipart([("a", "\xff")]).replace(b"\xc3", b""), ("E108", 400, "not-utf-8")),
    (MULTIPART, multipart([("a" * 2049, "1")]), ("E108", 400, "multipart")),
    (MULTIPART, multipart([("a" + ";" * 33, "1")]), ("E108", 400, "multipart")),
    (MULTIPART, part("A: 1\r\n" * 9 + FORM_DATA + 'name="a"', b""), ("E108", 400, "multipart")),
    (MULTIPART, part("Content-Type: text/plain", b"1"), ("E108", 400, "part-name")),
    (MULTIPART, part(FORM_DATA + "filename=a", b"1"), ("E108", 400, "part-name")),
    (MULTIPART, part(FORM_DATA + "name=a\r\nContent-Transfer-Encoding: base64", b"MQ=="),
     ("E108", 400, "transfer-encoding")),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "body", "expected"), DAMAGED)
def test_other_bodies_are_refused(
    content_type: bytes, body: bytes, expected: tuple[str, int, str]
) -> None:
    """Another content type, no body, too much, or a damaged body: a code, a status and a cause."""
    assert refusal(content_type, body) == expected


def test_a_field_that_is_not_utf_8_is_named() -> None:
    """The problem of a part names its field."""
    body = multipart([("a", "1"), ("note", "\xff")]).replace(b"\xc3", b"")
    with pytest.raises(Refused) as caught:
        parse_fields(MULTIPART, body, LIMIT)
    detail = caught.value.problems[0].detail
    assert detail == 'The field "note": A form must be written in UTF-8.'


@pytest.mark.parametrize("end", range(0, len(GOOD) - 4, 3))
def test_a_multipart_body_without_its_end_is_refused(end: int) -> None:
    """A body without its last delimiter has no fields."""
    assert refusal(MULTIPART, GOOD[:end])[0] == ("E108" if end else "E100")


def test_a_damaged_body_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The parser does not log what callers send."""
    with caplog.at_level(0):
        assert refusal(MULTIPART, GOOD.replace(b"\r\n", b"\n")) == ("E108", 400, "multipart")
    assert caplog.record_tuples == []


def test_a_form_may_have_512_fields() -> None:
    """They are read in either encoding."""
    assert parse_fields(URLENCODED, urlencode(MANY).encode(), LIMIT) == tuple(MANY)
    assert parse_fields(MULTIPART, multipart(MANY), LIMIT) == tuple(MANY)


def test_only_files_may_be_large() -> None:
    """The body limit counts all but the bytes of files."""
    file = Upload(filename="a", content_type="image/png", data=bytes(5_000_000))
    large: Fields = [("photo", file), ("note", "n" * 200_000), ("photo", file)]
    assert parse_fields(MULTIPART, multipart(large), LIMIT) == tuple(large)
    too_large = multipart([*large, ("note", "n" * 70_000)])
    assert refusal(MULTIPART, too_large) == ("E100", 413, "body-limit")
    assert refusal(MULTIPART, multipart([("a", "1")] * 100), 5000) == ("E100", 413, "body-limit")
    assert refusal(URLENCODED, b"a=" + b"x" * 262_143) == ("E100", 413, "body-limit")


STORM: Final = part(FORM_DATA + 'name="a"; filename="a"', b"")
HOSTILE: list[tuple[bytes, bytes]] = [
    *((URLENCODED, piece * (262_144 // len(piece))) for piece in (
        b"&", b"a&", b"[", b"a[", b"[]", b"%", b"%25", b"+", b"=", b"a[0][b]=", b"\r")),
    (URLENCODED, b"note" + b"[" * 65_536 + b"=1"),
    (URLENCODED, b"&".join(b"phone[][a%d]=1" % n for n in range(512))),
    (URLENCODED, b"phone[][number]=1&" * 511),
    *((MULTIPART, STORM + piece * (5_000_000 // len(piece))) for piece in (
        b"\r", b"\r\n", b"\r\n--", f"\r\n--{BOUNDARY}".encode(), f"\r\n--{BOUNDARY}-".encode(),
        f"\r\n--{BOUNDARY}\r".encode(), b"\x00", f"\r\n--{BOUNDARY[:-1]}".encode())),
    (MULTIPART, STORM + f"\r\n--{BOUNDARY} ".encode() + b" " * 5_000_000),
    (MULTIPART, f"--{BOUNDARY}\r\nA:".encode() + b" " * 5_000_000),
    (MULTIPART, b"".join(part(";" * 2000 + ":", b"") for _ in range(512))),
    (MULTIPART, b"".join(part("a:" + " " * 2000, b"") for _ in range(512))),
    (MULTIPART, b"\r\n" * 2_500_000), (MULTIPART, b"-" * 5_000_000),
    (b"multipart/form-data" + b';"' * 60_000, GOOD),
    (b"multipart/form-data;" + b" " * 99_999, GOOD),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "body"), HOSTILE)
def test_no_body_takes_longer_than_its_size(content_type: bytes, body: bytes) -> None:
    """Bodies built to be slow are read or refused in linear time."""

    def work() -> Any:
        try:
            return parse_form(body, content_type).members["action"]
        except Refused as refused:
            return refused.problems[0].code.name

    assert within_cpu_budget(SECONDS, work) in {"createcontact", "E100", "E108"}
