"""A phone number as typed -> E.164, where that is certain. The library's word decides validity.

What must never enter here: a guess. A number is never moved into another country, no word behind it
is dialled, no digit is added or lost. phonenumbers is imported where it is asked, and by `preload`
after the start: it takes 25 ms, a tenth of the way to the first card.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcardsvc.validation.dial_strings import dial_string, tel_uri, typed

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

PARSED: Final = 40
"""Characters beyond which a number is kept as typed without asking phonenumbers, whose cost grows
with the length. E.164 has 15 digits."""

NUMBER: Final = 7
"""Digits of the shortest number that may stand behind or before another one in the same field."""

_MARK: Final = re.compile("[+\uff0b]|00|\uff10\uff10")
"""A number without one of these is not international."""
_PLAIN: Final = re.compile(r"\+[0-9]{1,3}[ .-]*(?:\([0-9]+\))?[0-9 .-]+")
"""One international number without anything behind it, which needs no grammar."""
_NO_SEPARATORS: Final = dict.fromkeys(map(ord, " ().-"))
_PLUS_AND_DIGITS: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number: `typed` without what nobody sees, and in E.164 where that is certain.

    `unread`: it was a `tel:` URI that says something more.
    """

    typed: str
    e164: str | None = None
    unread: bool = False


def has_numbers(region: str) -> bool:
    """Whether telephone numbers are known of `region` (ISO 3166, two letters)."""
    import phonenumbers

    return region in phonenumbers.SUPPORTED_REGIONS


def read(text: str, region: str) -> Number:
    """Read a typed number, or a `tel:` URI (RFC 3966), whose number is kept without the scheme."""
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
    """`number` in E.164, with the digits behind it after a `p` each, or None when not certain.

    Certain are valid numbers that start with + or 00, and any valid number when a region is set.
    The pause is the one form of an extension that Android does not glue onto the number. A comma
    or semicolon is one pause; behind it stand digits that are no number on their own.
    """
    if len(number) > PARSED or not (region or _MARK.search(number)):
        return None
    if _PLAIN.fullmatch(number):
        parsed = _parsed(number.translate(_NO_SEPARATORS), None)
        return _written(parsed) if parsed else None
    dialled = dial_string(number)
    if dialled is None or not (region or dialled.number.startswith("+")):
        return None
    home = None if dialled.number.startswith("+") else region
    parsed = _parsed(dialled.number, home)
    if parsed is None or any(_holds_number(one, home) for one in dialled.shorter):
        return None
    if any(_is_number(one, parsed) for one in dialled.listed):
        return None
    return f"{_written(parsed)}{dialled.post_dial}"


def _written(parsed: "PhoneNumber") -> str:
    import phonenumbers

    return f"+{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"


def _parsed(dialled: str, home: str | None) -> "PhoneNumber | None":
    """The number, when it is valid; `home` is the region in which one without + is dialled."""
    import phonenumbers

    try:
        # phonenumbers drops separators too, but looks at each of them a dozen times.
        parsed = _split(dialled) or phonenumbers.parse(dialled, home)
    except phonenumbers.NumberParseException:
        return None
    # What the library takes for an extension is a second one.
    return parsed if phonenumbers.is_valid_number(parsed) and not parsed.extension else None


def _holds_number(dialled: str, home: str | None) -> bool:
    """Whether what stands before a bracket or slash is a whole number: then another follows."""
    return len(dialled) > NUMBER and _parsed(dialled, home) is not None


def _is_number(digits: str, first: "PhoneNumber") -> bool:
    """Whether digits behind a comma are a number on their own, as it is dialled beside `first`."""
    import phonenumbers

    if len(digits) < NUMBER or not digits.isdigit():
        return False
    if digits.startswith("00"):
        return _parsed(f"+{digits[2:]}", None) is not None
    region = phonenumbers.region_code_for_number(first)
    trunk = phonenumbers.ndd_prefix_for_region(region, True) if region else None
    if trunk and trunk != "1" and not digits.startswith(trunk):
        return False  # it is dialled with its trunk prefix, except in North America
    return region is not None and _parsed(digits, region) is not None


def _split(dialled: str) -> "PhoneNumber | None":
    """What phonenumbers.parse gives for + and digits alone, at a tenth of its cost.

    None, and parse is to be asked, for anything in which it might strip a national prefix or keep
    a leading zero. Whether the number is valid is the library's to say.
    """
    if not _PLUS_AND_DIGITS.fullmatch(dialled):
        return None
    import phonenumbers

    for length in (1, 2, 3):
        code, national = int(dialled[1 : 1 + length]), dialled[1 + length :]
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            prefix = _national_prefix(code)
            if national[0] == "0" or (prefix is not None and prefix.match(national)):
                return None
            return phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
    return None


@cache
def _national_prefix(code: int) -> re.Pattern[str] | None:
    """What parse may strip from a national number; there are some 200 country codes."""
    import phonenumbers

    region = phonenumbers.region_code_for_country_code(code)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    pattern = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(pattern) if pattern else None


def preload() -> None:
    """Pay for the first number before the first caller does."""
    from phonenumbers import re_util

    re_util.enable_pattern_cache()
    e164("+16502530000", "")


COUNTRY_NAMES: Final = Path(__file__).with_name("country_names.tsv")
"""Names of countries in some forty languages, in lower case, each with its region, from the
library's own tables (`python -m tests.country_names` writes it). Those take 0.3 s and 100 MB to
load, for 50,000 entries of which 3,600 are wanted."""

_ALSO: Final = {
    "usa": "US",
    "u.s.a.": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "the netherlands": "NL",
    "holland": "NL",
}
"""Names that people write and the library does not list."""

AMBIGUOUS: Final = frozenset(("georgia", "géorgie", "geórgia", "geòrgia", "γεωργία", "จอร์เจีย"))
"""Names that end addresses in other countries too: Atlanta, Georgia."""

_LAST_PART: Final = re.compile(r"[\n,]([^\n,]+)\Z")


def country(address: str) -> str:
    """The country that an address ends with, ISO 3166-1, two lower-case letters; "" when none does.

    Certain are the names of countries in some forty languages, alone behind the last line break or
    comma.
    """
    found = _LAST_PART.search(address.rstrip())
    name = found[1].strip().casefold() if found else ""
    if not name:
        return ""
    return _countries().get(name, "").lower()


@cache
def _countries() -> Mapping[str, str]:
    lines = COUNTRY_NAMES.read_text(encoding="utf-8").splitlines()
    names = dict(line.split("\t") for line in lines)
    return {**{name: names[name] for name in names.keys() - AMBIGUOUS}, **_ALSO}
