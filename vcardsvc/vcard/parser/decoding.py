"""Decodes the value of one property by its name: its kind, its components, its own name as yet.

Strategy: everything that the start of a line decides is decided once and remembered, since a file
repeats few of them: `reading` returns the parsed start and the function that reads its values.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from vcardsvc.model.card import LISTS, Binary, Property, Value, ValueType
from vcardsvc.vcard.adaptation import is_place
from vcardsvc.vcard.date_forms import basic_date, basic_offset, is_timestamp
from vcardsvc.vcard.kinds import DEFAULT_KINDS, MEDIA_TYPES, counted
from vcardsvc.vcard.parser.canonical import TRANSLATED, chat_service, social_profile
from vcardsvc.vcard.parser.heads import Head, parse_head
from vcardsvc.vcard.parser.lines import MAX_REMEMBERED
from vcardsvc.vcard.parser.media import FILES, SCHEME, declared_type, file_value
from vcardsvc.vcard.parser.values import (
    UnreadableValue,
    base64_octets,
    lists,
    pieces,
    text,
    transferred,
    unescaped,
    unescaped_uri,
)

EDGES: Final = frozenset(("BEGIN", "END"))
COMPONENTS: Final = {"N": 7, "ADR": 18, "ORG": 1000, "GENDER": 2, "CLIENTPIDMAP": 2}
"""The most components, RFC 6350 and RFC 9554 sections 2.1 and 2.2."""

_WITH_TEXT: Final = 8
"""Components of an address behind which Google writes all of it as one text."""
LISTED: Final = frozenset(("N", "ADR"))
"""Properties whose components are lists."""
OMITTED: Final = "X-APPLE-OMIT-YEAR"
"""The parameter with the year that means none."""
_EXTENDED: Final = re.compile(r"(\+[0-9][0-9().-]{0,40})p([0-9]{1,15})")
"""A number of a `tel:` URI (RFC 3966) with its extension, as versions before 4.0 have it."""
_DATA_URI: Final = re.compile(r"\s{0,9}data:[^,]{0,99};base64\\?,", re.IGNORECASE)
_EITHER: Final = frozenset(("UID", "RELATED", "SOCIALPROFILE", "X-SOCIALPROFILE", "TEL"))
"""Properties whose value is a URI or a text, by its look."""
_KIND_OF: Final[dict[str, ValueType]] = {
    "TEXT": "text", "PTEXT": "text", "PHONE-NUMBER": "text", "URI": "uri", "URL": "uri",
    "DATE": "date-and-or-time", "DATE-TIME": "date-and-or-time", "TIME": "date-and-or-time",
    "DATE-AND-OR-TIME": "date-and-or-time", "TIMESTAMP": "timestamp", "BOOLEAN": "boolean",
    "INTEGER": "integer", "FLOAT": "float", "UTC-OFFSET": "utc-offset",
    "LANGUAGE-TAG": "language-tag", "BINARY": "binary", "VCARD": "vcard",
}  # fmt: skip
"""The kind that VALUE names, for properties without a default."""

Read = Callable[[Head, str, int], Property | None]
"""Reads a value on this line; None if it is empty. Raises UnreadableValue."""


Reading = tuple[Read, Head, bool]
"""How to read a property: the function, its argument, and whether `canonical` changes the property
or another for its sake."""

_MANY: Final = 4096
"""The most starts of lines that are remembered."""

NO_PLACE: Final = "No place has these degrees; they are kept as text."


class NotClean(ValueError):
    """Says that a line needs more care than to be unfolded and split at its colon."""


def reading(start: str, version: str, charset: str = "") -> Reading:
    """Return how to read the property with this start of the line. Raises BadHead."""
    read = _reading if len(start) > MAX_REMEMBERED else _remembered
    return read(start, version == "2.1", charset)


def _reading(start: str, older: bool, charset: str) -> Reading:
    head = parse_head(start, older=older, charset=charset)
    return _reader(head), head, head.name in TRANSLATED


_remembered = lru_cache(maxsize=_MANY)(_reading)


class _CleanReadings(dict[str, Reading]):
    """Maps starts of lines to how a property is read without further care, and remembers each.

    A lookup raises NotClean or BadHead. It takes 0.05 us; `lru_cache` took 0.15 us a line.
    """

    def __init__(self, *, older: bool) -> None:
        super().__init__()
        self._older = older

    def __missing__(self, start: str) -> Reading:
        reading = _clean_reading(start, self._older)
        if len(self) >= _MANY:
            self.clear()
        self[start] = reading
        return reading


def _clean_reading(start: str, older: bool) -> Reading:
    """Return how to read a property without further care. Raises NotClean, BadHead."""
    if len(start) > MAX_REMEMBERED or '"' in start or start[:1].isspace():
        raise NotClean
    read, head, translated = _reading(start, older, "")
    if (
        head.encoding == "Q"
        or head.charset
        or head.fault
        or "AGENT" in head.name
        or head.name in EDGES
    ):
        raise NotClean
    if head.name == "VERSION":
        if start != "VERSION":
            raise NotClean
        return _nothing, head, False
    return (_plain if read is _text and not head.encoding else read), head, translated


def _reader(head: Head) -> Read:
    read = _BY_NAME.get(head.name)
    if read is not None:
        return read
    kind = DEFAULT_KINDS.get(head.name)
    if kind is None:
        return _binary if head.encoding == "B" else _unknown
    if kind == "text" and head.value_type in ("URI", "URL"):
        return _linked
    return _BY_KIND[kind]


def _made(head: Head, line: int, value: Value, kind: ValueType) -> Property:
    return replace(head.template, value=value, kind=kind, line=line)


def _nothing(head: Head, value: str, line: int) -> None:
    """Read VERSION, which is no property."""


def _plain(head: Head, value: str, line: int) -> Property | None:
    """Read a text without an encoding: most lines, so in one call."""
    if "\\" in value and not head.older:
        value = unescaped(value)
    return replace(head.template, value=value, line=line) if value else None


def _text(head: Head, value: str, line: int) -> Property | None:
    decoded = text(head, value)
    return _made(head, line, decoded, "text") if decoded else None


def _uri(head: Head, value: str, line: int) -> Property | None:
    if head.value_type == "TEXT":
        return _text(head, value, line)
    decoded = _uri_text(head, value) if head.encoding or "\\" in value else value.strip()
    if not decoded:
        return None
    is_text = "\n" in decoded or (head.name in _EITHER and not SCHEME.match(decoded))
    if is_text:
        return _text(head, value, line)
    return replace(head.template, value=decoded, kind="uri", line=line)


def _uri_text(head: Head, value: str) -> str:
    return (text(head, value) if head.encoding else unescaped_uri(value)).strip()


def _linked(head: Head, value: str, line: int) -> Property | None:
    """Read a text that VALUE calls a URI."""
    link = _uri_text(head, value)
    is_link = SCHEME.match(link) and "\n" not in link
    return _made(head, line, link, "uri") if is_link else _text(head, value, line)


def _number(head: Head, value: str, line: int) -> Property | None:
    if ":" in value and value.lstrip()[:4].lower() == "tel:":
        return _uri(head, value, line)
    if "p" in value and (extended := _EXTENDED.fullmatch(value)):
        return _made(head, line, f"tel:{extended[1]};ext={extended[2]}", "uri")
    if head.encoding or "\\" in value:
        return _text(head, value, line)
    return replace(head.template, value=value, line=line) if value else None


def _components(head: Head, value: str, line: int) -> Property | None:
    parts: tuple[tuple[str, ...], ...]
    whole = value.replace("\\,", ",")
    escaped = len(value) - len(whole)
    if not (head.encoding or "\\" in whole or whole.count(",") != escaped):
        # As in most addresses no comma is bare, and nothing else is escaped.
        parts = tuple([(one,) if one else () for one in whole.split(";")])
    elif head.name in LISTED:
        parts = lists(head, value)
    else:
        parts = tuple([(one,) if one else () for one in pieces(head, value, ";")])
    if len(parts) != head.least:
        parts = counted(head.name, at_most(head.name, parts))
        if len(parts) == _WITH_TEXT and any("\n" in one for one in parts[-1]):
            params = (*head.params, ("LABEL", (",".join(parts[-1]),)))
            return replace(_made(head, line, parts[:-1], "text"), params=params)
    if not any(parts) and head.name != "N" and not (head.name == "ADR" and _labels(head)):
        return None
    return replace(head.template, value=parts, line=line)


def _labels(head: Head) -> bool:
    return any(name == "LABEL" for name, _ in head.params)


def at_most(name: str, parts: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Join what is over the most components to the last one."""
    most = COMPONENTS[name]
    if len(parts) <= most:
        return parts
    rest = tuple(one for part in parts[most - 1 :] for one in part)
    if name not in LISTED and rest:
        rest = (";".join(rest),)
    return (*parts[: most - 1], rest)


