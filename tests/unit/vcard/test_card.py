"""What a card says: whole cards by equality, labels, order, identity."""

from typing import Any

import pytest
from msgspec import structs

from tests.support.contact_requests import APPLESEED, card_request, line, lines, request
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.vcard import write
from vcardsvc.vcard.properties import uid


def test_the_vendors_example_makes_this_card() -> None:
    """The documented example as a whole card, octet by octet."""
    assert write(card_request(APPLESEED).contact).octets == (
        b"BEGIN:VCARD\r\n"
        b"VERSION:3.0\r\n"
        b"NOTE:Manage account campaigns.\r\n"
        b"TITLE:Account Manager\r\n"
        b"N:Appleseed;John;;;Jr.\r\n"
        b"UID:urn:uuid:c52f2b4a-8af5-5aac-b0a8-f33293c899bd\r\n"
        b"FN:John Appleseed Jr.\r\n"
        b"ORG:Dunder Mifflin\r\n"
        b"TEL;TYPE=WORK,VOICE:10000000000\r\n"
        b"EMAIL;TYPE=WORK,INTERNET:john@example.com\r\n"
        b"ADR;TYPE=WORK:;;Fake Address;;;;\r\n"
        b"item1.URL:https://example.com\r\n"
        b"item1.X-ABLabel:Dunder Mifflin\r\n"
        b"PRODID:-//vcardsvc//vcardsvc//EN\r\n"
        b"END:VCARD\r\n"
    )


def test_one_name_makes_a_card() -> None:
    """A mononym needs nothing else."""
    assert [one for one in lines(request(name={"last-name": "Suharto"})) if "UID" not in one] == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Suharto;;;;",
        "FN:Suharto",
        "PRODID:-//vcardsvc//vcardsvc//EN",
        "END:VCARD",
    ]


TYPES = [
    ("phone", "number", "work", "TEL;TYPE=WORK,VOICE:x"),
    ("phone", "number", "home", "TEL;TYPE=HOME,VOICE:x"),
    ("phone", "number", "mobile", "TEL;TYPE=CELL,VOICE:x"),
    ("phone", "number", "fax", "TEL;TYPE=FAX,WORK:x"),
    ("phone", "number", "pager", "TEL;TYPE=PAGER:x"),
    ("phone", "number", "main", "TEL;TYPE=MAIN:x"),
    ("phone", "number", "other", "TEL;TYPE=OTHER,VOICE:x"),
    ("email", "id", "work", "EMAIL;TYPE=WORK,INTERNET:x"),
    ("email", "id", "home", "EMAIL;TYPE=HOME,INTERNET:x"),
    ("physical-address", "address", "work", "ADR;TYPE=WORK:;;x;;;;"),
    ("physical-address", "address", "home", "ADR;TYPE=HOME:;;x;;;;"),
]


@pytest.mark.parametrize(("member", "key", "label", "written"), TYPES)
def test_a_label_is_spelled_as_readers_know_it(
    member: str, key: str, label: str, written: str
) -> None:
    """Each label has the TYPE values of the table and no others."""
    request_body = {**request(), member: [{key: "x", "label": label}]}
    assert line(request_body, written.split(";")[0]) == written


TEXTS = [
    ({"name": {"first-name": "J", "suffix": "a;b,c\\d"}}, "N:", r"N:;J;;;a\;b\,c\\d"),
    ({"name": {"first-name": "J", "suffix": "a;b,c\\d"}}, "FN:", r"FN:J a\;b\,c\\d"),
    ({"organization": "a;b,c\\d\ne"}, "ORG:", r"ORG:a\;b\,c\\d\ne"),
    ({"title": "a;b,c\\d\ne"}, "TITLE:", r"TITLE:a\;b\,c\\d\ne"),
    ({"note": "a;b,c\\d\ne\tf:g"}, "NOTE:", "NOTE:a\\;b\\,c\\\\d\\ne\tf:g"),
    ({"phone": [{"number": "1,2;3"}]}, "TEL", r"TEL;TYPE=WORK,VOICE:1\,2\;3"),
    ({"email": [{"id": "a,b@c"}]}, "EMAIL", r"EMAIL;TYPE=WORK,INTERNET:a\,b@c"),
    (
        {"physical-address": [{"address": "1 Way;\nTown, ST"}]},
        "ADR",
        r"ADR;TYPE=WORK:;;1 Way\;\nTown\, ST;;;;",
    ),
    ({"uid": "a;b"}, "UID", r"UID:a\;b"),
    ({"website": [{"url": "x.y", "label": "a;b,c\\"}]}, "item1.X", r"item1.X-ABLabel:a\;b\,c\\"),
]


