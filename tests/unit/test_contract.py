"""The contract, row by row, over HTTP: every rule, every code, every header, named by its row."""

import base64
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.support import faulty_images as pictures
from tests.support.contact_requests import APPLESEED, request
from tests.support.http_client import JPEG, KEY, Caller, calling, photo_host
from tests.support.images import seen
from vcardsvc.model.contact import Photo


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A photo host on loopback."""
    with photo_host() as base:
        yield base


@pytest.fixture(scope="module")
def caller(host: str) -> Iterator[Caller]:
    """A caller with a key, at a service that may fetch from the photo host."""
    with calling(host) as found:
        yield found


def card_of(caller: Caller, **members: Any) -> str:
    """The unfolded card of John with these members."""
    response = caller.post(request(**members))
    assert response.status_code == 200, response.text
    return response.content.decode().replace("\r\n ", "")


def test_1_1_the_action(caller: Caller) -> None:
    """1.1: the action is required, its case does not matter."""
    assert caller.post(request(action="cReAtEcOnTaCt")).status_code == 200
    assert caller.refused({"name": {"first-name": "J"}}) == (400, "E101", "/action")


def test_1_2_one_of_both_names(caller: Caller) -> None:
    """1.2: one of first and last name is enough, none is E1515 in the documented words."""
    for name in ({"first-name": "John"}, {"last-name": "Appleseed"}):
        assert caller.post(request(name=name)).status_code == 200
    failure = caller.post(request(name={"first-name": " "})).json()
    info = "The first or last name for the vCard is required."
    assert failure == {
        "status": "failure",
        "error-code": "E1515",
        "error-info": info,
        "errors": [{"error-code": "E1515", "error-info": info, "field": "/name"}],
    }


@pytest.mark.parametrize("name", ["José", "Müller", "李", "Łukasz", "नेहा", "J. R. 2"])
def test_1_3_names_that_pass(caller: Caller, name: str) -> None:
    """1.3: letters with their marks, digits, spaces and periods."""
    assert f"\r\nN:;{name};;;\r\n" in card_of(caller, name={"first-name": name})


@pytest.mark.parametrize("name", ["O'Brien", "Jean-Luc", "a_b", "a😀"])
def test_1_3_names_that_fail(caller: Caller, name: str) -> None:
    """1.3: anything else, hyphen and apostrophe included, is E1516."""
    assert caller.refused(request(name={"last-name": name})) == (422, "E1516", "/name/last-name")


def test_1_4_the_relaxed_rule() -> None:
    """1.4: name_rule=relaxed takes any printable text."""
    with calling(name_rule="relaxed") as relaxed:
        assert "\r\nN:;O'Brien (née Díaz);;;\r\n" in card_of(
            relaxed, name={"first-name": "O'Brien (née Díaz)"}
        )


@pytest.mark.parametrize("text", ["O'Brien & Söhne; GmbH, <b>", "👩‍👩‍👧‍👦", "-"])
def test_1_5_free_texts(caller: Caller, text: str) -> None:
    """1.5: suffix, organization, title and note take any text."""
    name = {"first-name": "J", "suffix": text}
    card = card_of(caller, name=name, organization=text, title=text, note=text)
    written = text.replace(";", "\\;").replace(",", "\\,")
    for line in (f"N:;J;;;{written}", f"ORG:{written}", f"TITLE:{written}", f"NOTE:{written}"):
        assert f"\r\n{line}\r\n" in card


def test_1_6_absent_lists_and_blank_entries(caller: Caller) -> None:
    """1.6 (amended): absent, null, [] and "" are none; a blank entry counts as absent."""
    plain = card_of(caller)
    assert card_of(caller, phone=None, email=[], website=None) == plain
    assert card_of(caller, phone="", email="", physical_address="", website="") == plain
    assert caller.refused(request(phone="1")) == (422, "E1524", "/phone")
    assert card_of(caller, phone=[{"number": " ", "label": "Castle"}, {}]) == plain


def test_1_7_four_of_each(caller: Caller) -> None:
    """1.7: the first four are used, the rest is ignored unvalidated."""
    numbers = [{"number": str(n)} for n in range(4)]
    response = caller.post(request(phone=[*numbers, {"number": 5, "label": "Castle"}]))
    assert re.findall(rb"TEL.*:(\d)\r", response.content) == [b"0", b"1", b"2", b"3"]
    assert response.headers["vcard-notes"] == "phone;over-limit"


def test_1_8_labels(caller: Caller) -> None:
    """1.8: known labels in any case; any other fails; none is work."""
    assert "TEL;TYPE=CELL,VOICE:1" in card_of(caller, phone=[{"number": "1", "label": " mObIlE "}])
    assert "TEL;TYPE=WORK,VOICE:1" in card_of(caller, phone=[{"number": "1", "label": ""}])
    for member, key, code in (
        ("phone", "number", "E1517"),
        ("email", "id", "E1518"),
        ("physical-address", "address", "E1519"),
    ):
        posted = {**request(), member: [{key: "x", "label": "Castle"}]}
        assert caller.refused(posted) == (422, code, f"/{member}/0/label")


def test_1_9_website_labels(caller: Caller) -> None:
    """1.9: free text, homepage by default, cut to 100 characters with a note."""
    assert "item1.X-ABLabel:Dunder\\, Mifflin\r\n" in card_of(
        caller, website=[{"url": "x.example", "label": " Dunder, Mifflin "}]
    )
    assert "\r\nURL:x.example\r\n" in card_of(caller, website=[{"url": "x.example"}])
    posted = request(website=[{"url": "x.example", "label": "l" * 101}])
    response = caller.post(posted)
    assert b"X-ABLabel:" + b"l" * 100 + b"\r\n" in response.content.replace(b"\r\n ", b"")
    assert response.headers["vcard-notes"] == "website/0/label;cut"


def test_1_10_the_photo(caller: Caller, host: str) -> None:
    """1.10: a photo that cannot be fetched or is none fails the request; blank is none."""
    assert "PHOTO;ENCODING=b;TYPE=JPEG:" in card_of(caller, photo_url=f"{host}/photo")
    assert caller.refused(request(photo_url=f"{host}/404")) == (422, "E1521", "/photo-url")
    assert caller.refused(request(photo_url=f"{host}/page")) == (422, "E1522", "/photo-url")
    assert card_of(caller, photo_url=" ") == card_of(caller)


def test_1_11_types(caller: Caller) -> None:
    """1.11 (amended): another JSON type is E1524, null is absent, what is unknown is noted."""
    assert caller.refused(request(note=5)) == (422, "E1524", "/note")
    assert card_of(caller, note=None, nickname={"x": [1]}) == card_of(caller)
    posted = request(nickname={"x": [1]}, email=[{"address": "a@b.example"}])
    response = caller.post(posted, query="?taget=apple")
    assert response.headers["vcard-notes"].split(", ") == [
        "taget;ignored",
        "email/0/address;ignored",
        "nickname;ignored",
    ]


def test_1_12_control_characters(caller: Caller) -> None:
    """1.12: tab and line ends stand in four members only; other controls nowhere; text is NFC."""
    card = card_of(caller, note="a\tb\r\nc\u2028d", organization=" Jose\u0301 ")
    assert "\r\nNOTE:a\tb\\nc\\nd\r\n" in card
    assert "\r\nORG:José\r\n" in card
    for members, field in (
        ({"name": {"first-name": "a\tb"}}, "/name/first-name"),
        ({"phone": [{"number": "1\n2"}]}, "/phone/0/number"),
        ({"note": "a\x00"}, "/note"),
        ({"note": "a\x7f"}, "/note"),
        ({"title": "a\x9f"}, "/title"),
    ):
        assert caller.refused(request(**members)) == (422, "E1525", field)


def test_1_13_phones(caller: Caller) -> None:
    """1.13 (amended): certain numbers in E.164 with a p before the extension, others typed."""
    typed = ["+1 (650) 253-0000 x12", "0044 20 7946 0958", "(650) 253-0000", "+9" * 30]
    card = card_of(caller, phone=[{"number": number} for number in typed])
    assert re.findall(r"TEL.*:(.*)\r", card) == [
        "+16502530000p12",
        "+442079460958",
        "(650) 253-0000",
        "+9" * 30,
    ]
    with calling(default_region="US") as american:
        card = card_of(american, phone=[{"number": "(650) 253-0000"}, {"number": "020 7946 0958"}])
        assert re.findall(r"TEL.*:(.*)\r", card) == ["+16502530000", "020 7946 0958"]


NUMBERS = [
    ("+49\u00a030\u3000901\u2013820", "+4930901820", "e164"),
    ("\u202a+49 30/901820\u202c", "+4930901820", "e164"),
    ("tel:+1-212-555-0100;ext=12", "+12125550100p12", "e164"),
    ("+1 212 555 0100 доб. 12", "+12125550100p12", "e164"),
    ("+12125550100;123", "+12125550100p123", "e164"),
    ("+12125550100,,123,,4", "+12125550100pp123pp4", "e164"),
    ("+12125550100 / +12125550101", "+12125550100 / +12125550101", "digits"),
    ("+12125550100 (mobile)", "+12125550100 (mobile)", ""),
    ("212-555-0100 x7", "212-555-0100 x7", "digits"),
]


@pytest.mark.parametrize(("typed", "written", "code"), NUMBERS)
def test_1_13_spellings_of_numbers(caller: Caller, typed: str, written: str, code: str) -> None:
    """1.13 (amended): any spelling is read, two are kept, what Android dials is reported."""
    response = caller.post(request(phone=[{"number": typed}]))
    assert f"TEL;TYPE=WORK,VOICE:{written}\r\n" in response.text
    assert response.headers.get("vcard-notes", "") == (f"phone/0/number;{code}" if code else "")


def test_1_14_mails_and_websites(caller: Caller) -> None:
    """1.14 (amended): kept as typed, but for schemes that a card must not carry."""
    assert "EMAIL;TYPE=WORK,INTERNET:not a mail\r\n" in card_of(
        caller, email=[{"id": "not a mail"}]
    )
    for url in ("HTTPS://Example.com/A", "example.com", "example.com:8080"):
        assert f"\r\nURL:{url}\r\n" in card_of(caller, website=[{"url": url}])
    typed = ["\u200bmailto:a@b.example\u202c", "not a mail"]
    posted = request(
        email=[{"id": one} for one in typed], website=[{"url": "\ufeffhttps://x.example/[a|b]"}]
    )
    response = caller.post(posted)
    assert "EMAIL;TYPE=WORK,INTERNET:a@b.example\r\n" in response.text
    assert "\r\nURL:https://x.example/%5Ba%7Cb%5D\r\n" in response.text
    assert response.headers["vcard-notes"] == "email/1/id;doubtful, website/0/url;encoded"
    posted = request(website=[{"url": "javascript:alert(1)"}])
    assert caller.refused(posted) == (422, "E1526", "/website/0/url")


@pytest.mark.parametrize(
    "body",
    [
        b'{"action": "createcontact", "action": "createcontact"}',
        b'{"action": "\xe9"}',
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b"[" * 33 + b"]" * 33,
        b"{",
    ],
)
def test_1_15_json(caller: Caller, body: bytes) -> None:
    """1.15: what RFC 8259 leaves open is E108."""
    assert caller.refused(body) == (400, "E108", None)


def test_1_15_json_says_where(caller: Caller) -> None:
    """1.15 (amended): E108 names line, column and cause."""
    result = caller.post(b'{"action":\n  "create\tcontact"}').json()["error-info"]
    assert result == (
        "The request body could not be parsed as JSON. Line 2, column 10: a string may not hold "
        "the control character U+0009; write \\t."
    )


def test_1_15_charset(caller: Caller) -> None:
    """1.15 (amended): a charset parameter of JSON has no effect."""
    body = json.dumps(request(name={"first-name": "José"}), ensure_ascii=False).encode()
    for charset in ("utf-8", "iso-8859-1", "x"):
        answer = caller.post(body, content_type=f"application/json; charset={charset}")
        assert "FN:José\r\n" in answer.text


def test_1_15_an_upload_over_the_ceiling(caller: Caller) -> None:
    """1.15 (amended): with photo=drop it is read past and noted, else 413."""
    files = {"photo": ("john.jpg", JPEG + bytes(1_300_000), "image/jpeg")}
    card_of = [
        caller.client.post(
            f"/{query}", data={"first-name": "J"}, files=files, headers={"x-api-key": KEY}
        )
        for query in ("", "?photo=drop")
    ]
    assert [one.status_code for one in card_of] == [413, 200]
    assert card_of[1].headers["vcard-notes"] == "photo;E1523"


def test_1_15_bom_and_ceiling(caller: Caller) -> None:
    """1.15: a byte order mark is tolerated; over 256 KiB is 413."""
    body = b'\xef\xbb\xbf{"action": "createcontact", "name": {"first-name": "J"}}'
    assert caller.post(body).status_code == 200
    exact = body + b" " * (256 * 1024 - len(body))
    assert caller.post(exact).status_code == 200
    assert caller.refused(exact + b" ") == (413, "E100", None)


def test_1_16_nothing_is_stored_or_logged(host: str, capfd: pytest.CaptureFixture[str]) -> None:
    """1.16: neither log nor metrics hold a name, number, key, URL or host of a call."""
    with calling(host, log_requests=True) as logged:
        for status, posted in (
            (200, {"photo_url": f"{host}/photo"}),
            (422, {"photo_url": "http://hunter2.example.invalid/secret.jpg"}),
            (422, {"phone": [{"number": "5559876", "label": "Castle"}]}),
        ):
            name = {"first-name": "Zyxwv", "last-name": "Quux"}
            body = request(name=name, note="swordfish", email=[{"id": "z@quux.example"}], **posted)
            assert logged.post(body).status_code == status
        metrics = logged.client.get("/metrics").text
    log = capfd.readouterr().err
    assert log.count(" request ") == 4
    result = (log + metrics).lower()
    personal = ["zyxwv", "quux", "swordfish", "hunter2", "secret", "5559876", "castle", "127.0.0.1"]
    assert [word for word in (*personal, KEY) if word in result] == []


def test_1_17_photo_and_uid_of_the_caller(caller: Caller, host: str) -> None:
    """1.17: `photo` is base64 under the same rules, not beside photo-url; `uid` up to 255."""
    photo = base64.b64encode(JPEG).decode()
    assert card_of(caller, photo=photo) == card_of(caller, photo_url=f"{host}/photo")
    both = request(photo=photo, photo_url=f"{host}/photo")
    assert caller.refused(both) == (422, "E1524", "/photo")
    for way in (photo.rstrip("="), "\r\n".join(re.findall(".{1,76}", photo)),
                base64.urlsafe_b64encode(JPEG).decode(),
                f"data:image/jpeg;base64,{photo}"):  # fmt: skip
        assert card_of(caller, photo=way) == card_of(caller, photo=photo)  # amended
    page = base64.b64encode(b"<p>").decode()
    assert caller.refused(request(photo=page)) == (422, "E1522", "/photo")
    assert f"\r\nUID:{'u' * 255}\r\n" in card_of(caller, uid="u" * 255)
    assert caller.refused(request(uid="u" * 256)) == (422, "E1524", "/uid")


def test_2_success(caller: Caller) -> None:
    """2: status, headers and octets of a card; conditional headers are ignored."""
    first = caller.post(APPLESEED | {"photo-url": ""}, x_request_id="abc-1")
    assert first.status_code == 200
    assert dict(first.headers) == {
        "content-type": "text/vcard; charset=utf-8",
        "content-disposition": "inline; filename=contact.vcf",
        "content-length": str(len(first.content)),
        "etag": first.headers["etag"],
        "x-content-type-options": "nosniff",
        "x-request-id": "abc-1",
    }
    again = caller.post(APPLESEED | {"photo-url": ""}, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["etag"] == first.headers["etag"]


def test_2_options(caller: Caller) -> None:
    """2: filename and disposition by query."""
    response = caller.post(request(), query="?filename=john.vcf&disposition=attachment")
    assert response.headers["content-disposition"] == "attachment; filename=john.vcf"


def test_2_notes(caller: Caller) -> None:
    """2 (amended): Vcard-Notes says what was ignored, cut, changed, doubtful or not known."""
    response = caller.post(
        request(
            phone=[{"number": "+1 650 253 0000"}] * 5,
            email=[{"id": "not a mail", "adress": "a@b.example"}],
            website=[{"url": "x.example/a b", "label": "l" * 101}],
        )
    )
    assert response.headers["vcard-notes"].split(", ") == [
        *(f"phone/{n}/number;e164" for n in range(4)),
        "phone;over-limit",
        "email/0/adress;ignored",
        "email/0/id;doubtful",
        "website/0/url;encoded",
        "website/0/label;cut",
    ]


def test_3_every_problem_is_reported(caller: Caller) -> None:
    """3: `errors` has every problem in order, the top-level pair repeats the first."""
    failure = caller.post(request(note=5, phone=[{"number": "1", "label": "x"}])).json()
    assert failure["error-code"] == "E1524"
    assert [(one["error-code"], one["field"]) for one in failure["errors"]] == [
        ("E1524", "/note"),
        ("E1517", "/phone/0/label"),
    ]


CODES: list[tuple[dict[str, Any], tuple[int, str, str | None]]] = [
    ({"body": b""}, (400, "E100", None)),
    ({"body": b"[]"}, (400, "E100", None)),
    ({"body": {}, "content_type": "text/plain"}, (415, "E100", None)),
    ({"body": {}, "content_encoding": "gzip"}, (415, "E100", None)),
    ({"body": {"action": "x"}}, (400, "E101", "/action")),
    ({"body": {}, "key": None}, (401, "E104", None)),
    ({"body": {}, "key": KEY.upper()}, (401, "E104", None)),
    ({"body": b"{"}, (400, "E108", None)),
    ({"body": request(), "query": "nowhere"}, (404, "E404", None)),
    ({"body": request(), "query": "?disposition=x"}, (400, "E1527", None)),
    ({"body": request(photo_url="http://10.0.0.1/a.jpg")}, (422, "E1520", "/photo-url")),
    ({"body": request(photo_url="ftp://example.com/a")}, (422, "E1520", "/photo-url")),
]


@pytest.mark.parametrize(("posted", "answer"), CODES)
def test_3_codes(
    caller: Caller, posted: dict[str, Any], answer: tuple[int, str, str | None]
) -> None:
    """3: each fault has its code and status."""
    assert caller.refused(**posted) == answer


def test_2_what_was_not_taken_of_a_form(caller: Caller) -> None:
    """2 (amended): a file or part of a form that was not taken has the note `ignored`."""
    sent = {"first-name": "J", "hobby": "Chess"}
    files = {"avatar": ("a.jpg", JPEG, "image/jpeg"), "files[]": ("b.jpg", JPEG, "image/jpeg")}
    answer = caller.client.post("/", data=sent, files=files, headers={"x-api-key": KEY})
    assert answer.headers["vcard-notes"] == "hobby;ignored, avatar;ignored"
    assert "\r\nPHOTO;" in answer.text


def test_3_methods(caller: Caller) -> None:
    """3: another method is E100 with 405 and Allow."""
    response = caller.client.put("/")
    assert (response.status_code, response.json()["error-code"]) == (405, "E100")
    assert response.headers["allow"] == "POST, GET, HEAD, OPTIONS"


def test_3_photo_failures_tell_nothing(caller: Caller, host: str) -> None:
    """3: one text per code: it does not reveal what is behind an address, or why it failed."""
    refused = ["http://10.0.0.1/", "http://127.1/", "http://user@example.com/", "http://x.invalid"]
    infos = {caller.post(request(photo_url=url)).json()["error-info"] for url in refused}
    assert len(infos) == 1
    failed = [f"{host}/404", f"{host}/inside"]
    infos = {caller.post(request(photo_url=url)).json()["error-info"] for url in failed}
    assert len(infos) == 1


def test_3_a_photo_over_the_ceiling(caller: Caller, host: str) -> None:
    """3: a photo over the byte ceiling is E1523."""
    assert caller.refused(request(photo_url=f"{host}/large")) == (422, "E1523", "/photo-url")


def test_3_the_photo_is_fetched_last(caller: Caller, host: str) -> None:
    """3: with anything else wrong the photo is not fetched, so its problem stands alone."""
    failure = caller.post(request(photo_url="http://10.0.0.1/", note=5)).json()
    assert [one["error-code"] for one in failure["errors"]] == ["E1524"]


def test_4_the_card(caller: Caller) -> None:
    """4: order, folding, escapes and line ends of the card."""
    response = caller.post(APPLESEED | {"photo-url": "", "note": "n" * 200})
    lines = response.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    unfolded = response.content.decode().replace("\r\n ", "").split("\r\n")
    assert [re.split("[:;]", line)[0] for line in unfolded] == [
        *("BEGIN", "VERSION", "NOTE", "TITLE", "N", "UID", "FN", "ORG", "TEL", "EMAIL", "ADR"),
        *("item1.URL", "item1.X-ABLabel", "PRODID", "END", ""),
    ]


def test_4_a_website_holds_what_an_address_may(caller: Caller) -> None:
    """4 (amended): blanks and all that RFC 3986 has no place for are percent-encoded in URL."""
    typed = 'https://x.example/ ,;\\"<>|{}^`[]%?a=%20'
    encoded = "%20%2C%3B%5C%22%3C%3E%7C%7B%7D%5E%60%5B%5D%25?a=%20"
    response = caller.post(request(website=[{"url": typed}, {"url": "http://[2001:db8::1]:80/"}]))
    assert f"\r\nURL:https://x.example/{encoded}\r\n" in response.text.replace("\r\n ", "")
    assert "\r\nURL:http://[2001:db8::1]:80/\r\n" in response.text
    assert response.headers["vcard-notes"] == "website/0/url;encoded"


def test_4_the_uid_is_the_contacts_own(caller: Caller, host: str) -> None:
    """4: the UID does not depend on the photo."""
    found = {
        re.search("UID:.*\r", card_of(caller, **members))[0]  # type: ignore[index]
        for members in ({}, {"photo_url": f"{host}/photo"})
    }
    assert len(found) == 1


def test_5_a_redirect_to_inside(caller: Caller, host: str) -> None:
    """5: every hop is judged afresh; a refused hop is a failed fetch."""
    assert caller.refused(request(photo_url=f"{host}/inside")) == (422, "E1521", "/photo-url")


def test_5_isatap(caller: Caller) -> None:
    """5, "Address" (amended): an ISATAP address is judged by the IPv4 address inside."""
    for interface in ("0:5efe:a00:1", "200:5efe:7f00:1"):
        url = f"http://[2a00:1:2:3:{interface}]/photo"
        assert caller.refused(request(photo_url=url)) == (422, "E1520", "/photo-url")


FETCHED = {
    "5": "PHOTO",
    "6": "E1521",
    "utf-8": "PHOTO",
    "gzip": "E1521",
    "line": "PHOTO",
    "framing": "E1521",
    "agent": "PHOTO",
}


@pytest.mark.parametrize("path", FETCHED)
def test_5_hops(caller: Caller, host: str, path: str) -> None:
    """5, "Hops" (amended): five redirects; six codings alone are refused; a header line out of the
    grammar is dropped unless it frames the body; our own User-Agent."""
    answer = caller.post(request(photo_url=f"{host}/{path}"))
    result = "PHOTO" if b"\r\nPHOTO;" in answer.content else answer.json()["error-code"]
    assert result == FETCHED[path]


SEEN = {
    "spoiled text": (pictures.png(pictures.spoiled(b"tEXt", b"a\0b")), ("red", "lime")),
    "second frame": (pictures.gif(pictures.WHOLE, b",", end=b""), ("red", "lime")),
    "exif": (pictures.TURNED["big-endian"], ("blue", "red")),
    "xmp": (pictures.JPEG_SHOWN["orientation in XMP"], ("red", "lime")),
    "no end mark": (pictures.BASELINE[:-2], ("red", "lime")),
    "half of the rows": (pictures.JPEG_DAMAGED["baseline, half of the first scan, and an end"], ()),
    "uncovered": (pictures.gif(pictures.image((48, 36, 48, 36), bytes(48 * 36))), ("white",) * 2),
}


@pytest.mark.parametrize("name", SEEN)
def test_5_pixels(caller: Caller, name: str) -> None:
    """5, "Pixels" (amended): what does not reach the pixels decides nothing, EXIF alone turns a
    picture, every row of a JPEG must be there, and a GIF's uncovered canvas is white."""
    data, colours = SEEN[name]
    posted = request(photo=base64.b64encode(data).decode())
    if not colours:
        assert caller.refused(posted) == (422, "E1522", "/photo")
        return
    card = caller.post(posted).content.decode().replace("\r\n ", "")
    jpeg = base64.b64decode(card.split("PHOTO;ENCODING=b;TYPE=JPEG:")[1].split("\r\n")[0])
    with Image.open(io.BytesIO(jpeg)) as image:
        width, height = image.size
    assert seen(Photo(jpeg=jpeg, width=width, height=height))[:2] == colours


def test_5_the_photo_is_created_anew(caller: Caller, host: str) -> None:
    """5: the card's photo is a JPEG of our own, baseline, without metadata."""
    card = card_of(caller, photo_url=f"{host}/photo")
    jpeg = base64.b64decode(card.split("PHOTO;ENCODING=b;TYPE=JPEG:")[1].split("\r\n")[0])
    assert jpeg[:2] == b"\xff\xd8"
    assert jpeg != JPEG
    assert b"Exif" not in jpeg
    assert b"\xff\xc0" in jpeg  # baseline
