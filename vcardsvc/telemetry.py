"""Writes the log and counts the metrics of one worker; anything undeclared raises.

Nothing that a caller sent is logged. A line holds a request id, the name that the operator gave a
key, codes, causes, sizes and durations; a fault of ours holds where it happened and the name of its
exception, never the exception's text.
"""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

from msgspec import Struct

from vcardsvc.metrics import metrics

FRAMES: Final = 12
"""Stack frames of a fault that are logged, the innermost last."""

LEVELS: Final[Mapping[str, str]] = {
    "fault": "error",
    "no-start": "error",
    "store-away": "warning",
    "rates-away": "warning",
    "degraded": "warning",
    "server": "warning",
    "no-traces": "warning",
    "traces-away": "warning",
}
"""The levels of the events that are not `info`."""

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "request": ("id", "key", "status", "code", "cause", "ms", "in", "out"),
    "fault": ("id", "kind", "where"),
    "batch": ("id", "rows"),
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
    "audit": (
        "action",
        "by",
        "key",
        "until",
        "account",
        "vendor",
        "filter",
        "contacts",
        "links",
    ),
    "traces-on": (),
    "no-traces": ("reason",),
    "traces-away": (),
    "traces-back": (),
}


TRACE_ID: Final = "trace_id"
"""The last field of a request's line where traces are on, named as OpenTelemetry names it."""


class RequestLog(Struct, frozen=True, kw_only=True, gc=False):
    """What the log tells of a request beside its response: the name of its key, the bytes of its
    body, the code of its first problem or "ok", and that problem's cause."""

    key: str = ""
    received: int = 0
    code: str = "ok"
    cause: str = ""


NO_LOG: Final = RequestLog()
"""The log of a request without a key or a body."""


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


def _console_line(level: str, event: str, fields: Mapping[str, object]) -> str:
    texts = "".join([f" {name}={value}" for name, value in fields.items()])
    return f"{_now()} {level} {event}{texts}\n"


def _json_line(level: str, event: str, fields: Mapping[str, object]) -> str:
    return json.dumps({"timestamp": _now(), "level": level, "event": event, **fields}) + "\n"


class _Lines:
    """Writes lines to a stream. With `call_soon` the lines of one iteration of the event loop are
    written at once: a busy worker answers a dozen requests in an iteration, and a system call for
    each line cost a tenth of its throughput."""

    def __init__(self, stream: BinaryIO, call_soon: Callable[..., object] | None) -> None:
        self._stream = stream
        self._maybe_call_soon = call_soon
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        """Write `line`, at the latest before the loop polls its sockets again."""
        if not self._lines and self._maybe_call_soon is not None:
            self._maybe_call_soon(self.flush)
        self._lines.append(line)
        if self._maybe_call_soon is None:
            self.flush()

    def flush(self) -> None:
        """Write the buffered lines."""
        lines, self._lines = self._lines, []
        if lines:
            self._stream.write("".join(lines).encode())
            self._stream.flush()


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
        self._as_json = log_format == "json"
        self._metrics = metrics()
        output = stream or sys.stderr.buffer
        self._request_lines = _Lines(output, call_soon)
        self._event_lines = _Lines(output, None)

    def event(self, event: str, **fields: object) -> None:
        """Log one declared event. Raises KeyError for an event or field that no table declares."""
        declared = EVENTS[event]
        undeclared = fields.keys() - set(declared)
        if undeclared:
            raise KeyError(f"{event} declares no {', '.join(sorted(undeclared))}")
        self.flush()
        render = _json_line if self._as_json else _console_line
        self._event_lines.write(render(LEVELS.get(event, "info"), event, fields))

    def request(
        self,
        id: str,
        log: RequestLog,
        status: int,
        seconds: float,
        sent: int,
        trace_id: str = "",
    ) -> None:
        """Count one request, and log it where requests are logged; `sent` is in bytes."""
        code, cause, counts = log.code, log.cause, self._metrics
        counts.count("vcardsvc_requests", (str(status), code))
        counts.observe("vcardsvc_request_seconds", seconds)
        if cause:
            counts.count("vcardsvc_problems", (code, cause))
        if not self._log_requests:
            return
        ms, key, cause = round(seconds * 1000, 2), log.key or "-", cause or "-"
        if self._as_json:
            fields = {"id": id, "key": key, "status": status, "code": code, "cause": cause,
                      "ms": ms, "in": log.received, "out": sent}  # fmt: skip
            if trace_id:
                fields[TRACE_ID] = trace_id
            self._request_lines.write(_json_line("info", "request", fields))
        else:
            end = f" {TRACE_ID}={trace_id}\n" if trace_id else "\n"
            self._request_lines.write(
                f"{_now()} info request id={id} key={key} status={status} code={code} "
                f"cause={cause} ms={ms} in={log.received} out={sent}{end}"
            )

    def photo(self, step: Literal["fetch", "decode"], seconds: float) -> None:
        """Time one step of a photo that succeeded."""
        self._metrics.observe("vcardsvc_photo_seconds", seconds, (step,))

    def gauge(self, name: str, value: float) -> None:
        """Set a declared gauge."""
        self._metrics.set(name, value)

    def fault(self, id: str, exception: BaseException) -> None:
        """Log a fault of ours: the exception's kind and where it was raised, never its text."""
        frames = traceback.extract_tb(exception.__traceback__)[-FRAMES:]
        where = ">".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        self.event("fault", id=id, kind=type(exception).__name__, where=where)

    def exposition(self) -> tuple[bytes, bytes]:
        """Return (body, content type) of all metrics, added up over all workers."""
        return self._metrics.exposition()

    def flush(self) -> None:
        """Write the buffered lines."""
        self._request_lines.flush()

    def adopt_server_log(self) -> None:
        """Log the warnings of the server and the event loop as our events."""
        for name in ("uvicorn.error", "asyncio"):
            self.adopt_log(name)

    def adopt_log(self, name: str) -> None:
        """Log the warnings of the logger of this name as our events."""
        logger = logging.getLogger(name)
        logger.handlers = [_ServerLogHandler(self)]
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
