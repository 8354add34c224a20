"""Parses Accept and Accept-Language headers, and chooses the best of what is offered.

    text/vcard;version=4.0, application/vcard+json;q=0.9, */*;q=0.1

Strategy: a header is split in linear time, and only its first ranges are read. Nothing is refused:
a malformed range is read as far as it goes, an unreadable quality is 1.

Source: RFC 9110 sections 12.4.2 (quality), 12.5.1 (Accept) and 12.5.4 (Accept-Language).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

RANGES: Final = 64
"""The most ranges of a header that are read, and the most parameters of each; browsers send ten.
Without a limit, 64 KiB of commas would block the worker for 0.1 s."""

_SPLIT: Final = {
    mark: re.compile(rf'(?:"(?:[^"\\]|\\.)*"?|[^"{mark}])+', re.DOTALL) for mark in ",;"
}
"""The pieces between these marks, which may stand in quoted strings (RFC 9110 section 5.6.4). A
quote that is never closed goes to the end: no header makes the search start over."""

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


class Range(NamedTuple):
    """Holds one range of a header in lower case: its name (`text/vcard`, `text/*`, `en-gb`), its
    quality from 0 to 1, and its parameters, with values out of their quotes."""

    name: str
    quality: float
    parameters: Mapping[str, str]


def parse_accept(header: bytes) -> tuple[Range, ...]:
    """Return the ranges of a header in their order, except those without a name."""
    ranges = []
    for part in _split(header.decode("latin-1").lower(), ","):
        name, *rest = (one.strip() for one in _split(part, ";"))
        if name:
            pairs = (one.partition("=") for one in rest)
            parameters = {key.strip(): _unquoted(value.strip()) for key, _, value in pairs}
            ranges.append(Range(name, _quality(parameters.get("q", "1")), parameters))
    return tuple(ranges)


def best_of(
    ranges: Sequence[Range], offered: Sequence[str], *, header_order: bool = False
) -> str | None:
    """Return the offered media type of the highest quality; None if the header accepts none.

    The most specific range decides on a media type; of several of one name, that of the highest
    quality. Among equals a named media type comes before one that a wildcard covers; then the first
    of the header with `header_order`, else the first of `offered`.
    """
    by_name: dict[str, tuple[float, int]] = {}
    for index, one in enumerate(ranges):
        rank = (one.quality, -index if header_order else 0)
        by_name[one.name] = max(by_name.get(one.name, rank), rank)
    ranks = {media_type: _rank(by_name, media_type) for media_type in offered}
    best = max(offered, key=ranks.__getitem__)
    return best if ranks[best][0] > 0 else None


def _rank(by_name: Mapping[str, tuple[float, int]], media_type: str) -> tuple[float, bool, int]:
    """Return the quality of a media type, whether it is named, and how early in the header."""
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in by_name:
            quality, position = by_name[name]
            return quality, name == media_type, position
    return 0.0, False, 0


def _split(text: str, mark: str) -> list[str]:
    """Return the first RANGES pieces of a list."""
    pieces = (_SPLIT[mark].findall(text) or [""]) if '"' in text else text.split(mark, RANGES)
    return pieces[:RANGES]


def _unquoted(value: str) -> str:
    return _ESCAPE.sub(r"\1", value.strip('"')) if value.startswith('"') else value


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 1.0
