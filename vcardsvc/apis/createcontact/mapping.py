"""Maps the members of a createcontact request to the parts of a contact, and losses back to them.

    {"action": "createcontact", "name": {"first-name", "last-name", "suffix"}, "organization",
     "title", "photo-url" | "photo", "note", "phone": [{"number", "label"}], "email": [{"id",
     "label"}], "physical-address": [{"address", "label"}], "website": [{"url", "label"}], "uid"}

A reader takes the JSON value of one member and records what is wrong with it in the validator.

Source: the public description of the action (Create Contact API V2).
"""

from typing import Any, Final

from vcardsvc.errors import E1515
from vcardsvc.model.contact import Address, Email, Phone, Website
from vcardsvc.model.request import CardRequest, Loss, Part
from vcardsvc.validation.fields import Validator

ACTION: Final = "createcontact"

TEXTS: Final = ("action", "organization", "title", "photo-url", "photo", "note", "uid")
"""The members that are texts."""

NAME: Final = ("first-name", "last-name", "suffix")
"""The members of `name`."""

LISTS: Final = {
    "phone": "number",
    "email": "id",
    "physical-address": "address",
    "website": "url",
}
"""The members that are lists, and the member of their entries beside the label."""

MEMBERS: Final = frozenset((*TEXTS, "name", *LISTS))
"""Every member of a request."""

_NAME_MEMBERS: Final = frozenset(NAME)

FIELDS: Final[dict[Part, str]] = {
    "first": "name/first-name",
    "last": "name/last-name",
    "suffix": "name/suffix",
    "organization": "organization",
    "title": "title",
    "note": "note",
    "photo": "photo-url",
    "uid": "uid",
    "card": "",
    "phones": "phone",
    "emails": "email",
    "addresses": "physical-address",
    "websites": "website",
}
"""The member of each part of a contact, as a JSON pointer without its first slash; "" is the whole
request (RFC 6901 section 5)."""

ENTRY_MEMBERS: Final[dict[tuple[Part, str], str]] = {("addresses", "text"): "address"}
"""The members of entries that have another name in a contact."""


def field_of(card_request: CardRequest, loss: Loss) -> str:
    """Return the member that a loss concerns, as a JSON pointer without its first slash."""
    if loss.part == "photo" and card_request.photo_bytes:
        return "photo"
    field = FIELDS.get(loss.part, loss.part)
    if loss.index is None:
        return field
    indices = (card_request.maybe_indices or {}).get(field, {})
    member = ENTRY_MEMBERS.get((loss.part, loss.member), loss.member)
    return "/".join(filter(None, (field, str(indices.get(loss.index, loss.index)), member)))


def read_name(validator: Validator, value: Any) -> tuple[str, str, str]:
    """Return the first name, the last name and the suffix; one of the names is required."""
    before = len(validator.problems)
    name = validator.mapping(value, ("name",))
    if not name.keys() <= _NAME_MEMBERS:
        validator.ignored(name, _NAME_MEMBERS, ("name",))
    first = validator.name(name.get("first-name"), ("name", "first-name"))
    last = validator.name(name.get("last-name"), ("name", "last-name"))
    if not first and not last and len(validator.problems) == before:
        validator.refuse(E1515, ("name",), "name-missing")
    return first, last, validator.line(name.get("suffix"), ("name", "suffix"))


def read_phones(validator: Validator, value: Any) -> tuple[Phone, ...]:
    """Return the phones of the list `phone`."""
    phones = []
    for index, content, entry in validator.entries(value, "phone", "number"):
        number, e164 = validator.phone(content, ("phone", index, "number"))
        label = validator.phone_label(entry.get("label"), ("phone", index, "label"))
        phones.append(Phone(number=number, label=label, e164=e164))
    return tuple(phones)


def read_emails(validator: Validator, value: Any) -> tuple[Email, ...]:
    """Return the e-mail addresses of the list `email`."""
    emails = []
    for index, content, entry in validator.entries(value, "email", "id"):
        address = validator.email(content, ("email", index, "id"))
        label = validator.email_label(entry.get("label"), ("email", index, "label"))
        emails.append(Email(address=address, label=label))
    return tuple(emails)


def read_addresses(validator: Validator, value: Any) -> tuple[Address, ...]:
    """Return the postal addresses of the list `physical-address`."""
    addresses = []
    for index, content, entry in validator.entries(value, "physical-address", "address"):
        text = validator.block(content, ("physical-address", index, "address"))
        label = validator.address_label(entry.get("label"), ("physical-address", index, "label"))
        addresses.append(Address(text=text, label=label))
    return tuple(addresses)


def read_websites(validator: Validator, value: Any) -> tuple[Website, ...]:
    """Return the websites of the list `website`."""
    websites = []
    for index, content, entry in validator.entries(value, "website", "url"):
        url = validator.website(content, ("website", index, "url"))
        label = validator.website_label(entry.get("label"), ("website", index, "label"))
        websites.append(Website(url=url, label=label))
    return tuple(websites)
