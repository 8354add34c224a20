"""A foreign card read back: what it says, what is wrong with it, and that nothing breaks it."""

import contextlib
import logging

import pytest

from tests.support.cpu_budget import within_cpu_budget
from tests.support.foreign_cards import GIF, JPEG, OURS, PNG, SMALL, card, coded, octets
from tests.support.hostile_files import HOSTILE_FILES
from vcardsvc.model.contact import Address, Contact, Email, Phone, Photo, Website
from vcardsvc.vcard.parser import MAX_BYTES, NotACard, read
from vcardsvc.vcard.parser.lines import MAX_HEAD, MAX_LINES, MAX_PROPERTIES

OURS_CONTACT = Contact(
    first="John",
    last="Appleseed",
    suffix="Jr.",
    organization="Dunder Mifflin; Scranton",
    title="Account Manager",
    note="One, two; C:\\new\nthree",
    phones=(
        Phone(number="1", label="work"),
        Phone(number="2", label="home"),
        Phone(number="3", label="mobile"),
        Phone(number="4", label="fax"),
        Phone(number="5", label="pager"),
        Phone(number="6", label="main"),
        Phone(number="7", label="other"),
    ),
    emails=(
        Email(address="john@example.com", label="work"),
        Email(address="j@example.net", label="home"),
    ),
    addresses=(
        Address(text="Fake Address, 2\nScranton", label="work"),
        Address(text="Elsewhere", label="home"),
    ),
    websites=(
        Website(url="https://example.com"),
        Website(url="https://example.com:8443/a%2Cb", label="Dunder Mifflin, Inc."),
    ),
    uid="urn:uuid:00000000-0000-5000-8000-000000000000",
    photo=Photo(jpeg=JPEG, width=0, height=0),
)
OURS_ROWS = (
    ("Name", "John Appleseed Jr."),
    ("Title", "Account Manager"),
    ("Organization", "Dunder Mifflin; Scranton"),
    ("Phone, work", "1"),
    ("Phone, home", "2"),
    ("Phone, mobile", "3"),
    ("Phone, fax", "4"),
    ("Phone, pager", "5"),
    ("Phone, main", "6"),
    ("Phone, other", "7"),
    ("E-mail, work", "john@example.com"),
    ("E-mail, home", "j@example.net"),
    ("Address, work", "Fake Address, 2\nScranton"),
    ("Address, home", "Elsewhere"),
    ("Website", "https://example.com"),
    ("Website, Dunder Mifflin, Inc.", "https://example.com:8443/a%2Cb"),
    ("Note", "One, two; C:\\new\nthree"),
    ("Photo", f"JPEG, 240x320, {len(JPEG)} bytes"),
)


def test_a_card_of_our_own_form_is_read_whole_and_has_no_fault() -> None:
    """The card this service writes comes back value by value, and nothing is found wrong."""
    (found,) = read(octets(*OURS))
    assert (found.version, found.contact, found.rows, found.findings) == (
        "3.0",
        OURS_CONTACT,
        OURS_ROWS,
        (),
    )


