"""Numbers on their way to a reader that keeps digits only."""

import pytest

from tests.clocks import costing
from vcardsvc.card import carried, profile
from vcardsvc.contact import Contact, Phone

NUMBERS = [
    ("212-555-0100 ext. 123", "212-555-0100p123"),
    ("212-555-0100,,123", "212-555-0100p123"),
    ("212-555-0100;123", "212-555-0100p123"),
    ("212-555-0100;ext=123", "212-555-0100p123"),
    ("212-555-0100 p 123", "212-555-0100p123"),
    ("+49 30 901820 DW 12", "+49 30 901820p12"),
    ("+16502530000 or +442079460958", "+16502530000p442079460958"),
    ("Tel. +44 20 7946 0958", "+44 20 7946 0958"),
    ("(+44) 20 7946 0958", "+44 20 7946 0958"),
    ("1-800-FLOWERS", "1-800-3569377"),
    ("(800) 555-HELP x9", "(800) 555-4357p9"),
    ("1-800-356-9377 fax", "1-800-356-9377"),  # three more digits would be another number
    ("800-555-0100", "800-555-0100"),
    ("020 7946 0958 home", "020 7946 0958"),
    ("030 / 901820", "030 / 901820"),  # one number, as it is written in Germany
    ("*31#5550100", "*31#5550100"),
    ("020 7946 0958", "020 7946 0958"),
]


def dialled(*numbers: str) -> list[str]:
    """What Android's card has of these numbers."""
    phones = tuple(Phone(number=number) for number in numbers)
    contact, _ = carried(Contact(first="A", phones=phones), profile("android"))
    return [phone.number for phone in contact.phones]


@pytest.mark.parametrize(("typed", "written"), NUMBERS)
def test_android_dials_what_was_meant(typed: str, written: str) -> None:
    """All but digits is dropped there: a second number or an extension is never glued on."""
    assert dialled(typed) == [written]


@pytest.mark.parametrize(
    "part", [" ", ",", "1 ", "1,", "A ", "1p", "-", "((", "+", "/", " /", "1/"]
)
def test_a_number_without_end_costs_no_time(part: str) -> None:
    """However long a number is, and whatever it repeats, it is looked at a few times."""
    with costing(3.0):
        for start in ("1", "800", "1-800-F", "12345678", "+44"):
            assert len(dialled(start + part * 100_000 + "x")) == 1
