"""A text as the JSON value of its type: XML and forms know texts alone.

Where a member is a number or a Boolean its text becomes one, if it is one. What must never enter
here: a judgement of a value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,10}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,17}(?:\.[0-9]{1,25})?(?:[eE][+-]?[0-9]{1,3})?")
"""0.0001 with its seventeen digits behind it is the longest that is written without an exponent."""
_PLACE: Final = re.compile(r"[0-9]{1,9}")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def value(word: str, text: str) -> Any:
    """`text` as a value of type `word`; as it is where it is none. A blank number is null."""
    if word not in _TYPED:
        return text
    said = text.strip()
    return _TYPED[word](said) if said else None


def place(said: str) -> int | None:
    """A place in a list; None for what is none."""
    return int(said) if said.isascii() and _PLACE.fullmatch(said) else None


def _whole(said: str) -> Any:
    return int(said) if _NUMBER.fullmatch(said) else said


def _fraction(said: str) -> Any:
    return float(said) if _DECIMAL.fullmatch(said) else said


def _flag(said: str) -> Any:
    return _FLAGS.get(said.lower(), said)


def _word(said: str) -> Any:
    maybe_number = place(said)
    return said if maybe_number is None else maybe_number


_TYPED: Final[Mapping[str, Callable[[str], Any]]] = {
    "int32": _whole,
    "double": _fraction,
    "bool": _flag,
    "enum": _word,
    "date-time": str,
}
