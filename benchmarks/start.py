"""Measure the time from the start of the process to the first card, against the bare route.

The servers are started in alternating rounds; the first round, which writes the bytecode, does not
count. The SQLite store exists and is migrated.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks import bodies, common

ROUNDS: Final = 9
PAUSE: Final = 0.2
"""Seconds between two starts, in which the last server ends."""


def first_card(
    folder: Path, module: Sequence[str], settings: Mapping[str, str], key: str, index: int
) -> float:
    """Return the milliseconds from the start of the process to its whole first response."""
    with common.server(folder, *module, settings=settings) as one:
        with common.listening(one.port, lambda: True) as line:
            line.sendall(bodies.post(bodies.body(index, bodies.MIXED_NUMBERS), key))
            response = b""
            while b"END:VCARD\r\n" not in response:
                piece = line.recv(65536)
                if not piece:
                    raise RuntimeError(f"no card: {response[:200]!r}")
                response += piece
        return 1000 * (time.perf_counter() - one.spawned)


def measure(folder: Path, rounds: int) -> list[list[float]]:
    """Return the milliseconds of every round: the bare route, ours without and with a store."""
    stored, key = common.migrated(folder)
    started: tuple[tuple[Sequence[str], Mapping[str, str], str], ...] = (
        (common.BARE, {}, common.KEY),
        (common.OURS, common.STATELESS, common.KEY),
        (common.OURS, stored, key),
    )
    times: list[list[float]] = [[], [], []]
    for number in range(rounds + 1):
        for series, (module, settings, presented) in zip(times, started, strict=True):
            milliseconds = first_card(folder, module, settings, presented, number)
            if number:
                series.append(milliseconds)
            time.sleep(PAUSE)
    return times


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    with common.deadline(240), common.scratch() as folder:
        bare, ours, stored = measure(folder, 1 if options.quick else ROUNDS)
    rows = [
        common.compared(
            "start to first card, keys in the environment : bare route", ours, bare, "ms"
        ),
        common.compared(
            "start to first card, with a SQLite store : bare route", stored, bare, "ms"
        ),
    ]
    common.show("Start", rows)


if __name__ == "__main__":
    main()
