"""jCard, xCard and JSContact as other programs write them: what is read, and what is named."""

import json
from typing import Any

import pytest

from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.vcard.jcard import jcards
from vcardsvc.vcard.jscontact import jscontact, jscontacts
from vcardsvc.vcard.parser.jcard import read_jcard
from vcardsvc.vcard.parser.jscontact import read_jscontact
from vcardsvc.vcard.parser.read_file import NotACard, ReadProblem
from vcardsvc.vcard.parser.typed import OVER
from vcardsvc.vcard.parser.xcard import read_xcard
from vcardsvc.vcard.xcard import xcards

JCARDS: list[tuple[list[Any], Property]] = [
    (["fn", {}, "text", "J"], Property(name="FN", value="J")),
    (
        ["n", {"language": "de"}, "text", ["Doe", ["J", "K"], "", "", ""]],
        Property(
            name="N", value=(("Doe",), ("J", "K"), (), (), ()), params=(("LANGUAGE", ("de",)),)
        ),
    ),
    (
        ["N", {}, "text", "Doe;Jane"],
        Property(name="N", value=(("Doe",), ("Jane",), (), (), ())),
    ),
    (["org", {}, "text", "A"], Property(name="ORG", value=(("A",),))),
    (["org", {}, "text", "A", "B"], Property(name="ORG", value=(("A",), ("B",)))),
    (["org", {}, "text", ["A", "B"]], Property(name="ORG", value=(("A",), ("B",)))),
    (["nickname", {}, "text", "A", "B"], Property(name="NICKNAME", value=("A", "B"))),
    (
        ["bday", {}, "date", "1990-05-14"],
        Property(name="BDAY", value="19900514", kind="date-and-or-time"),
    ),
    (["bday", {}, "text", "May"], Property(name="BDAY", value="May")),
    (["bday", {}, "date", "1990-13-14"], Property(name="BDAY", value="1990-13-14")),
    (
        ["rev", {}, "timestamp", "2024-01-02T03:04:05Z"],
        Property(name="REV", value="20240102T030405Z", kind="timestamp"),
    ),
    (["tz", {}, "utc-offset", "-05:00"], Property(name="TZ", value="-0500", kind="utc-offset")),
    (["x-flag", {}, "boolean", True], Property(name="X-FLAG", value="true", kind="boolean")),
    (["x-n", {}, "integer", 5], Property(name="X-N", value="5", kind="integer")),
    (
        ["photo", {}, "uri", "data:image/gif;base64,R0lG"],
        Property(name="PHOTO", value=Binary(data=b"GIF", media_type="image/gif"), kind="binary"),
    ),
    (
        ["photo", {}, "uri", "data:image/gif;base64,R0l"],
        Property(name="PHOTO", value="data:image/gif;base64,R0l", kind="uri"),
    ),
    (
        ["email", {"type": ["WORK", "internet", "pref", "work"]}, "text", "a@b"],
        Property(name="EMAIL", value="a@b", types=("work",), pref=1),
    ),
    (
        ["tel", {"pref": 101, "group": "g"}, "uri", "tel:1"],
        Property(name="TEL", value="tel:1", kind="uri", group="g"),
    ),
    (["note", {}, "text", "a\r\nb\rc"], Property(name="NOTE", value="a\nb\nc")),
    (["x-foo", {}, "strange", "a"], Property(name="X-FOO", value="a", kind="unknown")),
    (["x-foo", {}, "text", ["b", "c"]], Property(name="X-FOO", value="b;c")),
    (["nickname", {}, "text", ["a", "b"]], Property(name="NICKNAME", value=("a", "b"))),
    (
        ["n", {}, "text", ["D", "", "", "", "", "E"]],
        Property(name="N", value=(("D",), (), (), (), (), ("E",))),
    ),
    (["gender", {}, "text", ["M", ["a", "b"]]], Property(name="GENDER", value=(("M",), ("a,b",)))),
    (["uid", {}, "text", "urn:uuid:x"], Property(name="UID", value="urn:uuid:x")),
    (
        ["tel", {"Type": "cell", "type": "work"}, "text", "1"],
        Property(name="TEL", value="1", types=("cell", "work")),
    ),
    (
        ["tel", {"type": ["x-Shop", "x-b"]}, "text", "1"],
        Property(name="TEL", value="1", types=("x-shop", "x-b")),
    ),
    (
        ["tel", {"x-ablabel": ["a", "b"]}, "text", "1"],
        Property(name="TEL", value="1", params=(("X-ABLABEL", ("a", "b")),)),
    ),
    (
        ["photo", {"mediatype": "image/gif"}, "uri", "data:;base64,AAAA"],
        Property(name="PHOTO", value=Binary(data=b"\0\0\0", media_type="image/gif"), kind="binary"),
    ),
    (
        ["bday", {"x-apple-omit-year": "1804"}, "date", "1804-05-14"],
        Property(name="BDAY", value="--0514", kind="date-and-or-time"),
    ),
    # What programs have instead of a property of 4.0
    (
        ["x-skype", {}, "unknown", "a"],
        Property(name="IMPP", value="skype:a", kind="uri", params=(("SERVICE-TYPE", ("Skype",)),)),
    ),
    (
        ["impp", {"x-service-type": "AIM"}, "uri", "aim:a"],
        Property(name="IMPP", value="aim:a", kind="uri", params=(("SERVICE-TYPE", ("AIM",)),)),
    ),
    (
        ["x-socialprofile", {"type": "Twitter", "x-user": "u"}, "unknown", "a:b"],
        Property(
            name="SOCIALPROFILE",
            value="a:b",
            kind="uri",
            params=(("SERVICE-TYPE", ("Twitter",)), ("USERNAME", ("u",))),
        ),
    ),
    (
        ["x-anniversary", {}, "unknown", "2001-02-03"],
        Property(name="ANNIVERSARY", value="20010203", kind="date-and-or-time"),
    ),
    (["x-gender", {}, "text", "female"], Property(name="GENDER", value=(("F",),))),
    (
        ["label", {"type": "home"}, "text", "1 Way"],
        Property(name="ADR", value=((),) * 7, types=("home",), params=(("LABEL", ("1 Way",)),)),
    ),
    (
        ["agent", {}, "text", "BEGIN:VCARD\nEND:VCARD"],
        Property(name="AGENT", value="BEGIN:VCARD\nEND:VCARD", kind="vcard"),
    ),
]


