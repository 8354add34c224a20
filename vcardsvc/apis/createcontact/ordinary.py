"""Reads the ordinary request of createcontact in one pass; `request` reads every other one.

An ordinary body, or form, has known members alone, each once and of its usual type, texts that need
no second look, at most four entries a list, and no photo. For any other one the result is None, and
`request` reads it from the start: it alone refuses. A drawn test holds the two equal. The one pass
takes two fifths of the time, since the texts are checked together and nothing is kept for problems
that do not exist.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from unicodedata import is_normalized

import msgspec
from msgspec import Meta, Struct

from vcardsvc.apis.createcontact.mapping import ACTION
from vcardsvc.errors import E164, ENCODED
from vcardsvc.model.contact import (
    Address,
    Contact,
    Email,
    Phone,
    PhoneLabel,
    PlaceLabel,
    Website,
)
from vcardsvc.model.request import CardRequest, Note
from vcardsvc.validation import phones, urls
from vcardsvc.validation.fields import (
    ENTRIES,
    HOMEPAGE,
    PHONE_LABELS,
    PLACE_LABELS,
    UID,
    WEBSITE_LABEL,
    Policy,
)

ACCEPT: Final = (b"", b"*/*")
"""The Accept headers of an ordinary request, which ask for nothing special."""

LONGEST: Final = 2000
"""Characters of all texts together if one is not ASCII: `is_normalized` takes 55 microseconds for
as many combining marks."""


class _Extraordinary(Exception):
    """The body is not an ordinary one."""


_ABSENT: Final = "  "
"""The text of an absent member: it is trimmed to nothing. A body with this very text has more
quotes than are expected, and is not an ordinary one."""


class _Name(Struct, rename="kebab", forbid_unknown_fields=True):
    first_name: str = _ABSENT
    last_name: str = _ABSENT
    suffix: str = _ABSENT


class _Phone(Struct, forbid_unknown_fields=True):
    number: str
    label: str = _ABSENT


class _Email(Struct, forbid_unknown_fields=True):
    id: str
    label: str = _ABSENT


class _Address(Struct, forbid_unknown_fields=True):
    address: str
    label: str = _ABSENT


class _Website(Struct, forbid_unknown_fields=True):
    url: str
    label: str = _ABSENT


_Limit: Final = Meta(max_length=ENTRIES)


class _Members(Struct, rename="kebab", forbid_unknown_fields=True):
    action: str
    name: _Name
    organization: str = _ABSENT
    title: str = _ABSENT
    note: str = _ABSENT
    uid: str = _ABSENT
    phone: Annotated[list[_Phone], _Limit] | None = None
    email: Annotated[list[_Email], _Limit] | None = None
    physical_address: Annotated[list[_Address], _Limit] | None = None
    website: Annotated[list[_Website], _Limit] | None = None


_PHONE_LABELS: Final[dict[str, PhoneLabel]] = {_ABSENT: "work", **PHONE_LABELS}
_PLACE_LABELS: Final[dict[str, PlaceLabel]] = {_ABSENT: "work", **PLACE_LABELS}
_decode: Final = msgspec.json.Decoder(_Members).decode


_FAULTS: Final = (_Extraordinary, msgspec.MsgspecError, KeyError, RecursionError)
"""What is raised for a body that is not an ordinary one."""


def read(body: bytes, policy: Policy) -> CardRequest | None:
    """Return the card request of an ordinary body; None for any other.

    A text has two quotes, and so has the name of a member. So in a body with no more quotes than
    its members need, no member stands twice.
    """
    try:
        members = _decode(body)
        if body.count(b'"') != _checked_quotes(members):
            return None
        return _card_request(members, policy)
    except _FAULTS:
        return None


def read_members(members: Mapping[str, Any], policy: Policy) -> CardRequest | None:
    """Return the card request of a form with these members, if they are ordinary; else None."""
    try:
        converted = msgspec.convert(members, _Members)
        _checked_quotes(converted)
        return _card_request(converted, policy)
    except _FAULTS:
        return None


def _checked_quotes(members: _Members) -> int:
    """Check all texts at once; return the number of quotes that the members have in JSON."""
    name, phone_list, emails = members.name, members.phone, members.email
    addresses, websites = members.physical_address, members.website
    lines = [members.action, name.first_name, name.last_name, name.suffix, members.uid]
    for phone in phone_list or ():
        lines += (phone.number, phone.label)
    for email in emails or ():
        lines += (email.id, email.label)
    for website in websites or ():
        lines += (website.url, website.label)
    blocks = [members.organization, members.title, members.note]
    for address in addresses or ():
        blocks += (address.address, address.label)
    texts = len(lines) + len(blocks) - lines.count(_ABSENT) - blocks.count(_ABSENT)
    parents = (name, phone_list, emails, addresses, websites)
    text = " ".join(blocks).replace("\n", " ") + " ".join(lines)
    if members.action != ACTION or not text.isprintable():
        raise _Extraordinary
    if not text.isascii() and (len(text) > LONGEST or not is_normalized("NFC", text)):
        raise _Extraordinary
    return 4 * texts + 2 * (len(parents) - parents.count(None))


def _card_request(members: _Members, policy: Policy) -> CardRequest:
    name, region = members.name, policy.region
    notes: list[Note] = []
    first, last = name.first_name.strip(" "), name.last_name.strip(" ")
    if not (first + last).replace(" ", "").replace(".", "").isalpha():
        raise _Extraordinary
    uid = members.uid.strip(" ")
    if len(uid) > UID:
        raise _Extraordinary
    contact = Contact(
        first=first,
        last=last,
        suffix=name.suffix.strip(" "),
        organization=members.organization.strip(" \n"),
        title=members.title.strip(" \n"),
        note=members.note.strip(" \n"),
        phones=_phones(members.phone, region, notes) if members.phone else (),
        emails=_emails(members.email) if members.email else (),
        addresses=_addresses(members.physical_address) if members.physical_address else (),
        websites=_websites(members.website, notes) if members.website else (),
        uid=uid,
    )
    return CardRequest(contact=contact, notes=tuple(notes))


def _phones(entries: list[_Phone], region: str, notes: list[Note]) -> tuple[Phone, ...]:
    phone_list = []
    for index, entry in enumerate(entries):
        number = entry.number.strip(" ")
        if not number or not number.isascii() or number[0] in "tT":  # a `tel:` URI
            raise _Extraordinary
        e164 = phones.e164(number, region)
        if e164 is not None and e164 != number:
            notes.append(Note(field=f"phone/{index}/number", code=E164))
        phone_list.append(Phone(number=number, label=_PHONE_LABELS[entry.label], e164=e164))
    return tuple(phone_list)


def _emails(entries: list[_Email]) -> tuple[Email, ...]:
    emails = []
    for entry in entries:
        address = entry.id.strip(" ")
        local, _, domain = address.partition("@")
        if not local or not domain or "@" in domain or ":" in local:  # a `mailto:` URI
            raise _Extraordinary
        emails.append(Email(address=address, label=_PLACE_LABELS[entry.label]))
    return tuple(emails)


def _addresses(entries: list[_Address]) -> tuple[Address, ...]:
    addresses = []
    for entry in entries:
        text = entry.address.strip(" \n")
        if not text:
            raise _Extraordinary
        addresses.append(Address(text=text, label=_PLACE_LABELS[entry.label]))
    return tuple(addresses)


def _websites(entries: list[_Website], notes: list[Note]) -> tuple[Website, ...]:
    websites = []
    for index, entry in enumerate(entries):
        url, label = entry.url.strip(" "), entry.label.strip(" ")
        if not urls.PLAIN.fullmatch(url):
            maybe_url = urls.read(url) if url else None
            if maybe_url is None:
                raise _Extraordinary
            if maybe_url.encoded:
                notes.append(Note(field=f"website/{index}/url", code=ENCODED))
            url = maybe_url.text
        if len(label) > WEBSITE_LABEL:
            raise _Extraordinary
        websites.append(Website(url=url, label="" if label.lower() == HOMEPAGE else label))
    return tuple(websites)
