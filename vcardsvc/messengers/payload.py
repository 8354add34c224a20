"""Writes the JSON of payloads, and shortens their texts."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final

from vcardsvc.messengers.losses import NAME
from vcardsvc.model.request import Document, Loss, Part
from vcardsvc.validation.graphemes import cut
from vcardsvc.vcard.document import document
from vcardsvc.vcard.losses import LossKind, loss

ELLIPSIS: Final = "…"

_URL: Final = re.compile(
    r"(?:(?P<scheme>https?):|:(?=//))?+/*+"
    r"(?P<rest>(?:[^/?#@\s]*+@)?[^/?#@:\s][^/?#@\s]*+(?:[/?#].*)?)",
    re.IGNORECASE | re.DOTALL,
)
"""A web address as people type it: with or without a scheme, with any number of slashes, and with a
host."""

Measure = Callable[[str], int]
"""Counts a text in the unit of a limit."""

Pieces = Sequence[tuple[Part, str]]
"""Texts of a line, each with the part of the contact that it is."""


def payload(members: dict[str, Any]) -> Document:
    """Write a payload as JSON, its members in their order."""
    return document((json_octets(members),), "application/json", "contact.json")


def json_octets(value: object) -> bytes:
    """Write a value as JSON without blanks, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def several(payloads: Sequence[Document]) -> Document:
    """Return the one payload, or a JSON array of several."""
    if len(payloads) == 1:
        return payloads[0]
    octets = b"[" + b",".join([one.octets for one in payloads]) + b"]"
    return document((octets,), payloads[0].content_type, payloads[0].filename)


def filled(**members: str) -> dict[str, str]:
    """Return the members that are not empty."""
    return {name: value for name, value in members.items() if value}


def one_line(text: str) -> str:
    """Replace line breaks and runs of blanks by one blank."""
    return " ".join(text.split())


def utf16(text: str) -> int:
    """Count the UTF-16 code units of a text: what a platform counts that does not say whether its
    characters are code points or the units of Java and JavaScript, which are never fewer."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str, limit: int, measure: Measure) -> bool:
    """Return whether a text has at most `limit` of what `measure` counts, which is never fewer than
    its code points: a text of thousands too many is not measured."""
    return len(text) <= limit and measure(text) <= limit


def shortened(text: str, limit: int, measure: Measure = len) -> str:
    """Return at most `limit` of what `measure` counts (code points), with an ellipsis at the end if
    the text is longer; "" where not even that has room."""
    if fits(text, limit, measure):
        return text
    most = limit - measure(ELLIPSIS)
    if most < 0:
        return ""
    lengths = range(min(len(text), most) + 1)
    longest = bisect_right(lengths, most, key=lambda length: measure(text[:length])) - 1
    return cut(text, longest).rstrip() + ELLIPSIS


def joined(
    pieces: Pieces, limit: int, kind: LossKind, measure: Measure = len
) -> tuple[str, tuple[Loss, ...]]:
    """Join texts to one of at most `limit`: the parts of a name with blanks, others with commas.
    Also return a loss for each text that is cut."""
    separated = [
        (part, f"{_joint(pieces[at - 1][0], part)}{text}" if at else text)
        for at, (part, text) in enumerate(pieces)
    ]
    whole = "".join([text for _, text in separated])
    short = shortened(whole, limit, measure)
    losses, end = [], 0
    for part, text in separated if short != whole else ():
        end += len(text)
        if end > len(short) - len(ELLIPSIS):
            losses.append(loss(kind, part))
    return short, tuple(losses)


def _joint(before: Part, part: Part) -> str:
    return " " if before in NAME and part in NAME else ", "


def web_address(url: str) -> str:
    """Return a web address with a scheme, https where it has none; "" without a host."""
    parts = _URL.fullmatch(url)
    return f"{parts['scheme'] or 'https'}://{parts['rest']}" if parts else ""
