"""What three vendors publish about their requests, and small servers that hold callers to it.

The schemas (JSON Schema 2020-12) are written down from the vendors' documentation; each names its
sources. It uses no code under test.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

_HERE: Final = Path(__file__).parent

SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    name: json.loads((_HERE / f"{name}.json").read_text())
    for name in ("whatsapp", "telegram", "twilio")
}
"""Each vendor's request by its name."""


def faults(vendor: str, request: Any) -> list[str]:
    """What is wrong with a request under the vendor's schema, each with its place."""
    found = Draft202012Validator(SCHEMAS[vendor]).iter_errors(request)
    return [f"{error.json_path}: {error.message}" for error in found]
