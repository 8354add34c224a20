"""Maps a validated entity to contacts: one of the company, then one of each of its persons.

Every validated entity has contacts that can be written. Addresses, numbers and URLs are not
refused: values that no card can have stay in the vendor's fields alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from msgspec import structs

from vcardsvc.apis.superoffice.equivalents import KINDS, PARTS, STREET, is_of_kind, localized
from vcardsvc.apis.superoffice.translation import translated
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.validation import phones
from vcardsvc.validation.fields import Validator

Members = Mapping[str, Any]

_NUMBERS: Final[tuple[tuple[str, PhoneLabel], ...]] = (
    ("DirectPhone", "work"),
    ("MobilePhone", "mobile"),
    ("FaxPhone", "fax"),
)
"""A person's numbers and their labels."""

_NAME_PARTS: Final = {
    "first": "Firstname", "middle": "MiddleName", "last": "Lastname", "prefix": "Mrmrs",
}  # fmt: skip
"""The parts of a name, and the members that have them."""

FULL_NAMES: Final = ("FullName", "FormalName")
"""Members with a whole name, its prefix and middle name included."""

NAMING: Final = (
    "Firstname", "Lastname", *FULL_NAMES, "MiddleName", "Kanafname", "Kanalname", "Email",
    "EmailName", *(name for name, _ in _NUMBERS), "ContactPhone", "ContactName",
)  # fmt: skip
"""Members of a person of which one is enough for a card of an entity without a Name."""


def contacts(entity: Members, validator: Validator, language: str = "") -> tuple[Contact, ...]:
    """Return the company's contact, then its persons'; none if nothing has a name.

    `validator` has the region of national numbers outside any known country; it records no problem.
    Multi-language texts are in `language`.
    """
    entity, _ = translated(entity, language)
    local, name = _in_country(entity, validator), entity.get("Name", "")
    persons = entity.get("Persons", ())
    named_by_person = next((one["ContactName"] for one in persons if one.get("ContactName")), "")
    company = _company(entity, name or named_by_person, local)
    people = [
        _person(entity, one, company, local if _is_in_country(entity, one) else validator)
        for one in persons
    ]
    named = [one for one in people if one.first or one.last]
    has_data = company != Contact(organization=company.organization)
    if name or (company.organization and (has_data or not named)):
        return (company, *named)
    if named and has_data:
        named[0] = _with_data_of(company, named[0])
    return tuple(named)


def _with_data_of(company: Contact, person: Contact) -> Contact:
    """Return the person with the data of a company that has no name of its own."""
    return structs.replace(
        person,
        note="\n\n".join(filter(None, (person.note, company.note))),
        phones=(*person.phones, *company.phones),
        emails=(*person.emails, *company.emails),
        addresses=company.addresses,
        websites=company.websites,
    )


def _in_country(entity: Members, validator: Validator) -> Validator:
    """Return a validator that reads national numbers in the company's country: by the vendor's
    reference the country affects the phone number format."""
    country = entity.get("Country") or {}
    code = country.get("TwoLetterISOCountry", "").upper()
    if not phones.has_numbers(code):
        return validator
    return Validator(replace(validator.policy, region=code))


def _is_in_country(entity: Members, person: Members) -> bool:
    """Return whether a person is in the company's country, as far as both are known."""
    country = entity.get("Country") or {}
    return person.get("CountryId", 0) in (0, country.get("CountryId", 0))


def _company(entity: Members, name: str, validator: Validator) -> Contact:
    labels: tuple[tuple[str, PhoneLabel], ...] = (("Phones", "work"), ("Faxes", "fax"))
    return Contact(
        organization=name,
        unit=entity.get("Department", ""),
        note=entity.get("Description", ""),
        phones=tuple(
            _phone(number, label, validator)
            for member, label in labels
            for number in _values(entity, member)
        ),
        emails=tuple(Email(address=one) for one in _values(entity, "Emails")),
        addresses=_addresses(entity) if entity.get("Address") else (),
        websites=tuple(_websites(entity, validator)),
    )


