"""A card that was read, as each target's reader takes it, and what is lost on the way."""

from typing import Final

import pytest

from tests.support.foreign_cards import GIF, JPEG, coded
from vcardsvc.errors import DROPPED, JOINED, NOTES, UNREAD
from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import card_losses as rows
from vcardsvc.vcard import losses, profile
from vcardsvc.vcard.adapt_card import photo_fits
from vcardsvc.vcard.card_losses import NOT_SHOWN, NOT_SHOWN_IN_V40
from vcardsvc.vcard.card_text import card_text
from vcardsvc.vcard.losses import LossKind

NAMES: Final = (
    Property(name="N", value=(("Smith",), ("Ann",), (), (), ())),
    Property(name="FN", value="Ann Smith"),
)
FRAME: Final = {"BEGIN:VCARD", "N:Smith;Ann;;;", "FN:Ann Smith", "END:VCARD", ""}


def lines_of(target: Target, *properties: Property, version: Version | None = None) -> list[str]:
    """The lines of the target's card with these properties, without frame and names, unfolded."""
    chosen = profile(target, version or "")
    octets = b"".join(card_text(Card(properties=(*NAMES, *properties)), chosen)[0])
    lines = octets.decode().replace("\r\n ", "").split("\r\n")
    return [line for line in lines if line not in FRAME and not line.startswith("VERSION:")]


def losses_of(
    target: Target, *properties: Property, version: Version | None = None
) -> list[tuple[str, int, str]]:
    """The losses of the target's card with these properties: name, index, reason."""
    chosen = profile(target, version or "")
    _, found = card_text(Card(properties=(*NAMES, *properties)), chosen)
    return [(loss.name, loss.index, loss.reason) for loss in found]


def tel(*types: str, value: str = "5550100", label: str = "", pref: int = 0) -> Property:
    """A number with these types."""
    return Property(name="TEL", value=value, types=types, label=label, pref=pref)


NUMBERS: Final = {
    "work": tel("work", "voice"),
    "home": tel("home"),
    "mobile": tel("cell", "voice"),
    "fax": tel("fax"),
    "home fax": tel("home", "fax"),
    "pager": tel("pager"),
    "main": tel("main"),
    "none": tel(),
    "car": tel("car"),
    "work mobile": tel("work", "cell"),
    "unknown": tel("hotline"),
    "own": tel("cell", label="Support"),
    "apple": tel(label="Mobile"),
}
"""A number of each kind."""

