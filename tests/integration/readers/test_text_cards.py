"""Readers of other hands find the whole contact in text cards of 4.0 and 2.1.

Drawn contacts for each; every field is compared. Where a reader is at fault, the line
that says so is the only thing left out.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import assume, given
from msgspec import structs

from tests.support.drawn_contacts import many_contacts, pictured, replaced
from tests.support.readers import Name, Reader
from tests.support.readers.expected import four, parts
from vcardsvc.model.contact import Contact
from vcardsvc.vcard import profile, write

FOUR: Final = profile("universal", "4.0")
TWO: Final = profile("universal", "2.1")

CRLF: Final = {0x0A: "\r\n"}
"""A line break in quoted-printable (RFC 2045 section 6.7, rule 4)."""


@pytest.fixture(scope="module")
def ez(reader_of: Callable[[Name], Reader]) -> Reader:
    """ez-vcard."""
    return reader_of("ez")


@pytest.fixture(scope="module")
def ical(reader_of: Callable[[Name], Reader]) -> Reader:
    """ical.js."""
    return reader_of("ical")


def escaped(label: str | None) -> str | None:
    """An X-ABLabel as both readers give it back: as it is written, escapes and all."""
    return label and label.replace("\\", "\\\\").replace(",", "\\,")


def with_escaped_labels(fields: dict[str, Any]) -> dict[str, Any]:
    """The same, each label as a reader finds it that does not unescape X-ABLabel."""
    return {**fields, "urls": [{**one, "label": escaped(one["label"])} for one in fields["urls"]]}


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_ez_vcard_reads_any_card_of_4_0(ez: Reader, contact: Contact) -> None:
    """ez-vcard finds everything in the 4.0 card of any accepted contact."""
    assert ez.card(write(contact, FOUR).octets) == with_escaped_labels(four(contact))


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_ical_js_reads_any_card_of_4_0(ical: Reader, contact: Contact) -> None:
    """ical.js finds everything in the 4.0 card of any accepted contact."""
    # It takes the end of an escaped backslash for the start of an escaped semicolon.
    assume(not any("\\" in text for text in components(contact)))
    assert ical.card(write(contact, FOUR).octets) == with_escaped_labels(four(contact))


def components(contact: Contact) -> list[str]:
    """What stands in structured values."""
    name = [contact.first, contact.last, contact.middle, contact.prefix, contact.suffix]
    addresses = [part for one in contact.addresses for part in parts(one)]
    return [*name, contact.organization, contact.unit, *addresses]


def two(contact: Contact) -> dict[str, Any]:
    """The contact as any reader of 2.1 shall find it: the usual types, no kind, no preference."""
    types = TWO.phone_types, TWO.email_types, TWO.address_types
    phones, emails, addresses = ({one: sorted(of[one]) for one in of} for of in types)
    return {
        **four(contact),
        "version": "2.1",
        "kind": None,
        "tels": [
            {"types": phones[one.label], "pref": None, "value": one.e164 or one.number}
            for one in contact.phones
        ],
        "emails": [
            {"types": emails[one.label], "pref": None, "value": one.address}
            for one in contact.emails
        ],
        "adrs": [
            {
                "types": addresses[one.label],
                "pref": None,
                "country": None,
                "parts": parts(one),
            }
            for one in contact.addresses
        ],
    }


def without_backslashes(contact: Contact) -> Contact:
    """The same contact: ez-vcard takes backslashes for escapes, of which 2.1 has none in texts."""
    texts = {
        name: value.replace("\\", "/")
        for name, value in structs.asdict(contact).items()
        if isinstance(value, str)
    }
    lists = {
        "phones": tuple(_plain(one, "number") for one in contact.phones),
        "emails": tuple(_plain(one, "address") for one in contact.emails),
        "addresses": tuple(
            _plain(one, "text", "locality", "region", "code", "nation") for one in contact.addresses
        ),
        "websites": tuple(_plain(one, "label") for one in contact.websites),
    }
    changes: dict[str, Any] = {**texts, **lists}
    return structs.replace(contact, **changes)


def _plain(entry: Any, *members: str) -> Any:
    texts = {member: getattr(entry, member).replace("\\", "/") for member in members}
    return structs.replace(entry, **texts)


@pytest.mark.timeout(300)
@many_contacts
@given(contact=pictured())
def test_ez_vcard_reads_any_card_of_2_1(ez: Reader, contact: Contact) -> None:
    """ez-vcard finds everything in the 2.1 card of any accepted contact."""
    fields = without_backslashes(contact)
    assert ez.card(write(fields, TWO).octets) == replaced(two(fields), CRLF)
