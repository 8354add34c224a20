"""The columns of Google's exports: of today (seen since 2024-10), and of before.

Both number the columns of an entry (`Phone 2 - Value`); the newer one says `Label` where the older
one says `Type`. Sources: exports of Google Contacts, and its own template.
"""

import re
from collections.abc import Mapping
from typing import Final

_COMMON: Final[Mapping[str, str]] = {
    "name suffix": "suffix",
    "name prefix": "prefix",
    "nickname": "nickname",
    "birthday": "birthday",
    "notes": "note",
    "photo": "photo",
    "gender": "gender",
    "language": "language",
    "file as": "ignore",
}

GOOGLE: Final[Mapping[str, str]] = {
    **_COMMON,
    "first name": "first",
    "middle name": "middle",
    "last name": "last",
    "phonetic first name": "phonetic-first",
    "phonetic middle name": "phonetic-middle",
    "phonetic last name": "phonetic-last",
    "organization name": "organization",
    "organization title": "title",
    "organization department": "department",
    "labels": "categories",
}
"""The columns of today's export without those of numbered entries."""

GOOGLE_OLD: Final[Mapping[str, str]] = {
    **_COMMON,
    "name": "name",
    "given name": "first",
    "additional name": "middle",
    "family name": "last",
    "yomi name": "ignore",
    "given name yomi": "phonetic-first",
    "additional name yomi": "phonetic-middle",
    "family name yomi": "phonetic-last",
    "initials": "ignore",
    "short name": "ignore",
    "maiden name": "maiden-name",
    "location": "office",
    "billing information": "ignore",
    "directory server": "ignore",
    "mileage": "ignore",
    "occupation": "role",
    "hobby": "ignore",
    "sensitivity": "ignore",
    "priority": "ignore",
    "subject": "ignore",
    "group membership": "categories",
}
"""The columns of the older export without those of numbered entries."""

_NUMBERED: Final = re.compile(
    r"(e-mail|phone|address|website|im|relation|event|custom field|organization|external id|jot"
    r"|calendar link) (\d{1,4}) - (.+)"
)
_KINDS: Final = {
    "e-mail": "email",
    "relation": "related",
    "custom field": "custom",
    "external id": "custom",
}
_PARTS: Final = {
    "type": "label",
    "label": "label",
    "value": "value",
    "service": "service",
    "formatted": "formatted",
    "street": "street",
    "city": "city",
    "po box": "po-box",
    "region": "region",
    "postal code": "postal-code",
    "country": "country",
    "extended address": "extended",
    "name": "name",
    "yomi name": "phonetic",
    "title": "title",
    "department": "department",
    "job description": "role",
    "location": "office",
}

SEPARATOR: Final = ":::"
"""What stands between several values in one cell of Google's."""


def google_field(name: str, dialect: str) -> str:
    """Return the field of a numbered column of Google's (its name in lower case); "" for another
    column or dialect."""
    if not dialect.startswith("google"):
        return ""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return ""
    kind, part = _KINDS.get(match[1], match[1]), _PARTS.get(match[3], "")
    if not part or kind in ("jot", "calendar link"):
        return "ignore"
    if match[1] == "external id":
        return f"custom-{int(match[2]) + 1000}.{part}"
    return f"{kind}-{int(match[2])}.{part}"