def read_one(*properties: Any) -> Card:
    """The card of jCard properties."""
    (card,) = read_jcard(json.dumps(["vcard", properties]).encode()).cards
    return card


@pytest.mark.parametrize(("written", "read"), JCARDS)
def test_a_property_of_jcard_is_this_property(written: list[Any], read: Property) -> None:
    """Each value type has the terms of the card model."""
    assert read_one(["version", {}, "text", "4.0"], written) == Card(properties=(read,))


def test_a_label_of_a_group_belongs_to_its_properties() -> None:
    """A group of one property and its label is no group any more; one of more properties stays."""
    label = ["x-ablabel", {"group": "G"}, "text", "_$!<Home>!$_"]
    tel, url = (["tel", {"group": "g"}, "text", "1"], ["url", {"group": "g"}, "uri", "a:b"])
    assert read_one(tel, label).properties == (Property(name="TEL", value="1", label="Home"),)
    assert read_one(tel, label, url).properties == (
        Property(name="TEL", value="1", label="Home", group="g"),
        Property(name="URL", value="a:b", kind="uri", label="Home", group="g"),
    )
    alone = Property(name="X-ABLABEL", value="_$!<Home>!$_", group="G")
    assert read_one(label).properties == (alone,)


def test_apples_label_of_a_person_is_a_relation() -> None:
    """The label comes from the group first."""
    name = ["x-abrelatednames", {"group": "g"}, "unknown", "Eva"]
    label = ["x-ablabel", {"group": "g"}, "unknown", "_$!<Sister>!$_"]
    related = Property(name="RELATED", value="Eva", types=("sibling",), label="Sister")
    assert read_one(name, label).properties == (related,)


