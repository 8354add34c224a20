"""jCard: whole values by equality, odd texts, and the chunks every document leaves in."""

import json
from typing import Any

import pytest
from msgspec import structs

from tests.support.documents import jcard
from tests.support.sample_contacts import FULL, ODD, SMALL
from vcardsvc.model.card import Property, ValueType
from vcardsvc.model.contact import (
    Contact,
    Photo,
)
from vcardsvc.model.request import Document
from vcardsvc.vcard.contact_card import card_of
from vcardsvc.vcard.document import CHUNK, document


def test_a_full_contact_is_this_jcard() -> None:
    """All that a contact can say, as a whole value."""
    assert json.loads(jcard(FULL).octets) == [
        "vcard",
        [
            ["version", {}, "text", "4.0"],
            ["kind", {}, "text", "individual"],
            ["prodid", {}, "text", "-//vcardsvc//vcardsvc//EN"],
            ["uid", {}, "text", "crm 4711"],
            ["fn", {}, "text", "John Appleseed Jr."],
            ["n", {}, "text", ["Appleseed", "John", "", "", "Jr."]],
            ["org", {}, "text", "Dunder Mifflin"],
            ["title", {}, "text", "Account Manager"],
            ["note", {}, "text", "Line one,\nline \\two;"],
            ["tel", {"type": ["work", "voice"]}, "text", "555 0"],
            ["tel", {"type": ["home", "voice"]}, "text", "555 1"],
            ["tel", {"type": ["cell", "voice"]}, "text", "555 2"],
            ["tel", {"type": ["fax", "work"]}, "text", "555 3"],
            ["tel", {"type": "pager"}, "text", "555 4"],
            ["tel", {"type": "main-number", "pref": "1"}, "text", "555 5"],
            ["tel", {"type": "voice"}, "text", "555 6"],
            ["tel", {"type": "main-number"}, "uri", "tel:+16502530000;ext=12"],
            ["tel", {"type": ["work", "voice"]}, "uri", "tel:+4930123456"],
            ["email", {"type": "work"}, "text", "work@example.com"],
            ["email", {"type": "home"}, "text", "home@example.com"],
            [
                "adr",
                {"type": "work", "cc": "US"},
                "text",
                ["", "", "1 Main St;\nScranton, PA", "", "", "", ""],
            ],
            ["adr", {"type": "home"}, "text", ["", "", "Fake Address", "", "", "", ""]],
            ["url", {}, "uri", "https://example.com"],
            ["url", {"group": "item1"}, "uri", "https://example.com/a%2Cb"],
            ["x-ablabel", {"group": "item1"}, "text", 'Shop & "Café"'],
            ["url", {"group": "item2"}, "uri", "http://blog.example"],
            ["x-ablabel", {"group": "item2"}, "text", "Blog"],
            ["photo", {}, "uri", "data:image/jpeg;base64,/9hwaG90bw=="],
        ],
    ]


def test_a_mononym_is_this_jcard() -> None:
    """The least that a contact can say, octet by octet, and what the octets are."""
    octets = (
        b'["vcard",[["version",{},"text","4.0"],["kind",{},"text","individual"],'
        b'["prodid",{},"text","-//vcardsvc//vcardsvc//EN"],'
        b'["uid",{},"uri","urn:uuid:dea511a7-60c7-5e5b-8aa3-4c98ceb1662c"],'
        b'["fn",{},"text","Suharto"],["n",{},"text",["Suharto","","","",""]]]]'
    )
    assert jcard(SMALL) == Document(
        chunks=(octets,),
        size=len(octets),
        etag='"582f94c6b43b14982c8abdd7cf8c8bdf"',
        content_type="application/vcard+json",
        filename="contact.json",
    )


@pytest.mark.parametrize("character", [*ODD, ODD, "\ufffe", "\U0010ffff", "\t", "\n"])
def test_odd_texts_stand_as_they_are(character: str) -> None:
    """No text is escaped twice, and none becomes structure."""
    lines_of: dict[str, Any] = {
        name: value
        for name, _, _, value in json.loads(
            jcard(Contact(first="J", suffix=character, note=character)).octets
        )[1]
    }
    assert (lines_of["n"], lines_of["note"]) == (["", "J", "", "", character], character)


def test_json_is_utf8_not_escapes() -> None:
    """A name in any script is readable in the octets."""
    assert "李小龙 😀".encode() in jcard(Contact(last="李小龙 😀")).octets


UIDS: list[tuple[str, ValueType]] = [
    ("urn:uuid:dea511a7-60c7-5e5b-8aa3-4c98ceb1662c", "uri"),
    ("https://example.com/people/7?x=%20#me", "uri"),
    ("mailto:john@example.com", "uri"),
    ("crm-4711", "text"),
    ("a: b", "text"),
    ("urn:", "text"),
    ("http://example.com/\u00e9", "text"),
    ("http://example.com/100%", "text"),
    ("a^b:c", "text"),
]


@pytest.mark.parametrize(("own", "written"), UIDS)
def test_a_uid_is_a_uri_where_it_is_one(own: str, written: ValueType) -> None:
    """A caller's identity is called a URI only when it keeps the syntax of one."""
    properties = card_of(Contact(first="J", uid=own)).properties
    found = [each for each in properties if each.name == "UID"]
    assert found == [Property(name="UID", kind=written, value=own)]


KINDS = [
    (Contact(first="John", organization="Acme"), "individual", "John"),
    (Contact(first="John"), "individual", "John"),
    (Contact(organization="Acme"), "org", "Acme"),
    (Contact(first="ACME", last="Straße", organization="Acme STRASSE"), "org", "ACME Straße"),
    (Contact(first="Acme", last="Inc", organization="Acme"), "individual", "Acme Inc"),
]


@pytest.mark.parametrize(("contact", "of", "name"), KINDS)
def test_a_company_without_a_person_is_an_organization(
    contact: Contact, of: str, name: str
) -> None:
    """KIND is org for a company that has no name beside its own, and FN is never empty."""
    values = {each.name: each.value for each in card_of(contact).properties}
    assert (values["KIND"], values["FN"]) == (of, name)


def test_a_large_photo_leaves_in_chunks() -> None:
    """No chunk is over its size, and together they are the document."""
    photo = Photo(jpeg=bytes(range(256)) * 400, width=1, height=1)
    whole = jcard(structs.replace(SMALL, photo=photo))
    assert [len(chunk) for chunk in whole.chunks] == [CHUNK, CHUNK, whole.size - 2 * CHUNK]
    assert len(whole.octets) == whole.size


def test_an_etag_is_of_the_octets_however_parted() -> None:
    """The same octets in other chunks have the same validator, others have another."""
    one, two, other = (
        document(created, "a/b", "c") for created in ((b"ab",), (b"a", b"b"), (b"ba",))
    )
    assert one.etag == two.etag == '"fb8e20fc2e4c3f248c60c39bd652f3c1"'
    assert other.etag != one.etag
