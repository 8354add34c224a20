"""Applies patches to an entity: RFC 6902 (JSON Patch) and RFC 7396 (merge patch).

Names match in any case. Limits on what is copied and moved keep time and size in proportion to the
body.

Source: the RFCs; the vendor's client for paths without regard to case.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from vcardsvc.apis.superoffice.entity import NAME, canonical, refuse_duplicate
from vcardsvc.apis.superoffice.errors import INVALID
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of, member
from vcardsvc.errors import Problem, Refused

MOVED: Final = 20_000
"""Values that one patch may copy or move: without a limit every copy of a list could double it."""

CHARACTERS: Final = 262_144
"""Characters that one patch may copy or move: as many as a body may have bytes. 2,500 copies of
one long name would make a response of 250 MB."""

DEPTH: Final = 16
"""Steps of a path; the deepest path outside of ChildItem has 6."""

_MEMBERS: Final = frozenset(("op", "path", "from", "value"))
"""Members of an operation that are read; others are ignored (RFC 6902 section 4)."""

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,6}")

Path = tuple[str, ...]
Operation = Mapping[str, Any]


def _refuse(field: str, detail: str) -> NoReturn:
    raise Refused(Problem(code=INVALID, field=field, cause="patch", detail=detail))


def merged(document: Any, patch: Any) -> Any:
    """Return `document` with a merge patch of canonical names applied; null removes a member."""
    if type(patch) is not dict:
        return patch
    result = dict(document) if type(document) is dict else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched(document: dict[str, Any], operations: Any) -> Any:
    """Return `document` with a whole JSON Patch applied. Raises Refused (INVALID) for the first
    operation that cannot be applied."""
    if type(operations) is not list:
        _refuse("", "A JSON Patch is an array of operations.")
    target = _Target(document)
    for index, operation in enumerate(operations):
        target.field = f"/{index}"
        if type(operation) is not dict:
            _refuse(target.field, "An operation is an object.")
        members: dict[str, Any] = {}
        for name, value in operation.items():
            if name.lower() in _MEMBERS and name.lower() in members:
                refuse_duplicate((index, name.lower()))
            members[name.lower()] = value
        name = members.get("op")
        if type(name) is not str or name.lower() not in _OPERATIONS:
            _refuse(f"{target.field}/op", f"The operations are: {', '.join(_OPERATIONS)}.")
        _OPERATIONS[name.lower()](target, members)
    return target.document


class _Target:
    """The document that operations change; `field` points to the current operation."""

    __slots__ = ("characters", "document", "field", "moved")

    def __init__(self, document: Any) -> None:
        self.document = document
        self.moved = 0
        self.characters = 0
        self.field = ""

    def path(self, operation: Operation, name: str = "path") -> tuple[Path, str]:
        """Return the steps of a JSON pointer (RFC 6901) in canonical names, and the type of the
        value there."""
        text = operation.get(name)
        if type(text) is not str or (text and not text.startswith("/")):
            _refuse(f"{self.field}/{name}", "It must be a JSON pointer.")
        parts = text.split("/", DEPTH + 1)[1:]
        if len(parts) > DEPTH:
            _refuse(f"{self.field}/{name}", f"It may have {DEPTH} steps at most.")
        kind, steps = ENTITY, []
        for part in parts:
            step, kind = self._step(kind, part.replace("~1", "/").replace("~0", "~"), name)
            steps.append(step)
        return tuple(steps), kind

    def _step(self, kind: str, step: str, name: str) -> tuple[str, str]:
        if item := item_of(kind):
            return step, item
        if kind == "map":
            return step, "text"
        if kind in SHAPES and len(step) <= NAME and (known := member(kind, step)):
            return known, SHAPES[kind][known]
        _refuse(f"{self.field}/{name}", "There is no such property.")

    def value_of(self, operation: Operation, kind: str) -> Any:
        """Return the value of an operation, in canonical names."""
        if "value" not in operation:
            _refuse(f"{self.field}/value", "It is missing.")
        return canonical(kind, operation["value"], (self.field.removeprefix("/"), "value"))

    def get(self, path: Path) -> Any:
        """Return the value at `path`."""
        value = self.document
        for step in path:
            if type(value) is list:
                value = value[self._index(value, step)]
            elif type(value) is dict and step in value:
                value = value[step]
            else:
                self._refuse_path()
        return value

    def _index(self, items: list[Any], step: str, *, beyond: int = 0) -> int:
        """Return the index that `step` names in a list; with `beyond` 1 it can be the end."""
        if step == "-" and beyond:
            return len(items)
        if not _INDEX.fullmatch(step) or int(step) >= len(items) + beyond:
            self._refuse_path()
        return int(step)

    def _refuse_path(self) -> NoReturn:
        _refuse(self.field, "There is nothing at this path.")

    def add(self, path: Path, value: Any) -> None:
        """Apply `add` (RFC 6902 section 4.1)."""
        if not path:
            self.document = value
            return
        parent = self.get(path[:-1])
        if type(parent) is list:
            parent.insert(self._index(parent, path[-1], beyond=1), value)
        elif type(parent) is dict:
            parent[path[-1]] = value
        else:
            self._refuse_path()

    def remove(self, path: Path) -> Any:
        """Apply `remove` (RFC 6902 section 4.2), and return the removed value."""
        if not path:
            removed, self.document = self.document, {}
            return removed
        parent = self.get(path[:-1])
        if type(parent) is list:
            return parent.pop(self._index(parent, path[-1]))
        if type(parent) is not dict or path[-1] not in parent:
            self._refuse_path()
        return parent.pop(path[-1])

    def copy(self, value: Any, depth: int = 0) -> Any:
        """Return a deep copy. Moved values are copied too: so both count towards the limits, and no
        move makes a tree deeper than DEPTH."""
        self.moved += 1
        if self.moved > MOVED or depth > DEPTH:
            _refuse(self.field, f"A patch may copy {MOVED} values, {DEPTH} levels deep.")
        if type(value) is str:
            self.characters += len(value)
            if self.characters > CHARACTERS:
                _refuse(self.field, f"A patch may copy {CHARACTERS} characters.")
        if type(value) is list:
            return [self.copy(one, depth + 1) for one in value]
        if type(value) is dict:
            return {name: self.copy(one, depth + 1) for name, one in value.items()}
        return value


def _add(target: _Target, operation: Operation) -> None:
    path, kind = target.path(operation)
    target.add(path, target.value_of(operation, kind))


def _remove(target: _Target, operation: Operation) -> None:
    target.remove(target.path(operation)[0])


def _replace(target: _Target, operation: Operation) -> None:
    path, kind = target.path(operation)
    value = target.value_of(operation, kind)
    target.remove(path)
    target.add(path, value)


def _move(target: _Target, operation: Operation) -> None:
    (path, _), (source, _) = target.path(operation), target.path(operation, "from")
    if path[: len(source)] == source and path != source:
        _refuse(f"{target.field}/path", "Nothing can be moved into itself.")
    target.add(path, target.copy(target.remove(source), len(path)))


def _copy(target: _Target, operation: Operation) -> None:
    (path, _), (source, _) = target.path(operation), target.path(operation, "from")
    target.add(path, target.copy(target.get(source), len(path)))


def _test(target: _Target, operation: Operation) -> None:
    path, kind = target.path(operation)
    if not _is_equal(target.get(path), target.value_of(operation, kind)):
        _refuse(target.field, "The test failed.")


def _is_equal(one: Any, other: Any) -> bool:
    """Return whether two values are equal by RFC 6902 section 4.6; to Python 1 and true are
    equal."""
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(_is_equal, one, other))
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(_is_equal(one[name], other[name]) for name in one)
    return (type(one) is bool) == (type(other) is bool) and bool(one == other)


_OPERATIONS: Final[Mapping[str, Callable[[_Target, Operation], None]]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
