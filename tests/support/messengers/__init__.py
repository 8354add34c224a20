"""What messaging platforms publish about their requests, and what holds callers to it.

The schemas (JSON Schema 2020-12) are written down from the vendors' documentation; each names its
sources, and uses no code under test.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from vcardsvc.model.request import Document
from vcardsvc.vcard.document import document

_HERE: Final = Path(__file__).parent

SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    path.stem: json.loads(path.read_text()) for path in sorted(_HERE.glob("*.json"))
}
"""Each platform's request by the name of its form."""


def card_document(text: str, filename: str = "contact.vcf") -> Document:
    """A card as a writer of messages takes it."""
    return document((text.encode(),), "text/vcard; charset=utf-8", filename)


def faults(vendor: str, request: Any) -> list[str]:
    """What is wrong with a request under the vendor's schema, each with its place."""
    found = Draft202012Validator(SCHEMAS[vendor]).iter_errors(request)
    return [f"{error.json_path}: {error.message}" for error in found]
