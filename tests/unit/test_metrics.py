"""The metrics of one worker, read by a thread while requests count."""

from itertools import count

import pytest
from prometheus_client.metrics_core import CounterMetricFamily

from vcardsvc.metrics import LocalMetrics


def test_labels_that_appear_while_metrics_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request whose labels are new may end at any time."""
    metrics, numbers = LocalMetrics(), count()
    add = CounterMetricFamily.add_metric

    def add_while_counting(*args: object, **more: object) -> None:
        metrics.count("vcardsvc_requests", (str(next(numbers)), "ok"))
        add(*args, **more)  # type: ignore[arg-type]  # as they came

    metrics.count("vcardsvc_requests", ("200", "ok"))
    monkeypatch.setattr(CounterMetricFamily, "add_metric", add_while_counting)
    assert b'vcardsvc_requests_total{code="ok",status="200"} 1.0' in metrics.exposition()[0]