READINGS: dict[str, tuple[bytes, Contact]] = {
    "2.1 with quoted-printable in Latin-1 over two lines": (
        octets(
            "BEGIN:VCARD",
            "VERSION:2.1",
            "N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;J=",
            "=F6rg;;;",
            "NOTE;QUOTED-PRINTABLE:one=0D=0Atwo",
            "TEL;WORK;VOICE:1",
            "PHOTO;JPEG;BASE64:",
            f" {coded(JPEG)}",
            "",
            "END:VCARD",
        ),
        Contact(
            first="Jörg",
            last="Müller",
            note="one\ntwo",
            phones=(Phone(number="1"),),
            photo=Photo(jpeg=JPEG, width=0, height=0),
        ),
    ),
    "2.1 keeps the backslash of a text": (
        card("NOTE:C:\\new, \\", version="2.1"),
        Contact(first="John", last="Appleseed", note="C:\\new, \\"),
    ),
    "4.0 with a tel: URI and a data: URI": (
        card(
            "TEL;VALUE=uri;TYPE=cell:tel:+1-555-0100",
            "PHOTO:data:image/jpeg;base64\\," + coded(JPEG),
            version="4.0",
        ),
        Contact(
            first="John",
            last="Appleseed",
            phones=(Phone(number="+1-555-0100", label="mobile"),),
            photo=Photo(jpeg=JPEG, width=0, height=0),
        ),
    ),
    "Apple's labels": (
        card(
            "item1.TEL;type=pref:1",
            "item1.X-ABLabel:_$!<Main>!$_",
            "item2.TEL;type=HOME:2",
            "item2.X-ABLabel:Boat",
            "item3.URL:https://example.com",
            "item3.X-ABLabel:_$!<HomePage>!$_",
        ),
        Contact(
            first="John",
            last="Appleseed",
            phones=(Phone(number="1", label="main"), Phone(number="2", label="home")),
            websites=(Website(url="https://example.com"),),
        ),
    ),
    "an address in all its parts": (
        card("ADR;TYPE=HOME:Box 1;Floor 2;Main St 3, Rear;Scranton;PA;18503;USA"),
        Contact(
            first="John",
            last="Appleseed",
            addresses=(
                Address(
                    text="Box 1\nFloor 2\nMain St 3, Rear",
                    label="home",
                    locality="Scranton",
                    region="PA",
                    code="18503",
                    nation="USA",
                ),
            ),
        ),
    ),
    "a name in all its parts": (
        octets("BEGIN:VCARD", "VERSION:3.0", "N:Doe;Jane;Quinn;Dr.;M.D.", "END:VCARD"),
        Contact(prefix="Dr.", first="Jane", middle="Quinn", last="Doe", suffix="M.D."),
    ),
    "an FN alone is the first name": (
        octets("BEGIN:VCARD", "VERSION:3.0", "FN:Jane Doe", "END:VCARD"),
        Contact(first="Jane Doe"),
    ),
    "an FN beside an N without a name is the whole name": (
        octets("BEGIN:VCARD", "VERSION:3.0", "N:;;;Dr.;", "FN:Dr. Jane Doe", "END:VCARD"),
        Contact(first="Dr. Jane Doe"),
    ),
    "a company without a person": (
        octets(
            "BEGIN:VCARD", "VERSION:3.0", "N:;;;;", "FN:ACME, Inc.", "ORG:Acme\\, Inc.", "END:VCARD"
        ),
        Contact(organization="Acme, Inc."),
    ),
    "a department alone, and its own": (
        card("ORG:;;", "ORG:;Sales\\nEast;West", "ORG:Other"),
        Contact(first="John", last="Appleseed", unit="Sales East, West"),
    ),
    "a place of several lines without a street": (
        card("ADR:;;;Old\\nTown;;;", "ADR:;;;;;;"),
        Contact(first="John", last="Appleseed", addresses=(Address(text="", locality="Old Town"),)),
    ),
    "text in Latin-1 without a word about it": (
        card("NOTE:café").replace("é".encode(), b"\xe9"),
        Contact(first="John", last="Appleseed", note="café"),
    ),
    "text in the 8-bit encoding it names": (
        card("NOTE;CHARSET=koi8-r:X", version="2.1").replace(b":X", ":мир".encode("koi8-r")),
        Contact(first="John", last="Appleseed", note="мир"),
    ),
    "a file in UTF-16": (
        SMALL.decode().encode("utf-16"),
        Contact(first="John", last="Appleseed"),
    ),
    "a fold inside a character, a decomposed letter": (
        card("NOTE:é").replace(b"\xa9", b"\r\n \xa9").replace(b"John", "Jose\u0301".encode()),
        Contact(first="Jose\u0301", last="Appleseed", note="é"),
    ),
    "bare commas, several notes, departments": (
        card("NOTE:a,b", "NOTE:c", "ORG:Firm, Inc.;Sales"),
        Contact(
            first="John",
            last="Appleseed",
            note="a,b\nc",
            organization="Firm, Inc.",
            unit="Sales",
        ),
    ),
    "an escaped colon, as older Macs write it": (
        card("NOTE:at 10\\:30 \\\\:", "URL:https\\://example.com"),
        Contact(
            first="John",
            last="Appleseed",
            note="at 10:30 \\:",
            websites=(Website(url="https://example.com"),),
        ),
    ),
    "websites that a card may not carry, or not so": (
        card("URL:javascript:alert(1)", "URL:https://example.com/a\\,b c"),
        Contact(
            first="John",
            last="Appleseed",
            websites=(Website(url="https://example.com/a%2Cb%20c"),),
        ),
    ),
}


