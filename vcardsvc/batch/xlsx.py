"""Reads the rows of an Excel workbook as texts.

Strategy: the zip is judged by its directory before anything is unpacked, and what is unpacked is
counted. Small parts are parsed once under limits, then by openpyxl. The shared strings and the
sheet are parsed as a stream: each string and each row becomes a small tree, whose cells openpyxl
reads, and is dropped. Only what a cell holds is kept: no fonts, formulas, links, macros, pictures.
This runs in a process that may be killed at any time, so it keeps no state.
"""

import re
import warnings
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import Any, BinaryIO, Final, NamedTuple, cast
from xml.parsers.expat import ParserCreate, XMLParserType
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from openpyxl.packaging.manifest import Manifest
from openpyxl.packaging.relationship import Relationship, get_dependents, get_rels_path
from openpyxl.packaging.workbook import WorkbookPackage
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601
from openpyxl.utils.escape import unescape
from openpyxl.xml.constants import (
    ARC_CONTENT_TYPES,
    SHARED_STRINGS,
    SHEET_MAIN_NS,
    STYLES_TYPE,
    XLSM,
    XLSX,
    XLTM,
    XLTX,
)
from openpyxl.xml.functions import fromstring

from vcardsvc.batch.table import SAMPLE

MIB: Final = 1024 * 1024

MEMBERS: Final = 1_000
"""The most files in the zip. Excel writes about ten, and three a sheet."""

DIRECTORY: Final = MIB
"""The most bytes that are read from the file in one piece, as its directory is: 1,000 entries have
about 100,000."""

RATIO: Final = 500
RATIO_FROM: Final = MIB
"""The most times that a member of over a mebibyte may be packed. Measured: sheets of contacts 10 to
20, rows that are equal to the last byte 200; deflate reaches 1,032."""

PART: Final = 16 * MIB
PART_ELEMENTS: Final = 250_000
"""The most bytes and elements of a part that is read as a whole. The largest is that of the styles:
Excel allows 65,490 of them, each with an alignment and a protection."""

CHUNK: Final = 64 * 1024
"""Bytes that are unpacked and parsed at a time."""

TOKEN: Final = MIB
"""The most bytes of one tag or comment, which the parser holds as a whole."""

ROW_CHARACTERS: Final = 4 * MIB
"""The most characters of a row or a shared string, before their escapes are read."""

FOREIGN: Final = 100_000
"""The most elements beside the rows or strings. Excel writes one a column and a few more."""

SHEET_COLUMNS: Final = 16_384
SHEET_ROWS: Final = 1_048_576
TEXT: Final = 32_767
"""The columns and rows of a sheet, the characters of a cell: Excel's own limits (Excel
specifications and limits, support.microsoft.com)."""

GAP: Final = 1_000_000
"""The most empty rows in one piece."""

STRING_COST: Final = 8
"""Bytes that each shared string takes beside its text."""

SENTENCES: Final[dict[str, str]] = {
    "not-a-workbook": "The file is no Excel workbook (.xlsx).",
    "old-format": "The file is a workbook of Excel 97 to 2003 (.xls); save it as .xlsx.",
    "other-format": "The file is a workbook of another format; save it as Excel workbook (.xlsx).",
    "encrypted": "The workbook is encrypted; save it without a password.",
    "damaged": "The workbook is damaged.",
    "zip-bomb": "The workbook unpacks to more than is read.",
    "entities": "The workbook declares document types or entities, as no spreadsheet does.",
    "parts": "The workbook has more or larger parts than are read.",
    "part-names": "The workbook has a part whose name leads out of it.",
    "columns": "The sheet has more columns than are read.",
    "rows": "The sheet has more rows, or more empty rows in one piece, than are read.",
    "cells": "The sheet has more cells than are read.",
    "strings": "The workbook has more text than is read.",
    "text": "A cell has more text than Excel allows.",
}
"""What is said to people, by the cause."""


