"""The cards of a file of many vCards."""

import io
from typing import Any

import pytest

from vcardsvc.batch import card_files
from vcardsvc.batch.card_files import card_records
from vcardsvc.batch.faults import NotAList
from vcardsvc.model.batch import BatchOptions


def _vcard(name: str, *lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *lines, "END:VCARD", ""))


def _read(octets: bytes, **options: Any) -> list[tuple[int, int, list[Any]]]:
    """The number, the line and the full names of each card."""
    return [
        (one.row, one.line, [each.value for each in one.card.properties if each.name == "FN"])
        for one in card_records(io.BytesIO(octets), BatchOptions(**options))
    ]


TWO = _vcard("Ada") + _vcard("Zoë")
READ = [(1, 1, ["Ada"]), (2, 5, ["Zoë"])]


@pytest.mark.parametrize(
    "octets",
    [
        TWO.encode(),
        TWO.replace("\r\n", "\n").encode(),
        TWO.replace("\r\n", "\r").encode(),
        TWO.encode("utf-8-sig"),
        TWO.encode("utf-16"),
        TWO.encode("utf-16-le"),
        TWO.encode("cp1252"),
        TWO.replace("BEGIN:VCARD", "begin:vcard").replace("END:VCARD", "End:vCard").encode(),
    ],
)
def test_every_card_of_a_file_is_read(octets: bytes) -> None:
    """Each card has the line of its BEGIN, whatever the encoding, mark and line ends are."""
    assert _read(octets) == READ


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("most", [20, 64])
def test_lines_that_are_read_in_pieces(
    end: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a piece hides no BEGIN of a card whose lines end with CR."""
    long = _vcard("Ada", f"NOTE:{'x' * 100}") + _vcard("Zoe")
    monkeypatch.setattr(card_files, "LINE", most)
    assert [names for _, _, names in _read(long.replace("\r\n", end).encode())] == [
        ["Ada"], ["Zoe"]
    ]  # fmt: skip


def test_the_encoding_may_be_given() -> None:
    """Windows-1250 cannot be told from Windows-1252."""
    octets = _vcard("Łukasz").encode("cp1250")
    assert _read(octets, encoding="windows-1250") == [(1, 1, ["Łukasz"])]


def test_a_card_without_its_end_costs_no_other() -> None:
    """The next BEGIN ends it, and so does the end of the file."""
    octets = _vcard("Ada").replace("END:VCARD\r\n", "") + _vcard("Ben")
    assert _read(octets.encode()) == [(1, 1, ["Ada"]), (2, 4, ["Ben"])]
    assert _read(octets.removesuffix("END:VCARD\r\n").encode()) == [
        (1, 1, ["Ada"]),
        (2, 4, ["Ben"]),
    ]


def test_what_stands_between_cards_is_no_card() -> None:
    """Blank lines and text in front of, between and behind cards are left out."""
    octets = f"\r\nHello\r\n{_vcard('Ada')}\r\nNOTE:x\r\n {_vcard('Ben')}\r\nbye\r\n"
    assert _read(octets.encode()) == [(1, 3, ["Ada"]), (2, 9, ["Ben"])]


def test_a_card_inside_a_card_stays_there() -> None:
    """The AGENT of a card of version 2.1 is no contact of the list."""
    agent = ("AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Agent", "END:VCARD")
    octets = _vcard("Ada", *agent).replace("3.0", "2.1") + _vcard("Ben")
    assert [names for _, _, names in _read(octets.encode())] == [["Ada"], ["Ben"]]


@pytest.mark.parametrize("octets", [b"", b"hello\n", b"END:VCARD\n", b"\xff\xfe", b"\n" * 100])
def test_a_file_without_a_card_is_refused(octets: bytes) -> None:
    """A file without any BEGIN is no list."""
    with pytest.raises(NotAList) as caught:
        _read(octets)
    assert (caught.value.cause, caught.value.too_large) == ("no-card", False)


def test_a_folded_text_begins_and_ends_no_card() -> None:
    """A note may hold the words, where a line of it begins too."""
    octets = _vcard("Ada", "NOTE:one", " BEGIN:VCARD", " END:VCARD", "TEL:1") + _vcard("Ben")
    [ada, ben] = card_records(io.BytesIO(octets.encode()), BatchOptions())
    assert [(one.name, one.value) for one in ada.card.properties] == [
        ("FN", "Ada"), ("NOTE", "oneBEGIN:VCARDEND:VCARD"), ("TEL", "1")
    ]  # fmt: skip
    assert (ben.row, ben.line) == (2, 9)


def test_an_unknown_encoding_is_refused() -> None:
    """A name that is no encoding is the caller's fault."""
    with pytest.raises(NotAList) as caught:
        _read(TWO.encode(), encoding="klingon")
    assert caught.value.cause == "encoding"


@pytest.mark.parametrize("line", [b"NOTE:x\n", b"NOTE:" + b"x" * 500])
def test_a_card_without_an_end_is_given_up(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card may have so many octets, in one line or in many."""
    monkeypatch.setattr(card_files, "MAX_BYTES", 1_000)
    with pytest.raises(NotAList) as caught:
        _read(b"BEGIN:VCARD\n" + line * 200)
    assert (caught.value.cause, caught.value.too_large) == ("card-size", True)
