"""Forms: both encodings, every way to call a field, damaged and hostile bodies."""

import time
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest

from tests.support.forms import (
    BOUNDARY,
    FORM_DATA,
    JPEG,
    MULTIPART,
    URLENCODED,
    Pairs,
    multipart,
    opened,
    part,
)
from vcardsvc.apis.createcontact import forms
from vcardsvc.apis.createcontact.forms import Fields, Upload, fields
from vcardsvc.errors import Refused

LIMIT: Final = 256 * 1024
"""Bytes of a form beside its files, when nobody sets it."""
SECONDS: Final = 1.0
"""What no hostile body of the sizes here may take; quadratic time would take minutes."""


def asked(body: str) -> dict[str, Any]:
    """The request of a form, urlencoded but for what need not be."""
    return forms.request(fields(URLENCODED, quote(body, safe="=&+%").encode()))


def refusal(content_type: bytes, body: bytes, limit: int = LIMIT) -> tuple[Any, ...]:
    """(code, HTTP status, cause) of the one problem of a body."""
    with pytest.raises(Refused) as caught:
        fields(content_type, body, limit)
    (problem,) = caught.value.problems
    return problem.code.name, problem.http_status, problem.cause


REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("name[first-name]=J&name[last-name]=A", {"name": {"first-name": "J", "last-name": "A"}}),
    ("first-name=J&last_name=A", {"name": {"first-name": "J", "last-name": "A"}}),
    ("name[first_name]=J&suffix=Jr.", {"name": {"first-name": "J", "suffix": "Jr."}}),
    ("organization=O&title=T&note=N&uid=U", {m: m[0].upper() for m in ("organization", "title",
                                                                       "note", "uid")}),
    ("photo_url=https://a.example/b", {"photo-url": "https://a.example/b"}),
    ("action=CreateContact", {"action": "CreateContact"}),
    # Blank is absent, and a bracketed blank does not hide what a flat field says.
    ("action=+&note=%09&name[suffix]=&suffix=Jr.", {"name": {"suffix": "Jr."}}),
    ("name[suffix]=Sr.&suffix=Jr.", {"name": {"suffix": "Sr."}}),
    ("phone[0][number]=+&phone=1", {"phone": [{"number": "1"}]}),
    ("phone[0][number]=2&phone=1", {"phone": [{"number": "2"}]}),
    # The last of several wins.
    ("note=1&note=2", {"note": "2"}),
    ("name[suffix]=1&name[suffix]=2&name[suffix]=", {}),
    ("phone[0][number]=1&phone[0][number]=2", {"phone": [{"number": "2"}]}),
    # Numbered rows: gaps, any order, leading zeros.
    (
        "phone[7][label]=fax&phone[2][number]=1&phone[7][number]=2",
        {"phone": [{"number": "1"}, {"number": "2", "label": "fax"}]},
    ),
    ("phone[007][number]=1&phone[7][label]=fax", {"phone": [{"number": "1", "label": "fax"}]}),
    ("email[1][id]=a&email[0][id]=+", {"email": [{}, {"id": "a"}]}),
    # Rows without a number: a member that was there starts the next one.
    ("phone[][number]=1&phone[][number]=2", {"phone": [{"number": "1"}, {"number": "2"}]}),
    (
        "phone[][number]=1&phone[][label]=fax&phone[][number]=2&phone[][label]=home",
        {"phone": [{"number": "1", "label": "fax"}, {"number": "2", "label": "home"}]},
    ),
    (
        "phone[][label]=fax&phone[][number]=1&phone[][label]=home&phone[][number]=2",
        {"phone": [{"label": "fax", "number": "1"}, {"label": "home", "number": "2"}]},
    ),
    (
        "phone[][number]=1&phone[][number]=2&phone[][label]=home",
        {"phone": [{"number": "1"}, {"number": "2", "label": "home"}]},
    ),
    ("phone[3][number]=1&phone[][number]=2", {"phone": [{"number": "1"}, {"number": "2"}]}),
    # Flat rows are paired by their order.
    ("phone=1&phone=2&phone-label=fax", {"phone": [{"number": "1", "label": "fax"},
                                                   {"number": "2"}]}),
    ("phone_label=fax&phone_label=home&phone=1", {"phone": [{"number": "1", "label": "fax"}]}),
    ("phone=1&phone-label=&phone=2&phone-label=fax", {"phone": [{"number": "1"}, {"number": "2",
                                                                 "label": "fax"}]}),
    ("phone[]=1&phone[]=2&phone-label[]=fax", {"phone": [{"number": "1", "label": "fax"},
                                                         {"number": "2"}]}),
    ("address=a&address-label=home&physical_address=b", {"physical-address": [
        {"address": "a", "label": "home"}, {"address": "b"}]}),
    ("physical_address[0][address]=a&address[1][address]=b", {"physical-address": [
        {"address": "a"}, {"address": "b"}]}),
    ("website=a.example&website-label=Mill", {"website": [{"url": "a.example", "label": "Mill"}]}),
    ("email=a&email_label=home", {"email": [{"id": "a", "label": "home"}]}),
    # Nobody's names.
    ("__proto__=1&__proto__[x]=1&constructor[prototype][x]=1&name=J&Note=1&phone-label=fax", {}),
    ("note[[[[=1&[note]=1&note]=1&note[=1&name[first-name=1&name[]=1&=1&note[x]=1&[]=1", {}),
    ("phone[0]=1&phone[number]=1&phone[x][number]=1&phone[-1][number]=1&phone[0][number][]=1", {}),
    ("phone[٣][number]=1&phone[1e3][number]=1&phone[ 1][number]=1", {}),
    (f"phone[{'9' * 5000}][number]=1&phone[1234567890][number]=1", {}),
    (f"note{'[]' * 5000}=1&note{'[' * 9000}=1&phone{'[0]' * 40}=1", {}),
    ("phone[0][extension]=1", {"phone": [{}]}),
    ("unknown=1&redirect=x&api-key=k&target=apple&button", {}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "members"), REQUESTS)
