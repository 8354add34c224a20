"""Converts a contact to the properties of a card, unescaped, in the order of a profile.

Strategy: one function for each property appends its lines; a profile's `order` selects them. In the
default order, Android 5 to 7.1 still loses a folded address or website after an address, and a
caller's UID of over 71 octets: it appends a folded line to the line before.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha1
from typing import Final

from vcardsvc.model.contact import Address, Contact, Phone, Website
from vcardsvc.vcard.profile import Profile, type_parameters

Value = str | tuple[str, ...]
"""A text, or the components of a structured value."""

Property = tuple[str, Value]
"""A line of a card: its prefix with the colon (`TEL;TYPE=WORK,VOICE:`), and its value, unescaped.
Plain tuples: a card holds dozens, and a named tuple takes four times as long to make."""

PRODID: Final = "-//vcardsvc//vcardsvc//EN"
"""Names the program without its version, so that a release does not change cards."""

NAMESPACE: Final = bytes.fromhex("8c0f3c5be1d64e5c9d0a4f1f6b7a2e90")
"""The UUID namespace of our UIDs (RFC 4122 section 4.3). Another one changes every UID."""

HOMEPAGE: Final = "_$!<HomePage>!$_"
"""Apple's label of a homepage, which it translates."""

WEBSITE_ROW: Final = "vnd.android.cursor.item/website"
CUSTOM_TYPE: Final = "0"
"""The kind and type of a row of Android's contacts that is a website with a label of its own
(ContactsContract.CommonDataKinds.Website: data1 the address, data2 the type, data3 the label)."""

