"""Cards of any version, in any character set and state, are read as far as they can be."""

import contextlib

import pytest

from tests.support.cpu_budget import within_cpu_budget
from tests.support.foreign_cards import JPEG, PNG, coded, octets
from tests.support.hostile_files import HOSTILE_FILES
from vcardsvc.model.card import Binary, Card, Property, Value
from vcardsvc.model.request import Version
from vcardsvc.vcard import profile
from vcardsvc.vcard.card_text import card_text
from vcardsvc.vcard.parser.lines import MAX_BYTES, MAX_LINES, MAX_PROPERTIES
from vcardsvc.vcard.parser.octets import codec_of
from vcardsvc.vcard.parser.read_file import NotACard, ReadFile, ReadProblem
from vcardsvc.vcard.parser.reader import read_cards

STRAY = "The text outside of cards was left out."
NO_COLON = "The line has no colon."
NO_NAME = "The line has no name of a property."
CONTROLS = "Control characters were removed."


def card(*lines: str, version: str = "3.0") -> bytes:
    """A card with these lines; the first is line 3."""
    return octets("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD")


def properties(*lines: str, version: str = "3.0") -> tuple[Property, ...]:
    """The properties of a card without a problem."""
    file = read_cards(card(*lines, version=version))
    assert file.problems == ()
    return file.cards[0].properties


def text_of(data: bytes, charset: str = "") -> Value:
    """The value of the only property of a file without a problem."""
    file = read_cards(data, charset)
    assert file.problems == ()
    ((one,),) = (each.properties for each in file.cards)
    return one.value


PLAIN = card("FN:Zoë €")
JAPANESE = card("FN;CHARSET=SHIFT_JIS:山田ソ")


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        (PLAIN, "", "Zoë €"),
        (b"\xef\xbb\xbf" + PLAIN, "iso-8859-1", "Zoë €"),
        (PLAIN.decode().encode("utf-16"), "", "Zoë €"),
        (b"\xfe\xff" + PLAIN.decode().encode("utf-16-be"), "", "Zoë €"),
        (PLAIN.decode().encode("utf-16-le"), "", "Zoë €"),
        (PLAIN.decode().encode("utf-16-be"), "", "Zoë €"),
        (PLAIN, "utf-16", "Zoë €"),
        (PLAIN.decode().encode("cp1252"), "", "Zoë €"),
        (PLAIN.decode().encode("iso-8859-15"), "iso-8859-15", "Zoë €"),
        (PLAIN.decode().encode("cp1252"), "utf-8", "Zoë €"),
        (PLAIN.decode().encode("cp1252"), "iso-8859-99", "Zoë €"),
        (JAPANESE.decode().encode("shift_jis"), "", "山田ソ"),
        (JAPANESE.decode().encode("shift_jis"), "koi8-r", "山田ソ"),
        (card("FN;CHARSET=KOI8-R;ENCODING=QUOTED-PRINTABLE:=EF=CC=C7=C1"), "", "Олга"),
        (PLAIN.decode().encode("utf-32"), "", "Zoë €"),
        (PLAIN.decode().encode("utf-32-be"), "", "Zoë €"),
        (card("FN;ENCODING=QUOTED-PRINTABLE:=E9"), "", "é"),
        (card("FN;ENCODING=QUOTED-PRINTABLE:=E9"), "windows-1251", "й"),
        (card("FN;ENCODING=b:w6k="), "", "é"),
    ],
)  # fmt: skip
def test_a_text_is_decoded_by_its_character_set(data: bytes, charset: str, expected: str) -> None:
    """A mark, the line's CHARSET and the file's come first, then UTF-8, then Windows-1252."""
    assert text_of(data, charset) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zo\xc3\r\n \xab\r\nEND:VCARD", "Zoë"),
        (b"BEGIN:VCARD\rVERSION:3.0\rFN:Zo\r\ter\rEND:VCARD\r", "Zoer"),
        (b"BEGIN:VCARD\r\r\nVERSION:3.0\r\r\nFN:Z\r\r\n oe\r\r\nEND:VCARD\r\r\n", "Zoe"),
        (b"\r\n\nbegin:vcard\nversion:3.0\n\nfn:Zoe\n\nend:vcard\n\n", "Zoe"),
        (b" BEGIN : VCARD \nVERSION:3.0\nFN:Zoe\n", "Zoe"),
        (b"BEGIN:VCARD\nFN:Zoe\nEND:VCARD\nEND:VCARD\n", "Zoe"),
        (b"BEGIN:VCARD\nF\n N;LANGUAGE=\n en:Zoe\nEND:VCARD\n", "Zoe"),
        (b"BEGIN:VCARD\nVERSION:2.1\nFN;QUOTED-PRINTABLE:=5A=\n=6F= \ne=\n\nEND:VCARD\n", "Zoe"),
        (b'BEGIN:VCARD\nFN;X-A="b:c;d:Zoe\nEND:VCARD\n', "c;d:Zoe"),
        (
            b"BEGIN:VCARD\nFN:a\\nb\\Nc\\,d\\;e\\:f\\\\ng\\h\\\nEND:VCARD\n",
            "a\nb\nc,d;e:f\\ng\\h\\",
        ),
        (b"BEGIN:VCARD\nVERSION:2.1\nFN:a\\nb\\,c\\\nEND:VCARD\n", "a\\nb\\,c\\"),
        (b"BEGIN:VCARD\nFN: Zoe \nEND:VCARD\n", " Zoe "),
        (b"BEGIN:VCARD\nVERSION:4.0\nKEY:hello\\, key\nEND:VCARD\n", "hello, key"),
    ],
)
def test_lines_are_read_in_any_state(data: bytes, expected: str) -> None:
    """Folds, soft breaks, line ends, edges and escapes are read as programs write them."""
    assert text_of(data) == expected