class NotAWorkbook(Exception):
    """A file that is not read; `cause` is a key of SENTENCES, the text its sentence."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return SENTENCES[self.cause]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Holds the limits of a workbook: `unpacked` bytes in all, `columns` of a row, `cells` in all
    and `strings` bytes of shared strings."""

    unpacked: int = 200 * MIB
    columns: int = 2_000
    cells: int = 50_000_000
    strings: int = 64 * MIB


LIMITS: Final = Limits()


class Cells(NamedTuple):
    """Holds a row: its texts up to the last cell that holds anything, and what could not be read,
    by column index: "truth-value", "formula" (without a stored value), "error-value"."""

    cells: list[str]
    faults: dict[int, str]


def sheet_rows(
    file: BinaryIO,
    limits: Limits = LIMITS,
    *,
    is_header: Callable[[Sequence[str]], object] = bool,
) -> Iterator[Cells]:
    """Yield the rows of a sheet, from row 1 to the last that holds anything; an empty row has no
    cells. It is the first visible sheet that `is_header` is true of one of the first SAMPLE rows
    of, else the first that holds anything.

    Numbers have all their digits, and the leading zeros of their format. Dates are YYYY-MM-DD, with
    HH:MM:SS behind a space unless it is midnight; times are HH:MM:SS. A file without any content
    has no rows. Raises NotAWorkbook, maybe after some rows, and nothing else but MemoryError.
    """
    try:
        with _Archive(file, limits) as archive:
            yield from _first_filled(archive, limits, is_header)
    except (NotAWorkbook, MemoryError):
        raise
    except Exception as fault:  # of many kinds, for openpyxl and zipfile name none
        raise NotAWorkbook("damaged") from fault


# --- The zip

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00")
"""The first bytes of a zip, of a compound file (MS-CFB 2.2) and of Excel 2 to 5 (MS-XLS 2.4.21)."""

ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
"""The entry of a compound file that holds an encrypted workbook (MS-OFFCRYPTO 2.3.4.4)."""

ENCRYPTED: Final = 1 << 0 | 1 << 6 | 1 << 13
"""The flags of encryption of a member (APPNOTE 4.4.4)."""


class _Source:
    """Reads the file for ZipFile, which asks for a directory of any size in one piece."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable
        self._read = file.read

    def read(self, size: int = -1) -> bytes:
        data = self._read(DIRECTORY + 1 if size < 0 else min(size, DIRECTORY + 1))
        if len(data) > DIRECTORY:
            raise NotAWorkbook("parts")
        return data


class _Archive(ZipFile):
    """Unpacks the parts of a workbook, whose zip has been checked, under the limits."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        _check_format(file)
        try:
            super().__init__(cast("BinaryIO", _Source(file)))
        except BadZipFile as fault:
            raise NotAWorkbook("damaged") from fault
        self._left = limits.unpacked
        _check_members(self.infolist(), limits)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part."""
        size = 0
        with self.open(name) as part:
            while data := part.read(CHUNK):
                size += len(data)
                self._left -= len(data)
                if self._left < 0:
                    raise NotAWorkbook("zip-bomb")
                yield data
        if size != self.getinfo(name).file_size:
            raise NotAWorkbook("damaged")

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return a small part as a whole, which openpyxl then parses. It is checked here, for
        openpyxl takes every document type without entities, and trees of any size."""
        assert isinstance(name, str)  # noqa: S101  # openpyxl passes no other
        if self.getinfo(name).file_size > PART:
            raise NotAWorkbook("parts")
        data = b"".join(self.chunks(name))
        _check_xml(data)
        return data


def _check_xml(data: bytes) -> None:
    count = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > PART_ELEMENTS:
            raise NotAWorkbook("parts")

    parser = _parser()
    parser.StartElementHandler = start
    parser.Parse(data, True)


def _check_format(file: BinaryIO) -> None:
    file.seek(0)
    head = file.read(512)
    if head.startswith(OLE):
        size = 1 << min(int.from_bytes(head[30:32], "little"), 12)
        file.seek((int.from_bytes(head[48:52], "little") + 1) * size)
        encrypted = ENCRYPTED_STREAM in file.read(4096)
        raise NotAWorkbook("encrypted" if encrypted else "old-format")
    if head.startswith(BIFF):
        raise NotAWorkbook("old-format")
    if not head.startswith(ZIP):
        raise NotAWorkbook("not-a-workbook")


