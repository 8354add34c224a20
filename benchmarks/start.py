"""Time from the start of the process to the first card, against the bare route's first answer.

Each is started in turn, several times; the first turn, which writes the bytecode, does not count.
The SQLite store is there and up to date.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks import bodies, common

ROUNDS: Final = 9
PAUSE: Final = 0.2
"""Seconds between two starts, for the one before to be gone."""


def first_card(
    folder: Path, module: Sequence[str], settings: Mapping[str, str], key: str, index: int
) -> float:
    """Milliseconds from the start of the process to the last byte of its first answer."""
    with common.server(folder, *module, settings=settings) as one:
        with common.listening(one.port, lambda: True) as line:
            line.sendall(bodies.post(bodies.body(index, international=True), key))
            answer = b""
            while b"END:VCARD\r\n" not in answer:
                piece = line.recv(65536)
                if not piece:
                    raise RuntimeError(f"no card: {answer[:200]!r}")
                answer += piece
        return 1000 * (time.perf_counter() - one.spawned)


def measure(folder: Path, rounds: int) -> list[list[float]]:
    """Milliseconds of every round: the bare route, ours without a store, ours with one."""
    stored, key = common.migrated(folder)
    started: tuple[tuple[Sequence[str], Mapping[str, str], str], ...] = (
        (common.BARE, {}, common.KEY),
        (common.OURS, common.STATELESS, common.KEY),
        (common.OURS, stored, key),
    )
    times: list[list[float]] = [[], [], []]
    for turn in range(rounds + 1):
        for kept, (module, settings, presented) in zip(times, started, strict=True):
            took = first_card(folder, module, settings, presented, turn)
            if turn:
                kept.append(took)
            time.sleep(PAUSE)
    return times


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    with common.deadline(240), common.scratch() as folder:
        bare, ours, stored = measure(folder, 1 if options.quick else ROUNDS)
    rows = [
        common.compared("start to first card, VCARDSVC_API_KEYS and no store", ours, bare, "ms"),
        common.compared("start to first card, with a SQLite store", stored, bare, "ms"),
    ]
    common.show("Start", rows)


if __name__ == "__main__":
    main()
