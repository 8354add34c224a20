"""Forms as card requests: names of fields, files, options, key and redirect, and problems."""

import base64
import json
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.support.contact_requests import APPLESEED, JSON_API, card_request, request
from tests.support.html_forms import (
    FORM_API,
    JPEG,
    MULTIPART,
    URLENCODED,
    Fields,
    Texts,
    Writer,
    as_flat,
    as_php,
    as_rails,
    multipart,
    parse_form,
)
from vcardsvc.apis.createcontact.forms.parsing import Upload
from vcardsvc.errors import E503, E1515, Problem, Refused
from vcardsvc.model.request import CardRequest, CardResult, Note, RenderOptions
from vcardsvc.vcard import write

JOHN: Final = [("first-name", "John")]
EMPTY: Final = Upload(content_type="application/octet-stream")
FILE: Final = Upload(filename="john.jpg", content_type="image/jpeg", data=JPEG)


def read(fields: Fields, **others: bytes) -> CardRequest:
    """Return the card request of a form in multipart."""
    return parse_form(multipart(fields), MULTIPART, **others).card_request()


def refusals(fields: Fields) -> list[tuple[str, str | None]]:
    """Return (code, pointer) of every problem of a form in multipart."""
    with pytest.raises(Refused) as caught:
        read(fields)
    return [(problem.code.name, problem.field) for problem in caught.value.problems]


@pytest.mark.parametrize("write_form", [as_php, as_rails, as_flat])
def test_the_documented_example_is_read_as_a_form(write_form: Writer) -> None:
    """The example without its action is the same request in every convention."""
    fields = [(name, text) for name, text in write_form(APPLESEED) if name != "action"]
    assert read(fields) == card_request(APPLESEED)


PHOTOS: list[tuple[Fields, bytes, bytes]] = [
    ([("photo", FILE)], b"", JPEG),
    ([("photo", EMPTY)], b"", b""),
    ([("photo", FILE), ("photo", EMPTY)], b"", JPEG),
    ([("photo", EMPTY), ("photo", Upload(data=b"GIF89a"))], b"", b"GIF89a"),
    ([("photo", Upload(filename="a", data=b"1")), ("photo", FILE)], b"", JPEG),
    ([("photo", FILE), ("photo-url", " "), ("photo", "")], b"", JPEG),
    ([("photo", base64.b64encode(JPEG).decode()), ("photo", EMPTY)], b"", JPEG),
    ([("photo", FILE)], b"photo=none", b""),
    *(
        ([(name, FILE)], b"", JPEG)
        for name in ("photo[]", "photo[0]", "photo[7]", "photos", "photos[]", "file", "file[]",
                     "file[0]", "files", "files[]", "files[12]")
    ),
    ([("files[]", EMPTY), ("files[]", FILE)], b"", JPEG),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "query", "photo"), PHOTOS)
def test_a_file_is_the_photo(fields: Fields, query: bytes, photo: bytes) -> None:
    """A file under a name of the photo is the photo; an empty input is none."""
    render = RenderOptions(photo="none") if query else RenderOptions()
    contact = card_request(request()).contact
    expected = CardRequest(contact=contact, options=render, photo_bytes=photo)
    assert read([*JOHN, *fields], query=query) == expected


OTHER: Final = Upload(filename="other.gif", content_type="image/gif", data=b"GIF89a")
IGNORED: list[tuple[Fields, list[str]]] = [
    ([("avatar", FILE), ("note", OTHER)], ["avatar", "note"]),
    ([("avatar", OTHER), ("photo[0]", FILE)], ["avatar"]),
    ([("photo[]", FILE), ("photo[]", OTHER)], ["photo[]"]),
    ([("photo[1]", OTHER), ("photo", FILE), ("files[]", OTHER)], ["photo[1]", "files[]"]),
    ([("photo", OTHER), ("photo", FILE)], []),
    ([("photo[x]", FILE), ("photo[0][a]", FILE), ("photo[-1]", FILE), ("Photo", FILE)],
     ["photo[x]", "photo[0][a]", "photo[-1]", "Photo"]),
    ([("avatar", EMPTY), ("photo", FILE)], []),
    ([("hobby", "J"), ("submit", "Send"), ("photo[]", "x"), ("file", "x")],
     ["hobby", "submit", "photo[]", "file"]),
    ([("hobby", " "), ("x[y]", ""), ("_charset_", "utf-8"), ("api_key", "x")], []),
    ([("phone[0][x]", "1"), ("phone[x][number]", "1"), ("phone[0]", "1"), ("name", "J"),
      ("name[middle]", "M"), ("email[0][id][]", "a"), ("phone[1234567890][number]", "1")],
     ["phone[0][x]", "phone[x][number]", "phone[0]", "name", "name[middle]",
      "email[0][id][]", "phone[1234567890][number]"]),
    ([("phone[3][number]", "1"), ("phone[][label]", "fax"), ("phone-label[]", "x"), ("as", "card"),
      ("website", "a.example"), ("redirect", "x"), ("action", "createcontact")], []),
    ([("a b", "1"), ("a;b", "1"), ("a,b", "1"), ("Zoë", "1"), ("a/b", "1"), ("a~.-b", "1"),
      ("", "1")], ["a b", "a;b", "a,b", "Zoë", "a~1b", "a~0.-b", "unnamed"]),
    ([("a\x01\x7f", "1"), ("x" * 99, "1"), ("ë" * 64, "1"), ("[" * 1000, "1")],
     ["a\x01\x7f", "x" * 64 + "…", "ë" * 64, "[" * 64 + "…"]),
]  # fmt: skip


