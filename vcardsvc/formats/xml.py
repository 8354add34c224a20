"""Reads XML documents into a tree of elements, and writes them.

Strategy: a body takes linear time and bounded memory. Document types and entities are refused, no
resource outside the body is opened, and the tree has at most so many levels and elements.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, TypeAlias, cast
from xml.parsers.expat import ErrorString
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from vcardsvc.errors import E100, E108, Problem, Refused

NESTING: Final = 32
"""The most levels of elements, as many as of a JSON body. The deepest known request has 8."""

ELEMENTS: Final = 20_000
"""The most elements of a body: a company of 400 people with every field has 18,000."""

XML: Final = "application/xml; charset=utf-8"

_NOT_XML: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that an XML 1.0 document cannot hold, not even escaped (section 2.2)."""


class Element:
    """Holds an element: its name, its namespace ("" for none), its attributes, its text, its
    children.

    `text` is the element's own text in one piece, without that of its children; white space is
    kept.
    """

    __slots__ = ("attributes", "children", "name", "namespace", "text")

    def __init__(self, name: str, attributes: Mapping[str, str], namespace: str = "") -> None:
        self.name = name
        self.namespace = namespace
        self.attributes = attributes
        self.text = ""
        self.children: list[Element] = []

    def first(self, name: str) -> "Element | None":
        """Return the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> "list[Element]":
        """Return the children of this name."""
        return [child for child in self.children if child.name == name]

    def text_of(self, name: str) -> str:
        """Return the text of the first child of this name, trimmed; "" without one."""
        maybe_child = self.first(name)
        return maybe_child.text.strip() if maybe_child is not None else ""


class _Unusable(Exception):
    """XML that the grammar allows and the service does not; its argument is the cause."""


class _Builder:
    """Builds the tree from the parser's events, under the limits."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: list[tuple[Element, list[str]]] = []
        self._root: Element | None = None
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = {_local(name): value for name, value in attributes.items()}
        element = Element(_local(tag), local, tag.rpartition("}")[0][1:])
        self._count += 1
        if len(self._open) >= NESTING or self._count > self._most:
            raise _Unusable("nesting" if len(self._open) >= NESTING else "elements")
        if self._open:
            self._open[-1][0].children.append(element)
        else:
            self._root = element
        self._open.append((element, []))

    def data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)

    def end(self, tag: str) -> None:
        element, pieces = self._open.pop()
        element.text = "".join(pieces)

    def close(self) -> Element:
        assert self._root is not None  # noqa: S101  # without one the parser has raised before
        return self._root


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _unparsable(cause: str, position: str = "") -> NoReturn:
    detail = f"It must be plain XML in UTF-8{position}."
    raise Refused(Problem(code=E108, cause=cause, detail=detail))


def _position(fault: ParseError) -> str:
    """Return the position of a fault and the parser's message, which quotes nothing of the body."""
    line, column = fault.position
    return f" (line {line}, column {column + 1}: {ErrorString(fault.code)})"


def xml_tree(body: bytes, elements: int = ELEMENTS) -> Element:
    """Return the root element of the XML document (1.0, UTF-8) in `body`.

    Raises Refused: E100 for no body, E108 for one that does not parse: other encodings, a document
    type or an entity of its own, more than NESTING levels or more than so many `elements`.
    """
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body"))
    try:
        body.decode()
    except UnicodeDecodeError:
        _unparsable("not-utf-8")
    parser = DefusedXMLParser(
        target=_Builder(elements),
        encoding="utf-8",
        forbid_dtd=True,
        forbid_entities=True,
        forbid_external=True,
    )
    try:
        parser.feed(body)
        return cast("Element", parser.close())
    except _Unusable as fault:
        _unparsable(str(fault))
    except DefusedXmlException:
        _unparsable("document-type")
    except ParseError as fault:
        _unparsable("syntax", _position(fault))
    except ValueError:
        _unparsable("syntax")


Node: TypeAlias = "tuple[str, str | Sequence[Node] | None] | tuple[str, Any, Mapping[str, str]]"
"""An element to be written: its name, its text or its children, its attributes if it has any. None,
"" and no children make an empty element."""


def xml_document(root: Node) -> bytes:
    """Return the XML document of `root` in UTF-8, with its declaration.

    A character that XML cannot hold becomes U+FFFD. Names are written as they are.
    """
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(root, pieces)
    return "".join(pieces).encode()


def _write(node: Node, pieces: list[str]) -> None:
    name, content = node[0], node[1]
    attributes: Mapping[str, str] = node[2] if len(node) == 3 else {}
    tail = "".join(f" {key}={quoteattr(_clean(value))}" for key, value in attributes.items())
    if not content:
        pieces.append(f"<{name}{tail}/>")
        return
    pieces.append(f"<{name}{tail}>")
    if isinstance(content, str):
        pieces.append(escape(_clean(content), {"\r": "&#13;"}))
    else:
        for child in content:
            _write(child, pieces)
    pieces.append(f"</{name}>")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
