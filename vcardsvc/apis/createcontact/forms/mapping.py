"""Maps the fields of a form to the members of a createcontact request.

    name[first-name]   phone[0][number]   phone[][number]   names as PHP and Rails read them
    first-name         phone              phone-label       flat names, repeated and paired by order

A flat name of another member of an entry has the list's before it: `phone-extension`,
`im-service`. `_` may stand for `-` in every name. A bracketed value takes precedence over a flat
one unless it is blank, and the last of several counts. Rows of `phone[7][number]` are sorted by
their number; a member that the present row of `phone[][...]` has already starts the next row.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from vcardsvc.apis.createcontact.forms.parsing import CHARSET_FIELD, Field, Upload
from vcardsvc.apis.createcontact.mapping import (
    ACTION,
    CATEGORIES,
    ENTRIES_OF,
    FLAG,
    FLAGS,
    GEO,
    LISTS,
    NAME,
    OPTIONAL_NAME,
    OPTIONAL_TEXTS,
    TEXTS,
)
from vcardsvc.validation.invisible import BLANKS

ROWS: Final = 64
"""The most rows of a list that are read, blank ones included; four are used."""

NAME_LENGTH: Final = 64
"""The most characters of a known field's name; the longest has 34."""

NAMES: Final = 1024
"""Names of at most NAME_LENGTH characters whose parts are remembered: forms have few different
ones."""

PHOTO: Final = "photo"
"""The field of the photo's file."""

PHOTOS: Final = (PHOTO, "photos", "file", "files")
"""The names of that field in upload libraries, alone or as a list: `file`, `photo[]`,
`files[0]`."""

OPTIONS: Final = {
    "target": "target",
    "version": "version",
    "as": "as",
    "photo-rule": "photo",
    "filename": "filename",
    "disposition": "disposition",
    "ttl": "ttl",
    "once": "once",
    "content": "content",
}
"""Fields that are options of the query, and their names there: the field `photo` is the file."""

KEY: Final = "api-key"
REDIRECT: Final = "redirect"

ADDRESS: Final = "physical-address"
ALIASES: Final = {
    "address": ADDRESS,
    **{f"address-{member}": f"{ADDRESS}-{member}" for member in ENTRIES_OF[ADDRESS]},
}

COLUMNS: Final = {
    **{name: (name, key) for name, key in LISTS.items()},
    **{
        f"{name}-{member}": (name, member)
        for name, members in ENTRIES_OF.items()
        for member in members
        if member not in (LISTS.get(name), *FLAGS)
    },
}
"""Flat fields that may be repeated: the list and the member of each. Not those that are booleans: a
checkbox that is not ticked is not sent."""

NAME_PARTS: Final = frozenset((*NAME, *OPTIONAL_NAME))

FLAT: Final = frozenset(
    (
        *TEXTS,
        *OPTIONAL_TEXTS,
        FLAG,
        *NAME_PARTS,
        *GEO,
        *OPTIONS,
        KEY,
        REDIRECT,
        CHARSET_FIELD.replace("_", "-"),
    )
)
"""Flat fields of which the last one counts."""

BOOLEANS: Final = {
    **dict.fromkeys(("on", "true", "1", "yes"), True),
    **dict.fromkeys(("off", "false", "0", "no"), False),
}
"""The texts of a boolean: `on` is that of a checkbox without a value of its own."""

_BESIDE: Final = frozenset(("label", "relation", "service", *FLAGS))
"""The members of entries that make no entry by themselves."""

_NAME: Final = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?(?:\[([^\[\]]*)\])?")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")

Path = tuple[str, ...]
"""The parts of a field's name; () for a name that no known field has."""

Row = dict[str, str]
"""The texts of an entry by member; a blank text is ""."""

Entry = dict[str, str | bool]
"""An entry of a list by member."""


