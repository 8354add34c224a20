"""Any octets are read as cards or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.foreign_cards import OURS
from tests.support.hypothesis_profiles import examples
from tests.support.mutated_cards import mutated
from vcardsvc.vcard.parser import FINDINGS, NotACard, read
from vcardsvc.vcard.parser.reader import read_cards

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


@examples(2000)
@given(st.lists(mutated(), min_size=1, max_size=3).map(b"".join))
def test_cards_are_those_of_the_reader_each_with_its_own_findings(data: bytes) -> None:
    """Checking finds the cards that conversion reads, in any state, and no finding of one is on a
    line of another."""
    try:
        checked = read(data)
    except NotACard:
        with pytest.raises(NotACard):
            read_cards(data)
        return
    if any(one.card.properties for one in checked):
        assert tuple(one.card for one in checked) == read_cards(data).cards
    lines = [sorted(prop.line for prop in one.card.properties) for one in checked]
    for place, one in enumerate(checked):
        for each in one.findings:
            if each.code == "uid-twice":  # of the whole file
                continue
            assert not any(each.line in others for others in lines[:place] + lines[place + 1 :])
