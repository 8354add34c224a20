"""Turns properties of jCard and xCard into those of the card model.

Both have a name, parameters, value types, and values without escapes. What a form says in a way of
its own (extended dates, data URIs, types in capitals) gets the terms of the model.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args

from msgspec.structs import replace

from vcardsvc.model.card import LISTS, STRUCTURED, Binary, Property, Value, ValueType
from vcardsvc.vcard.data_uris import binary_of
from vcardsvc.vcard.date_forms import basic_date, basic_offset, is_timestamp
from vcardsvc.vcard.kinds import DEFAULT_KINDS, LEAST, TEL_TYPES, counted
from vcardsvc.vcard.parser.canonical import chat_service, social_profile
from vcardsvc.vcard.parser.decoding import LISTED, OMITTED, at_most, geo_uri, with_file
from vcardsvc.vcard.parser.media import FILES, SCHEME, declared_type
from vcardsvc.vcard.parser.values import UnreadableValue, base64_octets, unescaped
from vcardsvc.vcard.properties import is_uri

Raw = str | tuple[tuple[str, ...], ...]
"""A text, or the components of a structured value."""

UNSAFE: Final = "Control characters were left out."
"""The sentence about a property whose texts had some."""
PARAMETER: Final = "A parameter that this form has not, or whose value is none, was left out."
OVER: Final = "The property has too many values; the last of them were left out."

REPEATED: Final = 20_000
"""The most characters of the parameters of all properties that are made of one with many values."""

_NAME: Final = re.compile("[A-Za-z0-9-]{1,255}")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_KINDS: Final[Mapping[str, ValueType]] = {
    **{kind: kind for kind in get_args(ValueType) if kind not in ("binary", "vcard")},
    **dict.fromkeys(("date", "time", "date-time"), "date-and-or-time"),
}
_EITHER: Final = frozenset(("UID", "RELATED", "SOCIALPROFILE", *FILES))
"""Properties that are a URI by default, and a text where the value is none."""
_NESTED: Final = "BEGIN:VCARD"
_BASE64: Final = "binary"
_FLOAT: Final = "float"
"""The value types of base64 and of a place in a card of 3.0, which ical.js writes as jCard."""


def is_name(text: str) -> bool:
    """Return whether a text is a name of a property or parameter (RFC 6350 section 3.3)."""
    return _NAME.fullmatch(text) is not None


def is_unsafe(texts: Iterable[str]) -> bool:
    """Return whether one of the texts holds control characters, which no card has."""
    return any(map(_CONTROL.search, texts))


def clean(text: str) -> str:
    """Return a text with LF line ends and without control characters."""
    if text.isprintable():
        return text
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def typed(
    name: str, params: Mapping[str, Sequence[str]], values: Sequence[tuple[str, Raw]]
) -> tuple[list[Property], list[str]]:
    """Return the properties of a name, of parameters by their names, and of values with their
    types: one for each value (RFC 7095 section 3.3.1.3) unless it has a list of them. The texts say
    what was left out.
    """
    name = name.upper()
    texts: dict[str, list[str]] = {}
    for key, given in params.items():
        texts.setdefault(key.upper(), []).extend(map(clean, given))
    faults = [PARAMETER] if any(_faults(texts, values[0][0])) else []
    found = list(_values(name, values))
    size = len(name) + sum(len(key) + sum(map(len, given)) for key, given in texts.items())
    room = max(1, REPEATED // size)
    if len(found) > room:
        faults.append(OVER)
    bare = _bare(name, texts)
    words = _words(texts)
    return [
        _of_3_0(bare, value, kind) or _made(bare, value, kind, words)
        for kind, value in found[:room]
    ], faults


def _faults(texts: Mapping[str, Sequence[str]], kind: str) -> Iterator[bool]:
    """Yield whether parameters cannot be kept as what they say."""
    yield from (one.lower() != kind.lower() for one in texts.get("VALUE", ()))
    yield any(texts.get("ENCODING", ())) and kind.lower() != _BASE64
    yield any(texts.get("CHARSET", ()))
    preferences, groups = texts.get("PREF", ()), texts.get("GROUP", ())
    yield len(preferences) > 1 or any(not _preference(one) for one in preferences)
    yield len(groups) > 1 or any(not is_name(one) for one in groups)


_OWN: Final = frozenset(("GROUP", "TYPE", "PREF", "VALUE", "ENCODING", "CHARSET"))


def _bare(name: str, texts: Mapping[str, Sequence[str]]) -> Property:
    """Return the property without its value."""
    types: dict[str, None] = {}
    known = TEL_TYPES if name == "TEL" else {}
    pref = 0
    for word in _words(texts):
        lower = word.lower()
        if lower == "pref":
            pref = 1
        elif lower != "internet" or name != "EMAIL":
            types[known.get(lower, lower)] = None
    preferences = [*map(_preference, texts.get("PREF", ())), 0]
    group = next(iter(texts.get("GROUP", ())), "")
    return Property(
        name=name,
        value="",
        types=tuple(types),
        pref=preferences[0] or pref,
        params=tuple((key, tuple(given)) for key, given in texts.items() if key not in _OWN),
        group=group if is_name(group) else "",
    )


def _words(texts: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the values of TYPE as written; some programs leave several in one text."""
    listed = [
        word.strip()
        for text in texts.get("TYPE", ())
        for word in ([text] if text[:2].lower() == "x-" else text.split(","))
    ]
    return list(filter(None, listed))


