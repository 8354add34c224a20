"""Reads xCard (RFC 6351): one or several cards under <vcards>.

A card has the namespace of its <vcard>, as programs differ in it; elements of another are named and
left out, and so are attributes and texts where RFC 6351 has none.
"""

from collections.abc import Iterator
from typing import Final

from vcardsvc.errors import Refused
from vcardsvc.formats.xml import Element, xml_tree
from vcardsvc.model.card import STRUCTURED
from vcardsvc.vcard.parser.decoding import EDGES
from vcardsvc.vcard.parser.jcard import NO_PROPERTY, Found, found_of, gathered, translated
from vcardsvc.vcard.parser.read_file import NotACard, ReadFile, ReadProblem
from vcardsvc.vcard.parser.typed import UNSAFE, Raw, is_name, is_unsafe
from vcardsvc.vcard.xcard import COMPONENTS

ELEMENTS: Final = 120_000
"""The most elements of a file: 1,000 cards of 250, each of which has some 60 properties."""

NO_TEXT: Final = "The text beside the elements was left out."
NO_ATTRIBUTE: Final = "The attributes of this element were left out."
FOREIGN: Final = "This element has another namespace than its card, and was left out."
PARAMETER: Final = "A parameter has a name or a value that is none."


def read_xcard(octets: bytes) -> ReadFile:
    """Read the cards. Raises NotACard for octets that are no XML in UTF-8 or hold no <vcard>."""
    try:
        root = xml_tree(octets, ELEMENTS)
    except Refused as refused:
        (problem,) = refused.problems
        raise NotACard(f"This is no XML that can be read. {problem.detail}".rstrip()) from None
    is_card = root.name == "vcard"
    cards = [root] if is_card else root.all("vcard")
    if root.name not in ("vcard", "vcards") or not cards:
        raise NotACard("This is no xCard: it must be <vcards> with a <vcard> inside.")
    others = [] if is_card else list(_beside(root))
    file = gathered(
        (translated(_card(card, f"/vcard[{at}]")) for at, card in enumerate(cards, 1)),
        [
            f"/*[{at}]"
            for at, child in enumerate(root.children, 1)
            if not is_card and child.name != "vcard"
        ],
    )
    return ReadFile(cards=file.cards, problems=(*others, *file.problems))


def _beside(root: Element) -> Iterator[ReadProblem]:
    """Yield what <vcards> itself has beside elements."""
    for _, place, text in _stray(root, "/"):
        yield ReadProblem(card=-1, line=0, place=place, text=text)


def _stray(element: Element, place: str, *, holds_text: bool = False) -> Iterator[Found]:
    """Yield the text and the attributes of an element that no card has."""
    if element.attributes:
        yield None, place, NO_ATTRIBUTE
    if not holds_text and element.text.strip():
        yield None, place, NO_TEXT


def _card(card: Element, path: str) -> Iterator[Found]:
    yield from _stray(card, path)
    yield from _properties(card, path)


def _properties(card: Element, path: str, group: str = "") -> Iterator[Found]:
    """Yield the properties of a card, and what of it cannot be read, with the path of each."""
    for at, child in enumerate(card.children, 1):
        place = f"{path}/*[{at}]"
        if child.namespace != card.namespace:
            yield None, place, FOREIGN
        elif child.name == "group" and not group:
            name = child.attributes.get("name", "")
            if len(child.attributes) > ("name" in child.attributes):
                yield None, place, NO_ATTRIBUTE
            if child.text.strip():
                yield None, place, NO_TEXT
            if name and not is_name(name):
                yield None, place, "This group has a name that is none."
            yield from _properties(child, place, name if is_name(name) else "")
        else:
            yield from _property(child, place, group)


def _property(element: Element, place: str, group: str) -> Iterator[Found]:
    name = element.name.upper()
    values = [child for child in element.children if child.name != "parameters"]
    if not is_name(name) or any(child.children for child in values):
        yield None, place, "This element is no property."
        return
    if name in EDGES:
        yield None, place, NO_PROPERTY
    if name in (*EDGES, "VERSION"):
        return
    yield from _stray(element, place, holds_text=not values)
    known = []
    for value in values:
        if value.namespace == element.namespace:
            yield from _stray(value, place, holds_text=True)
            known.append(value)
        else:
            yield None, place, FOREIGN
    if values and not known:
        return
    params = {"GROUP": [group]} if group else {}
    for child in element.all("parameters"):
        yield from _parameters(child, place, params)
    raw = _values(name, element, known)
    texts = [text for given in params.values() for text in given]
    if is_unsafe((*texts, *(value.text for value in known))):
        yield None, place, UNSAFE
    yield from found_of(name, params, raw, place)


def _parameters(element: Element, place: str, params: dict[str, list[str]]) -> Iterator[Found]:
    """Add the parameters of a property, and yield what of them cannot be read."""
    yield from _stray(element, place)
    for param in element.children:
        values = param.children
        is_foreign = any(one.namespace != element.namespace for one in (param, *values))
        if is_foreign or not is_name(param.name) or any(value.children for value in values):
            yield None, place, FOREIGN if is_foreign else PARAMETER
            continue
        yield from _stray(param, place, holds_text=not values)
        for value in values:
            yield from _stray(value, place, holds_text=True)
        texts = [value.text for value in values] or [param.text]
        params.setdefault(param.name.upper(), []).extend(texts)


def _values(name: str, element: Element, values: list[Element]) -> list[tuple[str, Raw]]:
    """Return the values of a property with their types."""
    if not values:
        # A list without texts, or a program that leaves the value type out.
        return [("text", element.text.strip())]
    if name in STRUCTURED:
        return [("text", _structured(name, values))]
    return [(value.name, _timed(value)) for value in values]


def _timed(value: Element) -> str:
    """Return the text of a value; a time has no T in XML."""
    is_bare = value.name == "time" and not value.text.startswith("T")
    return f"T{value.text}" if is_bare else value.text


def _structured(name: str, values: list[Element]) -> tuple[tuple[str, ...], ...]:
    """Return the components: by the names of their elements, or in the order of the elements."""
    names = COMPONENTS.get(name, ())
    if not any(value.name in names for value in values):
        return tuple((value.text,) for value in values)
    parts: list[list[str]] = [[] for _ in names]
    for value in values:
        if value.name in names:
            parts[names.index(value.name)].append(value.text)
        else:
            parts.append([value.text])
    known = len(parts)
    while known > 1 and not parts[known - 1]:
        known -= 1
    return tuple(map(tuple, parts[:known]))
