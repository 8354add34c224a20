"""Countries and their states: ISO 3166-1 and 3166-2, from pycountry.

Promises: a state that is known is said by its abbreviation, everything else stays as typed. What
must never enter here: a guess. pycountry is imported where it is asked, and by `preload`: with the
states it takes a quarter of a second and 12 MB.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
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

_BRACKETS: Final = re.compile(r"(.+?) (?:\(.*\)|\[(.*?) ?(?:[A-Z]{2}-[A-Z0-9]+)?\])")
"""A name, and behind it in brackets what is no part of it: `Laâyoune (EH)`, a former code as in
`Uppsala län [SE-03]`, a name in another language as in `Wales [Cymru GB-CYM]`."""


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
            for name in _spellings(one.name):
                names[country][name].add(abbreviation)
            # Apart from the names: a state whose name another has as well keeps its letters.
            codes[country][_folded(abbreviation)] = abbreviation
            codes[country][_folded(one.code)] = abbreviation
    return MappingProxyType(
        {country: _certain(names[country]) | codes[country] for country in codes}
    )


def _certain(names: Mapping[str, set[str]]) -> dict[str, str]:
    """The names that one state alone has."""
    return {name: next(iter(found)) for name, found in names.items() if len(found) == 1}


def _spellings(name: str) -> set[str]:
    """A name whole, without its brackets, and the other name in them, folded."""
    found = _BRACKETS.fullmatch(name)
    if found is None:
        return {_folded(name)}
    bare, other = found.groups("")
    # A small letter begins no name: `[city]` says what the place is.
    others = (other,) if other[:1].isupper() else ()
    return {_folded(one) for one in (name, bare, *others)}


def _folded(text: str) -> str:
    """Without regard to case, accents and hyphens: `Québec` is `quebec`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(" " if c in "-\u2010\u2019'" else c for c in plain if not _is_mark(c))


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0
