"""Count the instructions of one request with valgrind: they are reproducible, times are not.

A process answers N requests, another one 2N; the difference, divided by N, is one request. Two
stacks are counted. The whole one is the protocol class that the server runs on each connection, and
all above it: it gets the octets of requests, and a transport without a socket collects what it
writes. The other one is the ASGI application alone. Sockets and the kernel are in neither. A file
that is edited meanwhile is compiled within a count, and spoils it.

`--check` compares the whole stack with the figures of instructions.json, and fails where a request
costs over 2 % more than there; `--update` writes them. What is compared is the ratio to the bare
route, counted in the same run: two builds of Python differ by 8 % in what a request costs, and by
2 % in the ratio, since our share of C is not quite the bare route's. So the 2 % hold for the
Python and the libraries that the figures were counted with, and 6 % for any others.
"""

import argparse
import asyncio
import gc
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import uvicorn
import uvloop
from starlette.types import ASGIApp

from benchmarks import bare, bodies, common
from vcardsvc import app
from vcardsvc.handlers import createcontact
from vcardsvc.http.server import Protocol, State
from vcardsvc.services.photos import Photos, photo_resources
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation import phones

REQUESTS: Final = 300
COUNT_TIMEOUT: Final = 300
"""Seconds for one count; valgrind is about fifty times slower than the machine."""

FIGURES: Final = Path(__file__).with_suffix(".json")
MORE: Final = 0.02
"""The share by which a ratio may be higher than committed; counts of one program differ by 0.1 %,
and those of two that differ in names alone by 0.6 %."""

MORE_ELSEWHERE: Final = 0.06
"""The same with another Python or other libraries: CPython 3.11.2 of Debian has a ratio 2.1 % above
that of 3.11.7 with profile-guided optimization, 3.13.0 one 3.4 % below it."""

TOOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "cachegrind": ("--cache-sim=no",),
    "callgrind": (),
}
"""The tools of valgrind that count, with their options: the first in half the time, the second also
by function."""

