"""A phone number as typed -> E.164, where that is certain. The library's word decides validity.

What must never enter here: a guess. A number is never moved into another country, no word behind it
is dialled, no digit is added or lost. phonenumbers is imported where it is asked, and by `preload`
after the start: it takes 25 ms, a tenth of the way to the first card.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

PARSED: Final = 40
"""Characters beyond which a number is kept as typed without asking phonenumbers, whose cost grows
with the length. E.164 has 15 digits."""

_SEPARATORS: Final = " ().-\u00a0\u2009\u202f\u2010\u2011\u2012\u2013\u2212"
_NO_SEPARATORS: Final = dict.fromkeys(map(ord, _SEPARATORS))
_DIALLED: Final = re.compile(
    rf"[+\uff0b]?(?:[0-9{re.escape(_SEPARATORS)}]+|1[0-9A-Za-z{re.escape(_SEPARATORS)}]+?)"
    r"(?:(?:;ext=|,+| *(?:#|x|ext|extension)[.: ]*)[0-9]{1,7})?",
    re.IGNORECASE,
)
"""What a certain number is made of: digits and separators, then one extension at most; letters in
the North American plan alone, whose numbers are all of one length. Elsewhere phonenumbers would
dial a word behind a number (`fax` as 329), and glue a second number onto the first."""
_PLUS_AND_DIGITS: Final = re.compile(r"\+[1-9][0-9]{6,14}")


def has_numbers(region: str) -> bool:
    """Whether telephone numbers are known of `region` (ISO 3166, two letters)."""
    import phonenumbers

    return region in phonenumbers.SUPPORTED_REGIONS


def e164(number: str, region: str) -> str | None:
    """`number` in E.164 with the pause `p` before an extension, or None when that is not certain.

    Certain are valid numbers that start with + or 00, and any valid number when a region is set.
    The pause is the one form of an extension that Android does not glue onto the number.
    """
    if len(number) > PARSED:
        return None
    home: str | None = None
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif not number.startswith(("+", "\uff0b")):
        if not region:
            return None
        home = region
    if not _DIALLED.fullmatch(number):
        return None
    import phonenumbers

    try:
        # phonenumbers drops separators too, but looks at each of them a dozen times.
        dialled = number.translate(_NO_SEPARATORS)
        parsed = _split(dialled) or phonenumbers.parse(dialled, home)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    written = f"+{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"
    return f"{written}p{parsed.extension}" if parsed.extension else written


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
