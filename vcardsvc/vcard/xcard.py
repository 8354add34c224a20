"""Writes a contact as xCard (RFC 6351): vCard 4.0 in XML.

    <vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>...</vcard></vcards>     section 4
    property   = <name> [<parameters>] <value type>text</value type> </name>         section 5
    structured = one element for each component instead                              section 5
    ORG        = one <text> for each of its components                               appendix A
    a property group is <group name="..."> around its properties                     section 5

The result is well-formed for every contact: markup is escaped, and a character that XML 1.0 does
not allow (a noncharacter of the first plane, a control) becomes U+FFFD. There is no DTD and no
blank between elements.
"""

import re
from itertools import groupby
from typing import Final

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document
from vcardsvc.vcard.document import document
from vcardsvc.vcard.items import Item, items

CONTENT_TYPE: Final = "application/vcard+xml; charset=utf-8"
"""RFC 6351 section 8.2, which recommends the charset strongly."""

FILENAME: Final = "contact.xml"

COMPONENTS: Final = {
    "n": ("surname", "given", "additional", "prefix", "suffix"),
    "adr": ("pobox", "ext", "street", "locality", "region", "code", "country"),
}
"""The elements of structured values in their order (RFC 6351 appendix A)."""

KINDS: Final = {"uid": "uri"}
"""Value types of properties for which the grammar allows one only (RFC 6351 appendix A). RFC 6350
lets a UID be a text; readers that follow the grammar do not find it in <text>."""

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>'
)
_TAIL: Final = "</vcard></vcards>\n"
_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Every character outside Char of XML 1.0 (section 2.2), and CR, which XML readers turn into LF."""
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def xcard(contact: Contact) -> Document:
    """Write the contact as xCard. Equal contacts give equal octets."""
    written = [_HEAD]
    for group, members in groupby(items(contact), key=lambda item: item.group):
        content = "".join(map(_property, members))
        written.append(f'<group name="{group}">{content}</group>' if group else content)
    written.append(_TAIL)
    return document(("".join(written).encode(),), CONTENT_TYPE, FILENAME)


def escape(text: str) -> str:
    """Escape character data of XML 1.0; a character that XML does not allow becomes U+FFFD."""
    return _NOT_XML.sub("\ufffd", text).translate(_MARKUP)


def _property(item: Item) -> str:
    if isinstance(item.value, str):
        value = _element(KINDS.get(item.name, item.kind), escape(item.value))
    else:
        names = COMPONENTS.get(item.name, (item.kind,) * len(item.value))
        parts = zip(names, item.value, strict=True)
        value = "".join(_element(name, escape(part)) for name, part in parts)
    return _element(item.name, _parameters(item) + value)


def _parameters(item: Item) -> str:
    """Write the parameters in the only valid order (section 5.2)."""
    elements = ""
    if item.pref is not None:
        elements += _element("pref", _element("integer", str(item.pref)))
    if item.types:
        elements += _element("type", "".join(_element("text", escape(each)) for each in item.types))
    for name, value in item.params:
        elements += _element(name, _element("text", escape(value)))
    return _element("parameters", elements) if elements else ""


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
