"""A multipart body that is cut loses nothing but the parts that were cut."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.bounded_forms import body, held


@given(
    parts=st.lists(st.binary(max_size=900), max_size=5),
    size=st.integers(1, 400),
    ceiling=st.integers(0, 2000),
)
def test_no_other_part_is_changed(parts: list[bytes], size: int, ceiling: int) -> None:
    """Whatever comes, and however, what is held is the body without the parts that were cut."""
    parts = [part.replace(b"--b", b"") for part in parts]
    found = held(body(*parts), ceiling, size)
    if found is not None:
        octets, cut = found
        left = (b"" if place in cut else part for place, part in enumerate(parts))
        assert octets == body(*left)
