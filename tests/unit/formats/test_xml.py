"""XML documents: what is read and what is refused, and texts that are written and read again."""

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.errors import Refused
from vcardsvc.formats.xml import ELEMENTS, NESTING, Element, Node, xml_document, xml_tree

NAMESPACED = (
    b'\xef\xbb\xbf<?xml version="1.0" encoding="ISO-8859-1"?><!-- x --><a:b xmlns:a="urn:x" '
    b'xmlns="urn:y" a:c="1" d="&lt;"><e> \xc3\xa9<![CDATA[<]]>&#10;</e><e/>tail<f>g</f></a:b>'
)


def _plain(element: Element) -> Any:
    """Return an element as (name, attributes, text, children)."""
    children = [_plain(child) for child in element.children]
    return (element.name, dict(element.attributes), element.text, children)


def test_a_document_is_read_without_its_namespaces() -> None:
    """Text in pieces is joined; the octets are UTF-8 whatever the declaration names."""
    root = xml_tree(NAMESPACED)
    assert _plain(root) == (
        "b",
        {"c": "1", "d": "<"},
        "tail",
        [("e", {}, " é<\n", []), ("e", {}, "", []), ("f", {}, "g", [])],
    )
    assert (root.text_of("e"), root.text_of("f"), root.text_of("none")) == ("é<", "g", "")
    assert (root.first("none"), root.all("e")) == (None, root.children[:2])


def _nested(levels: int) -> bytes:
    return b"<a>" * levels + b"</a>" * levels


def _several(elements: int) -> bytes:
    return b"<a>" + b"<b/>" * (elements - 1) + b"</a>"


LAUGHS = "".join(f'<!ENTITY l{place} "{f"&l{place - 1};" * 10}">' for place in range(1, 10))
FAULTS: list[tuple[bytes, str, str]] = [
    (b"", "E100", "no-body"),
    (b" \n", "E100", "no-body"),
    (b"text", "E108", "syntax"),
    (b"<a>", "E108", "syntax"),
    (b"<a/><b/>", "E108", "syntax"),
    (b"<a>\x00</a>", "E108", "syntax"),
    (b"<a>&#0;</a>", "E108", "syntax"),
    (b"<a>&nbsp;</a>", "E108", "syntax"),
    (b"<a:b/>", "E108", "syntax"),
    (b'<a b="1" b="2"/>', "E108", "syntax"),
    (b'<?xml version="1.1"?>\n<a>\x01</a>', "E108", "syntax"),
    (b"<a>\xe9</a>", "E108", "not-utf-8"),
    ("<a/>".encode("utf-16"), "E108", "not-utf-8"),
    (b"<!DOCTYPE a><a/>", "E108", "document-type"),
    (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "E108", "document-type"),
    (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "E108", "document-type"),
    (f'<!DOCTYPE a [<!ENTITY l0 "x">{LAUGHS}]><a>&l9;</a>'.encode(), "E108", "document-type"),
    (_nested(NESTING + 1), "E108", "nesting"),
    (_nested(40_000), "E108", "nesting"),
    (_several(ELEMENTS + 1), "E108", "elements"),
]


@pytest.mark.parametrize(("body", "code", "cause"), FAULTS)
def test_other_bodies_are_refused(body: bytes, code: str, cause: str) -> None:
    """Nothing is expanded or opened, and the refusal takes little time."""
    with pytest.raises(Refused) as refused:
        within_cpu_budget(1.0, lambda: xml_tree(body))
    assert [(one.code.name, one.cause) for one in refused.value.problems] == [(code, cause)]


def test_a_document_at_the_limits_is_read() -> None:
    """As many levels and elements as the limits are read."""
    assert xml_tree(_nested(NESTING)).name == "a"
    assert len(xml_tree(_several(ELEMENTS)).children) == ELEMENTS - 1


WRITTEN: list[tuple[Node, str]] = [
    (("a", None), "<a/>"),
    (("a", ""), "<a/>"),
    (("a", []), "<a/>"),
    (("a", "<&>\"'"), "<a>&lt;&amp;&gt;\"'</a>"),
    (("a", "x\r\ny"), "<a>x&#13;\ny</a>"),
    (("a", "\x00\x1b\ufffe\ud800"), "<a>\ufffd\ufffd\ufffd\ufffd</a>"),
    (("a", [("b", "1"), ("b", None)]), "<a><b>1</b><b/></a>"),
    (("a", "x", {"b": '"<'}), "<a b='\"&lt;'>x</a>"),
    (("a", None, {"b": "\x01"}), '<a b="\ufffd"/>'),
]


@pytest.mark.parametrize(("node", "text"), WRITTEN)
def test_a_document_is_written_with_its_declaration(node: Node, text: str) -> None:
    """Text is escaped; a character that XML cannot hold becomes a replacement character."""
    assert xml_document(node).decode() == f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


XML_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    max_size=20,
)
