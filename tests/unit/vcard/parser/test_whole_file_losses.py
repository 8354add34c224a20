"""What costs the whole file on Android, or a card on an iPhone or a Mac: each case is reported.

The tables were run against Android's reader, or read off Apple's; each row is a file and what is
found in it.
"""

import pytest

from tests.support.foreign_cards import JPEG, SMALL, card, coded, octets
from vcardsvc.vcard.parser import FINDINGS, read

NAMED = ("N:Appleseed;John;;;", "FN:John Appleseed")
OPEN = SMALL.replace(b"END:VCARD\r\n", b"")

ANDROID: dict[str, tuple[bytes, str]] = {
    "version 4.0": (card(version="4.0"), "version-4"),
    "a blank behind VERSION": (card(version="3.0 "), "version-unknown"),
    "a blank before VERSION": (card(version=" 3.0"), "version-unknown"),
    "version 3": (card(version="3"), "version-unknown"),
    "2.1 and 3.0 in one file": (SMALL + card(version="2.1"), "version-mixed"),
    "3.0 and 4.0 in one file": (SMALL + card(version="4.0"), "version-mixed"),
    "two versions in one card": (card("VERSION:2.1"), "version-mixed"),
    "a byte order mark": (b"\xef\xbb\xbf" + SMALL, "byte-order-mark"),
    "a photo in no base64": (card("PHOTO;ENCODING=b:/9j/4"), "photo-damaged"),
    "a photo in no base64, 2.1": (
        card("PHOTO;ENCODING=BASE64:/9j/4", "", version="2.1"),
        "photo-damaged",
    ),
    "a logo in no base64": (card("LOGO;ENCODING=b:/9j/4"), "base64-damaged"),
    "a property of one's own in no base64": (card("X-A;ENCODING=BASE64:a=="), "base64-damaged"),
    'TYPE="" in 3.0': (card('TEL;TYPE="":1'), "empty-type"),
    'TYPE="" in 4.0': (card('TEL;TYPE="":1', version="4.0"), "empty-type"),
    "an unknown CHARSET": (card("NOTE;CHARSET=x-none:a"), "unknown-charset"),
    "an unknown CHARSET, 2.1": (
        card("NOTE;CHARSET=none;ENCODING=QUOTED-PRINTABLE:a", version="2.1"),
        "unknown-charset",
    ),
    "no END": (OPEN, "end-missing"),
    "no END before another card": (OPEN + SMALL, "end-missing"),
    "a line without a colon": (card("hello"), "no-colon"),
    "a line without a colon, 2.1": (card("NOTE;WORK", version="2.1"), "no-colon"),
    "PREF= in 2.1": (card("TEL;WORK;PREF=1:1", version="2.1"), "named-parameter"),
    "LABEL= in 2.1": (card("ADR;LABEL=a:;;a;;;;", version="2.1"), "named-parameter"),
    "SORT-AS= in 2.1": (card("ORG;SORT-AS=a:a", version="2.1"), "named-parameter"),
    "LANGUAGE=en in 2.1": (card("NOTE;LANGUAGE=en:a", version="2.1"), "named-parameter"),
    "AGENT with a card on the next line": (
        card("AGENT:", "BEGIN:VCARD", "VERSION:2.1", "END:VCARD", version="2.1"),
        "nested-card",
    ),
    "AGENT with a card on its own line": (
        card("AGENT:BEGIN:VCARD", "VERSION:2.1", "END:VCARD", version="2.1"),
        "nested-card",
    ),
    "an unknown ENCODING": (card("NOTE;ENCODING=uuencode:a"), "unknown-encoding"),
    "base64 that takes in N": (
        octets(
            "BEGIN:VCARD",
            "VERSION:2.1",
            "PHOTO;ENCODING=BASE64:" + coded(JPEG),
            *NAMED,
            "END:VCARD",
        ),
        "base64-swallows",
    ),
    "base64 that takes in a group": (
        card(
            "PHOTO;ENCODING=BASE64:" + coded(JPEG), "item1.TEL;WORK:1", "TEL;HOME:2", version="2.1"
        ),
        "base64-swallows",
    ),
    "a blank behind a soft break": (
        card("NOTE;ENCODING=QUOTED-PRINTABLE:a= ", "b", version="2.1"),
        "soft-break-padded",
    ),
}
"""Android imports nothing of these files, or hangs."""