def _check_members(members: list[ZipInfo], limits: Limits) -> None:
    names = {member.filename.lower() for member in members}
    unpacked = sum(member.file_size for member in members)
    ratio = any(
        member.file_size > max(RATIO_FROM, RATIO * member.compress_size) for member in members
    )
    methods = {member.compress_type for member in members}
    outside = any(name.startswith("/") or ".." in re.split(r"[/\\]", name) for name in names)
    checks = (
        (len(members) > MEMBERS, "parts"),
        (unpacked > limits.unpacked or ratio, "zip-bomb"),
        (any(member.flag_bits & ENCRYPTED for member in members), "encrypted"),
        (outside, "part-names"),
        (len(names) < len(members) or not methods <= {ZIP_STORED, ZIP_DEFLATED}, "damaged"),
        ("meta-inf/manifest.xml" in names or "xl/workbook.bin" in names, "other-format"),
        (ARC_CONTENT_TYPES.lower() not in names, "not-a-workbook"),
    )
    for failed, cause in checks:
        if failed:
            raise NotAWorkbook(cause)


# --- The workbook

WORKBOOKS: Final = frozenset((XLSX, XLSM, XLTX, XLTM))
STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
"""The namespace of "Strict Open XML", which openpyxl does not read (ISO/IEC 29500-1)."""

ASIAN_DATES: Final = frozenset((*range(27, 37), *range(50, 59)))
"""Formats of dates that openpyxl does not list (ECMA-376 18.8.30, zh-tw to ko-kr)."""

_NAMESPACES: Final = {"m": SHEET_MAIN_NS}

FORMAT: Final = 255
"""The most characters of a number format: Excel's limit. A search in one takes quadratic time."""

ZEROS: Final = re.compile(r"(?:0|\\?[-() /])+")
"""A number format of zeros and separators, "00000" or "000\\-0000"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Formats:
    """Holds what number formats mean, by the index of the cell's style."""

    dates: frozenset[int] = frozenset()
    durations: frozenset[int] = frozenset()
    zeros: dict[int, str]


def _first_filled(
    archive: _Archive, limits: Limits, is_header: Callable[[Sequence[str]], object]
) -> Iterator[Cells]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
        package = Manifest.from_tree(fromstring(archive.read(ARC_CONTENT_TYPES)))
        workbook, parts = _workbook(archive, package)
    strings = _strings(archive, package, limits)
    formats = _formats(archive, package)
    epoch = MAC_EPOCH if workbook.workbookPr.date1904 else WINDOWS_EPOCH
    reader = _CellReader(strings, formats, epoch, limits)
    maybe_filled = None
    for part in parts:
        rows = _filled_rows(archive, part, reader)
        first = list(islice(rows, SAMPLE))
        if any(is_header(row.cells) for row in first):
            yield from first
            yield from rows
            return
        maybe_filled = maybe_filled or (part if first else None)
    if maybe_filled:
        yield from _filled_rows(archive, maybe_filled, reader)


def _workbook(archive: _Archive, package: Manifest) -> tuple[WorkbookPackage, list[str]]:
    """Return the workbook, and the names of the parts of its visible sheets."""
    name = _workbook_part(package)
    root = fromstring(archive.read(name))
    if root.tag.startswith(STRICT):
        raise NotAWorkbook("other-format")
    _keep(root, {"workbookPr", "sheets"})
    workbook = WorkbookPackage.from_tree(root)
    targets: dict[str, Relationship] = get_dependents(archive, get_rels_path(name)).to_dict()
    parts = [
        targets[sheet.id].Target
        for sheet in workbook.sheets
        if sheet.state == "visible" and targets[sheet.id].Type.endswith("/worksheet")
    ]
    return workbook, parts


def _workbook_part(package: Manifest) -> str:
    for part in package.Override:
        if part.ContentType in WORKBOOKS:
            return str(part.PartName).removeprefix("/")
    # Some programs give all XML of the package the type of the workbook.
    if WORKBOOKS & {default.ContentType for default in package.Default}:
        return "xl/workbook.xml"
    raise NotAWorkbook("not-a-workbook")


