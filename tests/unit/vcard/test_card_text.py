"""The text of a card that was read: what each version writes, and what it names."""

from typing import Final

import pytest
from msgspec import structs

from tests.support.foreign_cards import JPEG, coded
from vcardsvc.errors import DROPPED, JOINED, PARAMETER
from vcardsvc.model.card import Binary, Card, CardLoss, Property, Value
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import profile
from vcardsvc.vcard.card_losses import (
    AGENT_NAMED,
    COMPONENTS_LOST,
    CONTROLS,
    GEO_LOST,
    GROUP_BROKEN,
    GROUP_LOST,
    LABEL_TWICE,
    LISTS_V21,
    MEDIA_TYPE_BROKEN,
    NAME_BROKEN,
    PARAMETER_BROKEN,
    PARAMETER_V21,
    RANK_LOST,
    SORT_JOINED,
    TYPE_V21,
    URI_ENCODED,
    V40_PARAMETERS,
)
from vcardsvc.vcard.card_text import card_text, version_text
from vcardsvc.vcard.losses import LossKind
from vcardsvc.vcard.parser.reader import read_cards

NAMES: Final = (
    Property(name="N", value=(("Smith",), ("Ann",), (), (), ())),
    Property(name="FN", value="Ann Smith"),
)
NAME_LINES: Final = ["N:Smith;Ann;;;", "FN:Ann Smith"]
STREET: Final = ((), (), ("1 Main St",), ("Town",), (), (), ())
"""The value of an address."""


def lines_of(version: Version, *properties: Property) -> list[str]:
    """The lines between the names and the end of a card with these properties, unfolded."""
    octets = b"".join(
        version_text(Card(properties=(*NAMES, *properties)), profile("universal", version))[0]
    )
    lines = octets.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:4] == ["BEGIN:VCARD", f"VERSION:{version}", *NAME_LINES]
    assert lines[-2:] == ["END:VCARD", ""]
    return lines[4:-2]


def losses_of(version: Version, *properties: Property) -> list[tuple[str, int, str]]:
    """The losses of a card with these properties: name, index, reason."""
    card = Card(properties=(*NAMES, *properties))
    _, losses = version_text(card, profile("universal", version))
    return [(loss.name, loss.index, loss.reason) for loss in losses]


def date(name: str, value: str) -> Property:
    """A date of RFC 6350."""
    return Property(name=name, value=value, kind="date-and-or-time")


def address(value: Value = STREET, types: tuple[str, ...] = (), **params: str) -> Property:
    """An address with these parameters."""
    pairs = tuple((name, (text,)) for name, text in params.items())
    return Property(name="ADR", value=value, types=types, params=pairs)


