"""The judge is judged: one card that passes, and one broken card for each thing it must catch."""

import pytest

from tests.support.strict_vcard import Card, check, parse

GOOD = (
    "BEGIN:VCARD",
    "VERSION:3.0",
    "NOTE:Reads\\, writes\\; and C:\\\\new\\nin two lines",
    "TITLE:Account Manager",
    "N:Appleseed;John;;;Jr.",
    "UID:urn:uuid:00000000-0000-5000-8000-000000000000",
    "FN:John Appleseed Jr.",
    "ORG:Dunder Mifflin\\; Scranton",
    "TEL;TYPE=WORK,VOICE:+10000000000",
    "TEL;TYPE=FAX,WORK:10000000001",
    "EMAIL;TYPE=WORK,INTERNET:john@example.com",
    "ADR;TYPE=WORK:;;Fake Address\\; 2\\nSpringfield;;;;",
    "URL:https://example.com",
    "item1.URL:https://example.com/a%2Cb",
    "item1.X-ABLabel:Dunder Mifflin\\, Inc.",
    "PRODID:-//vcardsvc//vcardsvc//EN",
    "PHOTO;ENCODING=b;TYPE=JPEG:/9j/2Q==",
    "END:VCARD",
)
READ = Card(
    n=("Appleseed", "John", "", "", "Jr."),
    fn="John Appleseed Jr.",
    uid="urn:uuid:00000000-0000-5000-8000-000000000000",
    org=("Dunder Mifflin; Scranton",),
    title="Account Manager",
    note="Reads, writes; and C:\\new\nin two lines",
    phones=(("WORK,VOICE", "+10000000000"), ("FAX,WORK", "10000000001")),
    emails=(("WORK,INTERNET", "john@example.com"),),
    addresses=(("WORK", ("", "", "Fake Address; 2\nSpringfield", "", "", "", "")),),
    websites=(("https://example.com", None), ("https://example.com/a%2Cb", "Dunder Mifflin, Inc.")),
    photo=b"\xff\xd8\xff\xd9",
)


def octets(lines: tuple[str, ...] = GOOD) -> bytes:
    """Lines as a card."""
    return "".join(f"{line}\r\n" for line in lines).encode()


def test_a_card_of_our_form_is_read_whole() -> None:
    """Every value of a card that keeps all rules comes back without its escapes."""
    assert parse(octets()) == READ


def test_a_unit_is_the_second_component_of_its_company() -> None:
    """ORG has a company, or a unit, or both."""
    for text, read in {
        b"Dunder Mifflin;Scranton": ("Dunder Mifflin", "Scranton"),
        b";Scranton": ("", "Scranton"),
    }.items():
        assert parse(octets().replace(b"Dunder Mifflin\\; Scranton", text)).org == read


def test_a_folded_card_reads_like_the_unfolded_one() -> None:
    """A fold is a CR LF and one space, and says nothing."""
    assert parse(octets().replace(b" Appleseed Jr.", b"\r\n  Apple\r\n seed Jr.")) == READ