def _preference(text: str) -> int:
    pref = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return pref if pref <= 100 else 0


def _values(name: str, values: Sequence[tuple[str, Raw]]) -> Iterator[tuple[str, Value]]:
    """Yield the values that are one property each, with their types."""
    kind, first = values[0]
    if name in LISTS:
        texts = [text for _, value in values for text in _listed(value)]
        yield kind, () if texts == [""] else tuple(map(clean, texts))
        return
    if name in STRUCTURED:
        if len(values) > 1 and all(isinstance(value, str) for _, value in values):
            # Some programs write the components as so many values.
            values = [(kind, tuple((value,) for _, value in values if isinstance(value, str)))]
        for each_kind, value in values:
            yield each_kind, _structured(name, value)
        return
    flat = [(each_kind, clean(_flat(value))) for each_kind, value in values]
    yield from [one for one in flat if one[1]] or [(kind, clean(_flat(first)))]


def _listed(value: Raw) -> Iterable[str]:
    return (value,) if isinstance(value, str) else (text for part in value for text in part)


def _flat(value: Raw) -> str:
    return value if isinstance(value, str) else ";".join(map(",".join, value))


def _structured(name: str, value: Raw) -> tuple[tuple[str, ...], ...]:
    if isinstance(value, str):
        # Some programs leave the components of a name in one text.
        value = tuple((part,) for part in (value.split(";") if name in LEAST else (value,)))
    parts = [() if part == ("",) else tuple(map(clean, part)) for part in value]
    if name not in LISTED:
        parts = [(",".join(part),) if part else () for part in parts]
    return counted(name, at_most(name, tuple(parts)))


def _of_3_0(bare: Property, value: Value, kind: str) -> Property | None:
    """Return a property whose value type is that of a card of 3.0, None for another."""
    if not isinstance(value, str):
        return None
    if kind.lower() == _FLOAT and bare.name == "GEO":
        place = geo_uri(value)
        return replace(bare, value=place, kind="uri") if place else None
    if kind.lower() != _BASE64:
        return None
    try:
        data = base64_octets(value)
    except UnreadableValue:
        return None
    return with_file(bare, Binary(data=data, media_type=declared_type(bare)))


def _made(bare: Property, value: Value, kind: str, words: Sequence[str]) -> Property:
    """Return a property with a value, which has the terms of the model then."""
    known = _KINDS.get(kind.lower(), "unknown")
    if not isinstance(value, str):
        return replace(bare, value=value, kind=DEFAULT_KINDS[bare.name])
    name = bare.name
    if known == "unknown" and name in DEFAULT_KINDS:
        # As RFC 7095 section 5.1 has it: a text of vCard with its escapes.
        known = DEFAULT_KINDS[name]
        value = unescaped(value) if known == "text" else value
    if known in ("date-and-or-time", "timestamp"):
        return _moment(bare, known, value)
    if name == "X-SOCIALPROFILE":
        one = replace(bare, value=value, kind="uri" if is_uri(value) else "text")
        return social_profile(one, words)
    if known == "uri" and (name in FILES or name.startswith("X-")):
        maybe_binary = binary_of(value)
        if maybe_binary:
            return _with_file(bare, maybe_binary)
    if known == "utc-offset":
        value = basic_offset(value) or value
    elif known == "uri" and name in _EITHER and not SCHEME.match(value):
        known = "text"
    elif name == "AGENT" and value[: len(_NESTED)].upper() == _NESTED:
        known = "vcard"
    made = replace(bare, value=value, kind=known)
    return chat_service(made) if name == "IMPP" else made


def _with_file(bare: Property, content: Binary) -> Property:
    if not content.media_type:
        content = Binary(data=content.data, media_type=bare.param("MEDIATYPE").lower())
    return with_file(bare, content)


def _moment(bare: Property, kind: ValueType, text: str) -> Property:
    omitted = bare.param(OMITTED)
    basic = basic_date(text, omitted)
    if bare.name in ("REV", "CREATED"):
        if is_timestamp(basic):
            return replace(bare, value=basic, kind="timestamp")
        return replace(bare, value=text, kind="text")
    if not basic:
        return replace(bare, value=text, kind="text")
    params = bare.params
    if omitted and basic.startswith("--"):
        params = tuple(pair for pair in params if pair[0] != OMITTED)
    return replace(bare, value=basic, kind=kind, params=params)