WRITTEN: Final[list[tuple[Property, list[str], list[str], list[str]]]] = [
    (
        Property(name="NOTE", value="a, b; c\\\nd"),
        ["NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a,=20b;=20c\\=0D=0Ad"],
        ["NOTE:a\\, b\\; c\\\\\\nd"],
        ["NOTE:a\\, b; c\\\\\\nd"],
    ),
    (
        Property(name="NICKNAME", value=("Ann", "A, B; C")),
        ["NICKNAME:Ann,A\\, B\\; C"],
        ["NICKNAME:Ann,A\\, B\\; C"],
        ["NICKNAME:Ann,A\\, B; C"],
    ),
    (
        Property(name="ORG", value=(("A, B",), ("C; D",))),
        ["ORG:A, B;C\\; D"],
        ["ORG:A\\, B;C\\; D"],
        ["ORG:A\\, B;C\\; D"],
    ),
    (
        Property(name="TEL", value="1", types=("work", "voice"), pref=1),
        ["TEL;WORK;VOICE;PREF:1"],
        ["TEL;TYPE=WORK,VOICE,PREF:1"],
        ["TEL;PREF=1;TYPE=WORK,VOICE:1"],
    ),
    (
        Property(name="TEL", value="tel:+1650;ext=12", kind="uri"),
        ["TEL:+1650p12"],
        ["TEL:+1650p12"],
        ["TEL;VALUE=uri:tel:+1650;ext=12"],
    ),
    (
        Property(name="TEL", value="1", types=("cell",), label="Support"),
        ["TEL;X-Support;CELL:1"],
        ["TEL;TYPE=X-Support,CELL:1"],
        ["item1.TEL;TYPE=CELL:1", "item1.X-ABLabel:Support"],
    ),
    (
        Property(name="TEL", value="1", label='Sales, "EMEA"^'),
        ["item1.TEL:1", 'item1.X-ABLabel:Sales, "EMEA"^'],
        ["TEL;TYPE=\"X-Sales, ^'EMEA^'^^\":1"],
        ["item1.TEL:1", 'item1.X-ABLabel:Sales\\, "EMEA"^'],
    ),
    (
        Property(name="EMAIL", value="a@b.example", types=("work",)),
        ["EMAIL;WORK;INTERNET:a@b.example"],
        ["EMAIL;TYPE=WORK,INTERNET:a@b.example"],
        ["EMAIL;TYPE=WORK:a@b.example"],
    ),
    (
        Property(name="EMAIL", value="a@b.example"),
        ["EMAIL:a@b.example"],
        ["EMAIL:a@b.example"],
        ["EMAIL:a@b.example"],
    ),
    (
        address(types=("home",), LABEL='1 "Main"\nTown', CC="US"),
        [
            "ADR;HOME:;;1 Main St;Town;;;",
            'LABEL;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:1=20"Main"=0D=0ATown',
        ],
        [
            "item1.ADR;TYPE=HOME:;;1 Main St;Town;;;",
            'LABEL;TYPE=HOME:1 "Main"\\nTown',
            "item1.X-ABADR:us",
        ],
        ["ADR;TYPE=HOME;LABEL=\"1 ^'Main^'^nTown\";CC=US:;;1 Main St;Town;;;"],
    ),
    (address(((),) * 7, LABEL="x"), ["LABEL:x"], ["LABEL:x"], ["ADR;LABEL=x:;;;;;;"]),
    (
        Property(name="URL", value="http://e.example/a;b,c", kind="uri", label="HomePage"),
        ["item1.URL:http://e.example/a;b,c", "item1.X-ABLabel:_$!<HomePage>!$_"],
        ["item1.URL:http://e.example/a;b,c", "item1.X-ABLabel:_$!<HomePage>!$_"],
        ["item1.URL:http://e.example/a;b,c", "item1.X-ABLabel:_$!<HomePage>!$_"],
    ),
    (date("BDAY", "19900514"), ["BDAY:1990-05-14"], ["BDAY:1990-05-14"], ["BDAY:19900514"]),
    (
        date("BDAY", "--0514"),
        ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14"],
        ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14"],
        ["BDAY:--0514"],
    ),
    (date("BDAY", "1990"), ["BDAY:1990"], ["BDAY:1990"], ["BDAY:1990"]),
    (
        date("BDAY", "19900514T102200-0500"),
        ["BDAY:1990-05-14T10:22:00-05:00"],
        ["BDAY:1990-05-14T10:22:00-05:00"],
        ["BDAY:19900514T102200-0500"],
    ),
    (
        Property(name="BDAY", value="in May"),
        ["BDAY;VALUE=text:in May"],
        ["BDAY;VALUE=text:in May"],
        ["BDAY;VALUE=text:in May"],
    ),
    (
        date("ANNIVERSARY", "20000514"),
        ["item1.X-ABDATE:2000-05-14", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        ["item1.X-ABDATE:2000-05-14", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        ["ANNIVERSARY:20000514"],
    ),
    (
        Property(name="RELATED", value="Bert", types=("spouse",)),
        ["item1.X-ABRELATEDNAMES:Bert", "item1.X-ABLabel:_$!<Spouse>!$_"],
        ["item1.X-ABRELATEDNAMES:Bert", "item1.X-ABLabel:_$!<Spouse>!$_"],
        ["RELATED;TYPE=SPOUSE;VALUE=text:Bert"],
    ),
    (
        Property(name="RELATED", value="urn:uuid:1", kind="uri", types=("agent",)),
        ["RELATED;AGENT:urn:uuid:1"],
        ["RELATED;TYPE=AGENT:urn:uuid:1"],
        ["RELATED;TYPE=AGENT:urn:uuid:1"],
    ),
    (
        Property(
            name="SOCIALPROFILE",
            value="https://e.example/a",
            kind="uri",
            types=("work",),
            params=(("SERVICE-TYPE", ("Twitter",)), ("USERNAME", ("a",))),
        ),
        ["X-SOCIALPROFILE;Twitter;work;X-USER=a:https://e.example/a"],
        ["X-SOCIALPROFILE;TYPE=Twitter,work;X-USER=a:https://e.example/a"],
        ["SOCIALPROFILE;TYPE=WORK;SERVICE-TYPE=Twitter;USERNAME=a:https://e.example/a"],
    ),
    (
        Property(name="IMPP", value="aim:a", kind="uri", params=(("SERVICE-TYPE", ("AIM",)),)),
        ["IMPP;X-SERVICE-TYPE=AIM:aim:a"],
        ["IMPP;X-SERVICE-TYPE=AIM:aim:a"],
        ["IMPP;SERVICE-TYPE=AIM:aim:a"],
    ),
    (Property(name="GENDER", value=(("F",),)), ["X-GENDER:F"], ["X-GENDER:F"], ["GENDER:F"]),
    (
        Property(name="GENDER", value=(("O",), ("it",))),
        ["GENDER:O;it"],
        ["GENDER:O;it"],
        ["GENDER:O;it"],
    ),
    (
        Property(name="KIND", value="org"),
        ["X-ABShowAs:COMPANY"],
        ["X-ABShowAs:COMPANY"],
        ["KIND:org"],
    ),
    (
        Property(name="KIND", value="group"),
        ["X-ADDRESSBOOKSERVER-KIND:group"],
        ["X-ADDRESSBOOKSERVER-KIND:group"],
        ["KIND:group"],
    ),
    (Property(name="KIND", value="individual"), [], [], ["KIND:individual"]),
    (
        Property(name="MEMBER", value="urn:uuid:1", kind="uri"),
        ["X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"],
        ["X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"],
        ["MEMBER:urn:uuid:1"],
    ),
    (
        Property(name="GEO", value="geo:37.38,-122.08", kind="uri"),
        ["GEO:37.38;-122.08"],
        ["GEO:37.38;-122.08"],
        ["GEO:geo:37.38,-122.08"],
    ),
    (
        Property(name="TZ", value="-0500", kind="utc-offset"),
        ["TZ:-05:00"],
        ["TZ:-05:00"],
        ["TZ;VALUE=utc-offset:-0500"],
    ),
    (
        Property(name="UID", value="a,b"),
        ["UID:a,b"],
        ["UID:a\\,b"],
        ["UID;VALUE=text:a\\,b"],
    ),
    (
        Property(name="X-FOO", value="a\\,b;c", kind="unknown"),
        ["X-FOO:a\\,b;c"],
        ["X-FOO:a\\,b;c"],
        ["X-FOO:a\\,b;c"],
    ),
    (
        Property(name="X-FOO", value="a,b", params=(("X-BAR", ("c;d",)),), group="g"),
        ["g.X-FOO;VALUE=text:a,b"],
        ['g.X-FOO;VALUE=text;X-BAR="c;d":a\\,b'],
        ['g.X-FOO;VALUE=text;X-BAR="c;d":a\\,b'],
    ),
    (
        Property(
            name="PHOTO", value=Binary(data=JPEG, media_type="image/jpeg"), kind="binary"
        ),
        [f"PHOTO;ENCODING=BASE64;JPEG:{coded(JPEG)}", ""],
        [f"PHOTO;ENCODING=b;TYPE=JPEG:{coded(JPEG)}"],
        [f"PHOTO:data:image/jpeg;base64,{coded(JPEG)}"],
    ),
    (
        Property(name="LOGO", value=Binary(data=b"x", media_type="image/svg+xml"), kind="binary"),
        [f"LOGO;ENCODING=BASE64:{coded(b'x')}", ""],
        [f"LOGO;ENCODING=b;MEDIATYPE=image/svg+xml:{coded(b'x')}"],
        [f"LOGO:data:image/svg+xml;base64,{coded(b'x')}"],
    ),
    (
        Property(name="PHOTO", value="http://e.example/p", kind="uri"),
        ["PHOTO;VALUE=URL:http://e.example/p"],
        ["PHOTO;VALUE=uri:http://e.example/p"],
        ["PHOTO:http://e.example/p"],
    ),
    (
        Property(name="AGENT", value="BEGIN:VCARD\nFN:Bo\\, C\nEND:VCARD", kind="vcard"),
        ["item1.X-ABRELATEDNAMES:Bo, C", "item1.X-ABLabel:Agent"],
        ["AGENT:BEGIN:VCARD\\nFN:Bo\\\\\\, C\\nEND:VCARD"],
        ["RELATED;TYPE=AGENT;VALUE=text:Bo\\, C"],
    ),
]  # fmt: skip
"""A property, and its lines in 2.1, 3.0 and 4.0."""


@pytest.mark.parametrize(("prop", "v21", "v30", "v40"), WRITTEN)
def test_a_property_is_written_as_its_version_has_it(
    prop: Property, v21: list[str], v30: list[str], v40: list[str]
) -> None:
    """One table for all versions."""
    assert [lines_of(version, prop) for version in ("2.1", "3.0", "4.0")] == [v21, v30, v40]


LOST: Final[list[tuple[Version, Property, LossKind]]] = [
    ("3.0", Property(name="A\r\nB", value="x"), NAME_BROKEN),
    ("4.0", Property(name="END", value="VCARD"), NAME_BROKEN),
    ("4.0", Property(name="NOTE", value="x", group="a\nb"), GROUP_BROKEN),
    ("4.0", Property(name="NOTE", value="x", params=(("X\nY", ("1",)),)), PARAMETER_BROKEN),
    ("3.0", Property(name="NOTE", value="x", params=(("ENCODING", ("b",)),)), PARAMETER_BROKEN),
    ("3.0", Property(name="NOTE", value="x", params=(("PID", ("1",)),)), V40_PARAMETERS["PID"]),
    ("2.1", Property(name="NOTE", value="x", params=(("X-A", ('"',)),)), PARAMETER_V21),
    ("2.1", Property(name="NOTE", value="x", params=(("LANGUAGE", ("de",)),)), PARAMETER_V21),
    ("2.1", Property(name="TEL", value="1", types=("a b",)), TYPE_V21),
    ("2.1", Property(name="TEL", value="1", types=("quoted-printable",)), TYPE_V21),
    ("3.0", Property(name="NOTE", value="x\x00\r\ny"), CONTROLS),
    ("3.0", Property(name="NOTE", value="x", params=(("X-A", ("\x00",)),)), CONTROLS),
    ("4.0", Property(name="TEL", value="1", label="a\x00"), CONTROLS),
    ("4.0", Property(name="URL", value="http://e.example/\\,\n", kind="uri"), URI_ENCODED),
    ("2.1", Property(name="ORG", value=(("a", "b"),)), LISTS_V21),
    ("3.0", address((*STREET, ("Room 1",))), COMPONENTS_LOST),
    ("3.0", Property(name="GEO", value="geo:1,2,3", kind="uri"), GEO_LOST),
    ("4.0", Property(name="AGENT", value="BEGIN:VCARD\nEND:VCARD", kind="vcard"), AGENT_NAMED),
    (
        "4.0",
        Property(name="LOGO", value=Binary(data=b"x", media_type="a\nb"), kind="binary"),
        MEDIA_TYPE_BROKEN,
    ),
]


@pytest.mark.parametrize(("version", "prop", "kind"), LOST)
def test_what_a_version_cannot_hold_is_named(
    version: Version, prop: Property, kind: LossKind
) -> None:
    """The name and the index of the property, and why."""
    assert losses_of(version, prop) == [(prop.name, 0, kind.reason)]


def test_losses_say_the_index_among_properties_of_a_name_and_the_line() -> None:
    """Whatever the order of the properties is."""
    card = Card(
        properties=(
            *NAMES,
            Property(name="TEL", value="1"),
            Property(name="NOTE", value="x"),
            Property(name="TEL", value="2\x00", line=9),
        )
    )
    _, losses = card_text(card)
    assert losses == (CardLoss(name="TEL", index=1, code=DROPPED, reason=CONTROLS.reason, line=9),)


def test_only_the_first_rank_is_preferred_before_4_0() -> None:
    """The others are named; the lowest number of a name is the first rank."""
    numbers = [Property(name="TEL", value=str(pref), pref=pref) for pref in (3, 2, 100)]
    assert lines_of("3.0", *numbers) == ["TEL:3", "TEL;TYPE=PREF:2", "TEL:100"]
    assert losses_of("3.0", *numbers) == [
        ("TEL", 0, RANK_LOST.reason),
        ("TEL", 2, RANK_LOST.reason),
    ]


def test_newer_components_become_part_of_older_ones() -> None:
    """What an older component says already is not said twice."""
    value = (("Vega", "Sol"), ("Ann",), (), (), ("Jr.",), ("Sol",), ("Jr.", "II"))
    card = Card(properties=(Property(name="N", value=value), NAMES[1]))
    octets = b"".join(version_text(card, profile("universal"))[0])
    assert b"N:Vega,Sol;Ann;;;Jr.,II\r\n" in octets


def test_several_texts_to_sort_by_become_one() -> None:
    """SORT-AS of N is SORT-STRING before 4.0."""
    name = Property(name="N", value=NAMES[0].value, params=(("SORT-AS", ("Smith", "A")),))
    octets, losses = version_text(Card(properties=(name, NAMES[1])), profile("universal"))
    assert b"SORT-STRING:Smith\\, A\r\n" in b"".join(octets)
    assert [(loss.code, loss.reason) for loss in losses] == [(JOINED, SORT_JOINED.reason)]


def test_the_label_of_an_address_stays_with_it() -> None:
    """As a property it would be that of the first address of the same types."""
    addresses = (address(), address(LABEL="x"))
    assert lines_of("3.0", *addresses) == [
        "ADR:;;1 Main St;Town;;;",
        "ADR;LABEL=x:;;1 Main St;Town;;;",
    ]
    assert losses_of("2.1", *addresses) == [("ADR", 1, LABEL_TWICE.reason)]


def test_the_label_of_an_address_has_line_breaks_alone() -> None:
    """Readers take a backslash and n in LABEL for a line break (RFC 6350 section 6.3.1)."""
    assert lines_of("4.0", address(LABEL="a\\nb\nc")) == ['ADR;LABEL="a^nb^nc":;;1 Main St;Town;;;']


def test_a_group_has_one_label() -> None:
    """Properties with one label share it; another label has another group."""
    numbers = [
        Property(name="TEL", value=value, label=label, group="item1")
        for value, label in (("1", "A"), ("2", "A"))
    ]
    assert lines_of("4.0", *numbers) == ["item1.TEL:1", "item1.X-ABLabel:A", "item1.TEL:2"]
    other = Property(name="URL", value="http://e.example", kind="uri", label="B", group="item1")
    assert lines_of("4.0", *numbers, other)[-2:] == [
        "item3.URL:http://e.example",
        "item3.X-ABLabel:B",
    ]
    assert losses_of("4.0", *numbers, other) == [
        ("TEL", 0, GROUP_LOST.reason),
        ("TEL", 1, GROUP_LOST.reason),
        ("URL", 0, GROUP_LOST.reason),
    ]


NAMELESS: Final = [
    ((), "N:;;;;", "FN:"),
    ((Property(name="ORG", value=(("A",),)),), "N:;;;;", "FN:A"),
    ((Property(name="EMAIL", value="a@b.example"),), "N:;a@b.example;;;", "FN:a@b.example"),
    ((NAMES[0],), "N:Smith;Ann;;;", "FN:Ann Smith"),
    ((NAMES[1],), "N:;Ann Smith;;;", "FN:Ann Smith"),
]


@pytest.mark.parametrize(("properties", "n", "fn"), NAMELESS)
def test_a_missing_name_is_made_of_the_other(
    properties: tuple[Property, ...], n: str, fn: str
) -> None:
    """N and FN stand in every card of 3.0; 4.0 needs no N."""
    octets, losses = version_text(Card(properties=properties), profile("universal"))
    lines = b"".join(octets).decode().split("\r\n")
    assert {n, fn} <= {*lines}
    assert losses == ()
    older = b"".join(version_text(Card(properties=properties), profile("universal", "4.0"))[0])
    assert f"\r\n{fn}\r\n" in older.decode()
    assert (b"\r\nN:" in older) == (properties == (NAMES[0],))


def test_long_prefixes_are_folded() -> None:
    """Parameters of any length, before text, quoted-printable and octets."""
    params = (("X-LONG", ("x" * 100,)),)
    card = Card(
        properties=(
            Property(name="NOTE", value="é", params=params),
            Property(name="LOGO", value=Binary(data=b"x"), kind="binary", params=params),
        )
    )
    for version in ("3.0", "4.0"):
        octets = b"".join(version_text(card, profile("universal", version))[0])
        assert max(map(len, octets.split(b"\r\n"))) <= 75
    octets = b"".join(version_text(card, profile("universal", "2.1"))[0])
    assert b"ENCODING=QUOTED-PRINTABLE:=\r\n=C3=A9\r\n" in octets


def test_prodid_and_rev_are_in_one_line() -> None:
    """Apple skips the first line of these alone."""
    prop = Property(name="PRODID", value="x" * 100)
    octets = b"".join(version_text(Card(properties=(*NAMES, prop)), profile("universal"))[0])
    assert b"\r\nPRODID:" + b"x" * 100 + b"\r\n" in octets


def test_prefixes_are_kept_for_short_ones_alone() -> None:
    """Types of strangers do not fill the memory."""
    chosen = profile("universal")
    before = dict(chosen.card_prefixes)
    version_text(Card(properties=(Property(name="TEL", value="1", types=("z" * 200,)),)), chosen)
    assert all(len(prefix) <= 100 for prefix in chosen.card_prefixes.values())
    assert before.items() <= chosen.card_prefixes.items()


def test_misdialled_numbers_are_named_in_the_universal_card() -> None:
    """They are written as they stand."""
    number = Property(name="TEL", value="+44 20 7946 0958 x12")
    octets, losses = card_text(Card(properties=(*NAMES, number)))
    assert b"TEL:+44 20 7946 0958 x12\r\n" in b"".join(octets)
    assert [(loss.name, loss.index) for loss in losses] == [("TEL", 0)]


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_an_extension_of_a_uri_comes_back(version: Version) -> None:
    """An older version has it behind a pause, which no telephone glues onto the number."""
    number = Property(name="TEL", value="tel:+1-418-656-9254;ext=102", kind="uri")
    written, _ = version_text(Card(properties=(*NAMES, number)), profile("universal", version))
    assert b"TEL:+1-418-656-9254p102" in b"".join(written)
    (card,) = read_cards(b"".join(written)).cards
    assert structs.replace(card.properties[2], line=0) == number
    assert version_text(card, profile("universal", version))[0] == written


def test_a_property_that_is_there_is_not_said_to_be_dropped() -> None:
    """A parameter without a place has a code of its own."""
    number = Property(name="TEL", value="1", params=(("ALTID", ("1",)), ("PROP-ID", ("a",))))
    _, losses = version_text(Card(properties=(*NAMES, number)), profile("universal", "3.0"))
    assert [(loss.name, loss.code) for loss in losses] == [("TEL", PARAMETER)] * 2


def card_of(*lines: str, version: Version = "4.0") -> Card:
    """The card with these lines and a name, as it is read."""
    text = "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", "FN:A", *lines, "END:VCARD", ""))
    (one,) = read_cards(text.encode()).cards
    return one