STATES = [
    ("PHOTO;ENCODING=b;TYPE=JPEG:", "image/jpeg"),
    ("PHOTO;JPEG;BASE64:", "image/jpeg"),
    ("PHOTO:", "image/jpeg"),
    ("PHOTO;VALUE=uri:data:image/jpeg;base64,", "image/jpeg"),
    ("PHOTO:data:image/jpeg\\;base64\\,", "image/jpeg"),
    ("X-PICTURE;ENCODING=BASE64;TYPE=JPEG:", "image/jpeg"),
    ("LOGO;ENCODING=b:", "image/jpeg"),
    ("KEY;TYPE=PGP;ENCODING=b:", "application/pgp-keys"),
    ("SOUND;MEDIATYPE=audio/ogg;ENCODING=b:", "audio/ogg"),
]


@pytest.mark.parametrize(("start", "media_type"), STATES)
@pytest.mark.parametrize("line_break", ["\r\n ", "\r\n\t", "\r\n", ""])
def test_octets_are_read_with_their_media_type(
    start: str, media_type: str, line_break: str
) -> None:
    """Base64 and data URIs are files, folded, in lines without indentation, and in one line."""
    content = coded(JPEG)
    is_loose = line_break == "\r\n" and ("data:" in start or start == "PHOTO:")
    broken = content if is_loose else f"{content[:8]}{line_break}{content[8:]}"
    (one,) = properties(f"{start}{broken}")
    expected = Property(
        name=start.partition(";")[0].partition(":")[0],
        value=Binary(data=JPEG, media_type=media_type),
        kind="binary",
        line=3,
    )
    assert one == expected


def test_what_cannot_be_read_is_named_with_its_line() -> None:
    """Each text that is in no property has a problem with its card, its line and its place."""
    file = read_cards(
        octets(
            "Dear reader,", "here it is:",
            "BEGIN:VCARD", "VERSION:3.0", "FN:Zoe\x01", "a text", "of two lines", "a b:c",
            "PHOTO;ENCODING=b:AAA*", "LOGO;ENCODING=b:", "BEGIN:VEVENT",
            "NOTE;ENCODING=QUOTED-PRINTABLE:=00a", ":x", "END:VCARD",
            "BEGIN:VCARD", "VERSION:3.0", "no colon", "FN:Max",
        )
    )  # fmt: skip
    assert file == ReadFile(
        cards=(
            Card(
                version="3.0",
                properties=(
                    Property(name="FN", value="Zoe", line=5),
                    Property(name="NOTE", value="a", line=12),
                ),
            ),
            Card(version="3.0", properties=(Property(name="FN", value="Max", line=18),)),
        ),
        problems=(
            ReadProblem(card=-1, line=1, place="", text=STRAY),
            ReadProblem(card=0, line=5, place="FN", text=CONTROLS),
            ReadProblem(card=0, line=6, place="", text=NO_COLON),
            ReadProblem(card=0, line=8, place="", text=NO_NAME),
            ReadProblem(card=0, line=9, place="PHOTO", text="The base64 of the value is damaged."),
            ReadProblem(card=0, line=10, place="LOGO", text="The value holds no data."),
            ReadProblem(
                card=0,
                line=11,
                place="BEGIN",
                text="The line begins or ends something that is no card.",
            ),
            ReadProblem(card=0, line=12, place="NOTE", text=CONTROLS),
            ReadProblem(card=0, line=13, place="", text=NO_NAME),
            ReadProblem(card=1, line=17, place="", text=NO_COLON),
        ),
    )


