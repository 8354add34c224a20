"""A body in any of the vendor's seven content types -> a tree of an entity with canonical names.

What must never enter here: a judgement of a value.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Final

from vcardsvc.apis.base import json_value
from vcardsvc.apis.superoffice import elements, fields
from vcardsvc.apis.superoffice.entity import blank, canonical
from vcardsvc.apis.superoffice.patch import merged, patched
from vcardsvc.apis.superoffice.shapes import ENTITY
from vcardsvc.errors import E100, Problem, Refused

_OPERATIONS: Final = "application/json-patch+json"
_MERGE: Final = "application/merge-patch+json"
_JSON_TYPES: Final = frozenset(("application/json", "text/json", _OPERATIONS, _MERGE))


def change(
    media_type: str, body: bytes, *, partial: bool
) -> Callable[[dict[str, Any]], Any] | None:
    """What a body makes of an entity with canonical names, whose members are all there: a patch is
    applied to it, and a `partial` entity is merged into it. None for an entity that replaces it.

    Raises Refused as `entity` does; so does what is given back, for a patch that does not apply. It
    may be called more than once.
    """
    if not partial and media_type not in (_OPERATIONS, _MERGE):
        return None
    operations = json_value(body) if media_type in _JSON_TYPES else None
    if media_type == _OPERATIONS or (partial and type(operations) is list):
        # Copied: a patch changes what it is applied to, and what it puts there.
        return lambda kept: _unblank(
            canonical(ENTITY, patched(deepcopy(kept), deepcopy(operations)))
        )
    in_json = media_type in _JSON_TYPES
    tree = checked(canonical(ENTITY, operations) if in_json else _READERS[media_type](body))
    return lambda kept: _unblank(merged(kept, tree))


def entity(media_type: str, body: bytes) -> dict[str, Any]:
    """The entity in a body of this media type. Raises Refused: E100, E108, or INVALID for a patch
    that does not apply and for a member that is given twice."""
    return checked(_READERS[media_type](body))


def checked(tree: Any) -> dict[str, Any]:
    """The tree of an entity. Raises Refused (E100) for what is no object."""
    if type(tree) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object", detail="It must be an object."))
    return tree


def _json(body: bytes) -> Any:
    return canonical(ENTITY, json_value(body))


def _json_patch(body: bytes) -> Any:
    # A copy may have come to where other members are.
    return _unblank(canonical(ENTITY, patched(blank(), json_value(body))))


def _merge_patch(body: bytes) -> Any:
    return _unblank(merged(blank(), canonical(ENTITY, json_value(body))))


def _unblank(tree: Any) -> Any:
    return _without(tree, blank())


def _without(tree: Any, unsaid: Mapping[str, Any]) -> Any:
    """Without the members that are still those of the blank entity: a patch says the others."""
    if type(tree) is not dict:
        return tree
    return {
        name: _without(value, unsaid[name]) if type(unsaid.get(name)) is dict else value
        for name, value in tree.items()
        if value != unsaid.get(name)
    }


_READERS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "application/json": _json,
    "text/json": _json,
    "application/xml": elements.tree,
    "text/xml": elements.tree,
    "application/x-www-form-urlencoded": fields.tree,
    _OPERATIONS: _json_patch,
    _MERGE: _merge_patch,
}

MEDIA_TYPES: Final = tuple(_READERS)
"""The content types of the vendor's table, in its order."""
