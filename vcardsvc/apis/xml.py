"""The guarded XML door: bytes in, a plain tree out; and a tree back into bytes.

Promises: no entity is expanded, no document type read, nothing outside the body opened, no tree
deeper or larger than its limits, in linear time. What must never enter here: a vendor's element
names.
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
"""Levels of elements, as of a JSON body's containers. The deepest request known has 8."""

ELEMENTS: Final = 20_000
"""Elements of a body: a company of 400 people with every field has 18,000."""

XML: Final = "application/xml; charset=utf-8"

_NOT_XML: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped (section 2.2)."""


class Element:
    """One element: its name without namespace, its attributes, its text, its children in order.

    `text` is what stands right inside it, its pieces joined; white space is as it came.
    """

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text = ""
        self.children: list[Element] = []

    def first(self, name: str) -> "Element | None":
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> "list[Element]":
        """The children of this name."""
        return [child for child in self.children if child.name == name]

    def text_of(self, name: str) -> str:
        """Return the text of the first child of this name, trimmed; "" without one."""
        maybe_child = self.first(name)
        return maybe_child.text.strip() if maybe_child is not None else ""


class _Unusable(Exception):
    """XML that the grammar allows and we do not; its argument is the cause."""


class _Builder:
    """What the parser tells: elements into a tree, under the limits."""

    def __init__(self) -> None:
        self._open: list[tuple[Element, list[str]]] = []
        self._root: Element | None = None
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(_local(tag), {_local(name): said for name, said in attributes.items()})
        self._count += 1
        if len(self._open) >= NESTING or self._count > ELEMENTS:
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


def _unparsable(cause: str, where: str = "") -> NoReturn:
    raise Refused(Problem(code=E108, cause=cause, detail=f"It must be plain XML in UTF-8{where}."))


def _where(fault: ParseError) -> str:
    """The place of a fault, and the parser's word for it, which quotes nothing of the body."""
    line, column = fault.position
    return f" (line {line}, column {column + 1}: {ErrorString(fault.code)})"


def xml_tree(body: bytes) -> Element:
    """The root element of the XML document (1.0, UTF-8) in `body`.

    Raises Refused: E100 for nothing, E108 for what does not parse: other encodings, a document type
    or an entity of its own, more than NESTING levels or ELEMENTS elements.
    """
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body"))
    try:
        body.decode()
    except UnicodeDecodeError:
        _unparsable("not-utf-8")
    parser = DefusedXMLParser(
        target=_Builder(),
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
        _unparsable("syntax", _where(fault))
    except ValueError:
        _unparsable("syntax")


Node: TypeAlias = "tuple[str, str | Sequence[Node] | None] | tuple[str, Any, Mapping[str, str]]"
"""An element on its way out: its name, its text or its children, its attributes if it has any.
None, "" and no children make an empty element."""


def xml_document(root: Node) -> bytes:
    """The XML document of `root`, in UTF-8, with its declaration. A character that no XML can hold
    becomes U+FFFD. Names are the dialect's own and written as they are."""
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(root, pieces)
    return "".join(pieces).encode()


def _write(node: Node, pieces: list[str]) -> None:
    name, content = node[0], node[1]
    attributes: Mapping[str, str] = node[2] if len(node) == 3 else {}
    said = "".join(f" {key}={quoteattr(_clean(value))}" for key, value in attributes.items())
    if not content:
        pieces.append(f"<{name}{said}/>")
        return
    pieces.append(f"<{name}{said}>")
    if isinstance(content, str):
        pieces.append(escape(_clean(content), {"\r": "&#13;"}))
    else:
        for child in content:
            _write(child, pieces)
    pieces.append(f"</{name}>")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
