"""Any octets of a photo are drawn or refused with a code."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support import images
from tests.support.damaged_files import damaged
from tests.support.hypothesis_profiles import examples
from tests.support.images import quarters, saved
from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import CAUSES, Budget, Limits, render

LIMITS, BUDGET = Limits(), Budget()

JPEG, PNG, GIF = (saved(quarters(), kind) for kind in ("JPEG", "PNG", "GIF"))
PROGRESSIVE = saved(images.noise((64, 64)), "JPEG", progressive=True)


SMALL = Limits(max_pixels=250_000, max_scans=20)
SEEDS = (JPEG, PNG, GIF, PROGRESSIVE, images.gif(3), images.with_metadata(quarters()))


@examples(150)
@given(
    magic=st.sampled_from([b"", b"\xff\xd8\xff", PNG[:8], PNG[:33], b"GIF89a"]), rest=st.binary()
)
def test_any_bytes_get_an_answer(magic: bytes, rest: bytes) -> None:
    """Any bytes are a photo or have a cause; no other exception leaves."""
    outcome = render(magic + rest, SMALL, BUDGET)
    assert isinstance(outcome, Photo) or outcome in CAUSES


@examples(250)
@given(data=damaged(SEEDS))
def test_any_damage_gets_an_answer(data: bytes) -> None:
    """A photo with any bytes changed or cut off is a photo still or has a cause."""
    outcome = render(data, SMALL, BUDGET)
    assert isinstance(outcome, Photo) or outcome in CAUSES
