"""Validates the members of an entity, and completes a stored entity for a response.

A stored entity has only members with a value, in the vendor's spelling. Texts are trimmed, in NFC
and without control characters; the keys of dictionaries are as they were sent. The bodies of all
syntaxes (JSON, XML, forms) come here as one kind of tree.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from vcardsvc.apis.superoffice.dates import Clock, format_date, format_moment, parse_date
from vcardsvc.apis.superoffice.equivalents import completed
from vcardsvc.apis.superoffice.errors import INVALID
from vcardsvc.apis.superoffice.schema import (
    AS_SENT,
    ENTITY,
    LONGEST,
    SERVER_SET,
    SHAPES,
    empty,
    empty_members,
    item_of,
    member_names,
)
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Entry
from vcardsvc.validation.fields import Field, Validator, pointer

OBJECTS: Final = 1_000
"""Objects and arrays of an entity: a company of 400 people with every list has 700. A response has
all members of each of them, 4 kB for a person: a body of 85,000 empty ones would make a response of
340 MB."""

NAME: Final = 100
"""Characters of a member's name that is looked up; longer names are unknown."""

FAULTS: Final = 100
"""Problems that are collected for one entity: twice as many as it has properties. A body can have
130,000, which would make a response of 14 MB to Validate."""

INT32: Final = 2**31
DOUBLE: Final = 2**53
"""Whole numbers up to here are the same as a double."""

_ENUM_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


def refuse_duplicate(field: Field) -> NoReturn:
    """Refuse a member that is given twice: one of its values would be lost."""
    detail = "It is given twice."
    raise Refused(Problem(code=INVALID, field=pointer(field) or None, cause="twice", detail=detail))


def canonical(kind: str, value: Any, field: Field = ()) -> Any:
    """Return the JSON value of `field`, of type `kind`, with the vendor's spelling of every member.

    Unknown members are dropped; values of a wrong type stay. Raises Refused (INVALID) for a member
    in two spellings.
    """
    item = item_of(kind)
    if item and type(value) is list:
        return [canonical(item, one, (*field, index)) for index, one in enumerate(value)]
    if value == [] and (kind in SHAPES or kind == "map"):
        return {}  # PHP's form of an empty dictionary
    if kind not in SHAPES or type(value) is not dict:
        return value
    types, names = SHAPES[kind], member_names(kind)
    members: dict[str, Any] = {}
    for key, one in value.items():
        if len(key) <= NAME and (name := names.get(key.lower())):
            if name in members:
                refuse_duplicate((*field, name))
            nested = type(one) is dict or type(one) is list
            members[name] = canonical(types[name], one, (*field, name)) if nested else one
    return members


