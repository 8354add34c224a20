"""What spreadsheets and people write into cells."""

import pytest

from vcardsvc.batch.cells import (
    Date,
    DateOrder,
    date_of,
    is_placeholder,
    order_of,
    text_of,
    whole_number,
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Ada ", "Ada"),
        ("", ""),
        (" \t\n", ""),
        ('="0123"', "0123"),
        ('="a ""b"""', 'a "b"'),
        ('=""', ""),
        ("'+44 20 7946 0101", "+44 20 7946 0101"),
        ("'0123", "0123"),
        ("'=1+1", "=1+1"),
        ("'@ada", "@ada"),
        ("'\tAda", "Ada"),
        ("'t Hooft", "'t Hooft"),
        ("'quoted'", "'quoted'"),
        ("=1+1", "=1+1"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\0b\x07c\x1b[1m", "abc[1m"),
        ("Zoë 👩‍🚀", "Zoë 👩‍🚀"),
    ],
)
def test_a_cell_is_a_text(cell: str, text: str) -> None:
    """Blanks around it, controls and what a spreadsheet wraps around a text are no part of it."""
    assert text_of(cell) == text


@pytest.mark.parametrize(
    "text", ["n/a", "N/A", "#N/A", "-", "--", "?", "-None-", "NULL", "null", "NaN", "#REF!", "\\N"]
)
def test_a_text_that_stands_for_nothing(text: str) -> None:
    """The words of people, spreadsheets and programs for an empty cell."""
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Null", "Nan", "none", "Na", "0", "+", "Undefined", "unknown"])
def test_a_text_that_may_be_a_name(text: str) -> None:
    """Null and Nan are names of people."""
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4.47700900126E+11", "447700900126"),
        ("4,47700900126E+11", "447700900126"),
        ("4.47700900126e11", "447700900126"),
        ("+4.47700900126E+11", "+447700900126"),
        ("4.42E+11", None),
        ("4,42079E+11", None),
        ("4E+11", None),
        ("1E+999", None),
        ("447700900126.0", "447700900126"),
        ("12025550107,0", "12025550107"),
        ("12.0", "12.0"),
        ("020 7946 0101", "020 7946 0101"),
        ("0044", "0044"),
        ("FREEPHONE", "FREEPHONE"),
    ],
)
def test_a_number_of_a_spreadsheet(text: str, number: str | None) -> None:
    """An exponent whose digits are all there is written out, and no other number is touched."""
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["5/6/1990", "14/5/1990"], "day"),
        (["5/6/1990", " 5/14/1990 "], "month"),
        (["5-6-1990", "31-12-90"], "day"),
        (["5/6/1990", "12/12/2000"], ""),
        (["31.12.1990", "1990-12-31", "", "13/13/1990"], ""),
        ([], ""),
    ],
)
def test_a_day_over_12_shows_the_order(texts: list[str], order: DateOrder) -> None:
    """One date shows whether day or month stands first; dates with periods show nothing."""
    assert order_of(texts) == order


@pytest.mark.parametrize(
    ("text", "basic"),
    [
        ("1990-05-14", "19900514"),
        ("1990/5/4", "19900504"),
        ("1990-05-14T00:00:00Z", "19900514"),
        ("1990-05-14 00:00:00", "19900514"),
        ("--05-14", "--0514"),
        ("19900514", "19900514"),
        ("1990", "1990"),
        ("14.5.1990", "19900514"),
        ("14. 5. 1990", "19900514"),
        ("31.12.", "--1231"),
        ("5/14/1990", "19900514"),
        ("14/5/1990", "19900514"),
        ("5/14/1990 12:00 AM", "19900514"),
        ("5/5/1990", "19900505"),
        ("1/1/30", "20300101"),
        ("1/1/31", "19310101"),
        ("14 May 1990", "19900514"),
        ("May 14, 1990", "19900514"),
        ("May 14th", "--0514"),
        ("14. März 1990", "19900314"),
        ("14 de mayo de 1990", "19900514"),
        ("30 Apr 2026", "20260430"),
        ("2/29/2000", "20000229"),
        ("2/29/1900", ""),
        ("2/30/1990", ""),
        ("13/13/1990", ""),
        ("32 May 1990", ""),
        ("Mayday 4", ""),
        ("sometime", ""),
        ("99999999999999999999", ""),
    ],
)
def test_a_date_of_a_person(text: str, basic: str) -> None:
    """A date in any of the usual spellings has a basic form; any other text has none."""
    assert date_of(text, "", "") == Date(basic)


@pytest.mark.parametrize("text", ["0/0/00", "00.00.0000", "0000-00-00", "0000-00-00 00:00:00"])
def test_a_date_of_zeros_is_none(text: str) -> None:
    """Outlook's 0/0/00 stands for no date."""
    assert date_of(text, "", "") is None


@pytest.mark.parametrize(
    ("order", "usual", "date"),
    [
        ("day", "", Date("19900605")),
        ("month", "day", Date("19900506")),
        ("", "day", Date("19900605", is_doubtful=True)),
        ("", "month", Date("19900506", is_doubtful=True)),
        ("", "", Date("19900506", is_doubtful=True)),
    ],
)
def test_the_order_of_day_and_month(order: DateOrder, usual: DateOrder, date: Date) -> None:
    """The file's order counts, then the program's; without the file's a date is doubtful."""
    assert date_of("5/6/1990", order, usual) == date
    assert date_of("5/6", order, usual) == Date(f"--{date.basic[4:]}", date.is_doubtful)
