"""Reads durations such as 30m, 24h and 7d."""

import re
from datetime import timedelta
from typing import Final

UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

LONGEST: Final = timedelta(days=365)


def duration_of(text: str) -> timedelta:
    """Return the duration: a whole number with s, m, h or d, or 0. Raises ValueError."""
    found = re.fullmatch(r"(?P<number>[0-9]{1,8})(?P<unit>[smhd])|0", text)
    if found is None:
        raise ValueError("must be a whole number with s, m, h or d, such as 24h, or 0")
    unit = found["unit"]
    duration = timedelta(**{UNITS[unit]: int(found["number"])}) if unit else timedelta()
    if duration > LONGEST:
        raise ValueError(f"must be at most {LONGEST.days}d")
    return duration
