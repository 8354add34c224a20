"""Forms: the orders they come to, their files, options, key and redirect, and the names of fields
in their problems."""

import base64
import json
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.support.contact_requests import APPLESEED, order, request
from tests.support.forms import (
    FORMS,
    JPEG,
    MULTIPART,
    NATIVE,
    URLENCODED,
    Pairs,
    Writer,
    as_flat,
    as_php,
    as_rails,
    multipart,
    opened,
)
from vcardsvc.apis.createcontact.forms import Upload
from vcardsvc.errors import E503, E1515, Problem, Refused
from vcardsvc.model.request import CardRequest, CardResult, Note, RenderOptions
from vcardsvc.vcard import write

JOHN: Final = [("first-name", "John")]
EMPTY: Final = Upload(content_type="application/octet-stream")
FILE: Final = Upload(filename="john.jpg", content_type="image/jpeg", data=JPEG)


def read(pairs: Pairs, **others: bytes) -> CardRequest:
    """The order of a form in multipart."""
    return opened(multipart(pairs), MULTIPART, **others).card_request()


def found(pairs: Pairs, **others: bytes) -> list[tuple[str, str | None, str]]:
    """(code, pointer, field) of every problem of a form."""
    form = opened(multipart(pairs), MULTIPART, **others)
    with pytest.raises(Refused) as caught:
        form.card_request()
    problems = caught.value.problems
    return [(one.code.name, one.field, form.field_name(one.field or "-")) for one in problems]


@pytest.mark.parametrize("write_form", [as_php, as_rails, as_flat])
def test_the_vendors_example_as_a_form(write_form: Writer) -> None:
    """The documented example without its action is the same order in every convention."""
    pairs = [(name, text) for name, text in write_form(APPLESEED) if name != "action"]
    assert read(pairs) == order(APPLESEED)


