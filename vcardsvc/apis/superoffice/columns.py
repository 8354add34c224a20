"""The columns of the archive: what a row of it says, and what a company is found and sorted by.

    contactId, name, category (its text), category/id, address/street/city, emails/value,
    customFields/SuperOffice:1

A column is a property of the entity, its name in any case. What companies are found by is kept
beside them as metadata, texts without regard to case. What must never enter here: a query.

Source: the vendor's reference of GET Contact for the form of rows; the names beside the properties'
own are those of its archive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.superoffice import dates
from vcardsvc.apis.superoffice.dates import Clock
from vcardsvc.apis.superoffice.equivalents import completed
from vcardsvc.apis.superoffice.shapes import ENTITY, SHAPES, empty, item_of, member
from vcardsvc.model.address_book import HIDDEN, Entry

FOUND: Final = 500
"""Characters of a text that a company is found and sorted by: PostgreSQL's indexes hold 2,700
bytes, of which a character takes four."""

TEXTS: Final = frozenset(("string", "text", "enum"))
NUMBERS: Final = frozenset(("int32",))
FLAGS: Final = frozenset(("bool",))

SEPARATOR: Final = "\n"
"""What stands before and behind each value of a list, so that one of them can be found whole."""

ALIASES: Final[Mapping[str, str]] = {
    "registereddate": "createddate",
    "email/emailaddress": "emails/value",
    "phone/formattednumber": "phones/value",
    "url/urladdress": "urls/value",
}
"""Names of the vendor's archive for what the entity calls otherwise."""

NUMBER: Final = "contactid"
CREATED: Final = "createddate"
UPDATED: Final = "updateddate"
"""Columns that the book itself knows."""

_LISTED: Final = "EntityElement"
_UNFOUND: Final = frozenset(("UpdatedBy", "CreatedBy", "SupportPerson"))
"""Objects that nobody seeks companies by."""

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: where it stands in the entity, of which type, and whether it is a list's."""

    path: tuple[str, ...]
    word: str
    several: bool = False

    @property
    def key(self) -> str:
        """What the metadata that it is found by is called."""
        return "/".join(self.path).lower()


def _columns(shape: str, path: tuple[str, ...]) -> Iterator[Column]:
    for name, word in SHAPES[shape].items():
        here, item = (*path, name), item_of(word)
        if word in SHAPES:
            yield from _columns(word, here)
        elif item == _LISTED:
            yield Column(path=(*here, "Value"), word="string", several=True)
        elif item == "string":
            yield Column(path=here, word="string", several=True)
        elif not item and word != "map":
            yield Column(path=here, word=word)


COLUMNS: Final[Mapping[str, Column]] = {one.key: one for one in _columns(ENTITY, ())}
"""Every column with a type of its own, by its name in lower case."""

_SHOWN: Final = ("Value", "Name", "Formatted", "FullName")
"""Members that are the text of an object, the first that it has."""

_USUAL: Final = tuple(
    name for name, word in SHAPES[ENTITY].items() if not item_of(word) and word != "map"
)
USUAL: Final = tuple(f"{name[0].lower()}{name[1:]}" for name in _USUAL)
"""The names of the columns of a row where nobody says which."""


def column(name: str) -> Column | None:
    """The column of this name, None where there is none. An object is its text, a list the values
    in it."""
    name = name.strip()
    lower = ALIASES.get(name.lower(), name.lower())
    if found := COLUMNS.get(lower) or COLUMNS.get(f"{lower}/value"):
        return found
    first, slash, key = name.partition("/")
    word = SHAPES[ENTITY].get(member(ENTITY, first), "")
    if word == "map" and slash and key:
        return Column(path=(member(ENTITY, first), key), word="map")
    path, word = _object(lower)
    shown = next((one for one in _SHOWN if one in SHAPES.get(word, ())), "")
    return Column(path=(*path, shown), word="string") if shown else None


def sought(name: str, *, number: bool) -> Column | None:
    """The column that a filter means by this name and a number, or a text: an object is known by
    its own number, and by its text. None for what no company is found by."""
    path, word = _object(name.strip().lower())
    ids = (one for one, kind in SHAPES.get(word, {}).items() if kind in NUMBERS)
    maybe_id = next(ids, "") if number else ""
    found = COLUMNS.get("/".join((*path, maybe_id)).lower()) if maybe_id else column(name)
    return found if found and is_found(found) else None


def is_found(one: Column) -> bool:
    """Whether companies are found and sorted by this column."""
    return one.path[0] not in _UNFOUND and one.word in (*TEXTS, *NUMBERS, *FLAGS)


def _object(name: str) -> tuple[tuple[str, ...], str]:
    """Where the object of this name stands, and its shape; "" where there is none."""
    word = ENTITY
    path: tuple[str, ...] = ()
    for step in name.split("/", 4):
        known = member(word, step) if word in SHAPES else ""
        word, path = (SHAPES[word][known], (*path, known)) if known else ("", ())
    return (path, word) if word in SHAPES else ((), "")


def value(entry: Entry, entity: Words, one: Column, clock: Clock) -> Any:
    """What a row says in a column, of an entity that was completed."""
    if one.key == NUMBER:
        return entry.id
    if one.key in (CREATED, UPDATED):
        return dates.stamp(entry.created_at if one.key == CREATED else entry.updated_at)
    if one.several:
        return ", ".join(_several(entity, one))
    kept = _at(entity, one.path)
    if kept is None:
        return None if one.word == "map" else empty(one.word)
    return dates.told(kept, clock) if one.word == "date-time" else kept


def index(kept: Words) -> dict[str, str]:
    """What a company is found by, as metadata; of what is marked as deleted also that."""
    entity = completed(kept)
    found = {
        one.key: text
        for one in COLUMNS.values()
        if one.path[0] in entity and is_found(one) and (text := _text(entity, one))
    }
    found.pop(NUMBER, None)
    return {**found, HIDDEN: ""} if kept.get("Deleted") else found


def _text(entity: Words, one: Column) -> str:
    if one.several:
        several = [folded(text) for text in _several(entity, one)]
        whole = SEPARATOR.join(("", *several, "")) if several else ""
        return whole if len(whole) <= FOUND else whole[:FOUND].rpartition(SEPARATOR)[0] + SEPARATOR
    kept = _at(entity, one.path)
    if type(kept) is bool:
        return "true" if kept else ""
    return folded(str(kept)) if kept else ""


def folded(text: str) -> str:
    """A text as companies are found by it."""
    return text.casefold()[:FOUND]


def _at(entity: Words, path: tuple[str, ...]) -> Any:
    found: Any = entity
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _several(entity: Words, one: Column) -> list[str]:
    """The values of a list, those that say something."""
    listed = entity.get(one.path[0], ())
    texts = (each if isinstance(each, str) else each.get("Value", "") for each in listed)
    return [text for text in texts if text]
