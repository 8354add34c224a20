"""Applies `$select=name,department,category/id`: members that are not selected become null.

Names match in any case; unknown names select nothing. After the name of a dictionary comes one of
its keys, with its slashes. An entity keeps its ContactId and its _Links, so that it can be found.

Source: the vendor's reference: other fields are "nulled out to reduce payload size".
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import query_options
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of, member
from vcardsvc.errors import E1527, Problem, Refused

OPTION: Final = "$select"
KEPT: Final = ("ContactId", "_Links")

NAMES: Final = 500
"""Names of a $select: an entity has 200, those of its members included."""

DEPTH: Final = 8
"""Levels of a name; the deepest name of an entity has 4."""

Tree = dict[str, "Tree"]
"""Selected names in lower case, with the names that are selected inside; an empty tree selects all.
"""


def selection(query: bytes) -> Tree:
    """Return the selection of a query. Raises Refused (E1527) for too many options, and for more
    than NAMES names."""
    if not query:
        return {}
    options = query_options(query)
    lists = [
        value for name, values in options.items() if name.lower() == OPTION for value in values
    ]
    paths = [path for path in ",".join(lists).split(",") if path.strip()]
    if len(paths) > NAMES:
        detail = f"{OPTION} has {NAMES} names at most."
        raise Refused(Problem(code=E1527, cause="select", detail=detail))
    tree: Tree = {}
    wholes: set[tuple[str, ...]] = set()
    for path in paths:
        _add(tree, _steps(path), wholes)
    return tree


def _steps(path: str) -> tuple[str, ...]:
    """Return the steps of a name, in lower case."""
    kind, steps = ENTITY, []
    parts = path.split("/", DEPTH)
    for place, part in enumerate(parts):
        if kind == "map":
            part = "/".join(parts[place:])
        if step := part.strip().lower():
            steps.append(step)
            if kind == "map":
                break
            kind = _kind_of(kind, step)
    return tuple(steps)


def _kind_of(kind: str, name: str) -> str:
    """Return the type of a member of a shape, of a list the type of its items; "" for an unknown
    one."""
    inner = SHAPES[kind].get(member(kind, name), "") if kind in SHAPES else ""
    while item := item_of(inner):
        inner = item
    return inner


def _add(tree: Tree, steps: tuple[str, ...], wholes: set[tuple[str, ...]]) -> None:
    """Add a name. `category` and `category/id` together select all of the category, in either
    order; `wholes` are the names that are selected with all their members."""
    if any(steps[:length] in wholes for length in range(1, len(steps))):
        return
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
    if steps:
        wholes.add(steps)
        tree[steps[-1]] = {}


def selected(entity: Mapping[str, Any], tree: Tree) -> Mapping[str, Any]:
    """Return the entity with null for the members that are not selected."""
    if not tree:
        return entity
    kept = {name: entity[name] for name in KEPT if name in entity}
    return {**_selected(entity, tree), **kept}


def _selected(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_selected(one, tree) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _selected(one, tree[key]) if (key := name.strip().lower()) in tree else None
        for name, one in value.items()
    }
