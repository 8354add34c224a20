"""Any text that is written as XML is read again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vcardsvc.formats.xml import Element, xml_document, xml_tree


def _plain(element: Element) -> Any:
    """An element as (name, attributes, text, children)."""
    children = [_plain(child) for child in element.children]
    return (element.name, dict(element.attributes), element.text, children)


XML_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    max_size=20,
)


@given(XML_TEXTS, XML_TEXTS)
def test_a_text_that_is_written_is_read_again(text: str, attribute: str) -> None:
    """Every character comes back, line ends too, in an element and in an attribute."""
    root = xml_tree(xml_document(("a", [("b", text, {"c": attribute})])))
    assert _plain(root.children[0]) == ("b", {"c": attribute}, text, [])
