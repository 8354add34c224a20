"""The createcontact dialect: what it reads, what it refuses and in which order, what it answers."""

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.contact_requests import APPLESEED, STRICT, notes, order, refusals, request
from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact.native import Native
from vcardsvc.errors import E503, E1515, E1517, Problem, Refused
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.model.request import CardRequest, CardResult, Note
from vcardsvc.vcard import write


def test_the_vendors_example_is_read_whole() -> None:
    """Every member of the documented example finds its place."""
    assert order(APPLESEED) == CardRequest(
        contact=Contact(
            first="John",
            last="Appleseed",
            suffix="Jr.",
            organization="Dunder Mifflin",
            title="Account Manager",
            note="Manage account campaigns.",
            phones=(Phone(number="10000000000"),),
            emails=(Email(address="john@example.com"),),
            addresses=(Address(text="Fake Address"),),
            websites=(Website(url="https://example.com", label="Dunder Mifflin"),),
        ),
        photo_url="https://images.example.com/john.jpg",
    )


EMPTY: list[Any] = [None, "", "  ", "\n"]


@pytest.mark.parametrize("value", EMPTY)
@pytest.mark.parametrize("member", ["organization", "title", "note", "photo-url", "photo", "uid"])
def test_a_blank_text_is_absent(member: str, value: Any) -> None:
    """Null, an empty string and white space mean that there is none."""
    assert order({**request(), member: value}) == order(request())


@pytest.mark.parametrize("value", [None, [], ""])
@pytest.mark.parametrize("member", ["phone", "email", "physical-address", "website"])
def test_an_empty_list_is_absent(member: str, value: Any) -> None:
    """Null, [] and an empty string mean that there are none."""
    assert order({**request(), member: value}) == order(request())


LISTS = [
    ("phone", "number", "phones"),
    ("email", "id", "emails"),
    ("physical-address", "address", "addresses"),
    ("website", "url", "websites"),
]


@pytest.mark.parametrize(("member", "key", "part"), LISTS)
def test_the_first_four_are_used_and_the_rest_is_not_read(member: str, key: str, part: str) -> None:
    """A fifth entry is ignored unvalidated, whatever it is, with one note."""
    four = [{key: f"{n}@e.example"} for n in range(4)]
    asked = {**request(), member: [*four, {key: "\x00", "label": "Castle"}, 7]}
    assert len(getattr(order(asked).contact, part)) == 4
    assert notes(asked) == [(member, "over-limit")]


@pytest.mark.parametrize("blank", [None, {}, {"x": None}, {"label": 5}])
@pytest.mark.parametrize(("member", "key", "part"), LISTS)
def test_a_blank_entry_takes_no_place(member: str, key: str, part: str, blank: Any) -> None:
    """Entries without a value are not validated, do not count to four, and are not noted."""
    four = [{key: f"{n}@e.example"} for n in range(4)]
    unseen = {key: "\ufeff\u200b \u00ad", "label": "Castle"}
    entries = [blank, {key: " ", "label": "Castle"}, *four, {key: None, "label": 5}, unseen, blank]
    asked = {**request(), member: entries}
    assert len(getattr(order(asked).contact, part)) == 4
    assert notes(asked) == []


PHONE_LABELS = ["work", "home", "mobile", "fax", "pager", "main", "other"]
SPELLINGS = [str.lower, str.upper, str.title, lambda label: f"  {label}\u00a0"]


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("label", PHONE_LABELS)
def test_phone_labels_compare_without_regard_to_case(label: str, spell: Any) -> None:
    """Each of the seven labels is known in any case, with blanks around it."""
    (phone,) = order(request(phone=[{"number": "1", "label": spell(label)}])).contact.phones
    assert phone.label == label


