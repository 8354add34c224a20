"""Reads an XML body into the tree of an entity with canonical names.

A value of the wrong type stays as it is, so that validation refuses it with its place: a text where
a list, an object or a dictionary belongs, {} for elements where a text belongs.
"""

from typing import Any

from vcardsvc.apis.superoffice.coercion import coerced
from vcardsvc.apis.superoffice.entity import NAME, refuse_duplicate
from vcardsvc.apis.superoffice.errors import INVALID
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of, member
from vcardsvc.errors import Problem, Refused
from vcardsvc.formats.xml import Element, xml_tree
from vcardsvc.validation.fields import Field


def read_xml(body: bytes) -> Any:
    """Return the entity of an XML body. Raises Refused: E100, E108, and INVALID for another root
    and for a member that is given twice."""
    root = xml_tree(body)
    if root.name.lower() != ENTITY.lower():
        detail = f"The root element must be {ENTITY}."
        raise Refused(Problem(code=INVALID, cause="root", detail=detail))
    return _value(ENTITY, root, ())


def _value(kind: str, element: Element, field: Field) -> Any:
    """Return the value of an element of type `kind`."""
    text = element.text.strip()
    if not element.children and not text and element.attributes.get("nil") in ("true", "1"):
        return None
    item = item_of(kind)
    if not item and kind != "map" and kind not in SHAPES:
        return {} if element.children else coerced(kind, element.text)
    if text:
        return text
    if item:
        children = enumerate(element.children)
        return [_value(item, child, (*field, index)) for index, child in children]
    return _dictionary(element, field) if kind == "map" else _members(kind, element, field)


def _members(shape: str, element: Element, field: Field) -> dict[str, Any]:
    """Return the members of an object. An empty element of an object is null; in a list it is an
    object without members."""
    members: dict[str, Any] = {}
    for child in element.children:
        name = member(shape, child.name) if len(child.name) <= NAME else ""
        if not name:
            continue
        if name in members:
            refuse_duplicate((*field, name))
        kind = SHAPES[shape][name]
        value = _value(kind, child, (*field, name))
        members[name] = None if kind in SHAPES and not child.children and not value else value
    return members


def _dictionary(element: Element, field: Field) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for child in element.children:
        key, value = _pair(child)
        if key in values:
            refuse_duplicate(field)
        values[key] = value
    return values


def _pair(element: Element) -> tuple[str, Any]:
    """Return a key and its value, of .NET's `<KeyValueOfstringstring><Key/><Value/></...>`. The key
    of an element with nothing but a text is the element's name."""
    if not element.children:
        return element.name, element.text
    keys, values = element.all("Key"), element.all("Value")
    others = len(element.children) - len(keys) - len(values)
    if len(keys) != 1 or len(values) > 1 or others or keys[0].children or element.text.strip():
        return element.name, {}
    return keys[0].text, _value("text", values[0], ()) if values else ""
