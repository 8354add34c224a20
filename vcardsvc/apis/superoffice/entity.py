"""An entity in the caller's words: judged member by member on its way in, whole on its way out.

Kept are the members that say something, under the vendor's own spelling, their texts trimmed, NFC
and without control characters; the keys of dictionaries are as they came. What must never enter
here: a card, or a syntax (JSON, XML, forms).
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, NoReturn

from vcardsvc.apis.superoffice import dates
from vcardsvc.apis.superoffice.codes import INVALID
from vcardsvc.apis.superoffice.dates import Clock
from vcardsvc.apis.superoffice.equivalents import completed
from vcardsvc.apis.superoffice.shapes import (
    AS_SENT,
    ENTITY,
    LONGEST,
    NET,
    SERVER_SET,
    SHAPES,
    WITHOUT_RIGHTS,
    empty,
    item_of,
    member,
)
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Entry
from vcardsvc.validation.fields import Field, Validator, pointer

OBJECTS: Final = 1_000
"""Objects and arrays in an entity: a company of 400 people with every list has 700. An answer says
all members of each of them, 4 kB for a person: a body of 85,000 empty ones would be told in 340
MB."""

NAME: Final = 100
"""Characters of a caller's own name of a member, beyond which it is none of ours."""

FAULTS: Final = 100
"""Faults that are looked for in one entity: twice as many as it has properties. A body can have
130,000, and Validate would tell them in 14 MB."""

INT32: Final = 2**31
DOUBLE: Final = 2**53
"""Whole numbers up to here are the same as a double."""

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


def twice(field: Field) -> NoReturn:
    """Refuse a member that is given twice: one of both would be lost."""
    detail = "It is given twice."
    raise Refused(Problem(code=INVALID, field=pointer(field) or None, cause="twice", detail=detail))


def canonical(word: str, value: Any, field: Field = ()) -> Any:
    """`value` of type `word`, which stands in `field`, with the vendor's spelling of every member;
    unknown ones are gone, and what is of another type stays as it is. Raises Refused for a member
    that is there in two spellings."""
    item = item_of(word)
    if item and type(value) is list:
        return [canonical(item, one, (*field, place)) for place, one in enumerate(value)]
    if value == [] and (word in SHAPES or word == "map"):
        return {}  # PHP writes an empty dictionary so
    if word not in SHAPES or type(value) is not dict:
        return value
    members = SHAPES[word]
    found: dict[str, Any] = {}
    for said, one in value.items():
        if len(said) <= NAME and (name := member(word, said)):
            if name in found:
                twice((*field, name))
            found[name] = canonical(members[name], one, (*field, name))
    return found


