"""Looks up countries and their states (ISO 3166-1 and 3166-2, from pycountry).

Strategy: one table maps every certain name of a state to its abbreviation; any other text stays as
typed. pycountry is imported on first use, and by `preload`: with the states and their further names
it takes a quarter of a second and 14 MB. The country that ends an address is found in a table of
its own, without pycountry.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

NUMBER_FIRST: Final = frozenset(
    ("AU", "CA", "FR", "GB", "HK", "IE", "IL", "IN", "LU", "MC", "MT", "MY", "NZ", "PH", "SG", "TH",
     "US", "ZA",
     "AS", "GU", "MP", "PR", "VI",
     "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT",
     "GG", "IM", "JE")
)  # fmt: skip
"""Countries whose street addresses begin with the street number (their postal operators' address
guides, Universal Postal Union), and territories to which the post of the United States, France and
the United Kingdom delivers as to its own country."""

STATE_NAMES: Final = Path(__file__).with_name("state_names.tsv")
"""Further names of states: comment lines with # that name the sources, then an ISO 3166-2 code, a
tab and a name on each line. The names are English or of the country's languages; none is shared by
two states of a country. Written by `tests/support/state_names.py`."""

COUNTRY_NAMES: Final = Path(__file__).with_name("country_names.tsv")
"""Names of countries in about forty languages, in lower case, each with its region: 3,600 of the
50,000 entries in phonenumbers' tables, which take 0.3 s and 100 MB to load. Written by
`python -m tests.support.country_names`."""

_FURTHER_NAMES: Final = {
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
"""Common names that phonenumbers does not list."""

AMBIGUOUS: Final = frozenset(("georgia", "géorgie", "geórgia", "geòrgia", "γεωργία", "จอร์เจีย"))
"""Names that end addresses of other countries too: Atlanta, Georgia."""

_LAST_PART: Final = re.compile(r"[\n,]([^\n,]+)\Z")

_BRACKETS: Final = re.compile(r"(.+?) (?:\(.*\)|\[(.*?) ?(?:[A-Z]{2}-[A-Z0-9]+)?\])")
"""A name followed by an addition in brackets: `Laâyoune (EH)`, a former code as in
`Uppsala län [SE-03]`, a name in another language as in `Wales [Cymru GB-CYM]`."""

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ə": "e",
     "æ": "ae", "œ": "oe", "þ": "th", "&": " and ", ".": None}
)  # fmt: skip
"""Letters without a decomposition in Unicode, in their usual plain spelling; a period is removed
(`D.C.`)."""

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
"""German umlauts in their usual spelling with plain letters: `Thueringen`."""

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'`\u02bb\u02bc\u2018\u2019", None))
"""Apostrophes within a word (`Ma'rib`) or between two (`Côte-d'Or`)."""

_RUN: Final = re.compile("[a-z0-9]+")


def preload() -> None:
    """Load all tables, so that no request waits for them."""
    _countries()
    _states()


def is_country(code: str) -> bool:
    """Return whether `code` is an ISO 3166-1 code of two upper-case letters."""
    return code in _countries()


def nation(code: str) -> str:
    """Return the country's usual English name; "" for an unknown code."""
    return _countries().get(code, "")


def state(country: str, name: str) -> str:
    """Return the abbreviation of a state or province: `NY` for `New York`, `ny` and `US-NY` (US).

    Return `name` if it is no state of `country`, or if ISO 3166-2 has a number for it.
    """
    if not name:
        return name
    return _states().get(country, {}).get(_folded(name), name)


def address_country(address: str) -> str:
    """Return the ISO 3166-1 code (two lower-case letters) of the country that ends an address.

    Return "" if the part after the last line break or comma is not a country's name in one of about
    forty languages.
    """
    last_part = _LAST_PART.search(address.rstrip())
    name = last_part[1].strip().casefold() if last_part else ""
    if not name:
        return ""
    return _country_codes().get(name, "").lower()


def street(country: str, name: str, number: str) -> str:
    """Join a street and its number in the order of the country."""
    return f"{number} {name}" if country in NUMBER_FIRST else f"{name} {number}"


@cache
def _countries() -> Mapping[str, str]:
    import pycountry

    return MappingProxyType(
        {
            country.alpha_2: getattr(country, "common_name", country.name)
            for country in pycountry.countries
        }
    )


@cache
def _country_codes() -> Mapping[str, str]:
    """Map the names of countries to their codes."""
    lines = COUNTRY_NAMES.read_text(encoding="utf-8").splitlines()
    codes = dict(line.split("\t") for line in lines)
    return {**{name: codes[name] for name in codes.keys() - AMBIGUOUS}, **_FURTHER_NAMES}


@cache
def _states() -> Mapping[str, Mapping[str, str]]:
    """Map each country to the abbreviations of its states by every certain spelling, folded."""
    import pycountry

    names: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    codes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for subdivision in pycountry.subdivisions:
        country, _, abbreviation = subdivision.code.partition("-")
        if abbreviation.isalpha():
            for name in spellings(subdivision.name):
                names[country][name].add(abbreviation)
            # Apart from the names: two states with the same name keep their abbreviations.
            codes[country][_folded(abbreviation)] = abbreviation
            codes[country][_folded(subdivision.code)] = abbreviation
    others = _other_names(codes)
    return MappingProxyType(
        {
            country: _without(others[country], names[country])
            | _certain(names[country])
            | codes[country]
            for country in codes
        }
    )


def _other_names(codes: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """Map each country to the abbreviations of its states in `codes` by their further names."""
    further: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in STATE_NAMES.read_text("utf-8").splitlines():
        code, _, name = line.partition("\t")
        country, _, abbreviation = code.partition("-")
        if name and _folded(code) in codes.get(country, {}):
            for spelling in spellings(name):
                further[country][spelling].add(abbreviation)
    return defaultdict(dict, {country: _certain(names) for country, names in further.items()})


def _without(others: Mapping[str, str], names: Mapping[str, set[str]]) -> dict[str, str]:
    """Return the further names that are not the name of another state in ISO 3166-2."""
    return {name: code for name, code in others.items() if name not in names}


def _certain(names: Mapping[str, set[str]]) -> dict[str, str]:
    """Return the names of exactly one state."""
    return {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}


def spellings(name: str) -> set[str]:
    """Return the folded spellings of a name: whole, without its brackets, the name in the brackets,
    and with the part after a comma moved to the front (`Murcia, Región de`)."""
    match = _BRACKETS.fullmatch(name)
    bare, other = match.groups("") if match else (name, "")
    # A lower-case addition is no name: `[city]`.
    names = {name, bare, other if other[:1].isupper() else bare}
    names |= {
        f"{last} {first}"
        for first, comma, last in (each.partition(", ") for each in names)
        if comma
    }
    names |= {each.translate(table) for each in names for table in (_UMLAUTS, _APOSTROPHES)}
    return {_folded(each) for each in names} - {""}


def _folded(text: str) -> str:
    """Return the text without case, accents, punctuation and extra blanks: `Québec` is `quebec`."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    if plain.isascii():
        return " ".join(_RUN.findall(plain))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join("".join(each if _is_letter(each) else " " for each in bare).split())


def _is_letter(character: str) -> bool:
    """Return whether the character is no punctuation, symbol or blank. Vowel signs, which
    `str.isalnum` does not count, are letters here."""
    return character.isalnum() or unicodedata.category(character)[0] not in "PSZC"
