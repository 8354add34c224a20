"""A line is folded by one expression as it is octet by octet."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.vcard.text import LINE, REACH, fold

PIECES = st.text("ab \\\t,;:éł李😀\u0301", min_size=1, max_size=40) | st.sampled_from(
    [" " * 30, "\\" * 30, "a" * 74, "é" * 36, "李" * 24, "\t", "x" * 300]
)


def _folded(octets: bytes) -> str:
    """Fold a line octet by octet."""
    pieces = []
    start, room = 0, LINE
    while len(octets) - start > room:
        end = _fold_at(octets, start, start + room)
        pieces.append(octets[start:end])
        start, room = end, LINE - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()


def _fold_at(octets: bytes, start: int, end: int) -> int:
    while octets[end] & 0xC0 == 0x80:
        end -= 1
    for place in range(end, max(start + 1, end - REACH), -1):
        before, after = octets[place - 1], octets[place]
        if after & 0xC0 != 0x80 and after not in b" \t" and before not in b" \t\\":
            return place
    return end


@examples(2000)
@given(line=st.lists(PIECES, min_size=1, max_size=12).map("".join))
def test_both_ways_fold_alike(line: str) -> None:
    """Both ways put every fold at the same place."""
    assert fold(line) == _folded(line.encode())
