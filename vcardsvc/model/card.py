"""Defines a card as an ordered list of properties, whatever file format it was read from.

The terms are those of vCard 4.0 (RFC 6350 with RFC 6474, 6715, 8605 and 9554). A reader of another
version, format or program's dialect translates into them; what has no counterpart there keeps its
own name. So every writer takes one list.
"""

from typing import Final, Literal

from msgspec import Struct

ValueType = Literal[
    "text", "uri", "date-and-or-time", "timestamp", "utc-offset", "language-tag", "boolean",
    "integer", "float", "binary", "vcard", "unknown",
]  # fmt: skip
"""The value types of RFC 6350 section 4; `binary` for octets in the card itself, `vcard` for the
text of a card inside the card (AGENT of 3.0), `unknown` as RFC 7095 section 5.1 has it."""

Params = tuple[tuple[str, tuple[str, ...]], ...]
"""Parameters in their order: the name in upper case, and its values, unquoted and unescaped."""

STRUCTURED: Final = frozenset(("N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP"))
"""Properties whose value has components, each a list of texts."""

LISTS: Final = frozenset(("NICKNAME", "CATEGORIES"))
"""Properties whose value is a list of texts."""


class Binary(Struct, frozen=True, kw_only=True, gc=False):
    """Holds octets that stand in the card itself, and their media type ("" if unknown)."""

    data: bytes
    media_type: str = ""


Value = str | tuple[str, ...] | tuple[tuple[str, ...], ...] | Binary
"""A text, URI or date as its string; the texts of a list (LISTS); the components of a structured
value (STRUCTURED), each a tuple of texts; or octets."""


class Property(Struct, frozen=True, kw_only=True, gc=False):
    """Holds one property: its name in upper case and its value, unescaped and decoded.

    `types` are the values of TYPE in lower case, `pref` is PREF (1 to 100; 0 for none), `label` a
    label of one's own (Apple's X-ABLabel, a type with X-, JSContact's label), `params` the other
    parameters. `group` is the property group. `line` is the number of its first line in the text it
    was read from, 0 if it comes from elsewhere.
    """

    name: str
    value: Value
    kind: ValueType = "text"
    types: tuple[str, ...] = ()
    pref: int = 0
    label: str = ""
    params: Params = ()
    group: str = ""
    line: int = 0

    def param(self, name: str) -> str:
        """Return the first value of a parameter, "" without it."""
        for each, values in self.params:
            if each == name and values:
                return values[0]
        return ""


class Card(Struct, frozen=True, kw_only=True):
    """Holds a card: its properties in their order, without BEGIN, END and VERSION; `version` is as
    written, "" for another format than text."""

    properties: tuple[Property, ...]
    version: str = ""


class CardLoss(Struct, frozen=True, kw_only=True, gc=False):
    """Names a property that was dropped, cut or changed.

    `name` is the property's name ("" for the whole card), `index` its index among those of this
    name. `code` is one of `errors.NOTES`, `reason` a sentence for people, without any value of the
    card. `line` is the number of its line in the text that was read, 0 for none.
    """

    name: str
    index: int
    code: str
    reason: str
    line: int = 0