def test_a_form_stands_for_a_request(body: str, members: dict[str, Any]) -> None:
    """Names as PHP, Rails and plain forms write them find their members; others are nobody's."""
    form = fields(URLENCODED, quote(body, safe="=&+%").encode()) if body else Fields()
    assert forms.request(form) == {"action": "createcontact", **members}


def test_a_list_has_so_many_rows() -> None:
    """The first 64 rows by number are looked at; 64 flat ones too."""
    some = "&".join(f"phone[{n}][number]={n}" for n in range(99, -1, -1))
    expected = [{"number": str(n)} for n in range(64)]
    assert asked(some)["phone"] == expected
    assert asked("&".join(f"phone={n}" for n in range(100)))["phone"] == expected


FIREFOX: Final = "----geckoformboundary7a1c3b5d9e2f4a6b8c0d1e2f3a4b5c6d"
CURL: Final = "------------------------pq3Xk9Lw0ZtR5vN8mB2cYd"


def body_of(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    """Parts as (headers, data) between these delimiters."""
    octets = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts]
    return b"".join(octets) + f"--{boundary}--\r\n".encode()


BODIES: list[tuple[bytes, bytes, Pairs]] = [
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
    *(  # what stands before the first delimiter is for nobody
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


@pytest.mark.parametrize(("content_type", "body", "pairs"), BODIES)
def test_a_body_is_parted_into_fields(content_type: bytes, body: bytes, pairs: Pairs) -> None:
    """What browsers, curl and libraries send is read, in its order and octet by octet."""
    assert fields(content_type, body) == Fields(pairs=tuple(pairs))


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
       said)
      for charset, said in (
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


@pytest.mark.parametrize(("content_type", "body", "said"), DAMAGED)
def test_what_is_no_form_is_refused(
    content_type: bytes, body: bytes, said: tuple[str, int, str]
) -> None:
    """Another content type, nothing, too much, or a damaged body has its code, status and cause."""
    assert refusal(content_type, body) == said


def test_a_field_that_is_not_utf_8_is_named() -> None:
    """The refusal of a part says which one it is."""
    body = multipart([("a", "1"), ("note", "\xff")]).replace(b"\xc3", b"")
    with pytest.raises(Refused) as caught:
        fields(MULTIPART, body)
    told = caught.value.problems[0].detail
    assert told == 'The field "note": A form must be written in UTF-8.'


@pytest.mark.parametrize("end", range(0, len(GOOD) - 4, 3))
def test_a_multipart_body_that_was_cut_off_is_refused(end: int) -> None:
    """Nothing is taken from a body whose last delimiter is missing."""
    assert refusal(MULTIPART, GOOD[:end])[0] == ("E108" if end else "E100")


def test_a_damaged_body_is_logged_by_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The parser does not tell of what callers send."""
    with caplog.at_level(0):
        assert refusal(MULTIPART, GOOD.replace(b"\r\n", b"\n")) == ("E108", 400, "multipart")
    assert caplog.record_tuples == []


def test_as_many_fields_as_pass() -> None:
    """512 fields are read in either encoding."""
    assert fields(URLENCODED, urlencode(MANY).encode()) == Fields(pairs=tuple(MANY))
    assert fields(MULTIPART, multipart(MANY)) == Fields(pairs=tuple(MANY))


def test_only_files_may_be_large() -> None:
    """What is not a file is under the body limit in all; the bytes of files are not counted."""
    file = Upload(filename="a", content_type="image/png", data=bytes(5_000_000))
    large: Pairs = [("photo", file), ("note", "n" * 200_000), ("photo", file)]
    assert fields(MULTIPART, multipart(large)) == Fields(pairs=tuple(large))
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
    """Bodies made to be slow are read or refused in linear time."""
    started = time.process_time()
    try:
        said: Any = opened(body, content_type).request["action"]
    except Refused as refused:
        said = refused.problems[0].code.name
    assert said in {"createcontact", "E100", "E108"}
    assert time.process_time() - started < SECONDS
