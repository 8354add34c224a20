"""What foreign readers find in a card, in comparable form."""

import json
import re
from typing import Any


def seen(found: dict[str, Any]) -> dict[str, Any]:
    """The same fields of what a reader found, in values."""
    kept = {one: found[one] for one in ("version", "fn", "n", "org", "title", "note")}
    return {
        **kept,
        "tels": [one["value"] for one in found["tels"]],
        "emails": [one["value"] for one in found["emails"]],
        "adrs": [one["parts"] for one in found["adrs"]],
        "urls": [one["value"] for one in found["urls"]],
    }


def plain(fields: Any) -> str:
    """The same without the backslashes that some readers leave, and with LF for every line end."""
    text = json.dumps(fields, ensure_ascii=False).replace("\\\\", "").replace("\\r\\n", "\\n")
    return re.sub(r"\\(?=[;,])", "", text)
