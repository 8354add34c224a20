"""Any octets are read as cards of the model or refused; clean cards alike in both ways."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from tests.support.mutated_cards import mutated
from vcardsvc.model.card import LISTS, STRUCTURED, Binary, Card, Property
from vcardsvc.vcard.parser.heads import CONTROLS
from vcardsvc.vcard.parser.octets import as_octets
from vcardsvc.vcard.parser.read_file import NotACard
from vcardsvc.vcard.parser.reader import _cards, _thorough_cards, read_cards


@examples(3000)
@given(mutated())
def test_clean_cards_are_read_alike_in_both_ways(data: bytes) -> None:
    """Cards and problems are the same whether a card is read in one pass or thoroughly."""
    octets, _ = as_octets(data, "")
    assert list(_cards(octets, "")) == list(_thorough_cards(octets, 1, ""))


@examples(2000)
@given(mutated() | st.binary(max_size=200), st.sampled_from(("", "utf-8", "koi8-r", "utf-16", "x")))
def test_any_octets_are_read_or_refused(data: bytes, charset: str) -> None:
    """Whatever a file holds, each property is of the model, and each problem has its place."""
    try:
        file = read_cards(data, charset)
    except NotACard:
        return
    assert any(card.properties for card in file.cards)
    for card in file.cards:
        assert is_of_the_model(card)
    for problem in file.problems:
        assert -1 <= problem.card < len(file.cards)
        assert 1 <= problem.line <= len(data) + 1


def is_of_the_model(card: Card) -> bool:
    """Whether every property has the kind of value that its name demands, and no control."""
    return all(map(has_its_value, card.properties))


def has_its_value(one: Property) -> bool:
    """Whether the value of a property is of its name and free of control characters."""
    value = one.value
    if isinstance(value, Binary):
        return one.kind == "binary" and bool(value.data)
    if one.name in STRUCTURED:
        return all(isinstance(part, tuple) and all(map(is_clean, part)) for part in value)
    if one.name in LISTS:
        return isinstance(value, tuple) and all(map(is_clean, value))
    return is_clean(value)


def is_clean(text: object) -> bool:
    """Whether this is a text without control characters but tab and LF."""
    return isinstance(text, str) and not CONTROLS.search(text)
