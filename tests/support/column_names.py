"""What the tests of column names share: the grammar of FIELDs and the spelling of keys."""

import csv
import re
from collections.abc import Mapping
from typing import Final

FIELD: Final = re.compile(
    r"name|name-last-first|particle|first|middle|last|prefix|suffix|nickname|maiden-name|phonetic-(?:first|middle|last)"
    r"|organization|phonetic-organization|department|title|role|office|note|categories"
    r"|birthday(?:\.(?:year|month|day))?|anniversary|photo|uid|gender|language|time-zone"
    r"|deleted|ignore"
    r"|phone(?:\.(?:work|home|mobile|fax|work-fax|home-fax|other-fax|pager|main|other|work-mobile"
    r"|car|callback|assistant|radio|isdn|telex|tty))?"
    r"|email(?:\.(?:work|home|other)|-[1-3]\.(?:type|value))?"
    r"|website(?:\.(?:work|home|other))?"
    r"|address(?:\.(?:work|home|other))?\.(?:street|street-2|street-3|extended|po-box|city|region"
    r"|postal-code|country|country-code|formatted)"
    r"|im(?:\.(?:skype|whatsapp|telegram|icq|aim|msn|yahoo|jabber|google-talk|qq|signal))?"
    r"|social\.(?:linkedin|twitter|facebook|instagram|github|xing|youtube)"
    r"|related\.(?:spouse|child|manager|assistant|referred-by|partner|mother|father|friend)"
    r"|custom-[1-9]\.value"
)
"""Every FIELD that a column may have: `KIND[-N][.LABEL][.PART]`."""


def no_fields(table: Mapping[str, str]) -> dict[str, str]:
    """Return the entries whose value is no FIELD."""
    return {name: field for name, field in table.items() if not FIELD.fullmatch(field)}


def column_key(name: str) -> str:
    """Return the name of a program's column, case-folded, inner blanks collapsed."""
    return " ".join(name.split()).casefold()


def spelling_key(name: str) -> str:
    """Return the name of a sheet's column, case-folded, all but letters and digits one blank."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def columns(header: str) -> list[str]:
    """Read a header line of CSV."""
    return next(csv.reader([header]))
