"""Collects why a worker cannot serve everything, as machine words for /readyz, the log and metrics.

Reading the causes queries nothing: watchers report the state of what they watch, and a failure
during a request counts for a while.
"""

import time
from collections.abc import Callable
from typing import Final

HOLD: Final = 10.0
"""Seconds for which a failure counts, about the time until the next probe: a disk with room for a
probe and none for a card would seem well between two cards."""

PASSING: Final = frozenset({"store-slow"})
"""Causes of single failures that do not predict the next request."""

DECODERS: Final = "decoders"
"""The cause while no photo decoder could be started."""


def store_cause(fault: Exception) -> str:
    """Return the cause of a StoreAway; a bug has one too, since the store is of no use then."""
    return str(getattr(fault, "cause", "store-failed"))


class Health:
    """The causes of one worker. Any thread may report."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._watched: dict[str, str] = {}
        self._failed: dict[str, float] = {}

    def watched(self, what: str, cause: str) -> None:
        """Set the state of one watched thing: a cause, or "" when it works."""
        self._watched[what] = cause

    def failed(self, cause: str) -> None:
        """Record the failure of a request."""
        if cause not in PASSING:
            self._failed[cause] = self._clock()

    def causes(self) -> frozenset[str]:
        """Return the causes that count now."""
        since = self._clock() - HOLD
        lately = [cause for cause, when in self._failed.copy().items() if when > since]
        return frozenset([*filter(None, self._watched.values()), *lately])
