"""One file for each thing that can be wrong with a card, and what is found in it."""

import pytest

from tests.support.foreign_cards import GIF, JPEG, SMALL, card, coded, octets
from vcardsvc.vcard.parser import FINDINGS, Finding, read


def findings(data: bytes) -> list[tuple[int, str]]:
    """(line, code) of every finding of a file."""
    return [(one.line, one.code) for found in read(data) for one in found.findings]


LARGE = coded(GIF + bytes(100_000))
Also = tuple[tuple[int, str], ...]
FAULTS: dict[str, tuple[bytes, list[int]] | tuple[bytes, list[int], Also]] = {
    "byte-order-mark": (b"\xef\xbb\xbf" + SMALL, [0]),
    "not-utf-8": (card("NOTE:café").replace("é".encode(), b"\xe9"), [3]),
    "mac-roman": (card("NOTE:café", "TITLE:é", version="2.1"), [3], ((2, "version-2"),)),
    "stray-line": (b"hello: there\r\n" + SMALL, [1]),
    "loose-line-end": (card("NOTE:a").replace(b"NOTE:a\r\n", b"NOTE:a\n"), [3]),
    "line-start": (card("=a:b"), [3], ((3, "bad-name"),)),
    "long-line": (card("NOTE:" + "a" * 71), [3]),
    "fold-in-character": (card("NOTE:é").replace(b"\xa9", b"\r\n \xa9"), [4]),
    "fold-at-space": (card("NOTE:a", "  b"), [4]),
    "tab-fold": (card("NOTE:a", "\tb"), [4]),
    "soft-break-padded": (
        card("NOTE;ENCODING=QUOTED-PRINTABLE:a= ", "b", version="2.1"),
        [3],
        ((2, "version-2"),),
    ),
    "base64-not-indented": (
        card("PHOTO;ENCODING=b:" + coded(JPEG)[:20], coded(JPEG)[20:]),
        [4],
    ),
    "base64-swallows": (
        card("PHOTO;ENCODING=BASE64:" + coded(JPEG), version="2.1"),
        [4],
        ((2, "version-2"),),
    ),
    "folded-after-structured": (card("ORG:a", "TEL;TYPE=WORK:1", " 2"), [4]),
    "folded-and-dropped": (
        card("ORG:a;b;c", " é"),
        [4],
    ),
    "folded-and-skipped": (card("PRODID:a", " b"), [4]),
    "last-backslash": (card("NOTE:a\\\\\\"), [3]),
    "control-character": (card("NOTE:a\x0bb"), [3]),
    "no-colon": (card("NOTE"), [3]),
    "bad-name": (card("NO TE:a"), [3]),
    "odd-name": (card("X_A:1", "TEL ;TYPE=WORK:1"), [3, 4]),
    "lower-case-name": (card("note:a"), [3]),
    "end-missing": (SMALL.replace(b"END:VCARD\r\n", b""), [1]),
    "nested-card": (card("AGENT:", "BEGIN:VCARD", "FN:Jane", "END:VCARD"), [4]),
    "empty-card": (
        octets("BEGIN:VCARD", "VERSION:3.0", "END:VCARD"),
        [1],
        ((1, "n-missing"), (1, "fn-missing")),
    ),
    "value-too-long": (card("NOTE:a\r\n " + "b\r\n " * 100_000 + "c"), [3]),
    "unreadable-value": (card("LOGO:data:image/gif"), [3]),
    "version-missing": (SMALL.replace(b"VERSION:3.0\r\n", b""), [1]),
    "version-not-second": (
        octets("BEGIN:VCARD", "N:A;B;;;", "FN:A", "VERSION:3.0", "END:VCARD"),
        [4],
    ),
    "version-unknown": (card(version="3"), [2]),
    "version-mixed": (SMALL + card(version="2.1"), [0], ((7, "version-2"),)),
    "version-2": (card(version="2.1"), [2]),
    "version-4": (card(version="4.0"), [2]),
    "property-twice": (card("BDAY:1990-05-02", "BDAY:1990-05-02", "FN:John Appleseed"), [4, 7]),
    "n-missing": (SMALL.replace(b"N:Appleseed;John;;;\r\n", b""), [1]),
    "n-empty": (SMALL.replace(b"N:Appleseed;John;;;", b"N:;;;;"), [3]),
    "n-components": (SMALL.replace(b"John;;;", b"John\\;;;"), [3]),
    "fn-missing": (SMALL.replace(b"FN:John Appleseed\r\n", b""), [1]),
    "note-after-name": (SMALL.replace(b"END:", b"NOTE:a\r\nEND:"), [5]),
    "adr-components": (card("ADR;TYPE=WORK:Fake Address"), [3]),
    "adr-more-components": (card("ADR;TYPE=WORK:;;a;b;c;d;e;f", "ADR:;;a;b;c;d;e;f;g"), [4]),
    "second-org": (card("ORG:a", "ORG:b", "ORG:c"), [4]),
    "second-title": (card("TITLE:a", "TITLE:b"), [4]),
    "second-note": (card("NOTE:a", "NOTE:b"), [4]),
    "second-photo": (card(*["PHOTO;ENCODING=b:" + coded(JPEG)] * 2), [4]),
    "uid-twice": (card("UID:a", "UID:b") + card("UID:a"), [4, 10]),
    "bare-comma": (card("NOTE:a\\,b,c"), [3]),
    "bare-semicolon": (card("NOTE:a\\;b;c", "FN:a;b"), [3, 4], ((6, "property-twice"),)),
    "semicolon-cut": (card("TITLE:a;b", "NOTE:a;b", version="2.1"), [3], ((2, "version-2"),)),
    "unknown-escape": (card("NOTE:a\\:b", "TITLE:\\n\\N\\\\\\,\\;"), [3]),
    "text-in-base64": (card("NOTE;ENCODING=b:YQ=="), [3]),
    "base64-damaged": (card("X-LOGO;ENCODING=b:a"), [3]),
    "data-uri-escaped": (card("LOGO:data:image/gif\\;base64\\," + coded(GIF)), [3]),
    "invisible-character": (card("TEL;TYPE=WORK:\u202a1\u202c"), [3]),
    "date-invalid": (card("BDAY:00000000"), [3]),
    "date-form": (card("BDAY:--0414"), [3]),
    "date-apple": (card("BDAY:1990-05-02T10:00:00+02:00"), [3]),
    "date-no-year": (card("BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17"), [3]),
    "tel-scheme": (card("TEL;TYPE=WORK:tel:+1"), [3]),
    "tel-no-digits": (card("TEL;TYPE=WORK:ask me"), [3]),
    "tel-glued": (card("TEL;TYPE=WORK:212-555-0100 x123"), [3]),
    "tel-letters": (card("TEL;TYPE=WORK:1-800-FLOWERS"), [3]),
    "mail-scheme": (card("EMAIL;TYPE=WORK:mailto:a@example.com"), [3]),
    "mail-no-address": (card("EMAIL;TYPE=WORK:a.example.com"), [3]),
    "many-emails": (card(*["EMAIL;TYPE=WORK:a@example.com"] * 5), [6]),
    "many-urls": (card(*["URL:example.com"] * 4), [5]),
    "url-scheme": (card("URL:javascript:alert(1)", "URL:a.b.example:80/c"), [3]),
    "url-escaped": (card("URL:https\\://example.com"), [3]),
    "tel-untyped": (card("TEL:1"), [3]),
    "tel-grouped-only": (card("item1.TEL;TYPE=WORK:1", "item2.TEL;TYPE=HOME:2"), [3]),
    "fax-alone": (card("TEL;TYPE=fax:1", "TEL;TYPE=FAX,HOME:2"), [3]),
    "main-voice": (card("TEL;TYPE=MAIN;TYPE=VOICE:1"), [3]),
    "internet-alone": (card("EMAIL;TYPE=INTERNET,PREF:a@example.com"), [3]),
    "unknown-type": (card("TEL;TYPE=CAR:1"), [3]),
    "quoted-types": (card('TEL;TYPE="WORK,VOICE":1', 'EMAIL;TYPE="HOME":a@b'), [3]),
    "bare-type": (card("TEL;WORK:1"), [3]),
    "named-type": (card("TEL;TYPE=WORK:1", version="2.1"), [3], ((2, "version-2"),)),
    "named-parameter": (card("TEL;WORK;PREF=1:1", version="2.1"), [3], ((2, "version-2"),)),
    "newer-parameter": (card("TEL;TYPE=WORK;PREF=1:1"), [3]),
    "older-parameter": (
        card("LOGO;ENCODING=b:" + coded(GIF), version="4.0"),
        [3],
        ((2, "version-4"),),
    ),
    "empty-parameter": (card("TEL;TYPE=:1", "TEL;TYPE=WORK;:1"), [3, 4]),
    "empty-type": (card('TEL;TYPE="":1'), [3]),
    "parameter-name": (card("TEL;TYPE=WORK;A_B=c:1"), [3]),
    "parameter-value": (card('TEL;TYPE=WORK;X-A="a"b:1'), [3]),
    "value-type": (card("NOTE;VALUE=date-and-or-time:a"), [3]),
    "charset-parameter": (card("NOTE;CHARSET=UTF-8:a"), [3]),
    "quoted-printable": (card("NOTE;ENCODING=quoted-printable:a"), [3]),
    "unknown-charset": (
        card("NOTE;CHARSET=x-none:a", version="2.1"),
        [3],
        ((2, "version-2"),),
    ),
    "unknown-encoding": (card("NOTE;ENCODING=8-BIT:a"), [3]),
    "label-without-group": (card("X-ABLabel:a"), [3]),
    "photo-url": (card("PHOTO;VALUE=URI:https://example.com/a.jpg"), [3]),
    "photo-data-uri": (card("PHOTO:data:image/jpeg;base64," + coded(JPEG)), [3]),
    "photo-data-uri-damaged": (card("PHOTO:data:image/jpeg,abc"), [3]),
    "photo-encoding": (card("PHOTO;TYPE=JPEG:" + coded(JPEG)), [3]),
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
"""A file for each code, the lines it is found in, and what comes along with it; nothing else is
wrong with the file."""


def test_every_finding_has_a_card_that_shows_it() -> None:
    """The table above has the rows of FINDINGS, in their order."""
    assert list(FAULTS) == list(FINDINGS)


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_found_in_its_line_and_no_other_is_found(code: str) -> None:
    """A card with one fault has that one finding."""
    data, lines, *also = FAULTS[code]
    expected = [(line, code) for line in lines] + [one for row in also for one in row]
    assert sorted(findings(data)) == sorted(expected)


def test_a_finding_explains_itself() -> None:
    """A finding carries the severity and the sentence of its row."""
    (finding,) = read(card(version="4.0"))[0].findings
    text = FINDINGS["version-4"].text
    assert finding == Finding(line=2, code="version-4", text=text, name="VERSION")
    assert finding.severity == "error"


def test_a_small_card_without_a_fault_has_no_finding() -> None:
    """The card that the table of faults starts from is clean."""
    assert findings(SMALL) == []


def test_a_fault_on_many_lines_is_reported_ten_times_at_most() -> None:
    """A card that is wrong everywhere does not flood its reader."""
    assert findings(card(*["TEL:1"] * 99)) == [(line, "tel-untyped") for line in range(3, 13)]
