"""Files that Hypothesis damages: octets of them are others, or their end is missing."""

from collections.abc import Sequence

from hypothesis import strategies as st

EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=4)), max_size=5)


@st.composite
def damaged(draw: st.DrawFn, files: Sequence[bytes]) -> bytes:
    """One of the files with a few octets replaced, and perhaps cut off anywhere."""
    file = draw(st.sampled_from(files))
    octets = bytearray(file)
    for at, new in draw(EDITS):
        at %= len(file)
        octets[at : at + len(new)] = new
    maybe_cut = draw(st.none() | st.integers(0, 10**6))
    return bytes(octets[: None if maybe_cut is None else maybe_cut % len(file)])
