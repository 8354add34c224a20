"""The pattern of plain international numbers says what the full analysis says."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.vcard import android

SEPARATORS = st.sampled_from(["", "", "", " ", ".", "-", "  ", " -", "   "])


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number with its country code, of up to 18 digits."""
    digits = draw(st.text("0123456789", min_size=1, max_size=18))
    return "+" + digits[0] + "".join(draw(SEPARATORS) + one for one in digits[1:])


@examples(2000)
@given(number=numbers())
def test_a_plain_number_is_dialled_as_intended(number: str) -> None:
    """Where the pattern matches, the analysis finds no other number."""
    if android._INTERNATIONAL.fullmatch(number):
        intended, kinds = android.dialable(number)
        assert intended is not None
        assert android.stored(intended) == android.stored(number)
        assert kinds == ()
