"""`$select=name,department,category/id`: what of an entity is told, the rest is null.

Names match in any case; one that there is not selects nothing. An entity keeps its ContactId and
its _Links, so that it can be found again. What must never enter here: a type.

Source: the vendor's reference: other fields are "nulled out to reduce payload size".
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.dialects.base import query_options

OPTION: Final = "$select"
KEPT: Final = ("ContactId", "_Links")

NAMES: Final = 500
"""Names in a $select: an entity has 200 with all that is in it."""

DEPTH: Final = 8
"""Levels of a name; the deepest has 4."""

Tree = dict[str, "Tree"]
"""Selected names in lower case, with what is selected inside; nothing inside is all of it."""


def selected(query: bytes) -> Tree:
    """What the query selects; nothing for all. Raises Refused (E1527) for too many options."""
    options = query_options(query) if query else {}
    said = [value for name, values in options.items() if name.lower() == OPTION for value in values]
    tree: Tree = {}
    wholes: set[tuple[str, ...]] = set()
    for path in ",".join(said).split(",")[:NAMES]:
        names = tuple(part.strip().lower() for part in path.split("/", DEPTH) if part.strip())
        _add(tree, names, wholes)
    return tree


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
        name: _narrowed(one, tree[name.lower()]) if name.lower() in tree else None
        for name, one in value.items()
    }
