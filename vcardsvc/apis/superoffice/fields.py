"""A form -> a tree of an entity with canonical names.

    Name=Dare+Group&Emails[0].Value=...&Emails[1][Value]=...&Domains[]=...&CustomFields[key]=...

Promises: no field takes the place of another; two that would have one place are refused, but for
what ASP.NET sends of a checkbox. What must never enter here: a judgement of a value.
"""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from vcardsvc.apis.superoffice import texts
from vcardsvc.apis.superoffice.entity import NAME, twice
from vcardsvc.apis.superoffice.shapes import ENTITY, SHAPES, item_of, member
from vcardsvc.apis.xml import ELEMENTS
from vcardsvc.errors import E100, E108, Problem, Refused
from vcardsvc.validation.fields import Field

STEPS: Final = 16
"""Steps of a field's name, as of a patch's path."""

ADDED: Final = 10**9
"""The place of the first entry without an index: behind all that have one."""

_STEP: Final = re.compile(r"\[([^\[\]]*)\]|\.?([^.\[\]]+)")

CHECKED: Final = [True, False]
"""A checkbox of ASP.NET that is checked: it, then the hidden field that stands for it unchecked."""


def tree(body: bytes) -> Any:
    """The entity in a form. Raises Refused: E100, E108, or INVALID for what is given twice."""
    said: dict[Field, list[str]] = {}
    opened: dict[Field, int] = {}
    for name, value in _pairs(body):
        steps = [bracket or plain for bracket, plain in _STEP.findall(name)]
        if len(steps) > STEPS:
            raise _unparsable("nesting", f"A name may have {STEPS} steps at most.")
        path, word, maybe_list = _placed(steps, opened)
        if not path or (not value.strip() and _holds(word)):
            continue
        if maybe_list is not None and path in said:
            opened[maybe_list] = opened.get(maybe_list, 0) + 1
            path, *_ = _placed(steps, opened)
        said.setdefault(path, []).append(value)
    return _value(ENTITY, _grown(said), ())


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


def _holds(word: str) -> bool:
    """Whether a value of this type has others in it: of such a one a blank field says nothing."""
    return word in SHAPES or word == "map" or bool(item_of(word))


def _placed(steps: list[str], opened: dict[Field, int]) -> tuple[Field, str, Field | None]:
    """Where a field goes, of which type it is, and the innermost list in which its entry has no
    index; () where a member is not known.

    An entry without an index (`Domains=`, `Domains[]=`, `Emails[].Value=`) is the one that is
    `opened` in its list.
    """
    word = ENTITY
    path: Field = ()
    maybe_list: Field | None = None
    for step in steps:
        known: str | int | None = step
        if word in SHAPES:
            known = member(word, step) if len(step) <= NAME else ""
            if not known:
                return (), "", None
            word = SHAPES[word][known]
        elif item := item_of(word):
            known = texts.place(step) if step else ADDED + opened.get(path, 0)
            maybe_list = maybe_list if step else path
            word = item
        path = (*path, step if known is None else known)
    if path and item_of(word):
        return (*path, ADDED + opened.get(path, 0)), word, path
    return path, word, maybe_list


def _grown(said: dict[Field, list[str]]) -> dict[str | int, Any]:
    """A tree, whose leaves are the lists of the values that each path was given."""
    root: dict[str | int, Any] = {}
    for path, values in said.items():
        inside = root
        for step in path[:-1]:
            inside = inside.setdefault(step, {})
            if type(inside) is not dict:
                twice(_field(path))
        if path[-1] in inside:
            twice(_field(path))
        inside[path[-1]] = values
    return root


def _field(path: Field) -> Field:
    """The path as far as its steps are no caller's own words."""
    word = ENTITY
    field: Field = ()
    for step in path:
        if isinstance(step, int):
            word, step = item_of(word), step % ADDED
        elif word in SHAPES:
            word = SHAPES[word][step]
        else:
            break
        field = (*field, step)
    return field


def _value(word: str, said: Any, path: Field) -> Any:
    """What the fields of type `word` say; {} for fields where a text should be or a list."""
    if type(said) is list:
        return _leaf(word, said, path)
    item = item_of(word)
    if item and all(type(step) is int for step in said):
        return [_value(item, said[step], (*path, step)) for step in sorted(said)]
    if word == "map":
        return {key: _value("text", one, (*path, key)) for key, one in said.items()}
    if word not in SHAPES:
        return {}
    types = SHAPES[word]
    return {name: _value(types[name], one, (*path, name)) for name, one in said.items()}


def _leaf(word: str, values: list[str], path: Field) -> Any:
    found = [texts.value(word, one) for one in values]
    if len(found) > 1 and (word != "bool" or found != CHECKED):
        twice(_field(path))
    return found[0]