_TOTAL: Final = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Holds a count: its name and label, its stack, and its bodies.

    `against` is the name of the bare route's case that it is compared to; "" for the bare route.
    """

    name: str
    what: str
    whole: bool
    against: str
    log: bool = True
    shape: bodies.Shape = bodies.MIXED


CASES: Final = (
    Case(name="plain", what="whole stack, plain", whole=True, against="bare", shape=bodies.PLAIN),
    Case(
        name="two-numbers",
        what="whole stack, two international numbers",
        whole=True,
        against="bare",
        shape=bodies.TWO_NUMBERS,
    ),
    Case(name="bare", what="", whole=True, against="", shape=bodies.PLAIN),
    Case(name="alone-mixed", what="application alone, mixed", whole=False, against="alone-bare"),
    Case(
        name="alone-quiet",
        what="application alone, mixed, log off",
        whole=False,
        against="alone-bare",
        log=False,
    ),
    Case(
        name="alone-numbers",
        what="application alone, mixed, two international numbers, log off",
        whole=False,
        against="alone-bare",
        log=False,
        shape=bodies.MIXED_NUMBERS,
    ),
    Case(name="alone-bare", what="", whole=False, against=""),
)
WHOLE: Final = tuple(case for case in CASES if case.whole)


class _Transport(asyncio.Transport):
    """Collects what is written, instead of a socket."""

    def __init__(self) -> None:
        super().__init__({"sockname": (common.HOST, 80), "peername": (common.HOST, 1)})
        self.written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return False


async def _by_protocol(
    config: uvicorn.Config, state: dict[str, Any], given: Sequence[bytes]
) -> None:
    """Pass requests with these bodies to the protocol of one connection, as an event loop does."""
    config.load()
    server_state = State()
    server_state.default_headers = [(b"date", b"Tue, 01 Dec 2026 00:00:00 GMT")]
    protocol: Any = config.http_protocol_class
    connection = protocol(config=config, server_state=server_state, app_state=state)
    transport = _Transport()
    connection.connection_made(transport)
    for body in given:
        transport.written.clear()
        connection.data_received(bodies.post(body))
        while not transport.written:
            await asyncio.sleep(0)
        assert transport.written[0].startswith(b"HTTP/1.1 200 "), "every body gives a card"


async def _by_application(
    application: ASGIApp, state: dict[str, Any], given: Sequence[bytes]
) -> None:
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
    gc.set_threshold(*app.GARBAGE)  # as in a served worker: collections would differ by chance
    key = ApiKey(name="benchmark", key=common.KEY)
    settings = Settings(log_requests=case.log, api_keys=(key,))
    phones.preload()
    async with photo_resources(settings) as (fetcher, decoder):
        telemetry = Telemetry(
            log_requests=settings.log_requests,
            call_soon=asyncio.get_running_loop().call_soon if case.whole else None,
        )
        photos = Photos(fetcher=fetcher, decoder=decoder, telemetry=telemetry)
        context = app.app_context(settings, telemetry, None, 1, photos)
        immediate = partial(createcontact.is_immediate, context)
        state = {"context": context, "is_immediate": immediate}
        application = app.create_app(settings)
        if case.whole:
            await _by_protocol(bare.config(application, http=Protocol), state, given)
        else:
            await _by_application(application, state, given)


async def _bare(case: Case, given: Sequence[bytes]) -> None:
    if case.whole:
        await _by_protocol(bare.config(bare.application()), {}, given)
    else:
        await _by_application(bare.application(), {}, given)


def loop(case: Case, count: int) -> None:
    """Run different requests, after some that fill every cache; valgrind counts this function."""
    work = _ours if case.against else _bare
    # Both runs generate the same bodies, so that this is not in the difference.
    given = [bodies.body(index, case.shape) for index in range(3 * REQUESTS)]
    uvloop.run(work(case, given[: REQUESTS + count]))


def _counted(folder: Path, tool: str, case: Case, count: int) -> int:
    out = folder / f"{case.name}-{count}.{tool}"
    command = ["valgrind", f"--tool={tool}", f"--{tool}-out-file={out}", *TOOLS[tool],
               sys.executable, "-m", "benchmarks.instructions", "--loop", case.name,
               str(count)]  # fmt: skip
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


def measure(folder: Path, tool: str, cases: Sequence[Case], count: int) -> dict[str, float]:
    """Return the instructions of one request, by case; as many counts run at once as there are
    cores."""
    # The first runs would compile the libraries, and differ by that.
    _compile(folder, cases)
    with ThreadPoolExecutor(max_workers=common.cores()) as pool:
        counts = {
            case.name: [pool.submit(_counted, folder, tool, case, n) for n in (count, 2 * count)]
            for case in cases
        }
        return {
            name: (twice.result() - once.result()) / count for name, (once, twice) in counts.items()
        }


def _compile(folder: Path, cases: Sequence[Case]) -> None:
    for case in cases:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.instructions", "--loop", case.name, "1"],
            cwd=common.ROOT,
            env=common.environ(folder, {}),
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=COUNT_TIMEOUT,
        )


def rows(cases: Sequence[Case], counted: Mapping[str, float]) -> list[common.Row]:
    """Return the row of each case of ours."""
    return [
        common.Row(
            what=f"instructions of a request, {case.what} : bare route",
            ours=f"{counted[case.name]:,.0f}",
            theirs=f"{counted[case.against]:,.0f}",
            ratio=f"{counted[case.name] / counted[case.against]:.3f}",
        )
        for case in cases
        if case.against
    ]


def counted_with() -> dict[str, str]:
    """Return what the counts depend on beside our own code."""
    libraries = {name: version(name) for name in ("httptools", "msgspec", "starlette", "uvicorn")}
    return {"architecture": platform.machine(), "python": sys.version, **libraries}


def update(counted: Mapping[str, float], figures: Path = FIGURES) -> None:
    """Write the committed figures, and what they were counted with."""
    instructions = {name: round(count) for name, count in counted.items()}
    values = {"counted with": counted_with(), "instructions": instructions}
    figures.write_text(json.dumps(values, indent=2) + "\n")


def check(counted: Mapping[str, float], figures: Path = FIGURES) -> None:
    """Print by how much each ratio to the bare route differs from the committed one. Raises
    SystemExit when one is too much higher."""
    committed = json.loads(figures.read_text())
    before, here = committed["instructions"], counted_with()
    others = [name for name, one in committed["counted with"].items() if here[name] != one]
    most = MORE_ELSEWHERE if others else MORE
    differing = f", other {', '.join(others)}" if others else ""
    print(f"\nAgainst the committed ratios, at most {most:+.0%}{differing}:")
    failed = False
    for case in WHOLE:
        if case.against:
            expected = before[case.name] / before[case.against]
            change = counted[case.name] / counted[case.against] / expected - 1
            failed |= change > most
            print(f"{case.name}: {expected:.3f}, now {change:+.2%}")
    if failed:
        raise SystemExit(
            f"A request costs over {most:.0%} more instructions than committed. If that is meant,"
            " run: python -m benchmarks.instructions --update"
        )


def main(given: Sequence[str] | None = None) -> None:
    """Print the table; compare or write the committed figures."""
    parser = common.arguments(__doc__)
    compared = parser.add_mutually_exclusive_group()
    compared.add_argument("--check", action="store_true", help="compare with the figures")
    compared.add_argument("--update", action="store_true", help="write the figures")
    parser.add_argument("--keep", type=Path, help="a folder for counts by function")
    parser.add_argument("--loop", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.loop:
        name, count = options.loop
        loop(next(case for case in CASES if case.name == name), int(count))
        return
    if shutil.which("valgrind") is None:
        common.missing("valgrind")
    cases = WHOLE if options.check or options.update else CASES
    tool = "callgrind" if options.keep else "cachegrind"
    with common.deadline(900), common.scratch() as folder:
        counted = measure(folder, tool, cases, 20 if options.quick else REQUESTS)
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
            for file in folder.glob("*.callgrind"):
                shutil.copy(file, options.keep)
    common.show("Instructions", rows(cases, counted))
    if options.update:
        update(counted)
    if options.check:
        check(counted)


if __name__ == "__main__":
    main()
