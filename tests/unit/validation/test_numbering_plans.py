"""The plans of numbers may be read by several threads at once."""

import threading

from vcardsvc.validation.numbering_plans import _Plan

COUNTRY_CODE = 1
REGIONS = ("US", "AG", "AI", "AS", "BB", "BM", "BS", "CA", "DM", "DO", "GD", "GU", "JM", "KN", "TT")
"""Some regions of +1; the last of them has the number."""
NUMBER = "8682211234"
THREADS = 8
ROUNDS = 5


def test_every_region_is_compared_in_every_thread() -> None:
    """Threads that compile the regions of a country code together all find the last one."""
    for _ in range(ROUNDS):
        plan = _Plan(COUNTRY_CODE, REGIONS)
        start = threading.Barrier(THREADS)
        found: list[bool] = []

        def judge(plan: _Plan = plan, start: threading.Barrier = start) -> None:
            start.wait(10)
            found.append(plan.is_valid(NUMBER))  # noqa: B023 - the list of this round

        threads = [threading.Thread(target=judge) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert found == [True] * THREADS


def test_two_readers_of_a_plan_in_turns() -> None:
    """A region that one reader has just compiled is not skipped by the other."""
    plan = _Plan(COUNTRY_CODE, REGIONS)
    one, other = plan._regions(), plan._regions()
    next(one), next(other)
    assert next(other) is next(one)
