"""One content line into its text, by vobject, whatever the line holds.

vobject 0.9.9 gets one line at a time, with its head already split: its own line pattern takes
exponential time on some lines, and one bad value would cost the card. Three of its habits are
headed off: it cuts a text at a bare comma (in N that is right: it parts names), writes "eof" for a
last backslash, and takes every unknown ENCODING for base64. What must never enter here: an
exception for what a line holds.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from vcardsvc.model.contact import composed
from vcardsvc.vcard.parser.lines import CHARSETS, Line

MAX_VALUE = 100_000
"""Characters of one text that are read: ten times the longest note a phone lets people type."""
MAX_STRUCTURED = 10_000
"""The same of N, ADR and ORG, whose parts cost vobject more and are a line each."""

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
"""What vobject gets for a bare comma, a last backslash and an escaped colon, which it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line decoded: 5 `parts` for N, 7 for ADR, any number for ORG, one for all others."""

    line: Line
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The first part, or the only one."""
        return self.parts[0]


@cache
def _behavior() -> Any:
    # vobject costs 0.1 s and 10 MB: only those who read a card pay for it
    from vobject.base import getBehavior

    return getBehavior("VCARD")


def decoded(line: Line, version: str) -> tuple[Said | None, str]:
    """(what the line says, "") or, when it cannot be decoded, (None, a code of FINDINGS).

    A text over its ceiling is cut; then both are given.
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
    except Exception:  # hostile values raise whatever the codecs and vobject's own slips raise
        return None, "unreadable-value"
    parts = tuple(clean(part) for part in _parts(line.name, value))
    return Said(line=line, parts=parts), code


def _encoding(line: Line) -> list[list[str]]:
    """The parameters that vobject decodes by, in the only spelling it knows."""
    named = [["ENCODING", word] for word in _ENCODINGS if word in line.encodings]
    charset = line.parameter("CHARSET")
    return [*named, ["CHARSET", charset]] if CHARSETS.fullmatch(charset) else named


def _escaped(value: str, name: str, version: str) -> str:
    """With every comma and last backslash escaped; 2.1 has escapes in N, ADR and ORG alone. The
    commas of N stay in newer versions: they part names (RFC 2426 section 3.1.2)."""
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
    """One component as people write it: names side by side, suffixes with a comma between."""
    if not isinstance(value, list):
        return str(value)
    return (", " if component == "suffix" else " ").join(filter(None, map(str.strip, value)))


def clean(text: str) -> str:
    """Trimmed, NFC, lines parted by LF, without control characters but tab."""
    text = _CONTROL.sub("", _LINE_END.sub("\n", text)).strip()
    return composed(text)
