"""Measure the endpoint without a photo against a bare Starlette route, in requests per second.

The service as shipped, the service without a log line for each request, and the bare route run on
one core; wrk, on another, loads them in alternating rounds. Every body is different. The log goes
to a file, as in a container.
"""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks import bodies, common
from benchmarks.load import send_all
from vcardsvc.vcard import write

BODIES: Final = 4000
"""Different bodies, for a few seconds: wrk has them all in memory."""

CONNECTIONS: Final = 32
ROUNDS: Final = 5
SECONDS: Final = 4
SERVER_CORE: Final = 0
LOAD_CORE: Final = 1

SCRIPT: Final = """
local requests, at = {}, 0
function init(arguments)
  local headers = {HEADERS}
  for line in io.lines("FILE") do
    requests[#requests + 1] = wrk.format("POST", "PATH", headers, line)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency, all)
  local bad = summary.errors
  io.write(string.format("counted %d in %d us, failed %d\\n", summary.requests, summary.duration,
    bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end
"""
COUNTED: Final = re.compile(r"counted (\d+) in (\d+) us, failed (\d+)")


QUIET: Final[Mapping[str, str]] = {**common.STATELESS, "VCARDSVC_LOG_REQUESTS": "false"}
SHAPES: Final[Mapping[str, bodies.Shape]] = {
    "plain": bodies.PLAIN,
    "two international numbers": bodies.TWO_NUMBERS,
    "folded notes": bodies.FOLDED,
    "non-ASCII names and hosts": bodies.NON_ASCII,
    "mixed": bodies.MIXED,
    "mixed, two international numbers": bodies.MIXED_NUMBERS,
}


def wrk_script(
    folder: Path, name: str, requests: Sequence[bytes], headers: Mapping[str, str], path: str = "/"
) -> Path:
    """Return a script of wrk that posts these bodies, one to a line, in turn; `name` is that of
    its files."""
    lines = folder / f"{name}.jsonl"
    lines.write_bytes(b"\n".join(requests) + b"\n")
    given = ", ".join(f'["{header}"]="{value}"' for header, value in headers.items())
    script = folder / f"{name}.lua"
    text = SCRIPT.replace("HEADERS", given).replace("PATH", path)
    script.write_text(text.replace("FILE", str(lines)))
    return script


def prepared(
    folder: Path, shape: bodies.Shape, count: int, key: str = common.KEY
) -> tuple[list[bytes], Path, Path]:
    """Return the bodies, wrk's script that sends them, and a card of their median size."""
    requests = [bodies.body(index, shape) for index in range(count)]
    headers = {"content-type": "application/json", "x-api-key": key}
    script = wrk_script(folder, "requests", requests, headers)
    cards = sorted((write(bodies.contact(body)).octets for body in requests), key=len)
    card = folder / "fixed.vcf"
    card.write_bytes(cards[len(cards) // 2])
    return requests, script, card


def loaded(
    port: int,
    script: Path,
    seconds: int,
    core: int | None = LOAD_CORE,
    connections: int = CONNECTIONS,
) -> float:
    """Return the responses per second. Without a core, wrk takes those of this process.

    Raises RuntimeError when one of them is not 2xx.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
    with common.pinned(core):
        ran = subprocess.run(
            [*command, f"http://{common.HOST}:{port}/"],
            capture_output=True,
            check=True,
            text=True,
            timeout=seconds + 20,
        )
    found = COUNTED.search(ran.stdout)
    if found is None or int(found[3]):
        raise RuntimeError(f"not every response was a card: {ran.stdout}")
    return int(found[1]) / int(found[2]) * 1e6


def measure(
    folder: Path, what: str, shape: bodies.Shape, rounds: int, seconds: int, count: int
) -> list[common.Row]:
    """Return the rows of one shape of bodies, with and without the log."""
    requests, script, card = prepared(folder, shape, count)
    with (
        common.server(folder, *common.OURS, settings=common.STATELESS, core=SERVER_CORE) as logging,
        common.server(folder, *common.OURS, settings=QUIET, core=SERVER_CORE) as quiet,
        common.server(folder, *common.BARE, "--card", str(card), core=SERVER_CORE) as bare,
    ):
        sent = [bodies.post(body) for body in requests]
        ports = [one.port for one in (logging, quiet, bare)]
        for port in ports:
            responses = asyncio.run(send_all(port, sent, connections=4))
            assert {response.status for response in responses} == {200}, "every body gives a card"
        time.sleep(common.SETTLE)
        # The first lap fills caches, and does not count.
        laps = [
            [loaded(port, script, seconds if lap else 1) for port in ports]
            for lap in range(rounds + 1)
        ][1:]
    logged, unlogged, plain = zip(*laps, strict=True)
    return [
        common.compared(f"endpoint, {what} : bare route", logged, plain, "a second"),
        common.compared(f"endpoint, {what}, log off : bare route", unlogged, plain, "a second"),
    ]


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    if shutil.which("wrk") is None:
        common.missing("wrk")
    rounds, seconds, count = (1, 1, 100) if options.quick else (ROUNDS, SECONDS, BODIES)
    with common.deadline(900), common.scratch() as folder:
        rows = [
            row
            for what, shape in SHAPES.items()
            for row in measure(folder, what, shape, rounds, seconds, count)
        ]
    common.show(f"Endpoint, {CONNECTIONS} connections, log to a file", rows)


if __name__ == "__main__":
    main()
