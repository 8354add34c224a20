"""JSContact: whole values by equality, odd texts, and the strict reader proved on faults."""

import json
from typing import Any

import pytest

from tests.support import strict_jscontact as strict
from tests.support.documents import jscontact
from tests.support.sample_contacts import FULL, ODD, SMALL
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.model.request import Document, JSContactVersion
from vcardsvc.vcard.jscontact_names import suffix_kind


def test_a_full_contact_is_this_card() -> None:
    """All that a contact can say, as a whole value."""
    assert strict.card(jscontact(FULL).octets) == {
        "@type": "Card",
        "version": "2.0",
        "uid": "crm 4711",
        "kind": "individual",
        "prodId": "-//vcardsvc//vcardsvc//EN",
        "name": {
            "components": [
                {"kind": "given", "value": "John"},
                {"kind": "surname", "value": "Appleseed"},
                {"kind": "generation", "value": "Jr."},
            ],
            "isOrdered": True,
            "full": "John Appleseed Jr.",
        },
        "organizations": {"organization-1": {"name": "Dunder Mifflin"}},
        "titles": {"title-1": {"name": "Account Manager", "kind": "title"}},
        "notes": {"note-1": {"note": "Line one,\nline \\two;"}},
        "phones": {
            "phone-1": {
                "number": "555 0",
                "features": {"voice": True},
                "contexts": {"work": True},
            },
            "phone-2": {
                "number": "555 1",
                "features": {"voice": True},
                "contexts": {"private": True},
            },
            "phone-3": {"number": "555 2", "features": {"mobile": True, "voice": True}},
            "phone-4": {"number": "555 3", "features": {"fax": True}, "contexts": {"work": True}},
            "phone-5": {"number": "555 4", "features": {"pager": True}},
            "phone-6": {
                "number": "555 5",
                "features": {"main-number": True, "voice": True},
                "pref": 1,
            },
            "phone-7": {"number": "555 6", "features": {"voice": True}},
            "phone-8": {
                "number": "tel:+16502530000;ext=12",
                "features": {"main-number": True, "voice": True},
            },
            "phone-9": {
                "number": "tel:+4930123456",
                "features": {"voice": True},
                "contexts": {"work": True},
            },
        },
        "emails": {
            "email-1": {"address": "work@example.com", "contexts": {"work": True}},
            "email-2": {"address": "home@example.com", "contexts": {"private": True}},
        },
        "addresses": {
            "address-1": {
                "full": "1 Main St;\nScranton, PA",
                "contexts": {"work": True},
                "countryCode": "US",
            },
            "address-2": {"full": "Fake Address", "contexts": {"private": True}},
        },
        "links": {
            "link-1": {"uri": "https://example.com"},
            "link-2": {"uri": "https://example.com/a%2Cb", "label": 'Shop & "Café"'},
            "link-3": {"uri": "http://blog.example", "label": "Blog"},
        },
        "media": {
            "photo-1": {
                "kind": "photo",
                "uri": "data:image/jpeg;base64,/9hwaG90bw==",
                "mediaType": "image/jpeg",
            }
        },
    }


def test_a_mononym_is_this_card() -> None:
    """The least that a contact can say, octet by octet, and what the octets are."""
    octets = (
        b'{"@type":"Card","version":"2.0",'
        b'"uid":"urn:uuid:dea511a7-60c7-5e5b-8aa3-4c98ceb1662c","kind":"individual",'
        b'"prodId":"-//vcardsvc//vcardsvc//EN",'
        b'"name":{"components":[{"kind":"surname","value":"Suharto"}],'
        b'"isOrdered":true,"full":"Suharto"}}'
    )
    assert jscontact(SMALL) == Document(
        chunks=(octets,),
        size=len(octets),
        etag='"b83b0078053ad9c6a02aafe4d6478ada"',
        content_type="application/jscontact+json",
        filename="contact.json",
    )


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_both_versions_are_written_and_read(version: JSContactVersion) -> None:
    """The version requested stands in the card, and the card is the same otherwise."""
    found = strict.card(jscontact(SMALL, version).octets)
    assert found == {**strict.card(jscontact(SMALL).octets), "version": version}


def test_a_card_of_version_2_needs_no_uid() -> None:
    """The checker takes a card without an identity in 2.0 (RFC 9982 section 4)."""
    assert strict.card(b'{"@type":"Card","version":"2.0"}') == {"@type": "Card", "version": "2.0"}


def test_a_company_has_a_full_name_alone() -> None:
    """Where there is no person there are no components, which must not be empty."""
    lines_of = strict.card(jscontact(Contact(organization="Acme 李", uid="7")).octets)
    assert (lines_of["kind"], lines_of["name"]) == ("org", {"full": "Acme 李"})


@pytest.mark.parametrize("text", [*ODD.split(" "), ODD, "\t", "\n"])
def test_odd_texts_stand_as_they_are(text: str) -> None:
    """No text is escaped twice, and none becomes structure."""
    contact = Contact(first="J", suffix=text, note=text, uid=text)
    assert strict.contact(strict.card(jscontact(contact).octets)) == contact


