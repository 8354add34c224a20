"""A running service sends its spans to a collector of OpenTelemetry, and does not wait for it."""

import json
import re
import socket
import time
from pathlib import Path
from typing import Final

from tests.support.images import plain, saved
from tests.support.service import origin, serving, until
from tests.support.traces import collecting

TRACE: Final = "0af7651916cd43dd8448eb211c80319c"
PARENT: Final = "b7ad6b7169203331"
MORE: Final = 20
"""Requests beside the first one, so many that both workers get some."""
JPEG: Final = saved(plain(), "JPEG")


def test_spans_of_all_workers_arrive(tmp_path: Path) -> None:
    """Two workers send what their requests did, at the end of the service at the latest; the
    collector's headers are sent and stay out of the log; the caller's trace goes on."""
    with collecting() as collector, origin(JPEG) as photos:
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20s3cret",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_SERVICE_NAME": "cards",
        }
        with serving(tmp_path, photos.settings, workers=2, variables=variables) as served:
            body = photos.order()
            named = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
            assert served.create(body, **named).outcome == (200, "card")
            for _ in range(MORE):
                assert served.create().outcome == (200, "card")
        log = served.log
    servers = [span for span in collector.spans if span.kind == "SERVER"]
    assert len(servers) == 1 + MORE
    assert {span.service["service.name"] for span in servers} == {"cards"}
    ids = re.findall(r"trace_id=([0-9a-f]{32})$", log, re.MULTILINE)
    assert sorted(ids) == sorted(span.trace for span in servers)
    (first,) = [span for span in servers if span.trace == TRACE]
    assert first.parent == PARENT
    children = {span.name: span.parent for span in collector.spans if span.kind == "INTERNAL"}
    assert children == {"photo.fetch": first.id, "photo.decode": first.id}
    assert {head["authorization"] for head in collector.headers} == {"Bearer s3cret"}
    assert set(collector.paths) == {"/v1/traces"}
    assert "s3cret" not in log
    assert str(photos.port) not in repr(collector.spans)
    assert "John" not in repr(collector.spans)


def test_a_service_started_by_its_log_format_names_the_trace(tmp_path: Path) -> None:
    """A JSON line has the member trace_id."""
    with collecting() as collector:
        variables = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/own/path"}
        with serving(tmp_path, {"LOG_FORMAT": "json"}, variables=variables) as served:
            served.create(traceparent=f"00-{TRACE}-{PARENT}-01")
    lines = [json.loads(line) for line in served.log.splitlines() if line.startswith("{")]
    assert TRACE in [line.get("trace_id") for line in lines if line["event"] == "request"]
    assert set(collector.paths) == {"/own/path"}


def test_a_collector_that_refuses_costs_one_line(tmp_path: Path) -> None:
    """Cards are made, and the log says once that spans are lost."""
    with collecting() as collector:
        collector.status = 403
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }
        with serving(tmp_path, variables=variables) as served:
            for _ in range(3):
                assert served.create().outcome == (200, "card")
                sent = len(collector.paths)
                until(lambda sent=sent: len(collector.paths) > sent)  # type: ignore[misc]
    assert re.findall(r"(?:info|warning) (?:traces|server).*", served.log) == [
        "info traces-on",
        "warning traces-away",
    ]


def test_a_collector_that_hangs_holds_nobody(tmp_path: Path) -> None:
    """A collector that takes the connection and never answers delays neither cards nor the end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "60",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }
        with serving(tmp_path, variables=variables) as served:
            for _ in range(20):
                assert served.create().outcome == (200, "card")
            began = time.monotonic()
        assert time.monotonic() - began < 10
    assert served.process.returncode == 0
