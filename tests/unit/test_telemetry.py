"""The log and the metrics say what is declared, add up, and hold nothing of anybody.

CONTRACT 1 row 16: nothing of a createcontact call is logged.
"""

import asyncio
import dataclasses
import io
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.service import metric_samples
from vcardsvc.metrics import METRICS
from vcardsvc.telemetry import EVENTS, FRAMES, RequestLog, Telemetry

LOG = RequestLog(key="tests", received=10, code="E1515", cause="name-missing")
ONE = ("r-1", LOG, 422, 0.0123456, 20)
CARD = ("r-1", RequestLog(received=10), 200, 0.0123456, 20)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
LINE = "id=r-1 key=tests status=422 code=E1515 cause=name-missing ms=12.35 in=10 out=20"
LINE_OF_A_CARD = "id=r-1 key=- status=200 code=ok cause=- ms=12.35 in=10 out=20"


def _telemetry(**options: Any) -> tuple[Telemetry, Callable[[], str]]:
    stream = io.BytesIO()
    return Telemetry(stream=stream, **options), lambda: stream.getvalue().decode()


def test_a_console_line_has_the_declared_fields() -> None:
    """One request is one line: time, level, event, and its declared fields in order."""
    telemetry, log = _telemetry()
    telemetry.request(*ONE)
    telemetry.request(*CARD)
    lines = f"{TIME} info request {LINE}\n{TIME} info request {LINE_OF_A_CARD}\n"
    assert re.fullmatch(lines, log()), log()


def test_a_json_line_has_the_declared_fields() -> None:
    """The same line for log collectors is one JSON object with the same fields."""
    telemetry, log = _telemetry(log_format="json")
    telemetry.request(*ONE)
    line = json.loads(log())
    assert re.fullmatch(TIME, line.pop("timestamp"))
    assert line == {
        "level": "info",
        "event": "request",
        "id": "r-1",
        "key": "tests",
        "status": 422,
        "code": "E1515",
        "cause": "name-missing",
        "ms": 12.35,
        "in": 10,
        "out": 20,
    }
    assert set(line) - {"level", "event"} == set(EVENTS["request"])


def test_a_traced_request_has_its_trace_at_the_end_of_its_line() -> None:
    """The id of a trace is one more field, in both forms."""
    telemetry, log = _telemetry()
    telemetry.request(*ONE, "0af7651916cd43dd8448eb211c80319c")
    assert log().endswith(f" {LINE} trace_id=0af7651916cd43dd8448eb211c80319c\n")
    telemetry, log = _telemetry(log_format="json")
    telemetry.request(*ONE, "0af7651916cd43dd8448eb211c80319c")
    assert json.loads(log())["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


def test_requests_that_are_not_logged_are_counted_still() -> None:
    """log_requests off silences the line of a request and nothing else."""
    telemetry, log = _telemetry(log_requests=False)
    telemetry.request(*ONE)
    assert log() == ""
    telemetry.event("started", pid=7)
    assert re.fullmatch(f"{TIME} info started pid=7\n", log())
    counted = metric_samples(telemetry.exposition()[0].decode())
    assert counted['vcardsvc_requests_total{code="E1515",status="422"}'] == 1


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("requested", {}),
        ("started", {"pid": 1, "host": "h"}),
        ("request", {"name": "n"}),
        ("store-away", {"cause": "c"}),
    ],
)
def test_what_is_not_declared_raises(event: str, fields: dict[str, object]) -> None:
    """An event or a field that no table declares is a fault, and nothing is logged."""
    telemetry, log = _telemetry()
    with pytest.raises(KeyError):
        telemetry.event(event, **fields)
    assert log() == ""


def test_an_undeclared_metric_raises() -> None:
    """A gauge that no table declares is a fault."""
    with pytest.raises(KeyError):
        _telemetry()[0].gauge("vcardsvc_names", 1)


