"""contact -> items: what a contact says in the terms of vCard 4.0 (RFC 6350), before JSON or XML.

jCard and xCard are two spellings of this one list, so they cannot disagree. What must never enter
here: an escape or a fold (they belong to the spelling), or a reader's preferences (they belong to
the profiles of the text card).
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Literal

from vcardsvc.model.contact import Address, Contact
from vcardsvc.vcard.profile import FOUR_PHONES
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
"""The value types of RFC 6350 section 4 that a contact needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One property: its name in lower case, the type of its value, and the value: a text, or the
    components of a structured one, unescaped.

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
    """Every property of the contact but VERSION, which xCard has no place for (RFC 6351 section 5).

    The order is fixed: who made it, who it is, then the lists in the contact's own order, the photo
    last.
    """
    identity = uid(contact)
    found = [
        Item(name="kind", value="org" if is_company(contact) else "individual"),
        Item(name="prodid", value=PRODID),
        Item(name="uid", kind="uri" if is_uri(identity) else "text", value=identity),
        Item(name="fn", value=full_name(contact)),
        Item(name="n", value=name_parts(contact)),
    ]
    texts = {"org": organization(contact), "title": contact.title, "note": contact.note}
    found += [Item(name=name, value=value) for name, value in texts.items() if value]
    found += _phones(contact)
    for email in contact.emails:
        found.append(Item(name="email", value=email.address, types=(email.label,)))
    found += [_address(address) for address in contact.addresses]
    found += _websites(contact)
    if contact.photo:
        found.append(Item(name="photo", kind="uri", value=data_uri(contact.photo.jpeg)))
    return found


def data_uri(jpeg: bytes) -> str:
    """A photo as a data URI (RFC 2397)."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


def first_main(contact: Contact) -> int | None:
    """The place of the first main number, which is the preferred one; None without any."""
    return next((at for at, phone in enumerate(contact.phones) if phone.label == "main"), None)


def _phones(contact: Contact) -> list[Item]:
    preferred = first_main(contact)
    found = []
    for at, phone in enumerate(contact.phones):
        found.append(
            Item(
                name="tel",
                kind="uri" if phone.e164 else "text",
                value=tel_uri(phone.e164) if phone.e164 else phone.number,
                types=tuple(map(str.lower, FOUR_PHONES[phone.label])),
                pref=1 if at == preferred else None,
            )
        )
    return found


def _address(address: Address) -> Item:
    return Item(
        name="adr",
        value=address_parts(address),
        types=(address.label,),
        # RFC 8605 section 3.1: an ISO 3166-1 code, which ISO spells in capitals.
        params=(("cc", address.country.upper()),) if address.country else (),
    )


def _websites(contact: Contact) -> list[Item]:
    found = []
    groups = 0
    for website in contact.websites:
        group = ""
        if website.label:
            groups += 1
            group = f"item{groups}"
        found.append(Item(name="url", kind="uri", value=website.url, group=group))
        if website.label:
            # RFC 6350 has no label for URL; a group and Apple's X-ABLabel is what readers know.
            found.append(Item(name="x-ablabel", value=website.label, group=group))
    return found
