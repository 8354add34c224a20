"""Writes a contact as JSContact (RFC 9553, RFC 9982), mapped from vCard by RFC 9555.

Versions 1.0 and 2.0 differ in whether a card must have a `uid`; it always has that of the vCard.

A list becomes an object with an Id for each entry (RFC 9553 section 1.4.1): "phone-1", "phone-2",
in the contact's order. `@type` stands on the Card alone, where it is mandatory. JSContact is I-JSON
(RFC 7493 section 2.1), so a noncharacter of Unicode becomes U+FFFD.

An address of free text is `full` alone, never a component "name", which is the street (RFC 9553
section 2.5.1); where its other parts are known, its text is the street, and `full` the whole.

Times (`created`, `updated`), a language and the components of a free-text address are not written:
they are unknown.
"""

import json
import re
from typing import Any, Final, Literal

from vcardsvc.model.contact import Address, Contact, Phone, PhoneLabel, Photo, PlaceLabel, Website
from vcardsvc.model.request import Document, JSContactVersion
from vcardsvc.vcard.document import document
from vcardsvc.vcard.items import data_uri, first_main
from vcardsvc.vcard.properties import (
    PRODID,
    envelope,
    full_name,
    in_parts,
    is_company,
    tel_uri,
    uid,
)

CONTENT_TYPE: Final = "application/jscontact+json"
"""RFC 9553 section 3.1. It registers no charset: JSON is UTF-8."""

FILENAME: Final = "contact.json"

CONTEXTS: Final[dict[PlaceLabel, str]] = {"work": "work", "home": "private"}
"""TYPE work and home as contexts (RFC 9555; RFC 9553 section 1.5.1)."""

PHONE_FEATURES: Final[dict[PhoneLabel, tuple[tuple[str, ...], str]]] = {
    "work": (("voice",), "work"),
    "home": (("voice",), "private"),
    "mobile": (("mobile", "voice"), ""),
    "fax": (("fax",), "work"),
    "pager": (("pager",), ""),
    "main": (("main-number", "voice"), ""),
    "other": (("voice",), ""),
}
"""Features and context by label (RFC 9553 section 2.3.3): those of the TYPE values of vCard 4.0."""

COMPONENTS: Final = (
    ("text", "name"),
    ("locality", "locality"),
    ("region", "region"),
    ("code", "postcode"),
    ("nation", "country"),
)
"""The parts of an address as kinds of component (RFC 9553 section 2.5.1.2); the street of an ADR is
"name" (RFC 9555)."""

GENERATIONS: Final = frozenset(
    {
        *("jr", "sr", "junior", "senior", "1st", "2nd", "3rd", "4th", "5th"),
        *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    }
)
"""Suffixes that distinguish people of one name, in lower case without a period."""

_LAST_TWO: Final = "".join(
    chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
)
_NONCHARACTER: Final = re.compile(f"[\ufdd0-\ufdef{_LAST_TWO}]")


def jscontact(contact: Contact, version: JSContactVersion = "2.0") -> Document:
    """Write the contact as a JSContact Card of this version. Equal contacts give equal octets.

    Raises UnicodeEncodeError for a lone surrogate, which no contact holds.
    """
    text = _json(_card(contact, version))
    if not text.isascii():
        text = _NONCHARACTER.sub("\ufffd", text)
    if contact.photo:
        # Added afterwards: base64 holds no noncharacter, and searching it takes 10 ms.
        text = f'{text[:-1]},"media":{_json(_media(contact.photo))}}}'
    return document((text.encode(),), CONTENT_TYPE, FILENAME)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def suffix_kind(suffix: str) -> Literal["generation", "credential"]:
    """Return the kind of name component of a suffix (RFC 9553 section 2.2.1).

    A generation marker (Jr., III) is "generation". Any other suffix is "credential", as in RFC 9555
    for the suffix of an N. A suffix that holds both is not split.
    """
    return "generation" if suffix.lower().removesuffix(".") in GENERATIONS else "credential"


def _card(contact: Contact, version: JSContactVersion) -> dict[str, Any]:
    card: dict[str, Any] = {
        "@type": "Card",
        "version": version,
        "uid": uid(contact),
        "kind": "org" if is_company(contact) else "individual",
        "prodId": PRODID,
        "name": _name(contact),
    }
    if contact.organization or contact.unit:
        card["organizations"] = {"organization-1": _organization(contact)}
    if contact.title:
        card["titles"] = {"title-1": {"name": contact.title, "kind": "title"}}
    if contact.note:
        card["notes"] = {"note-1": {"note": contact.note}}
    lists = {
        "phones": ("phone", _phones(contact)),
        "emails": ("email", [_email(email.address, email.label) for email in contact.emails]),
        "addresses": ("address", [_address(address) for address in contact.addresses]),
        "links": ("link", [_link(website) for website in contact.websites]),
    }
    for member, (name, entries) in lists.items():
        if entries:
            card[member] = {f"{name}-{at}": entry for at, entry in enumerate(entries, 1)}
    return card


def _media(photo: Photo) -> dict[str, Any]:
    media = {"kind": "photo", "uri": data_uri(photo.jpeg), "mediaType": "image/jpeg"}
    return {"photo-1": media}


def _name(contact: Contact) -> dict[str, Any]:
    parts = (
        ("title", contact.prefix),
        ("given", contact.first),
        ("given2", contact.middle),
        ("surname", contact.last),
        (suffix_kind(contact.suffix), contact.suffix),
    )
    components = [{"kind": part, "value": value} for part, value in parts if value]
    name: dict[str, Any] = {"full": full_name(contact)}
    # An empty list is not valid (section 2.2.1), and a company has no components.
    return {"components": components, "isOrdered": True, **name} if components else name


def _organization(contact: Contact) -> dict[str, Any]:
    name: dict[str, Any] = {"name": contact.organization} if contact.organization else {}
    return {**name, "units": [{"name": contact.unit}]} if contact.unit else name


def _phones(contact: Contact) -> list[dict[str, Any]]:
    preferred = first_main(contact)
    return [_phone(phone, at == preferred) for at, phone in enumerate(contact.phones)]


def _phone(phone: Phone, preferred: bool) -> dict[str, Any]:
    features, context = PHONE_FEATURES[phone.label]
    result: dict[str, Any] = {
        "number": tel_uri(phone.e164 or "") or phone.e164 or phone.number,
        "features": dict.fromkeys(features, True),
    }
    if context:
        result["contexts"] = {context: True}
    if preferred:
        result["pref"] = 1
    return result


def _email(address: str, label: PlaceLabel) -> dict[str, Any]:
    return {"address": address, "contexts": {CONTEXTS[label]: True}}


def _address(address: Address) -> dict[str, Any]:
    result: dict[str, Any] = {
        "full": envelope(address),
        "contexts": {CONTEXTS[address.label]: True},
    }
    if in_parts(address):
        values = ((kind, getattr(address, part)) for part, kind in COMPONENTS)
        # Without an order, which depends on the country; `full` is for people.
        result["components"] = [{"kind": kind, "value": value} for kind, value in values if value]
    if address.country:
        result["countryCode"] = address.country.upper()
    return result


def _link(website: Website) -> dict[str, Any]:
    return {"uri": website.url, "label": website.label} if website.label else {"uri": website.url}
