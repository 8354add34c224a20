"""Countries and their states: what is known of them, and that nothing is guessed."""

from concurrent.futures import ThreadPoolExecutor

import pycountry
import pytest

from vcardsvc.places import NUMBER_FIRST, is_country, nation, state, street

NATIONS = [
    ("DE", "Germany"),
    ("KR", "South Korea"),
    ("TW", "Taiwan"),
    ("AQ", "Antarctica"),
    ("de", ""),
    ("XX", ""),
    ("", ""),
]


@pytest.mark.parametrize(("code", "name"), NATIONS)
def test_a_country_has_its_usual_name(code: str, name: str) -> None:
    """A code of two capitals that ISO 3166-1 has; anything else is no country."""
    assert (is_country(code), nation(code)) == (bool(name), name)


STATES = [
    ("US", "New York", "NY"),
    ("US", "ny", "NY"),
    ("US", "us-ny", "NY"),
    ("US", "Narnia", "Narnia"),
    ("US", "", ""),
    ("CA", "QUEBEC", "QC"),
    ("DE", "Baden Württemberg", "BW"),
    ("DE", "Bavaria", "Bavaria"),
    ("JP", "13", "13"),
    ("TW", "Chiayi", "Chiayi"),
    ("XX", "New York", "New York"),
    ("", "New York", "New York"),
]


@pytest.mark.parametrize(("country", "said", "stored"), STATES)
def test_a_state_is_known_by_its_name_and_its_letters(country: str, said: str, stored: str) -> None:
    """Without regard to case, accents and hyphens; two states of one name are neither."""
    assert state(country, said) == stored


def test_every_abbreviation_with_letters_stands_for_itself() -> None:
    """What is stored is stored again the same, in every country."""
    codes = [one.code.partition("-") for one in pycountry.subdivisions]
    kept = [(country, short) for country, _, short in codes if short.isalpha()]
    assert [(country, state(country, short)) for country, short in kept] == kept


def test_many_threads_may_ask_first() -> None:
    """Requests are read in threads, and any of them may be the first of its country."""
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: state("BR", "Sao Paulo"), range(64))) == {"SP"}


STREETS = [("DE", "Main Street 1"), ("US", "1 Main Street"), ("PR", "1 Main Street")]


@pytest.mark.parametrize(("country", "said"), STREETS)
def test_a_street_has_its_number_where_the_country_writes_it(country: str, said: str) -> None:
    """Before the street or behind it."""
    assert street(country, "Main Street", "1") == said


def test_the_countries_that_begin_with_the_number_are_countries() -> None:
    """A slip in the table would never be asked for."""
    assert all(map(is_country, NUMBER_FIRST))