@pytest.mark.parametrize(("data", "contact"), READINGS.values(), ids=READINGS)
def test_a_foreign_card_says_what_it_meant(data: bytes, contact: Contact) -> None:
    """Each dialect of exporters is read into the same plain contact."""
    assert [one.contact for one in read(data)] == [contact]


ROWS = {
    "a PNG": (f"PHOTO;ENCODING=b:{coded(PNG)}", ("Photo", "PNG, 320x200, 24 bytes")),
    "a GIF": (
        f"PHOTO;ENCODING=b:{coded(GIF + bytes(11_500))}",
        ("Photo", "GIF, 320x200, 12 kB"),
    ),
    "a JPEG without a frame": (
        f"PHOTO;ENCODING=b:{coded(JPEG[:12])}",
        ("Photo", "JPEG, 12 bytes"),
    ),
    "another file": (
        f"PHOTO;ENCODING=b:{coded(b'RIFF')}",
        ("Photo", "of an unknown type, 4 bytes"),
    ),
    "a photo by link": ("PHOTO:https://example.com/a.jpg", ("Photo", "a link")),
    "a damaged photo": ("PHOTO;ENCODING=b:a", ("Photo", "damaged")),
    "a data: URI that is no base64": (
        "PHOTO:data:image/png,abc",
        ("Photo", "of an unknown type, 3 bytes"),
    ),
    "a property with a word": ("BDAY:1980-01-02", ("Birthday", "1980-01-02")),
    "a property without one": ("X-A:john", ("X-A", "john")),
    "a relative of any program": ("X-EVOLUTION-SPOUSE:Anna", ("Related name, spouse", "Anna")),
    "a chat of any program": ("X-SKYPE:jörg", ("Chat, Skype", "skype:jörg")),
    "a chat of an old program": ("X-messaging/aim-All:john", ("Chat, AIM", "aim:john")),
    "a list": ("CATEGORIES:a,b", ("Categories", "a, b")),
    "an escaped unknown text": ("X-A:a\\,b", ("X-A", "a,b")),
    "a birthday without a year": ("BDAY:--0514", ("Birthday", "--05-14")),
    "a date that is none": ("BDAY:in May", ("Birthday", "in May")),
    "a sex": ("X-GENDER:Female", ("Gender", "female")),
    "a place": ("GEO:37.38;-122.08", ("Place", "37.38,-122.08")),
    "a time zone": ("TZ:-0500", ("Time zone", "-05:00")),
    "a spoken name": ("X-PHONETIC-LAST-NAME:a", ("Last name, spoken", "a")),
    "a sorting": ("SORT-STRING:a", ("Sorted as", "a")),
    "a card inside": ("AGENT:BEGIN:VCARD\\nFN:a\\nEND:VCARD", ("Agent", "a card")),
    "an address on one label": ("LABEL:a\\nb", ("Address, work", "a\nb")),
    "a custom type": ("TEL;TYPE=X-Boat:1", ("Phone, Boat", "1")),
}


