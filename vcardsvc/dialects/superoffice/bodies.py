"""A body in any of the vendor's seven content types -> a tree of an entity with canonical names.

What must never enter here: a judgement of a value.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from vcardsvc.dialects.base import json_value
from vcardsvc.dialects.superoffice import elements, fields
from vcardsvc.dialects.superoffice.patch import merged, patched
from vcardsvc.dialects.superoffice.shapes import ENTITY
from vcardsvc.dialects.superoffice.words import blank, canonical
from vcardsvc.errors import E100, Problem, Refused


def entity(media_type: str, body: bytes) -> dict[str, Any]:
    """The entity in a body of this media type. Raises Refused: E100, E108, or INVALID for a patch
    that does not apply and for a member that is given twice."""
    tree = _READERS[media_type](body)
    if type(tree) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object", detail="It must be an object."))
    return tree


def _json(body: bytes) -> Any:
    return canonical(ENTITY, json_value(body))


def _json_patch(body: bytes) -> Any:
    # A copy may have come to where other members are.
    return _said(canonical(ENTITY, patched(blank(), json_value(body))), blank())


def _merge_patch(body: bytes) -> Any:
    return _said(merged(blank(), canonical(ENTITY, json_value(body))), blank())


def _said(tree: Any, unsaid: Mapping[str, Any]) -> Any:
    """Without the members that are still those of the blank entity: a patch says the others."""
    if type(tree) is not dict:
        return tree
    return {
        name: _said(value, unsaid[name]) if type(unsaid.get(name)) is dict else value
        for name, value in tree.items()
        if value != unsaid.get(name)
    }


_READERS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "application/json": _json,
    "text/json": _json,
    "application/xml": elements.tree,
    "text/xml": elements.tree,
    "application/x-www-form-urlencoded": fields.tree,
    "application/json-patch+json": _json_patch,
    "application/merge-patch+json": _merge_patch,
}

MEDIA_TYPES: Final = tuple(_READERS)
"""The content types of the vendor's table, in its order."""
