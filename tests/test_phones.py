"""Phone numbers: which become E.164, which stay as typed."""

import random

import phonenumbers
import pytest

from tests.asking import line, notes, order, request
from vcardsvc.phones import e164
from vcardsvc.rules import Policy

INTERNATIONAL = [
    ("+16502530000", "+16502530000"),
    ("+1 (650) 253-0000", "+16502530000"),
    ("0016502530000", "+16502530000"),
    ("\uff0b16502530000", "+16502530000"),
    ("+44 (0)20 7946 0958", "+442079460958"),
    ("+1 800 FLOWERS", "+18003569377"),  # all numbers of this plan have one length
    ("+49\u00a030\u2011901820", "+4930901820"),  # a blank and a hyphen that do not break
    ("+39 06 698 12345", "+390669812345"),  # Italy keeps its zero
    ("+1 650 253 0000 x12", "+16502530000p12"),
    ("+1 650 253 0000 ext. 12", "+16502530000p12"),
    ("+16502530000;ext=12", "+16502530000p12"),
    ("+16502530000,,12", "+16502530000p12"),
    ("+٤٤٢٠٧٩٤٦٠٩٥٨", "+442079460958"),
]

KEPT = [
    "10000000000",
    "020 7946 0958",
    "011 44 20 7946 0958",  # an exchange's own way abroad needs a region
    "+999123",  # no such country
    "+1 650",  # too short to be valid
    "+16502530000 or +442079460958",
    "+16502530000;phone-context=+44",
    "+49 30 901820 fax",  # phonenumbers would dial the word
    "0049 30 901820 fax",
    "+43 1 58801 home",
    "+49 30 90 18 20 call me",
    "+49 30 901820 DW 12",  # and glue a second number onto the first
    "+49 30 901820*12",
    "+49 30 901820/21",
    "+1 650 253 0000 / x 5551234",
    "+16502530000x1x2",
    "p+16502530000",
    "ask at the desk",
    "1-800-FLOWERS",
    "+1 650 253 0000" + " " * 20 + "ext 12345",  # over 40 characters: kept, unparsed
]


@pytest.mark.parametrize(("typed", "written"), INTERNATIONAL)
def test_a_valid_international_number_is_written_in_e164(typed: str, written: str) -> None:
    """A number that starts with + or 00 and is valid is written in E.164, and noted."""
    asked = request(phone=[{"number": typed}])
    assert line(asked, "TEL") == f"TEL;TYPE=WORK,VOICE:{written}"
    assert notes(asked) == ([] if typed == written else [("phone/0/number", "e164")])


@pytest.mark.parametrize("typed", KEPT)
def test_any_other_number_is_kept_as_typed(typed: str) -> None:
    """Without + or 00 and without a region a number is never guessed into a country."""
    (phone,) = order(request(phone=[{"number": typed}])).contact.phones
    assert (phone.number, phone.e164) == (typed, None)


REGIONS = [
    ("US", "2125550100", "+12125550100"),
    ("US", "(212) 555-0100 x7", "+12125550100p7"),
    ("GB", "020 7946 0958", "+442079460958"),
    ("GB", "2125550100", None),
    ("US", "+44 20 7946 0958", "+442079460958"),
    ("US", "44 20 7946 0958", None),  # never guessed into another country
    ("US", "911", None),
]


@pytest.mark.parametrize(("region", "typed", "written"), REGIONS)
def test_a_region_reads_numbers_without_plus(region: str, typed: str, written: str | None) -> None:
    """With default_region set any number valid there is written in E.164."""
    assert e164(typed, region) == written


def test_a_region_without_numbers_is_refused_at_start() -> None:
    """A default region that no telephone numbers are known of is the operator's mistake."""
    with pytest.raises(ValueError, match="XX"):
        Policy(region="XX")


def _slowly(number: str) -> str | None:
    """What phonenumbers alone makes of it."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def test_a_number_of_any_country_is_what_phonenumbers_says() -> None:
    """The short way to E.164 and the library's own agree on numbers of every country and type."""
    source = random.Random(4711)
    numbers = set()
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            for kind in phonenumbers.PhoneNumberType.values():
                example = phonenumbers.example_number_for_type(region, kind)
                if example is not None:
                    numbers.add(phonenumbers.format_number(example, 0))
        numbers |= {f"+{code}{source.randrange(10**size)}" for size in range(4, 13)}
        numbers |= {f"+{code}{lead}{source.randrange(10**9)}" for lead in ("0", "1", "8", "15")}
    assert len(numbers) > 3000
    wrong = {number for number in numbers if e164(number, "") != _slowly(number)}
    assert wrong == set()
    assert sum(e164(number, "") is not None for number in numbers) > 900
