"""Our own cards read back: writing and then reading is the identity, in every version."""

from pathlib import Path

import pytest
from msgspec import structs

from tests.support.people import PEOPLE
from tests.support.samples import SAMPLES
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.model.request import Version
from vcardsvc.vcard import profile, write
from vcardsvc.vcard.parser import read

VERSIONS: tuple[Version, ...] = ("2.1", "3.0", "4.0")


@pytest.mark.parametrize("contact", PEOPLE)
@pytest.mark.parametrize("version", VERSIONS)
def test_names_units_and_places_come_back(contact: Contact, version: Version) -> None:
    """Each part of a name, of an organization and of an address comes back as itself."""
    (found,) = read(write(contact, profile("universal", version)).octets)
    assert found.contact == structs.replace(
        contact,
        phones=tuple(Phone(number=one.e164 or one.number) for one in contact.phones),
        addresses=tuple(
            one if version == "4.0" else structs.replace(one, country="")
            for one in contact.addresses
        ),
    )


CARDS = sorted((SAMPLES / "cards").rglob("*.vcf"))
TRUE_OF_OURS = {
    "version-2", "version-4", "mac-roman", "photo-data-uri",  # the version that was requested
    "long-line", "charset-parameter", "fax-alone", "unknown-type",  # the target's own reader
    "many-emails", "many-urls", "n-empty", "value-type",  # what the contact holds
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
