"""Contacts and a vendor's words as JSON texts, and back.

Promises: what was written reads back equal; what is absent is left out, and a member that a newer
release wrote is passed over. A text that is not of ours is ValueError, never another exception.
What must never enter here: a photo's octets, which have a column of their own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, replace
from typing import Any, Final

from vcardsvc.model.contact import Address, Contact, Email, Phone, Website

_PARTS: Final[Mapping[str, type[Any]]] = {
    "phones": Phone,
    "emails": Email,
    "addresses": Address,
    "websites": Website,
}
"""The lists of a contact, and what each holds."""

_PHOTO: Final = "photo"

_KINDS: Final[tuple[type[Any], ...]] = (Contact, *_PARTS.values())

_MEMBERS: Final[Mapping[type[Any], Mapping[str, Any]]] = {
    kind: {each.name: each.default for each in fields(kind) if each.name != _PHOTO}
    for kind in _KINDS
}
"""Of each kind its members with their defaults, MISSING where there is none."""


def write_contacts(contacts: Sequence[Contact]) -> str:
    """The contacts without their photos."""
    return _text([_object(contact) for contact in contacts])


def read_contacts(text: str) -> tuple[Contact, ...]:
    """What `write_contacts` wrote; ValueError for anything else."""
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("contacts are an array")
    return tuple(_contact(each) for each in found)


def write_words(words: Mapping[str, Any]) -> str:
    """A vendor's words; ValueError for what JSON does not have."""
    return _text(dict(words))


def read_words(text: str) -> dict[str, Any]:
    """What `write_words` wrote; ValueError for anything else."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("words are an object")
    return found


def without_photos(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """The contacts as they read back."""
    return tuple(each if each.photo is None else replace(each, photo=None) for each in contacts)


def is_storable(text: str) -> bool:
    """Whether a text column can hold it: PostgreSQL's take no NUL, nobody's half a surrogate."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _text(value: object) -> str:
    # Escaped, as every character that a column might refuse: NUL, half of a surrogate pair.
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _object(value: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, default in _MEMBERS[type(value)].items():
        found = getattr(value, name)
        if found != default:
            told[name] = [_object(part) for part in found] if name in _PARTS else found
    return told


def _contact(found: object) -> Contact:
    told = _known(Contact, found)
    for name in _PARTS.keys() & told.keys():
        if not isinstance(told[name], list):
            raise ValueError(f"{name} are an array")
        told[name] = tuple(_part(_PARTS[name], each) for each in told[name])
    return Contact(**told)


def _part(kind: type[Any], found: object) -> Any:
    return kind(**_known(kind, found))


def _known(kind: type[Any], found: object) -> dict[str, Any]:
    """The members that this release knows, each of the type that it has here."""
    if not isinstance(found, dict):
        raise ValueError(f"a {kind.__name__} is an object")
    members = _MEMBERS[kind]
    told = {name: value for name, value in found.items() if name in members}
    if any(not isinstance(told[name], str) for name in told.keys() - _PARTS.keys()):
        raise ValueError(f"a member of a {kind.__name__} is no text")
    if any(value is MISSING and name not in told for name, value in members.items()):
        raise ValueError(f"a {kind.__name__} lacks a member")
    return told
