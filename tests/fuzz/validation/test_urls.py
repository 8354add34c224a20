"""The pattern of plain web addresses accepts what the reader of all addresses keeps as it is."""

from typing import Final

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.validation import urls

PIECES: Final = st.sampled_from(["a.example", ":80", "/", "[::1]", "%41", "%", "é", "\u200b", ";"])


@examples(2000, *HealthCheck)
@given(scheme=st.sampled_from(["http://", "https://"]), rest=st.lists(st.characters() | PIECES))
def test_a_plain_address_is_read_unchanged(scheme: str, rest: list[str]) -> None:
    """An address that needs no further check would pass it without a change."""
    text = scheme + "".join(rest)
    if urls.PLAIN.fullmatch(text):
        assert urls.read(text) == urls.Url(text=text, encoded=False)


def test_every_character_of_a_plain_address_is_kept() -> None:
    """No character that the pattern accepts is percent-encoded or stripped."""
    for point in range(0x110000):
        text = f"https://{chr(point)}"
        if urls.PLAIN.fullmatch(text):
            assert urls.read(text) == urls.Url(text=text, encoded=False)