@pytest.mark.parametrize("label", ["work", "HOME", " Work "])
@pytest.mark.parametrize(("member", "key", "part"), LISTS[1:3])
def test_place_labels_are_work_and_home(member: str, key: str, part: str, label: str) -> None:
    """E-mails and addresses know two labels."""
    asked = {**request(), member: [{key: "x", "label": label}]}
    assert [one.label for one in getattr(order(asked).contact, part)] == [label.strip().lower()]


@pytest.mark.parametrize("label", [None, "", " "])
@pytest.mark.parametrize(("member", "key", "part"), LISTS[:3])
def test_no_label_is_work(member: str, key: str, part: str, label: Any) -> None:
    """Absent, null and blank labels are work."""
    asked = {**request(), member: [{key: "x", "label": label}, {key: "y"}]}
    assert [one.label for one in getattr(order(asked).contact, part)] == ["work", "work"]


REFUSED: list[tuple[dict[str, Any], list[tuple[str, str | None]]]] = [
    ({"action": "createcontact"}, [("E1515", "/name")]),
    (request(name=None), [("E1515", "/name")]),
    (request(name={"first-name": " ", "last-name": ""}), [("E1515", "/name")]),
    (request(name={"suffix": "Jr."}), [("E1515", "/name")]),
    (request(name="John"), [("E1524", "/name")]),
    (request(name=[]), [("E1524", "/name")]),
    (request(name={"first-name": 5}), [("E1524", "/name/first-name")]),
    (request(name={"first-name": "a\tb"}), [("E1525", "/name/first-name")]),
    (request(name={"first-name": "J", "suffix": "a\nb"}), [("E1525", "/name/suffix")]),
    (request(organization=True), [("E1524", "/organization")]),
    (request(title={}), [("E1524", "/title")]),
    (request(note=["a"]), [("E1524", "/note")]),
    (request(note="a\x00b"), [("E1525", "/note")]),
    (request(title="a\x1fb"), [("E1525", "/title")]),
    (request(title="a\x85b"), [("E1525", "/title")]),
    (request(photo_url=5), [("E1524", "/photo-url")]),
    (request(photo_url="https://a\x00"), [("E1525", "/photo-url")]),
    (request(photo=5), [("E1524", "/photo")]),
    (request(photo="####"), [("E1522", "/photo")]),
    (request(photo="Zm9v", photo_url="https://a.example/b"), [("E1524", "/photo")]),
    (request(uid=5), [("E1524", "/uid")]),
    (request(uid="x" * 256), [("E1524", "/uid")]),
    (request(uid="a\nb"), [("E1525", "/uid")]),
    (request(phone={}), [("E1524", "/phone")]),
    (request(phone="1"), [("E1524", "/phone")]),
    (request(email=" "), [("E1524", "/email")]),
    (request(phone=["1"]), [("E1524", "/phone/0")]),
    (request(phone=[None, 5]), [("E1524", "/phone/1")]),
    (request(phone=[{"number": 16502530000}]), [("E1524", "/phone/0/number")]),
    (request(phone=[{"number": "1\t2"}]), [("E1525", "/phone/0/number")]),
    (request(phone=[{"number": "1\u20282"}]), [("E1525", "/phone/0/number")]),
    (request(phone=[{"number": "1", "label": "Castle"}]), [("E1517", "/phone/0/label")]),
    (request(phone=[{"number": "1", "label": 1}]), [("E1524", "/phone/0/label")]),
    (request(phone=[{"number": "1", "label": "wo\x00rk"}]), [("E1525", "/phone/0/label")]),
    (request(email=[{"id": "x", "label": "Mobile"}]), [("E1518", "/email/0/label")]),
    (
        request(physical_address=[{"address": "x", "label": "Fax"}]),
        [("E1519", "/physical-address/0/label")],
    ),
    (request(website=[{"url": "ftp://x"}]), [("E1526", "/website/0/url")]),
    (request(website=[{"url": "x", "label": "a\nb"}]), [("E1525", "/website/0/label")]),
    (request(website=[{"url": "x", "label": []}]), [("E1524", "/website/0/label")]),
    (
        {
            "action": "createcontact",
            "uid": 1,
            "website": [{"url": "ftp://x", "label": 7}],
            "physical-address": 1,
            "email": [{"id": 3, "label": "x"}],
            "phone": [{"number": "\x00", "label": "x"}, {"number": "1", "label": 2}],
            "note": "\x01",
            "photo-url": 4,
            "title": 5,
            "organization": 6,
            "name": {"suffix": 1, "last-name": "-", "first-name": "\x00"},
        },
        [
            ("E1525", "/name/first-name"),
            ("E1516", "/name/last-name"),
            ("E1524", "/name/suffix"),
            ("E1524", "/organization"),
            ("E1524", "/title"),
            ("E1524", "/photo-url"),
            ("E1525", "/note"),
            ("E1525", "/phone/0/number"),
            ("E1517", "/phone/0/label"),
            ("E1524", "/phone/1/label"),
            ("E1524", "/email/0/id"),
            ("E1518", "/email/0/label"),
            ("E1524", "/physical-address"),
            ("E1526", "/website/0/url"),
            ("E1524", "/website/0/label"),
            ("E1524", "/uid"),
        ],
    ),
]


