"""Reads texts that a standard defines: dates, language tags, time zones, coordinates, countries.

Each function returns the value in the terms of vCard 4.0, or None for a text that is none.
"""

import re
from datetime import date
from functools import cache
from typing import Final, Literal

DATE: Final = re.compile(r"(?:([0-9]{4})(?:-([0-9]{2})-([0-9]{2}))?|--([0-9]{2})-([0-9]{2}))")
"""A day, a year, or a day without a year."""

A_LEAP_YEAR: Final = 2000
"""The year of a day without a year: it has the 29 February."""

LANGUAGE: Final = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"
    r"(?:-[A-Za-z]{4})?"
    r"(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
)
"""A language tag (RFC 5646 section 2.1): language, script, region, variants, extensions, private
use."""

LANGUAGE_LENGTH: Final = 35
"""The most characters of a language tag that every program holds (RFC 5646 section 4.4.1)."""

OFFSET: Final = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})?")
MOST_WEST: Final = -12 * 60
MOST_EAST: Final = 14 * 60
"""Minutes from UTC: Baker Island and the Line Islands of Kiribati."""

ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
"""The form of a name of the time zone database, of which at most three parts exist."""

NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{0,20})?")
DECIMALS: Final = 6
"""The digits behind the point of a coordinate: a tenth of a metre."""

COUNTRY: Final = re.compile(r"[A-Za-z]{2}")

SERVICE: Final = re.compile(r"[\w .+&!'-]{1,64}")
"""The name of a service: letters, digits and the marks that a parameter may hold unquoted."""

SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def basic_date(text: str) -> str | None:
    """Return `19900514`, `--0514` or `1990` for `1990-05-14`, `--05-14` or `1990` (RFC 6350 section
    4.3.1); None for a text of another form and for a day that does not exist."""
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4] or "01", found[3] or found[5] or "01"
    try:
        date(int(year or A_LEAP_YEAR), int(month), int(day))
    except ValueError:
        return None
    return (
        text if found[2] is None and year else text.replace("-", "") if year else f"--{month}{day}"
    )


def is_language_tag(text: str) -> bool:
    """Return whether the text has the form of a language tag (BCP 47); no subtag is looked up."""
    return len(text) <= LANGUAGE_LENGTH and LANGUAGE.fullmatch(text) is not None


def time_zone(text: str) -> tuple[Literal["text", "utc-offset"], str] | None:
    """Return a name of the IANA time zone database as it is, an offset as `-0500`, and which of the
    two it is."""
    found = OFFSET.fullmatch(text)
    if found is not None:
        hours, minutes = int(found[2]), int(found[3] or 0)
        offset = (hours * 60 + minutes) * (-1 if found[1] == "-" else 1)
        if minutes < 60 and MOST_WEST <= offset <= MOST_EAST:
            return "utc-offset", f"{found[1]}{hours:02}{minutes:02}"
        return None
    return ("text", text) if ZONE.fullmatch(text) and text in zones() else None


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zone database."""
    from zoneinfo import available_timezones  # it reads a folder of six hundred files

    return frozenset(available_timezones())


def coordinate(value: object, most: int) -> str | None:
    """Return a number, or the text of one, from -`most` to `most` with at most DECIMALS decimals;
    None for any other value."""
    if isinstance(value, str):
        value = float(value) if NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        return None
    written = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def is_country_code(text: str) -> bool:
    """Return whether the text is an ISO 3166-1 code of two letters, in any case."""
    from vcardsvc.validation import countries

    return COUNTRY.fullmatch(text) is not None and countries.is_country(text.upper())
