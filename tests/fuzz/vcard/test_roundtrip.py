"""Any accepted contact, drawn from all of Unicode, comes back from readers that are not ours."""

from typing import Any

import vobject
from hypothesis import given, settings

from tests.support import strict_vcard as strict
from tests.support.drawn_contacts import contacts
from tests.support.hypothesis_profiles import examples
from tests.support.readers import expected as shown
from vcardsvc.model.contact import Contact
from vcardsvc.vcard import UNIVERSAL, write
from vcardsvc.vcard.properties import full_name, in_parts, is_company, uid

ADDRESS = ("box", "extended", "street", "city", "region", "code", "country")
"""vobject's names for the components of ADR."""


def fields_of(contact: Contact) -> dict[str, Any]:
    """What a reader shall find, as `strict.parse` names it."""
    types = UNIVERSAL.phone_types, UNIVERSAL.email_types, UNIVERSAL.address_types
    phones, emails, addresses = types
    return {
        "n": (contact.last, contact.first, contact.middle, contact.prefix, contact.suffix),
        "fn": full_name(contact),
        "uid": uid(contact),
        "org": tuple(shown.org(contact) or ()) or None,
        "title": contact.title or None,
        "note": contact.note or None,
        "phones": tuple(
            (",".join(phones[one.label]), one.e164 or one.number) for one in contact.phones
        ),
        "emails": tuple((",".join(emails[one.label]), one.address) for one in contact.emails),
        "addresses": tuple(
            (",".join(addresses[one.label]), tuple(shown.parts(one))) for one in contact.addresses
        ),
        "websites": tuple(
            (one.url, None if one.label.lower() in ("", "homepage") else one.label)
            for one in contact.websites
        ),
    }


@examples(300)
@given(contacts())
def test_any_contact_survives_the_strict_reader(contact: Contact) -> None:
    """Every line of any card keeps RFC 2426, and reading it gives the contact."""
    card = strict.parse(write(contact).octets)
    assert {name: getattr(card, name) for name in fields_of(contact)} == fields_of(contact)


@examples(300)
@given(contacts())
def test_any_contact_survives_vobject(contact: Contact) -> None:
    """vobject, a reader of other hands, finds the contact in any card."""
    found = vobject.readOne(write(contact).octets.decode())
    expected = fields_of(contact)
    name = found.n.value
    assert (name.family, name.given, name.additional, name.prefix, name.suffix) == expected["n"]
    assert found.fn.value == expected["fn"]
    assert [one.value for one in found.contents.get("tel", [])] == [
        number for _, number in expected["phones"]
    ]
    assert [one.value for one in found.contents.get("email", [])] == [
        address for _, address in expected["emails"]
    ]
    assert [
        tuple(getattr(one.value, name) for name in ADDRESS) for one in found.contents.get("adr", [])
    ] == [components for _, components in expected["addresses"]]
    assert [tuple(one.value) for one in found.contents.get("org", [])] == (
        [expected["org"]] if expected["org"] else []
    )
    assert [one.value for one in found.contents.get("note", [])] == (
        [expected["note"]] if expected["note"] else []
    )
    assert [one.value for one in found.contents.get("url", [])] == [
        url for url, _ in expected["websites"]
    ]


def test_the_strategy_draws_contacts_worth_reading() -> None:
    """The properties above are not passed by refusing everything."""
    found = []

    @settings(max_examples=100, database=None, derandomize=True)
    @given(contacts())
    def draw(contact: Contact) -> None:
        found.append(contact)

    draw()
    assert sum(bool(one.phones or one.websites) for one in found) > 20
    assert sum(bool(one.prefix or one.middle) for one in found) > 20
    assert sum(bool(one.unit) for one in found) > 10
    assert sum(is_company(one) for one in found) > 3
    assert sum(any(map(in_parts, one.addresses)) for one in found) > 10
