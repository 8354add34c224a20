"""Writes the results of a list: as one file of cards, an archive, NDJSON or a report.

Strategy: every form is a generator of octets over results, which holds what it must and no more;
the counts grow as the results pass.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, Final, NamedTuple

from msgspec import structs

from vcardsvc.batch.archive_names import Names
from vcardsvc.batch.failed import FailedRows
from vcardsvc.batch.sources import Source
from vcardsvc.batch.writing import Frame, card_form, frame_of
from vcardsvc.model.batch import BatchOptions, Counts, Record, RowError, RowNote, RowResult

CHUNK: Final = 64 * 1024
"""Octets that are sent at once, about."""

BAD_ROWS: Final = 1_000
"""The most rows with errors or notes of a report."""

MEMBERS: Final = 50_000
"""The most files of an archive, whose names are held until its end: further cards stand together in
files of SPLIT."""

SPLIT: Final = 3_000
"""The most cards of a file that Google imports."""

FILE: Final = 200 * 1024 * 1024
"""The octets at which a file of many cards in an archive ends: what iCloud imports at once."""

ZIP: Final = "application/zip"
NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"

Judged = Iterable[tuple[Record, RowResult]]
"""Records with their results, in order."""


class Run(NamedTuple):
    """Holds what every form needs: the options, what was found out about the source, the counts,
    the first BAD_ROWS rows with errors, and those with notes alone."""

    options: BatchOptions
    source: Source
    counts: Counts
    bad: list[RowResult]
    noted: list[RowResult]
    failed: FailedRows

    def passing(self, judged: Judged) -> Iterator[tuple[Record, RowResult]]:
        """Yield the same, counted and kept for the report."""
        for record, result in judged:
            self.counts.add(result)
            kept = self.bad if result.errors else self.noted
            if (result.errors or result.notes) and len(kept) < BAD_ROWS:
                kept.append(structs.replace(result, card=b""))
            yield record, result

    @property
    def remarkable(self) -> list[RowResult]:
        """Return the first BAD_ROWS rows with errors, and with notes as far as there is room, in
        order."""
        room = BAD_ROWS - len(self.bad)
        return sorted([*self.bad, *self.noted[:room]], key=lambda one: one.row)


def run_of(options: BatchOptions, source: Source) -> Run:
    """Return a run that has not begun."""
    failed = FailedRows(source.maybe_columns, source.delimiter, source.order)
    return Run(options, source, Counts(), [], [], failed)


def content_type(options: BatchOptions) -> str:
    """Return the media type of the whole result."""
    if options.form == "zip":
        return ZIP
    if options.form == "ndjson":
        return NDJSON
    if options.form == "report":
        return JSON
    return frame_of(card_form(options)).content_type


def filename(options: BatchOptions) -> str:
    """Return the name of the whole result's file."""
    endings = {"zip": ".zip", "ndjson": ".ndjson", "report": ".json"}
    return f"contacts{endings.get(options.form) or frame_of(card_form(options)).ending}"


