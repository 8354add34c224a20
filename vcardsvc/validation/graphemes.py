"""Cuts a text between grapheme clusters (UAX 29), never inside one.

Strategy: only a window before the limit is segmented, since the library takes quadratic time for
flags and a text may be long.
"""

from typing import Final

WINDOW: Final = 512
"""Code points before the limit that are segmented. Clusters that people write have a few dozen at
most."""

_INDICATORS: Final = "\U0001f1e6", "\U0001f1ff"
"""The first and the last regional indicator; two of them make a flag (UAX 29, GB12)."""


def boundary(text: str, limit: int) -> int:
    """Count the code points of the clusters that end within `limit`; 0 if the first does not."""
    if len(text) <= limit:
        return len(text)
    # Imported here: few texts are too long, and the library takes 3 MB.
    import regex

    start = _start(text, max(0, limit - WINDOW))
    end = 0
    for cluster in regex.finditer(r"\X", text[start : limit + 1], concurrent=False):
        # A cluster that crosses the limit may continue after the window.
        if cluster.end() > limit - start:
            break
        end = cluster.end()
    return start + end if end else 0


def cut(text: str, limit: int) -> str:
    """Return at most `limit` code points of `text`, without parting a letter from its accent or an
    emoji of several code points. A single cluster over the limit is cut at the limit."""
    return text[: boundary(text, limit) or limit]


def _start(text: str, place: int) -> int:
    """Return an offset before `place` from which clusters end as in the whole text."""
    import regex

    opening = regex.compile(r"\p{GCB=Other}")
    for at in range(place, max(0, place - WINDOW), -1):
        if _INDICATORS[0] <= text[at] <= _INDICATORS[1]:
            return at - _indicators_before(text, at) % 2
        if opening.match(text, at):
            return at
    return max(0, place - WINDOW)


def _indicators_before(text: str, place: int) -> int:
    at = place
    while at and _INDICATORS[0] <= text[at - 1] <= _INDICATORS[1]:
        at -= 1
    return place - at