SEVERAL: list[tuple[list[Any], list[Property]]] = [
    (["tel", {}, "uri", "tel:1", "tel:2"],
     [Property(name="TEL", value="tel:1", kind="uri"),
      Property(name="TEL", value="tel:2", kind="uri")]),
    (["bday", {}, "date", "1990-05-14", "x", ""],
     [Property(name="BDAY", value="19900514", kind="date-and-or-time"),
      Property(name="BDAY", value="x")]),
    (["org", {}, "text", ["A", "B"], ["C"]],
     [Property(name="ORG", value=(("A",), ("B",))), Property(name="ORG", value=(("C",),))]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "read"), SEVERAL)
def test_each_of_several_values_is_a_property(written: list[Any], read: list[Property]) -> None:
    """RFC 7095 section 3.3.1.3 gives them the same parameters."""
    assert read_one(written) == Card(properties=tuple(read))


def test_values_that_would_repeat_long_parameters_are_named() -> None:
    """A file grows by no more than what its parameters are long."""
    written = ["tel", {"x-a": "a" * 5000}, "text", *map(str, range(10_000))]
    file = read_jcard(json.dumps(["vcard", [written]]).encode())
    assert [each.value for each in file.cards[0].properties] == ["0", "1", "2"]
    assert [problem.text for problem in file.problems] == [OVER]


def test_a_file_of_too_many_properties_is_refused() -> None:
    """The ceiling is that of vCards."""
    written = [["tel", {}, "text", *range(1, 5001)]] * 11
    with pytest.raises(NotACard, match="over 50000 properties"):
        read_jcard(json.dumps(["vcard", written]).encode())


def test_a_jcard_of_ical_js_has_an_empty_third_part() -> None:
    """It is read; components, which a card has not, are named."""
    properties = [["fn", {}, "text", "A"]]
    for written in (["vcard", properties, []], [["vcard", properties, []]]):
        file = read_jcard(json.dumps(written).encode())
        assert file.cards == (Card(properties=(Property(name="FN", value="A"),)),)
        assert file.problems == ()
    file = read_jcard(json.dumps(["vcard", properties, [["valarm", [], []]]]).encode())
    assert [problem.place for problem in file.problems] == ["/2"]


OLDER: list[tuple[list[Any], Property]] = [
    (
        ["photo", {"encoding": "b", "type": "JPEG"}, "binary", "/9j/"],
        Property(name="PHOTO", value=Binary(data=b"\xff\xd8\xff", media_type="image/jpeg"),
                 kind="binary"),
    ),
    (["geo", {}, "float", [3.5, -2.25]], Property(name="GEO", value="geo:3.5,-2.25", kind="uri")),
    (["photo", {}, "uri", "no link"], Property(name="PHOTO", value="no link")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "read"), OLDER)
def test_values_of_3_0_in_a_jcard_get_the_terms_of_4_0(written: list[Any], read: Property) -> None:
    """ical.js writes a card of 3.0 with the value types of 3.0."""
    file = read_jcard(json.dumps(["vcard", [written], []]).encode())
    assert file.cards == (Card(properties=(read,)),)
    assert file.problems == ()


NAMED: list[tuple[Any, str]] = [
    (5, "/1/0"),
    (["fn", {}, "text"], "/1/0"),
    (["f n", {}, "text", "a"], "/1/0"),
    (["fn", [], "text", "a"], "/1/0/1"),
    (["fn", {"x": None}, "text", "a"], "/1/0/1"),
    (["fn", {}, "text", None], "/1/0/3"),
    (["fn", {}, "text", "a\x01"], "/1/0"),
    (["begin", {}, "text", "a"], "/1/0"),
    (["tel", {"pref": "500"}, "text", "1"], "/1/0"),
    (["tel", {"pref": ["1", "2"]}, "text", "1"], "/1/0"),
    (["tel", {"group": ["a", "b"]}, "text", "1"], "/1/0"),
    (["tel", {"value": "uri"}, "text", "1"], "/1/0"),
    (["tel", {"encoding": "b"}, "text", "1"], "/1/0"),
    (["tel", {"charset": "utf-8"}, "text", "1"], "/1/0"),
]


