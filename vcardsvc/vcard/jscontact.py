"""Writes cards as JSContact (RFC 9553, RFC 9982), mapped from vCard by RFC 9555.

Versions 1.0 and 2.0 differ in whether a card must have a `uid`; it always has one: that of the
vCard, else one of its content. `@type` stands on the Card alone, where it is mandatory. JSContact
is I-JSON (RFC 7493 section 2.1), so a noncharacter of Unicode becomes U+FFFD. A member that a card
keeps as JSPROP (RFC 9555 section 3.2.1) is set again, unless it would hide a property.

Several cards are an array.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from itertools import pairwise
from typing import Any, Final

from msgspec import structs

from vcardsvc.errors import Refused
from vcardsvc.formats.json import json_value
from vcardsvc.model.card import Binary, Card, Property, Value
from vcardsvc.model.request import Document, JSContactVersion
from vcardsvc.vcard.card_losses import NONCHARACTERS
from vcardsvc.vcard.document import document
from vcardsvc.vcard.jcard import reserved_parameters
from vcardsvc.vcard.jscontact_card import ORDER, members_of, read_members
from vcardsvc.vcard.losses import LossKind
from vcardsvc.vcard.properties import NAMESPACE
from vcardsvc.vcard.property_losses import Losses, lost

CONTENT_TYPE: Final = "application/jscontact+json"
"""RFC 9553 section 3.1. It registers no charset: JSON is UTF-8."""

FILENAME: Final = "contact.json"

FIXED: Final = frozenset(("@type", "version", "uid", "vCardProps"))
"""Members that no JSPROP sets."""

JSPROP: Final = "JSPROP"
JSPTR: Final = "JSPTR"

_LAST_TWO: Final = "".join(
    chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
)
_NONCHARACTER: Final = re.compile(f"[\ufdd0-\ufdef{_LAST_TWO}]")


def jscontact(card: Card, version: JSContactVersion = "2.0") -> tuple[Document, Losses]:
    """Write the card as a JSContact Card of this version, and return what it cannot hold. Equal
    cards give equal octets.

    Raises UnicodeEncodeError for a lone surrogate, which no card holds.
    """
    return _written(_card(card, version)), lost(card.properties, _kinds)


def jscontacts(
    cards: Sequence[Card], version: JSContactVersion = "2.0"
) -> tuple[Document, tuple[Losses, ...]]:
    """Write the cards as an array, one alone as an object, and return what it cannot hold of
    each."""
    written = [_card(card, version) for card in cards]
    losses = tuple(lost(card.properties, _kinds) for card in cards)
    return _written(written[0] if len(written) == 1 else written), losses


def _written(value: Any) -> Document:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return document((text.encode(),), CONTENT_TYPE, FILENAME)


def _kinds(each: Property) -> Iterator[LossKind]:
    yield from reserved_parameters(each)
    if _clean(each) != each:
        yield NONCHARACTERS


def _card(card: Card, version: JSContactVersion) -> dict[str, Any]:
    properties = [_clean(each) for each in card.properties]
    patches = [each for each in properties if each.name == JSPROP]
    members = members_of([each for each in properties if each.name != JSPROP])
    if patches:
        members = _patched(members, patches) or members_of(properties)
    head = {"@type": "Card", "version": version, "uid": members.get("uid") or _uid(members)}
    ordered = {name: members[name] for name in ORDER if name in members}
    return {**head, **ordered, **members, **head}


def _uid(members: Mapping[str, Any]) -> str:
    """Return a UUID (version 5) of the content, as a URN."""
    content = json.dumps(members, ensure_ascii=False, sort_keys=True).encode()
    raw = bytearray(sha1(NAMESPACE + content, usedforsecurity=False).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x50, raw[8] & 0x3F | 0x80
    digits = raw.hex()
    parts = (digits[start:end] for start, end in pairwise((0, 8, 12, 16, 20, 32)))
    return f"urn:uuid:{'-'.join(parts)}"


def _patched(members: dict[str, Any], patches: Sequence[Property]) -> dict[str, Any]:
    """Return the members, with what the patches set in them; {} if one cannot be set, or would
    change what a property is read from."""
    before = list(read_members(members))
    for each in patches:
        path = each.param(JSPTR).split("/")
        if not isinstance(each.value, str) or not path[0] or path[0] in FIXED:
            return {}
        try:
            value = json_value(each.value.encode())
        except Refused:
            return {}
        _set(members, [_unescaped(name) for name in path], value)
    after = list(read_members(members))
    return members if [one for _, one in before] == [one for _, one in after if one] else {}


def _set(members: dict[str, Any], path: list[str], value: Any) -> None:
    """Set the member that a path leads to, and make the objects on its way."""
    *outer, last = path
    for name in outer:
        inner = members.get(name)
        if not isinstance(inner, dict):
            inner = members[name] = {}
        members = inner
    members[last] = value


def _unescaped(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def _clean(each: Property) -> Property:
    """Return the property without noncharacters."""
    params = tuple((name, tuple(map(_text, texts))) for name, texts in each.params)
    value, label, group = _clean_value(each.value), _text(each.label), _text(each.group)
    same = value is each.value and params == each.params
    if same and (label, group) == (each.label, each.group):
        return each
    return structs.replace(each, value=value, params=params, label=label, group=group)


def _clean_value(value: Value) -> Value:
    if isinstance(value, Binary):
        return value
    if isinstance(value, str):
        return _text(value)
    cleaned: Any = tuple(
        _text(part) if isinstance(part, str) else tuple(map(_text, part)) for part in value
    )
    return value if cleaned == value else cleaned


def _text(text: str) -> str:
    return text if text.isascii() else _NONCHARACTER.sub("\ufffd", text)
