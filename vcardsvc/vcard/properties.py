"""contact + profile -> properties: what a card says, in which order, before any spelling.

The order is the profile's. In the contract's own, a folded address or website after an address, or
a caller's own UID of over 71 octets, is still lost to Android 5 to 7.1, which glues it onto the
line before.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha1
from typing import Final

from vcardsvc.model.contact import Address, Contact, Phone, Website
from vcardsvc.vcard.profile import Profile, typed

Value = str | tuple[str, ...]
"""Text, or the components of a structured value."""

Property = tuple[str, Value]
"""A line of a card: its head up to the colon (`TEL;TYPE=WORK,VOICE:`), and its value, unescaped.
Plain tuples: a card holds dozens, and a named one costs four times as much to make."""

PRODID: Final = "-//vcardsvc//vcardsvc//EN"
"""Without a version, so that a release changes nobody's octets."""

NAMESPACE: Final = bytes.fromhex("8c0f3c5be1d64e5c9d0a4f1f6b7a2e90")
"""The UUID namespace of our UIDs (RFC 4122 section 4.3). Changing it changes everybody's UID."""

HOMEPAGE: Final = "_$!<HomePage>!$_"
"""Apple's own label of a homepage, which it shows in the reader's language."""

WEBSITE_ROW: Final = "vnd.android.cursor.item/website"
CUSTOM_TYPE: Final = "0"
"""The kind and type of a row of Android's contacts that is a website with a label of its own
(ContactsContract.CommonDataKinds.Website: data1 the address, data2 the type, data3 the label)."""

