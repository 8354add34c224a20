"""Writes cards as xCard (RFC 6351): vCard 4.0 in XML.

    <vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>...</vcard></vcards>     section 4
    property   = <name> [<parameters>] <value type>text</value type> </name>         section 5
    structured = one or more elements for each component instead                     section 5
    ORG        = one <text> for each of its components                               appendix A
    a property group is <group name="..."> around its properties                     section 5

The result is well-formed for every card: markup is escaped, and a character that XML 1.0 does not
allow (a noncharacter of the first plane, a control) becomes U+FFFD. There is no DTD and no blank
between elements.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final
from xml.sax.saxutils import quoteattr

from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.model.request import Document
from vcardsvc.vcard.card_losses import CHARACTERS_XML, NAME_XML, PARAMETER_XML
from vcardsvc.vcard.data_uris import data_uri
from vcardsvc.vcard.document import document
from vcardsvc.vcard.jcard import merged_params, reserved_parameters, written_kind
from vcardsvc.vcard.labels import with_label_properties
from vcardsvc.vcard.losses import LossKind
from vcardsvc.vcard.property_losses import Losses, lost

CONTENT_TYPE: Final = "application/vcard+xml; charset=utf-8"
"""RFC 6351 section 8.2, which recommends the charset strongly."""

FILENAME: Final = "contact.xml"

COMPONENTS: Final = {
    "N": ("surname", "given", "additional", "prefix", "suffix", "surname2", "generation"),
    "ADR": (
        "pobox", "ext", "street", "locality", "region", "code", "country",
        "room", "apartment", "floor", "streetnumber", "streetname", "building", "block",
        "subdistrict", "district", "landmark", "direction",
    ),
    "GENDER": ("sex", "identity"),
    "CLIENTPIDMAP": ("sourceid", "uri"),
}  # fmt: skip
"""The elements of structured values in their order (RFC 6351 appendix A), with the components of
RFC 9554, for which no RFC has elements."""

KINDS: Final = {"UID": "uri"}
"""Value types of properties for which the grammar allows one only (RFC 6351 appendix A). RFC 6350
lets a UID be a text; readers that follow the grammar do not find it in <text>."""

PARAMETERS: Final[tuple[str, ...]] = (
    "LANGUAGE", "ALTID", "PID", "PREF", "TYPE", "MEDIATYPE", "CALSCALE", "SORT-AS", "GEO", "TZ",
    "LABEL",
)  # fmt: skip
"""The only valid order of parameters (RFC 6351 section 5.2); others follow in their own."""

PARAMETER_KINDS: Final = {
    "LANGUAGE": "language-tag", "PREF": "integer", "GEO": "uri", "INDEX": "integer",
}  # fmt: skip
"""Value types of parameters that are no text (RFC 6351 appendix A)."""

HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0">'
)
TAIL: Final = "</vcards>\n"
_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Every character outside Char of XML 1.0 (section 2.2), and CR, which XML readers turn into LF."""
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NAME: Final = re.compile("[A-Z][A-Z0-9-]*")
"""A name of vCard that is a name of XML too: it does not begin with a digit or a hyphen."""


def xcard(card: Card) -> tuple[Document, Losses]:
    """Write the card as xCard, and return what it cannot hold. Equal cards give equal octets."""
    written, (losses,) = xcards((card,))
    return written, losses


def xcards(cards: Sequence[Card]) -> tuple[Document, tuple[Losses, ...]]:
    """Write the cards as one <vcards>, and return what it cannot hold of each."""
    written = [HEAD, *(f"<vcard>{_vcard(card)}</vcard>" for card in cards), TAIL]
    losses = tuple(lost(card.properties, _kinds) for card in cards)
    return document(("".join(written).encode(),), CONTENT_TYPE, FILENAME), losses


def escape(text: str) -> str:
    """Escape character data of XML 1.0; a character that XML does not allow becomes U+FFFD."""
    return _NOT_XML.sub("\ufffd", text).translate(_MARKUP)


def _vcard(card: Card) -> str:
    properties = [each for each in card.properties if _NAME.fullmatch(each.name)]
    written = []
    for group, members in groupby(with_label_properties(properties), key=lambda each: each.group):
        content = "".join(map(_property, members))
        if group:
            content = f"<group name={quoteattr(_NOT_XML.sub('', group))}>{content}</group>"
        written.append(content)
    return "".join(written)


def _kinds(each: Property) -> Iterator[LossKind]:
    """Yield why a property, or a part of it, is not in the document."""
    if not _NAME.fullmatch(each.name):
        yield NAME_XML
        return
    yield from reserved_parameters(each)
    if any(not _NAME.fullmatch(name) for name, _ in each.params):
        yield PARAMETER_XML
    if any(map(_NOT_XML.search, _texts(each))):
        yield CHARACTERS_XML


def _texts(each: Property) -> Iterator[str]:
    yield each.label
    for _, texts in each.params:
        yield from texts
    if isinstance(each.value, str):
        yield each.value
    elif not isinstance(each.value, Binary):
        for part in each.value:
            yield from (part,) if isinstance(part, str) else part


def _property(each: Property) -> str:
    return _element(each.name.lower(), _parameters(each) + "".join(_values(each)))


def _values(each: Property) -> Iterator[str]:
    kind = KINDS.get(each.name, written_kind(each))
    if isinstance(each.value, Binary):
        yield _element("uri", escape(data_uri(each.value)))
    elif isinstance(each.value, str):
        yield _element(*_kind_and_text(kind, each.value))
    else:
        names = COMPONENTS.get(each.name, ())
        for at, part in enumerate(each.value):
            name = names[at] if at < len(names) else kind
            # An empty component has an element too.
            for text in _component(each.name, part):
                yield _element(name, escape(text))


def _component(name: str, part: Sequence[str]) -> Sequence[str]:
    """Return the texts of a part's elements; ORG has no lists in its components."""
    if isinstance(part, str):
        return (part,)
    return (",".join(part),) if name == "ORG" else part or ("",)


def _kind_and_text(kind: str, text: str) -> tuple[str, str]:
    """Return the element of a text, and its content: a date and a time have one each."""
    if kind != "date-and-or-time":
        return kind, escape(text)
    date, _, time = text.partition("T")
    if not date:
        return "time", time
    return ("date-time" if time else "date"), text


def _parameters(each: Property) -> str:
    texts = merged_params(each)
    if each.pref:
        texts["PREF"] = (str(each.pref),)
    if each.types:
        texts["TYPE"] = each.types
    ordered = [name for name in PARAMETERS if name in texts]
    ordered += [name for name in texts if name not in PARAMETERS and _NAME.fullmatch(name)]
    elements = (_parameter(name, texts[name]) for name in ordered)
    return _element("parameters", "".join(elements)) if ordered else ""


def _parameter(name: str, texts: tuple[str, ...]) -> str:
    kind = PARAMETER_KINDS.get(name, "text")
    return _element(name.lower(), "".join(_element(kind, escape(text)) for text in texts))


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