def _keep(root: Any, names: set[str]) -> None:
    """Remove all other children: openpyxl refuses whole workbooks for a faulty font or view."""
    for child in list(root):
        if child.tag.rpartition("}")[2] not in names:
            root.remove(child)


def _formats(archive: _Archive, package: Manifest) -> _Formats:
    maybe_part = package.find(STYLES_TYPE)
    if maybe_part is None:
        return _Formats(zeros={})
    root = fromstring(archive.read(maybe_part.PartName.removeprefix("/")))
    own = {
        int(each.get("numFmtId", "")): each.get("formatCode", "")[: FORMAT + 1]
        for each in root.findall("m:numFmts/m:numFmt", _NAMESPACES)
    }
    ids = [int(xf.get("numFmtId", "0")) for xf in root.findall("m:cellXfs/m:xf", _NAMESPACES)]
    known: dict[int, str] = {**BUILTIN_FORMATS, **own}
    codes = [
        (index, code)
        for index, number in enumerate(ids)
        if len(code := known.get(number, "")) <= FORMAT
    ]
    asian = {index for index, number in enumerate(ids) if number in ASIAN_DATES - own.keys()}
    return _Formats(
        dates=frozenset(index for index, code in codes if is_date_format(code)) | asian,
        durations=frozenset(index for index, code in codes if is_timedelta_format(code)),
        zeros={
            index: code.replace("\\", "")
            for index, code in codes
            if code.count("0") > 1 and ZEROS.fullmatch(code)
        },
    )


# --- Streams of rows and strings

_NAMES: Final = ("row", "c", "v", "f", "is", "t", "r", "si", "sheetData", "sst")
_ROW, _CELL, _VALUE, _FORMULA, _INLINE, _TEXT, _RUN, _STRING, _DATA, _TABLE = (
    f"{SHEET_MAIN_NS}}}{name}" for name in _NAMES
)
_IN_CELL: Final = frozenset((_INLINE, _RUN))
_SHEET: Final = f"{SHEET_MAIN_NS}}}worksheet"


class _Cell:
    """Holds a cell as it stands in the sheet, or a shared string.

    `value` is the text of its <v>, if it has one; `text` that of its <t> without readings.
    """

    __slots__ = ("attributes", "formula", "maybe_value", "text")

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.formula = False
        self.maybe_value: str | None = None
        self.text = ""


class _Row(NamedTuple):
    """Holds a row as it stands in the sheet, or a shared string, which has one cell."""

    attributes: dict[str, str]
    cells: list[_Cell]


class _Rows:
    """Takes rows or shared strings out of the parser's events, under the limits.

    `root` is the name of the part's first element, `left` the number of cells that there may be.
    """

    def __init__(self, root: str, left: int) -> None:
        self._root = root
        self.rows: list[_Row] = []
        self.left = left
        self.ended = False
        self._maybe_row: _Row | None = None
        self._maybe_cell: _Cell | None = None
        self._maybe_pieces: list[str] | None = None
        self._skipped = self._foreign = self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
        elif self._maybe_cell is None:
            self._start_outside(name, attributes)
        elif name in (_VALUE, _TEXT):
            self._maybe_pieces = []
        elif name == _FORMULA:
            self._maybe_cell.formula = True
            self._skipped = 1
        elif name not in _IN_CELL:
            self._skipped = 1

    def _start_outside(self, name: str, attributes: dict[str, str]) -> None:
        if name == _CELL and self._maybe_row is not None:
            self._start_cell(attributes)
        elif name in (_ROW, _STRING) and self._maybe_row is None and self._foreign:
            self._maybe_row = _Row(attributes, [])
            self._characters = 0
            if name == _STRING:
                self._start_cell({})
        elif self._foreign == 0 and name != self._root:
            raise NotAWorkbook("damaged")
        else:
            self._foreign += 1
            if self._foreign > FOREIGN:
                raise NotAWorkbook("parts")

    def _start_cell(self, attributes: dict[str, str]) -> None:
        assert self._maybe_row is not None  # noqa: S101  # the caller has looked
        self.left -= 1
        if self.left < 0:
            raise NotAWorkbook("cells")
        if len(self._maybe_row.cells) == SHEET_COLUMNS:
            raise NotAWorkbook("columns")
        self._maybe_cell = _Cell(attributes)
        self._maybe_row.cells.append(self._maybe_cell)

    def data(self, data: str) -> None:
        if self._maybe_pieces is not None and not self._skipped:
            self._characters += len(data)
            if self._characters > ROW_CHARACTERS:
                raise NotAWorkbook("text")
            self._maybe_pieces.append(data)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._maybe_cell is not None:
            self._end_inside(self._maybe_cell, name)
        elif name == _ROW and self._maybe_row is not None:
            self.rows.append(self._maybe_row)
            self._maybe_row = None
        elif name in (_DATA, _TABLE):
            self.ended = True

    def _end_inside(self, cell: _Cell, name: str) -> None:
        if self._maybe_pieces is not None:
            text = "".join(self._maybe_pieces)
            self._maybe_pieces = None
            if name == _VALUE:
                cell.maybe_value = text
            else:
                cell.text += text
        elif name in (_CELL, _STRING):
            self._maybe_cell = None
            if name == _STRING and self._maybe_row is not None:
                self.rows.append(self._maybe_row)
                self._maybe_row = None


