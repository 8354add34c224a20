import sys
import time
from collections.abc import Callable

import pytest

from tests.support import cpu_budget as clocks
from tests.support.cpu_budget import longer, within_cpu_budget

NUMBERS = list(range(5_000))


def linear() -> int:
    return sum(number in {number} for number in NUMBERS)


def quadratic() -> int:
    return sum(number in NUMBERS for number in NUMBERS)


def slow(factor: float) -> Callable[[], float]:
    """Return the clock of a machine so many times slower than this one."""
    true = time.thread_time
    return lambda: true() * factor


@pytest.mark.parametrize("factor", [1, 5])
def test_linear_work_stays_in_its_budget(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget holds on a slow machine too, and the work's result comes back."""
    monkeypatch.setattr(time, "thread_time", slow(factor))
    assert within_cpu_budget(0.005, linear) == len(NUMBERS)


@pytest.mark.parametrize("factor", [1, 5])
def test_quadratic_work_breaks_its_budget(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quadratic work fails on any machine, however slow."""
    monkeypatch.setattr(time, "thread_time", slow(factor))
    with pytest.raises(AssertionError, match=r"^\d+\.\d\d s of \d+\.\d\d s$"):
        within_cpu_budget(0.005, quadratic)


def test_one_slow_try_is_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is judged by the better of two tries: something else may have disturbed one."""
    costs = iter([0.0, 9.0, 0.0, clocks.QUIET, 0.0, 0.9, 0.0, clocks.QUIET])
    monkeypatch.setattr(time, "thread_time", lambda: next(costs))
    assert within_cpu_budget(1.0, linear) == len(NUMBERS)


def test_no_tracer_is_measured() -> None:
    """A tracer, such as that of coverage, rests while work is measured, also when that raises."""
    before = sys.gettrace()

    def tracer(*_: object) -> None:
        return None

    sys.settrace(tracer)
    try:
        assert within_cpu_budget(1.0, sys.gettrace) is None
        with pytest.raises(ZeroDivisionError):
            within_cpu_budget(1.0, lambda: 1 / 0)
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is tracer


@pytest.mark.parametrize(("took", "expected"), [(0.0, 3.0), (0.05, 3.0), (0.1, 3.0), (0.4, 12.0)])
def test_a_limit_by_the_clock_grows_with_the_load(
    took: float, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the calibration takes four times as long as on a quiet machine, so may all else."""
    clock = iter([100.0, 100.0 + took])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    assert longer(3.0) == pytest.approx(expected)
