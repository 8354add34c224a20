"""What a card says of a contact of Marketing Cloud: a person's name, addresses, numbers, a note.

The name is that of Email Demographics, else the Display Name of LINE, else what stands before the @
of the first e-mail address, else the contactKey. Profile attributes are the account's own business
and stay off the card. What must never enter here: a fault; whatever comes in was judged.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from vcardsvc.apis.marketingcloud.sets import (
    EMAIL_ADDRESSES,
    EMAIL_DEMOGRAPHICS,
    LINE_DEMOGRAPHICS,
    MOBILE_CONNECT,
    Row,
    Sets,
)
from vcardsvc.model.contact import Contact, Email, Phone
from vcardsvc.validation import phones

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
"""How an address begins: with a scheme (RFC 3986 section 3.1), or with a host's two slashes."""

_WEB: Final = re.compile(r"https?:", re.IGNORECASE)


def contact(key: str, found: Sets) -> Contact:
    """The person that a card is of."""
    first, last = _name(key, found)
    return Contact(
        first=first,
        last=last,
        note=next(_said(found, LINE_DEMOGRAPHICS, "Status Message"), ""),
        phones=tuple(map(_phone, found.get(MOBILE_CONNECT, ()))),
        emails=tuple(
            Email(address=address) for address in _said(found, EMAIL_ADDRESSES, "Email Address")
        ),
    )


def photo_url(found: Sets) -> str:
    """Where LINE's picture is, the first address on the web, else the first that is no better than
    to be refused; "" when there is none at all (the vendor's example has `picture_url`)."""
    urls = _said(found, LINE_DEMOGRAPHICS, "Picture Url")
    return min(filter(_ADDRESS.match, urls), key=lambda url: not _WEB.match(url), default="")


def _said(found: Sets, name: str, attribute: str) -> Iterator[Any]:
    """The values of one attribute, those of all items."""
    return (row[attribute] for row in found.get(name, ()) if attribute in row)


def _name(key: str, found: Sets) -> tuple[str, str]:
    first = next(_said(found, EMAIL_DEMOGRAPHICS, "First Name"), "")
    last = next(_said(found, EMAIL_DEMOGRAPHICS, "Last Name"), "")
    if first or last:
        return first, last
    email = next(_said(found, EMAIL_ADDRESSES, "Email Address"), "")
    display = next(_said(found, LINE_DEMOGRAPHICS, "Display Name"), "")
    return display or email.partition("@")[0] or key, ""


def _phone(row: Row) -> Phone:
    """A mobile number; its Locale says where it is dialled."""
    number = row["Mobile Number"]
    return Phone(number=number, label="mobile", e164=phones.e164(number, row["Locale"]))
