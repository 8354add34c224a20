"""Reads, merges and writes the attribute sets of a contact.

    "attributeSets": [{"name": "Email Addresses", "items": [{"values": [{"name": "Email Address",
        "value": "acruz@example.com"}, {"name": "HTML Enabled", "value": true}]}]}]

Source: the vendor's page of the call. Its table has `values` directly in a set, its example in
`items`: both are read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcardsvc.apis.marketingcloud.errors import PROBLEMS, REQUIRED, VALUE, WRONG_TYPE
from vcardsvc.apis.marketingcloud.schema import (
    ATTRIBUTES_BY_NAME,
    CREATING,
    SETS_BY_NAME,
    AttributeSet,
    Check,
    any_value,
)
from vcardsvc.validation.fields import Field, Validator
from vcardsvc.validation.invisible import BLANKS

Item = Mapping[str, Any]
"""The attributes of one item by name: str, bool, int or float."""

Sets = Mapping[str, tuple[Item, ...]]
"""The items of every attribute set by the set's name, in the request's order."""

NAME: Final = 128
"""Characters of a name: those of the vendor's data model; the limit is ours."""

ITEMS: Final = 100
"""Items of a set, all of which are on the card. The limit is ours: fitting a card of thousands to a
target's size takes half a minute."""

_WHATSAPP: Final = re.compile(r"(?:(?:group|mobile)connect\s+)?whatsapp\b")
"""The beginning of the vendor's own sets for WhatsApp; an account's set may have the name further
on."""


def read_sets(validator: Validator, value: Any, *, whole: bool = True) -> Sets:
    """Return the attribute sets of a request; `validator` collects the problems in its order.

    A request that is not `whole` changes a contact: no sets or attributes are required in it.
    """
    field: Field = ("attributeSets",)
    if not value and (value is None or type(value) is list):
        validator.refuse(REQUIRED, field, "no-sets", "An attribute set must be given.")
        return {}
    sets: dict[str, tuple[Item, ...]] = {}
    names: set[str] = set()
    before = len(validator.problems)
    for index, one in _objects(validator, value, field):
        maybe_set = _attribute_set(validator, one.get("name"), (*field, index))
        if maybe_set is None:
            continue
        if maybe_set.name.casefold() in names:
            detail = "Each call accepts only one instance of each attribute set."
            validator.refuse(VALUE, (*field, index), "set-twice", detail)
            continue
        names.add(maybe_set.name.casefold())
        sets[maybe_set.name] = _items(validator, one, maybe_set, (*field, index), whole=whole)
    if whole:
        _require_sets(validator, sets, complete=len(validator.problems) == before)
    return sets


def write_sets(sets: Sets) -> list[dict[str, Any]]:
    """Return the sets in the vendor's form. Mirrors `read_sets`."""
    return [
        {
            "name": name,
            "items": [
                {"values": [{"name": key, "value": value} for key, value in item.items()]}
                for item in items
            ],
        }
        for name, items in sets.items()
    ]


def stored_sets(written: Any) -> Sets:
    """Return the sets that `write_sets` wrote."""
    return {
        one["name"]: tuple(
            {pair["name"]: pair["value"] for pair in item["values"]} for item in one["items"]
        )
        for one in written
    }


def merged(stored: Sets, sent: Sets) -> Sets:
    """Return the sets of a contact after a change, the sent ones first. If a set has one item
    before and after, its attributes are merged; else the sent items replace the stored ones."""
    names = {name.casefold(): name for name in stored}
    after: dict[str, tuple[Item, ...]] = {}
    for name, items in sent.items():
        before = stored[names.pop(name.casefold())] if name.casefold() in names else ()
        single = len(before) == 1 and len(items) == 1
        after[name] = (_overlaid(before[0], items[0]),) if single else items or before
    return {**after, **{name: stored[name] for name in names.values()}}


def _overlaid(stored: Item, sent: Item) -> Item:
    """Return the attributes of both items; of two with the same name the sent one."""
    names = {name.casefold() for name in sent}
    kept = {name: value for name, value in stored.items() if name.casefold() not in names}
    return {**kept, **sent}


