"""Declare every metric and log event in a table, and write them; anything undeclared raises.

Nothing that a caller sent is logged. A line holds a request id, the name that the operator gave a
key, codes, causes, sizes and durations; a fault of ours holds where it happened and the name of its
exception, never the exception's text.
"""

import json
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

import prometheus_client
import structlog
from msgspec import Struct
from prometheus_client import multiprocess
from structlog.typing import EventDict, WrappedLogger

MULTIPROCESS: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable with the folder that several workers share, for prometheus-client."""

FRAMES: Final = 12
"""Stack frames of a fault that are logged, the innermost last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Declares a Prometheus metric: its kind, help text, label names, buckets of a histogram."""

    kind: Literal["counter", "gauge", "histogram"]
    doc: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


METRICS: Final[Mapping[str, Metric]] = {
    "vcardsvc_requests": Metric(
        kind="counter",
        doc="Requests answered, by HTTP status and leading code (ok for a card).",
        labels=("status", "code"),
    ),
    "vcardsvc_problems": Metric(
        kind="counter",
        doc="Requests refused, by the leading problem's code and cause.",
        labels=("code", "cause"),
    ),
    "vcardsvc_request_seconds": Metric(
        kind="histogram",
        doc="Seconds from a request's headers to its whole response.",
        buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 15),
    ),
    "vcardsvc_photo_seconds": Metric(
        kind="histogram",
        doc="Seconds of the steps of a photo that succeeded.",
        labels=("step",),
        buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8),
    ),
    "vcardsvc_in_flight": Metric(
        kind="gauge", doc="Requests being answered, sampled every second."
    ),
    "vcardsvc_keys_degraded": Metric(
        kind="gauge", doc="Workers that cannot reach the key store and answer from memory."
    ),
    "vcardsvc_store_degraded": Metric(
        kind="gauge", doc="Workers that cannot write to the store, or could not lately."
    ),
    "vcardsvc_rates_degraded": Metric(
        kind="gauge", doc="Workers that cannot reach Redis and count no requests."
    ),
}

LEVELS: Final[Mapping[str, str]] = {
    "fault": "error",
    "no-start": "error",
    "store-away": "warning",
    "rates-away": "warning",
    "degraded": "warning",
    "server": "warning",
}
"""The levels of the events that are not `info`."""

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "request": ("id", "key", "status", "code", "cause", "ms", "in", "out"),
    "fault": ("id", "kind", "where"),
    "started": ("pid",),
    "no-start": ("reason",),
    "stopped": ("pid",),
    "store-away": (),
    "store-back": (),
    "degraded": ("causes",),
    "recovered": (),
    "rates-away": (),
    "rates-back": (),
    "server": ("message",),
}


def _metric(name: str, metric: Metric, registry: prometheus_client.CollectorRegistry) -> Any:
    if metric.kind == "counter":
        return prometheus_client.Counter(name, metric.doc, metric.labels, registry=registry)
    if metric.kind == "gauge":
        return prometheus_client.Gauge(
            name, metric.doc, metric.labels, registry=registry, multiprocess_mode="livesum"
        )
    return prometheus_client.Histogram(
        name, metric.doc, metric.labels, registry=registry, buckets=metric.buckets
    )


class _Clock:
    """Formats the time in UTC (ISO 8601), once a second: request lines are on the hot path."""

    def __init__(self) -> None:
        self._second = 0
        self._text = ""

    def __call__(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._text = f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}"
        return f"{self._text}.{int((now - second) * 1000):03d}Z"


_now: Final = _Clock()


def _console(_: WrappedLogger, level: str, event: EventDict) -> bytes:
    # One processor, not the usual chain of three: request lines are on the hot path.
    fields = "".join([f" {name}={value}" for name, value in event.items() if name != "event"])
    return f"{_now()} {level} {event['event']}{fields}".encode()


def _json(_: WrappedLogger, level: str, event: EventDict) -> bytes:
    return json.dumps({"timestamp": _now(), "level": level, **event}).encode()


class _BufferedLines:
    """Writes the lines of one iteration of the event loop at once: a busy worker answers a dozen
    requests in an iteration, and a system call for each line cost a tenth of its throughput."""

    def __init__(self, stream: BinaryIO, call_soon: Callable[..., object]) -> None:
        self._stream = stream
        self._call_soon = call_soon
        self._lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        """Write `line` before the loop polls its sockets again."""
        if not self._lines:
            self._call_soon(self.write_out)
        self._lines.append(line)

    def flush(self) -> None:
        """Do nothing: structlog calls it after every line, and `write_out` flushes."""

    def write_out(self) -> None:
        """Write the buffered lines."""
        lines, self._lines = self._lines, []
        if lines:
            self._stream.write(b"".join(lines))
            self._stream.flush()


class RequestLog(Struct, frozen=True, kw_only=True, gc=False):
    """What the log tells of a request beside its response: the name of its key, the bytes of its
    body, the code of its first problem or "ok", and that problem's cause."""

    key: str = ""
    received: int = 0
    code: str = "ok"
    cause: str = ""