TYPES: Final[dict[Target, dict[str, str]]] = {
    "apple": {
        "work": ";TYPE=WORK,VOICE",
        "home": ";TYPE=HOME,VOICE",
        "mobile": ";TYPE=CELL,VOICE",
        "fax": ";TYPE=WORK,FAX",
        "home fax": ";TYPE=HOME,FAX",
        "pager": ";TYPE=PAGER",
        "main": ";TYPE=MAIN",
        "none": "",
        "car": ";TYPE=CAR",
        "work mobile": ";TYPE=WORK,CELL",
        "unknown": ";TYPE=HOTLINE",
        "own": ";TYPE=CELL",
        "apple": "",
    },
    "android": {
        "work": ";TYPE=WORK,VOICE",
        "home": ";TYPE=HOME,VOICE",
        "mobile": ";TYPE=CELL",
        "fax": ";TYPE=FAX,WORK",
        "home fax": ";TYPE=HOME,FAX",
        "pager": ";TYPE=PAGER",
        "main": ";TYPE=PREF",
        "none": ";TYPE=VOICE",
        "car": ";TYPE=CAR",
        "work mobile": ";TYPE=CELL",
        "unknown": ";TYPE=VOICE",
        "own": ";TYPE=X-Support",
        "apple": ";TYPE=CELL",
    },
    "outlook": {
        "work": ";TYPE=WORK,VOICE",
        "home": ";TYPE=HOME,VOICE",
        "mobile": ";TYPE=CELL",
        "fax": ";TYPE=WORK,FAX",
        "home fax": ";TYPE=HOME,FAX",
        "pager": ";TYPE=PAGER",
        "main": ";TYPE=PREF",
        "none": "",
        "car": ";TYPE=CAR",
        "work mobile": ";TYPE=CELL",
        "unknown": ";TYPE=VOICE",
        "own": ";TYPE=CELL",
        "apple": ";TYPE=CELL",
    },
    "whatsapp": {
        "work": ";type=WORK;type=VOICE",
        "home": ";type=HOME;type=VOICE",
        "mobile": ";type=CELL;type=VOICE",
        "fax": ";type=FAX;type=WORK",
        "home fax": ";type=HOME;type=FAX",
        "pager": ";type=PAGER",
        "main": ";type=X-Main",
        "none": "",
        "car": ";type=X-Other",
        "work mobile": ";type=CELL;type=VOICE",
        "unknown": ";type=X-Other",
        "own": ";type=X-Support;type=CELL",
        "apple": ";type=CELL;type=VOICE",
    },
    "telegram": {
        "work": ";WORK",
        "home": ";HOME",
        "mobile": ";CELL",
        "fax": ";FAX",
        "home fax": ";HOME;FAX",
        "pager": ";PAGER",
        "main": ";MAIN",
        "none": "",
        "car": ";OTHER",
        "work mobile": ";CELL",
        "unknown": ";OTHER",
        "own": ";CELL",
        "apple": ";CELL",
    },
    "signal": {
        "work": ";TYPE=WORK,VOICE",
        "home": ";TYPE=HOME",
        "mobile": ";TYPE=CELL,VOICE",
        "fax": ";TYPE=FAX",
        "home fax": ";TYPE=HOME,FAX",
        "pager": ";TYPE=PAGER",
        "main": ";TYPE=MAIN",
        "none": "",
        "car": ";TYPE=CAR",
        "work mobile": ";TYPE=WORK,CELL",
        "unknown": ";TYPE=HOTLINE",
        "own": ";TYPE=X-Support,CELL",
        "apple": ";TYPE=X-Mobile",
    },
}
"""The TYPE of each number for each target."""


@pytest.mark.parametrize(
    ("target", "kind", "types"),
    [(target, kind, types) for target, of in TYPES.items() for kind, types in of.items()],
)
def test_a_number_has_the_types_that_its_reader_shows(
    target: Target, kind: str, types: str
) -> None:
    """Whatever program wrote them."""
    (line, *_) = [each for each in lines_of(target, NUMBERS[kind]) if "TEL" in each]
    assert line.removeprefix("item1.") == f"TEL{types}:5550100"


