"""Traces requests with OpenTelemetry, set up by its own variables (the extra `otel`).

Strategy: a worker that writes no traces imports none of this, and nothing asks on the way of a
request whether it does. Where traces are on, `app` takes the classes of `services.traced` and
`http.traced` instead of their parents, and `TracedTelemetry`.

A span holds what a log line holds: ids, routes, codes, causes, sizes, names of keys. It never holds
a path with its values, a query, a header, an address, or the text of an exception.
"""

import asyncio
import contextlib
import logging
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, MutableMapping, Sequence
from importlib.metadata import entry_points
from typing import Any, Final, TypeVar

from opentelemetry import propagate
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import (
    Span,
    SpanKind,
    StatusCode,
    Tracer,
    format_trace_id,
    get_current_span,
    set_span_in_context,
)

from vcardsvc import __version__
from vcardsvc.errors import Refused, Unavailable
from vcardsvc.settings import drop_traces_secrets
from vcardsvc.telemetry import RequestLog, Telemetry

T = TypeVar("T")

NAME: Final = "vcardsvc"
"""The service's name without OTEL_SERVICE_NAME, and the instrumentation scope of its spans."""

FLUSH_SECONDS: Final = 3.0
"""Seconds in which the last spans must be sent at the end of a worker."""

EXPORTERS: Final = "opentelemetry_traces_exporter"
"""The group of entry points in which packages name their exporters."""

OTLP: Final[Mapping[str, str]] = {
    "": "otlp_proto_http",
    "http/protobuf": "otlp_proto_http",
    "grpc": "otlp_proto_grpc",
}
"""The entry point of the exporter `otlp`, by its protocol."""

PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")

METHODS: Final = frozenset(
    ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
)
"""Methods that are named in a span; another one is any text of a caller."""

HUNG_UP: Final = 499
"""The status in our log of a request without a response, which its caller did not wait for."""

Processor = Callable[[SpanExporter], SpanProcessor]


def exporters_of(
    names: Sequence[str], variables: MutableMapping[str, str]
) -> tuple[SpanExporter, ...]:
    """Return the exporters of these names (values of OTEL_TRACES_EXPORTER), which read the rest of
    the environment by themselves; then remove the headers for the collector from `variables`, the
    environment: they may be secrets.

    Raises LookupError for one that is not installed, and what an exporter raises for its variables.
    """
    protocol = next((variables[name] for name in PROTOCOLS if variables.get(name)), "")
    otlp = OTLP.get(protocol.strip().lower(), "")
    try:
        return tuple(_exporter(otlp if name == "otlp" else name) for name in names)
    finally:
        drop_traces_secrets(variables)


def _exporter(name: str) -> SpanExporter:
    for entry in entry_points(group=EXPORTERS, name=name):
        exporter: SpanExporter = entry.load()()
        return exporter
    raise LookupError("there is no such exporter")


class Tracing:
    """The traces of one worker: `running` starts and ends them, the rest makes spans.

    `exporters` returns what sends the spans; `processor` gives each of them the queue and the
    thread from which it sends.
    """

    def __init__(
        self,
        exporters: Callable[[], Sequence[SpanExporter]],
        processor: Processor = BatchSpanProcessor,
    ) -> None:
        self._exporters = exporters
        self._processor = processor
        self._maybe_tracer: Tracer | None = None
        self._carried: frozenset[bytes] = frozenset()

    @contextlib.asynccontextmanager
    async def running(self, telemetry: Telemetry) -> AsyncIterator[None]:
        """Send spans inside the block; at its end send the last ones within FLUSH_SECONDS.

        The log says when spans get lost, and when they are sent again.
        """
        telemetry.adopt_log("opentelemetry")
        # What an exporter says of each attempt, at length, `_Watched` says once.
        logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
        provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._add_exporters(provider, telemetry)
        self._maybe_tracer = provider.get_tracer(NAME, __version__)
        self._carried = frozenset(name.encode() for name in propagate.get_global_textmap().fields)
        try:
            yield
        finally:
            # A thread that the end of the process does not wait for: a collector that hangs would
            # hold it for as long as the exporter tries again.
            ending = threading.Thread(target=provider.shutdown, name="traces-end", daemon=True)
            ending.start()
            await asyncio.to_thread(ending.join, FLUSH_SECONDS)

    def _add_exporters(self, provider: TracerProvider, telemetry: Telemetry) -> None:
        """Let the exporters send the provider's spans; a service that cannot be observed serves
        on."""
        try:
            for exporter in self._exporters():
                provider.add_span_processor(self._processor(_Watched(exporter, telemetry)))
        except Exception as fault:  # whatever an exporter raises for a value of its variables
            reason = "no-exporter" if isinstance(fault, LookupError) else "bad-settings"
            telemetry.event("no-traces", reason=reason)
        else:
            telemetry.event("traces-on")

    @contextlib.contextmanager
    def request(self, scope: Mapping[str, Any], route: str) -> Iterator[None]:
        """Make the server's span of a request inside the block; the trace is the caller's where the
        request has a valid `traceparent`.

        `route` is the path with the names of its parameters, "" for an unknown path.
        """
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        attributes = {
            "http.request.method": method,
            "url.scheme": str(scope.get("scheme", "http")),
            "network.protocol.version": str(scope.get("http_version", "1.1")),
        }
        if route:
            # The path itself may hold the secret of a link or the number of a person.
            attributes |= {"http.route": route, "url.path": route}
        with self._span(
            f"{'HTTP' if method == '_OTHER' else method} {route}".rstrip(),
            SpanKind.SERVER,
            attributes,
            self._caller_context(scope),
        ):
            yield

    @contextlib.contextmanager
    def span(self, name: str) -> Iterator[Span]:
        """Make a span of the current request inside the block, and name what it raises."""
        with self._span(name, SpanKind.INTERNAL, {}, None) as span:
            yield span

    def begin(self, name: str) -> Span:
        """Return a span of the current request, which `end` ends, anywhere."""
        return self._tracer.start_span(name)

    def end(self, span: Span, maybe_fault: BaseException | None) -> None:
        """End a span, with what was raised in it."""
        if maybe_fault is not None:
            span.set_attribute("error.type", _error_type(maybe_fault))
            span.set_status(StatusCode.ERROR)
        span.end()

    def bound(
        self, work: Callable[..., T], name: str, attributes: Mapping[str, str]
    ) -> Callable[..., T]:
        """Return `work` with a span of the request that is current now, whichever thread runs it;
        outside of a request, and in one that is not recorded, `work` itself."""
        parent = get_current_span()
        if not parent.is_recording():
            return work
        context = set_span_in_context(parent)

        def traced(*arguments: Any, **named: Any) -> T:
            with self._span(name, SpanKind.CLIENT, attributes, context):
                return work(*arguments, **named)

        return traced

    @property
    def _tracer(self) -> Tracer:
        assert self._maybe_tracer is not None  # noqa: S101  # requests come after the start
        return self._maybe_tracer

    @contextlib.contextmanager
    def _span(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str],
        maybe_context: Context | None,
    ) -> Iterator[Span]:
        span = self._tracer.start_span(name, maybe_context, kind, attributes)
        token = attach(set_span_in_context(span, maybe_context))
        maybe_fault: BaseException | None = None
        try:
            yield span
        except BaseException as fault:
            maybe_fault = fault
            raise
        finally:
            detach(token)
            self.end(span, maybe_fault)

    def _caller_context(self, scope: Mapping[str, Any]) -> Context:
        """Return the context that the request's headers carry, an empty one without them."""
        carrier: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            if name in self._carried:
                carrier.setdefault(name.decode(), []).append(value.decode("latin-1"))
        return propagate.extract(carrier, context=Context()) if carrier else Context()


