"""Reads the records of a CSV or tab-separated file, one after the other, in any state.

Strategy: the delimiter is the one by which most names of columns are known in one of the first
SAMPLE records, then the one that makes the widest of them; the header is found among them by its
caller. The stdlib's reader is fed line by line, and the lines of the record at hand are kept: a
quote that is never closed costs the record that opens it, and the reader goes on behind that
record's first line. A quote that is closed by the one of another row shows by what follows it.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import BinaryIO, Final, NamedTuple, TypeVar

from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.octets import Utf8

T = TypeVar("T")

SAMPLE: Final = 20
"""Records by which the delimiter and the header are found: preambles have under ten lines."""

LINE: Final = 1_000_000
"""The most characters of a physical line: a sheet of Excel has 16,384 columns."""

FIELD: Final = 131_072
"""The most characters of a cell, the stdlib's own limit: a cell of Excel holds 32,767."""

CELLS: Final = 2_000
"""The most cells of a record; exports of Google have some hundreds. Each is compared with the
columns of all programs."""

RECORD: Final = 2_000_000
"""The most characters of a record, over all of its lines."""

TORN: Final = 100
"""Records with an open quote after which a file is given up: each of them is read again line by
line."""

DELIMITERS: Final = (",", ";", "\t", "|")
_SEP: Final = re.compile(r"\"?sep=([^\w\s\"]|\t)\"?[\r\n]*", re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""

TOO_LONG: Final = "A line has over 1,000,000 characters, so it is no list of contacts."
TOO_TORN: Final = "Over 100 records open a quote that is never closed."


class Record(NamedTuple):
    """Holds the cells of a record and the physical line where it begins; `fault` is "quote" for one
    whose quote is never closed, and whose cells are those of its first line, and "columns" for one
    of which the cells behind CELLS are left out."""

    line: int
    cells: list[str]
    fault: str = ""


class _Lines:
    """Iterates over physical lines, and keeps those of the record at hand."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self.held: list[str] = []
        self.size = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.pop()
        else:
            try:
                line = next(self._lines)
            except StopIteration:
                self.ended = True
                raise
            if len(line) >= LINE:
                raise NotAList("line-length", TOO_LONG)
        self.held.append(line)
        if len(self.held) > 1:
            self.size += len(line)
            if self.size > RECORD:
                raise csv.Error("too long")
        return line

    def go_back(self) -> None:
        """Give the lines behind the first one again."""
        self._again += reversed(self.held[1:])
        self.done()

    def done(self) -> None:
        """Forget the lines of a record."""
        self.held, self.size = [], 0


class TextTable:
    """Reads a file as a table. `sample` are its first records; iterating yields all of them.

    `delimiter` and `encoding` replace what the file shows; `known` counts the names of columns in a
    record. Raises NotAList for a file that is no text, and ValueError for an encoding that is not
    known.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        encoding: str = "",
        delimiter: str = "",
        known: Callable[[Sequence[str]], int] = len,
    ) -> None:
        self._octets = Utf8(file, encoding)
        text = io.TextIOWrapper(io.BufferedReader(self._octets), "utf-8", newline="")
        self._text = text  # its end would close the file
        lines = iter(partial(text.readline, LINE), "")
        first = list(islice(lines, 1))
        self.first_line = 1
        maybe_sep = _SEP.fullmatch(first[0]) if first else None
        if maybe_sep:
            delimiter, first, self.first_line = delimiter or maybe_sep[1], [], 2
        start = [*first, *_sample_lines(lines)]
        if any("\0" in line for line in start):
            raise NotAList("not-text", "The file is no text.")
        self.delimiter = delimiter or _delimiter(start, known)
        self._lines = _Lines(chained(start, lines))
        self._records = self._read()
        self.sample = list(islice(self._records, SAMPLE))

    @property
    def encoding(self) -> str:
        """Return the encoding that was found, with `+bom` where the file has a mark."""
        return f"{self._octets.encoding or 'utf-8'}{'+bom' if self._octets.marked else ''}"

    @property
    def mixed(self) -> bool:
        """Return whether octets of a UTF-8 file were no UTF-8."""
        return self._octets.mixed

    def __iter__(self) -> Iterator[Record]:
        yield from self.sample
        yield from self._records

    def _read(self) -> Iterator[Record]:
        lines, number, torn, width = self._lines, self.first_line, 0, 0
        reader = self._reader()
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                is_torn = True
            else:
                is_torn = self._is_torn(width)
            if not is_torn:
                is_wide = len(cells) > CELLS
                width = max(width, len(cells))
                yield Record(number, cells[:CELLS], "columns") if is_wide else Record(number, cells)
                number += len(lines.held)
                lines.done()
                continue
            torn += 1
            if torn > TORN:
                raise NotAList("quotes", TOO_TORN)
            first = lines.held[0].rstrip("\r\n")
            yield Record(number, first.split(self.delimiter), "quote")
            number += 1
            lines.go_back()
            reader = self._reader()

    def _is_torn(self, width: int) -> bool:
        """Return whether the quote of the record at hand is open at the end of the file, or was
        closed by that of another row: lines behind the first are as wide as the table."""
        lines = self._lines.held
        if len(lines) < 2 and not self._lines.ended:
            return False
        fault = _fault(lines, self.delimiter)
        if "unexpected end" in fault:
            return True
        mark = self.delimiter
        return bool(fault) and any(line.count(mark) + 1 >= width > 1 for line in lines[1:])

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self.delimiter, skipinitialspace=True)


def chained(ahead: list[T], rest: Iterator[T]) -> Iterator[T]:
    """Yield what was read ahead, each forgotten as it goes, then the rest."""
    ahead.reverse()
    while ahead:
        yield ahead.pop()
    yield from rest


def _sample_lines(lines: Iterator[str]) -> list[str]:
    """Return the lines of about SAMPLE records."""
    found, size = [], 0
    for line in lines:
        found.append(line)
        size += len(line)
        if len(found) >= 3 * SAMPLE or size > RECORD:
            break
    return found


def _delimiter(lines: list[str], known: Callable[[Sequence[str]], int]) -> str:
    """Return the delimiter by which most names of columns are known, then the one that makes the
    widest record; a comma where there is none."""
    found = {one: _records(lines, one) for one in DELIMITERS}
    widths = {one: max(map(len, records), default=0) for one, records in found.items()}
    wide = [one for one in DELIMITERS if widths[one] > 1]
    if len(wide) < 2:
        return wide[0] if wide else DELIMITERS[0]
    return max(wide, key=lambda one: (max(map(known, found[one])), widths[one]))


def _records(lines: list[str], delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for cells in islice(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), SAMPLE):
            records.append(cells[:CELLS])
    except csv.Error:
        pass
    return records


def _fault(lines: list[str], delimiter: str) -> str:
    """Return what a strict reader says of a record; "" where nothing is wrong with it."""
    try:
        list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as fault:
        return str(fault)
    return ""
