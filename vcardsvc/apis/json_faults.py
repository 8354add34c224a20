"""Where a body is no JSON that we take, and why: a sentence for its sender, with line and column.

The reader in `base` judges; what is here looks again at a body that it refused, for the place. A
line ends in LF, a column counts characters, both from 1.
"""

import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from typing import Final

NESTING: Final = 32
"""Levels of a JSON body. The action's own request has 3."""

TOKENS: Final = 10_000
"""Tokens that are looked at for the place of a fault; so many take 10 ms, and an honest request has
some hundred. Without the place the sentence has the reason alone."""

TOO_LARGE: Final = "the number is too large"

NAME: Final = 40
"""Characters of a member's name that is repeated to its sender."""

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
"""What the parser of the standard library says, and what its sender is told."""

Fault = tuple[int, str]
"""A place in the text, and what is wrong there."""


def not_utf_8(body: bytes, at: int) -> str:
    """The sentence about the byte `at`, before which all is UTF-8."""
    before = body[:at].decode()
    return _placed(before, len(before), f"byte 0x{body[at]:02X} is not UTF-8")


def syntax(fault: json.JSONDecodeError) -> str:
    """The sentence about text that the grammar does not allow."""
    text, at, message = fault.doc, fault.pos, fault.msg
    here = text[at : at + 1]
    if message.startswith("Invalid control character"):
        escape = _SHORT_ESCAPES.get(here, f"\\u{ord(here):04x}")
        what = f"a string may not hold the control character U+{ord(here):04X}; write {escape}"
    elif message.startswith("Expecting") and not text[at:].strip():
        what = "the body ends too early"
    elif message.startswith("Expecting") and here == "'":
        what = "strings and names stand in double quotes"
    elif message.startswith("Expecting") and here in "]}" and text[:at].rstrip().endswith(","):
        what = "a comma must not stand before the end of an object or array"
    else:
        ours = (sentence for theirs, sentence in _SYNTAX if message.startswith(theirs))
        what = next(ours, "the grammar of JSON does not allow this")
    return _placed(text, at, what)


def unusable(cause: str, text: str) -> str:
    """The sentence about JSON that the grammar allows and we do not; `cause` is one of _FINDERS."""
    finder, reason = _FINDERS[cause]
    found = next(finder(text), None)
    if found is None:
        return f"{reason[0].upper()}{reason[1:]}."
    at, what = found
    return _placed(text, at, what or reason)


def _placed(text: str, at: int, what: str) -> str:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"Line {line}, column {column}: {what}."


def _tokens(text: str) -> Iterator[re.Match[str]]:
    for _, token in zip(range(TOKENS), _TOKEN.finditer(text), strict=False):
        yield token


def _twice(text: str) -> Iterator[Fault]:
    """Names of members that an object has had already."""
    names: list[set[str]] = [set()]
    last = None
    for token in _tokens(text):
        mark = token[0]
        if mark == ":" and last is not None:
            written = last[0]
            name = json.loads(written) if "\\" in written else written[1:-1]
            if name in names[-1]:
                short = written if len(written) <= NAME else f'{written[: NAME - 1]}…"'
                yield last.start(), f"the member {short} stands twice in one object"
            names[-1].add(name)
        elif mark in "{[":
            names.append(set())
        elif mark in "}]" and len(names) > 1:
            names.pop()
        last = token if mark[0] == '"' else None


def _deep(text: str, levels: int) -> Iterator[Fault]:
    """Openings of an object or array below the deepest level."""
    level = 0
    for token in _tokens(text):
        if token[0] in "{[":
            level += 1
            if level > levels:
                yield token.start(), ""
        elif token[0] in "}]":
            level -= 1


def _numbers(text: str, offends: Callable[[str], str]) -> Iterator[Fault]:
    for token in _tokens(text):
        if token[0][0] in "-0123456789IN":
            what = offends(token[0])
            if what:
                yield token.start(), what


def _no_number(text: str) -> str:
    if text in ("NaN", "Infinity", "-Infinity"):
        return f"{text} is no number in JSON"
    return "" if text.lstrip("-").isdigit() or math.isfinite(float(text)) else TOO_LARGE


def _too_long(text: str) -> str:
    longest = sys.get_int_max_str_digits()
    too_long = text.lstrip("-").isdigit() and len(text) > longest > 0
    return f"a number may have {longest} digits at most" if too_long else ""


def _lone(text: str) -> Iterator[Fault]:
    for _, escape in zip(range(TOKENS), _ESCAPE.finditer(text), strict=False):
        if escape["lone"]:
            yield escape.start(), f"{escape[0]} is half a character (a lone surrogate)"


_FINDERS: Final[dict[str, tuple[Callable[[str], Iterator[Fault]], str]]] = {
    "duplicate-member": (_twice, "a member stands twice in one object"),
    "not-a-number": (lambda text: _numbers(text, _no_number), "a number is none, or too large"),
    "number-too-long": (lambda text: _numbers(text, _too_long), "a number is too long"),
    "nesting": (lambda text: _deep(text, NESTING), f"more than {NESTING} levels of brackets"),
    "surrogate": (_lone, "a lone surrogate is no character"),
}
"""By cause: what finds the places, and the reason where none is found."""