PHOTOS: list[tuple[Pairs, bytes, bytes]] = [
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


@pytest.mark.parametrize(("pairs", "query", "photo"), PHOTOS)
def test_the_photo_is_the_file_that_was_chosen(pairs: Pairs, query: bytes, photo: bytes) -> None:
    """A file named `photo`, or as upload libraries name it, is the photo, an empty input none."""
    what = RenderOptions(photo="none") if query else RenderOptions()
    expected = CardRequest(contact=order(request()).contact, options=what, photo_bytes=photo)
    assert read([*JOHN, *pairs], query=query) == expected


OTHER: Final = Upload(filename="other.gif", content_type="image/gif", data=b"GIF89a")
IGNORED: list[tuple[Pairs, list[str]]] = [
    ([("avatar", FILE), ("note", OTHER)], ["avatar", "note"]),
    ([("avatar", OTHER), ("photo[0]", FILE)], ["avatar"]),
    ([("photo[]", FILE), ("photo[]", OTHER)], ["photo[]"]),
    ([("photo[1]", OTHER), ("photo", FILE), ("files[]", OTHER)], ["photo[1]", "files[]"]),
    ([("photo", OTHER), ("photo", FILE)], []),
    ([("photo[x]", FILE), ("photo[0][a]", FILE), ("photo[-1]", FILE), ("Photo", FILE)],
     ["photo[x]", "photo[0][a]", "photo[-1]", "Photo"]),
    ([("avatar", EMPTY), ("photo", FILE)], []),
    ([("nickname", "J"), ("submit", "Send"), ("photo[]", "x"), ("file", "x")],
     ["nickname", "submit", "photo[]", "file"]),
    ([("nickname", " "), ("x[y]", ""), ("_charset_", "utf-8"), ("api_key", "x")], []),
    ([("phone[0][extension]", "1"), ("phone[x][number]", "1"), ("phone[0]", "1"), ("name", "J"),
      ("name[middle]", "M"), ("email[0][id][]", "a"), ("phone[1234567890][number]", "1")],
     ["phone[0][extension]", "phone[x][number]", "phone[0]", "name", "name[middle]",
      "email[0][id][]", "phone[1234567890][number]"]),
    ([("phone[3][number]", "1"), ("phone[][label]", "fax"), ("phone-label[]", "x"), ("as", "card"),
      ("website", "a.example"), ("redirect", "x"), ("action", "createcontact")], []),
    ([("a b", "1"), ("a;b", "1"), ("a,b", "1"), ("Zoë", "1"), ("a/b", "1"), ("a~.-b", "1"),
      ("", "1")], ["a b", "a;b", "a,b", "Zoë", "a~1b", "a~0.-b", "unnamed"]),
    ([("a\x01\x7f", "1"), ("x" * 99, "1"), ("ë" * 64, "1"), ("[" * 1000, "1")],
     ["a\x01\x7f", "x" * 64 + "…", "ë" * 64, "[" * 64 + "…"]),
]  # fmt: skip


def _written(pairs: Pairs) -> list[tuple[bytes, bytes]]:
    """The form in both encodings, with files in the one that has them."""
    bodies = [(multipart(pairs), MULTIPART)]
    if not any(isinstance(value, Upload) for _, value in pairs):
        bodies.append((urlencode(pairs).encode(), URLENCODED))
    return bodies


@pytest.mark.parametrize(("pairs", "names"), IGNORED, ids=range(len(IGNORED)))
def test_what_nobody_took_is_noted_by_name(pairs: Pairs, names: list[str]) -> None:
    """CONTRACT 2 (amended): a file or field that is none of ours is noted, as a member is."""
    for body, content_type in _written([*JOHN, *pairs]):
        notes = opened(body, content_type).card_request().notes
        assert [note.field for note in notes if note.code == "ignored"] == names


def test_a_file_is_refused_under_the_name_that_it_was_sent_by() -> None:
    """A problem of the photo finds its field, whatever that is called."""
    assert found([*JOHN, ("files[]", Upload(filename="a.jpg"))]) == [("E1522", "/photo", "files[]")]


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
def test_the_pluses_of_base64_are_read_as_such(body: str) -> None:
    """A sender who forgot to encode them gets the photo that he sent, and so does who breaks it."""
    assert "+" in PLUSES
    assert "/" in PLUSES
    assert opened(body.encode()).card_request().photo_bytes == b"\xfb\xef\xbe\xff" * 6


NOT_PHOTOS: list[tuple[Pairs, list[tuple[str, str | None, str]]]] = [
    ([("photo", FILE), ("photo_url", "https://a.example/b")], [("E1524", "/photo", "photo")]),
    ([("photo", FILE), ("photo", "Zm9v")], [("E1524", "/photo", "photo")]),
    ([("photo", Upload(filename="john.jpg"))], [("E1522", "/photo", "photo")]),
    ([("photo", "john.jpg")], [("E1522", "/photo", "photo")]),
]


@pytest.mark.parametrize(("pairs", "problems"), NOT_PHOTOS)
def test_a_photo_that_cannot_be_is_refused(pairs: Pairs, problems: list[Any]) -> None:
    """Two photos, an empty file and a file's mere name are told at the field."""
    assert found([*JOHN, *pairs]) == problems


def test_an_empty_file_may_be_dropped() -> None:
    """With `photo-rule` drop an empty file is a note and no photo."""
    made = read([*JOHN, ("photo", Upload(filename="john.jpg")), ("photo-rule", "drop")])
    assert (made.photo_bytes, made.notes) == (b"", (Note(field="photo", code="E1522"),))


OPTIONS: list[tuple[list[tuple[str, str]], bytes, RenderOptions, str, str]] = [
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


@pytest.mark.parametrize(("pairs", "query", "what", "filename", "disposition"), OPTIONS)
def test_options_may_be_fields(
    pairs: Pairs, query: bytes, what: RenderOptions, filename: str, disposition: str
) -> None:
    """Every option of the query may be a field; the query wins, blank ones are none."""
    made = read([*JOHN, *pairs], query=query)
    assert (made.options, made.filename, made.disposition) == (what, filename, disposition)


def test_the_accept_header_counts() -> None:
    """A form is answered in the form that Accept names."""
    assert read(JOHN, accept=b"application/vcard+json").options == RenderOptions(form="jcard")


PROBLEMS: list[tuple[Pairs, list[tuple[str, str | None, str]]]] = [
    ([], [("E1515", "/name", "")]),
    ([("last_name", ""), ("first_name", " ")], [("E1515", "/name", "first_name")]),
    ([("name[last-name]", "")], [("E1515", "/name", "name[last-name]")]),
    ([("name[first_name]", "O'B")], [("E1516", "/name/first-name", "name[first_name]")]),
    ([*JOHN, ("action", "delete")], [("E101", "/action", "action")]),
    ([*JOHN, ("target", "nobody")], [("E1527", None, "")]),
    (
        [*JOHN, ("phone[9][number]", "1"), ("phone[9][label]", "x"), ("phone[4][number]", "1\t2")],
        [("E1525", "/phone/0/number", "phone[4][number]"),
         ("E1517", "/phone/1/label", "phone[9][label]")],
    ),
    (
        [*JOHN, ("phone[][number]", ""), ("phone[][number]", "1"), ("phone[][label]", "x")],
        [("E1517", "/phone/1/label", "phone[][label]")],
    ),
    (
        [*JOHN, ("email", "a"), ("email_label", "x"), ("address", "a"), ("address-label", "x"),
         ("website", "ftp://a"), ("uid", "\x00"), ("note", "\x00")],
        [("E1525", "/note", "note"), ("E1518", "/email/0/label", "email_label"),
         ("E1519", "/physical-address/0/label", "address-label"),
         ("E1526", "/website/0/url", "website"), ("E1525", "/uid", "uid")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "problems"), PROBLEMS)
def test_a_problem_finds_its_field(pairs: Pairs, problems: list[Any]) -> None:
    """Problems have their pointers into the request, and from there the field as it was sent."""
    assert found(pairs) == problems


KEYS: list[tuple[list[tuple[str, str]], bytes | None, str]] = [
    (JOHN, None, ""),
    ([("api-key", "secret")], b"secret", ""),
    ([("api_key", " Zoë "), ("redirect", " https://a.example/b ")], "Zoë".encode(),
     "https://a.example/b"),
    ([("api-key", "1"), ("api_key", "2"), ("redirect", "1"), ("redirect", "2")], b"2", "2"),
    ([("api-key", " "), ("redirect", "\t")], None, ""),
    ([("api-key[]", "1"), ("redirect[0]", "1")], None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "credential", "redirect"), KEYS)
def test_the_door_sees_key_and_redirect_first(
    pairs: Pairs, credential: bytes | None, redirect: str
) -> None:
    """A form that is wrong otherwise opens all the same, its key and redirect in hand."""
    form = opened(multipart([("name[first-name]", "-"), *pairs]), MULTIPART)
    assert (form.maybe_credential, form.redirect) == (credential, redirect)
    assert "secret" not in repr(form)


def test_answers_are_those_of_json() -> None:
    """A card and a failure are answered as the JSON of the action is."""
    made = read(JOHN)
    outcome = CardResult(maybe_document=write(made.contact))
    problems = (Problem(code=E1515, field="/name"), Problem(code=E503))
    assert FORMS.card_response(made, outcome) == NATIVE.card_response(made, outcome)
    assert FORMS.error_response(problems) == NATIVE.error_response(problems)
    assert json.loads(FORMS.error_response(problems).chunks[0])["error-code"] == "E1515"
    assert FORMS.path == "/"
    assert FORMS.content_types == frozenset((URLENCODED, b"multipart/form-data"))
