"""Write contacts and a vendor's fields as JSON texts, and read them back equal.

Default values are left out, and members that a newer release wrote are ignored. Any other text
raises ValueError, never another exception. Photos have a column of their own.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import NODEFAULT, Struct, structs

from vcardsvc.model.contact import Address, Contact, Email, Phone, Website

_PARTS: Final[Mapping[str, type[Struct]]] = {
    "phones": Phone,
    "emails": Email,
    "addresses": Address,
    "websites": Website,
}
"""The lists of a contact, each with the type of its items."""

_ELSEWHERE: Final = ("photo", "extra")
"""Members of a contact that are not in its text: no vendor's contact has further properties."""

_TYPES: Final[tuple[type[Struct], ...]] = (Contact, *_PARTS.values())

_MEMBERS: Final[Mapping[type[Struct], Mapping[str, Any]]] = {
    type_: {
        each.name: each.default for each in structs.fields(type_) if each.name not in _ELSEWHERE
    }
    for type_ in _TYPES
}
"""The members of each type with their defaults; NODEFAULT where there is no default."""


def write_contacts(contacts: Sequence[Contact]) -> str:
    """Return the contacts as JSON, without their photos."""
    return _text([_object(contact) for contact in contacts])


def read_contacts(text: str) -> tuple[Contact, ...]:
    """Parse what `write_contacts` wrote. Raises ValueError for any other text."""
    values = json.loads(text)
    if not isinstance(values, list):
        raise ValueError("contacts are an array")
    return tuple(_contact(each) for each in values)


def write_vendor_fields(values: Mapping[str, Any]) -> str:
    """Return a vendor's fields as JSON. Raises ValueError for values that JSON does not have."""
    return _text(dict(values))


def read_vendor_fields(text: str) -> dict[str, Any]:
    """Parse what `write_vendor_fields` wrote. Raises ValueError for any other text."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("a vendor's fields are an object")
    return value


def without_photos(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Return the contacts as they read back."""
    return tuple(
        each if each.photo is None else structs.replace(each, photo=None) for each in contacts
    )


def is_storable(text: str) -> bool:
    """Return whether a text column can hold the text: PostgreSQL takes no NUL, and neither database
    takes half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _text(value: object) -> str:
    # ASCII: JSON escapes every character that a column might refuse (NUL, half a surrogate pair).
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _object(value: Any) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, default in _MEMBERS[type(value)].items():
        member = getattr(value, name)
        if member != default:
            members[name] = [_object(part) for part in member] if name in _PARTS else member
    return members


def _contact(value: object) -> Contact:
    members = _known_members(Contact, value)
    for name in _PARTS.keys() & members.keys():
        if not isinstance(members[name], list):
            raise ValueError(f"{name} are an array")
        members[name] = tuple(_part(_PARTS[name], each) for each in members[name])
    return Contact(**members)


def _part(type_: type[Struct], value: object) -> Any:
    return type_(**_known_members(type_, value))


def _known_members(type_: type[Struct], value: object) -> dict[str, Any]:
    """Return the members that this release knows, with their types checked."""
    if not isinstance(value, dict):
        raise ValueError(f"a {type_.__name__} is an object")
    defaults = _MEMBERS[type_]
    members = {name: member for name, member in value.items() if name in defaults}
    for name in members.keys() - _PARTS.keys():
        if not isinstance(members[name], bool if isinstance(defaults[name], bool) else str):
            raise ValueError(f"a member of a {type_.__name__} has another type")
    if any(value is NODEFAULT and name not in members for name, value in defaults.items()):
        raise ValueError(f"a {type_.__name__} lacks a member")
    return members
