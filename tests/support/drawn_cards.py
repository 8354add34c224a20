"""Cards in canonical terms that Hypothesis draws: what any reader may give."""

from functools import partial
from typing import Any, Final

from hypothesis import strategies as st
from msgspec import structs

from vcardsvc.model.card import Binary, Card, Property, ValueType
from vcardsvc.vcard.jscontact_card import normal
from vcardsvc.vcard.kinds import counted

NONCHARACTERS: Final = "".join(
    map(
        chr,
        (*range(0xFDD0, 0xFDF0), *(each for each in range(0x110000) if each & 0xFFFE == 0xFFFE)),
    )
)
"""What neither XML nor I-JSON holds."""
CHARACTERS: Final = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=NONCHARACTERS)
TEXT: Final = st.text(CHARACTERS, max_size=12) | st.sampled_from(
    ["a;b,c\\d", "two\nlines", "\ttab ", '"quoted" ^n', "<&>]]>", "item1", "true", "Jr.", "李小龙"]
)
FILLED: Final = TEXT.filter(bool)
URI: Final = st.sampled_from(
    ["https://example.com/a?b=c#d", "urn:uuid:dea511a7-60c7-5e5b-8aa3-4c98ceb1662c", "tel:+1-555",
     "geo:37.38,-122.08", "xmpp:a@example.com", "mailto:a@example.com", "data:,x", "about:blank"]
)  # fmt: skip
DATE: Final = st.sampled_from(
    ["19900514", "1990-05", "1990", "--0514", "--05", "---14", "19900514T102200Z", "T1022",
     "19900514T1022-0500", "--0514T10"]
)  # fmt: skip
MOMENT: Final = st.sampled_from(["20240229T235960Z", "19900514T102200Z", "20240101T10+01"])
OFFSET: Final = st.sampled_from(["-0500", "+0530", "+01", "+0000", "+1200"])
TAG: Final = st.sampled_from(["de", "en-GB", "zh-Hant-TW"])
GROUP: Final = st.sampled_from(["item1", "g", "home-2"])
PREF: Final = st.integers(1, 100)

TYPES: Final = {
    "TEL": ["work", "home", "cell", "voice", "fax", "pager", "main-number", "text", "car"],
    "RELATED": ["spouse", "friend", "child", "agent", "x-boss"],
    "ADR": ["work", "home", "billing", "delivery", "dom"],
}
GIVEN: Final = [
    ("ALTID", "1"), ("CC", "DE"), ("CC", "de"), ("CREATED", "20240101T000000Z"),
    ("GEO", "geo:1,2"), ("INDEX", "3"), ("LABEL", "two\nlines"), ("LANGUAGE", "de"),
    ("LEVEL", "expert"), ("LEVEL", "high"), ("MEDIATYPE", "text/html"), ("PID", "1.1"),
    ("PROP-ID", "a1"), ("PROP-ID", "phone-1"), ("SERVICE-TYPE", "Mastodon"),
    ("SORT-AS", "Smith"), ("TZ", "Europe/Berlin"), ("TZ", "-0500"), ("USERNAME", "@a"),
    ("X-FOO", ""), ("X-FOO", "a,b;c:d\"^'"),
]  # fmt: skip
PARAMS: Final = st.lists(st.sampled_from(GIVEN), max_size=3, unique_by=lambda pair: pair[0]).map(
    lambda pairs: tuple((name, (text,)) for name, text in pairs)
)


def components(*sizes: int) -> st.SearchStrategy[tuple[tuple[str, ...], ...]]:
    """Values of so many components; an empty text is no component's only one."""
    part = st.lists(TEXT, max_size=2).map(lambda texts: () if texts == [""] else tuple(texts))
    return st.sampled_from(sizes).flatmap(
        lambda size: st.lists(part, min_size=size, max_size=size).map(tuple)
    )


UNITS: Final = st.lists(FILLED.map(lambda text: (text,)) | st.just(()), min_size=1, max_size=3).map(
    tuple
)
LIST: Final = st.lists(FILLED, min_size=1, max_size=3).map(tuple)
BINARY: Final = st.builds(
    Binary, data=st.binary(max_size=30), media_type=st.sampled_from(["image/jpeg", "audio/ogg"])
)

