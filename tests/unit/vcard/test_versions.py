"""The same card in another version: 2.1 by octets, 4.0 against the items of jCard and xCard."""

import re
from typing import Final

import pytest

from tests.support.quoted_printable import HEADS, judged
from tests.support.target_cards import FULL, VERSIONS, lines_of
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import PROFILES, profile, write
from vcardsvc.vcard.text import quoted

MORE: Final = Contact(
    first="Zoë",
    last="O;Neill",
    note="a;b,c\\\nd",
    title="a;b,c\\",
    phones=(
        Phone(number="+44 20 7946 0958 x12", label="main", e164="+442079460958p12"),
        Phone(number="1,2;3", label="main"),
        Phone(number="+16502530000", label="mobile", e164="+16502530000"),
        Phone(number="1", label="other"),
    ),
    emails=(Email(address="z@e.example", label="home"),),
    addresses=(Address(text="Weg 1;\nKöln, Deutschland", country="de"),),
    websites=(Website(url="https://e.example", label="a;b"),),
    uid="crm;7,8",
)

FOUR: Final = (
    "VERSION:4.0",
    "KIND:individual",
    "NOTE:a;b\\,c\\\\\\nd",
    "TITLE:a;b\\,c\\\\",
    "N:O\\;Neill;Zoë;;;",
    "UID;VALUE=text:crm;7\\,8",
    "FN:Zoë O;Neill",
    "TEL;VALUE=uri;TYPE=MAIN-NUMBER;PREF=1:tel:+442079460958;ext=12",
    "TEL;TYPE=MAIN-NUMBER:1\\,2;3",
    "TEL;VALUE=uri;TYPE=CELL,VOICE:tel:+16502530000",
    "TEL;TYPE=VOICE:1",
    "EMAIL;TYPE=HOME:z@e.example",
    "ADR;TYPE=WORK;CC=DE:;;Weg 1\\;\\nKöln\\, Deutschland;;;;",
    "item1.URL:https://e.example",
    "item1.X-ABLabel:a;b",
    "PRODID:-//vcardsvc//vcardsvc//EN",
)

