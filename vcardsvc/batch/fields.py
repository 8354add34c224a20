"""Declares the fields that a column of a list may hold, for the tables of columns and for `map`.

    field   = kind ["-" number] ["." label] ["." part]
    phone.mobile    email-2.value    address.home.postal-code    related.spouse    social.linkedin

A number joins the columns of one entry (`email-2.label` and `email-2.value`). A label of one's own
stands behind a kind of entries: `phone.Reception`.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

TEXTS: Final = (
    "name", "name-last-first", "first", "middle", "particle", "last", "prefix", "suffix",
    "nickname", "maiden-name", "phonetic-first", "phonetic-middle", "phonetic-last",
    "organization", "phonetic-organization", "department", "title", "role", "office", "note",
    "categories", "birthday", "anniversary", "photo", "uid", "gender", "language", "time-zone",
    "deleted",
)  # fmt: skip
"""Fields that a contact has once."""

IGNORE: Final = "ignore"
"""The field of a column that holds nothing of a person."""

ENTRIES: Final[Mapping[str, frozenset[str]]] = {
    "phone": frozenset(("label", "value")),
    "email": frozenset(("label", "value", "type")),
    "website": frozenset(("label", "value")),
    "address": frozenset(
        ("label", "street", "street-2", "street-3", "extended", "po-box", "city", "region",
         "postal-code", "country", "country-code", "formatted")
    ),
    "im": frozenset(("label", "service", "value")),
    "social": frozenset(("label", "service", "value")),
    "related": frozenset(("label", "value")),
    "event": frozenset(("label", "value")),
    "custom": frozenset(("label", "value")),
    "organization": frozenset(
        ("label", "name", "title", "department", "role", "phonetic", "office")
    ),
    "birthday": frozenset(("year", "month", "day")),
}  # fmt: skip
"""The kinds of entries of which a contact may have several, and the parts of each; the birthday may
stand in three columns."""

_FIELD: Final = re.compile(r"([a-z]+(?:-[a-z]+)*)(?:-(\d{1,4}))?(?:\.(.{1,100}))?", re.DOTALL)


class Field(NamedTuple):
    """Holds the parts of a field's name; `number` is 0 without one, `label` and `part` may be
    ""."""

    kind: str
    number: int = 0
    label: str = ""
    part: str = ""


def parse_field(text: str) -> Field | None:
    """Return the parts of a field's name; None for a text that names none."""
    if text in TEXTS or text == IGNORE:
        return Field(text)
    match = _FIELD.fullmatch(text)
    if match is None or match[1] not in ENTRIES:
        return None
    kind, number, rest = match[1], int(match[2] or 0), match[3] or ""
    parts = ENTRIES[kind]
    label, dot, part = rest.rpartition(".")
    if part in parts:
        return Field(kind, number, label, part)
    if kind in ("address", "organization", "birthday") or "value" not in parts:
        return None
    return Field(kind, number, f"{label}{dot}{part}", "value")
