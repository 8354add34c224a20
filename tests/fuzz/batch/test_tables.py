"""Drawn tables are the same contacts in any delimiter, encoding, quoting and order."""

import csv
import io
from typing import Any, Final

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.batches import results_of
from tests.support.hypothesis_profiles import examples
from vcardsvc.batch import cards
from vcardsvc.batch.failed import guarded
from vcardsvc.model.batch import BatchOptions

COLUMNS: Final = ("First Name", "Last Name", "Phone", "Email", "Company", "Notes", "Birthday")
_TEXTS: Final = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), max_size=12
)
_WIDE: Final = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
_ODD: Final = st.sampled_from(
    ["", " ", '"', '""', "a,b", "a;b", "a\tb", "a|b", "=1+1", "+44 20 7946 0101", "-1", "'x",
     "4.4E+11", "n/a", "1/2/1990", "14.5.1990", "x\ny", "a ::: b", "sep=;", "ada@example.com"]
)  # fmt: skip
CELLS: Final = st.one_of(_ODD, _TEXTS)
ROWS: Final = st.lists(
    st.tuples(*[CELLS] * len(COLUMNS)).map(lambda cells: dict(zip(COLUMNS, cells, strict=True))),
    min_size=1,
    max_size=8,
)
Rows = list[dict[str, str]]


def written(
    rows: Rows, columns: tuple[str, ...] = COLUMNS, *, encoding: str = "utf-8", **options: Any
) -> bytes:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.writer(out, **options)
    writer.writerow(columns)
    writer.writerows([[row[name] for name in columns] for row in rows])
    return out.getvalue().encode(encoding)


def _contacts(octets: bytes, **options: Any) -> list[Any]:
    return [
        (one.row, one.status, one.reason, one.card, one.notes)
        for one in results_of(octets, **options)
    ]


@examples(150)
@given(
    rows=ROWS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]),
)
def test_a_table_is_the_same_contacts_however_it_is_written(
    rows: Rows, delimiter: str, quoting: Any, end: str, encoding: str
) -> None:
    """Delimiter, quotes, line ends and encoding change no result."""
    try:
        octets = written(
            rows, encoding=encoding, delimiter=delimiter, quoting=quoting, lineterminator=end
        )
    except UnicodeEncodeError:
        assume(False)
    # Octets of Windows-1252 may look like those of UTF-8; then their writer has to say it.
    named = {"encoding": "windows-1252"} if encoding == "cp1252" else {}
    assert _contacts(octets, **named) == _contacts(written(rows))


@examples(100)
@given(rows=ROWS, columns=st.permutations(COLUMNS))
def test_the_order_of_columns_changes_no_contact(rows: Rows, columns: list[str]) -> None:
    """A contact has the same UID and the same lines."""
    moved = results_of(written(rows, tuple(columns)))
    for one, other in zip(results_of(written(rows)), moved, strict=True):
        assert (one.row, one.status, one.reason) == (other.row, other.status, other.reason)
        assert sorted(one.card.splitlines()) == sorted(other.card.splitlines())


@examples(100)
@given(rows=ROWS, data=st.data())
def test_two_halves_give_the_cards_of_the_whole(rows: Rows, data: st.DataObject) -> None:
    """Parts of a list may be read in different processes."""
    for row in rows:
        row["Birthday"] = ""  # its order of day and month is that of the whole file
    at = data.draw(st.integers(0, len(rows)))
    whole = [(one.status, one.card, one.notes) for one in cards(rows)]
    halves = [(one.status, one.card, one.notes) for half in (rows[:at], rows[at:])
              for one in cards(half)]  # fmt: skip
    assert halves == whole


@examples(100)
@given(rows=st.lists(st.fixed_dictionaries({name: st.one_of(_ODD, _WIDE) for name in COLUMNS})))
def test_cells_that_are_guarded_are_read_as_what_they_were(rows: Rows) -> None:
    """The apostrophe against formulas is taken off again."""
    safe = [{name: guarded(text) for name, text in row.items()} for row in rows]
    plain = [(one.status, one.reason, one.card) for one in cards(rows)]
    assert [(one.status, one.reason, one.card) for one in cards(safe)] == plain


@examples(100)
@given(rows=st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=20)), max_size=5))
def test_any_texts_of_a_caller_are_rows(rows: list[dict[str, str]]) -> None:
    """`cards` yields one result a row, whatever its cells hold."""
    options = BatchOptions(company="card", form="ndjson")
    found = list(cards(rows, options))
    assert [one.row for one in found] == list(range(1, len(rows) + 1))
