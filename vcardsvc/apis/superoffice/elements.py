"""XML -> a tree of an entity with canonical names.

What is of another type than its place goes on as it is, to be refused with that place: a text where
a list, an object or a dictionary should be, {} for elements where a text should be. What must never
enter here: a judgement of a value.
"""

from typing import Any

from vcardsvc.apis.superoffice import texts
from vcardsvc.apis.superoffice.codes import INVALID
from vcardsvc.apis.superoffice.entity import NAME, twice
from vcardsvc.apis.superoffice.shapes import ENTITY, SHAPES, item_of, member
from vcardsvc.apis.xml import Element, xml_tree
from vcardsvc.errors import Problem, Refused
from vcardsvc.validation.fields import Field


def tree(body: bytes) -> Any:
    """The entity in an XML body. Raises Refused: E100, E108, or INVALID for another root and for a
    member that is given twice."""
    root = xml_tree(body)
    if root.name.lower() != ENTITY.lower():
        detail = f"The root element must be {ENTITY}."
        raise Refused(Problem(code=INVALID, cause="root", detail=detail))
    return _value(ENTITY, root, ())


def _value(word: str, element: Element, field: Field) -> Any:
    """What an element of type `word` says."""
    said = element.text.strip()
    if not element.children and not said and element.attributes.get("nil") in ("true", "1"):
        return None
    item = item_of(word)
    if not item and word != "map" and word not in SHAPES:
        return {} if element.children else texts.value(word, element.text)
    if said:
        return said
    if item:
        inside = enumerate(element.children)
        return [_value(item, child, (*field, place)) for place, child in inside]
    return _map(element, field) if word == "map" else _shape(word, element, field)


def _shape(shape: str, element: Element, field: Field) -> dict[str, Any]:
    """A member without anything in it is null where it should be an object. (In a list it is one of
    which nothing is said.)"""
    found: dict[str, Any] = {}
    for child in element.children:
        name = member(shape, child.name) if len(child.name) <= NAME else ""
        if not name:
            continue
        if name in found:
            twice((*field, name))
        word = SHAPES[shape][name]
        said = _value(word, child, (*field, name))
        found[name] = None if word in SHAPES and not child.children and not said else said
    return found


def _map(element: Element, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element.children:
        key, value = _pair(child)
        if key in found:
            twice(field)
        found[key] = value
    return found


def _pair(element: Element) -> tuple[str, Any]:
    """`<KeyValueOfstringstring><Key/><Value/></...>`, as .NET writes a dictionary; an element
    without anything but a text is called by its own name."""
    if not element.children:
        return element.name, element.text
    keys, values = element.all("Key"), element.all("Value")
    others = len(element.children) - len(keys) - len(values)
    if len(keys) != 1 or len(values) > 1 or others or keys[0].children or element.text.strip():
        return element.name, {}
    return keys[0].text, _value("text", values[0], ()) if values else ""