@pytest.mark.parametrize(("written", "place"), NAMED)
def test_what_cannot_be_read_is_named(written: Any, place: str) -> None:
    """A fault costs no other property, and the problem says its place."""
    note = Property(name="NOTE", value="b")
    file = read_jcard(json.dumps(["vcard", [written, ["note", {}, "text", "b"]]]).encode())
    assert file.cards[0].properties[-1] == note
    assert [problem.place for problem in file.problems] == [place]


NO_CARDS = [
    (read_jcard, b"[]"),
    (read_jcard, b"{}"),
    (read_jcard, b""),
    (read_jcard, b"\xff"),
    (read_jcard, b"[" * 100_000),
    (read_jcard, b'["vcard"]'),
    (read_xcard, b"<a/>"),
    (read_xcard, b"<vcards/>"),
    (read_xcard, b""),
    (read_xcard, b'<!DOCTYPE v [<!ENTITY a "b">]><vcards><vcard/></vcards>'),
    (read_xcard, b"<vcard>" + b"<a>" * 40 + b"</a>" * 40 + b"</vcard>"),
    (read_jscontact, b'{"@type":"Group"}'),
    (read_jscontact, b'[{"@type":"Event"}]'),
    (read_jscontact, b"5"),
]


@pytest.mark.parametrize(("read", "octets"), NO_CARDS, ids=range(len(NO_CARDS)))
def test_what_is_no_card_is_refused(read: Any, octets: bytes) -> None:
    """The sentence says what was expected, or where the file stops being JSON or XML."""
    with pytest.raises(NotACard, match=r"This is no (jCard|JSON|xCard|XML|JSContact)"):
        read(octets)


def test_xcard_is_read() -> None:
    """Groups, parameters, components, dates and texts without a value type are read."""
    file = read_xcard(
        b'<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>'
        b"<fn><text>J &amp; K</text></fn>"
        b"<n><surname>Doe</surname><given>J</given><given>K</given><suffix/></n>"
        b"<bday><date>19900514</date></bday><anniversary><time>1022</time></anniversary>"
        b"<nickname><text>a</text><text>b</text></nickname>"
        b'<group name="g"><tel><parameters><pref><integer>1</integer></pref><type><text>Work</text>'
        b"</type></parameters><uri>tel:1</uri></tel><x-ablabel><text>L</text></x-ablabel></group>"
        b"<note>plain</note><gender><sex>F</sex></gender><uid><uri>crm 1</uri></uid>"
        b"</vcard></vcards>"
    )
    assert file.problems == ()
    assert file.cards[0].properties == (
        Property(name="FN", value="J & K"),
        Property(name="N", value=(("Doe",), ("J", "K"), (), (), ())),
        Property(name="BDAY", value="19900514", kind="date-and-or-time"),
        Property(name="ANNIVERSARY", value="T1022", kind="date-and-or-time"),
        Property(name="NICKNAME", value=("a", "b")),
        Property(name="TEL", value="tel:1", kind="uri", types=("work",), pref=1, label="L"),
        Property(name="NOTE", value="plain"),
        Property(name="GENDER", value=(("F",),)),
        Property(name="UID", value="crm 1"),
    )


def test_what_xcard_cannot_say_is_named() -> None:
    """An element that is no property is named by its path."""
    file = read_xcard(b"<vcard><fn><text>J</text></fn><a.b/><x><y><z/></y></x></vcard>")
    assert file.cards[0].properties == (Property(name="FN", value="J"),)
    assert [problem.place for problem in file.problems] == ["/vcard[1]/*[2]", "/vcard[1]/*[3]"]


