"""Measure the memory of the service at rest, after 100,000 plain requests and after photos.

Read from Linux's /proc: RSS counts shared pages whole, PSS by their share. Every request differs.
"""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import bodies, common
from benchmarks.load import send_all
from benchmarks.photos import photo_requests, with_origin

WARM: Final = 1_000
REQUESTS: Final = 100_000
PHOTOS: Final = 200
CONNECTIONS: Final = 8
PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Holds the resident memory of one process in MB (10^6 bytes)."""

    rss: float
    pss: float

    def __str__(self) -> str:
        return f"{self.rss:.1f} MB RSS, {self.pss:.1f} MB PSS"


def memory(pid: int) -> Memory:
    """Return the memory of this process."""
    kib = {}
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split()[:2]
        kib[name] = int(value)
    return Memory(rss=kib["Rss:"] * 1.024e-3, pss=kib["Pss:"] * 1.024e-3)


def decoders(pid: int) -> list[Memory]:
    """Return the memory of each photo decoder, a process that multiprocessing has spawned."""
    tasks = (PROC / str(pid) / "task").iterdir()
    children = {child for task in tasks for child in (task / "children").read_text().split()}
    return [
        memory(int(child))
        for child in sorted(children)
        if b"spawn_main" in (PROC / child / "cmdline").read_bytes()
    ]


def _row(what: str, now: Memory, then: Memory | None = None) -> common.Row:
    ratio = f"RSS {now.rss / then.rss:.3g}, PSS {now.pss / then.pss:.3g}" if then else ""
    return common.Row(what=what, ours=str(now), theirs=str(then or ""), ratio=ratio)


def _grown(what: str, now: Memory, then: Memory) -> common.Row:
    # RSS alone: PSS also changes with the sharing of other processes.
    ratio = f"RSS {now.rss / then.rss - 1:+.1%}"
    return common.Row(what=what, ours=str(now), theirs=str(then), ratio=ratio)


def _send(port: int, requests: "itertools.islice[bytes]") -> None:
    responses = asyncio.run(send_all(port, requests, connections=CONNECTIONS))
    bad = [response.status for response in responses if response.status != 200]
    if bad:
        raise RuntimeError(f"{len(bad)} of {len(responses)} responses were no card: {set(bad)}")


def _at_rest(folder: Path, module: Sequence[str], given: dict[str, str]) -> Memory:
    """Return the memory of a server before its first request; a first start writes the bytecode."""
    with common.server(folder, *module, settings=given):
        time.sleep(common.SETTLE)
    with common.server(folder, *module, settings=given) as one:
        time.sleep(common.SETTLE)
        return memory(one.pid)


def _under_load(folder: Path, requests: int, photos: int) -> list[common.Row]:
    plain = bodies.posts(0)
    with with_origin(folder) as (ours, host):
        rest, decoder = memory(ours.pid), max(decoders(ours.pid), key=lambda one: one.pss)
        _send(ours.port, itertools.islice(plain, WARM))
        warm = memory(ours.pid)
        _send(ours.port, itertools.islice(plain, requests - WARM))
        used = memory(ours.pid)
        _send(ours.port, itertools.islice(photo_requests(host.port), photos))
        shown = memory(ours.pid)
        after = max(decoders(ours.pid), key=lambda one: one.pss)
    return [
        _grown(f"memory after {requests:,} plain requests : at rest", used, rest),
        _grown(f"memory after {requests:,} plain requests : after {WARM:,}", used, warm),
        _grown(f"memory after {photos} photos more : before them", shown, used),
        _row("memory of one decoder, at rest", decoder),
        _row(f"memory of one decoder, after {photos} photos", after),
    ]


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    if not (PROC / "self" / "smaps_rollup").exists():
        common.missing("Linux with /proc/PID/smaps_rollup")
    requests, photos = (2 * WARM, 8) if options.quick else (REQUESTS, PHOTOS)
    with common.deadline(400), common.scratch() as folder:
        bare = _at_rest(folder, common.BARE, {})
        ours = _at_rest(folder, common.OURS, dict(common.STATELESS))
        stored = _at_rest(folder, common.OURS, common.migrated(folder)[0])
        rows = [
            _row("memory at rest, keys in the environment : bare route", ours, bare),
            _row("memory at rest, with a SQLite store : bare route", stored, bare),
            *_under_load(folder, requests, photos),
        ]
    common.show("Memory of the main process", rows)


if __name__ == "__main__":
    main()
