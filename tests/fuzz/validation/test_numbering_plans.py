"""The compiled numbering plans decide as phonenumbers does."""

from typing import Final

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.validation import numbering_plans
from vcardsvc.validation.phones import e164

CODES: Final = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def _examples() -> list[str]:
    """Return phonenumbers' example of each type of number in each region."""
    numbers = []
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            for kind in range(11):
                number = (
                    phonenumbers.example_number_for_non_geo_entity(code)
                    if region == "001"
                    else phonenumbers.example_number_for_type(region, kind)
                )
                if number is not None:
                    numbers.append(phonenumbers.format_number(number, 0))
    return sorted(set(numbers))


EXAMPLES: Final = _examples()


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Draw `+` and digits: mostly real numbers with a few digits changed, added or lost."""
    if draw(st.integers(0, 3)) == 0:
        digits = draw(st.text("0123456789", min_size=4, max_size=13))
        return f"+{draw(st.sampled_from(CODES))}{digits}"
    text = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(2, len(text) - 1))
        text = text[:place] + draw(st.sampled_from(("", *"0123456789"))) + text[place + 1 :]
    return text + draw(st.sampled_from(("", "", "0", "7")))


@examples(3000)
@given(number=numbers())
def test_a_plan_decides_as_the_library(number: str) -> None:
    """A number is valid by its plan exactly if it is valid by the library."""
    maybe_valid = numbering_plans.is_valid(number)
    if maybe_valid is None:
        return
    parsed = phonenumbers.parse(number)
    assert maybe_valid == phonenumbers.is_valid_number(parsed)
    if maybe_valid:
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number


@examples(1000)
@given(number=numbers())
def test_a_number_in_e164_is_the_librarys(number: str) -> None:
    """A number is converted to E.164 exactly if the library calls it valid, to the same text."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        assert e164(number, "") is None
        return
    formatted = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    expected = formatted if phonenumbers.is_valid_number(parsed) else None
    assert e164(number, "") == expected
