"""Patches of an entity: RFC 6902 (JSON Patch) and RFC 7396 (merge patch), in any case of the names.

Promises: time and size in proportion to the body, whatever is copied into what. What must never
enter here: an entry; a patch is one way to spell a new entity.

Source: the RFCs; the vendor's client for paths without regard to case.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from vcardsvc.apis.superoffice.codes import INVALID
from vcardsvc.apis.superoffice.entity import NAME, canonical, twice
from vcardsvc.apis.superoffice.shapes import ENTITY, SHAPES, item_of, member
from vcardsvc.errors import Problem, Refused

MOVED: Final = 20_000
"""Values that one patch may copy or move, so that no list can be doubled without end."""

CHARACTERS: Final = 262_144
"""Characters that one patch may copy or move: as many as a body may have bytes. 2,500 copies of
one long name would be answered with 250 MB."""

DEPTH: Final = 16
"""Steps of a path: the deepest that is no ChildItem's has 6."""

_MEMBERS: Final = frozenset(("op", "path", "from", "value"))
"""What an operation is read for; others are ignored (RFC 6902 section 4)."""

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,6}")

Path = tuple[str, ...]


def _refuse(place: str, why: str) -> NoReturn:
    raise Refused(Problem(code=INVALID, field=place, cause="patch", detail=why))


def merged(document: Any, patch: Any) -> Any:
    """`document` with a merge patch of canonical names applied; null takes a member away."""
    if type(patch) is not dict:
        return patch
    made = dict(document) if type(document) is dict else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made


def patched(document: dict[str, Any], operations: Any) -> Any:
    """`document` with a JSON Patch applied, all of it. Raises Refused for the first operation that
    cannot be."""
    if type(operations) is not list:
        _refuse("", "A JSON Patch is an array of operations.")
    work = _Work(document)
    for index, operation in enumerate(operations):
        work.place = f"/{index}"
        if type(operation) is not dict:
            _refuse(work.place, "An operation is an object.")
        said: dict[str, Any] = {}
        for name, value in operation.items():
            if name.lower() in _MEMBERS and name.lower() in said:
                twice((index, name.lower()))
            said[name.lower()] = value
        done = said.get("op")
        if type(done) is not str or done.lower() not in _OPERATIONS:
            _refuse(f"{work.place}/op", f"The operations are: {', '.join(_OPERATIONS)}.")
        _OPERATIONS[done.lower()](work, said)
    return work.document


