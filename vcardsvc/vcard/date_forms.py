"""Converts dates, times and offsets between the two forms of ISO 8601 that cards have.

The basic form has no separators (`19900514T102200Z`; vCard 4.0, xCard and the card model), the
extended one has them (`1990-05-14T10:22:00Z`; jCard, older vCards). Parts may be missing as in RFC
6350 section 4.3: `1990`, `1990-05`, `--0514`, `---14`, `T1022`, `T-22`.
"""

import calendar
import re
from typing import Final

NO_YEAR: Final = 1604
"""The year in Apple's cards that means none."""

_ZONE: Final = r"(Z|[+-]\d\d(?::?\d\d)?)?"
_TIME: Final = rf"T(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]0+)?)?)?{_ZONE}"
_DATE: Final = re.compile(
    rf"(?:(\d{{4}})(-?)(\d\d)\2(\d\d)|--(\d\d)-?(\d\d)|---(\d\d))(?:{_TIME})?", re.ASCII
)
_USUAL: Final = re.compile(
    r"(\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|1\d|2[0-8])"
    r"(?:(T)([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d)(?:\.0+)?(Z)?)?",
    re.ASCII,
)
"""Dates as most programs write them, which need no other look."""
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d\d))?|--(\d\d)", re.ASCII)
_TIME_ALONE: Final = re.compile(_TIME, re.ASCII)
_ODD_TIME: Final = re.compile(
    rf"T-(?:[0-5]\d(?::?(?:[0-5]\d|60))?|-(?:[0-5]\d|60)){_ZONE}", re.ASCII
)
"""A time without its hour, which no date stands before."""
_CLOCK: Final = re.compile(r"(-{0,2})(\d\d)(\d\d)?(\d\d)?(Z|[+-]\d\d(?:\d\d)?)?", re.ASCII)
"""A time in basic form."""
_OFFSET: Final = re.compile(r"([+-](?:0\d|1[0-4]))(?::?([0-5]\d))?", re.ASCII)
_LONGEST: Final = 40
"""The most characters of a date: one with a time and an offset has 25."""
_LEAP: Final = 2000


def basic_date(value: str, omitted_year: str = "") -> str:
    """Return a date, a date and time, or a time in basic form; "" if it is none or cannot be.

    The year `omitted_year` and NO_YEAR, with a month and day, mean none.
    """
    usual = _USUAL.fullmatch(value)
    if usual is not None and usual[1] not in (str(NO_YEAR), omitted_year, "0000"):
        return "".join(usual.groups(""))
    if len(value) > _LONGEST:
        return ""
    match = _DATE.fullmatch(value)
    if match is None:
        return _partial(value)
    year, month, day = match[1], match[3] or match[5], match[4] or match[6] or match[7]
    if not _exists(year, month, day):
        return ""
    time = _basic_time(match[8], match[9], match[10], match[11])
    if time is None:
        return ""
    if year in (str(NO_YEAR), omitted_year):
        year = None
    start = f"{year}{month}" if year else f"--{month}" if month else "---"
    return f"{start}{day}{time}"


def extended_date(text: str) -> str:
    """Return a date, a time or both in extended form; "" for a text that is none."""
    date, mark, time = basic_date(text).partition("T")
    if len(date) == 8:
        date = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    elif len(date) == 6:
        date = f"{date[:4]}-{date[4:]}"
    clock = _CLOCK.fullmatch(time)
    if clock is None:
        return date
    parts = ":".join(filter(None, clock.groups()[1:4]))
    return f"{date}{mark}{clock[1]}{parts}{extended_offset(clock[5] or '') or clock[5] or ''}"


def _partial(value: str) -> str:
    match = _PARTIAL.fullmatch(value)
    if match is not None:
        month = match[2] or match[3] or "01"
        return value if match[1] != "0000" and "01" <= month <= "12" else ""
    clock = _TIME_ALONE.fullmatch(value)
    if clock is not None:
        return _basic_time(*clock.groups()) or ""
    return value.replace(":", "") if _ODD_TIME.fullmatch(value) else ""


def _exists(year: str | None, month: str | None, day: str) -> bool:
    if year == "0000" or not "01" <= (month or "01") <= "12":
        return False
    if "01" <= day <= "28":
        return True
    return "29" <= day <= str(calendar.monthrange(int(year or _LEAP), int(month or 1))[1])


def _basic_time(
    hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> str | None:
    """Return a time with its T, "" without one, None if there is no such time."""
    if hour is None:
        return ""
    if hour > "23" or (minute or "00") > "59" or (second or "00") > "60":
        return None
    return f"T{hour}{minute or ''}{second or ''}{(zone or '').replace(':', '')}"


def is_timestamp(basic: str) -> bool:
    """Return whether a date in basic form is a whole date and a time (section 4.3.5)."""
    return len(basic) > 8 and basic[8] == "T" and basic[:8].isdecimal()


def basic_offset(value: str) -> str:
    """Return an offset from UTC in basic form, "" if it is none."""
    if value == "Z":
        return value
    match = _OFFSET.fullmatch(value)
    return f"{match[1]}{match[2] or ''}" if match else ""


def extended_offset(value: str) -> str:
    """Return an offset from UTC in extended form, `-05:00`; "" if it is none."""
    match = _OFFSET.fullmatch(value)
    return (f"{match[1]}:{match[2]}" if match[2] else match[1]) if match else ""
