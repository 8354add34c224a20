"""Reads and writes dates in the time zone of SO-TimeZone.

A date is stored as text, `2005-06-02T12:15:26.5856407+02:00`: a datetime has six fraction digits,
the vendor's dates have seven. The zone of the machine is never used.

Source: the vendor's pages on SO-TimeZone. Zones are named by country and region. A date without an
offset belongs to the request's zone. A date that a response converts into a zone has its offset
only with includeTZOffset. Created and updated dates are always UTC, so they always have an offset.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

OFFSET_HOURS: Final = 14
"""Hours an offset may have: Kiribati's, and the most that .NET reads."""

MIDNIGHT: Final = [24, 0, 0]
"""Hour, minute and second of the end of a day, which ISO 8601 allows for the next day's 0:00."""

INCLUDE: Final = "includetzoffset"

_DATE: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?"
    r"(?:([Zz])|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)

_NUMBERS: Final = {
    "1": "UTC", "36": "AU-ACT", "50": "BD", "114": "CA-QC", "140": "DK", "156": "FR", "261": "NO",
    "425": "US-CA", "433": "US-HI", "460": "US-NY",
}  # fmt: skip
"""The numbers of zones on the vendor's page."""

_MAIN_ZONES: Final = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "UK": "Europe/London",
}  # fmt: skip
"""The main zones of countries, where it is not the first one in the database."""

_REGIONS: Final[Mapping[str, str]] = {
    "America/New_York": "US-CT US-DC US-DE US-FL US-GA US-MA US-MD US-ME US-NC US-NH US-NJ US-NY "
    "US-OH US-PA US-RI US-SC US-VA US-VT US-WV",
    "America/Detroit": "US-MI",
    "America/Kentucky/Louisville": "US-KY",
    "America/Indiana/Indianapolis": "US-IN",
    "America/Chicago": "US-AL US-AR US-IA US-IL US-KS US-LA US-MN US-MO US-MS US-ND US-NE US-OK "
    "US-SD US-TN US-TX US-WI",
    "America/Denver": "US-CO US-MT US-NM US-UT US-WY",
    "America/Boise": "US-ID",
    "America/Phoenix": "US-AZ",
    "America/Los_Angeles": "US-CA US-NV US-OR US-WA",
    "America/Anchorage": "US-AK",
    "Pacific/Honolulu": "US-HI",
    "America/St_Johns": "CA-NL",
    "America/Halifax": "CA-NS CA-PE",
    "America/Moncton": "CA-NB",
    "America/Toronto": "CA-ON CA-QC",
    "America/Iqaluit": "CA-NU",
    "America/Winnipeg": "CA-MB",
    "America/Regina": "CA-SK",
    "America/Edmonton": "CA-AB CA-NT",
    "America/Vancouver": "CA-BC",
    "America/Whitehorse": "CA-YT",
    "Australia/Sydney": "AU-ACT AU-NSW",
    "Australia/Melbourne": "AU-VIC",
    "Australia/Brisbane": "AU-QLD",
    "Australia/Adelaide": "AU-SA",
    "Australia/Darwin": "AU-NT",
    "Australia/Perth": "AU-WA",
    "Australia/Hobart": "AU-TAS",
}
"""The regions of the three countries that the vendor's names divide into regions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Holds how a caller reads and writes dates. Without `maybe_zone` dates keep their own offsets;
    without `offset` a response omits the offset."""

    maybe_zone: tzinfo | None = None
    offset: bool = True


KEEP_OFFSETS: Final = Clock()
"""The clock of a caller who names no zone."""


def parse_clock(header: str) -> Clock | None:
    """Return the clock of a header like `NO, includeTZOffset`; None for an unknown zone."""
    parts = [part.strip() for part in header.split(",", 3) if part.strip()]
    names = [part for part in parts if part.lower() != INCLUDE]
    if not names:
        return KEEP_OFFSETS
    maybe_zone = zone(names[0]) if len(names) == 1 else None
    return Clock(maybe_zone=maybe_zone, offset=len(parts) > 1) if maybe_zone else None


def zone(name: str) -> tzinfo | None:
    """Return the zone of the vendor's name (`NO`, `US-NY`, `261`) or of the database's name."""
    name = _NUMBERS.get(name, name)
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    maybe_key = _zone_keys().get(name.upper())
    return ZoneInfo(maybe_key) if maybe_key else None


@cache
def _zone_keys() -> Mapping[str, str]:
    """Return the database's zones by their names in capitals and by the vendor's codes.

    The main zone of a country is its first one, but for a few. Names outside the database's own
    list are no zones: `localtime` would be the machine's.
    """
    database = files("tzdata")
    names = (database / "zones").read_text("utf-8").split()
    lines = (database / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    first = {country: name for country, _, name, *_ in reversed(rows)}
    regions = {code: name for name, codes in _REGIONS.items() for code in codes.split()}
    return {**{name.upper(): name for name in names}, **first, **_MAIN_ZONES, **regions}


def parse_date(text: str, clock: Clock) -> str | None:
    """Return an ISO 8601 date in its stored form; None for other text. A date without an offset is
    in the clock's zone, or in UTC."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    *numbers, fraction, zulu, sign, hours, minutes = match.groups(default="")
    year, month, day, *time = (int(number or 0) for number in numbers)
    midnight = time == MIDNIGHT and not fraction.strip("0")
    hour, minute, second = (0, 0, 0) if midnight else time
    try:
        moment = datetime(year, month, day, hour, minute, second) + timedelta(days=midnight)
    except (ValueError, OverflowError):
        return None
    if sign:
        if int(hours) > OFFSET_HOURS or int(minutes or 0) > 59:
            return None
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        offset = -offset if sign == "-" else offset
    else:
        offset = _rounded_offset(moment.replace(tzinfo=UTC if zulu else clock.maybe_zone or UTC))
    return _format(moment, fraction[:7], offset)


def format_date(stored: str, clock: Clock) -> str:
    """Return a stored date as a response has it. Mirrors `parse_date`."""
    if clock.maybe_zone is None:
        return stored
    moment = datetime.fromisoformat(stored[:19] + stored[27:])
    try:
        offset = _rounded_offset(moment.astimezone(clock.maybe_zone))
        moment = (moment - _offset(moment) + offset).replace(tzinfo=None)
    except OverflowError:  # the first and the last day of the calendar
        return stored
    text = _format(moment, stored[20:27], offset)
    return text if clock.offset else text[:27]


def format_moment(moment: datetime) -> str:
    """Return a time of the service's own, in UTC and with its offset."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return _format(utc, f"{utc.microsecond:06}", timedelta())


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _rounded_offset(moment: datetime) -> timedelta:
    """Return the offset in whole minutes: old zones have seconds, which ISO 8601 cannot write."""
    return timedelta(minutes=round(_offset(moment) / timedelta(minutes=1)))


def _format(moment: datetime, fraction: str, offset: timedelta) -> str:
    seconds = moment.replace(microsecond=0).isoformat()
    suffix = datetime(2000, 1, 1, tzinfo=timezone(offset)).isoformat()[19:]
    return f"{seconds}.{fraction:0<7}{suffix}"
