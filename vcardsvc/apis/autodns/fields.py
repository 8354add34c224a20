"""The contact object: the vendor's members -> its own words for the echo, and our contact.

    {"alias", "type", "organization", "title", "city", "country", "state", "email", "protection",
     "fname", "lname", "address": [...], "pcode", "phone", "fax", "comment", ...}

Source: the Contact of the vendor's OpenAPI. `title` stands before a person's name (Dr.), it is no
job. Members that only the server sets (id, created, updated, owner, updater) and unknown ones are
not read. What must never enter here: JSON or XML as they came, or a word that was not checked.
"""

import math
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from vcardsvc.apis.autodns.caller import is_mail
from vcardsvc.apis.autodns.codes import (
    E0301,
    EF03010,
    EF03011,
    EF03012,
    EF03015,
    EF03017,
    EF03018,
    EF03019,
)
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, composed
from vcardsvc.validation import phones
from vcardsvc.validation.countries import address_country, is_country, nation
from vcardsvc.validation.fields import Field, Validator

LENGTH: Final = 255
"""Characters of a line: what a registry takes in a postal field (RFC 5733)."""

BLOCK: Final = 2000
"""Characters of a comment, of all remarks, of an address ("may be very long", says the OpenAPI)."""

LINES: Final = 20
"""Lines of an address, and remarks."""

EXACT: Final = 2**53
"""Whole numbers from here on are not the same everywhere (RFC 8259 section 6)."""

DIGITS: Final = (3, 15)
"""Digits of a number with its country code; fifteen is the most (E.164)."""

_PHONE: Final = re.compile(r"\+[0-9]{1,3}[-0-9 ./()]{1,36}")
"""The form that clients send is +49-123-12345; other separators are taken too."""

_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""Names inside extensions: what is a name in JSON and in XML both."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

PCODES: Final[Mapping[str, re.Pattern[str]]] = {
    "CA": re.compile(r"[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]"),
    "NO": re.compile(r"[0-9]{4}"),
    "PL": re.compile(r"[0-9]{2}-[0-9]{3}"),
    "ES": re.compile(r"[0-9]{5}"),
}
"""Postal codes whose form is checked: those of the countries that the OpenAPI names."""

TYPES: Final = {word: word for word in ("PERSON", "ORG", "ROLE")}
PROTECTIONS: Final = {
    "SHOW_ALL": "SHOW_ALL",
    "SHOW_NONE": "SHOW_NONE",
    "A": "SHOW_ALL",
    "B": "SHOW_NONE",
}
"""The words of JSON and the letters of XML: both have a default, SHOW_NONE and B."""
LETTERS: Final = {"SHOW_ALL": "A", "SHOW_NONE": "B"}
VERIFICATIONS: Final = {word: word for word in ("PENDING", "SUCCESS", "FAILED", "NOT_SET")}
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}

SEARCHED: Final = (
    "alias", "type", "fname", "lname", "organization", "city", "state", "country", "pcode",
    "email", "phone", "fax",
)  # fmt: skip
"""Members that are kept as pairs, so that lists can be filtered by them."""

DEFAULTS: Final = {"type": "PERSON", "protection": "SHOW_NONE"}

Read = Callable[[Validator, Any, Field], Any]


def _line(validator: Validator, value: Any, field: Field) -> str:
    """A text of one line; EF03015 when it is too long."""
    text = validator.line(value, field)
    if len(text) > LENGTH:
        validator.refuse(EF03015, field, "too-long", f"It may hold {LENGTH} characters at most.")
        return ""
    return text


def _name(validator: Validator, value: Any, field: Field) -> str:
    before = len(validator.problems)
    text = validator.name(value, field)
    if len(validator.problems) > before or not text:
        return ""
    if len(text) > LENGTH:
        validator.refuse(EF03015, field, "too-long", f"It may hold {LENGTH} characters at most.")
    elif not any(character.isalpha() for character in text):
        code = EF03017 if field == ("fname",) else EF03018
        validator.refuse(code, field, "letterless", "It needs a letter.")
    return text


def _word(words: Mapping[str, Any]) -> Read:
    """One of these words, in any case."""

    def read(validator: Validator, value: Any, field: Field) -> Any:
        text = _line(validator, value, field)
        if text and text.upper() not in words:
            offered = ", ".join(dict.fromkeys(words.values()))
            validator.refuse(E0301, field, "word", f"It is one of: {offered}.")
        return words.get(text.upper(), "")

    return read