def _parser() -> XMLParserType:
    """Return a parser that takes no document type. Without one there are no entities."""
    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_names: object) -> None:
    raise NotAWorkbook("entities")


def _stream(archive: _Archive, name: str, root: str, cells: int) -> Iterator[_Row]:
    """Yield the rows of a sheet, or the strings of the shared strings, with at most so many cells.
    What follows them is unpacked for its checksum alone."""
    target = _Rows(root, cells)
    parser = _parser()
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.CharacterDataHandler = target.data
    fed = 0
    for data in archive.chunks(name):
        if not target.ended:
            parser.Parse(data, False)
            fed += len(data)
            # An incomplete token is scanned anew with every chunk.
            if fed - parser.CurrentByteIndex > TOKEN:
                raise NotAWorkbook("parts")
            yield from target.rows
            target.rows.clear()
    if not target.ended:
        parser.Parse(b"", True)


def _filled_rows(archive: _Archive, name: str, reader: "_CellReader") -> Iterator[Cells]:
    """Yield the rows of a sheet, up to the last that holds anything."""
    number = last = 0
    for row in _stream(archive, name, _SHEET, reader.left):
        before, number = number, int(row.attributes.get("r", number + 1))
        if number <= before:
            raise NotAWorkbook("damaged")
        cells = reader.row(row)
        if number > SHEET_ROWS or (cells.cells and number - last - 1 > GAP):
            raise NotAWorkbook("rows")
        if cells.cells:
            for _ in range(last + 1, number):
                yield Cells([], {})
            yield cells
            last = number


# --- Texts


