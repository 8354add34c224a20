"""A body in any of the vendor's seven content types -> a tree of an entity with canonical names.

XML and forms know texts alone: where a member is a number or a Boolean its text becomes one here,
if it is one. What must never enter here: a judgement of a value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from vcardsvc.dialects.base import json_value
from vcardsvc.dialects.markup import ELEMENTS, Element, xml_tree
from vcardsvc.dialects.superoffice.codes import INVALID
from vcardsvc.dialects.superoffice.patch import merged, patched
from vcardsvc.dialects.superoffice.shapes import ENTITY, SHAPES, item_of, member
from vcardsvc.dialects.superoffice.words import NAME, blank, canonical
from vcardsvc.errors import E100, E108, Problem, Refused

STEPS: Final = 16
"""Steps of a field's name in a form, as of a patch's path."""

_STEP: Final = re.compile(r"\[([^\[\]]*)\]|\.?([^.\[\]]+)")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,10}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,17}(?:\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,3})?")
_PLACE: Final = re.compile(r"[0-9]{1,9}")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def entity(media_type: str, body: bytes) -> dict[str, Any]:
    """The entity in a body of this media type. Raises Refused: E100, E108, or INVALID for a patch
    that does not apply."""
    tree = _READERS[media_type](body)
    if type(tree) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object", detail="It must be an object."))
    return tree


def _json(body: bytes) -> Any:
    return canonical(ENTITY, json_value(body))


def _json_patch(body: bytes) -> Any:
    # A copy may have come to where other members are.
    return canonical(ENTITY, patched(blank(), json_value(body)))


def _merge_patch(body: bytes) -> Any:
    return merged(blank(), canonical(ENTITY, json_value(body)))


def _xml(body: bytes) -> Any:
    root = xml_tree(body)
    if root.name.lower() != ENTITY.lower():
        detail = f"The root element must be {ENTITY}."
        raise Refused(Problem(code=INVALID, cause="root", detail=detail))
    return _of_element(ENTITY, root)


def _of_element(word: str, element: Element) -> Any:
    """What an element of type `word` says; nil, and a shape without anything in it, is null."""
    if element.attributes.get("nil") in ("true", "1"):
        return None
    if item := item_of(word):
        return [_of_element(item, child) for child in element.children]
    if word == "map":
        return dict(_pair(child) for child in element.children)
    if word not in SHAPES:
        return _scalar(word, element.text)
    if not element.children and word != ENTITY:
        return None
    return {
        name: _of_element(SHAPES[word][name], child)
        for child in element.children
        if len(child.name) <= NAME and (name := member(word, child.name))
    }


def _pair(element: Element) -> tuple[str, str]:
    """`<KeyValueOfstringstring><Key/><Value/></...>`, as .NET writes a dictionary; an element
    without a Key is called by its own name."""
    key, value = element.first("Key"), element.first("Value")
    if key is None:
        return element.name, element.text
    return key.text, value.text if value is not None else ""


def _scalar(word: str, text: str) -> Any:
    """A text as the JSON value of this type; as it is where it is none."""
    said = text.strip()
    if word in _TYPED and not said:
        return None
    return _TYPED[word](said) if word in _TYPED else text


def _whole(said: str) -> Any:
    return int(said) if _NUMBER.fullmatch(said) else said


def _fraction(said: str) -> Any:
    return float(said) if _DECIMAL.fullmatch(said) else said


def _flag(said: str) -> Any:
    return _FLAGS.get(said.lower(), said)


def _word(said: str) -> Any:
    return int(said) if said.isascii() and _PLACE.fullmatch(said) else said


_TYPED: Final[Mapping[str, Callable[[str], Any]]] = {
    "int32": _whole,
    "double": _fraction,
    "bool": _flag,
    "enum": _word,
    "date-time": str,
}


def _form(body: bytes) -> Any:
    """`Name=Dare+Group&Emails[0].Value=...&Emails[1][Value]=...&CustomFields[key]=...`."""
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body"))
    try:
        pairs = parse_qsl(
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
    tree: dict[str, Any] = {}
    for name, value in pairs:
        steps = [bracket or plain for bracket, plain in _STEP.findall(name)]
        if len(steps) > STEPS:
            raise _unparsable("nesting", f"A name may have {STEPS} steps at most.")
        _put(tree, _canonical(steps), value)
    return _of_fields(ENTITY, tree)


def _canonical(steps: list[str]) -> list[str]:
    """The steps with the vendor's spelling of every member; none where one is not known."""
    word, found = ENTITY, []
    for step in steps:
        if word in SHAPES:
            step = member(word, step) if len(step) <= NAME else ""
            word = SHAPES[word].get(step, "")
            if not step:
                return []
        else:
            word = item_of(word) or word
        found.append(step)
    return found


def _unparsable(cause: str, detail: str) -> Refused:
    return Refused(Problem(code=E108, cause=cause, detail=detail))


def _put(tree: dict[str, Any], steps: list[str], value: str) -> None:
    """A field goes to its place; one without an index (`Domains=`, `Domains[]=`) behind those that
    are there."""
    for step in steps[:-1]:
        inside = tree.get(step)
        if type(inside) is not dict:
            inside = tree[step] = {}
        tree = inside
    if not steps:
        return
    there = tree.get(steps[-1])
    if type(there) is list:
        there.append(value)
    else:
        tree[steps[-1]] = [value]


def _of_fields(word: str, said: Any) -> Any:
    """What the fields of type `word` say. A leaf is the list of the values it was given."""
    if item := item_of(word):
        return _listed(item, said)
    if type(said) is list:
        return _scalar(word, said[-1]) if word not in SHAPES else (said[-1] or None)
    if word == "map":
        return {key: one[-1] if type(one) is list else one for key, one in said.items()}
    if word not in SHAPES:
        return said
    return {name: _of_fields(SHAPES[word][name], one) for name, one in said.items()}


def _listed(item: str, said: Any) -> Any:
    """A list by its indexes, however many of them are missing; values without one stand last."""
    if type(said) is list:
        return [_of_fields(item, [one]) for one in said if one]
    if not all(_PLACE.fullmatch(key) or not key for key in said):
        return said
    inside = sorted(said.items(), key=lambda one: int(one[0] or 10**9))
    return [
        _of_fields(item, one)
        for key, more in inside
        for one in ([[value] for value in more] if not key and type(more) is list else [more])
    ]


_READERS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "application/json": _json,
    "text/json": _json,
    "application/xml": _xml,
    "text/xml": _xml,
    "application/x-www-form-urlencoded": _form,
    "application/json-patch+json": _json_patch,
    "application/merge-patch+json": _merge_patch,
}

MEDIA_TYPES: Final = tuple(_READERS)
"""The content types of the vendor's table, in its order."""