class FormFields:
    """Sorts the fields of a form by their names; a blank text is "".

    `maybe_upload` is the photo's file, `ignored` are the names of unknown fields as they were sent,
    except blank ones.
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self.maybe_upload: Upload | None = None
        self.ignored: list[str] = []
        self._texts: Row = {}
        self._parts: dict[str, Row] = {"name": {}, "geo": {}}
        self._categories: list[str] = []
        self._lists: set[str] = set()
        self._columns: dict[str, list[str]] = defaultdict(list)
        self._rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self._present_row: dict[str, int] = {}
        files: list[tuple[str, Path, Upload]] = []
        for name, value in fields:
            path = _path(name) if len(name) <= NAME_LENGTH else ()
            if not isinstance(value, Upload):
                text = value if value.strip(BLANKS) else ""
                if not self._add(path, text) and text:
                    self.ignored.append(name)
            elif not value.absent:
                files.append((name, path, value))
        if files:
            self._choose_photo(files)

    def _choose_photo(self, files: list[tuple[str, Path, Upload]]) -> None:
        """Take the last file named `photo`, else the first under another name of the photo."""
        photos = [file for _, path, file in files if path == (PHOTO,)]
        listed = [file for _, path, file in files if _is_photo(path)]
        if listed:
            self.maybe_upload = photos[-1] if photos else listed[0]
        self.ignored += [
            name for name, path, file in files if file is not self.maybe_upload and path != (PHOTO,)
        ]

    def _add(self, path: Path, text: str) -> bool:
        """Sort a text by the path of its field; False for an unknown field."""
        match path:
            case (name,) | (name, "") if name in COLUMNS:
                self._columns[name].append(text)
                self._lists.add(COLUMNS[name][0])
            case (name,) if name == CATEGORIES:
                self._categories.append(text)
            case (name, index) if name == CATEGORIES and _is_index(index):
                self._categories.append(text)
            case (name,) if name in FLAT:
                self._texts[name] = text
            case ("name", member) if member in NAME_PARTS:
                self._parts["name"][member] = text
            case ("geo", member) if member in GEO:
                self._parts["geo"][member] = text
            case (name, index, member) if name in ENTRIES_OF and _is_index(index):
                self._row(name, index, member)[member] = text
                return member in ENTRIES_OF[name]
            case _:
                return False
        return True

    def _row(self, name: str, index: str, member: str) -> Row:
        """Return the row of a list that a member belongs to."""
        self._lists.add(name)
        rows = self._rows[name]
        if index:
            return rows.setdefault(int(index), {})
        if name not in self._present_row or member in rows[self._present_row[name]]:
            self._present_row[name] = max(rows, default=-1) + 1
        return rows.setdefault(self._present_row[name], {})

    def text(self, name: str) -> str:
        """Return the text of a flat field; "" without one."""
        return self._texts.get(name, "")

    def options(self) -> Row:
        """Return the options of the query that are fields, without blank ones."""
        texts = self._texts
        return {option: texts[name] for name, option in OPTIONS.items() if texts.get(name)}

    def members(self) -> dict[str, Any]:
        """Return the members of the request; blank ones are absent, the action has a default."""
        members: dict[str, Any] = {"action": ACTION}
        for name in (*TEXTS, *OPTIONAL_TEXTS):
            if text := self._texts.get(name):
                members[name] = text
        others: dict[str, Any] = {"name": self._object("name", (*NAME, *OPTIONAL_NAME))}
        others |= {name: self._entries(name) for name in ENTRIES_OF if name in self._lists}
        place = self._object("geo", GEO)
        others["geo"] = {name: one for name, text in place.items() if (one := text.strip())}
        others[FLAG] = _boolean(self.text(FLAG))
        # A field of text may hold several categories.
        categories = (one for text in self._categories for one in text.split(","))
        others[CATEGORIES] = [one for one in categories if one.strip()]
        return members | {name: value for name, value in others.items() if value}

    def _object(self, name: str, members: tuple[str, ...]) -> Row:
        """Return the members of an object: bracketed ones, or flat ones if those are blank."""
        parts = self._parts[name]
        texts = ((member, parts.get(member) or self.text(member)) for member in members)
        return {member: text for member, text in texts if text}

    def _entries(self, name: str) -> list[Entry]:
        """Return the entries of a list: bracketed rows, or flat ones if those are all blank."""
        known = ENTRIES_OF[name]
        rows = [row for _, row in sorted(self._rows[name].items())]
        columns = {
            member: self._columns[flat]
            for flat, (one, member) in COLUMNS.items()
            if one == name and flat in self._columns
        }
        values = [column for member, column in columns.items() if member not in _BESIDE]
        if values and not any(row.get(key) for row in rows for key in set(known) - _BESIDE):
            rows = [
                {member: texts[at] for member, texts in columns.items() if at < len(texts)}
                for at in range(max(map(len, values)))
            ]
        return [
            {
                member: _boolean(row[member]) if member in FLAGS else row[member]
                for member in known
                if row.get(member)
            }
            for row in rows[:ROWS]
        ]


def _boolean(text: str) -> str | bool:
    """Return a boolean, or a text that is none as it is."""
    return BOOLEANS.get(text.strip().lower(), text)


@lru_cache(NAMES)
def _path(name: str) -> Path:
    """Return the parts of a field's name, `phone[0][number]` as ("phone", "0", "number"); () for a
    name of another form."""
    found = _NAME.fullmatch(name)
    if found is None:
        return ()
    first, *more = (part.replace("_", "-") for part in found.groups() if part is not None)
    return (ALIASES.get(first, first), *more)


def _is_index(text: str) -> bool:
    """Return whether this names a row of a list: by its number, or as the next one."""
    return not text or _NUMBER.fullmatch(text) is not None


def _is_photo(path: Path) -> bool:
    match path:
        case (name,):
            return name in PHOTOS
        case (name, index):
            return name in PHOTOS and _is_index(index)
    return False
