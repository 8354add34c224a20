"""What a worker cannot do at the moment, as causes: machine words for /readyz, the log and metrics.

Strategy: nothing is asked when somebody wants to know. Watches say how what they watch is, and
whatever fails on behalf of a caller is remembered for a while.
What must never enter here: a caller's value, or the check of anything.
"""

import time
from collections.abc import Callable
from typing import Final

HOLD: Final = 10.0
"""Seconds for which a failure counts: about as long as until the next probe. A disk with room for a
probe and for no card would else seem to be well between two cards."""

PASSING: Final = frozenset({"store-slow"})
"""Causes of single failures that say nothing of the next request."""

DECODERS: Final = "decoders"
"""The cause while no photo decoder could be started."""


def store_cause(fault: Exception) -> str:
    """The cause that a StoreAway names, whose module few deployments load; a fault of ours has one
    as well, since the store cannot be used either way."""
    return str(getattr(fault, "cause", "store-failed"))


class Health:
    """The causes of one worker. Failures may be told from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._watched: dict[str, str] = {}
        self._failed: dict[str, float] = {}

    def watched(self, what: str, cause: str) -> None:
        """What a watch has found of `what` just now: a cause, or "" when it is well."""
        self._watched[what] = cause

    def failed(self, cause: str) -> None:
        """Something that a caller wanted failed."""
        if cause not in PASSING:
            self._failed[cause] = self._clock()

    def causes(self) -> frozenset[str]:
        """All that is wrong now."""
        since = self._clock() - HOLD
        lately = [cause for cause, when in self._failed.copy().items() if when > since]
        return frozenset([*filter(None, self._watched.values()), *lately])
