"""The profiles of Hypothesis: how many examples the tests draw, and whether anew in every run.

`dev` is the default and draws a few anew, `ci` always the same ones, `nightly` all of them anew. A
profile is chosen by the environment variable HYPOTHESIS_PROFILE or `pytest --hypothesis-profile`.
"""

import os
from typing import Final

from hypothesis import HealthCheck, settings

FULL: Final = 100
"""Examples of a test that names no number, in `nightly`."""

FEWEST: Final = 10
"""Examples of any test, in any profile."""


def register_profiles() -> None:
    """Register the profiles, and load the one that the environment names."""
    by_the_clock = [HealthCheck.too_slow]  # the machine may be busy
    base = settings(deadline=None, print_blob=True, suppress_health_check=by_the_clock)
    settings.register_profile("nightly", base, max_examples=FULL)
    settings.register_profile("ci", base, max_examples=FULL // 4, derandomize=True)
    settings.register_profile("dev", base, max_examples=FULL // 10)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def examples(full: int, *suppress: HealthCheck, share: int = 1) -> settings:
    """Return the settings of a test that draws `full` examples in `nightly`, and fewer in
    proportion in the other profiles: of those a `share`-th, for tests that take long."""
    most = settings().max_examples
    drawn = max(min(full, FEWEST), full * most // FULL // (share if most < FULL else 1))
    return settings(max_examples=drawn, suppress_health_check=[HealthCheck.too_slow, *suppress])
