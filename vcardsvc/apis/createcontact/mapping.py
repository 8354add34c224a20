"""Maps the members of a createcontact request to the parts of a contact, and losses back to them.

    {"action": "createcontact", "name": {"first-name", "last-name", "suffix"}, "organization",
     "title", "photo-url" | "photo", "note", "phone": [{"number", "label"}], "email": [{"id",
     "label"}], "physical-address": [{"address", "label"}], "website": [{"url", "label"}], "uid"}

`optional` reads the members that the action's description does not have. A reader takes the JSON
value of one member and records what is wrong with it in the validator.

Source: the public description of the action (Create Contact API V2).
"""

from typing import Any, Final

from msgspec import structs

from vcardsvc.errors import E1515, E1524, E1533, E1534
from vcardsvc.model.contact import Address, Email, Phone, Website
from vcardsvc.model.request import CardRequest, Loss, Part
from vcardsvc.validation import countries, standard_texts
from vcardsvc.validation.fields import Field, Validator

ACTION: Final = "createcontact"

TEXTS: Final = ("action", "organization", "title", "photo-url", "photo", "note", "uid")
"""The members that are texts."""

NAME: Final = ("first-name", "last-name", "suffix")
"""The members of `name`."""

OPTIONAL_NAME: Final = (
    "prefix", "middle-name", "nickname", "phonetic-first-name", "phonetic-last-name",
)  # fmt: skip
"""The optional members of `name`."""

LISTS: Final = {
    "phone": "number",
    "email": "id",
    "physical-address": "address",
    "website": "url",
}
"""The members that are lists, and the member of their entries beside the label."""

BASIC: Final = frozenset((*TEXTS, "name", *LISTS))
"""The members that the action's description has, `photo` and `uid`."""

OPTIONAL_TEXTS: Final = (
    "department", "role", "birthday", "anniversary", "pronouns", "language", "time-zone",
)  # fmt: skip
"""The optional members that are texts."""

OPTIONAL_LISTS: Final = {
    "social-profile": ("service", "user", "url", "label"),
    "im": ("service", "address", "label"),
    "related": ("name", "relation"),
}
"""The optional members that are lists of objects, and the members of these."""

GEO: Final = ("latitude", "longitude")
"""The members of `geo`."""

FLAG: Final = "company-card"
CATEGORIES: Final = "categories"

MEMBERS: Final = BASIC.union(OPTIONAL_TEXTS, OPTIONAL_LISTS, ("geo", FLAG, CATEGORIES))
"""Every member of a request."""

ADDRESS_PARTS: Final = {
    "street": "text",
    "extended": "extended",
    "po-box": "box",
    "city": "locality",
    "region": "region",
    "postal-code": "code",
    "country": "nation",
    "country-code": "country",
}
"""The members of a physical address that may stand instead of `address`, and their attributes."""

ENTRIES_OF: Final = {
    "phone": ("number", "extension", "preferred", "label"),
    "email": ("id", "preferred", "label"),
    "physical-address": ("address", *ADDRESS_PARTS, "label"),
    "website": ("url", "label"),
    **OPTIONAL_LISTS,
}
"""The members of the entries of each list."""

FLAGS: Final = ("preferred",)
"""The members of entries that are booleans."""

EXTENSION: Final = 11
"""The most digits of an extension (RFC 3966 has no limit): those of the longest national number."""

_KNOWN: Final = {name: frozenset(members) for name, members in ENTRIES_OF.items()}
_NAME_MEMBERS: Final = frozenset((*NAME, *OPTIONAL_NAME))

