"""The recorded cards for every target and version, in readers of other hands.

Each reader finds the fields that the target's card is meant to carry. What a reader is known to
misread stands beside it, by name.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import structs

from tests.support.contact_requests import JSON_API
from tests.support.readers import Name, Reader
from tests.support.recorded_cards import plain, seen
from tests.support.samples import CARDS, KINDS, REQUESTS, cards, parse
from vcardsvc.apis.base import Request
from vcardsvc.model.contact import Address, Contact
from vcardsvc.validation.countries import address_country
from vcardsvc.vcard import adapted, profile
from vcardsvc.vcard.properties import full_name

READERS: Final[tuple[Name, ...]] = ("ical", "ez", "sabre", "eds")
TEXTS: Final = ["universal", *(kind for kind, (_, end) in KINDS.items() if end == "vcf")]

NOTED: Final = {"four-of-everything", "note-with-everything"}
"""The samples with a semicolon in a text."""

EVERY: Final = {"every-member", "every-member-of-a-company"}
"""The samples with an extension, and a name that a soft line break parts in 2.1."""

QUOTED: Final = {"four-of-everything", "jose", "li-xiaolong", "lukasz", "neha-sharma", *EVERY}
"""The samples that are not all ASCII, or hold a line break, outside of their notes."""

MISREAD: Final[dict[tuple[str, str], tuple[str, set[str]]]] = {
    ("sabre", "2.1"): ("no quoted-printable", QUOTED | {"note-with-everything"}),
    ("ez", "2.1"): ("a TZ that is no offset is an error", {"every-member"}),
    ("eds", "2.1"): (
        "a bare semicolon cuts a text; a comma an address; soft line breaks stay",
        {"lukasz", *NOTED, *EVERY},
    ),
    ("eds", "telegram"): ("a bare semicolon cuts a text", {"note-with-everything"}),
    ("eds", "4.0"): ("a bare semicolon cuts a text, and a URI", NOTED | EVERY),
}
"""(reader, kind): what the reader is at fault with, and the samples that show it."""

PAIRS: Final = [
    (reader, kind)
    for reader in READERS
    for kind in TEXTS
    if reader != "ical" or kind not in ("2.1", "telegram")  # it reads 3.0 and 4.0 only
]


@cache
def contact_of(name: str) -> Contact:
    """The contact of a sample."""
    body = parse((REQUESTS / f"{name}.http").read_bytes()).body
    contact = JSON_API.read(Request(body=body)).contact
    countries = [address_country(one.text) for one in contact.addresses]
    pairs = zip(contact.addresses, countries, strict=True)
    return structs.replace(
        contact, addresses=tuple(structs.replace(one, country=code) for one, code in pairs)
    )


def expected(name: str, kind: str) -> dict[str, Any]:
    """What is meant to be found, in values; types have golden files of their own."""
    chosen = profile("universal", kind) if kind in ("2.1", "4.0") else profile(kind)
    contact, _ = adapted(contact_of(name), chosen)
    four = chosen.version == "4.0"
    rows = chosen.websites == "custom-row"
    return {
        "version": chosen.version,
        "fn": full_name(contact),
        "n": [contact.last, contact.first, contact.middle, contact.prefix, contact.suffix],
        "org": list(filter(None, (contact.organization, contact.unit))) or None,
        "title": contact.title or None,
        "note": contact.note or None,
        "tels": [_number(one.e164, one.number, four) for one in contact.phones],
        "emails": [one.address for one in contact.emails],
        "adrs": [_parts(one) for one in contact.addresses],
        "urls": [one.url for one in contact.websites if not (rows and one.label)],
    }


def _file(sample: str, kind: str) -> Path:
    return (CARDS if kind == "universal" else CARDS / kind) / f"{sample}.vcf"


def _parts(one: Address) -> list[str]:
    return [one.box, one.extended, one.text, one.locality, one.region, one.code, one.nation]


def _number(e164: str | None, typed: str, four: bool) -> str:
    if four and e164:
        return "tel:" + e164.replace("p", ";ext=")
    return e164 or typed


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_a_reader_finds_what_the_card_is_meant_to_carry(
    reader_of: Callable[[Name], Reader], name: Name, kind: str
) -> None:
    """Every recorded card of this kind, in this reader: the values of every field."""
    wrong = set()
    for sample in cards():
        found = reader_of(name).card(_file(sample, kind).read_bytes())
        if "error" in found or plain(seen(found)) != plain(expected(sample, kind)):
            wrong.add(sample)
    assert wrong == MISREAD.get((name, kind), ("", set()))[1]


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_has_three_readers(kind: str) -> None:
    """No target and no version is judged by fewer than three readers of other hands."""
    assert len([name for name, of in PAIRS if of == kind]) >= 3