REPLACED = {
    "a byte order mark": (b"BEGIN:", b"\xef\xbb\xbfBEGIN:"),
    "a lone LF": (b"VERSION:3.0\r\n", b"VERSION:3.0\n"),
    "a lone CR": (b"VERSION:3.0\r\n", b"VERSION:3.0\r"),
    "no end of the last line": (b"END:VCARD\r\n", b"END:VCARD"),
    "a blank line": (b"UID:", b"\r\nUID:"),
    "a continuation of nothing but a space": (b"UID:", b" \r\nUID:"),
    "a line over 75 octets": (b"Account Manager", b"A" * 70),
    "octets over 75 though characters are under": (b"Account Manager", "é".encode() * 35),
    "not UTF-8": (b"Account", b"\xe9"),
    "a fold inside a character": (b"Account", b"\xc3\r\n \xa9"),
    "a fold before the first line": (b"BEGIN:", b" BEGIN:"),
    "no BEGIN": (b"BEGIN:VCARD\r\n", b""),
    "two cards": (b"END:VCARD\r\n", b"END:VCARD\r\n" + octets()),
    "text after the card": (b"END:VCARD\r\n", b"END:VCARD\r\nTEL;TYPE=MAIN:1\r\n"),
    "no END": (b"END:VCARD\r\n", b""),
    "another version": (b"VERSION:3.0", b"VERSION:4.0"),
    "no VERSION": (b"VERSION:3.0\r\n", b""),
    "another writer": (b"//EN", b"//DE"),
    "no N": (b"N:Appleseed;John;;;Jr.\r\n", b""),
    "an N of four": (b"John;;;", b"John;;"),
    "an N of six": (b"John;;;", b"John;;;;"),
    "an ADR of six": (b"Springfield;;;;", b"Springfield;;;"),
    "an ADR of eight": (b"Springfield;;;;", b"Springfield;;;;;"),
    "no FN": (b"FN:John Appleseed Jr.\r\n", b""),
    "an empty FN": (b"FN:John Appleseed Jr.", b"FN:"),
    "an ORG of three": (b"\\; Scranton", b";Scranton;2"),
    "an empty unit": (b"\\; Scranton", b";"),
    "two titles": (b"TITLE:", b"TITLE:One\r\nTITLE:"),
    "five phones": (b"EMAIL;", b"TEL;TYPE=MAIN:1\r\n" * 3 + b"EMAIL;"),
    "another order": (b"UID:", b"PRODID:-//vcardsvc//vcardsvc//EN\r\nUID:"),
    "a note after the name": (b"UID:", b"NOTE:late\r\nUID:"),
    "an unknown property": (b"UID:", b"REV:20261122T000000Z\r\nUID:"),
    "an unknown X- property": (b"UID:", b"X-SKYPE:john\r\nUID:"),
    "an injected property": (b"Account Manager", b"Account\r\nX-EVIL:1"),
    "a lower-case name": (b"TITLE:", b"title:"),
    "no colon": (b"TITLE:", b"TITLE "),
    "an unknown escape": (b"Account", b"\\Account"),
    "a capital newline escape": (b"\\nin two", b"\\Nin two"),
    "an escaped colon": (b"C:", b"C\\:"),
    "a last backslash": (b"Account Manager", b"Account\\"),
    "a bare comma": (b"Account", b"Account,"),
    "a bare semicolon": (b"Account", b"Account;"),
    "a bare comma in N": (b"N:Appleseed", b"N:Apple,seed"),
    "a bare comma in a label": (b"Mifflin\\, Inc", b"Mifflin, Inc"),
    "a control character": (b"Account", b"Acc\x0bount"),
    "NUL": (b"Account", b"\0"),
    "a C1 control": (b"Account", "\x85".encode()),
    "a comma in a URL": (b"a%2Cb", b"a,b"),
    "a blank in a URL": (b"a%2Cb", b"a b"),
    "a backslash in a URL": (b"a%2Cb", b"a\\,b"),
    "a quote in a URL": (b"a%2Cb", b'a"b'),
    "an angle in a URL": (b"a%2Cb", b"a<b"),
    "another TYPE of TEL": (b"TYPE=WORK,VOICE", b"TYPE=CAR"),
    "MAIN with VOICE": (b"TYPE=WORK,VOICE", b"TYPE=MAIN,VOICE"),
    "a lower-case TYPE": (b"TYPE=WORK,VOICE", b"TYPE=work,voice"),
    "a TEL without TYPE": (b"TEL;TYPE=WORK,VOICE", b"TEL"),
    "a bare type": (b"TEL;TYPE=WORK,VOICE", b"TEL;WORK"),
    "an empty parameter": (b"TITLE:", b"TITLE;:"),
    "a type of EMAIL alone": (b"TYPE=WORK,INTERNET", b"TYPE=INTERNET"),
    "CHARSET": (b"TITLE:", b"TITLE;CHARSET=UTF-8:"),
    "a group that starts at 2": (b"item1.", b"item2."),
    "a group without its label": (b"item1.X-ABLabel:Dunder Mifflin\\, Inc.\r\n", b""),
    "a label without its group": (b"item1.X-ABLabel", b"X-ABLabel"),
    "a label before its URL": (b"item1.URL", b"item1.X-ABLabel:x\r\nitem1.URL"),
    "a grouped phone": (b"TEL;TYPE=WORK", b"item1.TEL;TYPE=WORK"),
    "another group word": (b"item1.", b"home1."),
    "another encoding of the photo": (b"ENCODING=b", b"ENCODING=BASE64"),
    "another type of photo": (b"TYPE=JPEG", b"TYPE=PNG"),
    "a photo by link": (b"/9j/2Q==", b"https://example.com/a.jpg"),
    "a photo cut short": (b"/9j/2Q==", b"/9j/2Q="),
    "a photo that is not canonical": (b"/9j/2Q==", b"/9j/2R=="),
}


@pytest.mark.parametrize(("old", "new"), REPLACED.values(), ids=REPLACED)
def test_a_broken_card_is_caught(old: bytes, new: bytes) -> None:
    """Each breach of the form, alone in a good card, is an AssertionError."""
    broken = octets().replace(old, new)
    assert broken != octets()
    with pytest.raises(AssertionError):
        check(broken)
