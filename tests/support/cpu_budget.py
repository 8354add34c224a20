"""Hold work to limits of time that grow with the slowness of the machine.

The budget is in seconds of a quiet machine (one on which `_calibrate` takes `QUIET` seconds). Work
that needs more of this thread's processor time gets `TRIES` further tries, each behind a
calibration: on a machine that is slow at this moment, the budget is as much longer. The cheapest
try counts, as with any measured time: what else runs only adds to it. Work in quadratic time needs
many times its budget and fails on any machine.
"""

import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

Result = TypeVar("Result")

QUIET: Final = 0.1
"""Seconds of processor that one calibration takes on a quiet machine."""

TRIES: Final = 3


def within_cpu_budget(seconds: float, work: Callable[[], Result]) -> Result:
    """Run work and return its result. Raises AssertionError when it costs more than its budget."""
    result, cost = _measure(work)
    budget = seconds
    for _ in range(TRIES):
        if cost < budget:
            return result
        _, pace = _measure(_calibrate)
        budget = max(budget, seconds * pace / QUIET)
        if cost >= budget:
            result, again = _measure(work)
            cost = min(cost, again)
    assert cost < budget, f"{cost:.2f} s of {budget:.2f} s"
    return result


def longer(seconds: float) -> float:
    """Return these seconds of a quiet machine as long as they are here and now, never less: a
    limit by the clock for work that other programs hold up."""
    began = time.monotonic()
    _calibrate()
    return seconds * max(1.0, (time.monotonic() - began) / QUIET)


def _measure(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return the result and the seconds of this thread's processor time, without any tracer: that
    of coverage makes Python code several times slower."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        began = time.thread_time()
        result = work()
        return result, time.thread_time() - began
    finally:
        sys.settrace(tracer)


def _calibrate() -> int:
    """Do a fixed amount of what most measured code does: look at characters, one by one."""
    found = 0
    for character in "a1 ,;é+-(x" * 320_000:
        if character.isalnum():
            found += 1
    return found