@pytest.mark.parametrize(("asked", "problems"), REFUSED)
def test_every_problem_is_told_in_reading_order(
    asked: dict[str, Any], problems: list[tuple[str, str | None]]
) -> None:
    """One problem a field, in the order of the documented example, each with its pointer."""
    assert refusals(asked) == problems


@pytest.mark.parametrize("action", [None, "", "create", 5, [], {"createcontact": 1}])
def test_another_action_is_refused_alone(action: Any) -> None:
    """Without the action nothing else is judged."""
    assert refusals({"action": action, "name": 5}) == [("E101", "/action")]
    assert refusals({"name": 5}) == [("E101", "/action")]


@pytest.mark.parametrize("action", ["createcontact", "CreateContact", "CREATECONTACT"])
def test_the_action_compares_without_regard_to_case(action: str) -> None:
    """The action's case does not matter."""
    assert refusals({**request(), "action": action}) == []


UNKNOWN: list[tuple[dict[str, Any], list[str]]] = [
    (request(nickname=5), ["nickname"]),
    (request(nickname={"deep": [{"er": 1}]}), ["nickname"]),
    (request(nickname=None), []),
    (request(name={"first-name": "John", "middle-name": "P."}), ["name/middle-name"]),
    (request(phone=[{"number": "1", "extension": []}]), ["phone/0/extension"]),
    (request(email=[{"address": "a@b.example"}]), ["email/0/address"]),  # a blank entry
    (request(email=[{}, {"id": "a@b.example", "url": ""}]), ["email/1/url"]),
    (request(physical_address=[{"address": "x", "city": "y"}]), ["physical-address/0/city"]),
    (request(website=[{"url": "x", "number": "1"}]), ["website/0/number"]),
    (request(Note="x", birthday="1970-01-01"), ["Note", "birthday"]),
    (request(phone=[{"number": "1", "x": 1}], zip=1), ["phone/0/x", "zip"]),
    ({**request(), "a/b~c": 1}, ["a~1b~0c"]),
    ({**request(), "": 1}, [""]),
    ({**request(), "x" * 65: 1}, ["x" * 64 + "…"]),
]


@pytest.mark.parametrize(("asked", "fields"), UNKNOWN)
def test_unknown_members_are_noted(asked: dict[str, Any], fields: list[str]) -> None:
    """A member that no rule knows, at any depth, changes nothing but has a note."""
    known = order(asked)
    assert [(note.field, note.code) for note in known.notes] == [(one, "ignored") for one in fields]
    assert known.contact.first == "John"


def test_unknown_members_are_noted_up_to_a_limit() -> None:
    """Thousands of unknown members make a hundred notes."""
    asked = request(phone=[{"number": "1", **dict.fromkeys(map(str, range(60)), 1)}])
    asked |= dict.fromkeys(map(str, range(5_000)), 1)
    found = notes(asked)
    assert (len(found), found[0], found[99]) == (100, ("phone/0/0", "ignored"), ("39", "ignored"))


