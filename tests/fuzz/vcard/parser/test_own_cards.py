"""Any card of ours is read back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.drawn_contacts import contacts
from tests.support.hypothesis_profiles import examples
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
    pause = " ext. " if version == "4.0" else "p"
    names = ("first", "last", "suffix", "prefix", "middle", "unit")
    places = ("locality", "region", "code", "nation")
    texts: dict[str, Any] = {name: one_blank(getattr(contact, name)) for name in names}
    return structs.replace(
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
            structs.replace(one, address=one_blank(one.address)) for one in contact.emails
        ),
        addresses=tuple(
            Address(
                text=one.text,
                label=one.label,
                country=one.country if version == "4.0" else "",
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


@examples(300)
@given(contacts(), st.sampled_from(VERSIONS))
def test_any_card_of_ours_is_read_back(contact: Contact, version: Version) -> None:
    """A card says, in every version, what it was written from: all but whether a number is certain,
    the code of a country (it is read from 4.0), and how many blanks part the words of a line."""
    (found,) = read(write(contact, profile("universal", version)).octets)
    assert found.contact == as_read(contact, version)