@pytest.mark.parametrize(("members", "start", "written"), TEXTS)
def test_every_text_is_escaped(members: dict[str, Any], start: str, written: str) -> None:
    """Backslash, semicolon, comma and line feed of every text stand behind a backslash."""
    assert line({**request(), **members}, start) == written


@pytest.mark.parametrize("label", [None, "", "homepage", "HomePage", " HOMEPAGE "])
def test_a_homepage_is_a_plain_url(label: str | None) -> None:
    """The label homepage in any case, or none, needs no group: every reader sees a plain URL."""
    request_body = request(website=[{"url": "https://example.com", "label": label}])
    assert [one for one in lines(request_body) if "URL" in one or "ABLabel" in one] == [
        "URL:https://example.com"
    ]


def test_labelled_websites_are_numbered_among_themselves() -> None:
    """Groups count the labelled websites alone."""
    request_body = request(
        website=[
            {"url": "https://a.example", "label": "Shop"},
            {"url": "https://b.example"},
            {"url": "https://c.example", "label": "Blog"},
        ]
    )
    assert [one for one in lines(request_body) if "URL" in one or "ABLabel" in one] == [
        "item1.URL:https://a.example",
        "item1.X-ABLabel:Shop",
        "URL:https://b.example",
        "item2.URL:https://c.example",
        "item2.X-ABLabel:Blog",
    ]


def test_the_photo_stands_last() -> None:
    """PHOTO is the last property, and a card without it has all the same octets before it."""
    contact = card_request(APPLESEED).contact
    photo = Photo(jpeg=b"\xff\xd8photo", width=1, height=1)
    plain = write(contact).octets
    with_photo = write(structs.replace(contact, photo=photo)).octets
    assert with_photo == plain.replace(
        b"END:VCARD", b"PHOTO;ENCODING=b;TYPE=JPEG:/9hwaG90bw==\r\nEND:VCARD"
    )


def test_the_same_contact_has_the_same_octets() -> None:
    """Nothing of time or chance is in a card."""
    assert write(card_request(APPLESEED).contact) == write(card_request(APPLESEED).contact)


CHANGES: list[dict[str, Any]] = [
    {"name": {"first-name": "Jon", "last-name": "Appleseed", "suffix": "Jr."}},
    {"name": {"first-name": "John Appleseed", "suffix": "Jr."}},
    {"organization": "Acme"},
    {"title": "Boss"},
    {"note": ""},
    {"phone": [{"number": "10000000001"}]},
    {"phone": [{"number": "10000000000", "label": "Home"}]},
    {"email": []},
    {"physical-address": [{"address": "Fake Address", "label": "Home"}]},
    {"website": [{"url": "https://example.com", "label": "Dunder"}]},
    {"website": [{"url": "https://example.com/", "label": "Dunder Mifflin"}]},
]


@pytest.mark.parametrize("change", CHANGES)
def test_another_contact_has_another_uid(change: dict[str, Any]) -> None:
    """Whatever a card says differently, it says of somebody else."""
    changed = card_request({**APPLESEED, **change}).contact
    assert uid(changed) != uid(card_request(APPLESEED).contact)


def test_the_photo_takes_no_part_in_the_uid() -> None:
    """A new photo of the same person updates the card instead of adding one."""
    contact = card_request(APPLESEED).contact
    photo = Photo(jpeg=b"x", width=1, height=1)
    assert uid(structs.replace(contact, photo=photo)) == uid(contact)


def test_a_uid_is_a_uuid_of_version_5() -> None:
    """UIDs are urn:uuid of RFC 4122, version 5."""
    import uuid

    found = uuid.UUID(uid(Contact(first="John")))
    assert (found.version, found.variant) == (5, uuid.RFC_4122)


def test_a_caller_may_bring_a_uid() -> None:
    """The caller's own identity stands as it was sent."""
    assert line(request(uid="crm-4711"), "UID:") == "UID:crm-4711"
