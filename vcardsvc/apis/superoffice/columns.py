"""Defines the columns of the archive: the values of its rows, and the metadata of its filters.

    contactId, name, category (its text), category/id, address/street/city, emails/value,
    customFields/SuperOffice:1

A column is a property of the entity, its name in any case. The columns that filters and orders can
name are stored with each company as metadata, texts case-folded.

Source: the vendor's reference of GET Contact for the form of rows; additional names are those of
the vendor's archive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.superoffice.dates import Clock, format_date, format_moment
from vcardsvc.apis.superoffice.equivalents import completed
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, empty, item_of, member
from vcardsvc.model.address_book import HIDDEN, Entry

INDEXED: Final = 500
"""Characters of a text in the metadata: PostgreSQL's indexes hold 2,700 bytes, and a character has
up to four."""

TEXT_TYPES: Final = frozenset(("string", "text", "enum"))
NUMBER_TYPES: Final = frozenset(("int32",))
BOOLEAN_TYPES: Final = frozenset(("bool",))
INDEXED_KINDS: Final = TEXT_TYPES | NUMBER_TYPES | BOOLEAN_TYPES

SEPARATOR: Final = "\n"
"""Stands before and after each value of a list, so that a filter can match a whole value."""

ALIASES: Final[Mapping[str, str]] = {
    "registereddate": "createddate",
    "email/emailaddress": "emails/value",
    "phone/formattednumber": "phones/value",
    "url/urladdress": "urls/value",
}
"""Names of the vendor's archive for properties with other names in the entity."""

NUMBER: Final = "contactid"
CREATED: Final = "createddate"
UPDATED: Final = "updateddate"
"""Columns that the entry itself has."""

_ELEMENT: Final = "EntityElement"
_NOT_INDEXED: Final = frozenset(("UpdatedBy", "CreatedBy", "SupportPerson"))
"""Objects that filters cannot name."""

Members = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its path in the entity, its type, and its key in the metadata; `is_list`: it has
    several values."""

    path: tuple[str, ...]
    kind: str
    key: str
    is_list: bool = False

    @property
    def is_indexed(self) -> bool:
        """Return whether filters and orders can name this column."""
        return self.path[0] not in _NOT_INDEXED and self.kind in INDEXED_KINDS


def _column(path: tuple[str, ...], kind: str, *, is_list: bool = False) -> Column:
    return Column(path=path, kind=kind, key="/".join(path).lower(), is_list=is_list)


def _columns(shape: str, path: tuple[str, ...]) -> Iterator[Column]:
    for name, kind in SHAPES[shape].items():
        here, item = (*path, name), item_of(kind)
        if kind in SHAPES:
            yield from _columns(kind, here)
        elif item == _ELEMENT:
            yield _column((*here, "Value"), "string", is_list=True)
        elif item == "string":
            yield _column(here, "string", is_list=True)
        elif not item and kind != "map":
            yield _column(here, kind)


COLUMNS: Final[Mapping[str, Column]] = {one.key: one for one in _columns(ENTITY, ())}
"""Every column with a type of its own, by its name in lower case."""

_INDEX_COLUMNS: Final = tuple(one for one in COLUMNS.values() if one.is_indexed)

_TEXT_MEMBERS: Final = ("Value", "Name", "Formatted", "FullName")
"""Members that are the text of an object: the first that it has."""

USUAL: Final = tuple(
    f"{name[0].lower()}{name[1:]}"
    for name, kind in SHAPES[ENTITY].items()
    if not item_of(kind) and kind != "map"
)
"""The names of a row's columns without a `$select`."""


def column(name: str) -> Column | None:
    """Return the column of this name; None if there is none. The column of an object is its text,
    of a list its values."""
    name = name.strip()
    lower = ALIASES.get(name.lower(), name.lower())
    if known := COLUMNS.get(lower) or COLUMNS.get(f"{lower}/value"):
        return known
    first, slash, key = name.partition("/")
    dictionary = member(ENTITY, first)
    if SHAPES[ENTITY].get(dictionary) == "map" and slash and key:
        return _column((dictionary, key), "map")
    path, shape = _object(lower)
    text_member = next((one for one in _TEXT_MEMBERS if one in SHAPES.get(shape, ())), "")
    return _column((*path, text_member), "string") if text_member else None


def filter_column(name: str, *, number: bool) -> Column | None:
    """Return the column that a filter compares with a number or a text; None if there is none.

    An object is compared with a number by its own number, and with a text by its text.
    """
    path, shape = _object(name.strip().lower())
    numbers = (one for one, kind in SHAPES.get(shape, {}).items() if kind in NUMBER_TYPES)
    maybe_id = next(numbers, "") if number else ""
    found = COLUMNS.get("/".join((*path, maybe_id)).lower()) if maybe_id else column(name)
    return found if found and found.is_indexed else None


def _object(name: str) -> tuple[tuple[str, ...], str]:
    """Return the path of an object and its shape; ((), "") for other names."""
    kind = ENTITY
    path: tuple[str, ...] = ()
    for step in name.split("/", 4):
        known = member(kind, step) if kind in SHAPES else ""
        kind, path = (SHAPES[kind][known], (*path, known)) if known else ("", ())
    return (path, kind) if kind in SHAPES else ((), "")


def value(entry: Entry, entity: Members, one: Column, clock: Clock) -> Any:
    """Return the value of a column for an entry, whose entity was completed."""
    if one.key == NUMBER:
        return entry.id
    if one.key in (CREATED, UPDATED):
        return format_moment(entry.created_at if one.key == CREATED else entry.updated_at)
    if one.is_list:
        return ", ".join(_values(entity, one))
    stored = _at(entity, one.path)
    if stored is None:
        return None if one.kind == "map" else empty(one.kind)
    return format_date(stored, clock) if one.kind == "date-time" else stored


def index(stored: Members) -> dict[str, str]:
    """Return the metadata of an entity: its columns as filters compare them, and whether it is
    marked as deleted."""
    entity = completed(stored)
    metadata = {
        one.key: text
        for one in _INDEX_COLUMNS
        if one.path[0] in entity and (text := _indexed_text(entity, one))
    }
    metadata.pop(NUMBER, None)
    return {**metadata, HIDDEN: ""} if stored.get("Deleted") else metadata


def _indexed_text(entity: Members, one: Column) -> str:
    if one.is_list:
        texts = [folded(text) for text in _values(entity, one)]
        joined = SEPARATOR.join(("", *texts, "")) if texts else ""
        if len(joined) <= INDEXED:
            return joined
        return joined[:INDEXED].rpartition(SEPARATOR)[0] + SEPARATOR
    stored = _at(entity, one.path)
    if type(stored) is bool:
        return "true" if stored else ""
    return folded(str(stored)) if stored else ""


def folded(text: str) -> str:
    """Return a text as filters compare it."""
    return text.casefold()[:INDEXED]


def _at(entity: Members, path: tuple[str, ...]) -> Any:
    found: Any = entity
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _values(entity: Members, one: Column) -> list[str]:
    """Return the values of a list, without the empty ones."""
    listed = entity.get(one.path[0], ())
    texts = (each if isinstance(each, str) else each.get("Value", "") for each in listed)
    return [text for text in texts if text]
