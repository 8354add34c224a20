"""Whole names, taken apart and put together."""

import pytest

from vcardsvc.batch.names import full_name, parts_of, parts_of_last_first


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Grace Holloway", {"first": "Grace", "last": "Holloway"}),
        ("Holloway, Grace", {"first": "Grace", "last": "Holloway"}),
        ("van der Berg, Jan", {"first": "Jan", "last": "van der Berg"}),
        ("Ludwig van Beethoven", {"first": "Ludwig", "last": "van Beethoven"}),
        ("Oscar de la Hoya", {"first": "Oscar", "last": "de la Hoya"}),
        ("Ada Byron Lovelace", {"first": "Ada Byron", "last": "Lovelace"}),
        ("Cher", {"first": "Cher"}),
        ("李小龍", {"first": "李小龍"}),
        ("Mr. T", {"prefix": "Mr.", "first": "T"}),
        ("Prof. Dr. Ada Nowak", {"prefix": "Prof. Dr.", "first": "Ada", "last": "Nowak"}),
        (
            "Dr. Ada Thornbury, PhD",
            {"prefix": "Dr.", "first": "Ada", "last": "Thornbury", "suffix": "PhD"},
        ),
        ("Ada Nowak PhD MBA", {"first": "Ada", "last": "Nowak", "suffix": "PhD MBA"}),
        ("Sammy Davis, Jr.", {"first": "Sammy", "last": "Davis", "suffix": "Jr."}),
        ("Müller MBA", {"first": "Müller", "last": "MBA"}),
        ("Ada,", {"first": "Ada"}),
        ("Smith, John, MD", {"last": "Smith", "first": "John", "suffix": "MD"}),
        (
            "King, Martin Luther, Jr., PhD",
            {"last": "King", "first": "Martin Luther", "suffix": "Jr. PhD"},
        ),
        ("山田 太郎", {"last": "山田", "first": "太郎"}),
        ("김 민준", {"last": "김", "first": "민준"}),
    ],
)
def test_parts_of_a_whole_name(name: str, parts: dict[str, str]) -> None:
    """Titles, degrees, particles and the comma of a last name are what they are."""
    assert parts_of(name) == parts


@pytest.mark.parametrize(
    ("name", "parts", "is_doubtful"),
    [
        ("Müller Jörg", {"last": "Müller", "first": "Jörg"}, False),
        ("DUPONT DURAND Jean Paul", {"last": "DUPONT DURAND", "first": "Jean Paul"}, False),
        ("Nowak, Ada", {"last": "Nowak", "first": "Ada"}, False),
        ("van der Berg Jan", {"last": "van der Berg", "first": "Jan"}, False),
        (
            "Петров Иван Сергеевич",
            {"last": "Петров", "first": "Иван", "middle": "Сергеевич"},
            False,
        ),
        ("García López María", {"last": "García", "first": "López María"}, True),
        ("MÜLLER JÖRG", {"last": "MÜLLER", "first": "JÖRG"}, False),
        ("Cher", {"first": "Cher"}, False),
    ],
)
def test_parts_of_a_name_whose_last_name_stands_first(
    name: str, parts: dict[str, str], is_doubtful: bool
) -> None:
    """Capitals, particles and patronymics show where the last name ends."""
    assert parts_of_last_first(name) == (parts, is_doubtful)


def test_a_full_name_has_its_parts_in_order() -> None:
    """Prefix, first, middle, last name, suffix, those that are there."""
    texts = {"last": "Nowak", "first": "Ada"}
    assert full_name(texts) == "Ada Nowak"
    assert full_name({"last": "Nowak"}) == "Nowak"
    assert full_name({**texts, "prefix": "Dr.", "middle": "B.", "suffix": "PhD"}) == (
        "Dr. Ada B. Nowak PhD"
    )
    assert full_name({}) == ""
