"""Declares every metric in a table, and counts them.

One worker counts in plain numbers, which prometheus-client turns into text when /metrics is read:
the library is not imported before, and counting costs a tenth. Several workers count in the
files of prometheus-client, so that any of them can report for all.
"""

import os
import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric as Family

MULTIPROCESS: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable with the folder that several workers share, for prometheus-client."""


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

Labels = tuple[str, ...]


class Metrics(Protocol):
    """Counts; a name that the table does not declare raises KeyError."""

    def count(self, name: str, labels: Labels) -> None:
        """Add one to a counter."""

    def observe(self, name: str, seconds: float, labels: Labels = ()) -> None:
        """Add a duration to a histogram."""

    def set(self, name: str, value: float) -> None:
        """Set a gauge."""

    def exposition(self) -> tuple[bytes, bytes]:
        """Return (body, content type) of all metrics."""


def metrics() -> Metrics:
    """Return the metrics of this process: its own, or those that it shares with other workers."""
    folder = os.environ.get(MULTIPROCESS)
    return SharedMetrics(Path(folder)) if folder else LocalMetrics()


class _Series:
    """The numbers of one metric with one set of labels; of a histogram one number a bucket, the
    last for what is over all buckets."""

    __slots__ = ("created", "numbers", "total")

    def __init__(self, size: int = 1) -> None:
        self.created = time.time()
        self.numbers = [0.0] * size
        self.total = 0.0


class LocalMetrics:
    """Counts in plain numbers, for a single worker."""

    def __init__(self) -> None:
        self._series: dict[str, dict[Labels, _Series]] = {name: {} for name in METRICS}
        for name, metric in METRICS.items():
            if not metric.labels:
                self._series[name][()] = _Series(len(metric.buckets) + 1)
        self._maybe_registry: CollectorRegistry | None = None

    def count(self, name: str, labels: Labels) -> None:
        """Add one to a counter."""
        family = self._series[name]
        series = family.get(labels)
        if series is None:
            series = family[labels] = _Series()
        series.total += 1

    def observe(self, name: str, seconds: float, labels: Labels = ()) -> None:
        """Add a duration to a histogram."""
        family, buckets = self._series[name], METRICS[name].buckets
        series = family.get(labels)
        if series is None:
            series = family[labels] = _Series(len(buckets) + 1)
        series.numbers[bisect_left(buckets, seconds)] += 1
        series.total += seconds

    def set(self, name: str, value: float) -> None:
        """Set a gauge."""
        self._series[name][()].total = value

    def exposition(self) -> tuple[bytes, bytes]:
        """Return (body, content type) of all metrics."""
        # Imported here: it takes 25 ms of the start, and few requests read metrics.
        import prometheus_client

        if self._maybe_registry is None:
            self._maybe_registry = registry = prometheus_client.CollectorRegistry()
            registry.register(self)
            prometheus_client.ProcessCollector(registry=registry)
            prometheus_client.PlatformCollector(registry=registry)
            prometheus_client.GCCollector(registry=registry)
        body = prometheus_client.generate_latest(self._maybe_registry)
        return body, prometheus_client.CONTENT_TYPE_LATEST.encode()

    def collect(self) -> "Iterator[Family]":
        """Yield the families of prometheus-client."""
        from prometheus_client.metrics_core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        for name, metric in METRICS.items():
            series = self._series[name]
            if metric.kind == "counter":
                counter = CounterMetricFamily(name, metric.doc, labels=metric.labels)
                for labels, one in series.copy().items():  # the event loop may add one meanwhile
                    counter.add_metric(labels, one.total, created=one.created)
                yield counter
            elif metric.kind == "gauge":
                yield GaugeMetricFamily(name, metric.doc, value=series[()].total)
            else:
                histogram = HistogramMetricFamily(name, metric.doc, labels=metric.labels)
                for labels, one in series.copy().items():
                    histogram.add_metric(labels, _cumulative(metric.buckets, one), one.total)
                yield histogram


def _cumulative(buckets: tuple[float, ...], series: _Series) -> list[tuple[str, float]]:
    """Return the pairs of upper bound and number of durations up to it."""
    count, pairs = 0.0, []
    bounds = [*map(_bound, buckets), "+Inf"]
    for bound, number in zip(bounds, series.numbers, strict=True):
        count += number
        pairs.append((bound, count))
    return pairs


def _bound(bucket: float) -> str:
    return str(float(bucket))


class SharedMetrics:
    """Counts in the files of `folder`, which all workers share."""

    def __init__(self, folder: Path) -> None:
        import prometheus_client

        self._folder = folder
        registry = prometheus_client.CollectorRegistry()
        self._metrics = {name: _metric(name, metric, registry) for name, metric in METRICS.items()}
        self._labelled: dict[tuple[str, Labels], Any] = {}

    def count(self, name: str, labels: Labels) -> None:
        """Add one to a counter."""
        self._of(name, labels).inc()

    def observe(self, name: str, seconds: float, labels: Labels = ()) -> None:
        """Add a duration to a histogram."""
        self._of(name, labels).observe(seconds)

    def set(self, name: str, value: float) -> None:
        """Set a gauge."""
        self._metrics[name].set(value)

    def exposition(self) -> tuple[bytes, bytes]:
        """Return (body, content type) of all metrics, added up over all workers."""
        import prometheus_client
        from prometheus_client import multiprocess

        _forget_dead_workers(self._folder)
        registry = prometheus_client.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        body = prometheus_client.generate_latest(registry)
        return body, prometheus_client.CONTENT_TYPE_LATEST.encode()

    def _of(self, name: str, labels: Labels) -> Any:
        metric = self._labelled.get((name, labels))
        if metric is None:
            metric = self._metrics[name]
            if labels:
                metric = metric.labels(*labels)
            self._labelled[name, labels] = metric
        return metric


def _metric(name: str, metric: Metric, registry: "CollectorRegistry") -> Any:
    import prometheus_client

    if metric.kind == "counter":
        return prometheus_client.Counter(name, metric.doc, metric.labels, registry=registry)
    if metric.kind == "gauge":
        return prometheus_client.Gauge(
            name, metric.doc, metric.labels, registry=registry, multiprocess_mode="livesum"
        )
    return prometheus_client.Histogram(
        name, metric.doc, metric.labels, registry=registry, buckets=metric.buckets
    )


def _forget_dead_workers(folder: Path) -> None:
    from prometheus_client import multiprocess

    for pid in _pids(path.name for path in folder.glob("gauge_live*.db")):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
        except PermissionError:
            continue


def _pids(names: Iterable[str]) -> set[int]:
    return {int(found[1]) for name in names if (found := re.search(r"_(\d+)\.db$", name))}