SPELLED: Final[list[tuple[Target, Property, list[str]]]] = [
    ("apple", tel(label="Support"), ["item1.TEL:5550100", "item1.X-ABLabel:Support"]),
    ("whatsapp", tel(value="+1 650 253 0000"), ["TEL;waid=16502530000:+1 650 253 0000"]),
    ("android", tel(value="555-0100 x12"), ["TEL;TYPE=VOICE:555-0100p12"]),
    (
        "android",
        Property(name="EMAIL", value="a@b.example", types=("work",), label="Own"),
        ["EMAIL;TYPE=X-Own:a@b.example"],
    ),
    (
        "android",
        Property(name="URL", value="http://e.example", kind="uri", label="My; own"),
        ["X-ANDROID-CUSTOM:vnd.android.cursor.item/website;http://e.example;0;My\\\\\\; own"],
    ),
    (
        "android",
        Property(name="RELATED", value="Bert", types=("spouse",)),
        ["X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Bert;14"],
    ),
    (
        "android",
        Property(name="RELATED", value="Bert", types=("colleague",)),
        ["X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Bert;0;Colleague"],
    ),
    (
        "android",
        Property(name="X-ABDATE", value="20000514", kind="date-and-or-time", label="Met"),
        ["X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2000-05-14;0;Met"],
    ),
    (
        "android",
        Property(name="ANNIVERSARY", value="--0514", kind="date-and-or-time"),
        ["ANNIVERSARY:--05-14"],
    ),
    (
        "android",
        Property(name="IMPP", value="aim:a%20b", kind="uri", params=(("SERVICE-TYPE", ("AIM",)),)),
        ["X-AIM:a b"],
    ),
    (
        "outlook",
        Property(name="ANNIVERSARY", value="20000514", kind="date-and-or-time"),
        ["X-MS-ANNIVERSARY:20000514"],
    ),
    (
        "outlook",
        Property(name="RELATED", value="Bert", types=("spouse",)),
        ["X-MS-SPOUSE:Bert"],
    ),
    (
        "outlook",
        Property(name="URL", value="http://e.example", kind="uri", types=("home",)),
        ["URL;TYPE=HOME:http://e.example"],
    ),
    (
        "whatsapp",
        Property(name="URL", value="http://e.example", kind="uri", label="Blog"),
        ["URL;type=BLOG:http://e.example"],
    ),
    (
        "apple",
        Property(name="URL", value="http://e.example/a;b", kind="uri"),
        ["item1.URL:http://e.example/a%3Bb", "item1.X-ABLabel:_$!<HomePage>!$_"],
    ),
    ("telegram", Property(name="NOTE", value="a\nb", group="g"), ["NOTE:a, b"]),
    (
        "qr",
        Property(name="URL", value="http://e.example", kind="uri", label="Blog"),
        ["URL:http://e.example"],
    ),
    (
        "mms",
        Property(name="PHOTO", value=Binary(data=JPEG, media_type="image/jpeg"), kind="binary"),
        [f"PHOTO;ENCODING=b;TYPE=JPEG:{coded(JPEG)}"],
    ),
]


@pytest.mark.parametrize(("target", "prop", "lines"), SPELLED)
def test_a_property_is_spelled_as_its_reader_takes_it(
    target: Target, prop: Property, lines: list[str]
) -> None:
    """Labels, websites, dates, relations and chats."""
    assert lines_of(target, prop) == lines


LOST: Final[list[tuple[Target, Property, LossKind]]] = [
    ("outlook", tel("work", "cell"), rows.TYPES_LOST),
    ("android", tel("cell", label="Own"), rows.TYPES_BESIDE_LABEL),
    ("telegram", tel(label="Own"), rows.LABEL_LOST),
    ("android", tel(value="555-0100 x12"), losses.EXTENSION_ANDROID),
    ("android", tel(value="none"), losses.WORDS_ANDROID),
    ("whatsapp", tel(), losses.NO_WAID),
    ("apple", Property(name="UID", value="1"), losses.UID_APPLE),
    ("qr", Property(name="UID", value="1"), losses.UID_LOST),
    ("qr", Property(name="PRODID", value="1"), rows.NO_ROOM),
    (
        "apple",
        Property(name="URL", value="http://e.example/a;b", kind="uri", label="Own"),
        rows.WEBSITE_ENCODED,
    ),
    ("apple", Property(name="PHOTO", value="http://e.example", kind="uri"), rows.PHOTO_LINK),
    (
        "apple",
        Property(name="PHOTO", value=Binary(data=b"x", media_type="image/webp"), kind="binary"),
        rows.PHOTO_FORMAT,
    ),
    (
        "outlook",
        Property(
            name="PHOTO", value=Binary(data=b"x" * 36_001, media_type="image/png"), kind="binary"
        ),
        rows.PHOTO_OUTLOOK,
    ),
    (
        "telegram",
        Property(name="SOUND", value=Binary(data=b"x"), kind="binary"),
        rows.FILE_DROPPED,
    ),
    (
        "qr",
        Property(name="PHOTO", value=Binary(data=JPEG, media_type="image/jpeg"), kind="binary"),
        losses.PHOTO_QR,
    ),
    ("apple", Property(name="BDAY", value="1990", kind="date-and-or-time"), rows.DATE_APPLE),
    ("telegram", Property(name="NOTE", value="a\nb"), losses.LINES_TELEGRAM),
    ("telegram", Property(name="NOTE", value="a", group="g"), rows.GROUP_UNREAD),
    ("signal", Property(name="NOTE", value="a"), losses.UNREAD_SIGNAL),
]