FIELDS: Final[dict[Part, str]] = {
    "first": "name/first-name",
    "last": "name/last-name",
    "suffix": "name/suffix",
    "prefix": "name/prefix",
    "middle": "name/middle-name",
    "organization": "organization",
    "unit": "department",
    "company": FLAG,
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

PROPERTY_FIELDS: Final = {
    "NICKNAME": "name/nickname",
    "X-PHONETIC-FIRST-NAME": "name/phonetic-first-name",
    "X-PHONETIC-LAST-NAME": "name/phonetic-last-name",
    "ROLE": "role",
    "BDAY": "birthday",
    "ANNIVERSARY": "anniversary",
    "PRONOUNS": "pronouns",
    "LANG": "language",
    "CATEGORIES": CATEGORIES,
    "SOCIALPROFILE": "social-profile",
    "IMPP": "im",
    "RELATED": "related",
    "TZ": "time-zone",
    "GEO": "geo",
}
"""The member of each property in `Contact.extra`, likewise, in the order of the card."""

ENTRY_MEMBERS: Final[dict[tuple[Part, str], str]] = {
    ("addresses", "text"): "address",
    ("phones", "own_label"): "label",
    ("emails", "own_label"): "label",
    ("addresses", "own_label"): "label",
}
"""The members of entries that have another name in a contact."""


def field_of(card_request: CardRequest, loss: Loss) -> str:
    """Return the member that a loss concerns, as a JSON pointer without its first slash."""
    if loss.part == "photo" and card_request.photo_bytes:
        return "photo"
    field, index = FIELDS.get(loss.part, loss.part), loss.index
    if loss.part == "extra" and index is not None:
        extra = card_request.contact.extra
        name = extra[index].name
        field = PROPERTY_FIELDS[name]
        index = sum(each.name == name for each in extra[:index]) if field in _KNOWN else None
    if index is None:
        return field
    indices = (card_request.maybe_indices or {}).get(field, {})
    member = ENTRY_MEMBERS.get((loss.part, loss.member), loss.member)
    return "/".join(filter(None, (field, str(indices.get(index, index)), member)))


def read_name(validator: Validator, value: Any, *, required: bool = True) -> tuple[str, str, str]:
    """Return the first name, the last name and the suffix; `required`: one of the names is."""
    before = len(validator.problems)
    name = validator.mapping(value, ("name",))
    if not name.keys() <= _NAME_MEMBERS:
        validator.ignored(name, _NAME_MEMBERS, ("name",))
    first = validator.name(name.get("first-name"), ("name", "first-name"))
    last = validator.name(name.get("last-name"), ("name", "last-name"))
    if required and not first and not last and len(validator.problems) == before:
        validator.refuse(E1515, ("name",), "name-missing")
    return first, last, validator.line(name.get("suffix"), ("name", "suffix"))


def read_phones(validator: Validator, value: Any) -> tuple[Phone, ...]:
    """Return the phones of the list `phone`."""
    phones = []
    known = _KNOWN["phone"]
    for index, content, entry in validator.entries(value, "phone", ("number",), known):
        field: Field = ("phone", index)
        if entry.get("extension") is not None:
            content = _extended(validator, content, entry["extension"], field)
        number, e164 = validator.phone(content, (*field, "number"))
        label, own_label = validator.phone_label(entry.get("label"), (*field, "label"))
        preferred = validator.flag(entry.get("preferred"), (*field, "preferred"))
        phones.append(
            Phone(number=number, label=label, e164=e164, preferred=preferred, own_label=own_label)
        )
    return tuple(phones)


def _extended(validator: Validator, number: Any, value: Any, field: Field) -> Any:
    """Return the number followed by its extension, as people write it and as `tel:` URIs do."""
    extension = validator.line(value, (*field, "extension"))
    if not extension or type(number) is not str:
        return number
    if len(extension) > EXTENSION or not (extension.isascii() and extension.isdigit()):
        validator.refuse(E1533, (*field, "extension"), "extension")
        return number
    before = ";ext=" if number.lstrip()[:4].lower() == "tel:" else " ext. "
    return f"{number.rstrip()}{before}{extension}"


def read_emails(validator: Validator, value: Any) -> tuple[Email, ...]:
    """Return the e-mail addresses of the list `email`."""
    emails = []
    for index, content, entry in validator.entries(value, "email", ("id",), _KNOWN["email"]):
        address = validator.email(content, ("email", index, "id"))
        label, own_label = validator.email_label(entry.get("label"), ("email", index, "label"))
        preferred = validator.flag(entry.get("preferred"), ("email", index, "preferred"))
        emails.append(Email(address=address, label=label, preferred=preferred, own_label=own_label))
    return tuple(emails)


def read_addresses(validator: Validator, value: Any) -> tuple[Address, ...]:
    """Return the postal addresses of the list `physical-address`."""
    addresses = []
    name, keys = "physical-address", ("address", *ADDRESS_PARTS)
    for index, content, entry in validator.entries(value, name, keys, _KNOWN[name]):
        field: Field = (name, index)
        if entry.keys().isdisjoint(ADDRESS_PARTS):
            address = Address(text=validator.block(content, (*field, "address")))
        else:
            address = _address(validator, entry, field)
        label, own_label = validator.address_label(entry.get("label"), (*field, "label"))
        addresses.append(structs.replace(address, label=label, own_label=own_label))
    return tuple(addresses)


def _address(validator: Validator, entry: dict[str, Any], field: Field) -> Address:
    """Return an address of which some parts may be known; free text beside a part is refused."""
    text = validator.block(entry.get("address"), (*field, "address"))
    parts: dict[str, Any] = {
        attribute: validator.short(entry.get(member), (*field, member))
        for member, attribute in ADDRESS_PARTS.items()
        if member != "street"
    }
    parts["text"] = validator.block(entry.get("street"), (*field, "street"))
    if text and any(parts.values()):
        cause, detail = "two-addresses", "Send either address or its parts."
        validator.refuse(E1524, (*field, "address"), cause, detail)
    code = parts["country"]
    if code and not standard_texts.is_country_code(code):
        detail = "It is two letters of ISO 3166-1, such as GB."
        validator.refuse(E1534, (*field, "country-code"), "country-code", detail)
    elif code and not parts["nation"]:
        parts["nation"] = countries.nation(code.upper())
    return Address(**{**parts, "text": text or parts["text"], "country": code.lower()})


def read_websites(validator: Validator, value: Any) -> tuple[Website, ...]:
    """Return the websites of the list `website`."""
    websites = []
    for index, content, entry in validator.entries(value, "website", ("url",), _KNOWN["website"]):
        url = validator.website(content, ("website", index, "url"))
        label = validator.website_label(entry.get("label"), ("website", index, "label"))
        websites.append(Website(url=url, label=label))
    return tuple(websites)