def _objects(
    validator: Validator, value: Any, field: Field
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (index, object) of an array's objects; null is empty. Raises Refused at PROBLEMS
    problems: a body of 120,000 wrong items would take a second."""
    if value is not None and type(value) is not list:
        validator.refuse(WRONG_TYPE, field, "not-an-array", "It must be an array.")
        return
    for index, one in enumerate(value or ()):
        if len(validator.problems) >= PROBLEMS:
            validator.raise_problems()
        if type(one) is dict:
            yield index, one
        else:
            validator.refuse(WRONG_TYPE, (*field, index), "not-an-object", "It must be an object.")


def _name(validator: Validator, value: Any, field: Field, missing: str) -> str:
    """Return a name; "" for a missing or refused one."""
    before = len(validator.problems)
    name = validator.line(value, (*field, "name"))
    if not name and len(validator.problems) == before:
        validator.refuse(REQUIRED, (*field, "name"), "no-name", missing)
    return name


def _is_too_long(validator: Validator, name: str, field: Field) -> bool:
    if len(name) > NAME:
        detail = f"A name holds {NAME} characters at most."
        validator.refuse(VALUE, (*field, "name"), "too-long", detail)
    return len(name) > NAME


def _attribute_set(validator: Validator, value: Any, field: Field) -> AttributeSet | None:
    """Return the vendor's set of this name, or the account's own; None for a refused one."""
    name = _name(validator, value, field, "An attribute set has a name.")
    folded = name.casefold()
    if folded in SETS_BY_NAME:
        return SETS_BY_NAME[folded]
    if _WHATSAPP.match(folded):
        validator.refuse(VALUE, (*field, "name"), "whatsapp", "WhatsApp is not supported.")
        return None
    if not name or _is_too_long(validator, name, field):
        return None
    return AttributeSet(name=name)


def _items(
    validator: Validator, one: Mapping[str, Any], this: AttributeSet, field: Field, *, whole: bool
) -> tuple[Item, ...]:
    """Return the items of a set; a set with `values` of its own has one item of them."""
    if type(one.get("items")) is list and len(one["items"]) > ITEMS:
        detail = f"It holds {ITEMS} items at most."
        validator.refuse(VALUE, (*field, "items"), "too-many", detail)
        return ()
    items = [
        _item(validator, item.get("values"), this, (*field, "items", index), whole=whole)
        for index, item in _objects(validator, one.get("items"), (*field, "items"))
    ]
    if one.get("values") is not None or not one.get("items"):
        items.append(_item(validator, one.get("values"), this, field, whole=whole))
    return tuple(items)


def _item(
    validator: Validator, value: Any, this: AttributeSet, field: Field, *, whole: bool
) -> Item:
    """Return the attributes of one item that have a value."""
    item: dict[str, Any] = {}
    names: set[str] = set()
    for index, pair in _objects(validator, value, (*field, "values")):
        place = (*field, "values", index)
        name, check = _attribute(validator, pair.get("name"), this, place)
        sent = pair.get("value")
        if not name or sent is None or (type(sent) is str and not sent.strip(BLANKS)):
            continue
        if name.casefold() in names:
            validator.refuse(VALUE, place, "attribute-twice", "The attribute is given twice.")
            continue
        names.add(name.casefold())
        item[name] = check(validator, sent, (*place, "value"))
    readable = value is None or type(value) is list
    for attribute in this.attributes if whole and readable else ():
        if attribute.required and attribute.name.casefold() not in names:
            detail = f"{this.name} must include {attribute.name}."
            validator.refuse(REQUIRED, field, "no-attribute", detail)
    return item


def _attribute(
    validator: Validator, value: Any, this: AttributeSet, field: Field
) -> tuple[str, Check]:
    """Return an attribute's name in the vendor's spelling, and its check; "" for a refused one."""
    name = _name(validator, value, field, "An attribute has a name.")
    if _is_too_long(validator, name, field):
        return "", any_value
    known = ATTRIBUTES_BY_NAME.get(this.name, {}).get(name.casefold())
    return (known.name, known.check) if known else (name, any_value)


def _require_sets(validator: Validator, sets: Sets, *, complete: bool) -> None:
    """Refuse sets whose needed sets are missing, and sets that create no contact. The latter is
    checked only if all sets are `complete`."""
    for name in sets:
        maybe_set = SETS_BY_NAME.get(name.casefold())
        missing = [one for one in maybe_set.needs if one not in sets] if maybe_set else []
        if missing:
            detail = f"{name} must be sent with {' and '.join(missing)}."
            validator.refuse(REQUIRED, ("attributeSets",), "set-missing", detail)
            complete = False
    if complete and not any(all(one in sets for one in group) for group in CREATING):
        choices = "; ".join(" and ".join(group) for group in CREATING)
        detail = f"A contact has at least one of: {choices}."
        validator.refuse(REQUIRED, ("attributeSets",), "not-creating", detail)
