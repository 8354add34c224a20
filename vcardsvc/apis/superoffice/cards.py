"""What a company is on cards: one of its own, then one for each of its persons.

Promises: whatever stands in an entity that was read can be written. No address, number or URL is
judged: what no card can carry stays in the words alone. What must never enter here: HTTP.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from vcardsvc.apis.superoffice.addresses import addresses
from vcardsvc.apis.superoffice.languages import Translation
from vcardsvc.model.contact import Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.validation import phones
from vcardsvc.validation.fields import Validator

Words = Mapping[str, Any]

_NUMBERS: Final[tuple[tuple[str, PhoneLabel], ...]] = (
    ("DirectPhone", "work"),
    ("MobilePhone", "mobile"),
    ("FaxPhone", "fax"),
)
"""A person's numbers, and what they are."""

_PARTS: Final = {
    "first": "Firstname", "middle": "MiddleName", "last": "Lastname", "prefix": "Mrmrs",
}  # fmt: skip
"""A name, and which members say its parts."""

WHOLE: Final = ("FullName", "FormalName")
"""Names with the prefix and the middle name in them."""

NAMING: Final = (
    "Firstname", "Lastname", *WHOLE, "MiddleName", "Kanafname", "Kanalname", "Email", "EmailName",
    *(name for name, _ in _NUMBERS), "ContactPhone", "ContactName",
)  # fmt: skip
"""Members of a person by any of which an entity without a Name has a card."""


def contacts(words: Words, validator: Validator, language: str = "") -> tuple[Contact, ...]:
    """The company's card, then its persons'; none when nobody has a name. `validator` knows where
    numbers without + are read that are in no known country; nothing is refused in it. Texts in
    several languages are in this one."""
    words = Translation(language).of(words)
    there, name = _there(words, validator), words.get("Name", "")
    persons = words.get("Persons", ())
    company = _company(words, name or _named_by(persons), there)
    found = [
        _person(words, one, company, there if _is_there(words, one) else validator)
        for one in persons
    ]
    named = [one for one in found if one.first or one.last]
    more = company != Contact(organization=company.organization)
    if name or (company.organization and (more or not named)):
        return (company, *named)
    if named and more:
        named[0] = _with(named[0], company)
    return tuple(named)


def _named_by(persons: list[Words]) -> str:
    """What the first person who names a company calls it."""
    return next((name for one in persons if (name := one.get("ContactName", ""))), "")


def _with(person: Contact, company: Contact) -> Contact:
    """A person with all that there is of a company that nobody names."""
    return replace(
        person,
        note="\n\n".join(filter(None, (person.note, company.note))),
        phones=(*person.phones, *company.phones),
        emails=(*person.emails, *company.emails),
        addresses=company.addresses,
        websites=company.websites,
    )


def _there(words: Words, validator: Validator) -> Validator:
    """One that reads numbers in the company's country: the vendor's reference says that it affects
    the phone number format."""
    country = words.get("Country") or {}
    code = country.get("TwoLetterISOCountry", "").upper()
    return (
        Validator(replace(validator.policy, region=code)) if phones.has_numbers(code) else validator
    )


def _is_there(words: Words, person: Words) -> bool:
    """Whether a person is in the company's country, as far as anybody said."""
    country = words.get("Country") or {}
    return person.get("CountryId", 0) in (0, country.get("CountryId", 0))


def _company(words: Words, name: str, validator: Validator) -> Contact:
    return Contact(
        organization=name,
        unit=words.get("Department", ""),
        note=words.get("Description", ""),
        phones=(
            *_phones(words, "Phones", "work", validator),
            *_phones(words, "Faxes", "fax", validator),
        ),
        emails=tuple(Email(address=said) for said in _values(words, "Emails")),
        addresses=addresses(words),
        websites=tuple(_websites(words, validator)),
    )


def _person(words: Words, person: Words, company: Contact, validator: Validator) -> Contact:
    said = person.get("ContactName", "")
    organization = words.get("Name") or said or company.organization
    own = person.get("ContactDepartment", "") if said in ("", organization) else ""
    job = dict.fromkeys(filter(None, (person.get("Position"), person.get("Title"))))
    numbers = tuple(_numbers(person, company, validator))
    maybe_email = _email(person)
    return Contact(
        **_name(person, numbers),
        organization=organization,
        unit=words.get("Department") or own,
        title=", ".join(job),
        note=person.get("Description", ""),
        phones=numbers,
        emails=(Email(address=maybe_email),) if maybe_email else (),
    )


def _name(person: Words, numbers: tuple[Phone, ...]) -> dict[str, Any]:
    """What a person is called: by name, else by what reaches him."""
    said = {part: person.get(name, "") for part, name in _PARTS.items()}
    if said["first"] or said["last"]:
        return said
    if whole := next((one for name in WHOLE if (one := person.get(name))), ""):
        return {"last": whole}
    kana = {"first": person.get("Kanafname", ""), "last": person.get("Kanalname", "")}
    if any(kana.values()):
        return {**said, **kana}
    known = (said["middle"], person.get("Email"), person.get("EmailName"))
    reached = filter(None, (*known, *(one.number for one in numbers)))
    return {"last": next(reached, ""), "prefix": said["prefix"]}


def _email(person: Words) -> str:
    """His address; EmailName may be a name as well."""
    name: str = person.get("EmailName", "")
    return person.get("Email") or (name if "@" in name else "")


def _numbers(person: Words, company: Contact, validator: Validator) -> Iterator[Phone]:
    """His own, then the company's that it does not say itself."""
    for name, label in _NUMBERS:
        if said := person.get(name):
            yield _phone(said, label, validator)
    if said := person.get("ContactPhone"):
        one = _phone(said, "work", validator)
        if _dialled(one) not in map(_dialled, company.phones):
            yield one


def _dialled(phone: Phone) -> str:
    return phone.e164 or phone.number


def _values(words: Words, name: str) -> list[str]:
    """The values of a list of elements that have one."""
    elements = words.get(name, ())
    return [said for one in elements if (said := one.get("Value") or one.get("StrippedValue"))]


def _phones(words: Words, name: str, label: PhoneLabel, validator: Validator) -> Iterator[Phone]:
    return (_phone(said, label, validator) for said in _values(words, name))


def _phone(said: str, label: PhoneLabel, validator: Validator) -> Phone:
    number, e164 = validator.phone(said, ())
    return Phone(number=number, label=label, e164=e164)


def _websites(words: Words, validator: Validator) -> Iterator[Website]:
    """Those that a card may carry: another scheme than http or https stays in the words."""
    for said in _values(words, "Urls"):
        judged = Validator(validator.policy)
        if url := judged.website(said, ()):
            yield Website(url=url)
