"""Reads what spreadsheets and people write into cells: texts, numbers that lost digits, dates.

A cell is a text and never becomes a number: what a spreadsheet has destroyed is named, and what is
whole is written out. Nothing is guessed: no zero and no country is added.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from vcardsvc.vcard.date_forms import basic_date
from vcardsvc.vcard.parser.typed import clean

DateOrder = Literal["", "day", "month"]
"""Which of day and month stands first in the dates of a file; "" where none shows it."""

_TEXT_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
"""How Excel keeps a text with leading zeros: ="0123"."""

_GUARDED: Final = re.compile(r"'(?:\s*[=+\-@\d]|[\t\r])")
"""A text behind the apostrophe that keeps a spreadsheet from reading it as a formula or number."""

_SCIENTIFIC: Final = re.compile(r"(\+?\d)(?:[.,](\d+))?E\+?(\d{1,3})", re.IGNORECASE)
_DECIMAL_ZERO: Final = re.compile(r"\+?\d{5,}[.,]0")

_PLACEHOLDERS: Final = frozenset(
    (
        "-", "--", "---", "\u2013", "\u2014", ".", "?", "n/a", "#n/a", "n.a.", "-none-", "(none)",
        "(null)", "<null>", "[not provided]", "not provided", "(not set)", "[none]", "(blank)",
        "#ref!", "#value!", "#name?", "#null!", "#div/0!", "#num!", "\\n",
    )
)  # fmt: skip
"""Texts that stand for nothing, in lower case: of people, spreadsheets, Salesforce and Zoho."""

_EXACT_PLACEHOLDERS: Final = frozenset(("NULL", "null", "NaN", "nan", "None", "undefined"))
"""Texts of programs that stand for nothing as they are spelled here: Null is a family name."""

_NO_DATE: Final = re.compile(r"0{1,4}[-./]0{1,2}[-./]0{1,4}(?:\s.*)?")
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s].{0,40})?", re.ASCII)
_NUMERIC: Final = re.compile(
    r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:\s.{0,40})?", re.ASCII
)
_NO_YEAR: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2?", re.ASCII)
_NAMED: Final = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?([^\W\d]{3,12})\.?,?(?:\s+(?:de\s+)?(\d{4}))?"
    r"|([^\W\d]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?)",
    re.IGNORECASE,
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio janeiro januari stycznia jänner",
            "feb february februar février fevrier febrero febbraio fevereiro februari lutego",
            "mar march märz maerz mars marzo março marco maart marca",
            "apr april avril abril aprile kwietnia avr abr",
            "may mai mayo maggio maio mei maja mag",
            "jun june juni juin junio giugno junho czerwca giu",
            "jul july juli juillet julio luglio julho lipca lug",
            "aug august août aout agosto augustus sierpnia ago augusti",
            "sep sept september septembre septiembre settembre setembro września set",
            "oct october oktober octobre octubre ottobre outubro października okt ott out",
            "nov november novembre noviembre novembro listopada",
            "dec december dezember décembre decembre diciembre dicembre dezembro grudnia dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
"""The months by their names in lower case, in the languages of the exports that spell them."""

CENTURY: Final = 30
"""Years of two digits up to this one are of this century, as spreadsheets have it."""


class Date(NamedTuple):
    """Holds a date in basic form ("" for a text that is none), and whether day and month might be
    the other way round."""

    basic: str
    is_doubtful: bool = False


def text_of(cell: str) -> str:
    """Return the text of a cell, trimmed, with LF line ends, without controls and without what a
    spreadsheet wraps around a text."""
    text = cell.strip()
    if not text:
        return ""
    if text[0] in "'=":
        maybe_text = _TEXT_FORMULA.fullmatch(text)
        if maybe_text:
            return text_of(maybe_text[1].replace('""', '"'))
        if _GUARDED.match(text):
            text = text[1:].strip()
    if text.isprintable():
        return text
    # A caller's own texts may hold halves of characters, which no octets can.
    return clean(text).strip().encode("utf-8", "replace").decode()


def is_placeholder(text: str) -> bool:
    """Return whether a text stands for nothing, such as `n/a`."""
    return len(text) < 16 and (text.lower() in _PLACEHOLDERS or text in _EXACT_PLACEHOLDERS)


def whole_number(text: str) -> str | None:
    """Return a number that a spreadsheet wrote with an exponent or as a decimal as its digits;
    None for one whose digits are gone, and any other text as it is."""
    match = _SCIENTIFIC.fullmatch(text)
    if match:
        first, fraction, exponent = match[1], match[2] or "", int(match[3])
        return first + fraction if len(fraction) == exponent else None
    return text[:-2] if _DECIMAL_ZERO.fullmatch(text) else text


def order_of(texts: Iterable[str]) -> DateOrder:
    """Return which of day and month stands first in these dates: one over 12 shows it."""
    for text in texts:
        match = _NUMERIC.fullmatch(text.strip())
        if match and match[2] != "." and int(match[1]) > 12 >= int(match[3]):
            return "day"
        if match and match[2] != "." and int(match[3]) > 12 >= int(match[1]):
            return "month"
    return ""


def date_of(text: str, order: DateOrder, usual: DateOrder) -> Date | None:
    """Return the date of a text; None where it stands for none (`0/0/00`).

    Dates with periods are day first. `order` is the one that the file shows, `usual` that of the
    program that wrote it.
    """
    if _NO_DATE.fullmatch(text):
        return None
    match = _ISO.fullmatch(text)
    if match:
        return Date(_basic(match[1], match[2], match[3]))
    match = _NUMERIC.fullmatch(text)
    if match:
        return _numeric(match[1], match[3], match[4], match[2], order, usual)
    match = _NO_YEAR.fullmatch(text)
    if match:
        return _numeric(match[1], match[3], "", match[2], order, usual)
    match = _NAMED.fullmatch(text)
    month = _MONTHS.get((match[2] or match[4]).lower(), 0) if match else 0
    if match and month:
        return Date(_basic(match[3] or match[6] or "", str(month), match[1] or match[5]))
    return Date(basic_date(text))


def _numeric(
    first: str, second: str, year: str, mark: str, order: DateOrder, usual: DateOrder
) -> Date:
    chosen = "day" if mark == "." or int(first) > 12 else "month" if int(second) > 12 else order
    is_doubtful = not chosen and first.lstrip("0") != second.lstrip("0")
    is_day_first = (chosen or usual or "month") == "day"
    day, month = (first, second) if is_day_first else (second, first)
    if len(year) == 2:
        year = f"{'20' if int(year) <= CENTURY else '19'}{year}"
    return Date(_basic(year, month, day), is_doubtful)


def _basic(year: str, month: str, day: str) -> str:
    return basic_date(f"{year or '-'}-{int(month):02}-{int(day):02}")
