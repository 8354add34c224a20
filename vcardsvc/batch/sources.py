"""Opens a list of any format, and yields its records one after the other.

text/csv, text/tab-separated-values     a table of text, whatever its delimiter and encoding
XLSX                                    the first sheet with content
application/x-ndjson                    createcontact objects, one in each line
application/json                        an array of them, or one of them
text/vcard                              cards
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import BinaryIO, Final

from vcardsvc.batch.card_files import card_records
from vcardsvc.batch.cells import DateOrder, order_of
from vcardsvc.batch.columns import Columns, columns_of, date_columns, known_columns
from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.json_array import objects
from vcardsvc.batch.media_types import JSON, NDJSON, TSV, VCARD, XLSX
from vcardsvc.batch.octets import buffered
from vcardsvc.batch.table import SAMPLE, TextTable, chained
from vcardsvc.batch.unknown_columns import none_known, unused_map
from vcardsvc.model.batch import BatchOptions, JsonRow, Record, Row

_DATA: Final = re.compile(r"@|\d(?:[\s()./-]?\d){4}")
"""What stands in no name of a column: an e-mail address, a number of five digits."""

DATES: Final = 1_000
"""Rows whose dates show the order of day and month."""

TOO_LARGE: Final = frozenset(("zip-bomb", "columns", "rows", "cells", "strings", "text", "parts"))
"""The causes of workbooks that ask for more than a list needs."""

BLANKS: Final = 100
"""The most blank rows that are held, since they may part the rows from the lines that follow."""

LINE: Final = 1024 * 1024
"""The most octets of a line of NDJSON."""

NO_NDJSON: Final = "It is no NDJSON: none of its first lines is an object."


@dataclass(slots=True, kw_only=True)
class Source:
    """An opened list. `records` are its rows; `maybe_columns` and `order` are those of a table, the
    others what was found out: the line of the header, the encoding, the delimiter, the columns of
    the caller's map that the list does not have."""

    media_type: str
    records: Iterator[Record]
    maybe_columns: Columns | None = None
    order: DateOrder = ""
    header_line: int = 0
    delimiter: str = ""
    dialect: str = ""
    unused_map: tuple[str, ...] = ()
    maybe_table: TextTable | None = None

    @property
    def encoding(self) -> str:
        """Return the encoding of a text, as far as it has been read; "" of another format."""
        return self.maybe_table.encoding if self.maybe_table else ""


def open_source(file: BinaryIO, media_type: str, options: BatchOptions) -> Source:
    """Open a list of this format. Raises NotAList for a file that is none."""
    own = dict(options.columns)
    source = Source(media_type=media_type, records=iter(()), unused_map=tuple(own))
    if media_type in (NDJSON, JSON):
        records = _json_lines(file) if media_type == NDJSON else _json_array(file)
        return replace(source, records=records, dialect="createcontact")
    if media_type == VCARD:
        return replace(source, records=card_records(file, options), dialect="vcard")
    known = partial(known_columns, own=own)
    if media_type == XLSX:
        return _table(_sheet(file, known), source, own, options)
    try:
        table = TextTable(
            file,
            encoding=options.encoding,
            delimiter=options.delimiter or ("\t" if media_type == TSV else ""),
            known=known,
        )
    except UnicodeError:
        raise NotAList("encoding", "The file is not in the encoding that is named.") from None
    except ValueError:
        raise NotAList("encoding", "The encoding is not known.") from None
    source = replace(source, delimiter=table.delimiter, maybe_table=table)
    return _table(_text(table), source, own, options)


_Cells = tuple[int, list[str], dict[int, str], str]
"""A record: its line, its cells, the faults of cells, the fault of the whole."""


def _text(table: TextTable) -> Iterator[_Cells]:
    for one in table:
        yield one.line, one.cells, {}, one.fault


def _sheet(file: BinaryIO, known: Callable[[Sequence[str]], int]) -> Iterator[_Cells]:
    from vcardsvc.batch.xlsx import NotAWorkbook, sheet_rows  # openpyxl takes 150 ms

    try:
        width = 0
        for number, row in enumerate(sheet_rows(file, is_header=known), start=1):
            width = max(width, len(row.cells))
            # A sheet keeps no empty cells at the end of a row.
            yield number, row.cells + [""] * (width - len(row.cells)), row.faults, ""
    except NotAWorkbook as fault:
        too_large = fault.cause in TOO_LARGE
        raise NotAList(fault.cause, str(fault), too_large=too_large) from None


