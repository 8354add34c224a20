"""Hold work to limits of time that grow with the slowness of the machine.

The budget is in seconds of a quiet machine (one on which `_calibrate` takes `QUIET` seconds). Work
that needs more of this thread's processor time gets a second try, between two calibrations: on a
machine that is slow at this moment, the budget is as much longer. Work in quadratic time needs
many times its budget and fails on any machine.
"""

import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

Result = TypeVar("Result")

QUIET: Final = 0.1
"""Seconds of processor that one calibration takes on a quiet machine."""


def within_cpu_budget(seconds: float, work: Callable[[], Result]) -> Result:
    """Run work and return its result. Raises AssertionError when it costs more than its budget."""
    result, first = _measure(work)
    if first < seconds:
        return result
    _, before = _measure(_calibrate)
    result, second = _measure(work)
    _, after = _measure(_calibrate)
    budget = seconds * max(1.0, before / QUIET, after / QUIET)
    cost = min(first, second)
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
