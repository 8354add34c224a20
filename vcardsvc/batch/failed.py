"""Writes the rows that became no card as they came, and why: to be mended and sent again.

Strategy: a table's rows are CSV in UTF-8 with a mark, which every spreadsheet reads, with the
delimiter of the list. A cell that a spreadsheet would run as a formula stands behind an apostrophe,
which is taken off when the file is read again. Where the list has shown the order of day and month,
dates are YYYY-MM-DD: the rows that showed it may not be among the failed ones. Rows of NDJSON and
of JSON are lines of NDJSON, cards are cards. Rows over MEMORY are kept in a temporary file.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Final

from vcardsvc import vcard
from vcardsvc.batch.cells import DateOrder, date_of
from vcardsvc.batch.columns import REASON_COLUMNS, Columns, date_columns
from vcardsvc.model.batch import CardRow, JsonRow, Record, Row, RowResult
from vcardsvc.vcard.card_text import card_text

MEMORY: Final = 1024 * 1024
"""Octets of failed rows that are kept in memory."""

CHUNK: Final = 64 * 1024

_WHOLE_DATE: Final = re.compile(r"\d{8}")

_FORMULA: Final = re.compile(r"[=@\t\r]|[+-](?![\s()./-]*\d[\d\s()./x-]*$)")
"""What a spreadsheet runs: not a number that begins with + or -, such as +44 20 7946 0101."""


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


class FailedRows:
    """Collects the failed rows of one list; `order` is that of day and month in the dates of a
    table, as the table has shown it."""

    def __init__(
        self, maybe_columns: Columns | None = None, delimiter: str = "", order: DateOrder = ""
    ) -> None:
        self._maybe_file: tempfile.SpooledTemporaryFile[bytes] | None = None
        header = maybe_columns.header if maybe_columns else ()
        # Rows that have failed before bring the reasons of that time.
        self._start = len(REASON_COLUMNS) * (header[: len(REASON_COLUMNS)] == REASON_COLUMNS)
        self._header = header[self._start :]
        self._dates = date_columns(maybe_columns) if maybe_columns and order else []
        self._delimiter = delimiter or ","
        self._order = order
        self.count = 0

    @property
    def name(self) -> str:
        """Return the name of the file: of CSV, NDJSON or cards."""
        return self._name

    _name = "failed.csv"

    def add(self, record: Record, result: RowResult) -> None:
        """Keep a row with the reasons of its result."""
        if self._maybe_file is None:
            self._maybe_file = tempfile.SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115
        file = self._maybe_file
        if isinstance(record, Row):
            self._add_row(record, result, file)
        elif isinstance(record, JsonRow):
            self._name = "failed.ndjson"
            file.write(record.text.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n")
        elif isinstance(record, CardRow):
            self._name = "failed.vcf"
            chunks, _ = card_text(record.card, vcard.UNIVERSAL)
            file.write(record.octets or b"".join(chunks))
        self.count += 1

    def _add_row(self, row: Row, result: RowResult, file: IO[bytes]) -> None:
        if not self.count:
            file.write(b"\xef\xbb\xbf" + self._line((*REASON_COLUMNS, *self._header)))
        error = result.errors[0]
        reasons = (str(row.line), error.code, error.info, error.column)
        cells = row.cells.copy()
        for at in self._dates:
            if at < len(cells):
                cells[at] = self._date(cells[at])
        file.write(self._line((*reasons, *cells[self._start :])))

    def _date(self, cell: str) -> str:
        """Return a whole date as YYYY-MM-DD, and any other cell as it is."""
        maybe_date = date_of(cell.strip(), self._order, "")
        basic = maybe_date.basic if maybe_date else ""
        return f"{basic[:4]}-{basic[4:6]}-{basic[6:]}" if _WHOLE_DATE.fullmatch(basic) else cell

    def _line(self, cells: Sequence[str]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter).writerow(map(guarded, cells))
        return text.getvalue().encode("utf-8", "replace")

    def octets(self) -> Iterator[bytes]:
        """Yield the file in pieces."""
        if self._maybe_file is not None:
            self._maybe_file.seek(0)
            while chunk := self._maybe_file.read(CHUNK):
                yield chunk

    def close(self) -> None:
        """Forget the rows."""
        if self._maybe_file is not None:
            self._maybe_file.close()