def test_octets_of_no_character_are_named() -> None:
    """An octet that Windows-1252 has not is replaced, and named."""
    file = read_cards(b"BEGIN:VCARD\nFN:\x81\xe9\nEND:VCARD\n")
    assert file.cards[0].properties == (Property(name="FN", value="\ufffdé", line=2),)
    text = "Octets that are no text in their character set were replaced."
    assert file.problems == (ReadProblem(card=0, line=2, place="FN", text=text),)


def test_utf_8_with_damaged_octets_is_utf_8() -> None:
    """A program that cuts a text cuts a character: the others are read, and the rest is named."""
    file = read_cards(card("FN:%", "NOTE:a").replace(b"%", "Ññ".encode() + b"\xc3"))
    assert file.cards[0].properties[0].value == "Ññ\ufffd"
    assert [problem.place for problem in file.problems] == ["FN"]


def test_utf_8_under_another_name_is_utf_8() -> None:
    """CHARSET counts for a line that is no UTF-8."""
    data = card("NOTE;CHARSET=ISO-8859-1:J\xf6rg", "FN;CHARSET=KOI8-R:X", version="2.1")
    file = read_cards(data.replace(b":X", b":\xcd\xc9\xd2"))
    assert [one.value for one in file.cards[0].properties] == ["J\xf6rg", "\u043c\u0438\u0440"]
    assert file.problems == ()


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        *((name, "Мир") for name in ("cp1251", "CP1251", "KOI8-U", "ISO8859-5", "x-mac-cyrillic")),
        *(
            (name, "山田ソ")
            for name in ("x-sjis", "Windows-31J", "ISO-2022-JP", "x-euc-jp", "Big5")
        ),
        *((name, "ไทย") for name in ("windows-874", "TIS-620")),
        *((name, "Zoë") for name in ("MACINTOSH", "latin1", "ibm850", "UTF-16LE", "utf-32")),
    ],
)
def test_a_character_set_has_many_names(charset: str, text: str) -> None:
    """The one of the file and of a line are read, in octets and in quoted-printable."""
    octets = text.encode(codec_of(charset))
    whole = card("FN:%").decode().replace("%", text).encode(codec_of(charset))
    assert text_of(whole, charset) == text
    quoted = "".join(f"={octet:02X}" for octet in octets)
    assert text_of(card(f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{quoted}")) == text
    if b"\0" not in octets:
        assert text_of(card(f"FN;CHARSET={charset}:%").replace(b"%", octets)) == text


def test_an_unknown_character_set_is_named_and_the_value_read() -> None:
    """It is read as UTF-8, or as Windows-1252."""
    file = read_cards(card("FN;CHARSET=punycode;ENCODING=QUOTED-PRINTABLE:=C3=A9", version="2.1"))
    assert [one.value for one in file.cards[0].properties] == ["é"]
    text = "CHARSET names none that is known; UTF-8 or Windows-1252 was read."
    assert file.problems == (ReadProblem(card=0, line=3, place="FN", text=text),)


def test_an_unknown_encoding_is_named_and_the_value_kept() -> None:
    """The value stands as it is written."""
    file = read_cards(card("NOTE;ENCODING=UUENCODE:a=41", "TEL;ENCODING=:1", version="2.1"))
    assert [one.value for one in file.cards[0].properties] == ["a=41", "1"]
    text = "ENCODING names none that vCard has; the value was read as it stands."
    assert file.problems == (ReadProblem(card=0, line=3, place="NOTE", text=text),)


@pytest.mark.parametrize(
    ("name", "service", "uri"),
    [
        ("X-messaging/aim-All", "AIM", "aim:a"),
        ("X-messaging/xmpp-All", "Jabber", "xmpp:a"),
        ("X-messaging/gadu-All", "GaduGadu", "gg:a"),
    ],
)
def test_a_chat_of_an_old_kde_is_one_of_its_service(name: str, service: str, uri: str) -> None:
    """The slash in its name costs no chat."""
    assert properties(f"{name}:a") == (
        Property(
            name="IMPP", value=uri, kind="uri", params=(("SERVICE-TYPE", (service,)),), line=3
        ),
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Max\\, jr", "END:VCARD"),
        ("AGENT:BEGIN:VCARD", "VERSION:2.1", "FN:Max\\, jr", "END:VCARD"),
        ("AGENT:BEGIN:VCARD\\nVERSION:2.1\\nFN:Max\\\\\\, jr\\nEND:VCARD\\n",),
    ],
)
def test_a_card_in_a_card_is_its_text(lines: tuple[str, ...]) -> None:
    """A card on lines of its own, or escaped into one, is the value of AGENT."""
    nested = "BEGIN:VCARD\nVERSION:2.1\nFN:Max\\, jr\nEND:VCARD"
    assert properties(*lines, "TEL:1") == (
        Property(name="AGENT", value=nested, kind="vcard", line=3),
        Property(name="TEL", value="1", line=3 + len(lines)),
    )


def test_a_card_without_its_end_ends_at_the_next() -> None:
    """BEGIN ends the card before it; the end of the file ends the last."""
    file = read_cards(b"BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD\nBEGIN:VCARD\nFN:c")
    assert [one.properties[0].value for one in file.cards] == ["a", "b", "c"]
    assert file.problems == ()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "The file holds no BEGIN:VCARD."),
        (b"\xff\xfe\x00", "The file holds no BEGIN:VCARD."),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "The file holds no BEGIN:VCARD."),
        (b"BEGIN:VCARD\nEND:VCARD\n", "The file holds no property that can be read."),
        (b" " * (MAX_BYTES + 1), f"The file is over {MAX_BYTES} octets."),
        (b"\n" * (MAX_LINES + 1), f"The file is over {MAX_LINES} lines."),
        (
            b"BEGIN:VCARD\n" + b"TEL:1\n" * (MAX_PROPERTIES + 1) + b"END:VCARD\n",
            f"The file is over {MAX_PROPERTIES} properties.",
        ),
        (
            b"BEGIN:VCARD\n" + b"a\n" * (MAX_PROPERTIES + 1) + b"END:VCARD\n",
            f"The file is over {MAX_PROPERTIES} properties.",
        ),
    ],
    ids=range(8),
)
def test_a_file_without_a_card_or_over_a_ceiling_is_refused(data: bytes, text: str) -> None:
    """One sentence says why."""
    with pytest.raises(NotACard) as caught:
        read_cards(data)
    assert str(caught.value) == text


