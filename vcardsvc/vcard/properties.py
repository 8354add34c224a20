"""Converts a contact to the properties of a card, unescaped, in the order of a profile.

Strategy: a profile's `order` selects properties. Those that do not differ between profiles are
listed together, one function for each other one appends its lines. In the default order, Android 5
to 7.1 still loses a folded address or website after an address, and a caller's UID of over 71
octets: it appends a folded line to the line before.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from hashlib import sha1
from typing import Final

from vcardsvc.model import card
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.vcard.profile import Profile, Types, type_parameters

Value = str | tuple[str, ...]
"""A text, or the components of a structured value."""

Property = tuple[str, Value]
"""A line of a card: its prefix with the colon (`TEL;TYPE=WORK,VOICE:`), and its value, unescaped.
Plain tuples: a card holds dozens, and a named tuple takes four times as long to make."""

PRODID: Final = "-//vcardsvc//vcardsvc//EN"
"""Names the program without its version, so that a release does not change cards."""

NAMESPACE: Final = bytes.fromhex("8c0f3c5be1d64e5c9d0a4f1f6b7a2e90")
"""The UUID namespace of our UIDs (RFC 4122 section 4.3). Another one changes every UID."""

_VARIANTS: Final = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}
"""The digit that holds the variant of a UUID (RFC 4122 section 4.1.1), by the digit of the hash."""

HOMEPAGE: Final = "_$!<HomePage>!$_"
"""Apple's label of a homepage, which it translates."""

WEBSITE_ROW: Final = "vnd.android.cursor.item/website"
CUSTOM_TYPE: Final = "0"
"""The kind and type of a row of Android's contacts that is a website with a label of its own
(ContactsContract.CommonDataKinds.Website: data1 the address, data2 the type, data3 the label)."""

ADDRESS_PARTS: Final = ("locality", "region", "code", "nation", "extended", "box")
"""The attributes of an address beside its text: components of ADR (RFC 2426 section 3.2.1)."""

_SEPARATOR: Final = re.compile("[,;:]")

