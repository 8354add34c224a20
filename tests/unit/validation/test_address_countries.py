"""The country that an address ends with, where that is certain."""

import pytest

from tests.support.country_names import of_the_library
from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.validation.countries import COUNTRY_NAMES, address_country

CERTAIN = [
    ("Hauptstr. 1\n10115 Berlin\nDeutschland", "de"),
    ("Hauptstr. 1, 10115 Berlin, Germany", "de"),
    ("1 rue de la Paix\n75002 Paris\nFRANCE", "fr"),
    ("1 rue de la Paix, Paris,  France \n", "fr"),
    ("Calle Mayor 1\nMadrid\nEspaña", "es"),
    ("東京都千代田区1-1\n日本", "jp"),
    ("ул. Тверская 1, Москва, Россия", "ru"),
    ("1 Main St, Springfield, USA", "us"),
    ("1 Main St, Springfield, United States", "us"),
    ("10 Downing Street\nLondon\nUK", "gb"),
    ("Princes Street, Edinburgh, Scotland", "gb"),
    ("Dam 1, Amsterdam, The Netherlands", "nl"),
    ("Dam 1\nAmsterdam\nNederland", "nl"),
    ("Bahnhofstrasse 1\nZürich\nSchweiz", "ch"),
    ("Rua A, 1, São Paulo, Brasil", "br"),
]

NONE = [
    "",
    "Deutschland",  # alone it may be a street's or a house's name
    "Hauptstr. 1 Berlin Deutschland",
    "Deutschlandstr. 1, Berlin",
    "Germany, Hauptstr. 1",
    "1 Peachtree St, Atlanta, Georgia",  # the state, or the country
    "1 Peachtree St, Atlanta, Géorgie",
    "Hauptstr. 1, Berlin, DE",  # DE is Delaware, too
    "1 Main St, Springfield, CA",
    "Hauptstr. 1\n10115 Berlin",
    "a,",
    ",",
    "\n",
    "1 Main St, *aa",
]


@pytest.mark.parametrize(("address", "code"), CERTAIN)
def test_a_country_behind_the_last_break_is_known(address: str, code: str) -> None:
    """Names of countries in many languages, in any case, alone in the last line or part."""
    assert address_country(address) == code


@pytest.mark.parametrize("address", NONE)
def test_a_country_is_never_guessed(address: str) -> None:
    """A code of two letters, a name within a line, or a name of two places is no country."""
    assert address_country(address) == ""


@pytest.mark.parametrize("part", [" ", ", ", "\n", "a ", ",a", "İ"])
def test_an_address_without_end_costs_no_time(part: str) -> None:
    """However long an address is, and whatever it repeats, it is read a few times at most."""
    address_country("a, Germany")  # the names are read at the first call
    text = "a," + part * 100_000 + ",b"
    assert within_cpu_budget(1.0, lambda: address_country(text)) == ""


def test_the_names_are_the_librarys() -> None:
    """Whatever release of the library is installed: it contradicts none, and few are missing."""
    kept = dict(line.split("\t") for line in COUNTRY_NAMES.read_text("utf-8").splitlines())
    library = of_the_library()
    assert {name: library[name] for name in kept.keys() & library.keys()} == {
        name: kept[name] for name in kept.keys() & library.keys()
    }
    assert len(library.keys() - kept.keys()) < len(library) // 50