@pytest.mark.parametrize("data", HOSTILE_FILES, ids=range(len(HOSTILE_FILES)))
def test_a_megabyte_is_read_or_refused_within_a_second(data: bytes) -> None:
    """Time is linear, whatever the file holds."""

    def read() -> None:
        with contextlib.suppress(NotACard):
            read_cards(data)

    within_cpu_budget(1, read)


def test_a_png_without_a_type_is_known_by_its_start() -> None:
    """The first octets say the media type where nothing else does."""
    (one,) = properties(f"PHOTO;ENCODING=b:{coded(PNG)}")
    assert one.value == Binary(data=PNG, media_type="image/png")


@pytest.mark.parametrize("start", ["TEL;TYPE=mobile,CELL", "TEL;MOBILE", "TEL;MOBILE="])
def test_a_mobile_number_has_the_type_of_the_rfc(start: str) -> None:
    """MOBILE is what Telegram and old telephones write for it."""
    (number,) = properties(f"{start}:1", version="2.1")
    assert number.types == ("cell",)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("37.38;-122.08", "geo:37.38,-122.08"),
        ("-122.08;37.38", "geo:37.38,-122.08"),
        ("100;5", "geo:5,100"),
        ("5;100", "geo:5,100"),
        ("geo:5,100", "geo:5,100"),
    ],
)
def test_a_place_keeps_its_order_unless_the_first_alone_is_no_latitude(
    written: str, value: str
) -> None:
    """Then it is the longitude, which 2.1 has first."""
    (place,) = properties(f"GEO:{written}")
    assert (place.value, place.kind) == (value, "uri")


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("written", ["91,200", "91\\,200", "91;95", "5;181"])
def test_degrees_of_no_place_are_named_and_kept(written: str, version: Version) -> None:
    """They are text, the same in every version."""
    file = read_cards(card("FN:A", f"GEO:{written}", version=version))
    place = file.cards[0].properties[1]
    assert (place.value, place.kind) == (written.replace("\\", ""), "text")
    problem = ReadProblem(
        card=0, line=4, place="GEO", text="No place has these degrees; they are kept as text."
    )
    assert file.problems == (problem,)
    octets = b"".join(card_text(file.cards[0], profile("universal", version))[0])
    again = read_cards(octets).cards[0]
    assert b"".join(card_text(again, profile("universal", version))[0]) == octets
    assert (again.properties[-1].value, again.properties[-1].kind) == (place.value, "text")
