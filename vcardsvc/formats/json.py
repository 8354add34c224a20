"""Reads JSON (RFC 8259) strictly.

The standard library's parser reads; what it lets through and should not (members that stand twice,
NaN, lone surrogates, endless nesting) is refused here. `json_faults` finds the place of a fault.
"""

import json
import math
import re
from typing import Any, Final, NoReturn

from vcardsvc.errors import E100, E108, Problem, Refused
from vcardsvc.formats import json_faults
from vcardsvc.formats.json_faults import NESTING

BOM: Final = b"\xef\xbb\xbf"


def _unparsable(cause: str, detail: str) -> NoReturn:
    raise Refused(Problem(code=E108, cause=cause, detail=detail)) from None


class _Unusable(ValueError):
    """JSON that the grammar allows and the service does not; its argument is the cause."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unusable("duplicate-member")
    return members


def _constant(_: str) -> NoReturn:
    raise _Unusable("not-a-number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (math.inf, -math.inf):
        raise _Unusable("not-a-number")  # 1e999 becomes an infinity, which JSON cannot write
    return number


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_constant=_constant, parse_float=_finite
)
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object (RFC 8259) in `body`. Raises Refused as `json_value` does, and E100
    for another value."""
    value = json_value(body)
    if type(value) is not dict:
        detail = "The body must be a JSON object."
        raise Refused(Problem(code=E100, cause="not-an-object", detail=detail))
    return value


def json_value(body: bytes) -> Any:
    """Return the JSON value (RFC 8259) in `body`, which is UTF-8; a byte order mark is tolerated.

    Raises Refused: E100 for no body, E108 for one that does not parse: other encodings, duplicate
    members, NaN and Infinity, lone surrogates, more than NESTING levels, numbers of thousands of
    digits.
    """
    body = body.removeprefix(BOM)
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body", detail="The body is empty."))
    try:
        text = body.decode()
    except UnicodeDecodeError as fault:
        _unparsable("not-utf-8", json_faults.not_utf_8(body, fault.start))
    try:
        value = _DECODER.decode(text)
    except _Unusable as fault:
        _unusable(str(fault), text)
    except RecursionError:
        _unusable("nesting", text)
    except json.JSONDecodeError as fault:
        _unparsable("syntax", json_faults.syntax(fault))
    except ValueError:
        _unusable("number-too-long", text)
    # Counting brackets takes a hundredth of the time of the check, and most bodies need no more.
    if body.count(b"{") + body.count(b"[") > NESTING or _ESCAPED_SURROGATE.search(text):
        try:
            _check_levels(value)
        except _Unusable as fault:
            _unusable(str(fault), text)
    return value


def _unusable(cause: str, text: str) -> NoReturn:
    _unparsable(cause, json_faults.unusable(cause, text))


def _check_levels(value: Any) -> None:
    """Raise _Unusable for more than NESTING levels, or a string that UTF-8 cannot encode."""
    level = [value]
    for _ in range(NESTING):
        inside: list[Any] = []
        for outer in level:
            if type(outer) is dict:
                inside.extend(outer)
                inside.extend(outer.values())
            elif type(outer) is list:
                inside.extend(outer)
        if any(type(one) is str and _LONE_SURROGATE.search(one) for one in inside):
            raise _Unusable("surrogate")
        level = [one for one in inside if type(one) is dict or type(one) is list]
        if not level:
            return
    raise _Unusable("nesting")