def written(run: Run, judged: Judged) -> Iterator[bytes]:
    """Yield the result of a list in pieces of about CHUNK."""
    return _gathered(_FORMS.get(run.options.form, _cards)(run, run.passing(judged)))


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield small pieces together; the first one goes out at once."""
    held: list[bytes] = []
    size, most = 0, 1
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= most:
            yield b"".join(held)
            held, size, most = [], 0, CHUNK
    if held:
        yield b"".join(held)


def _cards(run: Run, judged: Judged) -> Iterator[bytes]:
    frame = frame_of(card_form(run.options))
    between = b""
    yield frame.head
    for _, result in judged:
        if result.status == "card":
            yield between + result.card if between else result.card
            between = frame.between
    yield frame.tail


def _ndjson(run: Run, judged: Judged) -> Iterator[bytes]:
    """Yield one line for each row; a card is a member of its own form."""
    is_text = card_form(run.options) in ("card", "xcard")
    for _, result in judged:
        members = result_members(result)
        if result.status == "card" and not is_text:
            line = json.dumps({**members, "card": None}, ensure_ascii=False)
            yield line.encode()[:-5] + result.card + b"}\n"
            continue
        if result.status == "card":
            members["vcard" if card_form(run.options) == "card" else "card"] = result.card.decode()
        yield json.dumps(members, ensure_ascii=False).encode() + b"\n"


def result_members(result: RowResult) -> dict[str, Any]:
    """Return a result as JSON, without its card; empty members are left out."""
    members: dict[str, Any] = {"row": result.row, "line": result.line, "status": result.status}
    if not result.line:
        del members["line"]
    if result.reason:
        members["reason"] = result.reason
    if result.errors:
        members["errors"] = [_error(one) for one in result.errors]
    if result.notes:
        members["notes"] = [_note(one) for one in result.notes]
    return members


def _error(error: RowError) -> dict[str, str]:
    members = {"error-code": error.code, "error-info": error.info}
    more = {
        "field": error.field, "column": error.column, "value": error.value, "hint": error.hint,
    }  # fmt: skip
    return {**members, **{name: text for name, text in more.items() if text}}


def _note(note: RowNote) -> dict[str, str]:
    more = {"column": note.column, "reason": note.reason}
    found = {"field": note.field, "code": note.code}
    return {**found, **{name: text for name, text in more.items() if text}}


def _report(run: Run, judged: Judged) -> Iterator[bytes]:
    for _ in judged:
        pass
    yield report_octets(run)


def report_octets(run: Run) -> bytes:
    """Return the report on the rows that have passed."""
    return json.dumps(report(run), ensure_ascii=False, indent=2).encode() + b"\n"


def report(run: Run) -> dict[str, Any]:
    """Return the counts, what was found out about the file, and the rows with errors or notes."""
    counts = run.counts
    return {
        "rows": counts.cards + counts.errors + counts.skipped,
        "cards": counts.cards,
        "errors": counts.errors,
        "skipped": counts.skipped,
        "with-notes": counts.noted,
        **description(run.source),
        "bad-rows": [result_members(one) for one in run.remarkable],
    }


def description(source: Source) -> dict[str, Any]:
    """Return what was found out about a file: dialect, encoding, delimiter, header, columns."""
    found: dict[str, Any] = {"format": source.media_type, "dialect": source.dialect}
    if source.unused_map:
        found["unused-map"] = list(source.unused_map)
    columns = source.maybe_columns
    if columns is None:
        return found
    if columns.dialect.language:
        found["language"] = columns.dialect.language
    if source.encoding:
        found |= {"encoding": source.encoding, "delimiter": source.delimiter}
    if source.maybe_table is not None and source.maybe_table.mixed:
        found["mixed-encoding"] = True
    names = list(columns.header)
    return {
        **found,
        "header-line": source.header_line,
        "date-order": {"day": "day first", "month": "month first"}.get(source.order, "not shown"),
        "columns": [
            {"column": name, "field": field or None}
            for name, field in zip(columns.header, columns.fields, strict=True)
        ],
        "duplicate-columns": sorted({name for name in names if name and names.count(name) > 1}),
    }


class _Sink:
    """Takes what an archive writes, until it is sent."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing behind."""

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        octets, self._pieces = b"".join(self._pieces), []
        return octets


def _zip(run: Run, judged: Judged) -> Iterator[bytes]:
    """Yield an archive of the cards, the report and the failed rows. Its files have no dates, so
    equal lists give equal octets."""
    sink = _Sink()
    archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]  # it needs no more than write
    frame = frame_of(card_form(run.options))
    names = Names(frame.ending)
    split = run.options.split
    files = _Files(archive, frame, names, split or SPLIT)
    count = 0
    try:
        for record, result in judged:
            if result.status == "error":
                run.failed.add(record, result)
            if result.status != "card":
                continue
            if split or count >= MEMBERS:
                files.add(result.card)
            else:
                name = _member(names.new(result.name))
                archive.writestr(name, frame.head + result.card + frame.tail)
                count += 1
            yield sink.taken()
    finally:
        files.close()
    archive.writestr(_member("report.json"), report_octets(run))
    if run.failed.count:
        with archive.open(_member(run.failed.name), "w") as member:
            for chunk in run.failed.octets():
                member.write(chunk)
                yield sink.taken()
    archive.close()
    yield sink.taken()


class _Files:
    """Writes files of up to `most` cards into an archive, each card as it comes."""

    def __init__(self, archive: zipfile.ZipFile, frame: Frame, names: Names, most: int) -> None:
        self._archive = archive
        self._frame = frame
        self._names = names
        self._most = most
        self._maybe_file: IO[bytes] | None = None
        self._cards = self._size = 0

    def add(self, card: bytes) -> None:
        """Write a card."""
        if self._maybe_file is None:
            self._maybe_file = self._archive.open(_member(self._names.numbered()), "w")
            self._maybe_file.write(self._frame.head)
            self._cards = self._size = 0
        else:
            self._maybe_file.write(self._frame.between)
        self._maybe_file.write(card)
        self._cards += 1
        self._size += len(card)
        if self._cards == self._most or self._size >= FILE:
            self.close()

    def close(self) -> None:
        """End the file that is open."""
        if self._maybe_file is not None:
            self._maybe_file.write(self._frame.tail)
            self._maybe_file.close()
            self._maybe_file = None


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


_FORMS: Final[Mapping[str, Callable[[Run, Judged], Iterator[bytes]]]] = {
    "zip": _zip,
    "ndjson": _ndjson,
    "report": _report,
}
"""The writers of forms other than a file of cards."""
