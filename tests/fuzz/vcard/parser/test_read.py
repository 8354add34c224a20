"""Any octets are read as cards or refused."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.foreign_cards import OURS
from vcardsvc.vcard.parser import FINDINGS, NotACard, read

PIECES = st.one_of(
    st.binary(max_size=20),
    st.sampled_from([line.encode() + b"\r\n" for line in OURS]),
    st.sampled_from(
        [b"\r\n", b"\n", b" ", b";", b":", b"=", b'"', b",", b"\\", b"\xff\xfe", b"\x00"]
    ),
    st.sampled_from(
        [b"ENCODING=", b"CHARSET=", b"BASE64", b"QUOTED-PRINTABLE", b"utf-16", b"TYPE="]
    ),
    st.sampled_from(
        [b"item1.", b"AGENT:\r\n", b"VERSION:2.1\r\n", b"N:", b"ADR:", b"PHOTO:", b"ORG:"]
    ),
)


@given(st.lists(PIECES, max_size=30))
def test_any_octets_are_read_or_refused(pieces: list[bytes]) -> None:
    """Whatever a file holds, it gives cards whose findings are of the table, or NotACard."""
    data = b"".join(pieces)
    for file in (data, b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + data):
        try:
            cards = read(file)
        except NotACard:
            continue
        for one in cards:
            assert {finding.code for finding in one.findings} <= set(FINDINGS)
            assert all(0 <= finding.line <= len(file) for finding in one.findings)
