"""A kept photo with any octets changed raises nothing."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.images import plain, saved
from vcardsvc.services.contact_cards import stored_photo

JPEG = saved(plain(size=(64, 48)), "JPEG")


@given(st.lists(st.tuples(st.integers(0, len(JPEG) - 1), st.integers(0, 255)), max_size=8))
def test_a_photo_with_flipped_bytes_never_raises(flips: list[tuple[int, int]]) -> None:
    """Whatever became of a photo on the disk, it has sides or is none."""
    data = bytearray(JPEG)
    for place, value in flips:
        data[place] = value
    photo = stored_photo(bytes(data))
    assert photo is None or (photo.jpeg == bytes(data) and photo.width > 0 and photo.height > 0)