SPELLED: Final[list[tuple[Target, Version, dict[str, tuple[str, ...]]]]] = [
    (
        "telegram",
        "4.0",
        {
            "TEL": (FOUR[7], FOUR[8], FOUR[9], FOUR[10]),
            "UID": (),
            "KIND": (),
            "URL": ("URL:https://e.example",),
        },
    ),
    (
        "telegram",
        "3.0",
        {
            "NOTE": ("NOTE:a\\;b\\,c\\\\\\, d",),
            "TEL": (
                "TEL;TYPE=MAIN:+442079460958p12",
                "TEL;TYPE=MAIN:1\\,2\\;3",
                "TEL;TYPE=CELL:+16502530000",
                "TEL;TYPE=OTHER:1",
            ),
            "FN": ("FN:Zoë O\\;Neill",),
            "EMAIL": ("EMAIL;TYPE=HOME:z@e.example",),
        },
    ),
    (
        "whatsapp",
        "4.0",
        {
            "TEL": (FOUR[7], FOUR[8], FOUR[9], FOUR[10]),
            "URL": ("URL;TYPE=OTHER:https://e.example",),
        },
    ),
    (
        "whatsapp",
        "2.1",
        {
            "TEL": (
                "TEL;X-Main:+442079460958p12",
                "TEL;X-Main:1,2;3",
                "TEL;CELL;VOICE:+16502530000",
                "TEL;X-Other:1",
            ),
            "URL": ("URL;OTHER:https://e.example",),
        },
    ),
    (
        "android",
        "2.1",
        {
            "NOTE": ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a;b,c\\=0D=0Ad",),
            "TITLE": ("TITLE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a=3Bb,c\\",),
            "N": ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:O\\;Neill;Zo=C3=AB;;;",),
            "FN": ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB=20O=3BNeill",),
            "UID": ("UID:crm;7,8",),
            "TEL": (
                "TEL;PREF:+442079460958p12",
                "TEL;X-Main:1p2p3",
                "TEL;CELL:+16502530000",
                "TEL;VOICE:1",
            ),
            "EMAIL": ("EMAIL;HOME:z@e.example",),
            "X-ANDROID-CUSTOM": (
                "X-ANDROID-CUSTOM:vnd.android.cursor.item/website;https://e.example;0;a\\;b",
            ),
        },
    ),
    ("android", "4.0", {"TEL": (FOUR[7], "TEL;TYPE=MAIN-NUMBER:1p2p3", FOUR[9], FOUR[10])}),
    (
        "apple",
        "2.1",
        {
            "item1.ADR": (
                "item1.ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;Weg=201\\;=0D=0AK=",
                "=C3=B6ln,=20Deutschland;;;;",
            ),
            "item1.X-ABADR": ("item1.X-ABADR:de",),
            "item2.X-ABLabel": ("item2.X-ABLabel;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a=3Bb",),
        },
    ),
    (
        "apple",
        "4.0",
        {
            "ADR": ("ADR;TYPE=WORK;CC=DE;CHARSET=UTF-8:;;Weg 1\\;\\nKöln\\, Deutschland;;;;",),
            "item1.X-ABADR": (),
            "item1.X-ABLabel": ("item1.X-ABLabel:a\\;b",),
            "FN": ("FN;CHARSET=UTF-8:Zoë O\\;Neill",),
            "TEL": (
                "TEL;TYPE=MAIN-NUMBER;PREF=1:+442079460958p12",
                "TEL;TYPE=MAIN-NUMBER:1\\,2\\;3",
                "TEL;TYPE=CELL,VOICE:+16502530000",
                "TEL;TYPE=VOICE:1",
            ),
        },
    ),
    ("outlook", "4.0", {"N": (FOUR[4],), "URL": ("URL;TYPE=WORK:https://e.example",)}),
    (
        "outlook",
        "2.1",
        {"N": ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:O\\;Neill;Zo=C3=AB;;;",)},
    ),
]


def test_the_card_in_4_0_line_by_line() -> None:
    """Numbers are URIs, the first main one is preferred, countries have CC, semicolons are bare."""
    assert lines_of(MORE, "universal", "4.0") == list(FOUR)


@pytest.mark.parametrize(("target", "version", "spelled"), SPELLED)
def test_a_reader_has_its_lines_in_another_version(
    target: Target, version: Version, spelled: dict[str, tuple[str, ...]]
) -> None:
    """A version beats what the reader likes best; what it cannot hold is left to the version."""
    lines = lines_of(MORE, target, version)
    assert lines[0] == f"VERSION:{version}"
    found: dict[str, list[str]] = {name: [] for name in spelled}
    name = ""
    for line in lines:
        # A line without a head goes on with the quoted-printable of the one before.
        name = re.split("[;:]", line)[0] if not line.startswith("=") else name
        if name in found:
            found[name].append(line)
    assert {name: tuple(rows) for name, rows in found.items()} == spelled


@pytest.mark.parametrize("target", PROFILES)
@pytest.mark.parametrize("version", VERSIONS)
def test_bare_types_are_spelled_in_2_1_alone(target: Target, version: Version) -> None:
    """A bare type in a 3.0 or 4.0 card costs Outlook and iOS the type, and one reader the card."""
    heads = [
        one.split(":")[0] for one in lines_of(FULL, target, version) if one[:3] in ("TEL", "EMA")
    ]
    assert len(heads) >= 10
    bare = [head for head in heads if any("=" not in one for one in head.split(";")[1:])]
    assert bare == (heads if version == "2.1" else [])


def test_a_uid_that_is_a_uri_stands_bare_in_4_0() -> None:
    """A URI has no escapes in 4.0; in 3.0 every UID is a text."""
    contact = Contact(first="A", uid="tag:e.example,2026:a;b")
    assert "UID:tag:e.example,2026:a;b" in lines_of(contact, "universal", "4.0")
    assert r"UID:tag:e.example\,2026:a\;b" in lines_of(contact, "universal")


@pytest.mark.parametrize("length", range(60, 80))
def test_a_line_break_is_never_parted(length: int) -> None:
    """Wherever the soft break falls, `=0D` and `=0A` stand on one line."""
    judged("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:", "x" * length + "\n" + "y" * 80)


def test_semicolons_are_encoded_where_they_would_cut() -> None:
    """FN, TITLE and X-ABLabel of 2.1 hold no bare semicolon; structured values keep theirs."""
    contact = Contact(
        first="a;b", title="c;d", websites=(Website(url="https://e.example", label="e;f"),)
    )
    lines = write(contact, profile("universal", "2.1")).octets.decode().split("\r\n")
    values = {line.partition(":")[0].split(";")[0]: line.partition(":")[2] for line in lines}
    assert values["FN"] == "a=3Bb"
    assert values["TITLE"] == "c=3Bd"
    assert values["item1.X-ABLabel"] == "e=3Bf"
    assert values["N"] == ";a\\;b;;;"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("run", [17, 18, 29, 30, 31, 74, 75, 76, 300, 301])
def test_backslashes_without_end_keep_to_their_lines(head: str, run: int) -> None:
    """A line that is nothing but backslashes ends behind a pair: an escape is never parted."""
    text = "é" + "\\" * run + ";é"
    judged(head, text)
    for row in quoted(head, text).removeprefix(head).split("\r\n")[:-1]:
        assert len(re.findall(r"\\*=\Z", row)[0]) % 2 == 1