def read(validator: Validator, tree: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """The words of an entity with canonical names; its problems go into `validator`, FAULTS at
    most: what stands behind them is not read. Raises Refused when there are more objects and arrays
    in it than OBJECTS."""
    if _objects(tree) > OBJECTS:
        detail = f"An entity may hold {OBJECTS} objects and arrays at most."
        raise Refused(Problem(code=INVALID, cause="objects", detail=detail))
    kept = _shape(_Pass(validator, clock), ENTITY, tree, ())
    return {name: value for name, value in kept.items() if name not in SERVER_SET}


def _objects(tree: Any) -> int:
    count, level = 0, [tree]
    while level and count <= OBJECTS:
        inside = [one for outer in level for one in _inside(outer)]
        level = [one for one in inside if type(one) in (dict, list)]
        count += len(level)
    return count


def _inside(outer: Any) -> list[Any]:
    return list(outer.values()) if type(outer) is dict else list(outer)


class _Pass:
    """One pass over one entity."""

    __slots__ = ("clock", "validator")

    def __init__(self, validator: Validator, clock: Clock) -> None:
        self.validator = validator
        self.clock = clock

    @property
    def full(self) -> bool:
        """Whether there are as many faults as are looked for."""
        return len(self.validator.problems) >= FAULTS

    def refuse(self, field: Field, kind: str) -> None:
        """The value of `field` is not of the type it has."""
        self.validator.refuse(INVALID, field, "wrong-type", f"It must be {kind}.")


def _value(over: _Pass, word: str, value: Any, field: Field) -> Any:
    """The value as it is kept; the empty one for null and for what was refused."""
    item = item_of(word)
    if value is None:
        return empty(word)
    if item:
        return _list(over, item, value, field)
    if word not in SHAPES:
        return _SCALARS[word](over, value, field)
    if type(value) is dict:
        return _shape(over, word, value, field)
    over.refuse(field, "an object")
    return None


def _shape(over: _Pass, shape: str, value: Mapping[str, Any], field: Field) -> dict[str, Any]:
    types = SHAPES[shape]
    kept = {}
    for name, one in value.items():
        if over.full:
            break
        said = _value(over, types[name], one, (*field, name))
        longest = LONGEST.get(shape, {}).get(name)
        if longest and len(said) > longest:
            detail = f"It holds {longest} characters at most."
            over.validator.refuse(INVALID, (*field, name), "too-long", detail)
        if shape in AS_SENT or said != empty(types[name]):
            kept[name] = said
    return kept


def _list(over: _Pass, item: str, value: Any, field: Field) -> list[Any]:
    if type(value) is not list:
        over.refuse(field, "an array")
        return []
    kept = []
    for index, one in enumerate(value):
        if over.full:
            break
        said = _value(over, item, one, (*field, index))
        if said is not None:
            kept.append(said)
    return kept


def _int32(over: _Pass, value: Any, field: Field) -> int:
    if type(value) is int and -INT32 <= value < INT32:
        return value
    over.refuse(field, "an Integer of 32 bits")
    return 0


def _double(over: _Pass, value: Any, field: Field) -> int | float:
    if (type(value) is int and abs(value) <= DOUBLE) or (
        type(value) is float and math.isfinite(value)
    ):
        return value
    over.refuse(field, "a number")
    return 0


def _bool(over: _Pass, value: Any, field: Field) -> bool:
    if type(value) is bool:
        return value
    over.refuse(field, "a Boolean")
    return False


def _string(over: _Pass, value: Any, field: Field) -> str:
    if type(value) is str:
        return over.validator.line(value, field)
    over.refuse(field, "a String")
    return ""


def _text(over: _Pass, value: Any, field: Field) -> str:
    if type(value) is str:
        return over.validator.block(value, field)
    over.refuse(field, "a String")
    return ""


def _enum(over: _Pass, value: Any, field: Field) -> str | int:
    """A word, or the number that .NET takes for one."""
    if type(value) is int and 0 <= value < INT32:
        return value
    if type(value) is str and (not value or _WORD.fullmatch(value)):
        return value
    over.refuse(field, "a word")
    return ""


def _date(over: _Pass, value: Any, field: Field) -> str | None:
    maybe_date = dates.read(value, over.clock) if type(value) is str else None
    if maybe_date is None and value != "":
        over.refuse(field, "a date-time (ISO 8601)")
    return maybe_date


def _map(over: _Pass, value: Any, field: Field) -> dict[str, str]:
    if type(value) is not dict:
        over.refuse(field, "an object")
        return {}
    kept: dict[str, str] = {}
    for said, one in value.items():
        if over.full:
            break
        over.validator.line(said, field)
        # As it came: two that differ in blanks alone are two.
        kept[said] = "" if one is None else _text(over, one, field)
    return kept


_SCALARS: Final[Mapping[str, Callable[[_Pass, Any, Field], Any]]] = {
    "int32": _int32,
    "double": _double,
    "bool": _bool,
    "string": _string,
    "text": _text,
    "enum": _enum,
    "date-time": _date,
    "map": _map,
}


def blank(shape: str = ENTITY) -> dict[str, Any]:
    """An entity nobody has said anything of: every property with its empty value, and those that
    are objects as objects, so that a caller can set a member of theirs."""
    return {
        name: blank(word) if word in SHAPES else empty(word) for name, word in SHAPES[shape].items()
    }


def filled(words: Mapping[str, Any]) -> dict[str, Any]:
    """An entity in these words with every member that it can have, as a patch may name them."""
    overlaid: dict[str, Any] = _overlaid(blank(), completed(words))
    return overlaid


def _overlaid(under: Any, over: Any) -> Any:
    if type(under) is not dict or not isinstance(over, Mapping):
        return over
    return {**over, **{name: _overlaid(one, over.get(name, one)) for name, one in under.items()}}


def whole(words: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Every property of an entity in these words, with its rights; dates as the caller wants."""
    filled: dict[str, Any] = _filled(ENTITY, words, clock)
    return filled


def told(entry: Entry, clock: Clock, base_url: str) -> dict[str, Any]:
    """The entity that an entry is, with what is the service's own."""
    words = {
        **completed(entry.vendor_fields),
        "Persons": [_placed(entry, one) for one in _persons(entry)],
    }
    stamps = (("UpdatedDate", entry.updated_at), ("CreatedDate", entry.created_at))
    return {
        **whole(words, clock),
        "ContactId": entry.id,
        **{name: dates.stamp(moment) for name, moment in stamps},
        "_Links": {
            "Self": f"{base_url}/api/v1/contact/{entry.id}",
            "Archive": f"{base_url}/api/v1/contact",
        },
    }


def _persons(entry: Entry) -> list[dict[str, Any]]:
    return list(entry.vendor_fields.get("Persons", ()))


def _placed(entry: Entry, person: Mapping[str, Any]) -> dict[str, Any]:
    """A person with what the vendor's server fills in where nobody said it."""
    names = (person.get(name, "") for name in ("Firstname", "MiddleName", "Lastname"))
    own = {
        "ContactId": entry.id,
        "ContactName": entry.vendor_fields.get("Name", ""),
        "FullName": " ".join(filter(None, names)),
    }
    return {**own, **person}


def _filled(word: str, value: Any, clock: Clock) -> Any:
    item = item_of(word)
    if item:
        return [_filled(item, one, clock) for one in value]
    if word == "date-time":
        return value and dates.told(value, clock)
    if word not in SHAPES or value is None:
        return value
    types = SHAPES[word]
    names = value if word in AS_SENT else types
    said = {
        name: _filled(types[name], value[name], clock) if name in value else empty(types[name])
        for name in names
    }
    if word not in WITHOUT_RIGHTS:
        said["TableRight"] = None
        said["FieldProperties"] = properties(word)
    return said


@cache
def properties(shape: str) -> dict[str, Any]:
    """What is to be known of a shape's fields: nobody's right is restricted, so all are null. It is
    everybody's: nobody may change it."""
    longest = LONGEST.get(shape, {})
    return {
        name: {
            "FieldRight": None,
            "FieldType": NET[word][0],
            "FieldLength": longest.get(name, NET[word][1]),
        }
        for name, word in SHAPES[shape].items()
        if word in NET
    }