def _flag(validator: Validator, value: Any, field: Field) -> bool:
    """True or false; an example of the vendor's has them as strings."""
    if type(value) is bool:
        return value
    found = FLAGS.get(value.strip().lower()) if type(value) is str else None
    if found is None:
        validator.refuse(E0301, field, "flag", "It must be true or false.")
    return bool(found)


def _phone(validator: Validator, value: Any, field: Field) -> str:
    before = len(validator.problems)
    number, _ = validator.phone(value, field)
    if len(validator.problems) > before or not number:
        return ""
    digits = sum(character.isdigit() for character in number)
    if not _PHONE.fullmatch(number) or not DIGITS[0] <= digits <= DIGITS[1]:
        code = EF03011 if field == ("fax",) else EF03010 if field == ("phone",) else E0301
        validator.refuse(code, field, "phone", "It is written like +49-123-12345.")
        return ""
    return number


def _email(validator: Validator, value: Any, field: Field) -> str:
    text = _line(validator, value, field)
    if text and not is_mail(text):
        validator.refuse(E0301, field, "email", "It must be an e-mail address.")
        return ""
    return text


def _country(validator: Validator, value: Any, field: Field) -> str:
    """A code of ISO 3166-1 in capitals, or one that has numbers of its own (XK); names of countries
    are mapped to theirs."""
    text = _line(validator, value, field)
    if not text:
        return ""
    code = text.upper()
    if text.isascii() and (is_country(code) or phones.has_numbers(code)):
        return code
    found = address_country(f",{text}").upper()
    if not found:
        validator.refuse(E0301, field, "country", "It must be a code of two letters (ISO 3166-1).")
    return found


def _comment(validator: Validator, value: Any, field: Field) -> str:
    text = validator.block(value, field)
    if len(text) > BLOCK:
        validator.refuse(EF03012, field, "too-long", f"It may hold {BLOCK} characters at most.")
        return ""
    if not text.isascii():
        validator.refuse(E0301, field, "not-ascii", "It may hold ASCII characters only.")
        return ""
    return text


def _lines(validator: Validator, value: Any, field: Field) -> list[str]:
    """The lines that are not blank, of a list of them."""
    if type(value) is not list:
        validator.refuse(E0301, field, "not-an-array", "It must be an array of strings.")
        return []
    code = EF03012 if field == ("remarks",) else EF03015
    if len(value) > LINES:
        validator.refuse(code, field, "too-many", f"It may have {LINES} lines at most.")
        return []
    read = [validator.line(one, (*field, place)) for place, one in enumerate(value)]
    lines = [line for line in read if line]
    if sum(map(len, lines)) > BLOCK:
        validator.refuse(code, field, "too-long", f"It may hold {BLOCK} characters at most.")
        return []
    return lines


def _tree(kind: type, name: str) -> Read:
    """An object or an array whose inside nobody here looks into, echoed when it can be."""

    def read(validator: Validator, value: Any, field: Field) -> Any:
        fault = f"It must be {name}." if type(value) is not kind else _fault(value)
        if fault:
            validator.refuse(E0301, field, "tree", fault)
            return kind()
        return value

    return read


def _fault(value: Any) -> str:
    """Why a value cannot be kept and echoed in JSON and in XML, "" when it can."""
    if type(value) is dict:
        if not all(_KEY.fullmatch(key) for key in value):
            return "Names in it are made of letters, digits and _."
        return next(filter(None, map(_fault, value.values())), "")
    if type(value) is list:
        return next(filter(None, map(_fault, value)), "")
    if type(value) is str:
        return "A text in it holds a control character." if _CONTROL.search(value) else ""
    if type(value) in (int, float) and not (math.isfinite(value) and abs(value) < EXACT):
        return "A number in it is too large."
    return ""


MEMBERS: Final[Mapping[str, Read]] = {
    "alias": _line,
    "type": _word(TYPES),
    "organization": _line,
    "title": _line,
    "city": _line,
    "country": _country,
    "state": _line,
    "email": _email,
    "protection": _word(PROTECTIONS),
    "sip": _line,
    "remarks": _lines,
    "domainsafe": _flag,
    "confirmOwnerConsent": _flag,
    "comment": _comment,
    "verification": _word(VERIFICATIONS),
    "fname": _name,
    "lname": _name,
    "address": _lines,
    "pcode": _line,
    "phone": _phone,
    "fax": _phone,
    "nicRef": _tree(list, "an array"),
    "extensions": _tree(dict, "an object"),
}
"""Every member that is read, in the order of the vendor's answers."""


Words = dict[str, Any]


def read_contact(validator: Validator, members: Mapping[str, Any]) -> tuple[Words, Contact]:
    """The words of a contact and our model of it; every fault is refused in `validator`."""
    words = completed(validator, _words(validator, members))
    return words, _modelled(validator, words, members)


