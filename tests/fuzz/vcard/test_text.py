"""A line of ASCII is folded by one expression as it is octet by octet."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.vcard.text import LINE, _fold_octets, fold

PIECES = st.text("ab \\\t,;:", min_size=1, max_size=40) | st.sampled_from(
    [" " * 30, "\\" * 30, "a" * 74, "\t", "x" * 300]
)


@examples(2000)
@given(line=st.lists(PIECES, min_size=1, max_size=12).map("".join))
def test_both_ways_fold_alike(line: str) -> None:
    """Both ways put every fold at the same place."""
    expected = line if len(line) <= LINE else _fold_octets(line.encode())
    assert fold(line) == expected