def _list(head: Head, value: str, line: int) -> Property | None:
    texts = tuple(filter(None, pieces(head, value, ",")))
    return _made(head, line, texts, "text") if texts else None


def _date(head: Head, value: str, line: int) -> Property | None:
    decoded = text(head, value)
    if head.value_type in ("TEXT", "PTEXT"):
        return _made(head, line, decoded, "text") if decoded else None
    omitted = dict(head.params).get(OMITTED, ("",))[0] if head.params else ""
    date = basic_date(decoded.strip(), omitted)
    if not date:
        return _made(head, line, decoded, "text") if decoded else None
    made = _made(head, line, date, "date-and-or-time")
    if not omitted or not date.startswith("--"):
        return made
    return replace(made, params=tuple(pair for pair in head.params if pair[0] != OMITTED))


def _moment(head: Head, value: str, line: int) -> Property | None:
    decoded = text(head, value)
    moment = basic_date(decoded.strip())
    if is_timestamp(moment):
        return _made(head, line, moment, "timestamp")
    return _made(head, line, decoded, "text") if decoded else None


def _language(head: Head, value: str, line: int) -> Property | None:
    decoded = text(head, value).strip()
    kind: ValueType = "text" if head.value_type == "TEXT" else "language-tag"
    return _made(head, line, decoded, kind) if decoded else None


