"""Decodes the value of one content line, with vobject.

Strategy: vobject 0.9.9 gets one line at a time with its name and parameters split: its own pattern
takes exponential time on some lines, and one bad value would lose the card. Three faults of it are
avoided: it cuts a text at a bare comma (right in N only, where it separates names), writes "eof"
for a backslash at the end, and reads every unknown ENCODING as base64. No value raises.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from vcardsvc.model.contact import composed
from vcardsvc.vcard.parser.lines import CHARSETS, Line

MAX_VALUE = 100_000
"""The most characters of a text that are decoded: ten times the longest note on a phone."""
MAX_STRUCTURED = 10_000
"""The most characters of N, ADR and ORG, whose parts take vobject longer."""

COMPONENTS = {
    "N": ("family", "given", "additional", "prefix", "suffix"),
    "ADR": ("box", "extended", "street", "city", "region", "code", "country"),
}
"""vobject's names for the components, RFC 2426 sections 3.1.2 and 3.2.1."""

_ENCODINGS = ("QUOTED-PRINTABLE", "B", "BASE64")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_ESCAPE = re.compile(r"\\.|\\\Z|,", re.DOTALL)
_ESCAPE_OF_NAMES = re.compile(r"\\.|\\\Z", re.DOTALL)
_MENDED = {",": "\\,", "\\": "\\\\", "\\:": ":"}
"""Replacements for vobject: of a bare comma, a last backslash and an escaped colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedLine:
    """Holds a decoded line: 5 `parts` of N, 7 of ADR, any number of ORG, one of all others."""

    line: Line
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the first part."""
        return self.parts[0]


@cache
def _behavior() -> Any:
    # imported here: vobject takes 0.1 s and 10 MB, and only reading a card needs it
    from vobject.base import getBehavior

    return getBehavior("VCARD")


def decoded(line: Line, version: str) -> tuple[DecodedLine | None, str]:
    """Return (decoded line, ""), or (None, code of FINDINGS) if it cannot be decoded.

    A text over its limit is cut; then both a line and a code are returned.
    """
    from vobject.base import ContentLine

    most = MAX_STRUCTURED if line.name in (*COMPONENTS, "ORG") else MAX_VALUE
    code = "value-too-long" if len(line.value) > most else ""
    try:
        content = ContentLine(line.name, _encoding(line), line.value[:most], None, encoded=True)
        if isinstance(content.value, str):
            content.value = _escaped(content.value, line.name, version)
        content.parentBehavior = _behavior()
        content.autoBehavior()
        value = content.transformToNative().value
    except Exception:  # hostile values raise any error of the codecs and of vobject
        return None, "unreadable-value"
    parts = tuple(clean(part) for part in _parts(line.name, value))
    return DecodedLine(line=line, parts=parts), code


def _encoding(line: Line) -> list[list[str]]:
    """Return the parameters that vobject reads, as it expects them."""
    named = [["ENCODING", each] for each in _ENCODINGS if each in line.encodings]
    charset = line.parameter("CHARSET")
    return [*named, ["CHARSET", charset]] if CHARSETS.fullmatch(charset) else named


def _escaped(value: str, name: str, version: str) -> str:
    """Escape commas and a last backslash; 2.1 has escapes in N, ADR and ORG only. Commas in N stay
    in newer versions, where they separate names (RFC 2426 section 3.1.2)."""
    if version == "2.1" and name not in (*COMPONENTS, "ORG"):
        value = value.replace("\\", "\\\\")
    pattern = _ESCAPE_OF_NAMES if name == "N" and version != "2.1" else _ESCAPE
    return pattern.sub(lambda match: _MENDED.get(match[0], match[0]), value)


def _parts(name: str, value: Any) -> list[str]:
    if name in COMPONENTS:
        return [_listed(component, getattr(value, component)) for component in COMPONENTS[name]]
    if isinstance(value, bytes):
        return [value.decode("utf-8", "replace")]
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _listed(component: str, value: Any) -> str:
    """Join the values of a component: names with a blank, suffixes with a comma."""
    if not isinstance(value, list):
        return str(value)
    return (", " if component == "suffix" else " ").join(filter(None, map(str.strip, value)))


def clean(text: str) -> str:
    """Return the text trimmed, in NFC, with LF as line end and without control characters but
    tab."""
    text = _CONTROL.sub("", _LINE_END.sub("\n", text)).strip()
    return composed(text)
