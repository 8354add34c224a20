"""Maps attribute sets to a contact and a draft, and compares drafts with stored contacts.

The name is that of Email Demographics, else LINE's Display Name, else the local part of the first
e-mail address, else the contactKey. Profile attributes are the account's own and not on the card.
"""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from vcardsvc.apis.marketingcloud.schema import (
    EMAIL_ADDRESSES,
    EMAIL_DEMOGRAPHICS,
    LINE_DEMOGRAPHICS,
    MOBILE_CONNECT,
)
from vcardsvc.apis.marketingcloud.sets import Item, Sets, write_sets
from vcardsvc.model.address_book import Draft
from vcardsvc.model.contact import Contact, Email, Phone
from vcardsvc.validation import phones

NAMES: Final = ("contactKey", "contactID")
"""The names of a contact in the caller's system; contactKey comes first."""

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
"""The beginning of an address: a scheme (RFC 3986 section 3.1), or the two slashes of a host."""

_WEB: Final = re.compile(r"https?:", re.IGNORECASE)


def draft(names: Mapping[str, str], sets: Sets) -> Draft:
    """Return the draft of a contact with these names and attribute sets."""
    fields = {**names, "attributeSets": write_sets(sets)}
    return Draft(
        contacts=(_contact(key_of(names), sets),),
        vendor_fields=fields,
        **lookup(names),
        is_same=lambda entry: is_same(entry.vendor_fields, fields),
        photo_url=photo_url(sets),
    )


def key_of(fields: Mapping[str, str]) -> str:
    """Return the contactKey of a response: the contact's own, else its contactID."""
    return fields.get("contactKey") or fields["contactID"]


def lookup(names: Mapping[str, str]) -> dict[str, Any]:
    """Return the members of a draft by which its contact is found."""
    contact_id = names.get("contactID", "")
    return {
        # "" without a contactKey: any other text could be another contact's key.
        "handle": names.get("contactKey", ""),
        "dedupe_key": sha256(contact_id.encode()).digest() if contact_id else b"",
        # The operator finds the contact by it: the vendor has no call that does.
        "metadata": {"contactID": contact_id} if contact_id else {},
    }


def is_same(stored: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Return whether a stored contact has every name that was sent, and the same sets in any
    order."""
    named = all(stored.get(name) == sent[name] for name in NAMES if name in sent)
    return named and _comparable_sets(stored) == _comparable_sets(sent)


def _comparable_sets(fields: Mapping[str, Any]) -> str:
    """Return the sets sorted and as text: to Python 1 and true are equal."""
    ordered = sorted(fields["attributeSets"], key=lambda one: str(one["name"]))
    return json.dumps(ordered, sort_keys=True)


def photo_url(sets: Sets) -> str:
    """Return LINE's first Picture Url of http or https, else the first with another scheme, which
    is refused later; "" for none (the vendor's example has `picture_url`)."""
    urls = filter(_ADDRESS.match, _values(sets, LINE_DEMOGRAPHICS, "Picture Url"))
    return min(urls, key=lambda url: not _WEB.match(url), default="")


def _contact(key: str, sets: Sets) -> Contact:
    first, last = _name(key, sets)
    return Contact(
        first=first,
        last=last,
        note=next(_values(sets, LINE_DEMOGRAPHICS, "Status Message"), ""),
        phones=tuple(map(_phone, sets.get(MOBILE_CONNECT, ()))),
        emails=tuple(Email(address=one) for one in _values(sets, EMAIL_ADDRESSES, "Email Address")),
    )


def _values(sets: Sets, name: str, attribute: str) -> Iterator[Any]:
    """Yield the values of one attribute of all items of a set."""
    return (item[attribute] for item in sets.get(name, ()) if attribute in item)


def _name(key: str, sets: Sets) -> tuple[str, str]:
    first = next(_values(sets, EMAIL_DEMOGRAPHICS, "First Name"), "")
    last = next(_values(sets, EMAIL_DEMOGRAPHICS, "Last Name"), "")
    if first or last:
        return first, last
    email = next(_values(sets, EMAIL_ADDRESSES, "Email Address"), "")
    display = next(_values(sets, LINE_DEMOGRAPHICS, "Display Name"), "")
    return display or email.partition("@")[0] or key, ""


def _phone(item: Item) -> Phone:
    """Return a mobile number; Locale is its country."""
    number = item["Mobile Number"]
    return Phone(number=number, label="mobile", e164=phones.e164(number, item["Locale"]))
