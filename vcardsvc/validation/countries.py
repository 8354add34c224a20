"""Countries and their states: ISO 3166-1 and 3166-2, from pycountry.

Promises: a state that is known is said by its abbreviation, everything else stays as typed. What
must never enter here: a guess. pycountry is imported where it is asked, and by `preload`: with the
states and their further names it takes a quarter of a second and 14 MB.
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
"""Countries whose street addresses begin with the number of the house (their postal operators'
address guides, Universal Postal Union), and those that the mail of the United States, of France and
of the United Kingdom goes to like their own."""

STATE_NAMES: Final = Path(__file__).with_name("state_names.tsv")
"""Further names of states: a code of ISO 3166-2, a tab and a name on each line, behind lines that
begin with # and name the sources. English, and the languages of the country; no name that two
states of a country share. `tests/state_names.py` writes it."""

_BRACKETS: Final = re.compile(r"(.+?) (?:\(.*\)|\[(.*?) ?(?:[A-Z]{2}-[A-Z0-9]+)?\])")
"""A name, and behind it in brackets what is no part of it: `Laâyoune (EH)`, a former code as in
`Uppsala län [SE-03]`, a name in another language as in `Wales [Cymru GB-CYM]`."""

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ə": "e",
     "æ": "ae", "œ": "oe", "þ": "th", "&": " and ", ".": None}
)  # fmt: skip
"""Letters that Unicode does not take apart into a plain one and a mark, as people without them type
them; a period is left out (`D.C.`)."""

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
"""As German is typed without them: `Thueringen`."""

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'`\u02bb\u02bc\u2018\u2019", None))
"""What stands between letters of one word (`Ma'rib`), or of two (`Côte-d'Or`)."""

_RUN: Final = re.compile("[a-z0-9]+")


def preload() -> None:
    """Read all that is ever read here, before a caller waits for it."""
    _countries()
    _states()


def is_country(code: str) -> bool:
    """Whether `code` is an ISO 3166-1 code of two upper-case letters."""
    return code in _countries()


def nation(code: str) -> str:
    """The country's usual English name; "" for no country."""
    return _countries().get(code, "")


def state(country: str, said: str) -> str:
    """The abbreviation of a state or province: `New York`, `ny` and `US-NY` are `NY` in the US.

    As typed where it is no state of `country`, or where ISO 3166-2 has numbers and no letters.
    """
    if not said:
        return said
    return _states().get(country, {}).get(_folded(said), said)


def street(country: str, name: str, number: str) -> str:
    """Street and number of the house, in the country's own order."""
    return f"{number} {name}" if country in NUMBER_FIRST else f"{name} {number}"


@cache
def _countries() -> Mapping[str, str]:
    import pycountry

    return MappingProxyType(
        {one.alpha_2: getattr(one, "common_name", one.name) for one in pycountry.countries}
    )


@cache
def _states() -> Mapping[str, Mapping[str, str]]:
    """By country the abbreviations of its states, by every spelling that is certain, folded."""
    import pycountry

    names: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    codes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in pycountry.subdivisions:
        country, _, abbreviation = one.code.partition("-")
        if abbreviation.isalpha():
            for name in spellings(one.name):
                names[country][name].add(abbreviation)
            # Apart from the names: a state whose name another has as well keeps its letters.
            codes[country][_folded(abbreviation)] = abbreviation
            codes[country][_folded(one.code)] = abbreviation
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
    """By country the abbreviations of its states by further names; of `codes` alone."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in STATE_NAMES.read_text("utf-8").splitlines():
        code, _, name = line.partition("\t")
        country, _, abbreviation = code.partition("-")
        if name and _folded(code) in codes.get(country, {}):
            for spelling in spellings(name):
                found[country][spelling].add(abbreviation)
    return defaultdict(dict, {country: _certain(names) for country, names in found.items()})


def _without(others: Mapping[str, str], names: Mapping[str, set[str]]) -> dict[str, str]:
    """Those that ISO 3166-2 does not call another state by."""
    return {name: code for name, code in others.items() if name not in names}


def _certain(names: Mapping[str, set[str]]) -> dict[str, str]:
    """The names that one state alone has."""
    return {name: next(iter(found)) for name, found in names.items() if len(found) == 1}


def spellings(name: str) -> set[str]:
    """The folded spellings of a name: whole, without its brackets, the other name in them, and what
    stands behind a comma put in front (`Murcia, Región de`)."""
    found = _BRACKETS.fullmatch(name)
    bare, other = found.groups("") if found else (name, "")
    # A small letter begins no name: `[city]` says what the place is.
    told = {name, bare, other if other[:1].isupper() else bare}
    told |= {
        f"{last} {first}" for first, comma, last in (one.partition(", ") for one in told) if comma
    }
    told |= {one.translate(table) for one in told for table in (_UMLAUTS, _APOSTROPHES)}
    return {_folded(one) for one in told} - {""}


def _folded(text: str) -> str:
    """Without regard to case, accents, punctuation and blanks: `Québec` is `quebec`."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    if plain.isascii():
        return " ".join(_RUN.findall(plain))
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join("".join(one if _is_letter(one) else " " for one in bare).split())


def _is_letter(character: str) -> bool:
    """Whether it is no punctuation, symbol or blank. Signs for vowels, which Python does not count
    as letters, are."""
    return character.isalnum() or unicodedata.category(character)[0] not in "PSZC"
