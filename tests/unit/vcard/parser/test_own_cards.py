"""Our own cards read back: writing and then reading is the identity, in every version."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.vcard.test_roundtrip import contacts
from tests.support.people import PEOPLE
from tests.support.samples import SAMPLES
from vcardsvc.model.contact import Address, Contact, Phone, Website, composed
from vcardsvc.model.request import Version
from vcardsvc.vcard import profile, write
from vcardsvc.vcard.parser import read
from vcardsvc.vcard.properties import uid


def one_blank(text: str) -> str:
    """A text of one line as the reader leaves it."""
    return " ".join(text.split())


def as_read(contact: Contact, version: Version) -> Contact:
    """The contact as the reader shall find it in its universal card."""
    pause = ";ext=" if version == "4.0" else "p"
    names = ("first", "last", "suffix", "prefix", "middle", "unit")
    places = ("locality", "region", "code", "nation")
    texts: dict[str, Any] = {name: one_blank(getattr(contact, name)) for name in names}
    return dataclasses.replace(
        contact,
        **texts,
        phones=tuple(
            Phone(
                number=one.e164.replace("p", pause) if one.e164 else one_blank(one.number),
                label=one.label,
            )
            for one in contact.phones
        ),
        emails=tuple(
            dataclasses.replace(one, address=one_blank(one.address)) for one in contact.emails
        ),
        addresses=tuple(
            Address(
                text=one.text,
                label=one.label,
                **{name: one_blank(getattr(one, name)) for name in places},
            )
            for one in contact.addresses
        ),
        websites=tuple(
            Website(url=composed(one.url), label=one_blank(one.label)) for one in contact.websites
        ),
        uid=one_blank(uid(contact)),
    )


VERSIONS: tuple[Version, ...] = ("2.1", "3.0", "4.0")


@settings(max_examples=300, deadline=None)
@given(contacts(), st.sampled_from(VERSIONS))
def test_any_card_of_ours_is_read_back(contact: Contact, version: Version) -> None:
    """A card says, in every version, what it was written from: all but whether a number is certain,
    the code of a country, and how many blanks part the words of a line."""
    (found,) = read(write(contact, profile("universal", version)).octets)
    assert found.contact == as_read(contact, version)


@pytest.mark.parametrize("contact", PEOPLE)
@pytest.mark.parametrize("version", VERSIONS)
def test_names_units_and_places_come_back(contact: Contact, version: Version) -> None:
    """Each part of a name, of an organization and of an address comes back as itself."""
    (found,) = read(write(contact, profile("universal", version)).octets)
    assert found.contact == dataclasses.replace(
        contact,
        phones=tuple(Phone(number=one.e164 or one.number) for one in contact.phones),
        addresses=tuple(dataclasses.replace(one, country="") for one in contact.addresses),
    )


CARDS = sorted((SAMPLES / "cards").rglob("*.vcf"))
TRUE_OF_OURS = {
    "version-2", "version-4", "mac-roman", "photo-data-uri",  # the version that was asked for
    "long-line", "charset-parameter", "fax-alone", "unknown-type",  # the target's own reader
    "many-emails", "many-urls", "n-empty",  # what the contact holds
    "tel-glued", "tel-no-digits", "mail-no-address",  # values kept as typed, and ;ext= in 4.0
}  # fmt: skip
UNIVERSAL = {"many-emails", "many-urls"}


@pytest.mark.parametrize("path", CARDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_own_cards_show_what_is_true_alone(path: Path) -> None:
    """No card of the samples breaks a grammar; the universal ones show but Outlook's limits."""
    codes = {finding.code for one in read(path.read_bytes()) for finding in one.findings}
    assert codes <= (
        UNIVERSAL
        if path.parent.name == "cards" and not path.name.startswith(("target-", "version-"))
        else TRUE_OF_OURS
    )
