"""Requests of createcontact: how members are read, and which are refused, in which order."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from msgspec import structs

from tests.support.contact_requests import (
    APPLESEED,
    MAX_TTL,
    STRICT,
    card_request,
    notes,
    refusals,
    request,
)
from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.errors import Refused
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.model.request import CardRequest


def test_the_documented_example_is_read() -> None:
    """Every member of the documented example becomes a part of the card request."""
    assert card_request(APPLESEED) == CardRequest(
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
    """Null, an empty string and white space are an absent member."""
    assert card_request({**request(), member: value}) == card_request(request())


@pytest.mark.parametrize("value", [None, [], ""])
@pytest.mark.parametrize("member", ["phone", "email", "physical-address", "website"])
def test_an_empty_list_is_absent(member: str, value: Any) -> None:
    """Null, [] and an empty string are an absent list."""
    assert card_request({**request(), member: value}) == card_request(request())


LISTS = [
    ("phone", "number", "phones"),
    ("email", "id", "emails"),
    ("physical-address", "address", "addresses"),
    ("website", "url", "websites"),
]


@pytest.mark.parametrize(("member", "key", "part"), LISTS)
def test_the_first_four_entries_are_used(member: str, key: str, part: str) -> None:
    """A fifth entry is ignored unvalidated, whatever it is, with one note."""
    four = [{key: f"{n}@e.example"} for n in range(4)]
    members = {**request(), member: [*four, {key: "\x00", "label": "Castle"}, 7]}
    assert len(getattr(card_request(members).contact, part)) == 4
    assert notes(members) == [(member, "over-limit")]


@pytest.mark.parametrize("blank", [None, {}, {"x": None}, {"label": 5}])
@pytest.mark.parametrize(("member", "key", "part"), LISTS)
def test_a_blank_entry_is_absent(member: str, key: str, part: str, blank: Any) -> None:
    """Entries without a value are not validated, do not count to four, and are not noted."""
    four = [{key: f"{n}@e.example"} for n in range(4)]
    invisible = {key: "\ufeff\u200b \u00ad", "label": "Castle"}
    entries = [
        blank,
        {key: " ", "label": "Castle"},
        *four,
        {key: None, "label": 5},
        invisible,
        blank,
    ]
    members = {**request(), member: entries}
    assert len(getattr(card_request(members).contact, part)) == 4
    assert notes(members) == []


PHONE_LABELS = ["work", "home", "mobile", "fax", "pager", "main", "other"]
SPELLINGS = [str.lower, str.upper, str.title, lambda label: f"  {label}\u00a0"]


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("label", PHONE_LABELS)
def test_phone_labels_compare_without_regard_to_case(label: str, spell: Any) -> None:
    """Each of the seven labels is read in any case, with blanks around it."""
    (phone,) = card_request(request(phone=[{"number": "1", "label": spell(label)}])).contact.phones
    assert phone.label == label


@pytest.mark.parametrize("label", ["work", "HOME", " Work "])
@pytest.mark.parametrize(("member", "key", "part"), LISTS[1:3])
def test_other_labels_are_work_and_home(member: str, key: str, part: str, label: str) -> None:
    """E-mails and addresses have two labels."""
    members = {**request(), member: [{key: "x", "label": label}]}
    (entry,) = getattr(card_request(members).contact, part)
    assert entry.label == label.strip().lower()


@pytest.mark.parametrize("label", [None, "", " "])
@pytest.mark.parametrize(("member", "key", "part"), LISTS[:3])
def test_the_default_label_is_work(member: str, key: str, part: str, label: Any) -> None:
    """Absent, null and blank labels are work."""
    members = {**request(), member: [{key: "x", "label": label}, {key: "y"}]}
    assert [one.label for one in getattr(card_request(members).contact, part)] == ["work", "work"]


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


@pytest.mark.parametrize(("members", "problems"), REFUSED)
def test_every_problem_is_raised_in_order(
    members: dict[str, Any], problems: list[tuple[str, str | None]]
) -> None:
    """Problems are in the order of the documented example, one for each field, with its pointer."""
    assert refusals(members) == problems


@pytest.mark.parametrize("action", [None, "", "create", 5, [], {"createcontact": 1}])
def test_another_action_is_the_only_problem(action: Any) -> None:
    """Without the action no other member is checked."""
    assert refusals({"action": action, "name": 5}) == [("E101", "/action")]
    assert refusals({"name": 5}) == [("E101", "/action")]


@pytest.mark.parametrize("action", ["createcontact", "CreateContact", "CREATECONTACT"])
def test_the_action_compares_without_regard_to_case(action: str) -> None:
    """The action is read in any case."""
    assert refusals({**request(), "action": action}) == []


UNKNOWN: list[tuple[dict[str, Any], list[str]]] = [
    (request(nickname=5), ["nickname"]),
    (request(nickname={"deep": [{"er": 1}]}), ["nickname"]),
    (request(nickname=None), []),
    (request(name={"first-name": "John", "middle": "P."}), ["name/middle"]),
    (request(phone=[{"number": "1", "ext": []}]), ["phone/0/ext"]),
    (request(email=[{"address": "a@b.example"}]), ["email/0/address"]),  # a blank entry
    (request(email=[{}, {"id": "a@b.example", "url": ""}]), ["email/1/url"]),
    (request(physical_address=[{"address": "x", "town": "y"}]), ["physical-address/0/town"]),
    (request(website=[{"url": "x", "number": "1"}]), ["website/0/number"]),
    (request(Note="x", birth="1970-01-01"), ["Note", "birth"]),
    (request(phone=[{"number": "1", "x": 1}], zip=1), ["phone/0/x", "zip"]),
    ({**request(), "a/b~c": 1}, ["a~1b~0c"]),
    ({**request(), "": 1}, [""]),
    ({**request(), "x" * 65: 1}, ["x" * 64 + "…"]),
]


@pytest.mark.parametrize(("members", "fields"), UNKNOWN)
def test_unknown_members_are_noted(members: dict[str, Any], fields: list[str]) -> None:
    """An unknown member, at any depth, is ignored and has a note."""
    result = card_request(members)
    expected = [(field, "ignored") for field in fields]
    assert [(note.field, note.code) for note in result.notes] == expected
    assert result.contact.first == "John"


def test_unknown_members_are_noted_up_to_a_limit() -> None:
    """Thousands of unknown members make a hundred notes."""
    members = request(phone=[{"number": "1", **dict.fromkeys(map(str, range(60)), 1)}])
    members |= dict.fromkeys(map(str, range(5_000)), 1)
    found = notes(members)
    assert (len(found), found[0], found[99]) == (100, ("phone/0/0", "ignored"), ("39", "ignored"))


QUERIES = [
    (b"taget=apple", ["taget"]),
    (b"target=apple&Version=4.0&x", ["Version", "x"]),
    (b"ttl=60&once=1&filename=a.vcf&disposition=inline&photo=none&as=card&content=card", []),
]


@pytest.mark.parametrize(("query", "fields"), QUERIES)
def test_unknown_options_are_noted(query: bytes, fields: list[str]) -> None:
    """An unknown option of the query has a note with its name."""
    found = card_request(request(), query=query).notes
    assert [(note.field, note.code) for note in found] == [(field, "ignored") for field in fields]


def test_line_ends_are_allowed_in_four_members() -> None:
    """Organization, title, note and address may hold tabs and line ends, which become LF."""
    text = "a\tb\r\nc\rd\u2028e\u2029f\ng"
    addresses = [{"address": text}]
    members = request(organization=text, title=text, note=text, physical_address=addresses)
    contact = card_request(members).contact
    texts = {contact.organization, contact.title, contact.note, contact.addresses[0].text}
    assert texts == {"a\tb\nc\nd\ne\nf\ng"}
    for field in ("suffix", "first-name", "last-name"):
        name = {"first-name": "J", field: "a\nb"}
        assert refusals(request(name=name)) == [("E1525", f"/name/{field}")]


def test_text_is_composed() -> None:
    """Text is normalized to NFC."""
    assert card_request(request(note="Jose\u0301")).contact.note == "José"


def test_a_photo_may_be_in_the_request() -> None:
    """`photo` is the file in base64."""
    members = request(photo=base64.b64encode(b"GIF89a").decode())
    assert card_request(members).photo_bytes == b"GIF89a"


DATA = bytes(range(256)) + b"\xfb\xff\xbf" * 9 + b"\x01\x02"
"""Octets whose base64 has every digit, and padding."""

PLAIN = base64.b64encode(DATA).decode()
SAFE = base64.urlsafe_b64encode(DATA).decode()
PHOTOS = {
    "plain": PLAIN,
    "unpadded": PLAIN.rstrip("="),
    "with one of two equals signs": base64.b64encode(DATA[:-1]).decode()[:-1],
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
def test_base64_is_read_in_every_variant(name: str) -> None:
    """CONTRACT 1.17 (amended): line breaks, both alphabets, without padding, and `data:` URIs."""
    octets = DATA[:-1] if name == "with one of two equals signs" else DATA
    assert card_request(request(photo=PHOTOS[name])).photo_bytes == octets


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
def test_other_text_than_base64_is_refused(photo: str) -> None:
    """The problem E1522 states what is read; with photo=drop it is a note."""
    assert refusals(request(photo=photo)) == [("E1522", "/photo")]
    with pytest.raises(Refused) as caught:
        card_request(request(photo=photo))
    assert caught.value.problems[0].detail.startswith("It must be base64 of the file, or data:")
    dropped = card_request(request(photo=photo), query=b"photo=drop")
    assert [(note.field, note.code) for note in dropped.notes] == [("photo", "E1522")]


@pytest.mark.parametrize("photo", ["QU\0JD", "QU\x0bJD", "QU\x7fJD"])
def test_base64_holds_no_other_control_character(photo: str) -> None:
    """Base64 may hold tabs and line ends; any other control character is E1525."""
    assert refusals(request(photo=photo)) == [("E1525", "/photo")]


@pytest.mark.parametrize("piece", ["A ", "=", "\n", "data:", ";base64,", "%", "%4", "-_", "é"])
def test_long_base64_takes_linear_time(piece: str) -> None:
    """A photo of any repeated text is read or refused in linear time."""

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
    """`filename` and `disposition` name the download; "" is the form's own name."""
    result = card_request(request(), query=query)
    assert (result.filename, result.disposition) == (filename, disposition)


@pytest.mark.parametrize("query", BAD_OPTIONS)
def test_an_unknown_value_of_an_option_is_refused(query: bytes) -> None:
    """A value that could not stand in a header is E1527."""
    assert refusals(request(), query=query) == [("E1527", None)]


def test_problems_of_options_come_before_those_of_members() -> None:
    """The problems of the query are first."""
    found = refusals(request(name=5), query=b"disposition=x&filename=y")
    assert found == [("E1527", None), ("E1527", None), ("E1524", "/name")]


def test_members_are_read_without_a_body() -> None:
    """Parsed members are read as a body is, and a file from outside them is the photo."""
    members = request()

    def read(query: bytes, maybe_upload: bytes | None = None) -> CardRequest:
        return read_card_request(members, Request(query=query), STRICT, MAX_TTL, maybe_upload)

    assert read(b"target=apple") == card_request(members, query=b"target=apple")
    expected = structs.replace(card_request(members), photo_bytes=b"GIF89a")
    assert read(b"", b"GIF89a") == expected
