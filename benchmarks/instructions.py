"""Count the instructions of one request with valgrind: they are reproducible, times are not.

Each application answers N and then 2N requests in a process of its own, without a server and
without sockets; the difference, divided by N, is one request. The server, the event loop's sockets
and the kernel are not included.

With --keep FOLDER the counts stay there, for callgrind_annotate.
"""

import argparse
import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.types import ASGIApp

from benchmarks import bodies, common

REQUESTS: Final = 300
COUNT_TIMEOUT: Final = 300
"""Seconds for one count; valgrind is about fifty times slower than the machine."""

_TOTAL: Final = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Holds a count: its name and label, the application (ours or the bare route), its options."""

    name: str
    what: str
    ours: bool
    log: bool = False
    international: bool = False


CASES: Final = (
    Case(name="shipped", what="log line on, two numbers kept as typed", ours=True, log=True),
    Case(name="quiet", what="log_requests off, two numbers kept as typed", ours=True),
    Case(
        name="numbers",
        what="log_requests off, two international numbers formatted",
        ours=True,
        international=True,
    ),
    Case(name="bare", what="the bare route", ours=False),
)


async def _answered(application: ASGIApp, state: dict[str, Any], given: Sequence[bytes]) -> None:
    """Pass these bodies to the application, as a server does."""
    headers = ((b"host", b"127.0.0.1"), (b"x-api-key", common.KEY.encode()),
               (b"content-type", b"application/json"))  # fmt: skip
    for body in given:
        length = (b"content-length", b"%d" % len(body))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
            "path": "/", "raw_path": b"/", "root_path": "", "query_string": b"",
            "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
            "headers": [*headers, length], "state": dict(state),
        }  # fmt: skip
        statuses: list[int] = []

        async def receive(body: bytes = body) -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any, statuses: list[int] = statuses) -> None:
            statuses.append(message.get("status", 0))

        await application(scope, receive, send)
        assert statuses[0] == 200, "every body gives a card"


async def _ours(case: Case, given: Sequence[bytes]) -> None:
    """Run the service without the background tasks of its lifespan, which would be counted."""
    from vcardsvc import app
    from vcardsvc.services.photos import Photos, photo_resources
    from vcardsvc.settings import ApiKey, Settings
    from vcardsvc.telemetry import Telemetry
    from vcardsvc.validation import phones

    gc.set_threshold(*app.GARBAGE)  # as in a served worker: collections would differ by chance
    key = ApiKey(name="benchmark", key=common.KEY)
    settings = Settings(log_requests=case.log, api_keys=(key,))
    phones.preload()
    async with photo_resources(settings) as (fetcher, decoder):
        telemetry = Telemetry(log_requests=settings.log_requests)
        photos = Photos(fetcher=fetcher, decoder=decoder, telemetry=telemetry)
        context = app.app_context(settings, telemetry, None, 1, photos)
        await _answered(app.create_app(settings), {"context": context}, given)


async def _bare(case: Case, given: Sequence[bytes]) -> None:
    from benchmarks.bare import application

    await _answered(application(), {}, given)


def loop(case: Case, count: int) -> None:
    """Run different requests, after some that fill every cache; valgrind counts this function."""
    import uvloop

    work: Callable[[Case, Sequence[bytes]], Any] = _ours if case.ours else _bare
    # Both runs generate the same bodies, so that this is not in the difference.
    given = [bodies.body(i, international=case.international) for i in range(3 * REQUESTS)]
    uvloop.run(work(case, given[: REQUESTS + count]))


def _counted(folder: Path, case: Case, count: int) -> int:
    out = folder / f"{case.name}-{count}.callgrind"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", sys.executable,
               "-m", "benchmarks.instructions", "--loop", case.name, str(count)]  # fmt: skip
    # A fixed hash seed, for the same number of collisions.
    settings = {"PYTHONHASHSEED": "0", "VCARDSVC_LOG_REQUESTS": ""}
    ran = subprocess.run(
        command,
        cwd=common.ROOT,
        env=common.environ(folder, settings),
        capture_output=True,
        text=True,
        timeout=COUNT_TIMEOUT,
    )
    found = _TOTAL.search(out.read_text()) if out.exists() else None
    if ran.returncode or found is None:
        raise RuntimeError(ran.stderr[-2000:])
    return int(found[1])


def measure(folder: Path, count: int) -> dict[str, float]:
    """Return the instructions of one request, by case; as many counts run at once as there are
    cores."""
    with ThreadPoolExecutor(max_workers=common.cores()) as pool:
        # The first runs would compile the libraries, and differ by that.
        _compiled(folder)
        counts = {
            case.name: [pool.submit(_counted, folder, case, n) for n in (count, 2 * count)]
            for case in CASES
        }
        return {
            name: (twice.result() - once.result()) / count for name, (once, twice) in counts.items()
        }


def _compiled(folder: Path) -> None:
    for name in ("shipped", "numbers", "bare"):
        subprocess.run(
            [sys.executable, "-m", "benchmarks.instructions", "--loop", name, "1"],
            cwd=common.ROOT,
            env=common.environ(folder, {}),
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=COUNT_TIMEOUT,
        )


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = common.arguments(__doc__)
    parser.add_argument("--keep", type=Path, help="a folder for the counts")
    parser.add_argument("--loop", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.loop:
        name, count = options.loop
        loop(next(case for case in CASES if case.name == name), int(count))
        return
    if shutil.which("valgrind") is None:
        common.missing("valgrind")
    with common.deadline(900), common.scratch() as folder:
        counted = measure(folder, 20 if options.quick else REQUESTS)
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
            for file in folder.glob("*.callgrind"):
                shutil.copy(file, options.keep)
    bare = counted["bare"]
    rows = [
        common.Row(
            what=f"instructions of a request: {case.what} : the bare route",
            ours=f"{counted[case.name]:,.0f}",
            theirs=f"{bare:,.0f}",
            ratio=f"{counted[case.name] / bare:.3g}",
        )
        for case in CASES
        if case.ours
    ]
    common.show("Instructions, application alone", rows)


if __name__ == "__main__":
    main()
