"""The records of text tables."""

import io

import pytest

from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.table import CELLS, FIELD, LINE, TORN, Record, TextTable


def _records(text: str, delimiter: str = "") -> list[tuple[int, list[str], str]]:
    table = TextTable(io.BytesIO(text.encode()), delimiter=delimiter)
    return [(one.line, one.cells, one.fault) for one in table]


def _cause(text: str) -> str:
    with pytest.raises(NotAList) as caught:
        _records(text)
    return caught.value.cause


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_widest_record_shows_the_delimiter(delimiter: str) -> None:
    """Lines in front of the table, and other delimiters in its texts, do not hide it."""
    row = delimiter.join(("Ada", '"a, b; c"', "3"))
    table = TextTable(io.BytesIO(f"Notes:\n{row}\n".encode()))

    assert table.delimiter == delimiter
    assert list(table) == [Record(1, ["Notes:"]), Record(2, ["Ada", "a, b; c", "3"])]


def test_names_of_columns_show_the_delimiter_before_the_width() -> None:
    """Commas in a text do not make a file with semicolons one with commas."""
    text = "Name;Adresse\nMax;Hauptstr. 1, 12345 Berlin, DE\n"

    def known(cells: object) -> int:
        return 2 if cells == ["Name", "Adresse"] else 0

    assert TextTable(io.BytesIO(text.encode()), known=known).delimiter == ";"


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_for_excel_names_the_delimiter(first: str, end: str) -> None:
    """It is no record, and the lines behind it keep their numbers."""
    text = end.join((first, "a;b,c,d,e", ""))
    assert _records(text) == [(2, ["a", "b,c,d,e"], "")]


@pytest.mark.parametrize("mark", ["\r", '"', "x", " ", ""])
def test_a_line_for_excel_without_a_delimiter_is_none(mark: str) -> None:
    """A line end, a quote, a letter and a blank part no cells."""
    assert _records(f"sep={mark}\na,b\n")[-1][1] == ["a", "b"]


def test_a_given_delimiter_counts() -> None:
    """The caller's delimiter stands before the line for Excel and what the file shows."""
    assert _records("sep=;\na,b;c\n", ",") == [(2, ["a", "b;c"], "")]
    assert _records("a,b,c|d\n", "|") == [(1, ["a,b,c", "d"], "")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(end: str) -> None:
    """A record names the line where it begins; line ends in quotes are counted."""
    text = end.join(("a,b", f'1,"two{end}lines"', "", "3,4"))
    assert _records(text) == [
        (1, ["a", "b"], ""),
        (2, ["1", f"two{end}lines"], ""),
        (4, [], ""),
        (5, ["3", "4"], ""),
    ]


def test_quotes_may_be_doubled_and_stand_behind_blanks() -> None:
    """Quotes are read as spreadsheets write them, and behind a blank too."""
    assert _records('a,"b ""c"", d", "e, f"\n') == [(1, ["a", 'b "c", d', "e, f"], "")]


def test_quotes_inside_a_text_without_quotes_are_its_own() -> None:
    """A text that does not begin with a quote keeps them."""
    assert _records("5'10\",b\n") == [(1, ["5'10\"", "b"], "")]


def test_an_open_quote_costs_its_own_record_alone() -> None:
    """The record names its line, and the rows behind it are read."""
    text = 'a,b,c\n1,"open,3\n4,5,6\n7,8,9\n'
    assert _records(text) == [
        (1, ["a", "b", "c"], ""),
        (2, ["1", '"open', "3"], "quote"),
        (3, ["4", "5", "6"], ""),
        (4, ["7", "8", "9"], ""),
    ]


def test_an_open_quote_that_another_row_closes_costs_its_own_record_alone() -> None:
    """The quotes of a later row do not swallow the rows between."""
    text = 'a,b,c\n1,"open,3\n4,5,6\n7,"8",9\n'
    assert _records(text) == [
        (1, ["a", "b", "c"], ""),
        (2, ["1", '"open', "3"], "quote"),
        (3, ["4", "5", "6"], ""),
        (4, ["7", "8", "9"], ""),
    ]


def test_open_quotes_in_rows_side_by_side_are_a_fault_each() -> None:
    """A row with an open quote does not close that of the row before."""
    text = 'a,b,c\n1,"open,3\n4,"open,6\n7,8,9\n'
    assert [(line, fault) for line, _, fault in _records(text)] == [
        (1, ""), (2, "quote"), (3, "quote"), (4, "")
    ]  # fmt: skip


def test_a_text_of_several_lines_with_bare_quotes_is_kept() -> None:
    """Quotes that a program forgot to double tear no record whose lines are no rows."""
    text = 'a,b,c\n1,"He said:\n"hi" there",3\n4,5,6\n'
    assert [(line, len(cells), fault) for line, cells, fault in _records(text)] == [
        (1, 3, ""), (2, 3, ""), (4, 3, "")
    ]  # fmt: skip


def test_an_open_quote_in_the_last_line_is_found() -> None:
    """The end of the file closes no quote."""
    assert _records('a,b\n1,"open') == [(1, ["a", "b"], ""), (2, ["1", '"open'], "quote")]


def test_a_file_of_open_quotes_is_given_up() -> None:
    """Each open quote is searched to the end, so there is a most."""
    text = "a,b\n" + '1,"open\n' * (TORN + 2)
    assert _cause(text) == "quotes"


def test_a_cell_that_is_too_long_costs_its_record() -> None:
    """A cell over the limit is a fault of its record."""
    text = f"a,b\n1,{'x' * (FIELD + 1)}\n3,4\n"
    assert [(line, fault) for line, _, fault in _records(text)] == [(1, ""), (2, "quote"), (3, "")]


def test_a_line_without_an_end_is_no_list() -> None:
    """A line over the limit ends the reading, at the start and behind it."""
    assert _cause("x" * (LINE + 1)) == "line-length"
    assert _cause("a,b\n" * 100 + "x" * (LINE + 1)) == "line-length"


def test_a_record_of_too_many_cells_costs_no_other() -> None:
    """A record over the limit is a fault of its own, and holds no more than that."""
    text = f"a,b\n{',' * CELLS}\n1,2\n"
    assert _records(text) == [
        (1, ["a", "b"], ""),
        (2, [""] * CELLS, "columns"),
        (3, ["1", "2"], ""),
    ]
    assert _records("," * (CELLS - 1) + "\n") == [(1, [""] * CELLS, "")]


def test_zeros_at_the_start_are_no_text() -> None:
    """A file with NUL octets among its first lines is no table."""
    assert _cause("a,b\n\0,c\n") == "not-text"


def test_an_empty_file_has_no_records() -> None:
    """No octets are no records; a line end is one without cells."""
    assert _records("") == []
    assert _records("\n") == [(1, [], "")]


def test_the_sample_is_read_again() -> None:
    """What was read to find the delimiter is yielded with the rest."""
    text = "".join(f"{number},x\n" for number in range(200))
    assert [int(cells[0]) for _, cells, _ in _records(text)] == list(range(200))
