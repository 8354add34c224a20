"""The cards of the vendors' samples, in foreign readers."""

import re
from collections.abc import Callable
from typing import Final

import pytest

from tests.support.readers import Name, Reader
from tests.support.recorded_cards import plain, seen
from tests.support.vendor_cards import CARDS, FOR_ALL, cards_of, found_in

READERS: Final[tuple[Name, ...]] = ("ical", "ez", "sabre", "eds")


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_what_the_strict_reader_finds(
    reader_of: Callable[[Name], Reader], reader: Name
) -> None:
    """Every recorded card in this reader: the values of every field."""
    wrong = {
        name
        for name in FOR_ALL
        for card in cards_of(name)
        if plain(seen(reader_of(reader).card(card))) != plain(found_in(card))
    }
    assert wrong == set()


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_reads_the_cards_for_a_target_or_in_a_version(
    reader_of: Callable[[Name], Reader], reader: Name
) -> None:
    """Each reader finds the name of the sample's card, in the requested version."""
    for name in set(CARDS) - set(FOR_ALL):
        for card in cards_of(name):
            found = reader_of(reader).card(card)
            fields = dict(re.findall(r"^(FN|VERSION):(.*)\r$", card.decode(), re.MULTILINE))
            assert (found["fn"], found["version"]) == (fields["FN"], fields["VERSION"])
