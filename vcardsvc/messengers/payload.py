"""Writes the JSON of payloads, and shortens their texts."""

import json
from typing import Any, Final

from vcardsvc.model.request import Document
from vcardsvc.validation.graphemes import cut
from vcardsvc.vcard.document import document

ELLIPSIS: Final = "…"


def payload(members: dict[str, Any]) -> Document:
    """Write a payload as JSON, its members in their order."""
    octets = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    return document((octets,), "application/json", "contact.json")


def filled(**members: str) -> dict[str, str]:
    """Return the members that are not empty."""
    return {name: value for name, value in members.items() if value}


def one_line(text: str) -> str:
    """Replace line breaks and runs of blanks by one blank."""
    return " ".join(text.split())


def shortened(text: str, limit: int) -> str:
    """Return at most `limit` code points, the last one an ellipsis if the text is longer."""
    return text if len(text) <= limit else cut(text, limit - len(ELLIPSIS)).rstrip() + ELLIPSIS
