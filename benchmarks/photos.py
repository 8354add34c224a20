"""Cards with a photo: how many, how fast, and what plain requests feel of them.

The service is as shipped but for the loopback, which its guard is told to allow: one worker, two
decoders, nothing pinned. Eight callers ask for cards with a photo of about 200 kB, half from one
host name, half from another (the service takes 4 at once from one). Four callers send plain
requests, each after a pause, alone and meanwhile, in turn.
"""

import asyncio
import itertools
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from benchmarks import bodies, common, origin
from benchmarks.load import Answer, asked, percentile, until

PHOTOS_AT_ONCE: Final = 8
PLAIN_AT_ONCE: Final = 4
PAUSE: Final = 0.01
"""Seconds between an answer and the caller's next plain request."""

ROUNDS: Final = 5
SECONDS: Final = 8.0
"""Seconds of one phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round saw: the plain requests of each phase, the photos and their seconds."""

    alone: list[Answer]
    meanwhile: list[Answer]
    photos: list[Answer]
    seconds: float


def settings(port: int) -> dict[str, str]:
    """The service as shipped, allowed to fetch from the origin at `port` of the loopback."""
    return {
        **common.STATELESS,
        "VCARDSVC_PHOTO_ALLOW_NETWORKS": "127.0.0.0/8",
        "VCARDSVC_PHOTO_PORTS": str(port),
    }


def with_photos(port: int) -> Iterator[bytes]:
    """HTTP requests without end, every one different, for photos from both host names in turn."""
    hosts = itertools.cycle(origin.HOSTS)
    for index in itertools.count():
        url = f"http://{next(hosts)}:{port}/{index}.jpg"
        yield bodies.post(bodies.body(index, photo_url=url))


def refusals(answers: Sequence[Answer]) -> int:
    """How many gave no card. They are to be told, not to be counted as fast ones."""
    return sum(answer.status != 200 for answer in answers)


async def _round(service: int, host: int, seconds: float, plain: Iterator[bytes]) -> Round:
    alone = await asked(service, until(plain, seconds), connections=PLAIN_AT_ONCE, pause=PAUSE)
    started = time.perf_counter()
    photos = asyncio.ensure_future(
        asked(service, until(with_photos(host), seconds), connections=PHOTOS_AT_ONCE)
    )
    meanwhile = await asked(service, until(plain, seconds), connections=PLAIN_AT_ONCE, pause=PAUSE)
    return Round(
        alone=alone,
        meanwhile=meanwhile,
        photos=await photos,
        seconds=time.perf_counter() - started,
    )


@contextmanager
def beside_an_origin(folder: Path) -> Iterator[tuple[common.Server, common.Server]]:
    """The service, settled, and the origin that serves it one photo."""
    jpeg = folder / "photo.jpeg"
    jpeg.write_bytes(origin.photo())
    with (
        common.server(folder, "benchmarks.origin", "--photo", str(jpeg)) as host,
        common.server(folder, *common.OURS, settings=settings(host.port)) as ours,
    ):
        time.sleep(common.SETTLE)
        yield ours, host


def measure(folder: Path, rounds: int, seconds: float) -> list[Round]:
    """Every round, after one that does not count."""
    plain = bodies.posts(0)
    with beside_an_origin(folder) as (ours, host):
        uvloop.run(_round(ours.port, host.port, 1, plain))
        return [uvloop.run(_round(ours.port, host.port, seconds, plain)) for _ in range(rounds)]


def rows(seen: Sequence[Round]) -> list[common.Row]:
    """The table: photos by themselves, plain requests meanwhile against alone."""
    cards = statistics.median(len(one.photos) / one.seconds for one in seen)
    made = [common.Row(what="cards with a photo", ours=f"{cards:.1f} a second",
                       theirs="", ratio="")]  # fmt: skip
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        took = statistics.median(percentile(one.photos, share) for one in seen)
        what = f"a card with a photo, {PHOTOS_AT_ONCE} at once, {name}"
        made.append(common.Row(what=what, ours=f"{took:.0f} ms", theirs="", ratio=""))
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        made.append(
            common.compared(
                f"plain requests while photos run : alone, {name}",
                [percentile(one.meanwhile, share) for one in seen],
                [percentile(one.alone, share) for one in seen],
                "ms",
                digits=2,
            )
        )
    return made


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    rounds, seconds = (1, 1.0) if options.quick else (ROUNDS, SECONDS)
    with common.deadline(240), common.scratch() as folder:
        seen = measure(folder, rounds, seconds)
        size = (folder / "photo.jpeg").stat().st_size
    common.show(f"Photos of {size} bytes, one worker", rows(seen))
    for name in ("alone", "meanwhile", "photos"):
        answers = [answer for one in seen for answer in getattr(one, name)]
        print(f"{name}: {len(answers)} answers, {refusals(answers)} of them no card;"
              f" by status: {dict(Counter(answer.status for answer in answers))}")  # fmt: skip


if __name__ == "__main__":
    main()
