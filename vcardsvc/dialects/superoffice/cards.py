"""What a company is on cards: one of its own, then one for each of its persons.

Promises: whatever stands in an entity that was read can be written. No address, number or URL is
judged: what no card can carry stays in the words alone. What must never enter here: HTTP.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from vcardsvc import phones
from vcardsvc.contact import Address, Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.rules import Reading

Words = Mapping[str, Any]

_NUMBERS: Final[tuple[tuple[str, PhoneLabel], ...]] = (
    ("DirectPhone", "work"),
    ("MobilePhone", "mobile"),
    ("FaxPhone", "fax"),
)
"""A person's numbers, and what they are."""

_STREET: Final = ("Address1", "Address2", "Address3")

_PLACED: Final = {
    "address1": "Address1", "address2": "Address2", "address3": "Address3", "city": "City",
    "county": "County", "state": "State", "zipcode": "Zipcode", "zip": "Zipcode",
}  # fmt: skip
"""Localized fields whose names say which part of an address they are."""


def contacts(words: Words, reading: Reading) -> tuple[Contact, ...]:
    """The company's card, then its persons'; none when nobody has a name. `reading` knows where
    numbers without + are read that are in no known country; nothing is refused in it."""
    company = str(words.get("Name", ""))
    there = _there(words, reading)
    persons = [
        _person(words, one, there if _is_there(words, one) else reading)
        for one in words.get("Persons", ())
    ]
    named = [one for one in persons if one.first or one.last]
    return (_company(words, there), *named) if company else tuple(named)


def _there(words: Words, reading: Reading) -> Reading:
    """One that reads numbers in the company's country: the vendor's reference says that it affects
    the phone number format."""
    country = words.get("Country") or {}
    code = country.get("TwoLetterISOCountry", "").upper()
    return Reading(replace(reading.policy, region=code)) if phones.has_numbers(code) else reading


def _is_there(words: Words, person: Words) -> bool:
    """Whether a person is in the company's country, as far as anybody said."""
    country = words.get("Country") or {}
    return person.get("CountryId", 0) in (0, country.get("CountryId", 0))


def _company(words: Words, reading: Reading) -> Contact:
    return Contact(
        organization=words["Name"],
        unit=words.get("Department", ""),
        note=words.get("Description", ""),
        phones=(
            *_phones(words, "Phones", "work", reading),
            *_phones(words, "Faxes", "fax", reading),
        ),
        emails=tuple(Email(address=said) for said in _values(words, "Emails")),
        addresses=_addresses(words),
        websites=tuple(_websites(words, reading)),
    )


def _person(words: Words, person: Words, reading: Reading) -> Contact:
    first, last = person.get("Firstname", ""), person.get("Lastname", "")
    maybe_email = person.get("Email", "")
    return Contact(
        first=first,
        last=last or ("" if first else person.get("FullName", "")),
        middle=person.get("MiddleName", ""),
        prefix=person.get("Mrmrs", ""),
        organization=words.get("Name", ""),
        unit=words.get("Department", ""),
        title=person.get("Position") or person.get("Title", ""),
        note=person.get("Description", ""),
        phones=tuple(
            _phone(person[name], label, reading) for name, label in _NUMBERS if person.get(name)
        ),
        emails=(Email(address=maybe_email),) if maybe_email else (),
    )


def _values(words: Words, name: str) -> list[str]:
    """The values of a list of elements that have one."""
    return [value for one in words.get(name, ()) if (value := one.get("Value"))]


def _phones(words: Words, name: str, label: PhoneLabel, reading: Reading) -> Iterator[Phone]:
    return (_phone(said, label, reading) for said in _values(words, name))


def _phone(said: str, label: PhoneLabel, reading: Reading) -> Phone:
    number, e164 = reading.phone(said, ())
    return Phone(number=number, label=label, e164=e164)


def _websites(words: Words, reading: Reading) -> Iterator[Website]:
    """Those that a card may carry: another scheme than http or https stays in the words."""
    for said in _values(words, "Urls"):
        judged = Reading(reading.policy)
        if url := judged.website(said, ()):
            yield Website(url=url)


def _addresses(words: Words) -> tuple[Address, ...]:
    """The street's and the postal address, each once; else the localized ones, else the free text
    that is all there is."""
    address = words.get("Address") or {}
    structured = [address.get("Street") or {}, address.get("Postal") or {}]
    found = [_structured(words, parts) for parts in structured if any(parts.get(n) for n in _PARTS)]
    if not found:
        found = [_structured(words, parts) for parts in _localized(address)]
    free = (one.get("Formatted", "") for one in (*structured, address))
    if not found:
        found = [_nation(words, text=text) for text in free if text][:1]
    return tuple(dict.fromkeys(found))


_PARTS: Final = (*_STREET, "City", "County", "State", "Zipcode")


def _structured(words: Words, parts: Words) -> Address:
    return _nation(
        words,
        text="\n".join(filter(None, (parts.get(name, "") for name in _STREET))),
        locality=parts.get("City", ""),
        region=parts.get("State") or parts.get("County", ""),
        code=parts.get("Zipcode", ""),
    )


def _nation(words: Words, **parts: str) -> Address:
    country = words.get("Country") or {}
    code = country.get("TwoLetterISOCountry", "")
    return Address(
        country=code.lower() if len(code) == 2 and code.isascii() and code.isalpha() else "",
        nation=country.get("EnglishName") or country.get("Name", ""),
        **parts,  # type: ignore[arg-type]
    )


def _localized(address: Words) -> list[dict[str, str]]:
    """The parts of each localized address, by its type; a field of another name is a line of the
    street."""
    found: dict[str, dict[str, str]] = {}
    for one in (field for row in address.get("LocalizedAddress", ()) for field in row):
        if value := one.get("Value", ""):
            parts = found.setdefault(one.get("AddressType", ""), {})
            name = _PLACED.get(one.get("Name", "").lower(), "Address3")
            parts[name] = f"{parts[name]}\n{value}" if parts.get(name) else value
    return [{**parts, **_one_line(parts)} for parts in found.values()]


def _one_line(parts: Mapping[str, str]) -> dict[str, str]:
    """All but the street, without the line breaks that only a street may have."""
    return {name: " ".join(said.split()) for name, said in parts.items() if name not in _STREET}