def _table(
    records: Iterator[_Cells], source: Source, own: Mapping[str, str], options: BatchOptions
) -> Source:
    """Find the header among the first records; the rest are rows."""
    first: list[_Cells] = []
    for record in records:
        first.append(record)
        if len(first) == SAMPLE:
            break
    if not any(any(map(str.strip, cells)) for _, cells, _, _ in first):
        raise NotAList("empty", "The file is empty.")
    at = _header_index(first, own, options, source.delimiter)
    line, header = first[at][0], first[at][1]
    while header and not header[-1].strip():
        header = header[:-1]
    source.unused_map = unused_map(own, header, source.delimiter)
    source.header_line = line
    source.maybe_columns = columns_of(header, own, options.dialect)
    source.dialect = source.maybe_columns.dialect.name
    rows = _rows(chained(first[at + 1 :], records), source.maybe_columns)
    ahead: list[Row] = []
    if date_columns(source.maybe_columns):
        for row in rows:
            ahead.append(row)
            if len(ahead) == DATES:
                break
    source.order = _order(ahead, source.maybe_columns)
    all_rows: Iterator[Row] = chained(ahead, rows)
    source.records = all_rows
    return source


def _header_index(
    records: Sequence[_Cells], own: Mapping[str, str], options: BatchOptions, delimiter: str
) -> int:
    """Return the index of the record with the most names of columns.

    A record with a number or an address in it is a row, and be all its other cells labels. One that
    has names of columns is not passed over for another of its width: rows would be lost with it.
    """
    best, index, widest = 0, -1, 0
    for at, (_, cells, _, fault) in enumerate(records):
        if fault or not any(cells):
            continue
        fields = columns_of(cells, own, options.dialect).fields
        known, width = sum(map(bool, fields)), sum(map(bool, cells))
        unknown = [cell for cell, name in zip(cells, fields, strict=True) if not name]
        is_row = any(map(_DATA.search, unknown))
        if known > best and not is_row and width > widest:
            best, index, widest = known, at, width
    if index < 0:
        cells = next(cells for _, cells, _, _ in records if any(map(str.strip, cells)))
        unused_map(own, cells, delimiter)
        raise none_known(cells, delimiter)
    return index


def _rows(records: Iterator[_Cells], columns: Columns) -> Iterator[Row]:
    """Yield the rows below the header, up to the lines that follow the last."""
    width, footers = len(columns.header), columns.dialect.footers
    blank: list[Row] = []
    number = 0
    for line, cells, faults, fault in records:
        if footers and _is_footer(cells, footers):
            return
        number += 1
        if not fault and len(cells) > width:
            if any(cell.strip() for cell in cells[width:]):
                fault = "columns"
            else:
                del cells[width:]
        row = Row(row=number, line=line, cells=cells, faults=faults, fault=fault)
        if footers and not any(cells) and len(blank) < BLANKS:
            blank.append(row)  # it may part the rows from the footer
            continue
        yield from blank
        blank.clear()
        yield row
    yield from blank


def _is_footer(cells: Sequence[str], footers: tuple[str, ...]) -> bool:
    """Return whether a record is a line below a report: one text that begins as such lines do."""
    if not cells or any(cells[1:]):
        return False
    return cells[0].strip().lower().startswith(footers)


def _order(rows: Sequence[Row], columns: Columns) -> DateOrder:
    indices = date_columns(columns)
    return order_of(
        [row.cells[index] for row in rows for index in indices if index < len(row.cells)]
    )


def _json_lines(file: BinaryIO) -> Iterator[Record]:
    """Yield the lines of NDJSON; a blank line is a record without text. One broken line costs no
    other; a text of another kind has no object among its first lines."""
    rows, ahead = _numbered_lines(file), list[JsonRow]()
    for row in islice(rows, SAMPLE):
        ahead.append(row)
        if row.text[:1] in (b"{", b"["):
            break
    else:
        if any(one.text for one in ahead):
            raise NotAList("json", NO_NDJSON)
    yield from chained(ahead, rows)


def _numbered_lines(file: BinaryIO) -> Iterator[JsonRow]:
    reader = buffered(file)
    number = 0
    while line := reader.readline(LINE + 1):
        number += 1
        if len(line) > LINE:
            raise NotAList("line-length", "A line has over 1 MB.", too_large=True)
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        yield JsonRow(row=number, line=number, text=line.strip())


def _json_array(file: BinaryIO) -> Iterator[Record]:
    for number, (line, text) in enumerate(objects(file), start=1):
        yield JsonRow(row=number, line=line, text=text)
