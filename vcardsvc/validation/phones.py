"""Converts a typed telephone number to E.164 if that is certain.

Strategy: `dial_strings` reads the text, phonenumbers decides which number is valid. Nothing is
guessed: a number is not moved into another country, a word after it is not dialled, no digit is
added or lost. phonenumbers is imported on first use, and by `preload` after the start: the import
takes 25 ms, a tenth of the time to the first card.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vcardsvc.validation import numbering_plans
from vcardsvc.validation.dial_strings import dial_string, tel_uri, typed

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

PARSED: Final = 40
"""The most characters of a number that phonenumbers parses, whose cost grows with the length; a
longer one is kept as typed. E.164 has 15 digits."""

NUMBER: Final = 7
"""Digits of the shortest number that may precede or follow another one in the same field."""

_MARK: Final = re.compile("[+\uff0b]|00|\uff10\uff10")
"""What an international number contains."""
_PLAIN: Final = re.compile(r"\+[0-9]{1,3}[ .-]*(?:\([0-9]+\))?[0-9 .-]+")
"""One international number without an extension, which needs no grammar."""
_SEPARATORS: Final = b" ().-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """Holds a number: `typed` without invisible characters, and in E.164 if that is certain.

    `unread`: the number was a `tel:` URI with parameters that are not read.
    """

    typed: str
    e164: str | None = None
    unread: bool = False


def has_numbers(region: str) -> bool:
    """Return whether phonenumbers knows numbers of `region` (ISO 3166, two letters)."""
    import phonenumbers

    return region in phonenumbers.SUPPORTED_REGIONS


def read(text: str, region: str) -> Number:
    """Read a typed number or a `tel:` URI (RFC 3966), whose scheme is removed."""
    if text[:1] == "+" and text.isascii():
        return Number(typed=text, e164=e164(text, region))
    text = typed(text)
    uri = tel_uri(text)
    if uri is None:
        return Number(typed=text, e164=e164(text, region))
    if not uri.local:
        return Number(typed=uri.number, e164=e164(uri.number, region), unread=uri.unread)
    maybe_e164 = e164(f"{uri.context} {uri.number}", "") if uri.context else None
    lost_context = bool(uri.context) and maybe_e164 is None
    return Number(typed=uri.number, e164=maybe_e164, unread=uri.unread or lost_context)


def e164(number: str, region: str) -> str | None:
    """Return `number` in E.164, followed by `p` and the digits of each extension; None if it is
    not certain.

    Certain are valid numbers that start with + or 00, and any valid number when a region is set.
    The pause `p` is the only form of an extension that Android does not dial as part of the number.
    A comma or semicolon is one pause if the digits after it are not a number of their own.
    """
    if len(number) > PARSED or not (region or _MARK.search(number)):
        return None
    if _PLAIN.fullmatch(number):
        return _valid(number.encode().translate(None, _SEPARATORS).decode(), None)
    dialled = dial_string(number)
    if dialled is None or not (region or dialled.number.startswith("+")):
        return None
    home = None if dialled.number.startswith("+") else region
    valid = _valid(dialled.number, home)
    if valid is None or any(_is_whole_number(shorter, home) for shorter in dialled.shorter):
        return None
    if any(_is_second_number(digits, valid) for digits in dialled.listed):
        return None
    return f"{valid}{dialled.post_dial}"


def _valid(dialled: str, home: str | None) -> str | None:
    """Return a valid number in E.164, else None; `home` is the region of a number without +."""
    maybe_valid = numbering_plans.is_valid(dialled)
    if maybe_valid is not None:
        return dialled if maybe_valid else None
    parsed = _parsed(dialled, home)
    return _formatted(parsed) if parsed else None


def _formatted(parsed: "PhoneNumber") -> str:
    import phonenumbers

    return f"+{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"


def _parsed(dialled: str, home: str | None) -> "PhoneNumber | None":
    """Parse a valid number, else return None; `home` is the region of a number without +."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(dialled, home)
    except phonenumbers.NumberParseException:
        return None
    # An extension was split off before: one that phonenumbers finds is a second one.
    return parsed if phonenumbers.is_valid_number(parsed) and not parsed.extension else None


def _is_whole_number(dialled: str, home: str | None) -> bool:
    """Return whether the digits before a bracket or slash are a valid number: then another one
    follows."""
    return len(dialled) > NUMBER and _valid(dialled, home) is not None


def _is_second_number(digits: str, first: str) -> bool:
    """Return whether digits after a comma are a number of their own in the country of `first`, a
    number in E.164."""
    import phonenumbers

    if len(digits) < NUMBER or not digits.isdigit():
        return False
    if digits.startswith("00"):
        return _valid(f"+{digits[2:]}", None) is not None
    region = phonenumbers.region_code_for_number(phonenumbers.parse(first))
    trunk = phonenumbers.ndd_prefix_for_region(region, True) if region else None
    if trunk and trunk != "1" and not digits.startswith(trunk):
        return False  # a second number has its trunk prefix, except in North America
    return region is not None and _valid(digits, region) is not None


def preload() -> None:
    """Import phonenumbers and parse a number, so that the first request does not wait for it."""
    from phonenumbers import re_util

    re_util.enable_pattern_cache()
    e164("+16502530000", "")
