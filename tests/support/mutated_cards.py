"""Draws files of vCard text in a broken state: cards of programs with octets changed."""

from hypothesis import strategies as st

from tests.support.dialect_cards import DIALECTS

LINES = sorted({line + b"\n" for one in DIALECTS for line in one.octets.splitlines()})
ODD = (
    b"\r\n", b"\n", b"\r", b" ", b"\t", b"\n ", b"\n\t", b":", b";", b",", b"=", b'"',
    b"\\", b"\\n", b"^n", b"AGENT:BEGIN:VCARD\n",
    b"\x00", b"\x85", b"\xff", b"\xc3\xa9", b"\xc2\x85", b"=\n", b"=C3", b"=00", b"item1.",
    b"BEGIN:VCARD\n", b"END:VCARD\n", b"BEGIN:VCARD", b"begin:vcard\n", b"AGENT:\n",
    b"VERSION:2.1\n", b"VERSION:3.0\n", b"VERSION:4.0\n", b"QUOTED-PRINTABLE", b"ENCODING=b",
    b"CHARSET=SHIFT_JIS", b"CHARSET=x", b"TYPE=", b"PREF=1", b"VALUE=uri", b"X-ABLabel:a\n",
)  # fmt: skip
CARDS = [one.octets for one in DIALECTS]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A card of a program with some octets replaced, or lines of several in any order."""
    if draw(st.booleans()):
        lines = draw(st.lists(st.sampled_from(LINES) | st.sampled_from(ODD), max_size=25))
        return b"BEGIN:VCARD\nVERSION:3.0\n" * draw(st.booleans()) + b"".join(lines)
    octets = draw(st.sampled_from(CARDS)) + draw(st.sampled_from(CARDS)) * draw(st.booleans())
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(octets)))
        length = draw(st.sampled_from((0, 0, 1, 2, 20)))
        octets = octets[:start] + draw(st.sampled_from(ODD)) + octets[start + length :]
    return octets