def read_change(validator: Validator, members: Mapping[str, Any]) -> tuple[Words, Contact]:
    """The same of a change, whose words are `completed` when it is known what is there."""
    words = _words(validator, members)
    return words, _modelled(validator, words, members)


def completed(validator: Validator, words: Mapping[str, Any]) -> Words:
    """The words with the defaults of what they lack, in the order of the vendor's answers; what
    makes no whole contact is refused in `validator`."""
    whole = {name: words.get(name) or word for name, word in DEFAULTS.items()}
    whole = {**words, **whole}
    _complete(validator, whole)
    return {name: whole[name] for name in MEMBERS if name in whole}


def _words(validator: Validator, members: Mapping[str, Any]) -> Words:
    return {
        name: read(validator, members[name], (name,))
        for name, read in MEMBERS.items()
        if members.get(name) is not None
    }


def _modelled(validator: Validator, words: Words, members: Mapping[str, Any]) -> Contact:
    postal = PCODES.get(words.get("country", ""))
    if words.get("pcode") and postal and not postal.fullmatch(words["pcode"]):
        validator.refuse(E0301, ("pcode",), "pcode", "It is no postal code of this country.")
    said = members.get("country")
    return _contact(validator, words, composed(said.strip()) if type(said) is str else "")


def _complete(validator: Validator, words: Mapping[str, Any]) -> None:
    """An ORG has an organization, a PERSON a last name, a ROLE one of them."""
    wrong = {problem.field for problem in validator.problems}
    named, organized = bool(words.get("lname")), bool(words.get("organization"))
    kind = words["type"]
    if kind == "ORG" and not organized and "/organization" not in wrong:
        validator.refuse(EF03019, ("organization",), "missing", "Type ORG needs one.")
    lacking = not named and (kind == "PERSON" or (kind == "ROLE" and not organized))
    if lacking and "/lname" not in wrong:
        validator.refuse(EF03018, ("lname",), "missing", f"Type {kind} needs one.")


def _contact(validator: Validator, words: Mapping[str, Any], country: str) -> Contact:
    def text(name: str) -> str:
        return str(words.get(name, ""))

    note = "\n".join(filter(None, (text("comment"), *words.get("remarks", ()))))
    return Contact(
        first=text("fname"),
        last=text("lname"),
        prefix=text("title"),
        organization=text("organization"),
        note=note,
        phones=_phones(validator, words),
        emails=(Email(address=text("email")),) if text("email") else (),
        addresses=_addresses(words, country),
    )


def _phones(validator: Validator, words: Mapping[str, Any]) -> tuple[Phone, ...]:
    general = words.get("extensions", {}).get("general")
    said = general.get("mobilePhone") if type(general) is dict else None
    mobile = _phone(validator, said, ("extensions", "general", "mobilePhone")) if said else ""
    found: list[tuple[str, PhoneLabel]] = [
        (words.get("phone", ""), "work"),
        (mobile, "mobile"),
        (words.get("fax", ""), "fax"),
    ]
    return tuple(
        Phone(number=number, label=label, e164=phones.e164(number, validator.policy.region))
        for number, label in found
        if number
    )


def _addresses(words: Mapping[str, Any], country: str) -> tuple[Address, ...]:
    code = words.get("country", "")
    address = Address(
        text="\n".join(words.get("address", ())),
        country=code.lower(),
        locality=words.get("city", ""),
        region=words.get("state", ""),
        code=words.get("pcode", ""),
        nation=country if len(country) > 2 else nation(code) or code,
    )
    return (address,) if address != Address(text="") else ()


def identity(words: Mapping[str, Any]) -> bytes:
    """What two contacts share that are "of the same name": their type, names and organization."""
    said = (str(words.get(name, "")) for name in ("type", "fname", "lname", "organization"))
    return sha256("\x1f".join(map(folded, said)).encode()).digest()


def folded(text: str) -> str:
    """The text as others are compared with it: without regard to case and to how many blanks."""
    return " ".join(text.casefold().split())


def alias(words: Mapping[str, Any], token: str) -> str:
    """An alias for a contact that came without one: its name and a token, like John-Doe-1f2e."""
    parts = [words.get("fname"), words.get("lname")] if words.get("lname") else []
    name = "-".join(" ".join(filter(None, parts or [words.get("organization")])).split())
    return f"{name[: LENGTH - len(token) - 1]}-{token}"


def searched(words: Mapping[str, Any]) -> dict[str, str]:
    """The pairs by which lists find it, folded."""
    return {name: folded(words[name]) for name in SEARCHED if words.get(name)}
