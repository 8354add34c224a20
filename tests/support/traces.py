"""What tests of traces share: spans as plain values, from memory or from a collector's request."""

import contextlib
import gzip
import http.server
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from vcardsvc.tracing import Tracing


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A span that was sent."""

    name: str
    trace: str
    id: str
    parent: str
    kind: str
    is_error: bool
    attributes: Mapping[str, Any]
    service: Mapping[str, Any] = field(default_factory=dict)


class Memory:
    """Traces whose spans stay in this process, sent as soon as they end."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracing = Tracing(lambda: (self.exporter,), SimpleSpanProcessor)

    def take(self) -> list[Seen]:
        """Return the spans since the last call, in the order in which they ended."""
        spans = self.exporter.get_finished_spans()
        self.exporter.clear()
        return [
            Seen(
                name=span.name,
                trace=f"{span.context.trace_id:032x}",
                id=f"{span.context.span_id:016x}",
                parent=f"{span.parent.span_id:016x}" if span.parent else "",
                kind=span.kind.name,
                is_error=not span.status.is_ok and not span.status.is_unset,
                attributes=dict(span.attributes or {}),
                service=dict(span.resource.attributes),
            )
            for span in spans
        ]


@dataclass(slots=True, kw_only=True)
class Collector:
    """A collector of OTLP over HTTP on loopback, and what it got."""

    url: str = ""
    spans: list[Seen] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 200


@contextlib.contextmanager
def collecting() -> Iterator[Collector]:
    """Run a collector, which answers with `status`."""
    collector = Collector()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.paths.append(self.path)
            collector.headers.append({name.lower(): value for name, value in self.headers.items()})
            if collector.status == 200:
                collector.spans += _spans(ExportTraceServiceRequest.FromString(body))
            self.send_response(collector.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield collector
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _spans(request: ExportTraceServiceRequest) -> list[Seen]:
    return [
        Seen(
            name=span.name,
            trace=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            kind=span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
            is_error=span.status.code == span.status.STATUS_CODE_ERROR,
            attributes=_values(span.attributes),
            service=_values(group.resource.attributes),
        )
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