@pytest.mark.parametrize(("target", "prop", "kind"), LOST)
def test_what_a_reader_loses_is_named(target: Target, prop: Property, kind: LossKind) -> None:
    """The property in the card, and why."""
    assert losses_of(target, prop) == [(prop.name, 0, kind.reason)]


SHOWN_NOT: Final = [
    (target, name, kind) for target, of in NOT_SHOWN.items() for name, kind in of.items()
]


@pytest.mark.parametrize(("target", "name", "kind"), SHOWN_NOT)
def test_a_property_that_a_reader_does_not_show_is_named(
    target: Target, name: str, kind: LossKind
) -> None:
    """A row for each reader and property; it is written all the same where there is room."""
    prop = Property(name=name, value="19900514", types=("kin",) if name == "RELATED" else ())
    if target == "outlook" or name != "RELATED":
        assert losses_of(target, prop)[-1] == (name, 0, kind.reason)
    written = lines_of(target, prop)
    assert bool(written) == (kind.code == UNREAD)
    assert kind.code in (UNREAD, DROPPED)


@pytest.mark.parametrize("name", NOT_SHOWN_IN_V40["apple"])
def test_apple_knows_its_own_names_alone(name: str) -> None:
    """Those of 4.0 have no place in its contacts."""
    prop = Property(name=name, value="https://e.example", kind="uri")
    assert (name, 0, rows.APPLE_V30_ALONE.reason) in losses_of("apple", prop, version="4.0")


def test_every_row_has_a_code_of_the_catalogue_and_its_own_reason() -> None:
    """A reason says one thing."""
    kinds = [kind for kind in vars(rows).values() if isinstance(kind, LossKind)]
    kinds += rows.V40_PARAMETERS.values()
    assert {kind.code for kind in kinds} <= {code for code, _ in NOTES}
    assert len({kind.reason for kind in kinds}) == len(kinds)


def test_a_readers_order_is_kept() -> None:
    """What has no place in it stands first: Telegram takes a line with N behind N for the name."""
    properties = (
        tel("cell"),
        Property(name="NOTE", value="x"),
        Property(name="BDAY", value="19900514", kind="date-and-or-time"),
    )
    chosen = profile("telegram")
    octets = b"".join(card_text(Card(properties=(*NAMES, *properties)), chosen)[0])
    names = [line.split(b":")[0].split(b";")[0] for line in octets.split(b"\r\n")]
    assert names[2:-2] == [b"BDAY", b"NOTE", b"N", b"FN", b"TEL"]


def test_outlook_keeps_as_many_numbers_as_it_has_places() -> None:
    """As for a contact of ours: further ones stand as others, or are dropped."""
    numbers = [tel("cell", value=str(at)) for at in range(4)]
    assert lines_of("outlook", *numbers) == [
        "TEL;TYPE=CELL:0",
        "TEL;TYPE=VOICE:1",
        "TEL;TYPE=PREF:2",
    ]
    assert losses_of("outlook", *numbers) == [
        ("TEL", 1, losses.PHONE_LABEL_OUTLOOK.reason),
        ("TEL", 2, losses.PHONE_LABEL_OUTLOOK.reason),
        ("TEL", 3, losses.PHONES_OUTLOOK.reason),
    ]


def test_the_second_main_number_has_a_label_on_android() -> None:
    """PREF is its one default number."""
    assert lines_of("android", tel("main"), tel("main", value="5550101")) == [
        "TEL;TYPE=PREF:5550100",
        "TEL;TYPE=X-Main:5550101",
    ]


