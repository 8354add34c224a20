"""Readers of other hands find the whole contact in every representation but the text card.

Drawn contacts for each pair of writer and reader; every field is compared.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from msgspec import structs, to_builtins

from tests.support import strict_jscontact
from tests.support.documents import jcard, jscontact, xcard
from tests.support.drawn_contacts import many_contacts, pictured, replaced
from tests.support.people import PEOPLE
from tests.support.readers import Name, Reader, validator
from tests.support.readers.expected import four
from tests.support.sample_contacts import FULL
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Version
from vcardsvc.vcard import profile, write
from vcardsvc.vcard.properties import uid

NOT_XML: Final = str.maketrans(dict.fromkeys("\ufffe\uffff", "\ufffd"))
"""What XML 1.0 cannot hold of what a contact may (section 2.2)."""

NOT_I_JSON: Final = str.maketrans(
    {
        chr(at): "\ufffd"
        for at in (
            *range(0xFDD0, 0xFDF0),
            *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)),
        )
    }
)
"""The noncharacters (RFC 7493 section 2.1)."""


@pytest.fixture(scope="module")
def ical(reader_of: Callable[[Name], Reader]) -> Reader:
    """ical.js."""
    return reader_of("ical")


@pytest.fixture(scope="module")
def ez(reader_of: Callable[[Name], Reader]) -> Reader:
    """ez-vcard."""
    return reader_of("ez")


def filled(fields: dict[str, Any]) -> dict[str, Any]:
    """The same as ez-vcard finds it in JSON or XML: it drops an empty component of an ORG."""
    return {**fields, "org": fields["org"] and [one for one in fields["org"] if one]}


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_ical_js_reads_any_jcard(ical: Reader, contact: Contact) -> None:
    """ical.js finds everything in the jCard of any accepted contact."""
    assert ical.jcard(jcard(contact).octets) == four(contact)


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_ez_vcard_reads_any_jcard(ez: Reader, contact: Contact) -> None:
    """ez-vcard finds everything in the jCard of any accepted contact."""
    assert ez.jcard(jcard(contact).octets) == filled(four(contact))


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_ez_vcard_reads_any_xcard(ez: Reader, contact: Contact) -> None:
    """ez-vcard finds everything in the xCard of any accepted contact."""
    assert ez.xcard(xcard(contact).octets) == replaced(filled(four(contact)), NOT_XML)


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_any_jscontact_keeps_its_rules_and_says_the_contact(contact: Contact) -> None:
    """The strict reader finds no fault in any Card, and the way back gives the contact."""
    fields = strict_jscontact.card(jscontact(contact).octets)
    back = strict_jscontact.contact(fields)
    phones = tuple(
        structs.replace(one, number=one.e164 or one.number, e164=None) for one in contact.phones
    )
    sent = structs.replace(contact, phones=phones, uid=uid(contact))
    assert to_builtins(back) == replaced(to_builtins(sent), NOT_I_JSON)


@pytest.mark.parametrize("contact", PEOPLE)
@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize("name", ["ical", "ez", "sabre", "eds"])
def test_every_reader_finds_the_parts_of_names_units_and_places(
    reader_of: Callable[[Name], Reader], name: Name, version: Version, contact: Contact
) -> None:
    """Each of the readers finds each part of a name, an organization and an address."""
    found = reader_of(name).card(write(contact, profile("universal", version)).octets)
    expected = four(contact)
    assert (found["n"], found["org"]) == (expected["n"], expected["org"])
    assert found["fn"].replace("\\", "") == expected["fn"]  # sabre leaves the escapes of a text
    assert [one["parts"] for one in found["adrs"]] == [one["parts"] for one in expected["adrs"]]


@pytest.mark.parametrize("name", ["ical", "ez", "sabre", "eds"])
def test_every_reader_reads_a_card_as_text(reader_of: Callable[[Name], Reader], name: Name) -> None:
    """Each of the readers finds the lists of a text card in the one shape they all answer in."""
    found = reader_of(name).card(write(FULL).octets)
    assert {part: found[part] for part in ("version", "fn", "n", "org", "title", "photo")} == {
        "version": "3.0",
        "fn": "John Appleseed Jr.",
        "n": ["Appleseed", "John", "", "", "Jr."],
        "org": ["Dunder Mifflin"],
        "title": "Account Manager",
        "photo": four(FULL)["photo"],
    }
    assert found["tels"][5] == {"types": ["MAIN"], "pref": None, "value": "555 5"}
    assert found["emails"][1] == {
        "types": ["HOME", "INTERNET"],
        "pref": None,
        "value": "home@example.com",
    }
    assert found["urls"][2] == {"value": "http://blog.example", "label": "Blog"}
    assert found["adrs"][1] == {
        "types": ["HOME"],
        "pref": None,
        "country": None,
        "parts": ["", "", "Fake Address", "", "", "", ""],
    }


def test_a_reader_says_what_it_cannot_read() -> None:
    """What is no card is answered with an error, and the reader reads on."""
    with validator("ical") as reader:
        assert set(reader.ask("xcard", "<vcards/>")) == {"error"}
        assert set(reader.ask("vcard", "no card")) == {"error"}
        assert reader.jcard(jcard(FULL).octets) == four(FULL)


def test_a_missing_reader_skips_what_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that is not installed is no failure on a machine that has only Python."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="no node on PATH"), validator("ical"):
        pass
