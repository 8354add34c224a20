"""Properties of every program become those of vCard 4.0."""

from typing import Any

import pytest
from msgspec.structs import replace

from vcardsvc.model.card import Binary, Property, Value
from vcardsvc.vcard.parser.reader import read_cards

EMPTY: Value = ((),) * 7
STREET: Value = ((), (), ("Main St",), (), (), (), ())


def one(name: str, value: Value, **others: Any) -> Property:
    """A property without its line."""
    return Property(name=name, value=value, **others)


def date(name: str, value: str, **others: Any) -> Property:
    """A date without its line."""
    return Property(name=name, value=value, kind="date-and-or-time", **others)


def uri(name: str, value: str, **others: Any) -> Property:
    """A URI without its line."""
    return Property(name=name, value=value, kind="uri", **others)


def service(name: str) -> dict[str, Any]:
    """The parameter of a chat's or profile's service."""
    return {"params": (("SERVICE-TYPE", (name,)),)}


def read(text: str, version: str) -> tuple[Property, ...]:
    """The properties of a card with these lines, without their lines and a problem."""
    data = f"BEGIN:VCARD\nVERSION:{version}\n{text}\nEND:VCARD\n".encode()
    file = read_cards(data)
    assert file.problems == ()
    return tuple(replace(each, line=0) for each in file.cards[0].properties)


PARAMETERS = [
    ("TEL;HOME;VOICE;PREF:1", one("TEL", "1", types=("home", "voice"), pref=1)),
    ("TEL;TYPE=HOME,VOICE;TYPE=home:1", one("TEL", "1", types=("home", "voice"))),
    ('TEL;TYPE="home,voice":1', one("TEL", "1", types=("home", "voice"))),
    ("TEL;PREF=7;TYPE=PREF:1", one("TEL", "1", pref=7)),
    ("TEL;PREF=0:1", one("TEL", "1", params=(("PREF", ("0",)),))),
    ("TEL;PREF=2,TYPE=HOME:1", one("TEL", "1", types=("home",), pref=2)),
    ("TEL;CELL=:1", one("TEL", "1", types=("cell",))),
    ("TEL;X-Main:1", one("TEL", "1", label="Main")),
    ("TEL;TYPE=X-Main,X-Night:1", one("TEL", "1", label="Main", types=("x-night",))),
    ('TEL;TYPE="X-Sales, EMEA":1', one("TEL", "1", label="Sales, EMEA")),
    ("EMAIL;TYPE=INTERNET,WORK:a@b.c", one("EMAIL", "a@b.c", types=("work",))),
    ("ORG;SORT-AS=a^nb^^c^';LANGUAGE=en:A", one(
        "ORG", (("A",),), params=(("SORT-AS", ('a\nb^c"',)), ("LANGUAGE", ("en",))))),
    ("X-A;VALUE=INTEGER;Z_Y=1,\"2,3\":4", one(
        "X-A", "4", kind="integer", params=(("Z-Y", ("1", "2,3")),))),
    ("X-A;VALUE=odd:4", one("X-A", "4", kind="unknown", params=(("VALUE", ("odd",)),))),
    ("X-A;VALUE=URI:a\\,b", uri("X-A", "a,b")),
    ("X-A;VALUE=URI:data:image/gif;base64,R0lGODlh", one(
        "X-A", Binary(data=b"GIF89a", media_type="image/gif"), kind="binary")),
    ("X-A;VALUE=DATE:1990-05-14", date("X-A", "19900514")),
    ("X-A;VALUE=UTC-OFFSET:-05:00", one("X-A", "-0500", kind="utc-offset")),
    ("X-A;ENCODING=QUOTED-PRINTABLE:a=0Ab\\,", one("X-A", "a\\nb\\,", kind="unknown")),
]  # fmt: skip

