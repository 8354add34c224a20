"""Reads JSContact (RFC 9553, RFC 9982), a card or several in an array, as RFC 9555 maps it.

Strategy: the members are read, and what was read is written again. Each member that is not written
as it stood becomes a JSPROP (RFC 9555 section 3.2.1), localizations and vendors' members too, so
that the way back restores it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from vcardsvc.errors import IGNORED
from vcardsvc.model.card import Property
from vcardsvc.vcard.jscontact import FIXED, JSPROP, JSPTR
from vcardsvc.vcard.jscontact_card import PROPS, escaped, members_of, read_members, tells_again
from vcardsvc.vcard.labels import X_ABLABEL
from vcardsvc.vcard.parser.jcard import (
    PROBLEMS,
    Found,
    gathered,
    jcard_properties,
    parsed,
    translated,
)
from vcardsvc.vcard.parser.read_file import POINTER, NotACard, ReadFile, ReadProblem
from vcardsvc.vcard.parser.typed import UNSAFE, clean, is_unsafe

TYPE: Final = "@type"
VERSIONS: Final = ("1.0", "2.0")

MAX_ENTRIES: Final = 20_000
"""The most entries of a file: about 1,000 full cards, read in half a second."""

NEWER: Final = "The version is not known; the card is read as one of 2.0."
MAX_MEMBERS: Final = 5_000
"""The most members of one entry; an address has a dozen."""

MAX_POINTER: Final = 1_000
"""The most characters of a pointer in front of those of members."""

UNKNOWN: Final = "RFC 9553 has no such value here; it is kept for JSContact alone."


def read_jscontact(octets: bytes) -> ReadFile:
    """Read the Cards of JSContact 1.0 or 2.0. Raises NotACard for octets that hold none."""
    value = parsed(octets)
    listed = [("", value)] if isinstance(value, dict) else []
    if isinstance(value, list):
        listed = [(f"/{at}", one) for at, one in enumerate(value)]
    cards = [(pointer, one) for pointer, one in listed if _is_card(one)]
    if not cards:
        raise NotACard('This is no JSContact: it must be an object whose "@type" is "Card".')
    if sum(map(_entries, (one for _, one in cards))) > MAX_ENTRIES:
        raise NotACard(f"The file is over {MAX_ENTRIES} entries.")
    if any(_longest_entry(one) > MAX_MEMBERS for _, one in cards):
        raise NotACard(f"An entry is over {MAX_MEMBERS} members.")
    others = [pointer for pointer, one in listed if not _is_card(one)]
    file = gathered((_card(one, pointer) for pointer, one in cards), others)
    problems = [
        ReadProblem(card=at, line=0, place=f"{pointer}/version", text=NEWER, code=IGNORED)
        for at, (pointer, one) in enumerate(cards)
        if one.get("version", VERSIONS[-1]) not in VERSIONS
    ]
    return replace(file, problems=(*problems[:PROBLEMS], *file.problems))


def _entries(card: Mapping[str, Any]) -> int:
    return sum(len(one) for one in card.values() if isinstance(one, dict | list))


def _longest_entry(card: Mapping[str, Any]) -> int:
    """Return the members of the entry that has most."""
    entries = (entry for one in card.values() if isinstance(one, dict) for entry in one.values())
    return max((len(entry) for entry in entries if isinstance(entry, dict)), default=0)


def _is_card(value: Any) -> bool:
    return isinstance(value, dict) and (
        value.get(TYPE) == "Card" or (TYPE not in value and value.get("version") in VERSIONS)
    )


def _card(card: dict[str, Any], pointer: str) -> Iterator[Found]:
    for place in _unsafe(card, pointer):
        yield None, place, UNSAFE
    card = _cleaned(card)
    others = []
    for found in translated(jcard_properties(card.get(PROPS, []), f"{pointer}/{PROPS}")):
        if found[0] is None:
            yield found
        else:
            others.append(_labelled(found[0]))
    properties = []
    for place, maybe_one in read_members(card):
        if maybe_one is None:
            yield None, f"{pointer}{place}", UNKNOWN
        elif not tells_again(maybe_one, others):
            properties.append(maybe_one)
    properties += others
    yield from ((each, "", "") for each in properties)
    written = members_of([each for each in properties if each.name != JSPROP])
    own = {name: one for name, one in card.items() if name not in FIXED}
    for path, value in _differences(own, written, ""):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        yield Property(name=JSPROP, value=clean(text), params=((JSPTR, (path,)),)), "", ""


def _labelled(one: Property) -> Property:
    """Return a property with the label that JSContact's writer left it as its last X-ABLABEL."""
    last = next((values for name, values in one.params if name == X_ABLABEL), ())
    if not last or not one.group:
        return one
    params = tuple(pair for pair in one.params if pair[0] != X_ABLABEL)
    if last[:-1]:
        params = (*params, (X_ABLABEL, last[:-1]))
    types = (*one.types, f"x-{one.label.lower()}") if one.label else one.types
    return replace(one, params=params, types=types, label=last[-1])


def _differences(
    value: Mapping[str, Any], written: Mapping[str, Any], path: str
) -> Iterator[tuple[str, Any]]:
    """Yield the members that are not written as they stand, each with its pointer: whole objects
    under a long name, which the pointers of their members would repeat."""
    for name, one in value.items():
        inner, again = f"{path}{escaped(name)}", written.get(name)
        if isinstance(one, dict) and isinstance(again, dict) and len(inner) <= MAX_POINTER:
            yield from _differences(one, again, f"{inner}/")
        elif (one != again or name not in written) and name != TYPE:
            yield inner, one


def _unsafe(value: Any, pointer: str) -> Iterator[str]:
    """Yield the pointers of texts with control characters, cut as they are in a problem: each
    would repeat a long name."""
    if isinstance(value, str):
        if is_unsafe((value,)):
            yield pointer
    elif isinstance(value, dict):
        if is_unsafe(value):
            yield pointer
        for name, one in value.items():
            yield from _unsafe(one, f"{pointer}/{escaped(name)}"[:POINTER])
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _unsafe(one, f"{pointer}/{at}"[:POINTER])


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value
