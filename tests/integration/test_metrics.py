"""Metrics: one worker counts in plain numbers, several in shared files; both report the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.service import metric_samples
from vcardsvc.metrics import METRICS, LocalMetrics

COUNT = """
import sys
from vcardsvc.metrics import metrics
counts = metrics()
for _ in range(3):
    counts.count("vcardsvc_requests", ("200", "ok"))
counts.count("vcardsvc_problems", ("E1515", "name-missing"))
for seconds in (0.0004, 0.0005, 0.02, 99.0):
    counts.observe("vcardsvc_request_seconds", seconds)
counts.observe("vcardsvc_photo_seconds", 0.1, ("fetch",))
counts.set("vcardsvc_in_flight", 2)
sys.stdout.buffer.write(counts.exposition()[0])
"""


def _samples(environ: dict[str, str]) -> dict[str, float]:
    ran = subprocess.run(
        [sys.executable, "-c", COUNT], env=environ, capture_output=True, check=True
    )
    return {
        name: value
        for name, value in metric_samples(ran.stdout.decode()).items()
        if name.startswith("vcardsvc_") and "_created" not in name
    }


def test_local_and_shared_metrics_report_the_same(tmp_path: Path) -> None:
    """The numbers of one worker have the names, labels and values that shared ones have."""
    local = _samples({})
    shared = _samples({"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)})
    assert {name: local.get(name) for name in shared} == shared
    assert local['vcardsvc_request_seconds_bucket{le="0.0005"}'] == 2
    assert local["vcardsvc_request_seconds_sum"] == pytest.approx(99.0209)


def test_prometheus_is_loaded_when_metrics_are_read() -> None:
    """Counting does not import prometheus-client; reading the metrics does."""
    code = (
        "import sys; from vcardsvc.metrics import metrics; m = metrics()\n"
        "m.count('vcardsvc_requests', ('200', 'ok')); print('prometheus_client' in sys.modules)\n"
        "m.exposition(); print('prometheus_client' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.split() == ["False", "True"]


def test_an_undeclared_metric_raises() -> None:
    """A name that the table does not have raises KeyError."""
    counts = LocalMetrics()
    assert "x" not in METRICS
    with pytest.raises(KeyError):
        counts.count("x", ())
    with pytest.raises(KeyError):
        counts.observe("x", 1)
    with pytest.raises(KeyError):
        counts.set("x", 1)