XCARD = "urn:ietf:params:xml:ns:vcard-4.0"
STRAY = [
    ("<fn>x<text>J</text></fn>", "/vcard[1]/*[1]"),
    ("<fn><text>J</text>x</fn>", "/vcard[1]/*[1]"),
    ("x<fn><text>J</text></fn>", "/vcard[1]"),
    ('<fn xml:lang="de"><text>J</text></fn>', "/vcard[1]/*[1]"),
    ('<fn><text a="b">J</text></fn>', "/vcard[1]/*[1]"),
    ("<fn><parameters>x</parameters><text>J</text></fn>", "/vcard[1]/*[1]"),
    ("<fn><parameters><x><text>a</text>x</x></parameters><text>J</text></fn>", "/vcard[1]/*[1]"),
    ('<fn><text>J</text></fn><a xmlns="b"><text>J</text></a>', "/vcard[1]/*[2]"),
    ('<fn><text>J</text><text xmlns="b">K</text></fn>', "/vcard[1]/*[1]"),
    ('<fn><parameters><x xmlns="b"/></parameters><text>J</text></fn>', "/vcard[1]/*[1]"),
    ('<group name="g" a="b"><fn><text>J</text></fn></group>', "/vcard[1]/*[1]"),
    ('<group name="g">x<fn><text>J</text></fn></group>', "/vcard[1]/*[1]"),
    ("<fn><text>J</text></fn></vcard><card>x</card><vcard>", "/*[2]"),
    ("<fn><text>J</text></fn></vcard>x<vcard>", "/"),
    ("<fn><text>J</text></fn><begin><text>x</text></begin>", "/vcard[1]/*[2]"),
]


@pytest.mark.parametrize(("inside", "place"), STRAY)
def test_what_no_xcard_has_is_named(inside: str, place: str) -> None:
    """Stray text, attributes and elements of other namespaces cost no property."""
    written = f'<vcards xmlns="{XCARD}"><vcard>{inside}</vcard></vcards>'
    file = read_xcard(written.encode())
    assert [each.value for each in file.cards[0].properties] == ["J"]
    assert [problem.place for problem in file.problems] == [place]


def test_each_value_of_xcard_has_its_type() -> None:
    """Several values of a property are a property each."""
    file = read_xcard(b"<vcard><tel><uri>tel:1</uri><text>2</text></tel></vcard>")
    assert file.problems == ()
    assert file.cards[0].properties == (
        Property(name="TEL", value="tel:1", kind="uri"),
        Property(name="TEL", value="2"),
    )


def test_several_cards_are_one_file() -> None:
    """Each form holds several cards, and what is no card among them is named."""
    cards = tuple(
        Card(properties=(Property(name="UID", value=text), Property(name="FN", value=text)))
        for text in "ab"
    )
    assert read_jcard(jcards(cards)[0].octets).cards == cards
    assert read_xcard(xcards(cards)[0].octets).cards == cards
    assert read_jscontact(jscontacts(cards)[0].octets).cards == cards
    assert jscontacts(cards[:1])[0] == jscontact(cards[0])[0]
    mixed = read_jcard(b'[["vcard",[["fn",{},"text","a"]]],5]')
    assert mixed.problems == (ReadProblem(card=-1, line=0, place="/1", text="This is no card."),)


