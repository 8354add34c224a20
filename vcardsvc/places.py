"""Countries and their states: ISO 3166-1 and 3166-2, from pycountry.

Promises: a state that is known is said by its abbreviation, everything else stays as typed. What
must never enter here: a guess. pycountry is imported where it is asked: with the states it takes a
tenth of a second and 13 MB.
"""

import unicodedata
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
    if not said or not is_country(country):
        return said
    return _states(country).get(_folded(said), said)


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
def _states(country: str) -> Mapping[str, str]:
    """The abbreviations of a country's states by every spelling that is certain, folded."""
    import pycountry

    found: dict[str, str] = {}
    twice: set[str] = set()
    for one in pycountry.subdivisions:
        code, _, abbreviation = one.code.partition("-")
        if code == country and abbreviation.isalpha():
            name = _folded(one.name)
            if name in found:
                twice.add(name)
            found[name] = abbreviation
    kept = {name: abbreviation for name, abbreviation in found.items() if name not in twice}
    codes = {_folded(abbreviation): abbreviation for abbreviation in found.values()}
    whole = {_folded(f"{country}-{abbreviation}"): abbreviation for abbreviation in found.values()}
    return MappingProxyType({**kept, **codes, **whole})


def _folded(text: str) -> str:
    """Without regard to case, accents and hyphens: `Québec` is `quebec`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(" " if c in "-\u2010\u2019'" else c for c in plain if not _is_mark(c))


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0
