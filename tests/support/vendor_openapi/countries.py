"""The country codes that three of the vendors take, by `validation.countries`."""

from itertools import product
from string import ascii_uppercase
from typing import Any, Final

from vcardsvc.validation.countries import is_country

COUNTRY: Final = "CountryCode"


def schema() -> dict[str, Any]:
    """The codes of ISO 3166-1. Takes some 0.1 s the first time."""
    codes = ["".join(pair) for pair in product(ascii_uppercase, repeat=2)]
    return {"enum": [code for code in codes if is_country(code)]}
