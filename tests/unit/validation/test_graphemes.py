"""Where a text is cut: tables of near and far limits, and any text against the library's whole."""

from typing import Final

import pytest

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.validation.graphemes import boundary, cut

FAMILY: Final = "👩‍👩‍👧‍👦"  # seven code points that are one picture

CUTS: Final = [
    ("x" * 100, 100, "x" * 100),
    ("x" * 101, 100, "x" * 100),
    ("x" * 99 + "e\u0323\u0302", 100, "x" * 99),
    ("x" * 95 + FAMILY, 100, "x" * 95),
    ("x" * 93 + FAMILY + "y", 100, "x" * 93 + FAMILY),
    ("x" * 99 + "🇩🇪", 100, "x" * 99),
    ("x" * 99 + "👍🏽", 100, "x" * 99),
    ("a" + "\u0301" * 200, 100, "a" + "\u0301" * 99),
    ("नि" * 60, 100, "नि" * 50),
    # far limits, of which only a window is looked at
    ("x" * 9000, 5000, "x" * 5000),
    ("🇩🇪" * 3000, 5001, "🇩🇪" * 2500),
    ("x" + "🇩🇪" * 3000, 5000, "x" + "🇩🇪" * 2499),
    (FAMILY * 1000, 5000, FAMILY * 714),
    ("e\u0301" * 3000, 5001, "e\u0301" * 2500),
    ("각" * 4000, 2000, "각" * 2000),
    ("\u1100\u1161\u11a8" * 2000, 5000, "\u1100\u1161\u11a8" * 1666),
    ("x" * 4999 + "\r\n" + "x" * 9, 5000, "x" * 4999),
    ("x" * 4900 + "a" + "\u0301" * 300, 5000, "x" * 4900),
    ("a" + "\u0301" * 9000, 5000, "a" + "\u0301" * 4999),
]


@pytest.mark.parametrize(("text", "limit", "left"), CUTS)
def test_a_cut_never_ends_inside_a_character_that_people_see(
    text: str, limit: int, left: str
) -> None:
    """A cut stands before the cluster that would pass the limit; a longer one is cut hard."""
    assert cut(text, limit) == left


WHOLE: Final = [
    ("", 0, 0),
    ("abc", 3, 3),
    ("abc", 2, 2),
    ("abc", 0, 0),
    (FAMILY, 6, 0),
    ("a" + FAMILY, 7, 1),
    ("a" + "\u0301" * 9000, 5000, 0),
]


@pytest.mark.parametrize(("text", "limit", "end"), WHOLE)
def test_a_boundary_is_never_within_a_cluster(text: str, limit: int, end: int) -> None:
    """Where not even the first cluster fits there is no boundary but the start."""
    assert boundary(text, limit) == end


@pytest.mark.parametrize("part", ["🇩", "\u0301", "e\u0301", "\u200d👩", "\u0600", "क्"])
def test_a_text_without_end_costs_no_time(part: str) -> None:
    """The library's quadratic time for flags is never spent on more than the window."""
    text = part * 125_001
    assert 0 < len(within_cpu_budget(1.0, lambda: cut(text, 100_001))) <= 100_001
