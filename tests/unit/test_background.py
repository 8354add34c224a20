"""What a worker does beside its requests: here, bringing what was written into the file itself."""

import asyncio
import contextlib
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.cpu_budget import longer
from tests.support.entries import BOOK, NOW, draft
from tests.support.service import LONGEST
from vcardsvc import background as upkeep
from vcardsvc.store import Store
from vcardsvc.telemetry import Telemetry


class _Recorder:
    """A telemetry that remembers faults, and fails at anything else."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, id: str, fault: Exception) -> None:
        self.faults.append(f"{id} {fault}")


def _settling(store: Store, done: Any) -> list[str]:
    """Settle until `done` is true; return the reported faults."""
    recorded = _Recorder()

    async def story() -> None:
        settling = asyncio.ensure_future(upkeep.checkpoint(store, cast(Telemetry, recorded), 0.01))
        async with asyncio.timeout(LONGEST):
            while not done(recorded):
                await asyncio.sleep(0.01)
        assert not settling.done()
        settling.cancel()

    asyncio.run(story())
    return recorded.faults


def test_what_was_written_comes_into_the_file_itself(lite: Store, path: Path) -> None:
    """Within a moment, so that a copy of the one file is a whole backup."""
    lite.create_entries(BOOK, [draft(1, vendor_fields={"name": "Zacharias"})], NOW)
    assert b"Zacharias" not in path.read_bytes()
    assert _settling(lite, lambda _: b"Zacharias" in path.read_bytes()) == []


def test_a_fault_while_settling_is_reported_and_survived(
    lite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watcher outlives a fault, since its end would not be noticed."""

    def settle(_: Store) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Store, "checkpoint", settle)
    assert set(_settling(lite, lambda recorded: len(recorded.faults) > 1)) == {"- a fault of ours"}


def test_without_a_store_there_is_nothing_to_settle() -> None:
    """A service without a database has no such work."""
    asyncio.run(upkeep.checkpoint(None, cast(Telemetry, _Recorder())))


def test_a_long_read_delays_no_writer(lite: Store, path: Path) -> None:
    """A backup reads for as long as it takes, and settling does not wait for it with the lock of
    all writers: it goes on by itself when the reader has gone."""
    lite.create_entries(BOOK, [draft(0)], NOW)
    ended = threading.Event()

    def settle() -> None:
        while not ended.wait(0.01):
            lite.checkpoint()

    settling = threading.Thread(target=settle)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchall()
        settling.start()
        try:
            slowest = 0.0
            for number in range(1, 21):
                began = time.monotonic()
                lite.create_entries(BOOK, [draft(number)], NOW)
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.02)
        finally:
            ended.set()
            settling.join()
        assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    assert slowest < longer(2.5), "as long as half of the patience of a checkpoint that waits"
    lite.checkpoint()
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0
