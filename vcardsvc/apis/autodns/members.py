"""Checks the members of AutoDNS's contacts: one reader for each, and the value that is kept.

    {"alias", "type", "organization", "title", "city", "country", "state", "email", "protection",
     "fname", "lname", "address": [...], "pcode", "phone", "fax", "comment", ...}

Members that only the server sets (id, created, updated, owner, updater) and unknown ones are not
read.

Source: the Contact of the vendor's OpenAPI.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from vcardsvc.apis.autodns.caller import is_email
from vcardsvc.apis.autodns.errors import (
    E0301,
    EF03010,
    EF03011,
    EF03012,
    EF03015,
    EF03017,
    EF03018,
)
from vcardsvc.validation import phones
from vcardsvc.validation.countries import address_country, is_country
from vcardsvc.validation.fields import Field, Validator

LENGTH: Final = 255
"""Characters of a line: the limit of a registry's postal fields (RFC 5733)."""

BLOCK: Final = 2000
"""Characters of a comment, of all remarks, of an address ("may be very long", says the OpenAPI)."""

LINES: Final = 20
"""Lines of an address, and remarks."""

EXACT: Final = 2**53
"""From this whole number on, JSON readers disagree (RFC 8259 section 6)."""

DIGITS: Final = (3, 15)
"""The fewest and the most digits of a number with its country code (E.164: 15)."""

_PHONE: Final = re.compile(r"\+[0-9]{1,3}[-0-9 ./()]{1,36}")
"""Clients send the form +49-123-12345; other separators are accepted too."""

_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""A name inside extensions: valid in JSON and as an XML element."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

TYPES: Final = {name: name for name in ("PERSON", "ORG", "ROLE")}
PROTECTIONS: Final = {
    "SHOW_ALL": "SHOW_ALL",
    "SHOW_NONE": "SHOW_NONE",
    "A": "SHOW_ALL",
    "B": "SHOW_NONE",
}
"""The names of JSON and the letters of XML; the default is SHOW_NONE, in XML B."""
LETTERS: Final = {"SHOW_ALL": "A", "SHOW_NONE": "B"}
VERIFICATIONS: Final = {name: name for name in ("PENDING", "SUCCESS", "FAILED", "NOT_SET")}
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}

Reader = Callable[[Validator, Any, Field], Any]
"""Returns the value of a member that is kept; a wrong one is refused, and counts as absent."""


def _line(validator: Validator, value: Any, field: Field) -> str:
    """Return a text of one line; EF03015 if it is too long."""
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


def _one_of(names: Mapping[str, str]) -> Reader:
    """Return a reader of one of these names, in any case."""

    def read(validator: Validator, value: Any, field: Field) -> str:
        text = _line(validator, value, field)
        if text and text.upper() not in names:
            offered = ", ".join(dict.fromkeys(names.values()))
            validator.refuse(E0301, field, "word", f"It is one of: {offered}.")
        return names.get(text.upper(), "")

    return read


def _flag(validator: Validator, value: Any, field: Field) -> bool:
    """Return true or false; an example of the vendor's has them as strings."""
    if type(value) is bool:
        return value
    maybe_flag = FLAGS.get(value.strip().lower()) if type(value) is str else None
    if maybe_flag is None:
        validator.refuse(E0301, field, "flag", "It must be true or false.")
    return bool(maybe_flag)


def read_phone(validator: Validator, value: Any, field: Field) -> str:
    """Return an international number as typed."""
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
    if text and not is_email(text):
        validator.refuse(E0301, field, "email", "It must be an e-mail address.")
        return ""
    return text


def _country(validator: Validator, value: Any, field: Field) -> str:
    """Return the ISO 3166-1 code of a code or a country's name; also a code with telephone numbers
    of its own (XK)."""
    text = _line(validator, value, field)
    if not text:
        return ""
    code = text.upper()
    if text.isascii() and (is_country(code) or phones.has_numbers(code)):
        return code
    named = address_country(f",{text}").upper()
    if not named:
        validator.refuse(E0301, field, "country", "It must be a code of two letters (ISO 3166-1).")
    return named


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
    """Return the lines of an array that are not blank."""
    if type(value) is not list:
        validator.refuse(E0301, field, "not-an-array", "It must be an array of strings.")
        return []
    code = EF03012 if field == ("remarks",) else EF03015
    if len(value) > LINES:
        validator.refuse(code, field, "too-many", f"It may have {LINES} lines at most.")
        return []
    texts = [validator.line(text, (*field, index)) for index, text in enumerate(value)]
    lines = [line for line in texts if line]
    if sum(map(len, lines)) > BLOCK:
        validator.refuse(code, field, "too-long", f"It may hold {BLOCK} characters at most.")
        return []
    return lines


def _opaque(kind: type, name: str) -> Reader:
    """Return a reader of an object or an array whose members are not read, but echoed."""

    def read(validator: Validator, value: Any, field: Field) -> Any:
        fault = f"It must be {name}." if type(value) is not kind else _fault(value)
        if fault:
            validator.refuse(E0301, field, "tree", fault)
            return kind()
        return value

    return read


def _fault(value: Any) -> str:
    """Return why JSON, XML or the store cannot hold a value; "" if all can."""
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


MEMBERS: Final[Mapping[str, Reader]] = {
    "alias": _line,
    "type": _one_of(TYPES),
    "organization": _line,
    "title": _line,
    "city": _line,
    "country": _country,
    "state": _line,
    "email": _email,
    "protection": _one_of(PROTECTIONS),
    "sip": _line,
    "remarks": _lines,
    "domainsafe": _flag,
    "confirmOwnerConsent": _flag,
    "comment": _comment,
    "verification": _one_of(VERIFICATIONS),
    "fname": _name,
    "lname": _name,
    "address": _lines,
    "pcode": _line,
    "phone": read_phone,
    "fax": read_phone,
    "nicRef": _opaque(list, "an array"),
    "extensions": _opaque(dict, "an object"),
}
"""The members that are read, in the order of the vendor's responses."""