APPLE: dict[str, tuple[bytes, str]] = {
    "a byte order mark": (b"\xef\xbb\xbf" + SMALL, "byte-order-mark"),
    "no END at the end of the file": (SMALL + OPEN, "end-missing"),
    "no END before another card": (OPEN + SMALL, "end-missing"),
    "a comment between cards": (SMALL + b"# more\r\n" + SMALL, "stray-line"),
    "a property between cards": (SMALL + b"X-A:b\r\n" + SMALL, "stray-line"),
    "an empty card": (octets("BEGIN:VCARD", "END:VCARD") + SMALL, "empty-card"),
    "a card of VERSION alone": (octets("BEGIN:VCARD", "VERSION:3.0", "END:VCARD"), "empty-card"),
    "a card in a card": (card("AGENT:", "BEGIN:VCARD", "FN:Jane", "END:VCARD"), "nested-card"),
    "a line that begins with a colon": (card("NOTE:a", ": b"), "line-start"),
    "a line that begins with a semicolon": (card("NOTE:a", "; b"), "line-start"),
    "a line that begins with =": (card("NOTE:a", "=b"), "line-start"),
    "a raw line break before a letter": (card("NOTE:Straße", "Äpfel"), "line-start"),
    "a tab fold": (card("NOTE:a", "\tä"), "tab-fold"),
    "a bare semicolon before a fold": (card("TITLE:a;b", " ä"), "bare-semicolon"),
    "a fold in the third part of ORG": (card("ORG:a;b;c", " ä"), "folded-and-dropped"),
    "a fold in the sixth part of N": (
        octets("BEGIN:VCARD", "VERSION:3.0", "N:a;b;c;d;e;f", " ä", "FN:a", "END:VCARD"),
        "folded-and-dropped",
    ),
    "a fold in the eighth part of ADR": (
        card("ADR;TYPE=WORK:;;a;b;c;d;e;f", " :g"),
        "folded-and-dropped",
    ),
}
"""Apple loses these cards, the cards behind them or all."""


@pytest.mark.parametrize(("data", "code"), ANDROID.values(), ids=ANDROID)
def test_what_costs_the_file_on_android_is_reported_as_an_error(data: bytes, code: str) -> None:
    """A file that Android refuses whole has a finding that exits with 1."""
    assert code in {finding.code for one in read(data) for finding in one.findings}
    assert FINDINGS[code].severity == "error"
    assert "Android" in FINDINGS[code].text


@pytest.mark.parametrize(("data", "code"), APPLE.values(), ids=APPLE)
def test_what_costs_a_card_on_apple_is_reported_as_an_error(data: bytes, code: str) -> None:
    """A card that Apple loses has a finding that exits with 1."""
    assert code in {finding.code for one in read(data) for finding in one.findings}
    assert FINDINGS[code].severity == "error"
    assert "Apple" in FINDINGS[code].text


ACCEPTED = {
    "LF alone, and no last line end": SMALL.replace(b"\r\n", b"\n").rstrip(),
    "CR alone": SMALL.replace(b"\r\n", b"\r"),
    "blank lines": SMALL.replace(b"\r\n", b"\r\n\r\n"),
    "two cards": SMALL + SMALL,
    "a photo folded with a space": card(
        "PHOTO;ENCODING=b:" + coded(JPEG)[:8], f" {coded(JPEG)[8:]}"
    ),
}


@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED)
def test_what_both_readers_accept_is_no_loss(data: bytes) -> None:
    """Any line ends, blank lines and right folds are reported as loose line ends at most."""
    codes = {finding.code for one in read(data) for finding in one.findings}
    assert codes <= {"loose-line-end"}
