"""Turns the texts of XML and forms into the JSON values of their types.

A text that is no number or Boolean stays a text, so that validation refuses it with its place.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,10}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,17}(?:\.[0-9]{1,25})?(?:[eE][+-]?[0-9]{1,3})?")
"""0.0001 followed by its seventeen digits is the longest that is written without an exponent."""
_INDEX: Final = re.compile(r"[0-9]{1,9}")
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


def coerced(kind: str, text: str) -> Any:
    """Return `text` as a value of type `kind`, unchanged if it is none; a blank number is null."""
    if kind not in _TYPED:
        return text
    trimmed = text.strip()
    return _TYPED[kind](trimmed) if trimmed else None


def list_index(text: str) -> int | None:
    """Return the index of a list item; None for other text."""
    return int(text) if text.isascii() and _INDEX.fullmatch(text) else None


def _integer(text: str) -> int | str:
    return int(text) if _INTEGER.fullmatch(text) else text


def _decimal(text: str) -> float | str:
    return float(text) if _DECIMAL.fullmatch(text) else text


def _boolean(text: str) -> bool | str:
    return _BOOLEANS.get(text.lower(), text)


def _enum(text: str) -> int | str:
    maybe_number = list_index(text)
    return text if maybe_number is None else maybe_number


_TYPED: Final[Mapping[str, Callable[[str], Any]]] = {
    "int32": _integer,
    "double": _decimal,
    "bool": _boolean,
    "enum": _enum,
    "date-time": str,
}