QUERIES = [
    (b"taget=apple", ["taget"]),
    (b"target=apple&Version=4.0&x", ["Version", "x"]),
    (b"ttl=60&once=1&filename=a.vcf&disposition=inline&photo=none&as=card&content=card", []),
]


@pytest.mark.parametrize(("query", "fields"), QUERIES)
def test_unknown_options_are_noted(query: bytes, fields: list[str]) -> None:
    """A query option that no rule knows has a note of its name."""
    found = order(request(), STRICT, query).notes
    assert [(note.field, note.code) for note in found] == [(one, "ignored") for one in fields]


def test_the_name_of_a_member_opens_no_header() -> None:
    """In the header a caller's own name is percent-encoded; the report has it as it is."""
    asked = {**request(), "a\r\nx: y, z;w é": 1, "": 1}
    wanted = order(asked)
    reply = NATIVE.card_response(
        wanted, CardResult(maybe_document=write(wanted.contact), notes=wanted.notes)
    )
    told = dict(reply.headers)[b"vcard-notes"]
    assert told == b"a%0D%0Ax%3A%20y%2C%20z%3Bw%20%C3%A9;ignored, %22%22;ignored"
    report = json.loads(NATIVE.card_response(wanted, CardResult(notes=wanted.notes)).chunks[0])
    assert [note["field"] for note in report["notes"]] == ["/a\r\nx: y, z;w é", "/"]


def test_line_ends_become_one_in_blocks_and_are_refused_in_lines() -> None:
    """Tab and line ends of any kind stand in organization, title, note and address only."""
    text = "a\tb\r\nc\rd\u2028e\u2029f\ng"
    asked = request(organization=text, title=text, note=text, physical_address=[{"address": text}])
    contact = order(asked).contact
    said = {contact.organization, contact.title, contact.note, contact.addresses[0].text}
    assert said == {"a\tb\nc\nd\ne\nf\ng"}
    for field in ("suffix", "first-name", "last-name"):
        name = {"first-name": "J", field: "a\nb"}
        assert refusals(request(name=name)) == [("E1525", f"/name/{field}")]


def test_text_is_composed() -> None:
    """Text is NFC."""
    assert order(request(note="Jose\u0301")).contact.note == "José"


def test_a_photo_may_be_sent_along() -> None:
    """`photo` is base64 of the file."""
    asked = request(photo=base64.b64encode(b"GIF89a").decode())
    assert order(asked).photo_bytes == b"GIF89a"


DATA = bytes(range(256)) + b"\xfb\xff\xbf" * 9 + b"\x01\x02"
"""Octets whose base64 has every digit, and padding."""

PLAIN = base64.b64encode(DATA).decode()
SAFE = base64.urlsafe_b64encode(DATA).decode()
PHOTOS = {
    "plain": PLAIN,
    "unpadded": PLAIN.rstrip("="),
    "short of a sign of equality": base64.b64encode(DATA[:-1]).decode()[:-1],
    "URL-safe": SAFE,
    "URL-safe, unpadded": SAFE.rstrip("="),
    "both alphabets": PLAIN[:180] + SAFE[180:],
    "lines of MIME": base64.encodebytes(DATA).decode().replace("\n", "\r\n"),
    "lines of PEM": "\n".join(PLAIN[at : at + 64] for at in range(0, len(PLAIN), 64)),
    "indented lines": "\n\t ".join(PLAIN[at : at + 64] for at in range(0, len(PLAIN), 64)),
    "blanks": " ".join(PLAIN),
    "a break before the padding": PLAIN.replace("=", "\r\n=", 1),
    "a data URI": f"data:image/jpeg;base64,{PLAIN}",
    "a data URI in another case": f"DATA:Image/PNG;Base64,{PLAIN}",
    "a data URI of another type": f"data:application/octet-stream;base64,{PLAIN}",
    "a data URI without a type": f"data:;base64,{PLAIN}",
    "a data URI with parameters": f'data:image/png;charset=utf-8;name="a.png";base64,{PLAIN}',
    "a data URI with blanks": f" data:image/png;base64 ,\n {PLAIN}\n",
    "a data URI with a blank before its encoding": f"data:image/png; base64,{PLAIN}",
    "a data URI, percent-encoded": "data:image/png;base64," + quote(PLAIN, safe=""),
    "a data URI in lines": f"data:image/png;base64,{base64.encodebytes(DATA).decode()}",
    "a data URI, URL-safe": f"data:image/png;base64,{SAFE.rstrip('=')}",
}