VALUES = [
    ("N:Smith;John", one("N", (("Smith",), ("John",), (), (), ()))),
    ("N:Smith;John;Philip,Paul;;", one("N", (("Smith",), ("John",), ("Philip", "Paul"), (), ()))),
    ("N:a;b;c;d;e;f;g;h,i", one(
        "N", (("a",), ("b",), ("c",), ("d",), ("e",), ("f",), ("g", "h", "i")))),
    ("N:O\\,Hara\\;x;,,;;;;;", one("N", (("O,Hara;x",), (), (), (), ()))),
    ("ORG:A, B;C;;", one("ORG", (("A, B",), ("C",)))),
    ("GENDER:;it\\;them", one("GENDER", ((), ("it;them",)))),
    ("CLIENTPIDMAP:1;urn:uuid:5", one("CLIENTPIDMAP", (("1",), ("urn:uuid:5",)))),
    ("NICKNAME:a\\,b,,c", one("NICKNAME", ("a,b", "c"))),
    ("TEL:tel:+1-2", uri("TEL", "tel:+1-2")),
    ("TEL;VALUE=uri:+1 2", one("TEL", "+1 2")),
    ("UID:urn:uuid:5", uri("UID", "urn:uuid:5")),
    ("UID:5", one("UID", "5")),
    ("URL: www.example.com ", uri("URL", "www.example.com")),
    ("URL;VALUE=TEXT:a\\nb", one("URL", "a\nb")),
    ("URL:http\\://a\\\\\\,b\\c", uri("URL", "http://a,b\\c")),
    ("BIRTHPLACE;VALUE=uri:geo:1,2", uri("BIRTHPLACE", "geo:1,2")),
    ("GEO:37.38;-122.08", uri("GEO", "geo:37.38,-122.08")),
    ("GEO:-122.08,37.38", uri("GEO", "geo:37.38,-122.08")),
    ("GEO:geo:1,2", uri("GEO", "geo:1,2")),
    ("GEO:somewhere", one("GEO", "somewhere")),
    ("TZ:-05:00", one("TZ", "-0500", kind="utc-offset")),
    ("TZ:-05:00;EST;Raleigh", one("TZ", "-05:00;EST;Raleigh")),
    ("TZ;VALUE=URI:https://a.b/tz", uri("TZ", "https://a.b/tz")),
    ("LANG:en-GB", one("LANG", "en-GB", kind="language-tag")),
    ("BDAY;VALUE=text:circa\\, 1800", one("BDAY", "circa, 1800")),
    ("BDAY:May", one("BDAY", "May")),
    ("BDAY;X-APPLE-OMIT-YEAR=1604;A=b:1604-05-14", date("BDAY", "--0514", params=(("A", ("b",)),))),
    ("REV:2020-01-02", one("REV", "2020-01-02")),
    ("PHOTO;TYPE=JPEG:http\\://a/b.jpg", uri("PHOTO", "http://a/b.jpg", types=("jpeg",))),
    ("AGENT;VALUE=uri:cid:5", uri("AGENT", "cid:5")),
    ("AGENT:Max", one("AGENT", "Max")),
]  # fmt: skip

