"""Writes the smallest schemas, and the patterns of texts in ECMA-262, as JSON Schema has them.

The patterns say what `validation.fields` checks; every limit comes from there.
"""

import functools
import re
import unicodedata
from typing import Any, Final

from vcardsvc.validation.invisible import BLANKS, INVISIBLE

Json = dict[str, Any]


def _class(characters: str) -> str:
    """Return these characters for a character class of ECMA-262, runs of them as ranges."""
    runs: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(
        f"\\u{first:04x}" + (f"-\\u{last:04x}" if last > first else "") for first, last in runs
    )


_BLANK: Final = _class(BLANKS)
_INVISIBLE: Final = _class(INVISIBLE)
_UNSEEN: Final = f"{_BLANK}{_INVISIBLE}"
_LINE_CONTROL: Final = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029"
_BLOCK_CONTROL: Final = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f"
_BIDI: Final = "\\u202a-\\u202e\\u2066-\\u2069"
_SCHEME: Final = "A-Za-z0-9+."
_PRIVATE: Final = "\\ue000-\\uf8ff\\ufffe\\uffff"

BLANK: Final = f"^[{_BLANK}]*$"
UNSEEN: Final = f"^[{_UNSEEN}]*$"
NOT_UNSEEN: Final = f"[^{_UNSEEN}]"
LINE: Final = f"^(?:[{_BLANK}]*|[^{_LINE_CONTROL}]*)$"
BLOCK: Final = f"^(?:[{_BLANK}]*|[^{_BLOCK_CONTROL}]*)$"
FILLED_LINE: Final = f"^[^{_LINE_CONTROL}]*[^{_LINE_CONTROL}{_UNSEEN}][^{_LINE_CONTROL}]*$"
FILLED_BLOCK: Final = f"^[^{_BLOCK_CONTROL}]*[^{_BLOCK_CONTROL}{_UNSEEN}][^{_BLOCK_CONTROL}]*$"
NOT_BLANK: Final = f"[^{_BLANK}]"

WEBSITE: Final = (
    f"^[ {_INVISIBLE}]*(?:[hH][tT][tT][pP][sS]?:[^{_LINE_CONTROL}]*"
    f"|[^A-Za-z{_LINE_CONTROL}{_UNSEEN}][^{_LINE_CONTROL}]*"
    f"|[A-Za-z][{_SCHEME}-]*(?:[^{_SCHEME}:{_LINE_CONTROL}-][^{_LINE_CONTROL}]*)?"
    f"|[A-Za-z][A-Za-z0-9-]*\\.[A-Za-z0-9.-]*:[0-9]+(?:[/?#][^{_LINE_CONTROL}]*)?)$"
)
"""http and https, no scheme, or a dotted name with a port."""


PLANES: Final = (range(0x34000), range(0xE0000, 0xE0200))
"""The code points that Unicode assigns; the others are unassigned or private."""


@functools.cache
def strict() -> str:
    """Return the pattern of a first or last name: words of letters with marks and joiners, and
    decimal digits, spaces and periods between them.

    The classes list their ranges, because not every language's regular expressions have \\p{L}.
    They come from this Python, as the rule itself does. The first call takes some 50 ms.
    """
    letters, marks, digits = _ranges("L"), _ranges("M"), _ranges("D")
    word = f"[{letters}](?:[\\u200c\\u200d]?[{letters}{marks}])*"
    return f"^(?:[{_BLANK}]*|[{digits} .]*(?:{word}(?:[{digits} .]+|$))*)$"


def _ranges(kind: str) -> str:
    """Return the characters of a kind for a character class."""
    return "".join(
        _point(plane.start + match.start()) + "-" + _point(plane.start + match.end() - 1)
        for plane, kinds in zip(PLANES, _kinds(), strict=True)
        for match in re.finditer(f"{kind}+", kinds)
    )


def letters() -> str:
    """Return a pattern for a text that has a letter of any script."""
    return f"[{_ranges('L')}]"


@functools.cache
def _kinds() -> tuple[str, ...]:
    """Return one letter for each character of PLANES: its general category's, or D for a decimal
    digit (Nd)."""
    named = {"Nd": "D"}
    return tuple(
        "".join([named.get(one, one[0]) for one in map(unicodedata.category, map(chr, plane))])
        for plane in PLANES
    )


def _point(point: int) -> str:
    """Return a character for any language's regular expressions, which share no escape beyond the
    first plane."""
    return f"\\u{point:04x}" if 0x7F < point < 0x10000 else chr(point)


RELAXED: Final = f"^(?:[{_BLANK}]*|[^{_LINE_CONTROL}{_BIDI}{_PRIVATE}]*)$"
"""The pattern of a name under the relaxed rule; it also allows unassigned characters."""


def any_case(word: str) -> str:
    """Return a pattern for this word in any case."""
    return "".join(f"[{letter.lower()}{letter.upper()}]" for letter in word)


def ref(schema: str) -> Json:
    """Return a reference to the schema of this name in components."""
    return {"$ref": f"#/components/schemas/{schema}"}


def choice(values: tuple[str, ...]) -> Json:
    """Return the schema of one of these texts. A generated client names each as it is, or with a V
    before a digit."""
    described: Json = {"type": "string", "enum": list(values)}
    if any(value[:1].isdigit() for value in values):
        names = [f"V{value}" if value[:1].isdigit() else value for value in values]
        described["x-enum-varnames"] = [re.sub(r"\W", "_", name).upper() for name in names]
    return described


def text(pattern: str, description: str, **more: Any) -> Json:
    """Return the schema of a text, which may be null."""
    return {"type": ["string", "null"], "pattern": pattern, "description": description, **more}


def trimmed(pattern: str) -> str:
    """Return a pattern for such a text with spaces around it, and for a blank text."""
    return f"^(?:[{_BLANK}]*| *(?:{pattern}) *)$"
