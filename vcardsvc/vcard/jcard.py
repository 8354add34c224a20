"""Writes cards as jCard (RFC 7095): vCard 4.0 in JSON.

    ["vcard", [[name, parameters, value type, value, ...], ...]]      RFC 7095 sections 3.2 and 3.3
    a structured value is an array of its components                  section 3.3.1.3
    a property group is the parameter `group`                         section 3.3.1.2
    dates and times have the extended form                            section 3.5
    several cards are an array of jCards                              (our own: the RFC has one)

Values have no vCard escapes: JSON escapes once. Octets are a data URI.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from vcardsvc.model.card import Binary, Card, Property, Value
from vcardsvc.model.request import Document
from vcardsvc.vcard.card_losses import PARAMETER_RESERVED
from vcardsvc.vcard.data_uris import data_uri
from vcardsvc.vcard.date_forms import basic_date, extended_date, extended_offset
from vcardsvc.vcard.document import document
from vcardsvc.vcard.labels import with_label_properties
from vcardsvc.vcard.losses import LossKind
from vcardsvc.vcard.property_losses import Losses, lost

CONTENT_TYPE: Final = "application/vcard+json"
"""RFC 7095 section 6.1. It registers no charset: JSON is UTF-8."""

FILENAME: Final = "contact.json"

RESERVED: Final = frozenset(("GROUP", "PREF", "TYPE", "VALUE"))
"""Names of parameters that mean something else in jCard and in the card model."""


def jcard(card: Card) -> tuple[Document, Losses]:
    """Write the card as jCard, and return what it cannot hold. Equal cards give equal octets.

    Raises UnicodeEncodeError for a lone surrogate, which no card holds.
    """
    return _written(_array(card)), lost(card.properties, reserved_parameters)


def jcards(cards: Sequence[Card]) -> tuple[Document, tuple[Losses, ...]]:
    """Write one card as a jCard, several as an array of them, and return what it cannot hold of
    each."""
    losses = tuple(lost(card.properties, reserved_parameters) for card in cards)
    arrays = [_array(card) for card in cards]
    return _written(arrays[0] if len(arrays) == 1 else arrays), losses


def reserved_parameters(each: Property) -> Iterator[LossKind]:
    """Yield why parameters of a property are left out."""
    if any(name in RESERVED for name, _ in each.params):
        yield PARAMETER_RESERVED


def _written(value: list[Any]) -> Document:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return document((text.encode(),), CONTENT_TYPE, FILENAME)


def _array(card: Card) -> list[Any]:
    properties: list[list[Any]] = [["version", {}, "text", "4.0"]]
    properties += map(jcard_property, with_label_properties(card.properties))
    return ["vcard", properties]


def jcard_property(each: Property) -> list[Any]:
    """Return the property as jCard's array; its label is not in it."""
    parameters: dict[str, str | list[str]] = {}
    if each.group:
        parameters["group"] = each.group
    if each.types:
        parameters["type"] = _one_or_all(each.types)
    if each.pref:
        parameters["pref"] = str(each.pref)
    for name, texts in merged_params(each).items():
        parameters[name.lower()] = _one_or_all(texts)
    kind, values = _kind_and_values(each)
    return [each.name.lower(), parameters, kind, *values]


def merged_params(each: Property) -> dict[str, tuple[str, ...]]:
    """Return the parameters that are written, those of one name as one."""
    merged: dict[str, tuple[str, ...]] = {}
    for name, texts in each.params:
        if name not in RESERVED:
            merged[name] = (*merged.get(name, ()), *texts)
    return merged


def written_kind(each: Property) -> str:
    """Return the value type that a property is written with: octets are a URI, a card inside is
    text, and so is what is no date."""
    if each.kind in ("date-and-or-time", "timestamp"):
        is_date = isinstance(each.value, str) and basic_date(each.value) == each.value
        return each.kind if is_date and each.value else "text"
    return {"binary": "uri", "vcard": "text"}.get(each.kind, each.kind)


def _one_or_all(values: tuple[str, ...]) -> str | list[str]:
    """One value is a string, several are an array (section 3.4)."""
    return values[0] if len(values) == 1 else list(values)


def _kind_and_values(each: Property) -> tuple[str, list[Any]]:
    value, kind = each.value, written_kind(each)
    if isinstance(value, Binary):
        return "uri", [data_uri(value)]
    if isinstance(value, str):
        return kind, [_SPELLED[kind](value) if kind in _SPELLED else value]
    return kind, _tuple_values(value)


def _tuple_values(value: Value) -> list[Any]:
    """Return the texts of a list, or the components as one value: an array, or the only one."""
    assert isinstance(value, tuple)  # noqa: S101
    if not value:
        return [""]
    if isinstance(value[0], str):
        return list(value)
    components = [_one_or_all(part) if part else "" for part in value]
    return components if len(value) == 1 and len(value[0]) < 2 else [components]


def _number(text: str) -> Any:
    """Return the number of a text that is written as JSON writes it, else the text."""
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if repr(number) == text and text[-1:].isdigit():
            return number
    return text


_SPELLED: Final[dict[str, Callable[[str], Any]]] = {
    "date-and-or-time": extended_date,
    "timestamp": extended_date,
    "utc-offset": lambda text: extended_offset(text) or text,
    "boolean": lambda text: {"true": True, "false": False}.get(text, text),
    "integer": _number,
    "float": _number,
}
"""How a text is spelled in JSON, by value type (section 3.5)."""