def test_metrics_count_what_was_answered() -> None:
    """Requests, problems, seconds, photos and gauges come out as they went in."""
    telemetry, _ = _telemetry(log_requests=False)
    for one in (ONE, CARD, CARD):
        telemetry.request(*one)
    telemetry.photo("fetch", 0.5)
    telemetry.gauge("vcardsvc_in_flight", 3)
    body, content_type = telemetry.exposition()
    samples = metric_samples(body.decode())
    expected = {
        'vcardsvc_requests_total{code="E1515",status="422"}': 1,
        'vcardsvc_requests_total{code="ok",status="200"}': 2,
        'vcardsvc_problems_total{cause="name-missing",code="E1515"}': 1,
        "vcardsvc_request_seconds_count": 3,
        'vcardsvc_photo_seconds_count{step="fetch"}': 1,
        "vcardsvc_in_flight": 3,
        "vcardsvc_keys_degraded": 0,
        "vcardsvc_store_degraded": 0,
    }
    assert {name: samples.get(name) for name in expected} == expected
    assert content_type.startswith(b"text/plain; version=")


def test_every_declared_metric_has_help() -> None:
    """What /metrics shows of ours is the table: a help text and a kind for each."""
    text = _telemetry()[0].exposition()[0].decode()
    shown = {m[1].removesuffix("_total") for m in re.finditer(r"# TYPE (vcardsvc_\w+) ", text)}
    assert {name for name in shown if not name.endswith("_created")} == set(METRICS)
    assert all(dataclasses.astuple(metric)[1].endswith(".") for metric in METRICS.values())


def _fail(secret: str, depth: int) -> None:
    if depth:
        _fail(secret, depth - 1)
    raise ValueError(secret)


def test_a_fault_says_where_and_never_what() -> None:
    """A fault's line holds the exception's kind and the innermost frames, not its text."""
    telemetry, log = _telemetry()
    try:
        _fail("hunter2", 30)
    except ValueError as fault:
        telemetry.fault("r-1", fault)
    line = log()
    where = r"test_telemetry\.py:\d+"
    frames = ">".join([where] * FRAMES)
    assert re.fullmatch(f"{TIME} error fault id=r-1 kind=ValueError where={frames}\n", line), line


def test_the_servers_warnings_come_out_without_values() -> None:
    """What the server and the loop warn of is logged as far as its first value, and no further."""
    telemetry, log = _telemetry()
    telemetry.adopt_server_log()
    logging.getLogger("uvicorn.error").info("%s - connected", "10.1.2.3")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("uvicorn.error").error("Cancel %s running task(s)", "hunter2")
    logging.getLogger("asyncio").error("Fatal error on transport\nprotocol: hunter2")

    async def story() -> None:
        asyncio.get_running_loop().call_soon(_fail, "hunter2", 0)
        await asyncio.sleep(0)

    asyncio.run(story())
    warnings = [line.partition(" warning ")[2] for line in log().splitlines()]
    assert warnings == [
        "server message=Invalid HTTP request received.",
        "server message=Cancel %s running task",
        "server message=Fatal error on transport",
        "server message=Exception in callback _fail",
    ]


def test_lines_of_requests_are_written_once_a_turn_and_in_order() -> None:
    """The lines of one turn of the loop are one write, events come between them at once."""
    stream = io.BytesIO()
    turns: list[Callable[[], None]] = []
    telemetry = Telemetry(stream=stream, call_soon=turns.append)
    log = RequestLog(key="k", received=1)
    for name in ("a", "b"):
        telemetry.request(name, log, 200, 0.001, 2)
    assert (stream.getvalue(), len(turns)) == (b"", 1)
    telemetry.event("started", pid=7)
    telemetry.request("c", log, 200, 0.001, 2)
    for turn in turns:
        turn()
    lines = stream.getvalue().decode().splitlines()
    assert [line.split(" ")[3] for line in lines] == ["id=a", "id=b", "pid=7", "id=c"]
