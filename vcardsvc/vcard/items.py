"""Lists the properties of a contact in terms of vCard 4.0 (RFC 6350), for jCard and xCard.

Strategy: both formats write this one list, so they hold the same. Values are unescaped.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Literal

from vcardsvc.model.contact import Address, Contact
from vcardsvc.vcard.profile import PHONE_TYPES_V40
from vcardsvc.vcard.properties import (
    PRODID,
    address_parts,
    full_name,
    is_company,
    is_uri,
    name_parts,
    organization,
    tel_uri,
    uid,
)

Kind = Literal["text", "uri"]
"""The value types of RFC 6350 section 4 that contacts need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Holds one property: its name in lower case, the type of its value, and the value, unescaped:
    a text, or the components of a structured value.

    `types` are TYPE, `pref` is PREF (1 to 100), `group` the property group; `params` are other
    parameters, name in lower case and value.
    """

    name: str
    kind: Kind = "text"
    value: str | tuple[str, ...]
    types: tuple[str, ...] = ()
    pref: int | None = None
    group: str = ""
    params: tuple[tuple[str, str], ...] = ()


def items(contact: Contact) -> list[Item]:
    """Return every property of the contact except VERSION, which xCard has not (RFC 6351 section
    5).

    The order is fixed: kind, PRODID, UID, names and texts, the lists in the contact's order, the
    photo.
    """
    identity = uid(contact)
    properties = [
        Item(name="kind", value="org" if is_company(contact) else "individual"),
        Item(name="prodid", value=PRODID),
        Item(name="uid", kind="uri" if is_uri(identity) else "text", value=identity),
        Item(name="fn", value=full_name(contact)),
        Item(name="n", value=name_parts(contact)),
    ]
    texts = {"org": organization(contact), "title": contact.title, "note": contact.note}
    properties += [Item(name=name, value=value) for name, value in texts.items() if value]
    properties += _phones(contact)
    for email in contact.emails:
        properties.append(Item(name="email", value=email.address, types=(email.label,)))
    properties += [_address(address) for address in contact.addresses]
    properties += _websites(contact)
    if contact.photo:
        properties.append(Item(name="photo", kind="uri", value=data_uri(contact.photo.jpeg)))
    return properties


def data_uri(jpeg: bytes) -> str:
    """Return a photo as a data URI (RFC 2397)."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


def first_main(contact: Contact) -> int | None:
    """Return the index of the first main number, the preferred one; None without one."""
    return next((at for at, phone in enumerate(contact.phones) if phone.label == "main"), None)


def _phones(contact: Contact) -> list[Item]:
    preferred = first_main(contact)
    properties = []
    for at, phone in enumerate(contact.phones):
        properties.append(
            Item(
                name="tel",
                kind="uri" if phone.e164 else "text",
                value=tel_uri(phone.e164) if phone.e164 else phone.number,
                types=tuple(map(str.lower, PHONE_TYPES_V40[phone.label])),
                pref=1 if at == preferred else None,
            )
        )
    return properties


def _address(address: Address) -> Item:
    return Item(
        name="adr",
        value=address_parts(address),
        types=(address.label,),
        # RFC 8605 section 3.1: an ISO 3166-1 code, in capitals.
        params=(("cc", address.country.upper()),) if address.country else (),
    )


def _websites(contact: Contact) -> list[Item]:
    properties = []
    groups = 0
    for website in contact.websites:
        group = ""
        if website.label:
            groups += 1
            group = f"item{groups}"
        properties.append(Item(name="url", kind="uri", value=website.url, group=group))
        if website.label:
            # RFC 6350 has no label for URL; readers know a group with Apple's X-ABLabel.
            properties.append(Item(name="x-ablabel", value=website.label, group=group))
    return properties