@pytest.mark.parametrize("name", PHOTOS)
def test_base64_is_read_in_every_spelling(name: str) -> None:
    """CONTRACT 1.17 (amended): line breaks, both alphabets, without padding, and `data:` URIs."""
    sent = DATA[:-1] if name == "short of a sign of equality" else DATA
    assert order(request(photo=PHOTOS[name])).photo_bytes == sent


@pytest.mark.parametrize(
    "photo",
    [
        "a", "abcde", "?", "QUJD!", "QU=JD", "QUJD===", "====", "=",
        "QUJD\u00a0QUJD", "ＱＵＪＤ", "%51UJD",
        "data:", "data:,", "data:image/png;base64", "data:image/png;base64,", "data:image/png,QUJD",
        "data:image/png;base64;x,QUJD", "data:image/png;base64,%00", "data:image/png;base64,%FF",
        "data:image/png;base64,data:image/png;base64,QUJD", "https://example.com/a.png",
        "/9j/4AAQ,/9j/", "\\/9j\\/", '"QUJD"', "b'QUJD'",
    ],
)  # fmt: skip
def test_what_is_no_base64_is_refused(photo: str) -> None:
    """A text that is no file is E1522, which says what is read; dropped, it is noted."""
    assert refusals(request(photo=photo)) == [("E1522", "/photo")]
    with pytest.raises(Refused) as caught:
        order(request(photo=photo))
    assert caught.value.problems[0].detail.startswith("It must be base64 of the file, or data:")
    dropped = order(request(photo=photo), query=b"photo=drop")
    assert [(note.field, note.code) for note in dropped.notes] == [("photo", "E1522")]


@pytest.mark.parametrize("photo", ["QU\0JD", "QU\x0bJD", "QU\x7fJD"])
def test_base64_holds_no_other_control_character(photo: str) -> None:
    """Tab and line ends part base64; any other control character is E1525."""
    assert refusals(request(photo=photo)) == [("E1525", "/photo")]


@pytest.mark.parametrize("piece", ["A ", "=", "\n", "data:", ";base64,", "%", "%4", "-_", "é"])
def test_base64_without_end_costs_no_time(piece: str) -> None:
    """Whatever it repeats, a photo takes linear time."""

    def work() -> None:
        refusals(request(photo=piece * 200_000))
        refusals(request(photo="data:image/png;base64," + piece * 200_000))

    within_cpu_budget(1.0, work)


OPTIONS = [
    (b"", "", "inline"),
    (b"filename=john.vcf", "john.vcf", "inline"),
    (b"filename=JOHN.VCF&disposition=attachment", "JOHN.VCF", "attachment"),
    (b"disposition=inline", "", "inline"),
    (b"filename=1234567890123456.vcf", "1234567890123456.vcf", "inline"),
]

BAD_OPTIONS = [
    b"filename=",
    b"filename=john",
    b"filename=.vcf",
    b"filename=12345678901234567.vcf",
    b"filename=j%C3%B6hn.vcf",
    b"filename=jo%20hn.vcf",
    b"filename=a%0D%0Ab.vcf",
    b"filename=a%22.vcf",
    b"filename=../a.vcf",
    b"filename=%FF.vcf",
    b"filename=a.vcf&filename=b",
    b"disposition=",
    b"disposition=Inline",
    b"disposition=attachment%3Bx",
]


