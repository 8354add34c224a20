"""Countries and their states: what is known of them, and that nothing is guessed."""

from concurrent.futures import ThreadPoolExecutor

import pycountry
import pytest

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.validation.countries import (
    NUMBER_FIRST,
    STATE_NAMES,
    is_country,
    nation,
    state,
    street,
)

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
    ("DE", "Bavaria", "BY"),
    ("DE", "bayern", "BY"),
    ("DE", "Lower Saxony", "NI"),
    ("DE", "Thueringen", "TH"),
    ("DE", "Narnia", "Narnia"),
    ("NL", "South Holland", "ZH"),
    ("NL", "North Holland", "NH"),
    ("NL", "Zuid Holland", "ZH"),
    ("NL", "Fryslân", "FR"),
    ("CH", "Geneva", "GE"),
    ("CH", "Genève", "GE"),
    ("CH", "Genf", "GE"),
    ("CH", "Ginevra", "GE"),
    ("CH", "Graubuenden", "GR"),
    ("CH", "St Gallen", "SG"),
    ("US", "Washington", "WA"),
    ("US", "Washington DC", "DC"),
    ("US", "Washington, D.C.", "DC"),
    ("US", "District of Columbia", "DC"),
    ("US", "US-CA", "CA"),
    ("US", "us-ca", "CA"),
    ("US", "CA-QC", "CA-QC"),
    ("CA", "Newfoundland & Labrador", "NL"),
    ("BE", "Flanders", "VLG"),
    ("BE", "Vlaanderen", "VLG"),
    ("BE", "Lüttich", "WLG"),
    ("IT", "South Tyrol", "BZ"),
    ("IT", "Südtirol", "BZ"),
    ("IT", "Milan", "MI"),
    ("SE", "Skåne", "M"),
    ("SE", "Scania", "M"),
    ("MX", "Mexico City", "CMX"),
    ("RU", "Москва", "MOW"),
    ("RU", "Moscow", "MOW"),
    ("GR", "Αττική", "I"),
    ("GR", "Attica", "I"),
    ("CN", "北京", "BJ"),
    ("IN", "महाराष्ट्र", "MH"),
    ("AE", "دبي", "DU"),
    ("GB", "Lloegr", "ENG"),
    ("FR", "Brittany", "BRE"),
    ("YE", "Marib", "MA"),
    ("YE", "Ma'rib", "MA"),
    ("JP", "13", "13"),
    ("TW", "Chiayi", "Chiayi"),
    ("GB", "Wales", "WLS"),
    ("GB", "Cymru", "WLS"),
    ("GB", "Wales [Cymru GB-CYM]", "WLS"),
    ("GB", "Pen-y-bont ar Ogwr", "BGE"),
    ("SE", "Stockholms län", "AB"),
    ("ES", "Catalonia", "CT"),
    ("ES", "Cataluña", "CT"),
    ("ES", "Comunidad de Madrid", "MD"),
    ("ES", "Andalusia", "AN"),
    ("ES", "Catalunya", "CT"),
    ("ES", "Barcelona", "B"),
    ("ES", "Illes Balears", "Illes Balears"),
    ("ES", "Cantabria", "Cantabria"),
    ("ES", "cb", "CB"),
    ("ES", "ES-CB", "CB"),
    ("AZ", "az-la", "LA"),
    ("GN", "gn-b", "B"),
    ("MA", "Laâyoune", "LAA"),
    ("MA", "EH", "EH"),
    ("YE", "Amānat al ‘Āşimah", "SA"),
    ("YE", "city", "city"),
    ("XX", "New York", "New York"),
    ("", "New York", "New York"),
]


@pytest.mark.parametrize(("country", "expected", "stored"), STATES)
def test_a_state_is_known_by_its_name_and_its_letters(
    country: str, expected: str, stored: str
) -> None:
    """Without regard to case, accents and punctuation, by each of its names, in English and in the
    languages of its country; two states of one name are neither."""
    assert state(country, expected) == stored


@pytest.mark.parametrize("expected", ["{short}", "{country}-{short}"])
def test_every_abbreviation_with_letters_stands_for_itself(expected: str) -> None:
    """With its country and without, in any case, in every country: also where two states have one
    name."""
    codes = [one.code.partition("-") for one in pycountry.subdivisions]
    kept = [(country, short) for country, _, short in codes if short.isalpha()]
    for spelled in (expected, expected.lower()):
        found = [
            (country, state(country, spelled.format(country=country, short=short)))
            for country, short in kept
        ]
        assert found == kept


def test_every_further_name_stands_for_its_state() -> None:
    """Each line of the table is a code that has letters, and a name that is no other state's."""
    rows = [
        line.split("\t")
        for line in STATE_NAMES.read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    known = {one.code for one in pycountry.subdivisions}
    assert {code for code, _ in rows} <= known
    assert [(code, state(code[:2], name)) for code, name in rows] == [
        (code, code[3:]) for code, _ in rows
    ]


def test_a_long_state_without_sense_costs_no_time() -> None:
    """Marks that have to be sorted, blanks and punctuation, as many as a text may hold."""
    state("US", "Utah")  # the names are read at the first call
    texts = ["a\u0301\u0316" * 4_000, ". - '" * 4_000, "\ufdfa" * 255]
    assert within_cpu_budget(1.0, lambda: [state("US", text) for text in texts]) == texts


def test_many_threads_may_ask_first() -> None:
    """Requests are read in threads, and any of them may be the first of its country."""
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: state("BR", "Sao Paulo"), range(64))) == {"SP"}


STREETS = [("DE", "Main Street 1"), ("US", "1 Main Street"), ("PR", "1 Main Street")]


@pytest.mark.parametrize(("country", "expected"), STREETS)
def test_a_street_has_its_number_where_the_country_writes_it(country: str, expected: str) -> None:
    """Before the street or behind it."""
    assert street(country, "Main Street", "1") == expected


def test_the_countries_that_begin_with_the_number_are_countries() -> None:
    """A slip in the table would never be requested."""
    assert all(map(is_country, NUMBER_FIRST))
