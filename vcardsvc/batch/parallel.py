"""Judges the records of a list in several processes, in their order."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Final

from vcardsvc.batch.cells import DateOrder
from vcardsvc.batch.columns import Columns
from vcardsvc.batch.outputs import Judged
from vcardsvc.batch.results import Judge
from vcardsvc.batch.sources import Source
from vcardsvc.model.batch import BatchOptions, Record, RowResult

CHUNK: Final = 500
"""Records that a process gets at once."""

WAITING: Final = 3
"""Chunks for each process that are read ahead."""

_judge: Judge | None = None
"""The judge of a process of the pool."""


def _begin(options: BatchOptions, maybe_columns: Columns | None, order: DateOrder) -> None:
    global _judge
    _judge = Judge(options, maybe_columns, order)


def _results(records: list[Record]) -> list[RowResult]:
    assert _judge is not None  # noqa: S101  # a process begins with _begin
    return [_judge.result(record) for record in records]


def judged(source: Source, options: BatchOptions, jobs: int) -> Judged:
    """Yield each record with its result, judged in `jobs` processes."""
    records = source.records
    waiting: deque[tuple[list[Record], Future[list[RowResult]]]] = deque()
    pool = ProcessPoolExecutor(
        jobs, get_context("spawn"), _begin, (options, source.maybe_columns, source.order)
    )
    with pool:
        while chunk := list(islice(records, CHUNK)):
            waiting.append((chunk, pool.submit(_results, chunk)))
            if len(waiting) >= WAITING * jobs:
                yield from _first(waiting)
        while waiting:
            yield from _first(waiting)


def _first(
    waiting: "deque[tuple[list[Record], Future[list[RowResult]]]]",
) -> Iterator[tuple[Record, RowResult]]:
    chunk, future = waiting.popleft()
    yield from zip(chunk, future.result(), strict=True)