def _zone(head: Head, value: str, line: int) -> Property | None:
    decoded = text(head, value)
    offset = "" if head.value_type == "TEXT" else basic_offset(decoded.strip())
    if offset:
        return _made(head, line, offset, "utc-offset")
    if head.value_type == "URI" and SCHEME.match(decoded.strip()):
        return _made(head, line, decoded.strip(), "uri")
    return _made(head, line, decoded, "text") if decoded else None


def _place(head: Head, value: str, line: int) -> Property | None:
    """Read GEO: a URI, or latitude and longitude; in the other order if the first alone is over 90.

    Raises UnreadableValue for degrees that no place has, which are kept as text.
    """
    decoded = _uri_text(head, value)
    if decoded[:4].lower() == "geo:":
        return _made(head, line, decoded, "uri")
    maybe_uri = geo_uri(decoded)
    if maybe_uri:
        return _made(head, line, maybe_uri, "uri")
    if _degrees(decoded):
        raise UnreadableValue(NO_PLACE, _made(head, line, decoded, "text"))
    return _text(head, value, line)


def geo_uri(written: str) -> str:
    """Return latitude and longitude as a URI; "" for what are no degrees of a place."""
    numbers = _degrees(written)
    if numbers and not is_place(*numbers):
        numbers.reverse()
    return f"geo:{numbers[0]},{numbers[1]}" if numbers and is_place(*numbers) else ""


def _degrees(written: str) -> list[str]:
    """Return the two numbers of a place; none of another text."""
    numbers = [one.strip() for one in written.replace(",", ";").split(";")]
    return numbers if len(numbers) == 2 and all(map(_is_degree, numbers)) else []


def _is_degree(number: str) -> bool:
    digits = number.removeprefix("-").removeprefix("+").replace(".", "", 1)
    return digits.isascii() and digits.isdecimal() and len(digits) < 40


def _file(head: Head, value: str, line: int) -> Property | None:
    content, kind = file_value(head, value)
    if isinstance(content, Binary):
        return with_file(_made(head, line, "", "text"), content)
    return _made(head, line, content, kind) if content else None


def with_file(one: Property, content: Binary) -> Property:
    """Return a property with octets, whose media type stands in no type or parameter then."""
    kind = content.media_type
    if not one.types and not one.params:
        return replace(one, value=content, kind="binary")
    types = tuple(each for each in one.types if MEDIA_TYPES.get(each, each) != kind)
    params = tuple(
        (name, values)
        for name, values in one.params
        if name != "MEDIATYPE" or (any(values) and values[0].lower() != kind)
    )
    return replace(one, value=content, kind="binary", types=types, params=params)


def _profile(head: Head, value: str, line: int) -> Property | None:
    made = _uri(head, value, line)
    return made if made is None else social_profile(made, head.words)


def _chat(head: Head, value: str, line: int) -> Property | None:
    made = _uri(head, value, line)
    return made if made is None else chat_service(made)


def _nested(head: Head, value: str, line: int) -> Property | None:
    """Read AGENT: a card on lines of its own or escaped into one, a link, or a text."""
    if value.lstrip()[:11].upper() != "BEGIN:VCARD":
        return _linked(head, value, line)
    card = value if "\n" in value else unescaped(value)
    return _made(head, line, card.strip(), "vcard")


def _unknown(head: Head, value: str, line: int) -> Property | None:
    """Read a property without a default kind by its VALUE; without one it stays as written."""
    kind = _KIND_OF.get(head.value_type, "unknown")
    if kind == "uri" and _DATA_URI.match(value):
        return _file(head, value, line)
    if kind in _BY_KIND:
        return _BY_KIND[kind](head, value, line)
    if kind in ("boolean", "integer", "float"):
        return _made(head, line, text(head, value).strip(), kind)
    written = transferred(head, value) if head.encoding else value
    return _made(head, line, written.replace("\n", "\\n"), "unknown")


def _binary(head: Head, value: str, line: int) -> Property | None:
    data = Binary(data=base64_octets(value), media_type=declared_type(head))
    return with_file(_made(head, line, "", "text"), data)


_BY_KIND: Final[dict[ValueType, Read]] = {
    "text": _text,
    "uri": _uri,
    "date-and-or-time": _date,
    "timestamp": _moment,
    "language-tag": _language,
    "utc-offset": _zone,
    "vcard": _nested,
}
_BY_NAME: Final[dict[str, Read]] = {
    **dict.fromkeys(COMPONENTS, _components),
    **dict.fromkeys(LISTS, _list),
    **dict.fromkeys(FILES, _file),
    "TEL": _number,
    "TZ": _zone,
    "GEO": _place,
    "X-SOCIALPROFILE": _profile,
    "IMPP": _chat,
    "AGENT": _nested,
}

CLEAN_READINGS: Final = _CleanReadings(older=False)
CLEAN_READINGS_V21: Final = _CleanReadings(older=True)
"""How properties of clean cards are read, by the start of their lines."""
