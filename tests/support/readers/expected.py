"""The fields that a reader must find in a card of vCard 4.0, in the shape of all readers' answers.

They are built from the contact alone. Of the writers' own code, only the name and the identity are
used; these have tests of their own.
"""

import hashlib
from typing import Any, Final

from vcardsvc.model.contact import Address, Contact, Phone
from vcardsvc.vcard.properties import PRODID, full_name, uid

PHONE_TYPES: Final = {
    "work": ["VOICE", "WORK"],
    "home": ["HOME", "VOICE"],
    "mobile": ["CELL", "VOICE"],
    "fax": ["FAX", "WORK"],
    "pager": ["PAGER"],
    "main": ["MAIN-NUMBER"],
    "other": ["VOICE"],
}


def four(contact: Contact) -> dict[str, Any]:
    """The contact as any reader of 4.0 shall find it."""
    mains = [place for place, phone in enumerate(contact.phones) if phone.label == "main"]
    name = full_name(contact)
    company = contact.organization.casefold() == name.casefold()
    return {
        "version": "4.0",
        "kind": "org" if company else "individual",
        "prodid": PRODID,
        "uid": uid(contact),
        "fn": name,
        "n": [contact.last, contact.first, contact.middle, contact.prefix, contact.suffix],
        "org": org(contact),
        "title": contact.title or None,
        "note": contact.note or None,
        "tels": [
            {
                "types": PHONE_TYPES[phone.label],
                "pref": "1" if [place] == mains[:1] else None,
                "value": number(phone),
            }
            for place, phone in enumerate(contact.phones)
        ],
        "emails": [
            {"types": [one.label.upper()], "pref": None, "value": one.address}
            for one in contact.emails
        ],
        "adrs": [
            {
                "types": [one.label.upper()],
                "pref": None,
                "country": one.country.upper() or None,
                "parts": parts(one),
            }
            for one in contact.addresses
        ],
        "urls": [{"value": one.url, "label": one.label or None} for one in contact.websites],
        "photo": hashlib.sha256(contact.photo.jpeg).hexdigest() if contact.photo else None,
    }


def org(contact: Contact) -> list[str] | None:
    """The company, and its unit where there is one."""
    if contact.unit:
        return [contact.organization, contact.unit]
    return [contact.organization] if contact.organization else None


def parts(address: Address) -> list[str]:
    """The seven components; free text is the street."""
    known = [address.locality, address.region, address.code, address.nation]
    return ["", "", address.text, *known]


def number(phone: Phone) -> str:
    """A certain number as a tel URI, its extension after `;ext=`; any other as it was typed."""
    if not phone.e164:
        return phone.number
    return "tel:" + phone.e164.replace("p", ";ext=")
