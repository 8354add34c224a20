"""contact + profile -> properties: what a card says, in which order, before any spelling.

The order is part of what is said. Two readers make it matter: Telegram takes a NOTE that stands
after N for the name, and Android 5 to 7.1 glues a folded line onto an N, ADR or ORG right before
it, so short lines (UID, TEL, PRODID) stand there where they can: a folded address or website after
an address, or a caller's own UID of over 71 octets, is still lost to those readers.
"""

from hashlib import sha1
from typing import Final

from vcardsvc.card.profiles import Profile
from vcardsvc.contact import Contact

Value = str | tuple[str, ...]
"""Text, or the components of a structured value."""

Property = tuple[str, Value]
"""A line of a card: its head up to the colon (`TEL;TYPE=WORK,VOICE:`), and its value, unescaped.
Plain tuples: a card holds dozens, and a named one costs four times as much to make."""

PRODID: Final = "-//vcardsvc//vcardsvc//EN"
"""Without a version, so that a release changes nobody's octets."""

NAMESPACE: Final = bytes.fromhex("8c0f3c5be1d64e5c9d0a4f1f6b7a2e90")
"""The UUID namespace of our UIDs (RFC 4122 section 4.3). Changing it changes everybody's UID."""


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
    said = [contact.first, contact.last, contact.suffix]
    said += (contact.organization, contact.title, contact.note)
    for phone in contact.phones:
        said += ("tel", phone.label, phone.number)
    for email in contact.emails:
        said += ("email", email.label, email.address)
    for address in contact.addresses:
        said += ("adr", address.label, address.text)
    for site in contact.websites:
        said += ("url", site.label, site.url)
    raw = sha1(NAMESPACE + "\x1f".join(said).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(raw[16], 16) & 3]
    return f"urn:uuid:{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:32]}"


def properties(contact: Contact, profile: Profile) -> list[Property]:
    """Every property of the card between VERSION and PHOTO, in its order."""
    said: list[Property] = []
    if contact.note:
        said.append(("NOTE:", contact.note))
    if contact.title:
        said.append(("TITLE:", contact.title))
    said.append(("N:", (contact.last, contact.first, "", "", contact.suffix)))
    said.append(("UID:", uid(contact)))
    said.append(("FN:", full_name(contact)))
    if contact.organization:
        said.append(("ORG:", contact.organization))
    for phone in contact.phones:
        said.append((profile.phone_heads[phone.label], phone.e164 or phone.number))
    for email in contact.emails:
        said.append((profile.email_heads[email.label], email.address))
    for address in contact.addresses:
        # The free text is the street: the third of seven components (RFC 2426 section 3.2.1).
        parts = ("", "", address.text, "", "", "", "")
        said.append((profile.address_heads[address.label], parts))
    _websites(contact, said)
    said.append(("PRODID:", PRODID))
    return said


def _websites(contact: Contact, said: list[Property]) -> None:
    items = 0
    for website in contact.websites:
        if not website.label:
            said.append(("URL:", website.url))
        else:
            items += 1
            said.append((f"item{items}.URL:", website.url))
            said.append((f"item{items}.X-ABLabel:", website.label))