class TracedTelemetry(Telemetry):
    """Puts the outcome of a request into its span, and the trace's id into its log line."""

    def request(
        self,
        id: str,
        log: RequestLog,
        status: int,
        seconds: float,
        sent: int,
        trace_id: str = "",
    ) -> None:
        """Count and log one request, whose span is the current one."""
        span = get_current_span()
        context = span.get_span_context()
        if span.is_recording():
            _put_outcome(span, id, log, status, sent)
        if context.is_valid:
            trace_id = format_trace_id(context.trace_id)
        super().request(id, log, status, seconds, sent, trace_id)

    def fault(self, id: str, exception: BaseException) -> None:
        """Log a fault of ours, and put its kind into the current span."""
        get_current_span().set_attribute("exception.type", type(exception).__name__)
        super().fault(id, exception)


class _Watched(SpanExporter):
    """Logs when an exporter begins to fail, and when it sends again."""

    def __init__(self, exporter: SpanExporter, telemetry: Telemetry) -> None:
        self._exporter = exporter
        self._telemetry = telemetry
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send these spans. Anything that an exporter raises is a failure."""
        try:
            result = self._exporter.export(spans)
        except Exception:
            result = SpanExportResult.FAILURE
        is_away = result is not SpanExportResult.SUCCESS
        if is_away != self._is_away:
            self._is_away = is_away
            self._telemetry.event("traces-away" if is_away else "traces-back")
        return result

    def shutdown(self) -> None:
        """End the exporter."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Return whether the exporter has sent what it holds."""
        return self._exporter.force_flush(timeout_millis)


def _resource() -> Resource:
    """Return what this worker is: the variables have the last word."""
    ours = {"service.version": __version__, "service.instance.id": str(uuid.uuid4())}
    resource = Resource(ours).merge(Resource.create())
    if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
        return resource.merge(Resource({SERVICE_NAME: NAME}))
    return resource


def _put_outcome(span: Span, id: str, log: RequestLog, status: int, sent: int) -> None:
    span.set_attributes(
        {
            "vcardsvc.request_id": id,
            "vcardsvc.code": log.code,
            "http.request.body.size": log.received,
            "http.response.body.size": sent,
        }
    )
    if log.key:
        span.set_attribute("vcardsvc.key", log.key)
    if log.cause:
        span.set_attribute("vcardsvc.cause", log.cause)
    if status == HUNG_UP:
        return
    span.set_attribute("http.response.status_code", status)
    if status > HUNG_UP:
        span.set_attribute("error.type", log.cause or str(status))
        span.set_status(StatusCode.ERROR)


def _error_type(fault: BaseException) -> str:
    """Return the machine word for what was raised, never its text."""
    if isinstance(fault, Refused):
        first = fault.problems[0]
        return first.cause or first.code.name
    return fault.cause if isinstance(fault, Unavailable) else type(fault).__name__