class _Work:
    """A document under its operations; `place` is the operation that is being applied."""

    __slots__ = ("characters", "document", "moved", "place")

    def __init__(self, document: Any) -> None:
        self.document = document
        self.moved = 0
        self.characters = 0
        self.place = ""

    def path(self, said: Mapping[str, Any], name: str = "path") -> tuple[Path, str]:
        """The steps of a JSON pointer (RFC 6901) in canonical names, and the type of its end."""
        text = said.get(name)
        if type(text) is not str or (text and not text.startswith("/")):
            _refuse(f"{self.place}/{name}", "It must be a JSON pointer.")
        steps = text.split("/", DEPTH + 1)[1:]
        if len(steps) > DEPTH:
            _refuse(f"{self.place}/{name}", f"It may have {DEPTH} steps at most.")
        word, found = ENTITY, []
        for step in steps:
            step = step.replace("~1", "/").replace("~0", "~")
            step, word = self._step(word, step, name)
            found.append(step)
        return tuple(found), word

    def _step(self, word: str, step: str, name: str) -> tuple[str, str]:
        if item := item_of(word):
            return step, item
        if word == "map":
            return step, "text"
        if word in SHAPES and len(step) <= NAME and (known := member(word, step)):
            return known, SHAPES[word][known]
        _refuse(f"{self.place}/{name}", "There is no such property.")

    def value(self, said: Mapping[str, Any], word: str) -> Any:
        """The value of an operation, in canonical names."""
        if "value" not in said:
            _refuse(f"{self.place}/value", "It is missing.")
        return canonical(word, said["value"], (self.place.removeprefix("/"), "value"))

    def at(self, path: Path) -> Any:
        """What stands at `path`."""
        found = self.document
        for step in path:
            if type(found) is list:
                found = found[self.index(found, step)]
            elif type(found) is dict and step in found:
                found = found[step]
            else:
                self.nothing()
        return found

    def index(self, within: list[Any], step: str, *, beyond: int = 0) -> int:
        """The place that `step` names in a list; `beyond` 1 lets it be the end."""
        if step == "-" and beyond:
            return len(within)
        if not _INDEX.fullmatch(step) or int(step) >= len(within) + beyond:
            self.nothing()
        return int(step)

    def nothing(self) -> NoReturn:
        """A path leads nowhere."""
        _refuse(self.place, "There is nothing at this path.")

    def put(self, path: Path, value: Any) -> None:
        """`add` of RFC 6902 section 4.1."""
        if not path:
            self.document = value
            return
        parent = self.at(path[:-1])
        if type(parent) is list:
            parent.insert(self.index(parent, path[-1], beyond=1), value)
        elif type(parent) is dict:
            parent[path[-1]] = value
        else:
            self.nothing()

    def take(self, path: Path) -> Any:
        """`remove` of section 4.2; what was there."""
        if not path:
            taken, self.document = self.document, {}
            return taken
        parent = self.at(path[:-1])
        if type(parent) is list:
            return parent.pop(self.index(parent, path[-1]))
        if type(parent) is not dict or path[-1] not in parent:
            self.nothing()
        return parent.pop(path[-1])

    def copied(self, value: Any, depth: int = 0) -> Any:
        """A copy that shares nothing. It is made of what is moved too: that way both are counted,
        and no move makes a tree deeper than it may be."""
        self.moved += 1
        if self.moved > MOVED or depth > DEPTH:
            _refuse(self.place, f"A patch may copy {MOVED} values, {DEPTH} levels deep.")
        if type(value) is str:
            self.characters += len(value)
            if self.characters > CHARACTERS:
                _refuse(self.place, f"A patch may copy {CHARACTERS} characters.")
        if type(value) is list:
            return [self.copied(one, depth + 1) for one in value]
        if type(value) is dict:
            return {name: self.copied(one, depth + 1) for name, one in value.items()}
        return value


def _add(work: _Work, said: Mapping[str, Any]) -> None:
    path, word = work.path(said)
    work.put(path, work.value(said, word))


def _remove(work: _Work, said: Mapping[str, Any]) -> None:
    work.take(work.path(said)[0])


def _replace(work: _Work, said: Mapping[str, Any]) -> None:
    path, word = work.path(said)
    value = work.value(said, word)
    work.take(path)
    work.put(path, value)


def _move(work: _Work, said: Mapping[str, Any]) -> None:
    (path, _), (source, _) = work.path(said), work.path(said, "from")
    if path[: len(source)] == source and path != source:
        _refuse(f"{work.place}/path", "Nothing can be moved into itself.")
    work.put(path, work.copied(work.take(source), len(path)))


def _copy(work: _Work, said: Mapping[str, Any]) -> None:
    (path, _), (source, _) = work.path(said), work.path(said, "from")
    work.put(path, work.copied(work.at(source), len(path)))


def _test(work: _Work, said: Mapping[str, Any]) -> None:
    path, word = work.path(said)
    if not _same(work.at(path), work.value(said, word)):
        _refuse(work.place, "The test failed.")


def _same(one: Any, other: Any) -> bool:
    """RFC 6902 section 4.6; Python's own == takes true for 1."""
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(_same, one, other))
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return (type(one) is bool) == (type(other) is bool) and bool(one == other)


_OPERATIONS: Final[Mapping[str, Callable[[_Work, Mapping[str, Any]], None]]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
