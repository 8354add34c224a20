"""Finds faults in the value of a line: escapes, semicolons, numbers, addresses, dates.

Strategy: values are checked as written, except quoted-printable, which is decoded first. No pattern
backtracks over a value.
"""

import quopri
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from vcardsvc.vcard.parser.dates import DATES, STAMPS, date_codes
from vcardsvc.vcard.parser.lines import Line

TEXTS = frozenset((
    "FN", "NOTE", "TITLE", "ROLE", "NICKNAME", "CATEGORIES", "LABEL", "MAILER", "SORT-STRING",
    "UID", "PRODID", "TEL", "EMAIL", "X-ABLABEL", "X-ABRELATEDNAMES", "X-MAIDENNAME",
    "X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME", "X-PHONETIC-ORG",
))  # fmt: skip
"""Properties whose value is one text or a list of texts, RFC 2426 section 4 and Apple's own."""
STRUCTURED = ("N", "ADR", "ORG")
ESCAPED = TEXTS.union(STRUCTURED)
"""Properties whose value has escapes in 3.0 and 4.0."""
APPLE_PARTS = {
    "FN": 1, "TITLE": 1, "NICKNAME": 1, "URL": 1, "X-ABLABEL": 1, "X-ABRELATEDNAMES": 1,
    "ORG": 2, "N": 5, "ADR": 7,
}  # fmt: skip
"""How many parts of a value Apple reads; it drops the rest."""
PLAIN = ("TEL", "EMAIL", "URL", "IMPP", "UID", "X-ABADR")
"""Properties without invisible characters: numbers, addresses, codes."""
OTHER_MAIL = frozenset({
    "X400", "AOL", "APPLELINK", "ATTMAIL", "CIS", "EWORLD", "IBMMAIL", "MCIMAIL", "POWERSHARE",
    "PRODIGY", "TLX",
})  # fmt: skip
"""Types of EMAIL (vCard 2.1 section 2.3.2) whose addresses need no @."""
LONGEST_NUMBER = 15
"""Digits of an international number, ITU-T E.164 section 6."""
MAX_PLAIN = 2_000
"""The most characters of a number, address or date that are checked."""

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Invisible format characters, which copied text brings along."""
_SEMICOLON = re.compile(r"\\.|(;)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KNOWN_ESCAPES = frozenset("\\;,nN")
_ESCAPED_DATA = re.compile(r"\s*data:[^,;\\]*(?:;[^,;\\]*)*\\", re.IGNORECASE)
_TEL_SCHEME = re.compile(r"tel:", re.IGNORECASE)
_TRUNK = re.compile(r"(?:\+|00)[^(]*\(0+\)")
_LETTER = re.compile(r"[^\W\d_pPwW]")
_DIGIT = re.compile(r"[0-9]")
_DIGITS_AFTER_PAUSE = re.compile(r"[0-9][^0-9,;]*[,;][^0-9]*[0-9]")


def plain(line: Line) -> str:
    """Return the start of a value, trimmed, without escapes and quoted-printable."""
    value = line.value[:MAX_PLAIN]
    if line.is_quoted_printable:
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    return (_ESCAPE.sub(r"\1", value) if "\\" in value else value).strip()


def parts_end(value: str, most: int) -> int:
    """Return the offset of the semicolon that ends the last of `most` parts, or -1."""
    if ";" not in value:
        return -1
    for match in _SEMICOLON.finditer(value):
        most -= match[1] is not None
        if not most:
            return match.start()
    return -1


def text_codes(line: Line, version: str) -> Iterator[str]:
    """Yield the codes of faults in the syntax of a value."""
    name, value = line.name, line.value
    newer = version in ("3.0", "4.0")
    if version == "3.0" and name in TEXTS and parts_end(value, 1) >= 0:
        yield "bare-semicolon"
    elif APPLE_PARTS.get(name) == 1 and parts_end(value, 1) >= 0:
        yield "semicolon-cut"
    if newer and "\\" in value and name in ESCAPED and not _escapes_are_known(value):
        yield "unknown-escape"
    if value.endswith("\\") and (len(value) - len(value.rstrip("\\"))) % 2:
        yield "last-backslash"
    if name not in TEXTS and _ESCAPED_DATA.match(value[:MAX_PLAIN]):
        yield "data-uri-escaped"
    is_ascii = value.isascii() and not line.is_quoted_printable
    if name in PLAIN and not is_ascii and INVISIBLE.search(plain(line)):
        yield "invisible-character"


def _escapes_are_known(value: str) -> bool:
    return all(match[1] in _KNOWN_ESCAPES for match in _ESCAPE.finditer(value))


def _date_codes(line: Line, version: str) -> Iterator[str]:
    """Yield the codes of faults in a date; 4.0 may have a text instead."""
    if version == "4.0" and line.parameter("VALUE").upper() == "TEXT":
        return
    omits_year = bool(line.parameter("X-APPLE-OMIT-YEAR"))
    yield from date_codes(line.name, version, plain(line), omits_year=omits_year)


def _number_codes(line: Line, version: str) -> Iterator[str]:
    """Yield the codes of numbers that Android dials otherwise than written; not of pagers."""
    if "PAGER" in line.types:
        return
    text = plain(line)
    if _TEL_SCHEME.match(text):
        text = text[len("tel:") :]
        if version != "4.0":
            yield "tel-scheme"
    if not _DIGIT.search(text):
        yield "tel-no-digits"
    elif _is_glued(text):
        yield "tel-glued"
    elif _LETTER.search(text):
        yield "tel-letters"


def _is_glued(text: str) -> bool:
    """Return whether Android joins digits to the number that are not part of it: an extension, a
    second number, the 0 in brackets that is not dialled from abroad."""
    maybe_letter = _LETTER.search(text)
    if maybe_letter is not None:
        before, after = text[: maybe_letter.start()], text[maybe_letter.end() :]
        if _DIGIT.search(before) and _DIGIT.search(after):
            return True
    number = re.split("[pPwW]", text, maxsplit=1)[0]
    return (
        _TRUNK.match(text) is not None
        or _DIGITS_AFTER_PAUSE.search(text) is not None
        or len(_DIGIT.findall(number)) > LONGEST_NUMBER
    )


def _mail_codes(line: Line, _: str) -> Iterator[str]:
    """Yield the codes of faults in an e-mail address."""
    if not OTHER_MAIL.isdisjoint(line.types):
        return
    address = INVISIBLE.sub("", plain(line))
    if address[:7].lower() == "mailto:":
        yield "mail-scheme"
        address = address[7:]
    local, at, domain = address.rpartition("@")
    quoted = local.startswith('"') and local.endswith('"') and len(local) > 2
    if not (at and local and domain) or (not quoted and re.search(r"[\s@<>,;]", local + domain)):
        yield "mail-no-address"


BY_NAME: Final[Mapping[str, Callable[[Line, str], Iterator[str]]]] = {
    **dict.fromkeys((*DATES, *STAMPS), _date_codes),
    "TEL": _number_codes,
    "EMAIL": _mail_codes,
}
"""The checks of what a value means, by the name of its property."""


def value_codes(line: Line, version: str) -> Iterator[str]:
    """Yield the codes of faults in what a value means, by the name of its property."""
    if line.name in BY_NAME:
        yield from BY_NAME[line.name](line, version)
