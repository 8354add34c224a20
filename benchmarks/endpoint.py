"""Measure the endpoint without a photo against a bare Starlette route, in requests per second.

The service as shipped and the bare route run on one core; wrk, on another, loads them in
alternating rounds. Every body is different. The log goes to a file, as in a container.
"""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
  local headers = {["content-type"] = "application/json", ["x-api-key"] = "KEY"}
  for line in io.lines("FILE") do
    requests[#requests + 1] = wrk.format("POST", "/", headers, line)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Holds a row: its label, the settings of the service, the kind of numbers in the bodies."""

    what: str
    settings: Mapping[str, str]
    international: bool = False


NO_LOG: Final[Mapping[str, str]] = {**common.STATELESS, "VCARDSVC_LOG_REQUESTS": "false"}
CASES: Final = (
    Case(what="as shipped (log line on), two numbers kept as typed", settings=common.STATELESS),
    Case(what="log_requests off, two numbers kept as typed", settings=NO_LOG),
    Case(
        what="log_requests off, two different international numbers formatted",
        settings=NO_LOG,
        international=True,
    ),
)


def _prepared(folder: Path, case: Case, count: int) -> tuple[list[bytes], Path, Path]:
    """Return the bodies, wrk's script that sends them, and a card of their median size."""
    requests = [bodies.body(index, international=case.international) for index in range(count)]
    lines = folder / "bodies.jsonl"
    lines.write_bytes(b"\n".join(requests) + b"\n")
    script = folder / "requests.lua"
    script.write_text(SCRIPT.replace("KEY", common.KEY).replace("FILE", str(lines)))
    cards = sorted((write(bodies.contact(body)).octets for body in requests), key=len)
    card = folder / "fixed.vcf"
    card.write_bytes(cards[len(cards) // 2])
    return requests, script, card


def _loaded(port: int, script: Path, seconds: int) -> float:
    """Return the responses per second. Raises RuntimeError when one of them is not 2xx."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script)]
    with common.pinned(LOAD_CORE):
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


def _alternate(
    ours: common.Server, bare: common.Server, script: Path, rounds: int, seconds: int
) -> tuple[list[float], list[float]]:
    for one in (ours, bare):
        _loaded(one.port, script, 1)
    first, second = [], []
    for _ in range(rounds):
        first.append(_loaded(ours.port, script, seconds))
        second.append(_loaded(bare.port, script, seconds))
    return first, second


def measure(folder: Path, case: Case, rounds: int, seconds: int, count: int) -> common.Row:
    """Return the row of one case."""
    requests, script, card = _prepared(folder, case, count)
    with (
        common.server(folder, *common.OURS, settings=case.settings, core=SERVER_CORE) as ours,
        common.server(folder, *common.BARE, "--card", str(card), core=SERVER_CORE) as bare,
    ):
        sent = [bodies.post(body) for body in requests]
        for one in (ours, bare):
            responses = asyncio.run(send_all(one.port, sent, connections=4))
            assert {response.status for response in responses} == {200}, "every body gives a card"
        time.sleep(common.SETTLE)
        return common.compared(
            case.what, *_alternate(ours, bare, script, rounds, seconds), "a second"
        )


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    if shutil.which("wrk") is None:
        common.missing("wrk")
    rounds, seconds, count = (1, 1, 100) if options.quick else (ROUNDS, SECONDS, BODIES)
    with common.deadline(400), common.scratch() as folder:
        rows = [measure(folder, case, rounds, seconds, count) for case in CASES]
    size = len(bodies.body(0))
    common.show(
        f"Endpoint, bodies of about {size} bytes, {CONNECTIONS} connections, log to a file", rows
    )


if __name__ == "__main__":
    main()
