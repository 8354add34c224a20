"""contact + profile -> properties: what a card says, in which order, before any spelling.

The order is part of what is said. Two readers make it matter: Telegram takes a NOTE that stands
after N for the name, and Android 5 to 7.1 glues a folded line onto an N, ADR or ORG right before
it, so short lines (UID, TEL, PRODID) stand there.
"""

from enum import IntEnum
from hashlib import sha1
from typing import Final, NamedTuple

from vcardsvc.card.profiles import Profile, Types
from vcardsvc.contact import Contact

PRODID: Final = "-//vcardsvc//vcardsvc//EN"
"""Without a version, so that a release changes nobody's octets."""

HOMEPAGE: Final = "homepage"
"""The one website label that is written as no label: 13 of 13 readers see a plain URL."""

NAMESPACE: Final = bytes.fromhex("8c0f3c5be1d64e5c9d0a4f1f6b7a2e90")
"""The UUID namespace of our UIDs (RFC 4122 section 4.3). Changing it changes everybody's UID."""


class Kind(IntEnum):
    """What a value is made of, which decides how it is escaped."""

    TEXT = 0
    PARTS = 1
    URI = 2
    JPEG = 3


class Property(NamedTuple):
    """One line of a card. A tuple, not a dataclass: a card holds dozens, made on the hot path."""

    name: str
    value: str | tuple[str, ...] | bytes
    kind: Kind = Kind.TEXT
    types: Types = ()
    group: str = ""


def full_name(contact: Contact) -> str:
    """FN: first, last, suffix, never reordered."""
    return " ".join(filter(None, (contact.first, contact.last, contact.suffix)))


def uid(contact: Contact) -> str:
    """The caller's own UID, else `urn:uuid:` and the UUID (version 5) of what the contact says.

    The photo takes no part, and neither does any profile: one person, one UID. C0 controls never
    stand in a contact's texts, so they part them here without ambiguity.
    """
    if contact.uid:
        return contact.uid
    said = "\x1e".join(
        (
            "\x1f".join((contact.first, contact.last, contact.suffix)),
            contact.organization,
            contact.title,
            contact.note,
            "\x1f".join([f"{phone.label}\x1d{phone.number}" for phone in contact.phones]),
            "\x1f".join([f"{email.label}\x1d{email.address}" for email in contact.emails]),
            "\x1f".join([f"{address.label}\x1d{address.text}" for address in contact.addresses]),
            "\x1f".join([f"{site.label}\x1d{site.url}" for site in contact.websites]),
        )
    )
    raw = sha1(NAMESPACE + said.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(raw[16], 16) & 3]
    return f"urn:uuid:{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:32]}"


def properties(contact: Contact, profile: Profile) -> list[Property]:
    """Every property of the card between VERSION and END, in its order."""
    said: list[Property] = []
    if contact.note:
        said.append(Property("NOTE", contact.note))
    if contact.title:
        said.append(Property("TITLE", contact.title))
    said.append(Property("N", (contact.last, contact.first, "", "", contact.suffix), Kind.PARTS))
    said.append(Property("UID", uid(contact)))
    said.append(Property("FN", full_name(contact)))
    if contact.organization:
        said.append(Property("ORG", (contact.organization,), Kind.PARTS))
    for phone in contact.phones:
        types = profile.phone_types[phone.label]
        said.append(Property("TEL", phone.e164 or phone.number, Kind.TEXT, types))
    for email in contact.emails:
        types = profile.email_types[email.label]
        said.append(Property("EMAIL", email.address, Kind.TEXT, types))
    for address in contact.addresses:
        types = profile.address_types[address.label]
        # The free text is the street: the third of seven components (RFC 2426 section 3.2.1).
        said.append(Property("ADR", ("", "", address.text, "", "", "", ""), Kind.PARTS, types))
    _websites(contact, said)
    said.append(Property("PRODID", PRODID))
    if contact.photo is not None:
        said.append(Property("PHOTO", contact.photo.jpeg, Kind.JPEG, ("JPEG",)))
    return said


def _websites(contact: Contact, said: list[Property]) -> None:
    items = 0
    for website in contact.websites:
        if not website.label or website.label.lower() == HOMEPAGE:
            said.append(Property("URL", website.url, Kind.URI))
        else:
            items += 1
            group = f"item{items}"
            said.append(Property("URL", website.url, Kind.URI, (), group))
            said.append(Property("X-ABLabel", website.label, Kind.TEXT, (), group))