_KINDS: Final = frozenset(("KIND", "X-ABSHOWAS"))
"""Properties that say what a contact is."""

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[!#$&-;=?-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})+")
"""A scheme, followed by characters of RFC 3986 section 2."""


def full_name(contact: Contact) -> str:
    """Return the text of FN: prefix, first, middle, last, suffix; the company's name for a company,
    and if there is no first or last name."""
    if contact.company or (not contact.first and not contact.last and contact.organization):
        return contact.organization
    parts = (contact.prefix, contact.first, contact.middle, contact.last, contact.suffix)
    return " ".join(filter(None, parts))


def is_company(contact: Contact) -> bool:
    """Return whether the contact is a company: it says so, or its only name is the company's."""
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
    if contact.prefix or contact.middle or contact.unit or contact.company or contact.extra:
        texts += _optional_texts(contact)
    for phone in contact.phones:
        texts += ("tel", phone.label, phone.number)
        if phone.preferred or phone.own_label:
            texts += _marks(phone)
    for email in contact.emails:
        texts += ("email", email.label, email.address)
        if email.preferred or email.own_label:
            texts += _marks(email)
    for address in contact.addresses:
        texts += ("adr", address.label, address.text)
        if in_parts(address) or address.own_label:
            texts += _named_values(address, (*ADDRESS_PARTS, "own_label"))
    for site in contact.websites:
        texts += ("url", site.label, site.url)
    return uuid_urn("\x1f".join(texts))


def uuid_urn(text: str) -> str:
    """Return the URN of a UUID (version 5) of a text."""
    octets = text.encode("utf-8", "replace")
    raw = sha1(NAMESPACE + octets, usedforsecurity=False).hexdigest()
    variant = _VARIANTS[raw[16]]
    return f"urn:uuid:{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:32]}"


def _optional_texts(contact: Contact) -> list[str]:
    """Return the parts of the name, the unit, that it is a company, and the further properties."""
    texts = _named_values(contact, ("prefix", "middle", "unit"))
    if contact.company:
        texts.append("company")
    for each in contact.extra:
        texts += _texts(each)
    return texts


def _marks(entry: Phone | Email) -> tuple[str, str]:
    return (str(entry.preferred), entry.own_label)


def _texts(each: card.Property) -> tuple[str, ...]:
    """Return all that a property holds; octets, which no contact's property has, are left out."""
    values = (each.value,) if isinstance(each.value, str) else each.value
    texts = (str(value) for value in values) if isinstance(values, tuple) else ()
    params = (f"{name}={','.join(own)}" for name, own in each.params)
    return (each.name, each.kind, ",".join(each.types), each.label, *params, *texts)


def _named_values(value: Contact | Phone | Email | Address, parts: tuple[str, ...]) -> list[str]:
    pairs = [(part, getattr(value, part)) for part in parts]
    return [text for pair in pairs if pair[1] for text in pair]


def in_parts(address: Address) -> bool:
    """Return whether the address has components beside its text, which is the street then."""
    return bool(
        address.locality
        or address.region
        or address.code
        or address.nation
        or address.extended
        or address.box
    )


def properties(contact: Contact, profile: Profile) -> list[Property]:
    """Return the properties between VERSION and PHOTO, in the profile's order."""
    same: dict[str, Property | None] = {
        "NOTE": ("NOTE:", contact.note) if contact.note else None,
        "TITLE": ("TITLE:", contact.title) if contact.title else None,
        "N": ("N:", name_parts(contact)),
        "FN": ("FN:", full_name(contact)),
        "ORG": ("ORG:", company) if (company := organization(contact)) else None,
        "PRODID": ("PRODID:", PRODID),
    }
    lines: list[Property] = []
    for name in profile.order:
        if name not in same:
            _WRITERS[name](contact, profile, lines)
        elif line := same[name]:
            lines.append(line)
    if contact.company and profile.apple and not _KINDS.intersection(profile.order):
        _show_as(contact, profile, lines)
    return lines


Writer = Callable[[Contact, Profile, list[Property]], None]


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
            number = phone.e164 or phone.number
            if phone.preferred or phone.own_label:
                prefix = _marked("TEL", profile.phone_types[phone.label], phone, profile)
                _add(prefix, number, phone, profile, lines)
            else:
                lines.append((prefixes[phone.label], number))


def _marked(name: str, types: Types, entry: Phone | Email | Address, profile: Profile) -> str:
    """Return the prefix of an entry that is preferred or has a label of its own."""
    preferred = not isinstance(entry, Address) and entry.preferred
    if entry.own_label and profile.labels != "grouped":
        types = (_label_type(entry.own_label),)
    elif entry.own_label and name != "TEL":
        types = ()
    if preferred and profile.version != "4.0" and "PREF" not in types:
        types = (*types, "PREF")
    preference = ";PREF=1" if preferred and profile.version == "4.0" else ""
    return f"{name}{type_parameters(types, profile.style)}{preference}:"


def _label_type(label: str) -> str:
    """Return a label as a TYPE with X-, quoted if it holds a separator.

    Raises ValueError for a control character.
    """
    if any(unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in label):
        raise ValueError("a label holds a control character")
    word = f"X-{label}".replace('"', "'")
    return f'"{word}"' if _SEPARATOR.search(word) else word


def _add(
    prefix: str,
    value: Value,
    entry: Phone | Email | Address,
    profile: Profile,
    lines: list[Property],
) -> None:
    """Append the line of an entry, and its own label and country in a group with it, if the
    profile writes them so."""
    own: list[Property] = []
    if entry.own_label and profile.labels == "grouped":
        own.append(("X-ABLabel:", entry.own_label))
    if isinstance(entry, Address) and entry.country and profile.version != "4.0":
        own += [("X-ABADR:", entry.country)] if profile.address_country else []
    group = f"item{groups(lines) + 1}." if own else ""
    lines += [(f"{group}{start}", text) for start, text in ((prefix, value), *own)]


def groups(lines: list[Property]) -> int:
    """Return how many groups the card has so far."""
    return len({prefix.partition(".")[0] for prefix, _ in lines if prefix.startswith("item")})


def _tel_special(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    # The type of a main number may say that it is the preferred one.
    seen = {"main"} if _prefers(contact.phones) else set()
    for phone in contact.phones:
        prefix = profile.phone_prefixes[phone.label]
        if phone.preferred or phone.own_label:
            prefix = _marked("TEL", profile.phone_types[phone.label], phone, profile)
        elif phone.label in seen:
            prefix = profile.phone_again_prefixes.get(phone.label, prefix)
        seen.add(phone.label)
        if profile.waid and (account := whatsapp_account(phone)):
            prefix = f"{prefix[:-1]};waid={account}:"
        lines.append((prefix, phone.e164 or phone.number))


def _prefers(phones: tuple[Phone, ...]) -> bool:
    return any(phone.preferred for phone in phones)


def whatsapp_account(phone: Phone) -> str:
    """Return the digits that identify a valid number's WhatsApp account; "" for a fax, a pager and
    a number with an extension, which have no account."""
    digits = (phone.e164 or "").removeprefix("+")
    return digits if digits.isdigit() and phone.label not in ("fax", "pager") else ""


def _tel_v40(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    preferred = "" if _prefers(contact.phones) else ";PREF=1"
    for phone in contact.phones:
        prefix = profile.phone_prefixes[phone.label][:-1]
        if phone.preferred or phone.own_label:
            prefix = _marked("TEL", profile.phone_types[phone.label], phone, profile)[:-1]
        elif phone.label == "main":
            prefix, preferred = prefix + preferred, ""
        uri = tel_uri(phone.e164 or "") if profile.tel_uris else ""
        if uri:
            prefix = prefix.replace("TEL", "TEL;VALUE=uri", 1)
        _add(f"{prefix}:", uri or phone.e164 or phone.number, phone, profile, lines)


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
        if email.preferred or email.own_label:
            prefix = _marked("EMAIL", profile.email_types[email.label], email, profile)
            _add(prefix, email.address, email, profile, lines)
        else:
            lines.append((prefixes[email.label], email.address))


def _adr(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    prefixes = profile.address_prefixes
    for address in contact.addresses:
        prefix = prefixes[address.label]
        if not address.country and not address.own_label:
            lines.append((prefix, address_parts(address)))
            continue
        if address.own_label:
            prefix = _marked("ADR", profile.address_types[address.label], address, profile)
        if address.country and profile.version == "4.0":
            country = address.country.upper()
            prefix = f"{prefix[:-1]};CC={country}:"  # RFC 8605 section 3.1
        _add(prefix, address_parts(address), address, profile, lines)


def address_parts(address: Address) -> tuple[str, ...]:
    """Return the components of ADR (RFC 2426 section 3.2.1); free text is the street."""
    locality, region, code = address.locality, address.region, address.code
    return (address.box, address.extended, address.text, locality, region, code, address.nation)


def envelope(address: Address) -> str:
    """Return the whole address in lines, as on an envelope; free text is unchanged."""
    area = " ".join(filter(None, (address.region, address.code)))
    town = ", ".join(filter(None, (address.locality, area)))
    parts = (address.text, address.extended, address.box, town, address.nation)
    return "\n".join(filter(None, parts))


def _url(contact: Contact, profile: Profile, lines: list[Property]) -> None:
    if profile.websites == "typed":
        kinds = website_types(contact.websites, profile)
        for website, kind in zip(contact.websites, kinds, strict=True):
            lines.append((f"URL{type_parameters((kind,), profile.style)}:", website.url))
        return
    items = groups(lines) if profile.labels == "grouped" else 0
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


_WRITERS: Final[Mapping[str, Writer]] = {
    "UID": _uid,
    "X-ABSHOWAS": _show_as,
    "KIND": _kind,
    "TEL": _tel,
    "EMAIL": _email,
    "ADR": _adr,
    "URL": _url,
}
