"""Maps AutoDNS's contacts: members to the vendor fields that are kept, and to the card's contact.

`title` stands before a person's name (Dr.) and is no job: it is the card's prefix.

Source: the Contact of the vendor's OpenAPI; the vendor's page of DomainCreatePlus on duplicates.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from vcardsvc.apis.autodns.errors import E0301, EF03018, EF03019
from vcardsvc.apis.autodns.members import LENGTH, MEMBERS, read_phone
from vcardsvc.model.address_book import Entry
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, composed
from vcardsvc.validation import phones
from vcardsvc.validation.countries import nation
from vcardsvc.validation.fields import Validator

PCODES: Final[Mapping[str, re.Pattern[str]]] = {
    "CA": re.compile(r"[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]"),
    "NO": re.compile(r"[0-9]{4}"),
    "PL": re.compile(r"[0-9]{2}-[0-9]{3}"),
    "ES": re.compile(r"[0-9]{5}"),
}
"""Postal codes whose form is checked: those of the countries that the OpenAPI names."""

SEARCHED: Final = (
    "alias", "type", "fname", "lname", "organization", "city", "state", "country", "pcode",
    "email", "phone", "fax",
)  # fmt: skip
"""The members that are also kept as pairs, for the filters of lists."""

DEFAULTS: Final = {"type": "PERSON", "protection": "SHOW_NONE"}

_SERVER_SET: Final = ("owner", "updater")
"""The vendor fields that the request's members do not set."""

Fields = dict[str, Any]


def read_contact(validator: Validator, members: Mapping[str, Any]) -> tuple[Fields, Contact]:
    """Return the vendor fields and the card's contact of a new one; problems are recorded."""
    fields = complete(validator, _read_members(validator, members))
    return fields, _checked_contact(validator, fields, members)


def read_change(validator: Validator, members: Mapping[str, Any]) -> tuple[Fields, Contact]:
    """Return the same of an update. Its fields are completed with those of the existing entry."""
    fields = _read_members(validator, members)
    return fields, _checked_contact(validator, fields, members)


def complete(validator: Validator, fields: Mapping[str, Any]) -> Fields:
    """Return the fields with the defaults of absent ones, in the order of the vendor's responses.

    An ORG without an organization is refused, a PERSON without a last name, a ROLE without either.
    """
    defaults = {name: fields.get(name) or value for name, value in DEFAULTS.items()}
    completed = {**fields, **defaults}
    refused = {problem.field for problem in validator.problems}
    has_name, has_organization = bool(fields.get("lname")), bool(fields.get("organization"))
    kind = completed["type"]
    if kind == "ORG" and not has_organization and "/organization" not in refused:
        validator.refuse(EF03019, ("organization",), "missing", "Type ORG needs one.")
    lacks_name = kind == "PERSON" or (kind == "ROLE" and not has_organization)
    if lacks_name and not has_name and "/lname" not in refused:
        validator.refuse(EF03018, ("lname",), "missing", f"Type {kind} needs one.")
    return {name: completed[name] for name in MEMBERS if name in completed}


def _read_members(validator: Validator, members: Mapping[str, Any]) -> Fields:
    return {
        name: read(validator, members[name], (name,))
        for name, read in MEMBERS.items()
        if members.get(name) is not None
    }


def _checked_contact(validator: Validator, fields: Fields, members: Mapping[str, Any]) -> Contact:
    """Return the card's contact. A postal code that is none of the country's is refused."""
    maybe_form = PCODES.get(fields.get("country", ""))
    if fields.get("pcode") and maybe_form and not maybe_form.fullmatch(fields["pcode"]):
        validator.refuse(E0301, ("pcode",), "pcode", "It is no postal code of this country.")
    country = members.get("country")
    typed_country = composed(country.strip()) if type(country) is str else ""
    note = "\n".join(filter(None, (fields.get("comment", ""), *fields.get("remarks", ()))))
    email = fields.get("email", "")
    return Contact(
        first=fields.get("fname", ""),
        last=fields.get("lname", ""),
        prefix=fields.get("title", ""),
        organization=fields.get("organization", ""),
        note=note,
        phones=_phones(validator, fields),
        emails=(Email(address=email),) if email else (),
        addresses=_addresses(fields, typed_country),
    )


def _phones(validator: Validator, fields: Fields) -> tuple[Phone, ...]:
    general = fields.get("extensions", {}).get("general")
    value = general.get("mobilePhone") if type(general) is dict else None
    mobile = read_phone(validator, value, ("extensions", "general", "mobilePhone")) if value else ""
    numbers: list[tuple[str, PhoneLabel]] = [
        (fields.get("phone", ""), "work"),
        (mobile, "mobile"),
        (fields.get("fax", ""), "fax"),
    ]
    return tuple(
        Phone(number=number, label=label, e164=phones.e164(number, validator.policy.region))
        for number, label in numbers
        if number
    )


def _addresses(fields: Fields, typed_country: str) -> tuple[Address, ...]:
    """Return the address, whose country has its name as typed, else its English name."""
    code = fields.get("country", "")
    address = Address(
        text="\n".join(fields.get("address", ())),
        country=code.lower(),
        locality=fields.get("city", ""),
        region=fields.get("state", ""),
        code=fields.get("pcode", ""),
        nation=typed_country if len(typed_country) > 2 else nation(code) or code,
    )
    return (address,) if address != Address(text="") else ()


def dedupe_key(fields: Mapping[str, Any]) -> bytes:
    """Return the key that contacts "of the same name" share: type, names and organization."""
    names = (str(fields.get(name, "")) for name in ("type", "fname", "lname", "organization"))
    return sha256("\x1f".join(map(folded, names)).encode()).digest()


def is_same(fields: Mapping[str, Any], *, with_alias: bool) -> Callable[[Entry], bool]:
    """Return a function that says whether an entry holds the same data as these fields.

    A generated alias does not count, nor an empty member, nor a flag that is not set: XML has them,
    and JSON leaves them out.
    """
    skipped = _SERVER_SET if with_alias else (*_SERVER_SET, "alias")

    def data(of: Mapping[str, Any]) -> Fields:
        return {name: value for name, value in of.items() if value and name not in skipped}

    return lambda entry: data(entry.vendor_fields) == data(fields)


def folded(text: str) -> str:
    """Return a text for comparisons: in one case, its blanks as single spaces."""
    return " ".join(text.casefold().split())


def alias_token() -> str:
    """Return eight hexadecimal digits, which tell a generated alias from others."""
    return secrets.token_hex(4)


def generated_alias(fields: Mapping[str, Any], token: str) -> str:
    """Return the alias of a contact without one: its name and a token, like John-Doe-1f2e."""
    parts = [fields.get("fname"), fields.get("lname")] if fields.get("lname") else []
    name = "-".join(" ".join(filter(None, parts or [fields.get("organization")])).split())
    return f"{name[: LENGTH - len(token) - 1]}-{token}"


def search_pairs(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the pairs by which lists find a contact, folded."""
    return {name: folded(fields[name]) for name in SEARCHED if fields.get(name)}
