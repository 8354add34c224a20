"""Every kind of fault by many of its faces, and what looks like a fault and is none."""

import pytest

from tests.support.foreign_cards import GIF, JPEG, card, coded
from vcardsvc.vcard.parser import read

OF_THE_VERSION = {"version-2", "version-4"}


def codes(version: str, *lines: str) -> list[str]:
    """Return the findings in these lines, without those on their version."""
    (one,) = read(card(*lines, version=version))
    return sorted({finding.code for finding in one.findings} - OF_THE_VERSION)


DATES: list[tuple[str, str, list[str]]] = [
    ("3.0", "BDAY:1990-05-02", []),
    ("3.0", "BDAY:19900502", []),
    ("3.0", "BDAY;VALUE=date:1990-05-02", []),
    ("3.0", "BDAY:1990-05-02T00:00:00Z", []),
    ("3.0", "BDAY:2000-02-29", []),
    ("3.0", "REV:2025-03-01T10:11:12Z", []),
    ("3.0", "REV:20250301T101112Z", []),
    ("3.0", "REV:2025-03-01T10:11:12.345+01:00", []),
    ("3.0", "REV:2025-03-01", []),
    ("3.0", "BDAY:0000-00-00", ["date-invalid"]),
    ("3.0", "BDAY;value=date:00000000", ["date-invalid"]),
    ("3.0", "BDAY:1990-02-30", ["date-invalid"]),
    ("3.0", "BDAY:1990-13-01", ["date-invalid"]),
    ("3.0", "BDAY:1990-05-02T25:00:00Z", ["date-invalid"]),
    ("3.0", "BDAY:02.05.1990", ["date-invalid"]),
    ("3.0", "BDAY:May 2", ["date-invalid"]),
    ("3.0", "BDAY:", ["date-invalid"]),
    ("3.0", "BDAY:١٩٩٠-٠٥-٠٢", ["date-invalid"]),
    ("3.0", "REV:1740823872", ["date-invalid"]),
    ("3.0", "ANNIVERSARY:00000000", ["date-invalid"]),
    ("3.0", "X-EVOLUTION-ANNIVERSARY:1990-1-1", ["date-invalid"]),
    ("3.0", "BDAY:--0414", ["date-form"]),
    ("3.0", "BDAY:--04-14", ["date-form"]),
    ("3.0", "X-ANNIVERSARY:--0414", ["date-form"]),
    ("3.0", "BDAY:1990-05", ["date-apple", "date-form"]),
    ("3.0", "item1.X-ABDATE:1990", ["date-apple", "date-form"]),
    ("3.0", "BDAY:1990-05-02T00:00:00.000Z", ["date-apple"]),
    ("3.0", "BDAY:1604-05-17", ["date-no-year"]),
    ("3.0", "BDAY;VALUE=text:circa 1800", ["date-invalid"]),
    ("2.1", "BDAY:1990-05-02", []),
    ("2.1", "BDAY;ENCODING=QUOTED-PRINTABLE:1990=2D05-02", []),
    ("2.1", "BDAY:00000000", ["date-invalid"]),
    ("4.0", "BDAY:19900502", []),
    ("4.0", "BDAY:--0414", []),
    ("4.0", "BDAY:--0229", []),
    ("4.0", "BDAY;VALUE=text:circa 1800", []),
    ("4.0", "ANNIVERSARY:1990-05", []),
    ("4.0", "ANNIVERSARY:T102200Z", []),
    ("4.0", "DEATHDATE:19960415T1022-0500", []),
    ("4.0", "REV:20250301T101112Z", []),
    ("4.0", "BDAY:1990-05-02", ["date-form"]),
    ("4.0", "REV:2025-03-01T10:11:12Z", ["date-form"]),
    ("4.0", "REV:20250301", ["date-form"]),
    ("4.0", "BDAY:---14", ["date-apple"]),
    ("4.0", "BDAY:--0230", ["date-invalid"]),
    ("4.0", "BDAY:circa 1800", ["date-invalid"]),
    ("4.0", "DEATHDATE:19961399", ["date-invalid"]),
]
ONCE: list[tuple[str, str, list[str]]] = [
    ("3.0", "N:A;B;;;", ["property-twice"]),
    ("3.0", "FN:A", ["property-twice"]),
    ("3.0", "VERSION:3.0", ["property-twice"]),
    ("3.0", "PRODID:a\nPRODID:b", ["property-twice"]),
    ("4.0", "N:a;b;c;d;e;f;g", ["property-twice"]),
    ("3.0", "N:a;b;c;d;e;f;g", ["n-components", "property-twice"]),
    ("3.0", "REV:20200101T000000Z\nitem1.REV:20210101T000000Z", ["property-twice"]),
    ("3.0", "BDAY:19700101\nBDAY:19710101", ["property-twice"]),
    ("3.0", "ANNIVERSARY:19700101\nANNIVERSARY:19700101", ["property-twice"]),
    ("2.1", "BDAY:19700101\nBDAY:19710101", ["property-twice"]),
    ("3.0", "UID:a\nUID:b", ["uid-twice"]),
    ("4.0", "FN:A", []),
    ("4.0", "GENDER:F\nGENDER:F", ["property-twice"]),
    ("4.0", "KIND:org\nKIND:org", ["property-twice"]),
    ("4.0", "BDAY;ALTID=1:19700101\nBDAY;ALTID=1;VALUE=text:long ago", []),
    ("4.0", "BDAY;ALTID=1:19700101\nBDAY;ALTID=2:19700101", ["property-twice"]),
    ("4.0", "BDAY;ALTID=1:19700101\nBDAY:19700101", ["property-twice"]),
    ("3.0", "NICKNAME:a\nNICKNAME:b\nURL:a.example\nURL:b.example", []),
]
PARAMETERS: list[tuple[str, str, list[str]]] = [
    ("3.0", "TEL;TYPE=WORK;PREF=1:1", ["newer-parameter"]),
    ("3.0", "TITLE;ALTID=1:a", ["newer-parameter"]),
    ("3.0", "TITLE;PID=1.1:a", ["newer-parameter"]),
    ("3.0", "ORG;SORT-AS=a:a", ["newer-parameter"]),
    ("3.0", 'ORG;JSCOMPS=";1":a', ["newer-parameter"]),
    ("3.0", "BDAY;CALSCALE=gregorian:19900502", ["newer-parameter"]),
    ("3.0", "LOGO;MEDIATYPE=image/gif:https://a.example/b", ["newer-parameter"]),
    ("3.0", 'ADR;TYPE=WORK;GEO="geo:1,2":;;a;;;;', ["newer-parameter"]),
    ("3.0", 'ADR;TYPE=WORK;LABEL="a, b":;;a;;;;', ["newer-parameter"]),
    ("3.0", "ADR;TYPE=WORK;TZ=Z:;;a;;;;", ["newer-parameter"]),
    ("3.0", "NOTE;LANGUAGE=de:a", []),
    ("3.0", "TEL;TYPE=CELL;waid=1:+1", []),
    ("3.0", 'X-SOCIALPROFILE;TYPE=github;X-USER="foo,bar":https://a.example', []),
    ("3.0", "IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:a@example.com", []),
    ("4.0", "TEL;TYPE=WORK;PREF=1:1", []),
    ("4.0", 'N;SORT-AS="a,b":a;b;;;', ["property-twice"]),
    ("4.0", "LOGO;ENCODING=b:" + coded(GIF), ["older-parameter"]),
    ("2.1", "TEL;WORK;PREF:1", []),
    ("2.1", "TEL;WORK;X-A=b:1", []),
    ("2.1", "TITLE;LANGUAGE=en-US:a", []),
    ("2.1", "TITLE;CHARSET=UTF-8:é", []),
    ("2.1", "TEL;WORK;PREF=1:1", ["named-parameter"]),
    ("2.1", "ADR;WORK;LABEL=a:;;a;;;;", ["named-parameter"]),
    ("2.1", "ORG;SORT-AS=a:a", ["named-parameter"]),
    ("2.1", "TITLE;LANGUAGE=en:a", ["named-parameter"]),
    ("2.1", "TITLE;LANGUAGE=zh-Hant-TW:a", ["named-parameter"]),
    ("2.1", "EMAIL;INTERNET=:a@example.com", ["empty-parameter", "named-parameter"]),
    ("2.1", "TEL;CELL=:1", ["empty-parameter", "named-parameter"]),
    ("3.0", "EMAIL;TYPE=:a@example.com", ["empty-parameter"]),
    ("3.0", "TEL;;TYPE=WORK:1", ["empty-parameter"]),
    ("3.0", "TEL;TYPE=WORK,:1", ["empty-parameter"]),
    ("3.0", "NOTE;CHARSET=:a", ["empty-parameter"]),
    ("3.0", 'TEL;TYPE="":1', ["empty-type"]),
    ("4.0", 'EMAIL;TYPE="":a@example.com', ["empty-type"]),
    ("3.0", 'TEL;TYPE=WORK;TYPE="":1', ["empty-type"]),
    ("2.1", "NOTE;CHARSET=X-UNKNOWN:a", ["unknown-charset"]),
    ("2.1", "NOTE;CHARSET=utf9:a", ["unknown-charset"]),
    ("3.0", "NOTE;CHARSET=iso-8859-99:a", ["charset-parameter", "unknown-charset"]),
    ("2.1", "NOTE;CHARSET=ISO-8859-1:a", []),
    ("2.1", "NOTE;CHARSET=windows-1252:a", []),
    ("2.1", "NOTE;CHARSET=Shift_JIS:a", []),
    ("2.1", "NOTE;CHARSET=utf8:a", []),
    ("2.1", "NOTE;ENCODING=7BIT:a", []),
    ("2.1", "NOTE;ENCODING=uuencode:a", ["unknown-encoding"]),
    ("4.0", "EMAIL;PREF=1,TYPE=HOME:a@example.com", ["parameter-value"]),
    ("4.0", "EMAIL;PREF=101:a@example.com", ["parameter-value"]),
    ("4.0", "EMAIL;PREF=first:a@example.com", ["parameter-value"]),
    ("4.0", "NOTE;LANGUAGE=en_US:a", ["parameter-value"]),
    ("4.0", "NOTE;PID=a:a", ["parameter-value"]),
    ("3.0", "TEL;TYPE=WORK,TYPE=VOICE:1", ["parameter-value"]),
    ("3.0", 'EMAIL;TYPE=WORK;X-A=b"c":a@example.com', ["parameter-value"]),
    ("2.1", 'EMAIL;X-A="b":a@example.com', ["parameter-value"]),
    ("3.0", "TEL;TYPE=WORK;X_A=b:1", ["parameter-name"]),
    ("3.0", "TEL;TYPE=WORK;é=b:1", ["parameter-name"]),
    ("3.0", "X_A:1", ["odd-name"]),
    ("3.0", "TEL ;TYPE=WORK:1", ["odd-name"]),
    ("3.0", "item_1.TITLE:a", ["odd-name"]),
    ("3.0", "a.b.TITLE:a", ["bad-name"]),
    ("3.0", "TÍTLE:a", ["bad-name"]),
    ("3.0", 'TITLE;X-A="b:a', ["bad-name", "parameter-value"]),
    ("3.0", "NOTE;VALUE=date-and-or-time:a", ["value-type"]),
    ("3.0", "NOTE;VALUE=X-a:a", []),
    ("4.0", "BDAY;VALUE=date-and-or-time:19900502", []),
    ("4.0", "NOTE;VALUE=ptext:a", ["value-type"]),
    ("2.1", "TEL;TYPE=WORK:1", ["named-type"]),
]
TEXTS: list[tuple[str, str, list[str]]] = [
    ("3.0", "NOTE:18.02.2021; Fuerteventura", ["bare-semicolon"]),
    ("3.0", "TITLE:Head; Ops", ["bare-semicolon"]),
    ("3.0", "ROLE:a;b", ["bare-semicolon"]),
    ("3.0", "NICKNAME:a;b", ["bare-semicolon"]),
    ("3.0", "CATEGORIES:a;b", ["bare-semicolon"]),
    ("3.0", "item1.X-ABLabel:a;b", ["bare-semicolon"]),
    ("3.0", "item1.X-ABRELATEDNAMES:a;b", ["bare-semicolon"]),
    ("3.0", "NOTE:a\\\\;b", ["bare-semicolon"]),
    ("3.0", "NOTE:a\\;b\\\\\\;c", []),
    ("3.0", "GEO:1.0;2.0", []),
    ("3.0", "ORG:a;b", []),
    ("3.0", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;a;;;", []),
    ("3.0", "URL:https://a.example/b;c", ["semicolon-cut"]),
    ("4.0", "TITLE:a;b", ["semicolon-cut"]),
    ("4.0", "NICKNAME:a;b", ["semicolon-cut"]),
    ("2.1", "TITLE:a;b", ["semicolon-cut"]),
    ("2.1", "TITLE;ENCODING=QUOTED-PRINTABLE:a=3Bb", []),
    ("4.0", "NOTE:a;b", []),
    ("3.0", "NOTE:at 10\\:30", ["unknown-escape"]),
    ("4.0", "NOTE:at 10\\:30", ["unknown-escape"]),
    ("3.0", "ORG:a\\:b", ["unknown-escape"]),
    ("3.0", 'TITLE:a\\"b', ["unknown-escape"]),
    ("3.0", "item1.X-ABLabel:a\\'b", ["unknown-escape"]),
    ("2.1", "NOTE:C:\\temp", []),
    ("3.0", "NOTE:a\\", ["last-backslash"]),
    ("2.1", "NOTE:C:\\", ["last-backslash"]),
    ("3.0", "NOTE:a\\\\", []),
    ("4.0", "LOGO:data:image/gif\\;base64\\," + coded(GIF), ["data-uri-escaped"]),
    ("4.0", "KEY;VALUE=uri:data:text/plain\\,abc", ["data-uri-escaped"]),
    ("4.0", "LOGO:data:image/gif;base64," + coded(GIF), []),
    ("4.0", "PHOTO:data:image/gif;base64," + coded(GIF), ["photo-data-uri"]),
    ("3.0", "NOTE:data: a\\, b", []),
]
NUMBERS: list[tuple[str, str, list[str]]] = [
    ("3.0", "TEL;TYPE=WORK:+1 (212) 555-0100", []),
    ("3.0", "TEL;TYPE=WORK:(020) 7946/0958", []),
    ("3.0", "TEL;TYPE=WORK:+12125550100p123", []),
    ("3.0", "TEL;TYPE=WORK:*21*123#", []),
    ("3.0", "TEL;TYPE=PAGER:call me", []),
    ("4.0", "TEL;VALUE=uri;TYPE=work:tel:+12125550100", []),
    ("3.0", "TEL;TYPE=WORK:tel:+12125550100", ["tel-scheme"]),
    ("2.1", "TEL;WORK:TEL:+12125550100", ["tel-scheme"]),
    ("3.0", "TEL;TYPE=WORK;VALUE=uri:tel:+12125550100", ["tel-scheme"]),
    ("4.0", "TEL;VALUE=uri;TYPE=work:tel:+12125550100;ext=12", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:212-555-0100 x123", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:212-555-0100 ext. 123", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:212-555-0100\\,123", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:212-555-0100\\;123", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:+44 (0)20 7946 0958", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:+12125550100 / +12125550101", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:212 555 0100 доб. 12", ["tel-glued"]),
    ("3.0", "TEL;TYPE=WORK:1-800-FLOWERS", ["tel-letters"]),
    ("3.0", "TEL;TYPE=WORK:Support", ["tel-no-digits"]),
    ("3.0", "TEL;TYPE=WORK:٠١٢٣", ["tel-no-digits"]),
    ("3.0", "TEL;TYPE=WORK:", ["tel-no-digits"]),
    ("3.0", "TEL;TYPE=CELL:\u202a+12125550158\u202c", ["invisible-character"]),
    ("3.0", "TEL;TYPE=CELL:212\u00ad555\u20600100", ["invisible-character"]),
    ("2.1", "TEL;CELL;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E2=80=AA1", ["invisible-character"]),
    ("3.0", "EMAIL;TYPE=WORK:\u200beve@example.com", ["invisible-character"]),
    ("3.0", "URL:https://a.example\ufeff", ["invisible-character"]),
    ("3.0", "NOTE:👩\u200d🚀", []),
    ("3.0", "EMAIL;TYPE=WORK:eve@example.com", []),
    ("3.0", 'EMAIL;TYPE=WORK:"eve @ home"@example.com', []),
    ("3.0", "EMAIL;TYPE=X400:/C=US/O=a", []),
    ("3.0", "EMAIL;TYPE=WORK:mailto:eve@example.com", ["mail-scheme"]),
    ("3.0", "EMAIL;TYPE=WORK:eve", ["mail-no-address"]),
    ("3.0", "EMAIL;TYPE=WORK:@example.com", ["mail-no-address"]),
    ("3.0", "EMAIL;TYPE=WORK:eve@", ["mail-no-address"]),
    ("3.0", "EMAIL;TYPE=WORK:eve@a@example.com", ["mail-no-address"]),
    ("3.0", "EMAIL;TYPE=WORK:eve@example.com\\, eve@example.net", ["mail-no-address"]),
    ("3.0", "EMAIL;TYPE=WORK:Eve <eve@example.com>", ["mail-no-address"]),
    ("3.0", "EMAIL;TYPE=WORK:", ["mail-no-address"]),
]
OCTETS: list[tuple[str, str, list[str]]] = [
    ("3.0", "X-PHOTO;ENCODING=b:" + coded(JPEG), []),
    ("3.0", "LOGO;ENCODING=b;TYPE=GIF:" + coded(GIF), []),
    ("3.0", "SOUND;ENCODING=B:" + coded(b"RIFF"), []),
    ("2.1", "KEY;ENCODING=BASE64:" + coded(b"key") + "\n", []),
    ("3.0", "X-PHOTO;ENCODING=b:/9j/4", ["base64-damaged"]),
    ("3.0", "KEY;ENCODING=b:a=b", ["base64-damaged"]),
    ("3.0", "NOTE;ENCODING=b:" + coded(b"hello"), ["text-in-base64"]),
    ("3.0", "PHOTO;ENCODING=b:" + coded(JPEG), []),
    ("3.0", "PHOTO;TYPE=JPEG:" + coded(JPEG), ["photo-encoding"]),
    ("3.0", "PHOTO;BASE64:" + coded(JPEG), ["bare-type", "photo-encoding"]),
    ("2.1", "PHOTO;JPEG;BASE64:" + coded(JPEG) + "\n", ["photo-encoding"]),
]
LINES: list[tuple[str, str, list[str]]] = [
    ("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:" + "a" * 44 + "=\n b=\n=0D=0A=\nc: d", []),
    ("2.1", "ORG:a\nTITLE;ENCODING=QUOTED-PRINTABLE:b=\n c", []),
    ("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:" + "a" * 45 + "=\nb", ["long-line"]),
    ("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=\t\nb", ["soft-break-padded"]),
    ("3.0", "NOTE:a\n\tb", ["tab-fold"]),
    ("3.0", "NOTE:a\n:b", ["bad-name", "line-start"]),
    ("3.0", "NOTE:a\n;b", ["line-start", "no-colon"]),
    ("3.0", "NOTE:a\n=b", ["line-start", "no-colon"]),
    ("3.0", "NOTE:a\nété", ["line-start", "no-colon"]),
    ("3.0", "NOTE:a\nsummer", ["no-colon"]),
    ("2.1", "AGENT:BEGIN:VCARD\nVERSION:2.1\nN:a;b\nEND:VCARD", ["nested-card"]),
    ("2.1", "X-AGENT:\nBEGIN:VCARD\nN:a;b\nEND:VCARD", ["nested-card"]),
    ("2.1", "NOTE:BEGIN:VCARD", []),
    ("3.0", "AGENT:BEGIN:VCARD\\nVERSION:3.0\\nFN:a\\nEND:VCARD", []),
    ("2.1", "LOGO;ENCODING=BASE64:" + coded(JPEG), ["base64-swallows"]),
    ("2.1", "PHOTO;ENCODING=BASE64:" + coded(JPEG) + "\nTEL;WORK:1", []),
    ("2.1", "PHOTO;ENCODING=BASE64:\n/9j/\n4AAE\n", ["base64-not-indented"]),
    ("3.0", "ADR;TYPE=HOME:;;1 Cool St;Bill;MT;59101;USA;1\n  Cool St\\nBill", ["fold-at-space"]),
    ("3.0", "ADR;TYPE=HOME:;;1 Cool St;Bill;MT;59101;USA;1 Cool\\n\n Bill\\nMT", []),
    ("3.0", "ADR;TYPE=HOME:;;1 Cool St;Bill;MT;59101;USA;1 Cool\n é", ["folded-and-dropped"]),
    ("3.0", "ADR;TYPE=HOME:;;1 Cool\n é;Bill;MT;59101;USA;1 Cool St", []),
    ("3.0", "ADR;TYPE=HOME:;;a;b;c;d", ["adr-components"]),
    ("3.0", "ADR;TYPE=HOME:;;a;b;c;d;e;f;g", ["adr-more-components"]),
    ("4.0", "ADR;TYPE=HOME:" + ";a" * 17, []),
    ("3.0", "REV:20200101T00\n 0000Z", ["folded-and-skipped"]),
    ("4.0", "NOTE:é", ["mac-roman"]),
    ("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:=C3=A9", ["mac-roman"]),
    ("2.1", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=A9", []),
    ("3.0", "X-ABADR:de", ["label-without-group"]),
]
KINDS = [*DATES, *ONCE, *PARAMETERS, *TEXTS, *NUMBERS, *OCTETS, *LINES]


@pytest.mark.parametrize(("version", "text", "expected"), KINDS)
def test_a_kind_of_fault_is_found_in_every_face(
    version: str, text: str, expected: list[str]
) -> None:
    """These lines of a card show these faults and no other."""
    assert codes(version, *text.split("\n")) == expected


FILES = {
    "octets under any name": ("X-PHOTO;ENCODING=b:" + coded(JPEG), "X-PHOTO", "JPEG"),
    "a logo": ("LOGO;ENCODING=BASE64:" + coded(GIF), "Logo", "GIF"),
    "a sound": ("SOUND;ENCODING=b:" + coded(b"RIFF"), "Sound", "of an unknown type, 4 bytes"),
    "octets of no type": ("X-A;ENCODING=b:" + coded(b"secret"), "X-A", "of an unknown type"),
    "a data: URI": ("X-A:data:image/gif;base64," + coded(GIF), "X-A", "GIF"),
    "an escaped data: URI": ("X-A:data:image/gif\\;base64\\," + coded(GIF), "X-A", "GIF"),
    "a website that is none": ("URL:data:image/gif;base64," + coded(GIF), "Website", "GIF"),
    "damaged octets": ("X-A;ENCODING=b:" + "a" * 101, "X-A", "damaged"),
    "a linked key": ("KEY;VALUE=uri:https://a.example/key", "Key", "a link"),
    "a key as text": ("KEY:-----BEGIN", "Key", "-----BEGIN"),
}


@pytest.mark.parametrize(("line", "what", "summary"), FILES.values(), ids=FILES)
def test_octets_are_reported_by_size_and_never_printed(line: str, what: str, summary: str) -> None:
    """A row has the type and size of what is no text, whatever its property is called."""
    (one,) = read(card(line))
    ((label, text),) = one.rows[1:]
    assert label == what
    assert text.startswith(summary)
    assert len(text) < 40
    assert one.contact.note == ""
    assert one.contact.websites == ()


LABELS: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "a date": (
        ("item1.X-ABDATE;type=pref:2007-10-23", "item1.X-ABLABEL:_$!<Anniversary>!$_"),
        ("Anniversary", "2007-10-23"),
    ),
    "a relative": (
        ("ITEM2.X-ABLABEL:_$!<Mother>!$_", "item2.X-ABRELATEDNAMES:Berta"),
        ("Related name, Mother", "Berta"),
    ),
    "a relative without a group": (("X-ABRELATEDNAMES;type=pref:Anna",), ("Related name", "Anna")),
    "a profile": (
        ('X-SOCIALPROFILE;TYPE=github;X-USER="foo,bar":https://github.com/foo',),
        ("Profile, github", "https://github.com/foo"),
    ),
    "a chat": (
        ("IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:a@example.com",),
        ("Chat, Jabber", "xmpp:a@example.com"),
    ),
    "a country": (("item1.X-ABADR:gb",), ("Country code", "gb")),
    "the last label of a group": (
        ("item1.X-ABDATE:20070101", "item1.X-ABLabel:a", "item1.X-ABLabel:b"),
        ("Date, b", "2007-01-01"),
    ),
}


@pytest.mark.parametrize(("lines", "row"), LABELS.values(), ids=LABELS)
def test_a_label_stands_beside_what_it_labels(lines: tuple[str, ...], row: tuple[str, str]) -> None:
    """Labels of groups and services are shown with dates, relatives, profiles and chats."""
    assert read(card(*lines))[0].rows[1:] == (row,)


NAMES = {
    "two middle names": ("4.0", "Last;First;Middle1,Middle2;Pre.;Suff.,PhD", "Middle1 Middle2"),
    "in 3.0 too": ("3.0", "Last;First;Middle1, Middle2;;", "Middle1 Middle2"),
    "an escaped comma": ("3.0", "Last;First;a\\,b;;", "a,b"),
    "none in 2.1": ("2.1", "Last;First;a,b;;", "a,b"),
}


@pytest.mark.parametrize(("version", "value", "middle"), NAMES.values(), ids=NAMES)
def test_a_comma_parts_names_in_newer_cards(version: str, value: str, middle: str) -> None:
    """Names side by side are several names; a suffix keeps its comma."""
    (one,) = read(f"BEGIN:VCARD\r\nVERSION:{version}\r\nN:{value}\r\nEND:VCARD\r\n".encode())
    assert one.contact.middle == middle
    if "PhD" in value:
        assert one.contact.suffix == "Suff., PhD"
        assert one.rows[0] == ("Name", "Pre. First Middle1 Middle2 Last Suff., PhD")