NO_LINK: Final = TEXT.filter(lambda text: ":" not in text)
LINK: Final = URI.filter(lambda uri: not uri.startswith("data:"))

Values = tuple[ValueType, st.SearchStrategy[Any]]

ROWS: Final[list[tuple[str, list[Values]]]] = [
    ("FN NOTE TITLE ROLE EMAIL EXPERTISE HOBBY INTEREST PRONOUNS KIND PRODID X-FOO GRAMGENDER "
     "X-PHONETIC-FIRST-NAME X-PHONETIC-LAST-NAME BIRTHPLACE DEATHPLACE WORKPLACE",
     [("text", TEXT)]),
    ("URL IMPP CALURI FBURL CALADRURI SOURCE ORG-DIRECTORY CONTACT-URI MEMBER GEO X-LINK",
     [("uri", LINK)]),
    ("TEL RELATED", [("text", NO_LINK), ("uri", URI)]),
    ("SOCIALPROFILE", [("uri", URI), ("text", FILLED)]),
    ("BDAY ANNIVERSARY DEATHDATE", [("date-and-or-time", DATE), ("text", TEXT)]),
    ("X-ABDATE", [("date-and-or-time", DATE)]),
    ("REV CREATED", [("timestamp", MOMENT), ("text", TEXT)]),
    ("LANG LANGUAGE", [("language-tag", TAG)]),
    ("TZ", [("utc-offset", OFFSET), ("text", st.just("Europe/Berlin")), ("text", TEXT)]),
    ("N", [("text", components(5, 7).map(partial(counted, "N")))]),
    ("ADR", [("text", components(7, 18).map(partial(counted, "ADR")))]),
    ("ORG", [("text", UNITS.map(partial(counted, "ORG")))]),
    ("GENDER", [("text", UNITS.map(lambda value: counted("GENDER", value[:2])))]),
    ("NICKNAME CATEGORIES", [("text", LIST)]),
    ("PHOTO LOGO SOUND KEY", [("binary", BINARY), ("uri", LINK)]),
    ("X-NUMBER", [("integer", st.sampled_from(["5", "-1", "05"])),
                  ("float", st.sampled_from(["1.5", "1e5", "x"]))]),
    ("X-FLAG", [("boolean", st.sampled_from(["true", "FALSE"]))]),
    ("X-ODD", [("unknown", TEXT)]),
    ("AGENT", [("vcard", st.just("BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n")),
               ("text", TEXT)]),
]  # fmt: skip
"""Names, and what types and values their properties have; WORKPLACE is in no RFC."""

VALUES: Final = {name: kinds for names, kinds in ROWS for name in names.split()}


@st.composite
def properties(draw: st.DrawFn) -> Property:
    """Any property, with whatever may stand beside its value."""
    name = draw(st.sampled_from(sorted(VALUES)))
    kind, values = draw(st.sampled_from(VALUES[name]))
    types = st.lists(st.sampled_from(TYPES.get(name, ["work", "home", "x-boat"])), max_size=3)
    plain = draw(st.booleans())
    return Property(
        name=name,
        kind=kind,
        value=draw(values),
        types=() if plain else tuple(dict.fromkeys(draw(types))),
        pref=0 if plain else draw(st.just(0) | PREF),
        label="" if plain else draw(st.just("") | FILLED),
        params=() if plain else draw(PARAMS),
        group="" if plain else draw(st.just("") | GROUP),
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Any card: an identity, and properties of which those of a group share their label."""
    uid = draw(URI | st.just("crm 4711"))
    first = Property(name="UID", value=uid, kind="uri" if ":" in uid else "text")
    drawn = [first, *draw(st.lists(properties(), max_size=8))]
    groups: dict[str, list[Property]] = {}
    for each in drawn:
        groups.setdefault(each.group, []).append(each)
    listed = []
    for each in drawn:
        members = groups[each.group]
        if each.group and len(members) == 1 and each.label:
            each = structs.replace(each, group="")
        elif each.group:
            each = structs.replace(each, label=members[0].label)
        listed.append(each)
    return Card(properties=tuple(listed))


def unordered(card: Card) -> list[Property]:
    """The properties as every form keeps them: JSContact has an order of its own, and N without
    a word is none."""
    kept = (each for each in card.properties if each.name != "N" or any(each.value))  # type: ignore[arg-type]
    return sorted(map(normal, kept), key=repr)