class _Strings:
    """Holds the shared strings in one piece: as objects they take three times the memory."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._ends = array("Q", [0])

    def append(self, text: str) -> int:
        """Add a string, and return the bytes that all take."""
        self._octets += text.encode()
        self._ends.append(len(self._octets))
        return len(self._octets) + STRING_COST * len(self._ends)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise NotAWorkbook("damaged")
        return self._octets[self._ends[index] : self._ends[index + 1]].decode()


def _strings(archive: _Archive, package: Manifest, limits: Limits) -> _Strings:
    strings = _Strings()
    maybe_part = package.find(SHARED_STRINGS)
    if maybe_part is not None:
        name = maybe_part.PartName.removeprefix("/")
        for row in _stream(archive, name, _TABLE, limits.strings):
            if strings.append(_unescaped(row.cells[0].text)) > limits.strings:
                raise NotAWorkbook("strings")
    return strings


def _unescaped(text: str) -> str:
    """Return the text with its _xHHHH_ as characters (ECMA-376 22.9.2.19); of the halves of a
    surrogate pair, one without the other becomes U+FFFD."""
    if "_x" in text:
        text = unescape(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if len(text) > TEXT:
        raise NotAWorkbook("text")
    return text


# --- Cells

INTEGER: Final = re.compile(r"[-+]?[0-9]{1,400}")
"""An integer; a double has at most 309 digits before its point."""

DAY: Final = 86_400
"""Seconds of a day."""


class _CellReader:
    """Reads the cells of rows. It counts them, in all sheets together."""

    def __init__(
        self, strings: _Strings, formats: _Formats, epoch: datetime, limits: Limits
    ) -> None:
        self._strings = strings
        self._formats = formats
        self._epoch = epoch
        self._limits = limits
        self.left = limits.cells
        self._readers: dict[str, Callable[[str, int], tuple[str, str]]] = {
            "n": self._number,
            "s": lambda value, _style: (self._strings[int(value)], ""),
            "str": lambda value, _style: (_unescaped(value), ""),
            "d": lambda value, _style: _iso(value),
            "b": lambda _value, _style: ("", "truth-value"),
            "e": lambda _value, _style: ("", "error-value"),
        }

    def row(self, row: _Row) -> Cells:
        """Return the cells of a row up to the last that holds anything."""
        self.left -= len(row.cells)
        column = 0
        texts: dict[int, str] = {}
        faults: dict[int, str] = {}
        for cell in row.cells:
            reference = cell.attributes.get("r")
            column = coordinate_to_tuple(reference)[1] if reference else column + 1
            text, fault = self._cell(cell)
            if not text and not fault:
                continue
            if column > self._limits.columns:
                raise NotAWorkbook("columns")
            if column - 1 in texts:
                raise NotAWorkbook("damaged")
            texts[column - 1] = text
            if fault:
                faults[column - 1] = fault
        width = max(texts, default=-1) + 1
        return Cells([texts.get(index, "") for index in range(width)], faults)

    def _cell(self, cell: _Cell) -> tuple[str, str]:
        """Return the text of a cell and its fault, "" if it has none."""
        kind = cell.attributes.get("t", "n")
        if kind == "inlineStr":
            return _unescaped(cell.text), ""
        if cell.maybe_value:
            return self._readers[kind](cell.maybe_value, int(cell.attributes.get("s", "0")))
        # The stored value of a formula of texts may be an empty one.
        stored = kind == "str" and cell.maybe_value is not None
        return "", "formula" if cell.formula and not stored else ""

    def _number(self, value: str, style: int) -> tuple[str, str]:
        try:
            number = int(value) if INTEGER.fullmatch(value) else float(value)
            if style in self._formats.dates:
                return self._date(number, style), ""
            if isinstance(number, float) and not number.is_integer():
                return _decimal(number), ""
            return _with_zeros(int(number), self._formats.zeros.get(style, "")), ""
        except (ValueError, OverflowError):
            return "", "error-value"  # no number, an infinite one, or a date that is none

    def _date(self, number: float, style: int) -> str:
        # Half an hour is 0.0208333...: the nearest second is meant.
        seconds = round(number * DAY)
        if seconds < 0:
            raise ValueError
        if style in self._formats.durations:
            return _moment(timedelta(seconds=seconds))
        return _moment(from_excel(seconds / DAY, self._epoch))


def _decimal(number: float) -> str:
    if not isfinite(number):
        raise ValueError
    return format(Decimal(repr(number)), "f")


def _with_zeros(number: int, zeros: str) -> str:
    """Return the digits in a format of zeros: 1234 in "000-000" is 001-234."""
    if number < 0 or not zeros:
        return str(number)
    count = zeros.count("0")
    digits = str(number).zfill(count)
    # More digits than zeros stand at the first zero.
    pieces = iter((digits[: len(digits) - count + 1], *digits[len(digits) - count + 1 :]))
    return "".join([next(pieces) if one == "0" else one for one in zeros])


def _iso(value: str) -> tuple[str, str]:
    try:
        return _moment(from_ISO8601(value)), ""
    except ValueError:
        return "", "error-value"


def _moment(value: date | time | timedelta) -> str:
    """Return a date, a time or both as text; a duration has hours beyond 24."""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(" ", "seconds")
    return value.strftime("%Y-%m-%d")