@pytest.mark.parametrize("character", "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff")
def test_a_noncharacter_is_replaced(character: str) -> None:
    """I-JSON forbids noncharacters, so they become U+FFFD; their neighbours stand."""
    lines_of = strict.card(jscontact(Contact(first="J", note=f"\ufdcf{character}\ufffd")).octets)
    assert lines_of["notes"] == {"note-1": {"note": "\ufdcf\ufffd\ufffd"}}


SUFFIXES = [
    ("Jr.", "generation"),
    ("SR", "generation"),
    ("III", "generation"),
    ("iv.", "generation"),
    ("3rd", "generation"),
    ("Ph.D.", "credential"),
    ("Esq.", "credential"),
    ("Jr., M.D.", "credential"),
    ("", "credential"),
]


@pytest.mark.parametrize(("suffix", "of"), SUFFIXES)
def test_a_suffix_is_a_generation_or_a_credential(suffix: str, of: str) -> None:
    """Markers of generation are known by a closed list; nothing is taken apart."""
    assert suffix_kind(suffix) == of


GOOD: dict[str, Any] = {"@type": "Card", "version": "1.0", "uid": "7"}
FAULTS = [
    (b"\xff", "not JSON"),
    (b"[]", "not an object"),
    (b'{"uid":"1","uid":"2"}', "stands twice"),
    ({"version": "1.0", "uid": "7"}, "no @type"),
    ({**GOOD, "version": "3.0"}, "/version: none of 1.0, 2.0"),
    ({"@type": "Card", "version": "1.0"}, "/: no uid"),
    ({**GOOD, "uid": ""}, "/uid: an empty"),
    ({**GOOD, "uid": 7}, "/uid: not a String"),
    ({**GOOD, "uid": "\ufffe"}, "noncharacter"),
    ({**GOOD, "kind": "person"}, "/kind: none of"),
    ({**GOOD, "tel": "1"}, "/tel: no such member"),
    ({**GOOD, "name": {}}, "/name: none of components, full"),
    ({**GOOD, "name": {"components": []}}, "/name/components: not a list"),
    ({**GOOD, "name": {"full": "J", "isOrdered": 1}}, "isOrdered: not a Boolean"),
    ({**GOOD, "name": {"components": [{"kind": "suffix", "value": "x"}]}}, "/0/kind: none of"),
    ({**GOOD, "notes": {}}, "/notes: not an object with entries"),
    ({**GOOD, "notes": {"a b": {"note": "x"}}}, "/notes: not like"),
    ({**GOOD, "notes": {"a": {}}}, "/notes/a: no note"),
    ({**GOOD, "phones": {"a": {"number": "1", "pref": 0}}}, "/pref: no preference"),
    ({**GOOD, "phones": {"a": {"number": "1", "features": {"cell": True}}}}, "features: none of"),
    ({**GOOD, "phones": {"a": {"number": "1", "contexts": {"work": 1}}}}, "/work: not true"),
    ({**GOOD, "emails": {"a": {"address": "x", "contexts": {}}}}, "/contexts: not a set"),
    ({**GOOD, "addresses": {"a": {"full": "x", "countryCode": "us"}}}, "countryCode: not like"),
    ({**GOOD, "organizations": {"a": {}}}, "/a: none of name, units"),
    ({**GOOD, "organizations": {"a": {"units": ["x"]}}}, "/units/0: not an object"),
    ({**GOOD, "organizations": {"a": {"units": []}}}, "/units: not a list"),
    (
        {**GOOD, "addresses": {"a": {"components": [{"kind": "street", "value": "x"}]}}},
        "/0/kind: none of name",
    ),
    (
        {**GOOD, "addresses": {"a": {"components": [{"kind": "name", "value": ""}]}}},
        "/0/value: an empty",
    ),
    ({**GOOD, "addresses": {"a": {"contexts": {"work": True}}}}, "/a: none of full"),
    ({**GOOD, "media": {"a": {"kind": "photo", "uri": "x"}}}, "/uri: not like"),
]


@pytest.mark.parametrize(("lines_of", "why"), FAULTS, ids=[why for _, why in FAULTS])
def test_the_strict_reader_refuses_what_is_no_card(
    lines_of: dict[str, Any] | bytes, why: str
) -> None:
    """The judge of the writer finds each kind of fault."""
    octets = (
        lines_of
        if isinstance(lines_of, bytes)
        else json.dumps(lines_of, ensure_ascii=False).encode()
    )
    with pytest.raises(strict.NotJSContact, match=why):
        strict.card(octets)


def test_the_way_back_gives_every_number_its_form() -> None:
    """A tel URI comes back as E.164 with its pause, other numbers as they were typed."""
    phones = (Phone(number="+16502530000p12", label="main"), Phone(number="x12", label="other"))
    request_body = (Phone(number="?", label="main", e164="+16502530000p12"), phones[1])
    lines_of = strict.card(jscontact(Contact(first="J", uid="7", phones=request_body)).octets)
    assert strict.contact(lines_of) == Contact(first="J", uid="7", phones=phones)