def _bodies(fields: Fields) -> list[tuple[bytes, bytes]]:
    """Return the form in both encodings, a form with files in the one that has them."""
    bodies = [(multipart(fields), MULTIPART)]
    if not any(isinstance(value, Upload) for _, value in fields):
        bodies.append((urlencode(fields).encode(), URLENCODED))
    return bodies


@pytest.mark.parametrize(("fields", "names"), IGNORED, ids=range(len(IGNORED)))
def test_unknown_fields_are_noted(fields: Fields, names: list[str]) -> None:
    """CONTRACT 2 (amended): an unknown file or field has a note with its name, as a member has."""
    for body, content_type in _bodies([*JOHN, *fields]):
        notes = parse_form(body, content_type).card_request().notes
        assert [note.field for note in notes if note.code == "ignored"] == names


PLUSES: Final = base64.b64encode(b"\xfb\xef\xbe\xff" * 6).decode()
"""Base64 with pluses and slashes."""


@pytest.mark.parametrize(
    "body",
    [
        f"first-name=J&photo={PLUSES}",
        f"photo={PLUSES}&first-name=J",
        f"first-name=J&photo=data:image/gif;base64,{PLUSES}",
        urlencode({"first-name": "J", "photo": PLUSES}),
        urlencode({"first-name": "J", "photo": "\r\n ".join((PLUSES[:9], PLUSES[9:]))}),
        urlencode({"first-name": "J", "photo": " ".join(PLUSES)}),
        urlencode({"first-name": "J", "photo": f"data:image/gif;base64,{PLUSES}"}),
    ],
)
def test_the_pluses_of_base64_are_kept(body: str) -> None:
    """A photo in base64 is read with and without percent-encoding, and with line breaks."""
    assert "+" in PLUSES
    assert "/" in PLUSES
    assert parse_form(body.encode()).card_request().photo_bytes == b"\xfb\xef\xbe\xff" * 6


BAD_PHOTOS: list[tuple[Fields, str]] = [
    ([("photo", FILE), ("photo_url", "https://a.example/b")], "E1524"),
    ([("photo", FILE), ("photo", "Zm9v")], "E1524"),
    ([("photo", Upload(filename="john.jpg"))], "E1522"),
    ([("files[]", Upload(filename="john.jpg"))], "E1522"),
    ([("photo", "john.jpg")], "E1522"),
]


@pytest.mark.parametrize(("fields", "code"), BAD_PHOTOS)
def test_a_bad_photo_is_refused(fields: Fields, code: str) -> None:
    """Two photos, an empty file, and the name of a file instead of it are problems of the photo."""
    assert refusals([*JOHN, *fields]) == [(code, "/photo")]


def test_an_empty_file_may_be_dropped() -> None:
    """With `photo-rule` drop an empty file is a note and no photo."""
    result = read([*JOHN, ("photo", Upload(filename="john.jpg")), ("photo-rule", "drop")])
    assert (result.photo_bytes, result.notes) == (b"", (Note(field="photo", code="E1522"),))


