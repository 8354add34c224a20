"""Reads a form into the tree of an entity with canonical names.

    Name=Dare+Group&Emails[0].Value=...&Emails[1][Value]=...&Domains[]=...&CustomFields[key]=...

No field replaces another: two fields of one place are refused, except the pair that ASP.NET sends
for a checkbox.
"""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from vcardsvc.apis.superoffice.coercion import coerced, list_index
from vcardsvc.apis.superoffice.entity import NAME, refuse_duplicate
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of, member
from vcardsvc.errors import E100, E108, Problem, Refused
from vcardsvc.formats.xml import ELEMENTS
from vcardsvc.validation.fields import Field

STEPS: Final = 16
"""Steps of a field's name, as many as of a patch's path."""

ADDED: Final = 10**9
"""The index of the first list item without one: after all items with an index."""

_STEP: Final = re.compile(r"\[([^\[\]]*)\]|\.?([^.\[\]]+)")

CHECKED: Final = [True, False]
"""A checked box of ASP.NET: the checkbox, then the hidden field for its unchecked state."""


def read_form(body: bytes) -> Any:
    """Return the entity of a form. Raises Refused: E100, E108, and INVALID for a member that is
    given twice."""
    values: dict[Field, list[str]] = {}
    added: dict[Field, int] = {}
    for name, value in _pairs(body):
        steps = [bracket or plain for bracket, plain in _STEP.findall(name)]
        if len(steps) > STEPS:
            raise _unparsable("nesting", f"A name may have {STEPS} steps at most.")
        path, kind, maybe_list = _resolved(steps, added)
        if not path or (not value.strip() and _is_container(kind)):
            continue
        if maybe_list is not None and path in values:
            added[maybe_list] = added.get(maybe_list, 0) + 1
            path, *_ = _resolved(steps, added)
        values.setdefault(path, []).append(value)
    return _value(ENTITY, _nested(values), ())


def _pairs(body: bytes) -> list[tuple[str, str]]:
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body"))
    try:
        return parse_qsl(
            body.decode(),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=ELEMENTS,
        )
    except UnicodeDecodeError:
        raise _unparsable("not-utf-8", "It must be a form in UTF-8.") from None
    except ValueError:
        raise _unparsable("fields", f"It may have {ELEMENTS} fields at most.") from None


def _unparsable(cause: str, detail: str) -> Refused:
    return Refused(Problem(code=E108, cause=cause, detail=detail))


def _is_container(kind: str) -> bool:
    """Return whether values of this type contain others; a blank field of such a type is
    ignored."""
    return kind in SHAPES or kind == "map" or bool(item_of(kind))


def _resolved(steps: list[str], added: dict[Field, int]) -> tuple[Field, str, Field | None]:
    """Return a field's path, its type, and the innermost list in which it has no index; () for an
    unknown member.

    A list item without an index (`Domains=`, `Domains[]=`, `Emails[].Value=`) is the one after all
    items that were `added` to its list.
    """
    kind = ENTITY
    path: Field = ()
    maybe_list: Field | None = None
    for step in steps:
        known: str | int | None = step
        if kind in SHAPES:
            known = member(kind, step) if len(step) <= NAME else ""
            if not known:
                return (), "", None
            kind = SHAPES[kind][known]
        elif item := item_of(kind):
            known = list_index(step) if step else ADDED + added.get(path, 0)
            maybe_list = maybe_list if step else path
            kind = item
        path = (*path, step if known is None else known)
    if path and item_of(kind):
        return (*path, ADDED + added.get(path, 0)), kind, path
    return path, kind, maybe_list


def _nested(values: dict[Field, list[str]]) -> dict[str | int, Any]:
    """Return a tree whose leaves are the lists of values of each path."""
    root: dict[str | int, Any] = {}
    for path, texts in values.items():
        inner = root
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
            if type(inner) is not dict:
                refuse_duplicate(_known_part(path))
        if path[-1] in inner:
            refuse_duplicate(_known_part(path))
        inner[path[-1]] = texts
    return root


def _known_part(path: Field) -> Field:
    """Return the path up to the first step that is the caller's own text."""
    kind = ENTITY
    field: Field = ()
    for step in path:
        if isinstance(step, int):
            kind, step = item_of(kind), step % ADDED
        elif kind in SHAPES:
            kind = SHAPES[kind][step]
        else:
            break
        field = (*field, step)
    return field


def _value(kind: str, node: Any, path: Field) -> Any:
    """Return the value of a tree's node, of type `kind`; {} for fields where a text or a list
    belongs."""
    if type(node) is list:
        return _leaf(kind, node, path)
    item = item_of(kind)
    if item and all(type(step) is int for step in node):
        return [_value(item, node[step], (*path, step)) for step in sorted(node)]
    if kind == "map":
        return {key: _value("text", one, (*path, key)) for key, one in node.items()}
    if kind not in SHAPES:
        return {}
    types = SHAPES[kind]
    return {name: _value(types[name], one, (*path, name)) for name, one in node.items()}


def _leaf(kind: str, texts: list[str], path: Field) -> Any:
    values = [coerced(kind, text) for text in texts]
    if len(values) > 1 and (kind != "bool" or values != CHECKED):
        refuse_duplicate(_known_part(path))
    return values[0]
