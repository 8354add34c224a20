"""Cards in terms of vCard 4.0 that Hypothesis draws: as a reader gives them, and hostile ones."""

from typing import Any, Final

from hypothesis import strategies as st

from vcardsvc.model.card import Binary, Card, Property, ValueType

LETTERS: Final = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
TEXT: Final = (
    st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text.strip() == text)
    | st.text("\\;,:\"^'%=<>aé李😀\u200d\u0301", min_size=1, max_size=60)
    | st.sampled_from(("a\nb", "a, b; c: d", "C:\\new", "^n^^^'", "x" * 80, "=41=42"))
)
LINE: Final = TEXT.map(lambda text: text.replace("\n", " "))
LABEL: Final = (
    st.sampled_from(("Anniversary", "HomePage", "Mobile", "Work", "My own", 'a "b", c; d^'))
    | LINE
).map(lambda text: " ".join(text.split())).filter(
    lambda text: text and not text.lower().startswith(("x-", "_$!<"))
)  # fmt: skip
URI: Final = st.sampled_from(
    ("https://example.com/a?b=c,d;e", "urn:uuid:00000000-0000-5000-8000-000000000000", "xmpp:a@b")
)
WEBSITE: Final = st.sampled_from(
    ("https://example.com/", "http://e.example/a;b,c?d=%2C", "e.example")
)
DATE: Final = st.sampled_from(("19900514", "--0514", "1990", "1990-05", "19900514T102200Z"))
COMPONENT: Final = st.lists(TEXT, max_size=1).map(tuple)


def components(count: int) -> st.SearchStrategy[tuple[tuple[str, ...], ...]]:
    """Components of at most one text each, the first never empty."""
    rest = st.lists(COMPONENT, min_size=count - 1, max_size=count - 1)
    return st.tuples(TEXT, rest).map(lambda drawn: ((drawn[0],), *drawn[1]))


PLAIN: Final[dict[str, tuple[ValueType, st.SearchStrategy[Any]]]] = {
    "NOTE": ("text", TEXT),
    "TITLE": ("text", TEXT),
    "ROLE": ("text", TEXT),
    "ORG": ("text", st.lists(TEXT, min_size=1, max_size=3).map(lambda u: tuple((t,) for t in u))),
    "NICKNAME": ("text", st.lists(TEXT, min_size=1, max_size=3).map(tuple)),
    "CATEGORIES": ("text", st.lists(TEXT, min_size=1, max_size=3).map(tuple)),
    "URL": ("uri", WEBSITE),
    "UID": ("uri", URI),
    "REV": ("timestamp", st.just("20261122T000000Z")),
    "X-PHONETIC-FIRST-NAME": ("text", TEXT),
    "X-FOO": ("unknown", st.sampled_from(("raw\\,;va,lue", "a:b", "é"))),
    "X-BAR": ("text", TEXT),
    "IMPP": ("uri", st.sampled_from(("aim:a", "xmpp:a@b.example", "sip:a@b.example"))),
    "GEO": ("uri", st.just("geo:37.38,-122.08")),
    "TZ": ("utc-offset", st.sampled_from(("-0500", "+0530"))),
    "LANG": ("language-tag", st.just("de")),
    "PHOTO": (
        "binary",
        st.builds(
            Binary,
            data=st.binary(min_size=1, max_size=300).map(lambda octets: b"\xff\xd8\xff" + octets),
            media_type=st.just("image/jpeg"),
        ),
    ),
}
"""Properties that stand alone: their kinds and values."""


def _labelled(
    name: str, kind: ValueType, value: st.SearchStrategy[Any], types: tuple[tuple[str, ...], ...]
) -> st.SearchStrategy[Property]:
    return st.builds(
        Property,
        name=st.just(name),
        kind=st.just(kind),
        value=value,
        types=st.sampled_from(types),
        pref=st.sampled_from((0, 0, 0, 1)),
        label=st.just("") | LABEL,
    )


PROPERTIES: Final = st.one_of(
    *(
        st.builds(Property, name=st.just(name), kind=st.just(kind), value=value)
        for name, (kind, value) in PLAIN.items()
    ),
    _labelled("TEL", "text", LINE, ((), ("cell",), ("work", "voice"), ("home", "fax"), ("car",))),
    _labelled("EMAIL", "text", LINE, ((), ("work",), ("home",))),
    _labelled("ADR", "text", components(7), ((), ("work",), ("home",))),
    _labelled("URL", "uri", WEBSITE, ((), ("work",))),
    _labelled("X-ABDATE", "date-and-or-time", DATE, ((),)).filter(
        lambda date: date.label.lower() not in ("", "anniversary")
    ),
)

RELATED: Final = st.builds(
    Property,
    name=st.just("RELATED"),
    value=LINE.filter(lambda text: ":" not in text),
    types=st.sampled_from(((), ("spouse",), ("agent",), ("friend", "colleague"))),
)
SOCIAL: Final = st.builds(
    Property,
    name=st.just("SOCIALPROFILE"),
    kind=st.just("uri"),
    value=URI,
    params=st.sampled_from(((("SERVICE-TYPE", ("Twitter",)), ("USERNAME", ("a",))),)),
)
DATES: Final = st.fixed_dictionaries({}, optional={"BDAY": DATE, "ANNIVERSARY": DATE})


@st.composite
def canonical_cards(draw: st.DrawFn) -> Card:
    """A card that every version can hold, as a reader gives it."""
    names = [
        Property(name="N", value=draw(components(5))),
        Property(name="FN", value=draw(TEXT)),
    ]
    more = draw(st.lists(PROPERTIES | RELATED | SOCIAL, max_size=8))
    dates = [
        Property(name=name, kind="date-and-or-time", value=value)
        for name, value in draw(DATES).items()
    ]
    return Card(properties=(*names, *more, *dates))


WILD: Final = st.text(max_size=12) | st.sampled_from(
    (
        "\r\nEVIL:1",
        "a\nEND:VCARD",
        ":",
        ";X=1:",
        '"',
        "\x85\u2028",
        "\ud800",
        "é" * 40,
        "X-A",
        "TEL",
    )
)
WILD_PROPERTIES: Final = st.builds(
    Property,
    name=st.sampled_from(
        ("N", "FN", "ADR", "TEL", "EMAIL", "URL", "RELATED", "KIND", "GENDER", "BDAY",
         "ANNIVERSARY", "AGENT", "PHOTO", "X-FOO", "NICKNAME", "SOCIALPROFILE", "IMPP",
         "TZ", "GEO", "X-ABDATE")
    ) | WILD,
    value=WILD
    | st.lists(WILD, max_size=9).map(tuple)
    | st.lists(st.lists(WILD, max_size=3).map(tuple), max_size=20).map(tuple)
    | st.builds(Binary, data=st.binary(max_size=90), media_type=WILD),
    kind=st.sampled_from(
        ("text", "uri", "date-and-or-time", "unknown", "vcard", "binary", "utc-offset", "boolean")
    ),
    types=st.lists(WILD, max_size=3).map(tuple),
    pref=st.integers(-5, 200),
    label=WILD,
    params=st.lists(
        st.tuples(
            WILD | st.sampled_from(("LABEL", "CC", "SORT-AS", "LANGUAGE", "SERVICE-TYPE", "ALTID")),
            st.lists(WILD, max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    group=WILD,
)  # fmt: skip
WILD_CARDS: Final = st.lists(WILD_PROPERTIES, max_size=6).map(
    lambda properties: Card(properties=tuple(properties))
)
"""Cards with anything anywhere, as no reader gives them."""
