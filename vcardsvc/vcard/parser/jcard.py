"""Reads jCard (RFC 7095): a card, or several in an array."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from vcardsvc.errors import Refused
from vcardsvc.formats.json import json_value
from vcardsvc.model.card import Card, Property
from vcardsvc.vcard.parser.canonical import canonical
from vcardsvc.vcard.parser.decoding import EDGES
from vcardsvc.vcard.parser.lines import MAX_PROPERTIES
from vcardsvc.vcard.parser.read_file import (
    POINTER,
    TOO_MANY_TEXTS,
    NotACard,
    ReadFile,
    ReadProblem,
    check_texts,
    with_few_texts,
)
from vcardsvc.vcard.parser.typed import UNSAFE, Raw, is_name, is_unsafe, typed

PROBLEMS: Final = 1000
"""The most problems that are named, of all cards together."""

NO_COMPONENTS: Final = "A card has no components; they were left out."

NO_PROPERTY: Final = "This begins or ends a card, and is no property."

Found = tuple[Property | None, str, str]
"""A property, or None with the JSON pointer and the sentence of what could not be read."""


def read_jcard(octets: bytes) -> ReadFile:
    """Read the jCards. Raises NotACard for octets that are no jCard, nor an array of some."""
    value = parsed(octets)
    if _is_jcard(value):
        return gathered([translated(_parts(value, ""))])
    listed = list(enumerate(value)) if isinstance(value, list) else []
    cards = [translated(_parts(one, f"/{at}")) for at, one in listed if _is_jcard(one)]
    if not cards:
        raise NotACard('This is no jCard: it must be an array of "vcard" and of properties.')
    return gathered(cards, [f"/{at}" for at, one in listed if not _is_jcard(one)])


def translated(found: Iterable[Found]) -> Iterator[Found]:
    """Yield what was found of a card, its properties in terms of vCard 4.0."""
    properties = []
    for each in found:
        if each[0] is None:
            yield each
        else:
            properties.append(each[0])
    yield from ((each, "", "") for each in canonical(properties, {one.name for one in properties}))


def parsed(octets: bytes) -> Any:
    """Return the JSON value of a file. Raises NotACard with the reason and its place."""
    try:
        return json_value(octets)
    except Refused as refused:
        (problem,) = refused.problems
        raise NotACard(f"This is no JSON. {problem.detail}") from None


def gathered(cards: Iterable[Iterable[Found]], others: Sequence[str] = ()) -> ReadFile:
    """Return the file of the parts that were found of its cards; `others` are the places of what is
    no card."""
    read = []
    count = 0
    problems = [
        ReadProblem(card=-1, line=0, place=place, text="This is no card.")
        for place in others[:PROBLEMS]
    ]
    for at, found in enumerate(cards):
        properties = []
        for maybe_one, place, text in found:
            if maybe_one is not None:
                properties.append(with_few_texts(maybe_one))
                if properties[-1] is not maybe_one:
                    place, text = place or maybe_one.name, TOO_MANY_TEXTS
            if text and len(problems) < PROBLEMS:
                problem = ReadProblem(card=at, line=0, place=place[:POINTER], text=text)
                problems.append(problem)
        read.append(Card(properties=tuple(properties)))
        count += len(properties)
        if count > MAX_PROPERTIES:
            raise NotACard(f"The file is over {MAX_PROPERTIES} properties.")
    check_texts(read)
    return ReadFile(cards=tuple(read), problems=tuple(problems))


def jcard_properties(value: Any, pointer: str) -> Iterator[Found]:
    """Yield the properties of a jCard's second part, and what of it cannot be read."""
    if not isinstance(value, list):
        yield None, pointer, "This is no array of properties."
        return
    for at, one in enumerate(value):
        yield from _property(one, f"{pointer}/{at}")


def _is_jcard(value: Any) -> bool:
    return isinstance(value, list) and len(value) in (2, 3) and value[0] == "vcard"


def _parts(jcard: list[Any], pointer: str) -> Iterator[Found]:
    """Yield the properties of a jCard. ical.js writes a third part, the components of iCalendar,
    which is empty."""
    yield from jcard_properties(jcard[1], f"{pointer}/1")
    if any(jcard[2:]):
        yield None, f"{pointer}/2", NO_COMPONENTS


def _property(one: Any, pointer: str) -> Iterator[Found]:
    if not isinstance(one, list) or len(one) < 4:
        yield None, pointer, "This is no array of a name, parameters, a type and a value."
        return
    name, params, kind, *values = one
    if not (isinstance(name, str) and is_name(name) and isinstance(kind, str)):
        yield None, pointer, "The name or the type of this property is none."
        return
    if name.upper() in EDGES:
        yield None, pointer, NO_PROPERTY
    if name.upper() in (*EDGES, "VERSION"):
        return
    texts = _params(params)
    if texts is None or len(texts) < len(params):
        yield None, f"{pointer}/1", "A parameter has a name or a value that is none."
    raw = [_value(value) for value in values]
    for at, maybe_value in enumerate(raw, 3):
        if maybe_value is None:
            yield None, f"{pointer}/{at}", "This value is none that a property can have."
    known = [value for value in raw if value is not None]
    if is_unsafe(_all_texts(texts or {}, known)):
        yield None, pointer, UNSAFE
    if known:
        yield from found_of(name, texts or {}, [(kind, value) for value in known], pointer)


def found_of(
    name: str, params: Mapping[str, Sequence[str]], values: Sequence[tuple[str, Raw]], place: str
) -> Iterator[Found]:
    """Yield the properties of a name, parameters and values, and what was left out of them."""
    properties, faults = typed(name, params, values)
    yield from ((None, place, fault) for fault in faults)
    yield from ((one, "", "") for one in properties)


def _params(value: Any) -> dict[str, tuple[str, ...]] | None:
    """Return the parameters that can be read; None for what is no object of parameters."""
    if not isinstance(value, dict):
        return None
    texts = ((name, _texts(given)) for name, given in value.items() if is_name(name))
    return {name: given for name, given in texts if given is not None}


def _all_texts(params: Mapping[str, tuple[str, ...]], values: list[Raw]) -> Iterator[str]:
    for texts in params.values():
        yield from texts
    for value in values:
        if isinstance(value, str):
            yield value
        else:
            for part in value:
                yield from part


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else None


def _texts(value: Any) -> tuple[str, ...] | None:
    texts = [_text(one) for one in (value if isinstance(value, list) else [value])]
    known = [text for text in texts if text is not None]
    return tuple(known) if len(known) == len(texts) else None


def _value(value: Any) -> Raw | None:
    if not isinstance(value, list):
        return _text(value)
    parts = [_texts(part) for part in value]
    known = [part for part in parts if part is not None]
    return tuple(known) if len(known) == len(parts) else None
