"""Measure an agent's call for a card over HTTP (MCP) against the same `POST /`, in time for each.

One worker runs on one core; wrk, on another, loads it in alternating rounds with the same contacts:
as createcontact requests, as calls of `create_contact_card` by clients of both eras of the
protocol, and as calls that the SDK's transport answers, because their Accept header is unusual.
"""

import contextlib
import http.client
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import bodies, common
from benchmarks.endpoint import (
    BODIES,
    CONNECTIONS,
    ROUNDS,
    SECONDS,
    SERVER_CORE,
    loaded,
    wrk_script,
)
from vcardsvc.agents.messages import CALL, HANDSHAKE, MODERN
from vcardsvc.agents.schemas import CREATE

META: Final[Mapping[str, Any]] = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}

ACCEPT: Final = {"accept": "application/json, text/event-stream"}
HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "POST /": {"x-api-key": common.KEY},
    f"tools/call, {HANDSHAKE[-1]}": {**ACCEPT, "mcp-protocol-version": HANDSHAKE[-1]},
    f"tools/call, {MODERN}": {
        **ACCEPT,
        "mcp-protocol-version": MODERN,
        "mcp-method": CALL,
        "mcp-name": CREATE,
    },
    "tools/call by the SDK's transport": {
        "accept": "*/*",
        "mcp-protocol-version": HANDSHAKE[-1],
    },
}
"""The headers of each series beside the media type; calls have the key as a Bearer token."""

FEW: Final = 4
"""Connections of the last series: with 32 a call takes seconds there."""

CHECKED: Final = 200
"""Bodies of each series whose response is read before the rounds."""

SHAPES: Final[Mapping[str, bodies.Shape]] = {"plain": bodies.PLAIN, "mixed": bodies.MIXED}


def _time(port: int, what: str, script: Path, seconds: int) -> float:
    """Return the microseconds for each response of a series."""
    connections = FEW if what == [*HEADERS][-1] else CONNECTIONS
    return 1e6 / loaded(port, script, seconds, connections=connections)


def _path(what: str) -> str:
    return "/" if what == "POST /" else "/mcp"


def call(body: bytes, index: int, *, modern: bool) -> bytes:
    """Return a createcontact request as a call of the tool."""
    contact = json.loads(body)
    del contact["action"]
    params: dict[str, Any] = {"name": CREATE, "arguments": {"contact": contact}}
    if modern:
        params["_meta"] = META
    message = {"jsonrpc": "2.0", "id": index, "method": CALL, "params": params}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def messages(what: str, requests: Sequence[bytes]) -> list[bytes]:
    """Return the bodies of a series."""
    if what == "POST /":
        return list(requests)
    modern = HEADERS[what]["mcp-protocol-version"] == MODERN
    return [call(body, index, modern=modern) for index, body in enumerate(requests)]


def _headers(what: str) -> dict[str, str]:
    key = {} if what == "POST /" else {"authorization": f"Bearer {common.KEY}"}
    return {"content-type": "application/json", **key, **HEADERS[what]}


def check(port: int, series: Mapping[str, Sequence[bytes]]) -> None:
    """Send the first bodies. Raises AssertionError where one of them makes no card: a failure of a
    tool has status 200 too."""
    with contextlib.closing(http.client.HTTPConnection(common.HOST, port, timeout=30)) as client:
        for what, requests in series.items():
            for body in requests[:CHECKED]:
                client.request("POST", _path(what), body, _headers(what))
                response = client.getresponse().read()
                assert b"BEGIN:VCARD" in response, f"{what}: every body makes a card"


def measure(
    folder: Path, shape_name: str, rounds: int, seconds: int, count: int
) -> list[common.Row]:
    """Return the rows of one shape of bodies: the time of each series against that of POST /."""
    requests = [bodies.body(index, SHAPES[shape_name]) for index in range(count)]
    series = {what: messages(what, requests) for what in HEADERS}
    scripts = [
        (what, wrk_script(folder, f"requests-{number}", sent, _headers(what), _path(what)))
        for number, (what, sent) in enumerate(series.items())
    ]
    with common.server(
        folder, *common.OURS, settings=common.STATELESS, core=SERVER_CORE
    ) as service:
        check(service.port, series)
        time.sleep(common.SETTLE)
        # The first lap fills caches, and does not count.
        laps = [
            [_time(service.port, what, script, seconds) for what, script in scripts]
            for _ in range(rounds + 1)
        ][1:]
    plain, *calls = zip(*laps, strict=True)
    return [
        common.compared(f"{what}, {shape_name} : POST /", times, plain, "µs")
        for what, times in zip([*HEADERS][1:], calls, strict=True)
    ]


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = common.arguments(__doc__).parse_args(given)
    if shutil.which("wrk") is None:
        common.missing("wrk")
    rounds, seconds, count = (1, 1, 20) if options.quick else (ROUNDS, SECONDS, BODIES)
    with common.deadline(900), common.scratch() as folder:
        rows = [
            row
            for shape_name in SHAPES
            for row in measure(folder, shape_name, rounds, seconds, count)
        ]
    common.show("Calls of agents over HTTP, 32 connections, log to a file", rows)


if __name__ == "__main__":
    main()