@pytest.mark.parametrize(("query", "filename", "disposition"), OPTIONS)
def test_the_download_is_named_by_the_query(query: bytes, filename: str, disposition: str) -> None:
    """`filename` and `disposition` change the download, other options nothing; "" is the form's
    own name."""
    found = order(request(), STRICT, query)
    assert (found.filename, found.disposition) == (filename, disposition)


@pytest.mark.parametrize("query", BAD_OPTIONS)
def test_an_option_value_we_do_not_know_is_refused(query: bytes) -> None:
    """Nothing of an option's value reaches a header unless it is known."""
    assert refusals(request(), STRICT, query) == [("E1527", None)]


def test_options_are_told_before_the_members() -> None:
    """A wrong option leads, the members' problems follow."""
    found = refusals(request(name=5), STRICT, b"disposition=x&filename=y")
    assert found == [("E1527", None), ("E1527", None), ("E1524", "/name")]


NATIVE = Native(policy=STRICT)


def test_a_card_is_answered_with_the_documented_headers() -> None:
    """200, the vendor's two headers, and ours."""
    wanted = order(request())
    card = write(wanted.contact)
    reply = NATIVE.card_response(wanted, CardResult(maybe_document=card))
    assert (reply.status, reply.chunks) == (200, card.chunks)
    assert reply.headers == (
        (b"content-type", b"text/vcard; charset=utf-8"),
        (b"content-disposition", b"inline; filename=contact.vcf"),
        (b"content-length", str(card.size).encode()),
        (b"etag", card.etag.encode()),
        (b"x-content-type-options", b"nosniff"),
    )


def test_notes_are_told_once_and_not_without_end() -> None:
    """One note a field and code, twenty at most."""
    wanted = order(request())
    many = tuple(Note(field=f"website/{n // 2}/url", code="encoded") for n in range(60))
    outcome = CardResult(maybe_document=write(wanted.contact), notes=many)
    headers = dict(NATIVE.card_response(wanted, outcome).headers)
    told = headers[b"vcard-notes"].decode().split(", ")
    assert told == [f"website/{n}/url;encoded" for n in range(20)]


def test_a_failure_is_the_documented_json() -> None:
    """The vendor's three members, and every problem in `errors`."""
    reply = NATIVE.error_response(
        (
            Problem(code=E1515, field="/name"),
            Problem(code=E1517, field="/phone/0/label", detail="More."),
            Problem(code=E503),
        )
    )
    assert reply.status == 422
    assert json.loads(reply.chunks[0]) == {
        "status": "failure",
        "error-code": "E1515",
        "error-info": "The first or last name for the vCard is required.",
        "errors": [
            {
                "error-code": "E1515",
                "error-info": "The first or last name for the vCard is required.",
                "field": "/name",
            },
            {
                "error-code": "E1517",
                "error-info": "The phone label is not supported. More.",
                "field": "/phone/0/label",
            },
            {
                "error-code": "E503",
                "error-info": "The service could not answer this request.",
            },
        ],
    }


def test_an_overload_says_when_to_come_back() -> None:
    """A problem with a time to wait carries Retry-After."""
    reply = NATIVE.error_response((Problem(code=E503, status=503, retry_after=2),))
    assert (reply.status, dict(reply.headers)[b"retry-after"]) == (503, b"2")


def test_an_order_is_read_from_a_request_that_is_parsed_already() -> None:
    """`order` is `read` without the parsing; a file that came beside the request is the photo."""
    asked = request()
    assert NATIVE.card_request(asked, Request(query=b"target=apple")) == order(
        asked, query=b"target=apple"
    )
    assert NATIVE.card_request(asked, Request(), b"GIF89a") == replace(
        order(asked), photo_bytes=b"GIF89a"
    )
