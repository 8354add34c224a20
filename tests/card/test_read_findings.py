"""One file for each thing that can be wrong with a card, and what is found in it."""

import pytest

from tests.card.foreign import GIF, JPEG, SMALL, card, coded, octets
from vcardsvc.card.read import FINDINGS, Finding, read


def findings(data: bytes) -> list[tuple[int, str]]:
    """(line, code) of every finding of a file."""
    return [(one.line, one.code) for found in read(data) for one in found.findings]


LARGE = coded(GIF + bytes(100_000))
FAULTS: dict[str, tuple[bytes, list[int]]] = {
    "byte-order-mark": (b"\xef\xbb\xbf" + SMALL, [0]),
    "not-utf-8": (card("NOTE:café").replace("é".encode(), b"\xe9"), [3]),
    "stray-line": (b"hello: there\r\n" + SMALL, [1]),
    "loose-line-end": (card("NOTE:a").replace(b"NOTE:a\r\n", b"NOTE:a\n"), [3]),
    "long-line": (card("NOTE:" + "a" * 71), [3]),
    "fold-in-character": (card("NOTE:é").replace(b"\xa9", b"\r\n \xa9"), [4]),
    "fold-at-space": (card("NOTE:a", "  b"), [4]),
    "folded-after-structured": (card("ORG:a", "TEL;TYPE=WORK:1", " 2"), [4]),
    "control-character": (card("NOTE:a\x0bb"), [3]),
    "no-colon": (card("NOTE"), [3]),
    "bad-name": (card("NO TE:a"), [3]),
    "lower-case-name": (card("note:a"), [3]),
    "end-missing": (SMALL.replace(b"END:VCARD\r\n", b""), [1]),
    "nested-card": (card("AGENT:", "BEGIN:VCARD", "FN:Jane", "END:VCARD"), [4]),
    "value-too-long": (card("ORG:a\r\n " + "b\r\n " * 10_000 + "c"), [3]),
    "unreadable-value": (card("NOTE;ENCODING=b:a"), [3]),
    "version-missing": (SMALL.replace(b"VERSION:3.0\r\n", b""), [1]),
    "version-not-second": (
        octets("BEGIN:VCARD", "N:A;B;;;", "FN:A", "VERSION:3.0", "END:VCARD"),
        [4],
    ),
    "version-unknown": (card(version="3"), [2]),
    "version-mixed": (SMALL + card(version="2.1"), [0]),
    "version-4": (card(version="4.0"), [2]),
    "n-missing": (SMALL.replace(b"N:Appleseed;John;;;\r\n", b""), [1]),
    "n-empty": (SMALL.replace(b"N:Appleseed;John;;;", b"N:;;;;"), [3]),
    "n-components": (SMALL.replace(b"John;;;", b"John\\;;;"), [3]),
    "fn-missing": (SMALL.replace(b"FN:John Appleseed\r\n", b""), [1]),
    "note-after-name": (SMALL.replace(b"END:", b"NOTE:a\r\nEND:"), [5]),
    "adr-components": (card("ADR;TYPE=WORK:Fake Address"), [3]),
    "second-org": (card("ORG:a", "ORG:b", "ORG:c"), [4]),
    "second-title": (card("TITLE:a", "TITLE:b"), [4]),
    "uid-twice": (card("UID:a", "UID:b") + card("UID:a"), [4, 10]),
    "bare-comma": (card("NOTE:a\\,b,c"), [3]),
    "many-emails": (card(*["EMAIL;TYPE=WORK:a"] * 5), [6]),
    "many-urls": (card(*["URL:example.com"] * 4), [5]),
    "url-scheme": (card("URL:javascript:alert(1)", "URL:a.b.example:80/c"), [3]),
    "url-escaped": (card("URL:https\\://example.com"), [3]),
    "tel-untyped": (card("TEL:1"), [3]),
    "tel-grouped-only": (card("item1.TEL;TYPE=WORK:1", "item2.TEL;TYPE=HOME:2"), [3]),
    "fax-alone": (card("TEL;TYPE=fax:1", "TEL;TYPE=FAX,HOME:2"), [3]),
    "main-voice": (card("TEL;TYPE=MAIN;TYPE=VOICE:1"), [3]),
    "internet-alone": (card("EMAIL;TYPE=INTERNET,PREF:a@example.com"), [3]),
    "unknown-type": (card("TEL;TYPE=CAR:1"), [3]),
    "quoted-types": (card('TEL;TYPE="WORK,VOICE":1', 'EMAIL;TYPE="HOME":a'), [3]),
    "bare-type": (card("TEL;WORK:1"), [3]),
    "charset-parameter": (card("NOTE;CHARSET=UTF-8:a"), [3]),
    "quoted-printable": (card("NOTE;ENCODING=quoted-printable:a"), [3]),
    "photo-url": (card("PHOTO;VALUE=URI:https://example.com/a.jpg"), [3]),
    "photo-data-uri": (card("PHOTO:data:image/jpeg;base64," + coded(JPEG)), [3]),
    "photo-base64-word": (card("PHOTO;ENCODING=BASE64:" + coded(JPEG)), [3]),
    "photo-large": (
        card(
            "PHOTO;ENCODING=b:\r\n "
            + "\r\n ".join([LARGE[at : at + 72] for at in range(0, len(LARGE), 72)])
        ),
        [3],
    ),
    "photo-damaged": (card("PHOTO;ENCODING=b:/9j/4"), [3]),
    "photo-format": (card("PHOTO;ENCODING=b:" + coded(b"RIFF....WEBP")), [3]),
}
"""A file for each code, and the lines it is found in; nothing else is wrong with the file."""


def test_every_finding_has_a_card_that_shows_it() -> None:
    """The table above has the rows of FINDINGS, in their order."""
    assert list(FAULTS) == list(FINDINGS)


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_found_in_its_line_and_no_other_is_found(code: str) -> None:
    """A card with one fault has that one finding."""
    data, lines = FAULTS[code]
    assert findings(data) == [(line, code) for line in lines]


def test_a_finding_explains_itself() -> None:
    """A finding carries the severity and the sentence of its row."""
    (finding,) = read(card(version="4.0"))[0].findings
    assert finding == Finding(line=2, code="version-4", text=FINDINGS["version-4"].text)
    assert finding.severity == "error"


def test_a_small_card_without_a_fault_has_no_finding() -> None:
    """The card that the table of faults starts from is clean."""
    assert findings(SMALL) == []


def test_a_fault_on_many_lines_is_told_ten_times_at_most() -> None:
    """A card that is wrong everywhere does not flood its reader."""
    assert findings(card(*["TEL:1"] * 99)) == [(line, "tel-untyped") for line in range(3, 13)]