@pytest.mark.parametrize(
    ("photo", "octets", "fits"),
    [
        (Binary(data=JPEG, media_type="image/jpeg"), len(JPEG), True),
        (Binary(data=JPEG, media_type="image/jpeg"), len(JPEG) - 1, False),
        (Binary(data=GIF, media_type="image/gif"), 1_000, True),
        (Binary(data=b"x", media_type="image/webp"), 1_000, False),
    ],
)
def test_photos_of_usual_formats_fit_as_they_are(photo: Binary, octets: int, *, fits: bool) -> None:
    """Others are drawn anew."""
    assert photo_fits(photo, octets) == fits


@pytest.mark.parametrize("version", ["2.1", "4.0"])
def test_the_name_of_a_card_inside_is_a_relation(version: Version) -> None:
    """It is spelled as the reader takes relations, and the rest of that card is named."""
    agent = Property(name="AGENT", value="BEGIN:VCARD\nFN:Bo\nEND:VCARD", kind="vcard")
    assert lines_of("outlook", agent, version=version) == ["X-MS-ASSISTANT:Bo"]
    assert ("AGENT", 0, rows.AGENT_NAMED.reason) in losses_of("outlook", agent, version=version)


def test_apple_shows_no_scheme_of_a_number() -> None:
    """Its cards of 4.0 have the number itself, with a pause before the extension."""
    number = Property(name="TEL", value="tel:+16502530000;ext=12", kind="uri", types=("work",))
    assert lines_of("apple", number, version="4.0") == ["TEL;TYPE=WORK:+16502530000p12"]


@pytest.mark.parametrize("target", ["android", "outlook"])
def test_the_first_company_and_title_are_kept(target: Target) -> None:
    """A second one is another entry to Android, and none to Outlook."""
    twice = [Property(name="ORG", value=((text,),)) for text in "ab"]
    twice += [Property(name="TITLE", value=text) for text in "cd"]
    assert lines_of(target, *twice) == ["TITLE:c", "ORG:a"]
    _, found = card_text(Card(properties=(*NAMES, *twice)), profile(target))
    assert [(loss.name, loss.index, loss.code) for loss in found] == [
        ("ORG", 1, DROPPED),
        ("TITLE", 1, DROPPED),
    ]


def test_apple_gets_one_note() -> None:
    """It keeps the last alone, so the first holds all of them."""
    notes = tuple(Property(name="NOTE", value=text) for text in "ab")
    assert lines_of("apple", *notes) == ["NOTE:a\\nb"]
    _, found = card_text(Card(properties=(*NAMES, *notes)), profile("apple"))
    assert [(loss.name, loss.index, loss.code) for loss in found] == [("NOTE", 1, JOINED)]


def test_no_photo_follows_what_android_would_add_it_to() -> None:
    """Android 5 to 7.1 appends a folded line behind N, ADR or ORG to it."""
    photo = Property(name="PHOTO", kind="binary", value=Binary(data=JPEG, media_type="image/jpeg"))
    home = Property(name="ADR", value=((), (), ("1 Main St",), (), (), (), ()))
    octets = b"".join(card_text(Card(properties=(*NAMES, photo, home)), profile("android"))[0])
    lines = [line for line in octets.decode().split("\r\n") if line[:1] != " "]
    names = [line.partition(":")[0].partition(";")[0] for line in lines]
    assert names == ["BEGIN", "VERSION", "N", "ADR", "FN", "PHOTO", "END", ""]


@pytest.mark.parametrize("target", ["universal", "apple", "mms"])
@pytest.mark.parametrize(
    ("value", "is_named"),
    [
        ("1990", True),
        ("19900514T102200", True),
        ("19900514T102200+0200", True),
        ("19900514T102200Z", False),
        ("19900514", False),
    ],
)
def test_a_date_that_apple_drops_is_named(target: Target, value: str, is_named: bool) -> None:
    """It knows a day, and a time in UTC."""
    date = Property(name="BDAY", value=value, kind="date-and-or-time")
    named = [("BDAY", 0, rows.DATE_APPLE.reason)] if is_named else []
    assert losses_of(target, date) == named


