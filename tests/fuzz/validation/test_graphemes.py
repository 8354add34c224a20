"""Any text is cut where the library cuts the whole text."""

from typing import Final

import regex
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.validation.graphemes import WINDOW, boundary, cut

FAMILY: Final = "👩‍👩‍👧‍👦"  # seven code points that are one picture


PIECES: Final = st.sampled_from(
    [
        *("a", "é", "\u0301", "\u200d", "👩", "👍🏽", "🇩", "🇩🇪", " ", "क", "\u094d", "\u093f"),
        *("각", "\u1100", "\u1161", "\r", "\n", "ไทย", FAMILY),
    ]
)


@examples(300)
@given(
    st.lists(PIECES, max_size=40),
    st.integers(1, 100),
    st.integers(0, 6000),
)
def test_a_cut_is_where_the_whole_text_says(pieces: list[str], times: int, limit: int) -> None:
    """Never longer than the limit, always a prefix, and at the last boundary that reading all of
    the text finds, where a boundary lies within the window."""
    text = "".join(pieces) * times
    left = cut(text, limit)
    assert len(left) <= limit
    assert text.startswith(left)
    near = text[: limit + 1]
    if near.count("\U0001f1e9") > 2 * WINDOW:
        return  # the library needs quadratic time for flags, and the table above has them
    ends = [0, *(found.end() for found in regex.finditer(r"\X", near))]
    expected = len(text) if len(text) <= limit else max(end for end in ends if end <= limit)
    if limit - expected < WINDOW:
        assert boundary(text, limit) == expected
        assert left == text[: expected or limit]