@pytest.mark.parametrize(
    ("lines", "target", "version", "expected"),
    [
        (["GENDER:Male"], "universal", "3.0", ["GENDER:Male"]),
        (["GENDER:M"], "universal", "3.0", ["X-GENDER:M"]),
        (["TZ;VALUE=text:-0500"], "universal", "4.0", ["TZ;VALUE=text:-0500"]),
        (
            ["TZ:Europe/Berlin", "TZ:Z"],
            "universal",
            "4.0",
            ["TZ:Europe/Berlin", "TZ;VALUE=utc-offset:Z"],
        ),
        (['ADR;TYPE=HOME;LABEL="Street":;;;;;;'], "telegram", None, ["ADR;HOME:;;Street;;;;"]),
        (
            ["foo.ANNIVERSARY:19900514"],
            "apple",
            "3.0",
            ["item1.X-ABDATE:1990-05-14", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        ),
        (
            ["item1.ANNIVERSARY:19900514"],
            "universal",
            "2.1",
            ["item1.X-ABDATE:1990-05-14", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        ),
        (["item1.EMAIL;TYPE=x-foo:a@b"], "universal", "3.0", ["EMAIL;TYPE=X-foo:a@b"]),
        (
            ["item1.ADR;CC=de:;;s;;;;", "item1.TEL;TYPE=x-foo:1"],
            "universal",
            "3.0",
            ["item1.ADR:;;s;;;;", "item1.X-ABADR:de", "TEL;TYPE=X-foo:1"],
        ),
        (
            ["X-ABDATE:1990-01-02"],
            "android",
            None,
            ["X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1990-01-02;2"],
        ),
        (["SORT-STRING:aaa"], "universal", "3.0", ["SORT-STRING:aaa"]),
        (["SORT-STRING:aaa"], "apple", "3.0", ["SORT-STRING:aaa"]),
        (
            ["ADR;TYPE=HOME;LABEL=a:;;;;;;", "ADR;TYPE=HOME:;;s;;;;"],
            "universal",
            "2.1",
            ["ADR;HOME:;;s;;;;"],
        ),
        (
            ["item1.ADR;LABEL=a;LANGUAGE=de:;;;;;;", "item1.X-ABLabel:Camp"],
            "universal",
            "3.0",
            ["item1.LABEL;LANGUAGE=de:a", "item1.X-ABLabel:Camp"],
        ),
        (
            ["KIND:individual", "KIND:org"],
            "universal",
            "3.0",
            ["KIND:individual", "KIND:org"],
        ),
        (["KIND:individual"], "universal", "3.0", []),
        (
            ["EMAIL;TYPE=x-foo,x-bar:a@b"],
            "outlook",
            "3.0",
            ["EMAIL:a@b"],
        ),
        (
            ["ADR;LABEL=a:;;;;;;", "ADR;LABEL=b:;;s;;;;"],
            "universal",
            "3.0",
            ["ADR;LABEL=a:;;;;;;", "ADR:;;s;;;;", "LABEL:b"],
        ),
        (
            ["ADR;LABEL=b:;;s;;;;", "ADR;LABEL=a:;;;;;;"],
            "universal",
            "3.0",
            ["ADR:;;s;;;;", "LABEL:b", "LABEL:a"],
        ),
        (["KIND;X-FOO=q:individual"], "universal", "3.0", ["KIND;X-FOO=q:individual"]),
    ],
)
def test_a_second_conversion_changes_nothing(
    lines: list[str], target: Target, version: Version | None, expected: list[str]
) -> None:
    """Values and groups that the reader takes for something else, unless they are written so."""
    chosen = profile(target, version)
    octets = b"".join(card_text(card_of(*lines), chosen)[0])
    again = b"".join(card_text(read_cards(octets).cards[0], chosen)[0])
    names = ("N:", "FN:", "BEGIN:", "END:", "VERSION:", "PRODID:")
    found = [one for one in octets.decode().split("\r\n") if one and not one.startswith(names)]
    assert (found, again) == (expected, octets)
