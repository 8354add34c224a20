"""Any card is the same after jCard, xCard and JSContact, and any bytes get an answer of their
readers."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.drawn_cards import cards, unordered
from tests.support.hypothesis_profiles import examples
from vcardsvc.model.card import Card
from vcardsvc.vcard.jcard import jcard, jcards
from vcardsvc.vcard.jscontact import jscontact, jscontacts
from vcardsvc.vcard.jscontact_entries import BY_MEMBER
from vcardsvc.vcard.parser.jcard import read_jcard
from vcardsvc.vcard.parser.jscontact import read_jscontact
from vcardsvc.vcard.parser.read_file import NotACard, ReadFile
from vcardsvc.vcard.parser.xcard import read_xcard
from vcardsvc.vcard.xcard import PARAMETERS, xcard, xcards

many = examples(10_000, share=5)


@pytest.mark.timeout(900)
@many
@given(cards())
def test_any_card_comes_back_from_jcard(drawn: Card) -> None:
    """The way to jCard and back changes nothing."""
    written, losses = jcard(drawn)
    assert losses == ()
    assert read_jcard(written.octets) == ReadFile(cards=(drawn,))


def ordered(card: Card) -> Card:
    """The card with its parameters in the order of xCard's grammar."""

    def place(param: tuple[str, Any]) -> int:
        return PARAMETERS.index(param[0]) if param[0] in PARAMETERS else len(PARAMETERS)

    return Card(
        properties=tuple(
            structs.replace(each, params=tuple(sorted(each.params, key=place)))
            for each in card.properties
        )
    )


@pytest.mark.timeout(900)
@many
@given(cards())
def test_any_card_comes_back_from_xcard(drawn: Card) -> None:
    """The way to xCard and back changes the order of parameters alone."""
    written, losses = xcard(drawn)
    assert losses == ()
    assert read_xcard(written.octets) == ReadFile(cards=(ordered(drawn),))


@pytest.mark.timeout(900)
@many
@given(cards())
def test_any_card_comes_back_from_jscontact(drawn: Card) -> None:
    """The way to JSContact and back changes orders alone, and the second way changes nothing."""
    written, losses = jscontact(drawn)
    assert losses == ()
    read = read_jscontact(written.octets)
    assert read.problems == ()
    assert unordered(read.cards[0]) == unordered(drawn)
    again = read_jscontact(jscontact(read.cards[0])[0].octets)
    assert unordered(again.cards[0]) == unordered(drawn)


NAMES: Final = st.sampled_from(
    ["@type", "version", "uid", "name", "full", "components", "kind", "value", "phonetic", "units",
     "number", "address", "features", "contexts", "pref", "label", "uri", "user", "date", "utc",
     "year", "month", "place", "relation", "vCardParams", "vCardProps", "vCardName", "group",
     "type", "phone-1", "a/b~c", "localizations", "members", "keywords", "speakToAs", "pronouns",
     "author", "sortAs", "timeZone", "coordinates", *(one.split("/")[0] for one in BY_MEMBER)]
)  # fmt: skip
SCALARS: Final[st.SearchStrategy[Any]] = (
    st.sampled_from(
        [None, True, False, 0, -1, 1, 1e300, "", "a", "text", "uri", "date", "Card", "2.0", "given",
         "birth", "Timestamp", "data:;base64,", "tel:1", "\x00", "\ufffe", "\r", "fn", "n", "adr",
         "jsprop", "x-ablabel", "1990-05-14", "vcard", [], {}, [[""]], 10**30]
    )
    | st.text(max_size=5)
)  # fmt: skip
VALUES: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=30,
)
PROPERTY: Final = st.tuples(
    st.sampled_from(["fn", "n", "adr", "x-a", "jsprop", "x-ablabel", "tel", "photo", "bday"]),
    st.dictionaries(NAMES, SCALARS, max_size=3),
    st.sampled_from(["text", "uri", "date", "boolean", "x"]),
    VALUES,
).map(list)
MEMBERS: Final = st.dictionaries(
    NAMES, st.dictionaries(NAMES, VALUES, max_size=3) | VALUES, max_size=5
)


def answered(read: Callable[[bytes], ReadFile], octets: bytes) -> None:
    """The octets are read, or refused in a sentence; what is read can be written in every form, and
    comes back from JSContact."""
    try:
        file = read(octets)
    except NotACard as refusal:
        assert str(refusal).startswith("This is no ")  # noqa: PT017
        return
    for write in (jcards, xcards, jscontacts):
        write(file.cards)
    for card in file.cards:
        read_jscontact(jscontact(card)[0].octets)


@examples(1000)
@given(st.lists(PROPERTY | VALUES, max_size=5) | VALUES)
def test_any_jcard_is_answered(properties: Any) -> None:
    """No value in a jCard raises another exception."""
    answered(read_jcard, json.dumps(["vcard", properties]).encode())


@examples(1000)
@given(MEMBERS, st.lists(PROPERTY | VALUES, max_size=3))
def test_any_jscontact_is_answered(members: dict[str, Any], properties: list[Any]) -> None:
    """No value in a Card raises another exception."""
    card = {"vCardProps": properties, **members, "@type": "Card"}
    answered(read_jscontact, json.dumps(card).encode())


TAGS: Final = st.sampled_from(
    ["<n>", "</n>", "<fn>", "</fn>", "<text>", "</text>", "<uri/>", "<group name='a'>", "</group>",
     "<parameters>", "</parameters>", "<type>", "</type>", "a", "&amp;", "&#1;", "<x-ablabel>b"
     "</x-ablabel>", "<vcard>", "</vcard>", "<a.b/>", "<!--c-->", "<![CDATA[d]]>", "<?e?>", "&f;"]
)  # fmt: skip


@examples(1000)
@given(st.lists(TAGS, max_size=15).map("".join))
def test_any_xcard_is_answered(text: str) -> None:
    """No element in a <vcard> raises another exception."""
    answered(read_xcard, f"<vcards><vcard>{text}</vcard></vcards>".encode())


@pytest.mark.parametrize("read", [read_jcard, read_xcard, read_jscontact])
@examples(500)
@given(
    octets=st.binary(max_size=50) | st.text(alphabet='[]{}<>"/vcard:,', max_size=50).map(str.encode)
)
def test_any_bytes_are_answered(read: Callable[[bytes], ReadFile], octets: bytes) -> None:
    """No bytes raise another exception."""
    answered(read, octets)