DIALECT = [
    ("X-AIM;HOME:John Doe", uri("IMPP", "aim:John%20Doe", types=("home",), **service("AIM"))),
    ("X-JABBER:xmpp:a@b.c", uri("IMPP", "xmpp:a@b.c", **service("Jabber"))),
    ("X-GOOGLE-TALK:a@b.c", uri("IMPP", "xmpp:a@b.c", **service("GoogleTalk"))),
    ("X-ICQ:1\nIMPP;X-SERVICE-TYPE=ICQ:icq:1", uri("IMPP", "icq:1", **service("ICQ"))),
    ("X-SOCIALPROFILE;TYPE=HOME;TYPE=GitHub:zoe", one(
        "SOCIALPROFILE", "zoe", types=("home",), **service("GitHub"))),
    ("X-GENDER:Male", one("GENDER", (("M",),))),
    ("X-GENDER:fluid", one("GENDER", ((), ("fluid",)))),
    ("X-WAB-GENDER:2", one("GENDER", (("M",),))),
    ("GENDER:F\nX-GENDER:Female\nX-WAB-GENDER:1", one("GENDER", (("F",),))),
    ("X-NICKNAME:Jo", one("NICKNAME", ("Jo",))),
    ("X-ABShowAs:PERSON", one("X-ABSHOWAS", "PERSON")),
    ("X-MANAGER:Eva", one("RELATED", "Eva", label="Manager")),
    ("X-CHILDREN:Eva", one("RELATED", "Eva", types=("child",))),
    ("a.X-ABRELATEDNAMES:Eva\na.X-ABLabel:_$!<Friend>!$_", one(
        "RELATED", "Eva", types=("friend",))),
    ("X-ANNIVERSARY:2001-02-03\nANNIVERSARY:20010203", date("ANNIVERSARY", "20010203")),
    ("X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2001-02-03;2;;",
        date("X-ABDATE", "20010203", label="Other")),
    ("X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;A\\\\\\;B;7;;", one(
        "RELATED", "A;B", label="Manager")),
    *((f"X-ANDROID-CUSTOM:vnd.android.cursor.item/{row}", one(
        "X-ANDROID-CUSTOM", f"vnd.android.cursor.item/{row}", kind="unknown")) for row in (
            "relation;Eva;99;;", "relation;Eva;5;x", "nickname;Nick;1;;x;y;z", "nickname;Nick;3",
            "contact_event;2001-01-01;9")),
    ("X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2001-01-01;1;x", date(
        "ANNIVERSARY", "20010101", label="x")),
    ("X-ANNIVERSARY;TYPE=x-foo:2001-01-01", date("ANNIVERSARY", "20010101", label="foo")),
    ("a.X-SPOUSE:Eva\na.X-ABLABEL:L", one("RELATED", "Eva", types=("spouse",), label="L")),
    ("a.X-MANAGER:Eva\na.X-ABLABEL:L", one("RELATED", "Eva", types=("x-manager",), label="L")),
    ("GENDER:M;a;b,c", one("GENDER", (("M",), ("a;b,c",)))),
    ("PHOTO;VALUE=uri:x", one("PHOTO", "x")),
    ("X-GENDER;VALUE=uri:a:b", one("GENDER", ((), ("a:b",)))),
    ("X-NICKNAME;VALUE=uri:a:b", one("NICKNAME", ("a:b",))),
    ("LABEL;VALUE=uri:a:b", one("ADR", EMPTY, params=(("LABEL", ("a:b",)),))),
    ("X-ANDROID-CUSTOM:vnd.android.cursor.item/website;http://a;5;;", one(
        "X-ANDROID-CUSTOM", "vnd.android.cursor.item/website;http://a;5;;", kind="unknown")),
    ("a.TEL:1\nA.X-ABLABEL:_$!<Main>!$_", one("TEL", "1", label="Main")),
    ("a.TEL;TYPE=X-Own:1\na.X-ABLABEL:Shop", one("TEL", "1", label="Shop", types=("x-own",))),
    ("a.TEL:1", one("TEL", "1", group="a")),
    ("X-ABLABEL:Shop", one("X-ABLABEL", "Shop")),
    ("a.ADR:;;Main St\na.X-ABADR:us", one("ADR", STREET, params=(("CC", ("US",)),))),
    ("LABEL;HOME:Main St", one("ADR", EMPTY, types=("home",), params=(("LABEL", ("Main St",)),))),
    ("ADR;LABEL=x:", one("ADR", EMPTY, params=(("LABEL", ("x",)),))),
    ("SORT-STRING:Smith", one("SORT-STRING", "Smith")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [*PARAMETERS, *VALUES, *DIALECT])
def test_a_property_is_read_in_terms_of_4_0(text: str, expected: Property) -> None:
    """One line, or one and what belongs to it, is one property."""
    assert read(text, "3.0") == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("N:Smith, Jones;John", one("N", (("Smith, Jones",), ("John",), (), (), ()))),
        ("N:a\\;b;c\\\\", one("N", (("a;b",), ("c\\",), (), (), ()))),
        ("N;ENCODING=QUOTED-PRINTABLE:a=3Bb;=5C;", one("N", (("a;b",), ("\\",), (), (), ()))),
        ("NOTE:C:\\new", one("NOTE", "C:\\new")),
        ("ADR;DOM;PARCEL:;;a,b", one(
            "ADR", ((), (), ("a,b",), (), (), (), ()), types=("dom", "parcel"))),
        ("PHOTO;URL:http://a/b", uri("PHOTO", "http://a/b")),
    ],
)  # fmt: skip
def test_a_property_of_2_1_is_read_in_terms_of_4_0(text: str, expected: Property) -> None:
    """2.1 has bare types, no lists in components, and escapes in components alone."""
    assert read(text, "2.1") == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a.X-ABDATE:2001-01-01\na.X-ABLABEL:Anniversary\nb.X-ABDATE:2002-02-02\n"
            "b.X-ABLABEL:Anniversary",
            (date("ANNIVERSARY", "20010101"), date("X-ABDATE", "20020202", label="Anniversary")),
        ),
        (
            "BDAY:1990-05-14\nX-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1991-05-14;3;",
            (date("BDAY", "19900514"), date("X-ABDATE", "19910514", label="Birthday")),
        ),
        ("X-SPOUSE:A\nX-SPOUSE:A", (one("RELATED", "A", types=("spouse",)),) * 2),
        ("GENDER:F\nX-GENDER:male", (one("GENDER", (("F",),)), one("X-GENDER", "male"))),
        (
            "a.TEL:1\na.URL:http://b\na.X-ABLABEL:One\na.X-ABLABEL:Two",
            (
                one("TEL", "1", group="a", label="Two"),
                uri("URL", "http://b", group="a", label="Two"),
                one("X-ABLABEL", "One"),
            ),
        ),
        (
            "a.ADR;CC=FR:;;Main St\na.X-ABADR:us",
            (
                one("ADR", STREET, group="a", params=(("CC", ("FR",)),)),
                one("X-ABADR", "us", group="a"),
            ),
        ),
        (
            "N;SORT-AS=x:a\nSORT-STRING:y",
            (
                one("N", (("a",), (), (), (), ()), params=(("SORT-AS", ("x",)),)),
                one("SORT-STRING", "y"),
            ),
        ),
        (
            "ADR;HOME:;;Main St\nLABEL;HOME;LANGUAGE=en:One\nLABEL;HOME:Two",
            (
                one("ADR", STREET, types=("home",), params=(
                    ("LABEL", ("One",)), ("LANGUAGE", ("en",)))),
                one("ADR", EMPTY, types=("home",), params=(("LABEL", ("Two",)),)),
            ),
        ),
        (
            "ADR;LANGUAGE=de:;;Main St\nLABEL;LANGUAGE=en:One",
            (
                one("ADR", STREET, params=(("LANGUAGE", ("de",)),)),
                one("ADR", EMPTY, params=(("LABEL", ("One",)), ("LANGUAGE", ("en",)))),
            ),
        ),
        (
            "a.TEL:1\na.X-ABLABEL;LANGUAGE=de:L",
            (
                one("TEL", "1", group="a"),
                one("X-ABLABEL", "L", group="a", params=(("LANGUAGE", ("de",)),)),
            ),
        ),
        (
            "N:a\nSORT-STRING;LANGUAGE=de:aaa",
            (
                one("N", (("a",), (), (), (), ())),
                one("SORT-STRING", "aaa", params=(("LANGUAGE", ("de",)),)),
            ),
        ),
        (
            "IMPP:aim:a\nX-AIM;X-A=b:a",
            (
                uri("IMPP", "aim:a"),
                uri("IMPP", "aim:a", params=(("SERVICE-TYPE", ("AIM",)), ("X-A", ("b",)))),
            ),
        ),
        (
            "ANNIVERSARY:2001-01-01\nX-ANNIVERSARY;TYPE=x-b:2001-01-01",
            (date("ANNIVERSARY", "20010101"), date("X-ABDATE", "20010101", label="b")),
        ),
        ("N:;;;;\nFN:\nORG:;\nNICKNAME:,\nTEL;HOME:\nPHOTO:", (one("N", ((),) * 5),)),
    ],
)  # fmt: skip
def test_no_value_is_lost_beside_another(text: str, expected: tuple[Property, ...]) -> None:
    """What a card may have once stays as it is the second time; empty values are left out."""
    assert read(text, "3.0") == expected
