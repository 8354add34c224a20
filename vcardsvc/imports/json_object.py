"""Reads JSON objects member by member, and names every member that was not read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from vcardsvc.errors import IGNORED, OVER_LIMIT, UNREADABLE
from vcardsvc.model.card import STRUCTURED, Card, Property
from vcardsvc.vcard.kinds import counted
from vcardsvc.vcard.parser.read_file import (
    POINTER,
    TOO_MANY_TEXTS,
    NotACard,
    ReadFile,
    ReadProblem,
    check_texts,
    with_few_texts,
)

NOT_READ: Final = "No property of a card stands for this member."
MORE_PAGES: Final = "The list has more pages; send each of them."
WRONG_TYPE: Final = "The value has another type than its source documents."


class Contact:
    """Collects the properties and the problems of one contact; `index` is its place in the file."""

    def __init__(self, index: int) -> None:
        self.properties: list[Property] = []
        self.problems: list[ReadProblem] = []
        self._index = index

    def add(self, name: str, value: Any, **attributes: Any) -> None:
        """Add a property unless its value is empty: no text, or a structure without one."""
        if value and (isinstance(value, str) or any(value)):
            if name in STRUCTURED:
                value = counted(name, value)
            whole = Property(name=name, value=value, **attributes)
            self.properties.append(with_few_texts(whole))
            if self.properties[-1] is not whole:
                self.problem(name, TOO_MANY_TEXTS)

    def problem(self, place: str, text: str, code: str = UNREADABLE) -> None:
        """Name a member that could not be read, or that was left out for another reason."""
        problem = ReadProblem(card=self._index, line=0, place=place[:POINTER], text=text, code=code)
        self.problems.append(problem)


class JsonObject:
    """One object of a source's JSON; `place` is its JSON pointer (RFC 6901).

    Every method takes members. `close` names those that were not taken. A null, an empty text, an
    empty array and an empty object are absent.
    """

    def __init__(self, value: Any, place: str, contact: Contact) -> None:
        self.place = place
        self._contact = contact
        self._members: dict[str, Any] = {}
        if isinstance(value, dict):
            self._members = {name: held for name, held in value.items() if _is_present(held)}
        else:
            contact.problem(place, WRONG_TYPE)

    def __contains__(self, name: str) -> bool:
        """Return whether a member is there and was not taken."""
        return name in self._members

    def text(self, name: str) -> str:
        """Take a text with LF as line end, or a number as its digits; "" where it is absent."""
        value = self._members.pop(name, "")
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self._contact.problem(self._pointer(name), WRONG_TYPE)
        return ""

    def flag(self, name: str) -> bool:
        """Take a boolean; False where it is absent."""
        return self._members.pop(name, False) is True

    def number(self, name: str) -> int:
        """Take a whole number; 0 where it is absent."""
        value = self._members.pop(name, 0)
        if type(value) is int:
            return value
        self._contact.problem(self._pointer(name), WRONG_TYPE)
        return 0

    def object(self, name: str) -> "JsonObject":
        """Take an object; an empty one where it is absent."""
        return JsonObject(self._members.pop(name, {}), self._pointer(name), self._contact)

    def objects(
        self, name: str, is_first: Callable[[Any], bool] = lambda _: False
    ) -> Iterator["JsonObject"]:
        """Take an array of objects, those of which `is_first` is true before the others, and name
        what is left of each after it was read."""
        entries = enumerate(self._array(name))
        for index, value in sorted(entries, key=lambda entry: not is_first(entry[1])):
            one = JsonObject(value, f"{self._pointer(name)}/{index}", self._contact)
            yield one
            one.close()

    def texts(self, name: str) -> list[str]:
        """Take an array of texts."""
        texts = []
        for index, value in enumerate(self._array(name)):
            if isinstance(value, str):
                texts.append(_text(value))
            else:
                self._contact.problem(f"{self._pointer(name)}/{index}", WRONG_TYPE)
        return list(filter(None, texts))

    def skip(self, *names: str) -> None:
        """Take members that describe the object and not the contact."""
        for name in names:
            self._members.pop(name, None)

    def skip_where(self, described: Callable[[str], bool]) -> None:
        """Take the members whose names say that they describe the object."""
        self.skip(*filter(described, list(self._members)))

    def close(self) -> None:
        """Name every member that was not taken."""
        for name in self._members:
            self._contact.problem(self._pointer(name), NOT_READ, IGNORED)

    def _array(self, name: str) -> list[Any]:
        value = self._members.pop(name, [])
        if isinstance(value, list):
            return value
        self._contact.problem(self._pointer(name), WRONG_TYPE)
        return []

    def _pointer(self, name: str) -> str:
        return f"{self.place}/{name.replace('~', '~0').replace('/', '~1')}"


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _is_present(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


MAX_CONTACTS: Final = 20_000
"""The most contacts of a file, read in half a second: as many as an address book of a company."""

Located = tuple[str, Any]
"""A value of JSON and its JSON pointer."""


def located(value: Any, place: str) -> Iterator[Located]:
    """Yield the entries of an array with their pointers, or the one value."""
    if isinstance(value, list):
        yield from ((f"{place}/{index}", one) for index, one in enumerate(value))
    elif value is not None:
        yield place, value


def read_contacts(
    found: Sequence[Located],
    read: Callable[[JsonObject, Contact], None],
    absent: str,
    more_pages: Iterable[str] = (),
) -> ReadFile:
    """Return the cards of these contacts, each read by `read`; `more_pages` are the places of
    members that name the next page of a list.

    Raises NotACard, with the sentence `absent`, where none of them holds anything, and for more
    than MAX_CONTACTS.
    """
    if len(found) > MAX_CONTACTS:
        raise NotACard(f"The file is over {MAX_CONTACTS} contacts.")
    cards: list[Card] = []
    problems = [
        ReadProblem(card=-1, line=0, place=place, text=MORE_PAGES, code=OVER_LIMIT)
        for place in more_pages
    ]
    for place, value in found:
        contact = Contact(len(cards))
        members = JsonObject(value, place, contact)
        read(members, contact)
        members.close()
        problems += contact.problems
        if contact.properties:
            cards.append(Card(properties=tuple(contact.properties)))
    if not cards:
        raise NotACard(absent)
    check_texts(cards)
    return ReadFile(cards=tuple(cards), problems=tuple(problems))