ADDRESS_PARTS: Final = ("locality", "region", "code", "nation")
"""What an address may have beside its text: the last components of ADR (RFC 2426 section 3.2.1)."""

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[!#$&-;=?-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})+")
"""A scheme and the characters of RFC 3986 section 2 behind it."""


def full_name(contact: Contact) -> str:
    """FN: prefix, first, middle, last, suffix, never reordered; a company's own name where there is
    no person (without a first or last name there is none)."""
    if not contact.first and not contact.last and contact.organization:
        return contact.organization
    said = (contact.prefix, contact.first, contact.middle, contact.last, contact.suffix)
    return " ".join(filter(None, said))


def is_company(contact: Contact) -> bool:
    """Whether the contact is a company without a person: it has no name but the company's."""
    company = contact.organization.casefold()
    return bool(company) and full_name(contact).casefold() == company


def uid(contact: Contact) -> str:
    """The caller's own UID, else `urn:uuid:` and the UUID (version 5) of what the contact says.

    The photo takes no part, and neither does any profile: one person, one UID. C0 controls never
    stand in a contact's texts, so they part them here without ambiguity. What a contact does not
    have to have takes part under a word of its own, and only where it is: a contact without it
    keeps its UID.
    """
    if contact.uid:
        return contact.uid
    said = [contact.first, contact.last, contact.suffix]
    said += (contact.organization, contact.title, contact.note)
    if contact.prefix or contact.middle or contact.unit:
        said += _later(contact, ("prefix", "middle", "unit"))
    for phone in contact.phones:
        said += ("tel", phone.label, phone.number)
    for email in contact.emails:
        said += ("email", email.label, email.address)
    for address in contact.addresses:
        said += ("adr", address.label, address.text)
        if in_parts(address):
            said += _later(address, ADDRESS_PARTS)
    for site in contact.websites:
        said += ("url", site.label, site.url)
    raw = sha1(NAMESPACE + "\x1f".join(said).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(raw[16], 16) & 3]
    return f"urn:uuid:{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:32]}"


def _later(value: Contact | Address, parts: tuple[str, ...]) -> list[str]:
    found = [(part, getattr(value, part)) for part in parts]
    return [word for pair in found if pair[1] for word in pair]


def in_parts(address: Address) -> bool:
    """Whether anything is known of an address beside its text, which then is the street."""
    return bool(address.locality or address.region or address.code or address.nation)


def properties(contact: Contact, profile: Profile) -> list[Property]:
    """Every property of the card between VERSION and PHOTO, in the profile's order."""
    said: list[Property] = []
    for say in _sayers(profile.order):
        say(contact, profile, said)
    return said


@cache
def _sayers(order: tuple[str, ...]) -> "tuple[Say, ...]":
    return tuple(_SAY[name] for name in order)


Say = Callable[[Contact, Profile, list[Property]], None]


def _note(contact: Contact, _: Profile, said: list[Property]) -> None:
    if contact.note:
        said.append(("NOTE:", contact.note))


def _title(contact: Contact, _: Profile, said: list[Property]) -> None:
    if contact.title:
        said.append(("TITLE:", contact.title))


def _n(contact: Contact, profile: Profile, said: list[Property]) -> None:
    said.append(("N:", name_parts(contact)))


def name_parts(contact: Contact) -> tuple[str, ...]:
    """The components of N (RFC 2426 section 3.1.2): last, first, middle, prefix, suffix."""
    return (contact.last, contact.first, contact.middle, contact.prefix, contact.suffix)


def _uid(contact: Contact, profile: Profile, said: list[Property]) -> None:
    identity = uid(contact)
    text = profile.version == "4.0" and not is_uri(identity)
    said.append(("UID;VALUE=text:" if text else "UID:", identity))


def is_uri(identity: str) -> bool:
    """Whether a UID is a URI, as 4.0 takes every UID to be that does not say it is text."""
    return _URI.fullmatch(identity) is not None


def _fn(contact: Contact, _: Profile, said: list[Property]) -> None:
    said.append(("FN:", full_name(contact)))


def _org(contact: Contact, profile: Profile, said: list[Property]) -> None:
    if value := organization(contact):
        said.append(("ORG:", value))


def organization(contact: Contact) -> Value:
    """ORG: the company, and where it is known its unit as another component (RFC 2426 section
    3.5.5); "" without both."""
    return (contact.organization, contact.unit) if contact.unit else contact.organization


def _show_as(contact: Contact, _: Profile, said: list[Property]) -> None:
    if is_company(contact):
        said.append(("X-ABShowAs:", "COMPANY"))


def _kind(contact: Contact, _: Profile, said: list[Property]) -> None:
    said.append(("KIND:", "org" if is_company(contact) else "individual"))


def _tel(contact: Contact, profile: Profile, said: list[Property]) -> None:
    heads = profile.phone_heads
    if profile.version == "4.0":
        _tel_four(contact, profile, said)
    elif profile.waid or profile.phone_again:
        _tel_special(contact, profile, said)
    else:
        for phone in contact.phones:
            said.append((heads[phone.label], phone.e164 or phone.number))


def _tel_special(contact: Contact, profile: Profile, said: list[Property]) -> None:
    met = set()
    for phone in contact.phones:
        head = profile.phone_heads[phone.label]
        if phone.label in met:
            head = profile.again_heads.get(phone.label, head)
        met.add(phone.label)
        if profile.waid and (account := whatsapp_account(phone)):
            head = f"{head[:-1]};waid={account}:"
        said.append((head, phone.e164 or phone.number))


def whatsapp_account(phone: Phone) -> str:
    """The digits by which WhatsApp knows a valid number, else "": neither a fax, a pager nor an
    extension has an account of its own."""
    digits = (phone.e164 or "").removeprefix("+")
    return digits if digits.isdigit() and phone.label not in ("fax", "pager") else ""


def _tel_four(contact: Contact, profile: Profile, said: list[Property]) -> None:
    preferred = ";PREF=1"
    for phone in contact.phones:
        head = profile.phone_heads[phone.label][:-1]
        if phone.label == "main":
            head, preferred = head + preferred, ""
        uri = tel_uri(phone.e164 or "") if profile.tel_uris else ""
        if uri:
            said.append((head.replace("TEL", "TEL;VALUE=uri", 1) + ":", uri))
        else:
            said.append((head + ":", phone.e164 or phone.number))


def tel_uri(e164: str) -> str:
    """`tel:+16502530000;ext=12` for `+16502530000p12` (RFC 3966); "" for more than one pause, and
    for * and #, which an extension cannot hold."""
    number, _, extension = e164.partition("p")
    if extension:
        return f"tel:{number};ext={extension}" if extension.isdigit() else ""
    return f"tel:{number}" if number else ""


def _email(contact: Contact, profile: Profile, said: list[Property]) -> None:
    heads = profile.email_heads
    for email in contact.emails:
        said.append((heads[email.label], email.address))


def _adr(contact: Contact, profile: Profile, said: list[Property]) -> None:
    heads, items = profile.address_heads, 0
    for address in contact.addresses:
        parts = address_parts(address)
        head = heads[address.label]
        if not address.country:
            said.append((head, parts))
        elif profile.version == "4.0":
            country = address.country.upper()
            said.append((f"{head[:-1]};CC={country}:", parts))  # RFC 8605 section 3.1
        elif profile.address_country:
            items += 1
            said.append((f"item{items}.{head}", parts))
            said.append((f"item{items}.X-ABADR:", address.country))
        else:
            said.append((head, parts))


def address_parts(address: Address) -> tuple[str, ...]:
    """The components of ADR (RFC 2426 section 3.2.1): free text is the street, the third of seven.
    Box and extended address are never known: they stand in the text."""
    town = address.locality
    return ("", "", address.text, town, address.region, address.code, address.nation)


def envelope(address: Address) -> str:
    """The whole address in lines, as on an envelope: free text is as it is."""
    area = " ".join(filter(None, (address.region, address.code)))
    town = ", ".join(filter(None, (address.locality, area)))
    return "\n".join(filter(None, (address.text, town, address.nation)))


def _url(contact: Contact, profile: Profile, said: list[Property]) -> None:
    if profile.websites == "typed":
        kinds = website_types(contact.websites, profile)
        for website, kind in zip(contact.websites, kinds, strict=True):
            said.append((f"URL{typed((kind,), profile.style)}:", website.url))
        return
    items = 0
    if profile.address_country and profile.version != "4.0":
        items = sum(bool(address.country) for address in contact.addresses)
    write = _WEBSITES[profile.websites]
    for website in contact.websites:
        items = write(website, said, items)


def _plain(website: Website, said: list[Property], items: int) -> int:
    said.append(("URL:", website.url))
    return items


def _grouped(website: Website, said: list[Property], items: int) -> int:
    if website.label:
        items += 1
        said.append((f"item{items}.URL:", website.url))
        said.append((f"item{items}.X-ABLabel:", website.label))
    else:
        said.append(("URL:", website.url))
    return items


def _all_grouped(website: Website, said: list[Property], items: int) -> int:
    items += 1
    said.append((f"item{items}.URL:", website.url))
    said.append((f"item{items}.X-ABLabel:", website.label or HOMEPAGE))
    return items


def _custom_row(website: Website, said: list[Property], items: int) -> int:
    if website.label:
        # Unescaped twice on its way in: as a text, and again as a list parted by semicolons.
        label = website.label.replace("\\", "\\\\").replace(";", "\\;")
        said.append(("X-ANDROID-CUSTOM:", (WEBSITE_ROW, website.url, CUSTOM_TYPE, label)))
        return items
    return _plain(website, said, items)


_WEBSITES: Final[Mapping[str, Callable[[Website, list[Property], int], int]]] = {
    "plain": _plain,
    "grouped": _grouped,
    "all-grouped": _all_grouped,
    "custom-row": _custom_row,
}
"""Each writes one website behind so many groups, and says how many there are then."""


def website_types(websites: tuple[Website, ...], profile: Profile) -> list[str]:
    """The TYPE that each of these has in a profile that knows types of websites; "" for one that it
    has no place for. A label that is a type has it; all others share the first, then what is free.
    """
    kinds, words = [""] * len(websites), profile.website_types
    room = dict.fromkeys(words, profile.websites_kept or len(websites))

    def place(index: int, *wanted: str) -> None:
        for kind in wanted:
            if not kinds[index] and room.get(kind, 0) > 0:
                kinds[index] = kind
                room[kind] -= 1

    for index, website in enumerate(websites):
        place(index, website.label.upper() or "HOMEPAGE")
    for index in range(len(websites)):
        place(index, *words)
    return kinds


def _prodid(contact: Contact, _: Profile, said: list[Property]) -> None:
    said.append(("PRODID:", PRODID))


_SAY: Final[Mapping[str, Say]] = {
    "NOTE": _note,
    "TITLE": _title,
    "N": _n,
    "UID": _uid,
    "FN": _fn,
    "ORG": _org,
    "X-ABSHOWAS": _show_as,
    "KIND": _kind,
    "TEL": _tel,
    "EMAIL": _email,
    "ADR": _adr,
    "URL": _url,
    "PRODID": _prodid,
}
