"""Cards of many programs are read into the same terms."""

import pytest

from tests.support.dialect_cards import DIALECTS, Dialect
from vcardsvc.vcard.parser.read_file import ReadFile
from vcardsvc.vcard.parser.reader import read_cards


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name.split(":")[0])
def test_a_card_of_a_program_is_read_in_terms_of_4_0(dialect: Dialect) -> None:
    """Every value is read, with its kind, its types, its label and its line."""
    assert read_cards(dialect.octets) == ReadFile(cards=dialect.cards)