def validated(validator: Validator, tree: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Return the members to be stored of a tree with canonical names.

    `validator` collects the problems, about FAULTS of them: what comes later is not read. Raises
    Refused (INVALID) for more than OBJECTS objects and arrays.
    """
    if _count_objects(tree) > OBJECTS:
        detail = f"An entity may hold {OBJECTS} objects and arrays at most."
        raise Refused(Problem(code=INVALID, cause="objects", detail=detail))
    members = _EntityValidator(validator, clock).members(ENTITY, tree, ())
    return {name: value for name, value in members.items() if name not in SERVER_SET}


def _count_objects(tree: Any) -> int:
    """Return the number of objects and arrays in a tree, or one above OBJECTS."""
    count, pending = 0, [tree]
    while pending and count <= OBJECTS:
        outer = pending.pop()
        values = outer.values() if type(outer) is dict else outer
        inner = [one for one in values if type(one) is dict or type(one) is list]
        count += len(inner)
        pending += inner
    return count


class _EntityValidator:
    """Validates the values of one entity; a refused value becomes the empty one of its type."""

    __slots__ = ("clock", "validator")

    def __init__(self, validator: Validator, clock: Clock) -> None:
        self.validator = validator
        self.clock = clock

    def refuse(self, field: Field, expected: str) -> None:
        self.validator.refuse(INVALID, field, "wrong-type", f"It must be {expected}.")

    def members(self, shape: str, value: Mapping[str, Any], field: Field) -> dict[str, Any]:
        types, limits = SHAPES[shape], LONGEST.get(shape, {})
        members = {}
        for name, one in value.items():
            if len(self.validator.problems) >= FAULTS:
                break
            checked = self.value(types[name], one, (*field, name))
            if name in limits and len(checked) > limits[name]:
                detail = f"It holds {limits[name]} characters at most."
                self.validator.refuse(INVALID, (*field, name), "too-long", detail)
            if shape in AS_SENT or checked != empty_members(shape)[name]:
                members[name] = checked
        return members

    def value(self, kind: str, value: Any, field: Field) -> Any:
        if value is None:
            return empty(kind)
        if kind in _SCALARS:
            return _SCALARS[kind](self, value, field)
        if item := item_of(kind):
            return self.items(item, value, field)
        if type(value) is dict:
            return self.members(kind, value, field)
        self.refuse(field, "an object")
        return None

    def items(self, item: str, value: Any, field: Field) -> list[Any]:
        if type(value) is not list:
            self.refuse(field, "an array")
            return []
        items = []
        for index, one in enumerate(value):
            if len(self.validator.problems) >= FAULTS:
                break
            checked = self.value(item, one, (*field, index))
            if checked is not None:
                items.append(checked)
        return items

    def int32(self, value: Any, field: Field) -> int:
        if type(value) is int and -INT32 <= value < INT32:
            return value
        self.refuse(field, "an Integer of 32 bits")
        return 0

    def double(self, value: Any, field: Field) -> int | float:
        whole = type(value) is int and abs(value) <= DOUBLE
        if whole or (type(value) is float and math.isfinite(value)):
            return value  # type: ignore[no-any-return]
        self.refuse(field, "a number")
        return 0

    def boolean(self, value: Any, field: Field) -> bool:
        if type(value) is bool:
            return value
        self.refuse(field, "a Boolean")
        return False

    def string(self, value: Any, field: Field) -> str:
        if type(value) is str:
            return self.validator.line(value, field)
        self.refuse(field, "a String")
        return ""

    def text(self, value: Any, field: Field) -> str:
        if type(value) is str:
            return self.validator.block(value, field)
        self.refuse(field, "a String")
        return ""

    def enum(self, value: Any, field: Field) -> str | int:
        """Return a name, or the number that .NET accepts for one."""
        if type(value) is int and 0 <= value < INT32:
            return value
        if type(value) is str and (not value or _ENUM_NAME.fullmatch(value)):
            return value
        self.refuse(field, "a word")
        return ""

    def date(self, value: Any, field: Field) -> str | None:
        maybe_date = parse_date(value, self.clock) if type(value) is str else None
        if maybe_date is None and value != "":
            self.refuse(field, "a date-time (ISO 8601)")
        return maybe_date

    def dictionary(self, value: Any, field: Field) -> dict[str, str]:
        """Return a dictionary of texts. Its keys stay as sent: two may differ in blanks alone."""
        if type(value) is not dict:
            self.refuse(field, "an object")
            return {}
        texts: dict[str, str] = {}
        for key, one in value.items():
            if len(self.validator.problems) >= FAULTS:
                break
            self.validator.line(key, field)
            texts[key] = "" if one is None else self.text(one, field)
        return texts


_SCALARS: Final[Mapping[str, Callable[[_EntityValidator, Any, Field], Any]]] = {
    "int32": _EntityValidator.int32,
    "double": _EntityValidator.double,
    "bool": _EntityValidator.boolean,
    "string": _EntityValidator.string,
    "text": _EntityValidator.text,
    "enum": _EntityValidator.enum,
    "date-time": _EntityValidator.date,
    "map": _EntityValidator.dictionary,
}


def blank(shape: str = ENTITY) -> dict[str, Any]:
    """Return an entity with the empty value of every member. Members of a shape are objects, so
    that a caller can set their members."""
    return {
        name: blank(kind) if kind in SHAPES else empty(kind) for name, kind in SHAPES[shape].items()
    }


def with_all_members(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored entity with every member that a patch can name."""
    entity: dict[str, Any] = _overlaid(blank(), completed(stored))
    return entity


def _overlaid(under: Any, over: Any) -> Any:
    if type(under) is not dict or not isinstance(over, Mapping):
        return over
    return {**over, **{name: _overlaid(one, over.get(name, one)) for name, one in under.items()}}


def entity_of(entry: Entry, clock: Clock, base_url: str) -> dict[str, Any]:
    """Return the entity of an entry, with the members that the service sets."""
    stored = entry.vendor_fields
    persons = [_with_defaults(one, entry) for one in stored.get("Persons", ())]
    return {
        **full_entity({**completed(stored), "Persons": persons}, clock),
        "ContactId": entry.id,
        "UpdatedDate": format_moment(entry.updated_at),
        "CreatedDate": format_moment(entry.created_at),
        "_Links": {
            "Self": f"{base_url}/api/v1/contact/{entry.id}",
            "Archive": f"{base_url}/api/v1/contact",
        },
    }


def full_entity(members: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Return an entity with every property and its rights, its dates as `clock` writes them."""
    return _full_object(ENTITY, members, clock)


def _with_defaults(person: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """Return a person with the members that the vendor's server fills in, where they are absent."""
    names = (person.get(name, "") for name in ("Firstname", "MiddleName", "Lastname"))
    defaults = {
        "ContactId": entry.id,
        "ContactName": entry.vendor_fields.get("Name", ""),
        "FullName": " ".join(filter(None, names)),
    }
    return {**defaults, **person}


_PLAIN: Final = frozenset(_SCALARS) - {"date-time"} | {"string[]"}
"""The types whose values are the same in a response as in the store."""


def _full_object(shape: str, members: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    types = SHAPES[shape]
    entity = dict(empty_members(shape))
    for name, value in members.items():
        if name in types:
            kind = types[name]
            entity[name] = value if kind in _PLAIN else _full_value(kind, value, clock)
    return entity


def _full_value(kind: str, value: Any, clock: Clock) -> Any:
    if item := item_of(kind):
        return [_full_value(item, one, clock) for one in value]
    if kind == "date-time":
        return value and format_date(value, clock)
    return value if value is None else _full_object(kind, value, clock)
