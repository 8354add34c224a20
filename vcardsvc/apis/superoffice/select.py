"""`$select=name,department,category/id`: what of an entity is told, the rest is null.

Names match in any case; one that there is not selects nothing. What stands behind a dictionary is
one of its keys, slashes and all. An entity keeps its ContactId and its _Links, so that it can be
found again. What must never enter here: what a value may be.

Source: the vendor's reference: other fields are "nulled out to reduce payload size".
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import query_options
from vcardsvc.apis.superoffice.shapes import ENTITY, SHAPES, item_of, member
from vcardsvc.errors import E1527, Problem, Refused

OPTION: Final = "$select"
KEPT: Final = ("ContactId", "_Links")

NAMES: Final = 500
"""Names in a $select: an entity has 200 with all that is in it."""

DEPTH: Final = 8
"""Levels of a name; the deepest has 4."""

Tree = dict[str, "Tree"]
"""Selected names in lower case, with what is selected inside; nothing inside is all of it."""


def selected(query: bytes) -> Tree:
    """What the query selects; nothing for all. Raises Refused (E1527) for too many options, and for
    more names than NAMES."""
    options = query_options(query) if query else {}
    said = [value for name, values in options.items() if name.lower() == OPTION for value in values]
    tree: Tree = {}
    wholes: set[tuple[str, ...]] = set()
    paths = [path for path in ",".join(said).split(",") if path.strip()]
    if len(paths) > NAMES:
        detail = f"{OPTION} has {NAMES} names at most."
        raise Refused(Problem(code=E1527, cause="select", detail=detail))
    for path in paths:
        _add(tree, _names(path), wholes)
    return tree


def _names(path: str) -> tuple[str, ...]:
    """The steps of a name, in lower case."""
    word, found = ENTITY, []
    parts = path.split("/", DEPTH)
    for place, part in enumerate(parts):
        if word == "map":
            part = "/".join(parts[place:])
        if name := part.strip().lower():
            found.append(name)
            if word == "map":
                break
            word = _inside(word, name)
    return tuple(found)


def _inside(word: str, name: str) -> str:
    """The type of what is called so in one of type `word`, or in each entry of it; "" for what is
    in no table."""
    inside = SHAPES[word].get(member(word, name), "") if word in SHAPES else ""
    while item := item_of(inside):
        inside = item
    return inside


def _add(tree: Tree, names: tuple[str, ...], wholes: set[tuple[str, ...]]) -> None:
    """`category` and `category/id` together select all of the category, in either order."""
    if any(names[:length] in wholes for length in range(1, len(names))):
        return
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
    if names:
        wholes.add(names)
        tree[names[-1]] = {}


def narrowed(entity: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
    """The entity with null for all that is not selected."""
    if not tree:
        return dict(entity)
    return {**_narrowed(entity, tree), **{name: entity[name] for name in KEPT if name in entity}}


def _narrowed(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_narrowed(one, tree) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _narrowed(one, tree[said]) if (said := name.strip().lower()) in tree else None
        for name, one in value.items()
    }
