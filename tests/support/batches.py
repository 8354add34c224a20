"""Lists of contacts for tests: read in this process, and their cards as lines."""

import io
from typing import Any

from vcardsvc.batch.outputs import report_octets
from vcardsvc.batch.results import cards
from vcardsvc.batch.run import Result, open_file, run_batch
from vcardsvc.formats.json import json_value
from vcardsvc.model.batch import BatchOptions, RowResult

ENVELOPE = ("BEGIN:", "VERSION:", "UID:", "FN:", "END:")
"""How lines begin that say nothing of what a row holds."""


def batch_of(octets: bytes, filename: str = "list.csv", **options: Any) -> Result:
    """The run of a list. Raises NotAList for a file that is none."""
    chosen = BatchOptions(**options)
    return run_batch(open_file(io.BytesIO(octets), "", filename, chosen), chosen)


def written(octets: bytes, filename: str = "list.csv", **options: Any) -> bytes:
    """The whole result of a list."""
    result = batch_of(octets, filename, **options)
    found = b"".join(result.pieces)
    result.run.failed.close()
    return found


def report_of(octets: bytes, filename: str = "list.csv", **options: Any) -> Any:
    """The report on a list."""
    result = batch_of(octets, filename, **options)
    list(result.pieces)
    return json_value(report_octets(result.run))


def results_of(octets: bytes, filename: str = "list.csv", **options: Any) -> list[RowResult]:
    """The result of each row."""
    chosen = BatchOptions(**options)
    source = open_file(io.BytesIO(octets), "", filename, chosen)
    return list(cards(source.records, chosen, source.maybe_columns, source.order))


def lines_of(card: bytes) -> list[str]:
    """The lines of a card that say what it holds, unfolded."""
    lines = card.decode().replace("\r\n ", "").splitlines()
    return [line for line in lines if not line.startswith(ENVELOPE)]


def outcome(result: RowResult) -> list[str] | str:
    """The lines of a card, or the status and reason of a row without one."""
    if result.status == "card":
        return lines_of(result.card)
    return f"{result.status}: {result.reason}"


def outcomes(octets: bytes, filename: str = "list.csv", **options: Any) -> list[list[str] | str]:
    """What becomes of each row of a list."""
    return [outcome(one) for one in results_of(octets, filename, **options)]


def table(header: str, *rows: str) -> bytes:
    """A table in UTF-8 whose lines end with LF."""
    return "".join(f"{line}\n" for line in (header, *rows)).encode()


def one_card(header: str, row: str, **options: Any) -> list[str] | str:
    """What becomes of the one row of a table."""
    [found] = outcomes(table(header, row), **options)
    return found


def notes_of(header: str, row: str, **options: Any) -> list[tuple[str, str, str]]:
    """The notes of the one row of a table: the field, the code, the column."""
    [found] = results_of(table(header, row), **options)
    return [(note.field, note.code, note.column) for note in found.notes]
