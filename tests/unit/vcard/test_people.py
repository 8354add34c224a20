"""What createcontact has no members for: whole cards, and an identity that other contacts keep."""

import json
from typing import Any, Final

import pytest
from msgspec import structs

from tests.support import strict_jscontact
from tests.support.documents import jcard, jscontact, xcard
from tests.support.people import COMPANY, DOCTOR, REGISTRANT
from tests.support.target_cards import lines_of
from vcardsvc.model.contact import Address, Contact
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard.properties import envelope, full_name, is_company, uid

UID: Final = "UID:urn:uuid:00000000-0000-5000-8000-00000000000"
PRODID: Final = "PRODID:-//vcardsvc//vcardsvc//EN"
PLACE: Final = r"1 Hospital Way\nEntrance B;Mountain View;CA;94043;United States"
DOCTOR_LINES: Final = (
    "N:Lee;Ann;Quinn;Dr.;M.D.",
    "FN:Dr. Ann Quinn Lee M.D.",
    r"ORG:St. Sample\; Hospital;Cardiology\, 2",
)

LINES: Final[list[tuple[Contact, Target, Version, tuple[str, ...]]]] = [
    (
        DOCTOR,
        "universal",
        "3.0",
        (DOCTOR_LINES[0], f"{UID}1", *DOCTOR_LINES[1:], f"ADR;TYPE=WORK:;;{PLACE}", PRODID),
    ),
    (
        DOCTOR,
        "apple",
        "3.0",
        (
            DOCTOR_LINES[0], f"{UID}1", *DOCTOR_LINES[1:],
            f"item1.ADR;TYPE=WORK:;;{PLACE}", "item1.X-ABADR:us", PRODID,
        ),
    ),
    (DOCTOR, "qr", "3.0", (*DOCTOR_LINES, f"ADR;TYPE=WORK:;;{PLACE}")),
    (
        DOCTOR,
        "telegram",
        "2.1",
        (
            *DOCTOR_LINES[:2],
            r"ORG:St. Sample\; Hospital;Cardiology, 2",
            "ADR;WORK:;;1 Hospital Way, Entrance B;Mountain View;CA;94043;United States",
        ),
    ),
    (
        DOCTOR,
        "universal",
        "4.0",
        (
            "KIND:individual", DOCTOR_LINES[0], f"{UID}1", *DOCTOR_LINES[1:],
            f"ADR;TYPE=WORK;CC=US:;;{PLACE}", PRODID,
        ),
    ),
    (
        COMPANY,
        "apple",
        "3.0",
        (
            "N:;;;;", f"{UID}2", r"FN:Brandt\, Sons", r"ORG:Brandt\, Sons;Sales",
            "X-ABShowAs:COMPANY", "ADR;TYPE=WORK:;;;Köln;;50667;Germany", PRODID,
        ),
    ),
    (
        COMPANY,
        "outlook",
        "3.0",
        (
            "N:;;;;", f"{UID}2", r"FN:Brandt\, Sons", r"ORG:Brandt\, Sons;Sales",
            "ADR;TYPE=WORK;CHARSET=UTF-8:;;;Köln;;50667;Germany", PRODID,
        ),
    ),
    (
        REGISTRANT,
        "android",
        "3.0",
        (
            "N:Jansen;Jan;;;", f"{UID}3", "FN:Jan Jansen", "ORG:;Domains",
            "TEL;TYPE=WORK,VOICE:+16502530000", "EMAIL;TYPE=WORK:jan@example.com",
            r"ADR;TYPE=HOME:;;Voorbeeldstraat 1\; b;Amsterdam\, Noord;NH;1012 AB;Netherlands",
            "ADR;TYPE=WORK:;;Elsewhere 2;;;;", PRODID,
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("contact", "target", "version", "lines"), LINES)
def test_each_part_has_its_component(
    contact: Contact, target: Target, version: Version, lines: tuple[str, ...]
) -> None:
    """Names, units and places stand in the components of N, ORG and ADR, each escaped by itself."""
    assert lines_of(contact, target, version) == [f"VERSION:{version}", *lines]


def test_jcard_has_a_list_for_each_structured_value() -> None:
    """N, ORG and ADR are arrays of their components (RFC 7095 section 3.3.1.3)."""
    found = {one[0]: one[1:] for one in json.loads(jcard(DOCTOR).octets)[1]}
    assert {name: found[name] for name in ("fn", "n", "org", "adr")} == {
        "fn": [{}, "text", "Dr. Ann Quinn Lee M.D."],
        "n": [{}, "text", ["Lee", "Ann", "Quinn", "Dr.", "M.D."]],
        "org": [{}, "text", ["St. Sample; Hospital", "Cardiology, 2"]],
        "adr": [
            {"type": "work", "cc": "US"},
            "text",
            [
                "", "", "1 Hospital Way\nEntrance B", "Mountain View", "CA", "94043",
                "United States",
            ],
        ],
    }  # fmt: skip


def test_xcard_has_an_element_for_each_component() -> None:
    """N and ADR have elements of their own, ORG a <text> for each (RFC 6351 appendix A)."""
    text = xcard(REGISTRANT).octets.decode()
    assert "<org><text></text><text>Domains</text></org>" in text
    assert (
        "<street>Voorbeeldstraat 1; b</street><locality>Amsterdam, Noord</locality>"
        "<region>NH</region><code>1012 AB</code><country>Netherlands</country></adr>"
    ) in text
    assert (
        "<n><surname>Lee</surname><given>Ann</given><additional>Quinn</additional>"
        "<prefix>Dr.</prefix><suffix>M.D.</suffix></n>"
        "<org><text>St. Sample; Hospital</text><text>Cardiology, 2</text></org>"
    ) in xcard(DOCTOR).octets.decode()


def test_jscontact_names_the_kind_of_each_component() -> None:
    """A prefix is a title, a middle name the second given one, a text beside a place the street."""
    assert strict_jscontact.card(jscontact(DOCTOR).octets) == {
        "@type": "Card",
        "version": "2.0",
        "uid": DOCTOR.uid,
        "kind": "individual",
        "prodId": "-//vcardsvc//vcardsvc//EN",
        "name": {
            "components": [
                {"kind": "title", "value": "Dr."},
                {"kind": "given", "value": "Ann"},
                {"kind": "given2", "value": "Quinn"},
                {"kind": "surname", "value": "Lee"},
                {"kind": "credential", "value": "M.D."},
            ],
            "isOrdered": True,
            "full": "Dr. Ann Quinn Lee M.D.",
        },
        "organizations": {
            "organization-1": {
                "name": "St. Sample; Hospital",
                "units": [{"name": "Cardiology, 2"}],
            }
        },
        "addresses": {
            "address-1": {
                "full": "1 Hospital Way\nEntrance B\nMountain View, CA 94043\nUnited States",
                "contexts": {"work": True},
                "components": [
                    {"kind": "name", "value": "1 Hospital Way\nEntrance B"},
                    {"kind": "locality", "value": "Mountain View"},
                    {"kind": "region", "value": "CA"},
                    {"kind": "postcode", "value": "94043"},
                    {"kind": "country", "value": "United States"},
                ],
                "countryCode": "US",
            }
        },
    }


def test_a_unit_without_a_company_has_no_name_of_one() -> None:
    """An Organization has a name or units (RFC 9553 section 2.2.3); free text has no components."""
    found = strict_jscontact.card(jscontact(REGISTRANT).octets)
    assert found["organizations"] == {"organization-1": {"units": [{"name": "Domains"}]}}
    assert found["addresses"]["address-2"] == {"full": "Elsewhere 2", "contexts": {"work": True}}


NAMES = [
    (Contact(prefix="Dr.", last="Lee"), "Dr. Lee", False),
    (Contact(first="Ann", middle="Q."), "Ann Q.", False),
    (Contact(first="Acme", organization="Acme", unit="Sales"), "Acme", True),
    (Contact(prefix="Dr.", first="Acme", organization="Acme"), "Dr. Acme", False),
    (Contact(prefix="Dr.", middle="Q.", organization="Acme"), "Acme", True),
]


@pytest.mark.parametrize(("contact", "name", "company"), NAMES)
def test_a_prefix_or_a_middle_name_alone_is_no_person(
    contact: Contact, name: str, company: bool
) -> None:
    """They stand in the full name beside a first or last one; without these it is the company's."""
    assert (full_name(contact), is_company(contact)) == (name, company)


ENVELOPES = [
    (Address(text="1 Way\nTown"), "1 Way\nTown"),
    (Address(text="1 Way", locality="Town", nation="Land"), "1 Way\nTown\nLand"),
    (Address(text="", locality="Town", region="R", code="1"), "Town, R 1"),
    (Address(text="", code="1"), "1"),
    (Address(text="", region="R", nation="Land"), "R\nLand"),
]


@pytest.mark.parametrize(("address", "lines"), ENVELOPES)
def test_an_address_is_written_as_on_an_envelope(address: Address, lines: str) -> None:
    """The street, the town with what parts it, the country; whatever is not known has no line."""
    assert envelope(address) == lines


PLAIN: Final = Contact(first="Ann", last="Lee", addresses=(Address(text="a"), Address(text="b")))


def at(place: int, **parts: Any) -> Contact:
    """PLAIN with these parts of one of its addresses."""
    addresses = list(PLAIN.addresses)
    addresses[place] = structs.replace(addresses[place], **parts)
    return structs.replace(PLAIN, addresses=tuple(addresses))


OTHERS: Final = [
    structs.replace(PLAIN, prefix="x"),
    structs.replace(PLAIN, middle="x"),
    structs.replace(PLAIN, unit="x"),
    *(at(0, **{part: "x"}) for part in ("locality", "region", "code", "nation")),
    at(1, locality="x"),
    at(0, locality="x", region="y"),
    at(0, locality="y", region="x"),
    at(0, text="ax"),
    structs.replace(PLAIN, prefix="x", middle="y"),
    structs.replace(PLAIN, prefix="y", middle="x"),
    structs.replace(PLAIN, prefix="middle", middle="x"),
    structs.replace(PLAIN, middle="prefix", unit="x"),
    structs.replace(PLAIN, note="prefix", title="x"),
    PLAIN,
]


def test_each_part_makes_another_uid() -> None:
    """No two of these contacts are one person, wherever the same words stand."""
    assert len({uid(one) for one in OTHERS}) == len(OTHERS)


def test_a_contact_without_these_parts_keeps_its_uid() -> None:
    """What was identified before there were these parts is still who it was; a country's code is
    found in the text, and says nothing of who it is."""
    known = "urn:uuid:a45055e6-1dde-503b-bd4f-d404c0408dda"
    assert (uid(PLAIN), uid(at(0, country="us"))) == (known, known)
