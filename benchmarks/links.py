"""GET and HEAD of a kept card of 100 kB against a bare Starlette route that gives the same octets.

The service as shipped, with a SQLite store, and the bare route run side by side on one core, what
loads them in turn (wrk for GET) on another. The log goes to a file, as a container runtime takes
it. Keeping and taking a card are timed too, with the store alone: what a link costs on this disk.
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

from benchmarks import bodies, common
from benchmarks.endpoint import CONNECTIONS, COUNTED, LOAD_CORE, ROUNDS, SECONDS, SERVER_CORE
from benchmarks.load import asked, until
from vcardsvc.model.request import Document
from vcardsvc.services.links import Links
from vcardsvc.store import LinkRow, Store
from vcardsvc.vcard import write

SIZE: Final = 100_000
"""Octets of a card with a photo of the usual budget."""

COMMITS: Final = 300

PATH: Final = "/c/AAAAAAAAAAAAAAAAAAAAAA.vcf"
"""Where the bare route has the card: as long a path as a link's."""

SCRIPT: Final = """
function done(summary, latency, all)
  local bad = summary.errors
  io.write(string.format("counted %d in %d us, failed %d\\n", summary.requests, summary.duration,
    bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end
"""

BARE: Final = ("benchmarks.links",)


def _octets() -> bytes:
    """As many octets as a card with a photo has; what they say makes no difference here."""
    return os.urandom(SIZE // 2).hex().encode()


def application(card: bytes) -> Starlette:
    """The application that answers GET and HEAD of one path with `card`."""

    async def answer(request: Request) -> Response:
        return Response(card, media_type="text/vcard")

    return Starlette(routes=[Route(PATH, answer, methods=["GET", "HEAD"])])


def serve(card: Path, port: int) -> None:
    """Serve the bare route until SIGTERM."""
    config = uvicorn.Config(
        application(card.read_bytes()),
        port=port,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
    uvicorn.Server(config).run()


def _got(port: int, path: str, seconds: float) -> float:
    """Answers to GET per second. Raises RuntimeError when one of them is not 2xx."""
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
        raise RuntimeError(f"not every answer was the card: {ran.stdout}")
    return int(found[1]) / int(found[2]) * 1e6


class _Heads(asyncio.Protocol):
    """One connection that asks again as soon as it is answered.

    wrk cannot: it waits for the body that a HEAD's Content-Length speaks of.
    """

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.answers = 0
        self.failed = False
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Count a whole answer and ask again."""
        self._read += data
        if self._read.endswith(b"\r\n\r\n"):
            self.answers += 1
            self.failed |= not self._read.startswith(b"HTTP/1.1 200 ")
            self._read = b""
            self.transport.write(self.request)


def _headed(port: int, path: str, seconds: float) -> float:
    """Answers to HEAD per second. Raises RuntimeError when one of them is not 200."""
    request = f"HEAD {path} HTTP/1.1\r\nHost: {common.HOST}\r\n\r\n".encode()

    async def ask() -> float:
        loop = asyncio.get_running_loop()
        lines = [
            (await loop.create_connection(lambda: _Heads(request), common.HOST, port))[1]
            for _ in range(CONNECTIONS)
        ]
        before, started = sum(line.answers for line in lines), time.perf_counter()
        await asyncio.sleep(seconds)
        rate = (sum(line.answers for line in lines) - before) / (time.perf_counter() - started)
        for line in lines:
            line.transport.abort()
        if not rate or any(line.failed for line in lines):
            raise RuntimeError("not every answer was the card's")
        return rate

    with common.pinned(LOAD_CORE), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(ask())


LOADS: Final = {"GET": _got, "HEAD": _headed}


def _made(url: str, card: bytes) -> str:
    """The path of a link to `card` in the store at `url`."""
    store = Store(url)
    document = Document(chunks=(card,), size=len(card), etag='"benchmark"')
    keeping = Links(store).create(document, owner="benchmark", ttl=0, once=False)
    id, _ = asyncio.run(keeping)
    store.close()
    return f"/c/{id}.vcf"


def measure(folder: Path, rounds: int, seconds: float) -> list[common.Row]:
    """The rows of GET and HEAD."""
    settings, _ = common.migrated(folder)
    card = folder / "fixed.vcf"
    card.write_bytes(_octets())
    path = _made(settings["VCARDSVC_DATABASE_URL"], card.read_bytes())
    rows = []
    with (
        common.server(folder, *common.OURS, settings=settings, core=SERVER_CORE) as ours,
        common.server(folder, *BARE, "--card", str(card), core=SERVER_CORE) as bare,
    ):
        time.sleep(common.SETTLE)
        for method, load in LOADS.items():
            first, second = _in_turn(
                partial(load, ours.port, path), partial(load, bare.port, PATH), rounds, seconds
            )
            what = f"{method} of a card of {SIZE // 1000} kB, as shipped (log line on)"
            rows.append(common.compared(what, first, second, "a second"))
    return rows


def _in_turn(
    ours: Callable[[float], float], bare: Callable[[float], float], rounds: int, seconds: float
) -> tuple[list[float], list[float]]:
    """The rates of both, measured in turns."""
    first, second = [], []
    for lap in range(rounds + 1):
        # The first lap is for caches, and does not count.
        pair = [load(seconds if lap else 1) for load in (ours, bare)]
        if lap:
            first.append(pair[0])
            second.append(pair[1])
    return first, second


def kept(folder: Path, rounds: int, seconds: float) -> common.Row:
    """The row of POST ?as=link, against the bare route that reads the same JSON and answers with
    the card; what ours adds beside the card's rules is a commit of its octets."""
    folder = folder / "posting"
    folder.mkdir()
    settings, key = common.migrated(folder)
    settings |= {"VCARDSVC_LINKS_PER_KEY": "1000000", "VCARDSVC_LINK_BYTES_PER_KEY": str(10**11)}
    body = json.dumps({**bodies.request(0), "note": "n" * SIZE}).encode()
    card = folder / "posted.vcf"
    card.write_bytes(write(bodies.contact(body)).octets)
    post = bodies.post(body, key)
    asking = post.replace(b"POST / ", b"POST /?as=link ", 1)
    with (
        common.server(folder, *common.OURS, settings=settings, core=SERVER_CORE) as ours,
        common.server(folder, *common.BARE, "--card", str(card), core=SERVER_CORE) as bare,
    ):
        time.sleep(common.SETTLE)
        first, second = _in_turn(
            partial(_posted, ours.port, asking), partial(_posted, bare.port, post), rounds, seconds
        )
    what = f"POST ?as=link of a card of {SIZE // 1000} kB, kept on disk"
    return common.compared(what, first, second, "a second")


def _posted(port: int, request: bytes, seconds: float) -> float:
    """Answers to `request` per second. Raises RuntimeError when one of them is not 2xx."""
    with common.pinned(LOAD_CORE):
        asking = asked(port, until(repeat(request), seconds), connections=8)
        answers = asyncio.run(asking)
    if not answers or {answer.status for answer in answers} - {200, 201}:
        raise RuntimeError("not every answer was a card or a link")
    return len(answers) / seconds


def commits(folder: Path, count: int) -> tuple[float, float, float]:
    """Median milliseconds to keep a card of SIZE octets, to take it, and of a bare fsync."""
    store = Store(f"sqlite:///{folder / 'commits.db'}")
    store.migrate()
    card, kept, taken, synced = _octets(), [], [], []
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
        kept.append(_timed(lambda row=row: store.add_link(row, count)))
    for number in range(count):
        digest, now = sha256(b"%d" % number).digest(), datetime.now(UTC)
        taken.append(_timed(lambda digest=digest, now=now: store.take_link(digest, now)))
    store.close()
    with (folder / "synced").open("wb") as file:
        for _ in range(count):
            file.write(card[:4096])
            file.flush()
            synced.append(_timed(lambda: os.fsync(file.fileno())))
    return statistics.median(kept), statistics.median(taken), statistics.median(synced)


def _timed(work: object) -> float:
    started = time.perf_counter()
    assert callable(work)
    work()
    return 1000 * (time.perf_counter() - started)


def main(given: Sequence[str] | None = None) -> None:
    """Print the table; with --port, be the bare route."""
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
        rows = [*measure(folder, rounds, seconds), kept(folder, rounds, seconds)]
        keep, take, sync = commits(folder, count)
    common.show(f"Links, {CONNECTIONS} connections, log to a file", rows)
    print(f"\nkeep {keep:.2f} ms, take {take:.2f} ms (medians of {count}); one fsync {sync:.2f} ms")


if __name__ == "__main__":
    main()