NO_LOG: Final = RequestLog()
"""The log of a request without a key or a body."""


class Telemetry:
    """Writes the metrics and the log of one worker.

    With `call_soon`, of the running loop, request lines are buffered and written once an iteration.
    Events are rare and may come from any thread: they are written at once.
    """

    def __init__(
        self,
        *,
        log_requests: bool = True,
        log_format: Literal["console", "json"] = "console",
        stream: BinaryIO | None = None,
        call_soon: Callable[..., object] | None = None,
    ) -> None:
        self._log_requests = log_requests
        self._registry = prometheus_client.CollectorRegistry()
        self._metrics = {
            name: _metric(name, metric, self._registry) for name, metric in METRICS.items()
        }
        self._seconds = self._metrics["vcardsvc_request_seconds"]
        self._counters: dict[tuple[int, str], Any] = {}
        if not _shared_folder():
            for collector in (
                prometheus_client.ProcessCollector,
                prometheus_client.PlatformCollector,
                prometheus_client.GCCollector,
            ):
                collector(registry=self._registry)
        self._render = _json if log_format == "json" else _console
        output = stream or sys.stderr.buffer
        self._buffer = _BufferedLines(output, call_soon) if call_soon else None
        self._request_log = structlog.BytesLogger(cast("BinaryIO", self._buffer or output))
        self._log = structlog.wrap_logger(
            structlog.BytesLogger(output),
            processors=[self._render],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        ).bind()

    def event(self, event: str, **fields: object) -> None:
        """Log one declared event. Raises KeyError for an event or field that no table declares."""
        declared = EVENTS[event]
        undeclared = fields.keys() - set(declared)
        if undeclared:
            raise KeyError(f"{event} declares no {', '.join(sorted(undeclared))}")
        self.flush()
        getattr(self._log, LEVELS.get(event, "info"))(event, **fields)

    def request(self, id: str, log: RequestLog, status: int, seconds: float, sent: int) -> None:
        """Count one request, and log it where requests are logged; `sent` is in bytes."""
        code, cause = log.code, log.cause
        counter = self._counters.get((status, code))
        if counter is None:
            counter = self._metrics["vcardsvc_requests"].labels(str(status), code)
            self._counters[status, code] = counter
        counter.inc()
        self._seconds.observe(seconds)
        if cause:
            self._metrics["vcardsvc_problems"].labels(code, cause).inc()
        if self._log_requests:
            # Without the bound logger, which would copy an empty context: a third of the cost.
            event = {
                "event": "request",
                "id": id,
                "key": log.key or "-",
                "status": status,
                "code": code,
                "cause": cause or "-",
                "ms": round(seconds * 1000, 2),
                "in": log.received,
                "out": sent,
            }
            self._request_log.msg(self._render(None, "info", event))

    def photo(self, step: Literal["fetch", "decode"], seconds: float) -> None:
        """Time one step of a photo that succeeded."""
        self._metrics["vcardsvc_photo_seconds"].labels(step).observe(seconds)

    def gauge(self, name: str, value: float) -> None:
        """Set a declared gauge."""
        self._metrics[name].set(value)

    def fault(self, id: str, exception: BaseException) -> None:
        """Log a fault of ours: the exception's kind and where it was raised, never its text."""
        frames = traceback.extract_tb(exception.__traceback__)[-FRAMES:]
        where = ">".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        self.event("fault", id=id, kind=type(exception).__name__, where=where)

    def exposition(self) -> tuple[bytes, bytes]:
        """Return (body, content type) of all metrics, added up over all workers."""
        registry = self._registry
        if folder := _shared_folder():
            _forget_dead_workers(Path(folder))
            registry = prometheus_client.CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        body = prometheus_client.generate_latest(registry)
        return body, prometheus_client.CONTENT_TYPE_LATEST.encode()

    def flush(self) -> None:
        """Write the buffered lines."""
        if self._buffer:
            self._buffer.write_out()

    def adopt_server_log(self) -> None:
        """Log the warnings of the server and the event loop as our events."""
        handler = _ServerLogHandler(self)
        for name in ("uvicorn.error", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers = [handler]
            logger.propagate = False
            logger.setLevel(logging.WARNING)


class _ServerLogHandler(logging.Handler):
    def __init__(self, telemetry: Telemetry) -> None:
        super().__init__(logging.WARNING)
        self._telemetry = telemetry

    def emit(self, record: logging.LogRecord) -> None:
        # The template without its arguments, up to the first value that asyncio has put into it:
        # both may hold text of a caller.
        self._telemetry.event("server", message=re.split(r"[\n(<'\"]", str(record.msg))[0].strip())


def _shared_folder() -> str | None:
    return os.environ.get(MULTIPROCESS)


def _forget_dead_workers(folder: Path) -> None:
    for pid in _pids(path.name for path in folder.glob("gauge_live*.db")):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
        except PermissionError:
            continue


def _pids(names: Iterable[str]) -> set[int]:
    return {int(found[1]) for name in names if (found := re.search(r"_(\d+)\.db$", name))}
