"""Measure GET and HEAD of a link to a card of 100 kB against a bare route with the same octets.

The service as shipped, with a SQLite store, and the bare route run on one core; the load (wrk for
GET) comes from another, in alternating rounds. The log goes to a file, as in a container. Adding
and taking a link are also timed with the store alone.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import Final, cast

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import bare, bodies, common
from benchmarks.endpoint import CONNECTIONS, COUNTED, LOAD_CORE, ROUNDS, SECONDS, SERVER_CORE
from benchmarks.load import for_seconds, send_all
from vcardsvc.model.request import Document
from vcardsvc.services.links import Links
from vcardsvc.store import LinkRow, Store
from vcardsvc.vcard import write

SIZE: Final = 100_000
"""Octets of a card with a photo of the usual budget."""

COMMITS: Final = 300

PATH: Final = "/c/AAAAAAAAAAAAAAAAAAAAAA.vcf"
"""The path of the bare route, as long as that of a link."""

SCRIPT: Final = """
function done(summary, latency, all)
  local bad = summary.errors
  io.write(string.format("counted %d in %d us, failed %d\\n", summary.requests, summary.duration,
    bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end
"""

BARE: Final = ("benchmarks.links",)


def _octets() -> bytes:
    """Return as many octets as a card with a photo has; their content does not matter."""
    return os.urandom(SIZE // 2).hex().encode()


def application(card: bytes) -> Starlette:
    """Return an application that answers GET and HEAD of one path with `card`."""

    async def respond(request: Request) -> Response:
        return Response(card, media_type="text/vcard")

    return Starlette(routes=[Route(PATH, respond, methods=["GET", "HEAD"])])


def serve(card: Path, port: int) -> None:
    """Serve the bare route until SIGTERM."""
    uvicorn.Server(bare.config(application(card.read_bytes()), port=port)).run()


def _get_rate(port: int, path: str, seconds: float) -> float:
    """Return the responses to GET per second. Raises RuntimeError when one of them is not 2xx."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    with common.pinned(LOAD_CORE), common.scratch() as folder:
        script = folder / "count.lua"
        script.write_text(SCRIPT)
        ran = subprocess.run(
            [*command, "-s", str(script), f"http://{common.HOST}:{port}{path}"],
            capture_output=True,
            check=True,
            text=True,
            timeout=seconds + 20,
        )
    found = COUNTED.search(ran.stdout)
    if found is None or int(found[3]) or not int(found[1]):
        raise RuntimeError(f"not every response was the card: {ran.stdout}")
    return int(found[1]) / int(found[2]) * 1e6


class _Heads(asyncio.Protocol):
    """Sends HEAD again as soon as the response has come, over one connection.

    wrk cannot: it waits for the body that the Content-Length announces.
    """

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.responses = 0
        self.failed = False
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Count a whole response and send the next request."""
        self._read += data
        if self._read.endswith(b"\r\n\r\n"):
            self.responses += 1
            self.failed |= not self._read.startswith(b"HTTP/1.1 200 ")
            self._read = b""
            self.transport.write(self.request)


def _head_rate(port: int, path: str, seconds: float) -> float:
    """Return the responses to HEAD per second. Raises RuntimeError when one of them is not 200."""
    request = f"HEAD {path} HTTP/1.1\r\nHost: {common.HOST}\r\n\r\n".encode()

    async def rate() -> float:
        loop = asyncio.get_running_loop()
        lines = [
            (await loop.create_connection(lambda: _Heads(request), common.HOST, port))[1]
            for _ in range(CONNECTIONS)
        ]
        before, started = sum(line.responses for line in lines), time.perf_counter()
        await asyncio.sleep(seconds)
        per_second = (sum(line.responses for line in lines) - before) / (
            time.perf_counter() - started
        )
        for line in lines:
            line.transport.abort()
        if not per_second or any(line.failed for line in lines):
            raise RuntimeError("not every response was the card's")
        return per_second

    with common.pinned(LOAD_CORE), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(rate())


LOADS: Final = {"GET": _get_rate, "HEAD": _head_rate}


def _create_link(url: str, card: bytes) -> str:
    """Create a link to `card` in the store at `url`; return its path."""
    store = Store(url)
    document = Document(chunks=(card,), size=len(card), etag='"benchmark"')
    creating = Links(store).create(document, owner="benchmark", ttl=0, once=False)
    id, _ = asyncio.run(creating)
    store.close()
    return f"/c/{id}.vcf"


def measure(folder: Path, rounds: int, seconds: float) -> list[common.Row]:
    """Return the rows of GET and HEAD."""
    settings, _ = common.migrated(folder)
    card = folder / "fixed.vcf"
    card.write_bytes(_octets())
    path = _create_link(settings["VCARDSVC_DATABASE_URL"], card.read_bytes())
    rows = []
    with (
        common.server(folder, *common.OURS, settings=settings, core=SERVER_CORE) as ours,
        common.server(folder, *BARE, "--card", str(card), core=SERVER_CORE) as other,
    ):
        time.sleep(common.SETTLE)
        for method, load in LOADS.items():
            first, second = _alternate(
                partial(load, ours.port, path), partial(load, other.port, PATH), rounds, seconds
            )
            what = f"{method} of a link, card of {SIZE // 1000} kB : bare route of the same octets"
            rows.append(common.compared(what, first, second, "a second"))
    return rows


def _alternate(
    ours: Callable[[float], float], bare: Callable[[float], float], rounds: int, seconds: float
) -> tuple[list[float], list[float]]:
    """Return the rates of both, measured in alternating rounds."""
    first, second = [], []
    for lap in range(rounds + 1):
        # The first lap fills caches, and does not count.
        pair = [load(seconds if lap else 1) for load in (ours, bare)]
        if lap:
            first.append(pair[0])
            second.append(pair[1])
    return first, second


def creates(folder: Path, rounds: int, seconds: float) -> common.Row:
    """Return the row of POST ?as=link, against the bare route that reads the same JSON and returns
    the card; the service also commits the card's octets."""
    folder = folder / "posting"
    folder.mkdir()
    settings, key = common.migrated(folder)
    settings |= {"VCARDSVC_LINKS_PER_KEY": "1000000", "VCARDSVC_LINK_BYTES_PER_KEY": str(10**11)}
    body = json.dumps({**bodies.request(0), "note": "n" * SIZE}).encode()
    card = folder / "posted.vcf"
    card.write_bytes(write(bodies.contact(body)).octets)
    post = bodies.post(body, key)
    link_request = post.replace(b"POST / ", b"POST /?as=link ", 1)
    with (
        common.server(folder, *common.OURS, settings=settings, core=SERVER_CORE) as ours,
        common.server(folder, *common.BARE, "--card", str(card), core=SERVER_CORE) as other,
    ):
        time.sleep(common.SETTLE)
        first, second = _alternate(
            partial(_post_rate, ours.port, link_request),
            partial(_post_rate, other.port, post),
            rounds,
            seconds,
        )
    what = f"POST ?as=link, card of {SIZE // 1000} kB, stored on disk : bare route"
    return common.compared(what, first, second, "a second")


def _post_rate(port: int, request: bytes, seconds: float) -> float:
    """Return the responses to `request` per second. Raises RuntimeError when one of them is not
    2xx."""
    with common.pinned(LOAD_CORE):
        requests = for_seconds(repeat(request), seconds)
        responses = asyncio.run(send_all(port, requests, connections=8))
    if not responses or {response.status for response in responses} - {200, 201}:
        raise RuntimeError("not every response was a card or a link")
    return len(responses) / seconds


def commits(folder: Path, count: int) -> tuple[float, float, float]:
    """Return the median milliseconds to add and take a link of SIZE octets, and of an fsync."""
    store = Store(f"sqlite:///{folder / 'commits.db'}")
    store.migrate()
    card, added, taken, synced = _octets(), [], [], []
    for number in range(count):
        now = datetime.now(UTC)
        row = LinkRow(
            digest=sha256(b"%d" % number).digest(),
            owner="benchmark",
            size=SIZE,
            etag='"benchmark"',
            content_type="text/vcard",
            filename="contact.vcf",
            once=True,
            created_at=now,
            expires_at=now + timedelta(days=1),
            octets=card,
        )
        added.append(_timed(lambda row=row: store.add_link(row, count)))
    for number in range(count):
        digest, now = sha256(b"%d" % number).digest(), datetime.now(UTC)
        taken.append(_timed(lambda digest=digest, now=now: store.take_link(digest, now)))
    store.close()
    with (folder / "synced").open("wb") as file:
        for _ in range(count):
            file.write(card[:4096])
            file.flush()
            synced.append(_timed(lambda: os.fsync(file.fileno())))
    return statistics.median(added), statistics.median(taken), statistics.median(synced)


def _timed(work: object) -> float:
    started = time.perf_counter()
    assert callable(work)
    work()
    return 1000 * (time.perf_counter() - started)


def main(given: Sequence[str] | None = None) -> None:
    """Print the table; with --port serve the bare route."""
    parser = common.arguments(__doc__)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--card", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.port:
        serve(options.card, options.port)
        return
    if shutil.which("wrk") is None:
        common.missing("wrk")
    rounds, seconds, count = (1, 1, 20) if options.quick else (ROUNDS, SECONDS, COMMITS)
    with common.deadline(240), common.scratch() as folder:
        rows = [*measure(folder, rounds, seconds), creates(folder, rounds, seconds)]
        add, take, sync = commits(folder, count)
    common.show(f"Links, {CONNECTIONS} connections, log to a file", rows)
    print(f"\nadd {add:.2f} ms, take {take:.2f} ms (medians of {count}); one fsync {sync:.2f} ms")


if __name__ == "__main__":
    main()