@pytest.mark.parametrize(("line", "row"), ROWS.values(), ids=ROWS)
def test_a_row_tells_a_person_what_stands_there(line: str, row: tuple[str, str]) -> None:
    """Photos are reported by type, sides and size; other properties by their word or their name."""
    (found,) = read(card(line))
    assert found.rows == (("Name", "John Appleseed"), row)


def test_a_name_is_put_together_where_fn_is_missing() -> None:
    """The row of the name shows every part of N, the prefix too."""
    (found,) = read(octets("BEGIN:VCARD", "N:Doe;Jane;Q.;Dr.;Jr.", "END:VCARD"))
    assert found.rows == (("Name", "Dr. Jane Q. Doe Jr."),)


def test_a_person_reads_an_address_and_a_company_whole() -> None:
    """An address has its lines as on an envelope, a company and its department a row each."""
    (found,) = read(
        card("ORG:Firm, Inc.;Sales", "ADR:Box 1;Floor 2;Main St 3;Scranton;PA;18503;USA")
    )
    assert found.rows[1:] == (
        ("Organization", "Firm, Inc."),
        ("Department", "Sales"),
        ("Address, work", "Box 1\nFloor 2\nMain St 3\nScranton, PA 18503\nUSA"),
    )


def test_several_cards_are_read_one_by_one() -> None:
    """A file of many cards gives each, also after one that was never closed."""
    file = SMALL.replace(b"END:VCARD\r\n", b"") + card("TITLE:a", version="2.1")
    assert [(one.version, one.contact.title) for one in read(file)] == [("3.0", ""), ("2.1", "a")]