def test_what_nobody_shows_is_left_out_for_telegram() -> None:
    """Its bytes are for what it shows; a lost label is named."""
    unknown = Property(name="X-FOO", value="1", kind="unknown")
    labelled = Property(name="BDAY", value="19900514", kind="date-and-or-time", label="Own")
    assert lines_of("telegram", unknown, labelled) == ["BDAY:1990-05-14"]
    assert losses_of("telegram", unknown, labelled) == [
        ("X-FOO", 0, rows.TELEGRAM_SHOWS_NOT.reason),
        ("BDAY", 0, rows.LABEL_LOST.reason),
    ]


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_what_jscontact_alone_says_stays_in_4_0(version: Version) -> None:
    """Without its pointer, which older versions have not, it means nothing."""
    prop = Property(name="JSPROP", value="1", params=(("JSPTR", ("example.com:a",)),))
    assert lines_of("universal", prop, version=version) == []
    assert losses_of("universal", prop, version=version) == [("JSPROP", 0, rows.JSPROP_LOST.reason)]
    assert len(lines_of("universal", prop, version="4.0")) == 1


def test_a_label_that_no_word_of_a_reader_says_is_named() -> None:
    """An iPhone is one more mobile; a link that is no website has a label too."""
    number = tel(label="iPhone")
    link = Property(name="URL", kind="uri", value="ftp://a.example", label="Files")
    assert lines_of("telegram", number, link) == ["TEL;CELL:5550100", "URL:ftp://a.example"]
    assert losses_of("telegram", number, link) == [
        ("TEL", 0, rows.TYPES_LOST.reason),
        ("URL", 0, losses.WEBSITE_LABEL_TELEGRAM.reason),
    ]


DE: Final = (("LANGUAGE", ("de",)),)
SPOUSE_AND_FRIEND: Final = Property(
    name="RELATED", value="Jane", types=("spouse", "friend"), params=DE
)
LABELLED_DATE: Final = Property(
    name="X-ABDATE", value="19900514", kind="date-and-or-time", label="Exam", params=DE
)
LABELLED_SITE: Final = Property(
    name="URL", value="http://e.example", kind="uri", label="Blog", types=("work", "x"), params=DE
)
LABELLED_ANNIVERSARY: Final = Property(
    name="ANNIVERSARY", value="19900514", kind="date-and-or-time", label="Lab", params=DE
)


@pytest.mark.parametrize(
    ("target", "prop", "kinds"),
    [
        ("android", SPOUSE_AND_FRIEND, [rows.TYPES_UNSAID, rows.PARAMETER_UNSAID]),
        ("outlook", SPOUSE_AND_FRIEND, [rows.TYPES_UNSAID]),
        ("android", LABELLED_DATE, [rows.PARAMETER_UNSAID]),
        ("android", LABELLED_SITE, [rows.TYPES_UNSAID, rows.PARAMETER_UNSAID]),
        ("outlook", LABELLED_ANNIVERSARY, [rows.LABEL_UNSAID]),
        ("android", Property(name="RELATED", value="Jo", types=("parent",), label="Mother"), []),
        ("android", Property(name="RELATED", value="Jo", label="Boss"), []),
        ("android", Property(name="RELATED", value="Jo", pref=1), [rows.PARAMETER_UNSAID]),
        ("outlook", Property(name="RELATED", value="Jo", types=("agent",)), []),
    ],
)
def test_what_another_form_has_no_place_for_is_named(
    target: Target, prop: Property, kinds: list[LossKind]
) -> None:
    """Types, the label and parameters that neither the name nor the value says."""
    assert losses_of(target, prop) == [(prop.name, 0, kind.reason) for kind in kinds]


@pytest.mark.parametrize("target", ["qr", "telegram"])
def test_every_identity_is_named_where_there_is_no_room(target: Target) -> None:
    """The first one with the reason of contacts, the others as what no reader shows."""
    found = losses_of(target, *(Property(name="UID", value=value) for value in "ab"))
    assert found == [("UID", 0, losses.UID_LOST.reason), ("UID", 1, rows.NO_ROOM.reason)]
