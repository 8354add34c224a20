"""Describes why a body was refused as JSON, in a sentence with line and column for its sender.

Strategy: the reader in `json` refuses a body by a cause; the text is searched again here for the
position. Lines end in LF, columns count characters, both from 1.
"""

import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from typing import Final

NESTING: Final = 32
"""The most levels of a JSON body. A createcontact request has 3."""

TOKENS: Final = 10_000
"""The most tokens that are searched for the position of a fault: they take 10 ms, and an honest
request has some hundred. Without a position the sentence has the reason alone."""

TOO_LARGE: Final = "the number is too large"

NAME: Final = 40
"""The most characters of a member's name that the sentence repeats."""

_TOKEN: Final = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\]:]'
    r"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|-?Infinity|NaN",
    re.S,
)
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.S,
)
_SHORT_ESCAPES: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}

_SYNTAX: Final = (
    ("Expecting property name", "the name of a member, in double quotes, must stand here"),
    ("Expecting ':'", "a colon must stand here"),
    ("Expecting ','", "a comma must stand here, or the end of the object or array"),
    ("Expecting value", "a value must stand here"),
    ("Illegal trailing comma", "a comma must not stand before the end of an object or array"),
    ("Unterminated string", "the string that begins here does not end"),
    ("Invalid \\u", "\\u must be followed by four hexadecimal digits"),
    ("Invalid \\", "there is no such escape; a backslash itself is written \\\\"),
    ("Extra data", "nothing may follow the JSON value"),
)
"""The first words of the standard library's messages, and our sentences."""

Fault = tuple[int, str]
"""An index of the text, and the reason; "" for the reason of the cause."""


def not_utf_8(body: bytes, at: int) -> str:
    """Return the sentence about the byte `at`, before which all is UTF-8."""
    before = body[:at].decode()
    return _sentence(before, len(before), f"byte 0x{body[at]:02X} is not UTF-8")


def syntax(fault: json.JSONDecodeError) -> str:
    """Return the sentence about text that the grammar does not allow."""
    text, at, message = fault.doc, fault.pos, fault.msg
    here = text[at : at + 1]
    if message.startswith("Invalid control character"):
        escape = _SHORT_ESCAPES.get(here, f"\\u{ord(here):04x}")
        reason = f"a string may not hold the control character U+{ord(here):04X}; write {escape}"
    elif message.startswith("Expecting") and not text[at:].strip():
        reason = "the body ends too early"
    elif message.startswith("Expecting") and here == "'":
        reason = "strings and names stand in double quotes"
    elif message.startswith("Expecting") and here in "]}" and text[:at].rstrip().endswith(","):
        reason = "a comma must not stand before the end of an object or array"
    else:
        reasons = (ours for theirs, ours in _SYNTAX if message.startswith(theirs))
        reason = next(reasons, "the grammar of JSON does not allow this")
    return _sentence(text, at, reason)


def unusable(cause: str, text: str) -> str:
    """Return the sentence about JSON that the grammar allows and the service does not; `cause` is
    one of _FINDERS."""
    finder, default = _FINDERS[cause]
    found = next(finder(text), None)
    if found is None:
        return f"{default[0].upper()}{default[1:]}."
    at, reason = found
    return _sentence(text, at, reason or default)


def _sentence(text: str, at: int, reason: str) -> str:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"Line {line}, column {column}: {reason}."


def _tokens(text: str) -> Iterator[re.Match[str]]:
    for _, token in zip(range(TOKENS), _TOKEN.finditer(text), strict=False):
        yield token


def _duplicates(text: str) -> Iterator[Fault]:
    """Yield the members that an object has already."""
    names: list[set[str]] = [set()]
    last = None
    for token in _tokens(text):
        mark = token[0]
        if mark == ":" and last is not None:
            quoted = last[0]
            name = json.loads(quoted) if "\\" in quoted else quoted[1:-1]
            if name in names[-1]:
                short = quoted if len(quoted) <= NAME else f'{quoted[: NAME - 1]}…"'
                yield last.start(), f"the member {short} stands twice in one object"
            names[-1].add(name)
        elif mark in "{[":
            names.append(set())
        elif mark in "}]" and len(names) > 1:
            names.pop()
        last = token if mark[0] == '"' else None


def _too_deep(text: str) -> Iterator[Fault]:
    """Yield the starts of objects and arrays below the deepest level."""
    level = 0
    for token in _tokens(text):
        if token[0] in "{[":
            level += 1
            if level > NESTING:
                yield token.start(), ""
        elif token[0] in "}]":
            level -= 1


def _numbers(text: str, reason_of: Callable[[str], str]) -> Iterator[Fault]:
    """Yield the numbers that are refused; `reason_of` returns why, or ""."""
    for token in _tokens(text):
        if token[0][0] in "-0123456789IN":
            reason = reason_of(token[0])
            if reason:
                yield token.start(), reason


def _not_finite(text: str) -> str:
    if text in ("NaN", "Infinity", "-Infinity"):
        return f"{text} is no number in JSON"
    return "" if text.lstrip("-").isdigit() or math.isfinite(float(text)) else TOO_LARGE


def _too_long(text: str) -> str:
    longest = sys.get_int_max_str_digits()
    too_long = text.lstrip("-").isdigit() and len(text) > longest > 0
    return f"a number may have {longest} digits at most" if too_long else ""


def _lone_surrogates(text: str) -> Iterator[Fault]:
    for _, escape in zip(range(TOKENS), _ESCAPE.finditer(text), strict=False):
        if escape["lone"]:
            yield escape.start(), f"{escape[0]} is half a character (a lone surrogate)"


_FINDERS: Final[dict[str, tuple[Callable[[str], Iterator[Fault]], str]]] = {
    "duplicate-member": (_duplicates, "a member stands twice in one object"),
    "not-a-number": (lambda text: _numbers(text, _not_finite), "a number is none, or too large"),
    "number-too-long": (lambda text: _numbers(text, _too_long), "a number is too long"),
    "nesting": (_too_deep, f"more than {NESTING} levels of brackets"),
    "surrogate": (_lone_surrogates, "a lone surrogate is no character"),
}
"""By cause: the function that finds the faults, and the reason where it finds none."""