OPTIONS: list[tuple[Texts, bytes, RenderOptions, str, str]] = [
    ([("target", "apple")], b"", RenderOptions(target="apple"), "", "inline"),
    ([("target", "apple")], b"target=android", RenderOptions(target="android"), "", "inline"),
    ([("target", "apple")], b"version=4.0", RenderOptions(target="apple", version="4.0"),
     "", "inline"),
    ([("target", ""), ("as", " ")], b"", RenderOptions(), "", "inline"),
    ([("photo_rule", "drop")], b"", RenderOptions(photo="drop"), "", "inline"),
    ([("photo-rule", "drop")], b"photo=none", RenderOptions(photo="none"), "", "inline"),
    ([("photo-rule", "drop"), ("photo-rule", "none")], b"", RenderOptions(photo="none"),
     "", "inline"),
    ([("as", "link"), ("ttl", "60"), ("once", "on")], b"",
     RenderOptions(form="link", ttl=60, once=True),
     "", "inline"),
    ([("once", "1"), ("once", "0")], b"", RenderOptions(), "", "inline"),
    ([("as", "qr"), ("content", "link")], b"", RenderOptions(form="qr", content="link"),
     "", "inline"),
    ([("filename", "john.vcf"), ("disposition", "attachment")], b"", RenderOptions(), "john.vcf",
     "attachment"),
    ([("filename", "john.vcf")], b"filename=a.vcf", RenderOptions(), "a.vcf", "inline"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "query", "render", "filename", "disposition"), OPTIONS)
def test_options_may_be_fields(
    fields: Fields, query: bytes, render: RenderOptions, filename: str, disposition: str
) -> None:
    """The query takes precedence over the fields, and blank fields are absent."""
    result = read([*JOHN, *fields], query=query)
    assert (result.options, result.filename, result.disposition) == (render, filename, disposition)


def test_the_accept_header_is_read() -> None:
    """Accept names the form of the card, as in a request of JSON."""
    assert read(JOHN, accept=b"application/vcard+json").options == RenderOptions(form="jcard")


PROBLEMS: list[tuple[Fields, list[tuple[str, str | None]]]] = [
    ([], [("E1515", "/name")]),
    ([("last_name", ""), ("first_name", " ")], [("E1515", "/name")]),
    ([("name[last-name]", "")], [("E1515", "/name")]),
    ([("name[first_name]", "O'B")], [("E1516", "/name/first-name")]),
    ([*JOHN, ("action", "delete")], [("E101", "/action")]),
    ([*JOHN, ("target", "nobody")], [("E1527", None)]),
    (
        [*JOHN, ("phone[9][number]", "1"), ("phone[9][label]", "x"), ("phone[4][number]", "1\t2")],
        [("E1525", "/phone/0/number"), ("E1517", "/phone/1/label")],
    ),
    (
        [*JOHN, ("phone[][number]", ""), ("phone[][number]", "1"), ("phone[][label]", "x")],
        [("E1517", "/phone/1/label")],
    ),
    (
        [*JOHN, ("email", "a"), ("email_label", "x"), ("address", "a"), ("address-label", "x"),
         ("website", "ftp://a"), ("uid", "\x00"), ("note", "\x00")],
        [("E1525", "/note"), ("E1518", "/email/0/label"), ("E1519", "/physical-address/0/label"),
         ("E1526", "/website/0/url"), ("E1525", "/uid")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "problems"), PROBLEMS)
def test_problems_point_into_the_request(fields: Fields, problems: list[Any]) -> None:
    """The pointer of a problem is that of the member that the field became."""
    assert refusals(fields) == problems


KEYS: list[tuple[Texts, bytes | None, str]] = [
    (JOHN, None, ""),
    ([("api-key", "secret")], b"secret", ""),
    ([("api_key", " Zoë "), ("redirect", " https://a.example/b ")], "Zoë".encode(),
     "https://a.example/b"),
    ([("api-key", "1"), ("api_key", "2"), ("redirect", "1"), ("redirect", "2")], b"2", "2"),
    ([("api-key", " "), ("redirect", "\t")], None, ""),
    ([("api-key[]", "1"), ("redirect[0]", "1")], None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "credential", "redirect"), KEYS)
def test_key_and_redirect_are_known_before_validation(
    fields: Fields, credential: bytes | None, redirect: str
) -> None:
    """A form with problems is parsed; its key and its redirect can be checked first."""
    form = parse_form(multipart([("name[first-name]", "-"), *fields]), MULTIPART)
    assert (form.maybe_credential, form.redirect) == (credential, redirect)
    assert "secret" not in repr(form)


def test_responses_are_those_of_json() -> None:
    """A card and a failure have the responses of the JSON API."""
    john = read(JOHN)
    result = CardResult(maybe_document=write(john.contact))
    problems = (Problem(code=E1515, field="/name"), Problem(code=E503))
    assert FORM_API.card_response(john, result) == JSON_API.card_response(john, result)
    assert FORM_API.error_response(problems) == JSON_API.error_response(problems)
    assert json.loads(FORM_API.error_response(problems).chunks[0])["error-code"] == "E1515"
    assert FORM_API.content_types == {URLENCODED, b"multipart/form-data"}
