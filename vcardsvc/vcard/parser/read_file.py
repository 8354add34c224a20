"""Defines what every reader of cards returns: the cards, and what could not be read."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct, structs

from vcardsvc.errors import UNREADABLE
from vcardsvc.model.card import Card, Property

POINTER: Final = 200
"""The most characters of a JSON pointer in a problem: a member's name is any text."""

MAX_TEXTS: Final = 1_000
"""The most texts of one value, in a list or in components."""

_LISTED: Final = frozenset(("N", "ADR"))
"""Properties that have each of their components, be it empty."""

MAX_FILE_TEXTS: Final = 100_000
"""The most texts in values of a file beside the first of each: twice what the most properties of a
file of full cards have."""

TOO_MANY_TEXTS: Final = f"Texts after the first {MAX_TEXTS} of a value were left out."


class NotACard(ValueError):
    """Says why a file cannot be read, in a sentence without content of the file."""


class ReadProblem(Struct, frozen=True, kw_only=True, gc=False):
    """Names a part of a file that could not be read, or that no property stands for.

    `card` is the index of its card, -1 outside of cards. `line` is the number of its first line, 0
    in another format than text. `place` names it for people and programs: a property's name, a JSON
    pointer, or the path of an element; "" if it has none. `text` is a sentence without content of
    the file. `code` is one of `errors.NOTES`.
    """

    card: int
    line: int
    place: str
    text: str
    code: str = UNREADABLE


class ReadFile(Struct, frozen=True, kw_only=True):
    """Holds the cards of a file, in terms of vCard 4.0, and what could not be read."""

    cards: tuple[Card, ...]
    problems: tuple[ReadProblem, ...] = ()


def texts_of(prop: Property) -> int:
    """Return how many texts a value has beside its first."""
    value = prop.value
    if not isinstance(value, tuple):
        return 0
    return max(sum(1 if isinstance(part, str) else len(part) for part in value) - 1, 0)


def with_few_texts(prop: Property) -> Property:
    """Return a property with the first MAX_TEXTS texts of its value."""
    if texts_of(prop) < MAX_TEXTS or not isinstance(prop.value, tuple):
        return prop
    left, kept = MAX_TEXTS, list[Any]()
    for part in prop.value:
        kept.append(part if isinstance(part, str) else part[:left])
        left -= 1 if isinstance(part, str) else len(part)
        if left <= 0:
            break
    least = len(prop.value) if prop.name in _LISTED else 0
    return structs.replace(prop, value=(*kept, *((),) * (least - len(kept))))


def check_texts(cards: Iterable[Card]) -> None:
    """Raise NotACard for cards of too many texts."""
    if sum(texts_of(one) for card in cards for one in card.properties) > MAX_FILE_TEXTS:
        raise NotACard(f"The file has over {MAX_FILE_TEXTS} texts in lists and components.")