JSCONTACTS: list[tuple[dict[str, Any], list[Property]]] = [
    (
        {"phones": {"p": {"@type": "Phone", "number": "tel:1", "features": {"mobile": True},
                          "contexts": {"private": True}, "pref": 2, "label": "L"}}},
        [Property(name="TEL", value="tel:1", kind="uri", types=("cell", "home"), pref=2, label="L",
                  params=(("PROP-ID", ("p",)),))],
    ),
    (
        {"name": {"components": [{"kind": "given", "value": "J", "phonetic": "ジ"},
                                 {"kind": "surname", "value": "Doe"}],
                  "phoneticScript": "Kana", "sortAs": {"surname": "D"}}},
        [Property(name="N", value=(("Doe",), ("J",), (), (), ()), params=(("SORT-AS", ("D",)),)),
         Property(name="X-PHONETIC-FIRST-NAME", value="ジ")],
    ),
    (
        {"titles": {"title-1": {"name": "Boss"}, "title-2": {"name": "Lead", "kind": "role"}}},
        [Property(name="TITLE", value="Boss"), Property(name="ROLE", value="Lead")],
    ),
    (
        {"onlineServices": {"service-1": {"service": "Mastodon", "user": "@a"},
                            "service-2": {"uri": "xmpp:a", "vCardName": "impp"}}},
        [Property(name="SOCIALPROFILE", value="@a", params=(("SERVICE-TYPE", ("Mastodon",)),)),
         Property(name="IMPP", value="xmpp:a", kind="uri")],
    ),
    (
        {"addresses": {"address-1": {"full": "1 Way", "countryCode": "US", "timeZone": "Etc/UTC"},
                       "address-2": {"coordinates": "geo:1,2"},
                       "address-3": {"timeZone": "Etc/GMT+5"}}},
        [Property(name="ADR", value=((), (), ("1 Way",), (), (), (), ()),
                  params=(("CC", ("US",)), ("TZ", ("Etc/UTC",)))),
         Property(name="GEO", value="geo:1,2", kind="uri"),
         Property(name="TZ", value="-0500", kind="utc-offset")],
    ),
    (
        {"anniversaries": {
            "anniversary-1": {"kind": "birth", "date": {"year": 1953, "month": 4, "day": 15},
                              "place": {"full": "Rome"}},
            "anniversary-2": {"kind": "death",
                              "date": {"@type": "Timestamp", "utc": "2019-10-15T23:10:00Z"}},
            "anniversary-3": {"kind": "wedding", "date": {"month": 6, "day": 1}}}},
        [Property(name="BDAY", value="19530415", kind="date-and-or-time"),
         Property(name="BIRTHPLACE", value="Rome"),
         Property(name="DEATHDATE", value="20191015T231000Z", kind="date-and-or-time"),
         Property(name="ANNIVERSARY", value="--0601", kind="date-and-or-time")],
    ),
    (
        {"speakToAs": {"grammaticalGender": "neuter",
                       "pronouns": {"pronouns-1": {"pronouns": "xe", "pref": 1}}}},
        [Property(name="GRAMGENDER", value="neuter"),
         Property(name="PRONOUNS", value="xe", pref=1)],
    ),
    (
        {"notes": {"note-1": {"note": "a", "created": "2022-11-23T15:01:32Z",
                              "author": {"name": "J"}}}},
        [Property(name="NOTE", value="a", params=(("CREATED", ("20221123T150132Z",)),
                                                  ("AUTHOR-NAME", ("J",))))],
    ),
    (
        {"relatedTo": {"urn:x:1": {"relation": {"friend": True}}},
         "personalInfo": {"expertise-1": {"kind": "expertise", "value": "a", "level": "high"}},
         "keywords": {"a": True}},
        [Property(name="CATEGORIES", value=("a",)),
         Property(name="EXPERTISE", value="a", params=(("LEVEL", ("expert",)),)),
         Property(name="RELATED", value="urn:x:1", kind="uri", types=("friend",))],
    ),
    (
        {"nicknames": {"nickname-1-1": {"name": "a"}, "nickname-1-2": {"name": "b"}},
         "vCardProps": [["x-foo", {"group": "g"}, "unknown", "bar"]]},
        [Property(name="NICKNAME", value=("a", "b")),
         Property(name="X-FOO", value="bar", kind="unknown", group="g")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("members", "read"), JSCONTACTS)
def test_members_of_jscontact_are_these_properties(
    members: dict[str, Any], read: list[Property]
) -> None:
    """Each member is mapped as RFC 9555 has it, and written again as it stood."""
    card = {"@type": "Card", "version": "2.0", "uid": "u", **members}
    file = read_jscontact(json.dumps(card).encode())
    assert file.problems == ()
    assert file.cards[0].properties == (Property(name="UID", value="u"), *read)
    again = json.loads(jscontact(file.cards[0])[0].octets)
    again.get("titles", {}).get("title-1", {}).pop("kind", None)  # it is the default
    again.get("phones", {}).get("p", {"@type": ""})["@type"] = "Phone"  # so is this
    assert again == card


UNMAPPED: dict[str, Any] = {
    "@type": "Card",
    "version": "1.0",
    "uid": "u",
    "example.com:a": {"b/c": [1, None]},
    "name": {"full": "J", "example.com:x~y": 1},
    "localizations": {"de": {"name/full": "Johann"}},
    "emails": {"e": {"address": "a@b", "example.com:z": True}},
    "phones": {"p": {"number": 5}},
}


def test_members_without_a_property_come_back() -> None:
    """They are JSPROP; what RFC 9553 does not have is named too."""
    file = read_jscontact(json.dumps(UNMAPPED).encode())
    properties = [each for each in file.cards[0].properties if each.name == "JSPROP"]
    assert {each.param("JSPTR"): each.value for each in properties} == {
        "example.com:a": '{"b/c":[1,null]}',
        "name/example.com:x~0y": "1",
        "localizations": '{"de":{"name/full":"Johann"}}',
        "emails/e/example.com:z": "true",
        "phones": '{"p":{"number":5}}',
    }
    assert [problem.place for problem in file.problems] == ["/phones/p"]
    assert json.loads(jscontact(file.cards[0], "1.0")[0].octets) == UNMAPPED


HIDING = [("phones", "{}"), ("uid", '"v"'), ("notes", "{"), ("", "1"), ("vCardProps", "[]")]


@pytest.mark.parametrize(("pointer", "value"), HIDING)
def test_a_jsprop_hides_no_property(pointer: str, value: str) -> None:
    """One that would is kept as any other property."""
    card = Card(
        properties=(
            Property(name="UID", value="u"),
            Property(name="TEL", value="1"),
            Property(name="JSPROP", value=value, params=(("JSPTR", (pointer,)),)),
        )
    )
    assert read_jscontact(jscontact(card)[0].octets).cards == (card,)


def test_empty_components_behind_the_last_are_left_out() -> None:
    """What a form reads is written in the same octets as what is read of them."""
    parts = [{"kind": "name", "value": "Noordstraat"}, {"kind": "number", "value": "54"}]
    card = {"@type": "Card", "version": "2.0", "addresses": {"a": {"components": parts}}}
    (address,) = (
        each
        for each in read_jscontact(json.dumps(card).encode()).cards[0].properties
        if each.name == "ADR"
    )
    assert isinstance(address.value, tuple)
    assert address.value[7:] == ((), (), (), ("54",), ("Noordstraat",))
    written = [
        "vcard",
        [["org", {}, "text", ["A", "", ""]], ["tel", {"type": "mobile"}, "text", "1"]],
    ]
    assert read_jcard(json.dumps(written).encode()).cards[0].properties == (
        Property(name="ORG", value=(("A",),)),
        Property(name="TEL", value="1", types=("cell",)),
    )


def test_a_pointer_is_cut() -> None:
    """A member's name is any text; a pointer in a problem is not."""
    values: list[dict[str, Any]] = [{"nicknames": {"n" * 1000: {}}}, {"n" * 1000: ["\x00"]}]
    for value in values:
        (problem,) = read_jscontact(json.dumps({"@type": "Card", **value}).encode()).problems
        assert len(problem.place) == 200


def test_members_under_a_long_name_are_kept_together() -> None:
    """Each would repeat the name in its pointer."""
    uri = "urn:" + "a" * 2000
    related = {uri: {"relation": {"friend": True}, "x": 1, "y": 2}}
    (card,) = read_jscontact(json.dumps({"@type": "Card", "relatedTo": related}).encode()).cards
    patch = card.properties[-1]
    assert patch.params == (("JSPTR", (f"relatedTo/{uri}",)),)
    assert json.loads(str(patch.value)) == related[uri]
    assert json.loads(jscontact(card)[0].octets)["relatedTo"] == related
