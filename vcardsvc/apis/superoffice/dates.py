"""Dates and time zones: read from the caller's words, kept to a ten-millionth, written back.

A date is kept as text, `2005-06-02T12:15:26.5856407+02:00`: seven fraction digits are more than a
datetime has. What must never enter here: the zone of this machine.

Source: the vendor's pages on SO-TimeZone (zones are named by country and region; a date without an
offset belongs to the request's zone; an answer converted into a zone says its offset only with
includeTZOffset; created and updated dates are UTC always). So every date of an answer is in the
zone of the request or says its offset.
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
"""The end of a day, which ISO 8601 may say in place of the next one's beginning."""

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
"""The numbers that the vendor's page prints; it has no more."""

_CHIEF: Final = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "UK": "Europe/London",
}  # fmt: skip
"""Countries whose chief zone is not the first of the database's."""

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
"""The regions of the three countries that the vendor's names part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a caller tells the time: `maybe_zone` None means that dates stay in their own offsets,
    `offset` whether an answer says them."""

    maybe_zone: tzinfo | None = None
    offset: bool = True


OWN: Final = Clock()
"""What is told to a caller who names no zone."""


def clock(header: str) -> Clock | None:
    """What `SO-TimeZone: NO, includeTZOffset` asks for; None for a zone that is not known."""
    words = [word.strip() for word in header.split(",", 3) if word.strip()]
    names = [word for word in words if word.lower() != INCLUDE]
    if not names:
        return OWN
    maybe_zone = zone(names[0]) if len(names) == 1 else None
    return Clock(maybe_zone=maybe_zone, offset=len(words) > 1) if maybe_zone else None


def zone(name: str) -> tzinfo | None:
    """The zone of this name: the vendor's (`NO`, `US-NY`, `261`) or the database's."""
    name = _NUMBERS.get(name, name)
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    maybe_key = _keys().get(name.upper())
    return ZoneInfo(maybe_key) if maybe_key else None


@cache
def _keys() -> Mapping[str, str]:
    """The database's zones by their names in capitals and by the vendor's codes. The first of a
    country's is its chief one, but for a few.

    What is not in the database's own list is no zone: `localtime` would be this machine's.
    """
    database = files("tzdata")
    names = (database / "zones").read_text("utf-8").split()
    lines = (database / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    first = {country: name for country, _, name, *_ in reversed(rows)}
    regions = {code: name for name, codes in _REGIONS.items() for code in codes.split()}
    return {**{name.upper(): name for name in names}, **first, **_CHIEF, **regions}


def read(text: str, how: Clock) -> str | None:
    """A date as it is kept, from an ISO 8601 one; None when it is none. One without an offset is in
    the caller's zone, or in UTC."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    *numbers, fraction, zulu, sign, hours, minutes = found.groups(default="")
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
        shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
        shift = -shift if sign == "-" else shift
    else:
        shift = _shift(moment.replace(tzinfo=UTC if zulu else how.maybe_zone or UTC))
    return _written(moment, fraction[:7], shift)


def told(kept: str, how: Clock) -> str:
    """A kept date as an answer tells it."""
    moment = datetime.fromisoformat(kept[:19] + kept[27:])
    if how.maybe_zone is None:
        return kept
    try:
        shift = _shift(moment.astimezone(how.maybe_zone))
        moment = (moment - _offset(moment) + shift).replace(tzinfo=None)
    except OverflowError:  # the first and the last day there are
        return kept
    written = _written(moment, kept[20:27], shift)
    return written if how.offset else written[:27]


def stamp(moment: datetime) -> str:
    """A time of the service's own: UTC, whatever the zone, so it says its offset always."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return _written(utc, f"{utc.microsecond:06}", timedelta())


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _shift(moment: datetime) -> timedelta:
    """The offset in whole minutes: zones of long ago had seconds, which no offset can say."""
    return timedelta(minutes=round(_offset(moment) / timedelta(minutes=1)))


def _written(moment: datetime, fraction: str, shift: timedelta) -> str:
    seconds = moment.replace(microsecond=0).isoformat()
    offset = datetime(2000, 1, 1, tzinfo=timezone(shift)).isoformat()[19:]
    return f"{seconds}.{fraction:0<7}{offset}"
