"""Measure cards with a photo, and their effect on plain requests.

The service runs as shipped, but may fetch from the loopback: one worker, two decoders, nothing
pinned. Eight clients request cards with a photo of about 200 kB, half from one host name, half from
another (the service fetches 4 at once from one). Four clients send plain requests with pauses,
alternately alone and meanwhile.
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
from benchmarks.load import Response, for_seconds, percentile, send_all

PHOTOS_AT_ONCE: Final = 8
PLAIN_AT_ONCE: Final = 4
PAUSE: Final = 0.01
"""Seconds between a response and the client's next plain request."""

ROUNDS: Final = 5
SECONDS: Final = 8.0
"""Seconds of one phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Holds the responses of one round: plain ones of each phase, and photos with their seconds."""

    alone: list[Response]
    meanwhile: list[Response]
    photos: list[Response]
    seconds: float


def settings(port: int) -> dict[str, str]:
    """Return the settings with which the service may fetch from the origin at `port`."""
    return {
        **common.STATELESS,
        "VCARDSVC_PHOTO_ALLOW_NETWORKS": "127.0.0.0/8",
        "VCARDSVC_PHOTO_PORTS": str(port),
    }


def photo_requests(port: int) -> Iterator[bytes]:
    """Yield endless HTTP requests, all different, with photos from both host names alternately."""
    hosts = itertools.cycle(origin.HOSTS)
    for index in itertools.count():
        url = f"http://{next(hosts)}:{port}/{index}.jpg"
        yield bodies.post(bodies.body(index, photo_url=url))


def refusals(responses: Sequence[Response]) -> int:
    """Return the number of refusals, which are reported, not counted as fast cards."""
    return sum(response.status != 200 for response in responses)


async def _round(service: int, host: int, seconds: float, plain: Iterator[bytes]) -> Round:
    alone = await send_all(
        service, for_seconds(plain, seconds), connections=PLAIN_AT_ONCE, pause=PAUSE
    )
    started = time.perf_counter()
    photos = asyncio.ensure_future(
        send_all(service, for_seconds(photo_requests(host), seconds), connections=PHOTOS_AT_ONCE)
    )
    meanwhile = await send_all(
        service, for_seconds(plain, seconds), connections=PLAIN_AT_ONCE, pause=PAUSE
    )
    return Round(
        alone=alone,
        meanwhile=meanwhile,
        photos=await photos,
        seconds=time.perf_counter() - started,
    )


@contextmanager
def with_origin(folder: Path) -> Iterator[tuple[common.Server, common.Server]]:
    """Run the service and the origin of its photos; yield both when they are ready."""
    jpeg = folder / "photo.jpeg"
    jpeg.write_bytes(origin.photo())
    with (
        common.server(folder, "benchmarks.origin", "--photo", str(jpeg)) as host,
        common.server(folder, *common.OURS, settings=settings(host.port)) as ours,
    ):
        time.sleep(common.SETTLE)
        yield ours, host


def measure(folder: Path, rounds: int, seconds: float) -> list[Round]:
    """Return every round, after one that does not count."""
    plain = bodies.posts(0)
    with with_origin(folder) as (ours, host):
        uvloop.run(_round(ours.port, host.port, 1, plain))
        return [uvloop.run(_round(ours.port, host.port, seconds, plain)) for _ in range(rounds)]


def rows(seen: Sequence[Round]) -> list[common.Row]:
    """Return the rows: photos by themselves, plain requests meanwhile against alone."""
    cards = statistics.median(len(one.photos) / one.seconds for one in seen)
    table = [common.Row(what="cards with a photo", ours=f"{cards:.1f} a second",
                       theirs="", ratio="")]  # fmt: skip
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        milliseconds = statistics.median(percentile(one.photos, share) for one in seen)
        what = f"a card with a photo, {PHOTOS_AT_ONCE} at once, {name}"
        table.append(common.Row(what=what, ours=f"{milliseconds:.0f} ms", theirs="", ratio=""))
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        table.append(
            common.compared(
                f"plain requests while photos run : alone, {name}",
                [percentile(one.meanwhile, share) for one in seen],
                [percentile(one.alone, share) for one in seen],
                "ms",
                digits=2,
            )
        )
    return table


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    rounds, seconds = (1, 1.0) if options.quick else (ROUNDS, SECONDS)
    with common.deadline(240), common.scratch() as folder:
        seen = measure(folder, rounds, seconds)
        size = (folder / "photo.jpeg").stat().st_size
    common.show(f"Photos of {size} bytes, one worker", rows(seen))
    for name in ("alone", "meanwhile", "photos"):
        responses = [response for one in seen for response in getattr(one, name)]
        statuses = dict(Counter(response.status for response in responses))
        print(f"{name}: {len(responses)} responses, {refusals(responses)} of them no card;"
              f" by status: {statuses}")  # fmt: skip


if __name__ == "__main__":
    main()
