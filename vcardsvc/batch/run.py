"""Runs a batch: opens the file, judges its rows, and yields the result in pieces.

Strategy: a list of up to `judged` rows is judged before the first octet, so that its counts stand
in front; a longer one, and one whose cards with their photos are too many to be held, is written
while it is read.
"""

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NamedTuple

from msgspec import structs

from vcardsvc.apis.convert.files import charset_of
from vcardsvc.batch import media_types
from vcardsvc.batch.arriving import whole
from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.media_types import format_of
from vcardsvc.batch.octets import buffered
from vcardsvc.batch.outputs import Judged, Run, run_of, written
from vcardsvc.batch.photos import PhotoSource, with_photos
from vcardsvc.batch.results import Judge
from vcardsvc.batch.sources import Source, open_source
from vcardsvc.batch.table import chained
from vcardsvc.errors import DUPLICATE
from vcardsvc.model.batch import BatchOptions, Counts, JsonRow, Record, Row, RowNote, RowResult
from vcardsvc.model.card import Binary
from vcardsvc.vcard.parser.octets import codec_of

KNOWN_AGAIN: Final = 100_000
"""Rows whose name and e-mail address are kept to find a second one: some 15 MB."""

HELD: Final = 8 * 1024 * 1024
"""Octets of records, and of their cards, that are held to be judged before the first octet of the
result."""

USUAL: Final = ("", "utf_8", "ascii")
"""Character sets of a Content-Type that say no more than the file does: clients add the first ones
to every text."""

ZIP_START: Final = b"PK\x03\x04"
OLE_START: Final = b"\xd0\xcf\x11\xe0"
BINARY_STARTS: Final = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\x7fELF", b"Rar!",
)  # fmt: skip
"""How files of other kinds begin: PDF, images, gzip, programs."""

_OBJECTS: Final = re.compile(rb"\{[^\r\n]*\}[ \t]*[\r\n]+[ \t]*\{")
"""Two objects in two lines: NDJSON under the name of JSON."""

CARD_START: Final = b"BEGIN:VCARD"

OLD_EXCEL: Final = (
    "It is a file of an old Excel (.xls), or one with a password. Save it as .xlsx or CSV."
)
NO_FORMAT: Final = "It is no CSV, TSV, XLSX, NDJSON, JSON or vCard file."
HTML: Final = "It is a web page. Save the sheet as .xlsx or CSV."


def open_file(file: BinaryIO, content_type: str, filename: str, options: BatchOptions) -> Source:
    """Open a list by what it is called, and by how it begins where the two differ.

    Raises NotAList for a file that is none.
    """
    reader = buffered(file)
    start = _start_of(reader)
    _check_start(start)
    if start.startswith(ZIP_START):
        return open_source(whole(reader), media_types.XLSX, options)
    named = format_of(content_type, filename)
    if named == media_types.XLSX:
        raise NotAList("not-a-workbook", "It is no workbook.")
    charset = charset_of(content_type)
    if not options.encoding and codec_of(charset) not in USUAL:
        options = structs.replace(options, encoding=charset)
    return open_source(reader, _text_format(start, named), options)


def _check_start(start: bytes) -> None:
    """Raise NotAList for a file that begins as no list does."""
    if not start:
        raise NotAList("empty", "The file is empty.")
    if start.startswith(OLE_START):
        raise NotAList("old-format", OLD_EXCEL)
    if start.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
        raise NotAList("html", HTML)
    if start.startswith(BINARY_STARTS):
        raise NotAList("format", NO_FORMAT)


def _text_format(start: bytes, named: str) -> str:
    """Return the format of a text, by what it is called and by how it begins."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if named in ("", media_types.CSV) and text[: len(CARD_START)].upper() == CARD_START:
        return media_types.VCARD
    if not named and text.startswith((b"[", b"{")):
        named = media_types.JSON if text.startswith(b"[") else media_types.NDJSON
    if named == media_types.JSON and _OBJECTS.match(text):
        return media_types.NDJSON
    return named or media_types.CSV


def _start_of(file: "io.BufferedReader[Any]") -> bytes:
    """Return the first octets of a file; the next read begins with them too."""
    return file.peek(4096)[:4096]


class Result(NamedTuple):
    """Holds the run of a list, its counts where all rows are judged already, and its result in
    pieces."""

    run: Run
    maybe_counts: Counts | None
    pieces: Iterator[bytes]


def run_batch(
    source: Source, options: BatchOptions, maybe_photos: PhotoSource | None = None
) -> Result:
    """Begin the run of a list. Raises NotAList for a file that is none."""
    photos = None
    if maybe_photos is not None and options.photo != "none":
        photos = with_photos(maybe_photos, options)
    run = run_of(options, source)
    judge = Judge(options, source.maybe_columns, source.order, photos).result
    first = _first(source.records, options.judged)
    is_long = len(first) > options.judged or sum(map(size_of, first)) > HELD
    records = chained(first, source.records) if is_long else iter(first)
    judged = known_again((record, judge(record)) for record in records)
    if is_long:
        return Result(run, None, written(run, judged))
    held, counts, size = [], Counts(), 0
    for pair in judged:
        held.append(pair)
        counts.add(pair[1])
        size += len(pair[1].card)
        if size > HELD:
            return Result(run, None, written(run, chained(held, judged)))
    return Result(run, counts, written(run, held))


def known_again(judged: Judged) -> Iterator[tuple[Record, RowResult]]:
    """Yield the same, with a note on a card whose name and e-mail address a row before it has."""
    seen: dict[int, int] = {}
    for record, result in judged:
        before = seen.get(result.key) if result.key else None
        if before is not None:
            reason = f"Row {before} has the same name and e-mail address."
            note = RowNote(field="row", code=DUPLICATE, reason=reason)
            result = structs.replace(result, notes=(*result.notes, note))
        elif result.key and len(seen) < KNOWN_AGAIN:
            seen[result.key] = result.row
        yield record, result


def _first(records: Iterator[Record], most: int) -> list[Record]:
    """Return the first records: one more than `most`, or those of HELD octets."""
    first, size = [], 0
    for record in records:
        first.append(record)
        size += size_of(record)
        if len(first) > most or size > HELD:
            break
    return first


def size_of(record: Record) -> int:
    """Return about how many octets a record holds."""
    if isinstance(record, Row):
        return sum(map(len, record.cells))
    if isinstance(record, JsonRow):
        return len(record.text)
    values = [one.value for one in record.card.properties]
    return sum(len(one.data if isinstance(one, Binary) else one) for one in values)
