"""Where a text may be cut: between grapheme clusters (UAX 29), never inside one.

What must never enter here: what the text means.
"""

from typing import Final

WINDOW: Final = 512
"""Code points before a far limit that are looked at: a longer text is cut without reading all of
it, and the library takes quadratic time for flags. No cluster that people write has more than a few
dozen."""

_INDICATORS: Final = "\U0001f1e6", "\U0001f1ff"
"""The first and last regional indicator: two of them are a flag (UAX 29, GB12)."""


def boundary(text: str, limit: int) -> int:
    """Code points of the clusters that end within `limit`; 0 when the first one does not."""
    if len(text) <= limit:
        return len(text)
    # Imported here: one text in thousands is too long, and the library takes 3 MB.
    import regex

    start = _start(text, max(0, limit - WINDOW))
    end = 0
    for cluster in regex.finditer(r"\X", text[start : limit + 1], concurrent=False):
        # What reaches over the limit may go on behind the window.
        if cluster.end() > limit - start:
            break
        end = cluster.end()
    return start + end if end else 0


def cut(text: str, limit: int) -> str:
    """At most `limit` code points of `text`, never ending between a letter and its accent or within
    an emoji of several parts. A single cluster over the limit is cut hard."""
    return text[: boundary(text, limit) or limit]


def _start(text: str, place: int) -> int:
    """A place before this one from where on clusters end as they do when all is read."""
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