def _person(entity: Members, person: Members, company: Contact, validator: Validator) -> Contact:
    own_company = person.get("ContactName", "")
    organization = entity.get("Name") or own_company or company.organization
    is_same = own_company in ("", organization)
    titles = dict.fromkeys(filter(None, (person.get("Position"), person.get("Title"))))
    numbers = tuple(_numbers(person, company, validator))
    # EmailName can be a name or an address.
    maybe_address = person.get("EmailName", "")
    email = person.get("Email") or (maybe_address if "@" in maybe_address else "")
    return Contact(
        **_name(person, numbers),
        organization=organization,
        unit=entity.get("Department") or (person.get("ContactDepartment", "") if is_same else ""),
        title=", ".join(titles),
        note=person.get("Description", ""),
        phones=numbers,
        emails=(Email(address=email),) if email else (),
    )


def _name(person: Members, numbers: tuple[Phone, ...]) -> dict[str, Any]:
    """Return a person's name, or else the first of its addresses and numbers."""
    parts = {part: person.get(name, "") for part, name in _NAME_PARTS.items()}
    if parts["first"] or parts["last"]:
        return parts
    if full := next((one for name in FULL_NAMES if (one := person.get(name))), ""):
        return {"last": full}
    kana = {"first": person.get("Kanafname", ""), "last": person.get("Kanalname", "")}
    if any(kana.values()):
        return {**parts, **kana}
    known = (parts["middle"], person.get("Email"), person.get("EmailName"))
    reached = filter(None, (*known, *(one.number for one in numbers)))
    return {"last": next(reached, ""), "prefix": parts["prefix"]}


def _numbers(person: Members, company: Contact, validator: Validator) -> Iterator[Phone]:
    """Yield the person's own numbers, then the company's number if the company lacks it."""
    for name, label in _NUMBERS:
        if number := person.get(name):
            yield _phone(number, label, validator)
    if number := person.get("ContactPhone"):
        phone = _phone(number, "work", validator)
        if _dialled(phone) not in map(_dialled, company.phones):
            yield phone


def _dialled(phone: Phone) -> str:
    return phone.e164 or phone.number


def _phone(number: str, label: PhoneLabel, validator: Validator) -> Phone:
    typed, e164 = validator.phone(number, ())
    return Phone(number=typed, label=label, e164=e164)


def _values(entity: Members, name: str) -> list[str]:
    """Return the values of a list of elements, without the empty ones."""
    elements = entity.get(name, ())
    return [value for one in elements if (value := one.get("Value") or one.get("StrippedValue"))]


def _websites(entity: Members, validator: Validator) -> Iterator[Website]:
    """Yield the URLs that a card may have: those of http and https."""
    for value in _values(entity, "Urls"):
        if url := Validator(validator.policy).website(value, ()):
            yield Website(url=url)


def _addresses(entity: Members) -> tuple[Address, ...]:
    """Return the street's and the postal address, each once.

    Each is in its parts, or else localized, or else a free text; localized addresses of other types
    follow. The text of the whole address counts if there is nothing else.
    """
    address = entity.get("Address") or {}
    by_type = localized(address)
    found: list[Address] = []
    for kind in KINDS:
        parts = address.get(kind) or {}
        of_kind = [by_type.pop(one) for one in [*by_type] if is_of_kind(one, kind)]
        if any(parts.get(name) for name in PARTS):
            found.append(_address_in_parts(entity, parts))
        elif of_kind:
            found += [_address_in_parts(entity, one) for one in of_kind]
        elif text := parts.get("Formatted", ""):
            found.append(_address(entity, text=text))
    found += [_address_in_parts(entity, parts) for parts in by_type.values()]
    if not found and (text := address.get("Formatted", "")):
        found = [_address(entity, text=text)]
    return tuple(dict.fromkeys(found))


def _address_in_parts(entity: Members, parts: Members) -> Address:
    # A card has one region: the county is written before the state that it is in.
    regions = dict.fromkeys(filter(None, (parts.get("County"), parts.get("State"))))
    return _address(
        entity,
        text="\n".join(filter(None, (parts.get(name, "") for name in STREET))),
        locality=parts.get("City", ""),
        region=", ".join(regions),
        code=parts.get("Zipcode", ""),
    )


def _address(entity: Members, **parts: str) -> Address:
    country = entity.get("Country") or {}
    code = country.get("TwoLetterISOCountry", "")
    return Address(
        country=code.lower() if len(code) == 2 and code.isascii() and code.isalpha() else "",
        nation=country.get("EnglishName") or country.get("Name", ""),
        **parts,  # type: ignore[arg-type]
    )
