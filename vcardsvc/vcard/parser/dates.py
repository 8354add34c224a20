"""Checks dates by the grammar of their version and by that of Apple's reader.

2.1 and 3.0 have a whole date of ISO 8601 with or without hyphens (RFC 2426 section 3.1.5), 4.0 has
basic forms only, also without a year, a month or a day (RFC 6350 section 4.3).
"""

import calendar
import re
from collections.abc import Iterator, Mapping

from vcardsvc.vcard.date_forms import NO_YEAR

DATES = (
    "BDAY", "ANNIVERSARY", "DEATHDATE", "X-ABDATE", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY",
)  # fmt: skip
"""Properties that hold a date, or a date and a time."""
STAMPS = ("REV", "CREATED")
"""Properties that hold a moment: in 4.0 a whole date and a time (RFC 6350 section 4.3.5)."""
APPLE_DATES = ("BDAY", "X-ABDATE")
"""The dates that Apple's contacts have."""
_ZONE = r"(?:Z|[+-]\d\d(?::?\d\d)?)?"
_WHOLE = r"(?P<year>\d{4})(?P<hyphen>-?)(?P<month>\d\d)(?P=hyphen)(?P<day>\d\d)"
_TIME = rf"(?:T(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?{_ZONE})?"
_OLDER = re.compile(_WHOLE + _TIME, re.ASCII)
_BASIC_TIME = rf"T(?P<hour>\d\d)(?:(?P<minute>\d\d)(?P<second>\d\d)?)?{_ZONE}"
_NEWER = re.compile(
    r"(?:(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)|--(?P<month2>\d\d)(?P<day2>\d\d)"
    rf"|---(?P<day3>\d\d))(?:{_BASIC_TIME})?"
    r"|(?P<year4>\d{4})(?:-(?P<month4>\d\d))?|--(?P<month5>\d\d)"
    rf"|T(?:(?P<hour6>\d\d)(?:(?P<minute6>\d\d)(?P<second6>\d\d)?)?|-\d\d(?:\d\d)?|--\d\d){_ZONE}",
    re.ASCII,
)
_STAMP = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)" + _BASIC_TIME, re.ASCII)
_SHORT = re.compile(r"--(?P<month>\d\d)-?(?P<day>\d\d)", re.ASCII)
_APPLE = re.compile(r"(?:\d{4}-?\d\d-?\d\d|--\d\d-?\d\d)(?:T\d\d:?\d\d:?\d\dZ)?", re.ASCII)
_FULL = {"year": 2000, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}


def date_codes(name: str, version: str, value: str, *, omits_year: bool) -> Iterator[str]:
    """Yield the codes of what is wrong with the date of a property named in DATES or STAMPS.

    `omits_year` says whether the line has X-APPLE-OMIT-YEAR.
    """
    form = (_STAMP if name in STAMPS else _NEWER) if version == "4.0" else _OLDER
    match = form.fullmatch(value)
    maybe_other = match or next(
        filter(None, (other.fullmatch(value) for other in (_OLDER, _NEWER, _SHORT))), None
    )
    parts = _parts(maybe_other) if maybe_other else {}
    if not (parts and _is_possible(parts)):
        yield "date-invalid"
        return
    if match is None:
        yield "date-form"
    if name in APPLE_DATES and not _APPLE.fullmatch(value):
        yield "date-apple"
    if parts["year"] == NO_YEAR or omits_year:
        yield "date-no-year"


def _is_possible(parts: Mapping[str, int]) -> bool:
    """Return whether the date and the time exist; a leap second does."""
    if not (parts["year"] and 1 <= parts["month"] <= 12):
        return False
    last = calendar.monthrange(parts["year"], parts["month"])[1]
    is_time = parts["hour"] <= 23 and parts["minute"] <= 59 and parts["second"] <= 60
    return is_time and 1 <= parts["day"] <= last


def _parts(match: re.Match[str]) -> dict[str, int]:
    """Return the parts of a date in any form; a leap year, the first day or midnight if it has
    none."""
    found = match.groupdict(default="")
    return _FULL | {
        name.rstrip("0123456789"): int(text) for name, text in found.items() if text.isdecimal()
    }