UNREADABLE = {
    "nothing": b"",
    "no card": b"hello\r\n",
    "another format": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "over the octets": SMALL + b" " * MAX_BYTES,
    "over the lines": SMALL + b"\n" * MAX_LINES,
    "over the properties": SMALL + b"A:\n" * MAX_PROPERTIES,
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_card_is_refused_with_a_sentence(data: bytes) -> None:
    """NotACard says why in one sentence."""
    with pytest.raises(NotACard, match=r"^The file .+\.$"):
        read(data)


HOSTILE = {
    "a head that cannot be split": "TEL" + ";TYPE=a=a,a" * 300 + '"a',
    "quotes side by side": "TEL;TYPE=" + '"a"' * 1000 + ":1",
    "a head without an end": "TEL" + ";" * MAX_HEAD * 2 + ":1",
    "backslashes": "NOTE:" + "\\" * 99_999,
    "commas": "NOTE:" + "\\,," * 30_000,
    "semicolons": "N:" + ";" * 90_000,
    "combining marks": "NOTE:a" + "\u0301\u0327" * 49_000,
    "a codec that takes quadratic time": "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=punycode:"
    + "a" * 90_000,
    "a codec that is none": "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=iso-8859-99:a",
    "folds": "NOTE:" + "\r\n a" * 50_000,
    "parameters": "TEL" + ";TYPE=WORK" * 60_000 + ":1",
    "heads of nothing but semicolons": ("A" + ";" * (MAX_HEAD - 10) + ":1\r\n") * 30 + "A:1",
    "escapes": "NOTE:" + "\\:" * 50_000,
    "bare semicolons": "FN:" + ";" * 300_000,
    "components that nobody reads": "ADR:" + ";" * 300_000,
    "folds behind the last component": "ADR:;;;;;;;" + "\r\n :" * 15_000,
    "soft breaks with blanks": "NOTE;ENCODING=QUOTED-PRINTABLE:" + "= \r\na" * 15_000,
    "base64 that nobody indented": "X-A;ENCODING=b:\r\n" + "AAAA\r\n" * 15_000 + "AA==",
    "a data: URI without an end": "X-A:data:" + "\\;a" * 300_000,
    "an escape in every number": "TEL:" + "1x\\," * 300_000,
    "one address of many": "EMAIL:" + "@" * 1_000_000,
    "a date of digits": "BDAY:" + "0" * 1_000_000,
    "frames without an end": "PHOTO;ENCODING=b:" + "////" * 100_000,
}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_takes_no_time_and_no_other_line(line: str) -> None:
    """Whatever one line holds, the card is read soon and the rest of it is there."""
    (found,) = read(card(line, "TITLE:Account Manager"))
    assert found.contact.title == "Account Manager"


@pytest.mark.parametrize("data", HOSTILE_FILES, ids=range(len(HOSTILE_FILES)))
def test_a_megabyte_is_checked_or_refused_in_about_a_second(data: bytes) -> None:
    """Time is linear, whatever the file holds."""

    def check() -> None:
        with contextlib.suppress(NotACard):
            read(data)

    within_cpu_budget(1.5, check)


SHORT_LINES = ("TEL:1", "ADR:;;a;;;;", "BDAY:1990-05-14", "X-A;ENCODING=c:", "hello", "ORG:a;b")


@pytest.mark.parametrize("line", SHORT_LINES)
def test_as_many_lines_as_a_file_may_have_are_checked_in_seconds(line: str) -> None:
    """The ceiling of properties bounds the time where lines are short."""
    data = card(*[line] * (MAX_PROPERTIES - 10))
    within_cpu_budget(3, lambda: read(data))


OPEN = ("BEGIN:VCARD", "FN:a")
OTHER = ("begin:vcard", "FN:b", "END:VCARD")
BROKEN: dict[str, tuple[tuple[str, ...], list[tuple[str, list[str]]]]] = {
    "a card without its end": (
        (*OPEN, "TEL:1", *OTHER),
        [("a", ["end-missing", "tel-untyped"]), ("b", ["lower-case-name"])],
    ),
    "a card in AGENT": (
        (*OPEN, "AGENT:", "BEGIN:VCARD", "FN:c", "TEL:1", "END:VCARD", "END:VCARD", *OTHER),
        [("a", ["nested-card"]), ("b", ["lower-case-name"])],
    ),
    "a second card behind one in AGENT": (
        (*OPEN, "AGENT:", "BEGIN:VCARD", "END:VCARD", *OTHER),
        [("a", ["end-missing", "nested-card"]), ("b", ["lower-case-name"])],
    ),
    "a card in AGENT without an end": (
        (*OPEN, "AGENT:BEGIN:VCARD", "FN:c", "END:VCARD", *OTHER),
        [("a", ["end-missing", "nested-card"]), ("b", ["lower-case-name"])],
    ),
    "lines outside of cards": (
        ("FN:x", "END:VCARD", *OPEN, "END:VCARD", "TEL:1", "END:VCARD", *OTHER),
        [("a", ["stray-line"]), ("b", ["lower-case-name"])],
    ),
    "an empty card between": (
        (*OPEN, "END:VCARD", "BEGIN:VCARD", "END:VCARD", *OTHER),
        [("a", []), ("", ["empty-card", "fn-missing"]), ("b", ["lower-case-name"])],
    ),
}
OF_ALL = {"version-missing", "n-missing"}


@pytest.mark.parametrize(("lines", "expected"), BROKEN.values(), ids=BROKEN)
def test_each_card_of_a_broken_file_has_its_own_findings(
    lines: tuple[str, ...], expected: list[tuple[str, list[str]]]
) -> None:
    """Cards and findings belong together wherever a card begins and ends."""
    assert [
        (dict(one.rows).get("Name", ""), sorted({each.code for each in one.findings} - OF_ALL))
        for one in read(octets(*lines))
    ] == expected


def test_nothing_of_a_card_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Reading logs nothing, whatever the lines hold."""
    with caplog.at_level(logging.DEBUG):
        read(card("NOTE;ENCODING=b:a", "secret", "N:\\"))
    assert caplog.records == []
