"""A card goes through any other form and comes back equal."""

from collections.abc import Callable
from itertools import permutations
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.canonical_cards import LINE, TEXT, canonical_cards
from tests.support.drawn_cards import cards, unordered
from tests.support.hypothesis_profiles import examples
from vcardsvc.model.card import Card, CardLoss, Property
from vcardsvc.model.request import Version
from vcardsvc.vcard import profile
from vcardsvc.vcard.card_text import version_text, with_full_name
from vcardsvc.vcard.jcard import jcard
from vcardsvc.vcard.jscontact import jscontact
from vcardsvc.vcard.parser.jcard import read_jcard
from vcardsvc.vcard.parser.jscontact import read_jscontact
from vcardsvc.vcard.parser.read_file import ReadFile
from vcardsvc.vcard.parser.reader import read_cards
from vcardsvc.vcard.parser.xcard import read_xcard
from vcardsvc.vcard.xcard import xcard


class Form(NamedTuple):
    """A form: how a card is written in it, and what it does not hold; how it is read."""

    write: Callable[[Card], tuple[bytes, tuple[CardLoss, ...]]]
    read: Callable[[bytes], ReadFile]


def _text(version: Version) -> Form:
    def write(card: Card) -> tuple[bytes, tuple[CardLoss, ...]]:
        chunks, losses = version_text(card, profile("universal", version))
        return b"".join(chunks), losses

    return Form(write, read_cards)


def _document(write: Callable[[Card], Any], read: Callable[[bytes], ReadFile]) -> Form:
    def written(card: Card) -> tuple[bytes, tuple[CardLoss, ...]]:
        document, losses = write(card)
        return document.octets, losses

    return Form(written, read)


FORMS: Final = {
    "3.0": _text("3.0"),
    "4.0": _text("4.0"),
    "jCard": _document(jcard, read_jcard),
    "xCard": _document(xcard, read_xcard),
    "JSContact": _document(jscontact, read_jscontact),
}
PAIRS: Final = tuple(permutations(FORMS, 2))
DOCUMENTS: Final = tuple(permutations(("jCard", "xCard", "JSContact"), 2))
"""The forms that hold anything; text has no empty values, for one."""


def _through(card: Card, form: Form) -> Card | None:
    """The card as the form gives it back; None where the form cannot hold it."""
    octets, losses = form.write(with_full_name(card))
    if losses:
        return None
    file = form.read(octets)
    assert file.problems == ()
    (read,) = file.cards
    return read


def comes_back(card: Card, pair: tuple[str, str]) -> None:
    """Write the card in the first form, read it, and send what was read through the second and
    the first again: it is equal."""
    first, second = (FORMS[name] for name in pair)
    if (read := _through(card, first)) is None:
        return
    if (between := _through(read, second)) is None:
        return
    assert unordered(between) == unordered(read), pair
    again = _through(between, first)
    assert again is not None
    assert unordered(again) == unordered(read), pair


PART: Final = st.lists(LINE, max_size=2).map(tuple)
MORE: Final = st.one_of(
    st.builds(
        Property,
        name=st.just("GENDER"),
        value=st.sampled_from([(("F",),), (("M",), ("Fellow",)), ((), ("it; is, so",))]),
    ),
    st.builds(
        Property,
        name=st.just("TZ"),
        value=st.sampled_from(["Europe/Berlin", "Raleigh/North America", "it's late; or not"]),
    ),
    st.builds(
        Property,
        name=st.just("CLIENTPIDMAP"),
        value=st.sampled_from([(("1",), ("urn:uuid:3df403f4-5924-4bb7-b077-3c711d9eb34b",))]),
    ),
    st.builds(
        Property,
        name=st.sampled_from(["NOTE", "TITLE", "ROLE", "X-BAR"]),
        value=TEXT,
        params=st.sampled_from([(("LANGUAGE", ("de",)),), (("X-FOO", ("a;b", "c")),)]),
    ),
    st.builds(
        Property,
        name=st.just("EMAIL"),
        value=LINE,
        pref=st.sampled_from([0, 1]),
        params=st.sampled_from(
            [(("ALTID", ("1",)), ("PID", ("1.1",))), (("PROP-ID", ("e1",)),), ()]
        ),
    ),
    st.builds(
        Property,
        name=st.just("ADR"),
        value=st.sampled_from([7, 11, 18]).flatmap(
            lambda count: st.lists(PART, min_size=count - 1, max_size=count - 1).map(
                lambda parts: (*parts, ("end",))
            )
        ),
        params=st.sampled_from([(("CC", ("DE",)),), (("LABEL", ("two\nlines, so",)),), ()]),
    ),
)


def _once(each: Property) -> object:
    """A gender and a time zone stand once in a card, others as often as they like."""
    return each.name if each.name in ("GENDER", "TZ") else id(each)


@st.composite
def fuller_cards(draw: st.DrawFn) -> Card:
    """A canonical card with an identity, a longer name, and what has a row of its own above."""
    card = draw(canonical_cards())
    kept = [each for each in card.properties if each.name not in ("UID", "N")]
    count = draw(st.sampled_from([5, 6, 7]))
    name = (("Family",), *draw(st.lists(PART, min_size=count - 1, max_size=count - 1)))
    uid = Property(name="UID", kind="uri", value="urn:uuid:00000000-0000-5000-8000-000000000000")
    more = draw(st.lists(MORE, max_size=5, unique_by=_once))
    return structs.replace(card, properties=(uid, Property(name="N", value=name), *kept, *more))


@pytest.mark.timeout(900)
@examples(10_000, share=5)
@given(card=canonical_cards() | fuller_cards(), pair=st.sampled_from(PAIRS))
def test_a_card_comes_back_through_any_other_form(card: Card, pair: tuple[str, str]) -> None:
    """Every ordered pair of forms that can hold the card."""
    uid = Property(name="UID", kind="uri", value="urn:uuid:00000000-0000-5000-8000-000000000000")
    others = tuple(each for each in card.properties if each.name != "UID")
    comes_back(Card(properties=(uid, *others)), pair)


@pytest.mark.timeout(900)
@examples(10_000, share=5)
@given(card=cards(), pair=st.sampled_from(DOCUMENTS))
def test_any_card_comes_back_through_any_other_form(card: Card, pair: tuple[str, str]) -> None:
    """The same of cards with anything beside a value."""
    comes_back(card, pair)