ADDRESS_PARTS: Final = ("locality", "region", "code", "nation")
"""The attributes of an address beside its text: the last components of ADR (RFC 2426 section
3.2.1)."""

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[!#$&-;=?-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})+")
"""A scheme, followed by characters of RFC 3986 section 2."""


def full_name(contact: Contact) -> str:
    """Return the text of FN: prefix, first, middle, last, suffix; the company's name if there is no
    first or last name."""
    if not contact.first and not contact.last and contact.organization:
        return contact.organization
    parts = (contact.prefix, contact.first, contact.middle, contact.last, contact.suffix)
    return " ".join(filter(None, parts))


def is_company(contact: Contact) -> bool:
    """Return whether the contact is a company without a person: its only name is the company's."""
    company = contact.organization.casefold()
    return bool(company) and full_name(contact).casefold() == company


def uid(contact: Contact) -> str:
    """Return the caller's UID, else `urn:uuid:` and a UUID (version 5) of the contact's texts.

    Photo and profile do not count: one person has one UID in all cards. The texts are separated by
    C0 controls, which no text of a contact holds. An optional text counts only if it is there,
    after its name: a contact without it has the same UID as before the attribute existed.
    """
    if contact.uid:
        return contact.uid
    texts = [contact.first, contact.last, contact.suffix]
    texts += (contact.organization, contact.title, contact.note)
    if contact.prefix or contact.middle or contact.unit:
        texts += _named_values(contact, ("prefix", "middle", "unit"))
    for phone in contact.phones:
        texts += ("tel", phone.label, phone.number)
    for email in contact.emails:
        texts += ("email", email.label, email.address)
    for address in contact.addresses:
        texts += ("adr", address.label, address.text)
        if in_parts(address):
            texts += _named_values(address, ADDRESS_PARTS)
    for site in contact.websites:
        texts += ("url", site.label, site.url)
    raw = sha1(NAMESPACE + "\x1f".join(texts).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(raw[16], 16) & 3]
    return f"urn:uuid:{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:32]}"


def _named_values(value: Contact | Address, parts: tuple[str, ...]) -> list[str]:
    pairs = [(part, getattr(value, part)) for part in parts]
    return [text for pair in pairs if pair[1] for text in pair]


def in_parts(address: Address) -> bool:
    """Return whether the address has components beside its text, which is the street then."""
    return bool(address.locality or address.region or address.code or address.nation)


def properties(contact: Contact, profile: Profile) -> list[Property]:
    """Return the properties between VERSION and PHOTO, in the profile's order."""
    lines: list[Property] = []
    for write_property in _writers(profile.order):
        write_property(contact, profile, lines)
    return lines


@cache
def _writers(order: tuple[str, ...]) -> "tuple[Writer, ...]":
    return tuple(_WRITERS[name] for name in order)


Writer = Callable[[Contact, Profile, list[Property]], None]


def _note(contact: Contact, _: Profile, lines: list[Property]) -> None:
    if contact.note:
        lines.append(("NOTE:", contact.note))


def _title(contact: Contact, _: Profile, lines: list[Property]) -> None:
    if contact.title:
        lines.append(("TITLE:", contact.title))


def _n(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    lines.append(("N:", name_parts(contact)))


def name_parts(contact: Contact) -> tuple[str, ...]:
    """Return the components of N (RFC 2426 section 3.1.2): last, first, middle, prefix, suffix."""
    return (contact.last, contact.first, contact.middle, contact.prefix, contact.suffix)


def _uid(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    identity = uid(contact)
    text = profile.version == "4.0" and not is_uri(identity)
    lines.append(("UID;VALUE=text:" if text else "UID:", identity))


def is_uri(identity: str) -> bool:
    """Return whether a UID is a URI; 4.0 reads a UID without `VALUE=text` as one."""
    return _URI.fullmatch(identity) is not None


def _fn(contact: Contact, _: Profile, lines: list[Property]) -> None:
    lines.append(("FN:", full_name(contact)))


def _org(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    if value := organization(contact):
        lines.append(("ORG:", value))


def organization(contact: Contact) -> Value:
    """Return the value of ORG: the company, and its unit as a second component if it has one
    (RFC 2426 section 3.5.5); "" without both."""
    return (contact.organization, contact.unit) if contact.unit else contact.organization


def _show_as(contact: Contact, _: Profile, lines: list[Property]) -> None:
    if is_company(contact):
        lines.append(("X-ABShowAs:", "COMPANY"))


def _kind(contact: Contact, _: Profile, lines: list[Property]) -> None:
    lines.append(("KIND:", "org" if is_company(contact) else "individual"))


def _tel(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    prefixes = profile.phone_prefixes
    if profile.version == "4.0":
        _tel_v40(contact, profile, lines)
    elif profile.waid or profile.phone_again:
        _tel_special(contact, profile, lines)
    else:
        for phone in contact.phones:
            lines.append((prefixes[phone.label], phone.e164 or phone.number))


def _tel_special(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    seen = set()
    for phone in contact.phones:
        prefix = profile.phone_prefixes[phone.label]
        if phone.label in seen:
            prefix = profile.phone_again_prefixes.get(phone.label, prefix)
        seen.add(phone.label)
        if profile.waid and (account := whatsapp_account(phone)):
            prefix = f"{prefix[:-1]};waid={account}:"
        lines.append((prefix, phone.e164 or phone.number))


def whatsapp_account(phone: Phone) -> str:
    """Return the digits that identify a valid number's WhatsApp account; "" for a fax, a pager and
    a number with an extension, which have no account."""
    digits = (phone.e164 or "").removeprefix("+")
    return digits if digits.isdigit() and phone.label not in ("fax", "pager") else ""


def _tel_v40(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    preferred = ";PREF=1"
    for phone in contact.phones:
        prefix = profile.phone_prefixes[phone.label][:-1]
        if phone.label == "main":
            prefix, preferred = prefix + preferred, ""
        uri = tel_uri(phone.e164 or "") if profile.tel_uris else ""
        if uri:
            lines.append((prefix.replace("TEL", "TEL;VALUE=uri", 1) + ":", uri))
        else:
            lines.append((prefix + ":", phone.e164 or phone.number))


def tel_uri(e164: str) -> str:
    """Return `tel:+16502530000;ext=12` for `+16502530000p12` (RFC 3966); "" for more than one pause
    and for `*` and `#`, which an extension cannot hold."""
    number, _, extension = e164.partition("p")
    if extension:
        return f"tel:{number};ext={extension}" if extension.isdigit() else ""
    return f"tel:{number}" if number else ""


def _email(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    prefixes = profile.email_prefixes
    for email in contact.emails:
        lines.append((prefixes[email.label], email.address))


def _adr(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    prefixes, items = profile.address_prefixes, 0
    for address in contact.addresses:
        parts = address_parts(address)
        prefix = prefixes[address.label]
        if not address.country:
            lines.append((prefix, parts))
        elif profile.version == "4.0":
            country = address.country.upper()
            lines.append((f"{prefix[:-1]};CC={country}:", parts))  # RFC 8605 section 3.1
        elif profile.address_country:
            items += 1
            lines.append((f"item{items}.{prefix}", parts))
            lines.append((f"item{items}.X-ABADR:", address.country))
        else:
            lines.append((prefix, parts))


def address_parts(address: Address) -> tuple[str, ...]:
    """Return the components of ADR (RFC 2426 section 3.2.1); free text is the street.

    The post-office box and the extended address are empty: they are part of the text.
    """
    locality, region, code = address.locality, address.region, address.code
    return ("", "", address.text, locality, region, code, address.nation)


def envelope(address: Address) -> str:
    """Return the whole address in lines, as on an envelope; free text is unchanged."""
    area = " ".join(filter(None, (address.region, address.code)))
    town = ", ".join(filter(None, (address.locality, area)))
    return "\n".join(filter(None, (address.text, town, address.nation)))


def _url(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    if profile.websites == "typed":
        kinds = website_types(contact.websites, profile)
        for website, kind in zip(contact.websites, kinds, strict=True):
            lines.append((f"URL{type_parameters((kind,), profile.style)}:", website.url))
        return
    items = 0
    if profile.address_country and profile.version != "4.0":
        items = sum(bool(address.country) for address in contact.addresses)
    write_website = _WEBSITES[profile.websites]
    for website in contact.websites:
        items = write_website(website, lines, items)


def _plain(website: Website, lines: list[Property], items: int) -> int:
    lines.append(("URL:", website.url))
    return items


def _grouped(website: Website, lines: list[Property], items: int) -> int:
    if website.label:
        items += 1
        lines.append((f"item{items}.URL:", website.url))
        lines.append((f"item{items}.X-ABLabel:", website.label))
    else:
        lines.append(("URL:", website.url))
    return items


def _all_grouped(website: Website, lines: list[Property], items: int) -> int:
    items += 1
    lines.append((f"item{items}.URL:", website.url))
    lines.append((f"item{items}.X-ABLabel:", website.label or HOMEPAGE))
    return items


def _custom_row(website: Website, lines: list[Property], items: int) -> int:
    if website.label:
        # Android unescapes it twice: as a text, then as a list separated by semicolons.
        label = website.label.replace("\\", "\\\\").replace(";", "\\;")
        lines.append(("X-ANDROID-CUSTOM:", (WEBSITE_ROW, website.url, CUSTOM_TYPE, label)))
        return items
    return _plain(website, lines, items)


_WEBSITES: Final[Mapping[str, Callable[[Website, list[Property], int], int]]] = {
    "plain": _plain,
    "grouped": _grouped,
    "all-grouped": _all_grouped,
    "custom-row": _custom_row,
}
"""Each function writes one website after `items` groups, and returns the new number of groups."""


def website_types(websites: tuple[Website, ...], profile: Profile) -> list[str]:
    """Return the TYPE of each website in a profile with types of websites; "" if none is left.

    A label that is a type gets that type; the others get the first type that is left.
    """
    kinds, types = [""] * len(websites), profile.website_types
    space = dict.fromkeys(types, profile.websites_kept or len(websites))

    def place(index: int, *candidates: str) -> None:
        for kind in candidates:
            if not kinds[index] and space.get(kind, 0) > 0:
                kinds[index] = kind
                space[kind] -= 1

    for index, website in enumerate(websites):
        place(index, website.label.upper() or "HOMEPAGE")
    for index in range(len(websites)):
        place(index, *types)
    return kinds


def _prodid(contact: Contact, _: Profile, lines: list[Property]) -> None:
    lines.append(("PRODID:", PRODID))


_WRITERS: Final[Mapping[str, Writer]] = {
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
