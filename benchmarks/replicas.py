"""Measure three replicas of the service behind nginx, over one PostgreSQL and one Redis.

Cards a second: the whole deployment (one replica, nginx, wrk, the databases) on one core, against
the same with three replicas and a second worker of nginx on two cores, in alternating rounds. nginx
and wrk take the cores of the replicas, in both. The processor time of a card is that of the
replicas alone, and does not depend on what else the machine does.

Then all three replicas are restarted one after the other while requests arrive at a rate; of twenty
of them one is a conversion, which nginx sends once. A request without a 200 has failed.
"""

import asyncio
import contextlib
import itertools
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import bodies, common
from benchmarks.endpoint import CONNECTIONS, loaded, prepared
from benchmarks.load import Response, send_paced
from tests.support.replicas import REPLICAS, Deployment, deployed, missing_program
from vcardsvc.vcard import write

ROUNDS: Final = 5
SECONDS: Final = 4
BODIES: Final = 4000
RATE: Final = 500
"""Requests a second during the rolling restart."""

CONVERSION_SHARE: Final = 20
"""Of so many of these requests one is a conversion."""

QUIET: Final = {"LOG_REQUESTS": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """Holds a round: cards a second, and microseconds of processor of the replicas for a card."""

    rate: float
    cost: float


@contextlib.contextmanager
def _on_cores(count: int) -> Iterator[None]:
    """Let this thread, and what is started in the block, use so many cores."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _processor_seconds(deployment: Deployment) -> float:
    """Return the processor time that the replicas have taken until now."""
    ticks = 0
    for replica in deployment.replicas:
        stat = Path(f"/proc/{replica.program.process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def _lap(deployment: Deployment, script: Path, cores: int, seconds: int) -> Lap:
    before = _processor_seconds(deployment)
    with _on_cores(cores):
        rate = loaded(deployment.port, script, seconds, core=None)
    spent = _processor_seconds(deployment) - before
    return Lap(rate=rate, cost=1e6 * spent / (rate * seconds))


def throughput(folder: Path, rounds: int, seconds: int, count: int) -> list[common.Row]:
    """Return the rows of cards a second and of the processor time of a card."""
    sides = []
    with contextlib.ExitStack() as stack:
        for cores, replicas in ((2, REPLICAS), (1, 1)):
            own = folder / f"cores-{cores}"
            own.mkdir()
            with _on_cores(cores):
                deployment = stack.enter_context(
                    deployed(own, QUIET, replicas=replicas, nginx_workers=cores)
                )
            key = deployment.add_key("benchmark")
            script = prepared(own, bodies.MIXED, count, key)[1]
            sides.append((deployment, script, cores))
        # The first lap fills caches, and does not count.
        laps = [[_lap(*side, seconds if lap else 1) for side in sides] for lap in range(rounds + 1)]
    three, one = zip(*laps[1:], strict=True)
    return [
        common.compared(
            "cards, three replicas on two cores : one on one core",
            [lap.rate for lap in three],
            [lap.rate for lap in one],
            "a second",
        ),
        common.compared(
            "processor time of a card, three replicas : one",
            [lap.cost for lap in three],
            [lap.cost for lap in one],
            "µs",
        ),
    ]


def _requests(key: str) -> Iterator[bytes]:
    """Yield requests for cards, and one conversion of CONVERSION_SHARE."""
    cards = bodies.posts(0, key)
    card = write(bodies.full(0)).octets
    head = f"POST /convert?as=jcard HTTP/1.1\r\nhost: {common.HOST}\r\nx-api-key: {key}\r\n"
    head += f"content-type: text/vcard\r\ncontent-length: {len(card)}\r\n\r\n"
    conversion = head.encode() + card
    for number in itertools.count():
        yield next(cards) if number % CONVERSION_SHARE else conversion


def rolling_restart(deployment: Deployment, key: str, per_second: float = RATE) -> list[Response]:
    """Restart one replica after the other while requests arrive; return all responses."""
    restarted = threading.Event()

    def restart() -> None:
        try:
            for replica in deployment.replicas:
                replica.restart()
        finally:
            restarted.set()

    with ThreadPoolExecutor(1) as pool:
        restarting = pool.submit(restart)
        load = send_paced(
            deployment.port,
            _requests(key),
            per_second=per_second,
            connections=CONNECTIONS,
            is_done=restarted.is_set,
        )
        responses = asyncio.run(load)
        restarting.result()
    return responses


def restarts(folder: Path, count: int) -> list[common.Row]:
    """Return the row of the requests that failed in so many rolling restarts."""
    with deployed(folder, QUIET) as deployment:
        key = deployment.add_key("benchmark")
        responses = [one for _ in range(count) for one in rolling_restart(deployment, key)]
    failed = [one for one in responses if one.status != 200]
    rolling = f"rolling restart{'s' if count > 1 else ''}"
    return [
        common.Row(
            what=f"failed requests in {count} {rolling} under {RATE} requests a second",
            ours=f"{len(failed)} of {len(responses):,}",
            theirs="",
            ratio="",
        ),
    ]


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    missing = missing_program() or ("" if shutil.which("wrk") else "wrk")
    if missing:
        common.missing(missing)
    if common.cores() < 2:
        raise SystemExit("this benchmark needs two cores")
    rounds, seconds, count = (1, 1, 100) if options.quick else (ROUNDS, SECONDS, BODIES)
    with common.deadline(900), common.scratch() as folder:
        (folder / "restarts").mkdir()
        rows = throughput(folder, rounds, seconds, count) + restarts(folder / "restarts", rounds)
    common.show(f"Replicas behind nginx, {CONNECTIONS} connections", rows)


if __name__ == "__main__":
    main()
